/* 10,000 ties between experts and parties, planted at random in every way that a record can say one:
 * none of those experts is drawn, and none sees or scores the case, even were he put on the panel by
 * hand. What was planted is remembered here and nowhere else. */
#include "test.h"

#include "base/rand.h"
#include "db/scratch.h"
#include "model/patent_store.h"
#include "panel/stage.h"
#include <stdlib.h>

enum { EXPERTS = 1000, PARTIES = 200, TIES = 10000, OF_PANEL = 4 };

static struct stage s;
static bool tied[EXPERTS][PARTIES];
static int64_t experts[EXPERTS], parties[PARTIES];

#define SYSTEM                                                                                     \
    "version, state, owner_unit, owner_province, secrecy, published, created_ms, created_by, "     \
    "changed_ms, changed_by"
#define VALUES_OF(unit) "1, 'active', " unit ", '51', 1, 0, 0, 0, 0, 0"

static void put_people(void)
{
    struct buf b;
    buf_init(&b, (size_t)64 << 20);
    int64_t unit = stage_number(&s, "SELECT max(id) FROM unit");
    int64_t account = stage_number(&s, "SELECT max(id) FROM account");
    for (int i = 0; i < PARTIES; i++) {
        buf_addf(&b,
                 "INSERT INTO unit (" SYSTEM ", kind, name, region, credit_code, group_code) VALUES"
                 " (" VALUES_OF("0") ", 'party', '公司%d', '510104', 'P%d', 'G%d');",
                 i, i, i);
        parties[i] = unit + i + 1;
    }
    for (int i = 0; i < EXPERTS; i++) {
        experts[i] = i + 1;
        buf_addf(
            &b,
            "INSERT INTO account (" SYSTEM ", name, display_name) VALUES (1, 'active', %lld,"
            " '51', 1, 0, 0, 0, 0, 0, 'x%d', '专家%d');"
            "INSERT INTO role_grant (" SYSTEM ", account, role, from_date) VALUES (1,"
            " 'active', %lld, '51', 1, 0, 0, 0, 0, 0, %lld, 'expert', '2020-01-01');"
            "INSERT INTO record_expert (" SYSTEM ", name, id_number, id_number_index,"
            " account_name, consent) VALUES (" VALUES_OF(
                "0") ", '专家%d', 'sealed', 'id%d', 'x%d', 1);"
                     "INSERT INTO record_expert_fields (record_id, position, value) VALUES (%d, 0,"
                     " '%s');",
            (long long)s.pool_unit, i, i, (long long)s.pool_unit, (long long)account + i + 1, i, i,
            i, i + 1, i % 2 ? "law" : "finance");
    }
    stage_run(&s, arena_cstr(s.f.a, buf_str(&b)));
    buf_clear(&b);
    assert_int_equal(stage_number(&s, "SELECT max(id) FROM record_expert"), EXPERTS);
    assert_int_equal(stage_number(&s, "SELECT max(id) FROM unit"), parties[PARTIES - 1]);
}

static void put_patent(int number, int party, const char *other, bool inventor)
{
    struct patent p = {0};
    enum put_result result;
    struct err e;
    patent_init(&p);
    p.source = STR("test");
    assert_true(number_parse(&p.publication, arena_printf(s.f.a, "CN%dA", 101000000 + number),
                             NUMBER_PUBLICATION, STR_NONE, s.f.a));
    VEC_PUSH(
        s.f.a, &p.parties,
        ((struct party){.role = PARTY_APPLICANT, .name = arena_printf(s.f.a, "公司%d", party)}));
    VEC_PUSH(s.f.a, &p.parties,
             ((struct party){.role = inventor ? PARTY_INVENTOR : PARTY_APPLICANT,
                             .name = arena_dup(s.f.a, str_of(other))}));
    patent_finish(&p, s.f.a);
    assert_ok(patent_put(&result, s.db, &p, s.f.a, &e), &e);
}

/* One tie, said in one of nine ways. */
static void plant(struct buf *b, int number, int x, int party, uint32_t how)
{
    static const char *const ends[] = {"'no'", "'no'", "'2024-05-01'", "NULL"};
    const char *row = "INSERT INTO record_expert_employments (record_id, position, name,"
                      " credit_code, group_code, to_) VALUES";
    switch (how) {
    case 0: /* by its code, under a former name */
        buf_addf(b, "%s (%d, %d, '旧名', 'P%d', NULL, %s);", row, x + 1, number, party, ends[0]);
        break;
    case 1: /* by its name */
    case 2: /* left within three years */
    case 3: /* who knows when */
        buf_addf(b, "%s (%d, %d, '公 司%d', NULL, NULL, %s);", row, x + 1, number, party,
                 ends[how]);
        break;
    case 4: /* a sister of the party */
        buf_addf(b, "%s (%d, %d, '兄弟%d', NULL, 'G%d', 'no');", row, x + 1, number, number, party);
        break;
    case 5:
        buf_addf(b,
                 "INSERT INTO record_expert_declared (record_id, position, name, credit_code,"
                 " reason) VALUES (%d, %d, '那家', 'P%d', '声明');",
                 x + 1, number, party);
        break;
    case 6: /* on the party's own list of staff */
        buf_addf(b,
                 "INSERT INTO record_staff (" SYSTEM ", name, id_number, id_number_index, from_,"
                 " to_) VALUES (1, 'active', %lld, '51', 1, 0, 0, 0, 0, 0, '某', 'sealed', 'id%d',"
                 " '2020-01-%02d', 'no');",
                 (long long)parties[party], x, number % 28 + 1);
        break;
    case 7:
        put_patent(number, party, arena_printf(s.f.a, "专家%d", x).ptr, true);
        break;
    default: /* his employer's joint patent with the party */
        buf_addf(b, "%s (%d, %d, '雇主%d', NULL, NULL, 'no');", row, x + 1, number, number);
        put_patent(number, party, arena_printf(s.f.a, "雇主%d", number).ptr, false);
    }
}

static void plant_all(struct rand *r)
{
    struct buf b;
    struct err e;
    buf_init(&b, (size_t)64 << 20);
    assert_ok(db_begin_write(s.db, &e), &e);
    for (int number = 0; number < TIES;) {
        int x = (int)rand_below(r, EXPERTS), party = (int)rand_below(r, PARTIES);
        if (tied[x][party])
            continue;
        tied[x][party] = true;
        plant(&b, number++, x, party, rand_below(r, 9));
    }
    assert_ok(db_exec(s.db, arena_cstr(s.f.a, buf_str(&b)), &e), &e);
    assert_ok(db_commit(s.db, &e), &e);
    buf_clear(&b);
    if (scratch_is_postgres())
        stage_run(&s, "ANALYZE"); /* as a server does by itself, which those of tests do not */
}

/* All documents are handed over for each party: which are its own is not decided by the search. */
static struct co_names *look_through(int from)
{
    struct co_names *names = co_names_new();
    struct stmt *st = NULL;
    VEC(int64_t) ids;
    struct err e;
    bool found;
    for (int i = from; i < from + OF_PANEL; i++) {
        memset(&ids, 0, sizeof(ids));
        assert_ok(db_query(&st, s.db, "SELECT id FROM publication WHERE applicant = ?1 ORDER BY id",
                           VALUES(v_str(arena_printf(s.f.a, "公司%d", i))), &e),
                  &e);
        while (stmt_next(&found, st, &e) == OK && found)
            VEC_PUSH(s.f.a, &ids, stmt_i64(st, 0));
        stmt_free(st);
        assert_ok(co_names_add(names, s.db, arena_printf(s.f.a, "公司%d", i), ids.ptr, ids.len, &e),
                  &e);
    }
    return names;
}

static int64_t tried_to_score, drawn_conflicts, drawn_seats, seen, scored, seen_rightly;

static void check_drawn(const struct draw *x, int from)
{
    struct members members;
    struct err e;
    assert_ok(draw_members(&members, s.db, x->id, s.f.a, &e), &e);
    assert_int_equal(members.len, 6);
    for (size_t i = 0; i < members.len; i++, drawn_seats++)
        for (int k = 0; k < OF_PANEL; k++)
            drawn_conflicts += tied[members.ptr[i].expert - 1][from + k];
}

/* Everybody who has a tie is put on the panel by hand, with his statement made. */
static void seat_by_hand(const struct panel *p, const struct draw *x, int from)
{
    struct buf b;
    buf_init(&b, (size_t)16 << 20);
    for (int i = 0; i < EXPERTS; i++) {
        bool any = false;
        for (int k = 0; k < OF_PANEL; k++)
            any = any || tied[i][from + k];
        if (any)
            buf_addf(&b,
                     "INSERT INTO panel_member (version, panel, draw, field, place, expert,"
                     " account, name, state, invited_ms, stated_ms) SELECT 1, %lld, %lld, 'law', 0,"
                     " %d, id, 'x', 'accepted', 0, 1 FROM account WHERE name = 'x%d';",
                     (long long)p->id, (long long)x->id, i + 1, i);
    }
    stage_run(&s, arena_cstr(s.f.a, buf_str(&b)));
    buf_clear(&b);
}

static void try_expert(struct panel *p, int i, int from)
{
    static const int64_t points[] = {10000, 10000, 10000, 10000};
    struct subject by = {0};
    struct deed d = stage_deed(&s, 0, "");
    struct err e;
    static const struct role *role;
    struct grant grant;
    role = role ? role : role_find(STR("expert"));
    grant = (struct grant){role, 0};
    by.account =
        stage_number(&s, arena_printf(s.f.a, "SELECT id FROM account WHERE name = 'x%d'", i).ptr);
    by.grants = &grant;
    by.grant_count = 1;
    by.today = STR("2026-11-20");
    d.by = &by;
    for (int k = 0; k < OF_PANEL; k++) {
        struct sheet x, mine = {.panel_case = p->cases[k].id, .points = (int64_t *)points};
        struct member m;
        err_t rc = score_own(&x, &m, s.db, &by, p, p->cases[k].id, s.f.a, &e);
        if (!tied[i][from + k]) {
            seen_rightly += rc == OK;
            continue;
        }
        seen += rc != E_NOTFOUND;
        if (scratch_is_postgres() && i % 8)
            continue; /* a transaction of a server for each: an eighth of them there */
        tried_to_score++;
        scored += STEP(&s, score_save(&mine, s.db, &d, p, &e)) != E_NOTFOUND;
    }
}

/* SCYY-068 SXYY-043.2 */
static void of_10000_conflicts_none_is_drawn_sees_or_scores(void **state)
{
    struct rand r = {test_seed(7)};
    int64_t tried = 0;
    (void)state;
    put_people();
    plant_all(&r);
    for (int from = 0; from < PARTIES; from += OF_PANEL) {
        struct panel p = stage_panel(&s, parties + from, OF_PANEL, "law:3 finance:3", "blind");
        struct co_names *names = look_through(from);
        struct draw x = stage_draw(&s, &p, names, from + 1);
        co_names_free(names);
        check_drawn(&x, from);
        seat_by_hand(&p, &x, from);
        p = stage_read(&s, p.id);
        for (int i = 0; i < EXPERTS; i++) {
            bool any = false;
            for (int k = 0; k < OF_PANEL; k++)
                if (tied[i][from + k]) {
                    tried++;
                    any = true;
                }
            if (any)
                try_expert(&p, i, from);
        }
    }
    print_message("# %lld conflicts, %lld seats drawn: %lld conflicted; %lld seen, %lld scored; "
                  "%lld seen by right\n",
                  (long long)tried, (long long)drawn_seats, (long long)drawn_conflicts,
                  (long long)seen, (long long)scored, (long long)seen_rightly);
    assert_int_equal(tried, TIES);
    assert_true(tried_to_score == TIES || (scratch_is_postgres() && tried_to_score > TIES / 10));
    assert_int_equal(drawn_seats, 300);
    assert_int_equal(drawn_conflicts, 0);
    assert_int_equal(seen, 0);
    assert_int_equal(scored, 0);
    assert_true(seen_rightly > 10000); /* the same people, the panel's other cases */
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(of_10000_conflicts_none_is_drawn_sees_or_scores, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("property", tests, NULL, NULL);
}
