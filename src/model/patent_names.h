/* Names of parties are compared, and places read, by the rule of this program. A record keeps its parties with their
 * addresses as they came and is read with the keys and the region of today; what was made of records under another rule,
 * merged documents and the index, is made again once, at the next start. */
#ifndef MODEL_PATENT_NAMES_H
#define MODEL_PATENT_NAMES_H
#include "db/db.h"

/* *out: there are some; *count: of all publications. */
MUST_CHECK err_t patent_names_wait(bool *out, int64_t *count, struct db *db, struct err *e);
/* Inside a store step: looks at some publications; *more false: all were. */
MUST_CHECK err_t patent_names_step(bool *more, struct db *db, struct arena *a, struct err *e);
#endif
