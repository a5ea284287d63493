/* Workers look at the queue through a reader, which costs no write while there is
 * nothing to do; only then one claims. One more thread, the keeper, renews the
 * leases of all runs of this process, writes their progress and hears that
 * somebody asked for an end: a run that computes for minutes needs to do nothing
 * for it. */
#include "model/job_worker.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/msg.h"
#include <pthread.h>

#define THREADS_DEFAULT 2
#define LEASE_DEFAULT_MS 30000
#define POLL_DEFAULT_MS 1000
#define KEEP_MS 500 /* so progress is written at most twice a second */
#define KINDS_MAX 64
#define SWEEP_EVERY_MS ((int64_t)3600000)
#define PROGRAM_KEPT_MS ((int64_t)24 * 3600000)
#define PEOPLE_KEPT_MS ((int64_t)90 * 24 * 3600000)
#define SWEEP_ROWS 500

struct job_run {
    struct job_workers *workers;
    struct job_run *next, **at; /* among the runs of this process; guarded by lock */
    const struct job_kind *kind;
    void *parts;
    struct job job;
    char lease[JOB_LEASE_LEN + 1];
    struct arena *arena;
    struct str result;
    int64_t renewed_us; /* keeper only */
    /* guarded by the workers' lock */
    int64_t done, total;
    char note[JOB_NOTE_BYTES_MAX + 1];
    bool said;  /* it has said where it is */
    bool moved; /* since that was last written */
    bool cancel, lost;
};

struct job_workers {
    struct job_workers_options o;
    pthread_t keeper, *threads;
    unsigned thread_count;
    bool keeper_runs;
    int64_t swept_ms;     /* first thread only */
    pthread_mutex_t lock; /* guards what follows, and runs' progress */
    pthread_cond_t wake, wake_keeper;
    struct job_run *runs;
    uint64_t wakes; /* counts calls, so that one between look and sleep is not missed */
    bool stopping;
};

/* --- for kinds ---------------------------------------------------------------- */

const struct job *job_run_job(const struct job_run *r)
{
    return &r->job;
}

struct arena *job_run_arena(struct job_run *r)
{
    return r->arena;
}

struct store *job_run_store(struct job_run *r)
{
    return r->workers->o.store;
}

const struct clock *job_run_clock(struct job_run *r)
{
    return r->workers->o.clock;
}

void *job_run_parts(struct job_run *r)
{
    return r->parts;
}

/* Would work of this kind do by itself what a wrong time says? */
static bool stands_still(struct job_workers *w, const struct job_kind *kind)
{
    return kind->due && !kind->timeless && clock_watch_doubted(w->o.watch);
}

bool job_run_stops(struct job_run *r)
{
    pthread_mutex_lock(&r->workers->lock);
    bool stops = r->cancel || r->lost || r->workers->stopping;
    pthread_mutex_unlock(&r->workers->lock);
    return stops || stands_still(r->workers, r->kind);
}

bool job_run_doubts(struct job_run *r)
{
    return clock_watch_doubted(r->workers->o.watch);
}

void job_run_progress(struct job_run *r, int64_t done, int64_t total, struct str note)
{
    size_t len = note.len < JOB_NOTE_BYTES_MAX ? note.len : JOB_NOTE_BYTES_MAX;
    while (len < note.len && len > 0 && ((unsigned char)note.ptr[len] & 0xC0) == 0x80)
        len--; /* never inside a UTF-8 sequence */
    pthread_mutex_lock(&r->workers->lock);
    r->done = done;
    r->total = total;
    if (len > 0)
        memcpy(r->note, note.ptr, len);
    r->note[len] = '\0';
    r->said = r->moved = true;
    pthread_mutex_unlock(&r->workers->lock);
}

err_t job_run_stopped(struct err *e)
{
    return err_set(e, E_BUSY, "the job was asked to end");
}

struct run_step {
    struct job_run *run;
    store_fn fn;
    void *arg;
    struct str saved;
};

/* Last in each step of standing work, so that it is undone: every time that was read until now was
 * looked at. */
static err_t check_time(struct db *db, void *arg, struct err *e)
{
    struct job_run *r = arg;
    (void)db;
    return stands_still(r->workers, r->kind)
               ? err_set(e, E_BUSY, "the clock is in doubt: standing work makes nothing")
               : OK;
}

static err_t step_under_lease(struct db *db, void *arg, struct err *e)
{
    const struct run_step *s = arg;
    err_t rc = job_step(db, s->run->job.id, s->run->lease, s->saved, e);
    if (rc == OK && s->fn)
        rc = s->fn(db, s->arg, e);
    return rc == OK ? check_time(db, s->run, e) : rc; /* on a thread that the run began as well */
}

err_t job_run_step(struct job_run *r, store_fn fn, void *arg, struct str saved, struct err *e)
{
    struct run_step s = {r, fn, arg, saved};
    return store_write(r->workers->o.store, step_under_lease, &s, e);
}

void job_run_result(struct job_run *r, struct str json)
{
    r->result = json;
}

/* --- the end of a run ----------------------------------------------------------- */

struct ending {
    struct job_run *run;
    enum { END_DONE, END_FAILED, END_CANCELLED, END_GIVEN_BACK } how;
    struct str why;
    int64_t retry_ms, now_ms;
    int64_t done, total; /* the last progress */
    struct str note;
    bool said;
};

static err_t end_step(struct db *db, void *arg, struct err *e)
{
    const struct ending *x = arg;
    const struct job_run *r = x->run;
    const struct job_held held = {r->job.id, r->lease, x->now_ms};
    err_t rc = OK;
    if (x->said)
        rc = job_progress(db, &held, &(struct job_done){x->done, x->total, x->note}, e);
    if (rc != OK)
        return rc;
    switch (x->how) {
    case END_DONE:
        rc = check_time(db, x->run, e);
        return rc == OK ? job_finish(db, &held, r->result, e) : rc;
    case END_FAILED:
        return job_fail(db, &held, x->why, x->retry_ms, e);
    case END_CANCELLED:
        return job_end_cancelled(db, &held, e);
    case END_GIVEN_BACK:
        return job_give_back(db, &held, e);
    }
    return OK;
}

static bool may_be_tried_again(err_t rc)
{
    return rc == E_BUSY || rc == E_IO;
}

/* Writes how the run ended. When that fails the row stays as it is, and the job
 * is taken up again at the end of its lease. */
static void end_run(struct job_run *r, err_t rc, const struct err *why)
{
    struct job_workers *w = r->workers;
    struct err e = *why;
    struct ending x = {.run = r, .now_ms = clock_now_ms(w->o.clock)};

    pthread_mutex_lock(&w->lock);
    bool stopping = w->stopping, cancel = r->cancel, lost = r->lost;
    x.done = r->done;
    x.total = r->total;
    x.note = str_of(r->note);
    x.said = r->said;
    pthread_mutex_unlock(&w->lock);
    if (lost)
        return;
    if (rc == OK) {
        x.how = END_DONE;
        rc = store_write(w->o.store, end_step, &x, &e);
        if (rc == OK)
            return;
    }
    x.why = str_of(err_told(&e));
    if (cancel) {
        x.how = END_CANCELLED;
    } else if (stopping || stands_still(w, r->kind)) {
        x.how = END_GIVEN_BACK;
        if (clock_watch_doubted(w->o.watch)) /* due at a time that comes */
            x.now_ms = clock_watch_jump(w->o.watch).due_ms;
    } else {
        x.how = END_FAILED;
        if (may_be_tried_again(rc) && r->job.attempts < r->job.attempts_max)
            x.retry_ms = x.now_ms + job_backoff_ms(r->job.attempts);
        log_line(LOG_WARN, "job %lld (%.*s): %s", (long long)r->job.id, STR_ARG(r->job.kind),
                 e.text);
    }
    struct err unwritten;
    if (store_write(w->o.store, end_step, &x, &unwritten) != OK)
        log_line(LOG_ERROR, "job %lld (%.*s) cannot be ended: %s", (long long)r->job.id,
                 STR_ARG(r->job.kind), unwritten.text);
}

static void tell_changed(struct job_workers *w)
{
    if (w->o.changed)
        w->o.changed(w->o.changed_arg);
}

static void run_job(struct job_run *r)
{
    struct job_workers *w = r->workers;
    struct err e = {0};

    r->renewed_us = clock_monotonic_us(&clock_system);
    pthread_mutex_lock(&w->lock);
    r->next = w->runs;
    r->at = &w->runs;
    if (r->next)
        r->next->at = &r->next;
    w->runs = r;
    pthread_mutex_unlock(&w->lock);
    tell_changed(w);

    if (r->kind->due && !r->kind->timeless)
        store_guard(check_time, r);
    err_t rc = r->kind->run(r, &e);
    store_guard(NULL, NULL);
    end_run(r, rc, &e);

    pthread_mutex_lock(&w->lock);
    *r->at = r->next;
    if (r->next)
        r->next->at = r->at;
    pthread_mutex_unlock(&w->lock);
    tell_changed(w);
}

/* --- looking for work ------------------------------------------------------------ */

/* What one look at the queue finds: kinds with a job that is due, and standing
 * kinds that want one. Bits are places in the list of kinds. */
struct look {
    uint64_t due, wanted;
};

static err_t look_for_due(struct look *out, struct job_workers *w, struct db *db, int64_t now_ms,
                          struct err *e)
{
    err_t rc = OK;
    EACH_ROW(st, rc, e, db, "SELECT DISTINCT kind FROM job WHERE due_ms <= ?1",
             VALUES(v_i64(now_ms)))
        for (unsigned i = 0; w->o.kinds[i].kind; i++)
            if (str_is(stmt_str(st, 0), w->o.kinds[i].kind->name))
                out->due |= (uint64_t)1 << i;
    return rc;
}

static err_t look(struct look *out, struct job_workers *w, int64_t now_ms, struct err *e)
{
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, w->o.store, e);
    *out = (struct look){0};
    for (unsigned i = 0; rc == OK && w->o.kinds[i].kind; i++) {
        bool due = false;
        if (w->o.kinds[i].kind->due && !stands_still(w, w->o.kinds[i].kind))
            rc = w->o.kinds[i].kind->due(&due, db, now_ms, w->o.kinds[i].parts, e);
        if (due)
            out->wanted |= (uint64_t)1 << i;
    }
    if (rc == OK)
        rc = look_for_due(out, w, db, now_ms, e);
    store_reader_put(w->o.store, db);
    return rc;
}

#define DEAD_AT_ONCE 16

struct dead_step {
    struct job_dead found[DEAD_AT_ONCE];
    size_t count;
    int64_t now_ms;
};

static err_t end_leases(struct db *db, void *arg, struct err *e)
{
    const struct dead_step *d = arg;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < d->count; i++)
        rc = job_end_lease(db, &d->found[i], d->now_ms, e);
    return rc;
}

/* What a process that was killed has left is due at once. */
static err_t take_up_dead(struct job_workers *w, int64_t now_ms, struct err *e)
{
    struct dead_step d = {.now_ms = now_ms};
    err_t rc = STORE_READ(db, w->o.store, e, job_find_dead(d.found, &d.count, DEAD_AT_ONCE, db, e));
    for (size_t i = 0; rc == OK && i < d.count; i++)
        log_line(LOG_INFO, "job %lld goes on: the process that ran it is gone",
                 (long long)d.found[i].id);
    return rc == OK && d.count ? store_write(w->o.store, end_leases, &d, e) : rc;
}

struct queue_step {
    struct job_workers *workers;
    uint64_t wanted;
    int64_t now_ms;
};

static err_t queue_step(struct db *db, void *arg, struct err *e)
{
    const struct queue_step *q = arg;
    err_t rc = OK;
    for (unsigned i = 0; rc == OK && q->workers->o.kinds[i].kind; i++) {
        const struct job_use *use = &q->workers->o.kinds[i];
        const char *name = use->kind->name;
        bool due = false;
        int64_t id;
        /* Asked again: since the look another thread may have done the work. */
        if (q->wanted >> i & 1)
            rc = use->kind->due(&due, db, q->now_ms, use->parts, e);
        if (rc == OK && due)
            rc = job_add(&id, db, &(struct job_draft){.kind = name, .key = str_of(name)}, q->now_ms,
                         e);
    }
    return rc;
}

struct claim_step {
    struct job_run *run;
    struct job_claim claim;
};

static err_t claim_step(struct db *db, void *arg, struct err *e)
{
    struct claim_step *c = arg;
    c->claim.lease = c->run->lease;
    return job_claim(&c->run->job, &c->claim, db, c->run->arena, e);
}

/* Claim one job of the kind and run it. */
static err_t claim_and_run(bool *ran, struct job_workers *w, const struct job_use *use,
                           struct err *e)
{
    struct job_run r = {.workers = w, .kind = use->kind, .parts = use->parts, .arena = arena_new()};
    struct claim_step c = {.run = &r, .claim.kind = use->kind->name};
    err_t rc;
    do {
        job_lease_new(r.lease);
        c.claim.now_ms = clock_now_ms(w->o.clock);
        c.claim.until_ms = c.claim.now_ms + w->o.lease_ms;
        rc = store_write(w->o.store, claim_step, &c, e);
    } while (rc == OK && c.claim.again);
    *ran = rc == OK && c.claim.found;
    if (*ran)
        run_job(&r);
    arena_free(r.arena);
    return rc;
}

struct sweep_step {
    int64_t now_ms, deleted;
};

static err_t sweep_step(struct db *db, void *arg, struct err *e)
{
    struct sweep_step *s = arg;
    return job_sweep(&s->deleted, db, s->now_ms - PROGRAM_KEPT_MS, s->now_ms - PEOPLE_KEPT_MS,
                     SWEEP_ROWS, e);
}

static err_t sweep_now_and_then(struct job_workers *w, int64_t now_ms, struct err *e)
{
    struct sweep_step s = {.now_ms = now_ms};
    if (now_ms - w->swept_ms < SWEEP_EVERY_MS || clock_watch_doubted(w->o.watch))
        return OK;
    err_t rc = store_write(w->o.store, sweep_step, &s, e);
    if (rc == OK && s.deleted < SWEEP_ROWS)
        w->swept_ms = now_ms;
    return rc;
}

/* One look and at most one job of each kind that is due. */
static err_t work_once(bool *worked, struct job_workers *w, bool first, struct err *e)
{
    struct look found;
    int64_t now_ms = clock_now_ms(w->o.clock);
    err_t rc;
    *worked = false;
    if (first &&
        ((rc = sweep_now_and_then(w, now_ms, e)) != OK || (rc = take_up_dead(w, now_ms, e)) != OK))
        return rc;
    if ((rc = look(&found, w, now_ms, e)) != OK)
        return rc;
    if (found.wanted) {
        struct queue_step q = {w, found.wanted, now_ms};
        if ((rc = store_write(w->o.store, queue_step, &q, e)) != OK)
            return rc;
        found.due |= found.wanted;
    }
    for (unsigned i = 0; rc == OK && w->o.kinds[i].kind; i++) {
        bool ran = false;
        if (found.due >> i & 1 && !stands_still(w, w->o.kinds[i].kind))
            rc = claim_and_run(&ran, w, &w->o.kinds[i], e);
        *worked |= ran;
    }
    return rc;
}

static void wait_until_woken(struct job_workers *w, pthread_cond_t *on, int64_t ms)
{
    struct timespec until = clock_moment_in(CLOCK_MONOTONIC, ms);
    pthread_cond_timedwait(on, &w->lock, &until); /* woken or not: the caller looks again */
}

static void *work(void *arg)
{
    struct job_workers *w = arg;
    bool said = false;
    pthread_mutex_lock(&w->lock);
    bool first = pthread_equal(pthread_self(), w->threads[0]);
    while (!w->stopping) {
        struct err e = {0};
        bool worked;
        uint64_t wakes = w->wakes;
        pthread_mutex_unlock(&w->lock);
        err_t rc = work_once(&worked, w, first, &e);
        if (rc != OK && !said)
            log_line(LOG_ERROR, "the queue of jobs: %s", e.text);
        said = rc != OK;
        pthread_mutex_lock(&w->lock);
        if ((rc != OK || (!worked && wakes == w->wakes)) && !w->stopping)
            wait_until_woken(w, &w->wake, w->o.poll_ms);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

/* --- the keeper --------------------------------------------------------------------- */

/* What of one run is written at a tick. */
struct keeping {
    struct job_run *run;
    int64_t id;
    char lease[JOB_LEASE_LEN + 1];
    bool renew, moved, held, cancel;
    int64_t done, total, now_ms, until_ms;
    char note[JOB_NOTE_BYTES_MAX + 1];
};

static err_t keep_step(struct db *db, void *arg, struct err *e)
{
    struct keeping *k = arg;
    err_t rc = job_renew(&k->held, &k->cancel, db, k->id, k->lease, k->until_ms, e);
    if (rc == OK && k->held && k->moved)
        rc = job_progress(db, &(struct job_held){k->id, k->lease, k->now_ms},
                          &(struct job_done){k->done, k->total, str_of(k->note)}, e);
    return rc;
}

/* Without a write: was an end asked, is the lease still ours? */
static err_t read_wish(struct keeping *k, struct store *store, struct err *e)
{
    k->cancel = false;
    return STORE_READ(db, store, e,
                      db_row(&k->held, db, "SELECT cancel FROM job WHERE id = ?1 AND lease = ?2",
                             VALUES(v_i64(k->id), v_str(str_of(k->lease))),
                             INTO(into_bool(&k->cancel)), NULL, e));
}

/* Under the lock: the run at place `n` that still needs a look, copied. */
static bool next_run(struct keeping *out, struct job_workers *w, size_t n)
{
    struct job_run *r = w->runs;
    while (r && n-- > 0)
        r = r->next;
    if (!r)
        return false;
    int64_t now_us = clock_monotonic_us(&clock_system);
    *out = (struct keeping){.run = r,
                            .id = r->job.id,
                            .renew = now_us - r->renewed_us > w->o.lease_ms * 1000 / 3,
                            .moved = r->moved,
                            .done = r->done,
                            .total = r->total,
                            .now_ms = clock_now_ms(w->o.clock)};
    out->until_ms = out->now_ms + w->o.lease_ms;
    memcpy(out->lease, r->lease, sizeof(out->lease));
    memcpy(out->note, r->note, sizeof(out->note));
    r->moved = false;
    if (out->renew || out->moved)
        r->renewed_us = now_us;
    return true;
}

static bool still_runs(const struct job_workers *w, const struct keeping *k)
{
    for (const struct job_run *r = w->runs; r; r = r->next)
        if (r == k->run && strcmp(r->lease, k->lease) == 0)
            return true;
    return false;
}

static void keep_one(struct job_workers *w, struct keeping *k)
{
    struct err e = {0};
    bool write = k->renew || k->moved;
    err_t rc = write ? store_write(w->o.store, keep_step, k, &e) : read_wish(k, w->o.store, &e);
    if (rc != OK)
        log_line(LOG_WARN, "job %lld: %s", (long long)k->id, e.text);
    if (rc == OK && k->moved && w->o.changed)
        tell_changed(w);
    pthread_mutex_lock(&w->lock);
    if (still_runs(w, k)) {
        k->run->cancel |= rc == OK && k->cancel;
        k->run->lost |= rc == OK && !k->held;
        k->run->moved |= rc != OK && k->moved;
    }
    pthread_mutex_unlock(&w->lock);
}

static void *keep(void *arg)
{
    struct job_workers *w = arg;
    pthread_mutex_lock(&w->lock);
    /* Goes on while runs end after a stop, so that none loses its lease then. */
    while (!w->stopping || w->runs) {
        struct keeping k;
        for (size_t n = 0; next_run(&k, w, n); n++) {
            pthread_mutex_unlock(&w->lock);
            keep_one(w, &k);
            pthread_mutex_lock(&w->lock);
        }
        if (!w->stopping || w->runs)
            wait_until_woken(w, &w->wake_keeper,
                             w->o.lease_ms / 4 < KEEP_MS ? w->o.lease_ms / 4 : KEEP_MS);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

/* --- start and stop ---------------------------------------------------------------- */

err_t job_workers_start(struct job_workers **out, const struct job_workers_options *o,
                        struct err *e)
{
    struct job_workers *w = mem_zalloc(sizeof(*w));
    pthread_condattr_t monotonic;
    size_t kinds = 0;
    err_t rc = OK;

    *out = NULL;
    w->o = *o;
    w->o.lease_ms = o->lease_ms ? o->lease_ms : LEASE_DEFAULT_MS;
    w->o.poll_ms = o->poll_ms ? o->poll_ms : POLL_DEFAULT_MS;
    pthread_mutex_init(&w->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&w->wake, &monotonic);
    pthread_cond_init(&w->wake_keeper, &monotonic);
    pthread_condattr_destroy(&monotonic);
    while (o->kinds[kinds].kind)
        kinds++;
    unsigned threads = o->threads ? o->threads : THREADS_DEFAULT;
    w->threads = mem_array(threads, sizeof(*w->threads));
    if (kinds > KINDS_MAX)
        rc = err_set(e, E_INTERNAL, "there are more than %d kinds of jobs", KINDS_MAX);
    /* Held, so that no thread runs before its id stands in the list. */
    pthread_mutex_lock(&w->lock);
    for (; rc == OK && w->thread_count < threads; w->thread_count++)
        if (pthread_create(&w->threads[w->thread_count], NULL, work, w) != 0) {
            rc = err_set(e, E_IO, "cannot start a worker thread");
            break;
        }
    w->keeper_runs = rc == OK && pthread_create(&w->keeper, NULL, keep, w) == 0;
    if (rc == OK && !w->keeper_runs)
        rc = err_set(e, E_IO, "cannot start a worker thread");
    pthread_mutex_unlock(&w->lock);
    if (rc != OK) {
        job_workers_stop(w);
        return rc;
    }
    *out = w;
    return OK;
}

void job_workers_stop(struct job_workers *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_cond_broadcast(&w->wake);
    pthread_mutex_unlock(&w->lock);
    for (unsigned i = 0; i < w->thread_count; i++)
        pthread_join(w->threads[i], NULL);
    pthread_mutex_lock(&w->lock);
    pthread_cond_signal(&w->wake_keeper);
    pthread_mutex_unlock(&w->lock);
    if (w->keeper_runs)
        pthread_join(w->keeper, NULL);
    pthread_cond_destroy(&w->wake);
    pthread_cond_destroy(&w->wake_keeper);
    pthread_mutex_destroy(&w->lock);
    free(w->threads);
    free(w);
}

void job_workers_wake(struct job_workers *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->wakes++;
    pthread_cond_broadcast(&w->wake);
    pthread_mutex_unlock(&w->lock);
}
