/* Counts by 64-bit key: linear probing in the search's scratch memory, where old
 * tables are left behind until its reset. Strings are counted by ordinal in an array,
 * then by the number of their key (keys.h). */
#include "index/tally.h"
#include "base/vec.h"
#include "index/keys.h"
#include <stdlib.h>

#define SLOTS_FIRST 16 /* most tables of a landscape stay empty */

void tally_init(struct tally *t, struct arena *a)
{
    *t = (struct tally){
        .slots = arena_array(a, SLOTS_FIRST, sizeof(*t->slots)), .mask = SLOTS_FIRST - 1, .a = a};
}

static struct tally_slot *slot_of(const struct tally *t, uint64_t key)
{
    uint64_t h =
        key * 0x9e3779b97f4a7c15u; /* Fibonacci hashing: the upper bits are the good ones */
    size_t i = (size_t)(h >> 32) & t->mask;
    while (t->slots[i].count && t->slots[i].key != key)
        i = (i + 1) & t->mask;
    return &t->slots[i];
}

uint64_t tally_get(const struct tally *t, uint64_t key)
{
    return slot_of(t, key)->count;
}

void tally_empty(struct tally *t)
{
    memset(t->slots, 0, (t->mask + 1) * sizeof(*t->slots));
    t->used = 0;
}

uint64_t *tally_at(struct tally *t, uint64_t key)
{
    struct tally_slot *slot = slot_of(t, key);
    if (slot->count)
        return &slot->count;
    if (t->used * 2 >= t->mask) {
        struct tally old = *t;
        t->mask = t->mask * 2 + 1;
        t->slots = arena_array(t->a, t->mask + 1, sizeof(*t->slots));
        for (size_t i = 0; i <= old.mask; i++)
            if (old.slots[i].count)
                *slot_of(t, old.slots[i].key) = old.slots[i];
        slot = slot_of(t, key);
    }
    slot->key = key;
    t->used++;
    return &slot->count;
}

size_t tally_batch(uint32_t docs[TALLY_ROOM], const struct plan_segment *ps, uint32_t *at)
{
    const struct kernels *k = kernels_get();
    uint32_t words = (ps->docs + 63) / 64, word = *at;
    size_t n = 0;
    for (; word < words && n < TALLY_BATCH; word += TALLY_WORDS) {
        uint64_t some[TALLY_WORDS] = {0};
        const uint64_t *next = some;
        if (ps->allowed && word + TALLY_WORDS < words)
            next = ps->allowed + word;
        else
            for (uint32_t i = 0; i < TALLY_WORDS && word + i < words; i++)
                some[i] = tally_matches(ps, word + i);
        if (next[0] | next[1] | next[2] | next[3])
            n += k->bits_list(docs + n, next, TALLY_WORDS, word * 64);
    }
    *at = word;
    return n;
}

err_t tally_range(struct column_range *out, const struct plan *p, int column, struct err *e)
{
    err_t rc = OK;
    *out = (struct column_range){COLUMN_NONE, 0};
    for (size_t i = 0; rc == OK && i < p->segment_count; i++) {
        const uint32_t *values;
        rc = segment_numbers(&values, p->segments[i].segment, column, e);
        struct column_range r = segment_range(p->segments[i].segment, column);
        out->low = r.low < out->low ? r.low : out->low;
        out->end = r.end > out->end ? r.end : out->end;
    }
    return rc;
}

/* --- facets ------------------------------------------------------------------- */

#define INSERT_MAX 64 /* up to this many best values are found by insertion */

struct facet {
    VEC(struct facet_value) values; /* by insertion: the best so far, in order */
    size_t top;                     /* 0: all */
    uint64_t distinct;
    struct arena *scratch;
};

static bool facet_before(const struct facet_value *x, const struct facet_value *y)
{
    if (x->count != y->count)
        return x->count > y->count;
    return x->number != y->number ? x->number < y->number : str_cmp(x->value, y->value) < 0;
}

static int facet_order(const void *x, const void *y)
{
    return facet_before(x, y) ? -1 : facet_before(y, x) ? 1 : 0;
}

static bool inserts(const struct facet *f)
{
    return f->top > 0 && f->top <= INSERT_MAX;
}

/* The smallest count that may be among the best. */
static uint64_t facet_least(const struct facet *f)
{
    return inserts(f) && f->values.len == f->top ? f->values.ptr[f->top - 1].count : 1;
}

static void facet_offer(struct facet *f, struct facet_value x)
{
    if (!inserts(f) || f->values.len < f->top)
        VEC_PUSH(f->scratch, &f->values, x);
    else if (facet_before(&x, &f->values.ptr[f->top - 1]))
        f->values.ptr[f->top - 1] = x;
    struct facet_value *v = f->values.ptr;
    for (size_t at = f->values.len - 1; inserts(f) && at > 0 && facet_before(&v[at], &v[at - 1]);
         at--) {
        struct facet_value other = v[at];
        v[at] = v[at - 1];
        v[at - 1] = other;
    }
}

/* The matches of a segment, or where those are the most of it the others, which are taken off the counts of all. */
struct listed {
    uint32_t *docs;
    size_t count;
    bool others;
};

static void docs_list(struct listed *out, const struct plan_segment *ps,
                      struct search_scratch *memory)
{
    struct plan_segment some = *ps;
    uint32_t words = (ps->docs + 63) / 64, at = 0;
    size_t count = (size_t)ps->allowed_count, others = ps->docs - count;
    *out = (struct listed){.others = others < count};
    if (out->others) {
        uint64_t *left = scratch_raw(memory, words, sizeof(*left));
        for (uint32_t word = 0; word < words; word++)
            left[word] = ~tally_matches(ps, word);
        some.allowed = left;
    }
    out->docs =
        scratch_raw(memory, (out->others ? others : count) + TALLY_ROOM, sizeof(*out->docs));
    for (size_t n; (n = tally_batch(out->docs + out->count, &some, &at)) > 0;)
        out->count += n;
}

struct counted {
    struct column_strings column;
    struct column_keys keys;
    uint32_t *counts; /* matches by ordinal */
    uint32_t *met;    /* ordinals that count, and with the counts of all those that may not; NULL: all */
    size_t met_count;
};

static void ords_count(struct counted *in, const struct listed *l, struct search_scratch *memory)
{
    const struct column_strings *c = &in->column;
    size_t values = c->value_count, met = 0;
    uint32_t step = l->others ? UINT32_MAX : 1;
    in->counts = scratch_raw(memory, values, sizeof(*in->counts));
    uint32_t *list = scratch_raw(memory, values + 1, sizeof(*list));
    if (l->others)
        memcpy(in->counts, c->counts, values * sizeof(*in->counts));
    else
        memset(in->counts, 0, values * sizeof(*in->counts));
    for (size_t k = 0; k < l->count; k++)
        for (uint32_t i = c->starts[l->docs[k]]; i < c->starts[l->docs[k] + 1]; i++) {
            uint32_t *count = &in->counts[c->ords[i]];
            list[met] = c->ords[i];
            met += *count == 0;
            *count += step;
        }
    in->met = l->others ? NULL : list;
    in->met_count = l->others ? values : met;
}

static bool is_match(const struct plan_segment *ps, uint32_t doc)
{
    return !ps->allowed || docset_has(ps->allowed, doc);
}

/* Offers the values met whose key counts at least so much. */
static err_t values_offer(struct facet *f, const struct counted *in, const struct segment *s,
                          int column, const uint32_t *totals, uint64_t least, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < in->met_count; i++) {
        uint32_t ord = in->met ? in->met[i] : (uint32_t)i, number = in->keys.numbers[ord];
        struct facet_value x = {.count = totals[number]};
        if (x.count < least || in->counts[ord] == 0 || number == 0)
            continue;
        rc = segment_string(&x.value, s, column, ord, e);
        VEC_PUSH(f->scratch, &f->values, x);
    }
    return rc;
}

static err_t strings_collect(struct facet *f, const struct plan *p, const struct listed *l,
                             const struct facet_request *r, struct err *e)
{
    struct key_numbers *numbers = snapshot_keys(p->snapshot);
    struct counted *in = arena_array(f->scratch, p->segment_count, sizeof(*in));
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < p->segment_count; i++) {
        const struct segment *s = p->segments[i].segment;
        if ((rc = segment_strings(&in[i].column, s, r->column, e)) == OK)
            rc = segment_keys(&in[i].keys, s, r, numbers, f->scratch, e);
        if (rc == OK)
            ords_count(&in[i], &l[i], p->scratch);
    }
    if (rc != OK)
        return rc;
    uint32_t last = key_numbers_last(numbers, r->column);
    uint32_t *totals = scratch_zeroed(p->scratch, (size_t)last + 1, sizeof(*totals));
    for (size_t i = 0; i < p->segment_count; i++) {
        const struct column_keys *k = &in[i].keys;
        for (size_t j = 0; j < in[i].met_count; j++) {
            uint32_t ord = in[i].met ? in[i].met[j] : (uint32_t)j;
            totals[k->numbers[ord]] += in[i].counts[ord];
        }
        for (size_t j = 0; j < k->repeat_count; j++)
            totals[k->repeats[j].number] -= is_match(&p->segments[i], k->repeats[j].doc);
    }
    uint64_t least = 1;
    for (uint32_t n = 1; n <= last; n++) {
        f->distinct += totals[n] > 0;
        if (totals[n] < least || !inserts(f))
            continue;
        facet_offer(f, (struct facet_value){.number = n, .count = totals[n]});
        least = facet_least(f);
    }
    f->values.len = 0;
    for (size_t i = 0; rc == OK && i < p->segment_count; i++)
        rc = values_offer(f, &in[i], p->segments[i].segment, r->column, totals, least, e);
    return rc;
}

/* Counts into `counts`, or where that is NULL into the table. */
static void count_numbers(uint32_t *counts, struct tally *t, const uint32_t *numbers,
                          struct column_range range, const struct plan_segment *ps)
{
    uint32_t docs[TALLY_ROOM], span = range.end - range.low;
    for (uint32_t at = 0, n; (n = (uint32_t)tally_batch(docs, ps, &at)) > 0;)
        for (uint32_t k = 0; k < n; k++) {
            uint32_t number = numbers[docs[k]];
            if (number - range.low >= span)
                continue; /* COLUMN_NONE */
            if (counts)
                counts[number - range.low]++;
            else
                ++*tally_at(t, number);
        }
}

static err_t numbers_collect(struct facet *f, const struct plan *p, int column, struct err *e)
{
    struct column_range range;
    struct tally t;
    err_t rc = tally_range(&range, p, column, e);
    if (rc != OK)
        return rc;
    bool dense = tally_is_dense(range, plan_matches(p));
    size_t span = dense ? range.end - range.low : 0;
    uint32_t *counts = dense ? scratch_zeroed(p->scratch, span, sizeof(*counts)) : NULL;
    tally_init(&t, f->scratch);
    for (size_t i = 0; i < p->segment_count && range.low < range.end; i++) {
        const uint32_t *numbers;
        if ((rc = segment_numbers(&numbers, p->segments[i].segment, column, e)) != OK)
            return rc;
        count_numbers(counts, &t, numbers, range, &p->segments[i]);
    }
    uint64_t least = 1, distinct = t.used;
    for (uint32_t i = 0; i < span; i++) {
        distinct += counts[i] > 0;
        if (counts[i] < least)
            continue;
        facet_offer(f, (struct facet_value){.number = range.low + i, .count = counts[i]});
        least = facet_least(f);
    }
    for (size_t i = 0; i <= t.mask; i++)
        if (t.slots[i].count)
            facet_offer(f, (struct facet_value){.number = (uint32_t)t.slots[i].key,
                                                .count = t.slots[i].count});
    f->distinct = distinct;
    return OK;
}

static err_t facet_count(struct facet_result *out, const struct plan *p, const struct listed *l,
                         const struct facet_request *r, struct arena *a, struct err *e)
{
    const struct index_schema *schema = snapshot_schema(p->snapshot);
    struct facet f = {.top = r->top, .scratch = p->scratch->arena};
    if (r->column < 0 || (size_t)r->column >= schema->column_count)
        return err_set(e, E_INVALID, "A facet asks for column %d, but the index has %zu columns.",
                       r->column, schema->column_count);
    bool strings = schema->columns[r->column].kind == COLUMN_STRINGS;
    err_t rc = strings ? strings_collect(&f, p, l, r, e) : numbers_collect(&f, p, r->column, e);
    if (rc != OK)
        return rc;
    if (f.values.len > 1 && (strings || !inserts(&f)))
        qsort(f.values.ptr, f.values.len, sizeof(*f.values.ptr), facet_order);
    struct facet_value *kept = arena_array(a, f.values.len, sizeof(*kept));
    size_t count = 0;
    for (size_t i = 0; i < f.values.len && (r->key || f.top == 0 || count < f.top); i++) {
        kept[count] = f.values.ptr[i];
        if (strings && i > 0 && !facet_before(&f.values.ptr[i - 1], &kept[count]))
            continue; /* the same, of another segment */
        kept[count].value = arena_dup(a, kept[count].value);
        count++;
    }
    *out = (struct facet_result){kept, count, f.distinct};
    return OK;
}

err_t facets_count(const struct facet_result **out, const struct plan *p,
                   const struct search_options *o, struct arena *a, struct err *e)
{
    struct facet_result *facets = arena_array(a, o->facet_count, sizeof(*facets));
    struct listed *l = arena_array(p->scratch->arena, p->segment_count, sizeof(*l));
    err_t rc = OK;
    for (size_t i = 0; o->facet_count > 0 && i < p->segment_count; i++)
        docs_list(&l[i], &p->segments[i], p->scratch);
    for (size_t i = 0; rc == OK && i < o->facet_count; i++)
        rc = facet_count(&facets[i], p, l, &o->facets[i], a, e);
    *out = facets;
    return rc;
}
