/* Rows come in order, so of each column one merge at most is open. */
#include "text/merges.h"
#include <stdlib.h>

#define MERGES_MAX 1000000 /* about 40 MB */

void merges_begin(struct merges *m)
{
    if (!m->a)
        m->a = arena_new();
    arena_reset(m->a);
    m->list.ptr = NULL;
    m->list.len = m->list.cap = m->next = m->open_count = 0;
}

void merges_add(struct merges *m, size_t column, size_t last_column, int64_t first, int64_t last)
{
    bool across = last_column > column;
    if (column > 0 && column <= COLUMNS_MAX && first > 0 && last >= first &&
        (last > first || across) && m->list.len < MERGES_MAX)
        VEC_PUSH(m->a, &m->list, ((struct merge){column, first, last, across, STR_NONE}));
}

static int by_first_row(const void *a, const void *b)
{
    const struct merge *x = a, *y = b;
    return (x->first > y->first) - (x->first < y->first);
}

void merges_sort(struct merges *m)
{
    if (m->list.len)
        qsort(m->list.ptr, m->list.len, sizeof(*m->list.ptr), by_first_row);
}

void merges_clear(struct merges *m)
{
    if (m->a)
        arena_free(m->a);
}

/* Those that reach into the row: `open` holds at most one of a column. */
static void follow_row(struct merges *m, int64_t row)
{
    size_t kept = 0;
    for (size_t i = 0; i < m->open_count; i++)
        if (m->open[i]->last >= row)
            m->open[kept++] = m->open[i];
    m->open_count = kept;
    for (; m->next < m->list.len && m->list.ptr[m->next].first <= row; m->next++)
        if (m->open_count < COLUMNS_MAX && m->list.ptr[m->next].last >= row)
            m->open[m->open_count++] = &m->list.ptr[m->next];
}

static bool has_value(const struct row *row)
{
    for (size_t i = 0; i < row->count; i++)
        if (str_trim(row->cells[i].text).len)
            return true;
    return false;
}

void merges_apply(struct merges *m, struct row *row, struct arena *a)
{
    follow_row(m, row->number);
    if (m->open_count == 0 || !has_value(row))
        return;
    size_t width = row->count;
    for (size_t i = 0; i < m->open_count; i++)
        width = m->open[i]->column > width ? m->open[i]->column : width;
    struct cell *cells = arena_array(a, width, sizeof(*cells));
    for (size_t i = 0; i < row->count; i++)
        cells[i] = row->cells[i];
    for (size_t i = 0; i < m->open_count; i++) {
        struct merge *one = m->open[i];
        struct cell *cell = &cells[one->column - 1];
        if (row->number == one->first)
            one->value = arena_dup(m->a, cell->text);
        else if (cell->text.len == 0 && one->value.len)
            *cell = (struct cell){.text = arena_dup(a, one->value), .flag = CELL_MERGED};
        cell->across = one->across && cell->text.len;
    }
    row->cells = cells;
    row->count = width;
}
