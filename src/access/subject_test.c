#include "test.h"

#include "access/subject.h"
#include "access/world.h"
#include "text/yaml.h"
#include <stdio.h>

#define TODAY "2026-11-20"

static struct world w;
static int64_t office, centre, city_office, officer, staff, manager;

static int open_world(void **state)
{
    (void)state;
    world_open(&w);
    office = world_unit(&w, "province_office", "510000");
    city_office = world_unit(&w, "city_office", "510100");
    centre = world_unit(&w, "party", "510104");
    officer = world_account(&w, "officer", office);
    staff = world_account(&w, "staff", centre);
    manager = world_account(&w, "manager", centre);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

static struct subject load(int64_t account)
{
    struct subject s;
    struct err e;
    assert_ok(subject_load(&s, w.db, account, STR(TODAY), 1000, w.arena, &e), &e);
    return s;
}

static void a_subject_says_where_it_works(void **state)
{
    (void)state;
    struct subject s = load(staff);
    assert_str(s.city, "5101");
    assert_str(s.province, "51");
    assert_str(s.unit_kind, "party");
    assert_int_equal(s.unit, centre);
    assert_int_equal(s.now_ms, 1000);
    s = load(officer);
    assert_int_equal(s.city.len, 0);
    assert_str(s.province, "51");
    assert_true(subject_has_role(&s, "public"));
    assert_int_equal(s.grant_count, 1);
    assert_false(subject_is_program(&s));
}

static void a_grant_counts_from_its_first_to_its_last_day(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to;
        bool held;
    } cases[] = {{"2026-11-20", "", true},
                 {"2026-11-21", "", false},
                 {"2026-01-01", "2026-11-20", true},
                 {"2026-01-01", "2026-11-19", false}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int64_t who = world_account(&w, arena_printf(w.arena, "p%zu", i).ptr, office);
        world_grant(&w, who, office, "province_officer", cases[i].from, cases[i].to, 0);
        struct subject s = load(who);
        assert_int_equal(subject_has_role(&s, "province_officer"), cases[i].held);
    }
}

static void an_ended_grant_is_gone_at_once(void **state)
{
    (void)state;
    int64_t id = world_grant(&w, officer, office, "province_officer", "2026-01-01", "", 0);
    struct subject s = load(officer);
    assert_true(subject_has_role(&s, "province_officer"));
    world_run(&w, "UPDATE role_grant SET state = 'ended' WHERE id = ?1", VALUES(v_i64(id)));
    s = load(officer);
    assert_false(subject_has_role(&s, "province_officer"));
}

static void a_role_does_not_follow_into_another_unit(void **state)
{
    (void)state;
    int64_t other = world_unit(&w, "party", "510700");
    world_grant(&w, staff, centre, "centre_staff", "2026-01-01", "", 0);
    struct subject s = load(staff);
    assert_true(subject_has_role(&s, "centre_staff"));
    world_run(&w, "UPDATE account SET owner_unit = ?2 WHERE id = ?1",
              VALUES(v_i64(staff), v_i64(other)));
    s = load(staff);
    assert_false(subject_has_role(&s, "centre_staff"));
    assert_str(s.city, "5107");
}

static void a_role_that_its_unit_cannot_have_does_not_count(void **state)
{
    (void)state;
    world_grant(&w, staff, centre, "city_officer", "2026-01-01", "", 0);
    world_grant(&w, staff, centre, "no_such_role", "2026-01-01", "", 0);
    struct subject s = load(staff);
    assert_int_equal(s.grant_count, 1); /* public */
}

static void a_disabled_account_and_an_ended_unit_are_refused(void **state)
{
    (void)state;
    struct subject s;
    struct err e;
    world_run(&w, "UPDATE account SET state = 'disabled' WHERE id = ?1", VALUES(v_i64(staff)));
    assert_int_equal(subject_load(&s, w.db, staff, STR(TODAY), 0, w.arena, &e), E_DENIED);
    world_run(&w, "UPDATE account SET state = 'invited' WHERE id = ?1", VALUES(v_i64(staff)));
    assert_int_equal(subject_load(&s, w.db, staff, STR(TODAY), 0, w.arena, &e), E_DENIED);
    world_run(&w, "UPDATE unit SET state = 'ended' WHERE id = ?1", VALUES(v_i64(office)));
    assert_int_equal(subject_load(&s, w.db, officer, STR(TODAY), 0, w.arena, &e), E_DENIED);
    assert_int_equal(subject_load(&s, w.db, 999, STR(TODAY), 0, w.arena, &e), E_NOTFOUND);
}

static void a_delegation_lasts_while_the_delegator_has_the_right(void **state)
{
    (void)state;
    int64_t own = world_grant(&w, manager, centre, "centre_manager", "2026-01-01", "", 0);
    world_grant(&w, staff, centre, "centre_manager", "2026-11-01", "2026-11-30", manager);
    struct subject s = load(staff);
    assert_int_equal(s.grant_count, 2);
    assert_str(s.grants[1].role->name, "centre_manager"); /* after public */
    assert_int_equal(s.grants[1].on_behalf_of, manager);

    world_run(&w, "UPDATE account SET state = 'disabled' WHERE id = ?1", VALUES(v_i64(manager)));
    assert_int_equal(load(staff).grant_count, 1);
    world_run(&w, "UPDATE account SET state = 'active' WHERE id = ?1", VALUES(v_i64(manager)));
    assert_int_equal(load(staff).grant_count, 2);
    world_run(&w, "UPDATE account SET owner_unit = ?2 WHERE id = ?1",
              VALUES(v_i64(manager), v_i64(office)));
    assert_int_equal(load(staff).grant_count, 1);
    world_run(&w, "UPDATE account SET owner_unit = ?2 WHERE id = ?1",
              VALUES(v_i64(manager), v_i64(centre)));
    world_run(&w, "UPDATE role_grant SET to_date = '2026-11-19' WHERE id = ?1", VALUES(v_i64(own)));
    assert_int_equal(load(staff).grant_count, 1);
}

static void a_right_that_was_delegated_is_not_delegated_on(void **state)
{
    (void)state;
    int64_t third = world_account(&w, "third", centre);
    world_grant(&w, manager, centre, "centre_manager", "2026-01-01", "", 0);
    world_grant(&w, staff, centre, "centre_manager", "2026-01-01", "", manager);
    world_grant(&w, third, centre, "centre_manager", "2026-01-01", "", staff);
    assert_int_equal(load(third).grant_count, 1);
}

static void a_personal_role_is_never_held_for_another(void **state)
{
    (void)state;
    world_grant(&w, manager, centre, "expert", "2026-01-01", "", 0);
    world_grant(&w, staff, centre, "expert", "2026-01-01", "", manager);
    assert_int_equal(load(manager).grant_count, 2);
    assert_int_equal(load(staff).grant_count, 1);
}

static void rows_that_join_what_must_be_apart_lock_the_account(void **state)
{
    (void)state;
    struct subject s;
    struct err e;
    int64_t second = world_grant(&w, officer, office, "system_administrator", "2026-01-01", "", 0);
    world_grant(&w, officer, office, "audit_administrator", "2026-01-01", "", 0);
    assert_int_equal(subject_load(&s, w.db, officer, STR(TODAY), 0, w.arena, &e), E_DENIED);
    world_run(&w, "UPDATE role_grant SET role = 'province_officer' WHERE id = ?1",
              VALUES(v_i64(second)));
    assert_int_equal(subject_load(&s, w.db, officer, STR(TODAY), 0, w.arena, &e), E_DENIED);
}

static void scopes_bind_tokens_only(void **state)
{
    (void)state;
    struct str read = STR("records:read");
    struct subject s = load(officer);
    assert_true(subject_in_scope(&s, "records:write"));
    s.scopes = &read;
    s.scope_count = 1;
    assert_true(subject_in_scope(&s, "records:read"));
    assert_false(subject_in_scope(&s, "records:write"));
    s.scope_count = 0;
    assert_false(subject_in_scope(&s, "records:read"));
}

static void the_business_day_turns_at_midnight_in_china(void **state)
{
    (void)state;
    assert_str(business_date(1795190399999, w.arena), "2026-11-20"); /* 15:59:59.999Z */
    assert_str(business_date(1795190400000, w.arena), "2026-11-21"); /* 16:00Z */
}

static void regions_name_city_and_province(void **state)
{
    (void)state;
    assert_str(region_city_prefix(STR("510104")), "5101");
    assert_int_equal(region_city_prefix(STR("510000")).len, 0);
    assert_str(region_province_prefix(STR("510104")), "51");
    assert_int_equal(region_province_prefix(STR("51")).len, 0);
}

static void every_role_is_found_and_fits_its_units(void **state)
{
    (void)state;
    size_t n = 0;
    for (const struct role *r; (r = role_at(n)) != NULL; n++)
        assert_ptr_equal(role_find(r->name), r);
    assert_int_equal(n, 17);
    assert_null(role_find(STR("nobody")));
    assert_true(role_fits(role_find(STR("expert")), STR("bank")) == false);
    assert_true(role_fits(role_find(STR("expert")), STR("party")));
    assert_true(role_fits(role_find(STR("audit_administrator")), STR("party")));
    assert_false(role_fits(role_find(STR("public")), STR("party")));
}

static bool yes(const struct yvalue *v, const char *name, bool otherwise)
{
    const struct yvalue *x = yin_get(v, name);
    return x ? str_is(x->text, "true") : otherwise;
}

/* The tool that makes the table reads one line a role; the program's own reader must see
 * the same. */
static void the_table_is_what_the_file_says(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct yvalue *file;
    const struct yfault *faults;
    size_t fault_count;
    struct err e;
    char text[16384];
    FILE *f = fopen(arena_printf(a, "%s/types/roles.yaml", getenv("MESON_SOURCE_ROOT")).ptr, "rb");
    assert_non_null(f);
    size_t len = fread(text, 1, sizeof(text), f);
    assert_true(len < sizeof(text));
    fclose(f);
    assert_ok(yin_parse(&file, &faults, &fault_count, (struct str){text, len}, a, &e), &e);
    const struct yvalue *roles = yin_get(file, "roles");
    size_t n = 0;
    while (role_at(n))
        n++;
    assert_int_equal(roles->count, n);
    for (size_t i = 0; i < roles->count; i++) {
        const struct yvalue *v = &roles->items[i], *units = yin_get(v, "unit");
        const struct yvalue *label = yin_get(v, "label"), *by = yin_get(v, "granted_by");
        const struct role *r = role_find(yin_get(v, "name")->text);
        assert_non_null(r);
        assert_true(str_eq(r->label_zh, yin_get(label, "zh")->text));
        assert_true(str_eq(r->label_en, yin_get(label, "en")->text));
        assert_int_equal(r->administrator, yes(v, "administrator", false));
        assert_int_equal(r->delegable, yes(v, "delegable", true));
        assert_int_equal(r->publications, yes(v, "publications", false));
        assert_true(str_eq(r->granted_by, by ? by->text : STR_NONE));
        assert_int_equal(r->unit_kind_count, units->count);
        for (size_t k = 0; k < units->count; k++)
            assert_true(str_eq(r->unit_kinds[k], units->items[k].text));
    }
    arena_free(a);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(a_subject_says_where_it_works),
        WITH_WORLD(a_grant_counts_from_its_first_to_its_last_day),
        WITH_WORLD(an_ended_grant_is_gone_at_once),
        WITH_WORLD(a_role_does_not_follow_into_another_unit),
        WITH_WORLD(a_role_that_its_unit_cannot_have_does_not_count),
        WITH_WORLD(a_disabled_account_and_an_ended_unit_are_refused),
        WITH_WORLD(a_delegation_lasts_while_the_delegator_has_the_right),
        WITH_WORLD(a_right_that_was_delegated_is_not_delegated_on),
        WITH_WORLD(a_personal_role_is_never_held_for_another),
        WITH_WORLD(rows_that_join_what_must_be_apart_lock_the_account),
        WITH_WORLD(scopes_bind_tokens_only),
        WITH_WORLD(the_business_day_turns_at_midnight_in_china),
        WITH_WORLD(regions_name_city_and_province),
        cmocka_unit_test(every_role_is_found_and_fits_its_units),
        cmocka_unit_test(the_table_is_what_the_file_says),
    };
    return cmocka_run_group_tests_name("subject", tests, NULL, NULL);
}
