/* The two clocks of a struct clock: the system's, and one that stands still for
 * tests. A table of functions, not a global offset: two tests, or a test and a
 * thread of the server, may then hold different times. */
#include "base/clock.h"

static int64_t read_us(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

struct timespec clock_moment_in(clockid_t id, int64_t ms)
{
    struct timespec t;
    clock_gettime(id, &t);
    t.tv_nsec += (long)(ms % 1000) * 1000000;
    t.tv_sec += ms / 1000 + t.tv_nsec / 1000000000;
    t.tv_nsec %= 1000000000;
    return t;
}

static int64_t system_now(const struct clock *c)
{
    (void)c;
    return read_us(CLOCK_REALTIME) / 1000;
}

static int64_t system_monotonic(const struct clock *c)
{
    (void)c;
    return read_us(CLOCK_MONOTONIC);
}

static int64_t system_elapsed(const struct clock *c)
{
    (void)c;
    return read_us(CLOCK_BOOTTIME) / 1000;
}

static int64_t fixed_now(const struct clock *c)
{
    return c->fixed_ms;
}

static int64_t fixed_monotonic(const struct clock *c)
{
    return c->fixed_ms * 1000;
}

const struct clock clock_system = {
    .now_ms = system_now, .monotonic_us = system_monotonic, .elapsed_ms = system_elapsed};

struct clock clock_fixed(int64_t now_ms)
{
    return (struct clock){.now_ms = fixed_now,
                          .monotonic_us = fixed_monotonic,
                          .elapsed_ms = fixed_now,
                          .fixed_ms = now_ms};
}
