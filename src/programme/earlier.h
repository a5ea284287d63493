/* Who was recognised before a document came is taken into its register by what recognised him: the number and the file
 * of that document, and its day, which lies before the first day of the one that takes him over. No text says how; what
 * is asked is what shows that there was such a recognition at all. Of steps that write `record centre
 * entered=of:TYPE.FIELD`, whose case moves the record of that type. */
#ifndef PROGRAMME_EARLIER_H
#define PROGRAMME_EARLIER_H
#include "programme/programme.h"

/* Missing inputs of x->step; none for other kinds of step. */
MUST_CHECK err_t earlier_check(struct flow_obstacles *to, struct db *db, const struct flow_call *x,
                               const struct programme *p, struct err *e);
/* The same where a case of such a process begins about the record: E_INVALID. Nobody could add it later. */
MUST_CHECK err_t earlier_begins(struct db *db, const struct flow_call *x, const struct programme *p,
                                const struct record_type *t, int64_t record, struct err *e);
#endif
