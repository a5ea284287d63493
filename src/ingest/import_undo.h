/* Imports as those see them who may: whose they are, and taking one back (model/patent_undo.h). */
#ifndef INGEST_IMPORT_UNDO_H
#define INGEST_IMPORT_UNDO_H
#include "access/deed.h"
#include "ingest/batch_log.h"
#include "model/patent_undo.h"
#include "model/store_read.h"

/* Whose imports one sees and may take back: those of his unit; an officer of the province, or of its
 * IP centre, those of all units there and those of the program. The program itself: all. */
struct publication_reach import_reach(const struct subject *s);

/* Asked between steps whether to end: its process stops. */
struct import_stop {
    bool (*asked)(void *arg); /* NULL: never */
    void *arg;
};

/* Takes it back, in short steps, each with its entry; goes on with one that was broken off. *out is
 * what it then is: undone, or, where it was asked to stop, undoing; the rest is import_undo_rest's.
 * E_NOTFOUND; E_DENIED: he may bring no publications in; E_CONFLICT: it was taken
 * back, or it is from before it was known what an import states. */
MUST_CHECK err_t import_undo(struct publication_import *out, struct store *store,
                             const struct deed *d, int64_t id, const struct import_stop *stop,
                             struct err *e);

/* Goes on with all that are being taken back: a process that did it was killed or stopped. Beside one that still does,
 * each takes a part. */
MUST_CHECK err_t import_undo_rest(struct store *store, const struct log_suite *suite,
                                  const struct clock *clock, const struct import_stop *stop,
                                  struct err *e);
MUST_CHECK err_t import_undo_waits(bool *out, struct db *db, struct err *e);

/* Where, by whom, and whether to go on. */
struct taking_back {
    struct store *store;
    const struct import_by *by; /* NULL: nobody */
    const struct import_stop *stop;
};
/* A file is what it was read as last: takes back the imports before i->id of the same unit that read the same file
 * (i->digest) otherwise, by other maps or options, as import_undo does. *out: them, in `a`. By nobody: none. E_BUSY: it was
 * asked to stop. */
MUST_CHECK err_t import_replace(struct ids *out, const struct taking_back *t,
                                const struct publication_import *i, struct arena *a, struct err *e);

/* Inside a step of an import that goes on. E_CONFLICT: it was taken back meanwhile. */
MUST_CHECK err_t import_stands(struct db *db, int64_t id, struct arena *a, struct err *e);
#endif
