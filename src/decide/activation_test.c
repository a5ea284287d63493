/* Two persons make a version of a pack count; readings are chosen by whom the pack names. */
#include "test.h"

#include "access/world.h"
#include "decide/activation.h"
#include "decide/reading.h"

static struct world w;
static struct packs *packs;
static const struct pack *sichuan, *shanxi;
static int64_t office, first, second, elsewhere, city;

static int64_t person(const char *name, int64_t unit, const char *role)
{
    int64_t id = world_account(&w, name, unit);
    world_grant(&w, id, unit, role, "2020-01-01", NULL, 0);
    return id;
}

static int open_world(void **state)
{
    struct err e;
    (void)state;
    world_open(&w);
    office = world_unit(&w, "province_office", "510000");
    first = person("first", office, "province_officer");
    second = person("second", office, "province_leader");
    elsewhere =
        person("elsewhere", world_unit(&w, "province_office", "140000"), "province_officer");
    city = person("city", world_unit(&w, "city_office", "510100"), "city_officer");
    assert_ok(packs_open(&packs, NULL, &e), &e);
    assert_ok(packs_get(&sichuan, packs, STR("sc-yunying-2025"), &e), &e);
    assert_ok(packs_get(&shanxi, packs, STR("sx-yunying-draft"), &e), &e);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    packs_close(packs);
    world_close(&w);
    return 0;
}

static struct deed deed_of(int64_t account, const char *reason)
{
    struct deed d = world_deed(&w, account ? world_subject(&w, account) : NULL);
    d.reason = str_of(reason);
    return d;
}

static err_t activate(struct activation *out, int64_t *waits, int64_t account, const struct pack *p,
                      const char *reason, struct err *e)
{
    struct deed d = deed_of(account, reason);
    const struct activating what = {p, packs_archive(packs, p, w.arena), STR_NONE};
    d.waits = waits;
    return pack_activate(out, w.db, &d, &what, e);
}

static err_t decides_of(const struct pack *p, int64_t began_ms, struct err *e)
{
    return pack_decides_here(w.db, p, (struct date){2026, 3, 1}, began_ms, w.arena, e);
}

static err_t decides(const struct pack *p, struct err *e)
{
    return decides_of(p, 0, e);
}

static void a_version_counts_once_two_persons_made_it(void **state)
{
    struct activation x;
    int64_t waits;
    struct err e;
    (void)state;
    assert_int_equal(decides(sichuan, &e), E_INVALID);
    assert_non_null(strstr(e.text, "not activated"));
    assert_int_equal(activate(&x, &waits, first, sichuan, "", &e), E_INVALID); /* why? */
    int64_t entries = world_entries(&w);
    assert_ok(activate(&x, &waits, first, sichuan, "施行", &e), &e);
    assert_int_equal(x.id, 0);
    assert_true(waits > 0);
    assert_int_equal(decides(sichuan, NULL), E_INVALID);
    assert_int_equal(activate(&x, &waits, first, sichuan, "", &e), E_CONFLICT); /* himself */
    assert_int_equal(activate(&x, &waits, elsewhere, sichuan, "", &e), E_DENIED);
    assert_int_equal(activate(&x, &waits, city, sichuan, "", &e), E_DENIED);
    assert_int_equal(activate(&x, &waits, 0, sichuan, "", &e), E_DENIED); /* the program */
    assert_ok(activate(&x, &waits, second, sichuan, "", &e), &e);
    assert_true(x.id > 0);
    assert_int_equal(x.proposed_by, first);
    assert_int_equal(x.confirmed_by, second);
    assert_str(world_actions(&w, entries), "propose activate sc-yunying-2025 activate");
    assert_ok(decides(sichuan, &e), &e);
    assert_int_equal(activate(&x, &waits, first, sichuan, "again", &e), E_CONFLICT);
    struct str kept;
    assert_ok(pack_files_read(&kept, w.db, sichuan->digest, w.arena, &e), &e);
    assert_true(str_eq(kept, packs_archive(packs, sichuan, w.arena)));
    assert_int_equal(
        world_number(
            &w,
            "SELECT count(*) FROM record_version WHERE type = 'pack_activation' AND content"
            " LIKE ?1",
            VALUES(
                v_str(arena_printf(w.arena, "%%\"digest\":\"%.*s\"%%", STR_ARG(sichuan->digest))))),
        1);
}

static void another_version_takes_the_place_of_the_one_before(void **state)
{
    struct pack later = *sichuan;
    struct activation x;
    int64_t waits;
    struct err e;
    (void)state;
    later.digest = STR("00ff");
    assert_ok(activate(&x, &waits, first, sichuan, "施行", &e), &e);
    assert_int_equal(activate(&x, &waits, second, &later, "", &e), E_CONFLICT); /* not what waits */
    assert_ok(activate(&x, &waits, second, sichuan, "", &e), &e);
    assert_int_equal(decides(&later, &e), E_INVALID);
    assert_non_null(strstr(e.text, "another version"));
    assert_ok(activate(&x, &waits, second, &later, "修订", &e), &e);
    assert_ok(activate(&x, &waits, first, &later, "", &e), &e);
    assert_ok(decides(&later, &e), &e);
    assert_int_equal(decides(sichuan, &e), E_INVALID);
    const struct activation *all;
    size_t count;
    assert_ok(pack_activations(&all, &count, w.db, w.arena, &e), &e);
    assert_int_equal(count, 2);
    assert_int_equal(all[0].to_ms, 0);
    assert_true(all[1].to_ms > 0);
}

static void a_case_keeps_the_version_that_counted_when_it_began(void **state)
{
    struct pack later = *sichuan;
    struct activation x;
    int64_t waits, began = w.clock.fixed_ms;
    struct err e;
    (void)state;
    later.digest = STR("00ff");
    assert_ok(activate(&x, &waits, first, sichuan, "施行", &e), &e);
    assert_ok(activate(&x, &waits, second, sichuan, "", &e), &e);
    w.clock.fixed_ms += 1000;
    assert_ok(activate(&x, &waits, second, &later, "修订", &e), &e);
    assert_ok(activate(&x, &waits, first, &later, "", &e), &e);
    assert_ok(decides_of(sichuan, began, &e), &e);
    assert_int_equal(decides_of(sichuan, began - 1, &e), E_INVALID);    /* before it counted */
    assert_int_equal(decides_of(sichuan, began + 1000, &e), E_INVALID); /* the later one did */
    assert_ok(decides_of(&later, began + 1000, &e), &e);
}

static void a_draft_is_never_activated(void **state)
{
    struct activation x;
    int64_t waits;
    struct err e;
    (void)state;
    assert_int_equal(activate(&x, &waits, elsewhere, shanxi, "试行", &e), E_INVALID);
    assert_non_null(strstr(e.text, "draft"));
}

static void a_proposal_is_taken_back_refused_or_runs_out(void **state)
{
    struct deed d;
    struct activation x;
    int64_t waits;
    struct err e;
    (void)state;
    d = deed_of(first, "不急");
    assert_int_equal(pair_refuse(w.db, &d, 999, &e), E_NOTFOUND);
    assert_ok(activate(&x, &waits, first, sichuan, "施行", &e), &e);
    assert_ok(pair_refuse(w.db, &d, waits, &e), &e);
    assert_ok(activate(&x, &waits, first, sichuan, "施行", &e), &e);
    d = deed_of(second, "不同意");
    assert_ok(pair_refuse(w.db, &d, waits, &e), &e);
    assert_ok(activate(&x, &waits, first, sichuan, "施行", &e), &e);
    w.clock.fixed_ms += PROPOSAL_LIFE_MS + 1;
    assert_int_equal(activate(&x, &waits, second, sichuan, "施行", &e), E_CONFLICT);
    assert_ok(activate(&x, &waits, second, sichuan, "另有理由", &e), &e);
    assert_int_equal(x.id, 0); /* proposed anew, for a reason of his own */
    assert_int_equal(
        world_number(&w, "SELECT count(*) FROM proposal WHERE state = 'expired'", NULL, 0), 1);
}

static void who_left_the_office_is_no_first_person(void **state)
{
    struct activation x;
    int64_t waits;
    struct err e;
    (void)state;
    assert_ok(activate(&x, &waits, first, sichuan, "施行", &e), &e);
    world_run(&w, "UPDATE role_grant SET to_date = '2026-01-01' WHERE account = ?1",
              VALUES(v_i64(first)));
    assert_int_equal(activate(&x, &waits, second, sichuan, "", &e), E_CONFLICT);
}

/* One officer proposes; another of the same office confirms. */
static err_t choose(bool *changed, int64_t account, const char *ambiguity, const char *reading,
                    const char *reason, struct err *e)
{
    struct deed d = deed_of(account, reason);
    struct deed confirms = deed_of(account == first ? second : first, "");
    int64_t waits;
    d.waits = confirms.waits = &waits;
    err_t rc = reading_choose(changed, w.db, &d, sichuan, str_of(ambiguity), str_of(reading), e);
    if (rc != OK || !waits)
        return rc;
    assert_false(*changed);
    return reading_choose(changed, w.db, &confirms, sichuan, str_of(ambiguity), str_of(reading), e);
}

static void a_reading_is_chosen_by_whom_the_pack_names(void **state)
{
    const struct reading *all;
    size_t count;
    struct err e;
    bool changed;
    (void)state;
    assert_int_equal(choose(&changed, first, "A-40", "next_day", "民法典203", &e), E_DENIED);
    assert_non_null(strstr(e.text, "authority for it here"));
    world_authority(&w, office, "sc-yunying-2025", "recognise", "140000", "2025-01-01", NULL);
    assert_int_equal(choose(&changed, first, "A-40", "next_day", "民法典203", &e), E_DENIED);
    world_authority(&w, office, "sc-yunying-2025", "recognise", "510000", "2025-01-01", NULL);
    assert_int_equal(choose(&changed, elsewhere, "A-40", "next_day", "民法典203", &e), E_DENIED);
    assert_int_equal(choose(&changed, 0, "A-40", "next_day", "民法典203", &e), E_DENIED);
    assert_int_equal(choose(&changed, first, "A-40", "next_day", "", &e), E_INVALID);
    assert_int_equal(choose(&changed, first, "A-40", "never", "x", &e), E_INVALID);
    assert_int_equal(choose(&changed, first, "A-99", "never", "x", &e), E_INVALID);
    assert_ok(choose(&changed, first, "A-40", "stays", "惯例", &e), &e);
    assert_false(changed); /* it is the usual one */
    int64_t entries = world_entries(&w);
    assert_ok(choose(&changed, first, "A-40", "next_day", "民法典203", &e), &e);
    assert_true(changed);
    assert_ok(choose(&changed, first, "A-40", "next_day", "民法典203", &e), &e);
    assert_false(changed);
    assert_ok(choose(&changed, second, "A-40", "stays", "改回", &e), &e);
    assert_true(changed);
    assert_str(world_actions(&w, entries),
               "propose read sc-yunying-2025 A-40 read propose read sc-yunying-2025 A-40 read");
    assert_int_equal(choose(&changed, elsewhere, "A-01", "at_least", "处室答复", &e), E_DENIED);
    assert_ok(choose(&changed, first, "A-01", "at_least", "处室答复", &e),
              &e); /* by an authority */
    assert_true(changed);
    world_run(&w, "UPDATE role_grant SET role = 'finance_officer' WHERE account = ?1",
              VALUES(v_i64(first)));
    assert_int_equal(choose(&changed, first, "A-01", "above", "改回", &e), E_DENIED);
    assert_ok(readings_load(&all, &count, w.db, STR("sc-yunying-2025"), w.arena, &e), &e);
    assert_int_equal(count, 2);
    assert_str(all[0].reading, "at_least");
    assert_str(all[1].reading, "stays");
    assert_str(all[1].reason, "改回");
}

static err_t choose_in(const struct pack *p, int64_t account, const char *ambiguity,
                       const char *reading, struct err *e)
{
    struct deed d = deed_of(account, "虚构");
    int64_t waits;
    bool changed;
    d.waits = &waits;
    return reading_choose(&changed, w.db, &d, p, str_of(ambiguity), str_of(reading), e);
}

/* A record of authority alone is not enough: not of an office that the text does not name, nor of another province. */
static void a_reading_is_chosen_by_nobody_else(void **state)
{
    int64_t centre = world_unit(&w, "province_ip_centre", "510000");
    int64_t interpreter = person("interpreter", centre, "ip_centre_officer");
    const struct pack *base;
    struct err e;
    (void)state;
    assert_ok(packs_get(&base, packs, STR("sc-shifan-draft"), &e), &e);
    world_authority(&w, office, "sc-shifan-draft", "interpret", "510000", "2026-01-01", NULL);
    assert_int_equal(choose_in(base, first, "A-13", "exclusive", &e), E_DENIED);
    assert_non_null(strstr(e.text, "四川省知识产权中心"));
    assert_int_equal(choose_in(base, interpreter, "A-13", "exclusive", &e), E_DENIED);
    world_authority(&w, centre, "sc-shifan-draft", "interpret", "510000", "2026-01-01", NULL);
    assert_ok(choose_in(base, interpreter, "A-13", "exclusive", &e), &e);
    world_authority(&w, office, "sx-yunying-draft", "recognise", "140000", "2026-01-01", NULL);
    world_authority(&w, office, "sx-yunying-draft", "recognise", "510000", "2026-01-01", NULL);
    assert_int_equal(choose_in(shanxi, first, "A-40", "next_day", &e), E_DENIED);
    /* Of a function that the text gives to nobody: an office of its province. */
    world_authority(&w, centre, "sc-shifan-draft", "recognise", "510000", "2026-01-01", NULL);
    assert_int_equal(choose_in(base, interpreter, "A-40", "next_day", &e), E_DENIED);
    world_authority(&w, office, "sc-shifan-draft", "recognise", "510000", "2026-01-01", NULL);
    assert_ok(choose_in(base, first, "A-40", "next_day", &e), &e);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(a_version_counts_once_two_persons_made_it),
        WITH_WORLD(another_version_takes_the_place_of_the_one_before),
        WITH_WORLD(a_case_keeps_the_version_that_counted_when_it_began),
        WITH_WORLD(a_draft_is_never_activated),
        WITH_WORLD(a_proposal_is_taken_back_refused_or_runs_out),
        WITH_WORLD(who_left_the_office_is_no_first_person),
        WITH_WORLD(a_reading_is_chosen_by_whom_the_pack_names),
        WITH_WORLD(a_reading_is_chosen_by_nobody_else),
    };
    return cmocka_run_group_tests_name("activation", tests, NULL, NULL);
}
