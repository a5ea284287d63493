#include "db/sandbox.h"
#include "test.h"

static void call_twice(struct value *out, const struct value *arguments, void *state)
{
    ++*(int *)state;
    if (arguments[0].type == VALUE_I64)
        *out = v_i64(arguments[0].i64 * 2);
}

static const struct sandbox_function functions[] = {{"twice", 1, call_twice}};

static struct db *confined(struct sandbox *s, int *calls, int64_t steps)
{
    struct db *db = NULL;
    struct err e;
    *calls = 0;
    *s = (struct sandbox){"fact_", functions, ARRAY_LEN(functions), calls, steps};
    assert_ok(sandbox_open(&db, &e), &e);
    assert_ok(db_exec(db,
                      "CREATE TABLE fact_a (n INTEGER) STRICT; CREATE TABLE other (n INTEGER)"
                      " STRICT; INSERT INTO fact_a VALUES (1), (2), (3)",
                      &e),
              &e);
    assert_ok(sandbox_confine(db, s, &e), &e);
    return db;
}

static void facts_are_read_and_functions_called(void **state)
{
    struct sandbox s;
    struct stmt *st = NULL;
    struct err e;
    bool has_row;
    size_t at;
    int calls;
    struct db *db = confined(&s, &calls, 1000000);
    (void)state;
    assert_ok(sandbox_prepare(&st, &at, db,
                              "SELECT twice(n) AS doubled FROM fact_a WHERE n = 2 OR n IN "
                              "(SELECT max(n) FROM fact_a) ORDER BY n",
                              &e),
              &e);
    assert_int_equal(sandbox_columns(st), 1);
    assert_string_equal(sandbox_column_name(st, 0), "doubled");
    assert_ok(stmt_next(&has_row, st, &e), &e);
    assert_int_equal(stmt_i64(st, 0), 4);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    assert_int_equal(stmt_i64(st, 0), 6);
    assert_int_equal(calls, 2);
    stmt_free(st);
    db_close(db);
}

static void everything_else_is_refused(void **state)
{
    static const char *const refused[] = {
        "SELECT n FROM other",
        "SELECT (SELECT count(*) FROM other) FROM fact_a",
        "SELECT name FROM sqlite_schema",
        "SELECT * FROM pragma_table_info('fact_a')",
        "INSERT INTO fact_a VALUES (4)",
        "UPDATE fact_a SET n = 0",
        "DELETE FROM fact_a",
        "DROP TABLE fact_a",
        "CREATE TABLE fact_b (n INTEGER)",
        "CREATE TEMP VIEW fact_v AS SELECT 1",
        "ATTACH 'x.db' AS x",
        "PRAGMA user_version",
        "BEGIN",
        "SELECT load_extension('x')",
        "SELECT randomblob(1000000000)",
        "SELECT random()",
        "SELECT date('now')",
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c",
        "SELECT nonsense(",
    };
    struct sandbox s;
    int calls;
    struct db *db = confined(&s, &calls, 1000000);
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        struct stmt *st = NULL;
        struct err e;
        size_t at;
        if (sandbox_prepare(&st, &at, db, refused[i], &e) == OK)
            fail_msg("allowed: %s", refused[i]);
        assert_int_equal(e.kind, E_INVALID);
        stmt_free(st);
    }
    db_close(db);
}

static void a_statement_without_end_is_stopped(void **state)
{
    struct sandbox s;
    struct stmt *st = NULL;
    struct err e;
    bool has_row = true;
    size_t at, rows = 0;
    int calls;
    struct db *db = confined(&s, &calls, 100000);
    (void)state;
    assert_ok(
        sandbox_prepare(&st, &at, db,
                        "SELECT 1 FROM fact_a a, fact_a b, fact_a c, fact_a d, fact_a e, fact_a f,"
                        " fact_a g, fact_a h, fact_a i, fact_a j, fact_a k, fact_a l",
                        &e),
        &e);
    err_t rc = OK;
    while (has_row && (rc = stmt_next(&has_row, st, &e)) == OK)
        rows++;
    assert_int_equal(rc, E_LIMIT);
    assert_true(rows > 100 && rows < 100000);
    stmt_free(st);
    assert_ok(sandbox_prepare(&st, &at, db, "SELECT n FROM fact_a", &e), &e); /* counted anew */
    assert_ok(stmt_next(&has_row, st, &e), &e);
    stmt_free(st);
    db_close(db);
}

static void one_statement_is_one(void **state)
{
    struct sandbox s;
    struct stmt *st = NULL;
    struct err e;
    size_t at;
    int calls;
    struct db *db = confined(&s, &calls, 1000000);
    (void)state;
    assert_true(sandbox_is_one_statement(db, "SELECT 1; -- and a remark\n"));
    assert_false(sandbox_is_one_statement(db, "SELECT 1; SELECT 2"));
    assert_false(sandbox_is_one_statement(db, "SELECT 1; DELETE FROM fact_a"));
    assert_false(sandbox_is_one_statement(db, " -- nothing"));
    assert_int_equal(sandbox_prepare(&st, &at, db, "", &e), E_INVALID);
    assert_string_equal(e.text, "one SELECT is expected");
    assert_int_equal(sandbox_prepare(&st, &at, db, " -- nothing", &e), E_INVALID);
    db_close(db);
}

static void what_is_let_out_may_write_again(void **state)
{
    struct sandbox s;
    struct err e;
    int calls;
    struct db *db = confined(&s, &calls, 1000000);
    (void)state;
    assert_int_not_equal(db_exec(db, "INSERT INTO fact_a VALUES (4)", &e), OK);
    sandbox_pause(db, true);
    assert_ok(db_exec(db, "INSERT INTO fact_a VALUES (4)", &e), &e);
    sandbox_pause(db, false); /* and again */
    assert_int_not_equal(db_exec(db, "INSERT INTO fact_a VALUES (5)", &e), OK);
    db_close(db);
}

static void what_is_paused_keeps_its_statements(void **state)
{
    static const char reads[] = "SELECT n FROM fact_a ORDER BY n DESC LIMIT 1";
    struct sandbox s;
    struct stmt *st = NULL, *again = NULL;
    const struct sandbox_column *columns;
    struct err e;
    size_t at;
    bool has_row;
    int calls;
    struct db *db = confined(&s, &calls, 1000000);
    (void)state;
    assert_ok(sandbox_prepare(&st, &at, db, reads, &e), &e);
    stmt_free(st);
    assert_int_equal(sandbox_reads(&columns, db), 1);
    sandbox_pause(db, true);
    assert_ok(db_exec(db, "INSERT INTO fact_a VALUES (4000)", &e), &e);
    sandbox_pause(db, false);
    assert_int_not_equal(db_exec(db, "INSERT INTO fact_a VALUES (5)", &e), OK);
    assert_ok(sandbox_prepare(&again, &at, db, reads, &e), &e);
    assert_ptr_equal(again, st);
    assert_int_equal(sandbox_reads(&columns, db), 1);
    assert_string_equal(columns[0].column, "n");
    assert_ok(stmt_next(&has_row, again, &e), &e);
    assert_int_equal(stmt_i64(again, 0), 4000);
    stmt_free(again);
    assert_int_not_equal(sandbox_prepare(&st, &at, db, "SELECT name FROM sqlite_master", &e), OK);
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_are_read_and_functions_called),
        cmocka_unit_test(everything_else_is_refused),
        cmocka_unit_test(a_statement_without_end_is_stopped),
        cmocka_unit_test(one_statement_is_one),
        cmocka_unit_test(what_is_let_out_may_write_again),
        cmocka_unit_test(what_is_paused_keeps_its_statements),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
