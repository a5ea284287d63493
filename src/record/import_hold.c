/* The hold on an import, and the threads that work under it. */
#include "base/log.h"
#include "record/import_priv.h"
#include <pthread.h>
#include <time.h>

#define IMPORT_THREADS 16 /* rows under way at once */
#define RENEW_SECONDS 10

void import_hold_init(struct hold *h, struct kernel *k, struct job_run *job, int64_t import_id)
{
    *h = (struct hold){.kernel = k, .job = job, .import_id = import_id};
    job_lease_new(h->holder);
}

err_t import_hold_lost(struct hold *h, struct err *e)
{
    h->lost = true;
    return err_set(e, E_CONFLICT, "import %lld is in other hands by now", (long long)h->import_id);
}

/* A statement that gives a row where the import is still the hold's. */
static err_t held(struct db *db, struct hold *h, const char *sql, const struct value *values,
                  size_t count, struct err *e)
{
    bool found = false;
    err_t rc = db_any(&found, db, sql, values, count, e);
    return rc == OK && !found ? import_hold_lost(h, e) : rc;
}

err_t import_hold_check(struct db *db, struct hold *h, struct err *e)
{
    return held(db, h, "SELECT id FROM record_import WHERE id = ?1 AND holder = ?2",
                VALUES(v_i64(h->import_id), v_str(str_of(h->holder))), e);
}

static err_t hold_until(struct db *db, struct hold *h, int64_t until_ms, struct err *e)
{
    return held(db, h,
                "UPDATE record_import SET held_until_ms = ?3 WHERE id = ?1 AND holder = ?2 "
                "RETURNING id",
                VALUES(v_i64(h->import_id), v_str(str_of(h->holder)), v_i64(until_ms)), e);
}

err_t import_hold_renew(struct db *db, struct hold *h, struct err *e)
{
    return hold_until(db, h, clock_now_ms(h->kernel->clock) + IMPORT_HOLD_MS, e);
}

err_t import_hold_step(struct hold *h, store_fn fn, void *arg, struct err *e)
{
    return h->job ? job_run_step(h->job, fn, arg, STR_NONE, e)
                  : store_write(h->kernel->store, fn, arg, e);
}

static err_t resume_step(struct db *db, void *arg, struct err *e)
{
    struct hold *h = arg;
    return held(db, h,
                "UPDATE record_import SET holder = ?2, held_until_ms = ?3 WHERE id = ?1 AND "
                "state = 'running' AND job = ?4 RETURNING id",
                VALUES(v_i64(h->import_id), v_str(str_of(h->holder)),
                       v_i64(clock_now_ms(h->kernel->clock) + IMPORT_HOLD_MS),
                       v_i64(job_run_job(h->job)->id)),
                e);
}

err_t import_hold_resume(struct hold *h, struct err *e)
{
    return import_hold_step(h, resume_step, h, e);
}

static err_t remove_step(struct db *db, void *arg, struct err *e)
{
    struct hold *h = arg;
    int64_t now_ms = clock_now_ms(h->kernel->clock);
    return held(db, h,
                "UPDATE record_import SET state = 'removing', holder = ?2, held_until_ms = ?3 "
                "WHERE id = ?1 AND state IN ('running', 'removing') AND (holder = ?2 OR "
                "(held_until_ms <= ?4 AND NOT EXISTS (SELECT 1 FROM job j WHERE j.id = "
                "record_import.job AND j.due_ms IS NOT NULL))) RETURNING id",
                VALUES(v_i64(h->import_id), v_str(str_of(h->holder)),
                       v_i64(now_ms + IMPORT_HOLD_MS), v_i64(now_ms)),
                e);
}

err_t import_hold_remove(struct hold *h, struct err *e)
{
    return import_hold_step(h, remove_step, h, e);
}

struct release {
    struct hold *hold;
    int64_t ms;
};

static err_t release_step(struct db *db, void *arg, struct err *e)
{
    const struct release *r = arg;
    return hold_until(db, r->hold, clock_now_ms(r->hold->kernel->clock) + r->ms, e);
}

err_t import_hold_release(struct hold *h, int64_t ms, struct err *e)
{
    return store_write(h->kernel->store, release_step, &(struct release){h, ms}, e);
}

/* --- threads ------------------------------------------------------------------------- */

struct crew {
    void *(*work)(void *);
    void *arg;
    pthread_mutex_t lock; /* guards left */
    pthread_cond_t changed;
    size_t left;
};

static void *work(void *arg)
{
    struct crew *c = arg;
    c->work(c->arg);
    pthread_mutex_lock(&c->lock);
    c->left--;
    pthread_cond_signal(&c->changed);
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

static err_t renew_step(struct db *db, void *arg, struct err *e)
{
    return import_hold_renew(db, arg, e);
}

/* Until all are back. A hold that cannot be renewed for want of a disk ends by itself, and
 * the rows, which meet the same, tell the caller. */
static void keep(struct crew *c, struct hold *h)
{
    struct timespec until;
    struct err e;
    clock_gettime(CLOCK_REALTIME, &until);
    pthread_mutex_lock(&c->lock);
    while (c->left > 0) {
        until.tv_sec += RENEW_SECONDS;
        int waited = 0;
        while (c->left > 0 && waited == 0)
            waited = pthread_cond_timedwait(&c->changed, &c->lock, &until);
        if (c->left == 0 || !h)
            continue;
        pthread_mutex_unlock(&c->lock);
        if (store_write(h->kernel->store, renew_step, h, &e) != OK)
            log_line(LOG_WARN, "import %lld: %s", (long long)h->import_id, e.text);
        pthread_mutex_lock(&c->lock);
    }
    pthread_mutex_unlock(&c->lock);
}

void import_crew(void *(*each)(void *), void *arg, size_t count, struct hold *h)
{
    struct crew c = {.work = each, .arg = arg};
    pthread_t threads[IMPORT_THREADS];
    size_t started = 0;
    pthread_mutex_init(&c.lock, NULL);
    pthread_cond_init(&c.changed, NULL);
    while (started < IMPORT_THREADS && started < count) {
        pthread_mutex_lock(&c.lock);
        c.left++;
        pthread_mutex_unlock(&c.lock);
        if (pthread_create(&threads[started], NULL, work, &c) != 0)
            break;
        started++;
    }
    pthread_mutex_lock(&c.lock);
    if (started < IMPORT_THREADS && started < count)
        c.left--; /* the one that could not be started */
    pthread_mutex_unlock(&c.lock);
    if (started == 0)
        each(arg); /* no thread to be had: then by this one */
    keep(&c, h);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    pthread_cond_destroy(&c.changed);
    pthread_mutex_destroy(&c.lock);
}
