/* What a server remembers of who asks is never older than the latest change to it,
 * whoever made it. */
#include "test.h"

#include "access/account.h"
#include "access/known.h"
#include "access/world.h"
#include "db/scratch.h"

static struct world w;
static int64_t unit, staff;
static struct known *k;
static struct str digest;

static int open_world(void **state)
{
    (void)state;
    world_open_store(&w);
    unit = world_unit(&w, "party", "510104");
    staff = world_account(&w, "staff", unit);
    digest = arena_printf(w.arena, "%064d", 7);
    k = known_new(w.store);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    known_free(k);
    world_close(&w);
    return 0;
}

/* Whether it was remembered; remembers it from now on. */
static bool was_known(void)
{
    struct bearer b = {0};
    struct err e;
    int64_t number;
    bool found;
    assert_ok(known_get(&found, &b, &number, k, digest, STR(WORLD_TODAY), w.arena, &e), &e);
    if (found) {
        assert_int_equal(b.subject.account, staff);
        assert_str(b.subject.name, "staff");
        return true;
    }
    b = (struct bearer){.subject = {.account = staff, .name = STR("staff")}};
    b.token.token.account = staff;
    known_put(k, digest, STR(WORLD_TODAY), number, &b);
    return false;
}

static void every_change_of_who_somebody_is_is_met_on_the_next_request(void **state)
{
    (void)state;
    static const char *const changes[] = {
        "UPDATE unit SET name = 'x' WHERE id = ?1",
        "UPDATE account SET state = 'disabled' WHERE owner_unit = ?1",
        "UPDATE account SET state = 'active' WHERE owner_unit = ?1",
        "INSERT INTO role_grant (version, state, owner_unit, owner_province, secrecy, published,"
        " created_ms, created_by, changed_ms, changed_by, account, role, from_date)"
        " SELECT 1, 'active', ?1, '51', 0, 0, 1, 0, 1, 0, id, 'centre_staff', '2026-01-01'"
        " FROM account WHERE owner_unit = ?1",
        "UPDATE role_grant SET state = 'ended' WHERE owner_unit = ?1",
        "DELETE FROM role_grant WHERE owner_unit = ?1",
        "INSERT INTO credential (account, password_temporary, totp_confirmed)"
        " SELECT id, 0, 0 FROM account WHERE owner_unit = ?1",
        "UPDATE credential SET password_temporary = 1 WHERE ?1 > 0",
        "DELETE FROM credential WHERE ?1 > 0",
        "INSERT INTO session (digest, account, started_ms, seen_ms, proved_ms, means)"
        " SELECT 'd', id, 1, 1, 1, 'password' FROM account WHERE owner_unit = ?1",
        "UPDATE session SET seen_ms = 2 WHERE ?1 > 0",
        "DELETE FROM session WHERE ?1 > 0",
        "INSERT INTO api_token (digest, account, scopes, created_ms, created_by, expires_ms)"
        " SELECT 'd', id, 'all', 1, 0, 2 FROM account WHERE owner_unit = ?1",
        "UPDATE api_token SET ended_ms = 2 WHERE ?1 > 0",
        "DELETE FROM api_token WHERE ?1 > 0",
        "INSERT INTO setting (name, value, changed_ms, changed_by) VALUES ('x', 'y', ?1, 0)",
        "UPDATE setting SET value = 'z' WHERE ?1 > 0",
        "DELETE FROM setting WHERE ?1 > 0",
    };
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        (void)was_known();
        assert_true(was_known()); /* else the next line says nothing */
        world_run(&w, changes[i], VALUES(v_i64(unit)));
        if (was_known())
            fail_msg("not met: %s", changes[i]);
    }
    (void)was_known();
    (void)world_account(&w, "another", unit);
    assert_false(was_known());
}

static void what_does_not_concern_it_leaves_it_known(void **state)
{
    (void)state;
    (void)was_known();
    world_run(&w, "INSERT INTO log_entry (uid, at_ms, body) VALUES ('u', ?1, 'x')",
              VALUES(v_i64(1)));
    assert_true(was_known());
}

static void it_is_known_for_its_own_bearer_and_day_alone(void **state)
{
    (void)state;
    struct bearer b;
    struct err e;
    int64_t number;
    bool found;
    (void)was_known();
    /* The same slot: the first eight digits are alike. */
    struct str other = arena_printf(w.arena, "%063d1", 0);
    assert_ok(known_get(&found, &b, &number, k, other, STR(WORLD_TODAY), w.arena, &e), &e);
    assert_false(found);
    assert_ok(known_get(&found, &b, &number, k, digest, STR("2026-11-21"), w.arena, &e), &e);
    assert_false(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_change_of_who_somebody_is_is_met_on_the_next_request,
                                        open_world, close_world),
        cmocka_unit_test_setup_teardown(what_does_not_concern_it_leaves_it_known, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(it_is_known_for_its_own_bearer_and_day_alone, open_world,
                                        close_world),
    };
    return cmocka_run_group_tests_name("known", tests, NULL, NULL);
}
