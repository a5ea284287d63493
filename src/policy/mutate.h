/* Changing one thing of a pack at a time: would a case notice? (`zhiyun pack mutate`)
 *
 * Mutants are made in the parsed tree and taken back, all in one process: numbers one step up and
 * down, comparisons with and without their bound, all and any, at_least, not, `applies`; of SQL its
 * comparisons, ANDs and ORs, constants, keys by which rows are one, GROUP BY and DISTINCT; deadlines;
 * flags; the rule of names; funds; what records hold; and of processes who, from, to, conditions, guards, days, effects
 * and their conditions. Indicators that no question and no flag asks (cells of reports) are left out. */
#ifndef POLICY_MUTATE_H
#define POLICY_MUTATE_H
#include "policy/packs.h"

struct mutant {
    struct str file; /* "sc-x/process.yaml" */
    int line;
    struct str what; /* "staff-count: >= becomes >" */
};

/* Called with the pack changed. */
typedef void mutant_fn(void *arg, const struct mutant *m);

/* The pack is whole again afterwards. It must be nobody else's: packs that were opened for this. */
MUST_CHECK err_t pack_mutate(struct pack *p, mutant_fn *fn, void *arg, struct arena *a,
                             struct err *e);
#endif
