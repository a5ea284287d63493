/* A step that brings a record to a state which its own transitions reach only by a look for what must not go out
 * unseen (record/clearing.h) asks for the same: who takes the step is shown each place, in the record's texts and in
 * those of its files, and says of each why it may stay (arguments.clears). The history keeps the answers. */
#ifndef PROGRAMME_CLEARED_H
#define PROGRAMME_CLEARED_H
#include "programme/programme_priv.h"

/* Outside of the store step: obstacles "sensitive", one for each field with places that are not answered. */
MUST_CHECK err_t cleared_look(struct flow_obstacles *to, struct flow_call *x, struct programme *p,
                              struct err *e);
/* A member of what came of the step: "cleared". */
void cleared_note(struct flow_call *x);
#endif
