/* /webhooks: what other programs are told, for the account that asks; and the
 * list of hosts that may be called at all, which is the security administrator's.
 * Who may do what is decided in src/notify, inside the step. */
#include "access/mutation.h"
#include "api/resource.h"
#include "audit/log.h"
#include "base/msg.h"
#include "crypto/secret.h"
#include "notify/outward.h"
#include "notify/webhook.h"
#include "record/record.h"

static const struct schema port_schema = {SCHEMA_INTEGER, .minimum = 1, .maximum = 65535};

/* --- webhooks --------------------------------------------------------------------- */

OBJECT_SCHEMA(hook_schema, NULL, REQUIRED("id", schema_integer), REQUIRED("state", schema_string),
              REQUIRED("url", schema_string), REQUIRED("events", schema_strings),
              REQUIRED("failures", schema_integer), OPTIONAL("error", schema_string),
              REQUIRED("created_ms", schema_integer));
LIST_SCHEMA(list_schema, hook_schema);

static err_t get_list(struct reply *out, const struct request *r, struct err *e)
{
    struct webhooks list = {0};
    struct items items;
    items_begin(&items);
    err_t rc = STORE_READ(
        db, r->api->store, e,
        webhook_list(&list, db, access_whose(STR("webhooks"), r->subject->account), r->arena, e));
    for (size_t i = 0; i < list.len; i++) {
        const struct webhook *w = &list.ptr[i];
        jout_object(&items.json);
        jout_pair_i64(&items.json, "id", w->id);
        jout_pair(&items.json, "state", w->state);
        jout_pair(&items.json, "url", w->url);
        jout_pair_raw(&items.json, "events", w->events);
        jout_pair_i64(&items.json, "failures", w->failures);
        jout_pair(&items.json, "error", w->error);
        jout_pair_i64(&items.json, "created_ms", w->created_ms);
        jout_end_object(&items.json);
    }
    return items_end_if(rc, out, r, &items, (int64_t)list.len, 0, e);
}

struct creation {
    struct deed deed;
    const struct request *request;
    struct webhook_draft draft;
    uint8_t secret[WEBHOOK_SECRET_LEN];
    int64_t id;
};

static err_t create_step(struct db *db, void *arg, struct err *e)
{
    struct creation *c = arg;
    return webhook_create(&c->id, db, &c->deed, &c->draft, c->secret, c->request->api->kernel->keys,
                          e);
}

static err_t post_webhook(struct reply *out, const struct request *r, struct err *e)
{
    struct creation c = {.deed = request_deed(r), .request = r};
    struct jout j;
    c.draft.url = request_value(r, "url");
    c.draft.event_count = request_values(&c.draft.events, r, "events");
    webhook_secret_new(c.secret);
    err_t rc = store_write(r->api->store, create_step, &c, e);
    if (rc == OK) {
        jout_open(&j);
        jout_pair_i64(&j, "id", c.id);
        jout_pair(&j, "secret", webhook_secret_text(c.secret, r->arena));
        rc = reply_created(out, r, &j, e);
    }
    secret_wipe(c.secret, sizeof(c.secret));
    return rc;
}

static err_t delete_step(struct db *db, const struct request *r, const struct deed *d,
                         struct err *e)
{
    return webhook_delete(db, d, request_integer(r, "id", 0), e);
}

static err_t delete_webhook(struct reply *out, const struct request *r, struct err *e)
{
    out->status = 204;
    return request_write(r, delete_step, e);
}

static const struct parameter create_parameters[] = {
    {"url", IN_BODY, &schema_string, true, false, N_("the URL to call; its host must be allowed")},
    {"events", IN_BODY, &schema_strings, true, false, N_("deal.create, deal.* or *")},
    {0}};
static const struct schema secret_schema = {
    SCHEMA_STRING, .description = N_("signs what is sent; shown this once")};
OBJECT_SCHEMA(made_schema, NULL, REQUIRED("id", schema_integer), REQUIRED("secret", secret_schema));

const struct resource resource_webhooks = {
    .reads = READS_NONE,
    .path = "/api/v1/webhooks",
    .summary = N_("my webhooks"),
    .reply = &list_schema,
    .handle = get_list,
    .need = NEED_ACCOUNT,
    .scope = "webhooks",
};
const struct resource resource_webhook_create = {
    .method = "POST",
    .path = "/api/v1/webhooks",
    .summary = N_("be told of events by signed calls"),
    .parameters = create_parameters,
    .reply = &made_schema,
    .statuses = {201},
    .handle = post_webhook,
    .need = NEED_ACCOUNT,
    .scope = "webhooks",
};

const struct resource resource_webhook_delete = {
    .method = "DELETE",
    .path = "/api/v1/webhooks/{id}",
    .summary = N_("end a webhook"),
    .parameters = path_id,
    .handle = delete_webhook,
    .statuses = {204},
    .need = NEED_ACCOUNT,
    .scope = "webhooks",
    .may = may_own,
    .hides = true,
};

/* --- hosts ------------------------------------------------------------------------- */

OBJECT_SCHEMA(host_schema, NULL, REQUIRED("host", schema_string), REQUIRED("port", schema_integer),
              REQUIRED("inside", schema_boolean));
LIST_SCHEMA(hosts_list_schema, host_schema);

static err_t write_hosts(struct jout *j, int64_t *total, struct db *db, const struct request *r,
                         struct err *e)
{
    struct allowed_hosts hosts = {0};
    err_t rc = outward_hosts(&hosts, db, r->arena, e);
    for (size_t i = 0; i < hosts.count; i++) {
        jout_object(j);
        jout_pair(j, "host", hosts.items[i].host);
        jout_pair_i64(j, "port", hosts.items[i].port);
        jout_pair_bool(j, "inside", hosts.items[i].inside);
        jout_end_object(j);
    }
    *total = (int64_t)hosts.count;
    return rc;
}

static err_t host_step(struct db *db, const struct request *r, const struct deed *d, struct err *e)
{
    const struct jvalue *inside = jin_get(r->body, "inside");
    const struct allowed_host h = {request_value(r, "host"), request_integer(r, "port", 0),
                                   inside && inside->type == J_TRUE};
    return outward_host_change(db, d, &h, !str_is(r->method, "DELETE"), e);
}

/* PUT and DELETE; both give the list as it then is. */
static err_t change_hosts(struct reply *out, const struct request *r, struct err *e)
{
    return reply_changed(out, r, host_step, items_read, e);
}

static const struct parameter put_parameters[] = {
    {"host", IN_BODY, &schema_string, true, false, N_("exact name or IP address")},
    {"port", IN_BODY, &port_schema, true, false, NULL},
    {"inside", IN_BODY, &schema_boolean, false, false,
     N_("true: it may have addresses of loopback or private networks")},
    {"reason", IN_BODY, &schema_reason, true, false, N_("why; kept with the log")},
    {0}};
static const struct parameter delete_parameters[] = {
    {"host", IN_QUERY, &schema_string, true, false, N_("exact name or IP address")},
    {"port", IN_QUERY, &port_schema, true, false, NULL},
    {"reason", IN_QUERY, &schema_reason, true, false, N_("why; kept with the log")},
    {0}};

const struct resource resource_outward_hosts = {
    .reads = READS_NONE,
    .path = "/api/v1/outward-hosts",
    .summary = N_("the hosts that may be called from here"),
    .reply = &hosts_list_schema,
    ITEMS(write_hosts),
    ROLE_AMONG(administrator_roles),
};
const struct resource resource_outward_host_put = {
    .method = "PUT",
    .path = "/api/v1/outward-hosts",
    .summary = N_("allow a host to be called"),
    .parameters = put_parameters,
    .reply = &hosts_list_schema,
    .statuses = {200, 202},
    .handle = change_hosts,
    .rows = write_hosts,
    ROLE_AMONG(security_roles),
};
const struct resource resource_outward_host_delete = {
    .method = "DELETE",
    .path = "/api/v1/outward-hosts",
    .summary = N_("a host may no longer be called"),
    .parameters = delete_parameters,
    .reply = &hosts_list_schema,
    .statuses = {200, 202},
    .handle = change_hosts,
    .rows = write_hosts,
    ROLE_AMONG(security_roles),
};
