/* Merged cells: the value stands in the first of them; a person sees it in each row. Where they
 * are merged stands behind the rows, so it is read before them (ECMA-376 part 1, 18.3.1.55). */
#include "base/limits.h"
#include "base/mem.h"
#include "text/xlsx_priv.h"
#include <stdlib.h>

#define MERGES_MAX 100000

static void merge_start(void *data, const char *name, const char **attrs)
{
    struct xlsx_merges *m = xlsx_arg(data);
    if (strcmp(xlsx_local(name), "mergeCell") != 0 || m->list.len >= MERGES_MAX)
        return;
    const char *ref = xlsx_attr(attrs, "ref"), *colon = ref ? strchr(ref, ':') : NULL;
    if (!colon)
        return;
    struct xlsx_merge one = {.column = xlsx_ref_column(ref),
                             .first = strtoll(ref + strcspn(ref, "0123456789"), NULL, 10),
                             .last = strtoll(colon + strcspn(colon, "0123456789"), NULL, 10)};
    if (one.column > 0 && one.column <= COLUMNS_MAX && one.first > 0 && one.last > one.first)
        VEC_PUSH(m->a, &m->list, one);
}

static void merge_end(void *data, const char *name)
{
    const struct xlsx_part *p = data;
    if (strcmp(xlsx_local(name), "mergeCells") == 0)
        XML_StopParser(p->parser, XML_FALSE);
}

static int by_first_row(const void *a, const void *b)
{
    const struct xlsx_merge *x = a, *y = b;
    return (x->first > y->first) - (x->first < y->first);
}

void xlsx_merges_find(struct xlsx_merges *m, const struct zip *zip, struct str part)
{
    struct xlsx_part p = {0};
    if (!m->a)
        m->a = arena_new();
    arena_reset(m->a);
    m->list.ptr = NULL;
    m->list.len = m->list.cap = m->next = m->open_count = 0;
    if (xlsx_part_open(&p, zip, part, merge_start, merge_end, NULL, m, NULL) == OK)
        (void)!xlsx_part_run_from(&p, "mergeCells");
    xlsx_part_close(&p);
    if (m->list.len)
        qsort(m->list.ptr, m->list.len, sizeof(*m->list.ptr), by_first_row);
}

void xlsx_merges_clear(struct xlsx_merges *m)
{
    if (m->a)
        arena_free(m->a);
}

/* Those that reach into the row: `open` holds at most one of a column. */
static void follow_row(struct xlsx_merges *m, int64_t row)
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

void xlsx_merges_apply(struct xlsx_merges *m, struct row *row, struct arena *a)
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
        struct xlsx_merge *one = m->open[i];
        struct cell *cell = &cells[one->column - 1];
        if (row->number == one->first)
            one->value = arena_dup(m->a, cell->text);
        else if (cell->text.len == 0 && one->value.len)
            *cell = (struct cell){.text = arena_dup(a, one->value), .flag = CELL_MERGED};
    }
    row->cells = cells;
    row->count = width;
}
