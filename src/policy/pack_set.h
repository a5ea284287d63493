/* Changing the number of a criterion, to see what would follow from it. */
#ifndef POLICY_PACK_SET_H
#define POLICY_PACK_SET_H
#include "policy/pack_copy.h"

/* `change`: "staff-count=8", "cumulative-amount=200 万元"; without a unit, that of the
 * pack. In its test and in those of its readings. E_INVALID: no such criterion, one that compares
 * with no number or with several, another unit. */
MUST_CHECK err_t pack_set(struct pack_copy *copy, struct str change, struct arena *a,
                          struct err *e);
#endif
