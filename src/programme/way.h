/* The way that a case takes, judged when it is chosen. */
#ifndef PROGRAMME_WAY_H
#define PROGRAMME_WAY_H
#include "programme/programme_priv.h"

/* Whether the way that the fields `said` of a new subject record choose (to: province) is open to the party:
 * of the steps that this choice opens the criteria that it, and nothing else, makes fail. Outside of any store
 * step. E_INVALID, with the criterion's advice and clause; what is not known yet is no obstacle. */
MUST_CHECK err_t way_check(struct flow_call *x, struct programme *p, const struct process *process,
                           int64_t unit, const struct jvalue *said, struct err *e);
#endif
