/* One value of a facts document, as its column holds it. */
#ifndef POLICY_FACTS_VALUE_H
#define POLICY_FACTS_VALUE_H
#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "policy/facts_priv.h"
#include "text/yaml.h"

/* E_INVALID with the row and column of `v`, named by its record and column
 * ("staff[2].from"); a column without a name is the record itself. Not for lists.
 * *bad_code: a credit code with a wrong check digit, which counts as absent. */
MUST_CHECK err_t facts_value(struct value *out, bool *bad_code, const struct fact_column *c,
                             const struct yvalue *v, struct str record, struct arena *a,
                             struct err *e);

/* Default for an absent key. */
struct value facts_absent(const struct fact_column *c);

/* "row 3, column 7: staff[2].from: " and the sentence, in *e; E_INVALID. */
err_t facts_fault(struct err *e, const struct yvalue *v, struct str path, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
#endif
