/* Going on against a condition that is not met, or not known. An office's step that asks a question is refused where
 * the answer is no; where it is left open, whoever takes the step says of each criterion that is not met or not known
 * why he goes on: arguments.against, {"criterion": "why", …}. The history and its entry keep it, and the second person
 * confirms the same. What a later step of the process has judged is not known yet, and is no matter of this. */
#ifndef PROGRAMME_AGAINST_H
#define PROGRAMME_AGAINST_H
#include "programme/programme_priv.h"

/* Obstacles "against", one for each criterion of which nothing is said; sets what against_note writes. */
MUST_CHECK err_t against_look(struct flow_obstacles *to, struct flow_call *x, struct programme *p,
                              struct err *e);
/* The member "against" of what came of the step. */
void against_note(struct flow_call *x);
#endif
