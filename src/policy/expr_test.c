#include "policy/expr.h"
#include "test.h"

/* A pack of two quantities, one truth and one criterion. */
static bool indicator(size_t *index, bool *is_truth, struct str *unit, const void *pack,
                      struct str name)
{
    (void)pack;
    *index = 0;
    *is_truth = str_is(name, "fixed");
    *unit = str_is(name, "staff") ? STR("人") : str_is(name, "amount") ? STR("元") : STR_NONE;
    return *is_truth || str_is(name, "staff") || str_is(name, "amount");
}

static bool criterion(size_t *index, const void *pack, struct str name)
{
    (void)pack;
    *index = 7;
    return str_is(name, "staff-count");
}

static const struct expr_names names = {NULL, indicator, criterion};

static struct expr *read_test(const char *text, struct arena *a)
{
    struct expr *x = NULL;
    struct err e;
    int column;
    assert_ok(expr_parse(&x, &column, str_of(text), 3, 11, &names, a, &e), &e);
    return x;
}

static void a_comparison_has_its_number_in_millionths(void **state)
{
    struct arena *a = arena_new();
    (void)state;
    struct expr *x = read_test("staff >= 5 人", a);
    assert_int_equal(x->kind, EX_COMPARE);
    assert_int_equal(x->compare, CMP_GE);
    assert_true(x->children[1].number == 5 * (wide)MILLION);
    assert_int_equal(x->column, 11);
    arena_free(a);
}

static void ten_thousand_yuan_is_yuan(void **state)
{
    struct arena *a = arena_new();
    (void)state;
    struct expr *x = read_test("amount > 100.5 万元", a);
    assert_int_equal(x->compare, CMP_GT);
    assert_str(x->children[1].unit, "元");
    assert_str(money_text(x->children[1].number, a), "1005000.00");
    arena_free(a);
}

static void all_any_not_and_parts_nest(void **state)
{
    struct arena *a = arena_new();
    (void)state;
    struct expr *x =
        read_test("all(fixed, any(not(fixed), staff-count), at_least(2, fixed, fixed))", a);
    assert_int_equal(x->kind, EX_ALL);
    assert_int_equal(x->count, 3);
    assert_int_equal(x->children[1].kind, EX_ANY);
    assert_int_equal(x->children[1].children[1].kind, EX_CRITERION);
    assert_int_equal(x->children[1].children[1].index, 7);
    assert_int_equal(x->children[2].at_least, 2);
    arena_free(a);
}

/* What is refused, at which column, with which words. */
static void what_cannot_be_meant_is_refused_with_its_place(void **state)
{
    static const struct {
        const char *text;
        int column;
        const char *says;
    } bad[] = {
        {"staff >= 5 元", 23, "units differ"},
        {"amount >= staff", 26, "units differ"},
        {"staff", 11, "a quantity needs a comparison"},
        {"fixed >= 1", 21, "truth value cannot be compared"},
        {"staff >= 5 人 x", 24, "more text"},
        {"any(fixed", 20, "\")\" was expected"},
        {"stuff >= 5 人", 16, "no indicator and no criterion"},
        {"at_least(3, fixed, fixed)", 36, "at_least asks for 3 of 2"},
        {"not(fixed, fixed)", 28, "it takes 1"},
        {"2.5 * staff >= 5 人", 16, "whole number"},
        {"staff >= growth(staff, staff, staff)", 47, "growth stands on the left"},
        {"", 11, "a name or a number"},
        {"staff >= 1.1234567 人", 28, "six decimals"},
    };
    struct arena *a = arena_new();
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct expr *x;
        struct err e;
        int column;
        if (expr_parse(&x, &column, str_of(bad[i].text), 1, 11, &names, a, &e) == OK)
            fail_msg("accepted: %s", bad[i].text);
        if (!str_contains(str_of(e.text), str_of(bad[i].says)) || column != bad[i].column)
            fail_msg("%s: column %d: %s", bad[i].text, column, e.text);
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_comparison_has_its_number_in_millionths),
        cmocka_unit_test(ten_thousand_yuan_is_yuan),
        cmocka_unit_test(all_any_not_and_parts_nest),
        cmocka_unit_test(what_cannot_be_meant_is_refused_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
