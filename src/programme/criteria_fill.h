/* What the policy says of each criterion that a paper or a form is about, as its table prints it: the operands
 * of `zhiyun check` with facts and codes called as people call them, in Chinese. */
#ifndef PROGRAMME_CRITERIA_FILL_H
#define PROGRAMME_CRITERIA_FILL_H
#include "model/process.h"
#include "policy/pack_verdict.h"
#include "programme/form_value.h"

struct criterion_said { /* no text is empty */
    const struct criterion *of;
    enum truth pass;
    struct str quote, clause, verdict;
    struct str
        operands; /* the number beside what is asked for, what it was made of, what is missing; a
                            line each */
    struct str words; /* whose word its facts are; a line for each body */
};
struct criteria_said {
    struct str
        result; /* "申报：符合（2026年2月2日）"; empty: nothing is said, and there are no items */
    const struct criterion_said *items;
    size_t count;
};

/* Of a paper: the criteria of its `questions`; where it names none, those that `step` asks, passes, needs
 * or is refused by; where that is none, those that steps of its process ask or pass. Of a form: those that
 * its cells name, and of the steps that hand it in. Each once. Nothing where the facts are not known
 * (s->document) or s->types is NULL. Records of which no verdict can be given are told in `result`. */
MUST_CHECK err_t criteria_fill(struct criteria_said *out, const struct form_source *s,
                               const struct part *of, const struct process_step *step,
                               struct arena *a, struct err *e);
/* Whether a form is about any. */
bool criteria_asked(const struct pack *p, const struct part *form);
#endif
