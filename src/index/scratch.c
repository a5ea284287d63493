/* One block that a search hands out from front to back, grown between searches to
 * what the last one wanted. What does not fit meanwhile comes from the heap: a
 * search never waits for the block to be right. */
#include "index/scratch.h"
#include "base/mem.h"
#include <stdlib.h>
#include <sys/mman.h>

#define CACHE_LINE ((size_t)64)
#define HUGE_PAGE ((size_t)2 << 20)

struct search_scratch *search_scratch_new(void)
{
    struct search_scratch *s = mem_zalloc(sizeof(*s));
    s->arena = arena_new();
    return s;
}

void search_scratch_free(struct search_scratch *s)
{
    if (!s)
        return;
    arena_free(s->arena);
    free(s->block);
    free(s);
}

void *scratch_raw(struct search_scratch *s, size_t count, size_t size)
{
    size_t len;
    if (__builtin_mul_overflow(count, size, &len) || len > SIZE_MAX / 2)
        len = SIZE_MAX / 2; /* aborts below: a bound is missing upstream */
    len = (len + CACHE_LINE) & ~(CACHE_LINE - 1);
    if (len <= s->cap - s->used) {
        s->used += len;
        return s->block + s->used - len;
    }
    s->missed += len;
    void *p = aligned_alloc(CACHE_LINE, len);
    if (!p)
        return mem_alloc(len);
    arena_cleanup(s->arena, free, p);
    return p;
}

void *scratch_zeroed(struct search_scratch *s, size_t count, size_t size)
{
    void *p = scratch_raw(s, count, size);
    memset(p, 0, count * size);
    return p;
}

void scratch_reset(struct search_scratch *s)
{
    arena_reset(s->arena);
    if (s->missed > 0) {
        size_t cap = (s->used + s->missed + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
        free(s->block);
        s->block = aligned_alloc(HUGE_PAGE, cap);
        s->cap = s->block ? cap : 0;
        /* A hint only: fewer address translations for sums scattered over it. */
        if (s->block)
            (void)madvise(s->block, cap, MADV_HUGEPAGE);
    }
    s->used = s->missed = 0;
}
