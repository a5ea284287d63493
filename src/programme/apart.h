/* Who stays away from a case (回避): whom an objection complains of, from all of its steps and what is done
 * beside them: opinions, forwards, copies, urging, papers, seals, services, panels; who settled an objection,
 * from the decision. No document here says it, so none of its clauses is named; where it leaves
 * nobody to decide a case, it is said who makes somebody that can. */
#ifndef PROGRAMME_APART_H
#define PROGRAMME_APART_H
#include "programme/programme.h"

/* The field of an objection that says when its complaint was decided to keep nobody away (决定不予回避). */
#define APART_LIFTED "recusal_lifted"

/* Does the step decide that? s may be NULL. */
bool apart_lifts(const struct process_step *s);
/* The objections of the case of which that is still to be decided, in their order. */
MUST_CHECK err_t apart_undecided(const int64_t **ids, size_t *count, struct db *db,
                                 const struct flow_call *x, struct err *e);

/* What keeps who takes x->step (NULL: sends the case back) away:
 *  - an objection complains of him, or of whose right he acts in, by his whole name or login, and that was not decided
 *    to be without ground. The step
 *    that decides it (it changes objection.APART_LIFTED) is taken by two of whom the objections do not complain; where
 *    the office has fewer, it is said whom to appoint;
 *  - he took a step from which x->step is kept apart (process_step.apart), while the office has enough others;
 *  - x->step is such a step itself, another took it before who is there, and after him too few would be left. */
MUST_CHECK err_t apart_check(struct flow_obstacles *to, struct db *db, const struct flow_call *x,
                             struct err *e);

/* Does an objection of the case complain of the account, and was not decided to keep nobody away? Then that stands
 * against it, of who does something beside the steps, or is to be given it (flow_host.apart). Nobody of the party. */
MUST_CHECK err_t apart_account(struct flow_obstacles *to, struct db *db, struct flow_call *x,
                               int64_t account, void *arg, struct err *e);
/* E_DENIED: an objection of the case, or of another that the issued paper (0: none yet) is of, complains of x->by, or
 * of him in whose right (as, NULL: his own) he acts: he issues no paper of it, records no seal and no service. */
MUST_CHECK err_t apart_paper(struct db *db, const struct flow_call *x, const struct grant *as,
                             int64_t paper, struct err *e);
/* E_DENIED: an objection of the case complains of him, or of the account in whose right (0: his own) he acts: he works
 * on no panel over it, and on no record that names it. Nobody of the case's own party stays away. */
MUST_CHECK err_t apart_of(struct db *db, const struct subject *by, int64_t lent, int64_t case_id,
                          struct arena *a, struct err *e);
#endif
