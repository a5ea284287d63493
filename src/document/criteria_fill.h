/* The criteria a paper or form covers, as its table prints them: the operands of `zhiyun check`,
 * with display names of facts and codes, in Chinese. */
#ifndef DOCUMENT_CRITERIA_FILL_H
#define DOCUMENT_CRITERIA_FILL_H
#include "document/form_value.h"
#include "model/process.h"
#include "policy/pack_verdict.h"

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

/* For a paper: the criteria of its `questions`; without these, the criteria that `step` asks,
 * passes, needs or is refused by; without these, the criteria that steps of its process ask or
 * pass. For a form: the criteria that its cells name and those of the steps that submit it. Each
 * once. None if the facts are unknown (s->document) or s->types is NULL. `result` names records
 * that allow no verdict. */
MUST_CHECK err_t criteria_fill(struct criteria_said *out, const struct form_source *s,
                               const struct part *of, const struct process_step *step,
                               struct arena *a, struct err *e);

/* Whether a form is about any. */
bool criteria_asked(const struct pack *p, const struct part *form);

/* --- note_fill.c --- */
/* Notes of a paper on wording of its source that is broken or wrong: the quoted text is unchanged,
 * and a note below states how it is read (`noted` of an ambiguity of the pack). */

/* "三：成效一节编号为1、2、3、3；办理时：引作…", each once, in the order of the pack: for the ambiguities that `of`
 * (a form or a paper) or its process names, that a printed criterion names, or whose text the
 * quote of the step contains. said and step may be NULL. */
size_t notes_fill(const struct str **out, const struct pack *p, const struct part *of,
                  const struct process_step *step, const struct criteria_said *said,
                  struct arena *a);
#endif
