/* Which steps lie ahead of a case. */
#ifndef PROGRAMME_AHEAD_H
#define PROGRAMME_AHEAD_H
#include "programme/programme_priv.h"

/* For each step of the process: whether the case, whose history that is, may come to it once `now` is taken (which
 * lies ahead itself) without going back to where it has been. `closed`, for each step: it is not this party's; NULL:
 * all are. */
void ahead_from(bool *out, const struct process *p, const struct process_step *now,
                const struct flow_done *all, size_t count, const bool *closed, struct arena *a);

/* The same of x->step; in x->arena. */
MUST_CHECK err_t ahead_of(const bool **out, struct db *db, struct flow_call *x, struct programme *p,
                          struct err *e);
#endif
