/* A policy after its last day: its document expired or was replaced by another. It still applies
 * to parties that were recognised under it (A-06 of the packs). */
#ifndef MATTER_LAPSE_H
#define MATTER_LAPSE_H
#include "matter/matter.h"

/* Whether the process is of who is in the register: a step of its start is the centre's, it leads to taking
 * a party out, or it recommends one. False where no step of the policy enters anybody. */
bool lapse_of_centres(const struct pack *pack, const struct process *p);

/* A step of its start is the centre's own. */
bool lapse_begun_by_centre(const struct process *p);

/* Whether the step that enters a party in the register starts it: by itself it begins for who is in it alone. */
bool lapse_follows_entry(const struct pack *pack, const struct process *p);

/* Whether the process asks another authority to recognise a registered party: it moves a
 * recognition and enters no party (推荐申报国家级). */
bool lapse_recommends(const struct pack *pack, const struct process *p);

/* Whether a process only manages recognised parties: it removes a party from the register, finds
 * or leads to reasons for that (评价, 整改), or is a duty with its own date (年度报告). False for
 * processes that enter a party or grant something new (推荐, 奖励), and for what they start. */
bool lapse_manages(const struct pack *pack, const struct process *p);

/* Since when the party is in the register of the policy, its last day at the latest; empty: it is not. Of
 * who has left since as well. */
MUST_CHECK err_t lapse_entered(struct str *out, struct step *g, const struct pack *pack,
                               int64_t unit);

/* Checks that a new case of the process can begin for this party today. E_INVALID: the document
 * has lapsed; the error names its last day, the clause, and the processes that can still begin. */
MUST_CHECK err_t lapse_check(struct step *g, const struct pack *pack, const struct process *p,
                             int64_t unit);

/* The day on which a case was handed in, by which it counts, though it was sent back since (退回). Empty: it
 * was not handed in. */
MUST_CHECK err_t lapse_handed_in(struct str *day, struct db *db, int64_t case_id, struct arena *a,
                                 struct err *e);

/* The same of a step that hands in what was begun before and not handed in (an application is dated by
 * that): an obstacle. */
MUST_CHECK err_t lapse_check_submission(struct step *g);

/* The clause by which the document ends; empty: none is quoted. */
struct citation lapse_citation(const struct pack *pack);
#endif
