/* Matchers: from a plan to its best k documents. A matcher is one file and one
 * line in match.c; all must give the same hits in the same order with the same
 * score bits, and the property tests loop over the table. */
#ifndef INDEX_MATCH_MATCH_H
#define INDEX_MATCH_MATCH_H
#include "index/plan.h"
#include "index/topk.h"

struct matcher {
    const char *name;
    err_t (*run)(struct topk *best, const struct plan *p, struct arena *scratch, struct err *e);
};

extern const struct matcher matcher_exhaustive, matcher_pruned;

/* By name; NULL is the default. Returns NULL when there is none of that name. */
const struct matcher *matcher_find(const char *name);

/* Exhaustive scoring of documents from ≤ doc < to of one segment, with working
 * memory that is made once per search. Documents in `done` are left out, and
 * those that are offered go in (NULL: neither). */
#define WINDOW_DOCS 4096
struct window;
struct window *window_new(const struct plan *p, struct arena *scratch);
void window_enter(struct window *w, const struct plan_segment *ps); /* before a segment's first */
MUST_CHECK err_t window_score(struct topk *best, struct window *w, uint32_t from, uint32_t to,
                              uint64_t *done, struct err *e);

/* Offer a scored document. */
MUST_CHECK err_t match_offer(struct topk *best, const struct plan_segment *ps, uint32_t doc,
                             float score, struct err *e);
#endif
