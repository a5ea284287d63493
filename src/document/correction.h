/* 更正: what a decision says after its corrections (types/correction.yaml), and its papers issued again under their numbers.
 * The papers as they were issued, and the facts as they were filed, stay. */
#ifndef DOCUMENT_CORRECTION_H
#define DOCUMENT_CORRECTION_H
#include "document/document.h"

#define CORRECTION_TYPE "correction"

enum { CORRECTED_NAME, CORRECTED_PARTY, CORRECTED_CODE, CORRECTED_DAY, CORRECTED_COUNT };
extern const char *const correction_fields[CORRECTED_COUNT]; /* of the record */

struct correction {
    struct str said[CORRECTED_COUNT]; /* empty: the decision does not say it */
    int64_t recognition, centre;      /* what it put on record; 0: nothing */
    struct str former, left;          /* of the centre in the register */
    struct str renamed_on, rename_no,
        changes; /* of the latest correction; rename_no: the document of a new name */
};

/* The decision of the case g->x->c as it stands. */
MUST_CHECK err_t correction_read(struct correction *out, struct step *g);

/* Inside the store step: issues again the papers of the decision that say `was` instead of `is`. A new name asks for a new
 * certificate only. *issued: how many. */
MUST_CHECK err_t correction_issue(size_t *issued, struct step *g, const struct correction *was,
                                  const struct correction *is);
#endif
