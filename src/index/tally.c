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

/* --- facets ------------------------------------------------------------------- */

/* The documents of a segment that match; or, where most match, those that do not: they are taken off the counts of all. */
struct listed {
    uint32_t *docs;
    size_t count;
    bool others;
};

/* One facet's counting in one segment. A column of strings is counted by ordinal, one of numbers by document. */
struct counted {
    const struct plan_segment *ps;
    struct column_strings strings;
    const uint32_t *values; /* of numbers */
    struct column_keys keys;
    uint32_t *counts; /* of strings: matches by ordinal */
    const uint32_t
        *met; /* the ordinals or documents that count; NULL: look at all, some may count 0 */
    size_t met_count;
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
        count = others;
    }
    out->docs = scratch_raw(memory, count + TALLY_ROOM, sizeof(*out->docs));
    for (size_t n; (n = tally_batch(out->docs + out->count, &some, &at)) > 0;)
        out->count += n;
}

static void ords_count(struct counted *in, const struct listed *l, struct search_scratch *memory)
{
    const struct column_strings *c = &in->strings;
    size_t values = c->value_count, met = 0;
    uint32_t *list = scratch_raw(memory, values + 1, sizeof(*list));
    in->counts = scratch_zeroed(memory, values, sizeof(*in->counts));
    if (l->others)
        memcpy(in->counts, c->counts, values * sizeof(*in->counts));
    for (size_t k = 0; k < l->count; k++)
        for (uint32_t i = c->starts[l->docs[k]]; i < c->starts[l->docs[k] + 1]; i++) {
            uint32_t *count = &in->counts[c->ords[i]];
            list[met] = c->ords[i];
            met += *count == 0;
            *count += l->others ? UINT32_MAX : 1;
        }
    in->met = l->others ? NULL : list;
    in->met_count = l->others ? values : met;
}

static err_t counted_make(struct counted *in, const struct plan_segment *ps, const struct listed *l,
                          const struct facet_request *r, const struct plan *p, struct err *e)
{
    bool strings = snapshot_schema(p->snapshot)->columns[r->column].kind == COLUMN_STRINGS;
    in->ps = ps;
    in->met = l->others ? NULL : l->docs;
    in->met_count = l->others ? ps->docs : l->count;
    err_t rc = strings ? segment_strings(&in->strings, ps->segment, r->column, e)
                       : segment_numbers(&in->values, ps->segment, r->column, e);
    if (rc == OK)
        rc = segment_keys(&in->keys, ps->segment, r, p, e);
    if (rc == OK && strings)
        ords_count(in, l, p->scratch);
    return rc;
}

static bool is_match(const struct counted *in, uint32_t doc)
{
    return !in->ps->allowed || docset_has(in->ps->allowed, doc);
}

static uint32_t counted_at(const struct counted *in, size_t i, uint32_t *ord)
{
    *ord = in->met ? in->met[i] : (uint32_t)i;
    return in->counts ? in->counts[*ord] : in->met || is_match(in, *ord);
}

static void totals_add(uint32_t *totals, const struct counted *in)
{
    uint32_t ord;
    for (size_t i = 0; i < in->met_count; i++) {
        uint32_t count = counted_at(in, i, &ord);
        totals[in->keys.numbers[ord]] += count;
    }
    for (size_t i = 0; i < in->keys.repeat_count; i++)
        totals[in->keys.repeats[i].number] -= is_match(in, in->keys.repeats[i].doc);
}

static size_t totals_from(const uint32_t *totals, uint32_t last, uint32_t least)
{
    size_t count = 0;
    for (uint32_t n = 1; n <= last; n++)
        count += totals[n] >= least;
    return count;
}

/* The count that the best `top` have at least; top 0: of all. */
static uint32_t totals_least(const uint32_t *totals, uint32_t last, size_t top,
                             struct arena *scratch)
{
    uint32_t *best = arena_array(scratch, top + 1, sizeof(*best)), bar = top > 0 ? 0 : UINT32_MAX;
    for (uint32_t n = 1; n <= last; n++) {
        size_t at = top - 1;
        if (totals[n] <= bar)
            continue;
        for (; at > 0 && best[at - 1] < totals[n]; at--)
            best[at] = best[at - 1];
        best[at] = totals[n];
        bar = best[top - 1];
    }
    return top > 0 && bar > 0 ? bar : 1;
}

typedef VEC(struct facet_value) value_vec;

/* The values met that count so much; each once, `all` in number, but where they have keys. */
static err_t values_take(value_vec *out, uint32_t *totals, uint32_t least, size_t all,
                         const struct counted *in, const struct facet_request *r,
                         struct arena *scratch, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < in->met_count && (r->key || out->len < all); i++) {
        uint32_t ord, count = counted_at(in, i, &ord), number = in->keys.numbers[ord];
        struct facet_value x = {.count = totals[number], .number = r->key ? number : 0};
        if (count == 0 || x.count < least || number == 0)
            continue;
        if (in->values)
            x.number = in->values[ord];
        else
            rc = segment_string(&x.value, in->ps->segment, r->column, ord, e);
        VEC_PUSH(scratch, out, x);
        totals[number] = r->key ? totals[number] : 0;
    }
    return rc;
}

static int facet_order(const void *l, const void *r)
{
    const struct facet_value *x = l, *y = r;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return x->number != y->number ? x->number < y->number ? -1 : 1 : str_cmp(x->value, y->value);
}

static err_t facet_count(struct facet_result *out, const struct plan *p, const struct listed *l,
                         const struct facet_request *r, struct arena *a, struct err *e)
{
    const struct index_schema *schema = snapshot_schema(p->snapshot);
    struct arena *scratch = p->scratch->arena;
    struct counted *in = arena_array(scratch, p->segment_count, sizeof(*in));
    value_vec values = {0};
    err_t rc = OK;
    if (r->column < 0 || (size_t)r->column >= schema->column_count)
        return err_set(e, E_INVALID, "A facet asks for column %d, but the index has %zu columns.",
                       r->column, schema->column_count);
    for (size_t i = 0; rc == OK && i < p->segment_count; i++)
        rc = counted_make(&in[i], &p->segments[i], &l[i], r, p, e);
    if (rc != OK)
        return rc;
    uint32_t last = p->segment_count > 0 ? in[p->segment_count - 1].keys.last : 0;
    uint32_t *totals = scratch_zeroed(p->scratch, (size_t)last + 1, sizeof(*totals));
    for (size_t i = 0; i < p->segment_count; i++)
        totals_add(totals, &in[i]);
    uint32_t least = totals_least(totals, last, r->top, scratch);
    size_t all = totals_from(totals, last, least);
    out->distinct = totals_from(totals, last, 1);
    for (size_t i = 0; rc == OK && i < p->segment_count; i++)
        rc = values_take(&values, totals, least, all, &in[i], r, scratch, e);
    if (values.len > 1)
        qsort(values.ptr, values.len, sizeof(*values.ptr), facet_order);
    out->count = !r->key && r->top && r->top < values.len ? r->top : values.len;
    struct facet_value *kept = arena_array(a, out->count, sizeof(*kept));
    for (size_t i = 0; i < out->count; i++) {
        kept[i] = values.ptr[i];
        kept[i].value = arena_dup(a, kept[i].value);
    }
    out->values = kept;
    return rc;
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
