/* Trees to bitmaps, bottom up. A bitmap of a million documents is 122 KiB, so
 * the union or intersection of two is some microseconds; what costs is filling
 * them. An AND therefore hands what it has so far down to its dearer children
 * (`within`), which then look only at those documents. */
#include "index/docset.h"
#include "index/kernels/scan.h"
#include <stdlib.h>

size_t docset_words(const struct segment *s)
{
    return ((size_t)segment_doc_count(s) + 63) / 64;
}

uint64_t docset_count(const uint64_t *words, size_t count)
{
    return scan_kernels()->count_bits(words, count);
}

static void fill(uint64_t *words, uint32_t docs)
{
    memset(words, 0xff, docs / 64 * sizeof(*words));
    if (docs % 64)
        words[docs / 64] = ((uint64_t)1 << (docs % 64)) - 1;
}

static bool is_empty(const uint64_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (words[i])
            return false;
    return true;
}

static void keep_within(uint64_t *words, const uint64_t *within, size_t count)
{
    for (size_t i = 0; within && i < count; i++)
        words[i] &= within[i];
}

static void add_postings(uint64_t *words, const struct docset *x, const struct postings *p)
{
    uint32_t docs = p->segment_docs;
    if (p->shape == POSTINGS_BITMAP) {
        const uint64_t *bits = postings_bits(p, 0, docs, NULL);
        for (uint32_t i = 0; i < docs / 64; i++)
            words[i] |= bits[i];
        if (docs % 64)
            words[docs / 64] |= bits[docs / 64] & (((uint64_t)1 << (docs % 64)) - 1);
        return;
    }
    size_t most = (size_t)p->info.doc_count + POSTINGS_SLACK;
    if (most > x->room->cap) {
        x->room->cap = 2 * most;
        x->room->docs = scratch_raw(x->memory, x->room->cap, sizeof(*x->room->docs));
    }
    uint32_t *list = x->room->docs;
    size_t n = postings_window(p, 0, docs, list, NULL, NULL);
    for (size_t i = 0; i < n; i++)
        words[list[i] / 64] |= (uint64_t)1 << (list[i] % 64);
}

static err_t add_term(uint64_t *words, const struct docset *x, const struct term_info *info,
                      struct err *e)
{
    struct postings *p = arena_alloc(x->scratch, sizeof(*p));
    err_t rc = postings_open(p, x->segment, info, e);
    if (rc != OK)
        return rc;
    add_postings(words, x, p);
    return OK;
}

void docset_add_list(uint64_t *words, const struct doc_list *list)
{
    for (uint32_t i = 0; i < list->count; i++)
        words[list->docs[i] / 64] |= (uint64_t)1 << (list->docs[i] % 64);
}

static err_t match_term(uint64_t *words, const struct docset *x, const struct query *q,
                        const uint64_t *within, struct err *e)
{
    struct doc_list list;
    struct term_info info;
    bool found;
    err_t rc;

    if (q->field == FIELD_ANY) {
        if ((rc = segment_term(&info, &found, x->segment, q->term, e)) != OK || !found)
            return rc;
        return add_term(words, x, &info, e);
    }
    if ((rc = docset_field_list(&list, x, q->term, q->field, within, e)) == OK)
        docset_add_list(words, &list);
    return rc;
}

struct prefix_walk {
    uint64_t *words;
    const struct docset *x;
    const struct query *q;
    const uint64_t *within;
    struct arena *scratch; /* its own: reset for each term */
    struct err *e;
    err_t rc;
};

static bool prefix_term(void *arg, struct str term, const struct term_info *info)
{
    struct prefix_walk *walk = arg;
    struct docset one = *walk->x;
    size_t len = walk->q->term.len;
    if (walk->q->rest.len > 0 &&
        !pattern_matches(walk->q->rest, (struct str){term.ptr + len, term.len - len}))
        return true;
    one.scratch = walk->scratch;
    arena_reset(walk->scratch);
    if (walk->q->field == FIELD_ANY) {
        walk->rc = add_term(walk->words, &one, info, walk->e);
        return walk->rc == OK;
    }
    struct doc_list list;
    walk->rc = docset_field_list(&list, &one, term, walk->q->field, walk->within, walk->e);
    if (walk->rc == OK)
        docset_add_list(walk->words, &list);
    return walk->rc == OK;
}

static err_t match_prefix(uint64_t *words, const struct docset *x, const struct query *q,
                          const uint64_t *within, struct err *e)
{
    struct prefix_walk walk = {words, x, q, within, arena_new(), e, OK};
    err_t rc = segment_each_term(x->segment, q->term, prefix_term, &walk, e);
    arena_free(walk.scratch);
    return rc != OK ? rc : walk.rc;
}

static err_t match_terms(uint64_t *words, const struct docset *x, const struct query *q,
                         struct err *e)
{
    struct term_info *infos = arena_array(x->scratch, q->term_count, sizeof(*infos));
    err_t rc = segment_terms(infos, x->segment, q->terms, q->term_count, e);
    for (size_t i = 0; rc == OK && i < q->term_count; i++)
        if (infos[i].doc_count > 0)
            rc = add_term(words, x, &infos[i], e);
    return rc;
}

/* --- columns ---------------------------------------------------------------- */

/* Nodes that ask for one column: a document matches if one of them does. */
struct column_nodes {
    const struct query *const *nodes;
    size_t count;
};

#define VALUES_SPAN_MAX ((uint64_t)1 << 22) /* of a set of values: 512 KiB */

/* Those of a word of documents that are to be looked at. */
static inline uint64_t docs_of_word(uint32_t docs, const uint64_t *within, size_t word)
{
    uint64_t left = docs - word * 64, all = left < 64 ? ((uint64_t)1 << left) - 1 : UINT64_MAX;
    return within ? within[word] : all;
}

static void bits_set(uint64_t *bits, uint32_t from, uint32_t end)
{
    for (uint32_t i = from / 64; i * 64 < end; i++) {
        uint64_t word = i == from / 64 ? UINT64_MAX << from % 64 : UINT64_MAX;
        if (end - i * 64 < 64)
            word &= ((uint64_t)1 << (end - i * 64)) - 1;
        bits[i] |= word;
    }
}

/* The ranges as one set of values, tested once a document. */
static void walk_values(uint64_t *words, const struct docset *x, struct column_nodes n,
                        struct column_range r, const uint32_t *values, const uint64_t *within)
{
    uint32_t span = r.end - r.low, docs = segment_doc_count(x->segment);
    uint64_t *wanted = scratch_zeroed(x->memory, span / 64 + 1, sizeof(*wanted));
    for (size_t i = 0; i < n.count; i++) {
        uint32_t low = n.nodes[i]->low > r.low ? n.nodes[i]->low : r.low;
        uint32_t end = n.nodes[i]->high < r.end ? n.nodes[i]->high + 1 : r.end;
        if (low < end)
            bits_set(wanted, low - r.low, end - r.low);
    }
    for (size_t i = 0; i < (docs + 63) / 64; i++) {
        uint64_t found = 0;
        for (uint64_t left = docs_of_word(docs, within, i); left; left &= left - 1) {
            unsigned bit = (unsigned)__builtin_ctzll(left);
            uint32_t at = values[i * 64 + bit] - r.low;
            if (at < span)
                found |= (wanted[at / 64] >> at % 64 & 1) << bit;
        }
        words[i] |= found;
    }
}

static err_t match_numbers(uint64_t *words, const struct docset *x, struct column_nodes n,
                           const uint64_t *within, struct err *e)
{
    const uint32_t *values;
    int column = n.nodes[0]->column;
    uint32_t docs = segment_doc_count(x->segment);
    err_t rc = segment_numbers(&values, x->segment, column, e);
    if (rc != OK)
        return rc;
    struct column_range r = segment_range(x->segment, column);
    for (size_t i = 0; i < n.count; i++)
        if (r.whole && n.nodes[i]->low <= r.low && r.end - 1 <= n.nodes[i]->high) {
            fill(words, docs);
            return OK;
        }
    uint64_t walked = within ? docset_count(within, docset_words(x->segment)) : docs;
    /* A scan costs about an eighth a document of a walk. */
    if (r.low < r.end && r.end - r.low <= VALUES_SPAN_MAX &&
        walked * 8 <= (uint64_t)docs * n.count) {
        walk_values(words, x, n, r, values, within);
        return OK;
    }
    for (size_t i = 0; i < n.count; i++) {
        uint32_t high = n.nodes[i]->high == COLUMN_NONE ? COLUMN_NONE - 1 : n.nodes[i]->high;
        if (n.nodes[i]->low <= high)
            scan_kernels()->range_bits(words, values, docs, n.nodes[i]->low, high);
    }
    return OK;
}

/* True if every value of the column must be looked at. */
static bool walks_values(const struct query *q)
{
    return q->part || q->map;
}

/* Which ordinals of the column are asked for: a flag each. */
static err_t wanted_ords(uint8_t *wanted, bool *any, const struct docset *x, const struct query *q,
                         uint32_t value_count, struct err *e)
{
    err_t rc;
    for (size_t i = 0; !walks_values(q) && i < q->value_count; i++) {
        uint32_t ord;
        bool found;
        if ((rc = segment_ord_of(&ord, &found, x->segment, q->column, q->values[i], e)) != OK)
            return rc;
        if (found)
            wanted[ord] = 1;
        *any |= found;
    }
    for (uint32_t ord = 0; walks_values(q) && ord < value_count; ord++) {
        char text[CELL_TEXT_MAX];
        struct str value;
        if ((rc = segment_string(&value, x->segment, q->column, ord, e)) != OK)
            return rc;
        if (q->map)
            value = (struct str){text, q->map(text, sizeof(text), value, 0, q->map_arg)};
        for (size_t i = 0; i < q->value_count && !wanted[ord]; i++)
            if (q->map ? str_eq(value, q->values[i]) : str_contains(value, q->values[i])) {
                wanted[ord] = 1;
                *any = true;
            }
    }
    return OK;
}

static err_t match_strings(uint64_t *words, const struct docset *x, struct column_nodes n,
                           const uint64_t *within, struct err *e)
{
    struct column_strings column;
    bool any = false;
    err_t rc = segment_strings(&column, x->segment, n.nodes[0]->column, e);
    if (rc != OK)
        return rc;
    uint8_t *wanted = scratch_zeroed(x->memory, column.value_count, 1);
    for (size_t i = 0; rc == OK && i < n.count; i++)
        rc = wanted_ords(wanted, &any, x, n.nodes[i], column.value_count, e);
    if (rc != OK || !any)
        return rc;
    uint32_t docs = segment_doc_count(x->segment);
    for (size_t i = 0; i < (docs + 63) / 64; i++)
        for (uint64_t left = docs_of_word(docs, within, i); left; left &= left - 1) {
            size_t d = i * 64 + (unsigned)__builtin_ctzll(left);
            uint64_t is = 0;
            for (uint32_t k = column.starts[d]; k < column.starts[d + 1]; k++)
                is |= wanted[column.ords[k]];
            words[i] |= (left & -left) * is;
        }
    return OK;
}

static err_t match_column(uint64_t *words, const struct docset *x, struct column_nodes n,
                          const uint64_t *within, struct err *e)
{
    return n.nodes[0]->op == QUERY_NUMBERS ? match_numbers(words, x, n, within, e)
                                           : match_strings(words, x, n, within, e);
}

/* --- positions -------------------------------------------------------------- */

static uint32_t field_of(uint32_t position)
{
    return position >> POSITION_FIELD_SHIFT;
}

err_t docset_field_list(struct doc_list *out, const struct docset *x, struct str term,
                        uint32_t field, const uint64_t *within, struct err *e)
{
    struct term_info info;
    bool found;
    err_t rc;

    *out = (struct doc_list){0};
    if ((rc = segment_term(&info, &found, x->segment, term, e)) != OK || !found)
        return rc;
    struct postings *p = arena_alloc(x->scratch, sizeof(*p));
    if ((rc = postings_open(p, x->segment, &info, e)) != OK)
        return rc;
    out->docs = arena_array(x->scratch, (size_t)info.doc_count + 1, sizeof(uint32_t));
    out->freqs = arena_array(x->scratch, info.doc_count, sizeof(uint8_t));
    uint32_t weight = x->schema->fields[field].weight;
    struct arena *each = arena_new();
    for (uint32_t d = postings_first(p); d != DOC_END && rc == OK; d = postings_next(p)) {
        const uint32_t *at;
        size_t count;
        uint32_t times = 0;
        if (within && !docset_has(within, d))
            continue;
        arena_reset(each);
        rc = postings_positions(&at, &count, p, each, e);
        for (size_t i = 0; rc == OK && i < count; i++)
            times += field_of(at[i]) == field;
        if (rc == OK && times > 0) {
            uint32_t freq = (times > FREQ_MAX ? FREQ_MAX : times) * weight;
            freq = freq > FREQ_MAX ? FREQ_MAX : freq;
            out->docs[out->count] = d;
            out->freqs[out->count++] = (uint8_t)freq;
            if (freq > out->max_freq)
                out->max_freq = freq;
        }
        out->docs[out->count] = DOC_END;
    }
    arena_free(each);
    out->docs[out->count] = DOC_END;
    return rc;
}

/* Phrase: one cursor a term, the rarest leading. */
struct phrase_word {
    struct postings p;
    uint32_t offset; /* of the term in the phrase */
};

/* Sets *here if the document that all cursors are on holds the phrase. `starts` are the places where it may begin; each
 * word keeps those that it continues. */
static err_t phrase_here(bool *here, struct phrase_word *words, size_t count, uint32_t field,
                         struct arena *each, struct err *e)
{
    uint32_t *starts = NULL;
    size_t left = 1;
    *here = false;
    arena_reset(each);
    for (size_t i = 0; i < count && left > 0; i++) {
        const uint32_t *at;
        size_t at_count, kept = 0, k = 0;
        err_t rc = postings_positions(&at, &at_count, &words[i].p, each, e);
        if (rc != OK)
            return rc;
        if (i == 0) {
            starts = arena_array(each, at_count, sizeof(*starts));
            for (; k < at_count; k++)
                if ((field == FIELD_ANY || field_of(at[k]) == field) &&
                    field_of(at[k]) == field_of(at[k] - words[0].offset))
                    starts[kept++] = at[k] - words[0].offset;
        }
        for (size_t j = 0; i > 0 && j < left; j++) {
            uint32_t want = starts[j] + words[i].offset;
            while (k < at_count && at[k] < want)
                k++;
            if (k < at_count && at[k] == want && field_of(want) == field_of(starts[j]))
                starts[kept++] = starts[j];
        }
        left = kept;
    }
    *here = left > 0;
    return OK;
}

static int rarest_first(const void *x, const void *y)
{
    const struct phrase_word *a = x, *b = y;
    return a->p.info.doc_count < b->p.info.doc_count   ? -1
           : a->p.info.doc_count > b->p.info.doc_count ? 1
                                                       : 0;
}

/* Opens the words of the phrase; *count 0 when one is not in the segment. */
static err_t phrase_open(struct phrase_word *words, size_t *count, const struct docset *x,
                         const struct query *q, struct err *e)
{
    *count = 0;
    for (size_t i = 0; i < q->term_count; i++) {
        struct term_info info;
        bool found;
        err_t rc;
        if (q->terms[i].len == 0)
            continue;
        if ((rc = segment_term(&info, &found, x->segment, q->terms[i], e)) != OK)
            return rc;
        if (!found) {
            *count = 0;
            return OK;
        }
        struct phrase_word *w = &words[(*count)++];
        w->offset = (uint32_t)i;
        if ((rc = postings_open(&w->p, x->segment, &info, e)) != OK)
            return rc;
    }
    qsort(words, *count, sizeof(*words), rarest_first);
    return OK;
}

static err_t match_phrase(uint64_t *set, const struct docset *x, const struct query *q,
                          const uint64_t *within, struct err *e)
{
    struct phrase_word *words = arena_array(x->scratch, q->term_count, sizeof(*words));
    size_t count;
    err_t rc = phrase_open(words, &count, x, q, e);
    if (rc != OK || count == 0)
        return rc;

    struct arena *each = arena_new();
    uint32_t d = postings_first(&words[0].p);
    for (size_t i = 1; i < count; i++)
        (void)postings_first(&words[i].p);
    while (rc == OK && d != DOC_END) {
        uint32_t next = d;
        bool here = !within || docset_has(within, d);
        for (size_t i = 1; here && i < count && next == d; i++)
            next = postings_seek(&words[i].p, d);
        if (next == d) {
            if (here)
                rc = phrase_here(&here, words, count, q->field, each, e);
            if (here)
                set[d / 64] |= (uint64_t)1 << (d % 64);
            d = postings_next(&words[0].p);
        } else if (next == DOC_END) {
            break;
        } else {
            d = postings_seek(&words[0].p, next);
        }
    }
    arena_free(each);
    return rc;
}

/* --- trees ------------------------------------------------------------------ */

#define COST_MOST 10

/* Cheapest kinds first, so that the dear ones see a small `within`. */
static int cost_of(const struct query *q)
{
    switch (q->op) {
    case QUERY_ALL:
        return 0;
    case QUERY_TERM:
        return q->field == FIELD_ANY ? 1 : 7;
    case QUERY_PREFIX:
        return q->field == FIELD_ANY ? 2 : 8;
    case QUERY_TERMS:
        return 2;
    case QUERY_AND:
    case QUERY_OR:
        return 3;
    case QUERY_NUMBERS:
        return 4;
    case QUERY_STRINGS:
        return walks_values(q) ? 6 : 5;
    case QUERY_NOT:
        return 9;
    case QUERY_PHRASE:
    case QUERY_NEAR:
        return 10;
    }
    return COST_MOST;
}

static err_t match_and(uint64_t *words, const struct docset *x, const struct query *q,
                       const uint64_t *within, struct err *e)
{
    size_t count = docset_words(x->segment);
    const uint64_t *so_far = within;
    uint64_t *next = words, *other = scratch_raw(x->memory, count, sizeof(*other));
    bool empty = false;
    for (int cost = 0; !empty && cost <= COST_MOST; cost++)
        for (size_t i = 0; !empty && i < q->child_count; i++) {
            if (cost_of(&q->children[i]) != cost)
                continue;
            err_t rc = docset_match(next, x, &q->children[i], so_far, e);
            if (rc != OK)
                return rc;
            so_far = next;
            next = next == words ? other : words;
            empty = is_empty(so_far, count);
        }
    if (q->child_count == 0) {
        fill(words, segment_doc_count(x->segment));
        keep_within(words, within, count);
    } else if (so_far != words) {
        memcpy(words, so_far, count * sizeof(*words));
    }
    return OK;
}

/* The child and all after it that ask for the same column; marks them in `taken`. */
static struct column_nodes same_column(const struct query *q, size_t child, bool *taken,
                                       struct arena *a)
{
    const struct query *first = &q->children[child];
    const struct query **nodes = arena_array(a, q->child_count - child, sizeof(*nodes));
    size_t count = 0;
    for (size_t i = child; i < q->child_count; i++)
        if (q->children[i].op == first->op && q->children[i].column == first->column) {
            taken[i] = true;
            nodes[count++] = &q->children[i];
        }
    return (struct column_nodes){nodes, count};
}

static err_t match_or(uint64_t *words, const struct docset *x, const struct query *q,
                      const uint64_t *within, struct err *e)
{
    size_t count = docset_words(x->segment);
    uint64_t *one = NULL;
    bool *taken = arena_array(x->scratch, q->child_count, sizeof(*taken));
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < q->child_count; i++) {
        const struct query *child = &q->children[i];
        /* Straight into the union, which the caller keeps within. */
        if (child->op == QUERY_TERM && child->field == FIELD_ANY) {
            rc = match_term(words, x, child, within, e);
        } else if (child->op == QUERY_NUMBERS || child->op == QUERY_STRINGS) {
            if (!taken[i])
                rc = match_column(words, x, same_column(q, i, taken, x->scratch), within, e);
        } else {
            if (!one)
                one = scratch_raw(x->memory, count, sizeof(*one));
            rc = docset_match(one, x, child, within, e);
            for (size_t j = 0; rc == OK && j < count; j++)
                words[j] |= one[j];
        }
    }
    return rc;
}

static err_t match_not(uint64_t *words, const struct docset *x, const struct query *q,
                       const uint64_t *within, struct err *e)
{
    size_t count = docset_words(x->segment);
    uint64_t *inner = scratch_raw(x->memory, count, sizeof(*inner));
    err_t rc = docset_match(inner, x, q->children, within, e);
    if (rc != OK)
        return rc;
    fill(words, segment_doc_count(x->segment));
    for (size_t i = 0; i < count; i++)
        words[i] &= ~inner[i];
    return OK;
}

err_t docset_match(uint64_t *words, const struct docset *x, const struct query *q,
                   const uint64_t *within, struct err *e)
{
    size_t count = docset_words(x->segment);
    err_t rc = OK;
    memset(words, 0, count * sizeof(*words));
    for (const struct docset_known *k = x->known; k; k = k->next)
        if (k->node == q) {
            memcpy(words, k->set, count * sizeof(*words));
            keep_within(words, within, count);
            return OK;
        }
    switch (q->op) {
    case QUERY_TERM:
        rc = match_term(words, x, q, within, e);
        break;
    case QUERY_PHRASE:
        rc = match_phrase(words, x, q, within, e);
        break;
    case QUERY_AND:
        return match_and(words, x, q, within, e);
    case QUERY_OR:
        rc = match_or(words, x, q, within, e);
        break;
    case QUERY_NOT:
        rc = match_not(words, x, q, within, e);
        break;
    case QUERY_ALL:
        fill(words, segment_doc_count(x->segment));
        break;
    case QUERY_PREFIX:
        rc = match_prefix(words, x, q, within, e);
        break;
    case QUERY_TERMS:
        rc = match_terms(words, x, q, e);
        break;
    case QUERY_NEAR:
        rc = match_and(words, x, q, within, e);
        return rc == OK ? docset_keep_near(words, x, q, e) : rc;
    case QUERY_NUMBERS:
    case QUERY_STRINGS:
        rc = match_column(words, x, (struct column_nodes){&q, 1}, within, e);
        break;
    }
    if (rc == OK)
        keep_within(words, within, count);
    return rc;
}
