/* /channels: the ways by which messages leave the app besides standing in it: mail, and
 * gateways. A secret goes in and never out. */
#include "access/account.h"
#include "api/resource.h"
#include "base/msg.h"
#include "crypto/encode.h"
#include "crypto/random.h"
#include "notify/channel.h"
#include "notify/notification.h"
#include "notify/outward.h"
#include "record/record.h"

OBJECT_SCHEMA(channel_schema, NULL, REQUIRED("name", schema_string), REQUIRED("url", schema_string),
              OPTIONAL("sender", schema_string), OPTIONAL("login", schema_string),
              REQUIRED("plain", schema_boolean), OPTIONAL("body", schema_value));
LIST_SCHEMA(list_schema, channel_schema);

static void write_channel(struct jout *j, const struct channel *c)
{
    jout_object(j);
    jout_pair(j, "name", c->name);
    jout_pair(j, "url", c->url);
    jout_pair(j, "sender", c->sender);
    jout_pair(j, "login", c->login);
    jout_pair_bool(j, "plain", c->plain);
    if (c->body.len > 0)
        jout_pair_raw(j, "body", c->body);
    jout_end_object(j);
}

static err_t write_channels(struct jout *j, int64_t *total, struct db *db, const struct request *r,
                            struct err *e)
{
    const struct str *names = NULL;
    size_t count = 0;
    err_t rc = channel_names(&names, &count, db, r->arena, e);
    for (size_t i = 0; rc == OK && i < count; i++) {
        struct channel c;
        if ((rc = channel_get(&c, db, names[i], NULL, r->arena, e)) == OK)
            write_channel(j, &c);
    }
    *total = (int64_t)count;
    return rc;
}

static err_t change_step(struct db *db, const struct request *r, const struct deed *d,
                         struct err *e)
{
    struct str name = request_value(r, "name");
    if (str_is(r->method, "DELETE"))
        return channel_delete(db, d, name, e);
    const struct jvalue *plain = jin_get(r->body, "plain"), *body = jin_get(r->body, "body");
    struct channel c = {.name = name,
                        .url = request_value(r, "url"),
                        .sender = request_value(r, "sender"),
                        .login = request_value(r, "login"),
                        .secret = request_value(r, "secret"),
                        .plain = plain && plain->type == J_TRUE};
    if (body && body->type != J_NULL)
        c.body = jvalue_json(body, r->arena); /* its names are filled in where a message is sent */
    return channel_put(db, d, &c, r->api->kernel->keys, e);
}

/* PUT and DELETE; both give the list as it then is. */
static err_t change_channels(struct reply *out, const struct request *r, struct err *e)
{
    err_t rc = request_write(r, change_step, e);
    return rc == OK ? items_read(out, r, e) : rc;
}

/* --- a test ------------------------------------------------------------------------- */

OBJECT_SCHEMA(test_schema, NULL, REQUIRED("sent", schema_boolean),
              OPTIONAL("error", schema_string));

static err_t test_step(struct db *db, const struct request *r, const struct deed *d, struct err *e)
{
    (void)r;
    return deed_note(d, db, "test", "channel", 0, 0, e);
}

/* The channel, the list of hosts, and a letter to the caller. */
static err_t prepare_test(struct channel *c, struct allowed_hosts *allowed, struct letter *l,
                          const struct request *r, struct err *e)
{
    const struct kernel *k = r->api->kernel;
    uint8_t random[16];
    char id[2 * sizeof(random) + 1];
    struct account_row me;
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, r->api->store, e);
    if (rc == OK &&
        (rc = channel_get(c, db, request_value(r, "name"), k->keys, r->arena, e)) == OK &&
        (rc = outward_hosts(allowed, db, r->arena, e)) == OK)
        rc = account_read(&me, db, r->subject->account, r->arena, e);
    store_reader_put(r->api->store, db);
    if (rc != OK)
        return rc;
    random_bytes(random, sizeof(random));
    hex_write(id, (struct bytes){random, sizeof(random)});
    *l = (struct letter){.id = arena_dup(r->arena, str_of(id)),
                         .title = str_of(msg(N_("A test message of Zhiyun"))),
                         .text = str_of(msg(N_("If you can read this, the channel works."))),
                         .name = me.display_name,
                         .mail = me.email,
                         .phone = me.phone,
                         .at_ms = clock_now_ms(r->api->clock)};
    if (str_is(c->name, "mail") && l->mail.len == 0)
        return err_set(e, E_INVALID, "your account has no mail address to which a test could go");
    return OK;
}

/* A rejection by the other side is the result of the test, not an error. */
static err_t post_test(struct reply *out, const struct request *r, struct err *e)
{
    const struct notify n = {.client = r->api->client, .seal = r->api->kernel->keys};
    struct channel c;
    struct allowed_hosts allowed;
    struct letter l;
    struct err why;
    struct jout j;
    err_t rc;
    if ((rc = prepare_test(&c, &allowed, &l, r, e)) != OK ||
        (rc = request_write(r, test_step, e)) != OK)
        return rc;
    rc = channel_send(&n, &allowed, &c, &l, r->arena, &why);
    jout_open(&j);
    jout_pair_bool(&j, "sent", rc == OK);
    if (rc != OK)
        jout_pair(&j, "error", str_of(why.text));
    return reply_object(out, r, &j, e);
}

static const char *const readers[] = {"system_administrator", "security_administrator",
                                      "audit_administrator", NULL};
#define NAME_PARAMETER                                                                             \
    {                                                                                              \
        "name", IN_PATH, &schema_string, true, false, N_("mail, or a gateway's own name")          \
    }
static const struct parameter put_parameters[] = {
    NAME_PARAMETER,
    {"url", IN_BODY, &schema_string, true, false,
     N_("smtps://host:465 or smtp://host:587; of a gateway https://host/path")},
    {"sender", IN_BODY, &schema_string, false, false, N_("mail: the address that sends")},
    {"login", IN_BODY, &schema_string, false, false, N_("mail: the name at its server")},
    {"secret", IN_BODY, &schema_string, false, false,
     N_("mail: the password; a gateway: the Authorization header; absent: the one that is there, "
        "for the same url")},
    {"plain", IN_BODY, &schema_boolean, false, false,
     N_("mail: true: no TLS, to a host that is inside")},
    {"body", IN_BODY, &schema_value, false, false,
     N_("a gateway: JSON with {title} {text} {link} {name} {phone} {id} in its texts")},
    {"reason", IN_BODY, &schema_reason, true, false, N_("why; kept with the log")},
    {0}};
static const struct parameter test_parameters[] = {NAME_PARAMETER, {0}};
static const struct parameter delete_parameters[] = {
    NAME_PARAMETER,
    {"reason", IN_QUERY, &schema_reason, true, false, N_("why; kept with the log")},
    {0}};

const struct resource resource_channels = {
    .reads = READS_NONE,
    .path = "/api/v1/channels",
    .summary = N_("the ways by which messages leave the app"),
    .reply = &list_schema,
    ITEMS(write_channels),
    ROLE_AMONG(readers),
    .scope = "settings",
};
const struct resource resource_channel_put = {
    .method = "PUT",
    .path = "/api/v1/channels/{name}",
    .summary = N_("set up mail or a gateway"),
    .parameters = put_parameters,
    .reply = &list_schema,
    .handle = change_channels,
    .rows = write_channels,
    ROLE_AMONG(system_roles),
    .scope = "settings",
};
const struct resource resource_channel_delete = {
    .method = "DELETE",
    .path = "/api/v1/channels/{name}",
    .summary = N_("messages leave by this way no more"),
    .parameters = delete_parameters,
    .reply = &list_schema,
    .handle = change_channels,
    .rows = write_channels,
    ROLE_AMONG(system_roles),
    .scope = "settings",
};
const struct resource resource_channel_test = {
    .method = "POST",
    .path = "/api/v1/channels/{name}/test",
    .summary = N_("send a test message to me by this channel, and tell what came of it"),
    .parameters = test_parameters,
    .reply = &test_schema,
    .handle = post_test,
    ROLE_AMONG(system_roles),
    .scope = "settings",
    .lane = LANE_LONG, /* it waits for the other side */
};
