/* A clock whose jumps are seen: each reading of it is compared with the time that has elapsed since
 * the machine started, which nobody sets. Who reads a wrong time has thereby found it out, so that
 * what is made of it can still be left undone: read first, then ask clock_watch_doubted.
 *
 * What a time service sets right by and by, or at once by less than CLOCK_STEP_MS, is none. A clock
 * whose elapsed time is its own (clock_fixed) has no jumps, however it is moved. Once found, a jump
 * holds until clock_watch_settle, also when the clock has jumped back. */
#ifndef BASE_CLOCK_WATCH_H
#define BASE_CLOCK_WATCH_H
#include "base/clock.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#define CLOCK_STEP_MS 60000

struct clock_jump {
    int64_t due_ms;   /* what it would have shown */
    int64_t shown_ms; /* what it showed */
};

struct clock_watch {
    struct clock clock; /* to be handed out; first, as its functions are given its address */
    const struct clock *of;
    _Atomic int64_t apart_ms; /* of the clock from the elapsed time, as of the last good reading */
    atomic_bool doubted;
    pthread_mutex_t lock; /* guards what follows */
    struct clock_jump jump, own;
    bool jumped;
};

/* From now on. `of` outlives it. */
void clock_watch_init(struct clock_watch *w, const struct clock *of);
void clock_watch_clear(struct clock_watch *w);

/* Reads the clock. Accepts NULL: false. */
bool clock_watch_doubted(struct clock_watch *w);
/* Somebody else has found out, as another server or an earlier run. */
void clock_watch_doubt(struct clock_watch *w, const struct clock_jump *jump);
/* The first jump that was found by its own readings, whatever others had found out before; false: none. Reads the
 * clock. Accepts NULL. */
bool clock_watch_jumped(struct clock_jump *own, struct clock_watch *w);
/* The jump that was found first. */
struct clock_jump clock_watch_jump(struct clock_watch *w);
/* What the clock says now is right. */
void clock_watch_settle(struct clock_watch *w);
#endif
