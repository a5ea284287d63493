/* Groups of matching documents: those with one 64-bit key (query.h). */
#ifndef INDEX_GROUPS_H
#define INDEX_GROUPS_H
#include "index/plan.h"

struct place {
    uint32_t segment, doc;
};

/* The keys of all matches, parted by their upper bits: part i has the numbers starts[i] to
 * starts[i + 1] − 1, in no order. The table of a part fits into the processor's cache. */
struct groups {
    uint64_t *keys;
    struct place *places; /* of the same numbers; NULL: not asked for */
    size_t *starts;
    size_t part_count;
    unsigned shift; /* of a key, to the number of its part */
};

/* For a plan made with need_set; in its scratch memory. */
MUST_CHECK err_t groups_gather(struct groups *out, const struct plan *p, int column, bool places,
                               struct err *e);
#endif
