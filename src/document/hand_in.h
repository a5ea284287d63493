/* What a step submits and what is missing: the source of both the party's checklist and the
 * reasons why a submission is refused.
 *
 * The program reads the records as for a verdict, so the result does not depend on the reader. */
#ifndef DOCUMENT_HAND_IN_H
#define DOCUMENT_HAND_IN_H
#include "document/document.h"

struct hand_in_cell { /* a required cell of a form that has no value */
    const struct part *form;
    struct str label;
    const struct part *cell;
    const struct form_gap *gaps; /* the fields that it wants, none of them another cell's or a
                                    required material's */
    size_t gap_count;
};

struct hand_in {
    const struct process_step *step; /* NULL: the process hands nothing in */
    const struct hand_in_cell *lacks;
    size_t lack_count;
    const struct form_material *materials; /* of the process, in the order of the pack */
    size_t material_count;
    const struct hand_in_form { /* laid out by the document, with the records that fill them */
        const struct part *form;
        struct form_source source;
    } * forms;
    size_t form_count;
    struct str commitment; /* the exact words, with the centre's name in them; empty: none */
    struct str digest;     /* SHA-256 of these, lower-case hex */
    struct citation from;  /* of the form that has them */
};

/* The checklist of one step; out->step NULL: the step submits nothing. x and p as for programme_case. */
MUST_CHECK err_t hand_in_of(struct hand_in *out, struct step *g, const struct process_step *step);

/* The step that hands in, of several the first that is this party's; NULL: the process hands nothing in. Sets
 * x->step. */
MUST_CHECK err_t hand_in_find(const struct process_step **out, struct step *g);

/* The checklist of that step. */
MUST_CHECK err_t hand_in_of_case(struct hand_in *out, struct step *g);

/* Whether a missing material blocks the step. */
static inline bool hand_in_needs(const struct form_material *m)
{
    return m->required && m->lacking;
}

/* The commitment as the case's party accepted it last; digest empty: it has not. */
MUST_CHECK err_t hand_in_accepted(struct form_acceptance *out, struct db *db, int64_t case_id,
                                  struct arena *a, struct err *e);

/* Members of an open object; named: whether the reader may know which record it is. */
void hand_in_gap_json(struct jout *j, const struct form_gap *g, bool named);

/* The member "commitment". */
void hand_in_commitment_json(struct jout *j, const struct hand_in *h,
                             const struct form_acceptance *by);

/* The checklist of a case: {"action","label","complete","cells":[…],"materials":[…],
 * "commitment":…}. Each incomplete field is listed once, under its cell or material, with its
 * record. Only the party learns which records lack a file, and the commitment before it is accepted. */
MUST_CHECK err_t hand_in_json(struct buf *out, struct step *g);
#endif
