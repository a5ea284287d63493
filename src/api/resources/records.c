/* /records/{type}: list, create, read, change, act, history, bulk, for every
 * record type. What a body may hold is the type's to say (record/record.h);
 * nothing here knows a kind. Where the description names {type}, it is written
 * once for each of them (openapi.c). */
#include "api/records.h"
#include "api/cases.h"
#include "api/resource.h"
#include "api/resources/schemas.h"
#include "base/msg.h"
#include "model/erasure_ground.h"
#include "record/record.h"

#define BULK_MAX 1000 /* items of one bulk request */

#define WRITE_PARAMETERS                                                                           \
    {"reason", IN_QUERY, &schema_reason, false, false, N_("why; kept with the version")},          \
    {                                                                                              \
        "Idempotency-Key", IN_HEADER, &schema_string, false, false,                                \
            N_("the same key and body again give the first answer again")                          \
    }

OBJECT_SCHEMA(written_schema, "RecordWritten", REQUIRED("id", schema_integer),
              REQUIRED("version", schema_integer), REQUIRED("state", schema_string),
              REQUIRED("entry", schema_string), REQUIRED("repeated", schema_boolean),
              OPTIONAL("proposal", schema_integer));

const struct parameter path_type[] = {TYPE_PARAMETER, {0}};
const struct parameter path_record[] = {TYPE_PARAMETER, ID_PARAMETER, {0}};

/* --- shared by the handlers ------------------------------------------------------- */

err_t records_call(struct record_call *out, const struct request *r, struct err *e)
{
    struct str name = request_value(r, "type");
    const struct record_type *t = record_type_find(r->api->kernel->types, name);
    *out = *RECORD_CALL(r, t, request_integer(r, "id", 0));
    return t ? OK : err_set(e, E_NOTFOUND, "there is no record type '%.*s'", STR_ARG(name));
}

const struct jvalue *records_faults(struct arena *a, const struct faults *faults)
{
    struct jout j;
    if (faults->count == 0)
        return NULL;
    jout_init_values(&j, a);
    jout_array(&j);
    for (size_t i = 0; i < faults->count; i++) {
        const struct fault *f = &faults->items[i];
        jout_object(&j);
        jout_pair_str(&j, "field", f->field);
        jout_pair_z(&j, "code", f->code);
        jout_pair_str(&j, "message", msg_lang() == LANG_ZH ? f->message_zh : f->message_en);
        const struct jvalue *places = msg_lang() == LANG_ZH ? f->places_zh : f->places_en;
        if (places) {
            jout_name(&j, "places");
            jout_value(&j, places);
        }
        jout_end_object(&j);
    }
    jout_end_array(&j);
    return jout_made(&j);
}

/* "3" or 3, or "3-…" as the ETag of a record gave it. */
static err_t if_match(int64_t *version, const struct request *r, struct err *e)
{
    struct str tag = request_header(r, "if-match");
    *version = 0;
    if (tag.len == 0)
        return OK;
    if (tag.len > 2 && tag.ptr[0] == '"' && tag.ptr[tag.len - 1] == '"')
        tag = (struct str){tag.ptr + 1, tag.len - 2};
    if (!str_to_i64(version, str_split(&tag, STR("-"))) || *version < 1)
        return err_set(e, E_INVALID, "If-Match: give the version that was read, as in \"3\"");
    return OK;
}

static err_t write_options(struct write_options *out, const struct request *r, struct err *e)
{
    *out = (struct write_options){.reason = request_query(r, "reason"),
                                  .idempotency = request_header(r, "idempotency-key")};
    return if_match(&out->if_version, r, e);
}

static void written_json(struct jout *j, const struct written *w)
{
    jout_object(j);
    jout_pair_i64(j, "id", w->id);
    jout_pair_i64(j, "version", w->version);
    jout_pair_str(j, "state", w->state);
    jout_pair_z(j, "entry", w->entry);
    jout_pair_bool(j, "repeated", w->repeated);
    jout_pair_id(j, "proposal", w->proposal);
    jout_end_object(j);
}

static err_t reply_written(struct reply *out, const struct request *r, const struct record_type *t,
                           const struct written *w, unsigned status, struct err *e)
{
    struct jout j;
    jout_own(&j);
    written_json(&j, w);
    err_t rc = reply_json(out, r, j.to, e);
    if (rc != OK)
        return rc;
    out->status = status;
    reply_header(out, "ETag", arena_printf(r->arena, "\"%lld\"", (long long)w->version).ptr);
    if (status == 201)
        reply_header(
            out, "Location",
            arena_printf(r->arena, "/api/v1/records/%.*s/%lld", STR_ARG(t->name), (long long)w->id)
                .ptr);
    return OK;
}

/* --- list and create --------------------------------------------------------------- */

static const struct parameter list_parameters[] = {
    TYPE_PARAMETER,
    {"filter", IN_QUERY, &schema_string, false, false,
     N_("amount>=1000 and state=signed and title~\"lens\"; see the manual")},
    {"sort", IN_QUERY, &schema_string, false, false, N_("fields, a minus before one: descending")},
    {"fields", IN_QUERY, &schema_string, false, false, N_("absent: the list's columns; *: all")},
    {"q", IN_QUERY, &schema_string, false, false, N_("words in the type's texts")},
    {"cursor", IN_QUERY, &schema_string, false, false, N_("`next` of the page before")},
    {"page", IN_QUERY, &schema_page, false, false, N_("a page by number, from 1")},
    {"limit", IN_QUERY, &schema_limit, false, false, N_("records of a page; absent: 50")},
    {"ended", IN_QUERY, &schema_boolean, false, false, N_("ended records too")},
    {0}};
ARRAY_SCHEMA(row_items, schema_values);
OBJECT_SCHEMA(list_schema, "RecordPage", REQUIRED("items", row_items),
              NULLABLE("total", schema_integer), NULLABLE("next", schema_string));

struct list_request records_list_request(const struct request *r)
{
    return (struct list_request){.filter = request_query(r, "filter"),
                                 .sort = request_query(r, "sort"),
                                 .fields = request_query(r, "fields"),
                                 .cursor = request_query(r, "cursor"),
                                 .words = request_query(r, "q"),
                                 .page = request_integer(r, "page", 0),
                                 .limit = request_integer(r, "limit", 0),
                                 .ended = str_is(request_query(r, "ended"), "true")};
}

static err_t list_records(struct reply *out, const struct request *r, struct err *e)
{
    struct record_call c;
    struct list_request q = records_list_request(r);
    struct buf b = {0};
    err_t rc = records_call(&c, r, e);
    if (rc == OK)
        rc = record_list(&b, &c, &q, e);
    return reply_json_if(rc, out, r, &b, e);
}

static enum begun begin_list(struct reply *out, struct request *r)
{
    struct record_call c;
    struct list_request q = records_list_request(r);
    struct buf b = {0};
    if (records_call(&c, r, NULL) == OK && record_list_kept(&b, &c, &q) &&
        reply_json(out, r, &b, NULL) == OK)
        return BEGUN_DONE;
    buf_clear(&b);
    return BEGUN_NOT;
}

const struct resource resource_records = {
    .reads = READS_ROWS,
    .path = "/api/v1/records/{type}",
    .summary = N_("records of a type that you may read"),
    .parameters = list_parameters,
    .reply = &list_schema,
    .handle = list_records,
    .begin = begin_list,
    .need = NEED_NOBODY,
    .by_reader = true,
    .scope = "records:read",
    .shape = SHAPE_LIST,
};

static const struct parameter group_parameters[] = {
    TYPE_PARAMETER,
    {"by", IN_QUERY, &schema_string, true, false, N_("an enum, a boolean or state")},
    {"sum", IN_QUERY, &schema_string, false, false, N_("a number that is added up")},
    {"filter", IN_QUERY, &schema_string, false, false, N_("as of the list")},
    {"q", IN_QUERY, &schema_string, false, false, N_("words in the type's texts")},
    {"ended", IN_QUERY, &schema_boolean, false, false, N_("ended records too")},
    {0}};
OBJECT_SCHEMA(group_schema, NULL, OPTIONAL("code", schema_string),
              REQUIRED("count", schema_integer), OPTIONAL("sum", schema_string),
              OPTIONAL("unknown", schema_integer), OPTIONAL("hidden", schema_integer));
ARRAY_SCHEMA(group_list, group_schema);
OBJECT_SCHEMA(groups_schema, "RecordGroups", REQUIRED("groups", group_list));

static err_t group_records(struct reply *out, const struct request *r, struct err *e)
{
    struct record_call c;
    struct list_request q = records_list_request(r);
    struct buf b = {0};
    q.by = request_query(r, "by");
    q.sum = request_query(r, "sum");
    err_t rc = records_call(&c, r, e);
    if (rc == OK)
        rc = record_groups(&b, &c, &q, e);
    return reply_json_if(rc, out, r, &b, e);
}

const struct resource resource_record_groups = {
    .reads = READS_NONE,
    .path = "/api/v1/records/{type}/groups",
    .summary = N_("counts and sums of the records that you may read, by one field"),
    .parameters = group_parameters,
    .reply = &groups_schema,
    .handle = group_records,
    .need = NEED_ACCOUNT,
    .scope = "records:read",
};

static const struct parameter create_parameters[] = {
    TYPE_PARAMETER,
    WRITE_PARAMETERS,
    {"unit", IN_QUERY, &schema_id, false, false,
     N_("the owning unit: facts stated by an office about a party are records of that party; "
        "absent: one's own")},
    {0}};

/* An office creates records for itself only, except entries about the functions of an office
 * (types/authority.yaml). */
static err_t create_options(struct write_options *out, const struct request *r,
                            const struct record_type *t, struct err *e)
{
    struct str unit = request_query(r, "unit");
    err_t rc = write_options(out, r, e);
    if (rc != OK || unit.len == 0)
        return rc;
    if (!str_to_i64(&out->owner_unit, unit) || out->owner_unit < 1)
        return err_set(e, E_INVALID, "unit must be the number of a unit");
    return t->owner == OWNER_UNIT || str_is(t->name, "authority")
               ? OK
               : err_set(
                     e, E_INVALID,
                     "records of this type belong to the unit that creates them: leave out unit");
}

static err_t create_record(struct reply *out, const struct request *r, struct err *e)
{
    struct record_call c;
    struct write_options o;
    struct written w = {0};
    err_t rc;
    if ((rc = records_call(&c, r, e)) != OK || (rc = create_options(&o, r, c.type, e)) != OK)
        return rc;
    rc = record_create(&w, &c, r->body, &o, e);
    out->errors = records_faults(r->arena, &w.faults);
    return rc == OK ? reply_written(out, r, c.type, &w, w.repeated ? 200 : 201, e) : rc;
}

static enum begun begin_create(struct reply *out, struct request *r)
{
    struct record_call call;
    struct write_options o;
    (void)out;
    if (records_call(&call, r, NULL) != OK || create_options(&o, r, call.type, NULL) != OK)
        return BEGUN_NOT;
    struct record_creation *c = record_create_begin(&call, r->body, &o);
    if (!c)
        return BEGUN_NOT;
    r->begun = c;
    r->step = record_create_step(c);
    return BEGUN_STEP;
}

static err_t end_create(struct reply *out, const struct request *r, struct err *e)
{
    struct record_call c;
    struct written w = {0};
    err_t rc = records_call(&c, r, e);
    if (rc == OK)
        rc = record_create_end(&w, r->begun, e);
    out->errors = records_faults(r->arena, &w.faults);
    return rc == OK ? reply_written(out, r, c.type, &w, w.repeated ? 200 : 201, e) : rc;
}

const struct resource resource_record_create = {
    .method = "POST",
    .path = "/api/v1/records/{type}",
    .summary = N_("create a record"),
    .parameters = create_parameters,
    .body = BODY_JSON,
    .open_body = true,
    .reply = &written_schema,
    .statuses = {200, 201},
    .handle = create_record,
    .begin = begin_create,
    .end = end_create,
    .need = NEED_ACCOUNT,
    .scope = "records:write",
    .shape = SHAPE_CREATE,
    .enters_refusals = true,
};

/* --- one record --------------------------------------------------------------------- */

OBJECT_SCHEMA(open_proposal, "RecordProposal", REQUIRED("id", schema_integer),
              REQUIRED("action", schema_string), REQUIRED("by", schema_integer),
              OPTIONAL("role", schema_string), REQUIRED("proposed_ms", schema_integer),
              REQUIRED("expires_ms", schema_integer), OPTIONAL("reason", schema_string),
              NULLABLE("arguments", schema_values), REQUIRED("yours", schema_boolean));
ARRAY_SCHEMA(open_proposals, open_proposal);
ENUM_SCHEMA(secrecy, NULL, "open", "internal", "secret");
ARRAY_SCHEMA(fees_schema, schema_values); /* matter/annual_fee.h */
/* The columns that every record has, where they are shown, beside the fields of its type. */
OBJECT_MEMBERS(record, REQUIRED("id", schema_integer), REQUIRED("version", schema_integer),
               REQUIRED("state", schema_string), OPTIONAL("owner_unit", schema_integer),
               {"owner_city", &schema_string, false, true},
               OPTIONAL("owner_province", schema_string), OPTIONAL("secrecy", secrecy),
               OPTIONAL("published", schema_boolean), OPTIONAL("created_ms", schema_integer),
               OPTIONAL("created_by", schema_integer), OPTIONAL("changed_ms", schema_integer),
               OPTIONAL("changed_by", schema_integer), {"ended_ms", &schema_integer, false, true},
               {"import_id", &schema_integer, false, true}, OPTIONAL("_erased", schema_strings),
               OPTIONAL("_fees", fees_schema), REQUIRED("_may", schema_strings),
               OPTIONAL("_proposals", open_proposals));
static const struct schema record_schema = {SCHEMA_OBJECT, .name = "StoredRecord",
                                            .properties = record_members, .items = &schema_value};

static err_t get_record(struct reply *out, const struct request *r, struct err *e)
{
    struct record_call c;
    struct buf b = {0};
    int64_t version = 0;
    err_t rc = records_call(&c, r, e);
    if (rc == OK)
        rc = record_get(&b, &version, &c, e);
    if (rc != OK) {
        buf_clear(&b);
        return rc;
    }
    if ((rc = reply_json(out, r, &b, e)) == OK)
        out->etag = arena_printf(r->arena, "\"%lld-", (long long)version).ptr;
    return rc;
}

const struct resource resource_record = {
    .reads = READS_ONE,
    .path = "/api/v1/records/{type}/{id}",
    .summary = N_("one record"),
    .parameters = path_record,
    .reply = &record_schema,
    .handle = get_record,
    .tagged = true,
    .need = NEED_NOBODY,
    .by_reader = true,
    .scope = "records:read",
    .shape = SHAPE_ONE,
};

static const struct parameter change_parameters[] = {
    TYPE_PARAMETER,
    ID_PARAMETER,
    WRITE_PARAMETERS,
    {"If-Match", IN_HEADER, &schema_string, true, false,
     N_("the version that was read; another one meanwhile is a conflict")},
    {0}};

static err_t change_record(struct reply *out, const struct request *r, struct err *e)
{
    struct record_call c;
    struct write_options o;
    struct written w = {0};
    err_t rc;
    if ((rc = records_call(&c, r, e)) != OK || (rc = write_options(&o, r, e)) != OK)
        return rc;
    rc = record_change(&w, &c, r->body, &o, e);
    out->errors = records_faults(r->arena, &w.faults);
    return rc == OK ? reply_written(out, r, c.type, &w, 200, e) : rc;
}

const struct resource resource_record_change = {
    .method = "PATCH",
    .path = "/api/v1/records/{type}/{id}",
    .summary = N_("change fields of a record (RFC 7396)"),
    .parameters = change_parameters,
    .body = BODY_JSON,
    .open_body = true,
    .reply = &written_schema,
    .handle = change_record,
    .need = NEED_ACCOUNT,
    .scope = "records:write",
    .shape = SHAPE_CHANGE,
    .enters_refusals = true,
};

static const struct parameter act_parameters[] = {
    TYPE_PARAMETER,
    ID_PARAMETER,
    {"action", IN_PATH, &schema_string, true, false,
     N_("a transition or action of the type; end: ends the record")},
    WRITE_PARAMETERS,
    {"If-Match", IN_HEADER, &schema_string, false, false,
     N_("the version that was read; another one meanwhile is a conflict")},
    {"check", IN_QUERY, &schema_boolean, false, false,
     N_("rehearse: say what refuses it, and write nothing")},
    {0}};

/* Opening or extending a call needs the policies, which the record kernel does not know. */
static err_t check_opening(struct db *db, void *arg, const struct written *w, struct err *e)
{
    return programme_call_check(db, arg, w->id, w->version, e);
}

static err_t act(struct written *w, const struct request *r, const struct record_call *c,
                 struct str action, const struct jvalue *arguments, struct write_options *o,
                 struct err *e)
{
    struct programme p = {0};
    if (str_is(c->type->name, "call") && (str_is(action, "open") || str_is(action, "extend"))) {
        err_t rc = cases_open(&p, r, e);
        if (rc != OK)
            return rc;
        o->with = check_opening;
        o->with_arg = &p;
    }
    err_t rc = record_act(w, c, action, arguments, o, e);
    if (p.faults.count)
        w->faults = p.faults;
    return rc;
}

static err_t act_on_record(struct reply *out, const struct request *r, struct err *e)
{
    struct record_call c;
    struct write_options o;
    struct written w = {0};
    err_t rc;
    if ((rc = records_call(&c, r, e)) != OK || (rc = write_options(&o, r, e)) != OK)
        return rc;
    o.check_only = str_is(request_query(r, "check"), "true");
    rc = act(&w, r, &c, request_value(r, "action"), r->body, &o, e);
    out->errors = records_faults(r->arena, &w.faults);
    /* A proposal for a second person is accepted, not done. */
    return rc == OK ? reply_written(out, r, c.type, &w, w.proposal ? 202 : 200, e) : rc;
}

const struct resource resource_record_act = {
    .method = "POST",
    .path = "/api/v1/records/{type}/{id}/actions/{action}",
    .id = "actOnRecord",
    .summary = N_("do a named action with a record"),
    .parameters = act_parameters,
    .body = BODY_JSON,
    .open_body = true,
    .reply = &written_schema,
    .statuses = {200, 202},
    .handle = act_on_record,
    .need = NEED_ACCOUNT,
    .scope = "records:write",
    .enters_refusals = true,
};

static const struct parameter unpropose_parameters[] = {
    TYPE_PARAMETER,
    ID_PARAMETER,
    {"action", IN_PATH, &schema_string, true, false, N_("the action that was proposed")},
    {"reason", IN_QUERY, &schema_reason, false, false, N_("why; kept with the log")},
    {0}};

static err_t unpropose(struct reply *out, const struct request *r, struct err *e)
{
    struct record_call c;
    struct write_options o = {.reason = request_query(r, "reason")};
    struct written w;
    err_t rc = records_call(&c, r, e);
    if (rc == OK)
        rc = record_unpropose(&w, &c, request_value(r, "action"), &o, e);
    return rc == OK ? reply_written(out, r, c.type, &w, 200, e) : rc;
}

const struct resource resource_record_unpropose = {
    .method = "DELETE",
    .path = "/api/v1/records/{type}/{id}/actions/{action}",
    .summary = N_("take back what you proposed to a second person, or refuse what was proposed"),
    .parameters = unpropose_parameters,
    .reply = &written_schema,
    .handle = unpropose,
    .need = NEED_ACCOUNT,
    .scope = "records:write",
    .enters_refusals = true,
};

/* --- erasure by law ------------------------------------------------------------------ */

static const struct parameter erase_parameters[] = {
    TYPE_PARAMETER,
    ID_PARAMETER,
    {"fields", IN_BODY, &schema_strings, true, false,
     N_("names of fields that are personal data; team.name: a column of a table; _reason: the "
        "reasons "
        "given")},
    {"ground", IN_BODY, &schema_string, true, false, N_("one of GET /api/v1/erasure-grounds")},
    {"basis", IN_BODY, &schema_reason, false, false,
     N_("the document with its number and clause, or the rule, where the ground asks for it")},
    {"reason", IN_BODY, &schema_reason, true, false,
     N_("the reason; stored with the proposal and shown to the second person")},
    {0}};

static err_t erase_fields(struct reply *out, const struct request *r, struct err *e)
{
    const struct jvalue *list = jin_get(r->body, "fields");
    struct str *names = arena_array(r->arena, list->count, sizeof(*names));
    const struct erase_request request = {.fields = names,
                                          .field_count = list->count,
                                          .ground = request_value(r, "ground"),
                                          .basis = request_value(r, "basis"),
                                          .in_person = request_is_fresh(r)};
    struct write_options o = {.reason = request_value(r, "reason")};
    struct record_call c;
    struct written w = {0};
    err_t rc = records_call(&c, r, e);
    for (size_t i = 0; i < list->count; i++)
        names[i] = list->items[i].text;
    if (rc != OK)
        return rc;
    rc = record_erase(&w, &c, &request, &o, e);
    out->errors = records_faults(r->arena, &w.faults);
    return rc == OK ? reply_written(out, r, c.type, &w, w.proposal ? 202 : 200, e) : rc;
}

static const char *const erasers[] = {"security_administrator", "province_leader", NULL};

const struct resource resource_record_erase = {
    .method = "POST",
    .path = "/api/v1/records/{type}/{id}/erase",
    .summary = N_("erase personal data by law, in the record and in all its versions: one proposes "
                  "it, another confirms it with the same"),
    .parameters = erase_parameters,
    .reply = &written_schema,
    .statuses = {200, 202},
    .handle = erase_fields,
    ROLE_AMONG(erasers),
    .scope = "records:write",
    .in_person = true,
    .enters_refusals = true,
};

OBJECT_SCHEMA(ground_schema, NULL, REQUIRED("code", schema_string),
              REQUIRED("label", schema_string), REQUIRED("basis", schema_boolean),
              REQUIRED("though_kept", schema_boolean));
LIST_SCHEMA(grounds_schema, ground_schema);

static err_t get_grounds(struct reply *out, const struct request *r, struct err *e)
{
    struct erasure_ground g;
    struct items items;
    size_t count = 0;
    items_begin(&items);
    for (; erasure_ground_at(&g, count); count++) {
        jout_object(&items.json);
        jout_pair(&items.json, "code", str_of(g.code));
        jout_pair(&items.json, "label", str_of(msg_lang() == LANG_ZH ? g.zh : g.en));
        jout_pair_bool(&items.json, "basis", g.basis);
        jout_pair_bool(&items.json, "though_kept", g.kept);
        jout_end_object(&items.json);
    }
    return items_end(out, r, &items, (int64_t)count, 0, e);
}

const struct resource resource_erasure_grounds = {
    .reads = READS_NONE,
    .path = "/api/v1/erasure-grounds",
    .summary =
        N_("on what grounds personal data are erased by law; basis: the document is named as "
           "well; though_kept: also what the law still has kept"),
    .reply = &grounds_schema,
    .handle = get_grounds,
    .need = NEED_ACCOUNT,
    .scope = "records:read",
};

/* --- many at once -------------------------------------------------------------------- */

ARRAY_SCHEMA(bulk_items, schema_values);
static const struct parameter bulk_parameters[] = {
    TYPE_PARAMETER,
    {"reason", IN_QUERY, &schema_reason, false, false, N_("why; kept with each version")},
    {"items", IN_BODY, &bulk_items, true, false,
     N_("{\"create\":{…}}, {\"change\":{…},\"id\":12,\"version\":3} or "
        "{\"act\":\"sign\",\"id\":12}; "
        "up to 1,000, each by itself")},
    {0}};
OBJECT_SCHEMA(outcome, "BulkOutcome", REQUIRED("status", schema_integer),
              OPTIONAL("id", schema_integer), OPTIONAL("version", schema_integer),
              OPTIONAL("state", schema_string), OPTIONAL("entry", schema_string),
              OPTIONAL("detail", schema_string), OPTIONAL("errors", schema_problem_errors));
ARRAY_SCHEMA(outcomes, outcome);
OBJECT_SCHEMA(bulk_schema, NULL, REQUIRED("items", outcomes), REQUIRED("done", schema_integer),
              REQUIRED("refused", schema_integer));

static err_t bulk_item(struct written *w, const struct request *r, struct record_call *c,
                       const struct jvalue *item, struct err *e)
{
    const struct jvalue *create = jin_get(item, "create"), *change = jin_get(item, "change");
    struct str action = jin_text(item, "act");
    struct write_options o = {.reason = request_query(r, "reason")};
    c->id = 0;
    if (create)
        return record_create(w, c, create, &o, e);
    if (!jin_i64(&c->id, item, "id") || c->id < 1)
        return err_set(e, E_INVALID, "an item that does not create needs the id of its record");
    if (jin_get(item, "version") && (!jin_i64(&o.if_version, item, "version") || o.if_version < 1))
        return err_set(e, E_INVALID, "version must be the number that was read");
    if (action.len)
        return act(w, r, c, action, jin_get(item, "arguments"), &o, e);
    if (!change)
        return err_set(e, E_INVALID, "an item has create, change or act");
    if (o.if_version == 0)
        return err_set(e, E_INVALID, "a change needs the version that was read");
    return record_change(w, c, change, &o, e);
}

static err_t bulk_records(struct reply *out, const struct request *r, struct err *e)
{
    struct record_call c;
    const struct jvalue *items = jin_get(r->body, "items");
    struct jout j;
    int64_t done = 0;
    err_t rc;
    if ((rc = records_call(&c, r, e)) != OK)
        return rc;
    if (items->count > BULK_MAX)
        return err_set(e, E_LIMIT, "%zu items at once; send up to %d", items->count, BULK_MAX);
    jout_open(&j);
    jout_pair_array(&j, "items");
    for (size_t i = 0; i < items->count; i++) {
        struct written w = {0};
        struct err why;
        rc = bulk_item(&w, r, &c, &items->items[i], &why);
        unsigned status = 200;
        const char *told = rc == OK ? NULL : problem_message(&status, r, &why);
        jout_object(&j);
        jout_pair_i64(&j, "status", status);
        if (rc == OK) {
            done++;
            jout_pair_i64(&j, "id", w.id);
            jout_pair_i64(&j, "version", w.version);
            jout_pair(&j, "state", w.state);
            jout_pair(&j, "entry", str_of(w.entry));
        } else {
            jout_pair(&j, "detail", str_of(told));
            const char *part = jin_get(&items->items[i], "create")   ? "create"
                               : jin_get(&items->items[i], "change") ? "change"
                                                                     : "arguments";
            struct str errors = problem_errors(r, records_faults(r->arena, &w.faults),
                                               arena_printf(r->arena, "/items/%zu/%s", i, part));
            if (errors.len)
                jout_pair_raw(&j, "errors", errors);
        }
        jout_end_object(&j);
    }
    jout_end_array(&j);
    jout_pair_i64(&j, "done", done);
    jout_pair_i64(&j, "refused", (int64_t)items->count - done);
    return reply_object(out, r, &j, e);
}

const struct resource resource_records_bulk = {
    .method = "POST",
    .path = "/api/v1/records/{type}/bulk",
    .id = "writeRecords",
    .summary = N_("create, change and act on many records; each by itself"),
    .parameters = bulk_parameters,
    .reply = &bulk_schema,
    .handle = bulk_records,
    .need = NEED_ACCOUNT,
    .scope = "records:write",
    ENTRIES(EACH, N_("one for each item")),
    .enters_refusals = true,
};

/* --- drafts ------------------------------------------------------------------------------ */

static const struct parameter draft_parameters[] = {
    TYPE_PARAMETER,
    {"from", IN_QUERY, &schema_string, false, false,
     N_("the reference that names the source; event.shown: a row of a table; absent: none")},
    {"id", IN_QUERY, &schema_id, false, false, N_("the source")},
    {"row", IN_QUERY, &schema_offset, false, false, N_("the row of the table, from 0")},
    {0}};
OBJECT_SCHEMA(draft_source, NULL, REQUIRED("type", schema_string), REQUIRED("id", schema_integer),
              OPTIONAL("title", schema_string));
MAP_SCHEMA(draft_sources, draft_source);
OBJECT_SCHEMA(draft_schema, NULL, REQUIRED("values", schema_values),
              REQUIRED("sources", draft_sources));
ARRAY_SCHEMA(draft_list, draft_schema);
OBJECT_SCHEMA(drafts_schema, "RecordDrafts", REQUIRED("drafts", draft_list));

static err_t get_draft(struct reply *out, const struct request *r, struct err *e)
{
    struct record_call c;
    struct buf b = {0};
    err_t rc = records_call(&c, r, e);
    if (rc == OK)
        rc = record_draft(&b, &c, request_query(r, "from"), request_integer(r, "row", 0), e);
    return reply_json_if(rc, out, r, &b, e);
}

const struct resource resource_record_draft = {
    .reads = READS_ONE,
    .path = "/api/v1/records/{type}/draft",
    .summary = N_("what a new record takes over from the one it is made from"),
    .parameters = draft_parameters,
    .reply = &drafts_schema,
    .handle = get_draft,
    .need = NEED_ACCOUNT,
    .scope = "records:read",
};

/* --- types ---------------------------------------------------------------------------- */

/* Parts of the output of record_type_json (record/describe.c). */
OBJECT_SCHEMA(both_labels, "Label", OPTIONAL("zh", schema_string), OPTIONAL("en", schema_string));
/* A list, or "all". */
UNION_SCHEMA(words_or_all, NULL, &schema_string, &schema_strings);
ENUM_SCHEMA(asks_reason, NULL, "none", "optional", "required");
OBJECT_SCHEMA(action_schema, "RecordAction", REQUIRED("name", schema_string),
              OPTIONAL("label", both_labels), OPTIONAL("from", schema_strings),
              OPTIONAL("to", schema_string), OPTIONAL("need", schema_strings),
              OPTIONAL("amends", schema_strings), OPTIONAL("takes", schema_strings),
              OPTIONAL("ahead", schema_strings), REQUIRED("reason", asks_reason),
              OPTIONAL("two_persons", schema_boolean));
ARRAY_SCHEMA(actions_schema, action_schema);
OBJECT_SCHEMA(rule_schema, NULL, OPTIONAL("roles", words_or_all),
              REQUIRED("relation", schema_string), OPTIONAL("function", schema_string),
              REQUIRED("verbs", schema_strings), OPTIONAL("actions", words_or_all),
              OPTIONAL("states", words_or_all), OPTIONAL("fields", words_or_all),
              OPTIONAL("unmasked", words_or_all), REQUIRED("secrecy", schema_string));
ARRAY_SCHEMA(rule_list, rule_schema);

static const struct schema by_hand_schema = {
    SCHEMA_BOOLEAN, .description = N_("people write them; false: a process alone does")};
ENUM_SCHEMA(may_word, NULL, "read", "create", "import");
ARRAY_SCHEMA(may_schema, may_word);
MAP_SCHEMA(duty_values, schema_string);
OBJECT_SCHEMA(duty_schema, "RecordDuty", OPTIONAL("is", schema_string),
              OPTIONAL("by", schema_string), OPTIONAL("of", duty_values),
              OPTIONAL("else", schema_string));
ARRAY_SCHEMA(refers_schema, schema_string);
MAP_SCHEMA(counts_of_values, schema_integer);
OBJECT_SCHEMA(type_schema, "TypeName", REQUIRED("name", schema_string),
              REQUIRED("label", schema_string), REQUIRED("by_hand", by_hand_schema),
              OPTIONAL("public", schema_boolean), REQUIRED("may", may_schema),
              OPTIONAL("duty", duty_schema), OPTIONAL("within", schema_boolean),
              OPTIONAL("refers_to", refers_schema), OPTIONAL("year", schema_integer),
              {"open", &schema_integer, false, true}, OPTIONAL("undated", schema_integer),
              OPTIONAL("last", schema_string), OPTIONAL("by", counts_of_values),
              OPTIONAL("open_by", counts_of_values), OPTIONAL("year_filter", schema_string),
              OPTIONAL("open_filter", schema_string), OPTIONAL("actions", actions_schema),
              OPTIONAL("access", rule_list));
LIST_SCHEMA(types_schema, type_schema);

ENUM_SCHEMA(counts_word, NULL, "year");
static const struct schema year_schema = {SCHEMA_INTEGER, .minimum = 1900, .maximum = 9998};
static const struct parameter types_parameters[] = {
    {"counts", IN_QUERY, &counts_word, false, false,
     N_("also how many records of each type a year has: a party's own, or all that an office "
        "reads")},
    {"year", IN_QUERY, &year_schema, false, false, N_("absent: this year, in China")},
    {"access", IN_QUERY, &schema_boolean, false, false,
     N_("true: also the actions and the rules of access of each type")},
    {0}};

/* The verbs that the reader's roles allow on the type: read, create, import. */
static void may_json(struct jout *j, const struct subject *s, const struct record_type *t)
{
    unsigned verbs = access_verbs(s, &t->access);
    jout_pair_array(j, "may");
    if (verbs & ACCESS_READ)
        jout_z(j, "read");
    if (verbs & ACCESS_CREATE && !t->by_actions_only)
        jout_z(j, "create");
    if (verbs & ACCESS_IMPORT && !t->by_actions_only)
        jout_z(j, "import");
    jout_end_array(j);
}

/* The types whose records people name in records of this one. */
static void refers_json(struct jout *j, const struct record_type *t)
{
    size_t count = 0;
    for (size_t i = 0; i < t->field_count; i++) {
        const struct field *f = &t->fields[i];
        bool known = false;
        for (size_t k = 0; k < i; k++)
            known |= t->fields[k].type == FIELD_REF && str_eq(t->fields[k].to, f->to);
        if (f->type != FIELD_REF || f->retired || f->set_by_count || known)
            continue;
        if (count++ == 0)
            jout_pair_array(j, "refers_to");
        jout_str(j, f->to);
    }
    if (count)
        jout_end_array(j);
}

static err_t get_types(struct reply *out, const struct request *r, struct err *e)
{
    struct items list;
    struct record_call c = *RECORD_CALL(r, NULL, 0);
    struct db *db = NULL;
    int64_t count = 0, year = request_integer(r, "year", 0);
    err_t rc = OK;
    if (year == 0 && !str_to_i64(&year, (struct str){r->subject->today.ptr, 4}))
        year = 0;
    if (str_is(request_query(r, "counts"), "year") &&
        (rc = store_reader_get(&db, c.kernel->store, e)) == OK)
        rc = db_begin_read(db, e);
    items_begin(&list);
    for (; rc == OK && (c.type = record_type_at(c.kernel->types, (size_t)count)) != NULL; count++) {
        const struct record_type *t = c.type;
        jout_object(&list.json);
        jout_pair(&list.json, "name", t->name);
        jout_pair(&list.json, "label", record_type_label(t));
        jout_pair_bool(&list.json, "by_hand", !t->by_actions_only);
        if (t->is_public)
            jout_pair_bool(&list.json, "public", true);
        may_json(&list.json, r->subject, t);
        record_duty_json(&list.json, &t->duty);
        if (t->within.count)
            jout_pair_bool(&list.json, "within", true);
        refers_json(&list.json, t);
        if (str_is(request_query(r, "access"), "true"))
            record_access_json(&list.json, t);
        if (db)
            rc = record_counts(&list.json, &c, db, (int)year, e);
        jout_end_object(&list.json);
    }
    if (db)
        db_rollback(db);
    store_reader_put(c.kernel->store, db);
    if (rc == OK)
        return items_end(out, r, &list, count, 0, e);
    buf_clear(list.json.to);
    return rc;
}

const struct resource resource_types = {
    .reads = READS_NONE,
    .path = "/api/v1/types",
    .summary = N_("the record types by name; each in full is at /types/{type}"),
    .parameters = types_parameters,
    .reply = &types_schema,
    .handle = get_types,
    .tagged = true,
    .need = NEED_ACCOUNT,
    .scope = "records:read",
};

OBJECT_SCHEMA(choice_schema, "FieldChoice", REQUIRED("code", schema_string),
              OPTIONAL("label", both_labels), OPTIONAL("from", schema_string),
              OPTIONAL("to", schema_string), OPTIONAL("pack", schema_string));
ARRAY_SCHEMA(choices_schema, choice_schema);
OBJECT_SCHEMA(word_schema, NULL, REQUIRED("fact", schema_string), REQUIRED("who", schema_string),
              OPTIONAL("label", both_labels), OPTIONAL("checked", schema_string),
              OPTIONAL("evidence", both_labels));
UNION_SCHEMA(bound_schema, NULL, &schema_integer, &schema_string);
#define FIELD_MEMBERS                                                                              \
    REQUIRED("name", schema_string), REQUIRED("type", schema_string),                              \
        OPTIONAL("label", both_labels), OPTIONAL("hint", both_labels),                             \
        OPTIONAL("required", schema_boolean), OPTIONAL("required_from", schema_strings),           \
        OPTIONAL("unique", schema_boolean), OPTIONAL("many", schema_boolean),                      \
        OPTIONAL("secrecy", schema_string), OPTIONAL("default", schema_value),                     \
        OPTIONAL("min", bound_schema), OPTIONAL("max", bound_schema),                              \
        OPTIONAL("min_date", schema_string), OPTIONAL("max_date", schema_string),                  \
        OPTIONAL("places", schema_integer), OPTIONAL("unit", schema_string),                       \
        OPTIONAL("pattern", schema_string), OPTIONAL("currency", schema_string),                   \
        OPTIONAL("to", schema_string), OPTIONAL("level", schema_string),                           \
        OPTIONAL("values", choices_schema), OPTIONAL("accept", schema_strings),                    \
        OPTIONAL("set_by", schema_strings), OPTIONAL("cleared_by", schema_strings),                \
        OPTIONAL("by_cases", schema_boolean), OPTIONAL("personal", schema_boolean),                \
        OPTIONAL("stays", schema_boolean), OPTIONAL("number", schema_boolean),                     \
        OPTIONAL("numbered", schema_string), OPTIONAL("organisation", schema_string),              \
        OPTIONAL("office_mark", schema_boolean), OPTIONAL("choices", schema_boolean),              \
        OPTIONAL("choices_of", schema_string), OPTIONAL("fixed_by", schema_strings),               \
        OPTIONAL("word", word_schema), OPTIONAL("result", schema_string),                          \
        OPTIONAL("filter", schema_string), OPTIONAL("sorts", schema_boolean)
OBJECT_SCHEMA(column_schema, "TableColumn", FIELD_MEMBERS);
ARRAY_SCHEMA(columns_schema, column_schema);
/* Maps each field to its values, or to {"not": values}. */
OBJECT_SCHEMA(negated_schema, NULL, REQUIRED("not", schema_strings));
UNION_SCHEMA(condition_schema, NULL, &schema_strings, &negated_schema);
static const struct schema conditions_schema = {SCHEMA_OBJECT, .name = "Conditions",
                                                .items = &condition_schema};
OBJECT_SCHEMA(field_schema, "RecordField", FIELD_MEMBERS, OPTIONAL("fields", columns_schema),
              OPTIONAL("key", schema_strings), OPTIONAL("keep_rows", schema_boolean),
              OPTIONAL("fixed_but", schema_strings));
const struct schema schema_record_fields = {SCHEMA_ARRAY, .items = &field_schema};
OBJECT_SCHEMA(constraint_schema, NULL, REQUIRED("kind", schema_string),
              OPTIONAL("fields", schema_strings), OPTIONAL("at_most", schema_string),
              OPTIONAL("is", schema_string), OPTIONAL("years", schema_integer),
              OPTIONAL("unless", schema_string), OPTIONAL("since", schema_string),
              OPTIONAL("when", conditions_schema), OPTIONAL("words", schema_strings),
              OPTIONAL("but", schema_strings), OPTIONAL("message", both_labels));
ARRAY_SCHEMA(constraints_schema, constraint_schema);
OBJECT_SCHEMA(state_schema, "RecordState", REQUIRED("name", schema_string),
              OPTIONAL("label", both_labels), OPTIONAL("locked", words_or_all),
              OPTIONAL("late", schema_strings), OPTIONAL("public", schema_boolean));
ARRAY_SCHEMA(states_schema, state_schema);
OBJECT_SCHEMA(section_schema, "RecordSection", OPTIONAL("name", schema_string),
              OPTIONAL("label", both_labels), OPTIONAL("when", conditions_schema),
              REQUIRED("fields", schema_strings));
ARRAY_SCHEMA(sections_schema, section_schema);
OBJECT_SCHEMA(offer_schema, "RecordPaper", REQUIRED("name", schema_string),
              OPTIONAL("label", both_labels), OPTIONAL("when", conditions_schema));
ARRAY_SCHEMA(offers_schema, offer_schema);
OBJECT_SCHEMA(related_schema, NULL, REQUIRED("type", schema_string),
              OPTIONAL("field", schema_string), OPTIONAL("when", conditions_schema));
OBJECT_SCHEMA(stage_schema, "RecordStage", REQUIRED("name", schema_string),
              OPTIONAL("label", both_labels), OPTIONAL("when", conditions_schema),
              OPTIONAL("given", schema_strings), OPTIONAL("has", related_schema),
              OPTIONAL("each", schema_string), OPTIONAL("on", schema_string));
ARRAY_SCHEMA(stages_schema, stage_schema);
ARRAY_SCHEMA(days_schema, schema_integer);
OBJECT_SCHEMA(due_schema, "RecordDue", REQUIRED("name", schema_string),
              OPTIONAL("label", both_labels), REQUIRED("on", schema_strings),
              OPTIONAL("after", schema_string), OPTIONAL("when", conditions_schema),
              OPTIONAL("until", schema_string), OPTIONAL("newer", schema_strings),
              OPTIONAL("computed", schema_strings), REQUIRED("warn", days_schema),
              OPTIONAL("whom", schema_string), OPTIONAL("act", schema_string));
ARRAY_SCHEMA(dues_schema, due_schema);
OBJECT_SCHEMA(ask_schema, "RecordAsk", REQUIRED("name", schema_string),
              OPTIONAL("label", both_labels), REQUIRED("who", schema_string),
              OPTIONAL("when", conditions_schema), REQUIRED("sees", schema_strings),
              OPTIONAL("fills", schema_strings), REQUIRED("sets", schema_strings),
              OPTIONAL("roles", schema_strings), REQUIRED("days", schema_integer),
              REQUIRED("link", schema_boolean));
ARRAY_SCHEMA(asks_schema, ask_schema);
OBJECT_SCHEMA(whole_type, "RecordType", REQUIRED("name", schema_string),
              OPTIONAL("label", both_labels), OPTIONAL("hint", both_labels),
              REQUIRED("owner", schema_string), OPTIONAL("facts", schema_string),
              OPTIONAL("facts_shape", schema_string), OPTIONAL("key", schema_strings),
              OPTIONAL("key_scope", schema_string), OPTIONAL("key_state", schema_string),
              REQUIRED("kept", schema_string), REQUIRED("written_by", schema_string),
              OPTIONAL("public", schema_boolean), OPTIONAL("title", schema_string),
              OPTIONAL("list", schema_strings), OPTIONAL("sort", schema_string),
              OPTIONAL("search", schema_strings), OPTIONAL("evidence", schema_strings),
              REQUIRED("secrecy", schema_string), OPTIONAL("retention_years", schema_integer),
              REQUIRED("fields", schema_record_fields), OPTIONAL("duty", duty_schema),
              OPTIONAL("dated", schema_strings), OPTIONAL("within", schema_strings),
              OPTIONAL("sections", sections_schema), OPTIONAL("stages", stages_schema),
              OPTIONAL("dues", dues_schema), OPTIONAL("carry", schema_strings),
              REQUIRED("constraints", constraints_schema), OPTIONAL("initial", schema_string),
              REQUIRED("states", states_schema), REQUIRED("actions", actions_schema),
              REQUIRED("access", rule_list), OPTIONAL("asks", asks_schema),
              OPTIONAL("papers", offers_schema));

static err_t get_type(struct reply *out, const struct request *r, struct err *e)
{
    struct record_call c;
    struct jout j;
    err_t rc = records_call(&c, r, e);
    if (rc != OK)
        return rc;
    jout_own(&j);
    record_type_json(&j, type_offered(&c));
    return reply_json(out, r, j.to, e);
}

const struct resource resource_type = {
    .reads = READS_NONE,
    .path = "/api/v1/types/{type}",
    .summary = N_("one record type: fields, states, lists, forms"),
    .parameters = path_type,
    .reply = &whole_type,
    .handle = get_type,
    .tagged = true,
    .need = NEED_ACCOUNT,
    .scope = "records:read",
};
