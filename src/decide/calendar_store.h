/* Tables of working days that were announced after the program was made, as the store
 * keeps them. A year once there is never another: what differs is refused. */
#ifndef DECIDE_CALENDAR_STORE_H
#define DECIDE_CALENDAR_STORE_H
#include "access/deed.h"
#include "policy/calendar.h"

/* All years of the store, in the arena. */
MUST_CHECK err_t calendar_load(const struct calendar **out, struct db *db, struct arena *a,
                               struct err *e);

/* Keep a year's table, with its entry in the log; *added false: it is known, and the same.
 * Inside a store step. E_CONFLICT: it is known and another, with the first day that differs;
 * E_INVALID: the year before it has no table yet. */
MUST_CHECK err_t calendar_add(bool *added, struct db *db, const struct deed *d,
                              const struct calendar_year *y, struct err *e);
#endif
