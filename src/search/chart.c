/* Pictures of a landscape, drawn from its grid. Only integers are computed with, so the bytes repeat. */
#include "search/chart.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "search/grid.h"

/* At most `width` columns, cut with "…". */
static struct str fitted(struct str s, unsigned width, struct arena *a)
{
    if (utf8_width(s) <= width)
        return s;
    size_t end = 0;
    while (end < s.len) {
        size_t next = end;
        utf8_next(s, &next);
        if (utf8_width((struct str){s.ptr, next}) + 1 > width)
            break;
        end = next;
    }
    return arena_printf(a, "%.*s…", (int)end, s.ptr);
}

/* --- terminal -------------------------------------------------------------- */

static void pad(struct buf *out, unsigned width)
{
    for (unsigned i = 0; i < width; i++)
        buf_addc(out, ' ');
}

static void add_left(struct buf *out, struct str s, unsigned width)
{
    buf_add(out, s);
    pad(out, width - (utf8_width(s) < width ? utf8_width(s) : width));
}

static void add_right(struct buf *out, struct str s, unsigned width)
{
    pad(out, width - (utf8_width(s) < width ? utf8_width(s) : width));
    buf_add(out, s);
}

static unsigned widest_label(const struct grid *g, unsigned limit)
{
    unsigned widest = 1;
    for (size_t i = 0; i < g->row_count; i++) {
        unsigned w = utf8_width(g->rows[i].label);
        if (w > widest)
            widest = w;
    }
    return widest < limit ? widest : limit;
}

/* A bar of count/most of `width` columns, to the eighth of one. */
static void add_bar(struct buf *out, uint64_t count, uint64_t most, unsigned width)
{
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    uint64_t parts = most ? (count < most ? count : most) * width * 8 / most : 0;
    if (parts == 0 && count > 0)
        parts = 1;
    for (uint64_t i = 0; i < parts / 8; i++)
        buf_addz(out, "█");
    buf_addz(out, eighths[parts % 8]);
}

static void bars(struct buf *out, const struct grid *g, unsigned columns)
{
    unsigned label = widest_label(g, columns * 2 / 5);
    unsigned number = 1;
    for (size_t i = 0; i < g->row_count; i++)
        for (uint64_t n = g->counts[i], digits = 1; n >= 10; n /= 10)
            if (++digits > number)
                number = (unsigned)digits;
    unsigned width = columns > label + number + 4 ? columns - label - number - 4 : 4;
    for (size_t i = 0; i < g->row_count; i++) {
        add_left(out, fitted(g->rows[i].label, label, g->a), label);
        buf_addz(out, "  ");
        add_right(out, arena_printf(g->a, "%llu", (unsigned long long)g->counts[i]), number);
        buf_addc(out, ' ');
        add_bar(out, g->counts[i], g->most, width);
        buf_addc(out, '\n');
    }
}

#define CELL_WIDTH 9 /* of a column in the terminal's table, a blank included */

static void table(struct buf *out, const struct grid *g, unsigned columns)
{
    unsigned label = widest_label(g, columns / 3);
    pad(out, label);
    for (size_t c = 0; c < g->col_count; c++) {
        buf_addc(out, ' ');
        add_right(out, fitted(g->cols[c].label, CELL_WIDTH - 1, g->a), CELL_WIDTH - 1);
    }
    buf_addc(out, '\n');
    for (size_t i = 0; i < g->row_count; i++) {
        add_left(out, fitted(g->rows[i].label, label, g->a), label);
        for (size_t c = 0; c < g->col_count; c++) {
            uint64_t count = g->counts[i * g->col_count + c];
            struct str n = arena_printf(g->a, "%llu", (unsigned long long)count);
            buf_addc(out, ' ');
            add_right(out, count ? n : STR("·"), CELL_WIDTH - 1);
        }
        buf_addc(out, '\n');
    }
}

static void not_shown(struct buf *out, const struct landscape_reply *r, size_t dimension,
                      size_t count)
{
    if (grid_by_time(r, dimension))
        buf_addf(out, msg("… and %zu earlier ones of %.*s not shown\n"), count,
                 STR_ARG(r->by[dimension]));
    else
        buf_addf(out, msg("… and %zu smaller ones of %.*s not shown\n"), count,
                 STR_ARG(r->by[dimension]));
}

/* What a picture of two dimensions does not show of three; empty otherwise. */
static struct str summed_up(const struct landscape_reply *r, struct arena *a)
{
    if (r->by_count < 3)
        return STR_NONE;
    return arena_printf(a, msg("the third dimension, %.*s, is summed up here; --json shows it"),
                        STR_ARG(r->by[2]));
}

void chart_bars(struct buf *out, const struct landscape_reply *r, unsigned columns, size_t rows)
{
    struct arena *a = arena_new();
    struct grid g;
    unsigned width = columns ? columns : 80;
    size_t fit = width > CELL_WIDTH * 2 ? (width - width / 3) / CELL_WIDTH : 1;

    grid_make(&g, r, rows ? rows : 40, fit, a);
    if (g.row_count == 0)
        buf_addz(out, msg("no record matches\n"));
    else if (r->by_count > 1)
        table(out, &g, width);
    else
        bars(out, &g, width);
    if (g.rows_left_out > 0)
        not_shown(out, r, 0, g.rows_left_out);
    if (g.cols_left_out > 0)
        not_shown(out, r, 1, g.cols_left_out);
    if (g.row_count > 0 && r->by_count > 2)
        buf_addf(out, "%.*s\n", STR_ARG(summed_up(r, a)));
    arena_free(a);
}
