/* The searches for suspicious records: one function for each kind of flag, each in its own file. */
#ifndef INTEGRITY_SUSPECT_H
#define INTEGRITY_SUSPECT_H
#include "integrity/check.h"

typedef err_t (*suspect_fn)(struct checking *c, struct err *e);

/* Two records that claim one thing. */
MUST_CHECK err_t suspect_twice(struct checking *c, struct err *e);
/* Deals whose parties are of one hand: equal values in what a type's `kinship` names. */
MUST_CHECK err_t suspect_related(struct checking *c, struct err *e);
/* Evidence changed after an application or annual report was submitted that counted it. */
MUST_CHECK err_t suspect_edited(struct checking *c, struct err *e);
/* Patents that a party claims and the list of abnormal filings names, and decisions that
 * counted them. */
MUST_CHECK err_t suspect_abnormal(struct checking *c, struct err *e);
/* Persons who are full-time staff of two units at once. */
MUST_CHECK err_t suspect_full_time(struct checking *c, struct err *e);
extern const suspect_fn suspects[]; /* ends with NULL */
#endif
