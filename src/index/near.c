/* NEAR: for one document after the other, the spans of positions where each part of the tree
 * stands, and of a NEAR the pairs that are close enough. All pairs are kept, so that a NEAR
 * inside another one is exact; `apart` bounds their number. */
#include "base/limits.h"
#include "base/vec.h"
#include "index/docset.h"
#include <stdlib.h>

struct span {
    uint32_t from, to; /* positions, both included */
};
typedef VEC(struct span) span_vec;

struct near_part {
    const struct query *q;
    struct postings *words; /* TERM: one; PHRASE: in order; PREFIX: what begins so */
    uint32_t *offsets;      /* of each word in the phrase */
    size_t word_count;      /* 0: it is not in the segment */
    struct near_part *children;
};

/* Which bytes of the text the pattern so far may end before. */
bool pattern_matches(struct str pattern, struct str text)
{
    bool now[TERM_BYTES_MAX + 1] = {true}, next[TERM_BYTES_MAX + 1];
    if (text.len > TERM_BYTES_MAX)
        return false;
    for (size_t p = 0; p < pattern.len; p++) {
        char c = pattern.ptr[p];
        bool skips = c == PATTERN_ANY || c == PATTERN_MAYBE;
        memset(next, 0, sizeof(next));
        for (size_t t = 0; t <= text.len; t++) {
            const bool *from = c == PATTERN_ANY ? next : now;
            size_t start = t; /* of the code point before t */
            while (start > 0 && start-- && ((unsigned char)text.ptr[start] & 0xC0) == 0x80)
                ;
            if (skips && now[t])
                next[t] = true;
            if (t == 0)
                continue;
            if (skips || c == PATTERN_ONE)
                next[t] |= from[start];
            else
                next[t] = now[t - 1] && text.ptr[t - 1] == c;
        }
        memcpy(now, next, sizeof(now));
    }
    return now[text.len];
}

/* --- opening ---------------------------------------------------------------- */

static err_t word_open(struct near_part *part, const struct docset *x, const struct term_info *info,
                       uint32_t offset, struct err *e)
{
    part->offsets[part->word_count] = offset;
    struct postings *p = &part->words[part->word_count++];
    err_t rc = postings_open(p, x->segment, info, e);
    if (rc == OK)
        postings_first(p);
    return rc;
}

static void room_make(struct near_part *part, const struct docset *x, size_t count)
{
    part->words = arena_array(x->scratch, count, sizeof(*part->words));
    part->offsets = arena_array(x->scratch, count, sizeof(*part->offsets));
}

/* A term is a phrase of one. */
static err_t phrase_open(struct near_part *part, const struct docset *x, const struct str *terms,
                         size_t count, struct err *e)
{
    room_make(part, x, count);
    for (size_t i = 0; i < count; i++) {
        struct term_info info;
        bool found;
        err_t rc;
        if (terms[i].len == 0)
            continue;
        if ((rc = segment_term(&info, &found, x->segment, terms[i], e)) != OK)
            return rc;
        if (!found) {
            part->word_count = 0;
            return OK;
        }
        if ((rc = word_open(part, x, &info, (uint32_t)i, e)) != OK)
            return rc;
    }
    return OK;
}

struct prefix_infos {
    const struct query *q;
    struct term_info infos[QUERY_TERMS_MAX];
    size_t count;
};

static bool prefix_info(void *arg, struct str term, const struct term_info *info)
{
    struct prefix_infos *all = arg;
    struct str behind = {term.ptr + all->q->term.len, term.len - all->q->term.len};
    if (all->q->rest.len > 0 && !pattern_matches(all->q->rest, behind))
        return true;
    if (all->count < QUERY_TERMS_MAX)
        all->infos[all->count] = *info;
    all->count++;
    return true;
}

static err_t prefix_open(struct near_part *part, const struct docset *x, struct err *e)
{
    struct prefix_infos *all = arena_alloc(x->scratch, sizeof(*all));
    all->q = part->q;
    all->count = 0;
    err_t rc = segment_each_term(x->segment, part->q->term, prefix_info, all, e);
    if (rc == OK && all->count > QUERY_TERMS_MAX)
        return err_set(e, E_INVALID,
                       "\"%.*s*\" stands for %zu words, more than the %d that NEAR can take; write "
                       "more letters",
                       STR_ARG(part->q->term), all->count, QUERY_TERMS_MAX);
    room_make(part, x, all->count);
    for (size_t i = 0; rc == OK && i < all->count; i++)
        rc = word_open(part, x, &all->infos[i], 0, e);
    return rc;
}

static err_t part_open(struct near_part *part, const struct docset *x, const struct query *q,
                       struct err *e)
{
    err_t rc = OK;
    *part = (struct near_part){.q = q};
    if (q->op == QUERY_TERM)
        return phrase_open(part, x, &q->term, 1, e);
    if (q->op == QUERY_PHRASE)
        return phrase_open(part, x, q->terms, q->term_count, e);
    if (q->op == QUERY_PREFIX)
        return prefix_open(part, x, e);
    part->children = arena_array(x->scratch, q->child_count, sizeof(*part->children));
    for (size_t i = 0; rc == OK && i < q->child_count; i++)
        rc = part_open(&part->children[i], x, &q->children[i], e);
    return rc;
}

/* --- one document ----------------------------------------------------------- */

static uint32_t field_of(uint32_t position)
{
    return position >> POSITION_FIELD_SHIFT;
}

static int by_place(const void *x, const void *y)
{
    const struct span *a = x, *b = y;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    return a->to < b->to ? -1 : a->to > b->to;
}

/* In order, each once. */
static void spans_sort(span_vec *spans)
{
    size_t kept = 0;
    if (spans->len > 1)
        qsort(spans->ptr, spans->len, sizeof(*spans->ptr), by_place);
    for (size_t i = 0; i < spans->len; i++)
        if (kept == 0 || by_place(&spans->ptr[kept - 1], &spans->ptr[i]) != 0)
            spans->ptr[kept++] = spans->ptr[i];
    spans->len = kept;
}

/* Where the word stands; *count 0: not in the document. */
static err_t positions_of(const uint32_t **at, size_t *count, struct postings *word, uint32_t doc,
                          struct arena *each, struct err *e)
{
    *count = 0;
    return postings_seek(word, doc) == doc ? postings_positions(at, count, word, each, e) : OK;
}

static err_t word_spans(span_vec *out, struct near_part *part, size_t word, uint32_t doc,
                        struct arena *each, struct err *e)
{
    const struct query *q = part->q;
    const uint32_t *at;
    size_t count;
    uint32_t last = q->op == QUERY_PHRASE ? (uint32_t)q->term_count - 1 : 0;
    uint32_t more = last - part->offsets[0] + q->width;
    err_t rc = positions_of(&at, &count, &part->words[word], doc, each, e);
    for (size_t i = 0; rc == OK && i < count; i++)
        if (q->field == FIELD_ANY || field_of(at[i]) == q->field)
            VEC_PUSH(each, out, ((struct span){at[i], at[i] + more}));
    return rc;
}

/* Keeps the spans that word number `word` of the phrase continues. */
static err_t keep_followed(span_vec *spans, struct near_part *part, size_t word, uint32_t doc,
                           struct arena *each, struct err *e)
{
    const uint32_t *at;
    size_t count, kept = 0, k = 0;
    err_t rc = positions_of(&at, &count, &part->words[word], doc, each, e);
    for (size_t i = 0; rc == OK && i < spans->len; i++) {
        uint32_t want = spans->ptr[i].from + part->offsets[word] - part->offsets[0];
        while (k < count && at[k] < want)
            k++;
        if (k < count && at[k] == want && field_of(want) == field_of(spans->ptr[i].from))
            spans->ptr[kept++] = spans->ptr[i];
    }
    spans->len = kept;
    return rc;
}

static void pairs_add(span_vec *out, const span_vec *first, const span_vec *then, uint32_t apart,
                      struct arena *each)
{
    size_t low = 0;
    for (size_t i = 0; i < first->len; i++) {
        struct span a = first->ptr[i];
        while (low < then->len &&
               then->ptr[low].from <= a.from) /* none of these is behind a later one */
            low++;
        for (size_t k = low; k < then->len && then->ptr[k].from <= a.to + apart; k++) {
            struct span b = then->ptr[k];
            if (b.from > a.to && field_of(b.from) == field_of(a.from))
                VEC_PUSH(each, out, ((struct span){a.from, b.to}));
        }
    }
}

static err_t spans_find(span_vec *out, struct near_part *part, uint32_t doc, struct arena *each,
                        struct err *e)
{
    const struct query *q = part->q;
    err_t rc = OK;
    *out = (span_vec){0};
    if (q->op == QUERY_NEAR) {
        span_vec left, right;
        if ((rc = spans_find(&left, &part->children[0], doc, each, e)) != OK || left.len == 0 ||
            (rc = spans_find(&right, &part->children[1], doc, each, e)) != OK)
            return rc;
        pairs_add(out, &left, &right, q->apart, each);
        if (!q->ordered)
            pairs_add(out, &right, &left, q->apart, each);
    }
    for (size_t i = 0; q->op == QUERY_OR && rc == OK && i < q->child_count; i++) {
        span_vec one;
        rc = spans_find(&one, &part->children[i], doc, each, e);
        for (size_t k = 0; rc == OK && k < one.len; k++)
            VEC_PUSH(each, out, one.ptr[k]);
    }
    for (size_t i = 0; rc == OK && i < part->word_count; i++)
        rc = i == 0 || q->op == QUERY_PREFIX ? word_spans(out, part, i, doc, each, e)
                                             : keep_followed(out, part, i, doc, each, e);
    spans_sort(out);
    return rc;
}

err_t docset_keep_near(uint64_t *words, const struct docset *x, const struct query *q,
                       struct err *e)
{
    struct near_part root;
    struct arena *each = arena_new();
    err_t rc = part_open(&root, x, q, e);
    for (size_t i = 0; rc == OK && i < docset_words(x->segment); i++)
        for (uint64_t left = words[i]; rc == OK && left; left &= left - 1) {
            span_vec pairs;
            uint32_t doc = (uint32_t)(i * 64) + (uint32_t)__builtin_ctzll(left);
            arena_reset(each);
            if ((rc = spans_find(&pairs, &root, doc, each, e)) == OK && pairs.len == 0)
                words[i] &= ~(left & -left);
        }
    arena_free(each);
    return rc;
}
