/* The history of records: versions, differences between them, and records past their retention
 * period. */
#include "api/cases.h"
#include "api/records.h"
#include "base/msg.h"

/* *out NULL: all of them. A version of a case is a line of its history, visible to the readers of
 * that line. */
static err_t versions_told(const struct versions_told **out, const struct request *r,
                           const struct record_type *t, struct err *e)
{
    const struct flow_done *lines = NULL;
    struct step g;
    size_t count = 0;
    *out = NULL;
    if (!str_is(t->name, "case"))
        return OK;
    err_t rc = cases_read(&g, r, e);
    if (rc == OK)
        rc = STORE_READ(db, r->api->store, e,
                        flow_history_shown(&lines, &count, &(struct step){NULL, db, g.x, NULL, e}));
    struct versions_told *told = arena_alloc(r->arena, sizeof(*told));
    int64_t *versions = arena_array(r->arena, count, sizeof(*versions));
    for (size_t i = 0; i < count; i++)
        versions[i] = lines[i].version;
    *told = (struct versions_told){versions, count};
    *out = told;
    return rc;
}

static err_t history_begin(struct record_call *c, const struct versions_told **told, struct buf *b,
                           const struct request *r, struct err *e)
{
    buf_init(b, 0);
    err_t rc = records_call(c, r, e);
    return rc == OK ? versions_told(told, r, c->type, e) : rc;
}

OBJECT_SCHEMA(version_schema, "RecordVersion", REQUIRED("version", schema_integer),
              REQUIRED("at", schema_string), OPTIONAL("who", schema_integer),
              OPTIONAL("name", schema_string), OPTIONAL("unit", schema_string),
              OPTIONAL("role", schema_string), REQUIRED("action", schema_string),
              OPTIONAL("reason", schema_string), OPTIONAL("entry", schema_string),
              REQUIRED("content", schema_values), REQUIRED("changed", schema_strings),
              OPTIONAL("erased", schema_strings));
ARRAY_SCHEMA(versions_schema, version_schema);
OBJECT_SCHEMA(history_schema, NULL, REQUIRED("items", versions_schema));

static err_t get_history(struct reply *out, const struct request *r, struct err *e)
{
    const struct versions_told *told = NULL;
    struct record_call c;
    struct buf b;
    err_t rc = history_begin(&c, &told, &b, r, e);
    if (rc == OK)
        rc = record_history(&b, &c, told, e);
    return reply_json_if(rc, out, r, &b, e);
}

const struct resource resource_record_history = {
    .reads = READS_ONE,
    .path = "/api/v1/records/{type}/{id}/history",
    .summary = N_("every version of a record: author, time, action, reason"),
    .parameters = path_record,
    .reply = &history_schema,
    .handle = get_history,
    .need = NEED_ACCOUNT,
    .scope = "records:read",
};

/* --- what differs ------------------------------------------------------------------------ */

static const struct parameter diff_parameters[] = {
    TYPE_PARAMETER,
    ID_PARAMETER,
    {"from", IN_QUERY, &schema_id, true, false, N_("a version")},
    {"to", IN_QUERY, &schema_id, true, false, N_("a version")},
    {0}};

OBJECT_SCHEMA(difference_schema, "RecordDifference", REQUIRED("name", schema_string),
              OPTIONAL("label", schema_string), REQUIRED("before", schema_value),
              REQUIRED("after", schema_value), OPTIONAL("erased", schema_boolean));
ARRAY_SCHEMA(differences_schema, difference_schema);
OBJECT_SCHEMA(diff_schema, NULL, REQUIRED("from", schema_integer), REQUIRED("to", schema_integer),
              REQUIRED("fields", differences_schema));

static err_t get_diff(struct reply *out, const struct request *r, struct err *e)
{
    const struct versions_told *told = NULL;
    struct record_call c;
    struct buf b;
    err_t rc = history_begin(&c, &told, &b, r, e);
    if (rc == OK)
        rc = record_diff(&b, &c, request_integer(r, "from", 0), request_integer(r, "to", 0), told,
                         e);
    return reply_json_if(rc, out, r, &b, e);
}

const struct resource resource_record_diff = {
    .reads = READS_ONE,
    .path = "/api/v1/records/{type}/{id}/diff",
    .summary = N_("the differences between two versions of a record"),
    .parameters = diff_parameters,
    .reply = &diff_schema,
    .handle = get_diff,
    .need = NEED_ACCOUNT,
    .scope = "records:read",
};

/* --- what is due ------------------------------------------------------------------------- */

OBJECT_SCHEMA(over_schema, NULL, REQUIRED("id", schema_integer), OPTIONAL("title", schema_string),
              REQUIRED("ended_on", schema_string), REQUIRED("keep_until", schema_string));
ARRAY_SCHEMA(over_list, over_schema);
OBJECT_SCHEMA(retention_schema, NULL, REQUIRED("items", over_list),
              REQUIRED("total", schema_integer));

static err_t get_retention(struct reply *out, const struct request *r, struct err *e)
{
    struct record_call c;
    struct buf b = {0};
    err_t rc = records_call(&c, r, e);
    if (rc == OK)
        rc = record_retention(&b, &c, e);
    return reply_json_if(rc, out, r, &b, e);
}

const struct resource resource_record_retention = {
    .reads = READS_ROWS,
    .path = "/api/v1/records/{type}/retention",
    .summary = N_("ended records whose time to be kept is over; nothing is removed by itself"),
    .parameters = path_type,
    .reply = &retention_schema,
    .handle = get_retention,
    .need = NEED_ACCOUNT,
    .scope = "records:read",
};
