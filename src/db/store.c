/* Writer thread with group commit, and the pools of connections.
 *
 * SQLite: whoever calls store_write puts its step on a queue and sleeps. The writer
 * takes what is queued, runs the steps in one transaction, commits once and wakes
 * them all: while it waits for the disk, the next group gathers. The group size so
 * follows the load by itself; no timer delays a lone writer.
 *
 * A step that fails is undone alone, which takes a savepoint for each; but in a
 * savepoint SQLite copies every page before its first change, a third of what a
 * small step costs. So a group is first run without them. When one of its steps
 * fails, the transaction is rolled back and run again with savepoints, and so are
 * the groups of the next while: where steps fail often, little is run twice.
 *
 * PostgreSQL lets many write at once and groups their commits itself: there a
 * step runs on its caller's thread, on a connection of a bounded pool, in a
 * transaction of its own. One that the server refuses because of others is run
 * again after a short random wait. */
#include "db/store.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "db/db_priv.h"
#include "db/fence.h"
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <time.h>
#include <unistd.h>

/* A group ends after so many steps or so long, so that the first of them is not
 * kept waiting and another process gets its turn. */
#define GROUP_STEPS_MAX 512
#define GROUP_US_MAX 20000
#define GUARDED_GROUPS 64 /* that run with savepoints after a step has failed */

#define IDLE_MAX 32 /* room for idle connections in a pool */
/* Connections of one process to PostgreSQL, whose own default is 100 in all: so
 * many writers still share an fsync, and few enough for a second process. */
#define POSTGRES_WRITERS 32
#define POSTGRES_READERS 16
/* More threads wait for one: opening one reads the schema of some hundred tables,
 * 5 ms, and no machine reads with so many at once. */
#define SQLITE_READERS 32
#define BUSY_DEFAULT_MS 10000 /* as in db_options */
#define RETRY_WAIT_US_MAX 64000

/* Connections lent to one thread at a time. */
struct pool {
    struct db_options options;
    size_t open_max, idle_max;
    struct db *idle[IDLE_MAX];
    size_t idle_count, lent_count;
    pthread_cond_t given_back;
};

struct store {
    char *url;
    char *name; /* for people: without a password */
    struct store_options options;
    struct db *writer; /* SQLite only, once open */
    pthread_t thread;
    bool thread_runs;
    int guarded; /* groups yet to run with savepoints; the writer thread's */

    pthread_mutex_t lock; /* guards what follows; held for list work only */
    pthread_cond_t queued;
    struct store_step *first, **last;
    bool closing;
    struct store_counts counts;
    struct pool readers;
    struct pool writers; /* PostgreSQL only */

    pthread_mutex_t watch_lock; /* guards the next; held for a read of one row */
    struct db *watcher;         /* SQLite only: sees what anybody commits; opened at first use */
};

/* --- the writer thread ----------------------------------------------------- */

static void step_failed(struct store_step *s, err_t rc, const struct err *why)
{
    s->rc = rc;
    s->why = *why;
}

static err_t call_step(struct db *db, struct store_step *s, struct err *why)
{
    uint64_t before = db_statements();
    msg_speak(s->lang);
    err_t rc = s->fn(db, s->arg, why);
    s->statements = db_statements() - before;
    msg_speak_default();
    return rc;
}

/* One step without a savepoint. False: it failed, and the group must be run again. */
static bool run_bare_step(struct db *db, struct store_step *s)
{
    struct err why = {0};
    s->rc = call_step(db, s, &why);
    return s->rc == OK && db_in_transaction(db);
}

/* One step inside its savepoint. False: the transaction is gone or cannot be
 * trusted, and the group must be run again without this step. */
static bool run_guarded_step(struct db *db, struct store_step *s)
{
    struct err why = {0};
    err_t rc = db_savepoint(db, &why);
    bool whole = rc == OK;

    if (rc == OK) {
        rc = call_step(db, s, &why);
        whole = db_in_transaction(db);
        if (!whole && rc == OK)
            rc = err_set(&why, E_INTERNAL, "a step ended the transaction that it ran in");
    }
    if (whole && rc == OK) {
        rc = db_release(db, &why);
        whole = rc == OK;
    } else if (whole) {
        struct err undo = {0};
        whole = db_rollback_to(db, &undo) == OK;
    }
    s->rc = OK;
    if (rc != OK)
        step_failed(s, rc, &why);
    s->left_out = !whole;
    return whole;
}

/* Runs steps until the list or the time is over; *end is the first not run. */
static bool run_steps(struct store *st, struct store_step *list, struct store_step **end)
{
    int64_t began = clock_monotonic_us(&clock_system);
    size_t n = 0;

    for (struct store_step *s = list; s; s = s->next) {
        *end = s;
        if (s->left_out)
            continue;
        if (n > 0 &&
            (n >= GROUP_STEPS_MAX || clock_monotonic_us(&clock_system) - began > GROUP_US_MAX))
            return true;
        if (!(st->guarded ? run_guarded_step : run_bare_step)(st->writer, s))
            return false;
        n++;
    }
    *end = NULL;
    return true;
}

static void fail_all(struct store_step *list, const struct store_step *end, err_t rc,
                     const struct err *why)
{
    for (struct store_step *s = list; s != end; s = s->next)
        if (!s->left_out)
            step_failed(s, rc, why);
}

/* One group off the front of the list; returns what is left of it. */
static struct store_step *run_group(struct store *st, struct store_step *list)
{
    struct store_step *end = NULL;
    struct err why = {0};
    err_t rc;

    for (;;) {
        if ((rc = db_begin_write(st->writer, &why)) != OK) {
            fail_all(list, NULL, rc, &why);
            return NULL;
        }
        if (run_steps(st, list, &end))
            break;
        db_rollback(st->writer); /* earlier steps' work is gone with it: run them again */
        st->guarded = GUARDED_GROUPS;
    }
    st->guarded -= st->guarded > 0;
    if ((rc = db_commit(st->writer, &why)) != OK)
        fail_all(list, end, rc == E_BUSY ? E_BUSY : E_IO, &why);
    return end;
}

/* Gives the steps of list … end back: they must not be touched afterwards. */
static void finish(struct store *st, struct store_step *list, const struct store_step *end)
{
    uint64_t acknowledged = 0;
    for (struct store_step *s = list; s != end; s = s->next)
        acknowledged += s->rc == OK;
    pthread_mutex_lock(&st->lock);
    st->counts.steps += acknowledged;
    st->counts.commits += acknowledged > 0;
    pthread_mutex_unlock(&st->lock);
    for (struct store_step *s = list, *next; s != end; s = next) {
        next = s->next;
        s->done(s);
    }
}

/* All that is queued; NULL when the store closes and nothing is. */
static struct store_step *take_queue(struct store *st)
{
    pthread_mutex_lock(&st->lock);
    while (!st->first && !st->closing)
        pthread_cond_wait(&st->queued, &st->lock);
    struct store_step *list = st->first;
    st->first = NULL;
    st->last = &st->first;
    pthread_mutex_unlock(&st->lock);
    return list;
}

static void *write_queued(void *arg)
{
    struct store *st = arg;
    for (struct store_step *list; (list = take_queue(st)) != NULL;)
        while (list) {
            struct store_step *end = run_group(st, list);
            finish(st, list, end);
            list = end;
        }
    return NULL;
}

bool store_queues(const struct store *st)
{
    return st->thread_runs;
}

void store_submit(struct store *st, struct store_step *s)
{
    assert(st->thread_runs);
    s->next = NULL;
    s->lang = msg_lang();
    s->left_out = false;
    pthread_mutex_lock(&st->lock);
    bool sleeps = !st->first;
    *st->last = s;
    st->last = &s->next;
    pthread_mutex_unlock(&st->lock);
    if (sleeps) /* else it is told already */
        pthread_cond_signal(&st->queued);
}

static void wake_caller(struct store_step *s)
{
    sem_post(s->done_arg);
}

static err_t write_queued_step(struct store *st, store_fn fn, void *arg, struct err *e)
{
    assert(!pthread_equal(pthread_self(), st->thread)); /* would wait for itself */
    sem_t finished;
    int failed = sem_init(&finished, 0, 0);
    assert(!failed);
    struct store_step s = {.fn = fn, .arg = arg, .done = wake_caller, .done_arg = &finished};
    store_submit(st, &s);
    while (sem_wait(&finished) != 0) {
        /* interrupted by a signal: the step is not over */
    }
    sem_destroy(&finished);
    db_statements_set(db_statements() + s.statements);
    if (s.rc != OK && e)
        *e = s.why;
    return s.rc;
}

/* --- pools ----------------------------------------------------------------- */

static int busy_ms(const struct store *st)
{
    return st->options.busy_timeout_ms ? st->options.busy_timeout_ms : BUSY_DEFAULT_MS;
}

static void pool_init(struct pool *p, const struct db_options *o, size_t open_max, size_t idle_max)
{
    pthread_condattr_t monotonic;
    *p = (struct pool){.options = *o, .open_max = open_max, .idle_max = idle_max};
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&p->given_back, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

/* Counts one more as lent; *idle is it where one lay idle. */
static err_t pool_take(struct db **idle, struct store *st, struct pool *p, struct err *e)
{
    struct timespec until = clock_moment_in(CLOCK_MONOTONIC, busy_ms(st));
    int code = 0;

    *idle = NULL;
    pthread_mutex_lock(&st->lock);
    while (p->lent_count >= p->open_max && code != ETIMEDOUT)
        code = pthread_cond_timedwait(&p->given_back, &st->lock, &until);
    bool full = p->lent_count >= p->open_max;
    if (!full) {
        p->lent_count++;
        *idle = p->idle_count ? p->idle[--p->idle_count] : NULL;
    }
    pthread_mutex_unlock(&st->lock);
    return !full ? OK
                 : err_store(e, E_BUSY,
                             "store %s: all %zu connections to the database have been in use for "
                             "%d s; try again",
                             st->name, p->open_max, busy_ms(st) / 1000);
}

/* db NULL: it could not be opened. */
static void pool_put(struct store *st, struct pool *p, struct db *db)
{
    bool keep = db && db_is_alive(db);
    pthread_mutex_lock(&st->lock);
    assert(p->lent_count > 0);
    p->lent_count--;
    if (keep && p->idle_count < p->idle_max) {
        p->idle[p->idle_count++] = db;
        db = NULL;
    }
    pthread_cond_signal(&p->given_back);
    pthread_mutex_unlock(&st->lock);
    db_close(db);
}

static err_t pool_get(struct db **out, struct store *st, struct pool *p, struct err *e)
{
    err_t rc = pool_take(out, st, p, e);
    if (rc != OK)
        return rc;
    if (*out && !db_is_alive(*out)) { /* the server was restarted meanwhile */
        db_close(*out);
        *out = NULL;
    }
    if (!*out && (rc = db_open(out, st->url, &p->options, e)) != OK)
        pool_put(st, p, NULL);
    return rc;
}

static void pool_clear(struct pool *p)
{
    assert(p->lent_count == 0);
    while (p->idle_count > 0)
        db_close(p->idle[--p->idle_count]);
    pthread_cond_destroy(&p->given_back);
}

static const char *ledger_of(const struct store_options *o)
{
    return o->ledger ? o->ledger : STORE_LEDGER;
}

/* --- writing on the caller's thread (PostgreSQL) ---------------------------- */

static err_t run_transaction(struct db *db, const char *ledger, bool alone, store_fn fn, void *arg,
                             struct err *e)
{
    err_t rc = db_begin_write(db, e);
    if (rc != OK)
        return rc;
    rc = db_take_turn(db, ledger, alone, e);
    if (rc == OK)
        rc = fn(db, arg, e);
    if (rc == OK && !db_in_transaction(db))
        rc = err_set(e, E_INTERNAL, "a step ended the transaction that it ran in");
    if (rc == OK)
        return db_commit(db, e);
    db_rollback(db);
    return rc;
}

/* Before the nth repetition: longer and longer, and not all at the same time. */
static void wait_before_retry(int n)
{
    int64_t now = clock_monotonic_us(&clock_system);
    struct rand r = {(uint64_t)now ^ (uint64_t)(uintptr_t)&now};
    uint32_t most = n < 7 ? (uint32_t)1000 << n : RETRY_WAIT_US_MAX;
    usleep(rand_below(&r, most));
}

/* A step of hundreds of records is outrun by small ones each time: what was long at it, or tried often, is tried alone. */
#define TRIES_MIN 3
#define LONG_US 500000

static err_t write_here(struct store *st, store_fn fn, void *arg, struct err *e)
{
    int64_t began_us = clock_monotonic_us(&clock_system);
    int64_t until_us = began_us + (int64_t)busy_ms(st) * 1000;
    uint64_t before = db_statements();
    bool alone = false;
    err_t rc;

    for (int attempt = 1;; attempt++) {
        struct db *db = NULL;
        db_statements_set(before);
        if ((rc = pool_get(&db, st, &st->writers, e)) != OK)
            return rc;
        rc = run_transaction(db, ledger_of(&st->options), alone, fn, arg, e);
        bool again = rc != OK && db_may_retry(db);
        pool_put(st, &st->writers, db);
        /* A clock that jumped, or a machine that stood still, must not leave a step untried. */
        int64_t now_us = clock_monotonic_us(&clock_system);
        if (!again || (attempt >= TRIES_MIN && now_us > until_us))
            break;
        alone = attempt + 1 >= TRIES_MIN || now_us - began_us > LONG_US;
        wait_before_retry(attempt);
    }
    if (rc == OK) {
        pthread_mutex_lock(&st->lock);
        st->counts.steps++;
        st->counts.commits++;
        pthread_mutex_unlock(&st->lock);
    }
    return rc;
}

/* A step with what guards it. */
struct guarded {
    store_fn fn, guard;
    void *arg, *guard_arg;
};
static _Thread_local struct guarded guarding;

void store_guard(store_fn fn, void *arg)
{
    guarding = (struct guarded){.guard = fn, .guard_arg = arg};
}

static err_t guarded_step(struct db *db, void *arg, struct err *e)
{
    const struct guarded *g = arg;
    err_t rc = g->fn(db, g->arg, e);
    return rc == OK ? g->guard(db, g->guard_arg, e) : rc;
}

err_t store_write(struct store *st, store_fn fn, void *arg, struct err *e)
{
    struct guarded g = guarding;
    if (g.guard) {
        g.fn = fn;
        g.arg = arg;
        fn = guarded_step;
        arg = &g;
    }
    return st->thread_runs ? write_queued_step(st, fn, arg, e) : write_here(st, fn, arg, e);
}

struct store_counts store_counts(struct store *st)
{
    pthread_mutex_lock(&st->lock);
    struct store_counts c = st->counts;
    pthread_mutex_unlock(&st->lock);
    return c;
}

/* --- readers --------------------------------------------------------------- */

err_t store_reader_get(struct db **out, struct store *st, struct err *e)
{
    const char *who = fence_now();
    err_t rc = pool_get(out, st, &st->readers, e);
    if (rc != OK || !who || !(*out)->ops->fence)
        return rc;
    if ((rc = (*out)->ops->fence(*out, who, e)) != OK) {
        pool_put(st, &st->readers, *out);
        *out = NULL;
    }
    return rc;
}

void store_reader_put(struct store *st, struct db *db)
{
    if (!db)
        return;
    db_rollback(db); /* a reader never keeps its snapshot past the loan */
    if (db->ops->fence && db->ops->fence(db, NULL, NULL) != OK)
        log_line(LOG_WARN, "a connection to the database is given up"); /* pool_put closes it */
    pool_put(st, &st->readers, db);
}

static err_t read_number(int64_t *out, struct db *db, const char *sql, struct err *e)
{
    *out = 0;
    return db_row(NULL, db, sql, NULL, 0, INTO(into_i64(out)), NULL, e);
}

/* The commits are counted before the number is read: it may be newer than they say,
 * and is then read once more, but never older. */
static err_t watch(struct store *st, struct store_number *n, struct err *e)
{
    int64_t commits = 0, value = 0;
    err_t rc = st->watcher ? OK : db_open(&st->watcher, st->url, &st->readers.options, e);
    if (rc == OK)
        rc = db_commits_seen(&commits, st->watcher, e);
    if (rc != OK || (n->known && n->commits == commits))
        return rc;
    n->known = false;
    if ((rc = read_number(&value, st->watcher, n->sql, e)) == OK)
        *n =
            (struct store_number){.sql = n->sql, .value = value, .commits = commits, .known = true};
    return rc;
}

err_t store_number(int64_t *out, struct store *st, struct store_number *n, struct err *e)
{
    assert(st->thread_runs);
    pthread_mutex_lock(&st->watch_lock);
    err_t rc = watch(st, n, e);
    *out = n->value;
    pthread_mutex_unlock(&st->watch_lock);
    return rc;
}

err_t store_scrub(struct store *st, struct err *e)
{
    struct db_options o = {
        .must_exist = true, .busy_timeout_ms = st->options.busy_timeout_ms, .vfs = st->options.vfs};
    struct db *db = NULL;
    err_t rc = db_open(&db, st->url, &o, e);
    if (rc == OK)
        rc = db_scrub(db, e);
    db_close(db);
    return rc;
}

/* --- opening and closing --------------------------------------------------- */

static err_t start_writer(struct store *st, struct err *e)
{
    int code = pthread_create(&st->thread, NULL, write_queued, st);
    if (code != 0)
        return err_errno(e, code, "cannot start the thread that writes the store");
    pthread_setname_np(st->thread, "store writer"); /* for who looks where time goes */
    st->thread_runs = true;
    return OK;
}

static void init_pools(struct store *st, bool shared)
{
    const struct store_options *o = &st->options;
    struct db_options write = {
        .must_exist = true, .busy_timeout_ms = o->busy_timeout_ms, .vfs = o->vfs};
    struct db_options read = write;
    read.read_only = true;
    if (shared)
        pool_init(&st->readers, &read, POSTGRES_READERS, POSTGRES_READERS);
    else
        pool_init(&st->readers, &read, SQLITE_READERS, SQLITE_READERS);
    pool_init(&st->writers, &write, POSTGRES_WRITERS, POSTGRES_WRITERS);
}

/* A server's database is always there: a store is in it once migrated. */
static err_t check_present(struct store *st, struct err *e)
{
    bool there = false;
    err_t rc = db_has_table(&there, st->writer, ledger_of(&st->options), e);
    if (rc == OK && !there)
        rc = err_store(e, E_NOTFOUND, "store %s: there is no store in this database", st->name);
    return rc;
}

err_t store_open_with(struct store **out, const char *url, const struct store_options *o,
                      struct err *e)
{
    struct db_options db_o = {
        .must_exist = !o->create, .busy_timeout_ms = o->busy_timeout_ms, .vfs = o->vfs};
    struct store *st = mem_zalloc(sizeof(*st));
    bool shared = db_url_is(url, DB_POSTGRES); /* by many writers at once */
    err_t rc;

    *out = NULL;
    if (strcmp(url, "sqlite::memory:") == 0) { /* readers would each have an empty one */
        free(st);
        return err_store(
            e, E_INVALID,
            "store %s: a database in memory is one connection's and gone with it; give "
            "the path of a file",
            url);
    }
    pthread_mutex_init(&st->lock, NULL);
    pthread_mutex_init(&st->watch_lock, NULL);
    pthread_cond_init(&st->queued, NULL);
    st->last = &st->first;
    st->options = *o;
    st->url = strdup(url);
    init_pools(st, shared);
    if ((rc = db_open(&st->writer, url, &db_o, e)) != OK)
        goto done;
    st->name = strdup(db_name(st->writer));
    if (shared && !o->create && (rc = check_present(st, e)) != OK)
        goto done;
    if ((rc = (o->filling ? fill_migrate
                          : migrate_by)(st->writer, ledger_of(o), o->steps ? o->steps : migrations,
                                        o->steps ? o->step_count : migration_count, e)) != OK) {
        err_note(e, "store %s", st->name);
        goto done;
    }
    if (shared) {
        st->writers.idle[st->writers.idle_count++] = st->writer;
        st->writer = NULL;
    } else if ((rc = start_writer(st, e)) != OK) {
        goto done;
    }
    *out = st;
    st = NULL;
done:
    store_close(st);
    return rc;
}

err_t store_open(struct store **out, const char *url, bool create, struct err *e)
{
    return store_open_with(out, url, &(struct store_options){.create = create}, e);
}

void store_close(struct store *st)
{
    if (!st)
        return;
    if (st->thread_runs) {
        pthread_mutex_lock(&st->lock);
        st->closing = true;
        pthread_cond_signal(&st->queued);
        pthread_mutex_unlock(&st->lock);
        pthread_join(st->thread, NULL);
    }
    pool_clear(&st->readers);
    pool_clear(&st->writers);
    db_close(st->watcher);
    db_close(st->writer);
    pthread_cond_destroy(&st->queued);
    pthread_mutex_destroy(&st->lock);
    pthread_mutex_destroy(&st->watch_lock);
    free(st->url);
    free(st->name);
    free(st);
}

const char *store_url(const struct store *st)
{
    return st->url;
}

const char *store_name(const struct store *st)
{
    return st->name;
}
