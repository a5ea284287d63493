/* See topk.h. A heap beats every cleverer thing for k up to thousands; insertion into a
 * sorted array loses from k of about 100 on. A heap with room for all is a plain list. */
#include "index/topk.h"
#include <stdlib.h>

/* True when x must come after y in the answer. */
static bool worse(const struct hit *x, const struct hit *y)
{
    if (x->score != y->score)
        return x->score < y->score;
    return x->rank != y->rank ? x->rank < y->rank : x->id > y->id;
}

void topk_init(struct topk *t, size_t k, struct arena *a)
{
    *t = (struct topk){.heap = arena_array(a, k, sizeof(*t->heap)), .k = k};
}

static void sift_up(struct hit *heap, size_t at)
{
    struct hit h = heap[at];
    while (at > 0 && worse(&h, &heap[(at - 1) / 2])) {
        heap[at] = heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap[at] = h;
}

static void sift_down(struct hit *heap, size_t count)
{
    struct hit h = heap[0];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && worse(&heap[child + 1], &heap[child]))
            child++;
        if (!worse(&heap[child], &h))
            break;
        heap[at] = heap[child];
    }
    heap[at] = h;
}

void topk_push(struct topk *t, const struct hit *h)
{
    if (t->count < t->k) {
        t->heap[t->count] = *h;
        sift_up(t->heap, t->count++);
    } else if (t->k > 0 && worse(&t->heap[0], h)) {
        t->heap[0] = *h;
        sift_down(t->heap, t->count);
    }
}

static int best_first(const void *x, const void *y)
{
    const struct hit *a = x, *b = y;
    return worse(a, b) ? 1 : worse(b, a) ? -1 : 0;
}

void topk_sort(struct topk *t)
{
    if (t->count > 1)
        qsort(t->heap, t->count, sizeof(*t->heap), best_first);
}
