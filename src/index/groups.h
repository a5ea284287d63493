/* Groups of matching documents: those with one 64-bit key (query.h). */
#ifndef INDEX_GROUPS_H
#define INDEX_GROUPS_H
#include "index/plan.h"

struct group_keys {
    const uint32_t *low, *high;
};
MUST_CHECK err_t group_keys_read(struct group_keys *out, const struct segment *s, int column,
                                 struct err *e);

static inline uint64_t group_key(const struct group_keys *k, uint64_t doc)
{
    return (uint64_t)k->high[doc] << 32 | k->low[doc];
}

/* Parts of the keys, by their upper bits. */
struct group_parts {
    size_t count; /* a power of two */
    unsigned shift;
};

/* So that about `most` of the matches fall into one. */
struct group_parts group_parts_of(uint64_t matches, uint64_t most);

static inline size_t group_part(struct group_parts p, uint64_t key)
{
    return p.count > 1 ? key >> p.shift : 0;
}
#endif
