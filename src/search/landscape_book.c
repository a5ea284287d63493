/* Counts of a landscape as a workbook: of two dimensions a table of rows and columns, then every cell
 * as a row, then what was asked. */
#include "base/msg.h"
#include "search/dimensions.h"
#include "search/export.h"
#include "search/grid.h"
#include "text/xlsx_out.h"

#define CROSS_ROWS 1000
#define CROSS_COLS 100
#define COLUMNS_MAX (2 * CELL_AXES_MAX + 1)

static struct xlsx_cell number_cell(uint64_t n, struct arena *a)
{
    return (struct xlsx_cell){XLSX_NUMBER, arena_printf(a, "%llu", (unsigned long long)n)};
}

/* --- rows and columns -------------------------------------------------------- */

static void not_shown(struct xlsx_out *x, const struct landscape_reply *r, size_t dimension,
                      size_t count, struct arena *a)
{
    if (count == 0)
        return;
    struct str name = dimension_label(dimension_find(r->by[dimension]));
    struct str said = grid_by_time(r, dimension)
                          ? arena_printf(a, msg("… and %zu earlier ones of %.*s not shown\n"),
                                         count, STR_ARG(name))
                          : arena_printf(a, msg("… and %zu smaller ones of %.*s not shown\n"),
                                         count, STR_ARG(name));
    said = str_trim(said);
    xlsx_out_row(x, &said, 1, false);
}

static void write_cross(struct xlsx_out *x, const struct landscape_reply *r, struct arena *a)
{
    struct grid g;
    grid_make(&g, r, CROSS_ROWS, CROSS_COLS, a);
    struct str *head = arena_array(a, g.col_count + 1, sizeof(*head));
    struct xlsx_cell *row = arena_array(a, g.col_count + 1, sizeof(*row));

    head[0] = arena_printf(a, "%.*s × %.*s", STR_ARG(dimension_label(dimension_find(r->by[0]))),
                           STR_ARG(dimension_label(dimension_find(r->by[1]))));
    for (size_t c = 0; c < g.col_count; c++)
        head[c + 1] = g.cols[c].label;
    xlsx_out_width(x, 0, 1, 32);
    xlsx_out_width(x, 1, (unsigned)g.col_count, 10);
    xlsx_out_row(x, head, g.col_count + 1, true);
    for (size_t i = 0; i < g.row_count; i++) {
        row[0] = (struct xlsx_cell){grid_by_time(r, 0) ? XLSX_NUMBER : XLSX_TEXT, g.rows[i].label};
        for (size_t c = 0; c < g.col_count; c++)
            row[c + 1] = number_cell(g.counts[i * g.col_count + c], a);
        xlsx_out_cells(x, row, g.col_count + 1);
    }
    not_shown(x, r, 0, g.rows_left_out, a);
    not_shown(x, r, 1, g.cols_left_out, a);
}

/* --- a row a cell ------------------------------------------------------------- */

/* Whether people read something else for a key, H01M for one, so that the key is worth a column. */
static bool has_keys(const struct landscape_reply *r, size_t dimension)
{
    for (size_t i = 0; i < r->cell_count; i++) {
        struct str key = r->cells[i].key[dimension];
        if (!str_is(key, NOT_KNOWN) && !str_eq(key, r->cells[i].label[dimension]))
            return true;
    }
    return false;
}

static void write_list(struct xlsx_out *x, const struct landscape_reply *r, struct arena *a)
{
    struct str head[COLUMNS_MAX];
    bool keys[CELL_AXES_MAX];
    size_t count = 0;
    for (size_t i = 0; i < r->by_count; i++) {
        struct str name = dimension_label(dimension_find(r->by[i]));
        keys[i] = has_keys(r, i);
        if (keys[i]) {
            xlsx_out_width(x, (unsigned)count, 1, 14);
            head[count++] = arena_printf(a, msg("%.*s (code)"), STR_ARG(name));
        }
        xlsx_out_width(x, (unsigned)count, 1, grid_by_time(r, i) ? 10 : 36);
        head[count++] = name;
    }
    xlsx_out_width(x, (unsigned)count, 1, 10);
    head[count++] = str_of(r->by_families ? msg("Families") : msg("Patents"));
    xlsx_out_row(x, head, count, true);

    struct arena *line = arena_new();
    for (size_t n = 0; n < r->cell_count; n++) {
        const struct landscape_cell *cell = &r->cells[n];
        struct xlsx_cell row[COLUMNS_MAX];
        size_t at = 0;
        arena_reset(line);
        for (size_t i = 0; i < r->by_count; i++) {
            if (keys[i])
                row[at++] = (struct xlsx_cell){XLSX_TEXT, cell->key[i]};
            row[at++] =
                (struct xlsx_cell){grid_by_time(r, i) ? XLSX_NUMBER : XLSX_TEXT, cell->label[i]};
        }
        row[at++] = number_cell(cell->count, line);
        xlsx_out_cells(x, row, at);
    }
    arena_free(line);
}

/* --- what was asked ----------------------------------------------------------- */

static void write_asked(struct xlsx_out *x, const struct landscape_request *q,
                        const struct landscape_reply *r, struct arena *a)
{
    struct xlsx_cell row[2] = {{XLSX_TEXT, str_of(msg("Query"))}, {XLSX_TEXT, q->query}};
    xlsx_out_width(x, 0, 1, 14);
    xlsx_out_width(x, 1, 1, 80);
    xlsx_out_cells(x, row, 2);
    for (size_t i = 0; i < q->filter_count; i++) {
        row[0].text = str_of(msg("Filter"));
        row[1].text = q->filters[i];
        xlsx_out_cells(x, row, 2);
    }
    row[0].text = str_of(msg("Patents"));
    row[1] = number_cell(r->total, a);
    xlsx_out_cells(x, row, 2);
    row[0].text = str_of(msg("Families"));
    row[1] = number_cell(r->families, a);
    if (r->by_families)
        xlsx_out_cells(x, row, 2);
    row[0].text = str_of(msg("Note"));
    row[1] = (struct xlsx_cell){XLSX_TEXT, r->note};
    if (r->note.len > 0)
        xlsx_out_cells(x, row, 2);
}

err_t landscape_book(const char *path, const struct landscape_request *q,
                     const struct landscape_reply *r, const char *tmpdir, struct arena *a,
                     struct err *e)
{
    struct xlsx_out *x;
    bool cross = r->by_count == 2;
    err_t rc = xlsx_out_open(&x, path, cross ? msg("Table") : msg("List"), tmpdir, e);
    if (rc != OK)
        return rc;
    if (cross) {
        write_cross(x, r, a);
        xlsx_out_sheet(x, msg("List"));
    }
    write_list(x, r, a);
    xlsx_out_sheet(x, msg("Asked"));
    write_asked(x, q, r, a);
    return xlsx_out_finish(x, NULL, e);
}
