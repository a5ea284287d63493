#include "test.h"

#include "db/scratch.h"
#include "db/store.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static struct db *open_memory(void)
{
    struct db *db = NULL;
    struct err e;
    assert_ok(db_open(&db, "sqlite::memory:", &(struct db_options){0}, &e), &e);
    return db;
}

static void run(struct db *db, const char *sql)
{
    struct err e;
    assert_ok(db_exec(db, sql, &e), &e);
}

static void values_come_back_as_they_went_in(void **state)
{
    (void)state;
    struct db *db = open_memory();
    struct stmt *st = NULL;
    struct err e;
    bool has_row;
    const uint8_t raw[] = {0, 255, 0, 7};
    run(db, "CREATE TABLE t (a INTEGER, b TEXT, c BLOB, d TEXT, f BLOB) STRICT");
    assert_ok(db_prepare(&st, db, "INSERT INTO t VALUES (?1, ?2, ?3, ?4, ?5)", &e), &e);
    assert_ok(stmt_bind_i64(st, 1, INT64_MIN, &e), &e);
    assert_ok(stmt_bind_str(st, 2, STR("知运 O'Neil"), &e), &e);
    assert_ok(stmt_bind_bytes(st, 3, (struct bytes){raw, 4}, &e), &e);
    assert_ok(stmt_bind_bytes(st, 5, (struct bytes){NULL, 0}, &e), &e);
    assert_ok(stmt_run(st, &e), &e);
    stmt_free(st);
    assert_ok(db_prepare(&st, db, "SELECT a, b, c, d, f FROM t", &e), &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    assert_true(has_row);
    assert_true(stmt_i64(st, 0) == INT64_MIN);
    assert_str(stmt_str(st, 1), "知运 O'Neil");
    assert_int_equal(stmt_bytes(st, 2).len, 4);
    assert_memory_equal(stmt_bytes(st, 2).ptr, raw, 4);
    assert_true(stmt_is_null(st, 3));
    assert_int_equal(stmt_str(st, 3).len, 0);
    assert_false(stmt_is_null(st, 4));
    assert_ok(stmt_next(&has_row, st, &e), &e);
    assert_false(has_row);
    assert_ok(stmt_next(&has_row, st, &e), &e); /* stays at the end */
    assert_false(has_row);
    stmt_free(st);
    db_close(db);
}

static void an_empty_text_becomes_null_and_a_nul_is_refused(void **state)
{
    (void)state;
    struct db *db = open_memory();
    struct stmt *st = NULL;
    struct err e;
    bool has_row;
    assert_ok(db_prepare(&st, db, "SELECT ?1", &e), &e);
    assert_ok(stmt_bind_str(st, 1, STR("x"), &e), &e);
    assert_ok(stmt_bind_str(st, 1, STR(""), &e), &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    assert_true(stmt_is_null(st, 0));
    stmt_free(st);
    assert_ok(db_prepare(&st, db, "SELECT ?1", &e), &e);
    assert_int_equal(stmt_bind_str(st, 1, (struct str){"a\0b", 3}, &e), E_INVALID);
    stmt_free(st);
    db_close(db);
}

static void a_statement_is_kept_and_forgets_its_bindings(void **state)
{
    (void)state;
    static const char sql[] = "SELECT ?1";
    struct db *db = open_memory();
    struct stmt *first = NULL, *second = NULL, *again = NULL;
    struct err e;
    bool has_row;
    assert_ok(db_prepare(&first, db, sql, &e), &e);
    assert_ok(db_prepare(&second, db, sql, &e), &e); /* in use: one of its own */
    assert_ptr_not_equal(first, second);
    assert_ok(stmt_bind_i64(first, 1, 7, &e), &e);
    assert_ok(stmt_next(&has_row, first, &e), &e);
    assert_int_equal(stmt_i64(first, 0), 7);
    stmt_free(first);
    assert_ok(db_prepare(&again, db, sql, &e), &e);
    assert_ptr_equal(again, first);
    assert_ok(stmt_next(&has_row, again, &e), &e);
    assert_true(stmt_is_null(again, 0));
    stmt_free(again);
    stmt_free(second);
    stmt_free(NULL);
    db_close(db);
}

static void sql_made_at_run_time_is_not_mistaken_for_what_stood_there_before(void **state)
{
    (void)state;
    struct db *db = open_memory();
    char sql[64] = "SELECT ?1 + 1";
    struct stmt *st = NULL;
    struct err e;
    bool has_row;
    assert_ok(db_query_once(&st, db, sql, VALUES(v_i64(41)), &e), &e);
    memcpy(sql, "SELECT ?1 - 1", sizeof("SELECT ?1 - 1")); /* lent for the call only */
    assert_ok(stmt_next(&has_row, st, &e), &e);
    assert_int_equal(stmt_i64(st, 0), 42);
    stmt_free(st);
    assert_ok(db_query_once(&st, db, sql, VALUES(v_i64(41)), &e), &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    assert_int_equal(stmt_i64(st, 0), 40);
    stmt_free(st);
    assert_int_not_equal(db_query_once(&st, db, "SELECT", VALUES(v_i64(1)), &e), OK);
    assert_null(st);
    db_close(db); /* which would find a statement that was not given back */
}

static void an_upsert_inserts_then_changes(void **state)
{
    (void)state;
    static const struct upsert u = {.table = "t", .keys = "a, b", .columns = "c,d"};
    struct db *db = open_memory();
    struct stmt *st = NULL;
    struct err e;
    bool has_row;
    run(db, "CREATE TABLE t (a TEXT, b INTEGER, c INTEGER, d TEXT, PRIMARY KEY (a, b)) STRICT");
    for (int round = 1; round <= 2; round++) {
        assert_ok(db_prepare_upsert(&st, db, &u, &e), &e);
        for (int b = 0; b < 3; b++) {
            assert_ok(stmt_bind_str(st, 1, STR("k"), &e), &e);
            assert_ok(stmt_bind_i64(st, 2, b, &e), &e);
            assert_ok(stmt_bind_i64(st, 3, b * 10 + round, &e), &e);
            assert_ok(stmt_bind_str(st, 4, round == 1 ? STR("x") : STR(""), &e), &e);
            assert_ok(stmt_run(st, &e), &e);
        }
        stmt_free(st);
    }
    assert_ok(db_prepare(&st, db, "SELECT count(*), sum(c), count(d) FROM t", &e), &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    assert_int_equal(stmt_i64(st, 0), 3);
    assert_int_equal(stmt_i64(st, 1), 2 + 12 + 22);
    assert_int_equal(stmt_i64(st, 2), 0);
    stmt_free(st);
    db_close(db);
}

static void a_wrong_type_or_a_second_key_is_a_conflict(void **state)
{
    (void)state;
    struct db *db = open_memory();
    struct err e;
    run(db, "CREATE TABLE t (a INTEGER PRIMARY KEY, b INTEGER) STRICT; INSERT INTO t VALUES (1,1)");
    assert_int_equal(db_exec(db, "INSERT INTO t VALUES (1, 2)", &e), E_CONFLICT);
    assert_int_equal(db_exec(db, "INSERT INTO t VALUES (2, 'x')", &e), E_CONFLICT);
    run(db, "CREATE TABLE u (a INTEGER REFERENCES t (a)) STRICT");
    assert_int_equal(db_exec(db, "INSERT INTO u VALUES (9)", &e), E_CONFLICT);
    assert_int_equal(db_exec(db, "SELECT nonsense(", &e), E_INTERNAL);
    db_close(db);
}

static void a_savepoint_is_undone_alone(void **state)
{
    (void)state;
    struct db *db = open_memory();
    struct stmt *st = NULL;
    struct err e;
    bool has_row;
    run(db, "CREATE TABLE t (a INTEGER) STRICT");
    assert_false(db_in_transaction(db));
    assert_ok(db_begin_write(db, &e), &e);
    assert_true(db_in_transaction(db));
    run(db, "INSERT INTO t VALUES (1)");
    assert_ok(db_savepoint(db, &e), &e);
    run(db, "INSERT INTO t VALUES (2)");
    assert_ok(db_rollback_to(db, &e), &e);
    assert_ok(db_savepoint(db, &e), &e);
    run(db, "INSERT INTO t VALUES (4)");
    assert_int_equal(db_last_id(db), 2);
    assert_ok(db_release(db, &e), &e);
    assert_ok(db_commit(db, &e), &e);
    db_rollback(db); /* nothing to undo */
    assert_ok(db_prepare(&st, db, "SELECT sum(a) FROM t", &e), &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    assert_int_equal(stmt_i64(st, 0), 5);
    stmt_free(st);
    db_close(db);
}

static void a_reader_sees_one_moment(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *url = scratch_url(a, scratch_dir(a), "t.db");
    struct db *writer = NULL, *reader = NULL;
    struct stmt *st = NULL;
    struct err e;
    bool has_row;
    assert_ok(db_open(&writer, url, &(struct db_options){0}, &e), &e);
    run(writer, "CREATE TABLE t (a INTEGER) STRICT");
    assert_ok(db_open(&reader, url, &(struct db_options){.read_only = true}, &e), &e);
    assert_ok(db_begin_read(reader, &e), &e);
    run(writer, "INSERT INTO t VALUES (1)");
    for (int expected = 0; expected < 2; expected++) {
        assert_ok(db_prepare(&st, reader, "SELECT count(*) FROM t", &e), &e);
        assert_ok(stmt_next(&has_row, st, &e), &e);
        assert_int_equal(stmt_i64(st, 0), expected);
        stmt_free(st);
        db_rollback(reader);
    }
    assert_int_equal(db_exec(reader, "INSERT INTO t VALUES (2)", &e), E_IO);
    db_close(reader);
    db_close(writer);
    arena_free(a);
}

static void opening_says_what_is_wrong(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *dir = scratch_dir(a);
    const char *url = scratch_url(a, dir, "t.db");
    struct db *db = NULL;
    struct err e;
    assert_int_equal(db_open(&db, "mysql://x", &(struct db_options){0}, &e), E_INVALID);
    assert_int_equal(db_open(&db, "sqlite:", &(struct db_options){0}, &e), E_INVALID);
    assert_int_equal(db_open(&db, url, &(struct db_options){.must_exist = true}, &e), E_NOTFOUND);
    assert_int_equal(db_open(&db, url, &(struct db_options){.read_only = true}, &e), E_NOTFOUND);
    assert_int_equal(db_open(&db, "sqlite:/nonexistent/x/t.db", &(struct db_options){0}, &e), E_IO);
    int fd = open(url + strlen("sqlite:"), O_CREAT | O_WRONLY, 0600);
    for (int i = 0; i < 500; i++)
        assert_int_equal(write(fd, "this is no database", 19), 19);
    close(fd);
    assert_int_equal(db_open(&db, url, &(struct db_options){0}, &e), E_CORRUPT);
    assert_int_equal(db_open(&db, url, &(struct db_options){.read_only = true}, &e), E_CORRUPT);
    assert_null(db);
    arena_free(a);
}

static void a_held_lock_is_busy_after_the_timeout(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *url = scratch_url(a, scratch_dir(a), "t.db");
    struct db *one = NULL, *two = NULL;
    struct err e;
    struct db_options o = {.busy_timeout_ms = 30};
    assert_ok(db_open(&one, url, &o, &e), &e);
    assert_ok(db_open(&two, url, &o, &e), &e);
    assert_ok(db_begin_write(one, &e), &e);
    assert_int_equal(db_begin_write(two, &e), E_BUSY);
    assert_ok(db_commit(one, &e), &e);
    assert_ok(db_begin_write(two, &e), &e);
    db_rollback(two);
    db_close(one);
    db_close(two);
    arena_free(a);
}

static const struct migration two_steps[] = {
    {1, "0001_one", "CREATE TABLE one (a INTEGER) STRICT; INSERT INTO one VALUES (1);"},
    {2, "0002_two", "CREATE TABLE two (a INTEGER) STRICT; INSERT INTO one VALUES (2);"},
};
static const struct migration broken_steps[] = {
    {1, "0001_one", "CREATE TABLE one (a INTEGER) STRICT; INSERT INTO one VALUES (1);"},
    {2, "0002_two", "CREATE TABLE two (a INTEGER) STRICT; INSERT INTO nowhere VALUES (2);"},
};

static void migrations_run_once_and_in_order(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *url = scratch_url(a, scratch_dir(a), "t.db");
    struct db *db = NULL;
    struct stmt *st = NULL;
    struct err e;
    bool has_row;
    for (size_t known = 0; known <= 2; known++)
        for (int again = 0; again < 2; again++) {
            assert_ok(db_open(&db, url, &(struct db_options){0}, &e), &e);
            assert_ok(migrate(db, two_steps, known, &e), &e);
            db_close(db);
        }
    assert_ok(db_open(&db, url, &(struct db_options){0}, &e), &e);
    assert_int_equal(migrate(db, two_steps, 1, &e), E_CONFLICT); /* an older program */
    assert_ok(db_prepare(&st, db, "SELECT sum(a) FROM one", &e), &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    assert_int_equal(stmt_i64(st, 0), 3);
    stmt_free(st);
    db_close(db);
    arena_free(a);
}

static void a_failing_migration_leaves_nothing_behind(void **state)
{
    (void)state;
    struct db *db = open_memory();
    struct err e;
    assert_int_equal(migrate(db, broken_steps, 2, &e), E_INTERNAL);
    assert_true(str_contains(str_of(e.text), STR("0002_two")));
    assert_false(db_in_transaction(db));
    assert_ok(migrate(db, two_steps, 2, &e), &e); /* mended: the table two is not in the way */
    db_close(db);
}

static void the_built_in_migrations_are_numbered_without_gap(void **state)
{
    (void)state;
    assert_true(migration_count >= 1);
    for (size_t i = 0; i < migration_count; i++)
        assert_int_equal(migrations[i].number, i + 1);
    struct db *db = open_memory();
    struct err e;
    assert_ok(migrate(db, migrations, migration_count, &e), &e);
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_back_as_they_went_in),
        cmocka_unit_test(an_empty_text_becomes_null_and_a_nul_is_refused),
        cmocka_unit_test(a_statement_is_kept_and_forgets_its_bindings),
        cmocka_unit_test(sql_made_at_run_time_is_not_mistaken_for_what_stood_there_before),
        cmocka_unit_test(an_upsert_inserts_then_changes),
        cmocka_unit_test(a_wrong_type_or_a_second_key_is_a_conflict),
        cmocka_unit_test(a_savepoint_is_undone_alone),
        cmocka_unit_test(a_reader_sees_one_moment),
        cmocka_unit_test(opening_says_what_is_wrong),
        cmocka_unit_test(a_held_lock_is_busy_after_the_timeout),
        cmocka_unit_test(migrations_run_once_and_in_order),
        cmocka_unit_test(a_failing_migration_leaves_nothing_behind),
        cmocka_unit_test(the_built_in_migrations_are_numbered_without_gap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
