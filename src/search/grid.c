/* The counts of a landscape as rows and columns. A dimension's values stand by size, years by time. */
#include "search/grid.h"
#include "base/map.h"
#include "base/vec.h"
#include "search/dimensions.h"
#include "search/fields.h"
#include <assert.h>
#include <stdlib.h>

bool grid_by_time(const struct landscape_reply *r, size_t dimension)
{
    return dimension_is_time(r->by[dimension]);
}

bool side_is_unknown(const struct side *s)
{
    return str_is(s->key, NOT_KNOWN);
}

static int side_by_size(const void *l, const void *r)
{
    const struct side *x = l, *y = r;
    if (side_is_unknown(x) != side_is_unknown(y))
        return side_is_unknown(x) ? 1 : -1;
    if (x->sum != y->sum)
        return x->sum > y->sum ? -1 : 1;
    return str_cmp(x->key, y->key);
}

/* Latest first. */
static int side_by_time(const void *l, const void *r)
{
    const struct side *x = l, *y = r;
    if (side_is_unknown(x) != side_is_unknown(y))
        return side_is_unknown(x) ? 1 : -1;
    return str_cmp(y->key, x->key);
}

typedef VEC(struct side) side_vec;

static side_vec all_sides(const struct landscape_reply *r, size_t dimension, struct arena *a)
{
    side_vec list = {0};
    struct map *seen = map_new(1);
    for (size_t i = 0; i < r->cell_count; i++) {
        const struct landscape_cell *c = &r->cells[i];
        bool added;
        uint64_t *at = map_put(seen, c->key[dimension], &added);
        if (added) {
            struct side s = {c->key[dimension], c->label[dimension], 0};
            *at = list.len;
            VEC_PUSH(a, &list, s);
        }
        assert(*at < list.len);
        list.ptr[*at].sum += c->count;
    }
    map_free(seen);
    return list;
}

/* Latest first → from left to right, with the years between that have no record:
 * a trend must not skip them. */
static side_vec without_gaps(const side_vec *latest, struct arena *a)
{
    side_vec out = {0};
    uint64_t year, next = 0;
    for (size_t i = latest->len; i-- > 0;) {
        const struct side *s = &latest->ptr[i];
        if (!str_to_u64(&year, s->key))
            continue;
        for (; next > 0 && next < year && out.len < YEARS_MAX; next++) {
            struct str text = arena_printf(a, "%llu", (unsigned long long)next);
            struct side empty = {text, text, 0};
            VEC_PUSH(a, &out, empty);
        }
        VEC_PUSH(a, &out, *s);
        next = year + 1;
    }
    for (size_t i = 0; i < latest->len; i++)
        if (side_is_unknown(&latest->ptr[i]))
            VEC_PUSH(a, &out, latest->ptr[i]);
    return out;
}

/* Values of one dimension in the order to draw: the largest `limit`, or the
 * latest; what is not known stands behind them. */
static size_t sides_of(struct side **out, size_t *left_out, const struct landscape_reply *r,
                       size_t dimension, size_t limit, struct arena *a)
{
    side_vec list = all_sides(r, dimension, a);
    bool years = grid_by_time(r, dimension);

    *left_out = 0;
    if (list.len > 1)
        qsort(list.ptr, list.len, sizeof(*list.ptr), years ? side_by_time : side_by_size);
    bool unknown = list.len > 0 && side_is_unknown(&list.ptr[list.len - 1]);
    size_t known = list.len - unknown;
    if (known > limit) {
        *left_out = known - limit;
        list.ptr[limit] = list.ptr[list.len - 1];
        list.len = limit + unknown;
    }
    if (years)
        list = without_gaps(&list, a);
    *out = list.ptr;
    return list.len;
}

static size_t side_find(const struct map *m, struct str key)
{
    const uint64_t *at = map_get(m, key);
    return at ? (size_t)*at : SIZE_MAX;
}

static struct map *side_map(const struct side *sides, size_t count)
{
    struct map *m = map_new(1);
    for (size_t i = 0; i < count; i++) {
        bool added;
        *map_put(m, sides[i].key, &added) = i;
    }
    return m;
}

void grid_make(struct grid *g, const struct landscape_reply *r, size_t rows, size_t cols,
               struct arena *a)
{
    *g = (struct grid){.a = a, .col_count = 1};
    if (r->by_count == 0)
        return;
    g->row_count = sides_of(&g->rows, &g->rows_left_out, r, 0, rows, a);
    if (r->by_count > 1)
        g->col_count = sides_of(&g->cols, &g->cols_left_out, r, 1, cols, a);
    g->counts = arena_array(a, g->row_count * g->col_count + 1, sizeof(*g->counts));
    struct map *row_of = side_map(g->rows, g->row_count);
    struct map *col_of = side_map(g->cols, g->cols ? g->col_count : 0);
    for (size_t i = 0; i < r->cell_count; i++) {
        size_t row = side_find(row_of, r->cells[i].key[0]);
        size_t col = r->by_count > 1 ? side_find(col_of, r->cells[i].key[1]) : 0;
        if (row == SIZE_MAX || col == SIZE_MAX)
            continue;
        g->counts[row * g->col_count + col] += r->cells[i].count;
    }
    for (size_t i = 0; i < g->row_count * g->col_count; i++) {
        bool known = !side_is_unknown(&g->rows[i / g->col_count]) &&
                     !(g->cols && side_is_unknown(&g->cols[i % g->col_count]));
        if (known && g->counts[i] > g->most)
            g->most = g->counts[i];
    }
    for (size_t i = 0; g->most == 0 && i < g->row_count * g->col_count; i++)
        g->most = g->counts[i]; /* nothing is known */
    map_free(row_of);
    map_free(col_of);
}
