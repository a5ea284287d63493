/* Short lives: what somebody does in a process on which day, and whether the step is open to him then
 * and why not, on the process as plain data (model/process.h): no store, no records, no clock. What a
 * record holds is said by its field; what a criterion, a question or a panel comes to is said as well,
 * or is the verdict on facts that are given. docs/policy-packs.md, "Case files", has the keys. */
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
