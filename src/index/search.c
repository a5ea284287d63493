/* The one entry of searching: plan, match, count. */
#include "base/limits.h"
#include "index/match/match.h"
#include "index/tally.h"
#include <stdlib.h>

static err_t hits_find(struct search_result *out, const struct plan *p,
                       const struct search_options *o, const struct matcher *matcher,
                       struct arena *a, struct err *e)
{
    struct topk best;
    struct arena *scratch = p->scratch->arena;
    uint64_t docs = snapshot_docs(p->snapshot);
    if (o->k == 0)
        return OK;
    topk_init(&best, o->k < docs ? o->k : (size_t)docs, scratch);
    err_t rc = matcher->run(&best, p, scratch, e);
    if (rc != OK)
        return rc;
    topk_sort(&best);
    struct hit *hits = arena_array(a, best.count, sizeof(*hits));
    memcpy(hits, best.heap, best.count * sizeof(*hits));
    out->hits = hits;
    out->hit_count = best.count;
    return OK;
}

static err_t search(struct search_result *out, const struct snapshot *s, const struct query *q,
                    const struct search_options *o, struct search_scratch *scratch, struct arena *a,
                    struct err *e)
{
    const struct matcher *matcher = matcher_find(o->matcher);
    struct plan p;
    err_t rc;

    if (!matcher)
        return err_set(e, E_INVALID, "There is no matcher called \"%s\".", o->matcher);
    if (o->k > RESULTS_MAX)
        return err_set(e, E_LIMIT, "A search gives at most %d results, not %zu.", RESULTS_MAX,
                       o->k);
    struct plan_request r = {.query = q,
                             .filter = o->filter,
                             .need_set = o->total || o->facet_count > 0,
                             .then_by = o->k > 0 ? o->then_by : NULL};
    if ((rc = plan_make(&p, s, &r, scratch, e)) != OK)
        return rc;
    if ((rc = hits_find(out, &p, o, matcher, a, e)) != OK)
        return rc;
    for (size_t i = 0; o->total && i < p.segment_count; i++)
        out->total += p.segments[i].allowed_count;
    struct facet_result *facets = arena_array(a, o->facet_count, sizeof(*facets));
    for (size_t i = 0; i < o->facet_count; i++)
        if ((rc = facet_count(&facets[i], &p, &o->facets[i], scratch->arena, a, e)) != OK)
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
    scratch_reset(scratch);
    search_scratch_free(own);
    if (rc != OK)
        *out = (struct search_result){0}; /* no half answers */
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

static err_t explain(const struct score_part **out, size_t *count, const struct snapshot *s,
                     const struct query *q, const struct hit *hit, struct search_scratch *scratch,
                     struct arena *a, struct err *e)
{
    struct plan p;
    struct plan_request r = {.query = q, .only = hit};
    if (hit->segment >= snapshot_segments(s) ||
        hit->doc >= segment_doc_count(snapshot_segment(s, hit->segment)))
        return err_set(e, E_INVALID, "The hit to explain comes from another state of the index.");
    err_t rc = plan_make(&p, s, &r, scratch, e);
    if (rc != OK)
        return rc;
    const struct plan_segment *ps = &p.segments[hit->segment];
    float norm = score_norm_of(p.norm, ps->lengths[hit->doc]);
    struct score_part *parts = arena_array(a, p.leaf_count, sizeof(*parts));
    for (uint32_t i = 0; i < p.leaf_count; i++) {
        const struct plan_leaf *leaf = &p.leaves[i];
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

err_t index_explain(const struct score_part **out, size_t *count, const struct snapshot *s,
                    const struct query *q, const struct hit *hit, struct arena *a, struct err *e)
{
    struct search_scratch *scratch = search_scratch_new();
    *out = NULL;
    *count = 0;
    err_t rc = explain(out, count, s, q, hit, scratch, a, e);
    search_scratch_free(scratch);
    return rc;
}
