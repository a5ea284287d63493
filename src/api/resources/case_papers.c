/* /cases/{id}/papers: papers of a case drafted, issued, and fetched as they were issued; and
 * /public/papers/{code}, where anybody checks one that he holds. */
#include "api/cases.h"
#include "api/page_picture.h"
#include "api/public_address.h"
#include "api/reply_text.h"
#include "api/resources/schemas.h"
#include "api/taken.h"
#include "base/log.h"
#include "base/msg.h"
#include "document/seal.h"
#include "document/service.h"
#include "document/step_paper.h"
#include "policy/paper_value.h"

/* --- one as JSON ------------------------------------------------------------------------ */

#define PAPER_MEMBERS                                                                              \
    REQUIRED("id", schema_integer), REQUIRED("paper", schema_string),                              \
        REQUIRED("version", schema_integer), REQUIRED("title", schema_string),                     \
        OPTIONAL("step", schema_string), OPTIONAL("step_label", schema_string),                    \
        OPTIONAL("number", schema_string), REQUIRED("digest", schema_string),                      \
        REQUIRED("entry", schema_string), OPTIONAL("file_digest", schema_string),                  \
        REQUIRED("code", schema_string), REQUIRED("issued_on", schema_string),                     \
        OPTIONAL("by", schema_string), OPTIONAL("reason", schema_string),                          \
        OPTIONAL("superseded_by", schema_integer), OPTIONAL("not_rendered", schema_string),        \
        REQUIRED("form", schema_boolean)
OBJECT_SCHEMA(issued_schema, "CasePaperIssued", PAPER_MEMBERS);
OBJECT_SCHEMA(sealed_schema, "CasePaperSeal", REQUIRED("id", schema_integer),
              REQUIRED("file", schema_string), OPTIONAL("by", schema_string),
              OPTIONAL("on", schema_string), OPTIONAL("reading", schema_string),
              REQUIRED("entry", schema_string));
OBJECT_SCHEMA(service_schema, "CasePaperService", REQUIRED("id", schema_integer),
              REQUIRED("state", schema_string), OPTIONAL("channel", schema_string),
              OPTIONAL("recipient", schema_string), OPTIONAL("sent_on", schema_string),
              OPTIONAL("served_on", schema_string), OPTIONAL("read_by", schema_string),
              OPTIONAL("read_at", schema_string), OPTIONAL("entry", schema_string));
ARRAY_SCHEMA(services_schema, service_schema);
OBJECT_SCHEMA(paper_schema, "CasePaper", PAPER_MEMBERS, OPTIONAL("sealed", sealed_schema),
              REQUIRED("services", services_schema), OPTIONAL("held", schema_boolean));

static void paper_json(struct jout *j, const struct case_paper *c, struct flow_call *x)
{
    const struct process_step *step = process_step_find(x->process, c->step);
    jout_pair_i64(j, "id", c->id);
    jout_pair(j, "paper", c->paper);
    jout_pair_i64(j, "version", c->version);
    jout_pair(j, "title", c->title);
    jout_pair(j, "step", c->step);
    jout_pair(j, "step_label", step ? step->label : c->step);
    jout_pair(j, "number", c->number);
    jout_pair(j, "digest", c->digest);
    jout_pair(j, "entry", c->entry);
    jout_pair(j, "file_digest", c->file_digest);
    jout_pair(j, "code", c->code);
    jout_pair(j, "issued_on", business_date(c->issued_ms, x->arena));
    jout_pair(j, "by", c->name);
    jout_pair(j, "reason", c->reason);
    jout_pair_id(j, "superseded_by", c->superseded_by);
    jout_pair(j, "not_rendered", case_paper_render_error(c, x->by));
    jout_pair_bool(j, "form", c->form);
}

/* Writes the paper's seal and service, and the reason if the subject cannot get it yet. */
static err_t after_json(struct jout *j, struct step *g, const struct case_paper *c)
{
    const struct service *all = NULL;
    struct sealed s = {0};
    size_t count = 0;
    bool gives = true;
    err_t rc = service_allows_reading(&gives, &s, g, c);
    if (rc == OK)
        rc = services_of(&all, &count, g, c->id, g->x->arena);
    if (rc == OK && s.id) {
        jout_pair_object(j, "sealed");
        jout_pair_i64(j, "id", s.id);
        jout_pair(j, "file", s.digest);
        jout_pair(j, "by", s.sealed_by);
        jout_pair(j, "on", s.sealed_on);
        jout_pair(j, "reading", s.reading);
        jout_pair(j, "entry", s.entry);
        jout_end_object(j);
    }
    jout_pair_array(j, "services");
    for (size_t i = 0; rc == OK && i < count; i++) {
        jout_object(j);
        jout_pair_i64(j, "id", all[i].id);
        jout_pair(j, "state", all[i].state);
        jout_pair(j, "channel", all[i].channel);
        jout_pair(j, "recipient", all[i].recipient);
        jout_pair(j, "sent_on", all[i].sent_on);
        jout_pair(j, "served_on", all[i].served_on);
        jout_pair(j, "read_by", all[i].read_by);
        jout_pair(j, "read_at", all[i].read_at);
        jout_pair(j, "entry", all[i].entry);
        jout_end_object(j);
    }
    jout_end_array(j);
    if (!gives)
        jout_pair_bool(j, "held", true);
    return rc;
}

/* --- the list ------------------------------------------------------------------------------ */

static void needs_json(struct jout *j, const struct part *p)
{
    const struct part_value *needs = part_value(p, "needs");
    for (size_t i = 0; i < needs->word_count; i++) {
        const struct paper_value_name *n = paper_value_name(needs->words[i]);
        if (n && n->known && !str_is(needs->words[i], "paper.number"))
            continue;
        jout_object(j);
        jout_pair(j, "name", needs->words[i]);
        if (n)
            jout_pair_z(j, "label", msg(n->label));
        jout_end_object(j);
    }
}

/* A paper that the process has: what it is, where it is drawn up, what is to be entered. */
static void possible_json(struct jout *j, const struct pack *pack, const struct part *p)
{
    const struct part *like = part_named(pack, PART_PAPERS, part_text(p, "like"));
    const struct part_value *steps = part_value(p, "steps");
    struct citation from = part_citation(p);
    jout_object(j);
    jout_pair(j, "paper", p->id);
    jout_pair(j, "title", part_text(p, "label"));
    jout_pair_strs(j, "steps", steps->words, steps->word_count);
    jout_pair(j, "clause", from.clause);
    jout_pair(j, "quote", from.quote);
    jout_pair(j, "own", part_text(p, "own"));
    jout_pair_bool(j, "remedy", part_true(p, "remedy"));
    jout_pair_bool(j, "on_demand", part_true(p, "on_demand"));
    jout_pair_bool(j, "internal", part_true(p, "internal"));
    jout_pair_array(j, "needs");
    needs_json(j, p);
    if (like)
        needs_json(j, like);
    jout_end_array(j);
    jout_end_object(j);
}

ARRAY_SCHEMA(papers_schema, paper_schema);
OBJECT_SCHEMA(due_schema, "CasePaperDue", REQUIRED("paper", schema_string),
              REQUIRED("title", schema_string), REQUIRED("step", schema_string),
              REQUIRED("step_label", schema_string), OPTIONAL("since", schema_string));
ARRAY_SCHEMA(dues_schema, due_schema);
OBJECT_SCHEMA(need_schema, NULL, REQUIRED("name", schema_string), OPTIONAL("label", schema_string));
ARRAY_SCHEMA(needs_schema, need_schema);
OBJECT_SCHEMA(possible_schema, "CasePaperPossible", REQUIRED("paper", schema_string),
              REQUIRED("title", schema_string), REQUIRED("steps", schema_strings),
              OPTIONAL("clause", schema_string), OPTIONAL("quote", schema_string),
              OPTIONAL("own", schema_string), REQUIRED("remedy", schema_boolean),
              REQUIRED("on_demand", schema_boolean), REQUIRED("internal", schema_boolean),
              REQUIRED("needs", needs_schema));
ARRAY_SCHEMA(possibles_schema, possible_schema);
static const struct schema coded_schema = {
    SCHEMA_BOOLEAN, .description = N_("a paper that is issued now carries a QR code")};
OBJECT_SCHEMA(list_schema, NULL, REQUIRED("items", papers_schema),
              REQUIRED("total", schema_integer), NULLABLE("next", schema_string),
              REQUIRED("due", dues_schema), REQUIRED("possible", possibles_schema),
              REQUIRED("coded", coded_schema));

/* Papers of taken steps that have not been issued yet. */
static void due_json(struct jout *j, const struct paper_due *due, size_t count)
{
    jout_pair_array(j, "due");
    for (size_t i = 0; i < count; i++) {
        jout_object(j);
        jout_pair(j, "paper", due[i].paper->id);
        jout_pair(j, "title", part_text(due[i].paper, "label"));
        jout_pair(j, "step", due[i].step);
        jout_pair(j, "step_label", due[i].label);
        jout_pair(j, "since", due[i].since);
        jout_end_object(j);
    }
    jout_end_array(j);
}

static err_t get_papers(struct reply *out, const struct request *r, struct err *e)
{
    const struct case_paper *all = NULL;
    const struct paper_due *due = NULL;
    struct step g;
    struct jout j;
    size_t count = 0, due_count = 0;
    int64_t shown = 0;
    err_t rc = cases_read(&g, r, e);
    if (rc != OK || (rc = step_reader(&g)) != OK)
        return rc;
    rc = case_papers(&all, &count, &g);
    if (rc == OK)
        rc = papers_due(&due, &due_count, &g);
    jout_open(&j);
    jout_pair_array(&j, "items");
    for (size_t i = 0; rc == OK && i < count; i++) {
        if (!paper_shown_to(g.x->by, g.p->pack, all[i].paper, g.x->c.unit))
            continue;
        jout_object(&j);
        paper_json(&j, &all[i], g.x);
        rc = after_json(&j, &g, &all[i]);
        jout_end_object(&j);
        shown++;
    }
    step_reader_end(&g);
    if (rc != OK) {
        buf_clear(j.to);
        return rc;
    }
    jout_end_array(&j);
    jout_pair_i64(&j, "total", shown);
    jout_pair_null(&j, "next");
    due_json(&j, due, due_count);
    jout_pair_array(&j, "possible");
    const struct part_list *papers = &g.p->pack->parts[PART_PAPERS];
    for (size_t i = 0; i < papers->list.len; i++)
        if (str_eq(part_text(&papers->list.ptr[i], "process"), g.x->process->id))
            possible_json(&j, g.p->pack, &papers->list.ptr[i]);
    jout_end_array(&j);
    jout_pair_bool(&j, "coded", public_origin(r->api)[0] != 0);
    return reply_object(out, r, &j, e);
}

const struct resource resource_case_papers = {
    .reads = READS_ONE,
    .path = "/api/v1/cases/{id}/papers",
    .summary =
        N_("papers of a case: issued ones, and those of its process, with the values to enter"),
    .parameters = path_case_id,
    .reply = &list_schema,
    .handle = get_papers,
    .need = NEED_ACCOUNT,
    .hides = true,
    .scope = "records:read",
};

/* --- drafting and issuing --------------------------------------------------------------------- */

static const struct parameter new_parameters[] = {
    {"id", IN_PATH, &cases_id_schema, true, false, NULL},
    {"paper", IN_PATH, &schema_string, true, false, N_("a paper of the policy")},
    {"step", IN_BODY, &schema_string, false, false,
     N_("the step at which it is drawn up; absent: the one of them that was taken last")},
    {"number", IN_BODY, &schema_string, false, false,
     N_("document number, MARK〔2026〕3号: drawn before, or from the office's own system")},
    {"mark", IN_BODY, &schema_string, false, false,
     N_("a mark of your office whose next number is drawn; instead of `number`")},
    {"values", IN_BODY, &schema_values, false, false,
     N_("the entered values: {\"decision.reason\": \"…\"}; no counted ones")},
    {"lists", IN_BODY, &schema_values, false, false, N_("{\"findings\": [{\"facts\": \"…\"}]}")},
    {"reason", IN_BODY, &schema_reason, false, false,
     N_("why; needed where the paper was issued before")},
    {0}};

static struct case_paper_new paper_of(const struct request *r, bool draft)
{
    return (struct case_paper_new){.paper = request_value(r, "paper"),
                                   .step = request_value(r, "step"),
                                   .number = str_trim(request_value(r, "number")),
                                   .mark = str_trim(request_value(r, "mark")),
                                   .values = r->body ? jin_get(r->body, "values") : NULL,
                                   .lists = r->body ? jin_get(r->body, "lists") : NULL,
                                   .draft = draft,
                                   .at_once = !draft};
}

OBJECT_SCHEMA(draft_schema, NULL, REQUIRED("content", schema_paper),
              REQUIRED("digest", schema_string), REQUIRED("missing", schema_strings));

err_t cases_paper_shown(const struct step *g, struct str paper)
{
    return paper_shown_to(g->x->by, g->p->pack, paper, g->x->c.unit)
               ? OK
               : err_set(g->e, E_NOTFOUND, "there is no such paper");
}

static err_t post_draft(struct reply *out, const struct request *r, struct err *e)
{
    const struct case_paper_new n = paper_of(r, true);
    struct paper_filled filled;
    struct step g;
    struct buf b = {0}, text = {0};
    struct jout j;
    err_t rc = cases_read(&g, r, e);
    if (rc == OK)
        rc = cases_paper_shown(&g, n.paper);
    if (rc == OK)
        rc = case_paper_fill(&filled, &g, &n);
    if (rc != OK)
        return rc;
    jout_init(&j, &b);
    paper_canonical(&text, &filled.paper);
    jout_object(&j);
    jout_pair_raw(&j, "content", buf_str(&text));
    jout_pair(&j, "digest", text_digest(buf_str(&text), r->arena));
    jout_pair_strs(&j, "missing", filled.missing, filled.missing_count);
    jout_end_object(&j);
    buf_clear(&text);
    return reply_json(out, r, &b, e);
}

const struct resource resource_case_paper_draft = {
    .method = "POST",
    .path = "/api/v1/cases/{id}/papers/{paper}/draft",
    .summary =
        N_("a preview of a paper of a case, with its missing values; for those who may issue it"),
    .parameters = new_parameters,
    .reply = &draft_schema,
    .handle = post_draft,
    .need = NEED_ACCOUNT,
    CASE_WRITE,
    ENTRIES(NONE, N_("nothing is kept")),
};

static struct paper_stamp stamp_of(const struct case_paper *c, const struct request *r)
{
    const char *origin = public_origin(r->api);
    struct paper_stamp s = {.entry = c->entry};
    if (origin[0])
        s.check_url =
            arena_printf(r->arena, "%s%scheck/%.*s", origin, public_base(r->api), STR_ARG(c->code));
    return s;
}

err_t cases_paper_pdf(struct buf *out, struct paper_pdf *said, const struct case_paper *c,
                      const struct request *r, struct err *e)
{
    struct paper_stamp stamp = stamp_of(c, r);
    struct paper paper;
    err_t rc = case_paper_content(&paper, c, r->arena, e);
    return rc == OK ? paper_pdf(out, said, &paper, &stamp, &r->api->press, r->arena, e) : rc;
}

err_t cases_paper_asked(struct buf *out, struct case_paper *c, struct step *g,
                        const struct request *r)
{
    struct err why = {0};
    struct paper_pdf said;
    err_t rc = cases_paper_pdf(out, &said, c, r, g->e);
    if (rc == OK && c->file_digest.len == 0 &&
        case_paper_rendered_by_program(c, &(struct step){NULL, NULL, g->x, g->p, &why},
                                       text_digest(buf_str(out), r->arena)) != OK)
        log_line(LOG_WARN, "the PDF of the paper %lld is not logged yet: %s", (long long)c->id,
                 why.text); /* the job does it */
    return rc;
}

/* Without the program that makes PDF files the paper is issued nevertheless: only its content
 * counts. A PDF that cannot be made (a character without a font) is reported before anything is
 * stored. The job of papers retries other failures. */
static err_t note_render(struct case_paper *c, struct step *g, const struct request *r)
{
    struct paper_pdf said;
    struct buf b = {0};
    if (!r->api->press.program)
        return OK;
    err_t rc = cases_paper_pdf(&b, &said, c, r, g->e);
    if (rc == OK)
        rc = case_paper_rendered(c, g, text_digest(buf_str(&b), r->arena));
    buf_clear(&b);
    return rc;
}

/* *lacks: a sentence for each value without which it is not issued. */
static err_t try_render(struct flow_obstacles *lacks, struct step *g,
                        const struct case_paper_new *n, const struct request *r)
{
    struct paper_stamp stamp = {.entry = STR_NONE};
    struct paper_filled filled = {0};
    struct paper_pdf said;
    struct case_paper_new as_if = *n; /* the number is drawn once it is issued */
    struct buf b = {0};
    if (n->mark.len && n->number.len == 0)
        as_if.number = n->mark;
    err_t rc = case_paper_fill(&filled, g, &as_if);
    if (rc == E_INVALID && filled.missing_count)
        paper_gaps(lacks, part_named(g->p->pack, PART_PAPERS, n->paper), &filled,
                   g->p->kernel->types, false);
    if (rc == OK && r->api->press.program)
        rc = paper_pdf(&b, &said, &filled.paper, &stamp, &r->api->press, r->arena, g->e);
    buf_clear(&b);
    return rc;
}

static err_t post_paper(struct reply *out, const struct request *r, struct err *e)
{
    const struct case_paper_new n = paper_of(r, false);
    struct flow_obstacles lacks = {.arena = r->arena};
    struct case_paper c;
    struct step g;
    struct err why = {0};
    struct jout j;
    err_t rc = cases_read(&g, r, e);
    if (rc == OK)
        rc = try_render(&lacks, &g, &n, r);
    out->errors = flow_obstacles_values(lacks.ptr, lacks.len, r->arena);
    if (rc == OK)
        rc = case_paper_issue(&c, &g, &n);
    if (rc != OK)
        return rc;
    /* It is issued, whatever comes now: an error would have it issued twice. */
    g.e = &why;
    if (note_render(&c, &g, r) != OK)
        c.render_error = str_of(err_told(&why)); /* the job that tries it again writes the log */
    jout_open(&j);
    paper_json(&j, &c, g.x);
    return reply_created(out, r, &j, e);
}

const struct resource resource_case_paper_issue = {
    .method = "POST",
    .path = "/api/v1/cases/{id}/papers/{paper}",
    .summary =
        N_("issue a paper of a case: its content is kept, its digest logged, then it is rendered"),
    .parameters = new_parameters,
    .reply = &issued_schema,
    .statuses = {201},
    .handle = post_paper,
    .need = NEED_ACCOUNT,
    CASE_WRITE,
    ENTRIES(
        EACH,
        N_("one for the content, one for the PDF that was made of it, one for its document number, "
           "one where it was waited for, two for the service that a paper with remedies is owed")),
};

/* --- as files ------------------------------------------------------------------------------------ */

const struct parameter path_case_paper[] = {
    {"id", IN_PATH, &cases_id_schema, true, false, NULL},
    {"paper", IN_PATH, &schema_id, true, false, N_("the id of an issued one")},
    {0}};

err_t cases_paper(struct case_paper *c, struct step *g, const struct request *r, struct err *e)
{
    err_t rc = cases_read(g, r, e);
    *c = (struct case_paper){.id = request_integer(r, "paper", 0), .case_id = g->x->c.id};
    if (rc == OK)
        rc = STORE_READ(db, r->api->store, e, case_paper_read(c, db, r->arena, e));
    return rc == OK ? cases_paper_shown(g, c->paper) : rc;
}

static err_t find_printed(int64_t *case_id, struct str *paper, const struct request *r,
                          struct str uid, struct err *e)
{
    *case_id = 0;
    return STORE_READ(db, r->api->store, e,
                      db_row(NULL, db, "SELECT case_id, paper FROM case_paper WHERE entry = ?1",
                             VALUES(v_str(uid)), INTO(into_i64(case_id), into_str(paper)), r->arena,
                             e));
}

err_t cases_prints_entry(bool *out, const struct request *r, struct str uid, struct err *e)
{
    struct step g;
    struct err none;
    struct str paper;
    int64_t id = 0;
    *out = false;
    err_t rc = find_printed(&id, &paper, r, uid, e);
    if (rc != OK || id == 0)
        return rc;
    rc = cases_read_one(&g, r, id, &none);
    if (rc == E_NOTFOUND || rc == E_DENIED)
        return OK;
    *out = rc == OK && paper_shown_to(g.x->by, g.p->pack, paper, g.x->c.unit);
    return err_pass(e, rc, &none);
}

/* Its party opens what it is owed as a file alone. */
static err_t read_issued(struct case_paper *c, struct step *g, const struct request *r,
                         struct err *e)
{
    struct sealed sealed;
    err_t rc = cases_paper(c, g, r, e);
    if (rc == OK && (rc = step_reader(g)) == OK) {
        rc = service_open(&sealed, g, c, false);
        step_reader_end(g);
    }
    return rc;
}

/* Reads the paper and its content. */
static err_t read_content(struct paper *paper, struct case_paper *c, const struct request *r,
                          struct err *e)
{
    struct step g;
    err_t rc = read_issued(c, &g, r, e);
    return rc == OK ? case_paper_content(paper, c, r->arena, e) : rc;
}

static err_t reply_file(struct reply *out, const struct request *r, struct buf *b,
                        const struct case_paper *c, const char *type, const char *end,
                        struct err *e)
{
    err_t rc = taken_note(
        r,
        arena_printf(r->arena, "fetch %.*s %lld %s", STR_ARG(c->paper), (long long)c->version, end)
            .ptr,
        "case", c->case_id, e);
    if (rc == OK)
        reply_attachment(
            out, r, b, type,
            arena_printf(r->arena, "%.*s-%lld.%s", STR_ARG(c->paper), (long long)c->version, end)
                .ptr);
    if (rc == OK && c->superseded_by)
        reply_header(out, "X-Superseded-By",
                     arena_printf(r->arena, "%lld", (long long)c->superseded_by).ptr);
    buf_clear(b);
    return rc;
}

/* Fonts that came or went make other bytes of the same content: said, as the paper's worth lies in
 * its content's digest. */
static err_t get_pdf(struct reply *out, const struct request *r, struct err *e)
{
    struct case_paper c;
    struct step g;
    struct buf b = {0};
    err_t rc = read_issued(&c, &g, r, e);
    if (rc == OK)
        rc = cases_paper_asked(&b, &c, &g, r);
    if (rc != OK) {
        buf_clear(&b);
        return rc;
    }
    reply_header(out, "X-Same-As-Issued",
                 c.file_digest.len == 0 ? "unknown" /* its digest could not be logged */
                 : str_eq(c.file_digest, text_digest(buf_str(&b), r->arena)) ? "yes"
                                                                             : "no");
    return reply_file(out, r, &b, &c, PDF_TYPE, "pdf", e);
}

const struct resource resource_case_paper_pdf = {
    .reads = READS_ONE,
    .path = "/api/v1/cases/{id}/papers/{paper}/pdf",
    .summary = N_("an issued paper as PDF; X-Same-As-Issued says whether these are the bytes whose "
                  "digest was logged, X-Superseded-By which version stands in its place"),
    .parameters = path_case_paper,
    .handle = get_pdf,
    .need = NEED_ACCOUNT,
    CASE_READ,
};

static err_t get_docx(struct reply *out, const struct request *r, struct err *e)
{
    struct case_paper c;
    struct paper paper;
    struct buf b = {0};
    err_t rc = read_content(&paper, &c, r, e);
    if (rc == OK) {
        struct paper_stamp stamp = stamp_of(&c, r);
        rc = paper_docx(&b, &paper, &stamp, r->arena, e);
    }
    if (rc == OK)
        return reply_file(out, r, &b, &c, WORD_TYPE, "docx", e);
    buf_clear(&b);
    return rc;
}

const struct resource resource_case_paper_docx = {
    .reads = READS_ONE,
    .path = "/api/v1/cases/{id}/papers/{paper}/docx",
    .summary =
        N_("an issued paper as Word; X-Superseded-By says which version stands in its place"),
    .parameters = path_case_paper,
    .handle = get_docx,
    .need = NEED_ACCOUNT,
    CASE_READ,
};

/* --- as pictures --------------------------------------------------------------------------------- */

static err_t get_page(struct reply *out, const struct request *r, struct err *e)
{
    struct case_paper c;
    struct paper paper;
    err_t rc = read_content(&paper, &c, r, e);
    if (rc != OK)
        return rc;
    struct paper_stamp stamp = stamp_of(&c, r);
    struct str tag =
        arena_printf(r->arena, "%.*s-%.*s", STR_ARG(c.digest), STR_ARG(stamp.check_url));
    return page_reply_paper(out, r, &paper, &stamp, tag, e);
}

static const struct parameter page_parameters[] = {
    {"id", IN_PATH, &cases_id_schema, true, false, NULL},
    {"paper", IN_PATH, &schema_id, true, false, N_("the id of an issued one")},
    PAGE_PARAMETERS,
    {0}};

const struct resource resource_case_paper_page = {
    .reads = READS_ONE,
    .path = "/api/v1/cases/{id}/papers/{paper}/pages/{n}.png",
    .summary = N_("a page of an issued paper as PNG; X-Pages says how many there are"),
    .parameters = page_parameters,
    .handle = get_page,
    .need = NEED_ACCOUNT,
    CASE_READ,
};

/* A proposed step issues it with the values that were proposed. */
static err_t take_proposed(struct case_paper_new *n, const struct step *g)
{
    struct proposal waits = {0};
    const struct jvalue *asked = NULL;
    struct flow_call x = *g->x;
    x.step = process_step_find(x.process, n->step);
    err_t rc = x.step && x.step->two_persons
                   ? flow_proposed(&waits, &(struct step){NULL, NULL, &x, g->p, g->e})
                   : OK;
    if (rc == OK && waits.id)
        rc = jin_parse(&asked, waits.arguments, x.arena, g->e);
    const struct jvalue *said =
        jin_get(jin_get(jin_get(asked, "arguments"), "papers"), arena_cstr(x.arena, n->paper));
    if (!said)
        return rc;
    n->number = str_trim(jin_text(said, "number"));
    n->values = jin_get(said, "values");
    n->lists = jin_get(said, "lists");
    return rc;
}

static err_t get_draft_page(struct reply *out, const struct request *r, struct err *e)
{
    struct case_paper_new n = paper_of(r, true);
    const struct paper_stamp stamp = {.entry = STR_NONE};
    struct paper_filled filled;
    struct step g;
    err_t rc = cases_read(&g, r, e);
    if (rc == OK)
        rc = cases_paper_shown(&g, n.paper);
    if (rc == OK)
        rc = take_proposed(&n, &g);
    if (rc == OK)
        rc = case_paper_fill(&filled, &g, &n);
    return rc == OK ? page_reply_paper(out, r, &filled.paper, &stamp, STR_NONE, e) : rc;
}

static const struct parameter draft_page_parameters[] = {
    {"id", IN_PATH, &cases_id_schema, true, false, NULL},
    {"paper", IN_PATH, &schema_string, true, false, N_("a paper of the policy")},
    PAGE_PARAMETERS,
    {"step", IN_QUERY, &schema_string, false, false,
     N_("the step at which it is drawn up, with the values of its proposal; absent: the one of "
        "them "
        "that was taken last")},
    {0}};

const struct resource resource_case_paper_draft_page = {
    .reads = READS_ONE,
    .path = "/api/v1/cases/{id}/papers/{paper}/draft/pages/{n}.png",
    .summary = N_(
        "a page of the preview of a paper, marked as a draft, as PNG; for those who may issue it"),
    .parameters = draft_page_parameters,
    .handle = get_draft_page,
    .need = NEED_ACCOUNT,
    CASE_READ,
};
