/* The table of matchers, and the one place where they offer a hit: the order
 * among equal scores is decided here and so cannot differ between them. */
#include "index/match/match.h"

/* The default first. */
static const struct matcher *const table[] = {&matcher_pruned, &matcher_exhaustive};
const char *const index_matchers[] = {"pruned", "exhaustive", NULL};

const struct matcher *matcher_find(const char *name)
{
    if (!name)
        return table[0];
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (str_is(str_of(name), table[i]->name))
            return table[i];
    return NULL;
}

err_t match_offer(struct topk *best, const struct plan_segment *ps, uint32_t doc, float score,
                  struct err *e)
{
    struct hit h = {.score = score, .segment = ps->number, .doc = doc};
    if (score < topk_bar(best))
        return OK;
    if (ps->ranks && ps->ranks[doc] != COLUMN_NONE)
        h.rank = ps->ranks_rise ? COLUMN_NONE - ps->ranks[doc] : ps->ranks[doc] + 1; /* 0: none */
    if (best->count == best->k && score == best->heap[0].score && h.rank < best->heap[0].rank)
        return OK; /* among thousands of equal ones: before the id is looked up */
    err_t rc = segment_id_of(&h.id, ps->segment, doc, e);
    if (rc == OK)
        topk_push(best, &h);
    return rc;
}
