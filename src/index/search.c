/* The one entry of searching: plan, match, count. */
#include "base/limits.h"
#include "base/mem.h"
#include "index/match/match.h"
#include "index/tally.h"
#include <stdlib.h>

/* Every match with score 0, so that the ranks decide. */
static err_t offer_matches(struct topk *best, const struct plan *p, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; i < p->segment_count; i++) {
        const struct plan_segment *ps = &p->segments[i];
        EACH_MATCH(doc, ps)
        {
            if (rc == OK)
                rc = match_offer(best, ps, (uint32_t)doc, 0, e);
        }
    }
    return rc;
}

/* The same sum, in the same order, as the matchers make. */
static float score_of(const struct plan *p, const struct hit *h)
{
    const struct plan_segment *ps = &p->segments[h->segment];
    float sum = 0, norm = score_norm_of(p->norm, ps->lengths[h->doc]);
    for (size_t i = 0; i < p->leaf_count; i++) {
        bool present;
        uint32_t freq = plan_list_freq(&ps->lists[i], h->doc, &present);
        if (present)
            sum += score_part_of(p->leaves[i].kind, p->leaves[i].factor, freq, norm);
    }
    return sum;
}

/* Beyond RESULTS_MAX the bounds of the pruned matcher save nothing. */
static const struct matcher *matcher_choose(const struct search_options *o, size_t want)
{
    return o->matcher || want <= RESULTS_MAX ? matcher_find(o->matcher) : &matcher_exhaustive;
}

static err_t hits_find(struct search_result *out, const struct plan *p,
                       const struct search_options *o, struct arena *a, struct err *e)
{
    struct topk best;
    struct arena *scratch = p->scratch->arena;
    uint64_t most = p->exact ? plan_matches(p) : snapshot_docs(p->snapshot);
    if (o->k == 0 || o->offset >= most)
        return OK;
    size_t want = o->k < most - o->offset ? o->k + o->offset : (size_t)most;
    topk_init(&best, want, scratch);
    err_t rc = o->order == ORDER_SCORE ? matcher_choose(o, want)->run(&best, p, scratch, e)
                                       : offer_matches(&best, p, e);
    if (rc != OK || best.count <= o->offset)
        return rc;
    topk_sort(&best);
    size_t count = best.count - o->offset;
    struct hit *hits = arena_array(a, count, sizeof(*hits));
    memcpy(hits, best.heap + o->offset, count * sizeof(*hits));
    for (size_t i = 0; o->order != ORDER_SCORE && i < count; i++)
        hits[i].score = score_of(p, &hits[i]);
    out->hits = hits;
    out->hit_count = count;
    return OK;
}

static err_t search(struct search_result *out, const struct snapshot *s, const struct query *q,
                    const struct search_options *o, struct search_scratch *scratch, struct arena *a,
                    struct err *e)
{
    struct plan p;
    err_t rc;

    if (!matcher_find(o->matcher))
        return err_set(e, E_INVALID, "There is no matcher called \"%s\".", o->matcher);
    struct plan_request r = {.query = q,
                             .filter = o->filter,
                             .need_set = o->total || o->facet_count > 0 || o->order != ORDER_SCORE,
                             .then_by = o->k > 0 ? o->then_by : NULL,
                             .rising = o->order == ORDER_RISING};
    if ((rc = plan_make(&p, s, &r, scratch, e)) != OK)
        return rc;
    if ((rc = hits_find(out, &p, o, a, e)) != OK)
        return rc;
    out->total = o->total ? plan_matches(&p) : 0;
    struct facet_result *facets = arena_array(a, o->facet_count, sizeof(*facets));
    for (size_t i = 0; i < o->facet_count; i++)
        if ((rc = facet_count(&facets[i], &p, &o->facets[i], a, e)) != OK)
            return rc;
    out->facets = facets;
    return OK;
}

err_t index_search(struct search_result *out, const struct snapshot *s, const struct query *q,
                   const struct search_options *o, struct arena *a, struct err *e)
{
    struct search_scratch *own = o->scratch ? NULL : search_scratch_new();
    struct search_scratch *scratch = o->scratch ? o->scratch : own;
    *out = (struct search_result){0};
    err_t rc = search(out, s, q, o, scratch, a, e);
    if (o->scratch)
        scratch_reset(scratch);
    search_scratch_free(own);
    if (rc != OK)
        *out = (struct search_result){0}; /* no half answers */
    return rc;
}

/* Documents that were deleted stay in a term's list until a merge. */
static err_t has_live(bool *is, const struct segment *s, const struct term_info *info,
                      struct arena *a, struct err *e)
{
    const uint64_t *live = segment_live_bits(s);
    struct postings *p = arena_alloc(a, sizeof(*p));
    err_t rc = live ? postings_open(p, s, info, e) : OK;
    *is = !live;
    for (uint32_t d = rc == OK && live ? postings_first(p) : DOC_END; d != DOC_END && !*is;
         d = postings_next(p))
        *is = docset_has(live, d);
    return rc;
}

err_t index_doc_counts(uint64_t *out, const struct snapshot *s, const struct str *terms,
                       size_t count, struct search_scratch *scratch, struct err *e)
{
    struct term_info *infos = mem_array(count + 1, sizeof(*infos));
    err_t rc = OK;
    memset(out, 0, count * sizeof(*out));
    for (size_t k = 0; rc == OK && k < snapshot_segments(s); k++) {
        rc = scratch_terms(infos, scratch, s, k, terms, count, e);
        for (size_t i = 0; rc == OK && i < count; i++)
            out[i] += infos[i].doc_count;
    }
    free(infos);
    scratch_reset(scratch);
    return rc;
}

err_t index_holds(bool *held, const struct snapshot *s, const struct str *terms, size_t count,
                  struct arena *a, struct err *e)
{
    struct term_info *infos = arena_array(a, count, sizeof(*infos));
    err_t rc = OK;
    memset(held, 0, count * sizeof(*held));
    for (size_t k = 0; rc == OK && k < snapshot_segments(s); k++) {
        const struct segment *segment = snapshot_segment(s, k);
        rc = segment_terms(infos, segment, terms, count, e);
        for (size_t i = 0; rc == OK && i < count; i++)
            if (infos[i].doc_count > 0 && !held[i])
                rc = has_live(&held[i], segment, &infos[i], a, e);
    }
    return rc;
}

/* --- explaining ----------------------------------------------------------------- */

static int largest_first(const void *x, const void *y)
{
    const struct score_part *a = x, *b = y;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return a->leaf < b->leaf ? -1 : a->leaf > b->leaf;
}

struct explainer {
    struct plan plan;
    struct search_scratch *scratch;
};

err_t explainer_new(struct explainer **out, const struct snapshot *s, const struct query *q,
                    struct search_scratch *remembers, struct err *e)
{
    struct plan_request r = {.query = q, .lists_only = true, .remembers = remembers};
    struct explainer *x = mem_alloc(sizeof(*x));
    x->scratch = search_scratch_new();
    err_t rc = plan_make(&x->plan, s, &r, x->scratch, e);
    *out = rc == OK ? x : NULL;
    if (rc != OK)
        explainer_free(x);
    return rc;
}

void explainer_free(struct explainer *x)
{
    if (x)
        search_scratch_free(x->scratch);
    free(x);
}

err_t index_explain(const struct score_part **out, size_t *count, const struct explainer *x,
                    const struct hit *hit, struct arena *a, struct err *e)
{
    const struct plan *p = &x->plan;
    *out = NULL;
    *count = 0;
    if (hit->segment >= p->segment_count || hit->doc >= p->segments[hit->segment].docs)
        return err_set(e, E_INVALID, "The hit to explain comes from another state of the index.");
    const struct plan_segment *ps = &p->segments[hit->segment];
    float norm = score_norm_of(p->norm, ps->lengths[hit->doc]);
    struct score_part *parts = arena_array(a, p->leaf_count, sizeof(*parts));
    for (uint32_t i = 0; i < p->leaf_count; i++) {
        const struct plan_leaf *leaf = &p->leaves[i];
        bool present;
        uint32_t freq = plan_list_freq(&ps->lists[i], hit->doc, &present);
        float score = present ? score_part_of(leaf->kind, leaf->factor, freq, norm) : 0;
        if (score > 0)
            parts[(*count)++] = (struct score_part){i, leaf->tag, leaf->term, score};
    }
    if (*count > 1)
        qsort(parts, *count, sizeof(*parts), largest_first);
    *out = parts;
    return OK;
}
