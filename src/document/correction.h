/* 更正: what a decision says after its corrections (types/correction.yaml), and its papers issued again under their numbers.
 * The papers as they were issued, and the facts as they were filed, stay. */
#ifndef DOCUMENT_CORRECTION_H
#define DOCUMENT_CORRECTION_H
#include "document/document.h"

#define CORRECTION_TYPE "correction"

enum { CORRECTED_NAME, CORRECTED_PARTY, CORRECTED_CODE, CORRECTED_DAY, CORRECTED_COUNT };
extern const char *const correction_fields[]; /* of the record, in this order */

struct correction {
    int64_t id;                       /* 0: the decision as it was made */
    bool renames;                     /* by a document, no mistake */
    struct str said[CORRECTED_COUNT]; /* empty: the decision does not say it */
    struct str renamed_on, document_no, changes;
};

/* The latest correction of the case g->x->c before the record `before` (0: of all), else the decision. */
MUST_CHECK err_t correction_read(struct correction *out, struct step *g, int64_t before);

/* The recognition that the case g->x->c decided; 0: none. */
MUST_CHECK err_t correction_recognition(int64_t *id, struct step *g);

/* Whether the step corrects. */
bool correction_written(const struct process_step *s);

/* Inside the store step: issues again the papers of the decision that say `was`. A new name asks for a new certificate only.
 * Where no paper says it, and nothing of it is on record (`recognised`), that is an obstacle. */
MUST_CHECK err_t correction_issue(struct step *g, const struct correction *was,
                                  const struct correction *is, bool recognised);
#endif
