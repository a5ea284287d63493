/* Which changes of a pack no case notices, and which of those nothing could (`zhiyun pack mutate`).
 *
 * A change that every case lets pass survives. It is equivalent only where SURVIVOR_FACTS random facts
 * documents (random_facts.h), asked every question of the pack, the pack's days and names on as many
 * random days and industries, its funds and processes as data, and all lives of its cases give the same
 * bytes with it and without. */
#ifndef POLICY_SURVIVORS_H
#define POLICY_SURVIVORS_H
#include "policy/mutate.h"

#define SURVIVOR_FACTS 2000

struct survivor {
    struct mutant mutant;
    bool equivalent;
};

struct survivors {
    size_t cases, mutants, equivalent;
    struct survivor *list; /* equivalent ones too */
    size_t count;
};

/* One pack of `packs`, which were opened for this and are nobody else's. E_INVALID: a case of it does
 * not hold, or the pack has faults. All in the arena. */
MUST_CHECK err_t pack_survivors(struct survivors *out, struct packs *packs, struct str id,
                                uint64_t seed, struct arena *a, struct err *e);
#endif
