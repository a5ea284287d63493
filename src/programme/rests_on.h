/* On what a decision against a party rests: who takes it names it, and the program holds that it is so. No
 * document here asks for it (文件未规定); a reason that rests on nothing is none. */
#ifndef PROGRAMME_RESTS_ON_H
#define PROGRAMME_RESTS_ON_H
#include "programme/programme_priv.h"

/* A decision (process_decides) whose paper tells of remedies takes arguments.rests_on, a list of texts:
 * "criterion:ID" a criterion of the pack that is not met and known not to be, "panel:NUMBER" a closed panel
 * that did not pass the case, "objection:NUMBER" an objection to the case that was upheld, "step:ID" a step
 * that was taken in the case, "record" what the case is about. What is not so stands in *to. */
MUST_CHECK err_t rests_on_check(struct flow_obstacles *to, struct flow_call *x, struct programme *p,
                                struct err *e);
/* Into the open result of the step: "rests_on": [{"on","text"}]. */
void rests_on_note(struct flow_call *x);
#endif
