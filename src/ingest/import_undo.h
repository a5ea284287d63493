/* Imports as those see them who may: whose they are, and taking one back (model/patent_undo.h). */
#ifndef INGEST_IMPORT_UNDO_H
#define INGEST_IMPORT_UNDO_H
#include "access/deed.h"
#include "db/store.h"
#include "ingest/batch_log.h"
#include "model/patent_undo.h"

/* Whose imports one sees and may take back: those of his unit; an officer of the province, or of its
 * IP centre, those of all units there and those of the program. The program itself: all. */
MUST_CHECK err_t import_reach(bool *out, struct db *db, const struct subject *s,
                              const struct publication_import *i, struct err *e);
/* The import of that number, where he reaches it; else E_NOTFOUND. */
MUST_CHECK err_t import_get(struct publication_import *out, struct db *db, const struct subject *s,
                            int64_t id, struct arena *a, struct err *e);

/* Takes it back, in short steps, each with its entry; goes on with one that was broken off. *out is
 * what it then is. E_NOTFOUND; E_DENIED: he may bring no publications in; E_CONFLICT: it was taken
 * back, or it is from before it was known what an import states. */
MUST_CHECK err_t import_undo(struct publication_import *out, struct store *store,
                             const struct deed *d, int64_t id, struct err *e);

/* A file is what it was read as last: takes back the imports before `id` of the same unit that read the same file (its
 * SHA-256, hex) otherwise, by other maps or options, as import_undo does. *ids: them, in `a`. By nobody (`by` NULL):
 * none. */
MUST_CHECK err_t import_replace(const int64_t **ids, size_t *count, struct store *store,
                                const struct import_by *by, struct str digest, int64_t id,
                                struct arena *a, struct err *e);

/* Inside a step of an import that goes on. E_CONFLICT: it was taken back meanwhile. */
MUST_CHECK err_t import_stands(struct db *db, int64_t id, struct arena *a, struct err *e);
#endif
