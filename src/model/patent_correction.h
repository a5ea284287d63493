/* A unit's own corrections of publications: a layer above what all sources say, which the unit sees and
 * nobody else. It is no source: nothing of it enters a document, an index or an import.
 *
 * A correction keeps the number that it was made under and belongs to the document that a record of this
 * number would belong to (README, "Which document a record belongs to"): it stays when the document's key
 * changes, goes with it into another, comes out again when they part, and waits while the document is gone. One
 * whose key leaves the digit of the kind open is shared by the documents that fit, until they have later ones. */
#ifndef MODEL_PATENT_CORRECTION_H
#define MODEL_PATENT_CORRECTION_H
#include "db/db.h"
#include "model/patent.h"

struct patent_correction {
    int64_t id, version;   /* 0: there never was one */
    struct str number_key; /* that it was made under */
    int64_t publication;   /* that it was made on; 0: none any more */
    struct str content;    /* canonical JSON of what it states; empty: nothing, or taken back */
    int64_t changed_ms, changed_by;
    bool shared; /* its key leaves the digit of the kind open: it belongs to other documents, too */
};

/* All of the unit that belong to the publication, the latest last: two and more where documents became one.
 * own_key: the publication's key now. E_NOTFOUND: there is no such publication. */
MUST_CHECK err_t patent_corrections(const struct patent_correction **out, size_t *count,
                                    struct str *own_key, struct db *db, int64_t unit,
                                    int64_t publication, struct arena *a, struct err *e);
/* What they state together: what a later one says stands above what an earlier one does. */
MUST_CHECK err_t patent_correction_joined(struct patent_correction *out,
                                          const struct patent_correction *list, size_t count,
                                          struct arena *a, struct err *e);
/* Inside a store step; c->version is the new one, c->id is set where it was 0. */
MUST_CHECK err_t patent_correction_put(struct patent_correction *c, struct db *db, int64_t unit,
                                       struct err *e);
#endif
