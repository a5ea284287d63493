/* Checks a record against an item of the section `records`, on plain values of a case file.
 * Records of an instance are checked by their type (judge/asked.h, record/validate.c) with the
 * same rule. */
#ifndef POLICY_RECORD_DEMAND_H
#define POLICY_RECORD_DEMAND_H
#include "policy/pack.h"
#include "text/yaml.h"

/* values: field: value, a table as a list of maps. False: the record meets the demand, or the
 * demand does not apply (`when`, `from`, `unless`). */
bool record_demand_lacks(const struct part *item, const struct yvalue *values, struct arena *a);
#endif
