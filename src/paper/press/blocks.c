/* Blocks one after another, and what stands at the end of the paper. */
#include "paper/press/press.h"
#include "paper/qr.h"

#define FOOT_SIZE 8.0
#define FOOT_LINE 12.0
#define FOOT_LINES 7 /* at most: the rule above, five items, one of them broken */
#define QR_SIDE 62.0 /* points: 22 mm, read by a phone at arm's length */

static const char *tag_of(const struct role_style *r)
{
    static const char *const headings[] = {"P", "H1", "H2", "H3"};
    return headings[r->level <= 3 ? r->level : 3];
}

static void rule_at(struct press *p, double y, double wide, bool red)
{
    if (p->measuring)
        return;
    cairo_set_source_rgb(p->cr, red ? 0.8 : 0, 0, 0);
    cairo_set_line_width(p->cr, wide);
    cairo_move_to(p->cr, p->left, y);
    cairo_line_to(p->cr, p->left + p->width, y);
    cairo_stroke(p->cr);
    cairo_set_source_rgb(p->cr, 0, 0, 0);
}

static bool at_top(const struct press *p)
{
    return p->y <= p->layout->top + 0.01;
}

/* 28 characters to a line: each gets its share of the width. */
static void set_grid(struct press *p, struct text_run *t, const struct role_style *r)
{
    double spacing = p->width / p->layout->chars - r->size;
    PangoAttrList *list = pango_attr_list_copy(pango_layout_get_attributes(t->layout));
    pango_attr_list_insert(list, pango_attr_letter_spacing_new((int)(spacing * PANGO_SCALE)));
    pango_layout_set_attributes(t->layout, list);
    pango_attr_list_unref(list);
}

static struct text_run lay_in(struct press *p, const struct role_style *r, struct str text,
                              double size)
{
    double width = p->width - (r->start + r->end) * r->size;
    struct text_run t = text_run(p, r->font, size, r->line, text, width, r->align);
    if (r->indent > 0)
        pango_layout_set_indent(t.layout, (int)(r->indent * r->size * PANGO_SCALE));
    if (r->grid && p->layout->chars)
        set_grid(p, &t, r);
    t.lines = pango_layout_get_line_count(t.layout);
    return t;
}

static struct text_run lay_text(struct press *p, const struct role_style *r, struct str text)
{
    double size = r->size, least = paper_code_least(text, size);
    struct text_run t = lay_in(p, r, text, size);
    while (t.lines > 1 && size > least) {
        text_run_free(&t);
        size = size - 0.5 > least ? size - 0.5 : least;
        t = lay_in(p, r, text, size);
    }
    return t;
}

/* A title of several lines has lines of about one width, no single letter in its last. How far its lines then stand
 * from the left. */
static double balance(struct text_run *t, const struct role_style *r)
{
    int whole = pango_layout_get_width(t->layout), lines = t->lines, narrow = whole;
    if (r->level != 1 || r->align != ALIGN_CENTER || lines < 2)
        return 0;
    for (int width = whole; width > whole / 2; width -= (int)(r->size * PANGO_SCALE)) {
        pango_layout_set_width(t->layout, width);
        if (pango_layout_get_line_count(t->layout) > lines)
            break;
        narrow = width;
    }
    pango_layout_set_width(t->layout, narrow);
    return (double)(whole - narrow) / 2 / PANGO_SCALE;
}

static struct str text_of(const struct press *p, const struct paper_block *b)
{
    return b->role == PAPER_ITEM
               ? arena_printf(p->arena, "%.*s：%.*s", STR_ARG(b->label), STR_ARG(b->text))
               : b->text;
}

/* --- the end stays with the text ------------------------------------------------------- */

static int lines_of(struct press *p, size_t i)
{
    const struct paper_block *b = &p->job->paper.blocks[i];
    struct text_run t = lay_text(p, &p->layout->roles[b->role], text_of(p, b));
    text_run_free(&t);
    return t.lines;
}

static void measure_end(struct press *p)
{
    const struct paper *paper = &p->job->paper;
    double height = FOOT_LINES * FOOT_LINE;
    p->end = paper_end(paper);
    for (size_t i = p->end; i < paper->block_count; i++) {
        const struct role_style *r = &p->layout->roles[paper->blocks[i].role];
        height += r->before + lines_of(p, i) * r->line + r->after;
    }
    p->end_height = height < (p->bottom - p->layout->top) / 2 ? height : 0;
}

bool end_pushed(const struct press *p, double y)
{
    return p->block + 1 == p->end && p->end_height > 0 && y + p->end_height > p->bottom;
}

/* A heading above a last text that goes with the end as a whole goes with it too. */
static bool heading_pushed(struct press *p, const struct role_style *r, int lines)
{
    const struct paper *paper = &p->job->paper;
    if (!r->level || p->block + 2 != p->end || paper->blocks[p->block + 1].role == PAPER_TABLE)
        return false;
    const struct role_style *next = &p->layout->roles[paper->blocks[p->block + 1].role];
    int below = lines_of(p, p->block + 1);
    double height = lines * r->line + r->after + next->before + below * next->line + next->after;
    return below <= END_LINES && p->y + height + p->end_height > p->bottom;
}

#define TITLE_BLOCKS 2 /* short ones before a table that say what it is: 对照条件, and the result */
#define TITLE_LINES 2

/* What says what a table is does not stand on the page before it. */
static bool table_pushed(struct press *p, const struct role_style *r, int lines)
{
    const struct paper *paper = &p->job->paper;
    double need = lines * r->line + r->after;
    size_t i = p->block + 1;
    if (lines > TITLE_LINES || p->block >= p->end)
        return false;
    for (; i < paper->block_count && i <= p->block + TITLE_BLOCKS; i++) {
        const struct paper_block *b = &paper->blocks[i];
        const struct role_style *next = &p->layout->roles[b->role];
        if (b->role == PAPER_TABLE) {
            double room = p->bottom - p->y - need;
            if (p->title_of != i)
                p->title_y = p->y;
            p->title_of = i;
            return press_table_opens(p, b, room, p->bottom - p->title_y) > room;
        }
        int more = lines_of(p, i);
        if (more > TITLE_LINES || next->box || next->rule)
            return false;
        need += next->before + more * next->line + next->after;
    }
    return false;
}

static void put_text(struct press *p, const struct role_style *r, struct str text)
{
    struct text_run t = lay_text(p, r, text);
    double x = p->left + r->start * r->size + balance(&t, r);
    int held = t.lines > END_LINES ? t.lines - END_LINES : 0; /* from here on with the end */
    if (!at_top(p))
        p->y += r->before;
    /* A heading is not the last line of a page, and a boxed text stands on one. */
    int together = r->level ? t.lines + 2 : r->box ? t.lines : 1;
    if (!at_top(p) && (p->y + r->line * together > p->bottom || heading_pushed(p, r, t.lines) ||
                       table_pushed(p, r, t.lines)))
        page_turn(p);
    if (r->box)
        rule_at(p, p->y, 0.8, false);
    for (int i = 0; i < t.lines; i++) {
        bool pushed = i == held && end_pushed(p, p->y + r->line * (t.lines - i) + r->after);
        if (p->y + r->line > p->bottom || (pushed && !at_top(p)))
            page_turn(p);
        if (r->red && !p->measuring)
            cairo_set_source_rgb(p->cr, 0.8, 0, 0);
        tag_begin(p, tag_of(r));
        line_draw(p, &t, i, x, p->y);
        tag_end(p, tag_of(r));
        p->y += r->line;
    }
    if (!p->measuring)
        cairo_set_source_rgb(p->cr, 0, 0, 0);
    if (r->rule)
        rule_at(p, p->y + 4, 1.6, true);
    if (r->box)
        rule_at(p, p->y + 2, 0.8, false);
    p->y += r->after;
    text_run_free(&t);
}

void press_blocks(struct press *p)
{
    const struct paper *paper = &p->job->paper;
    measure_end(p);
    p->title_of = SIZE_MAX;
    for (size_t i = 0; i < paper->block_count && press_ok(p); i++) {
        const struct paper_block *b = &paper->blocks[i];
        p->block = i;
        if (b->role == PAPER_TABLE)
            press_table(p, b);
        else
            put_text(p, &p->layout->roles[b->role], text_of(p, b));
    }
}

/* --- the end of the paper --------------------------------------------------------------- */

static void draw_qr(struct press *p, struct str url, double x, double y)
{
    struct qr q;
    struct err e;
    if (p->measuring || qr_of(&q, url, p->arena, &e) != OK)
        return;
    double module = QR_SIDE / (q.side + 2 * QR_QUIET);
    cairo_set_source_rgb(p->cr, 1, 1, 1);
    cairo_rectangle(p->cr, x, y, QR_SIDE, QR_SIDE);
    cairo_fill(p->cr);
    cairo_set_source_rgb(p->cr, 0, 0, 0);
    for (int row = 0; row < q.side; row++)
        for (int col = 0; col < q.side; col++)
            if (q.dark[row * q.side + col])
                cairo_rectangle(p->cr, x + (col + QR_QUIET) * module, y + (row + QR_QUIET) * module,
                                module, module);
    cairo_fill(p->cr);
}

static void foot_item(struct press *p, double width, const char *label, struct str text)
{
    if (text.len == 0)
        return;
    struct text_run t =
        text_run(p, p->layout->table.font, FOOT_SIZE, FOOT_LINE,
                 arena_printf(p->arena, "%s：%.*s", label, STR_ARG(text)), width, ALIGN_LEFT);
    for (int i = 0; i < t.lines; i++) {
        tag_begin(p, "P");
        line_draw(p, &t, i, p->left, p->y);
        tag_end(p, "P");
        p->y += FOOT_LINE;
    }
    text_run_free(&t);
}

/* The block is kept together. Its labels are the product's own words on every paper. */
void press_foot(struct press *p)
{
    const struct press_job *job = p->job;
    double height = FOOT_LINES * FOOT_LINE;
    double width = p->width - (job->check_url.len ? QR_SIDE + 6 : 0);
    if (p->y + height > p->bottom)
        page_turn(p);
    p->y += FOOT_LINE;
    rule_at(p, p->y, 0.4, false);
    p->y += 4;
    double top = p->y;
    foot_item(p, width, "编号", job->paper.number);
    foot_item(p, width, "版本", job->paper.version);
    foot_item(p, width, "内容摘要（SHA-256）", job->digest);
    foot_item(p, width, "存证条目", job->entry);
    foot_item(p, width, "核验地址", job->check_url);
    if (job->check_url.len)
        draw_qr(p, job->check_url, p->left + p->width - QR_SIDE, top);
    p->y = p->y > top + QR_SIDE ? p->y : top + QR_SIDE;
}
