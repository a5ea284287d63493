/* Streams of events: who hears what, when, and what a thousand idle ones cost. */
#include "test.h"

#include "base/buf.h"
#include "model/job.h"
#include "notify/events.h"
#include "notify/notification.h"
#include "notify/sending.h"
#include <semaphore.h>
#include <time.h>
#include <unistd.h>

static struct sending f;
static struct events *hub;
static int64_t one, other;

static int open_world(void **state)
{
    struct err e;
    (void)state;
    sending_open(&f);
    one = world_account(&f.w, "one", f.office);
    other = world_account(&f.w, "other", f.office);
    assert_ok(events_start(&hub, f.store, &clock_system, &e), &e);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    events_stop(hub);
    sending_close(&f);
    return 0;
}

struct listener {
    struct event_stream *stream;
    sem_t woken;
    struct buf heard;
    bool over;
};

static void do_wait(void *arg)
{
    (void)arg;
}

static void do_wake(void *arg)
{
    sem_post(&((struct listener *)arg)->woken);
}

static void listen_to(struct listener *l, int64_t account, int64_t since_ms)
{
    struct err e;
    *l = (struct listener){0};
    sem_init(&l->woken, 0, 0);
    buf_init(&l->heard, 0);
    assert_ok(events_open(&l->stream, hub, account, since_ms, &e), &e);
}

/* Takes what comes until `part` was heard, or for so long. */
static bool hears(struct listener *l, const char *part, int ms)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    for (;;) {
        char room[7]; /* cuts everywhere */
        ssize_t n = events_read(l->stream, room, sizeof(room), do_wait, do_wake, l);
        if (n > 0)
            buf_add(&l->heard, (struct str){room, (size_t)n});
        l->over |= n == EVENTS_END;
        if (l->over || (n == 0 && str_contains(buf_str(&l->heard), str_of(part))))
            break;
        if (n == 0 && sem_timedwait(&l->woken, &until) != 0)
            break;
    }
    return str_contains(buf_str(&l->heard), str_of(part));
}

static void leave(struct listener *l)
{
    events_close(l->stream);
    buf_clear(&l->heard);
    sem_destroy(&l->woken);
}

static err_t post_step(struct db *db, void *arg, struct err *e)
{
    int64_t id;
    return notification_post(&id, db, arg, clock_now_ms(&clock_system), e);
}

static void post(int64_t account, const char *title)
{
    struct err e;
    struct notification_draft d = {.account = account,
                                   .kind = "todo",
                                   .arguments =
                                       arena_printf(f.w.arena, "{\"title\":\"%s\"}", title)};
    assert_ok(store_write(f.store, post_step, &d, &e), &e);
    events_poke(hub);
}

static err_t job_step_add(struct db *db, void *arg, struct err *e)
{
    return job_add(arg, db, &(struct job_draft){.kind = "x", .owner = one},
                   clock_now_ms(&clock_system), e);
}

static err_t job_step_cancel(struct db *db, void *arg, struct err *e)
{
    return job_cancel(db, *(int64_t *)arg, clock_now_ms(&clock_system), e);
}

static size_t occurrences(struct str text, const char *part)
{
    size_t n = 0;
    for (size_t at = 0; (at = str_find(text, str_of(part), at)) < text.len; at++)
        n++;
    return n;
}

static void each_hears_his_own_and_once(void **state)
{
    (void)state;
    struct listener a, b, again;
    listen_to(&a, one, 0);
    listen_to(&again, one, 0); /* a second tab */
    listen_to(&b, other, 0);
    post(one, "first");
    assert_true(hears(&a, "first waits for you", 600000));
    assert_true(hears(&again, "first waits for you", 600000));
    post(other, "second");
    assert_true(hears(&b, "second", 600000));
    usleep(1200000); /* two more looks over the same rows */
    (void)hears(&a, "nothing", 10);
    assert_int_equal(occurrences(buf_str(&a.heard), "first"), 1);
    assert_int_equal(occurrences(buf_str(&a.heard), "second"), 0);
    assert_int_equal(occurrences(buf_str(&b.heard), "first"), 0);
    assert_true(str_starts(buf_str(&a.heard), STR("retry: 3000\n\nid: ")));
    assert_true(str_contains(buf_str(&a.heard), STR("\nevent: notification\ndata: {\"id\":")));
    assert_true(str_ends(buf_str(&a.heard), STR("}\n\n")));
    leave(&a);
    leave(&b);
    leave(&again);
    assert_int_equal(events_open_count(hub), 0);
}

static void a_job_is_told_in_each_state(void **state)
{
    (void)state;
    struct listener a;
    struct err e;
    int64_t id;
    listen_to(&a, one, 0);
    assert_ok(store_write(f.store, job_step_add, &id, &e), &e);
    assert_true(hears(&a, "\"state\":\"queued\"", 600000)); /* without a poke too */
    assert_ok(store_write(f.store, job_step_cancel, &id, &e), &e);
    assert_true(hears(&a, "\"state\":\"cancelled\"", 600000));
    leave(&a);
}

static void who_comes_back_hears_what_he_missed(void **state)
{
    (void)state;
    struct listener a;
    int64_t left = clock_now_ms(&clock_system);
    post(one, "early");
    world_run(&f.w, "UPDATE notification SET created_ms = ?1", VALUES(v_i64(left - 60000)));
    post(one, "missed");
    listen_to(&a, one, left);
    assert_true(hears(&a, "missed", 600000));
    assert_false(str_contains(buf_str(&a.heard), STR("early")));
    leave(&a);
    listen_to(&a, one, left - 70000);
    assert_true(hears(&a, "missed", 600000));
    struct str heard = buf_str(&a.heard);
    assert_true(str_find(heard, STR("early"), 0) < str_find(heard, STR("missed"), 0));
    leave(&a);
}

static void a_disabled_account_hears_nothing_more(void **state)
{
    (void)state;
    struct listener a;
    listen_to(&a, one, 0);
    world_run(&f.w, "UPDATE account SET state = 'disabled' WHERE id = ?1", VALUES(v_i64(one)));
    post(one, "secret");
    assert_false(hears(&a, "secret", 1200));
    leave(&a);
}

static void one_account_opens_so_many_and_a_slow_client_is_cut_off(void **state)
{
    (void)state;
    struct listener l[EVENTS_OF_ACCOUNT_MAX];
    struct event_stream *s;
    struct err e;
    for (size_t i = 0; i < EVENTS_OF_ACCOUNT_MAX; i++)
        listen_to(&l[i], one, 0);
    assert_int_equal(events_open(&s, hub, one, 0, &e), E_LIMIT);
    char large[2001];
    memset(large, 'x', 2000);
    large[2000] = '\0';
    for (int i = 0; i < 150; i++) /* 300 KB that nobody takes */
        post(one, large);
    post(one, "last");
    usleep(700000);
    assert_false(hears(&l[0], "last", 1000));
    assert_true(l[0].over);
    for (size_t i = 0; i < EVENTS_OF_ACCOUNT_MAX; i++)
        leave(&l[i]);
}

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void a_thousand_idle_streams_cost_next_to_nothing(void **state)
{
    (void)state;
    struct listener *l = calloc(1000, sizeof(*l));
    assert_non_null(l);
    for (int i = 0; i < 1000; i++) {
        listen_to(&l[i], 1000 + i, 0);
        (void)hears(&l[i], "retry", 1000); /* has all, and waits */
    }
    double before = cpu_seconds();
    usleep(4000000);
    double share = (cpu_seconds() - before) / 4;
    print_message("# 1,000 idle streams: %.2f %% of a core\n", share * 100);
    assert_true(share < 0.05);
    for (int i = 0; i < 1000; i++)
        leave(&l[i]);
    free(l);
}

#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(each_hears_his_own_and_once),
        IN_WORLD(a_job_is_told_in_each_state),
        IN_WORLD(who_comes_back_hears_what_he_missed),
        IN_WORLD(a_disabled_account_hears_nothing_more),
        IN_WORLD(one_account_opens_so_many_and_a_slow_client_is_cut_off),
        IN_WORLD(a_thousand_idle_streams_cost_next_to_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
