#include "policy/evaluate.h"
#include "test.h"

static struct fact_row row(const char *key, enum truth test, int64_t amount)
{
    return (struct fact_row){.test = test,
                             .base = YES,
                             .key = str_of(key),
                             .amount = (wide)amount * MILLION,
                             .has_amount = amount >= 0};
}

static struct range fold(enum fold how, struct fact_row *rows, size_t count, bool open)
{
    struct indicator i = {.fold = how};
    return indicator_fold(&i, rows, count, open).range;
}

static void expect(struct range r, int low, int high, bool open)
{
    if (r.low != low * (wide)MILLION || r.high != high * (wide)MILLION || r.open != open)
        fail_msg("%d..%d open %d", (int)(r.low / MILLION), (int)(r.high / MILLION), r.open);
}

static void a_key_counts_once_and_is_in_if_any_of_its_rows_is(void **state)
{
    struct fact_row rows[] = {row("b", NO, 0),  row("a", YES, 0),     row("a", NO, 0),
                              row("a", YES, 0), row("c", UNKNOWN, 0), row("c", NO, 0)};
    (void)state;
    expect(fold(FOLD_COUNT, rows, 6, false), 1, 2, false);
    expect(fold(FOLD_COUNT, rows, 6, true), 1, 2, true);
}

static void a_row_without_key_may_be_one_more(void **state)
{
    struct fact_row rows[] = {row("a", YES, 0), row("", YES, 0), row("", UNKNOWN, 0),
                              row("", NO, 0)};
    (void)state;
    expect(fold(FOLD_COUNT, rows, 4, false), 1, 3, false);
}

static void one_contract_is_summed_once_and_differing_rows_are_a_range(void **state)
{
    struct fact_row rows[] = {row("h", YES, 5),     row("h", YES, 7), row("i", YES, 1),
                              row("j", UNKNOWN, 3), row("", YES, 2),  row("k", NO, 100)};
    (void)state;
    expect(fold(FOLD_SUM, rows, 6, false), 6, 13, false);
}

static void an_amount_that_is_not_known_has_no_upper_end(void **state)
{
    struct fact_row rows[] = {row("h", YES, 5), row("i", YES, -1)};
    (void)state;
    struct range r = fold(FOLD_SUM, rows, 2, false);
    assert_true(r.low == 5 * (wide)MILLION && r.open);
}

/* Every way in which the possible rows may turn out gives a share within the range. */
static void a_rate_holds_every_outcome(void **state)
{
    (void)state;
    for (int code = 0; code < 6561; code++) { /* four keys, base and test of three values each */
        struct fact_row rows[4];
        int c = code;
        for (int i = 0; i < 4; i++) {
            static const char *const keys[] = {"a", "b", "c", "d"};
            rows[i] = row(keys[i], (enum truth)(c % 3), 0);
            rows[i].base = (enum truth)(c / 3 % 3);
            c /= 9;
        }
        struct fact_row copy[4];
        memcpy(copy, rows, sizeof(rows));
        struct range r = fold(FOLD_RATE, copy, 4, false);
        for (int world = 0; world < 256; world++) {
            int in = 0, base = 0;
            bool fits = true;
            for (int i = 0; i < 4; i++) {
                bool is_base = world >> i & 1, holds = world >> (4 + i) & 1;
                fits &= rows[i].base == UNKNOWN || (rows[i].base == YES) == is_base;
                fits &= rows[i].test == UNKNOWN || (rows[i].test == YES) == holds;
                base += is_base;
                in += is_base && holds;
            }
            if (!fits || base == 0 || r.none)
                continue;
            wide share = in * (wide)100 * MILLION;
            assert_true(r.low * base <= share * r.low_over);
            assert_true(share * r.high_over <= r.high * base);
        }
    }
}

static void a_comparison_is_true_only_when_every_number_makes_it_so(void **state)
{
    struct range five = range_exact(5 * MILLION),
                 more = {4 * MILLION, 6 * MILLION, 1, 1, false, false};
    struct range open = {5 * MILLION, 5 * MILLION, 1, 1, true, false};
    (void)state;
    assert_int_equal(range_compare(&five, CMP_GE, &five), YES);
    assert_int_equal(range_compare(&five, CMP_GT, &five), NO);
    assert_int_equal(range_compare(&more, CMP_GE, &five), UNKNOWN);
    assert_int_equal(range_compare(&open, CMP_GE, &five), YES);
    assert_int_equal(range_compare(&open, CMP_GT, &five), UNKNOWN);
    assert_int_equal(range_compare(&open, CMP_LT, &five), NO);
    assert_int_equal(range_compare(&open, CMP_EQ, &five), UNKNOWN);
    assert_int_equal(range_compare(&more, CMP_NE, &five), UNKNOWN);
}

static enum truth growth(int64_t base, int64_t end, int years)
{
    struct range b = range_exact(base * (wide)MILLION), e = range_exact(end * (wide)MILLION),
                 n = range_exact(years * (wide)MILLION);
    return growth_compare(&b, &e, &n, CMP_GE, 20 * MILLION);
}

static void growth_is_exact(void **state)
{
    (void)state;
    assert_int_equal(growth(100, 173, 3), YES); /* 172.8 is needed */
    assert_int_equal(growth(100, 172, 3), NO);
    assert_int_equal(growth(1000, 1728, 3), YES);
    assert_int_equal(growth(5, 6, 1), YES);
    assert_int_equal(growth(0, 6, 1), UNKNOWN);
    assert_int_equal(growth(5, 6, 0), UNKNOWN);
    assert_int_equal(growth(1, 9999999999, 200), NO); /* 1.2^200 is 10^15 */
    assert_int_equal(growth(1, 886096055, 113), NO);  /* 1.2^113 is 886096055.7… */
    assert_int_equal(growth(1, 886096056, 113), YES);
}

static void every_group_keeps_its_bound(void **state)
{
    struct indicator i = {.fold = FOLD_EVERY, .each = FOLD_SUM, .must = CMP_LE};
    struct fact_row rows[] = {row("p", YES, 60), row("q", YES, 40), row("r", YES, 1)};
    (void)state;
    for (int k = 0; k < 3; k++) {
        rows[k].grp = k < 2 ? STR("x") : STR("y");
        rows[k].bound = (k < 2 ? 100 : 1) * (wide)MILLION;
        rows[k].has_bound = true;
    }
    assert_int_equal(indicator_fold(&i, rows, 3, false).truth, YES);
    assert_int_equal(indicator_fold(&i, rows, 3, true).truth, UNKNOWN);
    rows[0].bound = rows[1].bound = rows[2].bound = MILLION;
    assert_int_equal(indicator_fold(&i, rows, 3, true).truth, NO);
    assert_int_equal(indicator_fold(&i, rows, 0, false).truth, YES);
    assert_int_equal(indicator_fold(&i, rows, 0, true).truth, UNKNOWN);
}

static void a_row_of_no_group_may_break_any(void **state)
{
    struct indicator i = {.fold = FOLD_EVERY, .each = FOLD_SUM, .must = CMP_LE};
    struct fact_row rows[] = {row("p", YES, 60), row("q", YES, 50)};
    (void)state;
    rows[0].grp = STR("x");
    for (int k = 0; k < 2; k++) {
        rows[k].bound = 100 * (wide)MILLION;
        rows[k].has_bound = true;
    }
    assert_int_equal(indicator_fold(&i, rows, 2, false).truth, UNKNOWN);
}

static struct fact_row shared(const char *key, enum truth test, int64_t amount, int percent)
{
    struct fact_row r = row(key, test, amount);
    r.share = percent * (wide)MILLION;
    r.has_share = true;
    return r;
}

static void what_is_shared_counts_by_its_share_and_no_fen_twice(void **state)
{
    struct fact_row mine[] = {row("a", YES, 100), shared("b", YES, 100, 60),
                              shared("c", UNKNOWN, 50, 40), shared("d", YES, 9, 0)};
    (void)state;
    struct range r = fold(FOLD_COUNT, mine, 4, false);
    assert_int_equal(r.low, MILLION + 600000);
    assert_int_equal(r.high, 2 * MILLION);
    expect(fold(FOLD_SUM, mine, 4, false), 160, 180, false);
    struct fact_row cent = shared("e", YES, 0, 33);
    cent.amount =
        MILLION / 100; /* a fen: a third of it is told as nothing, not as a fen for each of three */
    r = fold(FOLD_SUM, &cent, 1, false);
    assert_int_equal(r.low, 3300 * r.low_over);
}

static struct fact_row third(const char *key, int64_t amount)
{
    struct fact_row r = shared(key, YES, amount, 0);
    r.share = 33333333; /* of a percent, in millionths: 33.333333 % */
    return r;
}

/* 0.25 % of 1.99 yuan four times is 1.99 fen, and not nothing four times. */
static void a_sum_of_parts_is_cut_nowhere(void **state)
{
    struct fact_row parts[4], thirds[] = {third("x", 100), third("y", 100), third("z", 100)};
    char keys[4][2];
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        snprintf(keys[i], sizeof(keys[i]), "%c", (char)('a' + i));
        parts[i] = shared(keys[i], YES, 0, 0);
        parts[i].share = MILLION / 4;
        parts[i].amount = 199 * (wide)MILLION / 100;
    }
    struct range r = fold(FOLD_SUM, parts, ARRAY_LEN(parts), false);
    assert_true(r.low == r.high && r.low == 19900 * r.low_over);
    r = fold(FOLD_SUM, thirds, 3, false);
    assert_true(r.low * 100 == 9999999900 * r.low_over); /* 99.999999 yuan, and less than 100 */
    struct range hundred = range_exact(100 * (wide)MILLION);
    assert_int_equal(range_compare(&r, CMP_GE, &hundred), NO);
}

static void rows_of_one_key_that_differ_in_share_are_a_range(void **state)
{
    struct fact_row rows[] = {shared("x", YES, 100, 40), shared("x", YES, 100, 60),
                              shared("x", NO, 100, 90), shared("y", YES, 10, 50)};
    (void)state;
    expect(fold(FOLD_SUM, rows, ARRAY_LEN(rows), false), 45, 65, false);
    struct range r = fold(FOLD_COUNT, rows, ARRAY_LEN(rows), false);
    assert_int_equal(r.low, 900000);
    assert_int_equal(r.high, MILLION + 100000);
    struct arena *a = arena_new();
    const size_t of[] = {0, 0, 0, 1};
    rows_add_shares(rows, of, ARRAY_LEN(rows), a);
    expect(fold(FOLD_SUM, rows, ARRAY_LEN(rows), false), 45, 65, false);
    arena_free(a);
}

static void shares_of_several_add_up_to_the_whole_at_most(void **state)
{
    static const int shares[][3] = {{60, 40, 100}, {60, 30, 90}, {60, 60, 100}};
    (void)state;
    struct arena *a = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(shares); i++) {
        struct fact_row rows[] = {shared("x", YES, 100, shares[i][0]), row("y", YES, 7),
                                  shared("x", YES, 100, shares[i][1]), row("y", YES, 7),
                                  shared("x", NO, 100, 90)};
        const size_t of[] = {0, 0, 1, 1, 1};
        rows_add_shares(rows, of, ARRAY_LEN(rows), a);
        expect(fold(FOLD_SUM, rows, ARRAY_LEN(rows), false), shares[i][2] + 7, shares[i][2] + 7,
               false);
    }
    struct fact_row twice[] = {shared("x", YES, 100, 60), shared("x", YES, 100, 60)};
    const size_t one[] = {0, 0}; /* two records of one subject are one thing with one share */
    rows_add_shares(twice, one, 2, a);
    expect(fold(FOLD_SUM, twice, 2, false), 60, 60, false);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_counts_once_and_is_in_if_any_of_its_rows_is),
        cmocka_unit_test(a_row_without_key_may_be_one_more),
        cmocka_unit_test(one_contract_is_summed_once_and_differing_rows_are_a_range),
        cmocka_unit_test(an_amount_that_is_not_known_has_no_upper_end),
        cmocka_unit_test(a_rate_holds_every_outcome),
        cmocka_unit_test(a_comparison_is_true_only_when_every_number_makes_it_so),
        cmocka_unit_test(growth_is_exact),
        cmocka_unit_test(every_group_keeps_its_bound),
        cmocka_unit_test(a_row_of_no_group_may_break_any),
        cmocka_unit_test(what_is_shared_counts_by_its_share_and_no_fen_twice),
        cmocka_unit_test(a_sum_of_parts_is_cut_nowhere),
        cmocka_unit_test(rows_of_one_key_that_differ_in_share_are_a_range),
        cmocka_unit_test(shares_of_several_add_up_to_the_whole_at_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
