/* What an expert sees before and after his statement, versions and locks of sheets, and the figures
 * that come of them. */
#include "test.h"

#include "panel/stage.h"

static struct stage s;
static struct panel p;
static struct draw drawn;
static struct members all;
static const struct member *members;
static int64_t first, second;

static void read_members(void)
{
    struct err e;
    assert_ok(draw_members(&all, s.db, drawn.id, s.f.a, &e), &e);
    members = all.ptr;
    assert_int_equal(all.len, 3);
}

static int set_up(void **state)
{
    (void)state;
    stage_open(&s);
    const int64_t parties[] = {stage_party(&s, "甲公司", "91510100MA000000A1", ""),
                               stage_party(&s, "乙公司", "91510100MA000000B2", "")};
    for (int i = 0; i < 6; i++)
        stage_expert(&s, arena_printf(s.f.a, "专家%d", i).ptr, "law", "大学");
    p = stage_panel(&s, parties, 2, "law:3", "open");
    drawn = stage_draw(&s, &p, NULL, 1);
    p = stage_read(&s, p.id);
    first = p.cases[0].id;
    second = p.cases[1].id;
    read_members();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    stage_close(&s);
    return 0;
}

static err_t look(size_t m, int64_t panel_case, struct err *e)
{
    struct deed d = stage_deed(&s, members[m].account, "");
    struct sheet x;
    struct member who;
    return score_own(&x, &who, s.db, d.by, &p, panel_case, s.f.a, e);
}

static err_t save(size_t m, int64_t panel_case, int64_t version, const int64_t *points,
                  struct err *e)
{
    struct deed d = stage_deed(&s, members[m].account, "");
    struct sheet x = {.panel_case = panel_case,
                      .version = version,
                      .opinion = STR("意见"),
                      .result = points[0] >= 8000 ? STR("pass") : STR("fail"),
                      .points = (int64_t *)points};
    return STEP(&s, score_save(&x, s.db, &d, &p, e));
}

static err_t submit(size_t m, int64_t panel_case, int64_t version, struct err *e)
{
    struct deed d = stage_deed(&s, members[m].account, "");
    struct sheet x = {.panel_case = panel_case, .version = version};
    return STEP(&s, score_submit(&x, s.db, &d, &p, e));
}

static void accept(size_t m)
{
    struct deed d = stage_deed(&s, members[m].account, "");
    struct member out;
    struct err e;
    assert_ok(STEP(&s, member_answer(&out, &(struct panel_deed){s.db, &d, &p}, true, &e)), &e);
    assert_int_equal(STEP(&s, member_answer(&out, &(struct panel_deed){s.db, &d, &p}, true, &e)),
                     E_CONFLICT);
    read_members();
}

static err_t declare(size_t m, int64_t unit, const char *reason, struct err *e)
{
    struct deed d = stage_deed(&s, members[m].account, "");
    struct recusal r = {unit, str_of(reason)};
    struct member who = members[m];
    err_t rc =
        STEP(&s, member_declare(&who, &(struct panel_deed){s.db, &d, &p}, &r, unit ? 1 : 0, e));
    read_members();
    return rc;
}

static const int64_t all_50[] = {5000, 5000, 5000, 5000};

static void nothing_is_seen_before_the_statement_nor_of_a_recused_case(void **state)
{
    struct err e;
    (void)state;
    assert_int_equal(look(0, first, &e), E_NOTFOUND); /* invited */
    assert_int_equal(declare(0, 0, "", &e), E_CONFLICT);
    accept(0);
    assert_int_equal(look(0, first, &e), E_NOTFOUND);
    assert_non_null(strstr(e.text, "first declare"));
    assert_int_equal(save(0, first, 0, all_50, &e), E_NOTFOUND);
    assert_int_equal(declare(0, p.cases[1].unit, "", &e), E_INVALID);
    assert_int_equal(declare(0, s.f.elsewhere, "亲属", &e), E_INVALID);
    assert_ok(declare(0, p.cases[1].unit, "亲属任职", &e), &e);
    assert_ok(look(0, first, &e), &e);
    assert_int_equal(look(0, second, &e), E_NOTFOUND);
    assert_int_equal(save(0, second, 0, all_50, &e), E_NOTFOUND);
    assert_ok(declare(0, 0, "", &e), &e); /* said again: what he recused himself from stays */
    assert_int_equal(look(0, second, &e), E_NOTFOUND);
    assert_int_equal(look(1, first, &e), E_NOTFOUND);
    struct deed officer = stage_deed(&s, s.f.officer, "");
    struct sheet x;
    struct member who;
    assert_int_equal(score_own(&x, &who, s.db, officer.by, &p, first, s.f.a, &e), E_NOTFOUND);
}

static void a_conflict_that_comes_up_later_closes_the_case_at_once(void **state)
{
    struct err e;
    (void)state;
    accept(0);
    assert_ok(declare(0, 0, "", &e), &e);
    assert_ok(save(0, second, 0, all_50, &e), &e);
    stage_employment(&s, members[0].expert, "乙公司", "", "", "2025-01-01");
    assert_int_equal(look(0, second, &e), E_NOTFOUND);
    assert_int_equal(save(0, second, 1, all_50, &e), E_NOTFOUND);
    assert_int_equal(submit(0, second, 1, &e), E_NOTFOUND);
    assert_ok(look(0, first, &e), &e);
    stage_run(&s,
              arena_printf(s.f.a, "UPDATE record_expert SET state = 'suspended' WHERE id = %lld",
                           (long long)members[0].expert)
                  .ptr);
    assert_int_equal(look(0, first, &e), E_NOTFOUND);
}

/* SCYY-068 SXYY-043.2 */
static void scores_are_locked_on_submission(void **state)
{
    static const int64_t part[] = {5000, SCORE_NONE, 0, 10000}, wrong[] = {10001, 0, 0, 0};
    struct err e;
    (void)state;
    accept(0);
    assert_ok(declare(0, 0, "", &e), &e);
    int64_t versions = stage_number(&s, "SELECT count(*) FROM record_version WHERE type ="
                                        " 'panel_sheet'");
    assert_ok(save(0, first, 0, part, &e), &e);
    assert_int_equal(save(0, first, 0, all_50, &e), E_CONFLICT); /* version 1 by now */
    assert_int_equal(save(0, first, 1, wrong, &e), E_INVALID);
    assert_int_equal(submit(0, first, 1, &e), E_INVALID); /* a head has no points */
    assert_non_null(strstr(e.text, "services"));
    assert_ok(save(0, first, 1, all_50, &e), &e);
    assert_ok(submit(0, first, 2, &e), &e);
    assert_int_equal(save(0, first, 3, all_50, &e), E_CONFLICT);
    assert_non_null(strstr(e.text, "locked"));
    assert_int_equal(submit(0, first, 3, &e), E_CONFLICT);
    assert_int_equal(stage_number(&s, "SELECT count(*) FROM record_version WHERE type ="
                                      " 'panel_sheet'"),
                     versions + 3);
    assert_str(stage_text(&s, "SELECT action FROM record_version WHERE type = 'panel_sheet' AND"
                              " version = 3"),
               "submit");
}

static err_t reopen(int64_t officer, const char *reason, struct err *e)
{
    int64_t waits = 0;
    struct deed d = stage_deed(&s, officer, reason);
    struct sheet x;
    d.waits = &waits;
    return STEP(&s, score_reopen(&x, &(struct panel_deed){s.db, &d, &p},
                                 stage_number(&s, "SELECT max(id) FROM panel_sheet"), e));
}

static void a_locked_sheet_is_opened_by_two_officers_with_a_reason(void **state)
{
    struct err e;
    (void)state;
    accept(0);
    assert_ok(declare(0, 0, "", &e), &e);
    assert_ok(save(0, first, 0, all_50, &e), &e);
    assert_int_equal(reopen(s.f.officer, "笔误", &e), E_CONFLICT); /* not locked */
    assert_ok(submit(0, first, 1, &e), &e);
    assert_int_equal(reopen(s.f.officer, "", &e), E_INVALID);
    assert_int_equal(save(0, first, 2, all_50, &e), E_CONFLICT);
    assert_ok(reopen(s.f.officer, "笔误", &e), &e);
    assert_int_equal(save(0, first, 2, all_50, &e), E_CONFLICT); /* it waits for another officer */
    assert_int_equal(reopen(s.f.officer, "笔误", &e), E_CONFLICT);
    assert_ok(reopen(s.f.officer2, "", &e), &e);
    assert_ok(save(0, first, 3, all_50, &e), &e);
}

static void spread_is_exact(void **state)
{
    static const int64_t three[] = {80000000, 90000000, 100000000};
    static const int64_t thirds[] = {0, 0, 1000000};
    (void)state;
    struct spread x = spread_of(three, 3, REVIEW_UNIT);
    assert_int_equal(x.min, 80000000);
    assert_int_equal(x.max, 100000000);
    assert_true(x.mean.num == 90 && x.mean.den == 1);
    assert_true(x.variance.num == 200 && x.variance.den == 3);
    assert_int_equal(spread_deviation(&x), 81650); /* 8.16497 */
    x = spread_of(thirds, 3, REVIEW_UNIT);
    assert_true(x.mean.num == 1 && x.mean.den == 3);
    assert_true(x.variance.num == 2 && x.variance.den == 9);
    assert_int_equal(spread_deviation(&x), 4714); /* 0.47140 */
    x = spread_of(NULL, 0, REVIEW_UNIT);
    assert_int_equal(x.count, 0);
    int64_t many[50];
    for (int i = 0; i < 50; i++)
        many[i] = i % 2 ? 100000000 : 0;
    x = spread_of(many, 50, REVIEW_UNIT);
    assert_true(x.mean.num == 50 && x.variance.num == 2500 && x.variance.den == 1);
    assert_int_equal(spread_deviation(&x), 500000);
}

static void who_is_far_from_the_others_stands_out(void **state)
{
    static const int64_t totals[] = {50000000, 52000000, 80000000};
    (void)state;
    assert_true(
        review_outlier(totals, 3, 2, 2000, REVIEW_UNIT)); /* 29 above the mean of the others */
    assert_true(review_outlier(totals, 3, 2, 2899, REVIEW_UNIT));
    assert_false(review_outlier(totals, 3, 2, 2900, REVIEW_UNIT)); /* not farther than */
    assert_false(review_outlier(totals, 3, 0, 2000, REVIEW_UNIT));
    assert_false(review_outlier(totals, 1, 0, 0, REVIEW_UNIT));
}

static err_t close_by(int64_t officer, const char *reason, const struct case_result *results,
                      size_t count, struct err *e)
{
    struct deed d = stage_deed(&s, officer, reason);
    struct panel again = p;
    err_t rc = STEP(&s, review_close(&(struct panel_deed){s.db, &d, &again}, results, count, e));
    if (rc == OK)
        p = stage_read(&s, p.id);
    return rc;
}

static err_t close_panel(const struct case_result *results, size_t count, struct err *e)
{
    return close_by(s.f.officer, "", results, count, e);
}

/* SCYY-068 SXYY-043.2 */
static void the_report_is_made_when_every_sheet_is_locked(void **state)
{
    static const int64_t points[3][4] = {
        {8000, 8000, 8000, 8000}, {9000, 9000, 9000, 9000}, {10000, 10000, 10000, 10000}};
    const struct case_result results[] = {{first, STR("pass"), STR("达到绩效目标")},
                                          {second, STR("fail"), STR("未达到绩效目标")}};
    const struct jvalue *report;
    struct str failed;
    struct panel_review reviewed;
    int64_t rounds;
    struct err e;
    (void)state;
    assert_int_equal(close_panel(NULL, 0, &e), E_CONFLICT);
    for (size_t m = 0; m < 3; m++) {
        accept(m);
        assert_ok(declare(m, m == 2 ? p.cases[1].unit : 0, "亲属", &e), &e);
        assert_ok(save(m, first, 0, points[m], &e), &e);
        if (m < 2)
            assert_ok(save(m, second, 0, all_50, &e), &e);
        assert_ok(submit(m, first, 1, &e), &e);
        if (m == 0)
            assert_ok(submit(m, second, 1, &e), &e);
    }
    assert_int_equal(close_panel(NULL, 0, &e), E_CONFLICT);
    assert_non_null(strstr(e.text, "1 sheets"));
    assert_ok(submit(1, second, 1, &e), &e);
    assert_ok(panel_review_of(&reviewed, s.db, p.cases[0].case_id, p.evaluation, s.f.a, &e), &e);
    assert_int_equal(reviewed.panel, p.id);
    assert_false(reviewed.closed);
    assert_ok(panel_review_of(&reviewed, s.db, p.cases[0].case_id, STR("another"), s.f.a, &e), &e);
    assert_int_equal(reviewed.panel, 0);
    assert_ok(close_panel(results, 2, &e), &e);
    assert_str(p.state, "closed");
    assert_int_equal(stage_number(&s, "SELECT count(*) FROM proposal WHERE state = 'open'"), 0);
    report = fixture_json(&s.f, arena_cstr(s.f.a, p.report));
    const struct jvalue *one = &jin_get(report, "cases")->items[0];
    assert_str(jin_text(one, "rank"), "1");
    assert_str(jin_text(jin_get(jin_get(one, "spread"), "mean"), "num"), "90");
    assert_str(jin_text(jin_get(jin_get(one, "spread"), "variance"), "num"), "200");
    assert_str(jin_text(jin_get(jin_get(one, "spread"), "variance"), "den"), "3");
    assert_str(jin_text(jin_get(one, "spread"), "deviation"), "8.1650");
    const struct jvalue *two = &jin_get(report, "cases")->items[1];
    assert_str(jin_text(two, "rank"), "2");
    assert_str(jin_text(jin_get(two, "spread"), "count"), "2");
    assert_str(jin_text(two, "result"), "fail");
    struct digest digest = sha256_of(str_bytes(p.report));
    char hex[HASH_HEX_LEN + 1];
    digest_hex(hex, &digest);
    assert_str(p.report_digest, hex);
    assert_str(stage_text(&s, "SELECT action FROM record_version WHERE type = 'panel' ORDER BY"
                              " version DESC LIMIT 1"),
               arena_printf(s.f.a, "close %s", hex).ptr);
    assert_int_equal(save(0, first, 2, all_50, &e), E_CONFLICT);
    assert_ok(panel_review_of(&reviewed, s.db, p.cases[1].case_id, STR_NONE, s.f.a, &e), &e);
    assert_true(reviewed.closed);
    assert_int_equal(reviewed.panel, p.id);
    assert_str(reviewed.result, "fail");
    assert_str(reviewed.report_digest, hex);
    assert_ok(panel_failed(&failed, s.db, p.cases[1].unit, p.pack, p.evaluation, s.f.a, &e), &e);
    assert_str(failed, arena_printf(s.f.a, "panel:%lld", (long long)p.id).ptr);
    assert_ok(panel_failed(&failed, s.db, p.cases[0].unit, p.pack, p.evaluation, s.f.a, &e), &e);
    assert_int_equal(failed.len, 0);
    assert_ok(panel_rounds(&rounds, s.db, s.f.province, p.pack, p.evaluation, 2026, &e), &e);
    assert_int_equal(rounds, 1);
}

/* So many members, each on both cases. */
static void the_first_score_both(size_t count)
{
    struct err e;
    for (size_t m = 0; m < count; m++) {
        accept(m);
        assert_ok(declare(m, 0, "", &e), &e);
        for (size_t k = 0; k < 2; k++) {
            int64_t one = k ? second : first;
            assert_ok(save(m, one, 0, all_50, &e), &e);
            assert_ok(submit(m, one, 1, &e), &e);
        }
    }
}

/* An officer who takes an expert out of the pool does not take back what he judged. */
static void who_leaves_the_pool_has_judged(void **state)
{
    struct deed d = stage_deed(&s, s.f.officer, "不再聘用");
    struct member next;
    struct err e;
    (void)state;
    the_first_score_both(3);
    stage_run(&s, arena_printf(s.f.a, "UPDATE record_expert SET ended_ms = 1 WHERE id = %lld",
                               (long long)members[0].expert)
                      .ptr);
    assert_int_equal(look(0, first, &e), E_NOTFOUND);
    assert_int_equal(
        STEP(&s, draw_replace(&next, &(struct panel_deed){s.db, &d, &p}, members[0].id, &e)),
        E_CONFLICT);
    assert_non_null(strstr(e.text, "has submitted sheets"));
    const struct case_result results[] = {{first, STR("fail"), STR("未达到绩效目标")},
                                          {second, STR("fail"), STR("未达到绩效目标")}};
    assert_ok(close_panel(results, 2, &e), &e);
}

/* Two scored where three were to: the report tells it. */
static void empty_seats_are_told(void **state)
{
    const struct case_result results[] = {{first, STR("fail"), STR("未达到绩效目标")},
                                          {second, STR("fail"), STR("未达到绩效目标")}};
    struct err e;
    (void)state;
    the_first_score_both(2);
    stage_run(&s, arena_printf(s.f.a, "UPDATE panel_member SET state = 'refused' WHERE id = %lld",
                               (long long)members[2].id)
                      .ptr);
    assert_ok(close_panel(results, 2, &e), &e);
    assert_str(p.state, "closed");
    const struct jvalue *report = fixture_json(&s.f, arena_cstr(s.f.a, p.report));
    const struct jvalue *seats = &jin_get(report, "seats")->items[0];
    int64_t n;
    assert_true(jin_i64(&n, seats, "seats") && n == 3);
    assert_true(jin_i64(&n, seats, "filled") && n == 2);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_seen_before_the_statement_nor_of_a_recused_case),
        TEST(a_conflict_that_comes_up_later_closes_the_case_at_once),
        TEST(scores_are_locked_on_submission),
        TEST(a_locked_sheet_is_opened_by_two_officers_with_a_reason),
        cmocka_unit_test(spread_is_exact),
        cmocka_unit_test(who_is_far_from_the_others_stands_out),
        TEST(the_report_is_made_when_every_sheet_is_locked),
        TEST(who_leaves_the_pool_has_judged),
        TEST(empty_seats_are_told),
    };
    return cmocka_run_group_tests_name("score", tests, NULL, NULL);
}
