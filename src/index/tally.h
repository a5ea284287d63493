/* Counting what stands in the columns of matching documents: a table from
 * 64-bit keys to counts. Open addressing, doubled at half full. */
#ifndef INDEX_TALLY_H
#define INDEX_TALLY_H
#include "index/kernels/kernels.h"
#include "index/plan.h"

struct tally {
    struct tally_slot {
        uint64_t key, count; /* count 0: free */
    } * slots;
    size_t mask, used;
    struct arena *a;
};

void tally_init(struct tally *t, struct arena *a);

/* The key's count, 0 when new: the caller must raise it before the next call.
 * Valid until then. */
uint64_t *tally_at(struct tally *t, uint64_t key);

/* 0: none. */
uint64_t tally_get(const struct tally *t, uint64_t key);
/* Forgets all keys; keeps the room. */
void tally_empty(struct tally *t);

/* Walks the matching documents of a segment of a plan made with need_set:
 * EACH_MATCH(doc, ps) { … } with `doc` as uint64_t. No break inside. */
#define EACH_MATCH(doc, ps)                                                                        \
    for (uint32_t word_ = 0; word_ < ((ps)->docs + 63) / 64; word_++)                              \
        for (uint64_t left_ = tally_matches((ps), word_), doc = 0;                                 \
             left_ && ((doc = word_ * 64 + (unsigned)__builtin_ctzll(left_)), 1);                  \
             left_ &= left_ - 1)

/* The matches in batches: fills `docs`, from word *at on, and moves *at; 0: no more. */
#define TALLY_BATCH 256 /* at least, but at the end */
#define TALLY_WORDS 4u
#define TALLY_ROOM (TALLY_BATCH + TALLY_WORDS * 64 + KERNEL_SLACK)
size_t tally_batch(uint32_t docs[TALLY_ROOM], const struct plan_segment *ps, uint32_t *at);

static inline uint64_t tally_matches(const struct plan_segment *ps, uint32_t word)
{
    uint32_t docs = ps->docs - word * 64;
    uint64_t all = docs >= 64 ? UINT64_MAX : ((uint64_t)1 << docs) - 1;
    return ps->allowed ? ps->allowed[word] & all : all;
}

/* The facets over the plan's matches (plan made with need_set). Values and their
 * strings live in `a`. */
MUST_CHECK err_t facets_count(const struct facet_result **out, const struct plan *p,
                              const struct search_options *o, struct arena *a, struct err *e);
#endif
