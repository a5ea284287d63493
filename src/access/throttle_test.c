/* Budgets: exact in one process, kept over a restart, and nearly exact with several. */
#include "test.h"

#include "access/throttle.h"
#include "access/world.h"
#include <pthread.h>
#include <stdatomic.h>

#define MINUTE ((int64_t)60000)
#define HOUR (60 * MINUTE)

static struct world w;
static const struct throttle_limits limits = {1000, 3000, 60, 10, 5, 7};

static int open_world(void **state)
{
    (void)state;
    world_open_store(&w);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

static struct throttle *open_throttle(void)
{
    return throttle_new(w.store, &w.clock, &limits);
}

static struct throttle_answer take(struct throttle *t, enum throttle_kind kind, int64_t account,
                                   int64_t unit, int64_t amount)
{
    struct err e;
    struct throttle_answer answer;
    struct throttle_subject who = {.account = account, .unit = unit, .address = STR("192.0.2.7")};
    assert_ok(throttle_take(&answer, t, kind, &who, amount, &e), &e);
    return answer;
}

static bool reads(struct throttle *t, int64_t account, int64_t unit, int64_t amount)
{
    return take(t, THROTTLE_READS, account, unit, amount).retry_ms == 0;
}

static void ten_times_the_budget_meets_its_end(void **state)
{
    (void)state;
    struct throttle *t = open_throttle();
    int64_t read = 0, firsts = 0;
    for (int i = 0; i < 10000; i++) {
        struct throttle_answer a = take(t, THROTTLE_READS, 1, 9, 1);
        read += a.retry_ms == 0;
        firsts += a.first;
        assert_false(a.unit);
    }
    assert_int_equal(read, 1000);
    assert_int_equal(firsts, 1);
    assert_true(reads(t, 2, 9, 1)); /* a colleague has a budget of his own */
    throttle_free(t);
}

static void an_amount_is_granted_whole_or_not_at_all(void **state)
{
    (void)state;
    struct throttle *t = open_throttle();
    assert_true(reads(t, 1, 0, 999));
    assert_false(reads(t, 1, 0, 2));
    assert_true(reads(t, 1, 0, 1));
    assert_false(reads(t, 1, 0, 1));
    assert_true(reads(t, 1, 0, 0));
    throttle_free(t);
}

static void a_unit_has_a_budget_over_its_people(void **state)
{
    (void)state;
    struct throttle *t = open_throttle();
    for (int64_t account = 1; account <= 3; account++)
        assert_true(reads(t, account, 9, 1000));
    struct throttle_answer a = take(t, THROTTLE_READS, 4, 9, 1);
    assert_true(a.retry_ms > 0 && a.unit && a.first);
    assert_true(reads(t, 4, 8, 1));
    assert_false(reads(t, 1, 8, 1)); /* what the unit refused counted for nobody, this did */
    throttle_free(t);
}

static void a_day_ends_at_midnight_in_china(void **state)
{
    (void)state;
    struct throttle *t = open_throttle();
    assert_true(reads(t, 1, 0, 1000));
    struct throttle_answer a = take(t, THROTTLE_READS, 1, 0, 1);
    assert_int_equal(a.retry_ms, 14 * HOUR); /* it is ten o'clock */
    w.clock.fixed_ms += a.retry_ms - 1;
    assert_false(reads(t, 1, 0, 1));
    w.clock.fixed_ms += 1;
    assert_true(reads(t, 1, 0, 1000));
    assert_true(take(t, THROTTLE_READS, 1, 0, 1).first);
    throttle_free(t);
}

static void a_restart_gives_no_fresh_budget(void **state)
{
    (void)state;
    struct throttle *t = open_throttle();
    assert_true(reads(t, 1, 9, 700));
    throttle_free(t);
    t = open_throttle();
    assert_false(reads(t, 1, 9, 301));
    assert_true(reads(t, 1, 9, 300));
    throttle_free(t);
    assert_int_equal(
        world_number(&w, "SELECT amount FROM usage_count WHERE subject = 'account:1'", NULL, 0),
        1000);
    assert_int_equal(
        world_number(&w, "SELECT amount FROM usage_count WHERE subject = 'unit:9'", NULL, 0), 1000);
}

static void servers_share_a_budget_but_for_a_small_part(void **state)
{
    (void)state;
    struct throttle *servers[4];
    int64_t read = 0;
    for (size_t i = 0; i < ARRAY_LEN(servers); i++)
        servers[i] = open_throttle();
    for (int i = 0; i < 10000; i++)
        read += reads(servers[i % 4], 1, 0, 1);
    print_message("# %lld read of a budget of 1000 through four servers\n", (long long)read);
    assert_in_range(read, 1000, 1100);
    for (size_t i = 0; i < ARRAY_LEN(servers); i++)
        throttle_free(servers[i]);
    assert_int_equal(
        world_number(&w, "SELECT amount FROM usage_count WHERE subject = 'account:1'", NULL, 0),
        read);
}

struct reader {
    pthread_t thread;
    struct throttle *throttle;
    int64_t read;
};

static void *read_on(void *arg)
{
    struct reader *r = arg;
    struct throttle_subject who = {.account = 1, .unit = 9};
    for (int i = 0; i < 1000; i++) {
        struct throttle_answer a;
        struct err e;
        if (throttle_take(&a, r->throttle, THROTTLE_READS, &who, 1, &e) == OK)
            r->read += a.retry_ms == 0;
    }
    return NULL;
}

static void threads_share_a_budget_exactly(void **state)
{
    (void)state;
    struct throttle *t = open_throttle();
    struct reader readers[8];
    int64_t read = 0;
    for (size_t i = 0; i < ARRAY_LEN(readers); i++) {
        readers[i] = (struct reader){.throttle = t};
        pthread_create(&readers[i].thread, NULL, read_on, &readers[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(readers); i++) {
        pthread_join(readers[i].thread, NULL);
        read += readers[i].read;
    }
    assert_int_equal(read, 1000);
    throttle_free(t);
    assert_int_equal(
        world_number(&w, "SELECT amount FROM usage_count WHERE subject = 'account:1'", NULL, 0),
        1000);
}

static void calls_are_counted_by_the_minute_and_not_kept(void **state)
{
    (void)state;
    struct throttle *t = open_throttle();
    for (int i = 0; i < 60; i++)
        assert_int_equal(take(t, THROTTLE_CALLS, 1, 9, 1).retry_ms, 0);
    assert_in_range(take(t, THROTTLE_CALLS, 1, 9, 1).retry_ms, 1, MINUTE);
    for (int i = 0; i < 10; i++)
        assert_int_equal(take(t, THROTTLE_CALLS, 0, 0, 1).retry_ms, 0);
    assert_true(take(t, THROTTLE_CALLS, 0, 0, 1).retry_ms > 0);
    w.clock.fixed_ms += MINUTE;
    assert_int_equal(take(t, THROTTLE_CALLS, 1, 9, 1).retry_ms, 0);
    throttle_free(t);
    assert_int_equal(world_number(&w, "SELECT count(*) FROM usage_count", NULL, 0), 0);
}

static void many_addresses_take_bounded_memory(void **state)
{
    (void)state;
    struct throttle *t = open_throttle();
    struct throttle_answer a;
    struct err e;
    for (int i = 0; i < 100000; i++) {
        char address[32];
        (void)snprintf(address, sizeof(address), "10.%d.%d.%d", i >> 16, i >> 8 & 255, i & 255);
        struct throttle_subject who = {.address = str_of(address)};
        assert_ok(throttle_take(&a, t, THROTTLE_CALLS, &who, 1, &e), &e);
        assert_int_equal(a.retry_ms, 0);
    }
    int granted = 0;
    for (int i = 0; i < 20; i++) { /* those that come now share one */
        char address[32];
        (void)snprintf(address, sizeof(address), "11.0.0.%d", i);
        struct throttle_subject who = {.address = str_of(address)};
        assert_ok(throttle_take(&a, t, THROTTLE_CALLS, &who, 1, &e), &e);
        granted += a.retry_ms == 0;
    }
    assert_int_equal(granted, 10);
    w.clock.fixed_ms += MINUTE; /* and a minute later there is room again */
    for (int i = 0; i < 20; i++) {
        char address[32];
        (void)snprintf(address, sizeof(address), "12.0.0.%d", i);
        struct throttle_subject who = {.address = str_of(address)};
        assert_ok(throttle_take(&a, t, THROTTLE_CALLS, &who, 1, &e), &e);
        assert_int_equal(a.retry_ms, 0);
    }
    throttle_free(t);
}

static void old_windows_are_removed(void **state)
{
    (void)state;
    struct err e;
    struct throttle *t = open_throttle();
    assert_true(reads(t, 1, 0, 5));
    assert_ok(throttle_flush(t, &e), &e);
    assert_int_equal(world_number(&w, "SELECT amount FROM usage_count", NULL, 0), 5);
    w.clock.fixed_ms += 9 * 24 * HOUR;
    assert_ok(throttle_flush(t, &e), &e);
    assert_int_equal(world_number(&w, "SELECT count(*) FROM usage_count", NULL, 0), 0);
    throttle_free(t);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

static struct throttle_answer object(struct throttle *t, const char *address, int64_t list)
{
    struct err e;
    struct throttle_answer answer;
    struct throttle_subject who = {.address = str_of(address), .list = list};
    assert_ok(throttle_take(&answer, t, THROTTLE_OBJECTIONS, &who, 1, &e), &e);
    return answer;
}

static void the_first_objections_of_an_address_are_never_refused(void **state)
{
    (void)state;
    const struct throttle_subject who = {.address = STR("192.0.2.1"), .list = 1};
    struct throttle *t = open_throttle();
    for (int i = 0; i < 5; i++)
        assert_int_equal(object(t, "192.0.2.1", 1).always, i < OBJECTIONS_ALWAYS);
    assert_in_range(object(t, "192.0.2.1", 1).retry_ms, 1, HOUR);
    assert_in_range(object(t, "192.0.2.1", 2).retry_ms, 1, HOUR); /* its budget is of all lists */
    throttle_return(t, &who);                                     /* one came to nothing */
    assert_int_equal(object(t, "192.0.2.1", 1).retry_ms, 0);
    assert_true(object(t, "192.0.2.1", 1).retry_ms > 0);
    for (int i = 0; i < OBJECTIONS_ALWAYS; i++) /* beyond what the list takes in */
        assert_int_equal(object(t, "192.0.2.2", 1).retry_ms, 0);
    assert_in_range(object(t, "192.0.2.2", 1).retry_ms, 1, HOUR); /* below its own budget */
    assert_int_equal(object(t, "192.0.2.2", 2).retry_ms, 0);
    for (int i = 0; i < OBJECTIONS_ALWAYS; i++)
        assert_int_equal(object(t, "192.0.2.3", 1).retry_ms, 0);
    assert_int_equal(world_number(&w, "SELECT count(*) FROM usage_count", NULL, 0), 0);
    throttle_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(ten_times_the_budget_meets_its_end),
        WITH_WORLD(an_amount_is_granted_whole_or_not_at_all),
        WITH_WORLD(a_unit_has_a_budget_over_its_people),
        WITH_WORLD(a_day_ends_at_midnight_in_china),
        WITH_WORLD(a_restart_gives_no_fresh_budget),
        WITH_WORLD(servers_share_a_budget_but_for_a_small_part),
        WITH_WORLD(threads_share_a_budget_exactly),
        WITH_WORLD(calls_are_counted_by_the_minute_and_not_kept),
        WITH_WORLD(the_first_objections_of_an_address_are_never_refused),
        WITH_WORLD(many_addresses_take_bounded_memory),
        WITH_WORLD(old_windows_are_removed),
    };
    return cmocka_run_group_tests_name("throttle", tests, NULL, NULL);
}
