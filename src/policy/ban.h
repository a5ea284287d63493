/* Who may not begin a case again, and for how long: a consequence of a prohibition that says `bars`, on plain values. Of
 * an instance they are the steps that were taken there (programme/ban.c), of a pack's cases the rows `bans`. */
#ifndef POLICY_BAN_H
#define POLICY_BAN_H
#include "policy/calendar.h"
#include "policy/pack.h"

/* Whether a step that was taken for the ground falls under the prohibition; one without grounds is about any. A ground
 * that is not entered (empty) may be one of its: true, and *known is false. */
bool ban_is_for(bool *known, const struct part *prohibition, struct str ground);

/* The last day of the ban, counted from the day on which its step was taken, while it is not over on that day
 * ("2029-06-29"); empty: it is over, or it has no last day. E_INTERNAL: the pack has no such deadline. */
MUST_CHECK err_t ban_until(struct str *out, const struct pack *p, const struct part *consequence,
                           struct date taken, struct str today, const struct counting *how,
                           struct arena *a, struct err *e);

/* The clause in which it stands: its own, else the prohibition's. */
struct str ban_clause(const struct part *prohibition, const struct part *consequence);
#endif
