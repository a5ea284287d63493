/* What a review rests on. The step by which a party hands a case in, and those by which an office or experts review
 * it, keep the facts of that moment. Whoever takes a later step of this kind is shown what of the party's own word has changed
 * since: before and after. The review stands where he says so, with a reason that the
 * history and its entry keep with the facts (arguments.review_stands); else the case is sent back, and what is
 * reviewed again is a review of its own. What steps, offices and the program themselves wrote since is
 * no change of this kind, nor a row of a list that no criterion of the policy reads. */
#ifndef PROGRAMME_REVIEW_H
#define PROGRAMME_REVIEW_H
#include "programme/programme_priv.h"

/* Where such a step must pass no question of its own, who takes it is shown how
 * each condition of the process stands on the facts of that moment (an action's "verdict"), and the history and
 * its entry keep that list: the question is the first that a step of the process asks or must pass. It stands
 * against nothing. */
MUST_CHECK err_t review_judge(struct flow_call *x, struct programme *p, struct err *e);
/* The question of the process; empty: it asks none. */
struct str review_question(const struct process *p);
/* That list as it stands now, whatever step is to come; empty: the process asks nothing, or of these records
 * no verdict can be given. x and p as of programme_case. */
MUST_CHECK err_t review_verdict(struct str *out, struct flow_call *x, struct programme *p,
                                struct err *e);
/* The same of a step that was taken: what came of it (JSON, as the history keeps it) has it as "verdict"; empty: it
 * has none. In the arena. */
MUST_CHECK err_t review_kept(struct str *out, struct str result, struct arena *a, struct err *e);
/* Outside of the store step, with the facts of the case (programme_facts): obstacles "changed", one
 * for each thing, where nothing says that the review stands. */
MUST_CHECK err_t review_look(struct flow_obstacles *to, struct flow_call *x, struct programme *p,
                             struct err *e);
/* What who takes the step says under a name of its arguments, or who proposed what he confirms; NULL:
 * nothing. */
MUST_CHECK err_t review_said(const struct jvalue **out, const struct flow_call *x,
                             const struct programme *p, const char *name, struct err *e);
/* Members of what came of the step: "verdict", "review_stands", "review_changes". */
void review_note(struct flow_call *x);
/* In the store step, last: the facts are kept. */
MUST_CHECK err_t review_keep(struct db *db, struct flow_call *x, struct err *e);
#endif
