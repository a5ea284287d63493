/* Pictures of a landscape, drawn from its grid. Only integers are computed with, so the bytes repeat. */
#include "search/chart.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "search/grid.h"
#include "text/xml_out.h"

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

/* --- SVG ------------------------------------------------------------------- */

#define SVG_ROWS 40
#define SVG_COLS 30
#define CHAR_PX 7 /* width of a terminal column at 12 px; wide characters have two */
#define ROW_PX 22
#define MARGIN 16
#define HEAD_PX 48 /* title line */
#define BAR_PX 460

static void svg_text(struct buf *out, size_t x, size_t y, const char *anchor, struct str s)
{
    buf_addf(out, "<text x=\"%zu\" y=\"%zu\" text-anchor=\"%s\">", x, y, anchor);
    xml_escape(out, s);
    buf_addz(out, "</text>\n");
}

static void svg_rect(struct buf *out, size_t x, size_t y, size_t w, size_t h, const char *fill)
{
    buf_addf(out, "<rect x=\"%zu\" y=\"%zu\" width=\"%zu\" height=\"%zu\" fill=\"%s\"/>\n", x, y, w,
             h, fill);
}

static void svg_open(struct buf *out, size_t width, size_t height, struct str title)
{
    buf_addf(out,
             "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
             "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"%zu\" "
             "height=\"%zu\" viewBox=\"0 0 %zu %zu\" font-size=\"12\" "
             "font-family=\"'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei',"
             "'WenQuanYi Micro Hei',sans-serif\" fill=\"#222\">\n<title>",
             width, height, width, height);
    xml_escape(out, title);
    buf_addz(out, "</title>\n");
    svg_rect(out, 0, 0, width, height, "#fff");
    svg_text(out, MARGIN, 28, "start", title);
}

static struct str number_text(const struct grid *g, uint64_t n)
{
    return arena_printf(g->a, "%llu", (unsigned long long)n);
}

/* Under the picture: how many records, what is not shown, the reply's note. Broken
 * into lines before the picture is opened, since its height must be known. */
#define FOOT_PX 18 /* one line */

typedef VEC(struct str) line_vec;

/* Lines of at most `columns`; at the last blank that fits, else (Chinese) anywhere. */
static void add_wrapped(line_vec *lines, struct str s, unsigned columns, struct arena *a)
{
    while (s.len > 0) {
        size_t end = 0, blank = 0;
        while (end < s.len) {
            size_t next = end;
            uint32_t c = utf8_next(s, &next);
            if (utf8_width((struct str){s.ptr, next}) > columns && end > 0)
                break;
            end = next;
            if (c == ' ')
                blank = end;
        }
        size_t cut = end < s.len && blank > 0 ? blank : end;
        VEC_PUSH(a, lines, str_trim((struct str){s.ptr, cut}));
        s = (struct str){s.ptr + cut, s.len - cut};
    }
}

static line_vec foot_lines(const struct landscape_reply *r, const struct grid *g, size_t width)
{
    line_vec lines = {0};
    unsigned columns = (unsigned)((width - (size_t)2 * MARGIN) / CHAR_PX);
    struct str foot =
        r->by_families ? arena_printf(g->a, msg("%llu families of %llu records"),
                                      (unsigned long long)r->families, (unsigned long long)r->total)
                       : arena_printf(g->a, msg("%llu records"), (unsigned long long)r->total);
    if (g->rows_left_out + g->cols_left_out > 0)
        foot = arena_printf(g->a, msg("%.*s; %zu smaller values not shown"), STR_ARG(foot),
                            g->rows_left_out + g->cols_left_out);
    VEC_PUSH(g->a, &lines, foot);
    add_wrapped(&lines, summed_up(r, g->a), columns, g->a);
    add_wrapped(&lines, r->note, columns, g->a);
    return lines;
}

static size_t foot_px(const line_vec *foot)
{
    return foot->len * FOOT_PX;
}

static void svg_foot(struct buf *out, const line_vec *foot, size_t y)
{
    for (size_t i = 0; i < foot->len; i++)
        svg_text(out, MARGIN, y + i * FOOT_PX, "start", foot->ptr[i]);
    buf_addz(out, "</svg>\n");
}

static size_t label_px(const struct grid *g)
{
    return (size_t)widest_label(g, 34) * CHAR_PX + MARGIN;
}

/* Pixels of a count; at least one where there is any, at most `most_px`. */
static size_t scaled(const struct grid *g, uint64_t count, size_t most_px)
{
    if (count == 0 || g->most == 0)
        return 0;
    size_t px = (size_t)((count < g->most ? count : g->most) * most_px / g->most);
    return px ? px : 1;
}

static const char *color_of(const struct side *s)
{
    return side_is_unknown(s) ? "#b8bec6" : "#2f6fb3";
}

static void svg_bars(struct buf *out, const struct landscape_reply *r, const struct grid *g,
                     struct str title)
{
    size_t left = label_px(g) + 8;
    size_t bottom = HEAD_PX + g->row_count * ROW_PX;
    size_t width_px = left + BAR_PX + 80;
    line_vec foot = foot_lines(r, g, width_px);
    svg_open(out, width_px, bottom + 18 + foot_px(&foot), title);
    for (size_t i = 0; i < g->row_count; i++) {
        size_t y = HEAD_PX + i * ROW_PX;
        size_t width = scaled(g, g->counts[i], BAR_PX);
        svg_text(out, left - 8, y + 14, "end", fitted(g->rows[i].label, 34, g->a));
        svg_rect(out, left, y + 2, width, ROW_PX - 6, color_of(&g->rows[i]));
        svg_text(out, left + width + 6, y + 14, "start", number_text(g, g->counts[i]));
    }
    svg_foot(out, &foot, bottom + 24);
}

#define YEAR_PX 34
#define YEARS_HEIGHT 260

/* Years run from left to right. */
static void svg_years(struct buf *out, const struct landscape_reply *r, const struct grid *g,
                      struct str title)
{
    size_t base = HEAD_PX + YEARS_HEIGHT;
    size_t width = (size_t)2 * MARGIN + (g->row_count > 12 ? g->row_count : 12) * YEAR_PX;
    line_vec foot = foot_lines(r, g, width);
    svg_open(out, width, base + 38 + foot_px(&foot), title);
    for (size_t i = 0; i < g->row_count; i++) {
        size_t x = MARGIN + i * YEAR_PX;
        size_t height = scaled(g, g->counts[i], YEARS_HEIGHT - 20);
        svg_rect(out, x + 4, base - height, YEAR_PX - 8, height, color_of(&g->rows[i]));
        svg_text(out, x + YEAR_PX / 2, base - height - 4, "middle", number_text(g, g->counts[i]));
        svg_text(out, x + YEAR_PX / 2, base + 16, "middle", g->rows[i].label);
    }
    svg_foot(out, &foot, base + 44);
}

/* White to blue in 32 steps of the square root of the share, so that small counts
 * show; without floating point. */
static struct str heat(const struct grid *g, uint64_t count)
{
    uint64_t share = g->most ? (count < g->most ? count : g->most) * 1024 / g->most : 0, root = 0;
    while ((root + 1) * (root + 1) <= share)
        root++; /* 0..32 */
    if (root == 0 && count > 0)
        root = 1;
    return arena_printf(g->a, "#%02x%02x%02x", (unsigned)(255 - root * 208 / 32),
                        (unsigned)(255 - root * 144 / 32), (unsigned)(255 - root * 76 / 32));
}

static void svg_heat(struct buf *out, const struct landscape_reply *r, const struct grid *g,
                     struct str title)
{
    size_t left = label_px(g) + 8, top = HEAD_PX + 24;
    unsigned widest = 5;
    for (size_t c = 0; c < g->col_count; c++) {
        unsigned w = utf8_width(fitted(g->cols[c].label, 16, g->a));
        widest = w > widest ? w : widest;
    }
    size_t cell = (size_t)widest * CHAR_PX + 10, bottom = top + g->row_count * ROW_PX;
    size_t width_px = left + g->col_count * cell + MARGIN;
    /* A narrow table is made as wide as a line of notes reads well. */
    size_t text_px = r->note.len + (r->by_count > 2) > 0 ? 440 : 0;
    width_px = width_px < text_px ? text_px : width_px;
    line_vec foot = foot_lines(r, g, width_px);
    svg_open(out, width_px, bottom + 18 + foot_px(&foot), title);
    for (size_t c = 0; c < g->col_count; c++)
        svg_text(out, left + c * cell + cell / 2, top - 8, "middle",
                 fitted(g->cols[c].label, 16, g->a));
    for (size_t i = 0; i < g->row_count; i++) {
        size_t y = top + i * ROW_PX;
        svg_text(out, left - 8, y + 15, "end", fitted(g->rows[i].label, 34, g->a));
        for (size_t c = 0; c < g->col_count; c++) {
            uint64_t count = g->counts[i * g->col_count + c];
            bool known = !side_is_unknown(&g->rows[i]) && !side_is_unknown(&g->cols[c]);
            bool dark = known && count * 3 > g->most;
            svg_rect(out, left + c * cell, y, cell - 1, ROW_PX - 1,
                     known ? arena_cstr(g->a, heat(g, count)) : "#f3f3f3");
            if (count == 0)
                continue;
            buf_addf(out, "<g fill=\"%s\">", dark ? "#fff" : "#222");
            svg_text(out, left + c * cell + cell / 2, y + 15, "middle", number_text(g, count));
            buf_addz(out, "</g>\n");
        }
    }
    svg_foot(out, &foot, bottom + 24);
}

/* "year × ipc4" */
static struct str default_title(const struct landscape_reply *r, struct arena *a)
{
    struct str title = r->by_count > 0 ? r->by[0] : STR_NONE;
    for (size_t i = 1; i < r->by_count && i < 2; i++)
        title = arena_printf(a, "%.*s × %.*s", STR_ARG(title), STR_ARG(r->by[i]));
    return title;
}

void chart_svg(struct buf *out, const struct landscape_reply *r, struct str title)
{
    struct arena *a = arena_new();
    struct grid g;
    struct str shown = fitted(title.len > 0 ? title : default_title(r, a), 90, a);

    grid_make(&g, r, r->by_count == 1 && grid_by_time(r, 0) ? YEARS_MAX : SVG_ROWS, SVG_COLS, a);
    if (r->by_count > 1)
        svg_heat(out, r, &g, shown);
    else if (r->by_count == 1 && grid_by_time(r, 0))
        svg_years(out, r, &g, shown);
    else
        svg_bars(out, r, &g, shown);
    arena_free(a);
}
