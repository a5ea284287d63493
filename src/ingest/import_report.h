/* Imports and what they change, as JSON for the command and the API alike. */
#ifndef INGEST_IMPORT_REPORT_H
#define INGEST_IMPORT_REPORT_H
#include "model/patent_undo.h"
#include "text/json.h"

void import_json(struct jout *j, const struct publication_import *i);

/* One object {publication, fields:[{field, before, after}]} for each publication after `after` of which
 * the import says something; `before` is left out of what no other source states, `after` of what is
 * gone with it. *total: of how many it speaks; *next: the last written, where more follow, else 0. */
MUST_CHECK err_t import_changes_json(struct jout *j, int64_t *total, int64_t *next, struct db *db,
                                     int64_t id, int64_t after, size_t limit, struct arena *a,
                                     struct err *e);
#endif
