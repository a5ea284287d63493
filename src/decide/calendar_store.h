/* Tables of working days published after this program was built, as stored. The table of a year is
 * never replaced; a different one is rejected. */
#ifndef DECIDE_CALENDAR_STORE_H
#define DECIDE_CALENDAR_STORE_H
#include "access/deed.h"
#include "policy/calendar.h"

/* All years of the store, in the arena. */
MUST_CHECK err_t calendar_load(const struct calendar **out, struct db *db, struct arena *a,
                               struct err *e);

/* Stores the table of a year with a log entry; *added false: it is stored already. Inside a store step.
 * E_CONFLICT: another table is stored, with the first differing day; E_INVALID: the previous year has
 * no table yet. */
MUST_CHECK err_t calendar_add(bool *added, struct db *db, const struct deed *d,
                              const struct calendar_year *y, struct err *e);
#endif
