/* Who stays away from a case (回避): whom an objection complains of, from all of its steps; who settled an objection,
 * from the decision. No document here says it, so none of its clauses is named; it never leaves a case with nobody to
 * decide it. */
#ifndef PROGRAMME_APART_H
#define PROGRAMME_APART_H
#include "programme/programme.h"

/* The field of an objection that says when its complaint was decided to keep nobody away (决定不予回避). */
#define APART_LIFTED "recusal_lifted"

/* Does the step decide that? s may be NULL. */
bool apart_lifts(const struct process_step *s);

/* What keeps who takes x->step (NULL: sends the case back) away:
 *  - an objection complains of him, by his whole name or login, and that was not decided to be without ground. The step
 *    that decides it (it changes objection.APART_LIFTED) is taken by two of whom the objections do not complain; by
 *    one of them and one who is complained of where the office has one alone; by any two where it has none;
 *  - he took a step from which x->step is kept apart (process_step.apart), while the office has enough others;
 *  - x->step is such a step itself, another took it before who is there, and after him too few would be left. */
MUST_CHECK err_t apart_check(struct flow_obstacles *to, struct db *db, const struct flow_call *x,
                             struct err *e);
#endif
