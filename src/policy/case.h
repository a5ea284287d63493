/* Case files: facts and the verdict that they must give (docs/policy-packs.md); or days, names, funds and short
 * lives (case_said.h, life.h). */
#ifndef POLICY_CASE_H
#define POLICY_CASE_H
#include "policy/pack_verdict.h"

struct case_result {
    struct str file, name;
    const struct str *rows; /* of the requirements, whose figure or refusal it asserts */
    size_t row_count;
    struct str wrong;            /* empty: it holds; else what differs, in one line */
    int line;                    /* of the first fault of the file, where there is one; else 0 */
    bool is_refusal;             /* it expects facts to be refused */
    struct pack_verdict verdict; /* where there is one */
    bool has_verdict;
    struct str trace; /* what came of its lives, days and names: equal ones give equal bytes */
};

/* Run one case of a pack. A case that cannot be read is one that does not hold. `like:
 * other.yaml` takes the facts of another case of the pack, with those given here in their
 * place, record by record; `packs` finds it (NULL: no case is like another). */
void case_run(struct case_result *out, const struct pack *p, struct packs *packs, struct str file,
              struct str text, struct arena *a);

/* Parses a case file as YAML and checks every key and value against pack_keys.yaml. *out NULL:
 * faults has each violation, at its line of `file`. Returns the number of faults. */
size_t case_read(const struct yvalue **out, const struct pack_finding **faults, struct str file,
                 struct str text, struct arena *a);

/* The case, parsed, with the facts of the one it is like. NULL: out->wrong. */
const struct yvalue *case_parse(struct case_result *out, const struct pack *p, struct packs *packs,
                                struct str file, struct str text, struct arena *a);
#endif
