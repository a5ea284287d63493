/* A step against a party for its silence (逾期未提交), and the notice that has to be out before: who handed in was not
 * silent, and to whom nothing was served in time nobody's period ran. No document says it; it protects whom it
 * concerns, so it stands under no clause. */
#ifndef PROGRAMME_SILENCE_H
#define PROGRAMME_SILENCE_H

#include "programme/programme.h"

/* In the store step, or with a reader: what stands against x->step because of it. `served` of a step that is taken for
 * silence counts within the party's period alone; `unserved` is refused once the paper was served in it, unless the
 * party did its step since and has the case again. */
MUST_CHECK err_t silence_check(struct flow_obstacles *to, struct db *db, struct flow_call *x,
                               struct programme *p, struct err *e);
/* E_CONFLICT: the case is sent back to a stage in which the party's period ran, after that is over: what it did in time
 * would stand as late, or as not done. */
MUST_CHECK err_t silence_back(struct db *db, struct flow_call *x, const struct flow_done *all,
                              size_t count, struct str stage, struct programme *p, struct err *e);

#endif
