/* A unit's own corrections of publications: a layer above what all sources say, which the unit sees and
 * nobody else. It is no source: nothing of it enters a document, an index or an import. */
#ifndef MODEL_PATENT_CORRECTION_H
#define MODEL_PATENT_CORRECTION_H
#include "db/db.h"
#include "model/patent.h"

struct patent_correction {
    int64_t id, version; /* 0: there never was one */
    struct str content;  /* canonical JSON of what it states; empty: nothing, or taken back */
    int64_t changed_ms, changed_by;
};

/* E_NOTFOUND: there is no such publication. */
MUST_CHECK err_t patent_correction_get(struct patent_correction *out, struct db *db, int64_t unit,
                                       int64_t publication, struct arena *a, struct err *e);
/* Inside a store step; c->version is the new one, c->id is set where it was 0. */
MUST_CHECK err_t patent_correction_put(struct patent_correction *c, struct db *db, int64_t unit,
                                       int64_t publication, struct arena *a, struct err *e);
#endif
