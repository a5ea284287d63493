/* What was done with an instance as a whole, in its log: versions of the one thing of the
 * type "instance", so that who took a copy, and to where it was set back, is provable. */
#ifndef BACKUP_NOTE_H
#define BACKUP_NOTE_H
#include "access/deed.h"
#include "db/store.h"

/* fields sorted by name. */
MUST_CHECK err_t instance_note(struct store *store, const struct log_suite *suite,
                               const struct clock *clock, const char *action,
                               const struct deed_field *fields, size_t count, struct arena *a,
                               struct err *e);
/* When it was done last; 0: never. */
MUST_CHECK err_t instance_noted(int64_t *at_ms, struct db *db, const char *action, struct err *e);
#endif
