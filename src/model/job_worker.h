/* Threads that run the jobs of the store.
 *
 * A kind of job is one `const struct job_kind`; the kinds that a process runs are
 * a list that cmd hands over, so this folder knows none of them. Several
 * processes can serve one store.
 *
 * A run says where it is (job_run_progress), asks now and then whether it should
 * end (job_run_stops), and writes in steps that fail once the job is another
 * worker's (job_run_step): what such steps wrote, with where to go on, is there
 * exactly once however often a worker is killed. What a run does outside the
 * store (a mail, a call) can happen again, so it carries an id. */
#ifndef MODEL_JOB_WORKER_H
#define MODEL_JOB_WORKER_H
#include "base/clock_watch.h"
#include "model/job.h"
#include "model/store_read.h"

struct job_workers;
struct job_run;

struct job_kind {
    const char *name;
    const char *title; /* English, N_(): what it is called in lists */
    /* OK: done. E_BUSY and E_IO are tried again later (job_backoff_ms), other
     * errors are final. */
    err_t (*run)(struct job_run *r, struct err *e);
    /* Standing work: asked on a reader at each look at the queue; true queues a
     * job of this kind unless one is open. NULL: queued by others only. */
    err_t (*due)(bool *out, struct db *db, int64_t now_ms, void *parts, struct err *e);
    /* Standing work that comes to the same at whatever time: it goes on while the clock is in doubt. */
    bool timeless;
};

/* A kind, and what it needs of the program: job_run_parts. */
struct job_use {
    const struct job_kind *kind;
    void *parts;
};

struct job_workers_options {
    struct store *store;
    const struct clock *clock;
    struct clock_watch
        *watch; /* whose clock it is: in doubt, standing work stands still; NULL: none */
    const struct job_use *kinds; /* ends with kind NULL; lives as long as the workers */
    unsigned threads;            /* 0: 2 */
    int64_t lease_ms; /* 0: 30 s; so long waits the job of a worker that is out of reach */
    int64_t poll_ms;  /* 0: 1 s; how often the queue is looked at */
    void (*changed)(void *arg); /* jobs changed; on any thread; may be NULL */
    void *changed_arg;
};

MUST_CHECK err_t job_workers_start(struct job_workers **out, const struct job_workers_options *o,
                                   struct err *e);
/* Runs are asked to stop and their jobs given back; accepts NULL. */
void job_workers_stop(struct job_workers *w);
/* A job was added just now: look at the queue at once. Accepts NULL. */
void job_workers_wake(struct job_workers *w);

/* --- for kinds ---------------------------------------------------------------- */
const struct job *job_run_job(const struct job_run *r);
struct arena *job_run_arena(struct job_run *r); /* lives as long as the run */
struct store *job_run_store(struct job_run *r);
const struct clock *job_run_clock(struct job_run *r);
void *job_run_parts(struct job_run *r);

/* True: end soon, with job_run_stopped. Its end was asked, the process stops, the clock is in doubt,
 * or the job is another worker's by now. */
bool job_run_stops(struct job_run *r);
MUST_CHECK err_t job_run_stopped(struct err *e);

/* The clock, as it was read until now, is in doubt: what goes by the time is left undone. */
bool job_run_doubts(struct job_run *r);

/* Where it is; total 0: not known. Costs nothing: written at most twice a second. */
void job_run_progress(struct job_run *r, int64_t done, int64_t total, struct str note);

/* A store step under the job's lease. Of standing work each step of the run's thread, this one or
 * another, is undone where the clock, read until its end, turns out to have jumped. `saved` (JSON; empty: unchanged) is kept in
 * the same transaction and is job_run_job()->saved of the next run. */
MUST_CHECK err_t job_run_step(struct job_run *r, store_fn fn, void *arg, struct str saved,
                              struct err *e);

/* The run sets its result, a JSON object in the run's arena; the job stores it if the run returns OK. Optional. */
void job_run_result(struct job_run *r, struct str json);
#endif
