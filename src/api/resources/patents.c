/* /patents/{id}: one record with its sources, as the unit of who asks has corrected it for itself. */
#include "access/deed.h"
#include "api/resource.h"
#include "base/msg.h"
#include "model/patent_correction.h"
#include "model/patent_store.h"

static const struct property source_members[] = {
    {"source", &schema_string, true},    {"source_id", &schema_string, false},
    {"file", &schema_string, false},     {"row", &schema_integer, false},
    {"received", &schema_string, false}, {0}};
static const struct schema source = {SCHEMA_OBJECT, .properties = source_members};
static const struct schema sources = {SCHEMA_ARRAY, .items = &source};
static const struct property correction_members[] = {{"states", &schema_any, true},
                                                     {"changed", &schema_string, true},
                                                     {"account", &schema_integer, true},
                                                     {0}};
static const struct schema correction = {
    SCHEMA_OBJECT, .properties = correction_members,
    .description = N_("what one's own unit corrects; it is in `record`, for that unit alone")};
static const struct property members[] = {{"id", &schema_integer, true},
                                          {"record", &schema_any, true},
                                          {"sources", &sources, true},
                                          {"correction", &correction, false},
                                          {0}};
static const struct schema reply_schema = {SCHEMA_OBJECT, .properties = members};

static const struct schema id_schema = {SCHEMA_INTEGER, .minimum = 1, .maximum = INT64_MAX};
static const struct parameter parameters[] = {
    {"id", IN_PATH, &id_schema, true, false, N_("as search gives it")}, {0}};

static void write_source(struct jout *j, const struct patent_source *s)
{
    char when[21];
    time_format(when, s->received_ms);
    jout_object(j);
    jout_name(j, "source");
    jout_str(j, s->source);
    jout_pair(j, "source_id", s->source_id);
    jout_pair(j, "file", s->file);
    if (s->row > 0)
        jout_pair_i64(j, "row", s->row);
    jout_pair(j, "received", str_of(when));
    jout_end_object(j);
}

struct reading {
    struct patent patent;
    const struct patent_source *list;
    size_t count;
    struct patent_correction correction; /* of the unit of who asks */
};

static err_t read_correction(struct patent_correction *out, struct db *db, const struct request *r,
                             int64_t id, struct err *e)
{
    const struct patent_correction *list;
    struct str key;
    size_t count = 0;
    err_t rc = patent_corrections(&list, &count, &key, db, r->subject->unit, id, r->arena, e);
    return rc == OK ? patent_correction_joined(out, list, count, r->arena, e) : rc;
}

static err_t read_patent(struct reading *out, const struct request *r, int64_t id, struct err *e)
{
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, r->api->store, e);
    out->correction = (struct patent_correction){0};
    if (rc != OK)
        return rc;
    rc = patent_get(&out->patent, db, id, r->arena, e);
    if (rc == OK)
        rc = patent_sources(&out->list, &out->count, db, id, r->arena, e);
    if (rc == OK && r->subject->unit)
        rc = read_correction(&out->correction, db, r, id, e);
    store_reader_put(r->api->store, db);
    return rc;
}

/* The unit's own layer. */
static err_t correct(struct reading *x, struct arena *a, struct err *e)
{
    struct patent base = x->patent, top;
    if (x->correction.content.len == 0)
        return OK;
    err_t rc = patent_from_json(&top, x->correction.content, a, e);
    if (rc == OK)
        patent_overlay(&x->patent, &top, &base, a);
    return rc;
}

static void write_correction(struct jout *j, const struct patent_correction *c)
{
    char when[21];
    if (c->content.len == 0)
        return;
    time_format(when, c->changed_ms);
    jout_name(j, "correction");
    jout_object(j);
    jout_name(j, "states");
    jout_raw(j, c->content);
    jout_pair(j, "changed", str_of(when));
    jout_pair_i64(j, "account", c->changed_by);
    jout_end_object(j);
}

static err_t get_patent(struct reply *out, const struct request *r, struct err *e)
{
    struct reading x;
    struct buf record, b;
    struct jout j;
    int64_t id = request_integer(r, "id", 0);
    err_t rc = read_patent(&x, r, id, e);
    if (rc == OK)
        rc = correct(&x, r->arena, e);
    if (rc != OK)
        return rc;
    buf_init(&record, 0);
    buf_init(&b, 0);
    jout_init(&j, &b);
    patent_to_json(&record, &x.patent);
    jout_object(&j);
    jout_name(&j, "id");
    jout_i64(&j, id);
    jout_name(&j, "record");
    jout_raw(&j, buf_str(&record));
    jout_name(&j, "sources");
    jout_array(&j);
    for (size_t i = 0; i < x.count; i++)
        write_source(&j, &x.list[i]);
    jout_end_array(&j);
    write_correction(&j, &x.correction);
    jout_end_object(&j);
    b.failed |= record.failed;
    buf_clear(&record);
    return reply_json(out, r, &b, e);
}

const struct resource resource_patent = {
    .method = "GET",
    .reads = READS_ONE,
    .path = "/api/v1/patents/{id}",
    .summary = N_("one patent record with its sources"),
    .parameters = parameters,
    .reply = &reply_schema,
    .handle = get_patent,
    .need = NEED_LOCAL,
    .scope = "search",
};

/* --- the layer of one's own unit ------------------------------------------------------------- */

static const struct schema day_schema = {SCHEMA_STRING, .description = N_("YYYY-MM-DD")};
static const struct parameter correction_parameters[] = {
    {"id", IN_PATH, &id_schema, true, false, N_("as search gives it")},
    {"title", IN_BODY, &schema_line, false, false, NULL},
    {"abstract", IN_BODY, &schema_prose, false, false, NULL},
    {"applicants", IN_BODY, &schema_strings, false, false, N_("all of them")},
    {"assignees", IN_BODY, &schema_strings, false, false, N_("all of them")},
    {"inventors", IN_BODY, &schema_strings, false, false, N_("all of them")},
    {"publication_date", IN_BODY, &day_schema, false, false, NULL},
    {"application_date", IN_BODY, &day_schema, false, false, NULL},
    {"grant_date", IN_BODY, &day_schema, false, false, NULL},
    {"status", IN_BODY, &schema_line, false, false, N_("legal status in words")},
    {"reason", IN_BODY, &schema_reason, true, false, N_("why; kept with the log")},
    {0}};
static const struct parameter end_parameters[] = {
    {"id", IN_PATH, &id_schema, true, false, N_("as search gives it")},
    {"reason", IN_QUERY, &schema_reason, true, false, N_("why; kept with the log")},
    {0}};

static void take_text(struct patent *p, const struct request *r, const char *name,
                      enum text_part part)
{
    struct str text = request_value(r, name);
    if (text.len)
        VEC_PUSH(r->arena, &p->texts, (struct patent_text){.part = part, .content = text});
}

static void take_parties(struct patent *p, const struct request *r, const char *name,
                         enum party_role role)
{
    const struct str *names = NULL;
    size_t count = request_values(&names, r, name);
    for (size_t i = 0; i < count; i++)
        VEC_PUSH(r->arena, &p->parties, (struct party){.role = role, .name = names[i]});
}

static err_t take_date(struct date *out, const struct request *r, const char *name, struct err *e)
{
    struct str text = request_value(r, name);
    if (text.len && (!date_parse(out, text) || !date_valid(*out)))
        return err_set(e, E_INVALID, "%s: \"%.*s\" is no day; write YYYY-MM-DD", name,
                       STR_ARG(text));
    return OK;
}

/* What the body states, in canonical JSON. */
static err_t stated(struct str *out, const struct request *r, struct err *e)
{
    struct patent p = {0};
    struct buf b;
    err_t rc;
    patent_init(&p);
    take_text(&p, r, "title", TEXT_TITLE);
    take_text(&p, r, "abstract", TEXT_ABSTRACT);
    take_parties(&p, r, "applicants", PARTY_APPLICANT);
    take_parties(&p, r, "assignees", PARTY_ASSIGNEE);
    take_parties(&p, r, "inventors", PARTY_INVENTOR);
    p.status_written = request_value(r, "status");
    if ((rc = take_date(&p.publication_date, r, "publication_date", e)) != OK ||
        (rc = take_date(&p.application_date, r, "application_date", e)) != OK ||
        (rc = take_date(&p.grant_date, r, "grant_date", e)) != OK)
        return rc;
    patent_finish(&p, r->arena);
    buf_init(&b, 0);
    patent_to_json(&b, &p);
    *out = arena_dup(r->arena, buf_str(&b));
    buf_clear(&b);
    return str_is(*out, "{}") ? err_set(e, E_INVALID, "a correction states one thing at least")
                              : OK;
}

struct correcting {
    const struct request *request;
    struct str content; /* empty: it is taken back */
};

/* One row states this from now on; empty: nothing. */
static err_t state_in(struct patent_correction *c, const struct correcting *x, struct str content,
                      struct db *db, struct err *e)
{
    const struct request *r = x->request;
    const struct deed d = request_deed(r);
    int64_t unit = r->subject->unit;
    c->version++;
    c->content = content;
    c->changed_ms = deed_now_ms(&d);
    c->changed_by = r->subject->account;
    c->publication = request_integer(r, "id", 0);
    const struct deed_field fields[] = {
        {"content", v_str(content)}, {"publication", v_i64(c->publication)}, {"unit", v_i64(unit)}};
    err_t rc = patent_correction_put(c, db, unit, e);
    return rc == OK
               ? deed_version(&d, db, "patent_correction", c->id, c->version,
                              content.len ? "correct" : "correct_end", fields, ARRAY_LEN(fields), e)
               : rc;
}

/* In place of all that the unit corrected of the document: under its number now, and under those of documents that it
 * has come from. */
static err_t correct_step(struct db *db, void *arg, struct err *e)
{
    const struct correcting *x = arg;
    const struct request *r = x->request;
    const struct patent_correction *list;
    struct patent_correction own = {0};
    size_t count = 0, ended = 0;
    err_t rc = patent_corrections(&list, &count, &own.number_key, db, r->subject->unit,
                                  request_integer(r, "id", 0), r->arena, e);
    for (size_t i = 0; rc == OK && i < count; i++) {
        struct patent_correction c = list[i];
        if (x->content.len && str_eq(c.number_key, own.number_key)) {
            own = c;
        } else if (c.content.len) {
            rc = state_in(&c, x, STR_NONE, db, e);
            ended++;
        }
    }
    if (rc == OK && x->content.len)
        return state_in(&own, x, x->content, db, e);
    return rc == OK && ended == 0
               ? err_set(e, E_NOTFOUND, "your unit corrects nothing of this patent")
               : rc;
}

static err_t put_correction(struct reply *out, const struct request *r, struct err *e)
{
    struct correcting x = {.request = r};
    err_t rc = stated(&x.content, r, e);
    if (rc == OK)
        rc = store_write(r->api->store, correct_step, &x, e);
    return rc == OK ? get_patent(out, r, e) : rc;
}

static err_t end_correction(struct reply *out, const struct request *r, struct err *e)
{
    struct correcting x = {.request = r};
    err_t rc = store_write(r->api->store, correct_step, &x, e);
    return rc == OK ? get_patent(out, r, e) : rc;
}

const struct resource resource_patent_correct = {
    .method = "PUT",
    .path = "/api/v1/patents/{id}/correction",
    .summary =
        N_("correct a patent for one's own unit: what is stated stands above all sources, for "
           "that unit alone, in place of what it corrected before; search and counts do not "
           "know of it"),
    .parameters = correction_parameters,
    .body = BODY_JSON,
    .reply = &reply_schema,
    .handle = put_correction,
    .need = NEED_ACCOUNT,
    .scope = "records:write",
    .entries = ENTRIES_EACH,
    .entries_why = N_("one; where patents became one, one for each correction that ends besides"),
};

const struct resource resource_patent_correction_end = {
    .method = "DELETE",
    .path = "/api/v1/patents/{id}/correction",
    .summary = N_("take back what one's own unit corrects of a patent"),
    .parameters = end_parameters,
    .reply = &reply_schema,
    .handle = end_correction,
    .need = NEED_ACCOUNT,
    .scope = "records:write",
    .entries = ENTRIES_EACH,
    .entries_why = N_("one; where patents became one, one for each correction that ends besides"),
};
