/* Searching against a slow truth: every document looked at by itself, every
 * token of it, no index. */
#include "base/limits.h"
#include "base/map.h"
#include "index/corpus_test.h"
#include <dirent.h>
#include <math.h>
#include <sys/stat.h>

/* --- the slow truth ---------------------------------------------------------------- */

static bool token_is(const struct corpus *c, const struct made_token *t, struct str term)
{
    return str_eq(c->terms[t->term], term);
}

static uint32_t field_of(uint32_t position)
{
    return position >> POSITION_FIELD_SHIFT;
}

static bool slow_has(const struct corpus *c, const struct made_doc *d, struct str term,
                     uint32_t field)
{
    for (uint32_t i = 0; i < d->token_count; i++)
        if (token_is(c, &d->tokens[i], term) &&
            (field == FIELD_ANY || field_of(d->tokens[i].position) == field))
            return true;
    return false;
}

static bool slow_has_at(const struct corpus *c, const struct made_doc *d, struct str term,
                        uint32_t position)
{
    for (uint32_t i = 0; i < d->token_count; i++)
        if (d->tokens[i].position == position && token_is(c, &d->tokens[i], term))
            return true;
    return false;
}

static bool slow_phrase(const struct corpus *c, const struct made_doc *d, const struct query *q)
{
    bool any = false;
    for (size_t i = 0; i < q->term_count; i++)
        any |= q->terms[i].len > 0;
    for (uint32_t f = 0; any && f < FIELDS; f++)
        for (uint32_t start = 0; start < 400; start++) {
            bool here = q->field == FIELD_ANY || q->field == f;
            for (uint32_t i = 0; here && i < q->term_count; i++)
                here = q->terms[i].len == 0 ||
                       slow_has_at(c, d, q->terms[i], POSITION_OF(f, start + i));
            if (here)
                return true;
        }
    return false;
}

static bool slow_names(const struct made_doc *d, const struct query *q)
{
    for (uint32_t i = 0; i < d->name_count; i++)
        for (size_t j = 0; j < q->value_count; j++)
            if (q->part ? str_contains(d->names[i], q->values[j])
                        : str_eq(d->names[i], q->values[j]))
                return true;
    return false;
}

struct places {
    uint32_t from[4000], to[4000];
    size_t count;
};

static void add_place(struct places *out, uint32_t from, uint32_t to)
{
    assert_true(out->count < ARRAY_LEN(out->from));
    out->from[out->count] = from;
    out->to[out->count++] = to;
}

static bool slow_prefix(const struct query *q, struct str term)
{
    struct str rest = {term.ptr + q->term.len, term.len - q->term.len};
    if (!str_starts(term, q->term))
        return false;
    if (str_is(q->rest, "*1"))
        return str_ends(rest, STR("1"));
    return q->rest.len == 0 || rest.len == 1; /* "?" */
}

/* Every pair of tokens and parts, by trying all. */
static void slow_places(struct places *out, const struct corpus *c, const struct made_doc *d,
                        const struct query *q)
{
    out->count = 0;
    struct places *left = malloc(2 * sizeof(*left)), *right = left + 1;
    for (uint32_t i = 0; i < d->token_count; i++) {
        uint32_t at = d->tokens[i].position;
        bool first = q->op == QUERY_TERM     ? token_is(c, &d->tokens[i], q->term)
                     : q->op == QUERY_PREFIX ? slow_prefix(q, c->terms[d->tokens[i].term])
                     : q->op == QUERY_PHRASE ? token_is(c, &d->tokens[i], q->terms[0])
                                             : false;
        if (!first || (q->field != FIELD_ANY && field_of(at) != q->field))
            continue;
        for (uint32_t k = 1; q->op == QUERY_PHRASE && first && k < q->term_count; k++)
            first = q->terms[k].len == 0 || slow_has_at(c, d, q->terms[k], at + k);
        if (first)
            add_place(out, at,
                      at + q->width + (uint32_t)(q->op == QUERY_PHRASE ? q->term_count - 1 : 0));
    }
    for (size_t i = 0; q->op == QUERY_OR && i < q->child_count; i++) {
        slow_places(left, c, d, &q->children[i]);
        for (size_t k = 0; k < left->count; k++)
            add_place(out, left->from[k], left->to[k]);
    }
    for (int swap = 0; q->op == QUERY_NEAR && swap < 2 - q->ordered; swap++) {
        slow_places(left, c, d, &q->children[swap]);
        slow_places(right, c, d, &q->children[1 - swap]);
        for (size_t i = 0; i < left->count; i++)
            for (size_t k = 0; k < right->count; k++)
                if (right->from[k] > left->to[i] && right->from[k] - left->to[i] <= q->apart &&
                    field_of(right->from[k]) == field_of(left->to[i]))
                    add_place(out, left->from[i], right->to[k]);
    }
    free(left);
}

static bool slow_near(const struct corpus *c, const struct made_doc *d, const struct query *q)
{
    struct places *all = malloc(sizeof(*all));
    slow_places(all, c, d, q);
    bool any = all->count > 0;
    free(all);
    return any;
}

static bool slow_match(const struct corpus *c, const struct made_doc *d, const struct query *q)
{
    switch (q->op) {
    case QUERY_TERM:
        return slow_has(c, d, q->term, q->field);
    case QUERY_PHRASE:
        return slow_phrase(c, d, q);
    case QUERY_AND:
        for (size_t i = 0; i < q->child_count; i++)
            if (!slow_match(c, d, &q->children[i]))
                return false;
        return true;
    case QUERY_OR:
        for (size_t i = 0; i < q->child_count; i++)
            if (slow_match(c, d, &q->children[i]))
                return true;
        return false;
    case QUERY_NOT:
        return !slow_match(c, d, q->children);
    case QUERY_ALL:
        return true;
    case QUERY_PREFIX:
        for (uint32_t i = 0; i < d->token_count; i++)
            if (slow_prefix(q, c->terms[d->tokens[i].term]) &&
                (q->field == FIELD_ANY || field_of(d->tokens[i].position) == q->field))
                return true;
        return false;
    case QUERY_TERMS:
        for (size_t i = 0; i < q->term_count; i++)
            if (slow_has(c, d, q->terms[i], FIELD_ANY))
                return true;
        return false;
    case QUERY_NEAR:
        return slow_near(c, d, q);
    case QUERY_NUMBERS:
        return d->number != COLUMN_NONE && d->number >= q->low && d->number <= q->high;
    case QUERY_STRINGS:
        return slow_names(d, q);
    }
    return false;
}

static uint32_t slow_freq(const struct corpus *c, const struct made_doc *d, struct str term,
                          uint32_t field)
{
    uint32_t freq = 0;
    for (uint32_t i = 0; i < d->token_count; i++) {
        uint32_t f = field_of(d->tokens[i].position);
        if (token_is(c, &d->tokens[i], term) && (field == FIELD_ANY || field == f))
            freq += made_fields[f].weight;
    }
    return freq > FREQ_MAX ? FREQ_MAX : freq;
}

/* Deleted documents count until a merge drops them, so the index is asked. */
static double df_of(const struct corpus *c, struct str term)
{
    uint64_t n = 0;
    for (size_t i = 0; i < snapshot_segments(c->snapshot); i++) {
        struct term_info info;
        bool found;
        struct err e;
        assert_ok(segment_term(&info, &found, snapshot_segment(c->snapshot, i), term, &e), &e);
        n += found ? info.doc_count : 0;
    }
    return (double)n;
}

static float slow_length(const struct made_doc *d)
{
    uint32_t length = 0;
    for (uint32_t i = 0; i < d->token_count; i++)
        length += made_fields[field_of(d->tokens[i].position)].weight;
    return (float)length;
}

static double live_docs(const struct corpus *c, double *average)
{
    double n = 0, sum = 0;
    for (uint32_t i = 0; i < c->shape.docs; i++)
        if (c->docs[i].live) {
            n++;
            sum += (double)slow_length(&c->docs[i]);
        }
    *average = n > 0 ? sum / n : 0;
    return n;
}

static void slow_add(float *sum, const struct corpus *c, const struct made_doc *d,
                     const struct query *q, struct str term, uint32_t field)
{
    double average, n = live_docs(c, &average), df = df_of(c, term);
    df = df < n ? df : n;
    if (!slow_has(c, d, term, field) || q->score == SCORE_NONE)
        return;
    if (q->score == SCORE_PRESENT) {
        *sum += (float)((double)q->weight * log(n / df));
        return;
    }
    float factor = (float)((double)q->weight * log(1.0 + (n - df + 0.5) / (df + 0.5)));
    double k1 = (double)c->schema.k1, b = (double)c->schema.b;
    float base = (float)(k1 * (1.0 - b)), slope = average > 0 ? (float)(k1 * b / average) : 0;
    float along = slope * slow_length(d), norm = base + along;
    float f = (float)slow_freq(c, d, term, field), part = f / (f + norm);
    part = factor * part;
    *sum += part;
}

static void slow_score(float *sum, const struct corpus *c, const struct made_doc *d,
                       const struct query *q)
{
    if (q->op == QUERY_TERM)
        slow_add(sum, c, d, q, q->term, q->field);
    for (size_t i = 0; q->op == QUERY_PHRASE && i < q->term_count; i++)
        if (q->terms[i].len)
            slow_add(sum, c, d, q, q->terms[i], FIELD_ANY);
    bool joins = q->op == QUERY_AND || q->op == QUERY_OR || q->op == QUERY_NEAR;
    for (size_t i = 0; joins && i < q->child_count; i++)
        slow_score(sum, c, d, &q->children[i]);
}

/* --- trees --------------------------------------------------------------------------- */

static bool answers(const struct corpus *c, const struct made_doc *d, const struct query *q,
                    const struct query *filter)
{
    return d->live && slow_match(c, d, q) && (!filter || slow_match(c, d, filter));
}

static int by_rank_then_id(const void *x, const void *y)
{
    const struct hit *a = x, *b = y;
    if (a->rank != b->rank)
        return a->rank > b->rank ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

static int by_score_then_id(const void *x, const void *y)
{
    const struct hit *a = x, *b = y;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return by_rank_then_id(x, y);
}

static size_t slow_search(struct hit *hits, const struct corpus *c, const struct query *q,
                          const struct search_options *o)
{
    size_t n = 0;
    for (uint32_t i = 0; i < c->shape.docs; i++) {
        const struct made_doc *d = &c->docs[i];
        if (!answers(c, d, q, o->filter))
            continue;
        hits[n] = (struct hit){.id = d->id};
        if (o->then_by && d->number != COLUMN_NONE)
            hits[n].rank = o->order == ORDER_RISING ? UINT32_MAX - d->number : d->number + 1;
        slow_score(&hits[n++].score, c, d, q);
    }
    qsort(hits, n, sizeof(*hits), o->order == ORDER_SCORE ? by_score_then_id : by_rank_then_id);
    return n;
}

static void check_explained(const struct corpus *c, const struct query *q, const struct hit *h,
                            struct arena *a)
{
    const struct score_part *parts;
    struct explainer *x;
    size_t count;
    struct err e;
    float sum = 0;
    assert_ok(explainer_new(&x, c->snapshot, q, NULL, &e), &e);
    assert_ok(index_explain(&parts, &count, x, h, a, &e), &e);
    explainer_free(x);
    for (size_t i = 1; i < count; i++)
        assert_true(parts[i - 1].score >= parts[i].score);
    for (uint32_t leaf = 0; leaf < QUERY_TERMS_MAX; leaf++)
        for (size_t i = 0; i < count; i++)
            if (parts[i].leaf == leaf)
                sum += parts[i].score;
    if (sum != h->score)
        fail_msg("parts add up to %.9g, the hit has %.9g", (double)sum, (double)h->score);
}

static void check_tree(const struct corpus *c, uint64_t seed, struct arena *a)
{
    struct rand r = {seed};
    struct query filter, q = random_tree(c, &r, 4, a);
    struct search_options o = {.k = 1 + rand_below(&r, 600),
                               .offset = rand_below(&r, 3) ? 0 : rand_below(&r, c->shape.docs),
                               .order = (enum search_order)rand_below(&r, 3),
                               .total = rand_below(&r, 2)};
    struct hit *truth = arena_array(a, c->shape.docs, sizeof(*truth));
    struct search_result got = {0};
    struct err e;

    if (rand_below(&r, 3) == 0) {
        filter = random_tree(c, &r, 3, a);
        o.filter = &filter;
    }
    if (rand_below(&r, 2))
        o.then_by = made_columns[COLUMN_NUMBER].name;
    size_t count = slow_search(truth, c, &q, &o), after = count > o.offset ? count - o.offset : 0;
    for (size_t m = 0; index_matchers[m]; m++) {
        o.matcher = index_matchers[m];
        assert_ok(index_search(&got, c->snapshot, &q, &o, a, &e), &e);
        if (o.total && got.total != count)
            fail_msg("total %llu, not %zu (seed %llu)", (unsigned long long)got.total, count,
                     (unsigned long long)seed);
        assert_int_equal(got.hit_count, after < o.k ? after : o.k);
        for (size_t i = 0; i < got.hit_count; i++) {
            const struct hit *right = &truth[o.offset + i];
            if (got.hits[i].id != right->id || got.hits[i].score != right->score)
                fail_msg("%s: hit %zu is %llu with %.9g, not %llu with %.9g (seed %llu)", o.matcher,
                         i, (unsigned long long)got.hits[i].id, (double)got.hits[i].score,
                         (unsigned long long)right->id, (double)right->score,
                         (unsigned long long)seed);
        }
    }
    for (size_t i = 0; i < got.hit_count && i < 2; i++)
        check_explained(c, &q, &got.hits[i], a);
}

static const struct shape small[] = {
    {.docs = 200,
     .vocabulary = 40,
     .length = 14,
     .spread = 0.8,
     .skew = 2,
     .commits = 1,
     .positions = true},
    {.docs = 300,
     .vocabulary = 15,
     .length = 8,
     .spread = 1,
     .skew = 1,
     .commits = 4,
     .deleted = 0.3,
     .positions = true},
    {.docs = 250, .vocabulary = 500, .length = 20, .spread = 0.2, .skew = 3, .commits = 2},
};

static void trees_match_score_and_total_as_every_document_by_itself(void **state)
{
    (void)state;
    uint64_t seed = test_seed(4711);
    struct arena *a = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(small); i++) {
        struct corpus *c = corpus_new(&small[i], seed + i);
        for (uint64_t j = 0; j < 400; j++) {
            arena_reset(a);
            check_tree(c, seed + i * 100000 + j, a);
        }
        corpus_free(c);
    }
    arena_free(a);
}

/* --- counting ------------------------------------------------------------------------ */

static uint64_t slow_count(const struct corpus *c, const struct query *q,
                           const struct facet_value *v, int column)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < c->shape.docs; i++) {
        const struct made_doc *d = &c->docs[i];
        bool has = column == COLUMN_NUMBER && d->number == v->number;
        for (uint32_t j = 0; column == COLUMN_NAMES && j < d->name_count; j++)
            has |= str_eq(d->names[j], v->value);
        n += has && answers(c, d, q, NULL);
    }
    return n;
}

static void check_facets(const struct corpus *c, const struct query *q, struct arena *a)
{
    struct facet_request asked[] = {
        {COLUMN_NAMES, 0}, {COLUMN_NAMES, 3}, {COLUMN_NUMBER, 0}, {COLUMN_NUMBER, 5}};
    struct search_options o = {.facets = asked, .facet_count = ARRAY_LEN(asked)};
    struct search_result got = {0};
    struct err e;
    assert_ok(index_search(&got, c->snapshot, q, &o, a, &e), &e);
    for (size_t f = 0; f < ARRAY_LEN(asked); f++) {
        const struct facet_result *r = &got.facets[f];
        assert_int_equal(r->count,
                         asked[f].top && asked[f].top < r->distinct ? asked[f].top : r->distinct);
        for (size_t i = 0; i < r->count; i++) {
            const struct facet_value *v = &r->values[i], *full = &got.facets[f & ~1u].values[i];
            assert_int_equal(v->count, slow_count(c, q, v, asked[f].column));
            assert_true(v->count == full->count && v->number == full->number &&
                        str_eq(v->value, full->value));
            if (i == 0)
                continue;
            assert_true(v[-1].count > v->count ||
                        (v[-1].count == v->count &&
                         (v[-1].number < v->number || str_cmp(v[-1].value, v->value) < 0)));
        }
    }
    for (uint32_t i = 0; i < c->shape.docs; i++) { /* no value is missing */
        const struct made_doc *d = &c->docs[i];
        bool found = d->number == COLUMN_NONE || !answers(c, d, q, NULL);
        for (size_t j = 0; !found && j < got.facets[2].count; j++)
            found = got.facets[2].values[j].number == d->number;
        assert_true(found);
    }
}

static size_t thousands(char *out, size_t cap, struct str value, uint32_t number, void *arg)
{
    (void)value;
    (void)arg;
    return (size_t)snprintf(out, cap, "%u", number / 1000);
}

/* "name 7" → "7", but 3 is dropped and 10, 11 fall together with 1. */
static size_t digit(char *out, size_t cap, struct str value, uint32_t number, void *arg)
{
    (void)number;
    (void)arg;
    assert_true(cap > 0);
    out[0] = value.ptr[5];
    return out[0] == '3' ? 0 : 1;
}

/* Marks of the groups of a corpus. */
static bool *group_marks(const struct corpus *c, struct arena *a)
{
    return arena_array(a, c->shape.docs + 1, sizeof(bool));
}

static uint64_t slow_groups(const struct corpus *c, const struct query *q, struct arena *a)
{
    bool *seen = group_marks(c, a);
    uint64_t n = 0;
    for (uint32_t i = 0; i < c->shape.docs; i++)
        if (answers(c, &c->docs[i], q, NULL)) {
            n += !seen[c->docs[i].group];
            seen[c->docs[i].group] = true;
        }
    return n;
}

static uint64_t slow_group_size(const struct corpus *c, const struct query *q, uint32_t group)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < c->shape.docs; i++)
        n += c->docs[i].group == group && answers(c, &c->docs[i], q, NULL);
    return n;
}

/* Every group's size, also of those without a match. */
static void check_groups(const struct corpus *c, const struct query *q, struct arena *a)
{
    struct search_scratch *scratch = search_scratch_new();
    struct group_size *sizes = arena_array(a, c->shape.docs + 1, sizeof(*sizes));
    struct match_totals totals;
    struct search_result found;
    struct search_options o = {.k = 50, .total = true};
    struct err e;
    for (uint32_t i = 0; i < c->shape.docs; i++)
        sizes[i].key = group_key_made(&c->docs[i]);
    assert_ok(index_groups(&totals, sizes, c->shape.docs, c->snapshot, q, NULL, COLUMN_GROUP,
                           scratch, &e),
              &e);
    assert_int_equal(totals.groups, slow_groups(c, q, a));
    for (uint32_t i = 0; i < c->shape.docs; i += 1 + c->shape.docs / 1000)
        assert_int_equal(sizes[i].count, slow_group_size(c, q, c->docs[i].group));
    assert_ok(index_search(&found, c->snapshot, q, &o, a, &e), &e);
    assert_int_equal(totals.documents, found.total);
    for (size_t i = 0; i < found.hit_count; i++) {
        const struct made_doc *d = c->docs;
        uint64_t key;
        while (d->id != found.hits[i].id)
            d++;
        assert_ok(index_group_of(&key, c->snapshot, &found.hits[i], COLUMN_GROUP, &e), &e);
        assert_true(key == group_key_made(d));
    }
    search_scratch_free(scratch);
}

/* Columns of few values, of many, of far apart ones; mapped and as they are. */
static const struct cell_axis made_axes[] = {
    {COLUMN_NUMBER, thousands, NULL}, {COLUMN_NUMBER, NULL, NULL}, {COLUMN_NAMES, digit, NULL},
    {COLUMN_NAMES, NULL, NULL},       {COLUMN_GROUP, NULL, NULL},  {COLUMN_GROUP_HIGH, NULL, NULL}};

/* The cells of a document on an axis, without repeats; returns how many. */
static size_t slow_cells(struct str *cells, const struct made_doc *d, const struct cell_axis *x,
                         struct arena *a)
{
    uint64_t group = group_key_made(d);
    uint32_t numbers[COLUMNS] = {[COLUMN_NUMBER] = d->number,
                                 [COLUMN_GROUP] = (uint32_t)group,
                                 [COLUMN_GROUP_HIGH] = (uint32_t)(group >> 32)};
    bool names = x->column == COLUMN_NAMES;
    size_t count = 0;
    for (size_t i = 0; i < (names ? d->name_count : 1); i++) {
        char text[CELL_TEXT_MAX];
        struct str cell = names ? d->names[i] : arena_printf(a, "%u", numbers[x->column]);
        if (!names && numbers[x->column] == COLUMN_NONE)
            continue;
        if (x->map) {
            size_t len = x->map(text, sizeof(text), cell, numbers[x->column], NULL);
            cell = arena_dup(a, (struct str){text, len});
        }
        bool repeated = cell.len == 0;
        for (size_t j = 0; j < count; j++)
            repeated |= str_eq(cells[j], cell);
        if (!repeated)
            cells[count++] = cell;
    }
    return count;
}

/* Counts of all combinations by their keys in a row, and of all of a group once. */
static struct map *slow_table(const struct corpus *c, const struct query *q,
                              const struct query *filter, const struct cell_axis *axes,
                              size_t axis_count, bool by_group, struct arena *a)
{
    struct map *counts = map_in(a), *seen = map_in(a);
    for (uint32_t i = 0; i < c->shape.docs; i++) {
        struct str cells[CELL_AXES_MAX][8];
        size_t n[CELL_AXES_MAX] = {1, 1, 1};
        const struct made_doc *d = &c->docs[i];
        if (!answers(c, d, q, filter))
            continue;
        for (size_t k = 0; k < axis_count; k++)
            n[k] = slow_cells(cells[k], d, &axes[k], a);
        for (size_t x = 0; x < n[0] * n[1] * n[2]; x++) {
            size_t at[CELL_AXES_MAX] = {x / (n[1] * n[2]), x / n[2] % n[1], x % n[2]};
            struct str key = STR_NONE;
            bool first = true;
            for (size_t k = 0; k < axis_count; k++)
                key = arena_printf(a, "%.*s%.*s|", STR_ARG(key), STR_ARG(cells[k][at[k]]));
            if (by_group)
                (void)map_put(seen, arena_printf(a, "%.*s%u", STR_ARG(key), d->group), &first);
            if (first)
                ++*map_put(counts, key, &first);
        }
    }
    return counts;
}

/* A table over one to three of the axes. */
static void check_cells(const struct corpus *c, const struct query *q, const struct query *filter,
                        struct rand *r, struct search_scratch *scratch, struct arena *a)
{
    struct cell_axis axes[CELL_AXES_MAX];
    size_t axis_count = 1 + rand_below(r, CELL_AXES_MAX), count;
    int groups = rand_below(r, 2) ? COLUMN_GROUP : -1;
    const struct cell_count *cells;
    struct match_totals total;
    struct err e;
    for (size_t k = 0; k < axis_count; k++)
        axes[k] = made_axes[rand_below(r, ARRAY_LEN(made_axes))];
    assert_ok(index_cells(&cells, &count, &total, c->snapshot, q, filter, axes, axis_count, groups,
                          scratch, a, &e),
              &e);
    struct map *slow = slow_table(c, q, filter, axes, axis_count, groups >= 0, a);
    assert_int_equal(count, map_count(slow));
    for (size_t i = 0; i < count; i++) {
        struct str key = STR_NONE;
        int order = i > 0 ? 0 : -1;
        for (size_t k = 0; k < axis_count; k++) {
            key = arena_printf(a, "%.*s%.*s|", STR_ARG(key), STR_ARG(cells[i].key[k]));
            if (order == 0)
                order = str_cmp(cells[i - 1].key[k], cells[i].key[k]);
        }
        assert_true(order < 0);
        assert_non_null(map_get(slow, key));
        assert_int_equal(cells[i].count, *map_get(slow, key));
    }
    uint64_t all = 0, met = 0;
    bool *seen = group_marks(c, a);
    for (uint32_t i = 0; i < c->shape.docs; i++)
        if (answers(c, &c->docs[i], q, filter)) {
            all++;
            met += !seen[c->docs[i].group];
            seen[c->docs[i].group] = true;
        }
    assert_int_equal(total.documents, all);
    assert_int_equal(total.groups, groups < 0 ? 0 : met);
}

/* A filter that accepts some values of one column, or of two. */
static struct query random_choice(struct rand *r, struct arena *a)
{
    size_t count = 1 + rand_below(r, 20);
    struct query *any = arena_array(a, count, sizeof(*any));
    bool both = rand_below(r, 2), names = rand_below(r, 2);
    for (size_t i = 0; i < count; i++) {
        any[i] = random_numbers(r);
        if (rand_below(r, 2))
            any[i].high = any[i].low;
        if (both ? rand_below(r, 2) : names) {
            struct str *value = arena_alloc(a, sizeof(*value));
            *value = arena_printf(a, "name %u", rand_below(r, 14));
            any[i] = (struct query){
                .op = QUERY_STRINGS, .column = COLUMN_NAMES, .values = value, .value_count = 1};
        }
    }
    return (struct query){.op = QUERY_OR, .children = any, .child_count = count};
}

#define LANDSCAPES 2400

static void landscapes_are_those_of_every_document_by_itself(void **state)
{
    (void)state;
    static const struct shape shapes[] = {
        {.docs = 1, .vocabulary = 5, .length = 4, .skew = 1, .commits = 1},
        {.docs = 150,
         .vocabulary = 20,
         .length = 6,
         .spread = 1,
         .skew = 1,
         .commits = 3,
         .deleted = 0.2,
         .updated = 0.3},
        {.docs = 400,
         .vocabulary = 60,
         .length = 8,
         .spread = 1,
         .skew = 2,
         .commits = 2,
         .deleted = 0.1,
         .updated = 0.5,
         .merged = true},
        {.docs = 700,
         .vocabulary = 10,
         .length = 3,
         .spread = 1,
         .skew = 1,
         .commits = 1,
         .updated = 0.1,
         .positions = true},
    };
    uint64_t seed = test_seed(61);
    struct arena *a = arena_new();
    struct search_scratch *scratch = search_scratch_new();
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
        struct corpus *c = corpus_new(&shapes[i], seed + i);
        for (uint64_t j = 0; j < LANDSCAPES / ARRAY_LEN(shapes); j++) {
            struct rand r = {seed + i * 100000 + j};
            arena_reset(a);
            struct query q = random_tree(c, &r, 3, a), filter = random_choice(&r, a);
            if (rand_below(&r, 3) == 0)
                q.op = QUERY_ALL;
            if (rand_below(&r, 4) == 0)
                filter = random_tree(c, &r, 2, a);
            check_cells(c, &q, rand_below(&r, 4) ? &filter : NULL, &r, scratch, a);
        }
        corpus_free(c);
    }
    search_scratch_free(scratch);
    arena_free(a);
}

static void facets_and_groups_count_every_match_once(void **state)
{
    (void)state;
    uint64_t seed = test_seed(1234);
    struct arena *a = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(small); i++) {
        struct corpus *c = corpus_new(&small[i], seed + i);
        for (uint64_t j = 0; j < 25; j++) {
            struct rand r = {seed + i * 1000 + j};
            arena_reset(a);
            struct query q = random_tree(c, &r, 3, a);
            check_facets(c, &q, a);
            check_groups(c, &q, a);
        }
        corpus_free(c);
    }
    arena_free(a);
}

/* More than one part of the keys (groups.c). */
static void groups_of_many_matches_are_counted_in_parts(void **state)
{
    (void)state;
    const struct shape shape = {.docs = 40000,
                                .vocabulary = 30,
                                .length = 3,
                                .spread = 1,
                                .skew = 1,
                                .commits = 4,
                                .deleted = 0.1};
    struct corpus *c = corpus_new(&shape, 8);
    struct arena *a = arena_new();
    struct query all = {.op = QUERY_ALL};
    struct search_scratch *scratch = search_scratch_new();
    check_groups(c, &all, a);
    for (uint64_t i = 0; i < 4; i++)
        check_cells(c, &all, NULL, &(struct rand){i}, scratch, a);
    search_scratch_free(scratch);
    arena_free(a);
    corpus_free(c);
}

/* --- columns of any values ------------------------------------------------------------ */

#define VALUE_DOCS 6000u
enum { COLUMN_EMPTY, COLUMN_SAME, COLUMN_HALF, COLUMN_FAR, COLUMN_OWN, VALUE_COLUMNS };

static uint32_t value_made(uint32_t doc, int column)
{
    switch (column) {
    case COLUMN_SAME:
        return 7;
    case COLUMN_HALF: /* about 2^31, and some without */
        return doc % 11 == 0 ? COLUMN_NONE : ((uint32_t)1 << 31) - 1 + doc % 3;
    case COLUMN_FAR:
        return doc % 5 == 0 ? 0 : doc % 5 == 1 ? COLUMN_NONE - 1 : doc / 2 * 1234567u;
    case COLUMN_OWN:
        return 20000000 + doc;
    default:
        return COLUMN_NONE;
    }
}

static uint64_t slow_range(int column, const struct query *ranges, size_t count)
{
    uint64_t n = 0;
    for (uint32_t d = 0; d < VALUE_DOCS; d++) {
        uint32_t value = value_made(d, column);
        bool in = false;
        for (size_t i = 0; i < count; i++)
            in |= value != COLUMN_NONE && value >= ranges[i].low && value <= ranges[i].high;
        n += in;
    }
    return n;
}

/* Ranges about the values of the column and its ends, alone and joined by OR. */
static void check_ranges(const struct snapshot *s, int column, struct rand *r, struct arena *a)
{
    static const uint32_t ends[] = {0,
                                    1,
                                    7,
                                    ((uint32_t)1 << 31) - 1,
                                    (uint32_t)1 << 31,
                                    20000000 + VALUE_DOCS - 2, /* all but the last of COLUMN_OWN */
                                    COLUMN_NONE - 1,
                                    COLUMN_NONE};
    struct query any[12], all = {.op = QUERY_ALL};
    size_t count = 1 + rand_below(r, ARRAY_LEN(any));
    for (size_t i = 0; i < count; i++) {
        uint32_t at[2];
        for (size_t k = 0; k < 2; k++)
            at[k] = rand_below(r, 2) ? ends[rand_below(r, ARRAY_LEN(ends))]
                                     : value_made(rand_below(r, VALUE_DOCS), column);
        any[i] = (struct query){
            .op = QUERY_NUMBERS, .column = column, .low = at[0], .high = at[rand_below(r, 2)]};
    }
    struct query filter = {.op = QUERY_OR, .children = any, .child_count = count};
    struct search_options o = {.total = true, .filter = &filter};
    struct search_result got;
    struct err e;
    assert_ok(index_search(&got, s, &all, &o, a, &e), &e);
    assert_int_equal(got.total, slow_range(column, any, count));
}

static void check_values(const struct snapshot *s, int column, struct search_scratch *scratch,
                         struct arena *a)
{
    struct query all = {.op = QUERY_ALL};
    struct facet_request asked[] = {{column, 0}, {column, 5}};
    struct search_options o = {.facets = asked, .facet_count = 2, .scratch = scratch};
    struct cell_axis axis = {column, NULL, NULL};
    const struct cell_count *cells;
    struct match_totals total;
    struct search_result got;
    size_t count;
    uint64_t sum = 0;
    struct err e;
    assert_ok(index_search(&got, s, &all, &o, a, &e), &e);
    assert_ok(index_cells(&cells, &count, &total, s, &all, NULL, &axis, 1, -1, scratch, a, &e), &e);
    assert_int_equal(total.documents, VALUE_DOCS);
    assert_int_equal(count, got.facets[0].count);
    for (size_t i = 0; i < got.facets[0].count; i++) {
        const struct facet_value *v = &got.facets[0].values[i];
        struct query one = {
            .op = QUERY_NUMBERS, .column = column, .low = v->number, .high = v->number};
        sum += v->count;
        if (i < 50)
            assert_int_equal(v->count, slow_range(column, &one, 1));
        if (i > 0)
            assert_true(v[-1].count > v->count ||
                        (v[-1].count == v->count && v[-1].number < v->number));
        if (i < got.facets[1].count)
            assert_true(v->number == got.facets[1].values[i].number &&
                        v->count == got.facets[1].values[i].count);
    }
    for (size_t i = 0; i < count; i++)
        sum -= cells[i].count;
    assert_int_equal(sum, 0);
    assert_int_equal(got.facets[1].distinct, got.facets[0].count);
    assert_int_equal(got.facets[1].count, count < 5 ? count : 5);
}

static void columns_of_any_values_are_counted_and_ranged(void **state)
{
    (void)state;
    static const struct index_column columns[] = {{"empty", COLUMN_U32},
                                                  {"same", COLUMN_U32},
                                                  {"half", COLUMN_U32},
                                                  {"far", COLUMN_U32},
                                                  {"own", COLUMN_U32}};
    struct index_schema schema = {.fields = made_fields,
                                  .field_count = FIELDS,
                                  .columns = columns,
                                  .column_count = VALUE_COLUMNS,
                                  .k1 = 1.2f,
                                  .b = 0.75f};
    for (uint32_t commits = 1; commits <= 3; commits += 2) {
        char dir[] = "/tmp/zhiyun-query-test-XXXXXX";
        struct rand r = {test_seed(31)};
        struct arena *a = arena_new();
        struct search_scratch *scratch = search_scratch_new();
        struct index_writer *w;
        struct index_reader *reader;
        struct err e;
        assert_non_null(mkdtemp(dir));
        assert_ok(index_writer_open(&w, &fs_system, dir, &schema, NULL, &e), &e);
        for (uint32_t d = 0; d < VALUE_DOCS; d++) {
            struct index_token token = {STR("t"), 0};
            uint32_t numbers[VALUE_COLUMNS];
            for (int i = 0; i < VALUE_COLUMNS; i++)
                numbers[i] = value_made(d, i);
            struct index_doc doc = {d + 1, &token, 1, numbers, NULL};
            assert_ok(index_add(w, &doc, &e), &e);
            if (d % (VALUE_DOCS / commits) == 100)
                assert_ok(index_commit(w, d, &e), &e);
        }
        assert_ok(index_commit(w, VALUE_DOCS, &e), &e);
        index_writer_close(w);
        assert_ok(index_reader_open(&reader, &fs_system, dir, &e), &e);
        struct snapshot *s = snapshot_get(reader);
        for (int i = 0; i < VALUE_COLUMNS; i++) {
            check_values(s, i, scratch, a);
            for (size_t k = 0; k < 60; k++)
                check_ranges(s, i, &r, a);
        }
        snapshot_put(s);
        index_reader_close(reader);
        index_folder_remove(dir);
        search_scratch_free(scratch);
        arena_free(a);
    }
}

/* --- refusals ------------------------------------------------------------------------ */

static err_t try(const struct corpus *c, struct query q, struct search_options o, struct err *e)
{
    struct arena *a = arena_new();
    struct search_result r;
    err_t rc = index_search(&r, c->snapshot, &q, &o, a, e);
    if (rc != OK)
        assert_int_equal(r.hit_count, 0);
    arena_free(a);
    return rc;
}

#define MANY_VALUES 2100

static size_t last_digit(char *out, size_t cap, struct str value, uint32_t number, void *arg)
{
    (void)cap, (void)number, (void)arg;
    out[0] = value.ptr[value.len - 1];
    return 1;
}

/* A document of very many values counts once in a cell, and a table of all its pairs
 * is refused instead of taking memory without end. */
static void a_document_of_thousands_of_values_is_counted_or_refused(void **state)
{
    (void)state;
    char dir[] = "/tmp/zhiyun-query-test-XXXXXX";
    const struct index_schema schema = {.fields = made_fields,
                                        .field_count = FIELDS,
                                        .columns = made_columns,
                                        .column_count = COLUMNS,
                                        .k1 = 1.2f,
                                        .b = 0.75f};
    struct arena *a = arena_new();
    struct str *values = arena_array(a, MANY_VALUES, sizeof(*values));
    for (int i = 0; i < MANY_VALUES; i++)
        values[i] = arena_printf(a, "name %d", i);
    struct index_values strings[COLUMNS] = {[COLUMN_NAMES] = {values, MANY_VALUES}};
    struct index_token token = {STR("t"), 0};
    struct index_doc doc = {1, &token, 1, (uint32_t[COLUMNS]){5}, strings};
    struct cell_axis digits[] = {{COLUMN_NUMBER, NULL, NULL}, {COLUMN_NAMES, last_digit, NULL}};
    struct cell_axis names[] = {
        {COLUMN_NAMES, NULL, NULL}, {COLUMN_NAMES, NULL, NULL}, {COLUMN_NAMES, NULL, NULL}};
    struct query all = {.op = QUERY_ALL};
    struct search_scratch *scratch = search_scratch_new();
    const struct cell_count *cells;
    struct index_writer *w;
    struct index_reader *r;
    size_t count;
    struct match_totals total;
    struct err e;
    assert_non_null(mkdtemp(dir));
    assert_ok(index_writer_open(&w, &fs_system, dir, &schema, NULL, &e), &e);
    for (doc.id = 1; doc.id <= 3; doc.id++)
        assert_ok(index_add(w, &doc, &e), &e);
    assert_ok(index_commit(w, 1, &e), &e);
    index_writer_close(w);
    assert_ok(index_reader_open(&r, &fs_system, dir, &e), &e);
    struct snapshot *s = snapshot_get(r);
    assert_ok(index_cells(&cells, &count, &total, s, &all, NULL, digits, 2, -1, scratch, a, &e),
              &e);
    assert_int_equal(count, 10);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(cells[i].count, 3);
    assert_int_equal(total.documents, 3);
    assert_int_equal(
        index_cells(&cells, &count, &total, s, &all, NULL, names, 2, -1, scratch, a, &e), E_LIMIT);
    assert_int_equal(
        index_cells(&cells, &count, &total, s, &all, NULL, names, 3, -1, scratch, a, &e), E_LIMIT);
    assert_true(str_contains(str_of(e.text), STR("add a filter")));
    search_scratch_free(scratch);
    snapshot_put(s);
    index_reader_close(r);
    index_folder_remove(dir);
    arena_free(a);
}

static void queries_without_sense_are_refused_with_a_sentence(void **state)
{
    (void)state;
    struct corpus *c = corpus_new(&small[2], 5); /* without positions */
    struct query term = {.op = QUERY_TERM, .term = STR("t1"), .field = FIELD_ANY, .weight = 1};
    struct search_options o = {.k = 10};
    struct query bad;
    struct err e;

    assert_int_equal(try(c, term, o, &e), OK);
    for (size_t i = 0; i < 3; i++) {
        bad = term;
        bad.weight = (float[]){0, -1, NAN}[i];
        assert_int_equal(try(c, bad, o, &e), E_INVALID);
    }
    bad = term;
    bad.field = FIELD_TITLE;
    assert_int_equal(try(c, bad, o, &e), E_INVALID);
    assert_true(str_contains(str_of(e.text), STR("positions")));
    bad.field = FIELDS;
    assert_int_equal(try(c, bad, o, &e), E_INVALID);
    bad = (struct query){.op = QUERY_NUMBERS, .column = COLUMN_NAMES};
    assert_int_equal(try(c, bad, o, &e), E_INVALID);
    bad.column = -1;
    assert_int_equal(try(c, bad, o, &e), E_INVALID);
    bad = (struct query){.op = QUERY_NOT};
    assert_int_equal(try(c, bad, o, &e), E_INVALID);
    assert_int_equal(try(c, term, (struct search_options){.k = 1, .matcher = "none"}, &e),
                     E_INVALID);
    corpus_free(c);
}

static void a_query_may_be_as_deep_and_long_as_the_limits_and_no_more(void **state)
{
    (void)state;
    struct corpus *c = corpus_new(&small[2], 6);
    struct query leaves[QUERY_TERMS_MAX + 1], levels[QUERY_DEPTH_MAX + 1];
    struct search_options o = {.k = 10};
    struct err e;
    for (size_t i = 0; i < ARRAY_LEN(leaves); i++)
        leaves[i] = (struct query){.op = QUERY_TERM,
                                   .term = c->terms[i % c->shape.vocabulary],
                                   .field = FIELD_ANY,
                                   .weight = 1};
    struct query any = {.op = QUERY_OR, .children = leaves, .child_count = QUERY_TERMS_MAX};
    assert_int_equal(try(c, any, o, &e), OK);
    any.child_count++;
    assert_int_equal(try(c, any, o, &e), E_LIMIT);
    levels[0] = leaves[0];
    for (size_t i = 1; i < ARRAY_LEN(levels); i++)
        levels[i] = (struct query){.op = QUERY_AND, .children = &levels[i - 1], .child_count = 1};
    assert_int_equal(try(c, levels[QUERY_DEPTH_MAX - 1], o, &e), OK);
    assert_int_equal(try(c, levels[QUERY_DEPTH_MAX], o, &e), E_LIMIT);
    corpus_free(c);
}

static void equal_scores_come_by_the_column_asked_for_then_by_id(void **state)
{
    (void)state;
    struct corpus *c = corpus_new(&small[1], 7);
    struct arena *a = arena_new();
    struct query all = {.op = QUERY_ALL};
    struct search_options o = {.k = 250, .then_by = made_columns[COLUMN_NUMBER].name};
    struct search_result r;
    struct err e;
    for (size_t m = 0; index_matchers[m]; m++) {
        bool without = false;
        o.matcher = index_matchers[m];
        assert_ok(index_search(&r, c->snapshot, &all, &o, a, &e), &e);
        for (size_t i = 1; i < r.hit_count; i++) {
            const struct hit *x = &r.hits[i - 1], *y = &r.hits[i];
            assert_true(x->rank > y->rank || (x->rank == y->rank && x->id < y->id));
            without |= y->rank == 0;
        }
        assert_true(r.hits[0].rank > r.hits[r.hit_count / 2].rank);
        assert_true(without); /* documents without a value are among them, at the end */
    }
    o.then_by = "colour";
    assert_int_equal(index_search(&r, c->snapshot, &all, &o, a, &e), E_INVALID);
    arena_free(a);
    corpus_free(c);
}

static void a_page_anywhere_is_a_part_of_the_whole_list(void **state)
{
    (void)state;
    const struct shape shape = {.docs = RESULTS_MAX + 2000,
                                .vocabulary = 30,
                                .length = 3,
                                .spread = 1,
                                .skew = 1,
                                .commits = 3};
    struct corpus *c = corpus_new(&shape, 8);
    struct arena *a = arena_new();
    struct query leaves[] = {
        {.op = QUERY_ALL},
        {.op = QUERY_TERM, .term = c->terms[0], .field = FIELD_ANY, .weight = 1}};
    struct query any = {.op = QUERY_OR, .children = leaves, .child_count = 2};
    const size_t offsets[] = {0, 700, RESULTS_MAX - 5, RESULTS_MAX, shape.docs - 3, shape.docs};
    struct search_result all, page;
    struct err e;
    for (int order = ORDER_SCORE; order <= ORDER_RISING; order++) {
        struct search_options o = {.k = SIZE_MAX,
                                   .order = (enum search_order)order,
                                   .then_by = made_columns[COLUMN_NUMBER].name};
        assert_ok(index_search(&all, c->snapshot, &any, &o, a, &e), &e);
        assert_int_equal(all.hit_count, shape.docs);
        o.k = 10;
        for (size_t i = 0; i < ARRAY_LEN(offsets); i++) {
            o.offset = offsets[i];
            size_t left = shape.docs - o.offset;
            assert_ok(index_search(&page, c->snapshot, &any, &o, a, &e), &e);
            assert_int_equal(page.hit_count, left < o.k ? left : o.k);
            for (size_t k = 0; k < page.hit_count; k++) {
                assert_int_equal(page.hits[k].id, all.hits[o.offset + k].id);
                assert_true(page.hits[k].score == all.hits[o.offset + k].score);
            }
        }
    }
    arena_free(a);
    corpus_free(c);
}

static void a_query_without_scoring_words_answers_by_rising_id(void **state)
{
    (void)state;
    struct corpus *c = corpus_new(&small[1], 7);
    struct arena *a = arena_new();
    struct query all = {.op = QUERY_ALL};
    struct search_options o = {.k = 50, .total = true};
    struct search_result r;
    struct err e;
    for (size_t m = 0; index_matchers[m]; m++) {
        o.matcher = index_matchers[m];
        assert_ok(index_search(&r, c->snapshot, &all, &o, a, &e), &e);
        assert_int_equal(r.total, snapshot_docs(c->snapshot));
        assert_int_equal(r.hit_count, 50);
        for (size_t i = 0; i < r.hit_count; i++) {
            assert_true(r.hits[i].score == 0);
            assert_true(i == 0 || r.hits[i - 1].id < r.hits[i].id);
        }
    }
    arena_free(a);
    corpus_free(c);
}

/* --- damage -------------------------------------------------------------------------- */

/* The largest file of the index: a segment. */
static char *segment_path(const struct corpus *c, long *size)
{
    static const char segments[] = ".seg";
    static char path[512];
    DIR *d = opendir(c->dir);
    assert_non_null(d);
    *size = 0;
    for (struct dirent *f; (f = readdir(d));) {
        struct stat st;
        char one[512];
        snprintf(one, sizeof(one), "%.100s/%.200s", c->dir, f->d_name);
        if (str_ends(str_of(f->d_name), str_of(segments)) && stat(one, &st) == 0 &&
            st.st_size > *size) {
            *size = (long)st.st_size;
            memcpy(path, one, sizeof(path));
        }
    }
    closedir(d);
    assert_true(*size > 0);
    return path;
}

static void flip(const char *path, long at, unsigned char bits)
{
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, at, SEEK_SET), 0);
    int byte = fgetc(f);
    assert_int_equal(fseek(f, at, SEEK_SET), 0);
    assert_int_not_equal(fputc(byte ^ bits, f), EOF);
    assert_int_equal(fclose(f), 0);
}

/* All ids and scores of some queries, as one number; 0 where one is refused. */
static uint64_t answers_digest(const struct corpus *c, struct arena *a)
{
    struct index_reader *reader;
    uint64_t digest = 1;
    struct err e;
    if (index_reader_open(&reader, &fs_system, c->dir, &e) != OK)
        return 0;
    struct snapshot *s = snapshot_get(reader);
    for (uint64_t i = 0; digest && i < 6; i++) {
        struct rand r = {i};
        struct query q = random_tree(c, &r, 3, a);
        struct facet_request facet = {i % COLUMNS, 0};
        struct search_options o = {.k = 50,
                                   .total = true,
                                   .facets = &facet,
                                   .facet_count = 1,
                                   .matcher = index_matchers[i % 2]};
        struct search_result result;
        err_t rc = index_search(&result, s, &q, &o, a, &e);
        if (rc != OK) {
            assert_int_equal(rc, E_CORRUPT);
            assert_int_equal(result.hit_count, 0);
            digest = 0;
            break;
        }
        digest = hash_bytes((struct str){(const char *)&result.total, 8}, digest);
        for (size_t j = 0; j < result.hit_count; j++) {
            digest = hash_bytes((struct str){(const char *)&result.hits[j].id, 8}, digest);
            digest = hash_bytes((struct str){(const char *)&result.hits[j].score, 4}, digest);
        }
        for (size_t j = 0; j < result.facets[0].count; j++)
            digest = hash_bytes((struct str){(const char *)&result.facets[0].values[j].count, 8},
                                digest);
    }
    snapshot_put(s);
    index_reader_close(reader);
    return digest;
}

static void a_damaged_segment_is_refused_or_answers_as_before(void **state)
{
    (void)state;
    struct rand r = {test_seed(321)};
    struct arena *a = arena_new();
    struct corpus *c = corpus_new(&small[0], 8);
    long size, refused = 0;
    const char *path = segment_path(c, &size);
    uint64_t truth = answers_digest(c, a);
    assert_true(truth != 0);
    for (size_t i = 0; i < 1000; i++) {
        long at = (long)rand_below(&r, (uint32_t)size);
        unsigned char bits = (unsigned char)(1 + rand_below(&r, 255));
        arena_reset(a);
        flip(path, at, bits);
        uint64_t got = answers_digest(c, a);
        flip(path, at, bits);
        refused += got == 0;
        if (got != 0 && got != truth)
            fail_msg("another answer with byte %ld of %ld changed", at, size);
    }
    assert_true(refused > 0);
    arena_reset(a);
    assert_true(answers_digest(c, a) == truth);
    arena_free(a);
    corpus_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trees_match_score_and_total_as_every_document_by_itself),
        cmocka_unit_test(facets_and_groups_count_every_match_once),
        cmocka_unit_test(landscapes_are_those_of_every_document_by_itself),
        cmocka_unit_test(columns_of_any_values_are_counted_and_ranged),
        cmocka_unit_test(groups_of_many_matches_are_counted_in_parts),
        cmocka_unit_test(a_document_of_thousands_of_values_is_counted_or_refused),
        cmocka_unit_test(queries_without_sense_are_refused_with_a_sentence),
        cmocka_unit_test(a_query_may_be_as_deep_and_long_as_the_limits_and_no_more),
        cmocka_unit_test(a_query_without_scoring_words_answers_by_rising_id),
        cmocka_unit_test(equal_scores_come_by_the_column_asked_for_then_by_id),
        cmocka_unit_test(a_page_anywhere_is_a_part_of_the_whole_list),
        cmocka_unit_test(a_damaged_segment_is_refused_or_answers_as_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
