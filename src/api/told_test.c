/* The resources of jobs, messages and webhooks, asked as the server asks them:
 * parameters checked against their table, then the handler. (Who may call at all
 * is the server's; what is another's must not show here either.) */
#include "test.h"

#include "access/world.h"
#include "api/resource.h"
#include "base/vec.h"
#include "db/scratch.h"
#include "model/job_worker.h"
#include "notify/events.h"
#include "notify/notification.h"
#include "notify/webhook.h"
#include "record/record.h"

extern const struct resource resource_jobs, resource_job, resource_job_cancel, resource_job_retry,
    resource_events, resource_notifications, resource_notifications_read,
    resource_notification_choices, resource_notification_choice_set, resource_webhooks,
    resource_webhook_create, resource_webhook_delete, resource_outward_hosts,
    resource_outward_host_put, resource_outward_host_delete;

static struct world w;
static struct api api;
static struct kernel kernel;
static int64_t one, other, guardian, sysadmin;

static int open_world(void **state)
{
    (void)state;
    struct err e;
    w.arena = arena_new();
    const char *url = scratch_url(w.arena, scratch_dir(w.arena), "t.db");
    api = (struct api){.clock = &w.clock};
    assert_ok(store_open(&api.store, url, true, &e), &e);
    assert_ok(db_open(&w.db, url, &(struct db_options){0}, &e), &e);
    assert_ok(log_suite_init(&w.suite, STR("sha256-ed25519"), STR("zhiyun/test"), &e), &e);
    w.clock = clock_fixed(WORLD_NOW_MS);
    int64_t unit = world_unit(&w, "province_office", "510000");
    one = world_account(&w, "one", unit);
    other = world_account(&w, "other", unit);
    guardian = world_account(&w, "guardian", unit);
    sysadmin = world_account(&w, "sysadmin", unit);
    world_grant(&w, guardian, unit, "security_administrator", "2026-01-01", "", 0);
    world_grant(&w, sysadmin, unit, "system_administrator", "2026-01-01", "", 0);
    kernel = (struct kernel){.suite = &w.suite, .keys = seal_key_new(SEAL_AES_256_GCM)};
    api.kernel = &kernel;
    assert_ok(events_start(&api.events, api.store, &w.clock, &e), &e);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    events_stop(api.events);
    seal_key_free((struct seal_key *)(uintptr_t)kernel.keys);
    db_close(w.db);
    store_close(api.store);
    arena_free(w.arena);
    return 0;
}

/* "name=value&…" as the query, "/12" as the id in the path, or a JSON body. */
static err_t ask(struct reply *out, const struct resource *resource, int64_t who, const char *given)
{
    struct request r = {.api = &api,
                        .resource = resource,
                        .arena = w.arena,
                        .subject = world_subject(&w, who),
                        .method = str_of(resource_method(resource))};
    struct str faults;
    struct err e = {0};
    VEC(struct query_value) query = {0};
    *out = (struct reply){0};
    if (given && given[0] == '{') {
        assert_ok(jin_parse(&r.body, str_of(given), w.arena, &e), &e);
    } else if (given && given[0] == '/') {
        struct query_value *path = arena_alloc(w.arena, sizeof(*path)); /* of the same shape */
        *path = (struct query_value){STR("id"), str_of(given + 1)};
        r.path_values = (void *)path;
        r.path_value_count = 1;
    } else {
        for (struct str rest = str_of(given); rest.ptr;) {
            struct str value, pair = str_split(&rest, STR("&"));
            value = pair;
            struct str name = str_split(&value, STR("="));
            VEC_PUSH(w.arena, &query, ((struct query_value){name, value}));
        }
        r.query = query.ptr;
        r.query_count = query.len;
    }
    err_t rc = parameters_check(&faults, resource, &r, &e);
    return rc == OK ? resource->handle(out, &r, &e) : rc;
}

static const struct jvalue *json(const struct reply *reply)
{
    const struct jvalue *v = NULL;
    struct err e;
    assert_ok(jin_parse(&v, reply->body, w.arena, &e), &e);
    return v;
}

static int64_t count(const struct jvalue *v, const char *name)
{
    int64_t n = -1;
    assert_true(jin_i64(&n, v, name));
    return n;
}

static err_t add_job(struct db *db, void *arg, struct err *e)
{
    int64_t id;
    return job_add(&id, db, &(struct job_draft){.kind = "x", .owner = *(int64_t *)arg},
                   WORLD_NOW_MS, e);
}

static void jobs_are_seen_and_changed_by_their_owner(void **state)
{
    (void)state;
    struct reply reply;
    int64_t nobody = 0;
    assert_int_equal(store_write(api.store, add_job, &one, NULL), OK);    /* 1 */
    assert_int_equal(store_write(api.store, add_job, &other, NULL), OK);  /* 2 */
    assert_int_equal(store_write(api.store, add_job, &nobody, NULL), OK); /* 3 */
    assert_int_equal(store_write(api.store, add_job, &one, NULL), OK);    /* 4 */
    assert_int_equal(ask(&reply, &resource_jobs, one, "limit=1"), OK);
    assert_int_equal(count(json(&reply), "total"), 2);
    assert_int_equal(count(json(&reply), "next"), 4);
    assert_int_equal(jin_get(json(&reply), "items")->count, 1);
    assert_int_equal(ask(&reply, &resource_jobs, one, "before=4"), OK);
    assert_int_equal(count(&jin_get(json(&reply), "items")->items[0], "id"), 1);
    const struct resource *const single[] = {&resource_job, &resource_job_cancel,
                                             &resource_job_retry};
    for (size_t i = 0; i < ARRAY_LEN(single); i++) {
        assert_int_equal(ask(&reply, single[i], other, "/1"), E_NOTFOUND);
        assert_int_equal(ask(&reply, single[i], sysadmin, "/1"), E_NOTFOUND);
        assert_int_equal(ask(&reply, single[i], one, "/3"), E_NOTFOUND);
        assert_int_equal(ask(&reply, single[i], one, "/99"), E_NOTFOUND);
    }
    assert_int_equal(ask(&reply, &resource_job, sysadmin, "/3"), OK);
    assert_int_equal(ask(&reply, &resource_jobs, sysadmin, "of=program"), OK);
    assert_int_equal(count(json(&reply), "total"), 1);
    assert_int_equal(count(&jin_get(json(&reply), "items")->items[0], "id"), 3);
    assert_int_equal(ask(&reply, &resource_jobs, sysadmin, NULL), OK);
    assert_int_equal(count(json(&reply), "total"), 0);
    assert_int_equal(ask(&reply, &resource_jobs, one, "of=program"), E_DENIED);
    assert_int_equal(ask(&reply, &resource_jobs, one, "of=other"), E_INVALID);
    assert_int_equal(ask(&reply, &resource_job_retry, one, "/1"), E_CONFLICT);
    assert_int_equal(ask(&reply, &resource_job_cancel, one, "/1"), OK);
    assert_str(jin_text(json(&reply), "state"), "cancelled");
    assert_int_equal(ask(&reply, &resource_job_retry, one, "/1"), OK);
    assert_str(jin_text(json(&reply), "state"), "queued");
}

static err_t post(struct db *db, void *arg, struct err *e)
{
    int64_t id;
    return notification_post(&id, db,
                             &(struct notification_draft){.account = *(int64_t *)arg,
                                                          .kind = "todo",
                                                          .arguments = STR("{\"title\":\"x\"}")},
                             WORLD_NOW_MS, e);
}

static void messages_are_listed_and_read_by_whom_they_are_for(void **state)
{
    (void)state;
    struct reply reply;
    for (int i = 0; i < 3; i++)
        assert_int_equal(store_write(api.store, post, &one, NULL), OK);
    assert_int_equal(store_write(api.store, post, &other, NULL), OK); /* 4 */
    assert_int_equal(ask(&reply, &resource_notifications, one, NULL), OK);
    assert_int_equal(count(json(&reply), "total"), 3);
    assert_int_equal(ask(&reply, &resource_notifications_read, one, "{\"ids\":[2,4]}"), OK);
    assert_int_equal(count(json(&reply), "unread"), 2);
    assert_int_equal(ask(&reply, &resource_notifications, other, "unread=true"), OK);
    assert_int_equal(count(json(&reply), "unread"), 1); /* was not his to mark */
    assert_int_equal(ask(&reply, &resource_notifications_read, one, "{\"through\":3}"), OK);
    assert_int_equal(count(json(&reply), "unread"), 0);
    assert_int_equal(ask(&reply, &resource_notifications_read, one, "{\"ids\":[\"x\"]}"),
                     E_INVALID);
}

static void choices_name_the_channels_that_there_are(void **state)
{
    (void)state;
    struct reply reply;
    assert_int_equal(ask(&reply, &resource_notification_choices, one, NULL), OK);
    assert_int_equal(jin_get(json(&reply), "channels")->count, 0);
    const char *choice = "{\"kind\":\"todo\",\"channel\":\"mail\",\"timing\":\"daily\"}";
    assert_int_equal(ask(&reply, &resource_notification_choice_set, one, choice), E_INVALID);
    world_run(&w,
              "INSERT INTO channel (name, url, plain, changed_ms, changed_by)"
              " VALUES ('mail', 'smtps://mail.example.org', 0, 1, 1)",
              NULL, 0);
    assert_int_equal(ask(&reply, &resource_notification_choice_set, one, choice), OK);
    assert_true(str_contains(reply.body, STR("\"kind\":\"todo\"")));
    assert_true(str_contains(reply.body, STR("{\"mail\":\"daily\"}")));
    assert_int_equal(ask(&reply, &resource_notification_choices, other, NULL), OK);
    assert_true(str_contains(reply.body, STR("\"kind\":\"todo\"")));
    assert_int_equal(world_number(&w, "SELECT count(*) FROM notification_choice", NULL, 0), 1);
}

static void a_webhook_shows_its_secret_once(void **state)
{
    (void)state;
    struct reply reply;
    const char *hook = "{\"url\":\"https://hook.example.org/in\",\"events\":[\"deal.*\"]}";
    /* A host that is not on the list is refused at once. */
    assert_int_equal(ask(&reply, &resource_webhook_create, one, hook), E_INVALID);
    assert_int_equal(ask(&reply, &resource_outward_host_put, guardian,
                         "{\"host\":\"hook.example.org\",\"port\":443,\"reason\":\"x\"}"),
                     OK);
    assert_int_equal(ask(&reply, &resource_webhook_create, one,
                         "{\"url\":\"https://hook.example.org:444/in\",\"events\":[\"deal.*\"]}"),
                     E_INVALID);
    assert_int_equal(ask(&reply, &resource_webhook_create, one, hook), OK);
    assert_int_equal(reply.status, 201);
    struct str secret = jin_text(json(&reply), "secret");
    assert_true(str_starts(secret, STR("whsec_")));
    assert_int_equal(ask(&reply, &resource_webhooks, one, NULL), OK);
    assert_int_equal(count(json(&reply), "total"), 1);
    assert_false(str_contains(reply.body, STR("whsec_")));
    assert_int_equal(ask(&reply, &resource_webhooks, other, NULL), OK);
    assert_int_equal(count(json(&reply), "total"), 0);
    assert_int_equal(ask(&reply, &resource_webhook_delete, other, "/1"), E_NOTFOUND);
    assert_int_equal(ask(&reply, &resource_webhook_delete, one, "/1"), OK);
    assert_int_equal(ask(&reply, &resource_webhook_create, one,
                         "{\"url\":\"https://a@hook.example.org/\",\"events\":[\"*\"]}"),
                     E_INVALID);
    assert_str(world_actions(&w, 0), "allow (alone) create end");
}

static void the_list_of_hosts_is_the_security_administrators(void **state)
{
    (void)state;
    struct reply reply;
    const char *host = "{\"host\":\"Hook.example.org\",\"port\":443,\"reason\":\"x\"}";
    assert_int_equal(ask(&reply, &resource_outward_host_put, sysadmin, host), E_DENIED);
    assert_int_equal(ask(&reply, &resource_outward_host_put, one, host), E_DENIED);
    assert_int_equal(ask(&reply, &resource_outward_host_put, guardian, host), OK);
    assert_true(str_contains(reply.body,
                             STR("{\"host\":\"hook.example.org\",\"port\":443,\"inside\":false}")));
    assert_int_equal(ask(&reply, &resource_outward_host_put, guardian,
                         "{\"host\":\"mail.local.example\",\"port\":25,\"inside\":true,"
                         "\"reason\":\"x\"}"),
                     OK);
    assert_true(str_contains(reply.body, STR("\"port\":25,\"inside\":true}")));
    assert_int_equal(ask(&reply, &resource_outward_host_delete, guardian,
                         "host=hook.example.org&port=443&reason=y"),
                     OK);
    assert_int_equal(count(json(&reply), "total"), 1);
    assert_int_equal(ask(&reply, &resource_outward_hosts, sysadmin, NULL), OK);
    assert_str(world_actions(&w, 0), "allow (alone) allow (alone) forbid (alone)");
}

static void a_stream_of_events_opens_and_closes(void **state)
{
    (void)state;
    struct reply reply;
    char room[100];
    if (ask(&reply, &resource_events, one, NULL) != OK)
        fail_msg("no stream");
    assert_string_equal(reply.content_type, "text/event-stream");
    assert_int_equal(reply.stream.read(reply.stream.arg, NULL, room, sizeof(room)), 13);
    assert_memory_equal(room, "retry: 3000\n\n", 13);
    assert_int_equal(events_open_count(api.events), 1);
    reply.stream.close(reply.stream.arg);
    assert_int_equal(events_open_count(api.events), 0);
}

#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(jobs_are_seen_and_changed_by_their_owner),
        IN_WORLD(messages_are_listed_and_read_by_whom_they_are_for),
        IN_WORLD(choices_name_the_channels_that_there_are),
        IN_WORLD(a_webhook_shows_its_secret_once),
        IN_WORLD(the_list_of_hosts_is_the_security_administrators),
        IN_WORLD(a_stream_of_events_opens_and_closes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
