/* /packs/{pack}/forms/{form}/paper, /cases/{id}/forms/{form}: a form of a policy as a paper,
 * filled from the records of a party that the subject may read. Nothing is stored: it is a draft,
 * and marked as one. */
#include "api/cases.h"
#include "api/page_picture.h"
#include "api/policy.h"
#include "api/records.h"
#include "api/reply_text.h"
#include "api/resources/schemas.h"
#include "api/taken.h"
#include "base/msg.h"
#include "document/form_paper.h"
#include "judge/stored.h"
#include <stdio.h>

static const struct schema party_schema = {
    SCHEMA_STRING,
    .description = N_("the party's unit, applicant/34 or its unified social credit code")};
static const struct parameter parameters[] = {
    {"pack", IN_PATH, &schema_string, true, false, NULL},
    {"form", IN_PATH, &schema_string, true, false, N_("a form of the policy")},
    {"party", IN_QUERY, &party_schema, true, false, NULL},
    {"as_of", IN_QUERY, &schema_day_or_today, false, false, NULL},
    {"record", IN_QUERY, &schema_id, false, false,
     N_("the record that the form's process is about; absent: the latest")},
    {0}};

/* --- filling ------------------------------------------------------------------------- */

/* A form, and what it is filled about. */
struct form_asked {
    const struct pack *pack;
    struct str party; /* as record_party names it */
    struct str as_of;
    struct form_subject subject;
};

static err_t find_form(const struct part **out, const struct pack *pack, const struct request *r,
                       struct err *e)
{
    struct str id = request_value(r, "form");
    *out = part_named(pack, PART_FORMS, id);
    return *out ? OK
                : err_set(e, E_NOTFOUND, "the policy %.*s has no form \"%.*s\"", STR_ARG(pack->id),
                          STR_ARG(id));
}

static err_t find_party(struct party_facts *out, const struct request *r, struct str party,
                        struct err *e)
{
    return STORE_READ(db, r->api->store, e,
                      record_party(out, r->api->kernel, db, r->subject, party, r->arena, e));
}

static struct form_subject subject_of(const struct pack *p, const struct part *form,
                                      const struct request *r)
{
    const struct process *process = pack_process(p, part_text(form, "process"));
    struct form_subject out = {.id = 0};
    if (process && str_to_i64(&out.id, request_value(r, "record")))
        out.type = process->subject;
    return out;
}

/* Finds the case of the record and who accepted its commitment; values written by other cases of the
 * party are left out. Sets *day to the day of the report unless the request names one. E_NOTFOUND if
 * the subject may not read the record. */
static err_t find_case(struct form_subject *subject, struct str *day,
                       struct form_acceptance *accepted, const struct pack *pack,
                       const struct request *r, struct err *e)
{
    bool reports = false;
    struct flow_case c = {.id = 0};
    struct db *db = NULL;
    *accepted = (struct form_acceptance){.digest = STR_NONE};
    if (subject->type.len == 0)
        return OK;
    err_t rc = store_reader_get(&db, r->api->store, e);
    if (rc == OK)
        rc = flow_case_of(&c, db, subject->type, subject->id, r->arena, e);
    if (rc == OK && c.id)
        rc = hand_in_accepted(accepted, db, c.id, r->arena, e);
    if (rc == OK && c.id && request_value(r, "as_of").len == 0)
        rc = programme_report_day(&reports, day, db, r->api->kernel, pack, &c, r->arena, e);
    store_reader_put(r->api->store, db);
    subject->number = c.number;
    return rc;
}

static err_t fill_form(struct form_filled *out, struct party_facts *of,
                       const struct form_asked *of_what, const struct part *form,
                       const struct request *r, struct err *e)
{
    struct form_source source = {.pack = of_what->pack, .draft = true};
    struct form_subject subject = of_what->subject;
    struct party_facts party;
    struct stored_facts facts;
    struct facts_request q = {.subject = r->subject,
                              .as_of = of_what->as_of,
                              .programme = source.pack->id,
                              .with_sources = true,
                              .for_report = true};
    err_t rc = find_party(&party, r, of_what->party, e);
    if (rc != OK)
        return rc;
    subject.party = (struct form_party){party.unit, party.code};
    rc = find_case(&subject, &q.as_of, &source.accepted, source.pack, r, e);
    q.handed_in_whole =
        subject.number.len > 0; /* the form of a case is what is handed in, or was */
    if (rc == OK)
        rc = facts_from_store(&facts, &party, source.pack, r->api->kernel, &q, r->arena, e);
    if (rc == OK)
        rc = form_rows_read(&source, RECORD_CALL(r, NULL, 0), form, &subject, e);
    if (rc != OK)
        return rc;
    source.document = facts.party.document;
    source.types = r->api->kernel->types;
    *of = facts.party;
    return form_fill(out, form, &source, r->arena, e);
}

static err_t fill(struct form_filled *out, struct party_facts *of, const struct request *r,
                  struct err *e)
{
    struct form_asked x = {.party = request_value(r, "party")};
    const struct part *form = NULL;
    err_t rc = policy_pack(&x.pack, r, "pack", e);
    if (rc == OK)
        rc = find_form(&form, x.pack, r, e);
    if (rc == OK)
        rc = policy_day(&x.as_of, r, e);
    if (rc != OK)
        return rc;
    x.subject = subject_of(x.pack, form, r);
    return fill_form(out, of, &x, form, r, e);
}

/* --- as JSON --------------------------------------------------------------------------- */

OBJECT_SCHEMA(paper_cell, "PaperCell", REQUIRED("look", schema_string),
              REQUIRED("width", schema_integer), REQUIRED("text", schema_string));
ARRAY_SCHEMA(paper_cells, paper_cell);
OBJECT_SCHEMA(paper_row, "PaperRow", REQUIRED("kind", schema_string),
              REQUIRED("group", schema_string), REQUIRED("cells", paper_cells));
ARRAY_SCHEMA(paper_rows, paper_row);
OBJECT_SCHEMA(paper_block, "PaperBlock", REQUIRED("role", schema_string),
              REQUIRED("label", schema_string), REQUIRED("text", schema_string),
              REQUIRED("rows", paper_rows), OPTIONAL("pieces", schema_strings));
ARRAY_SCHEMA(paper_blocks, paper_block);
OBJECT_MEMBERS(paper, REQUIRED("layout", schema_string), REQUIRED("id", schema_string),
               REQUIRED("pack", schema_string), REQUIRED("pack_version", schema_string),
               REQUIRED("title", schema_string), REQUIRED("number", schema_string),
               REQUIRED("version", schema_string), REQUIRED("marks", schema_strings),
               REQUIRED("blocks", paper_blocks));
const struct schema schema_paper = {SCHEMA_OBJECT, .name = "Paper", .properties = paper_members};
OBJECT_SCHEMA(reply_schema, NULL, REQUIRED("content", schema_paper),
              REQUIRED("digest", schema_string), REQUIRED("missing", schema_strings),
              REQUIRED("read", schema_facts_read));

static err_t get_paper(struct reply *out, const struct request *r, struct err *e)
{
    struct form_filled filled;
    struct party_facts party;
    struct buf b = {0}, text = {0};
    struct jout j;
    err_t rc = fill(&filled, &party, r, e);
    if (rc != OK)
        return rc;
    jout_init(&j, &b);
    jout_object(&j);
    paper_canonical(&text, &filled.paper);
    jout_pair_raw(&j, "content", buf_str(&text));
    jout_pair(&j, "digest", text_digest(buf_str(&text), r->arena));
    jout_pair_strs(&j, "missing", filled.missing, filled.missing_count);
    facts_read_json(&j, &party);
    jout_end_object(&j);
    buf_clear(&text);
    return reply_json(out, r, &b, e);
}

/* Common members of the drafts of a form, except .need. */
#define DRAFT_OF_FORM .may = may_readable, .hides = true, .scope = "records:read", .lane = LANE_SLOW

const struct resource resource_form_paper = {
    .reads = READS_ONE,
    .path = "/api/v1/packs/{pack}/forms/{form}/paper",
    .summary =
        N_("a form of a policy filled from a party's records, its digest, and missing values"),
    .parameters = parameters,
    .reply = &reply_schema,
    .handle = get_paper,
    .need = NEED_LOCAL,
    DRAFT_OF_FORM,
};

/* --- as files ------------------------------------------------------------------------------ */

static err_t reply_file(struct reply *out, const struct request *r, struct buf *b, const char *type,
                        const char *end, struct err *e)
{
    if (!buf_ok(b)) {
        buf_clear(b);
        return err_set(e, E_LIMIT,
                       "the paper is too long to be made: give the long text as an attachment");
    }
    reply_attachment(out, r, b, type,
                     arena_printf(r->arena, "%.*s.%s", STR_ARG(request_value(r, "form")), end).ptr);
    buf_clear(b);
    return OK;
}

/* A header is ASCII: names of faces beyond it are percent-encoded. */
static struct str ascii(struct str s, struct arena *a)
{
    char *to = arena_alloc(a, 3 * s.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        bool plain = c >= 0x20 && c < 0x7f && c != '%';
        n += (size_t)snprintf(to + n, 4, plain ? "%c" : "%%%02X", c);
    }
    return (struct str){to, n};
}

/* "title=Noto Serif CJK SC, …": the faces in the place of those that the layout wants. */
static void say_substitutions(struct reply *out, const struct request *r,
                              const struct paper_pdf *said)
{
    struct str all = STR_NONE;
    for (size_t i = 0; i < said->substitution_count; i++)
        all = arena_printf(r->arena, "%.*s%s%.*s=%.*s", STR_ARG(all), i ? ", " : "",
                           STR_ARG(said->substitutions[i].font),
                           STR_ARG(ascii(said->substitutions[i].used, r->arena)));
    if (all.len)
        reply_header(out, "X-Substituted-Fonts", all.ptr);
}

/* A draft holds what the party's records say. */
static err_t note_fetch(const struct request *r, const char *end, struct err *e)
{
    return taken_note(
        r, arena_printf(r->arena, "fetch %.*s %s", STR_ARG(request_value(r, "form")), end).ptr,
        "form", 0, e);
}

static err_t get_pdf(struct reply *out, const struct request *r, struct err *e)
{
    struct paper_stamp stamp = {.entry = STR_NONE};
    struct paper_pdf said = {0};
    struct form_filled filled;
    struct party_facts party;
    struct buf b = {0};
    err_t rc = fill(&filled, &party, r, e);
    if (rc == OK)
        rc = paper_pdf(&b, &said, &filled.paper, &stamp, &r->api->press, r->arena, e);
    if (rc == OK)
        rc = note_fetch(r, "pdf", e);
    if (rc == OK)
        rc = reply_file(out, r, &b, PDF_TYPE, "pdf", e);
    if (rc == OK)
        say_substitutions(out, r, &said);
    buf_clear(&b);
    return rc;
}

const struct resource resource_form_pdf = {
    .reads = READS_ONE,
    .path = "/api/v1/packs/{pack}/forms/{form}/paper.pdf",
    .summary =
        N_("the same as PDF, marked as a draft; X-Substituted-Fonts names substituted fonts"),
    .parameters = parameters,
    .handle = get_pdf,
    .need = NEED_LOCAL,
    DRAFT_OF_FORM,
};

static err_t get_docx(struct reply *out, const struct request *r, struct err *e)
{
    struct paper_stamp stamp = {.entry = STR_NONE};
    struct form_filled filled;
    struct party_facts party;
    struct buf b = {0};
    err_t rc = fill(&filled, &party, r, e);
    if (rc == OK)
        rc = paper_docx(&b, &filled.paper, &stamp, r->arena, e);
    if (rc == OK)
        rc = note_fetch(r, "docx", e);
    if (rc == OK)
        rc = reply_file(out, r, &b, WORD_TYPE, "docx", e);
    buf_clear(&b);
    return rc;
}

const struct resource resource_form_docx = {
    .reads = READS_ONE,
    .path = "/api/v1/packs/{pack}/forms/{form}/paper.docx",
    .summary = N_("the same as Word, to be edited"),
    .parameters = parameters,
    .handle = get_docx,
    .need = NEED_LOCAL,
    DRAFT_OF_FORM,
};

/* --- of a case, as pictures ----------------------------------------------------------------- */

static err_t get_case_page(struct reply *out, const struct request *r, struct err *e)
{
    const struct paper_stamp stamp = {.entry = STR_NONE};
    const struct part *form = NULL;
    struct form_filled filled;
    struct party_facts party;
    struct step g;
    err_t rc = cases_read(&g, r, e);
    if (rc == OK)
        rc = find_form(&form, g.p->pack, r, e);
    if (rc != OK)
        return rc;
    const struct form_asked asked = {
        .pack = g.p->pack,
        .party = arena_printf(r->arena, "%lld", (long long)g.x->c.unit),
        .as_of = r->subject->today,
        .subject = {.type = g.x->c.type, .id = g.x->c.record_id, .number = g.x->c.number}};
    rc = fill_form(&filled, &party, &asked, form, r, e);
    return rc == OK ? page_reply_paper(out, r, &filled.paper, &stamp, STR_NONE, e) : rc;
}

static const struct parameter case_page_parameters[] = {
    {"id", IN_PATH, &cases_id_schema, true, false, NULL},
    {"form", IN_PATH, &schema_string, true, false, N_("a form of the case's policy")},
    PAGE_PARAMETERS,
    {0}};

const struct resource resource_case_form_page = {
    .reads = READS_ONE,
    .path = "/api/v1/cases/{id}/forms/{form}/pages/{n}.png",
    .summary =
        N_("a page of a case's form as it would print now, marked as a draft, as PNG; X-Pages "
           "says how many there are"),
    .parameters = case_page_parameters,
    .handle = get_case_page,
    .need = NEED_ACCOUNT,
    CASE_READ,
};
