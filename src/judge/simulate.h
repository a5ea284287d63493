/* Parties whose verdict differs under a changed pack. */
#ifndef JUDGE_SIMULATE_H
#define JUDGE_SIMULATE_H
#include "judge/many.h"

struct turned { /* a criterion with another result */
    struct str id, clause;
    enum truth before, after;
    struct str value, needs; /* of the changed pack; empty: none */
};

struct changed_party {
    int64_t unit;
    struct str code, name;
    enum truth before, after; /* the verdicts */
    const struct turned *because;
    size_t because_count;
};

struct refused_party {
    struct str code, name, why;
};

struct simulation {
    size_t judged;
    size_t outside;                      /* parties outside of the pack's jurisdiction */
    const struct changed_party *changed; /* by unit */
    size_t changed_count;
    const struct refused_party *refused; /* parties with invalid facts */
    size_t refused_count;
};

/* m->packs: the current and the changed pack (policy/pack_set.h). */
MUST_CHECK err_t simulate(struct simulation *out, const struct many *m, struct arena *a,
                          struct err *e);
/* {"pack","question","as_of","judged","outside","changed":[{"party","name","before","after",
 * "because":[{"criterion","clause","before","after","value","needs"}]}],"items":[{"party","name",
 * "from","to",… as in "because"}],"refused":[…]} */
void simulation_json(struct jout *j, const struct simulation *s, const struct many *m);
#endif
