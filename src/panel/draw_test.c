/* From the frozen pool to the seats: who may commit, when a value may be revealed, what a wrong or
 * a withheld one leads to, and who comes where somebody does not. */
#include "test.h"

#include "crypto/encode.h"
#include "panel/frozen.h"
#include "panel/member.h"
#include "panel/stage.h"

static struct stage s;
static int64_t party;
static struct panel p;

static int set_up(void **state)
{
    (void)state;
    stage_open(&s);
    party = stage_party(&s, "甲公司", "91510100MA000000A1", "");
    for (int i = 0; i < 12; i++)
        stage_expert(&s, arena_printf(s.f.a, "专家%d", i).ptr, i % 3 ? "law" : "law finance",
                     i == 5 ? "甲公司" : "大学");
    p = stage_panel(&s, &party, 1, "law:3 finance:2", "open");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    stage_close(&s);
    return 0;
}

static err_t commit(int64_t account, int seed, struct err *e)
{
    struct deed d = stage_deed(&s, account, "");
    struct draw x;
    return STEP(&s,
                draw_commit(&x, &(struct panel_deed){s.db, &d, &p}, stage_hex(&s, seed, true), e));
}

static err_t reveal(struct draw *x, int64_t account, int seed, bool witnessed, struct err *e)
{
    struct deed d = stage_deed(&s, account, "");
    return STEP(&s, draw_reveal(x, &(struct panel_deed){s.db, &d, &p}, stage_hex(&s, seed, false),
                                witnessed, e));
}

static err_t freeze(struct draw *x, struct err *e)
{
    struct deed d = stage_deed(&s, s.f.officer, "");
    return STEP(&s, draw_freeze(x, &(struct panel_deed){s.db, &d, &p}, NULL, e));
}

static struct str actions_of(const char *type)
{
    return stage_text(&s, arena_printf(s.f.a,
                                       "SELECT action FROM record_version WHERE type = '%s' ORDER"
                                       " BY at_ms DESC, version DESC LIMIT 1",
                                       type)
                              .ptr);
}

static void two_persons_commit_and_a_head_comes_before_the_values(void **state)
{
    struct draw x;
    struct err e;
    (void)state;
    assert_int_equal(commit(s.f.officer, 1, &e), E_CONFLICT); /* nothing is frozen */
    assert_ok(freeze(&x, &e), &e);
    assert_str(actions_of("panel_draw"), arena_printf(s.f.a, "freeze %.*s", STR_ARG(x.digest)).ptr);
    assert_int_equal(freeze(&x, &e), E_CONFLICT);
    assert_ok(commit(s.f.officer, 1, &e), &e);
    assert_int_equal(commit(s.f.officer, 2, &e), E_CONFLICT);
    assert_non_null(strstr(e.text, "another person"));
    assert_int_equal(commit(s.f.officer2, 1, &e), E_CONFLICT); /* the same value */
    assert_int_equal(reveal(&x, s.f.officer, 1, false, &e), E_CONFLICT);
    struct deed program = stage_deed(&s, s.f.officer2, "");
    ((struct subject *)program.by)->by_token = true;
    assert_int_equal(STEP(&s, draw_commit(&x, &(struct panel_deed){s.db, &program, &p},
                                          stage_hex(&s, 2, true), &e)),
                     E_DENIED);
    assert_ok(commit(s.f.officer2, 2, &e), &e);
    assert_str(actions_of("panel_draw"),
               arena_printf(s.f.a, "commit %.*s", STR_ARG(stage_hex(&s, 2, true))).ptr);
    assert_int_equal(reveal(&x, s.f.officer, 1, false, &e), E_CONFLICT); /* no head yet */
    assert_non_null(strstr(e.text, "no signed head"));
    stage_sign(&s);
    struct deed later = stage_deed(&s, s.f.officer, ""); /* more is written, more heads come */
    assert_ok(STEP(&s, deed_note(&later, s.db, "look", "panel", p.id, 0, &e)), &e);
    stage_sign(&s);
    assert_int_equal(stage_number(&s, "SELECT count(*) FROM log_head"), 2);
    assert_int_equal(reveal(&x, s.f.officer, 1, true, &e), E_CONFLICT); /* nobody cosigned it */
    assert_non_null(strstr(e.text, "cosigned"));
    assert_int_equal(reveal(&x, s.f.city_officer, 1, false, &e), E_CONFLICT);
    assert_ok(reveal(&x, s.f.officer, 1, false, &e), &e);
    int64_t size = x.head_size;
    assert_ok(reveal(&x, s.f.officer2, 2, false, &e), &e);
    assert_int_equal(x.head_size, size);
    assert_int_equal(size, stage_number(&s, "SELECT min(size) FROM log_head"));
    assert_str(x.state, "drawn");
    p = stage_read(&s, p.id);
    assert_str(p.state, "drawn");
}

/* The seats are those of the permutations, and the expert of the party is nowhere. */
static void assert_seats(const struct draw *x, size_t wanted)
{
    struct members all;
    const struct drawn_field *fields;
    const int64_t *law;
    struct digest seed, root;
    struct err e;
    size_t count, field_count;
    uint8_t t[LOT_VALUE_LEN] = {2, 0, 1}, one[LOT_VALUE_LEN] = {1, 0, 1};
    assert_ok(draw_members(&all, s.db, x->id, s.f.a, &e), &e);
    const struct member *members = all.ptr;
    assert_int_equal(all.len, wanted);
    assert_true(hex_read(root.byte, HASH_LEN, x->head_root));
    seed = lot_seed(one, t, &root);
    char hex[HASH_HEX_LEN + 1];
    digest_hex(hex, &seed);
    assert_str(x->seed, hex);
    assert_ok(draw_orders(&fields, &field_count, x->frozen, &seed, s.f.a, &e), &e);
    assert_int_equal(field_count, 2);
    assert_str(fields[0].field, "finance"); /* two of four, before three of eleven */
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(members[i].expert, fields[0].order[i]);
    for (size_t i = 0; i < all.len; i++) {
        assert_int_equal(members[i].expert, fields[i < 2 ? 0 : 1].order[members[i].place]);
        assert_int_not_equal(members[i].expert, 6); /* works at the party */
        for (size_t k = 0; k < i; k++)
            assert_int_not_equal(members[i].expert, members[k].expert);
    }
    assert_ok(frozen_eligible(&law, &count, x->frozen, STR("law"), s.f.a, &e), &e);
    assert_int_equal(count, 11);
}

/* SCYY-068 SXYY-043.2 */
static void experts_are_drawn_from_the_pool_and_conflicts_are_left_out(void **state)
{
    (void)state;
    struct draw x = stage_draw(&s, &p, NULL, 1);
    assert_seats(&x, 5);
    assert_int_equal(stage_number(&s, "SELECT count(*) FROM panel_conflict"), 1);
    assert_int_equal(stage_number(&s, "SELECT count(*) FROM panel_conflict WHERE expert = 6 AND"
                                      " reason = 'own_unit'"),
                     1);
}

static void a_wrong_value_is_a_recorded_fault_and_the_next_draw_is_others(void **state)
{
    struct draw x;
    struct err e;
    (void)state;
    assert_ok(freeze(&x, &e), &e);
    int64_t first = x.id;
    assert_ok(commit(s.f.officer, 1, &e), &e);
    assert_ok(commit(s.f.officer2, 2, &e), &e);
    stage_sign(&s);
    assert_ok(reveal(&x, s.f.officer2, 3, false, &e), &e); /* not what he committed to */
    assert_str(x.state, "failed");
    assert_str(actions_of("panel_draw"), "fail wrong value");
    assert_int_equal(x.fault_of, s.f.officer2);
    p = stage_read(&s, p.id);
    assert_str(p.state, "draft");
    assert_int_equal(stage_number(&s, "SELECT count(*) FROM panel_member"), 0);
    assert_int_equal(commit(s.f.officer, 4, &e), E_CONFLICT); /* nothing is frozen */
    assert_ok(freeze(&x, &e), &e);
    assert_int_equal(x.round, 2);
    assert_int_not_equal(x.id, first);
    assert_int_equal(commit(s.f.officer2, 5, &e), E_DENIED);
    assert_ok(commit(s.f.officer, 4, &e), &e);
}

static void a_value_that_is_withheld_is_the_fault_of_who_withholds_it(void **state)
{
    struct deed d = stage_deed(&s, s.f.officer, ""),
                why = stage_deed(&s, s.f.officer, "逾期未揭示");
    struct draw x;
    struct err e;
    (void)state;
    assert_ok(freeze(&x, &e), &e);
    assert_int_equal(STEP(&s, draw_fail(&x, &(struct panel_deed){s.db, &d, &p}, 0, &e)),
                     E_INVALID); /* no reason */
    assert_ok(commit(s.f.officer, 1, &e), &e);
    assert_ok(commit(s.f.officer2, 2, &e), &e);
    stage_sign(&s);
    assert_ok(reveal(&x, s.f.officer, 1, false, &e), &e);
    assert_int_equal(STEP(&s, draw_fail(&x, &(struct panel_deed){s.db, &why, &p}, 0, &e)),
                     E_CONFLICT);
    assert_int_equal(STEP(&s, draw_fail(&x, &(struct panel_deed){s.db, &why, &p}, s.f.officer, &e)),
                     E_INVALID);
    assert_int_equal(
        STEP(&s, draw_fail(&x, &(struct panel_deed){s.db, &why, &p}, s.f.officer2, &e)),
        E_CONFLICT);
    s.f.clock.fixed_ms += INT64_C(25) * 3600 * 1000; /* not before a day is over */
    why = stage_deed(&s, s.f.officer, "逾期未揭示");
    assert_ok(STEP(&s, draw_fail(&x, &(struct panel_deed){s.db, &why, &p}, s.f.officer2, &e)), &e);
    assert_str(x.fault, "value not revealed");
    p = stage_read(&s, p.id);
    assert_ok(freeze(&x, &e), &e);
    assert_int_equal(commit(s.f.officer2, 5, &e), E_DENIED);
}

static void who_does_not_come_is_replaced_by_the_next_of_the_same_permutation(void **state)
{
    struct members members;
    const struct drawn_field *fields;
    struct member m, next;
    struct digest seed;
    struct err e;
    size_t count;
    (void)state;
    struct draw x = stage_draw(&s, &p, NULL, 1);
    assert_true(hex_read(seed.byte, HASH_LEN, x.seed));
    assert_ok(draw_orders(&fields, &count, x.frozen, &seed, s.f.a, &e), &e);
    assert_ok(draw_members(&members, s.db, x.id, s.f.a, &e), &e);
    const struct member *all = members.ptr;
    struct deed refusing = stage_deed(&s, all[2].account, "出差"),
                silent = stage_deed(&s, all[2].account, ""),
                officer = stage_deed(&s, s.f.officer, "联系不上");
    assert_int_equal(
        STEP(&s, member_answer(&m, &(struct panel_deed){s.db, &silent, &p}, false, &e)), E_INVALID);
    assert_ok(STEP(&s, member_answer(&m, &(struct panel_deed){s.db, &refusing, &p}, false, &e)),
              &e);
    assert_ok(draw_members(&members, s.db, x.id, s.f.a, &e), &e);
    all = members.ptr;
    assert_int_equal(members.len, 6);
    int64_t expected = 0;
    for (size_t k = 0; k < fields[1].count && !expected; k++) {
        bool was = false;
        for (size_t i = 0; i < 5; i++)
            was = was || all[i].expert == fields[1].order[k];
        expected = was ? 0 : fields[1].order[k];
    }
    assert_int_equal(all[5].expert, expected);
    assert_int_equal(
        STEP(&s, draw_replace(&next, &(struct panel_deed){s.db, &officer, &p}, all[2].id, &e)),
        E_CONFLICT);
    /* who was drawn and has not answered */
    assert_ok(
        STEP(&s, draw_replace(&next, &(struct panel_deed){s.db, &officer, &p}, all[3].id, &e)), &e);
    assert_true(str_eq(next.field, all[3].field));
    assert_int_not_equal(next.expert, all[3].expert);
    assert_int_equal(
        STEP(&s, draw_replace(&next, &(struct panel_deed){s.db, &officer, &p}, all[3].id, &e)),
        E_CONFLICT);
    /* …and who accepted and stated his conflicts, likewise */
    struct deed coming = stage_deed(&s, all[4].account, "");
    assert_ok(STEP(&s, member_answer(&m, &(struct panel_deed){s.db, &coming, &p}, true, &e)), &e);
    assert_ok(STEP(&s, member_declare(&m, &(struct panel_deed){s.db, &coming, &p}, NULL, 0, &e)),
              &e);
    struct member other;
    assert_ok(
        STEP(&s, draw_replace(&other, &(struct panel_deed){s.db, &officer, &p}, all[4].id, &e)),
        &e);
    assert_ok(member_read(&m, s.db, p.id, all[4].id, s.f.a, &e), &e);
    assert_str(m.state, "absent");
    /* eleven of `law`, seats of `finance` among them: at last nobody is left */
    for (int i = 0; i < 12 && next.id; i++) {
        int64_t gone = next.id;
        assert_ok(STEP(&s, draw_replace(&next, &(struct panel_deed){s.db, &officer, &p}, gone, &e)),
                  &e);
    }
    assert_int_equal(next.id, 0);
}

static void too_few_experts_are_told_before_anything_is_frozen(void **state)
{
    struct draw x;
    struct err e;
    (void)state;
    p = stage_panel(&s, &party, 1, "law:3 finance:5", "open");
    assert_int_equal(freeze(&x, &e), E_CONFLICT);
    assert_non_null(strstr(e.text, "finance 4 experts"));
    assert_int_equal(stage_number(&s, "SELECT count(*) FROM panel_draw"), 0);
}

static void what_is_formed_wrongly_is_refused(void **state)
{
    struct deed d = stage_deed(&s, s.f.officer, ""), city = stage_deed(&s, s.f.city_officer, "");
    struct panel bad = p;
    struct panel_head heads[4];
    struct err e;
    (void)state;
    assert_int_equal(STEP(&s, panel_form(&(struct panel_deed){s.db, &city, &bad}, s.pack,
                                         STR("comprehensive"), &e)),
                     E_DENIED);
    assert_int_equal(
        STEP(&s, panel_form(&(struct panel_deed){s.db, &d, &bad}, s.pack, STR("dance"), &e)),
        E_INVALID);
    memcpy(heads, p.heads, sizeof(heads));
    bad.heads = heads;
    heads[0].weight--;
    assert_int_equal(STEP(&s, panel_form(&(struct panel_deed){s.db, &d, &bad}, s.pack,
                                         STR("comprehensive"), &e)),
                     E_INVALID);
    assert_non_null(strstr(e.text, "99.99"));
    heads[0] = (struct panel_head){.head = STR("beauty"), .label = STR("美"), .weight = 4000};
    assert_int_equal(STEP(&s, panel_form(&(struct panel_deed){s.db, &d, &bad}, s.pack,
                                         STR("comprehensive"), &e)),
                     E_INVALID);
    bad = p;
    bad.basis = STR_NONE;
    assert_int_equal(STEP(&s, panel_form(&(struct panel_deed){s.db, &d, &bad}, s.pack,
                                         STR("comprehensive"), &e)),
                     E_INVALID);
    bad = p;
    bad.cases = &(struct panel_case){.case_id = stage_case(&s, s.f.elsewhere)};
    assert_int_equal(STEP(&s, panel_form(&(struct panel_deed){s.db, &d, &bad}, s.pack,
                                         STR("comprehensive"), &e)),
                     E_INVALID);
    assert_non_null(strstr(e.text, "no running case"));
    stage_run(&s, "UPDATE flow_case SET state = 'over'");
    bad = p;
    assert_int_equal(STEP(&s, panel_form(&(struct panel_deed){s.db, &d, &bad}, s.pack,
                                         STR("comprehensive"), &e)),
                     E_INVALID);
    assert_true(p.heads[0].from_pack);
    assert_false(p.heads[0].weight_from_pack); /* the document gives none */
    assert_int_equal(panel_of_office(&bad, s.db, city.by, p.id, s.f.a, &e), E_NOTFOUND);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(two_persons_commit_and_a_head_comes_before_the_values),
        TEST(experts_are_drawn_from_the_pool_and_conflicts_are_left_out),
        TEST(a_wrong_value_is_a_recorded_fault_and_the_next_draw_is_others),
        TEST(a_value_that_is_withheld_is_the_fault_of_who_withholds_it),
        TEST(who_does_not_come_is_replaced_by_the_next_of_the_same_permutation),
        TEST(too_few_experts_are_told_before_anything_is_frozen),
        TEST(what_is_formed_wrongly_is_refused),
    };
    return cmocka_run_group_tests_name("draw", tests, NULL, NULL);
}
