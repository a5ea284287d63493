#include "test.h"

#include "db/db_priv.h"
#include "db/scratch.h"
#include "db/store.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* An empty database of its own, gone with the arena. */
static struct db *open_empty(struct arena *a)
{
    struct db *db = NULL;
    struct err e;
    assert_ok(db_open(&db, scratch_memory(a), &(struct db_options){0}, &e), &e);
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
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
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
    arena_free(a);
}

static void an_empty_text_becomes_null_and_a_nul_is_refused(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
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
    arena_free(a);
}

static void a_statement_is_kept_and_forgets_its_bindings(void **state)
{
    (void)state;
    static const char sql[] = "SELECT ?1";
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
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
    arena_free(a);
}

static void sql_made_at_run_time_is_not_mistaken_for_what_stood_there_before(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
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
    arena_free(a);
}

static void sql_made_at_run_time_is_kept_by_content_up_to_a_bound(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct stmt *one = NULL, *two = NULL, *again = NULL;
    struct err e;
    bool has_row;
    for (int round = 0; round < 3; round++)
        for (int64_t n = 0; n < 2 * DB_TEXTS_MAX; n++) {
            struct str sql = arena_printf(a, "SELECT %lld + ?1", (long long)n);
            assert_ok(db_prepare_text(&one, db, sql, &e), &e);
            assert_ok(stmt_bind_i64(one, 1, 5, &e), &e);
            assert_ok(stmt_next(&has_row, one, &e), &e);
            assert_int_equal(stmt_i64(one, 0), n + 5);
            stmt_free(one);
            assert_true(db->text_count <= DB_TEXTS_MAX);
        }
    assert_int_equal(db->text_count, DB_TEXTS_MAX);
    assert_ok(db_prepare_text(&one, db, STR("SELECT 7"), &e), &e);
    assert_ok(db_prepare_text(&two, db, STR("SELECT 7"), &e), &e); /* in use: one of its own */
    assert_ptr_not_equal(one, two);
    stmt_free(one);
    char lent[] = "SELECT 7";
    assert_ok(db_prepare_text(&again, db, str_of(lent), &e), &e);
    assert_ptr_equal(again, one);
    stmt_free(again);
    stmt_free(two);
    err_t rc = db_prepare_text(&one, db, STR("SELECT FROM WHERE"), &e);
    assert_int_not_equal(rc == OK ? stmt_next(&has_row, one, &e) : rc, OK);
    stmt_free(one);
    assert_int_equal(db_prepare_text(&one, db, STR(""), &e), E_INTERNAL);
    assert_null(one);
    db_close(db);
    arena_free(a);
}

static void the_columns_of_a_table_are_told(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    const struct table_column *c = NULL;
    size_t n = 9;
    struct err e;
    assert_ok(db_table_columns(&c, &n, db, "t", a, &e), &e);
    assert_int_equal(n, 0);
    run(db,
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT NOT NULL, c BLOB) STRICT");
    run(db, "ALTER TABLE t ADD COLUMN d INTEGER");
    assert_ok(db_table_columns(&c, &n, db, "t", a, &e), &e);
    assert_int_equal(n, 4);
    static const struct {
        const char *name;
        enum value_type type;
        bool not_null;
    } expected[] = {{"id", VALUE_I64, true},
                    {"b", VALUE_STR, true},
                    {"c", VALUE_BYTES, false},
                    {"d", VALUE_I64, false}};
    for (size_t i = 0; i < n; i++) {
        assert_true(str_is(c[i].name, expected[i].name));
        assert_int_equal(c[i].type, expected[i].type);
        assert_int_equal(c[i].not_null, expected[i].not_null);
    }
    db_close(db);
    arena_free(a);
}

/* SQLite alone shows what its planner knows; on the other engine nothing must break.
 * A query meets a changed schema, an explanation does not; and one that was kept
 * would say what it said before: `limit` makes another. */
static bool looks_up_by_equality(struct db *db, int64_t limit)
{
    struct stmt *st = NULL;
    struct err e;
    bool has_row = false;
    char sql[256];
    if (scratch_is_postgres())
        return true;
    run(db, "SELECT count(*) FROM t");
    (void)snprintf(sql, sizeof(sql),
                   "EXPLAIN QUERY PLAN SELECT id FROM t WHERE p = 'x' AND e IS NULL AND n = 'y7' "
                   "ORDER BY s NULLS LAST, id LIMIT %d",
                   (int)limit);
    assert_ok(db_query_once(&st, db, sql, NULL, 0, &e), &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    bool found = str_contains(stmt_str(st, 3), STR("n=?"));
    stmt_free(st);
    return found;
}

static void analyze(struct db *db)
{
    const struct str tables[] = {STR("t")};
    struct err e;
    assert_ok(db_begin_write(db, &e), &e);
    assert_ok(db_analyze(db, tables, 1, &e), &e);
    assert_ok(db_commit(db, &e), &e);
}

static void a_writer_looks_up_in_a_table_that_was_analyzed_while_empty(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db;
    struct str plan;
    struct err e;
    assert_ok(db_open(&db, scratch_url(a, scratch_dir(a), "empty.db"), &(struct db_options){0}, &e),
              &e);
    run(db, "CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT) STRICT; CREATE INDEX t_n ON t (n)");
    run(db, "ANALYZE t");
    run(db, "INSERT INTO t (id, n) VALUES (1, 'one')");
    assert_ok(db_text(&plan, db, "EXPLAIN SELECT id FROM t WHERE n = ?1", VALUES(v_str(STR("one"))),
                      a, &e),
              &e);
    assert_true(str_contains(plan, STR("t_n")));
    db_close(db);
    arena_free(a);
}

static void the_planner_of_every_connection_knows_what_was_analyzed(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct db_options plain = {0};
    struct db *writer, *other;
    struct err e;
    const char *url = scratch_url(a, scratch_dir(a), "analyze.db");
    assert_ok(db_open(&writer, url, &plain, &e), &e);
    run(writer, "CREATE TABLE t (id INTEGER PRIMARY KEY, p TEXT, e INTEGER, s TEXT, n TEXT) STRICT;"
                "CREATE INDEX t_s ON t (p, e, s, id); CREATE INDEX t_n ON t (p, e, n, id)");
    run(writer,
        "INSERT INTO t (id, p, s, n) WITH RECURSIVE i (k) AS (SELECT 1 UNION ALL SELECT k + 1 "
        "FROM i WHERE k < 2000) SELECT k, 'x', 's', 'y' || k FROM i");
    assert_ok(db_open(&other, url, &plain, &e), &e);
    assert_true(scratch_is_postgres() || !looks_up_by_equality(other, 4));
    analyze(writer);
    assert_true(looks_up_by_equality(writer, 5));
    assert_true(looks_up_by_equality(other, 5));
    db_close(other);
    db_close(writer);
    arena_free(a);
}

static void an_upsert_inserts_then_changes(void **state)
{
    (void)state;
    static const struct upsert u = {.table = "t", .keys = "a, b", .columns = "c,d"};
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
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
    arena_free(a);
}

static void a_wrong_type_or_a_second_key_is_a_conflict(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct err e;
    run(db, "CREATE TABLE t (a INTEGER PRIMARY KEY, b INTEGER) STRICT; INSERT INTO t VALUES (1,1)");
    assert_int_equal(db_exec(db, "INSERT INTO t VALUES (1, 2)", &e), E_CONFLICT);
    assert_int_equal(db_exec(db, "INSERT INTO t VALUES (2, 'x')", &e), E_CONFLICT);
    run(db, "CREATE TABLE u (a INTEGER REFERENCES t (a)) STRICT");
    assert_int_equal(db_exec(db, "INSERT INTO u VALUES (9)", &e), E_CONFLICT);
    assert_int_equal(db_exec(db, "SELECT nonsense(", &e), E_INTERNAL);
    db_close(db);
    arena_free(a);
}

static void a_savepoint_is_undone_alone(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct stmt *st = NULL;
    struct err e;
    bool has_row;
    run(db, "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a INTEGER) STRICT");
    assert_false(db_in_transaction(db));
    assert_ok(db_begin_write(db, &e), &e);
    assert_true(db_in_transaction(db));
    run(db, "INSERT INTO t (a) VALUES (1)");
    assert_ok(db_savepoint(db, &e), &e);
    run(db, "INSERT INTO t (a) VALUES (2)");
    assert_int_not_equal(db_exec(db, "INSERT INTO t (id, a) VALUES (1, 3)", &e), OK);
    assert_ok(db_rollback_to(db, &e), &e);
    assert_ok(db_savepoint(db, &e), &e);
    run(db, "INSERT INTO t (a) VALUES (4)");
    assert_ok(db_release(db, &e), &e);
    assert_ok(db_commit(db, &e), &e);
    db_rollback(db); /* nothing to undo */
    assert_ok(db_prepare(&st, db, "SELECT sum(a) FROM t", &e), &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    assert_int_equal(stmt_i64(st, 0), 5);
    stmt_free(st);
    db_close(db);
    arena_free(a);
}

static void the_id_of_a_new_row_is_known(void **state)
{
    (void)state;
    static const char insert[] = "INSERT INTO t (a) VALUES (?1)";
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct stmt *st = NULL;
    struct err e;
    bool has_row;
    int64_t before = 0;
    run(db, "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a INTEGER) STRICT;"
            "CREATE TABLE other (a INTEGER PRIMARY KEY) STRICT");
    for (int64_t n = 1; n <= 3; n++) {
        assert_ok(db_run(db, insert, VALUES(v_i64(n * 10)), &e), &e);
        int64_t id = db_last_id(db);
        assert_true(id > before);
        before = id;
        assert_ok(db_query(&st, db, "SELECT id FROM t WHERE a = ?1", VALUES(v_i64(n * 10)), &e),
                  &e);
        assert_ok(stmt_next(&has_row, st, &e), &e);
        assert_int_equal(stmt_i64(st, 0), id);
        stmt_free(st);
        /* A table whose keys are given: the statement is the same with and without. */
        assert_ok(db_run(db, "INSERT INTO other (a) VALUES (?1)", VALUES(v_i64(n)), &e), &e);
    }
    db_close(db);
    arena_free(a);
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
    analyze(writer); /* of an empty table there is nothing to know */
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
    struct db *db = NULL;
    struct err e;
    static const char *const bad[] = {"mysql://x", "sqlite:",     "",
                                      "/tmp/t.db", "postgresql:", "host=/tmp nonsense=1"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(db_open(&db, bad[i], &(struct db_options){0}, &e), E_INVALID);
    assert_int_equal(db_open(&db, "sqlite:/nonexistent/x/t.db", &(struct db_options){0}, &e), E_IO);
    assert_int_equal(db_open(&db, "postgresql:///x?host=/nonexistent", &(struct db_options){0}, &e),
                     E_IO);
    assert_null(db);
}

/* --- where we may not write ------------------------------------------------------------------ */

#define READ_WORD "read"
enum { READ_ROWS_MAX = 100, READ_REFUSED, READ_NOT_REACHED };

/* This program again, as who may not write: how many rows there are. */
static int rows_as_read(const char *url)
{
    struct db *db = NULL;
    struct stmt *st = NULL;
    struct err e;
    bool has_row = false;
    int rows = READ_NOT_REACHED;
    if (access(url + strlen("sqlite:"), R_OK) != 0)
        return rows;
    err_t rc = db_open(&db, url, &(struct db_options){.must_exist = true}, &e);
    if (rc == OK)
        rc = db_prepare(&st, db, "SELECT count(*) FROM t", &e);
    if (rc == OK && (rc = stmt_next(&has_row, st, &e)) == OK && has_row)
        rows = (int)stmt_i64(st, 0);
    stmt_free(st);
    db_close(db);
    if (rc != OK)
        (void)fprintf(stderr, "%s\n", e.text);
    return rc == OK ? rows : strstr(e.text, "you may not write there") ? READ_REFUSED : 255;
}

static int read_by_somebody(const char *url)
{
    const char *const argv[] = {"db_test", READ_WORD, url, NULL};
    int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), how = 0;
    pid_t pid = fork();
    if (pid == 0) {
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
            _exit(254);
        fexecve(self, (char *const *)(uintptr_t)argv, environ);
        _exit(254);
    }
    close(self);
    assert_true(pid > 0 && waitpid(pid, &how, 0) == pid && WIFEXITED(how));
    return WEXITSTATUS(how);
}

/* Another may be writing there: what was committed last is seen, or it is refused; never a file as it stands. */
static void what_we_may_not_write_is_read_with_its_log_or_not_at_all(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *dir = scratch_dir(a), *url = scratch_url(a, dir, "t.db");
    struct db *writer = NULL;
    struct err e;
    assert_ok(db_open(&writer, url, &(struct db_options){0}, &e), &e);
    run(writer, "CREATE TABLE t (a INTEGER) STRICT");
    for (int i = 0; i < 3; i++) {
        const char *file =
            arena_printf(a, "%s/t.db%s", dir, (const char *[]){"", "-wal", "-shm"}[i]).ptr;
        assert_int_equal(chmod(file, 0444), 0);
    }
    assert_int_equal(chmod(dir, 0555), 0);
    int rows = read_by_somebody(url);
    for (int i = 1; rows == i - 1 && i <= 2; i++) {
        run(writer, "INSERT INTO t VALUES (1)");
        rows = read_by_somebody(url);
    }
    assert_true(rows == 2 || rows == READ_NOT_REACHED);
    assert_int_equal(chmod(dir, 0755), 0);
    db_close(writer); /* its log goes with the last who had it open */
    assert_int_equal(chmod(dir, 0555), 0);
    assert_int_equal(read_by_somebody(url), rows == 2 ? READ_REFUSED : READ_NOT_REACHED);
    assert_int_equal(chmod(dir, 0755), 0);
    arena_free(a);
}

static void a_file_that_is_no_database_is_refused(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *dir = scratch_dir(a);
    const char *url = scratch_url(a, dir, "t.db");
    struct db *db = NULL;
    struct err e;
    assert_int_equal(db_open(&db, url, &(struct db_options){.must_exist = true}, &e), E_NOTFOUND);
    assert_int_equal(db_open(&db, url, &(struct db_options){.read_only = true}, &e), E_NOTFOUND);
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

/* --- PostgreSQL only ---------------------------------------------------------- */

/* The address of another database of the same server. */
static const char *beside(struct arena *a, const char *url, const char *database)
{
    struct str whole = str_of(url);
    size_t slash = str_find(whole, STR("///"), 0) + 3, query = str_find(whole, STR("?"), 0);
    return arena_printf(a, "%.*s%s%.*s", (int)slash, url, database, (int)(whole.len - query),
                        url + query)
        .ptr;
}

static void a_server_that_cannot_be_a_store_is_refused(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *url = getenv("ZHIYUN_POSTGRES");
    struct db *server = NULL, *db = NULL;
    struct err e;
    assert_int_equal(db_open(&db, beside(a, url, "absent"), &(struct db_options){0}, &e),
                     E_NOTFOUND);
    assert_ok(db_open(&server, url, &(struct db_options){0}, &e), &e);
    run(server, "DROP DATABASE IF EXISTS latin");
    run(server, "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
    assert_int_equal(db_open(&db, beside(a, url, "latin"), &(struct db_options){0}, &e), E_INVALID);
    assert_true(str_contains(str_of(e.text), STR("LATIN1")));
    run(server, "DROP DATABASE latin");
    assert_null(db);
    db_close(server);
    arena_free(a);
}

static void a_name_for_people_holds_no_password(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = NULL;
    struct err e;
    const char *url = arena_printf(a, "%s&password=secret", getenv("ZHIYUN_POSTGRES")).ptr;
    assert_ok(db_open(&db, url, &(struct db_options){0}, &e), &e);
    assert_false(str_contains(str_of(db_name(db)), STR("secret")));
    assert_true(str_starts(str_of(db_name(db)), STR("postgresql://")));
    assert_int_equal(db_exec(db, "SELECT nonsense(", &e), E_INTERNAL);
    assert_false(str_contains(str_of(e.text), STR("secret")));
    db_close(db);
    arena_free(a);
}

/* A store that is moved is read in one transaction, between whose statements the other is written. */
static void a_transaction_may_stand_where_a_store_is_moved(void **state)
{
    static const char sql[] = "SELECT current_setting('idle_in_transaction_session_timeout')";
    (void)state;
    for (int moved = 0; moved < 2; moved++) {
        struct db *db = NULL;
        struct stmt *st = NULL;
        struct err e;
        bool has_row = false;
        assert_ok(
            db_open(&db, getenv("ZHIYUN_POSTGRES"), &(struct db_options){.may_stand = moved}, &e),
            &e);
        assert_ok(db_query(&st, db, sql, NULL, 0, &e), &e);
        assert_ok(stmt_next(&has_row, st, &e), &e);
        assert_true(str_is(stmt_str(st, 0), moved ? "0" : "30s"));
        stmt_free(st);
        db_close(db);
    }
}

static void a_held_row_is_busy_after_the_timeout(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *url = scratch_memory(a);
    struct db *one = NULL, *two = NULL;
    struct err e;
    struct db_options o = {.busy_timeout_ms = 30};
    assert_ok(db_open(&one, url, &o, &e), &e);
    assert_ok(db_open(&two, url, &o, &e), &e);
    run(one, "CREATE TABLE t (a INTEGER) STRICT; INSERT INTO t VALUES (1)");
    assert_ok(db_begin_write(one, &e), &e);
    run(one, "UPDATE t SET a = 2");
    assert_ok(db_begin_write(two, &e), &e);
    assert_int_equal(db_exec(two, "UPDATE t SET a = 3", &e), E_BUSY);
    assert_false(db_may_retry(two));
    db_rollback(two);
    assert_ok(db_commit(one, &e), &e);
    db_close(one);
    db_close(two);
    arena_free(a);
}

/* What is short there (53200: "not enough elements in RWConflictPool") others give back when they end. */
static void a_server_without_room_at_this_moment_is_asked_again(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct err e;
    assert_ok(db_begin_write(db, &e), &e);
    assert_int_equal(
        db_exec(db, "DO $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '53200'; END $$", &e),
        E_IO);
    assert_true(strstr(e.text, "no room"));
    assert_true(db_may_retry(db));
    db_rollback(db);
    assert_ok(db_begin_write(db, &e), &e);
    assert_false(db_may_retry(db));
    db_rollback(db);
    db_close(db);
    arena_free(a);
}

static void what_runs_later_is_done_or_told_at_the_commit(void **state)
{
    (void)state;
    static const char insert[] = "INSERT INTO t VALUES (?1, ?2)";
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct stmt *st = NULL;
    struct err e;
    bool has_row = true;
    run(db, "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT) STRICT");
    assert_ok(db_run_later(db, insert, VALUES(v_i64(0), v_str(STR("at once"))), &e), &e);
    assert_ok(db_begin_write(db, &e), &e);
    for (int64_t n = 1; n <= 1000; n++) {
        char text[] = "lent for the call";
        assert_ok(db_run_later(db, insert, VALUES(v_i64(n), v_str(str_of(text))), &e), &e);
        memset(text, 'x', 4);
        if (n % 300 == 0) { /* a statement with an answer sees those before it */
            assert_ok(db_query(&st, db, "SELECT count(*) FROM t", NULL, 0, &e), &e);
            assert_ok(stmt_next(&has_row, st, &e), &e);
            assert_int_equal(stmt_i64(st, 0), n + 1);
            stmt_free(st);
        }
        assert_true(db_in_transaction(db));
    }
    assert_ok(db_commit(db, &e), &e);
    assert_false(db_in_transaction(db));
    assert_ok(db_query(&st, db, "SELECT count(*) FROM t WHERE b = ?1",
                       VALUES(v_str(STR("lent for the call"))), &e),
              &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    assert_int_equal(stmt_i64(st, 0), 1000);
    stmt_free(st);

    /* Told late, but told: by the commit, or by a statement on the way. */
    for (int early = 0; early <= 1; early++) {
        assert_ok(db_begin_write(db, &e), &e);
        err_t rc = db_run_later(db, insert, VALUES(v_i64(5000)), &e);
        if (rc == OK)
            rc = db_run_later(db, insert, VALUES(v_i64(1)), &e); /* is there already */
        if (rc == OK && early)
            rc = db_run(db, "DELETE FROM t WHERE a = 2", NULL, 0, &e);
        if (rc == OK)
            rc = db_commit(db, &e);
        assert_int_equal(rc, E_CONFLICT);
        db_rollback(db);
        assert_false(db_in_transaction(db));
    }
    assert_ok(db_begin_write(db, &e), &e);
    assert_ok(db_run_later(db, insert, VALUES(v_i64(6000)), &e), &e);
    db_rollback(db);
    assert_ok(db_query(&st, db, "SELECT count(*) FROM t", NULL, 0, &e), &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    assert_int_equal(stmt_i64(st, 0), 1001);
    stmt_free(st);
    db_close(db);
    arena_free(a);
}

static void a_commit_after_a_failed_statement_keeps_nothing(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct stmt *st = NULL;
    struct err e;
    bool has_row = true;
    run(db, "CREATE TABLE t (a INTEGER PRIMARY KEY) STRICT");
    assert_ok(db_begin_write(db, &e), &e);
    run(db, "INSERT INTO t VALUES (1)");
    assert_int_equal(db_exec(db, "INSERT INTO t VALUES (1)", &e), E_CONFLICT);
    assert_int_equal(db_commit(db, &e), E_INTERNAL);
    assert_ok(db_prepare(&st, db, "SELECT a FROM t", &e), &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    assert_false(has_row);
    stmt_free(st);
    db_close(db);
    arena_free(a);
}

/* What a server sends that cancels the wait for its standby: a warning with the
 * COMMIT, which then says it is done. */
static void a_warning_with_the_commit_means_that_nobody_knows(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct err e;
    run(db, "CREATE TABLE t (a INTEGER) STRICT;"
            "CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS"
            " $$BEGIN RAISE WARNING 'not on the standby'; RETURN NULL; END$$;"
            "CREATE CONSTRAINT TRIGGER warns AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION warn()");
    assert_ok(db_begin_write(db, &e), &e);
    run(db, "INSERT INTO t VALUES (1)");
    assert_int_equal(db_commit(db, &e), E_IO);
    assert_false(db_may_retry(db));
    assert_ok(db_begin_write(db, &e), &e);
    run(db, "UPDATE t SET a = 2");
    assert_ok(db_commit(db, &e), &e); /* the warning of another commit is forgotten */
    run(db, "DROP TRIGGER warns ON t; CREATE TRIGGER warns AFTER UPDATE ON t FOR EACH ROW EXECUTE"
            " FUNCTION warn()");
    assert_ok(db_begin_write(db, &e), &e);
    assert_ok(db_run_later(db, "UPDATE t SET a = 3", NULL, 0, &e), &e);
    assert_ok(db_commit(db, &e), &e); /* and so is that of a statement before it */
    db_close(db);
    arena_free(a);
}

static void a_statement_takes_values_of_another_type_later(void **state)
{
    (void)state;
    static const char sql[] = "SELECT ?1";
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct stmt *st = NULL;
    struct err e;
    bool has_row;
    const uint8_t raw[] = {0, 200};
    for (int round = 0; round < 2; round++) {
        assert_ok(db_query(&st, db, sql, VALUES((struct value){0}), &e), &e);
        assert_ok(stmt_next(&has_row, st, &e), &e);
        assert_true(stmt_is_null(st, 0));
        stmt_free(st);
        assert_ok(db_query(&st, db, sql, VALUES(v_i64(-5)), &e), &e);
        assert_ok(stmt_next(&has_row, st, &e), &e);
        assert_int_equal(stmt_i64(st, 0), -5);
        assert_str(stmt_str(st, 0), "-5");
        stmt_free(st);
        assert_ok(db_query(&st, db, sql, VALUES(v_str(STR("五"))), &e), &e);
        assert_ok(stmt_next(&has_row, st, &e), &e);
        assert_str(stmt_str(st, 0), "五");
        stmt_free(st);
        assert_ok(db_query(&st, db, sql, VALUES(v_bytes((struct bytes){raw, 2})), &e), &e);
        assert_ok(stmt_next(&has_row, st, &e), &e);
        assert_memory_equal(stmt_bytes(st, 0).ptr, raw, 2);
        stmt_free(st);
    }
    db_close(db);
    arena_free(a);
}

/* --- migrations --------------------------------------------------------------- */

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

static void a_migration_may_differ_between_the_engines(void **state)
{
    (void)state;
    static const struct migration steps[] = {
        {1, "0001_one", "CREATE TABLE one (a INTEGER) STRICT",
         "CREATE TABLE one (a INTEGER) STRICT; CREATE TABLE of_the_other (a TEXT) STRICT"}};
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct err e;
    bool there;
    assert_ok(migrate(db, steps, 1, &e), &e);
    assert_ok(db_has_table(&there, db, "one", &e), &e);
    assert_true(there);
    assert_ok(db_has_table(&there, db, "of_the_other", &e), &e);
    assert_int_equal(there, scratch_is_postgres());
    db_close(db);
    arena_free(a);
}

static void a_lock_is_one_connections_until_it_closes(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *url = scratch_url(a, scratch_dir(a), "t.db");
    struct db *first = NULL, *second = NULL;
    struct err e;
    bool got;
    assert_ok(db_open(&first, url, &(struct db_options){0}, &e), &e);
    assert_ok(db_open(&second, url, &(struct db_options){0}, &e), &e);
    assert_ok(db_try_lock(&got, first, 1, &e), &e);
    assert_true(got);
    assert_ok(db_try_lock(&got, second, 1, &e), &e);
    assert_int_equal(got, !scratch_is_postgres());
    assert_ok(db_try_lock(&got, second, 2, &e), &e); /* another number */
    assert_true(got);
    db_close(first);
    got = false;
    for (int i = 0; !got && i < 500; i++) { /* the server hears of it in its own time */
        assert_ok(db_try_lock(&got, second, 1, &e), &e);
        usleep(got ? 0 : 10000);
    }
    assert_true(got);
    db_close(second);
    arena_free(a);
}

static void a_failing_migration_leaves_nothing_behind(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct err e;
    assert_int_equal(migrate(db, broken_steps, 2, &e), E_INTERNAL);
    assert_true(str_contains(str_of(e.text), STR("0002_two")));
    assert_false(db_in_transaction(db));
    assert_ok(migrate(db, two_steps, 2, &e), &e); /* mended: the table two is not in the way */
    db_close(db);
    arena_free(a);
}

static void the_built_in_migrations_are_numbered_without_gap(void **state)
{
    (void)state;
    assert_true(migration_count >= 1);
    for (size_t i = 0; i < migration_count; i++)
        assert_int_equal(migrations[i].number, i + 1);
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct err e;
    assert_ok(migrate(db, migrations, migration_count, &e), &e);
    db_close(db);
    arena_free(a);
}

static void sums_and_order_are_the_same(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct stmt *st = NULL;
    struct err e;
    bool has_row;
    run(db, "CREATE TABLE t (a INTEGER, b TEXT) STRICT");
    run(db,
        "INSERT INTO t VALUES (9223372036854775806, 'a'), (1, 'B'), (-20000, '知'), (NULL, '阿'),"
        " (NULL, NULL)");
    assert_ok(db_prepare(&st, db,
                         "SELECT sum(a), sum(-a), count(*), max(b), min(b)"
                         " FROM t WHERE a > 0",
                         &e),
              &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    assert_true(stmt_i64(st, 0) == INT64_MAX);
    assert_true(stmt_i64(st, 1) == -INT64_MAX);
    assert_str(stmt_str(st, 0), "9223372036854775807");
    assert_int_equal(stmt_i64(st, 2), 2);
    assert_str(stmt_str(st, 3), "a"); /* by bytes: B before a */
    assert_str(stmt_str(st, 4), "B");
    stmt_free(st);
    assert_ok(db_prepare(&st, db, "SELECT sum(a) FROM t WHERE a > 0 OR b = 'x'", &e), &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    stmt_free(st);
    assert_ok(db_prepare(&st, db, "SELECT b FROM t ORDER BY b NULLS LAST", &e), &e);
    static const char *const order[] = {"B", "a", "知", "阿", ""};
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        assert_ok(stmt_next(&has_row, st, &e), &e);
        assert_true(has_row);
        assert_true(str_is(stmt_str(st, 0), order[i]));
    }
    stmt_free(st);
    run(db, "INSERT INTO t VALUES (9223372036854775806, 'c')");
    assert_ok(db_prepare(&st, db, "SELECT sum(a) FROM t", &e), &e);
    assert_int_not_equal(stmt_next(&has_row, st, &e), OK); /* an overflow is an error */
    stmt_free(st);
    db_close(db);
    arena_free(a);
}

static void a_walk_inside_a_walk_sees_all_rows(void **state)
{
    (void)state;
    static const char sql[] = "SELECT a FROM t ORDER BY a NULLS LAST";
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct stmt *outer = NULL, *inner = NULL;
    struct err e;
    bool has_row;
    int64_t seen = 0;
    run(db, "CREATE TABLE t (a INTEGER) STRICT; INSERT INTO t VALUES (1), (2), (3)");
    assert_ok(db_prepare(&outer, db, sql, &e), &e);
    for (int64_t n = 1; n <= 3; n++) {
        assert_ok(stmt_next(&has_row, outer, &e), &e);
        assert_int_equal(stmt_i64(outer, 0), n);
        assert_ok(db_prepare(&inner, db, sql, &e), &e);
        while (stmt_next(&has_row, inner, &e) == OK && has_row)
            seen += stmt_i64(inner, 0);
        stmt_free(inner);
    }
    assert_int_equal(seen, 18);
    stmt_free(outer);
    db_close(db);
    arena_free(a);
}

static void the_first_text_is_read_in_one_call(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct str text = STR("before");
    struct err e;
    run(db, "CREATE TABLE t (a INTEGER, b TEXT) STRICT");
    run(db, "INSERT INTO t VALUES (1, 'one'), (2, 'two'), (3, NULL)");
    assert_ok(
        db_text(&text, db, "SELECT b FROM t WHERE a < ?1 ORDER BY a", VALUES(v_i64(3)), a, &e), &e);
    assert_str(text, "one");
    assert_ok(db_text(&text, db, "SELECT b FROM t WHERE a = ?1", VALUES(v_i64(3)), a, &e), &e);
    assert_int_equal(text.len, 0);
    text = STR("before");
    assert_ok(db_text(&text, db, "SELECT b FROM t WHERE a = ?1", VALUES(v_i64(4)), a, &e), &e);
    assert_int_equal(text.len, 0);
    text = STR("before");
    assert_int_equal(
        db_text(&text, db, "SELECT nothing FROM t WHERE a = ?1", VALUES(v_i64(1)), a, &e) == OK, 0);
    assert_int_equal(text.len, 0);
    db_close(db);
    arena_free(a);
}

static void the_first_row_is_read_in_one_call(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_empty(a);
    struct str text = STR("before");
    int64_t number = 7;
    bool yes = true, found = false;
    struct err e;
    run(db, "CREATE TABLE t (a INTEGER, b TEXT, c INTEGER) STRICT");
    run(db, "INSERT INTO t VALUES (1, 'one', 0), (2, 'two', 5), (3, NULL, NULL)");
    assert_ok(db_row(&found, db, "SELECT a, b, c FROM t WHERE a > ?1 ORDER BY a", VALUES(v_i64(1)),
                     INTO(into_i64(&number), into_str(&text), into_bool(&yes)), a, &e),
              &e);
    assert_true(found && yes);
    assert_int_equal(number, 2);
    assert_str(text, "two");
    assert_ok(db_row(&found, db, "SELECT c, b FROM t WHERE a = ?1", VALUES(v_i64(3)),
                     INTO(into_bool(&yes), into_str(&text)), a, &e),
              &e);
    assert_true(found && !yes);
    assert_int_equal(text.len, 0);
    assert_ok(db_row(&found, db, "SELECT a FROM t WHERE a = ?1", VALUES(v_i64(4)),
                     INTO(into_i64(&number)), NULL, &e),
              &e);
    assert_false(found);
    assert_int_equal(number, 2);
    found = true;
    assert_int_equal(db_row(&found, db, "SELECT nothing FROM t WHERE a = ?1", VALUES(v_i64(1)),
                            INTO(into_i64(&number)), NULL, &e) == OK,
                     0);
    assert_false(found);
    db_close(db);
    arena_free(a);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest both[] = {
        cmocka_unit_test(the_first_text_is_read_in_one_call),
        cmocka_unit_test(the_first_row_is_read_in_one_call),
        cmocka_unit_test(values_come_back_as_they_went_in),
        cmocka_unit_test(an_empty_text_becomes_null_and_a_nul_is_refused),
        cmocka_unit_test(a_statement_is_kept_and_forgets_its_bindings),
        cmocka_unit_test(sql_made_at_run_time_is_not_mistaken_for_what_stood_there_before),
        cmocka_unit_test(sql_made_at_run_time_is_kept_by_content_up_to_a_bound),
        cmocka_unit_test(the_columns_of_a_table_are_told),
        cmocka_unit_test(the_planner_of_every_connection_knows_what_was_analyzed),
        cmocka_unit_test(an_upsert_inserts_then_changes),
        cmocka_unit_test(a_wrong_type_or_a_second_key_is_a_conflict),
        cmocka_unit_test(a_savepoint_is_undone_alone),
        cmocka_unit_test(what_runs_later_is_done_or_told_at_the_commit),
        cmocka_unit_test(the_id_of_a_new_row_is_known),
        cmocka_unit_test(a_reader_sees_one_moment),
        cmocka_unit_test(sums_and_order_are_the_same),
        cmocka_unit_test(a_walk_inside_a_walk_sees_all_rows),
        cmocka_unit_test(opening_says_what_is_wrong),
        cmocka_unit_test(migrations_run_once_and_in_order),
        cmocka_unit_test(a_migration_may_differ_between_the_engines),
        cmocka_unit_test(a_failing_migration_leaves_nothing_behind),
        cmocka_unit_test(a_lock_is_one_connections_until_it_closes),
        cmocka_unit_test(the_built_in_migrations_are_numbered_without_gap),
    };
    const struct CMUnitTest sqlite[] = {
        cmocka_unit_test(a_file_that_is_no_database_is_refused),
        cmocka_unit_test(what_we_may_not_write_is_read_with_its_log_or_not_at_all),
        cmocka_unit_test(a_held_lock_is_busy_after_the_timeout),
    };
    const struct CMUnitTest postgres[] = {
        cmocka_unit_test(a_server_that_cannot_be_a_store_is_refused),
        cmocka_unit_test(a_name_for_people_holds_no_password),
        cmocka_unit_test(a_transaction_may_stand_where_a_store_is_moved),
        cmocka_unit_test(a_held_row_is_busy_after_the_timeout),
        cmocka_unit_test(a_server_without_room_at_this_moment_is_asked_again),
        cmocka_unit_test(a_commit_after_a_failed_statement_keeps_nothing),
        cmocka_unit_test(a_warning_with_the_commit_means_that_nobody_knows),
        cmocka_unit_test(a_statement_takes_values_of_another_type_later),
        cmocka_unit_test(a_writer_looks_up_in_a_table_that_was_analyzed_while_empty),
    };
    if (argc == 3 && strcmp(argv[1], READ_WORD) == 0)
        return rows_as_read(argv[2]);
    return scratch_is_postgres() ? RUN_BOTH(both, postgres) : RUN_BOTH(both, sqlite);
}
