/* Writer thread with group commit, and the pool of readers.
 *
 * Whoever calls store_write puts its step on a queue and sleeps. The writer
 * takes what is queued, runs the steps in one transaction, commits once and wakes
 * them all: while it waits for the disk, the next group gathers. The group size so
 * follows the load by itself; no timer delays a lone writer. On PostgreSQL a group
 * takes the turn of the store first, so that steps of several servers run one by one too.
 *
 * A step that fails is undone alone, which takes a savepoint for each; but in a
 * savepoint SQLite copies every page before its first change, a third of what a
 * small step costs. So a group is first run without them. When one of its steps
 * fails, the transaction is rolled back and run again with savepoints, and so are
 * the groups of the next while: where steps fail often, little is run twice.
 *
 * A group whose connection was lost is run again on another one. Where that happened
 * while it committed, the server is asked first whether it did. */
#include "db/store.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "db/db_priv.h"
#include "db/row_mac.h"
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
#define GUARDED_STEPS_MAX 64 /* more savepoints of one transaction slow all of PostgreSQL down */
#define GUARDED_GROUPS 64    /* that run with savepoints after a step has failed */
#define RETRY_WAIT_US 20000

#define IDLE_MAX 32 /* room for idle connections in the pool */
/* Connections of one process to PostgreSQL, whose own default is 100 in all. */
#define POSTGRES_READERS 16
/* More threads wait for one: opening one reads the schema of some hundred tables,
 * 5 ms, and no machine reads with so many at once. */
#define SQLITE_READERS 32
#define BUSY_DEFAULT_MS 10000 /* as in db_options */

/* Connections lent to one thread at a time. */
struct pool {
    struct db_options options;
    size_t open_max; /* at most IDLE_MAX */
    struct db *idle[IDLE_MAX];
    size_t idle_count, lent_count;
    pthread_cond_t given_back;
};

struct store {
    char *url;
    char *name; /* for people: without a password */
    struct store_options options;
    struct mac_key mac_key;
    bool has_mac_key;
    struct db *writer; /* NULL: it was lost, and not opened again yet */
    pthread_t thread;
    bool thread_runs;
    int guarded; /* groups yet to run with savepoints; the writer thread's */

    pthread_mutex_t lock; /* guards what follows; held for list work only */
    pthread_cond_t queued;
    struct store_step *first, **last;
    bool closing;
    struct store_counts counts;
    struct pool readers;

    pthread_mutex_t watch_lock; /* guards the next; held for a read of one row */
    struct db *watcher;         /* sees what anybody commits; opened at first use */
};

static int busy_ms(const struct store *st)
{
    return st->options.busy_timeout_ms ? st->options.busy_timeout_ms : BUSY_DEFAULT_MS;
}

static const char *ledger_of(const struct store_options *o)
{
    return o->ledger ? o->ledger : STORE_LEDGER;
}

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
    step_failed(s, call_step(db, s, &why), &why);
    return s->rc == OK && db_in_transaction(db);
}

/* One step inside its savepoint. False: the transaction is gone or cannot be
 * trusted, and the group must be run again. */
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
    if (whole && rc == OK)
        rc = db_release(db, &why);
    if (whole && rc != OK) {
        struct err undo = {0};
        whole = !db_may_retry(db) && db_rollback_to(db, &undo) == OK;
    }
    step_failed(s, rc, &why);
    return whole;
}

/* Runs steps until the list or the time is over; *end is the first not run. */
static bool run_steps(struct store *st, struct store_step *list, struct store_step **end)
{
    int64_t began = clock_monotonic_us(&clock_system);
    size_t n = 0, most = st->guarded ? GUARDED_STEPS_MAX : GROUP_STEPS_MAX;

    for (struct store_step *s = list; s; s = s->next) {
        *end = s;
        if (s->left_out)
            continue;
        if (n > 0 && (n >= most || clock_monotonic_us(&clock_system) - began > GROUP_US_MAX))
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

static void use_mac_key(struct db *writer, const struct store *st)
{
    db_use_mac_key(writer, &st->mac_key);
    db_look_before(writer, st->url, &st->readers.options);
}

static err_t open_writer(struct db **out, const struct store *st, struct err *e)
{
    const struct store_options *o = &st->options;
    err_t rc =
        db_open(out, st->url,
                &(struct db_options){
                    .must_exist = !o->create, .busy_timeout_ms = o->busy_timeout_ms, .vfs = o->vfs},
                e);
    if (rc == OK && st->has_mac_key)
        use_mac_key(*out, st);
    return rc;
}

static err_t begin_group(struct store *st, struct err *e)
{
    err_t rc = OK;
    if (st->writer && !db_is_alive(st->writer)) {
        db_close(st->writer);
        st->writer = NULL;
    }
    if (!st->writer)
        rc = open_writer(&st->writer, st, e);
    return rc == OK ? db_begin_turn(st->writer, ledger_of(&st->options), e) : rc;
}

/* True, after a wait, if a second run may succeed and there is time for it. */
static bool tries_again(const struct store *st, int64_t until_us)
{
    bool again =
        (!st->writer || db_may_retry(st->writer)) && clock_monotonic_us(&clock_system) < until_us;
    if (again)
        usleep(RETRY_WAIT_US);
    return again;
}

/* The connection was lost while it committed: *kept tells whether the group took effect. */
static err_t look_up(bool *kept, struct store *st, int64_t until_us)
{
    struct db *cut = st->writer;
    struct err why = {0};
    err_t rc;
    st->writer = NULL;
    do
        if ((rc = begin_group(st, &why)) == OK)
            rc = db_was_kept(kept, st->writer, cut, &why);
    while (rc != OK && tries_again(st, until_us));
    if (st->writer)
        db_rollback(st->writer);
    db_close(cut);
    return rc == OK ? OK : E_IO; /* with the sentence of the COMMIT */
}

/* *again: nothing of the group was kept, and it is to be run again. */
static err_t commit_group(bool *again, struct store *st, int64_t until_us, struct err *e)
{
    bool kept = false;
    err_t rc = db_commit(st->writer, e);
    *again = rc != OK && tries_again(st, until_us);
    if (rc == OK || *again)
        return rc;
    if (db_in_doubt(st->writer)) {
        if ((rc = look_up(&kept, st, until_us)) == OK)
            *again = !kept;
    } else if (rc != E_IO && rc != E_BUSY && !st->guarded) {
        st->guarded = GUARDED_GROUPS; /* savepoints tell which step's statement failed unwatched */
        *again = true;
    }
    return rc == OK || rc == E_BUSY ? rc : E_IO;
}

/* One group off the front of the list; returns what is left of it. */
static struct store_step *run_group(struct store *st, struct store_step *list)
{
    int64_t until_us = clock_monotonic_us(&clock_system) + (int64_t)busy_ms(st) * 1000;
    struct store_step *end = NULL;
    struct err why = {0};
    bool again = true;
    err_t rc = OK;

    while (again) {
        if ((rc = begin_group(st, &why)) != OK) {
            again = tries_again(st, until_us);
            end = NULL;
        } else if (run_steps(st, list, &end)) {
            rc = commit_group(&again, st, until_us, &why);
        } else if (!tries_again(st, until_us)) {
            end->left_out = st->guarded > 0;
            st->guarded = GUARDED_GROUPS;
        }
        if (again && st->writer)
            db_rollback(st->writer); /* earlier steps' work is gone with it: run them again */
    }
    st->guarded -= st->guarded > 0;
    if (rc != OK)
        fail_all(list, end, rc, &why);
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

/* --- pools ----------------------------------------------------------------- */

static void pool_init(struct pool *p, const struct db_options *o, size_t open_max)
{
    pthread_condattr_t monotonic;
    *p = (struct pool){.options = *o, .open_max = open_max};
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
    if (keep)
        p->idle[p->idle_count++] = db;
    pthread_cond_signal(&p->given_back);
    pthread_mutex_unlock(&st->lock);
    if (!keep)
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
    else if (st->has_mac_key && !(*out)->macs)
        db_use_mac_key(*out, &st->mac_key);
    return rc;
}

static void pool_clear(struct pool *p)
{
    assert(p->lent_count == 0);
    while (p->idle_count > 0)
        db_close(p->idle[--p->idle_count]);
    pthread_cond_destroy(&p->given_back);
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

static void wake_caller(struct store_step *s)
{
    sem_post(s->done_arg);
}

err_t store_write(struct store *st, store_fn fn, void *arg, struct err *e)
{
    assert(!pthread_equal(pthread_self(), st->thread)); /* would wait for itself */
    struct guarded g = guarding;
    sem_t finished;
    int failed = sem_init(&finished, 0, 0);
    assert(!failed);
    struct store_step s = {.fn = fn, .arg = arg, .done = wake_caller, .done_arg = &finished};
    if (g.guard) {
        g.fn = fn;
        g.arg = arg;
        s.fn = guarded_step;
        s.arg = &g;
    }
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
    return pool_get(out, st, &st->readers, e);
}

void store_reader_put(struct store *st, struct db *db)
{
    if (!db)
        return;
    db_rollback(db); /* a reader never keeps its snapshot past the loan */
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
    if (st->watcher && !db_is_alive(st->watcher)) {
        db_close(st->watcher);
        st->watcher = NULL;
    }
    err_t rc = st->watcher ? OK : db_open(&st->watcher, st->url, &st->readers.options, e);
    if (rc == OK && store_is_near(st))
        rc = db_commits_seen(&commits, st->watcher, e);
    if (rc != OK || (n->known && n->commits == commits && store_is_near(st)))
        return rc;
    n->known = false;
    if ((rc = read_number(&value, st->watcher, n->sql, e)) == OK)
        *n =
            (struct store_number){.sql = n->sql, .value = value, .commits = commits, .known = true};
    return rc;
}

bool store_is_near(const struct store *st)
{
    return db_url_is(st->url, DB_SQLITE);
}

err_t store_number(int64_t *out, struct store *st, struct store_number *n, struct err *e)
{
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
    struct store *st = mem_zalloc(sizeof(*st));
    bool near = db_url_is(url, DB_SQLITE);
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
    pool_init(&st->readers,
              &(struct db_options){
                  .read_only = true, .busy_timeout_ms = o->busy_timeout_ms, .vfs = o->vfs},
              near ? SQLITE_READERS : POSTGRES_READERS);
    if ((rc = open_writer(&st->writer, st, e)) != OK)
        goto done;
    st->name = strdup(db_name(st->writer));
    if (!near && !o->create && (rc = check_present(st, e)) != OK)
        goto done;
    if ((rc = (o->filling ? fill_migrate
                          : migrate_by)(st->writer, ledger_of(o), o->steps ? o->steps : migrations,
                                        o->steps ? o->step_count : migration_count, e)) != OK) {
        err_note(e, "store %s", st->name);
        goto done;
    }
    if ((rc = start_writer(st, e)) != OK)
        goto done;
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

void store_use_mac_key(struct store *st, const struct mac_key *key)
{
    st->mac_key = *key;
    st->has_mac_key = true;
    use_mac_key(st->writer, st);
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
