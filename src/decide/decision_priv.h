/* Shared by decision.c and amend.c; used inside a store step. */
#ifndef DECIDE_DECISION_PRIV_H
#define DECIDE_DECISION_PRIV_H
#include "decide/decision.h"

/* Stores a prepared decision whose guards have passed. */
MUST_CHECK err_t decision_insert(struct kept_decision *x, struct db *db, const struct deed *d,
                                 const struct pack *p, struct err *e);
/* Ends a decision. E_CONFLICT: it has ended already. */
MUST_CHECK err_t decision_end(struct kept_decision *x, struct db *db, const struct deed *d,
                              struct err *e);
#endif
