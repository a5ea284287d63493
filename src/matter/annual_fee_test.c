/* Annual fees worked out by hand. Working days: the built-in table, which ends with 2026. Articles without a name are those of
 * 专利法实施细则 (2023). */
#include "matter/annual_fee.h"
#include "test.h"

static struct arena *arena;
static const char *today = "2026-11-20";

static int set_up(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static const struct jvalue *rows_of(const char *record)
{
    const struct jvalue *parsed, *rows;
    struct date day;
    struct err e;
    assert_true(date_parse(&day, str_of(today)));
    assert_ok(jin_parse(&parsed, str_of(record), arena, &e), &e);
    assert_ok(annual_fees(&rows, NULL, parsed, day, arena, &e), &e);
    return rows;
}

static const struct jvalue *row_of(const char *record, int year)
{
    const struct jvalue *rows = rows_of(record);
    int64_t at;
    for (size_t i = 0; rows && i < rows->count; i++)
        if (jin_i64(&at, &rows->items[i], "year") && at == year)
            return &rows->items[i];
    return NULL;
}

static struct str unchecked_of(const struct jvalue *row)
{
    const struct jvalue *all = jin_get(row, "unchecked");
    struct str text = STR_NONE;
    for (size_t i = 0; i < all->count; i++) {
        assert_true(jin_text(&all->items[i], "reason").len > 0);
        text = arena_printf(arena, "%.*s%s%.*s", STR_ARG(text), i ? " " : "",
                            STR_ARG(jin_text(&all->items[i], "field")));
    }
    return text;
}

/* "last_day grace_end ends_on unchecked", "-" for none. */
static void expect_days(const char *record, int year, const char *expected)
{
    static const char *const names[] = {"last_day", "grace_end", "ends_on"};
    const struct jvalue *row = row_of(record, year);
    struct str text = STR_NONE;
    assert_non_null(row);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct str one = jin_text(row, names[i]);
        text = arena_printf(arena, "%.*s%.*s ", STR_ARG(text), STR_ARG(one.len ? one : STR("-")));
    }
    struct str doubts = unchecked_of(row);
    text = arena_printf(arena, "%.*s%.*s", STR_ARG(text), STR_ARG(doubts.len ? doubts : STR("-")));
    if (!str_is(text, expected))
        fail_msg("%s, year %d: %.*s, expected %s", record, year, STR_ARG(text), expected);
}

/* "full percent amount", "-" for what is not known. */
static void expect_money(const char *record, int year, const char *expected)
{
    static const char *const names[] = {"full", "percent", "amount"};
    const struct jvalue *row = row_of(record, year);
    struct str text = STR_NONE;
    assert_non_null(row);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct str one = jin_text(row, names[i]);
        text = arena_printf(arena, "%.*s%s%.*s", STR_ARG(text), i ? " " : "",
                            STR_ARG(one.len ? one : STR("-")));
    }
    if (!str_is(text, expected))
        fail_msg("%s, year %d: %.*s, expected %s", record, year, STR_ARG(text), expected);
}

#define PATENT(kind, filed, granted, rest)                                                         \
    "{\"type\":\"" kind "\",\"filed\":\"" filed "\",\"granted\":\"" granted "\"" rest "}"
#define NO_REDUCTION ",\"reduction\":\"none\""

/* Articles 5 and 115. */
static void the_last_day_corresponds_to_the_filing_day_and_moves_past_days_off(void **state)
{
    (void)state;
    /* 2026-09-15, a Tuesday; six months on there is no table of working days. */
    expect_days(PATENT("invention", "2018-09-15", "2020-05-12", NO_REDUCTION), 9,
                "2026-09-15 2027-03-15 2026-09-15 grace_end");
    /* Saturday 2026-03-14: Monday the 16th, and from that day six months. Since when its tariff is in force no text says. */
    expect_days(PATENT("invention", "2018-03-14", "2020-05-12", NO_REDUCTION), 9,
                "2026-03-16 2026-09-16 2026-03-16 full");
    /* 1 to 8 October 2025 are days off. */
    expect_days(PATENT("invention", "2019-10-01", "2021-05-11", NO_REDUCTION), 7,
                "2025-10-09 2026-04-09 2025-10-09 full");
    /* Sunday 2026-02-15 is a day off; Sunday 2026-01-04 is worked. */
    expect_days(PATENT("invention", "2020-01-04", "2022-05-11", NO_REDUCTION), 7,
                "2026-01-04 2026-07-06 2026-01-04 full");
}

/* Article 5: 该月无相应日的，以该月最后一日. */
static void a_day_that_the_month_lacks_is_its_last(void **state)
{
    static const char leap[] = PATENT("invention", "2020-02-29", "2021-06-01", NO_REDUCTION);
    (void)state;
    expect_days(leap, 4, "2023-02-28 2023-08-28 2023-02-28 full");
    expect_days(leap, 5, "2024-02-29 2024-08-29 2024-02-29 full");
    expect_days(leap, 6, "2025-02-28 2025-08-28 2025-02-28 full");
    /* Saturday 2024-08-31 is Monday 2 September; six months from the 31st of a Thursday end on 28 February. */
    expect_days(PATENT("invention", "2020-08-31", "2021-06-01", NO_REDUCTION), 5,
                "2024-09-02 2025-03-03 2024-09-02 full");
    expect_days(PATENT("invention", "2017-08-31", "2019-06-04", NO_REDUCTION), 7,
                "2023-08-31 2024-02-29 2023-08-31 full");
}

static void a_year_without_a_table_of_working_days_is_unchecked(void **state)
{
    (void)state;
    expect_days(PATENT("invention", "2018-03-15", "2020-05-12", NO_REDUCTION), 12,
                "2029-03-15 2029-09-17 2029-03-15 last_day grace_end");
    /* 29 to 31 December are those of the next year's table. */
    expect_days(PATENT("invention", "2018-12-30", "2020-05-12", NO_REDUCTION), 9,
                "2026-12-30 2027-06-30 2026-12-30 last_day grace_end");
}

/* Article 115: 每超过规定的缴费时间1个月，加收当年全额年费的5%; 缴费服务指南 附件2. */
static void months_of_grace_cost_a_share_of_the_full_fee(void **state)
{
    static const char one[] = PATENT("invention", "2018-05-15", "2020-05-19",
                                     ",\"reduction\":\"85\",\"reduction_asked\":\"2018-05-15\"");
    static const char *const months[] = {"0.00", "100.00", "200.00", "300.00", "400.00", "500.00"};
    (void)state;
    expect_days(one, 9, "2026-05-15 2026-11-16 2026-05-15 full"); /* 15 November is a Sunday */
    expect_money(one, 9, "2000.00 85 300.00");
    for (size_t i = 0; i < ARRAY_LEN(months); i++)
        assert_true(str_is(jin_get(row_of(one, 9), "surcharge")->items[i].text, months[i]));
}

/* Articles 60 and 114; 专利法 第四十三条. */
static void the_first_fee_is_that_of_the_year_of_the_grant(void **state)
{
    static const char first[] = PATENT("utility", "2025-12-10", "2026-06-02",
                                       NO_REDUCTION ",\"registration_notice\":\"2026-03-20\"");
    static const char eighth[] = PATENT("invention", "2018-01-10", "2025-06-03", NO_REDUCTION);
    (void)state;
    expect_days(first, 1, "2026-05-20 - - full");
    expect_money(first, 1, "600.00 0 600.00");
    assert_int_equal(rows_of(first)->count, 10);
    assert_int_equal(jin_get(row_of(first, 1), "surcharge")->count, 0);
    assert_null(row_of(eighth, 7));
    expect_days(eighth, 8, "- - - full last_day");
    expect_money(eighth, 8, "2000.00 0 2000.00");
    expect_days(eighth, 9, "2026-01-12 2026-07-13 2026-01-12 full"); /* a Saturday, a Sunday */
    assert_int_equal(rows_of(eighth)->count, 13);
    /* No text held says to which year the corresponding day itself belongs. */
    expect_days(PATENT("invention", "2022-06-03", "2025-06-03", NO_REDUCTION), 4,
                "- - - full year last_day");
    assert_null(rows_of("{\"type\":\"invention\",\"filed\":\"2022-06-03\"}"));
}

/* 附件2, 年费计算参考表. */
static void the_full_fee_is_that_of_kind_and_year(void **state)
{
    static const char invention[] = PATENT("invention", "2026-08-03", "2026-10-13", NO_REDUCTION);
    static const char utility[] = PATENT("utility", "2026-08-03", "2026-10-13", NO_REDUCTION);
    static const char design[] =
        PATENT("design", "2026-08-03", "2026-10-13", NO_REDUCTION ",\"design_term\":\"15\"");
    static const char *const of_invention[] = {
        "900",  "900",  "900",  "1200", "1200", "1200", "2000", "2000", "2000", "4000",
        "4000", "4000", "6000", "6000", "6000", "8000", "8000", "8000", "8000", "8000"};
    static const char *const of_design[] = {"600",  "600",  "600",  "900",  "900",
                                            "1200", "1200", "1200", "2000", "2000",
                                            "3000", "3000", "3000", "3000", "3000"};
    (void)state;
    assert_int_equal(rows_of(invention)->count, 20);
    assert_int_equal(rows_of(utility)->count, 10);
    assert_int_equal(rows_of(design)->count, 15);
    for (int year = 1; year <= 20; year++) {
        const char *yuan = of_invention[year - 1];
        expect_money(invention, year, arena_printf(arena, "%s.00 0 %s.00", yuan, yuan).ptr);
    }
    for (int year = 1; year <= 15; year++) {
        const char *yuan = of_design[year - 1];
        struct str expected = arena_printf(arena, "%s.00 0 %s.00", yuan, yuan);
        expect_money(design, year, expected.ptr);
        if (year <= 10)
            expect_money(utility, year, expected.ptr);
    }
}

/* 专利法 第四十二条: fifteen years; a design of an older law has ten. */
static void a_design_has_ten_or_fifteen_years(void **state)
{
    (void)state;
    assert_int_equal(
        rows_of(PATENT("design", "2016-09-20", "2017-03-07", ",\"design_term\":\"10\""))->count,
        10);
    expect_days(PATENT("design", "2016-09-20", "2017-03-07", NO_REDUCTION), 11,
                "2026-09-20 2027-03-22 2026-09-20 year grace_end"); /* a Sunday that is worked */
}

/* 办法 articles 2, 4 and 5; 财税〔2018〕37号. */
static void reductions_hold_for_ten_years_and_for_fees_that_are_not_near(void **state)
{
    static const char filed[] = PATENT("invention", "2018-09-15", "2025-10-14",
                                       ",\"reduction\":\"70\",\"reduction_asked\":\"2018-09-15\"");
    (void)state;
    expect_money(filed, 8, "2000.00 70 600.00"); /* of the grant, with the application */
    expect_money(filed, 9, "2000.00 70 600.00");
    expect_money(filed, 17, "8000.00 70 2400.00"); /* the tenth */
    expect_money(filed, 18, "8000.00 0 8000.00");
#define ASKED(day)                                                                                 \
    PATENT("invention", "2018-09-15", "2020-05-12",                                                \
           ",\"reduction\":\"85\",\"reduction_asked\":\"" day "\"")
    /* Two and a half months before 2026-09-15 are 29 June to 1 July: half a month may have 14 to 16 days. */
    expect_money(ASKED("2026-06-28"), 9, "2000.00 85 300.00");
    expect_money(ASKED("2026-06-29"), 9, "2000.00 - -");
    expect_money(ASKED("2026-06-30"), 9, "2000.00 - -");
    expect_money(ASKED("2026-07-01"), 9, "2000.00 - -");
    expect_money(ASKED("2026-07-02"), 9, "2000.00 0 2000.00");
    expect_money(ASKED("2026-07-02"), 10, "4000.00 85 600.00");
    expect_days(ASKED("2026-06-30"), 9, "2026-09-15 2027-03-15 2026-09-15 percent grace_end");
    expect_days(PATENT("invention", "2018-09-15", "2020-05-12", ",\"reduction\":\"85\""), 9,
                "2026-09-15 2027-03-15 2026-09-15 percent grace_end");
    /* Not given is not "none". */
    expect_money(PATENT("invention", "2018-09-15", "2020-05-12", ""), 9, "2000.00 - -");
    expect_money(PATENT("invention", "2018-09-15", "2020-05-12", ""), 13, "6000.00 0 6000.00");
    /* Six years until 2018, ten since a day of that year that no text held names. */
    static const char old[] = PATENT("invention", "2010-09-15", "2010-12-14",
                                     ",\"reduction\":\"85\",\"reduction_asked\":\"2010-09-15\"");
    expect_money(old, 6, "1200.00 - -");
    expect_money(PATENT("invention", "2011-09-15", "2011-12-14",
                        ",\"reduction\":\"85\",\"reduction_asked\":\"2011-09-15\""),
                 6, "1200.00 85 180.00");
    expect_money(old, 8, "2000.00 0 2000.00");
    expect_money(old, 9, "2000.00 - -");
    expect_money(old, 10, "4000.00 85 600.00");
}

/* 公告第594号 二; 审查指南 第五部分第十一章 8. */
static void an_open_licence_takes_off_fifteen_percent_and_the_higher_alone_counts(void **state)
{
#define LICENSED(reduction, rest)                                                                  \
    PATENT("invention", "2018-09-15", "2020-05-12",                                                \
           reduction ",\"open_licences\":[{\"effective\":\"2025-11-03\"" rest "}]")
#define TERM ",\"recorded\":\"2025-12-01\",\"ends\":\"2028-11-02\""
    (void)state;
    expect_money(LICENSED(NO_REDUCTION, TERM), 8, "2000.00 0 2000.00"); /* due 2025-09-15 */
    expect_money(LICENSED(NO_REDUCTION, TERM), 9, "2000.00 15 1700.00");
    expect_money(LICENSED(NO_REDUCTION, TERM), 11, "4000.00 15 3400.00");
    expect_money(LICENSED(NO_REDUCTION, TERM), 12, "4000.00 0 4000.00");
    expect_money(LICENSED(",\"reduction\":\"70\",\"reduction_asked\":\"2018-09-15\"", TERM), 9,
                 "2000.00 70 600.00");
    expect_money(LICENSED(",\"reduction\":\"70\",\"reduction_asked\":\"2018-09-15\"", TERM), 13,
                 "6000.00 0 6000.00");
    /* Withdrawn in the eighth year (to 2026-09-15): from the ninth on no longer. */
    expect_money(LICENSED(NO_REDUCTION, TERM ",\"withdrawn\":\"2026-03-02\""), 9,
                 "2000.00 0 2000.00");
    expect_money(LICENSED(NO_REDUCTION, TERM ",\"withdrawn\":\"2026-10-12\""), 9,
                 "2000.00 15 1700.00");
    expect_money(LICENSED(NO_REDUCTION, TERM ",\"withdrawn\":\"2026-10-12\""), 10,
                 "4000.00 0 4000.00");
    expect_money(LICENSED(NO_REDUCTION, ",\"ends\":\"2028-11-02\""), 9, "2000.00 - -");
}

/* 公告第594号 一; 缴费服务指南 二.1. */
static void a_compensated_term_is_paid_by_whole_years_before_the_twenty_end(void **state)
{
#define COMPENSATED_BY(filed, days)                                                                \
    PATENT("invention", filed, "2012-06-05", NO_REDUCTION ",\"compensation_days\":" days)
    (void)state;
    expect_money(COMPENSATED_BY("2006-05-11", "800"), 21, "16000.00 0 16000.00");
    expect_days(COMPENSATED_BY("2006-05-11", "800"), 21, "2026-05-11 - 2026-05-11 -");
    assert_null(row_of(COMPENSATED_BY("2006-05-11", "364"), 21));
    expect_money(COMPENSATED_BY("2006-05-11", "365"), 21, "8000.00 0 8000.00");
    /* 2006-05-10 + 20 years is a Sunday. */
    expect_days(COMPENSATED_BY("2006-05-10", "800"), 21, "2026-05-10 - 2026-05-10 last_day");
    /* Three years are 1,096 days with 29 February 2028. */
    expect_days(COMPENSATED_BY("2006-05-11", "1095"), 21, "2026-05-11 - 2026-05-11 full");
}

static bool is_open(const char *record, int year)
{
    return jin_get(row_of(record, year), "open")->type == J_TRUE;
}

static void a_fee_waits_until_it_is_paid_or_can_be_no_more(void **state)
{
#define FEES(rows)                                                                                 \
    PATENT("invention", "2018-06-15", "2020-05-12", NO_REDUCTION ",\"fees\":[" rows "]")
    (void)state;
    assert_false(is_open(FEES(""), 2)); /* without it there is no grant */
    assert_false(is_open(FEES(""), 8)); /* until 2025-12-15 */
    assert_true(is_open(FEES(""), 9));  /* until 2026-12-15 */
    assert_true(is_open(FEES(""), 10));
    assert_false(is_open(FEES("{\"year\":9,\"paid\":\"2026-06-10\"}"), 9));
    assert_true(is_open(FEES("{\"year\":9,\"paid\":\"2026-06-10\"}"), 10));
    /* A day that was typed stands for those that are computed. */
    assert_false(is_open(FEES("{\"year\":9,\"due\":\"2026-06-15\"}"), 9));
    assert_true(is_open(FEES("{\"year\":9,\"due\":\"2026-06-15\",\"paid\":\"2026-06-10\"}"), 10));
    assert_false(
        is_open(PATENT("invention", "2018-06-15", "2020-05-12", ",\"lapsed\":\"2025-06-16\""), 9));
    assert_true(is_open(PATENT("invention", "2018-06-15", "2020-05-12", ",\"lapsed\":false"), 9));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_day_corresponds_to_the_filing_day_and_moves_past_days_off),
        cmocka_unit_test(a_day_that_the_month_lacks_is_its_last),
        cmocka_unit_test(a_year_without_a_table_of_working_days_is_unchecked),
        cmocka_unit_test(months_of_grace_cost_a_share_of_the_full_fee),
        cmocka_unit_test(the_first_fee_is_that_of_the_year_of_the_grant),
        cmocka_unit_test(the_full_fee_is_that_of_kind_and_year),
        cmocka_unit_test(a_design_has_ten_or_fifteen_years),
        cmocka_unit_test(reductions_hold_for_ten_years_and_for_fees_that_are_not_near),
        cmocka_unit_test(an_open_licence_takes_off_fifteen_percent_and_the_higher_alone_counts),
        cmocka_unit_test(a_compensated_term_is_paid_by_whole_years_before_the_twenty_end),
        cmocka_unit_test(a_fee_waits_until_it_is_paid_or_can_be_no_more),
    };
    return cmocka_run_group_tests_name("matter/annual_fee", tests, set_up, tear_down);
}
