/* The filter language against records whose answer is known, its errors with their
 * places, and any bytes at all. */
#include "test.h"

#include "base/rand.h"
#include "record/fixture.h"

static struct fixture f;
static struct subject staff;

static int set_up(void **state)
{
    (void)state;
    fixture_open(&f, NULL, 0);
    staff = fixture_subject(&f, f.staff);
    static const char *const bodies[] = {
        "{\"name\":\"a\",\"count\":1,\"amount\":\"10\",\"signed\":\"2023-12-31\",\"kind\":"
        "\"plain\","
        "\"marks\":[\"red\"],\"done\":true,\"place\":\"510104\",\"filed\":false,"
        "\"seen\":\"2024-01-01T00:00:00+08:00\",\"term\":{\"from\":\"2024-01-01\",\"to\":\"2024-06-"
        "30\"}}",
        "{\"name\":\"b\",\"count\":2,\"amount\":\"20.50\",\"signed\":\"2024-02-29\",\"kind\":"
        "\"licence\","
        "\"marks\":[\"red\",\"green\"],\"done\":false,\"place\":\"510302\",\"filed\":\"2024-03-"
        "01\","
        "\"seen\":\"2023-12-31T23:59:59+08:00\",\"term\":{\"from\":\"2024-07-01\"},"
        "\"story\":\"一种AR眼镜 100%\"}",
        "{\"name\":\"c\",\"count\":3,\"weight\":\"-0.5\",\"signed\":\"2024-12-31\",\"symbol\":"
        "\"H01M10/052\","
        "\"patents\":[\"CN108192973A\"],\"shares\":[{\"who\":\"x\",\"percent\":\"60\"},{\"who\":"
        "\"y\","
        "\"percent\":\"40\"}],\"term\":{\"to\":\"2023-12-31\"},\"story\":\"under_score and "
        "(brackets)\"}",
        "{\"name\":\"d\",\"signed\":\"2025-01-01\",\"words\":[\"Alpha\",\"beta\"],\"kind\":"
        "\"plain\","
        "\"shares\":[{\"who\":\"z\",\"percent\":\"100\"}],\"patent\":\"ZL201410001234.8\"}"};
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++)
        fixture_create(&f, f.staff, "thing", bodies[i]);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_close(&f);
    return 0;
}

static err_t run(struct str *out, struct str filter, struct arena *a, struct err *e)
{
    struct buf json;
    struct list_request r = {.filter = filter, .sort = STR("id")};
    buf_init(&json, 0);
    err_t rc = record_list(
        &json, &(struct record_call){&f.k, &staff, fixture_type(&f, "thing"), 0, a}, &r, e);
    *out = arena_dup(a, buf_str(&json));
    buf_clear(&json);
    return rc;
}

/* The names found, or the error without "filter: ". */
static struct str found(const char *filter)
{
    const struct jvalue *v = NULL;
    struct str json, all = STR("");
    struct err e;
    if (run(&json, str_of(filter), f.a, &e) != OK) {
        assert_true(str_starts(str_of(e.text), STR("filter: ")));
        return arena_dup(f.a, str_of(e.text + strlen("filter: ")));
    }
    assert_ok(jin_parse(&v, json, f.a, &e), &e);
    for (size_t i = 0; i < jin_get(v, "items")->count; i++)
        all = arena_join(f.a, all, jin_text(&jin_get(v, "items")->items[i], "name"));
    return all;
}

static void conditions_find_what_they_say(void **state)
{
    (void)state;
    static const struct {
        const char *filter, *names;
    } cases[] = {
        {"", "abcd"},
        {"name=a", "a"},
        {"name=a,c", "ac"},
        {"name!=a,c", "bd"},
        {"not name=a", "bcd"},
        {"name=\"a\"", "a"},
        {"name = a or name=b and count=2", "ab"},
        {"(name = a or name=b) and count=2", "b"},
        {"not (name = a or name=b)", "cd"},
        {"not not name=a", "a"},
        {"NAME=a", "at character 1: there is no field NAME to filter by"},
        {"name=a OR name=b", "ab"},
        /* numbers */
        {"count>1", "bc"},
        {"count>=2", "bc"},
        {"count<2", "a"},
        {"count<=2", "ab"},
        {"count=1..2", "ab"},
        {"count=2..", "bc"},
        {"count=..2", "ab"},
        {"count!=2", "ac"},
        {"not count=2", "ac"}, /* d has no count */
        {"not count>1", "a"},
        {"count is empty", "d"},
        {"count is not empty", "abc"},
        {"not count is empty", "abc"},
        {"amount=20.5", "b"},
        {"amount>10", "b"},
        {"amount>=10.00", "ab"},
        {"weight=-1..0", "c"},
        {"weight<0", "c"},
        {"count≥2 and count≤2", "b"},
        {"count≠2", "ac"},
        {"count＞＝2", "bc"},
        /* days */
        {"signed=2024", "bc"},
        {"signed=2024-02", "b"},
        {"signed=2024..2025", "bcd"},
        {"signed=2023-12-31..2024-02-29", "ab"},
        {"signed>2024", "d"},
        {"signed>=2024", "bcd"},
        {"signed<2024", "a"},
        {"signed<=2024", "abc"},
        {"signed<today", "abcd"},
        {"filed=no", "a"},
        {"filed=2024", "b"},
        {"filed>2000", "b"},
        {"filed is empty", "cd"},
        {"not filed=no", "b"},
        {"seen=2023", "b"},
        {"seen=2024", "a"},
        {"seen=2024-01-01T00:00:00+08:00", "a"},
        {"seen>2023-12-31T23:59:59+08:00", "a"},
        {"seen=2023-12-31T16:00Z", "a"},
        {"created_ms=2026-11-20", "abcd"},
        {"created_ms<2026-11-20", ""},
        {"term=2024-03-01", "a"},
        {"term=2024-06-30", "a"},
        {"term=2024-07-01", "b"},
        {"term=2030", "b"},
        {"term=2020", "c"},
        {"term=2023", "c"},
        {"term=2023..2024", "abc"},
        {"term is empty", "d"},
        {"not term is empty", "abc"},
        /* codes, texts */
        {"kind=plain", "acd"},
        {"kind=licence,pledge", "b"},
        {"kind!=plain", "b"},
        {"done=true", "a"},
        {"done=false", "b"},
        {"place=51*", "ab"},
        {"place=5103*", "b"},
        {"place=510104", "a"},
        {"symbol=H01M*", "c"},
        {"symbol=\"h01m 10/052\"", "c"},
        {"story~ar眼镜", "b"},
        {"story~AR", "b"},
        {"story~%", "b"},
        {"story~under_s", "c"},
        {"story~undersc", ""},
        {"story~\"(brack\"", "c"},
        {"not story~AR", "c"},
        {"state=active", "abcd"},
        {"state=已录入", "abcd"},
        {"secrecy=internal", "abcd"},
        {"secrecy=open,secret", ""},
        {"published=false", "abcd"},
        {"owner_city=51*", "abcd"},
        {"id=2..3", "bc"},
        /* lists and tables */
        {"marks=red", "ab"},
        {"marks=green", "b"},
        {"marks!=green", "acd"}, /* none of them is */
        {"not marks=green", "acd"},
        {"marks is empty", "cd"},
        {"marks is not empty", "ab"},
        {"words=beta", "d"},
        {"words~ALPH", "d"},
        {"words=Al*", "d"},
        {"patents=CN108192973A", "c"},
        {"patents=\"cn 108192973 a\"", "c"},
        {"patent=\"CN201410001234.8\"", "d"},
        {"shares.percent>50", "cd"},
        {"shares.percent=40", "c"},
        {"shares.who=z and shares.percent=100", "d"},
        {"not shares.percent<100", "abd"},
        {"parts=2", "c"},
        {"parts>=1", "cd"},
        {"parts=0", "ab"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str got = found(cases[i].filter);
        if (!str_is(got, cases[i].names))
            fail_msg("%s: got \"%.*s\", expected \"%s\"", cases[i].filter, STR_ARG(got),
                     cases[i].names);
    }
}

static void errors_point_at_their_character(void **state)
{
    (void)state;
    static const struct {
        const char *filter, *error;
    } cases[] = {
        {"colour=1", "at character 1: there is no field colour to filter by"},
        {"name=a and 颜色=1", "at character 12: there is no field 颜色 to filter by"},
        {"name", "at character 5: an operator is missing: = != < <= > >= ~ or is empty"},
        {"name=", "at character 6: a value is missing"},
        {"name=a,", "at character 8: a value is missing"},
        {"=a", "at character 1: a field is expected here"},
        {"name=a name=b", "at character 8: and or or is expected here, or the end"},
        {"(name=a", "at character 1: the bracket that opens here is not closed"},
        {"name=a)", "at character 7: and or or is expected here, or the end"},
        {"name=\"a", "at character 6: the quote that opens here is not closed"},
        {"name!a", "at character 5: ! is only allowed before ="},
        {"count=x", "at character 7: x: must be a whole number"},
        {"count=1.5", "at character 7: 1.5: must be a whole number"},
        {"amount>ten",
         "at character 8: ten: must be an amount in yuan, like 1234.50, 12万元 or 人民币 3,000 元; "
         "it is: ten"},
        {"signed=2024-13",
         "at character 8: 2024-13: must be a day, month or year, like 2026-11-20 or 2026"},
        {"kind=sale", "at character 6: sale: has no value sale"},
        {"kind>plain", "at character 6: only numbers and dates are more or less than others"},
        {"kind=plain..licence", "at character 6: a range has no meaning here"},
        {"kind~pl", "at character 6: ~ asks texts and codes alone"},
        {"count=1*", "at character 7: * is only allowed at the end of texts and codes"},
        {"name>a", "at character 6: only numbers and dates are more or less than others"},
        {"filed>no", "at character 7: only numbers and dates are more or less than others"},
        {"count is full", "at character 10: after is comes empty or not empty"},
        {"shares=1", "at character 1: there is no field shares to filter by"},
        {"shares.colour=1", "at character 1: there is no field shares.colour to filter by"},
        {"name.first=1", "at character 1: there is no field name.first to filter by"},
        {"state=gone", "at character 7: there is no state gone"},
        {"secrecy=high", "at character 9: the levels of secrecy are open, internal and secret"},
        {"person=1", "at character 1: there is no field person to filter by"},
        {"name='a' or 1=1", "at character 13: there is no field 1 to filter by"},
        {"not", "at character 4: a field is expected here"},
        {"count=..", "at character 7: a range has no meaning here"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str got = found(cases[i].filter);
        if (!str_is(got, cases[i].error))
            fail_msg("%s: got \"%.*s\", expected \"%s\"", cases[i].filter, STR_ARG(got),
                     cases[i].error);
    }
}

static void a_filter_is_bounded(void **state)
{
    (void)state;
    struct str deep = STR("name=a"), many = STR("name=a"), longer = STR("name=\"");
    struct err e;
    struct str out;
    for (int i = 0; i < 15; i++)
        deep = arena_printf(f.a, "(%.*s)", STR_ARG(deep));
    assert_int_equal(run(&out, deep, f.a, &e), OK);
    deep = arena_printf(f.a, "(%.*s)", STR_ARG(deep));
    assert_int_equal(run(&out, deep, f.a, &e), E_LIMIT);
    for (int i = 1; i < 64; i++)
        many = arena_printf(f.a, "%.*s or name=a", STR_ARG(many));
    assert_int_equal(run(&out, many, f.a, &e), OK);
    many = arena_printf(f.a, "%.*s or name=a", STR_ARG(many));
    assert_int_equal(run(&out, many, f.a, &e), E_LIMIT);
    for (int i = 0; i < 4096; i++)
        longer = arena_join(f.a, longer, STR("x"));
    assert_int_equal(run(&out, longer, f.a, &e), E_LIMIT);
    assert_int_equal(run(&out, STR("name=\xFF"), f.a, &e), E_INVALID);
    assert_int_equal(run(&out, STR("name=a\0b"), f.a, &e), E_INVALID);
}

/* Whatever is typed is an answer or a mistake of the one who typed it. */
static void any_text_is_answered_or_refused(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "name",  "count", "amount", "signed",     "filed", "seen",    "term",
        "kind",  "marks", "done",   "place",      "words", "patents", "shares.percent",
        "parts", "state", "id",     "created_ms", "=",     "!=",      "<",
        "<=",    ">",     ">=",     "~",          "(",     ")",       ",",
        " and ", " or ",  "not ",   " is ",       "empty", "\"",      "\\",
        "2024",  "1",     "-1.5",   "..",         "*",     "red",     "plain",
        "true",  "'",     "%",      ";--",        "眼镜",  "today",   "no",
        "，",    " ",     "x"};
    struct rand r = {test_seed(20261120)};
    size_t right = 0;
    for (int i = 0; i < 20000; i++) {
        struct arena *a = arena_new();
        struct str filter = STR(""), out;
        struct err e;
        bool shaped = rand_below(&r, 2); /* name op value … */
        for (uint32_t n = 1 + rand_below(&r, shaped ? 2 : 8); n > 0; n--) {
            if (shaped)
                filter = arena_printf(a, "%.*s%s%s%s%s", STR_ARG(filter),
                                      pieces[rand_below(&r, 18)], pieces[18 + rand_below(&r, 7)],
                                      pieces[35 + rand_below(&r, 17)], n > 1 ? " and " : "");
            else
                filter = arena_join(a, filter, str_of(pieces[rand_below(&r, ARRAY_LEN(pieces))]));
        }
        err_t rc = run(&out, filter, a, &e);
        right += rc == OK;
        if (rc != OK && rc != E_INVALID && rc != E_LIMIT)
            fail_msg("%.*s: %s", STR_ARG(filter), e.text);
        arena_free(a);
    }
    print_message("# %zu of 20000 were filters\n", right);
    assert_true(right > 500);
}

int main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(conditions_find_what_they_say),
        TEST(errors_point_at_their_character),
        TEST(a_filter_is_bounded),
        TEST(any_text_is_answered_or_refused),
    };
    return cmocka_run_group_tests_name("record/filter", tests, NULL, NULL);
}
