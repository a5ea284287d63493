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
    assert_ok(due_of(&due, &rule, d, &e), &e);
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
    expect(WD(1), "2026-12-30", "2026-12-31", false);
    expect(WD(2), "2026-12-30", "2027-01-01", true); /* a Friday like any other, for now */
    expect(WD(1), "2003-12-30", "2003-12-31", true);
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
            while (!calendar_is_workday(date_from_days(at)));
            assert_int_equal(due_of(&due, &rule, date_from_days(day), NULL), OK);
            assert_int_equal(date_to_days(due.date), at);
        }
    }
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
    assert_ok(pack_name(&name, p, STR(" 钒钛 "), a, &e), &e);
    assert_str(name, "四川省钒钛产业知识产权运营中心");
    assert_ok(pack_name(&name, p, STR("钒钛产业"), a, &e), &e);
    assert_str(name, "四川省钒钛产业知识产权运营中心");
    assert_int_equal(pack_name(&name, p, STR("  "), a, &e), E_INVALID);
    assert_int_equal(pack_name(&name, p, STR("产业"), a, &e), E_INVALID);
    assert_int_equal(pack_name(&name, p, STR("四川省钒钛"), a, &e), E_INVALID);
    assert_int_equal(pack_name(&name, p, STR("钒钛知识产权"), a, &e), E_INVALID);
    packs_close(packs);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(publicity_counts_make_up_days_and_holidays),
        cmocka_unit_test(a_year_without_table_is_provisional),
        cmocka_unit_test(months_and_terms_end_where_the_code_says),
        cmocka_unit_test(every_start_and_count_agrees_with_a_walk),
        cmocka_unit_test(names_follow_the_template),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
