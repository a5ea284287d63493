/* What a record lacks of an item of the section `records`, on values as a case gives them. Records of an instance are
 * judged by their own type (judge/asked.h, record/validate.c); this is the same rule on plain values, for cases. */
#ifndef POLICY_RECORD_DEMAND_H
#define POLICY_RECORD_DEMAND_H
#include "policy/pack.h"
#include "text/yaml.h"

/* values: field: value, a table as a list of maps. False: it has what is asked, or nothing is asked of it (`when`, `from`,
 * `unless`). */
bool record_demand_lacks(const struct part *item, const struct yvalue *values, struct arena *a);
#endif
