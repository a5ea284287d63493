/* Which meaning of an unclear clause counts in this instance, where it is not the usual one.
 * Offices choose it (decide/reading.h); verdicts on stored parties follow it. */
#ifndef MODEL_READING_H
#define MODEL_READING_H
#include "db/db.h"

struct reading {
    struct str ambiguity, reading, reason;
};

/* The readings chosen for a pack, by ambiguity; in the arena. */
MUST_CHECK err_t readings_load(const struct reading **out, size_t *count, struct db *db,
                               struct str pack, struct arena *a, struct err *e);
#endif
