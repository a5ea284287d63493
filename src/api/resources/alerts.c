/* GET /records/{type}/{id}/search-changes: the changes in the results of a saved search or topic database. */
#include "api/alerts.h"
#include "api/records.h"
#include "base/msg.h"

static const struct parameter parameters[] = {
    {"type", IN_PATH, &schema_string, true, false, N_("saved_search or topic_database")},
    ID_PARAMETER,
    {0}};

OBJECT_SCHEMA(change_schema, "SearchChange", REQUIRED("at_ms", schema_integer),
              REQUIRED("what", schema_string), REQUIRED("patent", schema_integer),
              OPTIONAL("number", schema_string), OPTIONAL("before", schema_string),
              OPTIONAL("after", schema_string));
ARRAY_SCHEMA(changes_schema, change_schema);
OBJECT_SCHEMA(list_schema, NULL, REQUIRED("items", changes_schema));

/* For who may read the record. */
static err_t get_changes(struct reply *out, const struct request *r, struct err *e)
{
    struct record_call c;
    const struct jvalue *record;
    struct jout j;
    jout_own(&j);
    err_t rc = records_call(&c, r, e);
    if (rc == OK)
        rc = record_seen(&record, &c, e);
    if (rc == OK)
        rc = STORE_READ(db, r->api->store, e, alerts_json(&j, db, c.type->name, c.id, e));
    return reply_json_if(rc, out, r, j.to, e);
}

const struct resource resource_search_changes = {
    .reads = READS_ONE,
    .path = "/api/v1/records/{type}/{id}/search-changes",
    .summary = N_("patents that a saved search or topic database found newly, with another legal "
                  "status, or no more; newest first"),
    .parameters = parameters,
    .reply = &list_schema,
    .handle = get_changes,
    .need = NEED_ACCOUNT,
    .scope = "records:read",
};
