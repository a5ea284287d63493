/* Tables of Word. Rows have widths of their own, Word has one grid: its columns are all the
 * borders that any row has, and a cell spans those between its own two. A table in the middle of
 * a form, whose head is to be repeated, is a w:tbl of its own: Word repeats only first rows. */
#include "paper/docx_priv.h"

#define GRID_MAX 256
#define TWIPS 20
#define LINE 0.6 /* points of a border, which stands outside of a cell's margins */

struct grid {
    int at[GRID_MAX]; /* borders in thousandths of the table, rising; the first is 0 */
    size_t count;
};

static void grid_add(struct grid *g, int border)
{
    size_t i = g->count;
    for (size_t k = 0; k < g->count; k++)
        if (g->at[k] == border)
            return;
    if (g->count == GRID_MAX)
        return;
    for (; i > 0 && g->at[i - 1] > border; i--)
        g->at[i] = g->at[i - 1];
    g->at[i] = border;
    g->count++;
}

/* Thousandths of the row, which begins after its group's label, to those of the table. */
static int border_at(const struct docx *d, const struct paper_row *r, int within)
{
    int from = r->group.len ? d->layout->table.group : 0;
    return from + (1000 - from) * within / 1000;
}

static int span(const struct grid *g, int from, int to)
{
    int n = 0;
    for (size_t i = 0; i + 1 < g->count; i++)
        n += g->at[i] >= from && g->at[i] < to;
    return n;
}

static double table_width(const struct docx *d)
{
    return (d->layout->width - d->layout->left - d->layout->right) * TWIPS;
}

static void open_cell(struct docx *d, const struct grid *g, int from, int to, const char *more)
{
    buf_addf(d->out,
             "<w:tc><w:tcPr><w:tcW w:w=\"%.0f\" w:type=\"dxa\"/><w:gridSpan w:val=\"%d\"/>%s"
             "<w:vAlign w:val=\"center\"/></w:tcPr>",
             table_width(d) * (to - from) / 1000, span(g, from, to), more);
}

static void cell_paragraph(struct docx *d, struct str text, bool strong, const char *align,
                           double size, bool kept)
{
    const struct paper_layout *l = d->layout;
    buf_addf(d->out,
             "<w:p><w:pPr>%s<w:spacing w:line=\"%.0f\" "
             "w:lineRule=\"exact\"/><w:jc "
             "w:val=\"%s\"/></w:pPr><w:r><w:rPr>",
             kept ? "<w:keepNext/>" : "", l->table.line * TWIPS, align);
    docx_font(d, strong ? l->table.label : l->table.font, size);
    buf_addz(d->out, "</w:rPr><w:t xml:space=\"preserve\">");
    docx_text(d, text);
    buf_addz(d->out, "</w:t></w:r></w:p>");
}

static void put_cell(struct docx *d, const struct grid *g, const struct paper_cell *c, int from,
                     int to, bool kept)
{
    bool strong = c->look == PAPER_LABEL || c->look == PAPER_COLUMN;
    struct str rest = c->text.ptr ? c->text : STR("");
    double room = table_width(d) / TWIPS * (to - from) / 1000 - 2 * d->layout->table.pad;
    open_cell(d, g, from, to, "");
    while (rest.ptr) {
        struct str line = str_split(&rest, STR("\n"));
        cell_paragraph(d, line, strong,
                       strong                    ? "center"
                       : c->look == PAPER_FIGURE ? "right"
                                                 : "left",
                       paper_code_size(line, d->layout->table.size, room), kept);
    }
    for (int i = 0; c->look == PAPER_SIGNING && i < d->layout->table.signing; i++)
        cell_paragraph(d, STR(""), false, "left", d->layout->table.size, kept);
    buf_addz(d->out, "</w:tc>");
}

/* Whether the row is at most a third of a page high, as in print, where such a one is not split:
 * by what its characters take, as nothing is laid out here. */
static bool is_short(const struct docx *d, const struct paper_row *r)
{
    const struct paper_layout *l = d->layout;
    double most = (l->height - l->top - l->bottom) / 3;
    for (size_t i = 0; i < r->cell_count; i++) {
        double width = table_width(d) / TWIPS * r->cells[i].width / 1000 - 2 * l->table.pad;
        struct str text = r->cells[i].text;
        int lines = 1;
        double x = 0;
        for (size_t k = 0; k < text.len; k++) {
            unsigned char c = (unsigned char)text.ptr[k];
            double wide = (c & 0xc0) == 0x80 ? 0 : c < 0x80 ? l->table.size * 0.6 : l->table.size;
            bool over = c == '\n' || x + wide > width;
            lines += over;
            x = over ? wide : x + wide;
        }
        if (lines * l->table.line > most)
            return false;
    }
    return true;
}

static void put_row(struct docx *d, const struct grid *g, const struct paper_row *r, bool restart,
                    bool kept)
{
    int within = 0;
    buf_addz(d->out, "<w:tr><w:trPr>");
    if (r->kind == PAPER_HEAD || is_short(d, r))
        buf_addz(d->out, "<w:cantSplit/>");
    if (r->kind == PAPER_HEAD)
        buf_addz(d->out, "<w:tblHeader/>");
    buf_addz(d->out, "</w:trPr>");
    if (r->group.len) {
        open_cell(d, g, 0, d->layout->table.group,
                  restart ? "<w:vMerge w:val=\"restart\"/>" : "<w:vMerge/>");
        cell_paragraph(d, restart ? r->group : STR(""), true, "center", d->layout->table.size,
                       kept);
        buf_addz(d->out, "</w:tc>");
    }
    for (size_t i = 0; i < r->cell_count; i++) {
        int from = border_at(d, r, within), to = border_at(d, r, within + r->cells[i].width);
        put_cell(d, g, &r->cells[i], from, to, kept);
        within += r->cells[i].width;
    }
    buf_addz(d->out, "</w:tr>");
}

static void put_part(struct docx *d, const struct paper_row *rows, size_t count, bool kept)
{
    struct grid g = {.count = 0};
    grid_add(&g, 0);
    for (size_t i = 0; i < count; i++) {
        int within = 0;
        if (rows[i].group.len)
            grid_add(&g, d->layout->table.group);
        for (size_t k = 0; k < rows[i].cell_count; k++)
            grid_add(&g, border_at(d, &rows[i], within += rows[i].cells[k].width));
    }
    buf_addf(d->out,
             "<w:tbl><w:tblPr><w:tblW w:w=\"%.0f\" w:type=\"dxa\"/><w:jc w:val=\"center\"/>"
             "<w:tblBorders>",
             table_width(d));
    static const char *const sides[] = {"top", "left", "bottom", "right", "insideH", "insideV"};
    for (size_t i = 0; i < ARRAY_LEN(sides); i++)
        buf_addf(d->out, "<w:%s w:val=\"single\" w:sz=\"5\" w:space=\"0\" w:color=\"000000\"/>",
                 sides[i]);
    buf_addz(d->out, "</w:tblBorders><w:tblLayout w:type=\"fixed\"/><w:tblCellMar>");
    for (size_t i = 0; i + 2 < ARRAY_LEN(sides); i++)
        buf_addf(d->out, "<w:%s w:w=\"%.0f\" w:type=\"dxa\"/>", sides[i],
                 (d->layout->table.pad - LINE / 2) * TWIPS);
    buf_addz(d->out, "</w:tblCellMar></w:tblPr><w:tblGrid>");
    for (size_t i = 0; i + 1 < g.count; i++)
        buf_addf(d->out, "<w:gridCol w:w=\"%.0f\"/>",
                 table_width(d) * (g.at[i + 1] - g.at[i]) / 1000);
    buf_addz(d->out, "</w:tblGrid>");
    for (size_t i = 0; i < count; i++)
        put_row(d, &g, &rows[i], i == 0 || !str_eq(rows[i].group, rows[i - 1].group),
                rows[i].kind == PAPER_HEAD ||
                    (i + 1 < count ? rows[i + 1].cells->look == PAPER_SIGNING : kept));
    buf_addz(d->out, "</w:tbl>");
}

/* A new part begins at the first of some head rows, and at the first line after data. */
static bool begins(const struct paper_row *rows, size_t i)
{
    return (rows[i].kind == PAPER_HEAD && rows[i - 1].kind != PAPER_HEAD) ||
           (rows[i].kind == PAPER_LINE && rows[i - 1].kind == PAPER_DATA);
}

/* Neighbours would grow together: a paragraph of one point stands between them. */
void docx_table(struct docx *d, const struct paper_block *b, bool kept)
{
    size_t from = 0;
    for (size_t i = 1; i <= b->row_count; i++) {
        if (i < b->row_count && !begins(b->rows, i))
            continue;
        bool last = kept && i == b->row_count;
        put_part(d, b->rows + from, i - from, last);
        buf_addf(d->out,
                 "<w:p><w:pPr>%s<w:spacing w:line=\"20\" w:lineRule=\"exact\"/></w:pPr></w:p>",
                 last ? "<w:keepNext/>" : "");
        from = i;
    }
}
