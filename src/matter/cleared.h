/* Steps that move a record to a state whose own transitions require a disclosure check
 * (record/clearing.h) require the same check: the person taking the step is shown each place
 * found, in the record's texts and in its files, and states for each why it may stay
 * (arguments.clears). The history keeps the answers. */
#ifndef MATTER_CLEARED_H
#define MATTER_CLEARED_H
#include "matter/matter.h"

/* Outside of the store step: obstacles "sensitive", one for each field with places that are not answered. */
MUST_CHECK err_t cleared_look(struct step *g);

/* A member of what came of the step: "cleared". */
void cleared_note(struct flow_call *x);
#endif
