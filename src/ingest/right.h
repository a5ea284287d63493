/* Who may bring publications in, asked in each step that writes them: a right that was taken
 * away ends an import that runs, also one that goes on after its process was killed. */
#ifndef INGEST_RIGHT_H
#define INGEST_RIGHT_H
#include "access/subject.h"
#include "ingest/batch_log.h"

/* Who imports, as he stands now: the program itself for account 0. */
MUST_CHECK err_t import_subject(struct subject *out, struct db *db, const struct import_by *by,
                                struct arena *a, struct err *e);
/* Inside a store step. E_DENIED: the account has not, or no longer, a role that may
 * (types/roles.yaml, `publications`). The program itself may (account 0, or `by` NULL). */
MUST_CHECK err_t import_right(struct db *db, const struct import_by *by, struct arena *a,
                              struct err *e);
/* Whether what he brings in may be an office's own data, of the day that it says: officers of the
 * province and its IP centre, and the program. What others bring is a list of theirs. */
bool import_states_offices(const struct subject *s);
#endif
