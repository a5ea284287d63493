/* Whether the clock can be believed, as the store has it: for every process on it, and for the next
 * start. While it is in doubt standing jobs make nothing and no head is signed, until people say what
 * time it is (api/resources/clock.c); entries are written, and wait. */
#ifndef AUDIT_CLOCK_STATE_H
#define AUDIT_CLOCK_STATE_H
#include "audit/log.h"
#include "base/clock_watch.h"

enum clock_doubt {
    CLOCK_TRUSTED,
    CLOCK_JUMPED, /* while a server ran */
    CLOCK_BEHIND, /* at a start: before the last time that is known */
    CLOCK_AHEAD   /* at a start: so far after it that nobody knows whether it is true */
};

struct clock_state {
    enum clock_doubt doubt;
    int64_t seen_ms; /* the latest time that a server kept, or that of the last head; 0: none */
    struct clock_jump jump;  /* in doubt */
    int64_t signed_until_ms; /* heads up to here may be followed by heads of the very same time */
};

#define CLOCK_AHEAD_MS                                                                             \
    (INT64_C(30) * 24 * 3600 * 1000) /* a server may stand still so long and ask nobody */

MUST_CHECK err_t clock_state_load(struct clock_state *out, struct db *db, struct err *e);
const char *clock_doubt_name(enum clock_doubt doubt); /* "jump", "behind", "ahead"; "": none */

/* What is to be thought of `now_ms` at a start. */
enum clock_doubt clock_state_at_start(const struct clock_state *s, int64_t now_ms);

/* Inside a store step. A server ran at now_ms, and nobody doubted it. */
MUST_CHECK err_t clock_state_seen(struct db *db, int64_t now_ms, struct err *e);
/* In doubt from now on, with the entry "clock doubted"; *first false: it was already. A clock that is far ahead
 * at a start (what one person settles) and then jumps is in doubt anew. */
MUST_CHECK err_t clock_state_doubt(bool *first, struct db *db, const struct log_suite *suite,
                                   const struct clock *clock, enum clock_doubt doubt,
                                   const struct clock_jump *jump, struct arena *a, struct err *e);
/* It is now_ms. The entry is the caller's. */
MUST_CHECK err_t clock_state_settle(struct db *db, int64_t now_ms, struct err *e);
#endif
