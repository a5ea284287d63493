/* Cross tables over the matches: a document counts once in every combination of
 * its cells. A value is mapped once, when it is first met, to the number of its
 * cell on the axis; from then on a document costs some array look-ups. */
#include "base/limits.h"
#include "base/map.h"
#include "base/vec.h"
#include "index/groups.h"
#include "index/tally.h"
#include <stdlib.h>

#define CELL_BITS 21 /* of an axis in the key of a combination: 2 M cells an axis */
#define CELL_DROPPED 0u
#define PASS_MATCHES ((uint64_t)1 << 15)
#define MET_MAX ((size_t)1 << 24) /* of a pass */

struct axis {
    const struct cell_axis *asked;
    bool strings;
    struct map *cells;    /* cell's key → its number, from 1 */
    VEC(struct str) keys; /* by number − 1 */
    VEC(uint64_t) last;   /* by number − 1: the last document (of `read`) that had the cell */
    uint64_t read;        /* documents so far */
    struct tally numbers; /* COLUMN_U32: value → cell's number + 1 */
    struct axis_segment {
        struct column_strings column;
        uint32_t *ord_cells; /* cell's number + 1; 0: not met yet */
        const uint32_t *values;
    } * segments;
    struct {
        uint32_t *ptr;
        size_t len, cap;
    } here; /* cells of the current document, without repeats */
};

struct table {
    struct axis axes[CELL_AXES_MAX];
    size_t axis_count;
    struct tally counts;
    uint64_t combinations;
    /* Where groups are counted: what was met of this part of their keys, groups and their
     * combinations; the sum of a key and a multiple of a combination is as unique as the key. */
    struct tally met;
    struct match_totals totals;
    struct arena *scratch;
    struct search_scratch *memory;
};

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

static void axis_put(struct axis *x, struct arena *scratch, uint32_t cell)
{
    if (cell == CELL_DROPPED || x->last.ptr[cell - 1] == x->read)
        return;
    x->last.ptr[cell - 1] = x->read;
    VEC_PUSH(scratch, &x->here, cell);
}

/* Fills x->here with the cells of one document. */
static err_t axis_read(struct axis *x, const struct plan_segment *ps, uint32_t doc,
                       struct arena *scratch, struct err *e)
{
    const struct axis_segment *in = &x->segments[ps->number];
    uint32_t cell;
    err_t rc;
    x->here.len = 0;
    x->read++;
    if (!x->strings) {
        if (in->values[doc] == COLUMN_NONE)
            return OK;
        uint64_t *known = tally_at(&x->numbers, in->values[doc]);
        if (*known == 0) {
            *known = 1; /* a slot must not stay empty, also where the next line fails */
            if ((rc = cell_of(&cell, x, STR_NONE, in->values[doc], scratch, e)) != OK)
                return rc;
            *known = (uint64_t)cell + 1;
        }
        axis_put(x, scratch, (uint32_t)(*known - 1));
        return OK;
    }
    for (uint32_t i = in->column.starts[doc]; i < in->column.starts[doc + 1]; i++) {
        uint32_t ord = in->column.ords[i];
        if (in->ord_cells[ord] == 0) {
            struct str value;
            if ((rc = segment_string(&value, ps->segment, x->asked->column, ord, e)) != OK ||
                (rc = cell_of(&cell, x, value, 0, scratch, e)) != OK)
                return rc;
            in->ord_cells[ord] = cell + 1;
        }
        axis_put(x, scratch, in->ord_cells[ord] - 1);
    }
    return OK;
}

static err_t axis_enter(struct axis *x, const struct plan_segment *ps, struct arena *scratch,
                        struct err *e)
{
    struct axis_segment *in = &x->segments[ps->number];
    if (!x->strings)
        return segment_numbers(&in->values, ps->segment, x->asked->column, e);
    err_t rc = segment_strings(&in->column, ps->segment, x->asked->column, e);
    if (rc == OK)
        in->ord_cells = arena_array(scratch, in->column.value_count, sizeof(*in->ord_cells));
    return rc;
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
    size_t at[CELL_AXES_MAX] = {0}, axis;
    uint64_t here = 1;
    for (axis = 0; axis < t->axis_count; axis++)
        here *= t->axes[axis].here.len; /* below 2^63: CELL_BITS each */
    if (here == 0)
        return OK;
    t->combinations += here;
    if (t->combinations > CELL_COMBINATIONS_MAX)
        return too_many(e);
    do {
        uint64_t key = 0;
        for (size_t i = 0; i < t->axis_count; i++)
            key = key << CELL_BITS | t->axes[i].here.ptr[at[i]];
        if (!group || meet(&t->met, *group + key * 0x9e3779b97f4a7c15u))
            ++*tally_at(&t->counts, key);
        for (axis = t->axis_count; axis > 0; axis--) { /* the last axis turns fastest */
            if (++at[axis - 1] < t->axes[axis - 1].here.len)
                break;
            at[axis - 1] = 0;
        }
    } while (axis > 0 && t->counts.used <= CELLS_MAX && t->met.used <= MET_MAX);
    return t->counts.used <= CELLS_MAX && t->met.used <= MET_MAX ? OK : too_many(e);
}

/* Without `keys` every match; else those of one part of the groups. */
static err_t count_segment(struct table *t, const struct plan_segment *ps,
                           const struct group_keys *keys, struct group_parts parts, size_t part,
                           struct err *e)
{
    err_t rc;
    EACH_MATCH(doc, ps)
    {
        uint64_t group = keys ? group_key(keys, doc) : 0;
        if (keys && group_part(parts, group) != part)
            continue;
        t->totals.documents++;
        t->totals.groups += keys && meet(&t->met, group);
        for (size_t i = 0; i < t->axis_count; i++)
            if ((rc = axis_read(&t->axes[i], ps, (uint32_t)doc, t->scratch, e)) != OK)
                return rc;
        if ((rc = count_combinations(t, keys ? &group : NULL, e)) != OK)
            return rc;
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
        for (size_t k = 0; rc == OK && k < t->axis_count; k++)
            rc = axis_enter(&t->axes[k], ps, t->scratch, e);
    }
    struct group_parts parts = group_parts_of(groups >= 0 ? matches : 0, PASS_MATCHES);
    tally_init(&t->met, t->scratch);
    for (size_t part = 0; rc == OK && part < parts.count; part++) {
        tally_empty(&t->met);
        for (size_t i = 0; rc == OK && i < p->segment_count; i++)
            rc = count_segment(t, &p->segments[i], groups >= 0 ? &keys[i] : NULL, parts, part, e);
    }
    return rc;
}

struct sort_key {
    struct cell_count cell;
    size_t axis_count;
};

static int by_keys(const void *x, const void *y)
{
    const struct sort_key *a = x, *b = y;
    int order = 0;
    for (size_t i = 0; order == 0 && i < a->axis_count; i++)
        order = str_cmp(a->cell.key[i], b->cell.key[i]);
    return order;
}

static void cells_write(const struct cell_count **out, size_t *count, const struct table *t,
                        struct arena *a)
{
    struct sort_key *rows = arena_array(t->scratch, t->counts.used, sizeof(*rows));
    struct cell_count *cells = arena_array(a, t->counts.used, sizeof(*cells));
    const struct str **names = arena_array(t->scratch, t->axis_count, sizeof(struct str *));
    size_t n = 0;
    for (size_t i = 0; i < t->axis_count; i++) {
        struct str *copy = arena_array(a, t->axes[i].keys.len, sizeof(*copy));
        for (size_t j = 0; j < t->axes[i].keys.len; j++)
            copy[j] = arena_dup(a, t->axes[i].keys.ptr[j]);
        names[i] = copy;
    }
    for (size_t i = 0; i <= t->counts.mask; i++) {
        const struct tally_slot *slot = &t->counts.slots[i];
        if (slot->count == 0)
            continue;
        struct str *key = arena_array(a, t->axis_count, sizeof(*key));
        for (size_t j = 0; j < t->axis_count; j++)
            key[j] = names[j][(slot->key >> (CELL_BITS * (t->axis_count - 1 - j)) &
                               ((1u << CELL_BITS) - 1)) -
                              1];
        rows[n++] = (struct sort_key){{key, slot->count}, t->axis_count};
    }
    if (n > 1)
        qsort(rows, n, sizeof(*rows), by_keys);
    for (size_t i = 0; i < n; i++)
        cells[i] = rows[i].cell;
    *out = cells;
    *count = n;
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
        tally_init(&x->numbers, t->scratch);
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
    for (size_t i = 0; i < axis_count; i++)
        t->axes[i].segments =
            arena_array(t->scratch, p.segment_count, sizeof(*t->axes[i].segments));
    if ((rc = count_all(t, &p, groups, e)) != OK)
        return rc;
    *totals = t->totals;
    cells_write(out, count, t, a);
    return OK;
}

err_t index_cells(const struct cell_count **out, size_t *count, struct match_totals *totals,
                  const struct snapshot *s, const struct query *q, const struct query *filter,
                  const struct cell_axis *axes, size_t axis_count, int groups, struct arena *a,
                  struct err *e)
{
    struct search_scratch *memory = search_scratch_new();
    struct table t = {.scratch = memory->arena, .memory = memory};
    struct plan_request r = {.query = q, .filter = filter, .need_set = true};
    *out = NULL;
    *count = 0;
    *totals = (struct match_totals){0};
    err_t rc = cells(&t, out, count, totals, s, &r, axes, axis_count, groups, a, e);
    for (size_t i = 0; i < t.axis_count; i++)
        map_free(t.axes[i].cells);
    search_scratch_free(memory);
    return rc;
}
