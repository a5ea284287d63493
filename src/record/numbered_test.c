/* Numbers of a unit's own pattern, and what a row of a workbook is known by. */
#include "test.h"

#include "db/scratch.h"
#include "record/fixture.h"
#include "record/import.h"
#include "record/workbook.h"
#include "text/xlsx_out.h"
#include <pthread.h>

static struct fixture f;

static int set_up(void **state)
{
    (void)state;
    fixture_open(&f, NULL, 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_close(&f);
    return 0;
}

static struct str number_of(int64_t id)
{
    return fixture_text(
        &f, arena_printf(f.a, "SELECT number FROM record_deal WHERE id = %lld", (long long)id).ptr);
}

static struct str numbered(int64_t account, const char *members)
{
    return number_of(fixture_create(&f, account, "deal",
                                    arena_printf(f.a, "{\"type\":\"licence\"%s}", members).ptr));
}

static void void_deal(int64_t id)
{
    struct subject s = fixture_subject(&f, f.staff);
    struct written out;
    struct err e;
    assert_ok(record_act(&out, &(struct record_call){&f.k, &s, fixture_type(&f, "deal"), id, f.a},
                         STR("void"), NULL, &(struct write_options){.reason = STR("误录")}, &e),
              &e);
}

static void renumber(int64_t id, const char *number)
{
    struct subject s = fixture_subject(&f, f.staff);
    struct written out;
    struct err e;
    const char *patch = arena_printf(f.a, "{\"number\":\"%s\"}", number).ptr;
    assert_ok(record_change(&out,
                            &(struct record_call){&f.k, &s, fixture_type(&f, "deal"), id, f.a},
                            fixture_json(&f, patch), NULL, &e),
              &e);
}

/* The number of a record that is entered on that day. */
static struct str numbered_on(const char *day, const char *members)
{
    struct subject s = fixture_subject(&f, f.staff);
    struct written out;
    struct err e;
    const char *body = arena_printf(f.a, "{\"type\":\"licence\"%s}", members).ptr;
    assert_ok(record_create(&out, &(struct record_call){&f.k, &s, fixture_type(&f, "deal"), 0, f.a},
                            fixture_json(&f, body), &(struct write_options){.date = str_of(day)},
                            &e),
              &e);
    return number_of(out.id);
}

/* --- the next one ---------------------------------------------------------------------- */

static void a_new_record_has_the_next_number_of_its_unit(void **state)
{
    (void)state;
    uint64_t before = fixture_current(&f).different;
    assert_str(numbered(f.staff, ""), "YS-26-01");
    int64_t two = fixture_create(&f, f.staff, "deal", "{\"type\":\"licence\",\"number\":null}");
    assert_str(number_of(two), "YS-26-02");
    void_deal(two); /* nobody else is given its number */
    assert_str(numbered(f.manager, ""), "YS-26-03");
    assert_str(numbered(f.other_staff, ""), "YS-26-01");
    assert_str(numbered(f.staff, ",\"number\":\"HT/7\""), "HT/7"); /* what is entered stays */
    assert_str(numbered(f.staff, ",\"number\":\"YS-26-0099\""), "YS-26-0099");
    assert_str(numbered(f.staff, ""), "YS-26-100");
    assert_str(numbered(f.staff, ",\"number\":\"YS-26-99999999999999999999\""),
               "YS-26-99999999999999999999"); /* no serial number */
    assert_str(numbered(f.staff, ""), "YS-26-101");
    assert_str(fixture_faults(&f, f.staff, "deal", "{\"amount\":\"1.00\"}"), "type:required");
    /* The versions have the numbers too. */
    assert_int_equal(fixture_current(&f).different, before);
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM record_version v WHERE v.type = "
                                        "'deal' AND v.content LIKE '%\"number\":\"YS-26-101\"%'"),
                     1);
}

static void a_unit_has_a_pattern_of_its_own(void **state)
{
    (void)state;
    assert_str(numbered(f.staff, ""), "YS-26-01");
    (void)fixture_create(&f, f.manager, "numbering",
                         "{\"type\":\"deal\",\"pattern\":\"交{yyyy}{mm}-{nnn}号\"}");
    assert_str(numbered(f.staff, ""), "交202611-001号");
    assert_str(numbered(f.staff, ",\"number\":\"交202611-007\""), "交202611-007"); /* another */
    assert_str(numbered(f.staff, ""), "交202611-002号");
    assert_str(numbered(f.other_staff, ""), "YS-26-01");
    static const char *const wrong[] = {"JY", "{n}{n}", "{yyy}{n}", "{n", "JY}{n}", "{nnnnnnnnnn}"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        assert_str(fixture_faults(
                       &f, f.manager, "numbering",
                       arena_printf(f.a, "{\"type\":\"deal\",\"pattern\":\"%s\"}", wrong[i]).ptr),
                   "pattern:pattern");
}

static int64_t id_of(const char *number)
{
    return fixture_number(
        &f, arena_printf(f.a, "SELECT id FROM record_deal WHERE number = '%s'", number).ptr);
}

static void a_number_that_was_corrected_counts_as_it_is_now(void **state)
{
    (void)state;
    assert_str(numbered(f.staff, ""), "YS-26-01");
    assert_str(numbered(f.staff, ""), "YS-26-02");
    renumber(id_of("YS-26-01"), "YS-26-0050");
    assert_str(numbered(f.staff, ""), "YS-26-51");
    renumber(id_of("YS-26-51"), "YS-26-4");
    renumber(id_of("YS-26-0050"), "HT/50");
    assert_str(numbered(f.staff, ""), "YS-26-05");
    void_deal(id_of("YS-26-05"));
    assert_str(numbered(f.staff, ""), "YS-26-06");
}

static void each_year_and_pattern_has_its_own_numbers(void **state)
{
    (void)state;
    assert_str(numbered(f.staff, ""), "YS-26-01");
    assert_str(numbered_on("2025-12-31", ""), "YS-25-01");
    assert_str(numbered(f.staff, ",\"number\":\"YS-25-070\""), "YS-25-070");
    assert_str(numbered_on("2025-12-31", ""), "YS-25-71");
    assert_str(numbered(f.staff, ""), "YS-26-02");
    int64_t pattern = fixture_create(&f, f.manager, "numbering",
                                     "{\"type\":\"deal\",\"pattern\":\"YS-26-{nn}/甲\"}");
    assert_str(numbered(f.staff, ""), "YS-26-01/甲");
    assert_str(numbered(f.staff, ",\"number\":\"YS-26-09\""), "YS-26-09");
    assert_str(numbered(f.staff, ""), "YS-26-02/甲");
    struct subject s = fixture_subject(&f, f.manager);
    struct written out;
    struct err e;
    assert_ok(
        record_act(&out,
                   &(struct record_call){&f.k, &s, fixture_type(&f, "numbering"), pattern, f.a},
                   STR("end"), NULL, &(struct write_options){.reason = STR("停用")}, &e),
        &e);
    assert_str(numbered(f.staff, ""), "YS-26-10");
    assert_str(numbered(f.other_staff, ""), "YS-26-01");
}

/* …however many records the unit has. */
static void the_next_number_comes_from_one_row(void **state)
{
    (void)state;
    static const char *const one = "SELECT count(*) FROM record_last_number WHERE last = 3";
    for (int i = 0; i < 3; i++)
        (void)numbered(f.staff, "");
    assert_int_equal(fixture_number(&f, one), 1);
    fixture_run(&f, "UPDATE record_last_number SET last = 70");
    assert_str(numbered(f.staff, ""), "YS-26-71");
    fixture_run(&f, "DELETE FROM record_last_number"); /* it is made again from the records */
    assert_str(numbered(f.staff, ""), "YS-26-72");
}

/* A program without last numbers leaves such a row. */
static void a_last_number_that_is_behind_is_made_again(void **state)
{
    (void)state;
    assert_str(numbered(f.staff, ""), "YS-26-01");
    assert_str(numbered(f.staff, ""), "YS-26-02");
    fixture_run(&f, "UPDATE record_last_number SET last = 0");
    assert_str(numbered(f.staff, ""), "YS-26-03");
    assert_str(numbered(f.staff, ""), "YS-26-04");
}

/* --- at once --------------------------------------------------------------------------- */

#define AT_ONCE 8
#define EACH 20

struct maker {
    pthread_t thread;
    struct subject s;
    int typed; /* the first number that it enters by hand; 0: none */
    int failed;
};

static void *make(void *arg)
{
    struct maker *m = arg;
    for (int i = 0; i < EACH; i++) {
        struct arena *a = arena_new();
        const struct jvalue *body;
        struct written out;
        struct err e;
        struct str text = STR("{\"type\":\"licence\"}");
        if (m->typed)
            text = arena_printf(a, "{\"type\":\"licence\",\"number\":\"YS-26-%d\"}",
                                m->typed + 1000 * i);
        if (jin_parse(&body, text, a, &e) != OK ||
            record_create(&out, &(struct record_call){&f.k, &m->s, fixture_type(&f, "deal"), 0, a},
                          body, NULL, &e) != OK) {
            print_message("# %s\n", e.text);
            m->failed++;
        }
        arena_free(a);
    }
    return NULL;
}

static void make_at_once(struct maker *makers)
{
    for (int i = 0; i < AT_ONCE; i++)
        pthread_create(&makers[i].thread, NULL, make, &makers[i]);
    for (int i = 0; i < AT_ONCE; i++) {
        pthread_join(makers[i].thread, NULL);
        assert_int_equal(makers[i].failed, 0);
    }
}

static void of_many_at_once_each_has_another(void **state)
{
    (void)state;
    struct maker makers[AT_ONCE] = {{0}};
    for (int i = 0; i < AT_ONCE; i++)
        makers[i].s = fixture_subject(&f, i % 2 ? f.staff : f.manager);
    make_at_once(makers);
    assert_int_equal(fixture_number(&f, "SELECT count(DISTINCT number) FROM record_deal"),
                     AT_ONCE * EACH);
    assert_str(numbered(f.staff, ""), "YS-26-161"); /* and none is left out */
}

/* …also beside those who enter theirs, and those of another unit. */
static void numbers_that_are_entered_at_once_count(void **state)
{
    (void)state;
    struct maker makers[AT_ONCE] = {{0}};
    for (int i = 0; i < AT_ONCE; i++) {
        makers[i].s = fixture_subject(&f, i % 4 == 3 ? f.other_staff : f.staff);
        makers[i].typed = i % 4 == 2 ? 1000000 * i : 0;
    }
    make_at_once(makers);
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM (SELECT DISTINCT owner_unit, number"
                                        " FROM record_deal) d"),
                     AT_ONCE * EACH);
    int64_t last =
        fixture_number(&f, "SELECT max(CAST(substr(number, 7) AS BIGINT)) FROM record_deal");
    assert_true(last >= 6019000);
    assert_str(numbered(f.staff, ""), arena_printf(f.a, "YS-26-%lld", (long long)last + 1).ptr);
    assert_str(numbered(f.other_staff, ""), "YS-26-41");
}

/* Its step may be needed again, which a thread that does not wait cannot do. */
static void who_cannot_wait_makes_none(void **state)
{
    (void)state;
    struct subject s = fixture_subject(&f, f.staff);
    assert_null(
        record_create_begin(&(struct record_call){&f.k, &s, fixture_type(&f, "deal"), 0, f.a},
                            fixture_json(&f, "{\"type\":\"licence\"}"), NULL));
}

/* --- workbooks ------------------------------------------------------------------------- */

static struct sheet_import_outcome bring_in(const struct str *cells, size_t width, size_t rows,
                                            const char *refused)
{
    struct subject s = fixture_subject(&f, f.staff);
    struct sheet_import_outcome out;
    struct xlsx_out *x = NULL;
    struct err e = {0};
    const char *path = arena_printf(f.a, "%s/deals.xlsx", f.dir).ptr;
    assert_ok(xlsx_out_open(&x, path, "交易", f.dir, &e), &e);
    for (size_t i = 0; i < rows; i++)
        xlsx_out_row(x, cells + i * width, width, i == 0);
    assert_ok(xlsx_out_finish(x, NULL, &e), &e);
    err_t rc =
        sheet_import(&out, &(struct record_call){&f.k, &s, fixture_type(&f, "deal"), 0, f.a}, path,
                     &(struct sheet_import_options){.lang = LANG_ZH, .tmpdir = f.dir}, &e);
    assert_int_equal(rc, refused ? E_INVALID : OK);
    if (refused && !str_contains(str_of(e.text), str_of(refused)))
        fail_msg("%s", e.text);
    for (size_t i = 0; !refused && i < out.reject_count; i++)
        fail_msg("%.*s", STR_ARG(out.rejects[i].reason));
    return out;
}

/* …whose key it does not say. */
static void a_row_is_known_by_what_is_unique(void **state)
{
    (void)state;
    (void)fixture_create(&f, f.staff, "deal",
                         "{\"type\":\"licence\",\"contract_no\":\"HT-1\",\"title\":\"旧\"}");
    static const struct str old[] = {STR("合同编号"), STR("标题"), STR("交易类型"),
                                     STR("HT-1"),     STR("新"),   STR("许可"),
                                     STR("HT-2"),     STR("二"),   STR("转让")};
    struct sheet_import_outcome out = bring_in(old, 3, 3, NULL);
    assert_int_equal(out.changed, 1);
    assert_int_equal(out.created, 1);
    assert_str(
        fixture_text(&f, "SELECT number || title FROM record_deal WHERE contract_no = 'HT-1'"),
        "YS-26-01新");
    assert_str(fixture_text(&f, "SELECT number FROM record_deal WHERE contract_no = 'HT-2'"),
               "YS-26-02");
    /* The key goes before; an empty one takes no number away. */
    static const struct str now[] = {STR("编号"),     STR("合同编号"), STR("标题"), STR("交易类型"),
                                     STR("YS-26-02"), STR("HT-2-1"),   STR("二"),   STR("转让"),
                                     STR_NONE,        STR("HT-1"),     STR("一"),   STR("许可"),
                                     STR_NONE,        STR_NONE,        STR("三"),   STR("许可")};
    out = bring_in(now, 4, 4, NULL);
    assert_int_equal(out.changed, 2);
    assert_int_equal(out.created, 1);
    assert_str(fixture_text(&f, "SELECT contract_no FROM record_deal WHERE number = 'YS-26-02'"),
               "HT-2-1");
    assert_str(fixture_text(&f, "SELECT title FROM record_deal WHERE number = 'YS-26-01'"), "一");
    assert_str(fixture_text(&f, "SELECT title FROM record_deal WHERE number = 'YS-26-03'"), "三");
}

/* Wherever its row stands: else another row might be given the number that this one brings. */
static void a_number_of_a_workbook_counts(void **state)
{
    (void)state;
    assert_str(numbered(f.staff, ""), "YS-26-01");
    static const struct str rows[] = {STR("编号"),     STR("合同编号"), STR("交易类型"),
                                      STR_NONE,        STR("HT-31"),    STR("许可"),
                                      STR("YS-26-30"), STR("HT-30"),    STR("许可")};
    struct sheet_import_outcome out = bring_in(rows, 3, 3, NULL);
    assert_int_equal(out.created, 2);
    assert_str(fixture_text(&f, "SELECT number FROM record_deal WHERE contract_no = 'HT-31'"),
               "YS-26-31");
    assert_str(numbered(f.staff, ""), "YS-26-32");
}

static void a_former_column_names_the_sheet_that_has_it(void **state)
{
    (void)state;
    static const struct str old[] = {STR("合同编号"), STR("交易类型"), STR("合同各方"),
                                     STR("HT-1"),     STR("许可"),     STR("甲")};
    (void)bring_in(old, 3, 2, "交易各方");
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM record_deal"), 0);
}

int main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_new_record_has_the_next_number_of_its_unit),
        TEST(a_unit_has_a_pattern_of_its_own),
        TEST(a_number_that_was_corrected_counts_as_it_is_now),
        TEST(each_year_and_pattern_has_its_own_numbers),
        TEST(the_next_number_comes_from_one_row),
        TEST(a_last_number_that_is_behind_is_made_again),
        TEST(of_many_at_once_each_has_another),
        TEST(numbers_that_are_entered_at_once_count),
        TEST(who_cannot_wait_makes_none),
        TEST(a_row_is_known_by_what_is_unique),
        TEST(a_number_of_a_workbook_counts),
        TEST(a_former_column_names_the_sheet_that_has_it),
    };
    return cmocka_run_group_tests_name("record/numbered", tests, NULL, NULL);
}
