/* Rows of the table `setting`: one value for each name. */
#ifndef MODEL_SETTING_H
#define MODEL_SETTING_H
#include "db/db.h"

/* Inside a store step; the entry is the caller's. */
MUST_CHECK err_t setting_put(struct db *db, struct str name, struct str value, int64_t now_ms,
                             int64_t by, struct err *e);
#endif
