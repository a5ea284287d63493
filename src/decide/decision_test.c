/* Decisions are kept whole, said again word for word, and moved to another version by two. */
#include "test.h"

#include "access/world.h"
#include "base/fs.h"
#include "db/scratch.h"
#include "decide/calendar_store.h"
#include "decide/decision.h"
#include "decide/reading.h"

#define TEXT "第一条 工作人员不少于5人。\n第二条 公示5个工作日。\n"
#define PACK(version, number)                                                                      \
    "id: mini\nversion: \"" version                                                                \
    "\"\ndocument:\n  title: 某省办法\n  number: 某省〔2026〕1号\n  issuer: 某省局\n"  \
    "  jurisdiction: \"510000\"\n  status: in_force\n  issued: 2026-01-01\n"                       \
    "  effective: 2026-02-01\n  expires: 2027-01-31\n"                                             \
    "deadlines:\n  - {id: publicity, rule: WD5, clause: 二, quote: 公示5个工作日}\n"        \
    "indicators:\n  - {id: staff, fold: count, unit: 人, from: [staff], label: 工作人员}\n"   \
    "  - {id: over, fold: exists, label: 公示期满}\n"                                          \
    "criteria:\n  - {id: staff-count, clause: 一, quote: 工作人员不少于5人, test: staff " \
    ">= " number " 人, readings: [{ambiguity: A-1, reading: two, test: staff >= 2 人}]}\n"       \
    "  - {id: publicity-over, clause: 二, quote: 公示5个工作日, test: over}\n"              \
    "questions:\n  - {id: apply, label: 申报, criteria: [staff-count, publicity-over]}\n"        \
    "ambiguities:\n  - {id: A-1, clause: 一, problem: 几人, reading: 五人, default: five, "   \
    "alternatives: [{id: two, reading: 两人, effect: 更宽}], switch: [recognise]}\n"
#define STAFF "SELECT id_number AS key, 1 AS test FROM fact_staff WHERE subject = :subject\n"
#define OVER                                                                                       \
    "SELECT CASE WHEN provisional('publicity', published) = 1 THEN NULL\n"                         \
    "  ELSE :as_of > deadline('publicity', published) END AS test\n"                               \
    "FROM fact_publicity WHERE subject = :subject\n"
#define FACTS(n)                                                                                   \
    "{\"as_of\":\"2027-01-20\",\"publicity\":{\"published\":\"2026-12-30\"},\"staff\":[" n "]}"
#define THREE "{\"id_number\":\"1\"},{\"id_number\":\"2\"},{\"id_number\":\"3\"}"
#define FIVE THREE ",{\"id_number\":\"4\"},{\"id_number\":\"5\"}"

static struct world w;
static struct packs *packs;
static const struct pack *mini;
static const char *folder;
static int64_t first, second;

static void put(const char *name, const char *text)
{
    struct err e;
    assert_ok(fs_write_synced(&fs_system, arena_printf(w.arena, "%s/mini/%s", folder, name).ptr,
                              str_bytes(str_of(text)), &e),
              &e);
}

static void open_pack(const char *yaml)
{
    const struct calendar *c;
    struct err e;
    put("pack.yaml", yaml);
    packs_close(packs);
    assert_ok(calendar_load(&c, w.db, w.arena, &e), &e);
    assert_ok(packs_open_folder(&packs, folder, &e), &e);
    packs_use_calendar(packs, c);
    assert_ok(packs_get(&mini, packs, STR("mini"), &e), &e);
}

static int64_t person(const char *name, int64_t unit)
{
    int64_t id = world_account(&w, name, unit);
    world_grant(&w, id, unit, "province_officer", "2020-01-01", NULL, 0);
    return id;
}

static int open_world(void **state)
{
    struct err e;
    (void)state;
    world_open(&w);
    int64_t office = world_unit(&w, "province_office", "510000");
    first = person("first", office);
    second = person("second", office);
    world_authority(&w, office, "mini", "recognise", "510000", "2025-01-01", NULL);
    folder = scratch_dir(w.arena);
    assert_ok(fs_make_dirs(&fs_system, arena_printf(w.arena, "%s/mini/indicators", folder).ptr, &e),
              &e);
    put("source.txt", TEXT);
    put("indicators/staff.sql", STAFF);
    put("indicators/over.sql", OVER);
    packs = NULL;
    open_pack(PACK("1", "5"));
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    packs_close(packs);
    world_close(&w);
    return 0;
}

static struct deed deed_of(int64_t account)
{
    struct deed d = world_deed(&w, account ? world_subject(&w, account) : NULL);
    d.reason = STR("试验");
    return d;
}

static void activate(void)
{
    const struct activating what = {mini, packs_archive(packs, mini, w.arena), STR("test")};
    struct deed one = deed_of(first), two = deed_of(second);
    struct activation x;
    int64_t waits;
    struct err e;
    one.waits = two.waits = &waits;
    assert_ok(pack_activate(&x, w.db, &one, &what, &e), &e);
    assert_ok(pack_activate(&x, w.db, &two, &what, &e), &e);
}

static err_t decide(struct kept_decision *out, const char *facts, struct err *e)
{
    const struct decision_new n = {
        .packs = packs, .pack = mini, .party = STR("P"), .facts = str_of(facts)};
    struct deed d = deed_of(first);
    err_t rc = decision_prepare(out, &n, w.arena, e);
    return rc == OK ? decision_put(out, w.db, &d, mini, e) : rc;
}

static struct kept_decision kept(int64_t id)
{
    struct kept_decision x;
    struct err e;
    assert_ok(decision_read(&x, w.db, id, w.arena, &e), &e);
    return x;
}

static void expect_the_same(int64_t id)
{
    struct kept_decision x = kept(id);
    struct str answer;
    struct err e;
    bool same;
    assert_ok(decision_repeat(&same, &answer, w.db, &x, w.arena, &e), &e);
    if (!same)
        fail_msg("was %.*s\nis %.*s", STR_ARG(x.answer), STR_ARG(answer));
}

static void a_decision_is_said_again_for_ever(void **state)
{
    struct kept_decision x;
    struct err e;
    bool added;
    (void)state;
    assert_int_equal(decide(&x, FACTS(FIVE), &e), E_INVALID); /* nobody activated the pack */
    activate();
    int64_t entries = world_entries(&w);
    assert_ok(decide(&x, FACTS(FIVE), &e), &e);
    assert_str(world_actions(&w, entries), "decide");
    assert_str(x.verdict, "unknown"); /* 2027 has no table yet */
    assert_int_equal(x.calendar_year, 2026);
    assert_true(str_contains(x.answer, mini->digest));
    expect_the_same(x.id);
    /* The pack changes, the year's table arrives, another version counts. */
    struct calendar_year y;
    struct deed d = deed_of(0);
    assert_ok(calendar_parse(&y,
                             STR("# s\ndate,kind\n2027-01-01,rest\n2027-05-01,rest\n"
                                 "2027-10-01,rest\n2027-10-02,rest\n2027-10-03,rest\n"),
                             "f", w.arena, &e),
              &e);
    assert_ok(calendar_add(&added, w.db, &d, &y, false, &e), &e);
    open_pack(PACK("2", "6"));
    activate();
    expect_the_same(x.id);
    struct kept_decision later;
    assert_ok(decide(&later, FACTS(FIVE), &e), &e);
    assert_str(later.verdict, "fail");
    assert_int_equal(later.calendar_year, 2027);
    expect_the_same(later.id);
    assert_int_equal(world_number(&w, "SELECT count(*) FROM pack_files", NULL, 0), 2);
}

static void what_was_kept_and_changed_by_hand_is_not_said_again(void **state)
{
    struct kept_decision x;
    struct str answer;
    struct err e;
    bool same;
    (void)state;
    activate();
    assert_ok(decide(&x, FACTS(FIVE), &e), &e);
    struct str facts = kept(x.id).facts;
    world_run(&w, "UPDATE decision SET facts = ?1", VALUES(v_str(STR(FACTS(THREE)))));
    x = kept(x.id);
    assert_int_equal(decision_repeat(&same, &answer, w.db, &x, w.arena, &e), E_CORRUPT);
    world_run(&w, "UPDATE decision SET facts = ?1", VALUES(v_str(facts)));
    expect_the_same(x.id);
    world_run(&w, "UPDATE pack_files SET content = ?1", VALUES(v_str(STR("x"))));
    x = kept(x.id);
    assert_int_equal(decision_repeat(&same, &answer, w.db, &x, w.arena, &e), E_CORRUPT);
    assert_int_equal(decision_read(&x, w.db, 99, w.arena, &e), E_NOTFOUND);
}

static void a_decision_follows_the_readings_chosen_here(void **state)
{
    struct kept_decision x;
    struct err e;
    int64_t waits;
    bool changed;
    (void)state;
    activate();
    for (size_t i = 0; i < 2; i++) {
        struct deed d = deed_of(i ? second : first);
        d.waits = &waits;
        assert_ok(reading_choose(&changed, w.db, &d, mini, STR("A-1"), STR("two"), &e), &e);
    }
    assert_int_equal(decide(&x, FACTS(THREE), &e), E_INVALID);
    assert_non_null(strstr(e.text, "A-1"));
    assert_ok(decide(&x,
                     "{\"as_of\":\"2027-01-20\",\"publicity\":{\"published\":\"2026-12-01\"},"
                     "\"staff\":[" THREE "],\"readings\":[{\"id\":\"A-1\",\"reading\":\"two\","
                     "\"reason\":\"试验\"}]}",
                     &e),
              &e);
    assert_str(x.verdict, "pass");
    expect_the_same(x.id);
}

static void days_outside_the_policy_decide_nothing(void **state)
{
    struct kept_decision x;
    struct err e;
    (void)state;
    activate();
    assert_int_equal(decide(&x, "{\"as_of\":\"2026-01-31\"}", &e), E_INVALID);
    assert_non_null(strstr(e.text, "2026-02-01"));
    assert_int_equal(decide(&x, "{\"as_of\":\"2027-02-01\"}", &e), E_INVALID);
    assert_non_null(strstr(e.text, "2027-01-31"));
    assert_int_equal(world_number(&w, "SELECT count(*) FROM decision", NULL, 0), 0);
}

static void an_answer_that_cannot_be_read_is_not_compared(void **state)
{
    struct kept_decision x;
    const struct amendment *all;
    size_t count;
    struct err e;
    (void)state;
    activate();
    assert_ok(decide(&x, FACTS(THREE), &e), &e);
    open_pack(PACK("2", "3"));
    for (const char *const *bad = (const char *const[]){"{", "{}", "{\"criteria\":1}", NULL}; *bad;
         bad++) {
        world_run(&w, "UPDATE decision SET answer = ?1", VALUES(v_str(str_of(*bad))));
        assert_int_equal(amend_preview(&all, &count, w.db, packs, mini, w.arena, &e), E_CORRUPT);
    }
}

static err_t amend(bool *go, int64_t account, const struct amendment *chosen, size_t count,
                   struct err *e)
{
    struct deed d = deed_of(account);
    int64_t waits;
    d.waits = &waits;
    err_t rc = amend_apply(w.db, &d, mini, (struct amendments){chosen, count}, e);
    *go = rc == OK && !waits;
    return rc;
}

/* What the second person reads of a decision: its number, and the verdicts in words, twice: without a catalogue Chinese
 * is as English. */
static void expect_shown(int64_t decision, const char *words)
{
    struct stmt *st = NULL;
    bool has_row = false;
    struct err e;
    assert_ok(db_query(&st, w.db, "SELECT shown FROM proposal WHERE state = 'open'", NULL, 0, &e),
              &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    struct str shown = has_row ? arena_dup(w.arena, stmt_str(st, 0)) : STR_NONE;
    stmt_free(st);
    assert_true(
        str_contains(shown, arena_printf(w.arena, "[[\"decisions\",\"%lld: %s\",\"%lld: %s\"]]",
                                         (long long)decision, words, (long long)decision, words)));
}

static void decisions_move_to_another_version_by_two_persons(void **state)
{
    struct kept_decision five, three;
    const struct amendment *all;
    size_t count;
    struct err e;
    bool go;
    (void)state;
    activate();
    assert_ok(decide(&five, FACTS(FIVE), &e), &e);
    assert_ok(decide(&three, FACTS(THREE), &e), &e);
    assert_ok(amend_preview(&all, &count, w.db, packs, mini, w.arena, &e), &e);
    assert_int_equal(count, 0); /* they were made under this one */
    open_pack(PACK("2", "3"));
    assert_ok(amend_preview(&all, &count, w.db, packs, mini, w.arena, &e), &e);
    assert_int_equal(count, 2);
    assert_int_equal(all[0].before.id, three.id);
    assert_str(all[0].before.verdict, "fail");
    assert_str(all[0].after.verdict, "unknown");
    assert_str(all[0].changed, "staff-count");
    assert_str(all[1].changed, "");
    assert_int_equal(amend(&go, first, all, 1, &e), E_INVALID); /* it does not count here yet */
    activate();
    assert_int_equal(amend(&go, first, all, 0, &e), E_INVALID);
    assert_ok(amend(&go, first, all, 1, &e), &e);
    assert_false(go);
    expect_shown(three.id, "not met → not known");
    assert_true(kept(three.id).stands);
    assert_int_equal(amend(&go, first, all, 1, &e), E_CONFLICT);
    assert_int_equal(amend(&go, second, all, 2, &e), E_CONFLICT); /* others than were proposed */
    assert_ok(amend(&go, second, all, 1, &e), &e);
    assert_true(go);
    struct kept_decision before = kept(three.id);
    assert_false(before.stands);
    assert_str(before.verdict, "fail");
    expect_the_same(three.id);
    const struct kept_decision *standing;
    assert_ok(decision_list(&standing, &count, w.db, STR("mini"), true, w.arena, &e), &e);
    assert_int_equal(count, 2);
    assert_int_equal(standing[0].amends, three.id);
    assert_str(standing[0].verdict, "unknown");
    expect_the_same(standing[0].id);
    assert_int_equal(standing[1].id, five.id); /* was not chosen */
    assert_ok(amend(&go, first, all, 1, &e), &e);
    assert_int_equal(amend(&go, second, all, 1, &e), E_CONFLICT); /* it stands no more */
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(a_decision_is_said_again_for_ever),
        WITH_WORLD(what_was_kept_and_changed_by_hand_is_not_said_again),
        WITH_WORLD(a_decision_follows_the_readings_chosen_here),
        WITH_WORLD(days_outside_the_policy_decide_nothing),
        WITH_WORLD(an_answer_that_cannot_be_read_is_not_compared),
        WITH_WORLD(decisions_move_to_another_version_by_two_persons),
    };
    return cmocka_run_group_tests_name("decision", tests, NULL, NULL);
}
