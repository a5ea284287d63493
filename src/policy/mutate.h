/* Changing one thing of a pack at a time: would a case notice? (tools/mutate-pack)
 *
 * Mutants are made in a copy of the parsed tree and taken back, all in one process: numbers one step
 * up and down, comparisons with and without their bound, all and any, at_least, not, the
 * comparison of an every, the numbers of deadlines that SQL names, and the comparisons,
 * ANDs and ORs of the SQL itself. */
#ifndef POLICY_MUTATE_H
#define POLICY_MUTATE_H
#include "policy/packs.h"

/* Called with the mutant; `what` says how it differs ("staff-count: >= becomes >"). */
typedef void mutant_fn(void *arg, const struct pack *mutant, struct str what);

void pack_mutate(const struct pack *p, mutant_fn *fn, void *arg, struct arena *a);
#endif
