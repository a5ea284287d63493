/* How the conditions of a case stand now, for who prepares or reviews it: each with what would mend it. */
#ifndef PROGRAMME_CASE_VERDICT_H
#define PROGRAMME_CASE_VERDICT_H
#include "programme/programme.h"

/* The question is that of the case's review; the facts are the party's as if it handed in now. */
MUST_CHECK err_t case_verdict_json(struct buf *out, struct flow_call *x, struct programme *p,
                                   struct err *e);
#endif
