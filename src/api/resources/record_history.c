/* GET /records/{type}/{id}/history: every version of a record. */
#include "api/records.h"
#include "base/msg.h"

static const struct schema id_schema = {SCHEMA_INTEGER, .minimum = 1, .maximum = INT64_MAX};
static const struct parameter one_parameters[] = {
    {"type", IN_PATH, &schema_string, true, false, N_("a record type")},
    {"id", IN_PATH, &id_schema, true, false, NULL},
    {0}};

static err_t get_history(struct reply *out, const struct request *r, struct err *e)
{
    const struct record_type *t;
    struct buf b;
    buf_init(&b, 0);
    err_t rc = records_type(&t, r, e);
    if (rc == OK)
        rc = record_history(&b, r->api->kernel, r->subject, t, request_integer(r, "id", 0),
                            r->arena, e);
    if (rc == OK)
        return reply_json(out, r, &b, e);
    buf_clear(&b);
    return rc;
}

const struct resource resource_record_history = {
    .method = "GET",
    .path = "/api/v1/records/{type}/{id}/history",
    .summary = N_("every version of a record: who, when, what, why"),
    .parameters = one_parameters,
    .reply = &schema_any,
    .handle = get_history,
    .need = NEED_ACCOUNT,
    .scope = "records:read",
};
