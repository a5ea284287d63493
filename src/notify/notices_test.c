/* Who is told of what, when, and how often: from the rows to messages, by a job whose clock
 * the test holds. What waits for whom is the test's to say here (record/todo.c elsewhere). */
#include "test.h"

#include "access/assignment.h"
#include "access/two_person.h"
#include "notify/notification.h"
#include "notify/sending.h"

#define DAY_MS ((int64_t)24 * 3600000)

static struct sending f;
static int64_t boss, staff, other;
static int64_t deaf; /* the account for which nothing waits */

static err_t waits(bool *out, struct str *title, void *arg, struct db *db, const struct subject *s,
                   struct str type, int64_t id, const struct assignment *given,
                   const struct proposal *proposal, struct arena *a, struct err *e)
{
    (void)arg;
    (void)db;
    (void)type;
    (void)e;
    *out = s->account != deaf && (given || s->account != proposal->proposed_by);
    *title = arena_printf(a, "Task %lld", (long long)id);
    return OK;
}

static err_t nothing(struct job_run *r, struct err *e)
{
    (void)r;
    return err_set(e, E_INVALID, "it cannot be done");
}
static err_t something(struct job_run *r, struct err *e)
{
    (void)r;
    (void)e;
    return OK;
}
static const struct job_kind fails = {"fails", "a job that fails", nothing, NULL};
static const struct job_kind works = {"works", "a job that works", something, NULL};
static const struct job_use uses[] = {
    {&job_notices, &f.parts}, {&job_outbox, &f.parts}, {&fails, NULL}, {&works, NULL}, {0}};

static int open_world(void **state)
{
    (void)state;
    sending_open(&f);
    boss = sending_officer(&f, "boss");
    staff = sending_officer(&f, "staff");
    other = sending_officer(&f, "other");
    sending_reach(&f, staff, "staff");
    f.parts.waits = waits;
    f.parts.job_kinds = uses;
    deaf = f.guardian;
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    sending_close(&f);
    return 0;
}

static bool nothing_is_due(void)
{
    const char *const open[] = {
        "SELECT count(*) FROM assignment WHERE untold IS NOT NULL",
        "SELECT count(*) FROM proposal WHERE untold IS NOT NULL",
        "SELECT count(*) FROM job WHERE untold IS NOT NULL OR due_ms IS NOT NULL"};
    for (size_t i = 0; i < ARRAY_LEN(open); i++)
        if (world_number(&f.w, open[i], NULL, 0) != 0)
            return false;
    return world_number(&f.w, "SELECT count(*) FROM assignment WHERE remind_ms <= ?1",
                        VALUES(v_i64(f.w.clock.fixed_ms))) == 0 &&
           sending_outbox_rests(&f);
}

static void work(void)
{
    sending_work(&f, uses, nothing_is_due);
}

struct giving {
    const struct deed *deed;
    struct assignment *assignment;
};

static err_t give_step(struct db *db, void *arg, struct err *e)
{
    struct giving *g = arg;
    return assignment_give(g->assignment, db, g->deed, e);
}

static err_t end_step(struct db *db, void *arg, struct err *e)
{
    struct giving *g = arg;
    return assignment_done(db, g->deed, g->assignment->id, e);
}

static int64_t give(struct assignment a)
{
    struct deed d = world_deed(&f.w, world_subject(&f.w, boss));
    struct giving g = {&d, &a};
    struct err e;
    a.type = STR("task");
    a.record_id = 7;
    assert_ok(store_write(f.store, give_step, &g, &e), &e);
    return a.id;
}

static int64_t told(int64_t account, const char *kind)
{
    return world_number(&f.w, "SELECT count(*) FROM notification WHERE account = ?1 AND kind = ?2",
                        VALUES(v_i64(account), v_str(str_of(kind))));
}

static void what_is_given_is_told_to_its_receivers_once(void **state)
{
    (void)state;
    give((struct assignment){.kind = STR("do"), .account = staff});
    give((struct assignment){.kind = STR("copy"), .account = staff});
    give((struct assignment){.kind = STR("read"), .unit = f.office});
    work();
    assert_int_equal(told(staff, "todo"), 1);
    assert_int_equal(told(staff, "news"), 2);
    assert_int_equal(told(other, "news"), 1);
    assert_int_equal(told(f.guardian, "news"), 0); /* it does not wait for that one */
    work();
    assert_int_equal(world_number(&f.w, "SELECT count(*) FROM notification", NULL, 0), 6);
}

/* More receivers than one step tells: each once, though the work is cut into steps. */
static void a_unit_of_many_is_told_whole_and_once(void **state)
{
    (void)state;
    int64_t big = world_unit(&f.w, "city_office", "510100");
    for (int i = 0; i < 130; i++)
        world_account(&f.w, arena_printf(f.w.arena, "many%d", i).ptr, big);
    give((struct assignment){.kind = STR("do"), .unit = big});
    work();
    assert_int_equal(
        world_number(&f.w, "SELECT count(DISTINCT account) FROM notification", NULL, 0), 130);
    assert_int_equal(world_number(&f.w, "SELECT count(*) FROM notification", NULL, 0), 130);
}

static void a_day_is_reminded_of_three_days_before_and_on_it(void **state)
{
    (void)state;
    /* WORLD_NOW_MS lies in 2026-11-20. */
    int64_t one = give(
        (struct assignment){.kind = STR("do"), .account = staff, .due.date = STR("2026-12-01")});
    give((struct assignment){.kind = STR("do"), .account = other, .due.date = STR("2026-11-21")});
    struct deed d = world_deed(&f.w, world_subject(&f.w, staff));
    struct assignment a = {.id = one};
    struct giving g = {&d, &a};
    struct err e;
    work();
    assert_int_equal(told(staff, "due"), 0);
    f.w.clock = clock_fixed(WORLD_NOW_MS + 2 * DAY_MS);
    work();
    assert_int_equal(told(staff, "due"), 0);
    assert_int_equal(told(other, "due"), 1); /* three days before were gone when it was given */
    f.w.clock = clock_fixed(WORLD_NOW_MS + 9 * DAY_MS);
    work();
    work(); /* started anew */
    assert_int_equal(told(staff, "due"), 1);
    f.w.clock = clock_fixed(WORLD_NOW_MS + 12 * DAY_MS);
    work();
    assert_int_equal(told(staff, "due"), 2);
    f.w.clock = clock_fixed(WORLD_NOW_MS + 40 * DAY_MS);
    work();
    assert_int_equal(told(staff, "due"), 2);
    assert_int_equal(told(other, "due"), 1);
    assert_ok(store_write(f.store, end_step, &g, &e), &e);
}

static void a_program_that_was_off_reminds_once_and_what_is_done_not_at_all(void **state)
{
    (void)state;
    give((struct assignment){.kind = STR("do"), .account = staff, .due.date = STR("2026-12-01")});
    int64_t two = give(
        (struct assignment){.kind = STR("do"), .account = other, .due.date = STR("2026-12-01")});
    struct deed d = world_deed(&f.w, world_subject(&f.w, other));
    struct assignment a = {.id = two};
    struct giving g = {&d, &a};
    struct err e;
    assert_ok(store_write(f.store, end_step, &g, &e), &e);
    f.w.clock = clock_fixed(WORLD_NOW_MS + 60 * DAY_MS);
    work();
    assert_int_equal(told(staff, "due"), 1);
    assert_int_equal(told(other, "due"), 0);
}

static err_t propose_step(struct db *db, void *arg, struct err *e)
{
    return proposal_make(arg, db, e);
}

static void a_proposal_is_told_to_who_may_confirm_it(void **state)
{
    (void)state;
    struct proposal p = {.action = STR("revoke"),
                         .type = STR("certificate"),
                         .record_id = 3,
                         .arguments = STR("null"),
                         .digest = STR("x"),
                         .proposed_by = boss,
                         .unit = f.office,
                         .role = STR("province_officer"),
                         .proposed_ms = WORLD_NOW_MS,
                         .expires_ms = WORLD_NOW_MS + DAY_MS};
    struct err e;
    assert_ok(store_write(f.store, propose_step, &p, &e), &e);
    work();
    assert_int_equal(told(boss, "todo"), 0);
    assert_int_equal(told(staff, "todo"), 1);
    assert_int_equal(told(other, "todo"), 1);
    /* One that was decided before anybody heard of it is told to nobody. */
    assert_ok(store_write(f.store, propose_step, &p, &e), &e);
    world_run(&f.w, "UPDATE proposal SET state = 'withdrawn' WHERE untold IS NOT NULL", NULL, 0);
    work();
    assert_int_equal(told(staff, "todo"), 1);
}

struct adding {
    const char *kind;
    int64_t owner, id;
};

static err_t add_step(struct db *db, void *arg, struct err *e)
{
    struct adding *x = arg;
    return job_add(&x->id, db, &(struct job_draft){.kind = x->kind, .owner = x->owner},
                   WORLD_NOW_MS, e);
}

static void whose_job_ended_is_told_how(void **state)
{
    (void)state;
    struct adding jobs[] = {{"works", staff, 0}, {"fails", staff, 0}, {"works", 0, 0}};
    struct err e;
    for (size_t i = 0; i < ARRAY_LEN(jobs); i++)
        assert_ok(store_write(f.store, add_step, &jobs[i], &e), &e);
    work();
    assert_int_equal(told(staff, "job_done"), 1);
    assert_int_equal(told(staff, "job_failed"), 1);
    assert_int_equal(world_number(&f.w, "SELECT count(*) FROM notification", NULL, 0), 2);
    assert_str(notification_title(LANG_EN, STR("job_done"), STR("{\"job\":\"a job that works\"}"),
                                  f.w.arena),
               "The job “a job that works” is done");
}

static void set_up(const struct channel *c)
{
    sending_allow(&f, "out.example.org");
    sending_channel(&f, c);
}

static int64_t sent(void)
{
    return world_number(&f.w, "SELECT count(*) FROM outbox WHERE state = 'sent'", NULL, 0);
}

/* From the giving to the mail server, as is the custom of what is to be done. */
static void what_is_given_goes_out_by_mail(void **state)
{
    (void)state;
    peer_start(&f.peer, PEER_MAIL);
    set_up(
        &(struct channel){.name = STR("mail"),
                          .url = arena_printf(f.w.arena, "smtp://out.example.org:%u", f.peer.port),
                          .sender = STR("zhiyun@example.org"),
                          .plain = true});
    give((struct assignment){.kind = STR("do"), .account = staff});
    work();
    struct str got = peer_take(&f.peer, f.w.arena);
    assert_true(str_contains(got, STR("RCPT TO:<staff@example.org>")));
    assert_true(str_contains(
        got, STR("Subject: =?UTF-8?B?VGFzayA3IHdhaXRzIGZvciB5b3U=?="))); /* Task 7 waits for you */
    assert_int_equal(sent(), 1);
    work();
    assert_int_equal(sent(), 1);
    peer_stop(&f.peer);
}

/* Through a gateway, for who chose it alone. */
static void what_is_given_goes_out_by_the_gateway_that_its_receiver_chose(void **state)
{
    (void)state;
    peer_start(&f.peer, "HTTP/1.1 204 No Content\r\n\r\n");
    set_up(&(struct channel){
        .name = STR("sms"),
        .url = arena_printf(f.w.arena, "http://out.example.org:%u/sms", f.peer.port),
        .body = STR("{\"to\":\"{phone}\",\"text\":\"{title}\"}")});
    assert_int_equal(sending_choose(&f, staff, "todo", "sms", "now"), OK);
    give((struct assignment){.kind = STR("do"), .account = staff});
    give((struct assignment){.kind = STR("do"), .account = other}); /* who chose nothing */
    work();
    struct str got = peer_take(&f.peer, f.w.arena);
    assert_true(str_contains(got, STR("\"to\":\"13800000000\"")));
    assert_true(str_contains(got, STR("Task 7 waits for you")));
    assert_int_equal(sent(), 1);
    assert_int_equal(world_number(&f.w, "SELECT count(*) FROM outbox", NULL, 0), 1);
    peer_stop(&f.peer);
}

int main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, open_world, close_world)
    const struct CMUnitTest tests[] = {
        TEST(what_is_given_is_told_to_its_receivers_once),
        TEST(a_unit_of_many_is_told_whole_and_once),
        TEST(a_day_is_reminded_of_three_days_before_and_on_it),
        TEST(a_program_that_was_off_reminds_once_and_what_is_done_not_at_all),
        TEST(a_proposal_is_told_to_who_may_confirm_it),
        TEST(whose_job_ended_is_told_how),
        TEST(what_is_given_goes_out_by_mail),
        TEST(what_is_given_goes_out_by_the_gateway_that_its_receiver_chose),
    };
    return cmocka_run_group_tests_name("notify/notices", tests, NULL, NULL);
}
