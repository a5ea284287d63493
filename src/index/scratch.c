/* One block that a search hands out from front to back, grown between searches to
 * what the last one wanted. What does not fit meanwhile comes from the heap: a
 * search never waits for the block to be right. */
#include "index/scratch.h"
#include "base/mem.h"
#include "index/snapshot.h"
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
    search_scratch_forget(s);
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

/* --- terms of several searches ------------------------------------------------------ */

void search_scratch_forget(struct search_scratch *s)
{
    arena_free(s->memory);
    s->memory = NULL;
    s->remembered = NULL;
}

void search_scratch_remember(struct search_scratch *s, const struct snapshot *of)
{
    search_scratch_forget(s);
    s->memory = arena_new();
    s->remembered = of;
    s->terms.ptr = NULL;
    s->terms.len = s->terms.cap = 0;
    s->numbers = arena_array(s->memory, snapshot_segments(of) + 1, sizeof(*s->numbers));
    for (size_t i = 0; i < snapshot_segments(of); i++)
        s->numbers[i] = map_in(s->memory);
}

err_t scratch_terms(struct term_info *out, struct search_scratch *x, const struct snapshot *s,
                    size_t number, const struct str *terms, size_t count, struct err *e)
{
    const struct segment *segment = snapshot_segment(s, number);
    if (x->remembered != s)
        return segment_terms(out, segment, terms, count, e);
    struct str *missing = arena_array(x->arena, count + 1, sizeof(*missing));
    struct term_info *found = arena_array(x->arena, count + 1, sizeof(*found));
    uint64_t *places = arena_array(x->arena, count + 1, sizeof(*places));
    size_t n = 0, before = x->terms.len;
    for (size_t i = 0; i < count; i++) {
        bool added;
        uint64_t *at = map_put(x->numbers[number], terms[i], &added);
        if (added) {
            *at = before + n;
            missing[n++] = terms[i];
        }
        places[i] = *at;
    }
    err_t rc = segment_terms(found, segment, missing, n, e);
    for (size_t i = 0; i < n; i++)
        VEC_PUSH(x->memory, &x->terms, found[i]);
    for (size_t i = 0; i < count; i++)
        out[i] = x->terms.ptr[places[i]];
    if (rc != OK)
        search_scratch_forget(x);
    return rc;
}
