/* Which meaning of an unclear clause counts here, where it is not the usual one. Chosen by an
 * office that the pack names for it (switch), with a reason; every choice is a version with its
 * entry. */
#ifndef DECIDE_READING_H
#define DECIDE_READING_H
#include "decide/office.h"
#include "model/reading.h"
#include "policy/step_day.h"

/* Inside a store step. E_INVALID: no such ambiguity or reading, no reason; E_DENIED: the pack names
 * another office for it, or none. Again the same changes nothing. */
MUST_CHECK err_t reading_choose(bool *changed, struct db *db, const struct deed *d,
                                const struct pack *p, struct str ambiguity, struct str reading,
                                struct err *e);
/* How days are counted here in cases of a pack: as verdicts count them. */
MUST_CHECK err_t reading_counting(struct counting *how, struct db *db, const struct pack *p,
                                  const struct calendar *calendar, struct arena *a, struct err *e);
#endif
