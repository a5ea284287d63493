/* The cases a unit can begin: the processes of its region's policies that its staff begin, one
 * entry per open call for processes that take applications. */
#ifndef CASE_BEGINNINGS_H
#define CASE_BEGINNINGS_H
#include "case/case.h"

/* {"items":[…],"total","next"}; of the unit of x->by. A process that others begin is none of its. Of another `unit` (0:
 * none): what the office of x->by begins about it. */
MUST_CHECK err_t beginnings_json(struct buf *out, struct step *g, int64_t unit);
#endif
