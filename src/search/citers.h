/* Citers of a match: a document that good answers cite is itself a likely answer.
 *
 * Each document that some of the CITERS_FIRST best hits cite gains CITERS_SHARE times the sum of their scores, the best
 * citer's whole, the next one's half of it, the third's a quarter … (retrieval notes, C and D: measured on citations that
 * US records state). A cited document that is not among the hits joins them if it matches query and filter. A citer with the
 * same number as the cited document (another kind of the same publication) does not count. */
#ifndef SEARCH_CITERS_H
#define SEARCH_CITERS_H
#include "base/map.h"
#include "search/asking.h"

#define CITERS_FIRST 500

/* What one document gained. */
struct citer_gain {
    int64_t id;
    float gain;
    int64_t citer; /* the best one */
};

struct citers {
    struct map *by_id; /* bytes of an id → index into gains + 1 */
    const struct citer_gain *gains;
    size_t count;
};

/* Reorders `found`, the hits from number 0 on of `query` with `options`, which are at least the CITERS_FIRST best or
 * all. Hits of the record `own` (NULL: none), and of its family, cite nothing here. The session has a database. */
MUST_CHECK err_t citers_apply(struct search_result *found, struct citers *out,
                              const struct query *query, const struct search_options *options,
                              const struct patent *own, const struct asking *session,
                              struct arena *a, struct err *e);
/* NULL: the document gained nothing. */
const struct citer_gain *citers_find(const struct citers *c, int64_t id);
/* For qsort: the larger score first, then the larger rank, then the smaller id. */
int hit_order(const void *l, const void *r);
#endif
