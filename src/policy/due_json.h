/* A day that a rule gives, as `zhiyun deadline --json` prints it. */
#ifndef POLICY_DUE_JSON_H
#define POLICY_DUE_JSON_H
#include "policy/calendar.h"
#include "text/json.h"

/* Writes "clause" and "quote" into the open object; a quote that the text does not contain is
 * null. */
void citation_json(struct jout *j, const struct citation *c);

/* One object. `p` is the pack that asks, `by` its rule. */
void due_json(struct jout *j, const struct pack *p, const struct deadline_rule *by,
              const struct due *due, struct arena *a);
#endif
