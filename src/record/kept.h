/* Compares data stored outside of records with the log: the history of cases, issued papers,
 * panels with their draws, members and sheets, decisions, deadlines, settings. The table in kept.c
 * lists for each the entries that its rows follow from. */
#ifndef RECORD_KEPT_H
#define RECORD_KEPT_H
#include "audit/verify.h"

/* Adds what it finds to what was found before. */
MUST_CHECK err_t kept_compare(struct verify_found *found, struct db *db, struct err *e);

/* Notes a difference in `field`; only the first is kept. */
void verify_differs(struct verify_found *found, struct str type, int64_t id,
                    enum verify_difference what, struct str field);
#endif
