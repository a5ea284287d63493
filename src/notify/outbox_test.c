/* Messages, mail, gateways and webhooks from the step that writes them to the
 * other end, which is a server of this test. */
#include "test.h"

#include "crypto/encode.h"
#include "notify/notification.h"
#include "notify/sending.h"
#include "notify/webhook.h"
#include "text/json.h"
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define OK_ANSWER "HTTP/1.1 204 No Content\r\n\r\n"

static struct sending f;
static int64_t person;
static int64_t forbidden_record; /* the one that nobody may read */

static err_t may_read(bool *out, void *arg, struct db *db, const struct subject *s, struct str type,
                      int64_t id, struct arena *a, struct err *e)
{
    (void)arg;
    (void)db;
    (void)a;
    (void)e;
    *out = s->account == person && str_is(type, "deal") && id != forbidden_record;
    return OK;
}

static bool told(struct str type, struct str action)
{
    (void)type;
    return !str_is(action, "propose:end");
}

static int open_world(void **state)
{
    (void)state;
    sending_open(&f);
    person = sending_officer(&f, "person");
    sending_reach(&f, person, "person");
    f.parts.told = told;
    f.parts.may_read = may_read;
    forbidden_record = 0;
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    sending_close(&f);
    return 0;
}

static int64_t count(const char *sql)
{
    return world_number(&f.w, sql, NULL, 0);
}

static bool nothing_waits(void)
{
    return sending_outbox_rests(&f) &&
           count("SELECT count(*) FROM webhook WHERE state = 'active'"
                 " AND next_leaf <= (SELECT max(leaf) FROM log_entry)") == 0 &&
           count("SELECT count(*) FROM job WHERE due_ms IS NOT NULL") == 0;
}

static const struct job_use uses[] = {{&job_outbox, &f.parts}, {&job_webhooks, &f.parts}, {0}};

/* Let the workers do all that is due at the world's moment. */
static void deliver(void)
{
    sending_work(&f, uses, nothing_waits);
}

/* --- steps --------------------------------------------------------------------------- */

static void set_up(const char *name, const char *scheme, const char *host, const char *body)
{
    struct channel c = {.name = str_of(name),
                        .url = arena_printf(f.w.arena, "%s://%s:%u", scheme, host, f.peer.port),
                        .sender = STR("zhiyun@example.org"),
                        .secret = body ? STR("Bearer geheim") : STR_NONE,
                        .body = str_of(body),
                        .plain = true};
    sending_channel(&f, &c);
}

static void allow(const char *host)
{
    sending_allow(&f, host);
}

static err_t choose(const char *kind, const char *channel, const char *timing)
{
    return sending_choose(&f, person, kind, channel, timing);
}

static err_t post_step(struct db *db, void *arg, struct err *e)
{
    int64_t id;
    return notification_post(&id, db, arg, f.w.clock.fixed_ms, e);
}

static void post(const char *kind, const char *arguments)
{
    struct err e;
    struct notification_draft d = {
        .account = person, .kind = kind, .arguments = str_of(arguments), .link = STR("/jobs/7")};
    assert_ok(store_write(f.store, post_step, &d, &e), &e);
}

struct hook_step {
    const struct deed *deed;
    struct str events[2];
    size_t event_count;
    const char *host;
    uint8_t secret[WEBHOOK_SECRET_LEN];
    int64_t id;
};

static err_t hook_step(struct db *db, void *arg, struct err *e)
{
    struct hook_step *s = arg;
    struct webhook_draft d = {.url =
                                  arena_printf(f.w.arena, "http://%s:%u/in", s->host, f.peer.port),
                              .events = s->events,
                              .event_count = s->event_count};
    return webhook_create(&s->id, db, s->deed, &d, s->secret, f.seal, e);
}

/* Number what the log has, as the sequencer does. */
static void sequence(void)
{
    while (count("SELECT count(*) FROM log_entry WHERE leaf IS NULL") > 0)
        world_run(&f.w,
                  "UPDATE log_entry SET leaf = (SELECT coalesce(max(leaf), -1) + 1 FROM log_entry)"
                  " WHERE id = (SELECT min(id) FROM log_entry WHERE leaf IS NULL)",
                  NULL, 0);
}

static struct hook_step subscribe(const char *event)
{
    struct err e;
    struct deed d = world_deed(&f.w, world_subject(&f.w, person));
    struct hook_step s = {
        .deed = &d, .events = {str_of(event)}, .event_count = 1, .host = "hook.example.org"};
    webhook_secret_new(s.secret);
    sequence(); /* what was logged before does not count */
    assert_ok(store_write(f.store, hook_step, &s, &e), &e);
    sequence();
    return s;
}

/* An entry of the log, as the sequencer leaves it; sequenced 0: it has no leaf yet. */
static void logged(const char *type, int64_t id, const char *action, bool sequenced)
{
    struct err e;
    char uid[LOG_UID_LEN + 1];
    struct log_draft d = {.has_who = true,
                          .who = person,
                          .action = str_of(action),
                          .type = str_of(type),
                          .id = id,
                          .version = 1};
    assert_ok(log_append(uid, f.w.db, &f.w.suite, &f.w.clock, &d, f.w.arena, &e), &e);
    if (sequenced)
        sequence();
}

static size_t occurrences(struct str text, const char *part)
{
    size_t n = 0;
    for (size_t at = 0; (at = str_find(text, str_of(part), at)) < text.len; at++)
        n++;
    return n;
}

/* --- messages in the app --------------------------------------------------------------- */

static void a_message_stands_in_the_app_and_is_read_once(void **state)
{
    (void)state;
    const struct notification *list;
    size_t n;
    int64_t all, unread;
    struct err e;
    post("job_failed", "{\"job\":\"导入\"}");
    post("due", "{\"title\":\"年度报告\",\"date\":\"2026-12-01\"}");
    assert_ok(notification_list(&list, &n, f.w.db, person, false, 0, 10, f.w.arena, &e), &e);
    assert_int_equal(n, 2);
    assert_str(notification_title(LANG_EN, list[0].kind, list[0].arguments, f.w.arena),
               "年度报告 is due on 2026-12-01");
    assert_str(notification_title(LANG_EN, list[1].kind, list[1].arguments, f.w.arena),
               "The job “导入” has failed");
    assert_str(list[0].link, "/jobs/7");
    assert_ok(notification_read(f.w.db, f.system_admin, &list[0].id, 1, 0, 5, &e),
              &e); /* not his */
    assert_ok(notification_count(&all, &unread, f.w.db, person, &e), &e);
    assert_int_equal(unread, 2);
    assert_ok(notification_read(f.w.db, person, &list[0].id, 1, 0, 5, &e), &e);
    assert_ok(notification_count(&all, &unread, f.w.db, person, &e), &e);
    assert_int_equal(all, 2);
    assert_int_equal(unread, 1);
    assert_ok(notification_list(&list, &n, f.w.db, person, true, 0, 10, f.w.arena, &e), &e);
    assert_int_equal(n, 1);
    assert_ok(notification_read(f.w.db, person, NULL, 0, list[0].id, 6, &e), &e);
    assert_ok(notification_count(&all, &unread, f.w.db, person, &e), &e);
    assert_int_equal(unread, 0);
    assert_int_equal(count("SELECT count(*) FROM outbox"), 0); /* nothing is configured */
}

static void arguments_are_text_and_never_a_pattern(void **state)
{
    (void)state;
    assert_str(
        notification_title(LANG_EN, STR("todo"), STR("{\"title\":\"{title} %s {x\"}"), f.w.arena),
        "{title} %s {x waits for you");
    assert_str(notification_title(LANG_EN, STR("of a newer program"), STR("{}"), f.w.arena),
               "of a newer program");
}

/* --- mail and gateways ------------------------------------------------------------------ */

static void mail_goes_out_by_choice(void **state)
{
    (void)state;
    peer_start(&f.peer, PEER_MAIL);
    set_up("mail", "smtp", "mail.example.org", NULL);
    allow("mail.example.org");
    post("job_failed", "{\"job\":\"导入\"}");
    post("job_done", "{\"job\":\"导入\"}"); /* custom: off */
    assert_int_equal(count("SELECT count(*) FROM outbox"), 1);
    assert_int_equal(choose("job_failed", "mail", "off"), OK);
    post("job_failed", "{\"job\":\"another\"}");
    assert_int_equal(count("SELECT count(*) FROM outbox"), 1);
    assert_int_equal(choose("job_failed", "pigeon", "now"), E_INVALID);
    assert_int_equal(choose("job_failed", "mail", "never"), E_INVALID);
    assert_int_equal(choose("no_kind", "mail", "now"), E_INVALID);
    deliver();
    assert_int_equal(count("SELECT count(*) FROM outbox WHERE state = 'sent'"), 1);
    struct str got = peer_take(&f.peer, f.w.arena);
    assert_int_equal(occurrences(got, "\r\nDATA\r\n"), 1);
    assert_true(str_contains(got, STR("RCPT TO:<person@example.org>")));
    assert_true(str_contains(got, STR("Subject: =?UTF-8?B?")));
    assert_true(str_contains(got, STR("Date: 20 Nov 2026 02:00:00 +0000\r\n")));
    assert_true(str_contains(got, STR("Message-ID: <")));
    peer_stop(&f.peer);
}

/* The lines of base64 behind the head, in clear. */
static struct str body_of(struct str message)
{
    struct buf all;
    uint8_t *room = arena_alloc(f.w.arena, message.len);
    size_t at = str_find(message, STR("\r\n\r\n"), str_find(message, STR("base64"), 0)) + 4, len;
    size_t end = str_find(message, STR("\r\n.\r\n"), at);
    buf_init(&all, 0);
    for (; at < end; at++)
        if (message.ptr[at] != '\r' && message.ptr[at] != '\n')
            buf_addc(&all, message.ptr[at]);
    assert_true(base64_read(room, &len, message.len, buf_str(&all)));
    buf_clear(&all);
    return (struct str){(const char *)room, len};
}

static void what_is_daily_comes_in_one_mail_the_next_morning(void **state)
{
    (void)state;
    peer_start(&f.peer, PEER_MAIL);
    set_up("mail", "smtp", "mail.example.org", NULL);
    allow("mail.example.org");
    post("news", "{\"title\":\"first\"}");
    post("news", "{\"title\":\"second\"}");
    deliver();
    assert_int_equal(f.peer.accepted, 0);
    f.w.clock.fixed_ms = daily_moment(WORLD_NOW_MS) - 1;
    deliver();
    assert_int_equal(f.peer.accepted, 0);
    post("news", "{\"title\":\"third\"}");
    f.w.clock.fixed_ms += 1; /* 2026-11-21, 8 o'clock in China */
    assert_int_equal(f.w.clock.fixed_ms, 1795219200000);
    deliver();
    struct str got = peer_take(&f.peer, f.w.arena);
    assert_int_equal(occurrences(got, "\r\nDATA\r\n"), 1);
    assert_str(body_of(got), "1. first\n   https://zhiyun.example.org/w/messages\n"
                             "2. second\n   https://zhiyun.example.org/w/messages\n"
                             "3. third\n   https://zhiyun.example.org/w/messages\n");
    assert_int_equal(count("SELECT count(*) FROM outbox WHERE state = 'sent'"), 3);
    peer_stop(&f.peer);
}

static void a_gateway_gets_its_own_form_and_the_same_id_again(void **state)
{
    (void)state;
    peer_start(&f.peer, "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
    set_up("sms", "https", "sms.example.org",
           "{\"to\":\"{phone}\",\"n\":[1,true,null,\"{title}\"],"
           "\"other\":\"{unknown} {\"}");
    world_run(
        &f.w, "UPDATE channel SET url = ?1",
        VALUES(v_str(arena_printf(f.w.arena, "http://sms.example.org:%u/send", f.peer.port))));
    allow("sms.example.org");
    post("todo", "{\"title\":\"x\"}"); /* nobody asked for short messages */
    assert_int_equal(count("SELECT count(*) FROM outbox"), 0);
    assert_int_equal(choose("todo", "sms", "now"), OK);
    post("todo", "{\"title\":\"a\\\",\\\"to\\\":\\\"b\"}"); /* does not leave its text */
    deliver();
    assert_int_equal(count("SELECT attempts FROM outbox"), 1);
    assert_int_equal(count("SELECT due_ms FROM outbox"), WORLD_NOW_MS + 5000);
    struct str first = peer_take(&f.peer, f.w.arena);
    assert_true(str_contains(first, STR("Authorization: Bearer geheim\r\n")));
    assert_true(str_ends(
        first, STR("{\"to\":\"13800000000\",\"n\":[1,true,null,\"a\\\",\\\"to\\\":\\\"b waits for "
                   "you\"],\"other\":\"{unknown} {\"}")));
    f.peer.answer = OK_ANSWER;
    f.w.clock.fixed_ms += 5000;
    deliver();
    assert_int_equal(count("SELECT count(*) FROM outbox WHERE state = 'sent'"), 1);
    struct str second = peer_take(&f.peer, f.w.arena);
    assert_int_equal(occurrences(second, "POST /send HTTP/1.1\r\n"), 1);
    assert_true(str_eq(first, second)); /* Idempotency-Key and all */
    assert_int_equal(count("SELECT count(*) FROM channel WHERE secret LIKE '%geheim%'"),
                     0); /* sealed */
    peer_stop(&f.peer);
}

static void nothing_goes_to_a_host_that_is_not_on_the_list(void **state)
{
    (void)state;
    peer_start(&f.peer, PEER_MAIL);
    set_up("mail", "smtp", "mail.example.org", NULL);
    allow("other.example.org");
    post("job_failed", "{\"job\":\"x\"}");
    deliver();
    assert_int_equal(f.peer.accepted, 0);
    assert_int_equal(count("SELECT count(*) FROM outbox WHERE state = 'failed'"), 1);
    peer_stop(&f.peer);
}

static void who_may_set_up_what(void **state)
{
    (void)state;
    struct channel c = {.name = STR("mail"),
                        .url = STR("smtps://mail.example.org"),
                        .sender = STR("zhiyun@example.org")};
    f.peer.port = 25;
    int64_t before = world_entries(&f.w);
    assert_int_equal(sending_put_channel(&f, f.guardian, &c, NULL), E_DENIED);
    assert_int_equal(sending_put_channel(&f, person, &c, NULL), E_DENIED);
    assert_int_equal(sending_put_host(&f, f.system_admin, "a.b", false, NULL), E_DENIED);
    assert_int_equal(sending_put_host(&f, f.guardian, "0x7f.1", false, NULL), E_INVALID);
    assert_int_equal(sending_put_host(&f, f.guardian, "a.b", true, NULL), E_NOTFOUND);
    assert_int_equal(world_entries(&f.w), before);
    assert_int_equal(sending_put_host(&f, f.guardian, "A.b", false, NULL), OK);
    assert_int_equal(sending_put_host(&f, f.guardian, "a.B", true, NULL), OK);
    assert_int_equal(sending_put_channel(&f, f.system_admin, &c, NULL), OK);
    assert_str(world_actions(&f.w, before), "allow (alone) forbid (alone) change");
    c.name = STR("webhook"); /* would be mistaken for one */
    assert_int_equal(sending_put_channel(&f, f.system_admin, &c, NULL), E_INVALID);
}

/* --- webhooks --------------------------------------------------------------------------- */

static void the_signature_is_that_of_the_standard(void **state)
{
    (void)state;
    uint8_t secret[24];
    size_t len;
    assert_true(base64_read(secret, &len, sizeof(secret), STR("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")));
    assert_str(webhook_signature((struct bytes){secret, len}, STR("msg_p5jXN8AQM9LWM0D4loKWxJek"),
                                 1614265330, STR("{\"test\": 2432232314}"), f.w.arena),
               "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

static void events_are_chosen_by_name(void **state)
{
    (void)state;
    struct str events = STR("[\"deal.create\",\"need.*\"]");
    assert_true(webhook_wants(events, STR("deal"), STR("create"), f.w.arena));
    assert_false(webhook_wants(events, STR("deal"), STR("change"), f.w.arena));
    assert_true(webhook_wants(events, STR("need"), STR("change"), f.w.arena));
    assert_false(webhook_wants(events, STR("needs"), STR("change"), f.w.arena));
    assert_true(webhook_wants(STR("[\"*\"]"), STR("x"), STR("y"), f.w.arena));
}

static void a_webhook_hears_what_its_owner_may_read_in_order(void **state)
{
    (void)state;
    peer_start(&f.peer, OK_ANSWER);
    allow("hook.example.org");
    logged("deal", 1, "create", true); /* before it subscribed */
    struct hook_step hook = subscribe("deal.*");
    forbidden_record = 6;
    logged("deal", 5, "create", true);
    logged("deal", 6, "create", true);      /* may not read */
    logged("account", 7, "change", true);   /* not his event */
    logged("deal", 5, "propose:end", true); /* nobody's news */
    logged("deal", 5, "change", true);
    logged("deal", 8, "create", false); /* not sequenced yet */
    deliver();
    struct str got = peer_take(&f.peer, f.w.arena);
    assert_int_equal(occurrences(got, "POST /in HTTP/1.1\r\n"), 2);
    size_t first = str_find(got,
                            STR("{\"type\":\"deal.create\",\"timestamp\":"
                                "\"2026-11-20T02:00:00.000Z\",\"data\":{\"entry\":"),
                            0);
    size_t second = str_find(got, STR("{\"type\":\"deal.change\""), 0);
    assert_true(first < second);
    assert_true(second < got.len);
    assert_int_equal(occurrences(got, "\"id\":5"), 2);
    assert_int_equal(occurrences(got, "\"who\""), 0);
    /* What arrived is what was signed. */
    struct str head = STR("webhook-id: ");
    size_t at = str_find(got, head, 0) + head.len;
    struct str id = {got.ptr + at, str_find(got, STR("\r\n"), at) - at};
    struct str body = {got.ptr + first, str_find(got, STR("}}"), first) + 2 - first};
    struct str signature = webhook_signature((struct bytes){hook.secret, sizeof(hook.secret)}, id,
                                             WORLD_NOW_MS / 1000, body, f.w.arena);
    assert_true(str_contains(got, signature));
    assert_true(str_contains(got, STR("webhook-timestamp: 1795140000\r\n")));
    sequence();
    deliver();
    got = peer_take(&f.peer, f.w.arena);
    assert_int_equal(occurrences(got, "\"id\":8"), 1);
    assert_int_equal(count("SELECT count(*) FROM webhook WHERE secret LIKE '%whsec_%'"), 0);
    peer_stop(&f.peer);
}

static void a_right_that_was_lost_meanwhile_stops_what_waits(void **state)
{
    (void)state;
    peer_start(&f.peer, "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
    allow("hook.example.org");
    (void)subscribe("*");
    logged("deal", 5, "create", true);
    deliver();
    assert_int_equal(f.peer.accepted, 1);
    forbidden_record = 5;
    f.w.clock.fixed_ms += 5000;
    deliver();
    assert_int_equal(f.peer.accepted, 1);
    assert_int_equal(count("SELECT count(*) FROM outbox WHERE state = 'dropped'"), 1);
    peer_stop(&f.peer);
}

static void an_owner_who_leaves_takes_the_webhook_along(void **state)
{
    (void)state;
    peer_start(&f.peer, OK_ANSWER);
    allow("hook.example.org");
    (void)subscribe("*");
    world_run(&f.w, "UPDATE account SET state = 'disabled' WHERE id = ?1", VALUES(v_i64(person)));
    logged("deal", 5, "create", true);
    deliver();
    assert_int_equal(f.peer.accepted, 0);
    assert_int_equal(count("SELECT count(*) FROM webhook WHERE state = 'disabled'"), 1);
    peer_stop(&f.peer);
}

static void a_webhook_that_only_fails_is_switched_off_and_its_owner_told(void **state)
{
    (void)state;
    peer_start(&f.peer, "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\n"
                        "Content-Length: 0\r\n\r\n");
    allow("hook.example.org");
    (void)subscribe("*");
    for (int64_t i = 1; i <= 3; i++)
        logged("deal", i, "create", true);
    int rounds = 0;
    for (; count("SELECT count(*) FROM webhook WHERE state = 'active'") > 0; rounds++) {
        assert_true(rounds < 30);
        deliver();
        assert_int_equal(f.peer.accepted, rounds + 1); /* the later ones wait with the first */
        f.w.clock.fixed_ms += 3600000;
    }
    assert_int_equal(rounds, WEBHOOK_FAILURES_MAX);
    assert_int_equal(count("SELECT count(*) FROM outbox WHERE due_ms IS NOT NULL"), 0);
    assert_int_equal(count("SELECT count(*) FROM notification WHERE kind = 'webhook_disabled'"), 1);
    peer_stop(&f.peer);
}

static void a_receiver_that_is_gone_ends_it_at_once(void **state)
{
    (void)state;
    peer_start(&f.peer, "HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n");
    allow("hook.example.org");
    (void)subscribe("*");
    logged("deal", 1, "create", true);
    deliver();
    assert_int_equal(f.peer.accepted, 1);
    assert_int_equal(count("SELECT count(*) FROM webhook WHERE state = 'disabled'"), 1);
    peer_stop(&f.peer);
}

static err_t delete_step(struct db *db, void *arg, struct err *e)
{
    struct hook_step *s = arg;
    return webhook_delete(db, s->deed, s->id, e);
}

static void only_its_owner_ends_a_webhook(void **state)
{
    (void)state;
    struct webhooks list = {0};
    struct err e;
    f.peer.port = 80;
    allow("hook.example.org");
    struct hook_step s = subscribe("*");
    struct deed other = world_deed(&f.w, world_subject(&f.w, f.guardian));
    struct deed own = world_deed(&f.w, world_subject(&f.w, person));
    s.deed = &other;
    assert_int_equal(store_write(f.store, delete_step, &s, NULL), E_NOTFOUND);
    assert_ok(webhook_list(&list, f.w.db, f.guardian, f.w.arena, &e), &e);
    assert_int_equal(list.len, 0);
    assert_ok(webhook_list(&list, f.w.db, person, f.w.arena, &e), &e);
    assert_int_equal(list.len, 1);
    assert_str(list.ptr[0].url, "http://hook.example.org:80/in");
    s.deed = &own;
    assert_ok(store_write(f.store, delete_step, &s, &e), &e);
    assert_int_equal(store_write(f.store, delete_step, &s, NULL), E_NOTFOUND);
    list = (struct webhooks){0};
    assert_ok(webhook_list(&list, f.w.db, person, f.w.arena, &e), &e);
    assert_int_equal(list.len, 0);
    s.events[0] = STR("deal");
    assert_int_equal(store_write(f.store, hook_step, &s, NULL), E_INVALID);
    s.events[0] = STR("deal.create; drop");
    assert_int_equal(store_write(f.store, hook_step, &s, NULL), E_INVALID);
    s.events[0] = STR("*");
    s.host = "127.1";
    assert_int_equal(store_write(f.store, hook_step, &s, NULL), E_INVALID);
}

/* A process that is killed after the receiver had the message and before it could
 * write so: the message comes again, as the same one. */
static void a_killed_sender_sends_again_under_the_same_id(void **state)
{
    (void)state;
    peer_start(&f.peer, OK_ANSWER);
    f.peer.delay_ms = 400;
    allow("hook.example.org");
    (void)subscribe("*");
    logged("deal", 1, "create", true);
    pid_t child = fork();
    if (child == 0) {
        struct store *s = NULL;
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves nobody behind */
        if (store_open(&s, f.url, false, NULL) != OK)
            _exit(1);
        (void)sending_workers(s, &clock_system, uses);
        for (;;)
            pause();
    }
    for (int i = 0; i < 120000 && f.peer.accepted == 0; i++)
        usleep(5000);
    usleep(200000);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    assert_int_equal(f.peer.accepted, 1);
    assert_int_equal(count("SELECT count(*) FROM outbox WHERE state = 'waiting'"), 1);
    f.peer.delay_ms = 0;
    struct job_workers *workers = sending_workers(f.store, &clock_system, uses);
    for (int i = 0; i < 60000 && count("SELECT count(*) FROM outbox WHERE state = 'sent'") == 0;
         i++)
        usleep(10000);
    job_workers_stop(workers);
    assert_int_equal(count("SELECT count(*) FROM outbox WHERE state = 'sent'"), 1);
    struct str got = peer_take(&f.peer, f.w.arena), head = STR("webhook-id: ");
    size_t one = str_find(got, head, 0), two = str_find(got, head, one + 1);
    assert_true(two < got.len);
    assert_memory_equal(got.ptr + one, got.ptr + two, head.len + 4 + LOG_UID_LEN + 2);
    peer_stop(&f.peer);
}

static void a_message_names_what_it_is_about(void **state)
{
    static const char *const cases[][2] = {
        {"/records/task/12", "{\"subject\":{\"type\":\"task\",\"id\":12}}"},
        {"/case/7", "{\"subject\":{\"type\":\"case\",\"id\":7}}"},
        {"/jobs/3", "{\"subject\":{\"type\":\"job\",\"id\":3}}"},
        {"/packs/sc-2025", "{\"subject\":{\"type\":\"pack\",\"id\":\"sc-2025\"}}"},
        {"/todo", "{\"subject\":null}"},
        {"", "{\"subject\":null}"}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf b;
        struct jout j;
        buf_init(&b, 0);
        jout_init(&j, &b);
        jout_object(&j);
        notification_subject_json(&j, str_of(cases[i][0]));
        jout_end_object(&j);
        assert_str(buf_str(&b), cases[i][1]);
        buf_clear(&b);
    }
}

#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_names_what_it_is_about),
        IN_WORLD(a_message_stands_in_the_app_and_is_read_once),
        IN_WORLD(arguments_are_text_and_never_a_pattern),
        IN_WORLD(mail_goes_out_by_choice),
        IN_WORLD(what_is_daily_comes_in_one_mail_the_next_morning),
        IN_WORLD(a_gateway_gets_its_own_form_and_the_same_id_again),
        IN_WORLD(nothing_goes_to_a_host_that_is_not_on_the_list),
        IN_WORLD(who_may_set_up_what),
        IN_WORLD(the_signature_is_that_of_the_standard),
        IN_WORLD(events_are_chosen_by_name),
        IN_WORLD(a_webhook_hears_what_its_owner_may_read_in_order),
        IN_WORLD(a_right_that_was_lost_meanwhile_stops_what_waits),
        IN_WORLD(an_owner_who_leaves_takes_the_webhook_along),
        IN_WORLD(a_webhook_that_only_fails_is_switched_off_and_its_owner_told),
        IN_WORLD(a_receiver_that_is_gone_ends_it_at_once),
        IN_WORLD(only_its_owner_ends_a_webhook),
        IN_WORLD(a_killed_sender_sends_again_under_the_same_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
