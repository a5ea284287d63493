/* Comparison of an interpretation with the policies whose basis it explains: each of its clauses
 * with the policies' own comparisons. A clause that a policy compares with nothing is reported as
 * such: it needs a look but is no contradiction. */
#ifndef POLICY_CONSISTENCY_H
#define POLICY_CONSISTENCY_H
#include "policy/packs.h"
#include "text/json.h"

struct consistency_line {
    const struct clause *clause; /* of the interpretation */
    const struct pack *policy;
    const struct part *said; /* its comparison; NULL: it has none with this clause */
};

struct consistency {
    const struct pack *of;
    const struct pack *const *policies; /* by id */
    size_t policy_count;
    const struct consistency_line *lines; /* by clause, then by policy */
    size_t line_count;
    const struct pack_finding *findings; /* of packs whose faults kept them from being compared */
    size_t finding_count;
};

/* Covers clauses that demand (must, encouraged), and others that a policy compares itself with.
 * E_INVALID: no policy names `of` as its explanation; else as packs_get. */
MUST_CHECK err_t consistency_make(struct consistency *out, struct packs *packs,
                                  const struct pack *of, struct arena *a, struct err *e);

/* One object; and for people, a paragraph for each clause. */
void consistency_json(struct jout *j, const struct consistency *c);
void consistency_text(struct buf *to, const struct consistency *c);
#endif
