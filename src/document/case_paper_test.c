/* What a paper of a case knows by itself; issuing is lived through in tests/programmes. */
#include "document/case_paper.h"
#include "document/document.h"
#include "policy/packs.h"
#include "record/fixture.h"
#include "test.h"

static struct fixture f;
static struct packs *packs;
static struct programme p;

static int set_up(void **state)
{
    struct err e;
    (void)state;
    fixture_open(&f, NULL, 0);
    assert_ok(packs_open(&packs, NULL, &e), &e);
    programme_init(&p, &f.k, packs, NULL, f.a);
    assert_ok(packs_get(&p.pack, packs, STR("sc-yunying-2025"), &e), &e);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    packs_close(packs);
    fixture_close(&f);
    return 0;
}

static struct subject who;

static struct flow_call call_in(const char *process, int64_t account)
{
    who = fixture_subject(&f, account);
    return (struct flow_call){.c = {.id = 7,
                                    .version = 1,
                                    .pack = p.pack->id,
                                    .unit = f.centre,
                                    .city = STR("5101"),
                                    .province = STR("51"),
                                    .number = STR("2026-000007")},
                              .process = pack_process(p.pack, str_of(process)),
                              .by = &who,
                              .today = STR("2026-11-20"),
                              .arena = f.a};
}

static struct flow_call call(int64_t account)
{
    return call_in("application", account);
}

/* A panel that is closed, over this case and another's. */
static void add_panel(void)
{
    fixture_run(
        &f,
        arena_printf(
            f.a,
            "INSERT INTO panel (id, version, state, owner_unit, owner_province, title, pack, "
            "pack_version, evaluation, basis, mode, outlier, year, created_ms, created_by, report) "
            "VALUES (3, 1, 'closed', %lld, '51', '评审', 'sc-yunying-2025', '1', 'review', '依据', "
            "'open', "
            "0, 2026, 0, %lld, "
            "'{\"cases\":[{\"of\":6,\"rank\":1,\"spread\":{\"mean\":{\"num\":\"91\",\"den\":\"1\","
            "\"decimal\":"
            "\"91.0000\"}}},{\"of\":7,\"rank\":2,\"spread\":{\"mean\":{\"num\":\"353\",\"den\":"
            "\"4\",\"decimal\":\"88.2500\"}},"
            "\"sheets\":[{\"name\":\"虚构专家\",\"opinion\":\"基础扎实\"}],"
            "\"result_reason\":\"建议认定\"}]}')",
            (long long)f.province, (long long)f.officer)
            .ptr);
    fixture_run(
        &f, arena_printf(f.a,
                         "INSERT INTO panel_case (panel, position, case_id, number, unit, result, "
                         "result_reason) VALUES (3, 0, 7, '2026-000007', %lld, 'pass', '建议认定')",
                         (long long)f.centre)
                .ptr);
}

static bool says(const struct paper *paper, const char *words)
{
    struct buf out;
    buf_init(&out, 0);
    paper_canonical(&out, paper);
    bool found = str_contains(buf_str(&out), str_of(words));
    buf_clear(&out);
    return found;
}

static struct paper_filled drafted(const char *paper, int64_t account)
{
    struct case_paper_new n = {.paper = str_of(paper), .draft = true};
    struct flow_call x = call(account);
    struct paper_filled out;
    struct err e;
    assert_ok(case_paper_fill(&out, &(struct step){NULL, NULL, &x, &p, &e}, &n), &e);
    return out;
}

static void a_review_report_has_rank_and_score_from_the_panel_of_this_case_alone(void **state)
{
    (void)state;
    struct paper_filled before = drafted("review-report", f.officer);
    assert_false(says(&before.paper, "88.25"));
    assert_true(str_among(STR("decision.result"), before.missing, before.missing_count));
    add_panel();
    struct paper_filled x = drafted("review-report", f.officer);
    assert_true(says(&x.paper, "88.25") && !says(&x.paper, "88.2500") &&
                says(&x.paper, "建议认定") && says(&x.paper, "成都中心"));
    assert_true(says(&x.paper, "虚构专家") && says(&x.paper, "基础扎实") &&
                says(&x.paper, "通过：建议认定"));
    assert_false(says(&x.paper, "91.0000"));
}

static void a_paper_of_another_process_is_not_there(void **state)
{
    struct case_paper_new n = {.paper = STR("revocation-decision"), .draft = true};
    struct flow_call x = call(f.officer);
    struct paper_filled out;
    struct err e;
    (void)state;
    assert_int_equal(case_paper_fill(&out, &(struct step){NULL, NULL, &x, &p, &e}, &n), E_NOTFOUND);
    n = (struct case_paper_new){
        .paper = STR("recommendation"), .step = STR("recognise"), .draft = true};
    assert_int_equal(case_paper_fill(&out, &(struct step){NULL, NULL, &x, &p, &e}, &n), E_INVALID);
}

static void the_clause_is_that_of_the_step(void **state)
{
    (void)state;
    struct paper_filled x = drafted("recommendation", f.city_officer);
    assert_true(says(&x.paper, "择优向省市场监管局推荐"));
    assert_true(says(&x.paper, "2026-000007"));
}

static void a_draft_is_of_who_may_issue_the_paper(void **state)
{
    const int64_t others[] = {f.staff, f.officer};
    struct case_paper_new n = {.paper = STR("recommendation"), .draft = true};
    struct paper_filled out;
    struct err e;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        struct flow_call x = call(others[i]);
        assert_int_equal(case_paper_fill(&out, &(struct step){NULL, NULL, &x, &p, &e}, &n),
                         E_DENIED);
    }
}

static struct paper_filled notice(const char *process, const char *paper, const char *values)
{
    struct case_paper_new n = {.paper = str_of(paper), .draft = true};
    struct flow_call x = call_in(process, f.officer);
    struct paper_filled out;
    struct err e;
    if (values)
        assert_ok(jin_parse(&n.values, str_of(values), f.a, &e), &e);
    assert_ok(case_paper_fill(&out, &(struct step){NULL, NULL, &x, &p, &e}, &n), &e);
    return out;
}

static void a_notice_says_which_decision_waits_for_its_service(void **state)
{
    (void)state;
    struct paper_filled x = notice("revocation", "revocation-notice", NULL);
    assert_true(says(&x.paper, "拟作出的处理：取消资格"));
    assert_false(str_among(STR("decision.result"), x.missing, x.missing_count));
    x = notice("revocation-failed", "failed-notice", NULL);
    assert_true(says(&x.paper, "拟作出的处理：整改仍不合格取消资格"));
    x = notice("revocation", "revocation-notice", "{\"decision.result\":\"虚构处理\"}");
    assert_true(says(&x.paper, "拟作出的处理：虚构处理"));
}

static void why_there_is_no_pdf_is_for_offices(void **state)
{
    const struct case_paper made = {.id = 1},
                            not_made = {.id = 2,
                                        .render_error = STR("/usr/bin/press: cannot start")};
    struct subject officer = fixture_subject(&f, f.officer), party = fixture_subject(&f, f.staff);
    (void)state;
    assert_str(case_paper_render_error(&not_made, &officer), "/usr/bin/press: cannot start");
    assert_str(case_paper_render_error(&not_made, &party), "not made yet");
    assert_int_equal(case_paper_render_error(&made, &party).len, 0);
}

int main(void)
{
#define ON_STORE(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        ON_STORE(a_review_report_has_rank_and_score_from_the_panel_of_this_case_alone),
        ON_STORE(a_paper_of_another_process_is_not_there),
        ON_STORE(the_clause_is_that_of_the_step),
        ON_STORE(a_draft_is_of_who_may_issue_the_paper),
        ON_STORE(a_notice_says_which_decision_waits_for_its_service),
        ON_STORE(why_there_is_no_pdf_is_for_offices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
