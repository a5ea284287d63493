/* /settings: what a security administrator chose for signing in and for how much may
 * be read. What there is to choose, and within which bounds, is src/access/setting.c's. */
#include "access/setting.h"
#include "api/resource.h"
#include "base/msg.h"
#include "record/record.h"

OBJECT_SCHEMA(setting_schema, NULL, REQUIRED("name", schema_string),
              REQUIRED("value", schema_string), REQUIRED("chosen", schema_boolean),
              OPTIONAL("words", schema_strings), OPTIONAL("minimum", schema_integer),
              OPTIONAL("maximum", schema_integer));
LIST_SCHEMA(list_schema, setting_schema);

static void write_setting(struct jout *j, const struct access_setting *s)
{
    jout_object(j);
    jout_pair(j, "name", str_of(s->name));
    jout_pair(j, "value", s->value);
    jout_pair_bool(j, "chosen", s->chosen);
    if (s->words) {
        jout_pair_array(j, "words");
        for (size_t i = 0; s->words[i]; i++)
            jout_z(j, s->words[i]);
        jout_end_array(j);
    } else {
        jout_pair_i64(j, "minimum", s->low);
        jout_pair_i64(j, "maximum", s->high);
    }
    jout_end_object(j);
}

static err_t write_settings(struct jout *j, int64_t *total, struct db *db, const struct request *r,
                            struct err *e)
{
    const struct access_setting *list = NULL;
    size_t count = 0;
    err_t rc = access_settings_list(&list, &count, db, r->arena, e);
    for (size_t i = 0; i < count; i++)
        write_setting(j, &list[i]);
    *total = (int64_t)count;
    return rc;
}

static err_t set_step(struct db *db, const struct request *r, const struct deed *d, struct err *e)
{
    return access_setting_set(db, d, request_value(r, "name"), request_value(r, "value"), e);
}

/* The settings as they are now; a budget holds at once. */
static err_t reply_taken(struct reply *out, const struct request *r, struct err *e)
{
    struct access_settings now;
    err_t rc = STORE_READ(db, r->api->store, e, access_settings_load(&now, db, e));
    if (rc == OK && r->api->throttle) /* tests of handlers have none */
        throttle_limit(r->api->throttle, &now.limits);
    return rc == OK ? items_read(out, r, e) : rc;
}

static err_t put_setting(struct reply *out, const struct request *r, struct err *e)
{
    return reply_changed(out, r, set_step, reply_taken, e);
}

static const struct parameter put_parameters[] = {
    {"name", IN_BODY, &schema_string, true, false, NULL},
    {"value", IN_BODY, &schema_string, true, false, N_("one of its words, or a number as text")},
    {"reason", IN_BODY, &schema_reason, true, false, N_("why; kept with the log")},
    {0}};

const struct resource resource_settings = {
    .reads = READS_NONE,
    .path = "/api/v1/settings",
    .summary = N_("the sign-in settings and their possible values"),
    .reply = &list_schema,
    ITEMS(write_settings),
    ROLE_AMONG(administrator_roles),
    .scope = "settings",
};
const struct resource resource_setting_put = {
    .method = "PUT",
    .path = "/api/v1/settings",
    .summary = N_("choose a setting of signing in"),
    .parameters = put_parameters,
    .reply = &list_schema,
    .statuses = {200, 202},
    .handle = put_setting,
    .rows = write_settings,
    ROLE_AMONG(security_roles),
    .scope = "settings",
};
