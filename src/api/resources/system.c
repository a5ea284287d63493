/* GET /healthz, GET /openapi.json. */
#include "api/public_address.h"
#include "api/resource.h"
#include "base/fs.h"
#include "base/msg.h"
#include "model/patent_store.h"
#include "record/record.h"

OBJECT_SCHEMA(health_schema, NULL, REQUIRED("ok", schema_boolean),
              REQUIRED("records", schema_integer), REQUIRED("changes", schema_integer),
              REQUIRED("clock_in_doubt", schema_boolean));

#define ROOM_LEAST ((uint64_t)4 << 20) /* a step's pages, its log and a little more */

/* Healthy means that the store answers and can be written, not only that this process runs. */
static err_t get_health(struct reply *out, const struct request *r, struct err *e)
{
    struct db *db = NULL;
    int64_t records = 0, changes = 0;
    uint64_t left, all;
    err_t rc = fs_room(&left, &all, r->api->data_dir, e);
    if (rc == OK && left < ROOM_LEAST)
        rc = err_full(e, "the disk of %s has %llu bytes left", r->api->data_dir,
                      (unsigned long long)left);
    if (rc == OK)
        rc = store_reader_get(&db, r->api->store, e);
    if (db) {
        rc = patent_count(&records, db, e);
        if (rc == OK)
            rc = changes_last(&changes, db, e);
        store_reader_put(r->api->store, db);
    }
    if (rc != OK)
        return rc;
    struct jout j;
    jout_open(&j);
    jout_pair_bool(&j, "ok", true);
    jout_pair_i64(&j, "records", records);
    jout_pair_i64(&j, "changes", changes);
    jout_pair_bool(&j, "clock_in_doubt", clock_watch_doubted(r->api->watch));
    return reply_object(out, r, &j, e);
}

/* The public address without its last slash, or "/". */
static const char *server_of(const struct request *r)
{
    const char *origin = public_origin(r->api), *base = public_base(r->api);
    if (!*origin)
        return "/";
    return arena_printf(r->arena, "%s%.*s", origin, (int)strlen(base) - 1, base).ptr;
}

static err_t get_openapi(struct reply *out, const struct request *r, struct err *e)
{
    struct buf b = {0};
    openapi_json(&b, NULL, server_of(r));
    return reply_json(out, r, &b, e);
}

const struct resource resource_health = {
    .reads = READS_NONE,
    .path = "/healthz",
    .summary = N_("whether the server and its store answer, and there is room to write"),
    .reply = &health_schema,
    .handle = get_health,
    .need = NEED_NOBODY,
};

const struct resource resource_openapi = {
    .reads = READS_NONE,
    .path = "/api/v1/openapi.json",
    .summary = N_("this description"),
    .reply = &schema_values,
    .handle = get_openapi,
    .tagged = true,
    .need = NEED_NOBODY,
};
