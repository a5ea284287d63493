#include "policy/calendar.h"
#include "policy/naming.h"
#include "policy/packs.h"
#include "test.h"

static const char *due_text(struct deadline_rule rule, const char *from, bool *provisional)
{
    static char text[DATE_TEXT_LEN + 1];
    struct date d;
    struct due due;
    struct err e;
    assert_true(date_parse(&d, str_of(from)));
    assert_ok(due_of(&due, &rule, d, NULL, &e), &e);
    *provisional = due.provisional;
    date_format(text, due.date);
    return text;
}

static void expect(struct deadline_rule rule, const char *from, const char *due, bool provisional)
{
    bool got;
    const char *text = due_text(rule, from, &got);
    if (strcmp(text, due) != 0 || got != provisional)
        fail_msg("from %s: %s (%d), expected %s (%d)", from, text, got, due, provisional);
}

#define WD(count) ((struct deadline_rule){.kind = DUE_WORKDAYS, .n = count})
#define M(count) ((struct deadline_rule){.kind = DUE_MONTHS, .n = count})
#define T(count) ((struct deadline_rule){.kind = DUE_TERM, .n = count})

static void days_count_every_day(void **state)
{
    const struct deadline_rule d45 = {.kind = DUE_DAYS, .n = 45};
    (void)state;
    expect(d45, "2026-08-20", "2026-10-04", false); /* a day off stays */
    expect(d45, "2028-01-15", "2028-02-29", false);
}

static void publicity_counts_make_up_days_and_holidays(void **state)
{
    (void)state;
    expect(WD(5), "2026-03-02", "2026-03-09", false);
    expect(WD(5), "2026-09-30", "2026-10-13", false); /* 1-7 October off, the 10th works */
    expect(WD(5), "2026-02-12", "2026-02-26", false); /* 15-23 February off, the 14th works */
    expect(WD(5), "2026-06-12", "2026-06-22", false);
    expect(WD(1), "2025-12-31", "2026-01-04", false); /* a Sunday that works */
}

static void a_year_without_table_is_provisional(void **state)
{
    (void)state;
    expect(WD(5), "2027-03-01", "2027-03-08", true);
    expect(WD(3), "2026-12-23", "2026-12-28", false);
    expect(WD(4), "2026-12-23", "2026-12-29", true); /* of 29 to 31 December the next year's says */
    expect(WD(1), "2026-12-30", "2026-12-31", true);
    expect(WD(1), "2025-12-30", "2025-12-31", false); /* as that of 2026 says */
    expect(WD(2), "2026-12-30", "2027-01-04", true);  /* Friday 1 January is off by law */
    expect(WD(1), "2003-12-30", "2003-12-31", true);
}

/* 全国年节及纪念日放假办法, second article: thirteen days a year. */
static void a_day_that_the_law_fixes_is_never_counted(void **state)
{
    (void)state;
    expect(WD(1), "2026-12-31", "2027-01-04", true); /* 元旦 */
    expect(WD(1), "2027-02-04", "2027-02-09", true); /* 除夕 is a Friday, 初三 a Monday */
    expect(WD(1), "2027-04-02", "2027-04-06", true); /* 清明 */
    expect(WD(1), "2028-04-28", "2028-05-03", true); /* 劳动节, Monday and Tuesday */
    expect(WD(1), "2027-06-08", "2027-06-10", true); /* 端午 */
    expect(WD(1), "2027-09-14", "2027-09-16", true); /* 中秋 */
    expect(WD(3), "2027-09-30", "2027-10-06", true); /* 国庆, and its other days as their weekday */
    expect(WD(1), "2027-10-07", "2027-10-08", true);
    expect(WD(1), "2098-09-30", "2098-10-06", true);
    expect(WD(1), "2150-09-30", "2150-10-01", true);        /* so far no day is known */
    const struct calendar until_2023 = {.last_year = 2023}; /* of a year before 2025 eleven days */
    assert_false(calendar_is_workday(&until_2023, (struct date){2024, 5, 1}));
    assert_true(calendar_is_workday(&until_2023, (struct date){2024, 5, 2}));
    assert_true(calendar_is_workday(&until_2023, (struct date){2024, 2, 9})); /* 除夕 */
    assert_false(calendar_is_workday(&until_2023, (struct date){2024, 2, 12}));
}

static void a_saturday_worked_for_the_next_year_counts(void **state)
{
    (void)state;
    expect(WD(1), "2005-12-30", "2005-12-31", false);
    expect(WD(2), "2005-12-30", "2006-01-04", false);
}

static void months_and_terms_end_where_the_code_says(void **state)
{
    (void)state;
    expect(M(3), "2026-11-30", "2027-02-28", false);
    expect(M(3), "2027-11-30", "2028-02-29", false);
    expect(M(6), "2026-11-30", "2027-05-30", false);
    expect(M(1), "2026-01-31", "2026-02-28", false);
    expect(T(3), "2026-06-30", "2029-06-29", false);
    expect(T(3), "2026-01-01", "2028-12-31", false);
    expect(T(1), "2024-02-29", "2025-02-28", false); /* no corresponding day: that month's last */
    expect(T(4), "2024-02-29", "2028-02-28", false);
    expect(T(1), "2024-03-01", "2025-02-28", false);
}

/* Against the plainest truth: walk day by day and ask for each whether it works. */
static void every_start_and_count_agrees_with_a_walk(void **state)
{
    struct date first = {2007, 1, 1}, last = {2026, 12, 31};
    (void)state;
    for (int32_t day = date_to_days(first); day <= date_to_days(last); day += 3) {
        int32_t at = day;
        for (int n = 1; n <= 60; n++) {
            struct deadline_rule rule = WD(n);
            struct due due;
            do
                at++;
            while (!calendar_is_workday(NULL, date_from_days(at)));
            assert_int_equal(due_of(&due, &rule, date_from_days(day), NULL, NULL), OK);
            assert_int_equal(date_to_days(due.date), at);
        }
    }
}

static struct date day_of(const char *text)
{
    struct date d;
    assert_true(date_parse(&d, str_of(text)));
    return d;
}

static const char *text_of(struct date d)
{
    static char text[DATE_TEXT_LEN + 1];
    date_format(text, d);
    return text;
}

static void what_is_provisional_says_when_to_count_again(void **state)
{
    struct deadline_rule rule = WD(5);
    struct due due;
    (void)state;
    assert_int_equal(due_of(&due, &rule, day_of("2026-12-30"), NULL, NULL), OK);
    assert_true(due.provisional);
    assert_string_equal(text_of(due.count_by), "2027-01-01");
    assert_int_equal(due_of(&due, &rule, day_of("2026-11-30"), NULL, NULL), OK);
    assert_false(due.provisional);

    /* The last of December 2022 is a Saturday: what carries it over looks into a year without table. */
    const struct calendar until_2022 = {.last_year = 2022};
    const struct counting carries = {&until_2022, true};
    struct deadline_rule yearly = {.kind = DUE_YEARLY, .month = 12, .day = 31};
    assert_int_equal(due_of(&due, &yearly, day_of("2022-03-01"), &carries, NULL), OK);
    assert_string_equal(text_of(due.date), "2023-01-02");
    assert_true(due.provisional);
    assert_string_equal(text_of(due.count_by), "2023-01-01");

    /* The 28th of December 2025 is a Sunday of a year with a table; the day it is carried to is the next one's to say. */
    const struct calendar until_2025 = {.last_year = 2025};
    const struct counting over = {&until_2025, true};
    yearly.day = 28;
    assert_int_equal(due_of(&due, &yearly, day_of("2025-03-01"), &over, NULL), OK);
    assert_string_equal(text_of(due.date), "2025-12-29");
    assert_true(due.provisional);
    assert_string_equal(text_of(due.count_by), "2026-01-01");
}

static void an_officer_chooses_within_the_range(void **state)
{
    struct deadline_rule range = {.id = STR("r"), .kind = DUE_RANGE, .n = 3, .high = 6};
    struct deadline_rule none = {.id = STR("n"), .kind = DUE_NONE};
    struct deadline_rule fixed = WD(5);
    struct date from = day_of("2026-11-30");
    struct due due;
    struct err e;
    (void)state;
    assert_ok(due_of(&due, &range, from, NULL, &e), &e);
    assert_int_equal(due.state, DUE_RANGED);
    assert_string_equal(text_of(due.date), "2027-02-28");
    assert_string_equal(text_of(due.last), "2027-05-30");
    assert_ok(due_entered(&due, &range, from, day_of("2027-02-28"), NULL, &e), &e);
    assert_ok(due_entered(&due, &range, from, day_of("2027-05-30"), NULL, &e), &e);
    assert_int_equal(due.state, DUE_KNOWN);
    assert_string_equal(text_of(due.date), "2027-05-30");
    assert_int_equal(due_entered(&due, &range, from, day_of("2027-02-27"), NULL, &e), E_INVALID);
    assert_non_null(strstr(e.text, "2027-02-28"));
    assert_non_null(strstr(e.text, "2027-05-30"));
    assert_int_equal(due_entered(&due, &range, from, day_of("2027-05-31"), NULL, &e), E_INVALID);
    assert_ok(due_entered(&due, &none, from, day_of("2026-12-01"), NULL, &e), &e);
    assert_int_equal(due_entered(&due, &none, from, from, NULL, &e), E_INVALID);
    assert_int_equal(due_entered(&due, &fixed, from, day_of("2026-12-07"), NULL, &e), E_INVALID);
}

static void a_last_day_moves_behind_days_off_only_by_that_reading(void **state)
{
    struct counting stays = {0}, carries = {.carries = true};
    static const struct {
        struct deadline_rule rule;
        const char *from, *stays, *moves;
        bool provisional;
    } cases[] = {
        {{.kind = DUE_MONTHS, .n = 1}, "2026-09-01", "2026-10-01", "2026-10-08", false},
        {{.kind = DUE_MONTHS, .n = 1}, "2026-09-10", "2026-10-10", "2026-10-10", false}, /* works */
        {{.kind = DUE_TERM, .n = 1}, "2025-10-02", "2026-10-01", "2026-10-08", false},
        {{.kind = DUE_YEARLY, .month = 12, .day = 31},
         "2026-03-01",
         "2026-12-31",
         "2026-12-31",
         true}, /* whether it is a day off says the table of 2027 */
        {{.kind = DUE_YEARLY, .month = 1, .day = 3},
         "2026-03-01",
         "2026-01-03",
         "2026-01-04",
         false},
        {{.kind = DUE_MONTHS, .n = 1}, "2026-12-02", "2027-01-02", "2027-01-04", true},
        {{.kind = DUE_FROM}, "2026-10-01", "2026-10-01", "2026-10-01", false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct due due;
        assert_int_equal(due_of(&due, &cases[i].rule, day_of(cases[i].from), &stays, NULL), OK);
        assert_string_equal(text_of(due.date), cases[i].stays);
        assert_false(due.provisional);
        assert_int_equal(due_of(&due, &cases[i].rule, day_of(cases[i].from), &carries, NULL), OK);
        assert_string_equal(text_of(due.date), cases[i].moves);
        assert_int_equal(due.provisional, cases[i].provisional);
    }
}

static void rules_go_together(void **state)
{
    const struct deadline_rule year_end = {.kind = DUE_YEARLY, .month = 12, .day = 31},
                               five = WD(5);
    const struct {
        struct deadline_rule rule;
        const char *from, *due;
    } cases[] = {
        {{.kind = DUE_MONTHS, .n = 1, .carry = true},
         "2026-09-01",
         "2026-10-08"}, /* 1 October is a day off */
        {{.kind = DUE_DAYS, .n = 30, .also = &year_end}, "2026-03-02", "2026-12-31"},
        {{.kind = DUE_DAYS, .n = 30, .also = &year_end}, "2025-12-20", "2026-01-19"},
        {{.kind = DUE_MONTHS, .n = 1, .then = &five},
         "2026-09-01",
         "2026-10-13"}, /* 8, 9, 10, 12, 13 work */
        {{.kind = DUE_MONTHS, .n = 1, .carry = true, .then = &five}, "2026-02-02", "2026-03-09"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct due due;
        assert_int_equal(due_of(&due, &cases[i].rule, day_of(cases[i].from), NULL, NULL), OK);
        assert_string_equal(text_of(due.date), cases[i].due);
    }
}

/* As a pack writes them, and as a deadline that was issued keeps them. */
static void rules_are_read_as_they_are_written(void **state)
{
    static const struct {
        const char *rule, *from, *due;
    } cases[] = {
        {"D-30", "2026-12-31", "2026-12-01"},
        {"WD-5", "2026-10-09", "2026-09-24"}, /* 8 October; 30, 29, 28, 24 September */
        {"M-3", "2026-05-31", "2026-02-28"},
        {"M-14", "2026-01-15", "2024-11-15"},
        {"Q03-25", "2026-11-20", "2026-12-25"},
        {"Q03-31", "2026-04-01", "2026-06-30"},
        {"Q+1-01-10", "2026-11-20", "2027-01-10"},
        {"Q01-31", "2026-03-31", "2026-01-31"},
        {"Y02-29", "2026-05-01", "2026-02-28"},
        {"Y02-29", "2028-05-01", "2028-02-29"},
        {"Y12-31, 2026=2027-01-15", "2026-03-01", "2027-01-15"},
        {"Y12-31, 2026=2027-01-15", "2027-03-01", "2027-12-31"},
        {"Y+1-01-20, 2025=2026-03-01", "2025-06-01", "2026-03-01"},
        {"M1 carry", "2026-09-01", "2026-10-08"},
        {"D30 | Y12-31", "2026-03-02", "2026-12-31"},
        {"M1 | D45 | D60 > WD5 carry", "2026-02-02", "2026-04-13"},
    };
    static const char *const wrong[] = {
        "D-0",    "D0",     "WD-",    "Q04-01",       "Q00-01",         "Q03-32", "Q3-25",
        "Y02-30", "Y00-10", "Y12-00", "Y12-31, 2026", "Y12-31, 2026=x", "T-3",    "M3..M-6"};
    struct arena *a = arena_new();
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct deadline_rule rule = {0};
        struct due due;
        if (!deadline_rule_read(&rule, str_of(cases[i].rule), a))
            fail_msg("%s is not read", cases[i].rule);
        assert_int_equal(due_of(&due, &rule, day_of(cases[i].from), NULL, NULL), OK);
        if (strcmp(text_of(due.date), cases[i].due) != 0)
            fail_msg("%s from %s: %s", cases[i].rule, cases[i].from, text_of(due.date));
        assert_string_equal(deadline_rule_text(&rule, a).ptr, cases[i].rule);
    }
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct deadline_rule rule = {0};
        if (deadline_rule_parse(&rule, str_of(wrong[i])))
            fail_msg("%s is read", wrong[i]);
    }
    arena_free(a);
}

/* --- a year's table ------------------------------------------------------------------------ */

#define HEAD "# made up for tests\ndate,kind,holiday\n"
#define YEAR                                                                                       \
    "2026-12-31,rest,x\n2027-01-01,rest,x\n2027-01-02,rest,x\n2027-01-03,rest,x\n"                 \
    "2027-05-01,rest,x\n2027-10-01,rest,x\n2027-10-02,rest,x\n2027-10-03,rest,x\n"                 \
    "2027-10-09,work,x\n2027-10-08,rest,x\n"

static void a_further_year_counts_once_it_is_known(void **state)
{
    struct arena *a = arena_new();
    struct calendar_year year;
    struct calendar c = {&year, 1, 0};
    struct counting how = {.calendar = &c};
    struct deadline_rule rule = WD(2);
    struct due due;
    struct date first;
    struct err e;
    (void)state;
    assert_ok(calendar_parse(&year, STR(HEAD YEAR), "f.csv", a, &e), &e);
    assert_int_equal(year.year, 2027);
    assert_int_equal(calendar_last_year(&c), 2027);
    assert_ok(due_of(&due, &rule, day_of("2026-12-30"), &how, &e), &e);
    assert_string_equal(text_of(due.date),
                        "2027-01-05"); /* Thursday 31 off, Friday off, Monday, Tuesday */
    assert_false(due.provisional);
    assert_ok(due_of(&due, &rule, day_of("2027-10-07"), &how, &e), &e);
    assert_string_equal(text_of(due.date), "2027-10-11"); /* the Saturday works */
    c.last_year = 2026;                                   /* as it was known then */
    assert_ok(due_of(&due, &rule, day_of("2026-12-30"), &how, &e), &e);
    assert_string_equal(text_of(due.date), "2027-01-04");
    assert_true(due.provisional);
    c.last_year = 0;
    assert_false(calendar_differs(&first, &c, &year));
    struct calendar_year again;
    assert_ok(calendar_parse(&again, calendar_text(&year, a), "f.csv", a, &e), &e);
    assert_false(calendar_differs(&first, &c, &again));
    assert_ok(calendar_parse(&again, STR(HEAD YEAR "2027-06-09,rest,x\n"), "f.csv", a, &e), &e);
    assert_true(calendar_differs(&first, &c, &again));
    assert_string_equal(text_of(first), "2027-06-09");
    arena_free(a);
}

static void a_wrong_table_is_refused_with_its_row(void **state)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"", "no day"},
        {HEAD, "no day"},
        {"date,kind,holiday\n" YEAR, "who announced it"},
        {"# s\n" YEAR, "row 2: the header"},
        {HEAD "2027-13-01,rest,x\n", "row 3: \"2027-13-01\" is no date"},
        {HEAD YEAR "2027-06-01,free,x\n", "row 13: \"free\" is neither"},
        {HEAD YEAR "2027-06-01,work,x\n", "is a weekday"},
        {HEAD YEAR "2027-05-01,rest,x\n", "2027-05-01 is listed twice"},
        {HEAD YEAR "2028-01-01,rest,x\n", "not of the year 2028"},
        {HEAD "2027-01-01,rest,x\n2027-05-01,rest,x\n", "cut off"},
        {HEAD "\xff", "not UTF-8"},
    };
    struct arena *a = arena_new();
    struct calendar_year year;
    struct err e;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_int_equal(calendar_parse(&year, str_of(cases[i].text), "f.csv", a, &e), E_INVALID);
        if (!strstr(e.text, cases[i].says))
            fail_msg("%s: %s", cases[i].says, e.text);
    }
    arena_free(a);
}

static void names_follow_the_template(void **state)
{
    struct arena *a = arena_new();
    struct packs *packs;
    const struct pack *p;
    struct str name;
    struct err e;
    (void)state;
    assert_ok(packs_open(&packs, NULL, &e), &e);
    assert_ok(packs_get(&p, packs, STR("sc-yunying-2025"), &e), &e);
    assert_ok(pack_name(&name, p, STR_NONE, STR(" 钒钛 "), a, &e), &e);
    assert_str(name, "四川省钒钛产业知识产权运营中心");
    assert_ok(pack_name(&name, p, STR_NONE, STR("钒钛产业"), a, &e), &e);
    assert_str(name, "四川省钒钛产业知识产权运营中心");
    assert_int_equal(pack_name(&name, p, STR_NONE, STR("  "), a, &e), E_INVALID);
    assert_int_equal(pack_name(&name, p, STR_NONE, STR("产业"), a, &e), E_INVALID);
    assert_int_equal(pack_name(&name, p, STR_NONE, STR("四川省钒钛"), a, &e), E_INVALID);
    assert_int_equal(pack_name(&name, p, STR_NONE, STR("钒钛知识产权"), a, &e), E_INVALID);
    packs_close(packs);
    arena_free(a);
}

/* 省级……，名称不超过20个字；市（州）级命名为示范站 */
static void a_level_has_a_template_of_its_own(void **state)
{
    const struct process_value city[] = {{STR("level"), STR("city"), false}};
    const struct process_effect effects[] = {
        {.kind = EFFECT_NAME},
        {.kind = EFFECT_RECORD, .object = STR("recognition"), .values = city, .value_count = 1}};
    const struct process_step steps[] = {
        {.id = STR("accept")}, {.id = STR("recognise"), .effects = effects, .effect_count = 2}};
    const struct process processes[] = {{.steps = steps, .step_count = 1},
                                        {.steps = steps, .step_count = 2}};
    const struct naming levels[] = {{.given = true,
                                     .level = STR("city"),
                                     .before = STR("兰江市"),
                                     .after = STR("示范站"),
                                     .drop_suffix = STR("产业")}};
    const struct pack p = {.id = STR("lanjiang"),
                           .processes = processes,
                           .process_count = 2,
                           .naming = {.given = true,
                                      .before = STR("云岭省"),
                                      .after = STR("产业知识产权运营中心"),
                                      .longest = 20,
                                      .levels = levels,
                                      .level_count = 1}};
    struct arena *a = arena_new();
    struct str name;
    struct err e;
    (void)state;
    assert_str(pack_naming_level(&p, NULL), "city");
    assert_str(pack_naming_level(&p, &processes[0]), "");
    assert_ok(pack_name(&name, &p, STR("city"), STR("钒钛产业"), a, &e), &e);
    assert_str(name, "兰江市钒钛示范站");
    assert_ok(pack_name(&name, &p, STR("provincial"), STR("稀贵金属"), a, &e), &e);
    assert_str(name, "云岭省稀贵金属产业知识产权运营中心");
    assert_int_equal(pack_name(&name, &p, STR_NONE, STR("稀贵金属新材料与器件"), a, &e), E_INVALID);
    assert_non_null(strstr(e.text, "23"));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_count_every_day),
        cmocka_unit_test(publicity_counts_make_up_days_and_holidays),
        cmocka_unit_test(a_year_without_table_is_provisional),
        cmocka_unit_test(a_day_that_the_law_fixes_is_never_counted),
        cmocka_unit_test(a_saturday_worked_for_the_next_year_counts),
        cmocka_unit_test(months_and_terms_end_where_the_code_says),
        cmocka_unit_test(every_start_and_count_agrees_with_a_walk),
        cmocka_unit_test(what_is_provisional_says_when_to_count_again),
        cmocka_unit_test(an_officer_chooses_within_the_range),
        cmocka_unit_test(a_last_day_moves_behind_days_off_only_by_that_reading),
        cmocka_unit_test(rules_go_together),
        cmocka_unit_test(rules_are_read_as_they_are_written),
        cmocka_unit_test(a_further_year_counts_once_it_is_known),
        cmocka_unit_test(a_wrong_table_is_refused_with_its_row),
        cmocka_unit_test(names_follow_the_template),
        cmocka_unit_test(a_level_has_a_template_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
