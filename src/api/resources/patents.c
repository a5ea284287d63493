/* /patents/{id}: one record with its sources, including the corrections of the subject's unit. */
#include "access/deed.h"
#include "api/resources/schemas.h"
#include "base/msg.h"
#include "model/patent_correction.h"
#include "model/patent_store.h"
#include "search/export.h"

/* A member that is left out where its neighbours tell it, and null where they would tell it wrongly. */
#define IMPLIED(called)                                                                            \
    {                                                                                              \
        called, &schema_string, false, true                                                        \
    }
ENUM_SCHEMA(number_use, NULL, "publication", "application", "any");
ENUM_SCHEMA(number_check, NULL, "right", "wrong");
OBJECT_SCHEMA(number, "PatentNumber", OPTIONAL("use", number_use),
              OPTIONAL("office", schema_string), OPTIONAL("serial", schema_string),
              OPTIONAL("kind", schema_string), OPTIONAL("check_digit", schema_string),
              OPTIONAL("check", number_check), OPTIONAL("display", schema_string),
              IMPLIED("written"), IMPLIED("key"));
ARRAY_SCHEMA(numbers, number);
ENUM_SCHEMA(text_part, NULL, "title", "abstract", "claims", "first_claim", "description");
OBJECT_SCHEMA(one_text, "PatentText", REQUIRED("part", text_part), OPTIONAL("lang", schema_string),
              OPTIONAL("translated", schema_boolean), OPTIONAL("content", schema_string));
ARRAY_SCHEMA(texts, one_text);
ENUM_SCHEMA(party_role, NULL, "applicant", "assignee", "inventor", "agent", "examiner");
OBJECT_SCHEMA(party, "PatentParty", REQUIRED("role", party_role), OPTIONAL("name", schema_string),
              IMPLIED("name_key"), OPTIONAL("country", schema_string),
              OPTIONAL("address", schema_string), OPTIONAL("identifier", schema_string));
ARRAY_SCHEMA(parties, party);
ENUM_SCHEMA(class_scheme, NULL, "ipc", "cpc", "locarno", "uspc", "fi", "ecla");
OBJECT_SCHEMA(class, "PatentClass", REQUIRED("scheme", class_scheme),
              OPTIONAL("symbol", schema_string), OPTIONAL("version", schema_string),
              OPTIONAL("position", schema_string), OPTIONAL("value", schema_string));
ARRAY_SCHEMA(classes, class);
OBJECT_SCHEMA(priority, "PatentPriority", OPTIONAL("number", number),
              OPTIONAL("date", schema_string), OPTIONAL("country", schema_string));
ARRAY_SCHEMA(priorities, priority);
OBJECT_SCHEMA(citation, "PatentCitation", OPTIONAL("number", number),
              OPTIONAL("text", schema_string), OPTIONAL("category", schema_string),
              OPTIONAL("origin", schema_string), OPTIONAL("citing_us", schema_boolean));
ARRAY_SCHEMA(citations, citation);
OBJECT_SCHEMA(event, "PatentEvent", OPTIONAL("date", schema_string),
              OPTIONAL("office", schema_string), OPTIONAL("code", schema_string),
              OPTIONAL("text", schema_string));
ARRAY_SCHEMA(events, event);
OBJECT_SCHEMA(vendor_field, "VendorField", OPTIONAL("name", schema_string),
              OPTIONAL("value", schema_string));
ARRAY_SCHEMA(vendor, vendor_field);
/* The output of patent_to_json. */
OBJECT_SCHEMA(patent_record, "Patent", OPTIONAL("source", schema_string),
              OPTIONAL("source_id", schema_string), OPTIONAL("as_of", schema_string),
              OPTIONAL("publication", number), OPTIONAL("publication_date", schema_string),
              OPTIONAL("application", number), OPTIONAL("application_date", schema_string),
              OPTIONAL("grant_date", schema_string), OPTIONAL("earliest", number),
              OPTIONAL("family", schema_string), OPTIONAL("type", schema_patent_type),
              OPTIONAL("status", schema_patent_status), OPTIONAL("status_written", schema_string),
              IMPLIED("status_as_of"), OPTIONAL("region", schema_string),
              OPTIONAL("times_cited", schema_integer), OPTIONAL("sei", schema_strings),
              OPTIONAL("texts", texts), OPTIONAL("parties", parties), OPTIONAL("classes", classes),
              OPTIONAL("priorities", priorities), OPTIONAL("family_members", numbers),
              OPTIONAL("citations", citations), OPTIONAL("events", events),
              OPTIONAL("vendor", vendor));
ENUM_SCHEMA(fact_name, NULL, "title", "applicant", "status", "publication_date", "application_date",
            "grant_date");
OBJECT_SCHEMA(conflict, "PatentConflict", REQUIRED("field", fact_name),
              REQUIRED("value", schema_string));
static const struct schema conflicts = {
    SCHEMA_ARRAY, .items = &conflict,
    .description = N_("facts in which it differs from the merged document")};
OBJECT_SCHEMA(source, "PatentSource", REQUIRED("source", schema_string),
              OPTIONAL("source_id", schema_string), OPTIONAL("file", schema_string),
              OPTIONAL("row", schema_integer), REQUIRED("received", schema_string),
              REQUIRED("conflicts", conflicts));
ARRAY_SCHEMA(sources, source);
OBJECT_SCHEMA(printing, "PatentPrinting", REQUIRED("id", schema_integer),
              REQUIRED("number", schema_string), OPTIONAL("date", schema_string));
static const struct schema printings = {
    SCHEMA_ARRAY, .items = &printing,
    .description = N_("all publications of its number, itself among them")};
OBJECT_MEMBERS(correction, REQUIRED("states", patent_record), REQUIRED("changed", schema_string),
               REQUIRED("account", schema_integer));
static const struct schema correction = {
    SCHEMA_OBJECT, .properties = correction_members,
    .description = N_("what one's own unit corrects; it is in `record`, for that unit alone")};
static const struct schema status_date = {
    SCHEMA_STRING, .description = N_("the day for which the data say so; null: not known")};
OBJECT_SCHEMA(reply_schema, "PatentReply", REQUIRED("id", schema_integer),
              REQUIRED("record", patent_record), REQUIRED("status_label", schema_string),
              NULLABLE("status_date", status_date), REQUIRED("type_label", schema_string),
              OPTIONAL("office_label", schema_string), REQUIRED("sources", sources),
              REQUIRED("publications", printings), OPTIONAL("correction", correction));

static const struct parameter parameters[] = {
    {"id", IN_PATH, &schema_id, true, false, N_("as search gives it")}, {0}};

static err_t write_conflicts(struct jout *j, const struct patent *shown, struct str content,
                             struct arena *a, struct err *e)
{
    struct patent_fact facts[PATENT_FACTS];
    struct patent said;
    err_t rc = patent_from_json(&said, content, a, e);
    size_t n = rc == OK ? patent_conflicts(facts, shown, &said, a) : 0;
    jout_pair_array(j, "conflicts");
    for (size_t i = 0; i < n; i++) {
        jout_object(j);
        jout_pair(j, "field", str_of(facts[i].field));
        jout_pair(j, "value", facts[i].value);
        jout_end_object(j);
    }
    jout_end_array(j);
    return rc;
}

static err_t write_source(struct jout *j, const struct patent_source *s, const struct patent *shown,
                          struct arena *a, struct err *e)
{
    char when[21];
    time_format(when, s->received_ms);
    jout_object(j);
    jout_pair_str(j, "source", s->source);
    jout_pair(j, "source_id", s->source_id);
    jout_pair(j, "file", s->file);
    if (s->row > 0)
        jout_pair_i64(j, "row", s->row);
    jout_pair(j, "received", str_of(when));
    err_t rc = write_conflicts(j, shown, s->content, a, e);
    jout_end_object(j);
    return rc;
}

struct reading {
    struct patent patent;
    const struct patent_source *list;
    size_t count;
    const struct patent_printing *printings;
    size_t printing_count;
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
    if (rc == OK)
        rc = patent_printings(&out->printings, &out->printing_count, db, id, r->arena, e);
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
    jout_pair_object(j, "correction");
    jout_pair_raw(j, "states", c->content);
    jout_pair(j, "changed", str_of(when));
    jout_pair_i64(j, "account", c->changed_by);
    jout_end_object(j);
}

/* As in a hit of a search. */
static void write_labels(struct jout *j, const struct patent *p, struct arena *a)
{
    struct found f;
    search_describe(&f, p, a);
    jout_pair(j, "status_label", f.status_label);
    jout_pair_or_null(j, "status_date", f.status_date);
    jout_pair(j, "type_label", f.type_label);
    jout_pair(j, "office_label", f.office_label);
}

static void write_printings(struct jout *j, const struct reading *x)
{
    jout_pair_array(j, "publications");
    for (size_t i = 0; i < x->printing_count; i++) {
        jout_object(j);
        jout_pair_i64(j, "id", x->printings[i].id);
        jout_pair_str(j, "number", x->printings[i].number);
        jout_pair(j, "date", x->printings[i].date);
        jout_end_object(j);
    }
    jout_end_array(j);
}

static err_t get_patent(struct reply *out, const struct request *r, struct err *e)
{
    struct reading x;
    struct buf record = {0}, b = {0};
    struct jout j;
    int64_t id = request_integer(r, "id", 0);
    err_t rc = read_patent(&x, r, id, e);
    if (rc == OK)
        rc = correct(&x, r->arena, e);
    if (rc != OK)
        return rc;
    jout_init(&j, &b);
    patent_to_json(&record, &x.patent);
    jout_object(&j);
    jout_pair_i64(&j, "id", id);
    jout_pair_raw(&j, "record", buf_str(&record));
    write_labels(&j, &x.patent, r->arena);
    jout_pair_array(&j, "sources");
    for (size_t i = 0; rc == OK && i < x.count; i++)
        rc = write_source(&j, &x.list[i], &x.patent, r->arena, e);
    jout_end_array(&j);
    write_printings(&j, &x);
    write_correction(&j, &x.correction);
    jout_end_object(&j);
    b.failed |= record.failed;
    buf_clear(&record);
    return reply_json_if(rc, out, r, &b, e);
}

const struct resource resource_patent = {
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

static const struct parameter correction_parameters[] = {
    {"id", IN_PATH, &schema_id, true, false, N_("as search gives it")},
    {"title", IN_BODY, &schema_line, false, false, NULL},
    {"abstract", IN_BODY, &schema_prose, false, false, NULL},
    {"applicants", IN_BODY, &schema_strings, false, false, N_("all of them")},
    {"assignees", IN_BODY, &schema_strings, false, false, N_("all of them")},
    {"inventors", IN_BODY, &schema_strings, false, false, N_("all of them")},
    {"publication_date", IN_BODY, &schema_day, false, false, NULL},
    {"application_date", IN_BODY, &schema_day, false, false, NULL},
    {"grant_date", IN_BODY, &schema_day, false, false, NULL},
    {"status", IN_BODY, &schema_line, false, false, N_("legal status in words")},
    {"reason", IN_BODY, &schema_reason, true, false, N_("why; kept with the log")},
    {0}};
static const struct parameter end_parameters[] = {
    {"id", IN_PATH, &schema_id, true, false, N_("as search gives it")},
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

/* The statements of the body in canonical JSON. */
static err_t stated(struct str *out, const struct request *r, struct err *e)
{
    struct patent p = {0};
    struct buf b = {0};
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
    patent_to_json(&b, &p);
    *out = buf_take(&b, r->arena);
    return str_is(*out, "{}") ? err_set(e, E_INVALID, "a correction states one thing at least")
                              : OK;
}

static const char *const correctors[] = {
    "province_officer", "province_leader", "ip_centre_officer", "city_officer",  "city_leader",
    "centre_staff",     "centre_manager",  "company_staff",     "service_staff", NULL};

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
 * has come from. Of what it shares with others nothing is taken from them. */
static err_t correct_step(struct db *db, void *arg, struct err *e)
{
    const struct correcting *x = arg;
    const struct request *r = x->request;
    const struct patent_correction *list;
    struct patent_correction own = {0};
    size_t count = 0, ended = 0;
    bool hidden = false; /* by the document's own row from now on */
    err_t rc = patent_corrections(&list, &count, &own.number_key, db, r->subject->unit,
                                  request_integer(r, "id", 0), r->arena, e);
    for (size_t i = 0; rc == OK && i < count; i++) {
        struct patent_correction c = list[i];
        if (str_eq(c.number_key, own.number_key)) {
            own = c;
        } else if (c.content.len && c.shared) {
            hidden = true;
        } else if (c.content.len) {
            rc = state_in(&c, x, STR_NONE, db, e);
            ended++;
        }
    }
    if (rc == OK && (x->content.len || own.content.len || hidden))
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
    .summary = N_("correct a patent for one's own unit: the values override all sources for that "
                  "unit only and replace its former corrections; search and counts ignore them"),
    .parameters = correction_parameters,
    .reply = &reply_schema,
    .handle = put_correction,
    ROLE_AMONG(correctors),
    .scope = "records:write",
    ENTRIES(EACH, N_("one; where patents became one, one for each correction that ends besides")),
};

const struct resource resource_patent_correction_end = {
    .method = "DELETE",
    .path = "/api/v1/patents/{id}/correction",
    .summary = N_("take back what one's own unit corrects of a patent"),
    .parameters = end_parameters,
    .reply = &reply_schema,
    .handle = end_correction,
    ROLE_AMONG(correctors),
    .scope = "records:write",
    ENTRIES(EACH, N_("one; where patents became one, one for each correction that ends besides")),
};
