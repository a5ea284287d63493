/* What was acknowledged survives: a writer killed at any moment, any single file
 * call that fails, and a power cut that takes unsynced bytes with it (kill -9
 * says nothing of that). */
#include "test.h"

#include "base/rand.h"
#include "db/scratch.h"
#include "db/sqlite_fault.h"
#include "db/store.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct migration ledger[] = {
    {1, "0001_ledger",
     "CREATE TABLE t (n INTEGER PRIMARY KEY) STRICT; CREATE TABLE much (b BLOB) STRICT;"}};
static struct fault_plan plan;

static err_t open_ledger(struct store **out, const char *url, const char *vfs)
{
    struct store_options o = {
        .create = true, .vfs = vfs, .steps = ledger, .step_count = ARRAY_LEN(ledger)};
    return store_open_with(out, url, &o, NULL);
}

/* n and −n, which belong together. */
static err_t add_pair(struct db *db, void *arg, struct err *e)
{
    err_t rc = OK;
    for (int sign = 1; rc == OK && sign >= -1; sign -= 2) {
        struct stmt *st = NULL;
        rc = db_prepare(&st, db, "INSERT INTO t VALUES (?1)", e);
        if (rc == OK && (rc = stmt_bind_i64(st, 1, sign * *(int64_t *)arg, e)) == OK)
            rc = stmt_run(st, e);
        stmt_free(st);
    }
    return rc;
}

/* The same with something to copy back. */
static err_t add_large_pair(struct db *db, void *arg, struct err *e)
{
    static const uint8_t much[65536];
    err_t rc = add_pair(db, arg, e);
    return rc == OK ? db_run(db, "INSERT INTO much VALUES (?1)",
                             VALUES(v_bytes((struct bytes){much, sizeof(much)})), e)
                    : rc;
}

static bool holds(struct db *db, int64_t n)
{
    struct stmt *st = NULL;
    struct err e;
    bool has_row = false;
    assert_ok(db_prepare(&st, db, "SELECT n FROM t WHERE n = ?1", &e), &e);
    assert_ok(stmt_bind_i64(st, 1, n, &e), &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    stmt_free(st);
    return has_row;
}

static int64_t sum_of_all(struct db *db)
{
    struct stmt *st = NULL;
    struct err e;
    bool has_row = false;
    assert_ok(db_prepare(&st, db, "SELECT sum(n) FROM t", &e), &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    int64_t n = stmt_i64(st, 0);
    stmt_free(st);
    return n;
}

struct killed_writer {
    struct store *store;
    int64_t first;
    int acks; /* pipe */
};

static void *write_until_killed(void *arg)
{
    struct killed_writer *w = arg;
    for (int64_t n = w->first;; n++)
        if (store_write(w->store, add_pair, &n, NULL) != OK ||
            write(w->acks, &n, sizeof(n)) != sizeof(n))
            return NULL;
}

static void run_killed_writers(const char *url, int64_t first, int acks)
{
    struct killed_writer w[4];
    pthread_t t;
    struct store *s = NULL;
    if (open_ledger(&s, url, NULL) != OK)
        _exit(1);
    for (int i = 0; i < 4; i++) {
        w[i] = (struct killed_writer){s, first + (int64_t)i * 100000, acks};
        if (pthread_create(&t, NULL, write_until_killed, &w[i]) != 0)
            _exit(1);
    }
    for (;;)
        pause();
}

static void a_killed_writer_loses_nothing_it_acknowledged(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *url = scratch_url(a, scratch_dir(a), "t.db");
    struct rand r = {test_seed(20261120)};
    size_t acknowledged = 0;
    for (int64_t cycle = 1; cycle <= 20; cycle++) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        assert_true(child >= 0); /* kill(-1) would be everybody */
        if (child == 0)
            run_killed_writers(url, cycle * 1000000, ends[1]);
        close(ends[1]);
        struct pollfd first = {.fd = ends[0], .events = POLLIN};
        assert_int_equal(poll(&first, 1, 20000), 1); /* it writes */
        usleep(10000 + rand_below(&r, 60000));
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);

        struct store *s = NULL;
        struct db *db = NULL;
        struct err e;
        assert_int_equal(open_ledger(&s, url, NULL), OK);
        assert_ok(store_reader_get(&db, s, &e), &e);
        for (int64_t n; read(ends[0], &n, sizeof(n)) == sizeof(n); acknowledged++)
            assert_true(holds(db, n));
        assert_int_equal(sum_of_all(db), 0); /* no half of a pair */
        store_reader_put(s, db);
        store_close(s);
        close(ends[0]);
    }
    print_message("# %zu acknowledged\n", acknowledged);
    assert_true(acknowledged > 100);
    arena_free(a);
}

/* Ten steps against a file layer that fails the nth call. True once n lies
 * beyond the last call. Afterwards, with the fault lifted, every acknowledged
 * pair must be there and no half of one. */
static bool survive_fault(long n, unsigned kinds, bool sticky)
{
    struct arena *a = arena_new();
    const char *url = scratch_url(a, scratch_dir(a), "t.db");
    struct store *s = NULL;
    struct db *db = NULL;
    struct err e;
    bool acknowledged[11] = {false};

    plan = (struct fault_plan){.kinds = kinds, .fail_at = n, .sticky = sticky};
    if (open_ledger(&s, url, "fault") == OK)
        for (int64_t i = 1; i <= 10; i++)
            acknowledged[i] = store_write(s, add_pair, &i, NULL) == OK;
    store_close(s);
    bool beyond = plan.failures == 0;
    plan = (struct fault_plan){0};

    assert_int_equal(open_ledger(&s, url, NULL), OK);
    assert_ok(store_reader_get(&db, s, &e), &e);
    for (int64_t i = 1; i <= 10; i++)
        assert_true(!acknowledged[i] || holds(db, i));
    assert_int_equal(sum_of_all(db), 0);
    store_reader_put(s, db);
    store_close(s);
    arena_free(a);
    return beyond;
}

static void any_failing_file_call_loses_nothing_acknowledged(void **state)
{
    (void)state;
    long points = 0;
    for (int sticky = 0; sticky <= 1; sticky++) {
        long n = 1;
        while (!survive_fault(n, FAULT_READ | FAULT_WRITE | FAULT_SYNC | FAULT_TRUNCATE, sticky))
            n++;
        points += n - 1;
    }
    print_message("# %ld fault points\n", points);
    assert_true(points > 40);
}

/* Steps of two threads until the power is cut at the nth write or sync. Returns
 * how many acknowledged steps are gone afterwards. */
struct cut_writer {
    struct store *store;
    int64_t first, done; /* pairs first … first + done − 1 are acknowledged */
};

static void *write_until_cut(void *arg)
{
    struct cut_writer *w = arg;
    for (int64_t n = w->first; w->done < 200 && store_write(w->store, add_pair, &n, NULL) == OK;
         n++)
        w->done++;
    return NULL;
}

static long lost_by_cut(long n, uint64_t seed, bool lies)
{
    enum { WRITERS = 2 };
    struct arena *a = arena_new();
    const char *url = scratch_url(a, scratch_dir(a), "t.db");
    struct cut_writer w[WRITERS] = {0};
    pthread_t t[WRITERS];
    struct store *s = NULL;
    struct db *db = NULL;
    struct err e;
    long lost = 0;

    assert_int_equal(open_ledger(&s, url, "fault"), OK);
    plan = (struct fault_plan){.kinds = FAULT_WRITE | FAULT_SYNC | FAULT_TRUNCATE,
                               .tracks = true,
                               .lies = lies,
                               .fail_at = n,
                               .sticky = true};
    for (int i = 0; i < WRITERS; i++) {
        w[i] = (struct cut_writer){.store = s, .first = 1 + i * 1000};
        pthread_create(&t[i], NULL, write_until_cut, &w[i]);
    }
    for (int i = 0; i < WRITERS; i++)
        pthread_join(t[i], NULL);
    plan.fail_at = 1; /* the power is off by now, whatever happened before */
    plan.failures++;
    store_close(s);
    plan = (struct fault_plan){0};
    fault_power_cut("fault", seed);

    if (open_ledger(&s, url, "fault") != OK || store_reader_get(&db, s, &e) != OK) {
        assert_true(lies); /* only then can the file itself be in pieces */
        lost = (long)(w[0].done + w[1].done);
    }
    for (int i = 0; db && i < WRITERS; i++)
        for (int64_t k = 0; k < w[i].done; k++)
            lost += !holds(db, w[i].first + k);
    if (db)
        assert_int_equal(sum_of_all(db), 0);
    store_reader_put(s, db);
    store_close(s);
    arena_free(a);
    return lost;
}

static void a_power_cut_loses_nothing_that_was_acknowledged(void **state)
{
    (void)state;
    enum { CYCLES = 100 };
    struct rand r = {test_seed(20261120)};
    long control = 0;
    for (int i = 0; i < CYCLES; i++) {
        long n = 1 + (long)rand_below(&r, 1500);
        assert_int_equal(lost_by_cut(n, i % 3 ? rand_u64(&r) | 1 : 0, false), 0);
        if (i % 5 == 0)
            control += lost_by_cut(n, 0, true) > 0;
    }
    print_message("# %d cuts; with syncs left out %ld of %d lose steps\n", CYCLES, control,
                  CYCLES / 5);
    assert_true(control > CYCLES / 20); /* else nothing was tested */
}

/* Steps until the log has been copied back and that failed; how many were acknowledged.
 * A step of 64 KB brings a checkpoint about after some 250. It is another thread that
 * copies: what is acknowledged until that has told is durable in the log as ever. */
static int64_t write_until_checkpoint_fails(struct store *s)
{
    int64_t n = 1;
    while (store_write(s, add_large_pair, &n, NULL) == OK && n < 20000)
        if (n++ > 500)
            usleep(2000); /* that thread may have less of the processor than this one */
    assert_int_equal(plan.failures, 1);
    return n - 1;
}

/* The commits before it are durable in the log, but SQLite would go on and say nothing
 * when the fsync of the file itself fails. */
static void no_write_is_acknowledged_once_copying_the_log_back_has_failed(void **state)
{
    (void)state;
    for (int sticky = 0; sticky <= 1; sticky++)
        for (long nth = 1; nth <= 2; nth++) {
            struct arena *a = arena_new();
            const char *url = scratch_url(a, scratch_dir(a), "t.db");
            struct store *s = NULL;
            struct db *db = NULL;
            struct err e;
            assert_int_equal(open_ledger(&s, url, "fault"), OK);
            plan = (struct fault_plan){.kinds = FAULT_SYNC,
                                       .not_log = true,
                                       .tracks = true,
                                       .fail_at = nth,
                                       .sticky = sticky};
            int64_t done = write_until_checkpoint_fails(s);
            for (int64_t n = done + 1; n <= done + 5; n++)
                assert_int_equal(store_write(s, add_pair, &n, &e), E_IO);
            assert_non_null(strstr(e.text, "fsync"));
            plan = (struct fault_plan){.kinds = FAULT_WRITE | FAULT_SYNC | FAULT_TRUNCATE,
                                       .tracks = true,
                                       .fail_at = 1,
                                       .sticky = true,
                                       .failures = 1}; /* the power is off */
            store_close(s);
            plan = (struct fault_plan){0};
            fault_power_cut("fault", 0);

            assert_int_equal(open_ledger(&s, url, NULL), OK);
            assert_ok(store_reader_get(&db, s, &e), &e);
            for (int64_t n = 1; n <= done; n++)
                assert_true(holds(db, n));
            assert_true(!holds(db, done + 1));
            assert_int_equal(sum_of_all(db), 0);
            store_reader_put(s, db);
            store_close(s);
            arena_free(a);
        }
}

int main(void)
{
    fault_vfs_register("fault", &plan);
    const struct CMUnitTest sqlite[] = {
        cmocka_unit_test(a_killed_writer_loses_nothing_it_acknowledged),
        cmocka_unit_test(any_failing_file_call_loses_nothing_acknowledged),
        cmocka_unit_test(a_power_cut_loses_nothing_that_was_acknowledged),
        cmocka_unit_test(no_write_is_acknowledged_once_copying_the_log_back_has_failed),
    };
    const struct CMUnitTest postgres[] = {
        cmocka_unit_test(a_killed_writer_loses_nothing_it_acknowledged),
    };
    return scratch_is_postgres() ? cmocka_run_group_tests(postgres, NULL, NULL)
                                 : cmocka_run_group_tests(sqlite, NULL, NULL);
}
