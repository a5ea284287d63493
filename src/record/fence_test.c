/* The second fence with every check of the program left out: plain SQL over a reader connection
 * sees what access_decide would have allowed by some verb, and not one row of others. On SQLite,
 * which has no fence, there is nothing to see. */
#include "test.h"

#include "base/rand.h"
#include "db/fence.h"
#include "record/fixture.h"

static struct fixture f;

static const char *const kinds[] = {"thing", "deal", "demand", "training", "centre", "task"};

static int set_up(void **state)
{
    (void)state;
    fixture_open(&f, NULL, 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_close(&f);
    return 0;
}

/* Rows with labels of every kind, and a version of each. */
static void fill(struct rand *r, int rows)
{
    const int64_t units[] = {f.centre, f.other_centre, f.city, f.province, f.elsewhere};
    const int64_t people[] = {f.staff, f.manager, f.other_staff, f.city_officer, f.stranger, 0};
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        const struct record_type *t = fixture_type(&f, kinds[k]);
        for (int i = 0; i < rows; i++) {
            int64_t unit = units[rand_below(r, ARRAY_LEN(units))];
            struct str state = t->states[rand_below(r, (uint32_t)t->state_count)].name;
            struct str labels = arena_printf(
                f.a,
                "(SELECT substr(region, 1, 4) FROM unit WHERE id = %lld), (SELECT substr(region, 1,"
                " 2) FROM unit WHERE id = %lld)",
                (long long)unit, (long long)unit);
            fixture_run(
                &f,
                arena_printf(
                    f.a,
                    "INSERT INTO %.*s (id, version, state, owner_unit, owner_city, owner_province,"
                    " secrecy, published, created_ms, created_by, changed_ms, changed_by) VALUES"
                    " (%d, 1, '%.*s', %lld, %.*s, %d, %d, 1, %lld, 1, 0)",
                    STR_ARG(t->table), 5000 + i, STR_ARG(state), (long long)unit, STR_ARG(labels),
                    (int)rand_below(r, 3), (int)rand_below(r, 2),
                    (long long)people[rand_below(r, ARRAY_LEN(people))])
                    .ptr);
            fixture_run(&f, arena_printf(
                                f.a,
                                "INSERT INTO record_version (type, record_id, version, at_ms,"
                                " account, action, content, seal, entry) VALUES ('%s', %d, 1, 1, 0,"
                                " 'create', '{}', '{}', 'entry %s %d')",
                                kinds[k], 5000 + i, kinds[k], i)
                                .ptr);
        }
    }
}

static bool may(const struct subject *s, const struct record_type *t, const struct labels *l)
{
    static const enum access_verb verbs[] = {ACCESS_READ,   ACCESS_CHANGE, ACCESS_END,
                                             ACCESS_CREATE, ACCESS_IMPORT, ACCESS_EXPORT};
    struct decision d;
    struct db *db = NULL;
    struct err e;
    bool any = false;
    assert_ok(store_reader_get(&db, f.store, &e), &e);
    for (size_t v = 0; !any && v < ARRAY_LEN(verbs); v++) {
        assert_ok(access_decide(&d, db, s, &t->access, verbs[v], STR_NONE, l, f.a, &e), &e);
        any = d.allowed;
    }
    for (size_t i = 0; !any && i < t->transition_count; i++) {
        assert_ok(
            access_decide(&d, db, s, &t->access, ACCESS_ACT, t->transitions[i].name, l, f.a, &e),
            &e);
        any = d.allowed;
    }
    store_reader_put(f.store, db);
    return any;
}

/* As the program, without the fence: all rows with their labels. */
static size_t all_rows(struct labels *out, size_t max, const struct record_type *t)
{
    struct db *db = NULL;
    struct stmt *st = NULL;
    bool has_row = false;
    struct err e;
    size_t n = 0;
    assert_ok(store_reader_get(&db, f.store, &e), &e);
    assert_ok(db_query_once(&st, db,
                            arena_printf(f.a,
                                         "SELECT id, owner_unit, created_by, owner_city,"
                                         " owner_province, state, secrecy, published FROM %.*s"
                                         " ORDER BY id",
                                         STR_ARG(t->table))
                                .ptr,
                            NULL, 0, &e),
              &e);
    while (stmt_next(&has_row, st, &e) == OK && has_row && n < max)
        out[n++] = (struct labels){.id = stmt_i64(st, 0),
                                   .owner_unit = stmt_i64(st, 1),
                                   .created_by = stmt_i64(st, 2),
                                   .owner_city = arena_dup(f.a, stmt_str(st, 3)),
                                   .owner_province = arena_dup(f.a, stmt_str(st, 4)),
                                   .state = arena_dup(f.a, stmt_str(st, 5)),
                                   .secrecy = (enum secrecy)stmt_i64(st, 6),
                                   .published = stmt_i64(st, 7) != 0};
    stmt_free(st);
    store_reader_put(f.store, db);
    return n;
}

static int64_t number_of(struct db *db, const char *sql)
{
    struct stmt *st = NULL;
    bool has_row = false;
    struct err e;
    assert_ok(db_query_once(&st, db, sql, NULL, 0, &e), &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    int64_t n = stmt_i64(st, 0);
    stmt_free(st);
    return n;
}

/* Of a statement of one row, asked for by somebody (NULL: the program). */
static int64_t count_for(const char *who, const char *sql)
{
    struct db *db = NULL;
    struct err e;
    fence_enter(who);
    assert_ok(store_reader_get(&db, f.store, &e), &e);
    int64_t n = number_of(db, sql);
    store_reader_put(f.store, db);
    fence_leave();
    return n;
}

/* Of these rows, sorted by id, which one reads the ids of. An id that is of none of them is a failure. */
static bool *ids_for(const char *who, const char *sql, const struct labels *rows, size_t n)
{
    struct db *db = NULL;
    struct stmt *st = NULL;
    bool has_row = false;
    struct err e;
    bool *found = arena_array(f.a, n + 1, sizeof(*found));
    memset(found, 0, n + 1);
    fence_enter(who);
    assert_ok(store_reader_get(&db, f.store, &e), &e);
    assert_ok(db_query_once(&st, db, sql, NULL, 0, &e), &e);
    while (stmt_next(&has_row, st, &e) == OK && has_row) {
        size_t i = 0;
        while (i < n && rows[i].id != stmt_i64(st, 0))
            i++;
        assert_true(i < n);
        found[i] = true;
    }
    stmt_free(st);
    store_reader_put(f.store, db);
    fence_leave();
    return found;
}

/* Where there is none (SQLite) entering changes nothing. */
static bool is_fenced(void)
{
    enum fence_kept kept;
    struct err e;
    fixture_create(&f, f.manager, "thing", "{\"name\":\"one\"}");
    assert_ok(fence_kept(&kept, f.store, &e), &e);
    assert_int_equal(count_for("{}", "SELECT count(*) FROM record_thing"), kept == FENCE_NONE);
    return kept != FENCE_NONE;
}

static void without_any_check_nothing_of_others_is_read(void **state)
{
    (void)state;
    static struct labels rows[512];
    const int64_t people[] = {f.staff,        f.manager,   f.other_staff,
                              f.city_officer, f.officer,   f.officer2,
                              f.stranger,     f.neighbour, 0};
    struct rand r = {test_seed(7)};
    int64_t asked = 0, seen = 0, foreign = 0, missing = 0;
    if (!is_fenced())
        return;
    fill(&r, 60);
    for (size_t p = 0; p < ARRAY_LEN(people); p++) {
        struct subject s;
        if (people[p])
            s = fixture_subject(&f, people[p]);
        else
            subject_public(&s, STR("2026-11-20"), f.a);
        const char *who = subject_context(&s, f.a);
        for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
            const struct record_type *t = fixture_type(&f, kinds[k]);
            size_t n = all_rows(rows, ARRAY_LEN(rows), t);
            bool *row_of = ids_for(
                who, arena_printf(f.a, "SELECT id FROM %.*s", STR_ARG(t->table)).ptr, rows, n);
            bool *version_of =
                ids_for(who,
                        arena_printf(f.a, "SELECT record_id FROM record_version WHERE type = '%s'",
                                     kinds[k])
                            .ptr,
                        rows, n);
            for (size_t i = 0; i < n; i++, asked++) {
                bool allowed = may(&s, t, &rows[i]), row = row_of[i], version = version_of[i];
                seen += row;
                foreign += !allowed && (row || version);
                missing += allowed && (!row || !version);
            }
        }
    }
    print_message("# %lld rows asked for, %lld seen, %lld of others, %lld missing\n",
                  (long long)asked, (long long)seen, (long long)foreign, (long long)missing);
    assert_int_equal(foreign, 0);
    assert_int_equal(missing, 0);
    assert_true(seen > asked / 20 && seen < asked);
}

static void a_connection_comes_back_without_its_context(void **state)
{
    (void)state;
    struct err e;
    struct db *db = NULL;
    if (!is_fenced())
        return;
    const char *nothing = "SELECT count(*) FROM record_thing";
    assert_true(count_for(NULL, nothing) > 0);
    assert_int_equal(count_for("{}", nothing), 0);
    assert_int_equal(count_for("{\"grants\":[]}", nothing), 0);
    assert_true(count_for(NULL, nothing) > 0);
    assert_int_equal(count_for(NULL, "SELECT count(*) FROM (SELECT 1 AS n WHERE"
                                     " current_setting('zhiyun.subject', true) <> '') AS x"),
                     0);
    /* Its role owns nothing, writes nothing and is not the owner's. */
    enum fence_kept kept;
    assert_ok(fence_kept(&kept, f.store, &e), &e);
    assert_int_equal(kept, FENCE_BY_ROLE);
    fence_enter("{}");
    assert_ok(store_reader_get(&db, f.store, &e), &e);
    assert_int_not_equal(db_exec(db,
                                 "SET default_transaction_read_only = off;"
                                 " DELETE FROM record_thing",
                                 &e),
                         OK);
    assert_int_not_equal(db_exec(db, "ALTER TABLE record_thing DISABLE ROW LEVEL SECURITY", &e),
                         OK);
    store_reader_put(f.store, db);
    fence_leave();
    /* A cache of all rows is filled without it. */
    fence_enter("{}");
    assert_ok(store_reader_get(&db, f.store, &e), &e);
    assert_int_equal(number_of(db, nothing), 0);
    assert_ok(fence_off(db, &e), &e);
    assert_true(number_of(db, nothing) > 0);
    assert_ok(db_begin_read(db, &e), &e);
    assert_ok(fence_on(db, &e), &e);
    assert_int_equal(number_of(db, nothing), 0);
    store_reader_put(f.store, db);
    fence_leave();
    assert_true(count_for(NULL, nothing) > 0);
    /* What was taken off inside a transaction is not there again after it. */
    fence_enter("{}");
    assert_ok(store_reader_get(&db, f.store, &e), &e);
    assert_ok(db_begin_read(db, &e), &e);
    assert_ok(fence_off(db, &e), &e);
    assert_true(number_of(db, nothing) > 0);
    store_reader_put(f.store, db);
    fence_leave();
    assert_true(count_for(NULL, nothing) > 0);
    assert_int_equal(count_for("{}", nothing), 0);
    assert_true(count_for(NULL, nothing) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_any_check_nothing_of_others_is_read, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_connection_comes_back_without_its_context, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("fence", tests, NULL, NULL);
}
