/* The best k hits seen so far: score falling, then rank falling, then id rising. A binary heap
 * with the worst kept hit on top, so that its score is the bar for the next. */
#ifndef INDEX_TOPK_H
#define INDEX_TOPK_H
#include "base/arena.h"
#include "index/query.h"

struct topk {
    struct hit *heap; /* heap[0] is the worst kept */
    size_t count, k;
};

/* Room for k hits in `a`; k may be 0. */
void topk_init(struct topk *t, size_t k, struct arena *a);

/* Every score below this is lost: the worst kept score once k are kept, before
 * that a value below all scores. An equal score may still win by its rank or id. */
static inline float topk_bar(const struct topk *t)
{
    if (t->count < t->k)
        return -1.0f;
    return t->k == 0 ? __builtin_inff() : t->heap[0].score;
}

/* Offer one hit; a document must not be offered twice. */
void topk_push(struct topk *t, const struct hit *h);

/* Best first. The heap is used up. */
void topk_sort(struct topk *t);
#endif
