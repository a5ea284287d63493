/* Long work as rows: a queue that outlives its process.
 *
 * A job is queued in the step of the business action that wants it. A worker
 * claims it under a lease, a random name that is written into the row and that
 * every later write of the run must show; the lease is renewed while its process
 * lives. When the process is killed the lease ends, at once where a worker on the
 * same machine sees that it is gone, and another worker takes the
 * job up, from what its last step saved; the first, if it was only slow, can no
 * longer write. So the effects of a job that writes through job_step are there
 * exactly once. Threads that run jobs: model/job_worker.h.
 *
 * Rejected: a queue beside the store (a job could be lost or begun before its
 * action was committed), a row lock held while the job runs (a transaction of
 * minutes). */
#ifndef MODEL_JOB_H
#define MODEL_JOB_H
#include "base/arena.h"
#include "model/store_read.h"

#define JOB_LEASE_LEN 32   /* hex digits, without the NUL */
#define JOB_ATTEMPTS_MAX 8 /* where a draft does not say */
#define JOB_NOTE_BYTES_MAX 500
#define JOB_JSON_BYTES_MAX ((size_t)1 << 20) /* arguments, saved, result: large data is a file */

struct job {
    int64_t id, version;
    struct str state;     /* queued running done failed cancelled */
    struct str kind;      /* model/job_worker.h */
    struct str arguments; /* JSON object */
    int64_t owner;        /* account; 0: the program */
    int64_t done, total;  /* progress; total 0: not known */
    struct str note, saved, result, error;
    bool cancel;
    int64_t attempts, attempts_max;
    int64_t due_ms; /* queued: not before; running: end of the lease; 0: over */
    int64_t created_ms, started_ms, changed_ms, ended_ms; /* 0: not yet */
};

struct job_draft {
    const char *kind;
    struct str arguments;  /* JSON object; empty: {} */
    int64_t owner;         /* 0: the program */
    struct str key;        /* with an open job of this key nothing is added; empty: always */
    int64_t not_before_ms; /* 0: now */
    int64_t attempts_max;  /* 0: JOB_ATTEMPTS_MAX */
};

/* All of these run inside a store step (the reading ones on a reader too).
 * now_ms is taken before the step, as a step may run again. */

/* *id: the new job, or the open one of the same key. E_LIMIT: arguments too long. */
MUST_CHECK err_t job_add(int64_t *id, struct db *db, const struct job_draft *d, int64_t now_ms,
                         struct err *e);

/* The same kind, owner and arguments while it is open are the same job. */
MUST_CHECK err_t job_add_once(int64_t *id, struct db *db, const char *kind, struct str arguments,
                              int64_t owner, int64_t now_ms, struct err *e);

/* E_NOTFOUND. */
MUST_CHECK err_t job_get(struct job *out, struct db *db, int64_t id, struct arena *a,
                         struct err *e);

/* Newest first, with an id below `before` (0: all), in `state` (empty: any). */
MUST_CHECK err_t job_list(const struct job **out, size_t *count, struct db *db, int64_t owner,
                          struct str state, int64_t before, int64_t limit, struct arena *a,
                          struct err *e);
MUST_CHECK err_t job_count(int64_t *out, struct db *db, int64_t owner, struct str state,
                           struct err *e);

/* A queued job is cancelled at once, a running one at its next good place.
 * E_CONFLICT: it is over. */
MUST_CHECK err_t job_cancel(struct db *db, int64_t id, int64_t now_ms, struct err *e);

/* A failed or cancelled job again, from what it saved. E_CONFLICT: it is neither,
 * or another one with its key is open. */
MUST_CHECK err_t job_retry(struct db *db, int64_t id, int64_t now_ms, struct err *e);

/* --- for workers ------------------------------------------------------------ */

/* A new name for a lease, and a NUL. Made before the step. */
void job_lease_new(char lease[JOB_LEASE_LEN + 1]);
/* Whether the process that made the name is over, as far as this one can know. `one_machine`: all who make names for
 * this store are on one, so that those of another boot are over. */
bool job_lease_is_dead(struct str lease, bool one_machine);

/* Running jobs whose process is over, at most `max`; and, in a step, that such a lease ends now. */
struct job_dead {
    int64_t id;
    char lease[JOB_LEASE_LEN + 1];
};
MUST_CHECK err_t job_find_dead(struct job_dead *out, size_t *count, size_t max, struct db *db,
                               struct err *e);
MUST_CHECK err_t job_end_lease(struct db *db, const struct job_dead *dead, int64_t now_ms,
                               struct err *e);

/* A job under a lease, at this moment. */
struct job_held {
    int64_t id;
    const char *lease;
    int64_t now_ms;
};
struct job_claim {
    const char *kind, *lease;
    int64_t until_ms, now_ms;
    bool found, again;
};
/* Take a job of the kind that is due, if any. One that was begun attempts_max
 * times and never came to an end is failed instead, one whose end was asked
 * cancelled; c->found is then false and c->again says that there may be another. */
MUST_CHECK err_t job_claim(struct job *out, struct job_claim *c, struct db *db, struct arena *a,
                           struct err *e);

/* Fails with E_CONFLICT unless the lease is still the job's: first in every step
 * of a run that writes. `saved` (JSON; empty: unchanged) is where the next run
 * goes on. */
MUST_CHECK err_t job_step(struct db *db, int64_t id, const char *lease, struct str saved,
                          struct err *e);

struct job_done {
    int64_t done, total;
    struct str note;
};
/* Renew the lease; *cancel: its end was asked. *held false: it is another's now. */
MUST_CHECK err_t job_renew(bool *held, bool *cancel, struct db *db, int64_t id, const char *lease,
                           int64_t until_ms, struct err *e);
MUST_CHECK err_t job_progress(struct db *db, const struct job_held *h,
                              const struct job_done *so_far, struct err *e);

/* How a run ends; E_CONFLICT: the lease is not the job's any more. */
MUST_CHECK err_t job_finish(struct db *db, const struct job_held *h, struct str result,
                            struct err *e);
/* retry_ms 0: for good; else queued again, not before that moment. */
MUST_CHECK err_t job_fail(struct db *db, const struct job_held *h, struct str why, int64_t retry_ms,
                          struct err *e);
MUST_CHECK err_t job_end_cancelled(struct db *db, const struct job_held *h, struct err *e);
/* Its process stops: queued again at once, as if this run had not begun. */
MUST_CHECK err_t job_give_back(struct db *db, const struct job_held *h, struct err *e);

/* When to try again after the nth failure: 5 s, doubling, at most an hour. */
int64_t job_backoff_ms(int64_t attempts);

/* Delete up to `limit` jobs that ended: the program's own before program_ms,
 * people's before people_ms. *deleted says how many. */
MUST_CHECK err_t job_sweep(int64_t *deleted, struct db *db, int64_t program_ms, int64_t people_ms,
                           int64_t limit, struct err *e);
#endif
