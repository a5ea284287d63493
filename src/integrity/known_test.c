/* By what two claims are known to be one: numbers in any spelling. */
#include "test.h"

#include "integrity/claim.h"
#include "model/normal.h"

static struct arena *a;

static void a_number_has_one_key_in_every_spelling(void **state)
{
    (void)state;
    static const char *const spellings[] = {"HT-2025（01）",          "ＨＴ－２０２５(01)",
                                            " ht - 2025·01 ",         "HT\u20112025〔01〕",
                                            "第【HT-2025.01】号",     "HT—2025／01号",
                                            "HT——2025\u3000（０１）", "HT\u2212\u200B2025(01)"};
    for (size_t i = 0; i < ARRAY_LEN(spellings); i++)
        assert_str(written_key(str_of(spellings[i]), a), "ht-2025.01");
    assert_str(written_key(STR("0123 4567"), a), "01234567");
    assert_true(str_eq(claim_patent_key(STR("CN203012345678.1"), a),
                       claim_patent_key(STR("cn 203012345678.1"), a)));
    assert_int_equal(written_key(STR("（—）"), a).len, 0);
}

/* Neither a dash nor what sets digits apart is dropped, wherever it stands. */
static void numbers_that_differ_in_their_signs_are_two(void **state)
{
    (void)state;
    static const char *const numbers[] = {
        "1-1", "11",    "1.1",   "-11",  "11-",     "1-11",    "11-1",    "111",      "A-1",
        "A1",  "AB-12", "A-B12", "AB12", "2025-12", "20251-2", "2025.12", "2025(1)2", "202512"};
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        for (size_t k = 0; k < i; k++)
            if (str_eq(written_key(str_of(numbers[i]), a), written_key(str_of(numbers[k]), a)))
                fail_msg("%s and %s are one", numbers[i], numbers[k]);
}

static void every_dash_is_the_same_one(void **state)
{
    (void)state;
    static const char *const dashes[] = {"-",        "\u2010",       "\u2011", "\u2012", "\u2013",
                                         "\u2014",   "\u2014\u2014", "\u2015", "\u2212", "\uFF0D",
                                         "\uFE63",   "\uFE58",       "\u2500", "\u2E3A", "\uFE31",
                                         " \u2014 ", "\u207B"};
    for (size_t i = 0; i < ARRAY_LEN(dashes); i++)
        assert_str(written_key(arena_printf(a, "甲%s1", dashes[i]), a), "甲-1");
    assert_false(str_is(written_key(STR("甲～1"), a), "甲-1")); /* a range */
    assert_false(str_is(written_key(STR("甲一1"), a), "甲-1")); /* the numeral one */
}

static int setup(void **state)
{
    (void)state;
    a = arena_new();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_has_one_key_in_every_spelling),
        cmocka_unit_test(numbers_that_differ_in_their_signs_are_two),
        cmocka_unit_test(every_dash_is_the_same_one),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
