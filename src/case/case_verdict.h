/* The current state of the criteria of a case, each with its remedy, for those who prepare or
 * review it. */
#ifndef CASE_CASE_VERDICT_H
#define CASE_CASE_VERDICT_H
#include "case/case.h"

/* The question is that of the case's review; the facts are the party's as if it handed in now. */
MUST_CHECK err_t case_verdict_json(struct buf *out, struct step *g);
#endif
