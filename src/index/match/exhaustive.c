/* Scores everything: the definition of the answer, and the fall-back of other
 * matchers where bounds do not help. A window of documents at a time, so that
 * the sums stay in the first cache; leaves in query order, so that the float
 * additions of a document come in that order.
 *
 * An untouched sum is −0: adding any part, even +0 of a term that counts
 * nothing, leaves −0 for good, so the sum itself says "in some list". */
#include "index/match/match.h"

struct window {
    const struct plan *plan;
    const struct plan_segment *ps;
    struct postings_hint *hints; /* one per leaf */
    uint32_t docs[WINDOW_DOCS + POSTINGS_SLACK];
    uint8_t freqs[WINDOW_DOCS + POSTINGS_SLACK];
    float norms[WINDOW_DOCS], sums[WINDOW_DOCS];
};

struct window *window_new(const struct plan *p, struct arena *scratch)
{
    struct window *w = arena_alloc(scratch, sizeof(*w));
    w->plan = p;
    w->hints = arena_array(scratch, p->leaf_count, sizeof(*w->hints));
    return w;
}

void window_enter(struct window *w, const struct plan_segment *ps)
{
    w->ps = ps;
    memset(w->hints, 0, w->plan->leaf_count * sizeof(*w->hints));
}

static void add_leaf(struct window *w, const struct plan_leaf *leaf, size_t n, uint32_t from)
{
    const float factor = leaf->factor;
    if (leaf->kind != SCORE_BM25) {
        for (size_t i = 0; i < n; i++)
            w->sums[w->docs[i] - from] += factor;
        return;
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t d = w->docs[i] - from;
        w->sums[d] += score_part_of(SCORE_BM25, factor, w->freqs[i], w->norms[d]);
    }
}

/* True where one of 16 sums reaches the bar: most groups have none, and the
 * compiler turns this loop into vector compares. */
static bool any_reaches(const float *sums, float bar)
{
    int any = 0;
    for (size_t i = 0; i < 16; i++)
        any |= sums[i] >= bar;
    return any != 0;
}

static bool is_answer(const struct window *w, uint32_t doc, float sum)
{
    if (w->ps->allowed && !docset_has(w->ps->allowed, doc))
        return false;
    return w->plan->exact || !__builtin_signbit(sum);
}

err_t window_score(struct topk *best, struct window *w, uint32_t from, uint32_t to, uint64_t *done,
                   struct err *e)
{
    const struct plan *p = w->plan;
    uint32_t n = to - from;
    for (uint32_t i = 0; i < n; i++)
        w->norms[i] = score_norm_of(p->norm, w->ps->lengths[from + i]);
    for (uint32_t i = 0; i < WINDOW_DOCS; i++)
        w->sums[i] = -0.0f;
    for (size_t l = 0; l < p->leaf_count; l++) {
        size_t count =
            plan_list_window(&w->ps->lists[l], from, to, w->docs, w->freqs, &w->hints[l]);
        add_leaf(w, &p->leaves[l], count, from);
    }
    for (uint32_t group = 0; group < n; group += 16) {
        if (!any_reaches(w->sums + group, topk_bar(best)))
            continue;
        for (uint32_t i = group; i < n && i < group + 16; i++) {
            uint32_t doc = from + i;
            if (w->sums[i] < topk_bar(best) || !is_answer(w, doc, w->sums[i]) ||
                (done && docset_has(done, doc)))
                continue;
            if (done)
                done[doc / 64] |= (uint64_t)1 << (doc % 64);
            err_t rc = match_offer(best, w->ps, doc, w->sums[i] + 0.0f, e);
            if (rc != OK)
                return rc;
        }
    }
    return OK;
}

static err_t run(struct topk *best, const struct plan *p, struct arena *scratch, struct err *e)
{
    struct window *w = window_new(p, scratch);
    for (size_t s = 0; s < p->segment_count; s++) {
        const struct plan_segment *ps = &p->segments[s];
        window_enter(w, ps);
        for (uint32_t from = 0; from < ps->docs; from += WINDOW_DOCS) {
            uint32_t to = ps->docs - from < WINDOW_DOCS ? ps->docs : from + WINDOW_DOCS;
            err_t rc = window_score(best, w, from, to, NULL, e);
            if (rc != OK)
                return rc;
        }
    }
    return OK;
}

const struct matcher matcher_exhaustive = {"exhaustive", run};
