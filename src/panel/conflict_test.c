/* Each ground of a conflict with the rows it rests on, what is not known, and the days at which
 * three years are over. */
#include "test.h"

#include "model/patent_store.h"
#include "panel/stage.h"

static struct stage s;
static const struct date today = {2026, 11, 20};

static int set_up(void **state)
{
    (void)state;
    stage_open(&s);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    stage_close(&s);
    return 0;
}

static struct pool pool_of(const struct panel *p)
{
    struct pool pool;
    struct err e;
    assert_ok(pool_read(&pool, s.db, p->id, p->owner_province, 0, STR("2026-11-20"), s.f.a, &e),
              &e);
    return pool;
}

/* "reason[rows] …" of an expert with the first case, or of him alone. */
static struct str of_expert(const struct panel *p, const struct co_names *patents, int64_t expert)
{
    struct pool pool = pool_of(p);
    struct str text = STR("");
    struct err e;
    assert_ok(conflicts_find(&pool, patents, today, s.f.a, &e), &e);
    const struct conflict *all = pool.conflicts;
    for (size_t i = 0; i < pool.conflict_count; i++)
        if (all[i].expert == expert)
            text = arena_printf(s.f.a, "%.*s%s%.*s[%.*s]", STR_ARG(text), text.len ? " " : "",
                                STR_ARG(all[i].reason), STR_ARG(all[i].rows));
    return text;
}

static struct str row(const char *format, int64_t id)
{
    return arena_printf(s.f.a, format, (long long)id);
}

static void assert_same(struct str got, struct str wanted)
{
    if (!str_eq(got, wanted))
        fail_msg("%.*s\ninstead of\n%.*s", STR_ARG(got), STR_ARG(wanted));
}

static const char code_a[] = "91510100MA000000A1", code_b[] = "91510100MA000000B2",
                  group[] = "91510100MA000000G3";

static void every_ground_names_its_rows(void **state)
{
    (void)state;
    int64_t party = stage_party(&s, "甲公司", code_a, group);
    struct panel p = stage_panel(&s, &party, 1, "law:1", "open");
    int64_t none = stage_expert(&s, "清白", "law", "");
    stage_run(&s,
              arena_printf(s.f.a, "DELETE FROM record_expert_employments WHERE record_id = %lld",
                           (long long)none)
                  .ptr);
    int64_t by_name = stage_expert(&s, "同名单位", "law", "甲 公司");
    int64_t by_code = stage_expert(&s, "同码", "law", "大学");
    stage_employment(&s, by_code, "改名后的甲", code_a, "", "no");
    int64_t other_code = stage_expert(&s, "重名单位", "law", "大学");
    stage_employment(&s, other_code, "甲公司", code_b, "", "no");
    int64_t in_group = stage_expert(&s, "同集团", "law", "大学");
    stage_employment(&s, in_group, "乙公司", code_b, group, "no");
    int64_t declared = stage_expert(&s, "声明", "law", "大学");
    stage_run(&s, arena_printf(s.f.a,
                               "INSERT INTO record_expert_declared (record_id, position, name,"
                               " reason) VALUES (%lld, 0, '甲公司', '配偶任职')",
                               (long long)declared)
                      .ptr);
    int64_t staff = stage_expert(&s, "名册", "law", "大学");
    stage_run(&s, arena_printf(s.f.a,
                               "INSERT INTO record_staff (version, state, owner_unit,"
                               " owner_province, secrecy, published, created_ms, created_by,"
                               " changed_ms, changed_by, name, id_number, id_number_index, to_)"
                               " SELECT 1, 'active', %lld, '51', 1, 0, 0, 0, 0, 0, '名册',"
                               " 'sealed', id_number_index, 'no' FROM record_expert WHERE id ="
                               " %lld",
                               (long long)party, (long long)staff)
                      .ptr);
    int64_t account = stage_expert(&s, "账号", "law", "大学");
    stage_run(&s, arena_printf(s.f.a, "UPDATE account SET owner_unit = %lld WHERE id = %lld",
                               (long long)party, (long long)stage_account(&s, account))
                      .ptr);
    assert_same(of_expert(&p, NULL, none), STR("employer_unknown[]"));
    assert_same(of_expert(&p, NULL, by_name),
                arena_printf(s.f.a, "group_unknown[] own_unit[expert:%lld/employments/0]",
                             (long long)by_name));
    assert_same(of_expert(&p, NULL, by_code),
                arena_printf(s.f.a, "group_unknown[] own_unit[expert:%lld/employments/1]",
                             (long long)by_code));
    assert_same(of_expert(&p, NULL, other_code), STR("group_unknown[]"));
    assert_same(of_expert(&p, NULL, in_group),
                arena_printf(s.f.a, "group_unknown[] same_group[expert:%lld/employments/1]",
                             (long long)in_group));
    assert_same(of_expert(&p, NULL, declared),
                arena_printf(s.f.a, "group_unknown[] declared[expert:%lld/declared/0]",
                             (long long)declared));
    assert_same(of_expert(&p, NULL, staff),
                arena_printf(s.f.a, "group_unknown[] own_unit[staff:%lld]",
                             (long long)stage_number(&s, "SELECT max(id) FROM record_staff")));
    assert_same(of_expert(&p, NULL, account),
                arena_printf(s.f.a, "group_unknown[] own_unit[account:%lld]",
                             (long long)stage_account(&s, account)));
}

static void three_years_are_over_on_a_day(void **state)
{
    static const struct {
        const char *to;
        const char *reason;
    } cases[] = {{"2023-11-20", "employment"},
                 {"2023-11-19", NULL},
                 {"2026-11-19", "employment"},
                 {"", "employment"},
                 {"no", "own_unit"}};
    (void)state;
    int64_t party = stage_party(&s, "丙公司", "91510100MA000000C4", "");
    struct panel p = stage_panel(&s, &party, 1, "law:1", "open");
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        int64_t one = stage_expert(&s, "前任", "law", "大学");
        stage_employment(&s, one, "丙公司", "", "", cases[i].to);
        struct str wanted =
            cases[i].reason ? arena_printf(s.f.a, "group_unknown[] %s[expert:%lld/employments/1]",
                                           cases[i].reason, (long long)one)
                            : STR("group_unknown[]");
        assert_same(of_expert(&p, NULL, one), wanted);
    }
}

static int64_t put_patent(const char *number, const char *const *parties)
{
    struct patent p = {0};
    enum put_result result;
    struct err e;
    patent_init(&p);
    p.source = STR("test");
    assert_true(number_parse(&p.publication, str_of(number), NUMBER_PUBLICATION, STR_NONE, s.f.a));
    for (size_t i = 0; parties[i]; i++)
        VEC_PUSH(s.f.a, &p.parties,
                 ((struct party){.role = parties[i][0] == '*' ? PARTY_INVENTOR : PARTY_APPLICANT,
                                 .name = str_of(parties[i] + (parties[i][0] == '*'))}));
    patent_finish(&p, s.f.a);
    assert_ok(STEP(&s, patent_put(&result, s.db, &p, s.f.a, &e)), &e);
    return p.id;
}

static void who_stands_on_a_patent_of_the_party_is_found(void **state)
{
    (void)state;
    int64_t party = stage_party(&s, "丁公司", "", "");
    struct panel p = stage_panel(&s, &party, 1, "law:1", "open");
    int64_t joint =
        put_patent("CN101000001A", (const char *const[]){"丁公司", "某大学", "*发明人甲", NULL});
    int64_t other =
        put_patent("CN101000002A", (const char *const[]){"某研究院", "*发明人乙", NULL});
    int64_t inventor = stage_expert(&s, "发明人甲", "law", "别处");
    int64_t stranger = stage_expert(&s, "发明人乙", "law", "某研究院");
    int64_t university = stage_expert(&s, "教授", "law", "某大学");
    struct co_names *patents = co_names_new();
    struct err e;
    assert_ok(co_names_add(patents, s.db, STR("丁公司"), (const int64_t[]){joint, other}, 2, &e),
              &e);
    assert_same(of_expert(&p, patents, inventor),
                arena_printf(s.f.a, "group_unknown[] co_inventor[patent:%lld]", (long long)joint));
    assert_same(of_expert(&p, patents, stranger), STR("group_unknown[]"));
    assert_same(of_expert(&p, patents, university),
                arena_printf(s.f.a, "group_unknown[] co_applicant[patent:%lld]", (long long)joint));
    assert_same(of_expert(&p, patents, 0), STR("group_unknown[]")); /* the party's */
    assert_same(of_expert(&p, NULL, 0), STR("group_unknown[] patents_unknown[]"));
    co_names_free(patents);
}

static void who_cannot_be_drawn_at_all_is_told_why(void **state)
{
    (void)state;
    int64_t party = stage_party(&s, "戊公司", "", "91510100MA000000E6");
    struct panel p = stage_panel(&s, &party, 1, "law:1", "open");
    int64_t one = stage_expert(&s, "某人", "law", "别处");
    stage_run(&s, row("UPDATE record_expert SET state = 'suspended', consent = NULL,"
                      " employments_complete = NULL, account_name = 'nobody' WHERE id = %lld",
                      one)
                      .ptr);
    stage_run(&s, arena_printf(s.f.a,
                               "INSERT INTO panel_left_out (panel, expert, reason, by_account,"
                               " at_ms) VALUES (%lld, %lld, '与申报人有嫌隙', %lld, 0)",
                               (long long)p.id, (long long)one, (long long)s.f.officer)
                      .ptr);
    assert_same(of_expert(&p, NULL, one),
                STR("suspended[] no_consent[] no_account[] left_out[] employment_unknown[] "
                    "group_unknown[]"));
    stage_run(&s, row("UPDATE record_expert SET ended_ms = 1 WHERE id = %lld", one).ptr);
    assert_same(of_expert(&p, NULL, one), STR(""));
}

static void every_reason_has_its_words(void **state)
{
    static const char *const reasons[] = {
        "own_unit",         "employment",         "same_group",    "declared",       "co_applicant",
        "co_inventor",      "suspended",          "no_consent",    "no_account",     "left_out",
        "employer_unknown", "employment_unknown", "group_unknown", "patents_unknown"};
    (void)state;
    for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
        assert_non_null(conflict_label(str_of(reasons[i])));
    assert_null(conflict_label(STR("none")));
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_ground_names_its_rows),
        TEST(three_years_are_over_on_a_day),
        TEST(who_stands_on_a_patent_of_the_party_is_found),
        TEST(who_cannot_be_drawn_at_all_is_told_why),
        cmocka_unit_test(every_reason_has_its_words),
    };
    return cmocka_run_group_tests_name("conflict", tests, NULL, NULL);
}
