/* /cases/{id}/archive: a closed case as one package (document/case_archive.h). */
#include "document/case_archive.h"
#include "access/session.h"
#include "api/auth.h"
#include "api/cases.h"
#include "api/files.h"
#include "api/records.h"
#include "api/taken.h"
#include "audit/sequencer.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/msg.h"
#include <stdlib.h>

OBJECT_SCHEMA(made_schema, NULL, REQUIRED("id", schema_integer), REQUIRED("entry", schema_string),
              REQUIRED("catalogue_digest", schema_string), REQUIRED("file_digest", schema_string),
              REQUIRED("bytes", schema_integer), REQUIRED("members", schema_integer),
              REQUIRED("withheld", schema_integer), REQUIRED("retention", schema_string),
              REQUIRED("retention_source", schema_string), REQUIRED("not_issued", schema_integer));

static err_t make_pdf(struct buf *out, const struct case_paper *c, void *arg, struct err *e)
{
    struct paper_pdf said;
    return cases_paper_pdf(out, &said, c, arg, e);
}

/* Secret files leave as they are fetched: to a person who has proved himself just now. */
static struct case_archive_parts parts_of(const struct request *r)
{
    return (struct case_archive_parts){
        .pdf = make_pdf,
        .arg = (void *)(uintptr_t)r,
        .files = r->api->files,
        .tmpdir = r->api->data_dir,
        .secrets =
            r->auth->session.account != 0 &&
            session_is_fresh(&r->auth->session, clock_now_ms(r->api->clock), FILES_FRESH_MS)};
}

static err_t prove(struct case_archive *a, const struct request *r, struct err *e)
{
    struct case_archive_said said;
    case_archive_say(&said, a);
    err_t rc = sequencer_cover(r->api->sequencer, said.entry, SEQUENCER_COVER_MS, e);
    return rc == OK ? case_archive_prove(a, e) : rc;
}

/* --- making ------------------------------------------------------------------------------ */

static const struct parameter make_parameters[] = {
    {"id", IN_PATH, &cases_id_schema, true, false, NULL},
    {"retention", IN_BODY, &schema_string, false, false,
     N_("how long it is kept, as its source says it; absent: by the office's rule")},
    {"retention_source", IN_BODY, &schema_string, false, false, N_("document and clause")},
    {"missing_reason", IN_BODY, &schema_string, false, false,
     N_("why papers that the process owes were not issued; the catalogue lists them with it")},
    {"reason", IN_BODY, &schema_reason, false, false, N_("why")},
    {0}};

static err_t reply_made(struct reply *out, const struct request *r,
                        const struct case_archive_said *said, struct err *e)
{
    struct jout j;
    jout_open(&j);
    jout_pair_i64(&j, "id", said->id);
    jout_pair(&j, "entry", said->entry);
    jout_pair(&j, "catalogue_digest", said->catalogue_digest);
    jout_pair(&j, "file_digest", said->file_digest);
    jout_pair_i64(&j, "bytes", said->bytes);
    jout_pair_i64(&j, "members", (int64_t)said->members);
    jout_pair_i64(&j, "withheld", (int64_t)said->withheld);
    jout_pair(&j, "retention", said->retention);
    jout_pair(&j, "retention_source", said->source);
    jout_pair_i64(&j, "not_issued", (int64_t)said->not_issued);
    return reply_created(out, r, &j, e);
}

static err_t post_archive(struct reply *out, const struct request *r, struct err *e)
{
    const struct case_archive_parts parts = parts_of(r);
    const struct case_archive_terms terms = {str_trim(request_value(r, "retention")),
                                             str_trim(request_value(r, "retention_source")),
                                             str_trim(request_value(r, "missing_reason"))};
    struct case_archive_said said;
    struct case_archive *a = NULL;
    struct step g;
    err_t rc = cases_read(&g, r, e);
    if (rc == OK)
        rc = case_archive_make(&a, &g, &parts, &terms);
    out->errors = records_faults(r->arena, &g.p->faults);
    if (rc == OK)
        rc = prove(a, r, e);
    if (rc == OK)
        rc = case_archive_packed(a, e);
    if (rc == OK) {
        case_archive_say(&said, a);
        rc = reply_made(out, r, &said, e);
    }
    case_archive_free(a);
    return rc;
}

const struct resource resource_case_archive_make = {
    .method = "POST",
    .path = "/api/v1/cases/{id}/archive",
    .summary = N_(
        "archive a closed case: the digest of its catalogue is logged, then that of the package"),
    .parameters = make_parameters,
    .reply = &made_schema,
    .statuses = {201},
    .handle = post_archive,
    .need = NEED_ACCOUNT,
    CASE_WRITE,
    ENTRIES(EACH,
            N_("one for the catalogue, one for the package, none where both stand already; one "
               "for each paper whose PDF was not made yet")),
};

/* --- fetching ---------------------------------------------------------------------------- */

struct sending {
    struct case_archive *archive;
    struct case_archive_reader *reader;
    struct bytes piece; /* not sent yet */
};

static ssize_t read_sending(void *arg, struct stream *stream, char *to, size_t max)
{
    struct sending *s = arg;
    struct err e;
    (void)stream;
    if (s->piece.len == 0 && case_archive_next(&s->piece, s->reader, &e) != OK) {
        log_line(LOG_ERROR, "an archive cannot be sent: %s", e.text);
        return STREAM_BROKEN;
    }
    return stream_move(&s->piece, to, max);
}

static void close_sending(void *arg)
{
    struct sending *s = arg;
    case_archive_read_end(s->reader);
    case_archive_free(s->archive);
    free(s);
}

/* Takes the archive. */
static void send_package(struct reply *out, const struct request *r, struct case_archive *a,
                         struct str number)
{
    struct case_archive_said said;
    struct sending *s = mem_zalloc(sizeof(*s));
    *s = (struct sending){.archive = a, .reader = case_archive_read(a)};
    case_archive_say(&said, a);
    out->stream = (struct stream_source){read_sending, close_sending, s, said.bytes};
    out->content_type = "application/zip";
    out->sandboxed = true;
    reply_header(out, "Content-Disposition",
                 arena_printf(r->arena, "attachment; filename=\"%.*s.zip\"", STR_ARG(number)).ptr);
    reply_header(out, "X-Same-As-Archived", str_eq(said.file_digest, said.digest) ? "yes" : "no");
}

static err_t get_archive(struct reply *out, const struct request *r, struct err *e)
{
    const struct case_archive_parts parts = parts_of(r);
    struct case_archive *a = NULL;
    struct step g;
    err_t rc = cases_read(&g, r, e);
    if (rc == OK)
        rc = case_archive_open(&a, &g, &parts);
    if (rc == OK)
        rc = prove(a, r, e);
    if (rc == OK)
        rc = taken_note(r, "fetch archive", "case", g.x->c.id, e);
    if (rc == OK)
        send_package(out, r, a, g.x->c.number);
    else
        case_archive_free(a);
    return rc;
}

const struct resource resource_case_archive = {
    .reads = READS_ONE,
    .path = "/api/v1/cases/{id}/archive",
    .summary =
        N_("the package of an archived case; X-Same-As-Archived says whether these are the bytes "
           "whose digest was logged"),
    .parameters = path_case_id,
    .handle = get_archive,
    .need = NEED_ACCOUNT,
    CASE_READ,
};
