/* Cross tables over the matches: a document counts once in every combination of
 * its cells. A value is mapped once, when it is first met, to the number of its
 * cell on the axis; from then on a document costs some array look-ups. Combinations of
 * cells met early, which are the frequent ones, are counted in an array (the grid), others in a
 * hash table. */
#include "base/limits.h"
#include "base/map.h"
#include "base/vec.h"
#include "index/groups.h"
#include "index/keys.h"
#include "index/tally.h"
#include <stdlib.h>

#define CELL_BITS 21 /* of an axis in the key of a combination: 2 M cells an axis */
#define CELL_DROPPED 0u
#define PASS_MATCHES ((uint64_t)1 << 15)
#define MET_MAX ((size_t)1 << 24) /* of a pass */
#define GRID_BITS_MAX 19u         /* 2 MiB of counts */
#define GRID_NUMBER_BITS 6u       /* numbers are mostly years */

struct axis {
    const struct cell_axis *asked;
    bool strings;
    struct map *cells;    /* cell's key → its number, from 1 */
    VEC(struct str) keys; /* by number − 1 */
    VEC(uint64_t) last;   /* by number − 1: the last document (of `read`) that had the cell */
    uint64_t read;        /* documents so far */
    unsigned grid_bits;   /* cells below 2^grid_bits have a place in the grid */
    struct axis_segment {
        const struct segment *segment;
        const uint32_t *starts,
            *ords; /* of COLUMN_U32 an ordinal a document: the number of its key */
        const uint32_t *values;
        uint32_t *ord_cells; /* cell's number + 1; 0: not met yet */
    } * segments;
    uint32_t *here; /* cells of the current document, without repeats */
    size_t here_count, here_cap;
};

struct table {
    struct axis axes[CELL_AXES_MAX];
    size_t axis_count;
    uint32_t *grid; /* counts of combinations whose cells all have a place in it */
    unsigned grid_bits;
    struct tally counts; /* of the others */
    uint64_t combinations, distinct;
    /* Where groups are counted: what was met of this part of their keys, groups and their
     * combinations; the sum of a key and a multiple of a combination is as unique as the key. */
    struct tally met;
    struct match_totals totals;
    struct arena *scratch;
    struct search_scratch *memory;
};

static unsigned log2_of(uint64_t n)
{
    return n > 1 ? 63u - (unsigned)__builtin_clzll(n) : 0;
}

/* The number of the cell that a value falls into; CELL_DROPPED for none. */
static err_t cell_of(uint32_t *out, struct axis *x, struct str value, uint32_t number,
                     struct arena *scratch, struct err *e)
{
    char text[CELL_TEXT_MAX];
    struct str key = value;
    bool added;
    *out = CELL_DROPPED;
    if (x->asked->map) {
        size_t len = x->asked->map(text, sizeof(text), value, number, x->asked->arg);
        if (len == 0)
            return OK;
        key = (struct str){text, len < sizeof(text) ? len : sizeof(text)};
    } else if (!x->strings) {
        key = (struct str){text, (size_t)snprintf(text, sizeof(text), "%u", number)};
    }
    uint64_t *at = map_put(x->cells, key, &added);
    if (added) {
        if (x->keys.len + 2 >= (size_t)1 << CELL_BITS)
            return err_set(e, E_LIMIT, "A table would have more than %u rows or columns.",
                           (1u << CELL_BITS) - 2);
        VEC_PUSH(scratch, &x->keys, arena_dup(scratch, key));
        VEC_PUSH(scratch, &x->last, 0);
        *at = x->keys.len;
    }
    *out = (uint32_t)*at;
    return OK;
}

/* Finds the cell of an ordinal that has none yet; the document has it. */
static err_t ord_cell(uint32_t *known, struct axis *x, const struct axis_segment *in, uint32_t ord,
                      uint32_t doc, struct arena *scratch, struct err *e)
{
    struct str value = STR_NONE;
    uint32_t cell;
    err_t rc = x->strings ? segment_string(&value, in->segment, x->asked->column, ord, e) : OK;
    if (rc == OK)
        rc = cell_of(&cell, x, value, x->strings ? 0 : in->values[doc], scratch, e);
    if (rc == OK)
        *known = cell + 1;
    return rc;
}

/* Fills x->here with the cells of one document. */
static err_t axis_read(struct axis *x, const struct axis_segment *in, uint32_t doc,
                       struct arena *scratch, struct err *e)
{
    const uint32_t *ords = in->ords + (x->strings ? in->starts[doc] : doc);
    size_t values = x->strings ? in->starts[doc + 1] - in->starts[doc] : *ords != 0, count = 0;
    uint64_t read = ++x->read;
    if (values > x->here_cap) {
        x->here_cap = 2 * values;
        x->here = arena_array(scratch, x->here_cap, sizeof(*x->here));
    }
    for (size_t i = 0; i < values; i++) {
        uint32_t *known = &in->ord_cells[ords[i]];
        err_t rc = *known ? OK : ord_cell(known, x, in, ords[i], doc, scratch, e);
        if (rc != OK)
            return rc;
        uint64_t *last = x->last.ptr;
        uint32_t cell = *known - 1;
        if (cell == CELL_DROPPED || (values > 1 && last[cell - 1] == read))
            continue;
        last[cell - 1] = read;
        x->here[count++] = cell;
    }
    x->here_count = count;
    return OK;
}

static err_t axis_enter(struct axis *x, const struct plan *p, struct err *e)
{
    const struct facet_request numbers = {.column = x->asked->column};
    struct column_strings c = {0};
    struct column_keys k = {0};
    err_t rc = OK;
    x->segments = arena_array(p->scratch->arena, p->segment_count, sizeof(*x->segments));
    x->here_cap = 16;
    x->here = arena_array(p->scratch->arena, x->here_cap, sizeof(*x->here));
    for (size_t i = 0; rc == OK && i < p->segment_count; i++) {
        struct axis_segment *in = &x->segments[i];
        in->segment = p->segments[i].segment;
        if (x->strings)
            rc = segment_strings(&c, in->segment, x->asked->column, e);
        else if ((rc = segment_numbers(&in->values, in->segment, x->asked->column, e)) == OK)
            rc = segment_keys(&k, in->segment, &numbers, p, e);
        in->starts = c.starts;
        in->ords = x->strings ? c.ords : k.numbers;
        if (x->strings)
            in->ord_cells = scratch_zeroed(p->scratch, c.value_count, sizeof(*in->ord_cells));
    }
    uint32_t *cells = scratch_zeroed(p->scratch, (size_t)k.last + 1, sizeof(*cells));
    for (size_t i = 0; !x->strings && i < p->segment_count; i++)
        x->segments[i].ord_cells = cells;
    return rc;
}

/* A grid of some places a match; numbers get a few of its bits, strings share the others. */
static void grid_make(struct table *t, uint64_t matches)
{
    unsigned bits = log2_of(matches) + 4, strings = 0, axes = (unsigned)t->axis_count;
    bits = bits < GRID_BITS_MAX ? bits : GRID_BITS_MAX;
    unsigned number_bits = bits / axes < GRID_NUMBER_BITS ? bits / axes : GRID_NUMBER_BITS;
    for (size_t i = 0; i < axes; i++)
        strings += t->axes[i].strings;
    for (size_t i = 0; i < axes; i++) {
        struct axis *x = &t->axes[i];
        x->grid_bits = strings == 0 ? bits / axes
                       : x->strings ? (bits - number_bits * (axes - strings)) / strings
                                    : number_bits;
        t->grid_bits += x->grid_bits;
    }
    t->grid = scratch_zeroed(t->memory, (size_t)1 << t->grid_bits, sizeof(*t->grid));
}

static err_t too_many(struct err *e)
{
    return err_set(e, E_LIMIT,
                   "the table would have too many cells; add a filter, or count by fewer "
                   "dimensions");
}

/* True once for each value. */
static bool meet(struct tally *met, uint64_t value)
{
    uint64_t *count = tally_at(met, value);
    return (*count)++ == 0;
}

/* Counts every combination of the cells in `here` of all axes; with a group, those that it had not. */
static err_t count_combinations(struct table *t, const uint64_t *group, struct err *e)
{
    size_t at[CELL_AXES_MAX] = {0}, axis, inner = t->axis_count - 1;
    const struct axis *last = &t->axes[inner];
    uint64_t here = 1, distinct = t->distinct;
    for (axis = 0; axis < t->axis_count; axis++)
        here *= t->axes[axis].here_count; /* below 2^63: CELL_BITS each */
    if (here == 0)
        return OK;
    t->combinations += here;
    if (t->combinations > CELL_COMBINATIONS_MAX)
        return too_many(e);
    do {
        uint64_t outer = 0, row = 0;
        bool in_grid = true;
        for (size_t i = 0; i < inner; i++) {
            const struct axis *x = &t->axes[i];
            uint32_t cell = x->here[at[i]];
            outer = outer << CELL_BITS | cell;
            row = row << x->grid_bits | cell;
            in_grid &= cell >> x->grid_bits == 0;
        }
        uint32_t *counts = t->grid + (in_grid ? row << last->grid_bits : 0);
        uint32_t end = in_grid ? 1u << last->grid_bits : 0;
        for (size_t i = 0; i < last->here_count; i++) {
            uint32_t cell = last->here[i];
            uint64_t key = outer << CELL_BITS | cell;
            if (group && !meet(&t->met, *group + key * 0x9e3779b97f4a7c15u))
                continue;
            if (cell < end)
                distinct += counts[cell]++ == 0;
            else
                distinct += (*tally_at(&t->counts, key))++ == 0;
        }
        for (axis = inner; axis > 0; axis--) {
            if (++at[axis - 1] < t->axes[axis - 1].here_count)
                break;
            at[axis - 1] = 0;
        }
    } while (axis > 0 && distinct <= CELLS_MAX && t->met.used <= MET_MAX);
    t->distinct = distinct;
    return distinct <= CELLS_MAX && t->met.used <= MET_MAX ? OK : too_many(e);
}

/* Without `keys` every match; else those of one part of the groups. */
static err_t count_segment(struct table *t, const struct plan_segment *ps,
                           const struct group_keys *keys, struct group_parts parts, size_t part,
                           struct err *e)
{
    uint32_t docs[TALLY_ROOM], at = 0;
    for (size_t n; (n = tally_batch(docs, ps, &at)) > 0;) {
        size_t all = n;
        for (size_t k = n = 0; k < all; k++)
            if (!keys || group_part(parts, group_key(keys, docs[k])) == part)
                docs[n++] = docs[k];
        /* In this function: gcc drops calls of one that does nothing but prefetch. */
        for (size_t i = 0; i < t->axis_count; i++) {
            const struct axis_segment *in = &t->axes[i].segments[ps->number];
            const uint32_t *first = t->axes[i].strings ? in->starts : in->ords;
            for (size_t k = 0; k < n; k++)
                __builtin_prefetch(&first[docs[k]]);
        }
        for (size_t i = 0; i < t->axis_count; i++) {
            const struct axis_segment *c = &t->axes[i].segments[ps->number];
            for (size_t k = 0; t->axes[i].strings && k < n; k++)
                __builtin_prefetch(&c->ords[c->starts[docs[k]]]);
        }
        for (size_t k = 0; k < n; k++) {
            uint64_t group = keys ? group_key(keys, docs[k]) : 0;
            err_t rc = OK;
            t->totals.documents++;
            t->totals.groups += keys && meet(&t->met, group);
            for (size_t i = 0; rc == OK && i < t->axis_count; i++)
                rc = axis_read(&t->axes[i], &t->axes[i].segments[ps->number], docs[k], t->scratch,
                               e);
            if (rc != OK || (rc = count_combinations(t, keys ? &group : NULL, e)) != OK)
                return rc;
        }
    }
    return OK;
}

/* With groups, in as many passes as keep the table of what was met small. */
static err_t count_all(struct table *t, const struct plan *p, int groups, struct err *e)
{
    struct group_keys *keys = arena_array(t->scratch, p->segment_count, sizeof(*keys));
    uint64_t matches = 0;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < p->segment_count; i++) {
        const struct plan_segment *ps = &p->segments[i];
        matches += ps->allowed_count;
        if (groups >= 0)
            rc = group_keys_read(&keys[i], ps->segment, groups, e);
    }
    for (size_t i = 0; rc == OK && i < t->axis_count; i++)
        rc = axis_enter(&t->axes[i], p, e);
    grid_make(t, matches);
    struct group_parts parts = group_parts_of(groups >= 0 ? matches : 0, PASS_MATCHES);
    tally_init(&t->met, t->scratch);
    for (size_t part = 0; rc == OK && part < parts.count; part++) {
        tally_empty(&t->met);
        for (size_t i = 0; rc == OK && i < p->segment_count; i++)
            rc = count_segment(t, &p->segments[i], groups >= 0 ? &keys[i] : NULL, parts, part, e);
    }
    return rc;
}

/* --- in order ------------------------------------------------------------------- */

struct row {
    uint32_t rank[CELL_AXES_MAX]; /* of the cell's key on each axis */
    uint64_t count;
};

struct named {
    struct str key;
    size_t cell;
};

static int by_key(const void *x, const void *y)
{
    return str_cmp(((const struct named *)x)->key, ((const struct named *)y)->key);
}

/* The keys of an axis in order, in `a`; ranks[cell − 1]: where the key of a cell stands there. */
static struct str *keys_sort(uint32_t *ranks, const struct axis *x, struct arena *scratch,
                             struct arena *a)
{
    struct named *named = arena_array(scratch, x->keys.len, sizeof(*named));
    struct str *keys = arena_array(a, x->keys.len, sizeof(*keys));
    for (size_t i = 0; i < x->keys.len; i++)
        named[i] = (struct named){x->keys.ptr[i], i};
    if (x->keys.len > 1)
        qsort(named, x->keys.len, sizeof(*named), by_key);
    for (size_t i = 0; i < x->keys.len; i++) {
        keys[i] = arena_dup(a, named[i].key);
        ranks[named[i].cell] = (uint32_t)i;
    }
    return keys;
}

static size_t rows_collect(struct row *rows, const struct table *t, uint32_t *const *ranks)
{
    size_t n = 0;
    for (uint64_t place = 0; place < (uint64_t)1 << t->grid_bits; place++) {
        uint64_t left = place;
        if (t->grid[place] == 0)
            continue;
        for (size_t i = t->axis_count; i-- > 0; left >>= t->axes[i].grid_bits)
            rows[n].rank[i] = ranks[i][(left & (((uint64_t)1 << t->axes[i].grid_bits) - 1)) - 1];
        rows[n++].count = t->grid[place];
    }
    for (size_t k = 0; k <= t->counts.mask; k++) {
        uint64_t left = t->counts.slots[k].key;
        if (t->counts.slots[k].count == 0)
            continue;
        for (size_t i = t->axis_count; i-- > 0; left >>= CELL_BITS)
            rows[n].rank[i] = ranks[i][(left & ((1u << CELL_BITS) - 1)) - 1];
        rows[n++].count = t->counts.slots[k].count;
    }
    return n;
}

/* A counting sort by the ranks of one axis, which keeps the order of equal ones. */
static void rows_sort(struct row *to, const struct row *from, size_t count, size_t axis,
                      size_t ranks, struct search_scratch *memory)
{
    uint32_t *starts = scratch_zeroed(memory, ranks + 1, sizeof(*starts));
    for (size_t i = 0; i < count; i++)
        starts[from[i].rank[axis] + 1]++;
    for (size_t i = 1; i <= ranks; i++)
        starts[i] += starts[i - 1];
    for (size_t i = 0; i < count; i++)
        to[starts[from[i].rank[axis]]++] = from[i];
}

static void cells_write(const struct cell_count **out, size_t *count, const struct table *t,
                        struct arena *a)
{
    struct row *rows = scratch_raw(t->memory, t->distinct, sizeof(*rows));
    struct row *sorted = scratch_raw(t->memory, t->distinct, sizeof(*sorted));
    struct cell_count *cells = arena_array(a, t->distinct, sizeof(*cells));
    struct str *shown = arena_array(a, t->distinct * t->axis_count, sizeof(*shown));
    struct str *keys[CELL_AXES_MAX];
    uint32_t *ranks[CELL_AXES_MAX];
    for (size_t i = 0; i < t->axis_count; i++) {
        ranks[i] = arena_array(t->scratch, t->axes[i].keys.len, sizeof(uint32_t));
        keys[i] = keys_sort(ranks[i], &t->axes[i], t->scratch, a);
    }
    *count = rows_collect(rows, t, ranks);
    for (size_t i = t->axis_count; i-- > 0;) {
        rows_sort(sorted, rows, *count, i, t->axes[i].keys.len, t->memory);
        struct row *other = rows;
        rows = sorted;
        sorted = other;
    }
    for (size_t k = 0; k < *count; k++, shown += t->axis_count) {
        for (size_t i = 0; i < t->axis_count; i++)
            shown[i] = keys[i][rows[k].rank[i]];
        cells[k] = (struct cell_count){shown, rows[k].count};
    }
    *out = cells;
}

static err_t axes_check(struct table *t, const struct index_schema *schema,
                        const struct cell_axis *axes, size_t axis_count, struct err *e)
{
    if (axis_count < 1 || axis_count > CELL_AXES_MAX)
        return err_set(e, E_INVALID, "A table has 1 to %d axes, not %zu.", CELL_AXES_MAX,
                       axis_count);
    for (size_t i = 0; i < axis_count; i++) {
        if (axes[i].column < 0 || (size_t)axes[i].column >= schema->column_count)
            return err_set(e, E_INVALID,
                           "A table asks for column %d, but the index has %zu columns.",
                           axes[i].column, schema->column_count);
        struct axis *x = &t->axes[t->axis_count++];
        x->asked = &axes[i];
        x->strings = schema->columns[axes[i].column].kind == COLUMN_STRINGS;
        x->cells = map_new(0);
    }
    return OK;
}

static err_t cells(struct table *t, const struct cell_count **out, size_t *count,
                   struct match_totals *totals, const struct snapshot *s,
                   const struct plan_request *r, const struct cell_axis *axes, size_t axis_count,
                   int groups, struct arena *a, struct err *e)
{
    struct plan p;
    err_t rc;
    if ((rc = axes_check(t, snapshot_schema(s), axes, axis_count, e)) != OK ||
        (rc = plan_make(&p, s, r, t->memory, e)) != OK)
        return rc;
    tally_init(&t->counts, t->scratch);
    if ((rc = count_all(t, &p, groups, e)) != OK)
        return rc;
    *totals = t->totals;
    cells_write(out, count, t, a);
    return OK;
}

err_t index_cells(const struct cell_count **out, size_t *count, struct match_totals *totals,
                  const struct snapshot *s, const struct query *q, const struct query *filter,
                  const struct cell_axis *axes, size_t axis_count, int groups,
                  struct search_scratch *memory, struct arena *a, struct err *e)
{
    struct table t = {.scratch = memory->arena, .memory = memory};
    struct plan_request r = {.query = q, .filter = filter, .need_set = true};
    *out = NULL;
    *count = 0;
    *totals = (struct match_totals){0};
    err_t rc = cells(&t, out, count, totals, s, &r, axes, axis_count, groups, a, e);
    for (size_t i = 0; i < t.axis_count; i++)
        map_free(t.axes[i].cells);
    scratch_reset(memory);
    return rc;
}
