/* Forms that a step hands in, kept as papers: what stands in them is what who took the step committed
 * to, with its digest in the log, and no draft. Until then a form is filled anew whenever somebody looks
 * at it, and marked 草稿. */
#ifndef PROGRAMME_FORM_PAPER_H
#define PROGRAMME_FORM_PAPER_H
#include "programme/hand_in.h"

/* Adds what a form prints besides records: the facts for its numbers, the names of types. */
MUST_CHECK err_t form_source_complete(struct form_source *s, const struct part *form,
                                      struct flow_call *x, struct programme *p, struct err *e);
/* Before the step: the forms of x->step filled, as `h` found them. */
MUST_CHECK err_t form_papers_fill(struct flow_call *x, struct programme *p, const struct hand_in *h,
                                  struct err *e);
/* Within it, once its line stands in the history: kept and logged. */
MUST_CHECK err_t form_papers_put(struct db *db, struct flow_call *x, struct programme *p,
                                 struct err *e);
/* Within it, where an office's step says what a section of a form that was handed in is for (the recommending
 * office's opinion): a version of the form with it, kept and logged. */
MUST_CHECK err_t form_papers_again(struct db *db, struct flow_call *x, struct programme *p,
                                   struct err *e);
/* Is the paper of the party's data, so for it and the offices alone? */
bool form_paper_shown_to(const struct subject *s, int64_t party_unit);
/* Inside the store step in which values of a record were erased by law: the kept forms of its owner lose
 * their content; their digests stay (docs/evidence-log.md). */
MUST_CHECK err_t form_papers_erase(struct db *db, int64_t unit, struct err *e);
#endif
