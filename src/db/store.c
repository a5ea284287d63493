/* Writer thread with group commit, and the pool of readers.
 *
 * Whoever calls store_write puts its step on a queue and sleeps. The writer
 * takes what is queued, runs each step in its own savepoint of one transaction,
 * commits once and wakes them all: while it waits for the disk, the next group
 * gathers. The group size so follows the load by itself; no timer delays a lone
 * writer. */
#include "db/store.h"
#include "base/clock.h"
#include "base/mem.h"
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>

/* A group ends after so many steps or so long, so that the first of them is not
 * kept waiting and another process gets its turn. */
#define GROUP_STEPS_MAX 512
#define GROUP_US_MAX 20000

#define IDLE_READERS_MAX 16 /* kept open between uses; more are closed when given back */

struct step {
    struct step *next;
    store_fn fn;
    void *arg;
    struct err *e; /* the caller's; may be NULL */
    err_t rc;
    bool left_out;  /* it ended the whole transaction: it has its error already */
    sem_t finished; /* posted once rc is final */
};

struct store {
    char *url;
    struct store_options options;
    struct db *writer;
    pthread_t thread;
    bool thread_runs;

    pthread_mutex_t lock; /* guards what follows; held for list work only */
    pthread_cond_t queued;
    struct step *first, **last;
    bool closing;
    struct store_counts counts;
    struct db *idle[IDLE_READERS_MAX];
    size_t idle_count, lent_count;
};

/* --- the writer thread ----------------------------------------------------- */

static void step_failed(struct step *s, err_t rc, const struct err *why)
{
    s->rc = rc;
    if (s->e)
        *s->e = *why;
}

/* One step inside its savepoint. False: the transaction is gone or cannot be
 * trusted, and the group must be run again without this step. */
static bool run_step(struct db *db, struct step *s)
{
    struct err why = {0};
    err_t rc = db_savepoint(db, &why);
    bool whole = rc == OK;

    if (rc == OK) {
        rc = s->fn(db, s->arg, &why);
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
static bool run_steps(struct store *st, struct step *list, struct step **end)
{
    int64_t began = clock_monotonic_us(&clock_system);
    size_t n = 0;

    for (struct step *s = list; s; s = s->next) {
        *end = s;
        if (s->left_out)
            continue;
        if (n > 0 &&
            (n >= GROUP_STEPS_MAX || clock_monotonic_us(&clock_system) - began > GROUP_US_MAX))
            return true;
        if (!run_step(st->writer, s))
            return false;
        n++;
    }
    *end = NULL;
    return true;
}

static void fail_all(struct step *list, const struct step *end, err_t rc, const struct err *why)
{
    for (struct step *s = list; s != end; s = s->next)
        if (!s->left_out)
            step_failed(s, rc, why);
}

/* One group off the front of the list; returns what is left of it. */
static struct step *run_group(struct store *st, struct step *list)
{
    struct step *end = NULL;
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
    }
    if ((rc = db_commit(st->writer, &why)) != OK)
        fail_all(list, end, rc == E_BUSY ? E_BUSY : E_IO, &why);
    return end;
}

/* Wakes the callers of list … end. A step lives on its caller's stack: it must
 * not be touched after its semaphore is posted. */
static void finish(struct store *st, struct step *list, const struct step *end)
{
    uint64_t acknowledged = 0;
    for (struct step *s = list; s != end; s = s->next)
        acknowledged += s->rc == OK;
    pthread_mutex_lock(&st->lock);
    st->counts.steps += acknowledged;
    st->counts.commits += acknowledged > 0;
    pthread_mutex_unlock(&st->lock);
    for (struct step *s = list, *next; s != end; s = next) {
        next = s->next;
        sem_post(&s->finished);
    }
}

/* All that is queued; NULL when the store closes and nothing is. */
static struct step *take_queue(struct store *st)
{
    pthread_mutex_lock(&st->lock);
    while (!st->first && !st->closing)
        pthread_cond_wait(&st->queued, &st->lock);
    struct step *list = st->first;
    st->first = NULL;
    st->last = &st->first;
    pthread_mutex_unlock(&st->lock);
    return list;
}

static void *write_queued(void *arg)
{
    struct store *st = arg;
    for (struct step *list; (list = take_queue(st)) != NULL;)
        while (list) {
            struct step *end = run_group(st, list);
            finish(st, list, end);
            list = end;
        }
    return NULL;
}

err_t store_write(struct store *st, store_fn fn, void *arg, struct err *e)
{
    assert(!pthread_equal(pthread_self(), st->thread)); /* would wait for itself */
    struct step s = {.fn = fn, .arg = arg, .e = e};
    int failed = sem_init(&s.finished, 0, 0);
    assert(!failed);

    pthread_mutex_lock(&st->lock);
    *st->last = &s;
    st->last = &s.next;
    pthread_cond_signal(&st->queued);
    pthread_mutex_unlock(&st->lock);

    while (sem_wait(&s.finished) != 0) {
        /* interrupted by a signal: the step is not over */
    }
    sem_destroy(&s.finished);
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
    struct db_options o = {
        .read_only = true, .busy_timeout_ms = st->options.busy_timeout_ms, .vfs = st->options.vfs};
    pthread_mutex_lock(&st->lock);
    *out = st->idle_count ? st->idle[--st->idle_count] : NULL;
    st->lent_count++;
    pthread_mutex_unlock(&st->lock);
    if (*out)
        return OK;

    err_t rc = db_open(out, st->url, &o, e);
    if (rc != OK) {
        pthread_mutex_lock(&st->lock);
        st->lent_count--;
        pthread_mutex_unlock(&st->lock);
    }
    return rc;
}

void store_reader_put(struct store *st, struct db *db)
{
    if (!db)
        return;
    db_rollback(db); /* a reader never keeps its snapshot past the loan */
    pthread_mutex_lock(&st->lock);
    assert(st->lent_count > 0);
    st->lent_count--;
    if (st->idle_count < IDLE_READERS_MAX) {
        st->idle[st->idle_count++] = db;
        db = NULL;
    }
    pthread_mutex_unlock(&st->lock);
    db_close(db);
}

/* --- opening and closing --------------------------------------------------- */

err_t store_open_with(struct store **out, const char *url, const struct store_options *o,
                      struct err *e)
{
    struct db_options db_o = {
        .must_exist = !o->create, .busy_timeout_ms = o->busy_timeout_ms, .vfs = o->vfs};
    struct store *st = mem_zalloc(sizeof(*st));
    err_t rc;

    *out = NULL;
    if (strcmp(url, "sqlite::memory:") == 0) { /* readers would each have an empty one */
        free(st);
        return err_set(e, E_INVALID,
                       "store %s: a database in memory is one connection's and gone with it; give "
                       "the path of a file",
                       url);
    }
    pthread_mutex_init(&st->lock, NULL);
    pthread_cond_init(&st->queued, NULL);
    st->last = &st->first;
    st->options = *o;
    st->url = strdup(url);
    if ((rc = db_open(&st->writer, url, &db_o, e)) != OK)
        goto done;
    if ((rc = migrate(st->writer, o->steps ? o->steps : migrations,
                      o->steps ? o->step_count : migration_count, e)) != OK) {
        err_note(e, "store %s", url);
        goto done;
    }
    int code = pthread_create(&st->thread, NULL, write_queued, st);
    if (code != 0) {
        rc = err_errno(e, code, "cannot start the thread that writes the store");
        goto done;
    }
    st->thread_runs = true;
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
    assert(st->lent_count == 0);
    while (st->idle_count > 0)
        db_close(st->idle[--st->idle_count]);
    db_close(st->writer);
    pthread_cond_destroy(&st->queued);
    pthread_mutex_destroy(&st->lock);
    free(st->url);
    free(st);
}

const char *store_url(const struct store *st)
{
    return st->url;
}
