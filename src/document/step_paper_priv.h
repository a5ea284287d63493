/* Between the files of step_paper. */
#ifndef DOCUMENT_STEP_PAPER_PRIV_H
#define DOCUMENT_STEP_PAPER_PRIV_H
#include "document/step_paper.h"

struct issued_paper {
    int64_t at_ms;
    struct str number, entered;
};

struct issued_papers {
    const struct issued_paper *ptr;
    size_t len;
};

/* Values that are there once the step is taken, and not before. */
bool step_paper_comes_with(struct str name);

/* The paper of the case, and of others with it, as it was issued from that moment on, in order. */
MUST_CHECK err_t step_paper_issued_from(struct issued_papers *out, struct step *g, struct str paper,
                                        int64_t from_ms);

/* When the paper was first issued since one of its steps was last taken; 0: it was not. In or
 * outside of a store step. */
MUST_CHECK err_t step_paper_issued(int64_t *at_ms, struct step *g, const struct part *paper);

/* Papers that precede their step: the notice required for publication, the minutes of a decision.
 * A paper that announces a decision comes with it. */
bool step_paper_comes_before(const struct part *paper);
#endif
