/* Between the files that compare what is kept beside records. */
#ifndef RECORD_KEPT_PRIV_H
#define RECORD_KEPT_PRIV_H
#include "record/kept.h"

/* Settings have no versions: the entry of each says its value. */
MUST_CHECK err_t kept_settings(struct verify_found *found, struct db *db, struct err *e);
#endif
