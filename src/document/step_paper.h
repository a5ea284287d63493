/* Papers that a step issues (section `papers` of a pack, by its `steps`), in the store step that
 * takes it, if no value is missing. Missing values are entered by the person taking the step
 * (arguments.papers); otherwise the paper is pending in the 待办 of that office, and no decision is
 * served before it is issued. A step whose paper states remedies, or is `with_step`, cannot be
 * taken without it. */
#ifndef DOCUMENT_STEP_PAPER_H
#define DOCUMENT_STEP_PAPER_H
#include "document/case_paper.h"

#define STEP_PAPERS_MAX 8

/* Papers of taken steps that have not been issued since. */
struct paper_due {
    const struct part *paper; /* of the pack */
    struct str step, label;   /* at which it is to be drawn up */
    struct str since;         /* business date of the step */
};

/* In the order of the history; x and p as of programme_case. */
MUST_CHECK err_t papers_due(const struct paper_due **out, size_t *count, struct step *g);

/* Inputs that the papers of a step require. */
struct paper_lack {
    struct str name; /* policy/paper_value.h */
    struct str json, source,
        date; /* a value that is offered, whence and of what day; json empty: none */
};

struct paper_asked {
    const struct part *paper;
    bool required; /* the step is not taken without it */
    bool number;   /* its document number is said, or a mark of these by which it is numbered */
    const struct str *marks;
    size_t mark_count;
    const struct paper_lack *lacks;
    size_t lack_count;
};

/* Papers of x->step as prepared by look (x->prepared); room for STEP_PAPERS_MAX. */
MUST_CHECK err_t programme_papers_asked(struct paper_asked *out, size_t *count, struct step *g);

/* JSON Pointer to the value of a paper, or its number, in the body of a step. */
struct str paper_value_pointer(const struct part *paper, struct str name, struct arena *a);

/* Adds an obstacle for each value missing in the filled paper. before_step: except values that
 * exist once the step is taken. */
void paper_gaps(struct flow_obstacles *to, const struct part *paper,
                const struct paper_filled *filled, const struct record_types *types,
                bool before_step);

/* May who reads the case read this paper of it? One of the office's own file is for offices; a form
 * that `party` handed in is for these and for it. */
bool paper_shown_to(const struct subject *s, const struct pack *pack, struct str paper,
                    int64_t party);

/* When one of the paper's steps was last taken in the case, except the one that x takes; 0: never.
 */
MUST_CHECK err_t step_paper_since(int64_t *at_ms, struct step *g, const struct part *paper);

/* In a store step: checks that the step with which the paper was issued is in effect. E_CONFLICT:
 * it was undone; x is of the paper's case or of another that has it. */
MUST_CHECK err_t step_paper_counts(struct step *g, const struct case_paper *c);

/* Inside the store step that issued it: it is to be issued no more. */
MUST_CHECK err_t paper_due_over(struct step *g, const struct case_paper *c);
#endif
