/* The basis of a review. The step by which a party submits a case, and those by which an office or
 * experts review it, store the facts of that moment. The person taking a later step of this kind
 * is shown which of the party's own statements have changed since, before and after. The review
 * stands if that person says so with a reason, which the history and its log entry keep with the
 * facts (arguments.review_stands); otherwise the case is sent back and reviewed again. Changes by
 * steps, offices and the program do not count, nor rows of a list that no criterion of the policy
 * reads. */
#ifndef MATTER_REVIEW_H
#define MATTER_REVIEW_H
#include "matter/matter.h"

/* If a step of this kind has no question to pass, its actor is shown the state of each criterion
 * of the process on the current facts (an action's "verdict"), and the history and its log entry
 * keep that list. The question is the first that a step of the process asks or must pass. It
 * blocks nothing. */
MUST_CHECK err_t review_judge(struct step *g);

/* The question of the process; empty: it asks none. */
struct str review_question(const struct process *p);

/* The current list, independent of a step; NULL: the process asks no question, or the records
 * allow no verdict. x and p as for programme_case. */
MUST_CHECK err_t review_verdict(const struct jvalue **out, struct step *g);

/* The same for a taken step, from the member "verdict" of its stored result (JSON); NULL: it has
 * none. In the arena. */
MUST_CHECK err_t review_read_verdict(const struct jvalue **out, struct str result, struct arena *a,
                                     struct err *e);

/* Outside of the store step, with the facts of the case (programme_facts): adds an obstacle
 * "changed" for each change, unless the arguments say that the review stands. */
MUST_CHECK err_t review_check(struct step *g);

/* The argument of that name, given by the person taking the step or in the proposal that is being
 * confirmed; NULL: none. */
MUST_CHECK err_t review_argument(const struct jvalue **out, struct step *g, const char *name);

/* Members of what came of the step: "verdict", "review_stands", "review_changes". */
void review_note(struct flow_call *x);

/* In the store step, last: stores the facts. */
MUST_CHECK err_t review_keep(struct step *g);
#endif
