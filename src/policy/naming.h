/* Names of what a policy recognises. */
#ifndef POLICY_NAMING_H
#define POLICY_NAMING_H
#include "policy/pack.h"

/* The name of what is recognised at that level (recognition.level; empty: the pack's own template). E_INVALID:
 * the pack gives no names, the text can be no industry's, or the name is longer than the policy allows. */
MUST_CHECK err_t pack_name(struct str *out, const struct pack *p, struct str level,
                           struct str industry, struct arena *a, struct err *e);

/* The level of the recognition that the step which names (`name centre`) records; of the first such step of the
 * process, or of the pack where that is NULL. Empty: it says none. */
struct str pack_naming_level(const struct pack *p, const struct process *process);
#endif
