/* What is appended to SQLite's log is gathered (page_sums.c, head): in few writes, none of
 * them too late for whoever reads beside, and none of them after a refusal. Checksums are
 * looked at by store_test.c and tests/crash/damage_test.c. */
#include "test.h"

#include "base/rand.h"
#include "db/db.h"
#include "db/scratch.h"
#include "db/sqlite_fault.h"
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define LARGE 60000 /* bytes: fifteen pages */

static struct fault_plan plan;

static struct db *open_file(const char *url, const char *vfs)
{
    struct db *db = NULL;
    struct err e;
    assert_ok(db_open(&db, url, &(struct db_options){.vfs = vfs}, &e), &e);
    return db;
}

static struct db *new_file(const char *url, const char *vfs)
{
    struct db *db = open_file(url, vfs);
    struct err e;
    assert_ok(db_begin_write(db, &e), &e);
    assert_ok(db_exec(db, "CREATE TABLE t (n INTEGER PRIMARY KEY, b BLOB NOT NULL) STRICT", &e),
              &e);
    assert_ok(db_commit(db, &e), &e);
    return db;
}

/* n and −n, with LARGE bytes each that are n's own, by one statement: on a full disk SQLite
 * then takes back the statement and leaves the transaction. */
static err_t add_pair(struct db *db, int64_t n, struct err *e)
{
    static uint8_t much[LARGE];
    memset(much, (int)(n & 0xFF), sizeof(much));
    return db_run(db, "INSERT INTO t SELECT ?1, ?2 UNION ALL SELECT -?1, ?2",
                  VALUES(v_i64(n), v_bytes((struct bytes){much, sizeof(much)})), e);
}

static err_t write_pairs(struct db *db, int64_t first, int64_t count, struct err *e)
{
    err_t rc = db_begin_write(db, e);
    for (int64_t i = 0; rc == OK && i < count; i++)
        rc = add_pair(db, first + i, e);
    if (rc == OK)
        return db_commit(db, e);
    db_rollback(db);
    return rc;
}

/* How many pairs there are, of which every byte was read and looked at. */
static err_t count_pairs(int64_t *out, struct db *db, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    int64_t rows = 0, sum = 0;
    err_t rc = db_prepare(&st, db, "SELECT n, b FROM t ORDER BY n", e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        struct bytes b = stmt_bytes(st, 1);
        int64_t n = stmt_i64(st, 0);
        uint8_t want = (uint8_t)((n < 0 ? -n : n) & 0xFF);
        rows++;
        sum += n;
        if (b.len != LARGE)
            rc = err_set(e, E_CORRUPT, "a row of %zu bytes", b.len);
        for (size_t i = 0; rc == OK && i < b.len; i++)
            if (b.ptr[i] != want)
                rc = err_set(e, E_CORRUPT, "byte %zu of row %lld", i, (long long)n);
    }
    stmt_free(st);
    if (rc == OK && (sum != 0 || rows % 2 != 0))
        rc = err_set(e, E_CORRUPT, "half of a pair");
    *out = rows / 2;
    return rc;
}

static int64_t pairs_of(struct db *db)
{
    struct err e;
    int64_t count = 0;
    assert_ok(count_pairs(&count, db, &e), &e);
    return count;
}

/* A cache of 20 pages: what does not fit goes to the log before the commit, and pages are
 * read back from there and written anew. */
static void keep_little(struct db *db)
{
    struct err e;
    assert_ok(db_exec(db, "PRAGMA cache_size=20", &e), &e);
}

static void a_commit_of_many_pages_is_few_writes(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = new_file(scratch_url(a, scratch_dir(a), "t.db"), "fault");
    struct err e;
    plan = (struct fault_plan){.kinds = FAULT_WRITE};
    assert_ok(write_pairs(db, 1, 4, &e), &e); /* 120 pages and more: half a megabyte */
    assert_in_range(plan.calls, 4, 8);
    plan = (struct fault_plan){.kinds = FAULT_WRITE};
    assert_ok(db_begin_write(db, &e), &e);
    assert_ok(db_exec(db, "DELETE FROM t WHERE n = 1", &e), &e);
    assert_ok(db_exec(db, "DELETE FROM t WHERE n = -1", &e), &e);
    assert_ok(db_commit(db, &e), &e);
    assert_in_range(plan.calls, 1, 4);
    plan = (struct fault_plan){0};
    assert_int_equal(pairs_of(db), 3);
    db_close(db);
    arena_free(a);
}

/* The sync is what a commit ends with; where none is asked for, other connections must
 * still find what the wal-index names. */
static void a_commit_without_a_sync_is_seen_whole_by_others(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *url = scratch_url(a, scratch_dir(a), "t.db");
    struct db *writer = new_file(url, NULL), *reader = open_file(url, NULL);
    struct err e;
    assert_ok(db_exec(writer, "PRAGMA synchronous=OFF", &e), &e);
    for (int little = 0; little <= 1; little++) {
        for (int64_t n = 0; n < 5; n++) {
            assert_ok(write_pairs(writer, 1 + n * 3 + little * 100, 3, &e), &e);
            assert_int_equal(pairs_of(reader), (n + 1) * 3 + little * 15);
        }
        keep_little(writer);
    }
    db_close(reader);
    db_close(writer);
    arena_free(a);
}

/* Reads until it is killed; says how often by a byte each, and of a fault in words. */
static void read_until_killed(const char *url, int said)
{
    struct db *db = NULL;
    struct err e = {0};
    int64_t before = 0, now;
    if (db_open(&db, url, &(struct db_options){.read_only = true}, &e) == OK)
        while (count_pairs(&now, db, &e) == OK && now >= before && write(said, "r", 1) == 1)
            before = now;
    (void)!write(said, "x", 1);
    fprintf(stderr, "%s\n", e.text);
    _exit(1);
}

static void another_process_reads_right_while_one_writes(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *url = scratch_url(a, scratch_dir(a), "t.db");
    int said[2];
    db_close(new_file(url, NULL));
    assert_int_equal(pipe(said), 0);
    pid_t child = fork();
    assert_true(child >= 0); /* kill(-1) would be everybody */
    if (child == 0)
        read_until_killed(url, said[1]);
    close(said[1]);

    struct db *db = open_file(url, NULL);
    struct err e;
    size_t reads = 0;
    char c;
    assert_int_equal(read(said[0], &c, 1), 1); /* it reads */
    keep_little(db);
    for (int64_t n = 0; n < 60; n++) {
        assert_ok(write_pairs(db, 1 + n * 2, 2, &e), &e);
        assert_ok(db_begin_write(db, &e), &e);
        assert_ok(add_pair(db, 100000, &e), &e);
        db_rollback(db); /* what it left in the log is nobody's */
        if (n % 4 == 3) {
            assert_ok(db_begin_write(db, &e), &e);
            assert_ok(db_exec(db, "UPDATE t SET b = b WHERE n IN (3, -3)", &e), &e);
            assert_ok(db_commit(db, &e), &e);
        }
        if (n % 6 == 5) { /* however little of the processor it gets: it reads in between */
            assert_int_equal(read(said[0], &c, 1), 1);
            assert_int_equal(c, 'r');
            reads++;
        }
    }
    assert_int_equal(waitpid(child, NULL, WNOHANG), 0);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    for (; read(said[0], &c, 1) == 1; reads++)
        assert_int_equal(c, 'r');
    print_message("# %zu reads\n", reads);
    assert_true(reads > 5);
    assert_int_equal(pairs_of(db), 120);
    close(said[0]);
    db_close(db);
    arena_free(a);
}

/* Five transactions of two pairs, of which each has its second undone to a savepoint and
 * written once more, against writes that fail and tear from the nth on. Whatever is
 * refused is not there, whatever is acknowledged is, in the same connection and in a new
 * one. True once n lies beyond the last write. */
static bool survive_torn_write(long n, bool sticky, bool full, bool little)
{
    struct arena *a = arena_new();
    const char *url = scratch_url(a, scratch_dir(a), "t.db");
    struct db *db = new_file(url, "fault");
    struct err e;
    int64_t acknowledged = 0;
    if (little)
        keep_little(db);
    plan = (struct fault_plan){.kinds = FAULT_WRITE, .fail_at = n, .sticky = sticky, .full = full};
    for (int64_t i = 0; i < 5; i++) {
        err_t rc = db_begin_write(db, &e);
        if (rc == OK)
            rc = add_pair(db, 1 + 2 * i, &e);
        if (rc == OK && (rc = db_savepoint(db, &e)) == OK) {
            /* Where the engine ended the transaction there is nothing to go back to. */
            bool added = add_pair(db, 2 + 2 * i, &e) == OK;
            rc = db_in_transaction(db) ? db_rollback_to(db, &e) : E_IO;
            if (rc == OK && added)
                rc = add_pair(db, 2 + 2 * i, &e);
            else if (rc == OK) /* the first alone: a pair of its own number */
                rc = add_pair(db, 1000 + i, &e);
        }
        if (rc == OK)
            rc = db_commit(db, &e);
        else
            db_rollback(db);
        acknowledged += rc == OK ? 2 : 0;
    }
    bool beyond = plan.failures == 0;
    assert_true(beyond || sticky || acknowledged >= 6); /* one failure takes one transaction */
    plan = (struct fault_plan){0};
    assert_int_equal(pairs_of(db), acknowledged);
    assert_ok(write_pairs(db, 500, 1, &e), &e); /* the disk is well again */
    assert_int_equal(pairs_of(db), acknowledged + 1);
    struct db *other = open_file(url, NULL);
    assert_int_equal(pairs_of(other), acknowledged + 1);
    assert_ok(db_check(other, &e), &e);
    db_close(other);
    db_close(db);
    db = open_file(url, NULL);
    assert_int_equal(pairs_of(db), acknowledged + 1);
    db_close(db);
    arena_free(a);
    return beyond;
}

static void a_torn_write_is_refused_and_nothing_of_it_stays(void **state)
{
    (void)state;
    struct rand r = {test_seed(20261120)};
    long points = 0;
    for (int mode = 0; mode < 8; mode++) {
        bool little = mode & 4; /* then there are hundreds */
        for (long n = 1; !survive_torn_write(n, mode & 1, mode & 2, little); points++)
            n += little ? 1 + (long)rand_below(&r, 40) : 1;
    }
    print_message("# %ld torn writes\n", points);
    assert_true(points > 100);
}

/* What a refused transaction could not write must not be written when others have gone on. */
static void what_could_not_be_written_is_not_written_over_another_s(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *url = scratch_url(a, scratch_dir(a), "t.db");
    struct db *first = new_file(url, "fault"), *second = open_file(url, NULL);
    struct err e;
    for (int64_t n = 0; n < 3; n++) {
        plan = (struct fault_plan){.kinds = FAULT_WRITE, .fail_at = 1, .sticky = true};
        assert_int_equal(write_pairs(first, 1000 + n, 4, &e), E_IO);
        plan = (struct fault_plan){0};
        assert_ok(write_pairs(second, 1 + 4 * n, 2, &e), &e);
        assert_ok(write_pairs(first, 3 + 4 * n, 2, &e), &e);
        assert_int_equal(pairs_of(first), 4 * (n + 1));
        struct db *third = open_file(url, NULL);
        assert_int_equal(pairs_of(third), 4 * (n + 1));
        assert_ok(db_check(third, &e), &e);
        db_close(third);
    }
    db_close(second);
    db_close(first);
    arena_free(a);
}

int main(void)
{
    fault_vfs_register("fault", &plan);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_commit_of_many_pages_is_few_writes),
        cmocka_unit_test(a_commit_without_a_sync_is_seen_whole_by_others),
        cmocka_unit_test(another_process_reads_right_while_one_writes),
        cmocka_unit_test(a_torn_write_is_refused_and_nothing_of_it_stays),
        cmocka_unit_test(what_could_not_be_written_is_not_written_over_another_s),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
