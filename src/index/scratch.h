/* Working memory of searches, kept by a thread from one to the next: a search
 * over a million documents needs some megabytes, and fresh pages from the system
 * would cost as much as the search. */
#ifndef INDEX_SCRATCH_H
#define INDEX_SCRATCH_H
#include "base/map.h"
#include "base/vec.h"
#include "index/postings.h"
#include "index/query.h"

struct search_scratch {
    struct arena *arena; /* small, zeroed things */
    uint8_t *block;      /* large things, not zeroed; private to scratch.c from here on */
    size_t cap, used;
    size_t missed;                     /* bytes that did not fit since the last reset */
    const struct snapshot *remembered; /* whose terms these are; NULL: nothing is kept */
    struct arena *memory;
    struct map **numbers; /* of each segment: term → its number in `terms` + 1 */
    VEC(struct term_info) terms;
};

/* As segment_terms, of segment `number` of a snapshot; what is remembered is not looked up again. */
MUST_CHECK err_t scratch_terms(struct term_info *out, struct search_scratch *x,
                               const struct snapshot *s, size_t number, const struct str *terms,
                               size_t count, struct err *e);

/* `count` elements with any content, on a cache line, good until the reset. */
void *scratch_raw(struct search_scratch *s, size_t count, size_t size);

/* The same, zeroed. */
void *scratch_zeroed(struct search_scratch *s, size_t count, size_t size);

/* Forget everything of the last search. */
void scratch_reset(struct search_scratch *s);
#endif
