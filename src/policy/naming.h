/* Names of what a policy recognises (facts.md §6). */
#ifndef POLICY_NAMING_H
#define POLICY_NAMING_H
#include "policy/pack.h"

/* E_INVALID: the pack gives no names, or the text can be no industry's. */
MUST_CHECK err_t pack_name(struct str *out, const struct pack *p, struct str industry,
                           struct arena *a, struct err *e);
#endif
