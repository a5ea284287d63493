/* Calls (批次): who opens one, under which version of the policy it runs, and whether a case is in
 * time for it. The policy documents define no calls, closing dates or limits of applications.
 * These come from the office's own notice (record type call), so obstacles cite no clause. */
#ifndef CASE_CALL_H
#define CASE_CALL_H
#include "case/case.h"

/* A process in which a party applies: what rounds take in. */
bool call_applies(const struct process *p);

/* Whether a case may begin in the round `call` (0: in none) for a party of that province. It may before
 * the first day, so that it can be made ready; not after the last. E_INVALID. */
MUST_CHECK err_t call_begins(struct step *g, int64_t call, int64_t unit, struct str province);

/* The same of x->step, which hands the case in; what was handed in before counts by that day, though it was
 * sent back since. */
MUST_CHECK err_t call_check_submission(struct step *g);

/* A party has one open application in a round (in none: of the policy), as the policy's `not_said` chooses
 * (one_open). */
MUST_CHECK err_t call_check_one_open(struct step *g);

/* A party is entered once in the register of those recognised under a policy: told when it hands in, when it is
 * listed and when it is recognised. Where recognition carries a project (not_said.again_after) it is recognised again
 * when that is over. */
MUST_CHECK err_t call_check_recognised(struct step *g);

/* Adds the obstacles that x->c.unit would meet when it hands in x->process. Neither a case nor a record is there yet. */
MUST_CHECK err_t call_look_ahead(struct step *g);

/* Obstacles to adding the case to a call: the call is not open today and two
 * persons have not admitted this party. */
MUST_CHECK err_t call_check_admission(struct step *g, int64_t call);

/* Writes the member "call_admissions": exceptions to the last day or to the limit of applications
 * that two persons granted the party; for those who decide on the case. */
MUST_CHECK err_t call_admissions_json(struct jout *j, struct db *db, const struct flow_case *c,
                                      struct err *e);

/* Rounds whose last day is over become closed. */
MUST_CHECK err_t call_close_over(struct db *db, struct programme *p, const struct subject *program,
                                 struct str today, struct err *e);
#endif
