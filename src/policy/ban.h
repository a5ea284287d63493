/* Bans on beginning a case again: a prohibition's consequence with `bars`, computed from plain
 * values. The steps that lead to a ban are an instance's (matter/ban.c) or the rows `bans` of a
 * pack's case file. */
#ifndef POLICY_BAN_H
#define POLICY_BAN_H
#include "policy/calendar.h"
#include "policy/pack.h"

/* Whether a step with that ground falls under the prohibition; a prohibition without grounds
 * covers every ground. If the ground is empty and the prohibition has grounds, returns true with
 * *known false. */
bool ban_is_for(bool *known, const struct part *prohibition, struct str ground);

/* The last day of the ban ("2029-06-29"), counted from the day of its step; empty: the ban is over
 * on that day, or it has no end. E_INTERNAL: the pack has no such deadline. */
MUST_CHECK err_t ban_until(struct str *out, const struct pack *p, const struct part *consequence,
                           struct date taken, struct str today, const struct counting *how,
                           struct arena *a, struct err *e);

/* The clause of the consequence, else the prohibition's. */
struct str ban_clause(const struct part *prohibition, const struct part *consequence);
#endif
