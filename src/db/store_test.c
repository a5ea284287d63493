#include "test.h"

#include "base/buf.h"
#include "base/clock.h"
#include "db/db_priv.h"
#include "db/scratch.h"
#include "db/sqlite_fault.h"
#include "db/store.h"
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct migration ledger[] = {
    {1, "0001_ledger", "CREATE TABLE t (n INTEGER PRIMARY KEY, half INTEGER NOT NULL) STRICT;"}};
static struct fault_plan plan; /* a test program may have one; the layer reads it */

static struct store *open_store(const char *url, const char *vfs)
{
    struct store *s = NULL;
    struct err e;
    struct store_options o = {
        .create = true, .vfs = vfs, .steps = ledger, .step_count = ARRAY_LEN(ledger)};
    assert_ok(store_open_with(&s, url, &o, &e), &e);
    return s;
}

static int64_t number_of(struct store *s, const char *sql)
{
    struct db *db = NULL;
    struct stmt *st = NULL;
    struct err e;
    bool has_row;
    assert_ok(store_reader_get(&db, s, &e), &e);
    assert_ok(db_prepare(&st, db, sql, &e), &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    int64_t n = stmt_i64(st, 0);
    stmt_free(st);
    store_reader_put(s, db);
    return n;
}

static err_t insert(struct db *db, const char *sql, int64_t n, struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = db_prepare(&st, db, sql, e);
    if (rc == OK && (rc = stmt_bind_i64(st, 1, n, e)) == OK)
        rc = stmt_run(st, e);
    stmt_free(st);
    return rc;
}

/* Two rows that belong together: n and −n. */
static err_t add_pair(struct db *db, void *arg, struct err *e)
{
    int64_t n = *(int64_t *)arg;
    err_t rc = insert(db, "INSERT INTO t VALUES (?1, 0)", n, e);
    return rc == OK ? insert(db, "INSERT INTO t VALUES (-?1, 1)", n, e) : rc;
}

static err_t add_then_refuse(struct db *db, void *arg, struct err *e)
{
    err_t rc = add_pair(db, arg, e);
    return rc == OK ? err_set(e, E_INVALID, "not today") : rc;
}

/* OR ROLLBACK ends the whole transaction, steps before it included. */
static err_t wreck(struct db *db, void *arg, struct err *e)
{
    err_t rc = add_pair(db, arg, e);
    if (rc != OK)
        return rc;
    return insert(db, "INSERT OR ROLLBACK INTO t VALUES (?1, 0)", *(int64_t *)arg, e);
}

struct gate {
    sem_t entered, go;
};

/* Holds the writer thread, so that a group gathers behind it. */
static err_t wait_at_gate(struct db *db, void *arg, struct err *e)
{
    (void)db;
    (void)e;
    struct gate *g = arg;
    sem_post(&g->entered);
    sem_wait(&g->go);
    return OK;
}

struct client {
    struct store *store;
    store_fn fn;
    int64_t n;
    err_t rc;
    struct err e;
};

static void *write_one(void *arg)
{
    struct client *c = arg;
    c->rc = store_write(c->store, c->fn, &c->n, &c->e);
    return NULL;
}

static void *write_gate(void *arg)
{
    struct client *c = arg;
    c->rc = store_write(c->store, c->fn, (void *)(intptr_t)c->n, &c->e);
    return NULL;
}

#define CLIENTS 32

/* CLIENTS steps that are all queued while the writer is held: one group. */
static void write_as_one_group(struct store *s, struct client clients[CLIENTS])
{
    struct gate gate;
    pthread_t holder, threads[CLIENTS];
    struct client hold = {.store = s, .fn = wait_at_gate, .n = (intptr_t)&gate};
    sem_init(&gate.entered, 0, 0);
    sem_init(&gate.go, 0, 0);
    pthread_create(&holder, NULL, write_gate, &hold);
    sem_wait(&gate.entered);
    for (int i = 0; i < CLIENTS; i++) {
        clients[i].store = s;
        clients[i].n = i + 1;
        pthread_create(&threads[i], NULL, write_one, &clients[i]);
    }
    usleep(100000); /* time to queue; a straggler would only make a second group */
    sem_post(&gate.go);
    pthread_join(holder, NULL);
    for (int i = 0; i < CLIENTS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(hold.rc, OK);
    sem_destroy(&gate.entered);
    sem_destroy(&gate.go);
}

static void steps_that_wait_share_one_fsync(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct store *s = open_store(scratch_url(a, scratch_dir(a), "t.db"), "fault");
    struct client clients[CLIENTS] = {0};
    struct store_counts before = store_counts(s);
    for (int i = 0; i < CLIENTS; i++)
        clients[i].fn = add_pair;
    plan.syncs = 0;
    write_as_one_group(s, clients);
    struct store_counts after = store_counts(s);
    for (int i = 0; i < CLIENTS; i++)
        assert_int_equal(clients[i].rc, OK);
    assert_int_equal(after.steps - before.steps, CLIENTS + 1);
    assert_true(after.commits - before.commits <= 3);
    assert_in_range(plan.syncs, 1, 5); /* the first commit of a log also syncs its header */
    assert_int_equal(number_of(s, "SELECT count(*) FROM t"), 2 * CLIENTS);
    store_close(s);
    arena_free(a);
}

static void a_lone_writer_has_an_fsync_for_every_step(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct store *s = open_store(scratch_url(a, scratch_dir(a), "t.db"), "fault");
    struct err e;
    plan.syncs = 0;
    for (int64_t n = 1; n <= 10; n++)
        assert_ok(store_write(s, add_pair, &n, &e), &e);
    assert_true(plan.syncs >= 10);
    store_close(s);
    arena_free(a);
}

static void a_file_made_without_checksums_is_read_and_written_as_ever(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *url = scratch_url(a, scratch_dir(a), "t.db"), *path = url + strlen("sqlite:");
    struct err e;
    plain_sqlite(path,
                 "PRAGMA journal_mode=WAL;"
                 "CREATE TABLE old (n INTEGER PRIMARY KEY) STRICT; INSERT INTO old VALUES (7)");
    for (int64_t n = 1; n <= 2; n++) {
        struct store *s = open_store(url, NULL);
        struct db *db = NULL;
        assert_ok(store_write(s, add_pair, &n, &e), &e);
        assert_int_equal(number_of(s, "SELECT sum(n) FROM old"), 7);
        assert_int_equal(number_of(s, "SELECT count(*) FROM t"), 2 * n);
        assert_ok(store_reader_get(&db, s, &e), &e);
        assert_ok(db_check(db, &e), &e);
        store_reader_put(s, db);
        store_close(s);
    }
    arena_free(a);
}

/* What src/db/README warns of: such a page cannot be told from a damaged one. */
static void what_another_program_wrote_is_told_as_damage(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *url = scratch_url(a, scratch_dir(a), "t.db"), *path = url + strlen("sqlite:");
    struct store *s = open_store(url, NULL);
    struct db *db = NULL;
    struct err e;
    int64_t n = 1;
    assert_ok(store_write(s, add_pair, &n, &e), &e);
    assert_ok(store_reader_get(&db, s, &e), &e);
    assert_ok(db_check(db, &e), &e);
    store_reader_put(s, db);
    store_close(s);
    plain_sqlite(path, "SELECT sum(n) FROM t"); /* reading is no harm */
    s = open_store(url, NULL);
    store_close(s);
    plain_sqlite(path, "UPDATE t SET half = 5 WHERE n = 1");
    err_t rc =
        store_open_with(&s, url, &(struct store_options){.steps = ledger, .step_count = 1}, &e);
    if (rc == OK) {
        assert_ok(store_reader_get(&db, s, &e), &e);
        rc = db_check(db, &e);
        store_reader_put(s, db);
        store_close(s);
    }
    assert_int_equal(rc, E_CORRUPT);
    arena_free(a);
}

static void a_failing_step_is_undone_alone(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct store *s = open_store(scratch_url(a, scratch_dir(a), "t.db"), NULL);
    struct client clients[CLIENTS] = {0};
    for (int i = 0; i < CLIENTS; i++)
        clients[i].fn = i % 3 == 1 ? add_then_refuse : add_pair;
    write_as_one_group(s, clients);
    int64_t good = 0;
    for (int i = 0; i < CLIENTS; i++) {
        assert_int_equal(clients[i].rc, i % 3 == 1 ? E_INVALID : OK);
        if (i % 3 == 1)
            assert_string_equal(clients[i].e.text, "not today");
        else
            good += i + 1;
    }
    assert_int_equal(number_of(s, "SELECT sum(n) FROM t WHERE n > 0"), good);
    assert_int_equal(number_of(s, "SELECT sum(n) FROM t"), 0);
    store_close(s);
    arena_free(a);
}

/* Whoever asked has them, not the thread that wrote; a row more is no statement more. */
static void statements_are_counted_for_whom_they_were_run(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct store *s = open_store(scratch_url(a, scratch_dir(a), "t.db"), NULL);
    struct db *db = NULL;
    struct stmt *st = NULL;
    struct err e;
    bool has_row = true;
    int64_t n = 1;
    uint64_t before = db_statements();
    assert_ok(store_write(s, add_pair, &n, &e), &e);
    assert_int_equal(db_statements() - before, 2);
    assert_ok(store_reader_get(&db, s, &e), &e);
    assert_ok(db_begin_read(db, &e), &e);
    before = db_statements();
    assert_ok(db_prepare(&st, db, "SELECT n FROM t ORDER BY n", &e), &e);
    assert_int_equal(db_statements() - before, 0);
    for (int rows = 0; has_row; rows++) {
        assert_ok(stmt_next(&has_row, st, &e), &e);
        assert_int_equal(has_row, rows < 2);
        assert_int_equal(db_statements() - before, 1);
    }
    stmt_free(st);
    assert_ok(db_prepare(&st, db, "SELECT n FROM t ORDER BY n", &e), &e); /* the same, kept */
    assert_ok(stmt_run(st, &e), &e);
    assert_ok(stmt_run(st, &e), &e);
    assert_int_equal(db_statements() - before, 3);
    stmt_free(st);
    store_reader_put(s, db);
    store_close(s);
    arena_free(a);
}

static int step_runs; /* of a step; the writer thread's */

static err_t add_and_count_runs(struct db *db, void *arg, struct err *e)
{
    step_runs++;
    return add_pair(db, arg, e);
}

/* A group is run again once when a step of it fails; the groups after it are run
 * with savepoints, and so once, whatever fails in them. */
static void a_failing_step_costs_the_others_one_more_run(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct store *s = open_store(scratch_url(a, scratch_dir(a), "t.db"), NULL);
    struct client clients[CLIENTS] = {0};
    struct err e;
    for (int round = 0; round < 2; round++) {
        step_runs = 0;
        for (int i = 0; i < CLIENTS; i++)
            clients[i].fn = i % 8 == 7 ? add_then_refuse : add_and_count_runs;
        write_as_one_group(s, clients);
        assert_in_range(step_runs, CLIENTS * 7 / 8, (2 - round) * CLIENTS * 7 / 8);
        for (int i = 0; i < CLIENTS; i++)
            assert_int_equal(clients[i].rc, i % 8 == 7 ? E_INVALID : OK);
        assert_int_equal(number_of(s, "SELECT count(*) FROM t"), 2 * CLIENTS * 7 / 8);
        struct db *db = NULL;
        assert_ok(db_open(&db, store_url(s), &(struct db_options){.must_exist = true}, &e), &e);
        assert_ok(db_exec(db, "DELETE FROM t", &e), &e);
        db_close(db);
    }
    store_close(s);
    arena_free(a);
}

static void a_step_that_ends_the_transaction_takes_no_other_with_it(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct store *s = open_store(scratch_url(a, scratch_dir(a), "t.db"), NULL);
    struct client clients[CLIENTS] = {0};
    for (int i = 0; i < CLIENTS; i++)
        clients[i].fn = i % 10 == 9 ? wreck : add_pair;
    write_as_one_group(s, clients);
    int64_t good = 0;
    for (int i = 0; i < CLIENTS; i++) {
        assert_int_equal(clients[i].rc, i % 10 == 9 ? E_CONFLICT : OK);
        good += clients[i].rc == OK ? i + 1 : 0;
    }
    assert_int_equal(number_of(s, "SELECT sum(n) FROM t WHERE n > 0"), good);
    assert_int_equal(number_of(s, "SELECT sum(n) FROM t"), 0);
    store_close(s);
    arena_free(a);
}

static err_t make_much(struct db *db, void *arg, struct err *e)
{
    (void)arg;
    return db_exec(db, "CREATE TABLE much (b BLOB NOT NULL) STRICT", e);
}

enum { MUCH = 1000, MUCH_BYTES = 65536 };

static err_t add_much(struct db *db, void *arg, struct err *e)
{
    static const uint8_t much[MUCH_BYTES];
    (void)arg;
    return db_run(db, "INSERT INTO much VALUES (?1)",
                  VALUES(v_bytes((struct bytes){much, sizeof(much)})), e);
}

static void *write_much(void *arg)
{
    struct err e;
    for (int i = 0; i < MUCH; i++)
        assert_ok(store_write(arg, add_much, NULL, &e), &e);
    return NULL;
}

/* The thread that copies the log back never has all of it while others commit, and only
 * then can the log begin anew: 190 MB go through it here, and half of them would be too many,
 * however little of the processor and of the disk that thread gets. */
static void the_log_stays_short_while_commits_go_on(void **state)
{
    (void)state;
    enum { WRITERS = 3 };
    struct arena *a = arena_new();
    const char *url = scratch_url(a, scratch_dir(a), "t.db");
    struct store *s = open_store(url, NULL);
    pthread_t t[WRITERS];
    struct stat log;
    struct err e;
    assert_ok(store_write(s, make_much, NULL, &e), &e);
    for (int i = 0; i < WRITERS; i++)
        assert_int_equal(pthread_create(&t[i], NULL, write_much, s), 0);
    for (int i = 0; i < WRITERS; i++)
        pthread_join(t[i], NULL);
    assert_int_equal(stat(arena_printf(a, "%s-wal", url + strlen("sqlite:")).ptr, &log), 0);
    print_message("# a log of %lld MB\n", (long long)log.st_size >> 20);
    assert_true(log.st_size < (int64_t)WRITERS * MUCH * MUCH_BYTES / 2);
    assert_int_equal(number_of(s, "SELECT count(*) FROM much"), WRITERS * MUCH);
    store_close(s);
    arena_free(a);
}

enum { ERASERS = 4, ERASED = 25 };

static void *write_and_scrub(void *arg)
{
    struct err e;
    for (int i = 0; i < ERASED; i++) {
        assert_ok(store_write(arg, add_much, NULL, &e), &e);
        assert_ok(store_scrub(arg, &e), &e);
    }
    return NULL;
}

/* Each copies the whole log and empties it; SQLite refuses who comes while another copies. */
static void several_erase_at_once(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct store *s = open_store(scratch_url(a, scratch_dir(a), "t.db"), NULL);
    pthread_t t[ERASERS];
    struct err e;
    assert_ok(store_write(s, make_much, NULL, &e), &e);
    for (int i = 0; i < ERASERS; i++)
        assert_int_equal(pthread_create(&t[i], NULL, write_and_scrub, s), 0);
    for (int i = 0; i < ERASERS; i++)
        pthread_join(t[i], NULL);
    assert_int_equal(number_of(s, "SELECT count(*) FROM much"), ERASERS * ERASED);
    store_close(s);
    arena_free(a);
}

static void a_failed_fsync_is_told_to_every_step_and_ends_writing(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *url = scratch_url(a, scratch_dir(a), "t.db");
    struct store *s = open_store(url, "fault");
    struct client clients[CLIENTS] = {0};
    struct err e;
    int64_t n = 1000;
    assert_ok(store_write(s, add_pair, &n, &e), &e);
    for (int i = 0; i < CLIENTS; i++)
        clients[i].fn = add_pair;
    plan = (struct fault_plan){.kinds = FAULT_SYNC, .fail_at = 1}; /* the group's commit */
    write_as_one_group(s, clients);
    assert_int_equal(plan.failures, 1);
    plan = (struct fault_plan){0};
    for (int i = 0; i < CLIENTS; i++)
        assert_int_equal(clients[i].rc, E_IO);
    assert_int_equal(store_write(s, add_pair, &n, &e), E_IO); /* the disk is well again: still */
    store_close(s);

    s = open_store(url, NULL);
    n = 2000;
    assert_ok(store_write(s, add_pair, &n, &e), &e);
    assert_int_equal(number_of(s, "SELECT sum(n) FROM t"), 0);
    store_close(s);
    arena_free(a);
}

static void a_full_disk_is_an_error_until_there_is_room(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct store *s = open_store(scratch_url(a, scratch_dir(a), "t.db"), "fault");
    struct err e;
    int64_t n = 1;
    plan = (struct fault_plan){.kinds = FAULT_WRITE, .fail_at = 1, .sticky = true, .full = true};
    assert_int_equal(store_write(s, add_pair, &n, &e), E_IO);
    plan = (struct fault_plan){0};
    assert_ok(store_write(s, add_pair, &n, &e), &e);
    assert_int_equal(number_of(s, "SELECT count(*) FROM t"), 2);
    store_close(s);
    arena_free(a);
}

static void readers_are_lent_again_and_see_what_was_written(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct store *s = open_store(scratch_url(a, scratch_dir(a), "t.db"), NULL);
    struct db *one = NULL, *two = NULL, *again = NULL;
    struct err e;
    assert_ok(store_reader_get(&one, s, &e), &e);
    assert_ok(store_reader_get(&two, s, &e), &e);
    assert_ptr_not_equal(one, two);
    assert_ok(db_begin_read(one, &e), &e);
    store_reader_put(s, one); /* in the middle of a transaction: it is ended */
    for (int64_t n = 1; n <= 20; n++) {
        assert_ok(store_write(s, add_pair, &n, &e), &e);
        assert_int_equal(number_of(s, "SELECT count(*) FROM t"), 2 * n);
    }
    assert_ok(store_reader_get(&again, s, &e), &e);
    assert_ptr_equal(again, one);
    store_reader_put(s, again);
    store_reader_put(s, two);
    store_reader_put(s, NULL);
    store_close(s);
    store_close(NULL);
    arena_free(a);
}

static void told(struct store_step *step)
{
    sem_post(step->done_arg);
}

static void a_submitted_step_is_told_once_it_is_durable_or_refused(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct store *s = open_store(scratch_url(a, scratch_dir(a), "t.db"), NULL);
    sem_t done;
    sem_init(&done, 0, 0);
    int64_t numbers[3] = {1, 2, 3};
    struct store_step steps[3];
    for (int i = 0; i < 3; i++) {
        steps[i] = (struct store_step){.fn = i == 1 ? add_then_refuse : add_pair,
                                       .arg = &numbers[i],
                                       .done = told,
                                       .done_arg = &done};
        store_submit(s, &steps[i]);
    }
    for (int i = 0; i < 3; i++)
        sem_wait(&done);
    assert_int_equal(steps[0].rc, OK);
    assert_int_equal(steps[1].rc, E_INVALID);
    assert_string_equal(steps[1].why.text, "not today");
    assert_int_equal(steps[2].rc, OK);
    assert_int_equal(number_of(s, "SELECT count(*) FROM t"), 4);
    sem_destroy(&done);
    store_close(s);
    arena_free(a);
}

static void a_number_follows_the_commits_of_everybody(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *url = scratch_url(a, scratch_dir(a), "t.db");
    struct store *s = open_store(url, NULL);
    struct store *other = open_store(url, NULL); /* as another process would */
    struct store_number rows = {.sql = "SELECT count(*) FROM t"};
    struct err e;
    int64_t n = -1;
    assert_ok(store_number(&n, s, &rows, &e), &e);
    assert_int_equal(n, 0);
    for (int64_t i = 1; i <= 20; i++) {
        assert_ok(store_write(i % 2 ? s : other, add_pair, &i, &e), &e);
        for (int again = 0; again < 2; again++) {
            assert_ok(store_number(&n, s, &rows, &e), &e);
            assert_int_equal(n, 2 * i);
        }
    }
    int64_t taken = 20;
    assert_int_equal(store_write(s, add_then_refuse, &taken, &e), E_CONFLICT);
    assert_ok(store_number(&n, s, &rows, &e), &e);
    assert_int_equal(n, 40);
    store_close(other);
    store_close(s);
    arena_free(a);
}

static void a_missing_store_is_made_only_when_asked(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *url = scratch_url(a, scratch_dir(a), "t.db");
    struct store *s = NULL;
    struct err e;
    assert_int_equal(store_open(&s, url, false, &e), E_NOTFOUND);
    assert_null(s);
    assert_ok(store_open(&s, url, true, &e), &e);
    assert_string_equal(store_url(s), url);
    store_close(s);
    assert_ok(store_open(&s, url, false, &e), &e);
    store_close(s);
    arena_free(a);
}

/* One process's share: `count` steps, numbered from `from`; its exit status. */
static int write_range(const char *url, int64_t from, int count)
{
    struct store *s = NULL;
    struct store_options o = {.steps = ledger, .step_count = ARRAY_LEN(ledger)};
    if (store_open_with(&s, url, &o, NULL) != OK)
        return 1;
    for (int64_t n = from; n < from + count; n++)
        if (store_write(s, add_pair, &n, NULL) != OK)
            return 2;
    store_close(s);
    return 0;
}

static void two_processes_write_side_by_side_and_take_turns(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *url = scratch_url(a, scratch_dir(a), "t.db");
    store_close(open_store(url, NULL));
    enum { EACH = 300 };
    pid_t child[2];
    for (int i = 0; i < 2; i++) {
        if ((child[i] = fork()) == 0)
            _exit(write_range(url, 1 + i * EACH, EACH));
        assert_true(child[i] > 0); /* kill(-1) would be everybody */
    }
    for (int i = 0; i < 2; i++) {
        int status = 0;
        assert_int_equal(waitpid(child[i], &status, 0), child[i]);
        assert_int_equal(status, 0);
    }
    struct store *s = open_store(url, NULL);
    assert_int_equal(number_of(s, "SELECT count(*) FROM t"), 4 * EACH);
    assert_int_equal(number_of(s, "SELECT sum(n) FROM t"), 0);
    store_close(s);
    arena_free(a);
}

static void processes_may_make_the_same_store_at_once(void **state)
{
    (void)state;
    enum { PROCESSES = 8, ROUNDS = 5 };
    struct arena *a = arena_new();
    const char *dir = scratch_dir(a);
    for (int round = 0; round < ROUNDS; round++) {
        const char *url = scratch_url(a, dir, arena_printf(a, "%d.db", round).ptr);
        pid_t child[PROCESSES];
        for (int i = 0; i < PROCESSES; i++)
            if ((child[i] = fork()) == 0) {
                struct store *s = NULL;
                struct err e;
                if (store_open(&s, url, true, &e) != OK) {
                    print_message("# %s\n", e.text);
                    _exit(1);
                }
                store_close(s);
                _exit(0);
            }
        for (int i = 0; i < PROCESSES; i++) {
            int status = 0;
            assert_int_equal(waitpid(child[i], &status, 0), child[i]);
            assert_int_equal(status, 0);
        }
    }
    arena_free(a);
}

/* Keeps the lock nearly all the time, as an import does. */
static err_t busy_step(struct db *db, void *arg, struct err *e)
{
    usleep(10000);
    return add_pair(db, arg, e);
}

static void import_until_killed(const char *url)
{
    struct store *s = NULL;
    struct store_options o = {.steps = ledger, .step_count = ARRAY_LEN(ledger)};
    if (store_open_with(&s, url, &o, NULL) != OK)
        _exit(1);
    for (int64_t n = 1000000;; n++)
        if (store_write(s, busy_step, &n, NULL) != OK)
            _exit(2);
}

static void an_import_beside_us_never_keeps_a_write_waiting_for_long(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *url = scratch_url(a, scratch_dir(a), "t.db");
    int64_t worst_us = 0;
    struct err e;
    store_close(open_store(url, NULL)); /* no thread of ours may live while we fork */
    pid_t child = fork();
    assert_true(child >= 0); /* kill(-1) would be everybody */
    if (child == 0)
        import_until_killed(url);
    struct store *s = open_store(url, NULL);
    while (number_of(s, "SELECT count(*) FROM t") < 4) {
        assert_int_equal(waitpid(child, NULL, WNOHANG), 0);
        usleep(10000);
    }
    for (int64_t n = 1; n <= 40 || number_of(s, "SELECT count(*) FROM t WHERE n >= 1000000") < 10;
         n++) {
        int64_t began = clock_monotonic_us(&clock_system);
        assert_ok(store_write(s, add_pair, &n, &e), &e);
        int64_t took = clock_monotonic_us(&clock_system) - began;
        worst_us = took > worst_us ? took : worst_us;
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    print_message("# longest wait %lld ms\n", (long long)worst_us / 1000);
    /* About one batch of the other; without turns it is seconds. */
    assert_true(worst_us < 500000);
    store_close(s);
    arena_free(a);
}

/* --- PostgreSQL only ---------------------------------------------------------- */

static err_t run_sql(struct db *db, void *sql, struct err *e)
{
    return db_exec(db, sql, e);
}

static err_t read_counter(int64_t *value, struct db *db, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_prepare(&st, db, "SELECT half FROM t WHERE n = 0", e);
    if (rc == OK)
        rc = stmt_next(&has_row, st, e);
    *value = rc == OK ? stmt_i64(st, 0) : 0;
    stmt_free(st);
    return rc;
}

static err_t add_to_counter(struct db *db, void *arg, struct err *e)
{
    int64_t value;
    err_t rc = read_counter(&value, db, e);
    (void)arg;
    return rc != OK ? rc
                    : db_run(db, "UPDATE t SET half = ?1 WHERE n = 0", VALUES(v_i64(value + 1)), e);
}

struct adder {
    struct store *store;
    int times, failed;
};

static void *add_many(void *arg)
{
    struct adder *a = arg;
    for (int i = 0; i < a->times; i++)
        a->failed += store_write(a->store, add_to_counter, NULL, NULL) != OK;
    return NULL;
}

static void steps_that_meet_on_a_row_are_all_done_once(void **state)
{
    (void)state;
    enum { ADDERS = 8, TIMES = 25 };
    struct arena *a = arena_new();
    struct store *s = open_store(scratch_url(a, scratch_dir(a), "t.db"), NULL);
    struct adder adders[ADDERS];
    pthread_t threads[ADDERS];
    struct err e;
    assert_ok(store_write(s, run_sql, "INSERT INTO t VALUES (0, 0)", &e), &e);
    for (int i = 0; i < ADDERS; i++) {
        adders[i] = (struct adder){.store = s, .times = TIMES};
        pthread_create(&threads[i], NULL, add_many, &adders[i]);
    }
    for (int i = 0; i < ADDERS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(adders[i].failed, 0);
    }
    assert_int_equal(number_of(s, "SELECT half FROM t WHERE n = 0"), ADDERS * TIMES);
    store_close(s);
    arena_free(a);
}

/* Write skew: each of two servers reads that both rows are there and removes its
 * own. Run one after the other, the second finds one row and refuses. */
struct leaver {
    struct store *store;
    int64_t row;
    pthread_barrier_t *start;
    err_t rc;
};

static err_t leave_unless_last(struct db *db, void *arg, struct err *e)
{
    struct leaver *l = arg;
    int64_t present = 0;
    err_t rc = db_i64(&present, db, "SELECT count(*) FROM t WHERE n IN (1, 2)", NULL, 0, e);
    usleep(2000); /* both have read before either writes, where no turn keeps them apart */
    if (rc == OK && present < 2)
        return err_set(e, E_DENIED, "the last one stays");
    return rc == OK ? db_run(db, "DELETE FROM t WHERE n = ?1", VALUES(v_i64(l->row)), e) : rc;
}

static void *write_leave(void *arg)
{
    struct leaver *l = arg;
    pthread_barrier_wait(l->start);
    l->rc = store_write(l->store, leave_unless_last, l, NULL);
    return NULL;
}

static void a_decision_on_what_was_read_holds_when_it_is_written(void **state)
{
    (void)state;
    enum { RACES = 100 };
    struct arena *a = arena_new();
    const char *url = scratch_url(a, scratch_dir(a), "t.db");
    struct store *one = open_store(url, NULL), *two = open_store(url, NULL);
    struct err e;
    pthread_barrier_t start;
    pthread_t thread;
    pthread_barrier_init(&start, NULL, 2);
    for (int race = 0; race < RACES; race++) {
        struct leaver l[2] = {{one, 1, &start, OK}, {two, 2, &start, OK}};
        assert_ok(
            store_write(one, run_sql, "DELETE FROM t; INSERT INTO t VALUES (1, 0), (2, 0)", &e),
            &e);
        pthread_create(&thread, NULL, write_leave, &l[1]);
        write_leave(&l[0]);
        pthread_join(thread, NULL);
        assert_int_equal((l[0].rc == OK) + (l[1].rc == OK), 1);
        assert_int_equal((l[0].rc == E_DENIED) + (l[1].rc == E_DENIED), 1);
        assert_int_equal(number_of(one, "SELECT count(*) FROM t"), 1);
    }
    pthread_barrier_destroy(&start);
    store_close(two);
    store_close(one);
    arena_free(a);
}

struct cut {
    int runs, cuts; /* how often it ran; how often its connection is cut */
};

static err_t add_and_be_cut(struct db *db, void *arg, struct err *e)
{
    struct cut *c = arg;
    err_t rc = db_exec(db, "INSERT INTO t VALUES (1, 0)", e);
    if (rc == OK && c->runs++ < c->cuts)
        rc = db_exec(db, "SELECT pg_terminate_backend(pg_backend_pid())", e);
    return rc;
}

static void a_connection_lost_before_the_commit_is_replaced(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct store *s = open_store(scratch_url(a, scratch_dir(a), "t.db"), NULL);
    struct cut c = {.cuts = 2};
    struct err e;
    assert_ok(store_write(s, add_and_be_cut, &c, &e), &e);
    assert_int_equal(c.runs, 3);
    assert_int_equal(number_of(s, "SELECT count(*) FROM t"), 1);
    store_close(s);
    arena_free(a);
}

static err_t add_counted(struct db *db, void *arg, struct err *e)
{
    ++*(int *)arg;
    return db_exec(db, "INSERT INTO t VALUES (1, 0)", e);
}

/* A new store that does this on PostgreSQL when an insertion is committed. */
static struct store *open_with_trigger(struct arena *a, const char *body)
{
    struct store *s = open_store(scratch_url(a, scratch_dir(a), "t.db"), NULL);
    struct buf sql = {0};
    struct err e;
    buf_addf(&sql,
             "CREATE SEQUENCE commits; CREATE FUNCTION act() RETURNS trigger LANGUAGE plpgsql AS"
             " $$BEGIN %s RETURN NULL; END$$;"
             "CREATE CONSTRAINT TRIGGER acts AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED"
             " FOR EACH ROW EXECUTE FUNCTION act()",
             body);
    buf_addc(&sql, '\0');
    assert_ok(store_write(s, run_sql, sql.ptr, &e), &e);
    buf_clear(&sql);
    return s;
}

/* The trigger cuts the first COMMIT off, which then is undone: that is looked up, and the step done anew. */
static void a_connection_lost_while_committing_is_looked_up(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct store *s = open_with_trigger(a, "IF nextval('commits') = 1 THEN PERFORM"
                                           " pg_terminate_backend(pg_backend_pid());"
                                           " PERFORM pg_sleep(5); END IF;");
    struct err e;
    int runs = 0;
    assert_ok(store_write(s, add_counted, &runs, &e), &e);
    assert_int_equal(runs, 2);
    assert_int_equal(number_of(s, "SELECT count(*) FROM t"), 1);
    store_close(s);
    arena_free(a);
}

/* The server tells of a transaction if it was committed or rolled back. */
static void what_was_kept_is_told_by_the_server(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *url = scratch_url(a, scratch_dir(a), "t.db");
    struct store *s = open_store(url, NULL);
    struct db *one = NULL, *two = NULL;
    struct err e;
    bool kept = false;
    assert_ok(db_open(&one, url, &(struct db_options){.must_exist = true}, &e), &e);
    assert_ok(db_open(&two, url, &(struct db_options){.must_exist = true}, &e), &e);
    for (int round = 0; round < 2; round++) {
        assert_ok(db_begin_turn(one, STORE_LEDGER, &e), &e);
        assert_ok(db_exec(one, "INSERT INTO t VALUES (1, 0) ON CONFLICT DO NOTHING", &e), &e);
        if (round == 0)
            assert_ok(db_commit(one, &e), &e);
        else
            db_rollback(one);
        assert_ok(db_begin_turn(two, STORE_LEDGER, &e), &e);
        assert_ok(db_was_kept(&kept, two, one, &e), &e);
        assert_int_equal(kept, round == 0);
    }
    db_close(two);
    db_close(one);
    store_close(s);
    arena_free(a);
}

static void readers_survive_a_server_that_dropped_them(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *url = scratch_url(a, scratch_dir(a), "t.db");
    struct store *s = open_store(url, NULL);
    struct db *one = NULL;
    struct err e;
    int64_t n = 1;
    assert_ok(store_write(s, add_pair, &n, &e), &e);
    assert_int_equal(number_of(s, "SELECT count(*) FROM t"), 2); /* leaves an idle reader */
    struct db *killer = NULL;
    assert_ok(db_open(&killer, url, &(struct db_options){0}, &e), &e);
    assert_ok(db_exec(killer,
                      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                      " WHERE application_name = current_setting('application_name')"
                      " AND pid <> pg_backend_pid()",
                      &e),
              &e);
    db_close(killer);
    assert_int_equal(number_of(s, "SELECT count(*) FROM t"), 2);
    n = 2;
    assert_ok(store_write(s, add_pair, &n, &e), &e); /* the idle writer was cut off too */
    assert_ok(store_reader_get(&one, s, &e), &e);
    assert_int_equal(db_exec(one, "SELECT pg_terminate_backend(pg_backend_pid())", &e), E_IO);
    assert_int_equal(db_exec(one, "SELECT 1", &e), E_IO); /* stays so for whoever holds it */
    store_reader_put(s, one);
    assert_int_equal(number_of(s, "SELECT count(*) FROM t"), 4);
    store_close(s);
    arena_free(a);
}

static void connections_are_bounded_and_waited_for(void **state)
{
    (void)state;
    enum { MOST = 64 };
    struct arena *a = arena_new();
    struct store *s = NULL;
    struct db *held[MOST] = {NULL};
    struct err e;
    size_t n = 0;
    struct store_options o = {
        .create = true, .busy_timeout_ms = 50, .steps = ledger, .step_count = ARRAY_LEN(ledger)};
    assert_ok(store_open_with(&s, scratch_url(a, scratch_dir(a), "t.db"), &o, &e), &e);
    while (n < MOST && store_reader_get(&held[n], s, &e) == OK)
        n++;
    assert_in_range(n, 8, MOST - 1);
    assert_int_equal(e.kind, E_BUSY);
    store_reader_put(s, held[--n]);
    assert_ok(store_reader_get(&held[n], s, &e), &e);
    for (size_t i = 0; i <= n; i++)
        store_reader_put(s, held[i]);
    store_close(s);
    arena_free(a);
}

static void a_warning_with_the_commit_is_not_repeated(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct store *s = open_with_trigger(a, "RAISE WARNING 'not on the standby';");
    struct err e;
    int runs = 0;
    assert_int_equal(store_write(s, add_counted, &runs, &e), E_IO);
    assert_int_equal(runs, 1);
    store_close(s);
    arena_free(a);
}

int main(void)
{
    fault_vfs_register("fault", &plan);
    const struct CMUnitTest both[] = {
        cmocka_unit_test(a_failing_step_is_undone_alone),
        cmocka_unit_test(a_failing_step_costs_the_others_one_more_run),
        cmocka_unit_test(statements_are_counted_for_whom_they_were_run),
        cmocka_unit_test(readers_are_lent_again_and_see_what_was_written),
        cmocka_unit_test(a_submitted_step_is_told_once_it_is_durable_or_refused),
        cmocka_unit_test(a_number_follows_the_commits_of_everybody),
        cmocka_unit_test(a_missing_store_is_made_only_when_asked),
        cmocka_unit_test(two_processes_write_side_by_side_and_take_turns),
        cmocka_unit_test(processes_may_make_the_same_store_at_once),
        cmocka_unit_test(a_decision_on_what_was_read_holds_when_it_is_written),
        cmocka_unit_test(an_import_beside_us_never_keeps_a_write_waiting_for_long),
    };
    const struct CMUnitTest sqlite[] = {
        cmocka_unit_test(steps_that_wait_share_one_fsync),
        cmocka_unit_test(a_lone_writer_has_an_fsync_for_every_step),
        cmocka_unit_test(a_step_that_ends_the_transaction_takes_no_other_with_it),
        cmocka_unit_test(a_failed_fsync_is_told_to_every_step_and_ends_writing),
        cmocka_unit_test(a_full_disk_is_an_error_until_there_is_room),
        cmocka_unit_test(a_file_made_without_checksums_is_read_and_written_as_ever),
        cmocka_unit_test(what_another_program_wrote_is_told_as_damage),
        cmocka_unit_test(the_log_stays_short_while_commits_go_on),
        cmocka_unit_test(several_erase_at_once),
    };
    const struct CMUnitTest postgres[] = {
        cmocka_unit_test(steps_that_meet_on_a_row_are_all_done_once),
        cmocka_unit_test(a_connection_lost_before_the_commit_is_replaced),
        cmocka_unit_test(a_connection_lost_while_committing_is_looked_up),
        cmocka_unit_test(what_was_kept_is_told_by_the_server),
        cmocka_unit_test(readers_survive_a_server_that_dropped_them),
        cmocka_unit_test(connections_are_bounded_and_waited_for),
        cmocka_unit_test(a_warning_with_the_commit_is_not_repeated),
    };
    return scratch_is_postgres() ? RUN_BOTH(both, postgres) : RUN_BOTH(both, sqlite);
}
