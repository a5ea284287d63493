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
    struct buf *out;  /* its standard output, up to the buffer's maximum; NULL: thrown away */
    struct buf *said; /* its standard error likewise */
    int64_t time_ms;
};

/* *status: what it exited with; 128 + n: ended by signal n; 127: it could not be started.
 * E_LIMIT: its time was over, or its output too long. An error of feed ends it. */
MUST_CHECK err_t child_run(int *status, const struct child *c, struct err *e);
#endif
