/* Expectations of case files besides verdicts: deadlines, names, funds, records, short lives. */
#ifndef POLICY_CASE_SAID_H
#define POLICY_CASE_SAID_H
#include "policy/pack.h"
#include "text/yaml.h"

/* Whether the case contains any of these; it then needs no facts. */
bool case_has_checks(const struct yvalue *root);
/* *wrong: what differs, in one line; empty: all holds. *trace: what came of its lives and names and
 * days: equal outcomes give equal bytes. Both in the arena. */
void case_said(struct str *wrong, struct str *trace, const struct pack *p,
               const struct yvalue *root, struct arena *a);
#endif
