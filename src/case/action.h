/* Shared by the files that make GET /cases/{id}/actions: the actions of a case and the inputs of
 * each. */
#ifndef CASE_ACTION_H
#define CASE_ACTION_H
#include "case/case.h"

/* Fills *what with the fields, values and choices that x->step asks for. Adds an obstacle if the step changes the state
 * of a record that its taker chooses and x->by may see none whose state it can change. */
MUST_CHECK err_t action_entered(struct entered *what, struct step *g);

/* Writes a value: the input of x->step, as prepared by flow_find_obstacles (x->prepared):
 * {"reason","basis",…}. */
MUST_CHECK err_t action_input_json(struct jout *j, const struct entered *what, struct step *g);

/* Fills in the prefilled values of the fields that a step enters, from the record that it changes, the day and defaults, and
 * lists the records that it may name. */
MUST_CHECK err_t action_offer(struct entered *what, struct step *g);

/* Writes items of an open array: the actions every case allows (case.h) that are open to x->by. */
MUST_CHECK err_t action_general_json(struct jout *j, int64_t *count, struct step *g);
#endif
