/* Counts by 64-bit key: linear probing in the search's scratch memory, where old
 * tables are left behind until its reset. Strings are counted by ordinal in an array
 * first: one key a value to look up, not one a document. */
#include "index/tally.h"
#include "base/map.h"
#include "base/vec.h"
#include <assert.h>
#include <stdlib.h>

#define SLOTS_FIRST 1024

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

/* --- facets ------------------------------------------------------------------- */

typedef VEC(struct facet_value) facet_values;

static err_t count_strings(facet_values *values, struct map *seen, const struct plan_segment *ps,
                           int column, struct arena *scratch, struct err *e)
{
    struct column_strings c;
    err_t rc = segment_strings(&c, ps->segment, column, e);
    if (rc != OK)
        return rc;
    uint32_t *counts = arena_array(scratch, c.value_count, sizeof(*counts));
    EACH_MATCH(doc, ps)
    {
        for (uint32_t i = c.starts[doc]; i < c.starts[doc + 1]; i++)
            counts[c.ords[i]]++;
    }
    for (uint32_t ord = 0; ord < c.value_count; ord++) {
        struct str value;
        bool added = true;
        if (counts[ord] == 0)
            continue;
        if ((rc = segment_string(&value, ps->segment, column, ord, e)) != OK)
            return rc;
        uint64_t *at = seen ? map_put(seen, value, &added) : NULL;
        if (!added) {
            assert(*at < values->len);
            values->ptr[*at].count += counts[ord];
            continue;
        }
        if (at)
            *at = values->len;
        VEC_PUSH(scratch, values,
                 ((struct facet_value){.value = arena_dup(scratch, value), .count = counts[ord]}));
    }
    return OK;
}

static err_t count_numbers(struct tally *t, const struct plan_segment *ps, int column,
                           struct err *e)
{
    const uint32_t *numbers;
    err_t rc = segment_numbers(&numbers, ps->segment, column, e);
    if (rc != OK)
        return rc;
    EACH_MATCH(doc, ps)
    {
        if (numbers[doc] != COLUMN_NONE)
            ++*tally_at(t, numbers[doc]);
    }
    return OK;
}

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

#define INSERT_MAX 64 /* up to this many best values are found by insertion */

/* Puts the `top` first values in order at the front. */
static void facet_sort(struct facet_value *v, size_t count, size_t top)
{
    if (top > INSERT_MAX || top >= count) {
        if (count > 1)
            qsort(v, count, sizeof(*v), facet_order);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        struct facet_value x = v[i];
        size_t at = i < top ? i : top;
        if (at == top && !facet_before(&x, &v[top - 1]))
            continue;
        if (at == top) {
            v[i] = v[top - 1]; /* pushed out: any place behind will do */
            at = top - 1;
        }
        for (; at > 0 && facet_before(&x, &v[at - 1]); at--)
            v[at] = v[at - 1];
        v[at] = x;
    }
}

static err_t facet_collect(facet_values *values, const struct plan *p, int column,
                           struct arena *scratch, struct err *e)
{
    bool strings = snapshot_schema(p->snapshot)->columns[column].kind == COLUMN_STRINGS;
    struct map *seen = strings && p->segment_count > 1 ? map_new(0) : NULL;
    struct tally t;
    err_t rc = OK;
    tally_init(&t, scratch);
    for (size_t i = 0; rc == OK && i < p->segment_count; i++)
        rc = strings ? count_strings(values, seen, &p->segments[i], column, scratch, e)
                     : count_numbers(&t, &p->segments[i], column, e);
    for (size_t i = 0; i <= t.mask; i++)
        if (t.slots[i].count)
            VEC_PUSH(scratch, values,
                     ((struct facet_value){.number = (uint32_t)t.slots[i].key,
                                           .count = t.slots[i].count}));
    map_free(seen);
    return rc;
}

err_t facet_count(struct facet_result *out, const struct plan *p, const struct facet_request *r,
                  struct arena *scratch, struct arena *a, struct err *e)
{
    const struct index_schema *schema = snapshot_schema(p->snapshot);
    facet_values values = {0};
    if (r->column < 0 || (size_t)r->column >= schema->column_count)
        return err_set(e, E_INVALID, "A facet asks for column %d, but the index has %zu columns.",
                       r->column, schema->column_count);
    err_t rc = facet_collect(&values, p, r->column, scratch, e);
    if (rc != OK)
        return rc;
    size_t top = r->top && r->top < values.len ? r->top : values.len;
    facet_sort(values.ptr, values.len, top);
    struct facet_value *kept = arena_array(a, top, sizeof(*kept));
    for (size_t i = 0; i < top; i++) {
        kept[i] = values.ptr[i];
        kept[i].value = arena_dup(a, kept[i].value);
    }
    *out = (struct facet_result){kept, top, values.len};
    return OK;
}
