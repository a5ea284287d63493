/* Forms and papers of the step that is looked at or taken. */
#ifndef DOCUMENT_DOCUMENT_H
#define DOCUMENT_DOCUMENT_H
#include "document/form_fill.h"
#include "matter/matter.h"

struct case_paper_known;

/* Forms and papers of a step, prepared before its store step. */
struct prepared_documents {
    VEC(struct case_paper_known *) papers; /* that the step issues (step_paper.h) */
    VEC(struct kept_form {
        const struct part *form;
        struct form_source source;
        struct form_filled filled;
    })
    forms;                       /* that it hands in (form_paper.h) */
    struct form_rows_known rows; /* read for its forms and papers, as the program sees them */
};
/* Those of x->prepared, in x's arena. */
static inline struct prepared_documents *documents_prepared(const struct flow_call *x)
{
    struct prepared *ready = x->prepared;
    if (!ready->documents) {
        ready->documents = arena_alloc(x->arena, sizeof(*ready->documents));
        if (x->looked && x->looked->documents)
            ready->documents->rows = x->looked->documents->rows;
    }
    return ready->documents;
}

/* --- hand_in.c --- */
/* Checks that the materials of x->step are complete and its commitment is accepted by an entitled person. */
MUST_CHECK err_t programme_check_submission(struct step *g);

/* --- step_paper.c --- */
/* Papers of the step: what they will say, as far as it is known before (with what lacks of those that
 * who takes it has filled), and, last in the store step, those that are whole issued. */
MUST_CHECK err_t programme_papers(struct step *g);
MUST_CHECK err_t programme_papers_settle(struct step *g);

/* --- form_json.c --- */
/* The form of a case on a page: its sections, lines and cells, as the paper would print them. */

/* {"forms":[…],"commitment":…,"updated_ms"}: cells with their value, the records it comes from and what lacks. Read
 * as x->by may read the records; each names whether he may change it. */
MUST_CHECK err_t form_json(struct buf *out, struct step *g);
#endif
