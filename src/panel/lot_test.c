/* The lot is fair, and is what its description says: tests/panel/replay.py draws the same. */
#include "test.h"

#include "panel/lot.h"

static struct arena *a;

static struct digest seed_of(uint64_t n)
{
    uint8_t s[LOT_VALUE_LEN] = {0}, t[LOT_VALUE_LEN] = {0};
    struct digest root = sha256_of(str_bytes(STR("root")));
    memcpy(s, &n, sizeof(n));
    t[31] = 7;
    return lot_seed(s, t, &root);
}

static void every_number_comes_once(void **state)
{
    (void)state;
    for (size_t n = 0; n < 200; n++) {
        struct digest seed = seed_of(n);
        size_t *order = lot_order(&seed, STR("law"), n, a);
        uint8_t *seen = arena_alloc(a, n + 1);
        for (size_t i = 0; i < n; i++) {
            assert_true(order[i] < n);
            assert_int_equal(seen[order[i]]++, 0);
        }
    }
}

static void field_and_seed_change_the_order(void **state)
{
    struct digest seed = seed_of(1), other = seed_of(2);
    size_t bytes = 50 * sizeof(size_t);
    size_t *order = lot_order(&seed, STR("law"), 50, a);
    (void)state;
    assert_memory_equal(order, lot_order(&seed, STR("law"), 50, a), bytes);
    assert_true(memcmp(order, lot_order(&seed, STR("finance"), 50, a), bytes) != 0);
    assert_true(memcmp(order, lot_order(&other, STR("law"), 50, a), bytes) != 0);
}

/* Chi-square over where each of n comes to stand, (n−1)² degrees of freedom; the bounds are those
 * of 0.1 % on either side. Seeds are fixed: the same figure every time. */
static double chi_square(size_t n, size_t rounds)
{
    size_t *count = arena_array(a, n * n, sizeof(*count));
    double expected = (double)rounds / (double)n, sum = 0;
    for (size_t r = 0; r < rounds; r++) {
        struct arena *round = arena_new();
        struct digest seed = seed_of(r);
        size_t *order = lot_order(&seed, STR("law"), n, round);
        for (size_t i = 0; i < n; i++)
            count[i * n + order[i]]++;
        arena_free(round);
    }
    for (size_t i = 0; i < n * n; i++) {
        double off = (double)count[i] - expected;
        sum += off * off / expected;
    }
    return sum;
}

static void nobody_stands_anywhere_more_often(void **state)
{
    (void)state;
    double five = chi_square(5, 20000), ten = chi_square(10, 20000);
    print_message("# chi-square: %.2f of 16, %.2f of 81 degrees of freedom\n", five, ten);
    assert_true(five > 3.94 && five < 39.26);
    assert_true(ten > 46.5 && ten < 126.1);
}

static void all_orders_of_four_are_equally_likely(void **state)
{
    size_t count[256] = {0}, kinds = 0;
    double sum = 0;
    (void)state;
    for (size_t r = 0; r < 24000; r++) {
        struct digest seed = seed_of(r);
        size_t *o = lot_order(&seed, STR("law"), 4, a);
        count[o[0] << 6 | o[1] << 4 | o[2] << 2 | o[3]]++;
        if (r % 1000 == 0)
            arena_reset(a);
    }
    for (size_t i = 0; i < 256; i++)
        if (count[i]) {
            double off = (double)count[i] - 1000;
            sum += off * off / 1000;
            kinds++;
        }
    assert_int_equal(kinds, 24);
    assert_true(sum > 7.53 && sum < 49.73); /* 23 degrees of freedom, 0.1 % on either side */
}

/* Of three quarters of all words: without passing over the rest, half would fall into a third. */
static void a_bound_that_does_not_divide_gives_no_number_twice_as_often(void **state)
{
    const uint64_t third = UINT64_C(1) << 62;
    struct digest seed = seed_of(3);
    struct lot l;
    int low = 0;
    (void)state;
    lot_begin(&l, &seed, STR("law"));
    for (int i = 0; i < 3000; i++) {
        uint64_t n = lot_below(&l, 3 * third);
        assert_true(n < 3 * third);
        low += n < third;
    }
    lot_end(&l);
    assert_in_range(low, 900, 1100);
}

static int open_arena(void **state)
{
    (void)state;
    a = arena_new();
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_free(a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_number_comes_once),
        cmocka_unit_test(a_bound_that_does_not_divide_gives_no_number_twice_as_often),
        cmocka_unit_test(field_and_seed_change_the_order),
        cmocka_unit_test(nobody_stands_anywhere_more_often),
        cmocka_unit_test(all_orders_of_four_are_equally_likely),
    };
    return cmocka_run_group_tests_name("lot", tests, open_arena, close_arena);
}
