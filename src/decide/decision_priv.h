/* Shared by decision.c and amend.c; inside a store step. */
#ifndef DECIDE_DECISION_PRIV_H
#define DECIDE_DECISION_PRIV_H
#include "decide/decision.h"

/* Keep a prepared one, whose guards were asked. */
MUST_CHECK err_t decision_insert(struct kept_decision *x, struct db *db, const struct deed *d,
                                 const struct pack *p, const char *action, struct err *e);
/* It does not stand any more. E_CONFLICT: so it is already. */
MUST_CHECK err_t decision_end(struct kept_decision *x, struct db *db, const struct deed *d,
                              struct err *e);
#endif
