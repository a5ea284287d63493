/* Going on against a condition. An office's step that asks a question is refused where the answer is no; where it is
 * left open, whoever takes the step says why he goes on, of each criterion that is not known: arguments.against,
 * {"criterion": "why", …}; what experts judge, and what only advises, needs none. The history and its entry keep it,
 * papers print it, and the second person confirms the same. What the case says already, by an earlier step, is not
 * asked again until the case begins anew. */
#ifndef PROGRAMME_AGAINST_H
#define PROGRAMME_AGAINST_H
#include "programme/programme_priv.h"

/* Outside of the store step. Obstacles "against", one for each criterion of which nothing is said, with the facts
 * that it lacks; sets what against_note writes. While the step is looked at: what there is to say, and no obstacle. */
MUST_CHECK err_t against_look(struct flow_obstacles *to, struct flow_call *x, struct programme *p,
                              struct err *e);
/* The member "against" of what came of the step: [{"criterion","clause","quote","pass","why"}, …]. */
void against_note(struct flow_call *x);

/* Reasons given for advisory conditions by the steps of the case since it began (or restarted), the current step last. */
struct against {
    const struct jvalue **lists; /* as against_note wrote them, oldest first */
    size_t count;
};
MUST_CHECK err_t against_read(struct against *out, struct db *db, const struct flow_call *x,
                              struct err *e);
/* Why the case went on against a criterion that is not met (NO) or not known; empty: nothing is said. Borrowed. */
struct str against_why(const struct against *said, struct str criterion, enum truth pass);
#endif
