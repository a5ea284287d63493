/* One number is kept: how far the clock is from the elapsed time. */
#include "base/clock_watch.h"

#define PAUSE_MS 1000 /* between the two readings: the program was stopped, or tests moved both */

struct reading {
    int64_t wall_ms, elapsed_ms;
};

/* Both at one moment: when the elapsed time went on meanwhile they are read anew. */
static struct reading read_both(const struct clock *c)
{
    struct reading r;
    int64_t before;
    do {
        before = clock_elapsed_ms(c);
        r.wall_ms = clock_now_ms(c);
        r.elapsed_ms = clock_elapsed_ms(c);
    } while (r.elapsed_ms - before >= PAUSE_MS);
    return r;
}

void clock_watch_doubt(struct clock_watch *w, const struct clock_jump *jump)
{
    pthread_mutex_lock(&w->lock);
    if (!atomic_load(&w->doubted))
        w->jump = *jump;
    atomic_store(&w->doubted, true);
    pthread_mutex_unlock(&w->lock);
}

static void found(struct clock_watch *w, const struct clock_jump *jump)
{
    clock_watch_doubt(w, jump);
    pthread_mutex_lock(&w->lock);
    if (!w->jumped)
        w->own = *jump;
    w->jumped = true;
    pthread_mutex_unlock(&w->lock);
}

static int64_t watched_now(const struct clock *c)
{
    struct clock_watch *w = (struct clock_watch *)(uintptr_t)c;
    struct reading r = read_both(w->of);
    int64_t due_ms = r.elapsed_ms + atomic_load(&w->apart_ms);
    int64_t off = r.wall_ms - due_ms;
    if (off >= CLOCK_STEP_MS || off <= -CLOCK_STEP_MS)
        found(w, &(struct clock_jump){due_ms, r.wall_ms});
    else
        atomic_store(&w->apart_ms, r.wall_ms - r.elapsed_ms);
    return r.wall_ms;
}

static int64_t watched_monotonic(const struct clock *c)
{
    return clock_monotonic_us(((const struct clock_watch *)c)->of);
}

static int64_t watched_elapsed(const struct clock *c)
{
    return clock_elapsed_ms(((const struct clock_watch *)c)->of);
}

static bool watched_doubted(const struct clock *c)
{
    return clock_watch_doubted((struct clock_watch *)(uintptr_t)c);
}

void clock_watch_init(struct clock_watch *w, const struct clock *of)
{
    struct reading r = read_both(of);
    *w = (struct clock_watch){.clock = {.now_ms = watched_now,
                                        .monotonic_us = watched_monotonic,
                                        .elapsed_ms = watched_elapsed,
                                        .doubted = watched_doubted},
                              .of = of};
    atomic_store(&w->apart_ms, r.wall_ms - r.elapsed_ms);
    pthread_mutex_init(&w->lock, NULL);
}

void clock_watch_clear(struct clock_watch *w)
{
    pthread_mutex_destroy(&w->lock);
}

bool clock_watch_doubted(struct clock_watch *w)
{
    if (!w)
        return false;
    (void)clock_now_ms(&w->clock);
    return atomic_load(&w->doubted);
}

bool clock_watch_jumped(struct clock_jump *own, struct clock_watch *w)
{
    if (!clock_watch_doubted(w))
        return false;
    pthread_mutex_lock(&w->lock);
    bool jumped = w->jumped;
    *own = w->own;
    pthread_mutex_unlock(&w->lock);
    return jumped;
}

struct clock_jump clock_watch_jump(struct clock_watch *w)
{
    pthread_mutex_lock(&w->lock);
    struct clock_jump jump = w->jump;
    pthread_mutex_unlock(&w->lock);
    return jump;
}

void clock_watch_settle(struct clock_watch *w)
{
    struct reading r = read_both(w->of);
    pthread_mutex_lock(&w->lock);
    atomic_store(&w->apart_ms, r.wall_ms - r.elapsed_ms);
    atomic_store(&w->doubted, false);
    w->jumped = false;
    pthread_mutex_unlock(&w->lock);
}
