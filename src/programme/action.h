/* Between the files that make GET /cases/{id}/actions: what may be done in a case, and what the request for it says. */
#ifndef PROGRAMME_ACTION_H
#define PROGRAMME_ACTION_H
#include "programme/entered.h"
#include "programme/programme_priv.h"

/* A value: what the request for x->step says, as it was looked at (x->prepared): {"reason","basis",…}. */
MUST_CHECK err_t action_input_json(struct jout *j, struct flow_call *x, struct programme *p,
                                   struct err *e);
/* Fills in the prefilled values of the fields that a step enters, from the record that it changes, the day and defaults, and
 * lists the records that it may name. */
MUST_CHECK err_t action_offer(struct entered *what, struct flow_call *x, struct programme *p,
                              struct err *e);
/* Items of an open array: what every case allows beside its steps (flow.h), as far as it is open to x->by. */
MUST_CHECK err_t action_asides_json(struct jout *j, int64_t *count, struct flow_call *x,
                                    struct programme *p, struct err *e);
#endif
