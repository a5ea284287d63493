/* Short cases of a pack's case files: who takes which step on which day, and whether it is open
 * and why not, on the process as plain data (model/process.h), without store, records or clock.
 * Values of record fields are given; results of criteria, questions and panels are given or
 * computed from given facts. The keys are described in docs/policy-packs.md, "Case files". */
#ifndef POLICY_LIFE_H
#define POLICY_LIFE_H
#include "policy/pack.h"
#include "text/yaml.h"

struct life_result {
    struct str wrong; /* empty: it goes as it says; else what differs, with its row, in one line */
    struct str trace; /* all that came of each step: equal lives give equal bytes */
};

/* One life of a pack. `facts`: of the case that holds it, or NULL. Both results in the arena. */
void life_run(struct life_result *out, const struct pack *p, const struct yvalue *life,
              const struct yvalue *facts, struct arena *a);

/* `over` record by record in the place of `under`'s. */
const struct yvalue *case_merged(const struct yvalue *under, const struct yvalue *over,
                                 struct arena *a);
#endif
