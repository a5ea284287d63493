/* Tables of working days published after this program was built, as stored. A table is replaced only by a correction;
 * every version keeps its table. */
#ifndef DECIDE_CALENDAR_STORE_H
#define DECIDE_CALENDAR_STORE_H
#include "access/deed.h"
#include "model/store_read.h"
#include "policy/calendar.h"

/* All years of the store, in the arena. */
MUST_CHECK err_t calendar_load(const struct calendar **out, struct db *db, struct arena *a,
                               struct err *e);

/* Stores the table of a year with a log entry; *added false: it is stored already. `correct`: it replaces another one that
 * was stored, and open deadlines that end in the year or later are marked to be counted again. Inside a store step.
 * E_CONFLICT: another table is known, with the first differing day; E_INVALID: the previous year has no table yet. */
MUST_CHECK err_t calendar_add(bool *added, struct db *db, const struct deed *d,
                              const struct calendar_year *y, bool correct, struct err *e);
#endif
