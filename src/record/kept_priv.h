/* Shared by the files that compare data stored outside of records. */
#ifndef RECORD_KEPT_PRIV_H
#define RECORD_KEPT_PRIV_H
#include "record/kept.h"

/* Settings have no versions: their value is in the log entry. */
MUST_CHECK err_t kept_settings(struct verify_found *found, struct db *db, struct err *e);
#endif
