/* Which meaning of an unclear clause counts here, where it is not the usual one. Chosen by an
 * office that the pack names for it (switch), with a reason; every choice is a version with its
 * entry. */
#ifndef DECIDE_READING_H
#define DECIDE_READING_H
#include "decide/office.h"

struct reading {
    struct str ambiguity, reading, reason;
};

/* The readings chosen for a pack, by ambiguity. */
MUST_CHECK err_t readings_load(const struct reading **out, size_t *count, struct db *db,
                               struct str pack, struct arena *a, struct err *e);

/* Inside a store step. E_INVALID: no such ambiguity or reading, no reason; E_DENIED: the pack names
 * another office for it, or none. Again the same changes nothing. */
MUST_CHECK err_t reading_choose(bool *changed, struct db *db, const struct deed *d,
                                const struct pack *p, struct str ambiguity, struct str reading,
                                struct err *e);
#endif
