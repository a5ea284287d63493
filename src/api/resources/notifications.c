/* /notifications: notifications of the account, and its choice of channels. */
#include "access/deed.h"
#include "access/mutation.h"
#include "api/resource.h"
#include "base/msg.h"
#include "base/vec.h"
#include "notify/notification.h"
#include "record/record.h"

#define READ_IDS_MAX 500

UNION_SCHEMA(subject_id_schema, NULL, &schema_integer, &schema_string);
OBJECT_MEMBERS(subject, REQUIRED("type", schema_string), REQUIRED("id", subject_id_schema));
static const struct schema subject_schema = {
    SCHEMA_OBJECT, .name = "Subject",
    .description =
        N_("what it is about: a record's type, or case, job, pack, proposal, and the id"),
    .properties = subject_members};
OBJECT_SCHEMA(item_schema, "Notification", REQUIRED("id", schema_integer),
              REQUIRED("kind", schema_string), REQUIRED("title", schema_string),
              NULLABLE("subject", subject_schema), REQUIRED("created_ms", schema_integer),
              OPTIONAL("read_ms", schema_integer));
ARRAY_SCHEMA(items_schema, item_schema);
OBJECT_SCHEMA(list_schema, NULL, REQUIRED("items", items_schema), REQUIRED("total", schema_integer),
              REQUIRED("unread", schema_integer), NULLABLE("next", schema_integer));

static err_t get_list(struct reply *out, const struct request *r, struct err *e)
{
    const struct notification *list = NULL;
    size_t count = 0;
    int64_t all = 0, unread = 0, limit = request_integer(r, "limit", 50);
    int64_t whose = access_whose(STR("notifications"), r->subject->account);
    bool unread_only = str_is(request_value(r, "unread"), "true");
    struct jout j;
    err_t rc = STORE_READ(db, r->api->store, e,
                          notification_list(&list, &count, db, whose, unread_only,
                                            request_integer(r, "before", 0), limit, r->arena, e)
                              ?: notification_count(&all, &unread, db, whose, e));
    if (rc != OK)
        return rc;
    jout_open(&j);
    jout_pair_array(&j, "items");
    for (size_t i = 0; i < count; i++) {
        const struct notification *n = &list[i];
        jout_object(&j);
        jout_pair_i64(&j, "id", n->id);
        jout_pair(&j, "kind", n->kind);
        jout_pair(&j, "title", notification_title(msg_lang(), n->kind, n->arguments, r->arena));
        notification_subject_json(&j, n->link);
        jout_pair_i64(&j, "created_ms", n->created_ms);
        jout_pair_id(&j, "read_ms", n->read_ms);
        jout_end_object(&j);
    }
    jout_end_array(&j);
    jout_pair_i64(&j, "total", unread_only ? unread : all);
    jout_pair_i64(&j, "unread", unread);
    jout_name(&j, "next");
    if (count == (size_t)limit)
        jout_i64(&j, list[count - 1].id);
    else
        jout_null(&j);
    return reply_object(out, r, &j, e);
}

/* --- read -------------------------------------------------------------------------- */

struct reading {
    int64_t account, through, now_ms;
    VEC(int64_t) ids;
    int64_t all, unread;
};

static err_t read_step(struct db *db, void *arg, struct err *e)
{
    struct reading *x = arg;
    err_t rc = notification_read(db, x->account, x->ids.ptr, x->ids.len, x->through, x->now_ms, e);
    return rc == OK ? notification_count(&x->all, &x->unread, db, x->account, e) : rc;
}

static err_t post_read(struct reply *out, const struct request *r, struct err *e)
{
    struct reading x = {.account = access_whose(STR("notifications"), r->subject->account),
                        .now_ms = clock_now_ms(r->api->clock)};
    const struct jvalue *ids = jin_get(r->body, "ids");
    struct jout j;
    for (size_t i = 0; ids && i < ids->count; i++) {
        int64_t id;
        if (ids->items[i].type != J_NUMBER || !str_to_i64(&id, ids->items[i].text) ||
            i >= READ_IDS_MAX)
            return err_set(e, E_INVALID, "ids are at most %d whole numbers", READ_IDS_MAX);
        VEC_PUSH(r->arena, &x.ids, id);
    }
    x.through = request_integer(r, "through", 0);
    err_t rc = store_write(r->api->store, read_step, &x, e);
    if (rc != OK)
        return rc;
    jout_open(&j);
    jout_pair_i64(&j, "unread", x.unread);
    return reply_object(out, r, &j, e);
}

/* --- choices ------------------------------------------------------------------------ */

ENUM_SCHEMA(timing_schema, NULL, "now", "daily", "off");
MAP_SCHEMA(choices_map, timing_schema); /* by channel */
OBJECT_SCHEMA(kind_schema, NULL, REQUIRED("kind", schema_string), REQUIRED("label", schema_string),
              REQUIRED("choices", choices_map));
ARRAY_SCHEMA(kinds_schema, kind_schema);
OBJECT_SCHEMA(choices_schema, NULL, REQUIRED("channels", schema_strings),
              REQUIRED("kinds", kinds_schema));

static err_t write_choices(struct jout *j, const struct request *r, struct db *db, struct err *e)
{
    const struct str *channels = NULL;
    size_t count = 0;
    int64_t whose = access_whose(STR("notifications"), r->subject->account);
    err_t rc = channel_names(&channels, &count, db, r->arena, e);
    jout_object(j);
    jout_pair_strs(j, "channels", channels, count);
    jout_pair_array(j, "kinds");
    for (size_t k = 0; rc == OK && k < notification_kind_count; k++) {
        jout_object(j);
        jout_pair(j, "kind", str_of(notification_kinds[k].name));
        jout_pair(j, "label", str_of(msg(notification_kinds[k].label)));
        jout_pair_object(j, "choices");
        for (size_t i = 0; rc == OK && i < count; i++) {
            const char *timing = NULL;
            rc = choice_get(&timing, db, whose, &notification_kinds[k], channels[i], e);
            jout_name_str(j, channels[i]);
            jout_z(j, timing);
        }
        jout_end_object(j);
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_end_object(j);
    return rc;
}

static err_t get_choices(struct reply *out, const struct request *r, struct err *e)
{
    struct jout j;
    jout_own(&j);
    err_t rc = STORE_READ(db, r->api->store, e, write_choices(&j, r, db, e));
    return reply_json_if(rc, out, r, j.to, e);
}

static err_t put_step(struct db *db, const struct request *r, const struct deed *d, struct err *e)
{
    struct str kind = request_value(r, "kind"), channel = request_value(r, "channel"),
               timing = request_value(r, "timing");
    int64_t whose = access_whose(STR("notifications"), r->subject->account);
    err_t rc = choice_put(db, whose, kind, channel, timing, e);
    if (rc != OK)
        return rc;
    struct str action = arena_printf(r->arena, "choose %.*s %.*s %.*s", STR_ARG(kind),
                                     STR_ARG(channel), STR_ARG(timing));
    return deed_note(d, db, action.ptr, "account", r->subject->account, 0, e);
}

static err_t put_choice(struct reply *out, const struct request *r, struct err *e)
{
    err_t rc = request_write(r, put_step, e);
    return rc == OK ? get_choices(out, r, e) : rc;
}

static const struct parameter list_parameters[] = {
    {"unread", IN_QUERY, &schema_boolean, false, false, N_("true: only those not read yet")},
    {"before", IN_QUERY, &schema_id, false, false, N_("only those with a smaller id: next page")},
    {"limit", IN_QUERY, &schema_limit, false, false, N_("absent: 50")},
    {0}};
ARRAY_SCHEMA(ids_schema, schema_integer);
static const struct parameter read_parameters[] = {
    {"ids", IN_BODY, &ids_schema, false, false, NULL},
    {"through", IN_BODY, &schema_id, false, false, N_("all up to this one")},
    {0}};
static const struct parameter put_parameters[] = {
    {"kind", IN_BODY, &schema_string, true, false, NULL},
    {"channel", IN_BODY, &schema_string, true, false, NULL},
    {"timing", IN_BODY, &schema_string, true, false, N_("now, daily or off")},
    {0}};
OBJECT_SCHEMA(unread_schema, NULL, REQUIRED("unread", schema_integer));

const struct resource resource_notifications = {
    .reads = READS_NONE,
    .path = "/api/v1/notifications",
    .summary = N_("messages to me, newest first"),
    .parameters = list_parameters,
    .reply = &list_schema,
    .handle = get_list,
    .need = NEED_ACCOUNT,
    .scope = "notifications",
};
const struct resource resource_notifications_read = {
    .method = "POST",
    .path = "/api/v1/notifications/read",
    .summary = N_("these messages have been read"),
    .parameters = read_parameters,
    .reply = &unread_schema,
    .handle = post_read,
    .need = NEED_ACCOUNT,
    .scope = "notifications",
    ENTRIES(NONE, N_("the marks of what an account has read are its own")),
};
const struct resource resource_notification_choices = {
    .reads = READS_NONE,
    .path = "/api/v1/notifications/choices",
    .summary = N_("which messages come to me by which channel"),
    .reply = &choices_schema,
    .handle = get_choices,
    .need = NEED_ACCOUNT,
    .scope = "notifications",
};
const struct resource resource_notification_choice_set = {
    .method = "PUT",
    .path = "/api/v1/notifications/choices",
    .summary = N_("choose how messages of a kind come to me by a channel"),
    .parameters = put_parameters,
    .reply = &choices_schema,
    .handle = put_choice,
    .need = NEED_ACCOUNT,
    .scope = "notifications",
};
