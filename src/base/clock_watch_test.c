#include "test.h"

#include "base/clock_watch.h"

#define DAY_MS INT64_C(86400000)
#define YEAR_MS (365 * DAY_MS)
#define NOW INT64_C(1795140000000)

/* A machine whose clock and whose elapsed time are moved apart. */
static struct machine {
    struct clock clock;
    int64_t wall_ms, elapsed_ms;
} m;

static int64_t wall(const struct clock *c)
{
    (void)c;
    return m.wall_ms;
}

static int64_t elapsed(const struct clock *c)
{
    (void)c;
    return m.elapsed_ms;
}

static void pass(int64_t ms)
{
    m.wall_ms += ms;
    m.elapsed_ms += ms;
}

static struct clock_watch w;

static int begin(void **state)
{
    (void)state;
    m = (struct machine){{.now_ms = wall, .elapsed_ms = elapsed}, NOW, 5000};
    clock_watch_init(&w, &m.clock);
    return 0;
}

static int end(void **state)
{
    (void)state;
    clock_watch_clear(&w);
    return 0;
}

static void time_that_passes_is_no_jump(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++) {
        pass(i * DAY_MS);
        assert_int_equal(clock_now_ms(&w.clock), m.wall_ms);
        assert_false(clock_watch_doubted(&w));
    }
}

static void what_a_time_service_sets_right_is_no_jump(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++) {
        pass(1000);
        m.wall_ms += i % 2 ? CLOCK_STEP_MS - 1 : 1 - CLOCK_STEP_MS;
        assert_false(clock_watch_doubted(&w));
    }
    for (int i = 0; i < 1000; i++) { /* an hour and more, by and by */
        pass(1000);
        m.wall_ms += 5000;
        assert_false(clock_watch_doubted(&w));
    }
}

static void a_jump_is_found_by_who_reads_it(void **state)
{
    static const int64_t jumps[] = {CLOCK_STEP_MS, -CLOCK_STEP_MS, DAY_MS,       -DAY_MS,
                                    30 * DAY_MS,   -30 * DAY_MS,   10 * YEAR_MS, -10 * YEAR_MS};
    for (size_t i = 0; i < ARRAY_LEN(jumps); i++) {
        begin(state);
        pass(1000);
        m.wall_ms += jumps[i];
        assert_int_equal(clock_now_ms(&w.clock), NOW + 1000 + jumps[i]);
        pass(1000);
        m.wall_ms -= jumps[i]; /* back before anybody else looks: it is known all the same */
        assert_true(clock_watch_doubted(&w));
        assert_int_equal(clock_watch_jump(&w).due_ms, NOW + 1000);
        assert_int_equal(clock_watch_jump(&w).shown_ms, NOW + 1000 + jumps[i]);
        end(state);
    }
    begin(state);
}

static void it_holds_until_it_is_settled(void **state)
{
    (void)state;
    m.wall_ms += YEAR_MS;
    assert_true(clock_watch_doubted(&w));
    pass(YEAR_MS);
    assert_true(clock_watch_doubted(&w));
    clock_watch_settle(&w);
    assert_false(clock_watch_doubted(&w));
    m.wall_ms -= YEAR_MS;
    assert_true(clock_watch_doubted(&w));
    assert_int_equal(clock_watch_jump(&w).shown_ms, m.wall_ms);
}

static void what_others_found_is_doubted_here(void **state)
{
    (void)state;
    clock_watch_doubt(&w, &(struct clock_jump){NOW - 7, NOW + 7});
    assert_true(clock_watch_doubted(&w));
    assert_int_equal(clock_watch_jump(&w).due_ms, NOW - 7);
    m.wall_ms += YEAR_MS;
    assert_true(clock_watch_doubted(&w));
    assert_int_equal(clock_watch_jump(&w).shown_ms, NOW + 7); /* the first one counts */
}

static void a_clock_with_a_time_of_its_own_has_no_jumps(void **state)
{
    struct clock own = clock_fixed(NOW);
    struct clock_watch of;
    (void)state;
    clock_watch_init(&of, &own);
    for (int i = -20; i < 20; i++) {
        own.fixed_ms = NOW + i * YEAR_MS;
        assert_int_equal(clock_now_ms(&of.clock), own.fixed_ms);
        assert_false(clock_watch_doubted(&of));
    }
    clock_watch_clear(&of);
    assert_false(clock_watch_doubted(NULL));
}

/* As that of a start, which others settle more easily. */
static void a_jump_in_doubt_is_found_as_well(void **state)
{
    (void)state;
    struct clock_jump own = {0};
    clock_watch_doubt(&w, &(struct clock_jump){NOW - DAY_MS, NOW});
    pass(1000);
    assert_false(clock_watch_jumped(&own, &w));
    m.wall_ms += YEAR_MS;
    assert_true(clock_watch_jumped(&own, &w));
    assert_int_equal(own.due_ms, NOW + 1000);
    assert_int_equal(own.shown_ms, NOW + 1000 + YEAR_MS);
    assert_int_equal(clock_watch_jump(&w).shown_ms, NOW); /* the first stays the first */
    clock_watch_settle(&w);
    assert_false(clock_watch_jumped(&own, &w));
    assert_false(clock_watch_jumped(&own, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(time_that_passes_is_no_jump, begin, end),
        cmocka_unit_test_setup_teardown(what_a_time_service_sets_right_is_no_jump, begin, end),
        cmocka_unit_test_setup_teardown(a_jump_is_found_by_who_reads_it, begin, end),
        cmocka_unit_test_setup_teardown(it_holds_until_it_is_settled, begin, end),
        cmocka_unit_test_setup_teardown(what_others_found_is_doubted_here, begin, end),
        cmocka_unit_test_setup_teardown(a_jump_in_doubt_is_found_as_well, begin, end),
        cmocka_unit_test(a_clock_with_a_time_of_its_own_has_no_jumps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
