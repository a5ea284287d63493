/* What a unit may begin: every process of the policies of its place that its people begin, one for each open call
 * where the process takes applications. */
#ifndef PROGRAMME_BEGINNINGS_H
#define PROGRAMME_BEGINNINGS_H
#include "programme/programme.h"

/* {"items":[…],"total","next"}; of the unit of x->by. A process that others begin is none of its. */
MUST_CHECK err_t beginnings_json(struct buf *out, struct flow_call *x, struct programme *p,
                                 struct err *e);
#endif
