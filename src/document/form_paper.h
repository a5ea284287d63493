/* Submitted forms, stored as papers. Their content is what the submitter committed to, no longer a
 * draft, and its digest is logged. Before submission a form is filled anew on each view and marked
 * 草稿. */
#ifndef DOCUMENT_FORM_PAPER_H
#define DOCUMENT_FORM_PAPER_H
#include "document/hand_in.h"

/* True if a cell of the form shows an indicator. */
bool form_counts(const struct part *form);

/* Adds what a form prints besides records: the facts for its numbers, the names of types. */
MUST_CHECK err_t form_source_complete(struct form_source *s, const struct part *form,
                                      struct step *g);

/* Before the step: the forms of x->step filled, as `h` found them. */
MUST_CHECK err_t form_papers_fill(struct step *g, const struct hand_in *h);

/* Inside the store step, after its history line is written: stores and logs the forms. */
MUST_CHECK err_t form_papers_put(struct step *g);

/* Inside the store step of an office that fills a section of a submitted form (the recommending
 * office's opinion): stores and logs a version of the form with it. */
MUST_CHECK err_t form_papers_amend(struct step *g);

/* Is the paper of the party's data, so for it and the offices alone? */
bool form_paper_shown_to(const struct subject *s, int64_t party_unit);

/* Inside the store step that erases values of a record by law: removes the content of its owner's
 * stored forms; their digests stay (docs/evidence-log.md). */
MUST_CHECK err_t form_papers_erase(struct db *db, int64_t unit, struct err *e);
#endif
