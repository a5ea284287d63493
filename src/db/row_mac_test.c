#include "test.h"

#include "db/db_priv.h"
#include "db/proof_table.h"
#include "db/row_mac.h"
#include "db/scratch.h"
#include "db/store.h"
#include "db/tables.h"
#include <stdlib.h>

static const struct mac_key key = {HASH_SHA256, "a key that lies outside of it"};

/* A store whose codes are made and written, and a connection that writes past them. */
struct fixture {
    struct arena *a;
    struct store *store;
    struct db *hand;
    struct str told; /* what a comparison found: "foreign session 1\n" */
};

static err_t make_codes(struct db *db, void *arg, struct err *e)
{
    (void)arg;
    return row_macs_make(db, NULL, e);
}

static err_t run_sql(struct db *db, void *arg, struct err *e)
{
    return db_run_once(db, arg, NULL, 0, e);
}

static err_t run_later(struct db *db, void *arg, struct err *e)
{
    return db_run_later(db, arg, NULL, 0, e);
}

static void write_as(struct fixture *f, store_fn fn, const char *sql)
{
    struct err e;
    assert_ok(store_write(f->store, fn, (void *)(uintptr_t)sql, &e), &e);
}

static void write_row(struct fixture *f, const char *sql)
{
    write_as(f, run_sql, sql);
}

static void by_hand(struct fixture *f, const char *sql)
{
    struct err e;
    assert_ok(db_exec(f->hand, sql, &e), &e);
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    struct err e;
    f->a = arena_new();
    const char *url = scratch_url(f->a, scratch_dir(f->a), "codes");
    assert_ok(store_open(&f->store, url, true, &e), &e);
    assert_ok(db_open(&f->hand, url, &(struct db_options){.must_exist = true}, &e), &e);
    store_use_mac_key(f->store, &key);
    assert_ok(store_write(f->store, make_codes, NULL, &e), &e);
    by_hand(f, "INSERT INTO unit (version, state, owner_unit, owner_province, secrecy, published,"
               " created_ms, created_by, changed_ms, changed_by, kind, name, region) VALUES (1,"
               " 'active', 1, '51', 0, 1, 1, 0, 1, 0, 'province_office', 'x', '510000')");
    assert_ok(store_write(f->store, make_codes, NULL, &e), &e);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    db_close(f->hand);
    store_close(f->store);
    arena_free(f->a);
    free(f);
    return 0;
}

static void tell(void *arg, enum row_mac_fault what, const char *table, struct str row)
{
    static const char *const words[] = {"foreign", "changed", "gone", "sql"};
    struct fixture *f = arg;
    f->told =
        arena_printf(f->a, "%.*s%s %s %.*s\n", STR_ARG(f->told), words[what], table, STR_ARG(row));
}

#define assert_told(f, expected)                                                                   \
    do {                                                                                           \
        struct db *reader_ = NULL;                                                                 \
        struct err e_;                                                                             \
        (f)->told = STR("");                                                                       \
        assert_ok(store_reader_get(&reader_, (f)->store, &e_), &e_);                               \
        assert_ok(row_macs_compare(reader_, tell, (f), &e_), &e_);                                 \
        store_reader_put((f)->store, reader_);                                                     \
        assert_str((f)->told, expected);                                                           \
    } while (0)

#define HOST(name) "INSERT INTO outward_host VALUES ('" name "', 443, 0, 1, 1)"

/* --- what is written ------------------------------------------------------------------- */

static void test_every_way_to_write_leaves_codes(void **state)
{
    struct fixture *f = *state;
    write_row(f, HOST("a"));
    write_as(f, run_later, HOST("b"));
    write_as(f, run_later, HOST("c"));
    write_row(f, "UPDATE outward_host SET inside = 1 WHERE host = 'a'");
    write_row(f, "DELETE FROM outward_host WHERE host = 'c'");
    write_row(f, "INSERT INTO setting (name, value, changed_ms, changed_by) VALUES ('x', 'y', 1, 1)"
                 " ON CONFLICT (name) DO UPDATE SET value = 'z'");
    write_row(f, "INSERT INTO setting (name, value, changed_ms, changed_by) VALUES ('x', 'y', 1, 1)"
                 " ON CONFLICT (name) DO UPDATE SET value = 'z'");
    assert_told(f, "");
    by_hand(f, "UPDATE setting SET value = 'y' WHERE name = 'x'");
    assert_told(f, "changed setting x\n");
}

struct returned {
    int64_t number, id;
};

static err_t add_upload(struct db *db, void *arg, struct err *e)
{
    struct returned *r = arg;
    err_t rc = db_run(db,
                      "INSERT INTO session (digest, account, started_ms, seen_ms, proved_ms, means)"
                      " VALUES ('d', 1, 7, 8, 9, 'password')",
                      NULL, 0, e);
    r->id = db_last_id(db);
    return rc == OK ? db_i64(&r->number, db,
                             "UPDATE session SET seen_ms = 11 RETURNING seen_ms + 1", NULL, 0, e)
                    : rc;
}

static err_t add_account(struct db *db, void *arg, struct err *e)
{
    (void)arg;
    return db_run(db,
                  "INSERT INTO account (version, state, owner_unit, owner_province, secrecy,"
                  " published, created_ms, created_by, changed_ms, changed_by, name, display_name)"
                  " VALUES (1, 'active', 1, '51', 0, 0, 1, 0, 1, 0, 'li', 'Li')",
                  NULL, 0, e);
}

static void test_what_a_statement_returns_is_the_same(void **state)
{
    struct fixture *f = *state;
    struct returned r = {0};
    struct err e;
    assert_ok(store_write(f->store, add_account, NULL, &e), &e);
    assert_ok(store_write(f->store, add_upload, &r, &e), &e);
    assert_int_equal(r.id, 1);
    assert_int_equal(r.number, 12);
    assert_told(f, "");
}

static err_t write_and_fail(struct db *db, void *arg, struct err *e)
{
    err_t rc = run_sql(db, arg, e);
    return rc == OK ? err_set(e, E_INVALID, "not today") : rc;
}

static void test_a_step_that_fails_leaves_none(void **state)
{
    struct fixture *f = *state;
    struct err e;
    assert_int_equal(store_write(f->store, write_and_fail, HOST("a"), &e), E_INVALID);
    write_row(f, HOST("b"));
    assert_told(f, "");
}

/* --- what is found --------------------------------------------------------------------- */

static void test_rows_of_another_hand_are_named(void **state)
{
    struct fixture *f = *state;
    write_row(f, HOST("a"));
    write_row(f, HOST("b"));
    write_row(f, HOST("c"));
    by_hand(f, HOST("z"));
    by_hand(f, "UPDATE outward_host SET inside = 1 WHERE host = 'b'");
    by_hand(f, "DELETE FROM outward_host WHERE host = 'c'");
    assert_told(f, "changed outward_host b\x1f"
                   "443\nforeign outward_host z\x1f"
                   "443\ngone outward_host c\x1f"
                   "443\n");
}

static void test_a_row_that_the_program_changes_again_stays_named(void **state)
{
    struct fixture *f = *state;
    write_row(f, HOST("a"));
    write_row(f, HOST("b"));
    by_hand(f, "UPDATE outward_host SET inside = 1 WHERE host = 'a'");
    by_hand(f, HOST("z"));
    write_row(f, "UPDATE outward_host SET created_by = 2");
    write_as(f, run_later,
             "INSERT INTO outward_host VALUES ('z', 443, 0, 1, 1) ON CONFLICT (host, port)"
             " DO UPDATE SET created_by = 3");
    assert_told(f, "changed outward_host a\x1f"
                   "443\nforeign outward_host z\x1f"
                   "443\n");
    write_row(f, "DELETE FROM outward_host WHERE host IN ('a', 'z')");
    assert_told(f, "");
}

static void test_a_row_that_is_gone_with_its_code_is_told(void **state)
{
    struct fixture *f = *state;
    write_row(f, HOST("a"));
    write_row(f, HOST("b"));
    by_hand(f, "DELETE FROM outward_host WHERE host = 'a'");
    by_hand(f, "DELETE FROM row_mac WHERE name = 'outward_host' AND key LIKE 'a%'");
    assert_told(f, "gone outward_host \n");
    write_row(f, HOST("c"));
    assert_told(f, "gone outward_host \n");
    by_hand(f, "DELETE FROM row_mac WHERE name = '*' AND key = 'outward_host'");
    write_row(f, HOST("d"));
    assert_told(f, "gone outward_host \n");
}

static void test_a_code_of_another_row_fits_none(void **state)
{
    struct fixture *f = *state;
    write_row(f, HOST("a"));
    write_row(f, HOST("b"));
    by_hand(f, "UPDATE outward_host SET inside = 1 WHERE host = 'b'");
    by_hand(f,
            "UPDATE row_mac SET code = (SELECT o.code FROM row_mac o WHERE o.name ="
            " 'outward_host' AND o.key LIKE 'a%') WHERE name = 'outward_host' AND key LIKE 'b%'");
    assert_told(f, "changed outward_host b\x1f"
                   "443\n");
}

static void test_triggers_and_views_of_another_hand_are_named(void **state)
{
    struct fixture *f = *state;
    bool postgres = scratch_is_postgres();
    by_hand(f, "CREATE VIEW evil_view AS SELECT 1 AS one");
    by_hand(f, postgres ? "CREATE FUNCTION evil() RETURNS trigger LANGUAGE plpgsql AS"
                          " $$BEGIN RETURN NULL; END$$;"
                          "CREATE TRIGGER unit_access2 AFTER INSERT ON unit EXECUTE FUNCTION evil()"
                        : "CREATE TRIGGER unit_access2 AFTER INSERT ON unit BEGIN SELECT 1; END");
    assert_told(f, postgres ? "sql  trigger unit_access2\nsql  view evil_view\n"
                            : "sql  view evil_view\nsql  trigger unit_access2\n");
}

static void test_a_row_is_refused_when_it_is_used(void **state)
{
    struct fixture *f = *state;
    struct db *db = NULL;
    struct err e;
    write_row(f, HOST("a"));
    by_hand(f, HOST("z"));
    assert_ok(store_reader_get(&db, f->store, &e), &e);
    assert_ok(row_mac_require(&e, db, "outward_host", "a" ROW_KEY_SEPARATOR "%d", 443), &e);
    assert_ok(row_mac_require(&e, db, "outward_host", "none" ROW_KEY_SEPARATOR "443"), &e);
    assert_int_equal(row_mac_require(&e, db, "outward_host", "z" ROW_KEY_SEPARATOR "443"),
                     E_DENIED);
    store_reader_put(f->store, db);
    by_hand(f, "UPDATE outward_host SET inside = 1 WHERE host = 'a'");
    assert_ok(store_reader_get(&db, f->store, &e), &e);
    assert_int_equal(row_mac_require(&e, db, "outward_host", "a" ROW_KEY_SEPARATOR "443"),
                     E_DENIED);
    store_reader_put(f->store, db);
}

/* --- the list --------------------------------------------------------------------------- */

static void test_every_table_stands_in_the_list_with_its_key(void **state)
{
    struct fixture *f = *state;
    const struct table *tables;
    size_t count;
    struct err e;
    assert_ok(db_tables(&tables, &count, f->hand, f->a, &e), &e);
    assert_int_equal(count, ARRAY_LEN(proof_tables));
    for (size_t i = 0; i < count; i++) {
        const struct proof_table *p = &proof_tables[i];
        struct buf names = {0};
        assert_str(tables[i].name, p->name);
        assert_int_equal(p->proof == PROOF_CODED, p->key != NULL);
        for (size_t k = 0; k < tables[i].key_count; k++)
            buf_addf(&names, "%s%.*s", k ? ", " : "", STR_ARG(tables[i].key[k]));
        if (p->key)
            assert_str(buf_str(&names), p->key);
        buf_clear(&names);
    }
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_every_way_to_write_leaves_codes),
        TEST(test_what_a_statement_returns_is_the_same),
        TEST(test_a_step_that_fails_leaves_none),
        TEST(test_rows_of_another_hand_are_named),
        TEST(test_a_row_that_the_program_changes_again_stays_named),
        TEST(test_a_row_that_is_gone_with_its_code_is_told),
        TEST(test_a_code_of_another_row_fits_none),
        TEST(test_triggers_and_views_of_another_hand_are_named),
        TEST(test_a_row_is_refused_when_it_is_used),
        TEST(test_every_table_stands_in_the_list_with_its_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
