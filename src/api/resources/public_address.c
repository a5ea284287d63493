/* /public-address: where people reach this server (notify/public_url.h). A system
 * administrator sets it; it holds from the next request on. */
#include "api/public_address.h"
#include "base/msg.h"
#include "notify/public_url.h"
#include "record/record.h"

OBJECT_SCHEMA(address_schema, NULL, REQUIRED("url", schema_string));

static err_t get_address(struct reply *out, const struct request *r, struct err *e)
{
    struct str url = STR_NONE;
    struct jout j;
    err_t rc = STORE_READ(db, r->api->store, e, public_url_get(&url, db, r->arena, e));
    if (rc != OK)
        return rc;
    jout_open(&j);
    jout_pair_str(&j, "url", url);
    return reply_object(out, r, &j, e);
}

static err_t set_step(struct db *db, const struct request *r, const struct deed *d, struct err *e)
{
    return public_url_put(db, d, request_value(r, "url"), e);
}

static err_t put_address(struct reply *out, const struct request *r, struct err *e)
{
    err_t rc = request_write(r, set_step, e);
    if (rc == OK)
        rc = public_address_load(r->api, e);
    return rc == OK ? get_address(out, r, e) : rc;
}

static const struct parameter put_parameters[] = {
    {"url", IN_BODY, &schema_string, true, false,
     N_("https://host or https://host/path; empty: none")},
    {"reason", IN_BODY, &schema_reason, true, false, N_("why; kept with the log")},
    {0}};

const struct resource resource_public_address = {
    .reads = READS_NONE,
    .path = "/api/v1/public-address",
    .summary = N_("the public address of this server; empty: only its own machine"),
    .reply = &address_schema,
    .handle = get_address,
    ROLE_AMONG(administrator_roles),
    .scope = "settings",
};
const struct resource resource_public_address_put = {
    .method = "PUT",
    .path = "/api/v1/public-address",
    .summary = N_("say where people reach this server, through a front proxy"),
    .parameters = put_parameters,
    .reply = &address_schema,
    .handle = put_address,
    ROLE_AMONG(system_roles),
    .scope = "settings",
};
