/* From a query tree to a plan: checked against the schema, flattened to leaves,
 * and for each segment its lists and the bitmap of documents that may be answered.
 * A pure OR of terms has no bitmap of its own: a leaf's list says it all, and
 * filling bits for it would cost more than the search. */
#include "index/plan.h"
#include "base/limits.h"

/* --- checking ---------------------------------------------------------------- */

static err_t check_field(const struct query *q, const struct index_schema *schema, struct err *e)
{
    if (q->field != FIELD_ANY && q->field >= schema->field_count)
        return err_set(e, E_INVALID, "The query asks for field %u, but the index has %zu fields.",
                       q->field, schema->field_count);
    if (!schema->positions &&
        (q->op == QUERY_PHRASE || q->op == QUERY_NEAR || q->field != FIELD_ANY))
        return err_set(
            e, E_INVALID,
            "This index keeps no word positions, so it cannot answer phrases or words in "
            "one field; build it with positions.");
    return OK;
}

static err_t check_terms(const struct query *q, const struct index_schema *schema, struct err *e)
{
    if (q->score != SCORE_NONE && !(q->weight > 0 && q->weight < 1e30f))
        return err_set(e, E_INVALID, "A query term has the weight %g; it must be above 0.",
                       (double)q->weight);
    return check_field(q, schema, e);
}

static err_t check_column(const struct query *q, const struct index_schema *schema, struct err *e)
{
    enum column_kind kind = q->op == QUERY_NUMBERS ? COLUMN_U32 : COLUMN_STRINGS;
    if (q->column < 0 || (size_t)q->column >= schema->column_count)
        return err_set(e, E_INVALID, "The query asks for column %d, but the index has %zu columns.",
                       q->column, schema->column_count);
    if (schema->columns[q->column].kind != kind)
        return err_set(e, E_INVALID, "Column %s does not hold what the query compares it with.",
                       schema->columns[q->column].name);
    return OK;
}

static bool has_place(const struct query *q)
{
    bool inner = q->op == QUERY_NEAR || q->op == QUERY_OR;
    for (size_t i = 0; inner && i < q->child_count; i++)
        if (!has_place(&q->children[i]))
            return false;
    return inner || q->op == QUERY_TERM || q->op == QUERY_PHRASE || q->op == QUERY_PREFIX;
}

static bool joins(const struct query *q)
{
    return q->op == QUERY_AND || q->op == QUERY_OR || q->op == QUERY_NEAR;
}

static err_t check_near(const struct query *q, const struct index_schema *schema, struct err *e)
{
    if (q->child_count != 2 || q->apart == 0 || q->apart >> POSITION_FIELD_SHIFT || !has_place(q))
        return err_set(e, E_INVALID, "NEAR takes two words, phrases or groups of them by OR.");
    return check_field(q, schema, e);
}

static err_t check_node(const struct query *q, const struct index_schema *schema, size_t depth,
                        bool scores, size_t *leaves, struct err *e)
{
    err_t rc = OK;
    if (depth > QUERY_DEPTH_MAX)
        return err_set(e, E_LIMIT, "The query is nested more than %d levels deep.",
                       QUERY_DEPTH_MAX);
    switch (q->op) {
    case QUERY_TERM:
        *leaves += scores;
        rc = check_terms(q, schema, e);
        break;
    case QUERY_PHRASE:
        for (size_t i = 0; i < q->term_count; i++)
            *leaves += scores && q->score != SCORE_NONE && q->terms[i].len > 0;
        rc = check_terms(q, schema, e);
        if (rc == OK && q->term_count > QUERY_TERMS_MAX)
            rc = err_set(e, E_LIMIT, "A phrase has more than %d words.", QUERY_TERMS_MAX);
        break;
    case QUERY_NUMBERS:
    case QUERY_STRINGS:
        rc = check_column(q, schema, e);
        break;
    case QUERY_NOT:
        if (q->child_count != 1)
            return err_set(e, E_INVALID, "NOT takes exactly one part, not %zu.", q->child_count);
        scores = false;
        break;
    case QUERY_PREFIX:
        rc = check_field(q, schema, e);
        break;
    case QUERY_NEAR:
        rc = check_near(q, schema, e);
        break;
    case QUERY_AND:
    case QUERY_OR:
    case QUERY_ALL:
    case QUERY_TERMS:
        break;
    }
    if (rc == OK && *leaves > QUERY_TERMS_MAX)
        return err_set(e, E_LIMIT, "The query has more than %d words.", QUERY_TERMS_MAX);
    bool inner = joins(q) || q->op == QUERY_NOT;
    for (size_t i = 0; rc == OK && inner && i < q->child_count; i++)
        rc = check_node(&q->children[i], schema, depth + 1, scores, leaves, e);
    return rc;
}

static err_t query_check(const struct query *q, const struct index_schema *schema,
                         size_t *leaf_count, struct err *e)
{
    *leaf_count = 0;
    return check_node(q, schema, 1, true, leaf_count, e);
}

/* --- leaves ------------------------------------------------------------------ */

static void collect(struct plan_leaf *leaves, size_t *count, const struct query *q)
{
    if (q->op == QUERY_TERM)
        leaves[(*count)++] =
            (struct plan_leaf){.kind = q->score, .tag = q->tag, .term = q->term, .node = q};
    bool scored = q->op == QUERY_PHRASE && q->score != SCORE_NONE;
    for (size_t i = 0; scored && i < q->term_count; i++)
        if (q->terms[i].len > 0)
            leaves[(*count)++] =
                (struct plan_leaf){.kind = q->score, .tag = q->tag, .term = q->terms[i], .node = q};
    for (size_t i = 0; joins(q) && i < q->child_count; i++)
        collect(leaves, count, &q->children[i]);
}

/* Only terms in any field, joined by OR: a document matches when a leaf holds it. */
static bool is_plain(const struct query *q)
{
    if (q->op == QUERY_TERM)
        return q->field == FIELD_ANY;
    for (size_t i = 0; q->op == QUERY_OR && i < q->child_count; i++)
        if (!is_plain(&q->children[i]))
            return false;
    return q->op == QUERY_OR;
}

/* --- lists of one segment ---------------------------------------------------- */

static err_t open_stored(struct plan_list *list, const struct docset *x,
                         const struct term_info *info, struct err *e)
{
    list->kind = LIST_STORED;
    list->doc_count = info->doc_count;
    list->max_freq = info->max_freq;
    list->stored = arena_alloc(x->scratch, sizeof(*list->stored));
    return postings_open(list->stored, x->segment, info, e);
}

static void own_list(struct plan_list *list, const struct doc_list *own)
{
    list->own = *own;
    list->kind = own->count ? LIST_OWN : LIST_NONE;
    list->doc_count = own->count;
    list->max_freq = own->max_freq;
}

/* Remember the set of a leaf's node, so that the tree need not work it out again. */
static void remember(struct docset *x, const struct query *node, const uint64_t *set)
{
    struct docset_known *known = arena_alloc(x->scratch, sizeof(*known));
    *known = (struct docset_known){x->known, node, set};
    x->known = known;
}

/* A term in one field. */
static err_t list_work_out(struct plan_list *list, struct docset *x, const struct plan_leaf *leaf,
                           struct err *e)
{
    struct doc_list own;
    uint64_t *set = arena_array(x->scratch, docset_words(x->segment), sizeof(*set));
    err_t rc = docset_field_list(&own, x, leaf->term, leaf->node->field, NULL, e);
    if (rc != OK)
        return rc;
    docset_add_list(set, &own);
    remember(x, leaf->node, set);
    own_list(list, &own);
    return OK;
}

static err_t lists_make(struct plan_segment *ps, uint64_t *dfs, struct docset *x,
                        const struct plan *p, struct search_scratch *remembers, struct err *e)
{
    ps->lists = arena_array(x->scratch, p->leaf_count, sizeof(*ps->lists));
    struct str *terms = arena_array(x->scratch, p->leaf_count, sizeof(*terms));
    struct term_info *infos = arena_array(x->scratch, p->leaf_count, sizeof(*infos));
    for (size_t i = 0; i < p->leaf_count; i++)
        terms[i] = p->leaves[i].term;
    err_t rc = scratch_terms(infos, remembers ? remembers : p->scratch, p->snapshot, ps->number,
                             terms, p->leaf_count, e);
    for (size_t i = 0; rc == OK && i < p->leaf_count; i++) {
        const struct query *node = p->leaves[i].node;
        dfs[i] += infos[i].doc_count;
        if (infos[i].doc_count == 0)
            continue;
        if (node->op == QUERY_PHRASE || node->field == FIELD_ANY)
            rc = open_stored(&ps->lists[i], x, &infos[i], e);
        else
            rc = list_work_out(&ps->lists[i], x, &p->leaves[i], e);
    }
    return rc;
}

/* Alive ∧ filter ∧ (where the plan is exact) tree. */
static err_t allowed_make(struct plan_segment *ps, const struct docset *x, const struct query *q,
                          const struct query *filter, struct err *e)
{
    const uint64_t *within = segment_live_bits(x->segment);
    size_t words = docset_words(x->segment);
    const struct query *steps[2] = {filter, q && q->op != QUERY_ALL ? q : NULL};
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        if (!steps[i])
            continue;
        uint64_t *set = scratch_raw(x->memory, words, sizeof(*set));
        err_t rc = docset_match(set, x, steps[i], within, e);
        if (rc != OK)
            return rc;
        within = set;
    }
    ps->allowed = within;
    ps->allowed_count = within ? docset_count(within, words) : ps->docs;
    return OK;
}

static err_t ranks_find(const uint32_t **out, const struct segment *s, const char *name,
                        struct err *e)
{
    int column = name ? segment_column(s, name) : -1;
    if (!name)
        return OK;
    if (column < 0)
        return err_set(e, E_INVALID, "The index has no column %s to order by.", name);
    return segment_numbers(out, s, column, e);
}

static err_t segment_make(struct plan_segment *ps, uint64_t *dfs, const struct plan *p,
                          const struct plan_request *r, struct err *e)
{
    struct docset_room room = {NULL, 0};
    struct docset x = {.segment = ps->segment,
                       .schema = snapshot_schema(p->snapshot),
                       .room = &room,
                       .memory = p->scratch,
                       .scratch = p->scratch->arena};
    err_t rc;
    if ((rc = segment_lengths(&ps->lengths, x.segment, e)) != OK ||
        (rc = ranks_find(&ps->ranks, x.segment, r->then_by, e)) != OK ||
        (rc = lists_make(ps, dfs, &x, p, r->remembers, e)) != OK || r->lists_only)
        return rc;
    return allowed_make(ps, &x, p->exact ? r->query : NULL, r->filter, e);
}

err_t plan_make(struct plan *out, const struct snapshot *s, const struct plan_request *r,
                struct search_scratch *memory, struct err *e)
{
    struct arena *scratch = memory->arena;
    const struct index_schema *schema = snapshot_schema(s);
    size_t leaf_count, filter_leaves;
    err_t rc;

    if ((rc = query_check(r->query, schema, &leaf_count, e)) != OK ||
        (r->filter && (rc = query_check(r->filter, schema, &filter_leaves, e)) != OK))
        return rc;
    struct plan_leaf *leaves = arena_array(scratch, leaf_count, sizeof(*leaves));
    uint64_t *dfs = arena_array(scratch, leaf_count, sizeof(*dfs));
    *out = (struct plan){.snapshot = s,
                         .scratch = memory,
                         .norm = score_norm_make(schema, snapshot_average_length(s)),
                         .leaves = leaves,
                         .exact = r->need_set || !is_plain(r->query),
                         .segment_count = snapshot_segments(s)};
    collect(leaves, &out->leaf_count, r->query);
    out->segments = arena_array(scratch, out->segment_count, sizeof(*out->segments));
    for (size_t i = 0; i < out->segment_count; i++) {
        const struct segment *segment = snapshot_segment(s, i);
        out->segments[i] = (struct plan_segment){.segment = segment,
                                                 .number = (uint32_t)i,
                                                 .docs = segment_doc_count(segment),
                                                 .ranks_rise = r->rising};
        if ((rc = segment_make(&out->segments[i], dfs, out, r, e)) != OK)
            return rc;
    }
    for (size_t i = 0; i < leaf_count; i++)
        leaves[i].factor =
            score_factor(leaves[i].kind, leaves[i].node->weight, dfs[i], snapshot_docs(s));
    return OK;
}

uint64_t plan_matches(const struct plan *p)
{
    uint64_t count = 0;
    for (size_t i = 0; i < p->segment_count; i++)
        count += p->segments[i].allowed_count;
    return count;
}

/* --- reading ----------------------------------------------------------------- */

static uint32_t own_lower(const struct doc_list *own, uint32_t doc)
{
    uint32_t low = 0, high = own->count;
    while (low < high) {
        uint32_t mid = (low + high) / 2;
        if (own->docs[mid] < doc)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

size_t plan_list_window(const struct plan_list *list, uint32_t from, uint32_t to, uint32_t *docs,
                        uint8_t *freqs, struct postings_hint *hint)
{
    if (list->kind == LIST_NONE)
        return 0;
    if (list->kind == LIST_STORED)
        return postings_window(list->stored, from, to, docs, freqs, hint);
    uint32_t low = own_lower(&list->own, from), high = own_lower(&list->own, to);
    memcpy(docs, list->own.docs + low, (high - low) * sizeof(*docs));
    memcpy(freqs, list->own.freqs + low, (high - low) * sizeof(*freqs));
    return high - low;
}

uint32_t plan_list_freq(const struct plan_list *list, uint32_t doc, bool *present)
{
    *present = false;
    if (list->kind == LIST_NONE)
        return 0;
    if (list->kind == LIST_STORED)
        return postings_freq_of(list->stored, doc, present);
    uint32_t at = own_lower(&list->own, doc);
    *present = at < list->own.count && list->own.docs[at] == doc;
    return *present ? list->own.freqs[at] : 0;
}
