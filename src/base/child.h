/* Another program run for its verdict or its output: fed through its standard input,
 * bounded in time and in what it may say. It gets no shell, nothing of our environment, no descriptor
 * of ours but its own three, and a process group of its own, which is killed when its time is over.
 *
 * Callers have SIGPIPE ignored (main does). */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H
#include "base/buf.h"
#include "base/err.h"

struct child {
    const char *const *argv; /* ends with NULL; argv[0] is looked for in PATH */
    /* It can begin as a copy of one that stays (forkserver.h), which is started at the first run and
     * ends with us; where that cannot be, it is started for this run alone. `env` is then NULL. */
    bool stays;
    const char *const *env; /* NAME=VALUE, ends with NULL; NULL: an empty environment */
    /* The next piece for its standard input, borrowed until the next call; empty: the
     * end. NULL: none at all. */
    err_t (*feed)(struct bytes *piece, void *arg, struct err *e);
    void *arg;
    int input;        /* instead: an open file, which stays the caller's; 0: none */
    struct buf *out;  /* its standard output, up to the buffer's maximum; NULL: thrown away */
    struct buf *said; /* its standard error likewise */
    int64_t time_ms;
};

/* *status: what it exited with; 128 + n: ended by signal n; 127: it could not be started.
 * E_LIMIT: its time was over, or its output too long. An error of feed ends it. */
MUST_CHECK err_t child_run(int *status, const struct child *c, struct err *e);

/* One whose output is heard piece by piece, not gathered: `c` outlives it, c->out is NULL, and c->time_ms is how long it
 * may say nothing. */
struct child_heard;
MUST_CHECK err_t child_start(struct child_heard **out, const struct child *c, struct err *e);
/* Up to cap bytes; *got is 0 only when it says no more. */
MUST_CHECK err_t child_hear(size_t *got, struct child_heard *h, void *to, size_t cap,
                            struct err *e);
/* It says no more: *status as of child_run. Frees. */
MUST_CHECK err_t child_end(int *status, struct child_heard *h, struct err *e);
void child_stop(struct child_heard *h); /* whatever it does. Accepts NULL; frees */
#endif
