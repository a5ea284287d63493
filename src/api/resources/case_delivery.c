/* /cases/{id}/papers/{paper}/…: an issued paper comes back sealed, is served, and is fetched as its
 * recipient gets it, which proves service in the system. */
#include "api/cases.h"
#include "api/files.h"
#include "api/records.h"
#include "api/reply_text.h"
#include "base/msg.h"
#include "document/seal.h"
#include "document/service.h"
#include "model/file_text.h"
#include "record/attachment.h"

#define SEALED_BYTES_MAX ((int64_t)64 << 20)

OBJECT_SCHEMA(file_schema, "FileValue", REQUIRED("digest", schema_string),
              OPTIONAL("name", schema_string));
OBJECT_SCHEMA(written_schema, NULL, REQUIRED("id", schema_integer),
              REQUIRED("version", schema_integer), REQUIRED("state", schema_string),
              REQUIRED("entry", schema_string), OPTIONAL("reading", schema_string),
              OPTIONAL("added", schema_string), OPTIONAL("not_read", schema_string));

static void begin_written(struct jout *j, const struct written *w)
{
    jout_open(j);
    jout_pair_i64(j, "id", w->id);
    jout_pair_i64(j, "version", w->version);
    jout_pair(j, "state", w->state);
    jout_pair(j, "entry", str_of(w->entry));
}

static err_t reply_written(struct reply *out, const struct request *r, const struct written *w,
                           struct err *e)
{
    struct jout j;
    begin_written(&j, w);
    return reply_object(out, r, &j, e);
}

/* --- sealed --------------------------------------------------------------------------------- */

static const struct parameter seal_parameters[] = {
    {"id", IN_PATH, &cases_id_schema, true, false, NULL},
    {"paper", IN_PATH, &schema_id, true, false, N_("the id of an issued one")},
    {"file", IN_BODY, &file_schema, true, false,
     N_("the uploaded sealed copy: {\"digest\", \"name\"}; PDF, OFD, or a page scanned as PDF, PNG "
        "or JPEG")},
    {"sealed_by", IN_BODY, &schema_string, true, false, N_("the person who sealed it")},
    {"sealed_on", IN_BODY, &schema_string, true, false, N_("the day, 2026-11-20")},
    {"reason", IN_BODY, &schema_reason, false, false, N_("why")},
    {0}};

/* The text of the paper's own PDF; empty where none can be made or read here. */
static err_t own_text(struct str *out, const struct case_paper *c, const struct request *r,
                      struct err *e)
{
    const struct file_kind *pdf = file_kind_find(STR("pdf"));
    struct paper_pdf said;
    struct file_text text = {0};
    struct buf b = {0};
    *out = STR_NONE;
    if (!r->api->press.program || !r->api->pdf_program)
        return OK;
    err_t rc = cases_paper_pdf(&b, &said, c, r, e);
    const struct bytes made = str_bytes(buf_str(&b));
    const struct file_view v = file_view_bytes(&made);
    if (rc == OK)
        rc = file_text_read(&text, &v, pdf, r->api->pdf_program, r->arena, e);
    buf_clear(&b);
    *out = text.text;
    return rc;
}

/* The text of a PDF is held against the paper's; of anything else none is read. */
static err_t read_text(struct seal_reading *out, const struct file_row *row,
                       const struct case_paper *c, const struct request *r, struct err *e)
{
    struct file_text text;
    struct str issued = STR_NONE;
    struct paper paper;
    *out = (struct seal_reading){.unread = true};
    if (!str_is(row->kind, "pdf")) {
        out->why = str_of(msg("its text was not read: it is a picture, or OFD"));
        return OK;
    }
    if (!r->api->pdf_program) {
        out->why = str_of(msg("its text was not read: the reader of PDF is not installed here"));
        return OK;
    }
    struct file_viewer *v = file_view_new(r->api->files, row);
    err_t rc = file_text_read(&text, file_view_of(v), file_kind_find(row->kind),
                              r->api->pdf_program, r->arena, e);
    file_view_free(v);
    if (rc == OK)
        rc = case_paper_content(&paper, c, r->arena, e);
    if (rc == OK)
        rc = own_text(&issued, c, r, e);
    if (rc == OK)
        rc = seal_compare(out, &paper, issued, text.text, r->arena, e);
    if (rc == OK && out->unread)
        out->why = str_of(msg("its text was not read: its pages are pictures"));
    else if (rc == OK && !text.whole) {
        out->why =
            str_of(msg("its text is too long to be read whole: only its beginning is known to "
                       "be the paper's"));
        out->unread = true;
    }
    return rc;
}

static err_t find_file(struct attachment *out, const struct request *r, struct err *e)
{
    const struct jvalue *file = jin_get(r->body, "file");
    err_t rc = attachment_find(out, RECORD_CALL(r, NULL, 0), jin_text(file, "digest"), e);
    if (rc == OK && out->row.secrecy == SECRECY_SECRET)
        rc = err_set(e, E_INVALID, "a sealed paper is uploaded as open or internal, not as secret");
    if (rc == OK && out->row.bytes > SEALED_BYTES_MAX)
        rc = err_set(e, E_INVALID, "a sealed paper has %d MiB at most",
                     (int)(SEALED_BYTES_MAX >> 20));
    return rc;
}

static err_t post_seal(struct reply *out, const struct request *r, struct err *e)
{
    struct seal_new n = {.file = jin_get(r->body, "file"),
                         .sealed_by = str_trim(request_value(r, "sealed_by")),
                         .sealed_on = request_value(r, "sealed_on")};
    struct attachment file;
    struct case_paper c;
    struct step g;
    struct written w = {0};
    struct jout j;
    err_t rc = cases_paper(&c, &g, r, e);
    if (rc == OK)
        rc = find_file(&file, r, e);
    if (rc != OK || !request_look(out, r))
        return rc;
    if (rc == OK)
        rc = read_text(&n.reading, &file.row, &c, r, e);
    if (rc == OK)
        rc = seal_record(&w, &g, &c, &n);
    out->errors = records_faults(r->arena, &w.faults);
    if (rc != OK)
        return rc;
    begin_written(&j, &w);
    jout_pair(&j, "reading", n.reading.unread ? STR("unread") : STR("same"));
    jout_pair(&j, "added", n.reading.added);
    jout_pair(&j, "not_read", n.reading.why);
    return reply_created(out, r, &j, e);
}

const struct resource resource_case_paper_seal = {
    .method = "POST",
    .path = "/api/v1/cases/{id}/papers/{paper}/seals",
    .summary =
        N_("an issued paper comes back sealed: the text of a PDF has to be the paper's; of a scan "
           "or OFD no text is read"),
    .parameters = seal_parameters,
    .reply = &written_schema,
    .statuses = {201},
    .handle = post_seal,
    .need = NEED_ACCOUNT,
    CASE_WRITE,
};

/* --- served --------------------------------------------------------------------------------- */

static const struct parameter service_parameters[] = {
    {"id", IN_PATH, &cases_id_schema, true, false, NULL},
    {"paper", IN_PATH, &schema_id, true, false, N_("the id of an issued one")},
    {"channel", IN_BODY, &schema_string, true, false, N_("in_person, post, system, public")},
    {"recipient", IN_BODY, &schema_string, false, false, N_("absent: the party of the case")},
    {"sent_on", IN_BODY, &schema_string, false, false, N_("absent: today")},
    {"served_on", IN_BODY, &schema_string, false, false,
     N_("absent: it is sent and not served yet; in the system the party's reading serves it")},
    {"tracking", IN_BODY, &schema_string, false, false, N_("by post: the number of the item")},
    {"url", IN_BODY, &schema_string, false, false, N_("by public notice: where it stands")},
    {"basis", IN_BODY, &schema_reason, false, false,
     N_("by public notice: on what the office rests it, for no document here provides it")},
    {"proof", IN_BODY, &file_schema, false, false,
     N_("the signed proof of service, uploaded: {\"digest\", \"name\"}")},
    {"reason", IN_BODY, &schema_reason, false, false, N_("why")},
    {0}};

static err_t post_service(struct reply *out, const struct request *r, struct err *e)
{
    struct case_paper c;
    struct step g;
    struct written w = {0};
    err_t rc = cases_paper(&c, &g, r, e);
    if (rc == OK)
        rc = service_begin(&w, &g, &c, r->body);
    out->errors = records_faults(r->arena, &w.faults);
    if (rc == OK)
        rc = reply_written(out, r, &w, e);
    if (rc == OK)
        out->status = 201;
    return rc;
}

const struct resource resource_case_paper_serve = {
    .method = "POST",
    .path = "/api/v1/cases/{id}/papers/{paper}/services",
    .summary = N_("serve an issued paper, or send it: channel, day, recipient, proof"),
    .parameters = service_parameters,
    .reply = &written_schema,
    .statuses = {201},
    .handle = post_service,
    .need = NEED_ACCOUNT,
    CASE_WRITE,
    ENTRIES(EACH, N_("one for the service; where it is only sent, one for the office with which it "
                     "waits")),
};

static const struct parameter period_parameters[] = {
    {"id", IN_PATH, &cases_id_schema, true, false, NULL},
    {"paper", IN_PATH, &schema_id, true, false, N_("the id of an issued one")},
    {"service", IN_PATH, &schema_id, true, false, NULL},
    {"step", IN_BODY, &schema_string, true, false, N_("a step of the process that has a period")},
    {"basis", IN_BODY, &schema_reason, true, false,
     N_("the basis: the document does not count from service")},
    {"due", IN_BODY, &schema_string, false, false,
     N_("the last day, if the document leaves it to the office")},
    {"reason", IN_BODY, &schema_reason, false, false, N_("why")},
    {0}};

static err_t post_period(struct reply *out, const struct request *r, struct err *e)
{
    const struct service_period period = {.step = request_value(r, "step"),
                                          .basis = str_trim(request_value(r, "basis")),
                                          .due = request_value(r, "due")};
    struct case_paper c;
    struct step g;
    struct written w = {0};
    err_t rc = cases_paper(&c, &g, r, e);
    if (rc == OK)
        rc = service_set_period(&w, &g, &c, request_integer(r, "service", 0), &period);
    out->errors = records_faults(r->arena, &w.faults);
    return rc == OK ? reply_written(out, r, &w, e) : rc;
}

const struct resource resource_case_paper_period_set = {
    .method = "POST",
    .path = "/api/v1/cases/{id}/papers/{paper}/services/{service}/period",
    .summary = N_("start the period of a step from a service, by an officer with a basis"),
    .parameters = period_parameters,
    .reply = &written_schema,
    .handle = post_period,
    .need = NEED_ACCOUNT,
    CASE_WRITE,
    ENTRIES(EACH, N_("one for the service, and those of the days that are counted again")),
};

/* --- as its recipient gets it --------------------------------------------------------------- */

static const char *name_of(const struct case_paper *c, const char *end, struct arena *a)
{
    return arena_printf(a, "%.*s-%lld.%s", STR_ARG(c->paper), (long long)c->version, end).ptr;
}

/* Everybody who may read the paper may read its sealed copy, whoever uploaded it. */
static err_t send_sealed(struct reply *out, const struct request *r, const struct case_paper *c,
                         struct str digest, struct err *e)
{
    const struct file_row *rows = NULL;
    size_t count = 0, at = 0;
    err_t rc = STORE_READ(db, r->api->store, e, file_rows(&rows, &count, db, digest, r->arena, e));
    while (rc == OK && at < count && rows[at].secrecy == SECRECY_SECRET)
        at++;
    if (rc == OK && at == count)
        rc = err_set(e, E_NOTFOUND, "the sealed file is not here any more");
    if (rc != OK)
        return rc;
    struct file_row row = rows[at];
    row.name = str_of(name_of(c, arena_cstr(r->arena, row.kind), r->arena));
    return files_send(out, r, &row, e);
}

static err_t send_pdf(struct reply *out, const struct request *r, struct case_paper *c,
                      struct step *v)
{
    struct buf b = {0};
    err_t rc = cases_paper_asked(&b, c, v, r);
    if (rc == OK)
        reply_attachment(out, r, &b, PDF_TYPE, name_of(c, "pdf", r->arena));
    buf_clear(&b);
    return rc;
}

/* The reading is written down before the paper goes out. */
static err_t get_file(struct reply *out, const struct request *r, struct err *e)
{
    struct sealed sealed = {0};
    struct case_paper c;
    struct step g;
    err_t rc = cases_paper(&c, &g, r, e);
    if (rc == OK && (rc = step_reader(&g)) == OK) {
        rc = service_open(&sealed, &g, &c, true);
        step_reader_end(&g);
    }
    if (rc == OK)
        rc = sealed.id ? send_sealed(out, r, &c, sealed.digest, e) : send_pdf(out, r, &c, &g);
    if (rc == OK)
        rc = service_read(&g, &c);
    if (rc == OK)
        reply_header(out, "X-Sealed", sealed.id ? "yes" : "no");
    if (rc == OK && c.superseded_by)
        reply_header(out, "X-Superseded-By",
                     arena_printf(r->arena, "%lld", (long long)c.superseded_by).ptr);
    return rc;
}

const struct resource resource_case_paper_file = {
    .reads = READS_ONE,
    .path = "/api/v1/cases/{id}/papers/{paper}/file",
    .summary =
        N_("an issued paper as its recipient gets it: sealed, or where it was not, the PDF; by its "
           "party's reading it is served, where it was sent in the system; X-Superseded-By says "
           "which version stands in its place"),
    .parameters = path_case_paper,
    .handle = get_file,
    .need = NEED_ACCOUNT,
    CASE_READ,
};
