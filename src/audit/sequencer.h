/* The one that numbers committed entries, keeps the tree and signs heads.
 *
 * One process at a time: on SQLite whoever locks <data>/log.lock, the server
 * while it runs, else the command itself; on PostgreSQL, besides, whoever holds
 * the store's lock. Every step checks the epoch that was raised when the part
 * was taken, so that a holder that lost it without knowing writes nothing.
 *
 * An entry gets its leaf in a step of at most 5 ms, and is under a signed head
 * at most a second after its commit, at once when somebody waits for a receipt.
 * A head's time never goes back: with a clock behind the last head, or in doubt
 * (clock_state.h), nothing is signed, the log says so, and entries wait. Heads that
 * were signed in a wrong time, which people then set right, are followed by heads of
 * that same time until the clock has come up with it. */
#ifndef AUDIT_SEQUENCER_H
#define AUDIT_SEQUENCER_H
#include "audit/suite.h"
#include "base/clock_watch.h"
#include "db/store.h"

struct sequencer_options {
    struct store *store;
    const struct log_suite *suite;
    const struct fs *fs;
    const struct clock *clock;
    struct clock_watch *watch; /* whose clock it is; NULL: its jumps are not seen */
    const char *data;          /* the instance's folder: lock, keys/ */
    bool untold;               /* a thread's faults are not logged: who stops it looks at them */
    bool locked;               /* the caller holds the lock of the folder, log.lock */
};

struct sequencer;

/* E_BUSY: another process has the part. E_NOTFOUND, E_INVALID: no key, or not
 * this log's. Borrows what the options point at. */
MUST_CHECK err_t sequencer_open(struct sequencer **out, const struct sequencer_options *o,
                                struct err *e);
void sequencer_close(struct sequencer *s); /* accepts NULL; gives the part back */

/* Number everything that is committed, and sign a head over it unless the latest
 * one covers it already. E_CONFLICT: another took the part, or the clock is
 * behind the last head or in doubt (then all is numbered and nothing signed). */
MUST_CHECK err_t sequencer_run(struct sequencer *s, struct err *e);

/* For commands: take the part, run, give it back. Where another process has it,
 * that one does the work: OK. So it is while the clock is in doubt: it is said, and entries wait. */
MUST_CHECK err_t log_sequence_now(const struct sequencer_options *o, struct err *e);

/* E_BUSY: another process has the part, as a server does while it runs. Takes it for a moment
 * and gives it back; no key, and nothing written. */
MUST_CHECK err_t log_untaken(const struct sequencer_options *o, struct err *e);

/* --- in a server ---------------------------------------------------------------------- */
/* A thread that has the part whenever it can be had, and does the work. */
struct sequencer_thread;
MUST_CHECK err_t sequencer_start(struct sequencer_thread **out, const struct sequencer_options *o,
                                 struct err *e);

#define SEQUENCER_COVER_MS 3000 /* enough for an answer: a head is signed within a second */
/* Wait until the entry is under a head, here or by another node: E_BUSY after
 * timeout_ms. E_NOTFOUND: no such entry. */
MUST_CHECK err_t sequencer_cover(struct sequencer_thread *t, struct str uid, int timeout_ms,
                                 struct err *e);

struct sequencer_state {      /* for /healthz and metrics */
    bool holder;              /* this process has the part */
    uint64_t size;            /* numbered by it */
    char fault[ERR_TEXT_MAX]; /* what keeps it from numbering or signing; empty: nothing */
    bool doubted;             /* that is the clock, in doubt: entries wait, and people settle it */
};
/* Accepts NULL. What is committed is signed first; *last, unless NULL: how it then stood. */
void sequencer_stop(struct sequencer_thread *t, struct sequencer_state *last);
void sequencer_state(struct sequencer_state *out, struct sequencer_thread *t);
#endif
