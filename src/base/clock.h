/* Time has one door, so that a test can hold it still. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

struct clock {
    int64_t (*now_ms)(const struct clock *c);       /* since 1970-01-01T00:00:00Z */
    int64_t (*monotonic_us)(const struct clock *c); /* for durations only */
    int64_t (*elapsed_ms)(const struct clock *c);   /* since the machine started, sleep and all */
    bool (*doubted)(const struct clock *c);         /* may be wrong (clock_watch.h); NULL: never */
    int64_t fixed_ms;                               /* used by clock_fixed */
};

extern const struct clock clock_system;
struct clock clock_fixed(int64_t now_ms); /* all functions answer this moment */

/* The moment `ms` from now on one of the system's clocks, for pthread_cond_timedwait. */
struct timespec clock_moment_in(clockid_t id, int64_t ms);

static inline int64_t clock_now_ms(const struct clock *c)
{
    return c->now_ms(c);
}
static inline int64_t clock_monotonic_us(const struct clock *c)
{
    return c->monotonic_us(c);
}
static inline int64_t clock_elapsed_ms(const struct clock *c)
{
    return c->elapsed_ms(c);
}
/* Is what it says in doubt? Then nothing is decided by it. */
static inline bool clock_is_doubted(const struct clock *c)
{
    return c->doubted != NULL && c->doubted(c);
}
#endif
