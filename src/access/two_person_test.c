/* Who may be the second person, and that a proposal is closed once. */
#include "test.h"

#include "access/two_person.h"
#include "access/world.h"

static struct world w;
static int64_t office, proposer, principal, other;

static int open_world(void **state)
{
    (void)state;
    world_open(&w);
    office = world_unit(&w, "province_office", "510000");
    proposer = world_account(&w, "proposer", office);
    principal = world_account(&w, "principal", office);
    other = world_account(&w, "other", office);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

static struct proposal propose(int64_t for_whom)
{
    struct err e;
    struct proposal p = {.action = STR("recognise"),
                         .type = STR("centre"),
                         .record_id = 7,
                         .arguments = STR("{\"n\":1}"),
                         .digest = STR("00ff"),
                         .proposed_by = proposer,
                         .proposed_for = for_whom,
                         .unit = office,
                         .role = STR("province_leader"),
                         .proposed_ms = WORLD_NOW_MS,
                         .expires_ms = WORLD_NOW_MS + PROPOSAL_LIFE_MS};
    assert_ok(proposal_make(&p, w.db, &e), &e);
    return p;
}

static void the_second_person_is_another_in_person_and_in_right(void **state)
{
    (void)state;
    static const struct role leader = {.name = {"province_leader", 15}};
    struct str scope = STR("all");
    struct proposal own = propose(0), lent = propose(principal);
    const struct {
        const struct proposal *proposal;
        int64_t account, in_the_right_of;
        bool token, may;
    } cases[] = {{&own, 0, 0, false, false},
                 {&own, other, 0, false, true},
                 {&own, other, principal, false, true},
                 {&own, proposer, 0, false, false},
                 {&own, proposer, principal, false, false},
                 {&own, other, proposer, false, false},
                 {&own, other, 0, true, false},
                 {&lent, principal, 0, false, false},
                 {&lent, other, principal, false, false},
                 {&lent, other, proposer, false, false},
                 {&lent, other, 0, false, true}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct grant as = {.role = &leader, .on_behalf_of = cases[i].in_the_right_of};
        struct subject s = {.account = cases[i].account};
        if (cases[i].token) {
            s.scopes = &scope;
            s.scope_count = 1;
        }
        if (proposal_may_confirm(cases[i].proposal, &s, &as) != cases[i].may)
            fail_msg("case %zu", i);
    }
    struct subject s = {.account = other};
    assert_true(proposal_may_confirm(&own, &s, NULL));
}

static void a_proposal_is_found_as_it_was_made_and_closed_once(void **state)
{
    (void)state;
    struct err e;
    struct proposal p = propose(principal), found;
    assert_ok(proposal_find(&found, w.db, STR("centre"), 7, STR("recognise"), w.arena, &e), &e);
    assert_int_equal(found.id, p.id);
    assert_str(found.arguments, "{\"n\":1}");
    assert_str(found.digest, "00ff");
    assert_int_equal(found.proposed_by, proposer);
    assert_int_equal(found.proposed_for, principal);
    assert_int_equal(found.expires_ms - found.proposed_ms, PROPOSAL_LIFE_MS);
    assert_ok(proposal_find(&found, w.db, STR("centre"), 8, STR("recognise"), w.arena, &e), &e);
    assert_int_equal(found.id, 0);
    assert_ok(proposal_find(&found, w.db, STR("centre"), 7, STR("revoke"), w.arena, &e), &e);
    assert_int_equal(found.id, 0);
    assert_ok(proposal_close(w.db, p.id, PROPOSAL_REFUSED, other, 5, STR("no"), &e), &e);
    assert_int_equal(proposal_close(w.db, p.id, PROPOSAL_CONFIRMED, other, 6, STR_NONE, &e),
                     E_CONFLICT);
    assert_ok(proposal_find(&found, w.db, STR("centre"), 7, STR("recognise"), w.arena, &e), &e);
    assert_int_equal(found.id, 0);
    assert_int_equal(world_number(&w,
                                  "SELECT count(*) FROM proposal WHERE state = 'refused' AND"
                                  " decided_by = ?1 AND decision_reason = 'no'",
                                  VALUES(v_i64(other))),
                     1);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(the_second_person_is_another_in_person_and_in_right),
        WITH_WORLD(a_proposal_is_found_as_it_was_made_and_closed_once),
    };
    return cmocka_run_group_tests_name("two_person", tests, NULL, NULL);
}
