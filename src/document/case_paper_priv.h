/* Between the files of case_paper. */
#ifndef DOCUMENT_CASE_PAPER_PRIV_H
#define DOCUMENT_CASE_PAPER_PRIV_H
#include "document/case_paper.h"

struct paper_values {
    struct paper_value *ptr;
    size_t len, cap;
};

struct paper_lists {
    struct paper_list *ptr;
    size_t len, cap;
};

/* A paper of a case under way. All lives in the arena of its case. */
struct case_paper_known {
    struct step g; /* db and e: of who prepares, finishes or issues it now; `to` NULL */
    const struct case_paper_new *n;
    const struct subject *reader;    /* of records: the program */
    const struct part *paper, *from; /* from: whose blocks it has */
    const struct process_step *step; /* at which it is drawn up; NULL: at none */
    struct form_party party;
    struct str name, city, industry, centre;
    struct form_source source;
    const struct yvalue *numbers;         /* facts for the list of indicators; NULL: it has none */
    struct paper_values values, defaults; /* defaults: for what nobody entered */
    struct paper_lists lists;
    struct paper_value reviewed[3]; /* of the party, by a panel: rank, score, opinion */
    const struct jvalue *cases;     /* of which the step was taken at once: numbers; NULL: alone */
    struct arena *a;
};

/* The same in this reader or store step, with what is said now. */
static inline struct case_paper_known case_paper_within(const struct case_paper_known *known,
                                                        struct step *g,
                                                        const struct case_paper_new *n)
{
    struct case_paper_known k = *known;
    k.g.db = g->db;
    k.g.e = g->e;
    k.n = n;
    return k;
}

static inline void paper_value_add(struct paper_values *to, const char *name, struct str text,
                                   struct arena *a)
{
    if (text.len)
        VEC_PUSH(a, to, ((struct paper_value){name, text}));
}

/* Whether the paper prints, asks for or depends on a value whose name begins with `name`. */
bool case_paper_prints(const struct case_paper_known *k, const char *name);

/* The paper lists parties: of a step of several cases one paper lists them all. */
bool case_paper_lists_parties(const struct pack *pack, const struct part *paper);

/* The numbers of all cases for which the step was taken at once, from the history; NULL: only this
 * one, or the paper lists none. */
MUST_CHECK err_t case_paper_cases(const struct jvalue **out, const struct case_paper_known *k);

/* Reads the values that exist only after the step: its texts and log entry, values of its records,
 * its recipients. Inside or outside of the store step. */
MUST_CHECK err_t case_paper_read_step(struct case_paper_known *k);

/* The value of the paper that is a period which ends before the day of the paper, where the paper needs it: its name;
 * NULL: none does. k->values: all of them, what counts first. */
const char *case_paper_expired_value(struct str *ends, struct str *day,
                                     const struct case_paper_known *k);

/* Whether a paper that was not issued with its step can be issued now: k->step was taken and is in
 * effect, or the paper may precede it (step_paper.c). E_CONFLICT names the step and its actor. */
MUST_CHECK err_t step_paper_may(struct case_paper_known *k);

/* The number that such a paper has, whoever issues it: of the version that it corrects, else of the decision that
 * its step took, where no paper has that yet. Empty: it is free, or has none. *again: a paper has it already. */
MUST_CHECK err_t step_paper_number(struct str *out, bool *again, struct case_paper_known *k);

/* The same for a paper issued on request: an office issues in its own name. E_INVALID. */
MUST_CHECK err_t case_paper_issuer(struct case_paper_known *k);

/* Adds obstacles for values of a paper that an office may not change: an issuer other than itself
 * (further issuers may be named). */
MUST_CHECK err_t case_paper_check_issuer(struct step *g, const struct part *paper,
                                         const struct jvalue *values);

/* from: whose blocks the paper has */
bool case_paper_goes_through(const struct part *from, const char *list);

const struct part *case_paper_blocks_from(const struct pack *pack, const struct part *paper);
#endif
