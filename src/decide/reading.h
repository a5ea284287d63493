/* Readings: the interpretation of an ambiguous clause chosen instead of the default, by an office that
 * the pack names for it (switch), with a reason. Every choice is a version with a log entry. */
#ifndef DECIDE_READING_H
#define DECIDE_READING_H
#include "decide/office.h"
#include "model/reading.h"
#include "policy/step_day.h"

/* Inside a store step; two persons of the office (pair_take): *d->waits is the proposal of the first. E_INVALID: no such
 * ambiguity or reading, or no reason; E_DENIED: the pack gives this to another office or to none. Repeating the current
 * choice changes nothing. */
MUST_CHECK err_t reading_choose(bool *changed, struct db *db, const struct deed *d,
                                const struct pack *p, struct str ambiguity, struct str reading,
                                struct err *e);
/* The rules for counting days in cases of a pack, the same as in verdicts. */
MUST_CHECK err_t reading_counting(struct counting *how, struct db *db, const struct pack *p,
                                  const struct calendar *calendar, struct arena *a, struct err *e);
#endif
