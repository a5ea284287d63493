/* access_decide, access_where and access_index_predicate against each other and
 * against a naive reading of policy.h over plain arrays. SEED=n repeats a run. */
#include "test.h"

#include "access/mutation.h"
#include "access/policy.h"
#include "access/world.h"
#include "base/rand.h"

#define TODAY "2026-11-20"
#define NOW_MS 1000000
#define RECORDS 240
#define ROUNDS 600

/* --- a world of arrays, mirrored into the database ------------------------------- */

static const char *const regions[] = {"510000", "510100", "510700", "510104",
                                      "140000", "140100", "140200"};
static const char *const kinds[] = {"province_office", "city_office", "city_office", "party",
                                    "province_office", "city_office", "party"};
static const char *const programmes[] = {"sc-a", "sc-b", "sx-c", ""};
static const char *const functions[] = {"accept", "recommend", "recognise", "manage"};
static const char *const states[] = {"draft", "filed", "open", "closed"};
static const char *const role_names[] = {"public",       "province_officer", "city_officer",
                                         "centre_staff", "centre_manager",   "expert"};
static const char *const days[] = {"2026-01-01", "2026-11-19", TODAY, "2026-11-21", "2027-01-01"};

struct authority_row {
    int64_t unit;
    const char *programme, *function, *region, *from, *to;
    bool active;
};
struct assignment_row {
    int64_t record, account, unit, from, to; /* to 0: open */
    bool other_type;
};
struct case_row {
    int64_t unit, to;
    const char *programme;
};
struct record_row {
    struct labels labels;
};

static struct authority_row authorities[48];
static struct assignment_row assignments[60];
static struct case_row cases[12];
static struct record_row records[RECORDS];
static int64_t units[ARRAY_LEN(regions)], accounts[16],
    named[RECORDS]; /* whose code a record has */

static const char *pick(struct rand *r, const char *const *list, size_t count)
{
    return list[rand_below(r, (uint32_t)count)];
}
#define PICK(r, list) pick(r, list, ARRAY_LEN(list))

static struct value text_or_null(struct str s)
{
    return v_str(s);
}

static void fill_people(struct world *w, struct rand *r)
{
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        units[i] = world_unit(w, kinds[i], regions[i]);
        world_run(w, "UPDATE unit SET credit_code = 'code ' || id WHERE id = ?1",
                  VALUES(v_i64(units[i])));
    }
    for (size_t i = 0; i < ARRAY_LEN(accounts); i++) {
        int64_t unit = units[i % ARRAY_LEN(units)];
        accounts[i] = world_account(w, arena_printf(w->arena, "a%zu", i).ptr, unit);
        for (int n = (int)rand_below(r, 5); n > 0; n--)
            world_grant(w, accounts[i], unit, PICK(r, role_names), PICK(r, days),
                        rand_below(r, 2) ? "" : PICK(r, days), 0);
        if (i >= ARRAY_LEN(units)) /* colleagues stand in for each other */
            world_grant(w, accounts[i], unit, PICK(r, role_names), PICK(r, days), "2026-12-31",
                        accounts[i - ARRAY_LEN(units)]);
    }
}

static void fill_duties(struct world *w, struct rand *r)
{
    for (size_t i = 0; i < ARRAY_LEN(authorities); i++) {
        struct authority_row *x = &authorities[i];
        *x = (struct authority_row){units[rand_below(r, ARRAY_LEN(units))],
                                    programmes[rand_below(r, 3)],
                                    PICK(r, functions),
                                    PICK(r, regions),
                                    rand_below(r, 3) ? "2026-01-01" : PICK(r, days),
                                    rand_below(r, 2) ? "" : PICK(r, days),
                                    rand_below(r, 3) > 0};
        int64_t id =
            world_authority(w, x->unit, x->programme, x->function, x->region, x->from, x->to);
        if (!x->active)
            world_run(w, "UPDATE authority SET state = 'ended' WHERE id = ?1", VALUES(v_i64(id)));
    }
    for (size_t i = 0; i < ARRAY_LEN(assignments); i++) {
        bool person = rand_below(r, 2);
        struct assignment_row *x = &assignments[i];
        *x = (struct assignment_row){1 + rand_below(r, RECORDS),
                                     person ? accounts[rand_below(r, ARRAY_LEN(accounts))] : 0,
                                     person ? 0 : units[rand_below(r, ARRAY_LEN(units))],
                                     NOW_MS - 1 + rand_below(r, 3),
                                     rand_below(r, 2) ? 0 : NOW_MS - 1 + rand_below(r, 3),
                                     rand_below(r, 5) == 0};
        struct value null = {0};
        world_run(w,
                  "INSERT INTO assignment (type, record_id, account, unit, from_ms, to_ms)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                  VALUES(v_str(str_of(x->other_type ? "deal" : "thing")), v_i64(x->record),
                         x->account ? v_i64(x->account) : null, x->unit ? v_i64(x->unit) : null,
                         v_i64(x->from), x->to ? v_i64(x->to) : null));
    }
}

/* Cases that came from one unit to another; whether they are there still counts nowhere. */
static void fill_cases(struct world *w, struct rand *r)
{
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct case_row *x = &cases[i];
        *x =
            (struct case_row){units[rand_below(r, ARRAY_LEN(units))],
                              units[rand_below(r, ARRAY_LEN(units))], programmes[rand_below(r, 3)]};
        world_run(w,
                  "INSERT INTO flow_case (id, version, state, owner_unit, owner_province, secrecy,"
                  " published, created_ms, created_by, changed_ms, changed_by, title, programme,"
                  " pack_version, pack_digest, process, stage, stage_label, stage_on, trial,"
                  " record_type, record_id) VALUES (?1, 1, 'running', ?2, '51', 0, 0, 1, 1, 1, 1,"
                  " '', ?3, '', '', '', '', '', '', 0, '', 0)",
                  VALUES(v_i64((int64_t)i + 1), v_i64(x->unit), v_str(str_of(x->programme))));
        world_run(w,
                  "INSERT INTO assignment (type, record_id, unit, from_ms, to_ms)"
                  " VALUES ('case', ?1, ?2, 1, ?3)",
                  VALUES(v_i64((int64_t)i + 1), v_i64(x->to),
                         rand_below(r, 2) ? v_i64(2) : (struct value){0}));
    }
}

static void fill_records(struct world *w, struct rand *r)
{
    struct err e;
    assert_ok(db_exec(w->db,
                      "CREATE TABLE record_thing (id INTEGER PRIMARY KEY, state TEXT NOT NULL,"
                      " owner_unit INTEGER NOT NULL, owner_city TEXT, owner_province TEXT NOT NULL,"
                      " secrecy INTEGER NOT NULL, published INTEGER NOT NULL,"
                      " created_by INTEGER NOT NULL, programme TEXT, party TEXT) STRICT",
                      &e),
              &e);
    for (size_t i = 0; i < RECORDS; i++) {
        size_t unit = rand_below(r, ARRAY_LEN(units));
        struct str region = str_of(regions[unit]);
        struct labels *l = &records[i].labels;
        *l = (struct labels){.id = (int64_t)i + 1,
                             .owner_unit = units[unit],
                             .created_by = accounts[rand_below(r, ARRAY_LEN(accounts))],
                             .owner_city = region_city_prefix(region),
                             .owner_province = region_province_prefix(region),
                             .state = str_of(PICK(r, states)),
                             .programme = str_of(PICK(r, programmes)),
                             .secrecy = (enum secrecy)rand_below(r, 3),
                             .published = rand_below(r, 3) == 0};
        named[i] = rand_below(r, 3) ? units[rand_below(r, ARRAY_LEN(units))] : 0;
        world_run(w,
                  "INSERT INTO record_thing VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
                  " (SELECT credit_code FROM unit WHERE id = ?10))",
                  VALUES(v_i64(l->id), v_str(l->state), v_i64(l->owner_unit),
                         text_or_null(l->owner_city), v_str(l->owner_province),
                         v_i64((int64_t)l->secrecy), v_i64(l->published), v_i64(l->created_by),
                         text_or_null(l->programme), v_i64(named[i])));
    }
}

/* --- the naive reading ------------------------------------------------------------ */

static int day_cmp(const char *a, const char *b)
{
    return str_cmp(str_of(a), str_of(b));
}

static bool naive_authority(const struct subject *s, const struct access_rule *r,
                            const struct labels *l)
{
    for (size_t i = 0; i < ARRAY_LEN(authorities); i++) {
        const struct authority_row *x = &authorities[i];
        bool whole_province = str_ends(str_of(x->region), STR("0000"));
        bool whole_city = !whole_province && str_ends(str_of(x->region), STR("00"));
        bool covers =
            (whole_province && str_starts(str_of(x->region), l->owner_province)) ||
            (whole_city && l->owner_city.len && str_starts(str_of(x->region), l->owner_city));
        if (x->active && x->unit == s->unit && str_is(l->programme, x->programme) &&
            (r->function.len == 0 || str_is(r->function, x->function)) &&
            day_cmp(x->from, TODAY) <= 0 && (!*x->to || day_cmp(x->to, TODAY) >= 0) && covers)
            return true;
    }
    return false;
}

static bool naive_assigned(const struct subject *s, int64_t person, const struct labels *l)
{
    for (size_t i = 0; i < ARRAY_LEN(assignments); i++) {
        const struct assignment_row *x = &assignments[i];
        if (!x->other_type && x->record == l->id && x->from <= NOW_MS &&
            (x->to == 0 || x->to > NOW_MS) && person &&
            ((x->account && x->account == person) || (x->unit && x->unit == s->unit)))
            return true;
    }
    return false;
}

static bool naive_handed_in(const struct subject *s, bool has_programme, const struct labels *l)
{
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (s->unit && cases[i].to == s->unit && cases[i].unit == l->owner_unit &&
            (!has_programme || str_is(l->programme, cases[i].programme)))
            return true;
    return false;
}

static bool naive_rule(const struct subject *s, const struct grant *g, bool has_programme,
                       const struct access_rule *r, const struct labels *l)
{
    int64_t person = g->on_behalf_of ? g->on_behalf_of : s->account;
    switch (r->relation) {
    case RELATION_ANY:
        return true;
    case RELATION_OWN:
        return person && person == l->created_by && s->unit && s->unit == l->owner_unit;
    case RELATION_OWN_UNIT:
        return s->unit && s->unit == l->owner_unit;
    case RELATION_OWN_CITY:
        return s->city.len && l->owner_city.len && str_eq(s->city, l->owner_city);
    case RELATION_OWN_PROVINCE:
        return s->province.len && str_eq(s->province, l->owner_province);
    case RELATION_AUTHORITY:
        return has_programme && naive_authority(s, r, l);
    case RELATION_HANDED_IN:
        return naive_handed_in(s, has_programme, l);
    case RELATION_NAMED:
        return s->unit && named[l->id - 1] == s->unit;
    case RELATION_ASSIGNED:
        return naive_assigned(s, person, l);
    case RELATION_PUBLISHED:
        return l->published;
    }
    return false;
}

static bool naive_lent(const struct grant *g, bool has_programme, enum access_verb verb,
                       const struct labels *l)
{
    if (g->programmes.len == 0)
        return true;
    return has_programme
               ? l->programme.len && str_find(g->programmes, l->programme, 0) < g->programmes.len
               : verb == ACCESS_READ;
}

/* How many rules allow; *last is one of them. */
static size_t naive_count(const struct access_rule **last, const struct subject *s,
                          const struct access_policy *p, enum access_verb verb,
                          const struct labels *l)
{
    size_t n = 0;
    bool reads = verb == ACCESS_READ || verb == ACCESS_EXPORT;
    if (!subject_in_scope(s, reads ? "records:read" : "records:write"))
        return 0;
    for (size_t i = 0; i < p->rule_count; i++)
        for (size_t g = 0; g < s->grant_count; g++) {
            const struct access_rule *r = &p->rules[i];
            if ((r->verbs & (unsigned)verb) && (verb != ACCESS_ACT || r->actions.count) &&
                str_list_has(&r->roles, s->grants[g].role->name) &&
                str_list_has(&r->states, l->state) && l->secrecy <= r->secrecy &&
                naive_lent(&s->grants[g], p->has_programme, verb, l) &&
                naive_rule(s, &s->grants[g], p->has_programme, r, l)) {
                n += *last != r;
                *last = r;
            }
        }
    return n;
}

static bool naive(const struct subject *s, const struct access_policy *p, enum access_verb verb,
                  const struct labels *l)
{
    const struct access_rule *r = NULL;
    return naive_count(&r, s, p, verb, l) > 0;
}

/* --- random policies and people ---------------------------------------------------- */

static struct str_list random_list(struct rand *r, const char *const *names, size_t count,
                                   bool may_be_all, struct arena *a)
{
    if (may_be_all && rand_below(r, 2))
        return (struct str_list){.all = true};
    size_t n = rand_below(r, 6);
    struct str *items = arena_array(a, n + 1, sizeof(*items));
    for (size_t i = 0; i < n; i++)
        items[i] = str_of(pick(r, names, count));
    return (struct str_list){items, n, false};
}

static struct access_policy random_policy(struct rand *r, struct arena *a)
{
    size_t n = 1 + rand_below(r, 6);
    struct access_rule *rules = arena_array(a, n, sizeof(*rules));
    for (size_t i = 0; i < n; i++)
        rules[i] = (struct access_rule){
            .roles = random_list(r, role_names, ARRAY_LEN(role_names), false, a),
            .verbs = 1 + rand_below(r, 127),
            .actions = random_list(r, states, ARRAY_LEN(states), false, a),
            .relation = (enum relation)rand_below(r, RELATION_PUBLISHED + 1),
            .function = rand_below(r, 2) ? STR_NONE : str_of(PICK(r, functions)),
            .named = STR("party"),
            .states = random_list(r, states, ARRAY_LEN(states), true, a),
            .fields = random_list(r, programmes, 3, true, a),
            .unmasked = random_list(r, programmes, 3, false, a),
            .secrecy = (enum secrecy)rand_below(r, 3)};
    return (struct access_policy){.type = STR("thing"),
                                  .table = STR("record_thing"),
                                  .has_programme = rand_below(r, 8) > 0,
                                  .rules = rules,
                                  .rule_count = n};
}

static struct subject random_subject(struct world *w, struct rand *r)
{
    static const struct str scope_lists[][2] = {{{"records:read", 12}, {"search", 6}},
                                                {{"search", 6}, {"records:write", 13}}};
    struct subject s;
    struct err e;
    if (rand_below(r, 12) == 0) {
        subject_public(&s, STR(TODAY), w->arena);
        return s;
    }
    assert_ok(subject_load(&s, w->db, accounts[rand_below(r, ARRAY_LEN(accounts))], STR(TODAY),
                           NOW_MS, w->arena, &e),
              &e);
    struct grant *grants = arena_array(w->arena, s.grant_count + 1, sizeof(*grants));
    for (size_t i = 0; i < s.grant_count; i++) {
        static const char *const lent[] = {"", "sc-b", "sc-a sx-c", "other"};
        grants[i] = s.grants[i];
        if (grants[i].on_behalf_of)
            grants[i].programmes = str_of(PICK(r, lent));
    }
    s.grants = grants;
    if (rand_below(r, 8) == 0) {
        s.scopes = scope_lists[rand_below(r, 2)];
        s.scope_count = 2;
    }
    return s;
}

/* --- the comparison ----------------------------------------------------------------- */

static void select_allowed(bool allowed[RECORDS], struct world *w, const struct subject *s,
                           const struct access_policy *p, enum access_verb verb)
{
    struct err e;
    struct buf sql;
    struct stmt *st = NULL;
    struct value values[1 + ACCESS_VALUES_MAX];
    bool has_row;
    int next = 2;

    memset(allowed, 0, RECORDS * sizeof(*allowed));
    buf_init(&sql, 0);
    buf_addz(&sql, "SELECT t.id FROM record_thing t WHERE t.id > ?1 AND ");
    values[0] = v_i64(0);
    assert_ok(access_where(&sql, values, &next, s, p, verb, "t", &e), &e);
    buf_addz(&sql, " ORDER BY t.id");
    /* Statements are kept by the address of their text: it stays with the world. */
    const char *text = arena_cstr(w->arena, buf_str(&sql));
    if (db_query(&st, w->db, text, values, (size_t)next - 1, &e) != OK)
        fail_msg("%s: %s", e.text, text);
    for (;;) {
        assert_ok(stmt_next(&has_row, st, &e), &e);
        if (!has_row)
            break;
        allowed[stmt_i64(st, 0) - 1] = true;
    }
    stmt_free(st);
    buf_clear(&sql);
}

/* Of an action: some action that a rule names is allowed. */
static bool decide_any(struct world *w, const struct subject *s, const struct access_policy *p,
                       enum access_verb verb, const struct labels *l, bool visible)
{
    static const struct str none = {NULL, 0};
    struct decision d;
    struct err e;
    bool allowed = false;
    for (size_t i = 0; i < (verb == ACCESS_ACT ? ARRAY_LEN(states) : 1); i++) {
        struct str action = verb == ACCESS_ACT ? str_of(states[i]) : none;
        assert_ok(access_decide(&d, w->db, s, p, verb, action, l, w->arena, &e), &e);
        assert_int_equal(d.visible, visible);
        assert_int_equal(d.allowed, d.grant != NULL);
        allowed |= d.allowed;
    }
    return allowed;
}

static bool has_id(const struct access_clause *c, int64_t id)
{
    size_t low = 0, high = c->id_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c->ids[middle] == id)
            return true;
        if (c->ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static bool clause_holds(const struct access_clause *c, const struct labels *l)
{
    return (c->owner_unit == 0 || c->owner_unit == l->owner_unit) &&
           (c->created_by == 0 || c->created_by == l->created_by) &&
           (c->city.len == 0 || str_eq(c->city, l->owner_city)) &&
           (c->province.len == 0 || str_eq(c->province, l->owner_province)) &&
           (c->programme.len == 0 || str_eq(c->programme, l->programme)) &&
           (!c->published || l->published) && l->secrecy <= c->secrecy &&
           str_list_has(&c->states, l->state) && (!c->ids || has_id(c, l->id));
}

/* Does one of the clauses hold for these labels? */
static bool predicate_holds(const struct access_predicate *p, const struct labels *l)
{
    for (size_t i = 0; i < p->count; i++)
        if (clause_holds(&p->clauses[i], l))
            return true;
    return false;
}

static void all_ways_of_asking_agree(void **state)
{
    (void)state;
    static const enum access_verb verbs[] = {ACCESS_READ,   ACCESS_CHANGE, ACCESS_END,
                                             ACCESS_IMPORT, ACCESS_EXPORT, ACCESS_ACT};
    struct rand r = {test_seed(20261120)};
    struct world w;
    struct err e;
    size_t asked = 0, yes = 0, by_relation[RELATION_PUBLISHED + 1] = {0};
    bool allowed[RECORDS];

    world_open(&w);
    fill_people(&w, &r);
    fill_duties(&w, &r);
    fill_records(&w, &r);
    fill_cases(&w, &r);
    for (int round = 0; round < ROUNDS; round++) {
        struct access_policy p = random_policy(&r, w.arena);
        struct subject s = random_subject(&w, &r);
        enum access_verb verb = verbs[rand_below(&r, ARRAY_LEN(verbs))];
        struct access_predicate predicate;
        select_allowed(allowed, &w, &s, &p, verb);
        assert_ok(access_index_predicate(&predicate, w.db, &s, &p, verb, w.arena, &e), &e);
        for (size_t i = 0; i < RECORDS; i++) {
            const struct labels *l = &records[i].labels;
            const struct access_rule *by = NULL;
            size_t rules = naive_count(&by, &s, &p, verb, l);
            bool expected = rules > 0;
            if (decide_any(&w, &s, &p, verb, l, naive(&s, &p, ACCESS_READ, l)) != expected ||
                allowed[i] != expected || predicate_holds(&predicate, l) != expected)
                fail_msg("round %d record %zu verb %d: naive %d, where %d, labels %d", round, i + 1,
                         (int)verb, expected, allowed[i], predicate_holds(&predicate, l));
            asked++;
            yes += expected;
            if (rules == 1)
                by_relation[by->relation]++;
        }
    }
    print_message("# %zu decisions, %zu allowed\n", asked, yes);
    assert_true(asked >= 20000);
    assert_true(yes > asked / 20 && yes < asked - asked / 20);
    for (size_t i = 0; i < ARRAY_LEN(by_relation); i++)
        assert_true(by_relation[i] >= 20); /* each relation decided alone, and often */
    world_close(&w);
}

/* --- single things that a random test could hide ------------------------------------- */

static struct access_policy one_rule(struct access_rule *r)
{
    return (struct access_policy){
        .type = STR("thing"), .table = STR("record_thing"), .rules = r, .rule_count = 1};
}

static void what_no_rule_allows_is_denied(void **state)
{
    (void)state;
    struct world w;
    struct err e;
    struct subject s;
    struct decision d;
    struct access_policy p = {.type = STR("thing")};
    struct labels l = {.id = 1, .state = STR("draft"), .published = true};
    struct buf sql;
    struct value values[ACCESS_VALUES_MAX];
    int next = 1;

    world_open(&w);
    subject_public(&s, STR(TODAY), w.arena);
    assert_ok(access_decide(&d, w.db, &s, &p, ACCESS_READ, STR_NONE, &l, w.arena, &e), &e);
    assert_false(d.allowed || d.visible);
    buf_init(&sql, 0);
    assert_ok(access_where(&sql, values, &next, &s, &p, ACCESS_READ, "t", &e), &e);
    assert_str(buf_str(&sql), "(0 = 1)");
    assert_int_equal(next, 1);
    buf_clear(&sql);
    world_close(&w);
}

static void the_program_may_do_all(void **state)
{
    (void)state;
    struct world w;
    struct err e;
    struct subject s;
    struct decision d;
    struct access_predicate predicate;
    struct access_policy p = {.type = STR("thing")};
    struct labels l = {.id = 1, .state = STR("draft"), .secrecy = SECRECY_SECRET};

    world_open(&w);
    subject_program(&s, STR(TODAY));
    assert_true(subject_is_program(&s));
    assert_ok(access_decide(&d, w.db, &s, &p, ACCESS_ACT, STR("sign"), &l, w.arena, &e), &e);
    assert_true(d.allowed && d.visible && d.fields.all && d.unmasked.all);
    assert_ok(access_index_predicate(&predicate, w.db, &s, &p, ACCESS_READ, w.arena, &e), &e);
    assert_true(predicate_holds(&predicate, &l));
    world_close(&w);
}

static void fields_are_the_union_of_the_rules_that_allow(void **state)
{
    (void)state;
    struct world w;
    struct err e;
    struct subject s;
    struct decision d;
    static const struct str public_role = {"public", 6};
    static const struct str first[] = {{"title", 5}, {"amount", 6}},
                            second[] = {{"amount", 6}, {"place", 5}}, third[] = {{"secret", 6}};
    struct access_rule rules[] = {
        {.roles = {&public_role, 1},
         .verbs = ACCESS_READ,
         .states = {.all = true},
         .fields = {first, 2}},
        {.roles = {&public_role, 1},
         .verbs = ACCESS_READ,
         .states = {.all = true},
         .fields = {second, 2},
         .unmasked = {second, 1}},
        {.roles = {&public_role, 1},
         .verbs = ACCESS_READ,
         .states = {.all = true},
         .relation = RELATION_PUBLISHED,
         .fields = {third, 1}},
    };
    struct access_policy p = {.type = STR("thing"), .rules = rules, .rule_count = 3};
    struct labels l = {.id = 1, .state = STR("draft")};

    world_open(&w);
    subject_public(&s, STR(TODAY), w.arena);
    assert_ok(access_decide(&d, w.db, &s, &p, ACCESS_READ, STR_NONE, &l, w.arena, &e), &e);
    assert_int_equal(d.fields.count, 3);
    assert_true(str_list_has(&d.fields, STR("title")) && str_list_has(&d.fields, STR("amount")) &&
                str_list_has(&d.fields, STR("place")));
    assert_int_equal(d.unmasked.count, 1);
    rules[2].fields = (struct str_list){.all = true};
    l.published = true;
    assert_ok(access_decide(&d, w.db, &s, &p, ACCESS_READ, STR_NONE, &l, w.arena, &e), &e);
    assert_true(d.fields.all);
    world_close(&w);
}

static void the_log_names_the_persons_own_role_first(void **state)
{
    (void)state;
    struct world w;
    struct err e;
    struct decision d;
    static const struct str roles[] = {{"centre_manager", 14}, {"centre_staff", 12}};
    struct access_rule rule = {
        .roles = {roles, 2}, .verbs = ACCESS_CHANGE, .states = {.all = true}};
    struct access_policy p = one_rule(&rule);
    struct subject s;
    struct labels l = {.id = 1, .state = STR("draft")};

    world_open(&w);
    int64_t unit = world_unit(&w, "party", "510100");
    int64_t manager = world_account(&w, "manager", unit), staff = world_account(&w, "staff", unit);
    world_grant(&w, manager, unit, "centre_manager", "2026-01-01", "", 0);
    world_grant(&w, staff, unit, "centre_manager", "2026-01-01", "2026-12-31", manager);
    assert_ok(subject_load(&s, w.db, staff, STR(TODAY), NOW_MS, w.arena, &e), &e);
    assert_ok(access_decide(&d, w.db, &s, &p, ACCESS_CHANGE, STR_NONE, &l, w.arena, &e), &e);
    assert_true(d.allowed && !d.visible);
    assert_int_equal(d.grant->on_behalf_of, manager);
    world_grant(&w, staff, unit, "centre_staff", "2026-01-01", "", 0);
    assert_ok(subject_load(&s, w.db, staff, STR(TODAY), NOW_MS, w.arena, &e), &e);
    assert_ok(access_decide(&d, w.db, &s, &p, ACCESS_CHANGE, STR_NONE, &l, w.arena, &e), &e);
    assert_int_equal(d.grant->on_behalf_of, 0);
    assert_str(d.grant->role->name, "centre_staff");
    world_close(&w);
}

static void a_policy_with_too_many_values_is_refused_whole(void **state)
{
    (void)state;
    struct world w;
    struct err e;
    struct subject s;
    struct str names[ACCESS_VALUES_MAX + 1];
    static const struct str public_role = {"public", 6};
    struct access_rule rule = {.roles = {&public_role, 1}, .verbs = ACCESS_READ};
    struct access_policy p = one_rule(&rule);
    struct buf sql;
    struct value values[ACCESS_VALUES_MAX];
    int next = 1;

    world_open(&w);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        names[i] = arena_printf(w.arena, "s%zu", i);
    subject_public(&s, STR(TODAY), w.arena);
    buf_init(&sql, 0);
    rule.states = (struct str_list){names, ACCESS_VALUES_MAX, false};
    assert_ok(access_where(&sql, values, &next, &s, &p, ACCESS_READ, "t", &e), &e);
    assert_int_equal(next, ACCESS_VALUES_MAX + 1);
    next = 1;
    rule.states.count++;
    assert_int_equal(access_where(&sql, values, &next, &s, &p, ACCESS_READ, "t", &e), E_LIMIT);
    buf_clear(&sql);
    world_close(&w);
}

/* Only a build for it can switch a check off, and then the check is off. */
static void checks_can_be_switched_off_in_a_test_build_only(void **state)
{
    (void)state;
    struct world w;
    struct err e;
    struct subject s;
    struct decision d;
    static const struct str public_role = {"public", 6};
    struct access_rule rule = {.roles = {&public_role, 1},
                               .verbs = ACCESS_READ,
                               .states = {.all = true},
                               .relation = RELATION_PUBLISHED};
    struct access_policy p = one_rule(&rule);
    struct labels l = {.id = 1, .state = STR("draft")};

    world_open(&w);
    subject_public(&s, STR(TODAY), w.arena);
#ifdef ZHIYUN_MUTATION
    struct buf asked;
    buf_init(&asked, 0);
    access_mutation_begin(arena_printf(w.arena, "%.*s decide read relation", STR_ARG(p.type)));
    assert_ok(access_decide(&d, w.db, &s, &p, ACCESS_READ, STR_NONE, &l, w.arena, &e), &e);
    assert_true(d.allowed);
    access_mutation_end(&asked);
    assert_true(str_ends(buf_str(&asked), STR("decide read relation")));
    buf_clear(&asked);
#endif
    assert_ok(access_decide(&d, w.db, &s, &p, ACCESS_READ, STR_NONE, &l, w.arena, &e), &e);
    assert_false(d.allowed);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_ways_of_asking_agree),
        cmocka_unit_test(what_no_rule_allows_is_denied),
        cmocka_unit_test(the_program_may_do_all),
        cmocka_unit_test(fields_are_the_union_of_the_rules_that_allow),
        cmocka_unit_test(the_log_names_the_persons_own_role_first),
        cmocka_unit_test(a_policy_with_too_many_values_is_refused_whole),
        cmocka_unit_test(checks_can_be_switched_off_in_a_test_build_only),
    };
    return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
