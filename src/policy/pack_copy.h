/* A pack of one's own, to be changed and asked: a simulated number, a planted fault.
 *
 * The pack that it is a copy of is const and stays what it is. What may be another in the copy is copied
 * (criteria with their trees, indicators, deadlines); all else is shared with the original, which must
 * outlive it. The copy has no digest: it is no version of the pack, and nothing can be decided by it. */
#ifndef POLICY_PACK_COPY_H
#define POLICY_PACK_COPY_H
#include "policy/pack.h"

struct pack_copy {
    struct pack pack; /* to be asked, by address */
    struct criterion
        *criteria; /* the lists of `pack`, as long as these; their trees by copied_tree */
    struct indicator *indicators;
    struct deadline_rule *deadlines;
};

/* In the arena. */
struct pack_copy *pack_copy(const struct pack *p, struct arena *a);

/* A tree of a test in a copy, or a node of it, to be changed. Never one of a pack that is read. */
struct expr *copied_tree(const struct expr *x);
#endif
