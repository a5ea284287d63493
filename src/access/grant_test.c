/* Units, accounts and roles: who may, what must stay apart, what each deed leaves in
 * the log. */
#include "test.h"

#include "access/account.h"
#include "access/assignment.h"
#include "access/erase.h"
#include "access/grant.h"
#include "access/unit.h"
#include "access/world.h"
#include "base/rand.h"

static struct world w;
static int64_t office, centre, other_centre;
static int64_t guardian, manager, staff;

static int64_t person(const char *name, int64_t unit, const char *role)
{
    int64_t id = world_account(&w, name, unit);
    if (role)
        world_grant(&w, id, unit, role, "2026-01-01", "", 0);
    return id;
}

static int open_world(void **state)
{
    (void)state;
    world_open(&w);
    office = world_unit(&w, "province_office", "510000");
    centre = world_unit(&w, "party", "510104");
    other_centre = world_unit(&w, "party", "510700");
    guardian = person("guardian", office, "security_administrator");
    manager = person("manager", centre, "centre_manager");
    staff = person("staff", centre, NULL);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

static err_t give(int64_t by, int64_t to, const char *role, struct err *e)
{
    int64_t id;
    struct deed d = world_deed(&w, by ? world_subject(&w, by) : NULL);
    return grant_role(&id, w.db, &d, &(struct new_grant){.account = to, .role = str_of(role)}, e);
}

static err_t lend(int64_t by, int64_t to, const char *role, const char *until, struct err *e)
{
    int64_t id;
    struct deed d = world_deed(&w, world_subject(&w, by));
    return grant_delegate(
        &id, w.db, &d,
        &(struct new_grant){.account = to, .role = str_of(role), .to = str_of(until)}, e);
}

static bool stands_for(int64_t account, int64_t lender, const char *programme)
{
    return subject_stands_for(world_subject(&w, account), lender, str_of(programme));
}

static bool holds(int64_t account, const char *role)
{
    return subject_has_role(world_subject(&w, account), role);
}

/* --- giving ------------------------------------------------------------------------ */

static void a_guardian_gives_and_the_log_says_so(void **state)
{
    (void)state;
    struct err e;
    struct deed d = world_deed(&w, world_subject(&w, guardian));
    int64_t id = 0, before = world_entries(&w);
    d.reason = STR("new colleague");
    assert_ok(
        grant_role(&id, w.db, &d, &(struct new_grant){.account = staff, .role = STR("expert")}, &e),
        &e);
    assert_true(holds(staff, "expert"));
    assert_str(world_actions(&w, before), "grant");
    assert_int_equal(world_number(&w,
                                  "SELECT count(*) FROM record_version v JOIN log_entry l ON"
                                  " l.uid = v.entry WHERE v.type = 'role_grant' AND v.version = 1"
                                  " AND v.record_id = ?1 AND v.reason = 'new colleague'",
                                  VALUES(v_i64(id))),
                     1);
    assert_ok(grant_end(w.db, &d, id, &e), &e);
    assert_false(holds(staff, "expert"));
    assert_int_equal(grant_end(w.db, &d, id, &e), E_CONFLICT);
    assert_str(world_actions(&w, before), "grant end");
}

static void roles_are_given_by_those_who_may(void **state)
{
    (void)state;
    struct err e;
    int64_t sysadmin = person("sysadmin", office, "system_administrator");
    assert_int_equal(give(sysadmin, staff, "centre_staff", &e), E_DENIED);
    assert_int_equal(give(staff, manager, "expert", &e), E_DENIED);
    assert_int_equal(give(guardian, guardian, "province_officer", &e), E_DENIED); /* himself */
    assert_int_equal(give(guardian, staff, "no_such_role", &e), E_INVALID);
    assert_int_equal(give(guardian, staff, "public", &e), E_INVALID);
    assert_int_equal(give(guardian, staff, "city_officer", &e), E_INVALID); /* not in a party */
    assert_int_equal(give(guardian, 999, "expert", &e), E_NOTFOUND);
    assert_ok(give(0, staff, "expert", &e), &e); /* the program */
}

static void a_manager_gives_staff_roles_in_his_own_unit(void **state)
{
    (void)state;
    struct err e;
    int64_t stranger = person("stranger", other_centre, NULL);
    assert_ok(give(manager, staff, "centre_staff", &e), &e);
    assert_int_equal(give(manager, stranger, "centre_staff", &e), E_DENIED);
    assert_int_equal(give(manager, staff, "centre_manager", &e), E_DENIED);
    assert_int_equal(give(manager, staff, "expert", &e), E_DENIED);
    assert_int_equal(give(manager, manager, "centre_staff", &e), E_DENIED);
}

static void a_lent_managers_role_gives_nothing(void **state)
{
    (void)state;
    struct err e;
    int64_t third = person("third", centre, NULL);
    assert_ok(lend(manager, staff, "centre_manager", "2026-12-01", &e), &e);
    assert_true(holds(staff, "centre_manager"));
    assert_int_equal(give(staff, third, "centre_staff", &e), E_DENIED);
}

static void days_that_have_passed_are_not_given(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to;
        err_t rc;
    } cases[] = {{"2026-11-19", "", E_INVALID},
                 {"2026-11-20", "2026-11-19", E_INVALID},
                 {"2026-11-31", "", E_INVALID},
                 {"tomorrow", "", E_INVALID},
                 {"2026-11-20", "2026-11-20", OK}};
    struct err e;
    struct deed d = world_deed(&w, world_subject(&w, guardian));
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int64_t id;
        struct new_grant g = {staff, STR("expert"), str_of(cases[i].from), str_of(cases[i].to)};
        assert_int_equal(grant_role(&id, w.db, &d, &g, &e), cases[i].rc);
    }
}

/* --- separation --------------------------------------------------------------------- */

static void nobody_holds_two_of_the_three_nor_a_role_beside_one(void **state)
{
    (void)state;
    struct err e;
    int64_t x = person("x", office, NULL);
    assert_ok(give(guardian, x, "system_administrator", &e), &e);
    assert_int_equal(give(guardian, x, "audit_administrator", &e), E_CONFLICT);
    assert_int_equal(give(guardian, x, "security_administrator", &e), E_CONFLICT);
    assert_int_equal(give(guardian, x, "province_officer", &e), E_CONFLICT);
    assert_int_equal(give(guardian, x, "system_administrator", &e), E_CONFLICT); /* twice */
    int64_t y = person("y", office, "province_officer");
    assert_int_equal(give(guardian, y, "audit_administrator", &e), E_CONFLICT);
    assert_int_equal(give(0, y, "audit_administrator", &e), E_CONFLICT); /* nor the program */
}

static void days_apart_do_not_help(void **state)
{
    (void)state;
    struct err e;
    struct deed d = world_deed(&w, world_subject(&w, guardian));
    int64_t x = person("x", office, NULL), id;
    struct new_grant later = {x, STR("audit_administrator"), STR("2027-01-01"), STR("2027-12-31")};
    assert_ok(grant_role(&id, w.db, &d, &later, &e), &e);
    assert_false(holds(x, "audit_administrator"));
    struct new_grant now = {x, STR("system_administrator"), STR_NONE, STR("2026-12-31")};
    assert_int_equal(grant_role(&id, w.db, &d, &now, &e), E_CONFLICT);
}

/* Whatever is tried, no account ends with two of the three, or one and more. */
static void no_sequence_of_deeds_joins_what_must_be_apart(void **state)
{
    (void)state;
    static const char *const roles[] = {
        "system_administrator", "security_administrator", "audit_administrator", "province_officer",
        "province_leader",      "centre_staff",           "centre_manager",      "expert"};
    struct rand r = {test_seed(7)};
    struct err e;
    int64_t people[8], done = 0;

    for (size_t i = 0; i < ARRAY_LEN(people); i++)
        people[i] = person(arena_printf(w.arena, "p%zu", i).ptr, i % 2 ? office : centre, NULL);
    for (int n = 0; n < 3000; n++) {
        int64_t by = rand_below(&r, 4) ? guardian : people[rand_below(&r, 8)];
        int64_t to = people[rand_below(&r, 8)];
        const char *role = roles[rand_below(&r, 8)];
        struct deed d = world_deed(&w, world_subject(&w, by));
        err_t rc;
        if (rand_below(&r, 3) == 0)
            rc = lend(by, to, role, "2026-12-31", &e);
        else if (rand_below(&r, 2))
            rc = give(by, to, role, &e);
        else
            rc = grant_end(w.db, &d, 1 + rand_below(&r, (uint32_t)(10 + done)), &e);
        done += rc == OK;
        assert_true(rc == OK || rc == E_DENIED || rc == E_CONFLICT || rc == E_INVALID ||
                    rc == E_NOTFOUND);
        assert_int_equal(
            world_number(&w,
                         "SELECT count(*) FROM role_grant a JOIN role_grant b ON"
                         " a.account = b.account AND a.id <> b.id WHERE a.state = 'active' AND"
                         " b.state = 'active' AND a.role IN ('system_administrator',"
                         " 'security_administrator', 'audit_administrator')",
                         NULL, 0),
            0);
        assert_true(holds(guardian, "security_administrator") ||
                    world_number(&w,
                                 "SELECT count(*) FROM role_grant WHERE state = 'active' AND"
                                 " role = 'security_administrator'",
                                 NULL, 0) > 0);
        if (!holds(guardian, "security_administrator"))
            assert_ok(give(0, guardian, "security_administrator", &e), &e);
    }
    print_message("# %lld of 3000 deeds done\n", (long long)done);
    assert_true(done > 100);
    /* Every grant's every version has its entry. */
    assert_int_equal(
        world_number(&w,
                     "SELECT count(*) FROM role_grant g WHERE g.id > 2 AND g.version <> ("
                     "SELECT count(*) FROM record_version v JOIN log_entry l ON l.uid = v.entry"
                     " WHERE v.type = 'role_grant' AND v.record_id = g.id)",
                     NULL, 0),
        0);
}

static void the_last_guardian_stays(void **state)
{
    (void)state;
    struct err e;
    struct deed d = world_deed(&w, world_subject(&w, guardian));
    int64_t id =
        world_number(&w, "SELECT id FROM role_grant WHERE account = ?1", VALUES(v_i64(guardian)));
    assert_int_equal(grant_end(w.db, &d, id, &e), E_CONFLICT);
    struct deed program = world_deed(&w, NULL);
    assert_int_equal(account_disable(w.db, &program, guardian, 0, &e), E_CONFLICT);
    assert_int_equal(account_move(w.db, &program, guardian, centre, &e), E_CONFLICT);
    person("second", office, "security_administrator");
    assert_ok(grant_end(w.db, &d, id, &e), &e);
}

/* --- lending ------------------------------------------------------------------------ */

static void one_lends_what_one_has_for_as_long_as_one_has_it(void **state)
{
    (void)state;
    struct err e;
    int64_t lender = person("lender", centre, NULL), far = person("far", other_centre, NULL);
    world_grant(&w, lender, centre, "centre_staff", "2026-01-01", "2026-12-31", 0);
    assert_int_equal(lend(lender, staff, "centre_staff", "2027-01-01", &e), E_DENIED);
    assert_int_equal(lend(lender, staff, "centre_staff", "", &e), E_INVALID);
    assert_int_equal(lend(lender, staff, "centre_manager", "2026-12-31", &e), E_DENIED);
    assert_int_equal(lend(lender, lender, "centre_staff", "2026-12-31", &e), E_DENIED);
    assert_int_equal(lend(lender, far, "centre_staff", "2026-12-31", &e), E_INVALID);
    assert_ok(lend(lender, staff, "centre_staff", "2026-12-31", &e), &e);
    assert_int_equal(lend(lender, staff, "centre_staff", "2026-12-31", &e), E_CONFLICT);
    int64_t third = person("third", centre, NULL); /* not on */
    assert_int_equal(lend(staff, third, "centre_staff", "2026-12-31", &e), E_DENIED);
    int64_t grant = world_number(&w, "SELECT max(id) FROM role_grant", NULL, 0);
    struct deed d = world_deed(&w, world_subject(&w, third));
    assert_int_equal(grant_end(w.db, &d, grant, &e), E_DENIED);
    d = world_deed(&w, world_subject(&w, lender));
    assert_ok(grant_end(w.db, &d, grant, &e), &e);
    assert_false(holds(staff, "centre_staff"));
}

static void a_judgement_and_an_administration_are_not_lent(void **state)
{
    (void)state;
    struct err e;
    int64_t judge = person("judge", centre, "expert"), clerk = person("clerk", office, NULL);
    assert_int_equal(lend(judge, staff, "expert", "2026-12-31", &e), E_DENIED);
    assert_int_equal(lend(guardian, clerk, "security_administrator", "2026-12-31", &e), E_DENIED);
    int64_t sysadmin = person("sysadmin", office, "system_administrator");
    int64_t officer = person("officer", office, "province_officer");
    assert_int_equal(lend(officer, sysadmin, "province_officer", "2026-12-31", &e), E_CONFLICT);
}

/* --- accounts ------------------------------------------------------------------------ */

static err_t add(int64_t by, const char *name, int64_t unit, int64_t *id, struct err *e)
{
    struct deed d = world_deed(&w, by ? world_subject(&w, by) : NULL);
    return account_add(
        id, w.db, &d,
        &(struct new_account){.name = str_of(name), .display_name = STR("张三"), .unit = unit}, e);
}

static void an_account_is_added_once_under_one_spelling(void **state)
{
    (void)state;
    struct err e;
    int64_t id, found, before = world_entries(&w);
    assert_ok(add(guardian, " Zhang.San@x ", centre, &id, &e), &e);
    assert_int_equal(add(guardian, "zhang.san@X", office, &found, &e), E_CONFLICT);
    assert_ok(account_find(&found, w.db, STR("ZHANG.san@x"), w.arena, &e), &e);
    assert_int_equal(found, id);
    assert_str(world_actions(&w, before), "create");
    static const char *const bad[] = {"", "a", "张三", "-a", "a b", "a\nb", "a/b"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(add(guardian, bad[i], centre, &found, &e), E_INVALID);
    assert_int_equal(add(guardian, "new", 999, &found, &e), E_INVALID);
    assert_int_equal(account_find(&found, w.db, STR("nobody"), w.arena, &e), E_NOTFOUND);
}

static void accounts_are_managed_by_those_who_may(void **state)
{
    (void)state;
    struct err e;
    int64_t id;
    int64_t sysadmin = person("sysadmin", office, "system_administrator");
    int64_t auditor = person("keeper", office, "audit_administrator");
    assert_ok(add(manager, "mine", centre, &id, &e), &e);
    assert_int_equal(add(manager, "theirs", other_centre, &id, &e), E_DENIED);
    assert_int_equal(add(staff, "theirs", centre, &id, &e), E_DENIED);
    assert_int_equal(add(auditor, "theirs", centre, &id, &e), E_DENIED);
    assert_ok(add(sysadmin, "theirs", other_centre, &id, &e), &e);
    struct deed d = world_deed(&w, world_subject(&w, sysadmin));
    assert_int_equal(account_disable(w.db, &d, auditor, 0, &e), E_DENIED);  /* he keeps the log */
    assert_int_equal(account_disable(w.db, &d, sysadmin, 0, &e), E_DENIED); /* himself */
    struct deed own = world_deed(&w, world_subject(&w, manager));
    assert_int_equal(account_disable(w.db, &own, manager, 0, &e), E_DENIED);
    assert_ok(lend(manager, staff, "centre_manager", "2026-12-01", &e), &e);
    assert_int_equal(add(staff, "lent", centre, &id, &e), E_DENIED); /* by a lent role */
    assert_ok(account_disable(w.db, &d, staff, 0, &e), &e);
    d = world_deed(&w, world_subject(&w, guardian));
    assert_ok(account_disable(w.db, &d, auditor, 0, &e), &e);
}

static void what_a_disabled_person_carries_stops_at_once(void **state)
{
    (void)state;
    struct err e;
    struct deed d = world_deed(&w, world_subject(&w, guardian));
    world_run(&w,
              "INSERT INTO session (digest, account, started_ms, seen_ms, proved_ms, means)"
              " VALUES ('d', ?1, 0, 0, 0, 'password')",
              VALUES(v_i64(staff)));
    world_run(&w,
              "INSERT INTO api_token (digest, account, scopes, created_ms, created_by,"
              " expires_ms) VALUES ('d', ?1, 'records', 0, 0, 9)",
              VALUES(v_i64(staff)));
    world_run(&w,
              "INSERT INTO sign_in_link (digest, purpose, account, created_ms, created_by,"
              " expires_ms) VALUES ('d', 'sign_in', ?1, 0, 0, 9)",
              VALUES(v_i64(staff)));
    int64_t before = world_entries(&w);
    assert_ok(account_disable(w.db, &d, staff, 0, &e), &e);
    assert_int_equal(account_disable(w.db, &d, staff, 0, &e), E_CONFLICT);
    assert_int_equal(world_number(&w, "SELECT count(*) FROM session", NULL, 0), 0);
    assert_int_equal(
        world_number(&w, "SELECT count(*) FROM api_token WHERE ended_ms IS NULL", NULL, 0), 0);
    assert_int_equal(
        world_number(&w, "SELECT count(*) FROM sign_in_link WHERE used_ms IS NULL", NULL, 0), 0);
    struct subject s;
    assert_int_equal(subject_load(&s, w.db, staff, STR(WORLD_TODAY), 0, w.arena, &e), E_DENIED);
    assert_ok(account_enable(w.db, &d, staff, &e), &e);
    assert_int_equal(account_enable(w.db, &d, staff, &e), E_CONFLICT);
    assert_str(world_actions(&w, before), "disable enable");
    assert_ok(subject_load(&s, w.db, staff, STR(WORLD_TODAY), 0, w.arena, &e), &e);
}

static void what_an_administrator_closed_its_manager_does_not_open(void **state)
{
    (void)state;
    struct err e;
    struct deed above = world_deed(&w, world_subject(&w, guardian));
    struct deed own = world_deed(&w, world_subject(&w, manager));
    assert_ok(account_disable(w.db, &above, staff, 0, &e), &e);
    assert_int_equal(account_enable(w.db, &own, staff, &e), E_DENIED);
    assert_ok(account_enable(w.db, &above, staff, &e), &e);
    assert_ok(account_disable(w.db, &own, staff, 0, &e), &e);
    assert_ok(account_enable(w.db, &own, staff, &e), &e);
    /* Closed before it was kept by whom: only from above. */
    assert_ok(account_disable(w.db, &own, staff, 0, &e), &e);
    world_run(&w, "UPDATE account SET disabled_by = NULL WHERE id = ?1", VALUES(v_i64(staff)));
    assert_int_equal(account_enable(w.db, &own, staff, &e), E_DENIED);
    assert_ok(account_enable(w.db, &above, staff, &e), &e);
}

static void who_moves_leaves_all_roles_behind(void **state)
{
    (void)state;
    struct err e;
    struct deed d = world_deed(&w, world_subject(&w, guardian));
    assert_ok(lend(manager, staff, "centre_manager", "2026-12-31", &e), &e);
    int64_t before = world_entries(&w);
    assert_ok(account_move(w.db, &d, manager, other_centre, &e), &e);
    assert_str(world_actions(&w, before), "end end move"); /* own, lent, account */
    assert_false(holds(staff, "centre_manager"));
    struct subject *s = world_subject(&w, manager);
    assert_int_equal(s->grant_count, 1);
    assert_str(s->city, "5107");
    assert_int_equal(account_move(w.db, &d, manager, other_centre, &e), E_CONFLICT);
}

static void an_invited_person_becomes_active_once(void **state)
{
    (void)state;
    struct err e;
    int64_t id;
    assert_ok(add(guardian, "newcomer", centre, &id, &e), &e);
    struct deed d = world_deed(&w, NULL);
    int64_t before = world_entries(&w);
    assert_ok(account_activate(w.db, &d, id, &e), &e);
    assert_ok(account_activate(w.db, &d, id, &e), &e);
    assert_str(world_actions(&w, before), "activate");
    assert_ok(account_disable(w.db, &d, id, 0, &e), &e);
    assert_int_equal(account_activate(w.db, &d, id, &e), E_DENIED);
}

/* --- erasing ------------------------------------------------------------------------- */

static const char canary[] = "canary-7f3a";

/* Where it stands in the tables that name a person. */
static int64_t canaries(void)
{
    static const struct {
        const char *table, *columns[5];
    } tables[] = {
        {"account", {"name", "display_name", "email", "phone"}},
        {"credential", {"password", "totp"}},
        {"password_past", {"password"}},
        {"recovery_code", {"digest"}},
        {"session", {"address", "digest", "means"}},
        {"known_device", {"label", "digest"}},
        {"api_token", {"label"}},
        {"outside_identity", {"outside_subject"}},
    };
    struct err e;
    int64_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(tables); i++)
        for (size_t c = 0; tables[i].columns[c]; c++) {
            struct stmt *st = NULL;
            bool has_row;
            struct str sql = arena_printf(w.arena, "SELECT count(*) FROM %s WHERE %s LIKE ?1",
                                          tables[i].table, tables[i].columns[c]);
            assert_ok(db_query_once(&st, w.db, sql.ptr, VALUES(v_str(STR("%canary-7f3a%"))), &e),
                      &e);
            assert_ok(stmt_next(&has_row, st, &e), &e);
            n += stmt_i64(st, 0);
            stmt_free(st);
        }
    return n;
}

static void nothing_of_an_erased_person_stays_in_these_tables(void **state)
{
    (void)state;
    char entry[LOG_UID_LEN + 1];
    struct err e;
    struct value id = v_i64(staff), text = v_str(str_of(canary));
    static const char *const fill[] = {
        "UPDATE account SET name = ?2, display_name = ?2, email = ?2, phone = ?2 WHERE id = ?1",
        "INSERT INTO credential (account, password, password_temporary, totp, totp_confirmed)"
        " VALUES (?1, ?2, 0, ?2, 1)",
        "INSERT INTO password_past (account, set_ms, password) VALUES (?1, 1, ?2)",
        "INSERT INTO recovery_code (account, digest) VALUES (?1, ?2)",
        "INSERT INTO session (digest, account, started_ms, seen_ms, proved_ms, means, address)"
        " VALUES (?2, ?1, 0, 0, 0, ?2, ?2)",
        "INSERT INTO known_device (account, digest, label, first_ms, last_ms)"
        " VALUES (?1, ?2, ?2, 0, 0)",
        "INSERT INTO api_token (digest, account, label, scopes, created_ms, created_by,"
        " expires_ms) VALUES ('d', ?1, ?2, 'all', 0, 0, 9)",
        "INSERT INTO outside_identity (provider, outside_subject, account, created_ms,"
        " created_by) VALUES ('oidc:x', ?2, ?1, 0, 0)"};
    for (size_t i = 0; i < ARRAY_LEN(fill); i++)
        world_run(&w, fill[i], VALUES(id, text));
    assert_true(canaries() >= 13);
    struct deed d = world_deed(&w, world_subject(&w, manager));
    struct erasure of = {.type = STR("account"), .id = staff, .in_person = true};
    assert_int_equal(erasure_may(w.db, &d, &of, &e), E_DENIED);
    d = world_deed(&w, world_subject(&w, guardian));
    assert_ok(erasure_may(w.db, &d, &of, &e), &e);
    assert_int_equal(erase_account_check(w.db, &d, staff, &e), E_CONFLICT);
    assert_ok(account_disable(w.db, &d, staff, 0, &e), &e);
    int64_t before = world_entries(&w);
    assert_ok(erase_account_check(w.db, &d, staff, &e), &e);
    assert_ok(erase_account(entry, w.db, &d, "erase", staff, &e), &e);
    assert_str(world_actions(&w, before), "erase");
    assert_int_equal(canaries(), 0);
    assert_int_equal(
        world_number(&w, "SELECT count(*) FROM account WHERE id = ?1", VALUES(v_i64(staff))), 1);
}

/* --- units ---------------------------------------------------------------------------- */

static void a_unit_is_added_checked_and_found(void **state)
{
    (void)state;
    struct err e;
    int64_t id, found;
    struct deed d = world_deed(&w, world_subject(&w, guardian));
    struct new_unit u = {.kind = STR("party"),
                         .name = STR("蜀道装备"),
                         .region = STR("510104"),
                         .credit_code = STR("91350100M000100Y43")};
    assert_ok(unit_add(&id, w.db, &d, &u, &e), &e);
    assert_int_equal(unit_add(&found, w.db, &d, &u, &e), E_CONFLICT);
    assert_ok(unit_find(&found, w.db, STR("91350100m000100y43"), w.arena, &e), &e);
    assert_int_equal(found, id);
    assert_ok(unit_find(&found, w.db, STR("蜀道装备"), w.arena, &e), &e);
    assert_int_equal(found, id);
    u.credit_code = STR_NONE; /* a namesake */
    assert_ok(unit_add(&found, w.db, &d, &u, &e), &e);
    assert_int_equal(unit_find(&found, w.db, STR("蜀道装备"), w.arena, &e), E_CONFLICT);
    assert_int_equal(unit_find(&found, w.db, STR("nowhere"), w.arena, &e), E_NOTFOUND);
    u.credit_code = STR("91350100M000100Y44"); /* check digit */
    assert_int_equal(unit_add(&found, w.db, &d, &u, &e), E_INVALID);
    u = (struct new_unit){.kind = STR("club"), .name = STR("x"), .region = STR("510000")};
    assert_int_equal(unit_add(&found, w.db, &d, &u, &e), E_INVALID);
    u.kind = STR("party");
    u.region = STR("51");
    assert_int_equal(unit_add(&found, w.db, &d, &u, &e), E_INVALID);
    u.region = STR("991000"); /* six digits, and no place */
    assert_int_equal(unit_add(&found, w.db, &d, &u, &e), E_INVALID);
    d = world_deed(&w, world_subject(&w, manager));
    u.region = STR("510000");
    assert_int_equal(unit_add(&found, w.db, &d, &u, &e), E_DENIED);
}

static void nobody_of_an_ended_unit_acts_or_is_given_a_role(void **state)
{
    (void)state;
    struct err e;
    struct subject s;
    world_run(&w, "UPDATE unit SET state = 'ended' WHERE id = ?1", VALUES(v_i64(centre)));
    assert_int_equal(subject_load(&s, w.db, staff, STR(WORLD_TODAY), 0, w.arena, &e), E_DENIED);
    assert_int_equal(give(guardian, staff, "expert", &e), E_INVALID);
}

static void a_role_is_lent_to_one_who_holds_it_and_for_programmes(void **state)
{
    (void)state;
    struct err e;
    int64_t id, lender = person("lender", centre, "centre_staff"),
                peer = person("peer", centre, "centre_staff");
    struct deed d = world_deed(&w, world_subject(&w, lender));
    struct new_grant some = {.account = peer,
                             .role = STR("centre_staff"),
                             .to = STR("2026-11-30"),
                             .programmes = STR("sc-a sx-b")};
    assert_ok(grant_delegate(&id, w.db, &d, &some, &e), &e);
    assert_true(stands_for(peer, lender, "sc-a") && stands_for(peer, lender, "sx-b"));
    assert_false(stands_for(peer, lender, "sc-b") || stands_for(lender, peer, "sc-a"));
    assert_int_equal(lend(lender, peer, "centre_staff", "2026-12-31", &e), E_CONFLICT);
    some.from = STR("2026-12-01");
    some.to = STR("2026-12-31");
    assert_ok(grant_delegate(&id, w.db, &d, &some, &e), &e); /* other days */
    assert_ok(lend(lender, staff, "centre_staff", "2026-12-31", &e), &e);
    assert_true(holds(staff, "centre_staff") && stands_for(staff, lender, "sc-b"));
    d = world_deed(&w, world_subject(&w, guardian));
    assert_ok(account_disable(w.db, &d, lender, 0, &e), &e);
    assert_false(stands_for(peer, lender, "sc-a") || holds(staff, "centre_staff"));
}

static void who_leaves_hands_over_to_a_colleague_with_the_same_role(void **state)
{
    (void)state;
    struct err e;
    int64_t leaves = person("leaves", centre, "centre_staff"),
            takes = person("takes", centre, "centre_staff"),
            far = person("far", other_centre, "centre_staff");
    struct deed d = world_deed(&w, world_subject(&w, guardian));
    struct assignment a = {
        .type = STR("deal"), .record_id = 1, .kind = STR("do"), .account = leaves};
    assert_ok(assignment_give(&a, w.db, &d, &e), &e);
    assert_int_equal(account_disable(w.db, &d, leaves, far, &e), E_INVALID);
    assert_int_equal(account_disable(w.db, &d, leaves, manager, &e), E_INVALID);
    assert_int_equal(account_disable(w.db, &d, leaves, leaves, &e), E_INVALID);
    int64_t before = world_entries(&w);
    assert_ok(account_disable(w.db, &d, leaves, takes, &e), &e);
    assert_str(world_actions(&w, before), "pass disable");
    assert_ok(assignment_get(&a, w.db, a.id, w.arena, &e), &e);
    assert_true(a.account == takes && a.given_by == leaves);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(a_guardian_gives_and_the_log_says_so),
        WITH_WORLD(roles_are_given_by_those_who_may),
        WITH_WORLD(a_manager_gives_staff_roles_in_his_own_unit),
        WITH_WORLD(a_lent_managers_role_gives_nothing),
        WITH_WORLD(days_that_have_passed_are_not_given),
        WITH_WORLD(nobody_holds_two_of_the_three_nor_a_role_beside_one),
        WITH_WORLD(days_apart_do_not_help),
        WITH_WORLD(no_sequence_of_deeds_joins_what_must_be_apart),
        WITH_WORLD(the_last_guardian_stays),
        WITH_WORLD(one_lends_what_one_has_for_as_long_as_one_has_it),
        WITH_WORLD(a_role_is_lent_to_one_who_holds_it_and_for_programmes),
        WITH_WORLD(who_leaves_hands_over_to_a_colleague_with_the_same_role),
        WITH_WORLD(a_judgement_and_an_administration_are_not_lent),
        WITH_WORLD(an_account_is_added_once_under_one_spelling),
        WITH_WORLD(accounts_are_managed_by_those_who_may),
        WITH_WORLD(what_a_disabled_person_carries_stops_at_once),
        WITH_WORLD(what_an_administrator_closed_its_manager_does_not_open),
        WITH_WORLD(who_moves_leaves_all_roles_behind),
        WITH_WORLD(an_invited_person_becomes_active_once),
        WITH_WORLD(nothing_of_an_erased_person_stays_in_these_tables),
        WITH_WORLD(a_unit_is_added_checked_and_found),
        WITH_WORLD(nobody_of_an_ended_unit_acts_or_is_given_a_role),
    };
    return cmocka_run_group_tests_name("grant", tests, NULL, NULL);
}
