/* Tables: rows of cells with widths of their own. A row that does not fit goes on on the next
 * page, in the middle of a cell where it must; heads are repeated; the label of a group stands
 * beside its rows on each page. */
#include "paper/press/press.h"
#include <math.h>

#define CELLS_MAX 24
#define BORDER 0.6
#define SPACE 6      /* above and below a table */
#define SHORT_PART 3 /* a row of at most so much of a page, a third, stands on one page */
#define PART_LINES 3 /* of a row that is split at least so many stand on each page */

struct laid_cell {
    const struct paper_cell *cell;
    struct text_run text;
    double x, width;
};

struct laid_row {
    struct laid_cell cells[CELLS_MAX];
    size_t count;
    int lines; /* of the tallest, with the room for signing */
};

struct tabling {
    struct press *p;
    const struct paper_block *block;
    struct str group; /* whose label stands beside what is drawn now; empty: none */
    double group_top;
    int lacking_lines;       /* that the next row gets, for the label of its group */
    size_t head, head_count; /* rows of the head in force */
    double
        left; /* what of the page its first row would leave empty with the head, were it moved on */
};

static double line_of(const struct tabling *t)
{
    return t->p->layout->table.line;
}

static double pad_of(const struct tabling *t)
{
    return t->p->layout->table.pad;
}

static double group_width(const struct tabling *t)
{
    return t->p->width * t->p->layout->table.group / 1000;
}

static void box(const struct tabling *t, double x, double y, double w, double h)
{
    if (t->p->measuring)
        return;
    cairo_set_line_width(t->p->cr, BORDER);
    cairo_rectangle(t->p->cr, x, y, w, h);
    cairo_stroke(t->p->cr);
}

/* --- groups ----------------------------------------------------------------------------- */

static struct text_run group_text(const struct tabling *t)
{
    return text_run(t->p, t->p->layout->table.label, t->p->layout->table.size, line_of(t), t->group,
                    group_width(t) - 2 * pad_of(t), ALIGN_CENTER);
}

/* The label beside the rows of its group on this page, where it fits: a group's first page has room
 * for it (group_open), a remainder of two lines need not. */
static void draw_group(const struct tabling *t, double height)
{
    struct press *p = t->p;
    if (height <= 0) /* its first row went to the next page */
        return;
    struct text_run text = group_text(t);
    box(t, p->left, t->group_top, group_width(t), height);
    if (text.lines * text.line <= height) {
        double y = t->group_top + (height - text.lines * text.line) / 2;
        tag_begin(p, "TR");
        tag_begin(p, "TH");
        for (int i = 0; i < text.lines; i++)
            line_draw(p, &text, i, p->left + pad_of(t), y + i * text.line);
        tag_end(p, "TH");
        tag_end(p, "TR");
    }
    text_run_free(&text);
}

/* Rows of the group begin here, on this page. */
static void group_begin(struct tabling *t)
{
    struct press *p = t->p;
    t->group_top = p->y;
    if (t->group.len && !p->measuring && p->groups_drawn < p->group_heights.len)
        draw_group(t, p->group_heights.ptr[p->groups_drawn++]);
}

static void group_end(struct tabling *t)
{
    struct press *p = t->p;
    if (t->group.len && p->measuring)
        VEC_PUSH(p->arena, &p->group_heights, p->y - t->group_top);
}

/* --- rows ---------------------------------------------------------------------------------- */

static bool is_strong(enum paper_look look)
{
    return look == PAPER_LABEL || look == PAPER_COLUMN;
}

#define CELL_BYTES                                                                                 \
    3000 /* of a longer text each layout takes long: its numbers are broken like other text */
#define LEAST_NUMBER                                                                               \
    0.8 /* of its size: a sum in a narrow column is made smaller rather than broken */

/* Of several lines those that end in a code are made smaller, each for itself: what stands above a digest is text. */
static void fit_codes(const struct tabling *t, struct text_run *run, const struct paper_font *font,
                      struct str text, double width)
{
    PangoAttrList *list = pango_attr_list_copy(pango_layout_get_attributes(run->layout));
    for (struct str rest = text; rest.ptr && rest.len;) {
        struct str line = str_split(&rest, STR("\n"));
        double size = run->size, least = paper_code_least(line, size);
        if (least == size)
            continue;
        while (size > least) {
            struct text_run one = text_run(t->p, font, size, line_of(t), line, width, ALIGN_LEFT);
            bool fits = one.lines == 1;
            text_run_free(&one);
            if (fits)
                break;
            size = size - 0.5 > least ? size - 0.5 : least;
        }
        PangoAttribute *smaller = pango_attr_size_new_absolute((int)(size * PANGO_SCALE));
        smaller->start_index = (guint)(line.ptr - text.ptr);
        smaller->end_index = smaller->start_index + (guint)line.len;
        pango_attr_list_insert(list, smaller);
    }
    pango_layout_set_attributes(run->layout, list);
    pango_attr_list_unref(list);
    run->lines = pango_layout_get_line_count(run->layout);
}

static struct text_run lay_cell(const struct tabling *t, const struct paper_font *font,
                                struct str text, double size, double width, enum paper_align align)
{
    struct text_run run = text_run(t->p, font, size, line_of(t), text, width, align);
    if (str_contains(text, STR("\n")))
        fit_codes(t, &run, font, text, width);
    return run;
}

/* With its numbers whole; false: the column has no room for one of them in this size, nothing is changed. */
static bool whole_numbers(const struct tabling *t, struct text_run *run)
{
    PangoAttrList *plain = pango_attr_list_ref(pango_layout_get_attributes(run->layout));
    keep_numbers(t->p, run);
    bool fits = has_room(run->layout);
    if (!fits)
        pango_layout_set_attributes(run->layout, plain);
    pango_attr_list_unref(plain);
    run->lines = pango_layout_get_line_count(run->layout);
    return fits;
}

static struct text_run cell_text(const struct tabling *t, const struct paper_font *font,
                                 struct str text, double width, enum paper_align align)
{
    double full = t->p->layout->table.size, size = full;
    bool lines = str_contains(text, STR("\n"));
    double least = lines ? size : paper_code_least(text, size);
    struct text_run run = lay_cell(t, font, text, size, width, align);
    while (run.lines > 1 && size > least) {
        text_run_free(&run);
        size = size - 0.5 > least ? size - 0.5 : least;
        run = lay_cell(t, font, text, size, width, align);
    }
    if (run.lines < 2 || text.len > CELL_BYTES || whole_numbers(t, &run))
        return run;
    while (size - 0.5 >= full * LEAST_NUMBER) {
        text_run_free(&run);
        size -= 0.5;
        run = lay_cell(t, font, text, size, width, align);
        if (whole_numbers(t, &run))
            return run;
    }
    text_run_free(&run); /* broken all the same, then in its own size */
    return lay_cell(t, font, text, full, width, align);
}

static void lay_row(struct laid_row *out, const struct tabling *t, const struct paper_row *row)
{
    const struct paper_layout *l = t->p->layout;
    double from = row->group.len ? group_width(t) : 0, x = t->p->left + from;
    double whole = t->p->width - from;
    out->count = row->cell_count < CELLS_MAX ? row->cell_count : CELLS_MAX;
    out->lines = 1;
    for (size_t i = 0; i < out->count; i++) {
        const struct paper_cell *c = &row->cells[i];
        bool strong = is_strong(c->look);
        double width = whole * c->width / 1000;
        enum paper_align align = strong                    ? ALIGN_CENTER
                                 : c->look == PAPER_FIGURE ? ALIGN_RIGHT
                                                           : ALIGN_LEFT;
        out->cells[i] =
            (struct laid_cell){.cell = c,
                               .x = x,
                               .width = width,
                               .text = cell_text(t, strong ? l->table.label : l->table.font,
                                                 c->text, width - 2 * pad_of(t), align)};
        int lines = out->cells[i].text.lines + (c->look == PAPER_SIGNING ? l->table.signing : 0);
        out->lines = lines > out->lines ? lines : out->lines;
        x += width;
    }
}

static void free_row(struct laid_row *r)
{
    for (size_t i = 0; i < r->count; i++)
        text_run_free(&r->cells[i].text);
}

/* Lines from … from + count of each cell; a short cell is in the middle of a row drawn whole. */
static void draw_part(const struct tabling *t, const struct laid_row *r, int from, int count)
{
    struct press *p = t->p;
    double height = count * line_of(t) + 2 * pad_of(t);
    tag_begin(p, "TR");
    for (size_t i = 0; i < r->count; i++) {
        const struct laid_cell *c = &r->cells[i];
        const char *tag = is_strong(c->cell->look) ? "TH" : "TD";
        bool whole = from == 0 && count == r->lines && c->cell->look != PAPER_SIGNING;
        double y = p->y + pad_of(t);
        if (whole)
            y += (r->lines - c->text.lines) * line_of(t) / 2;
        box(t, c->x, p->y, c->width, height);
        tag_begin(p, tag);
        for (int k = from; k < from + count && k < c->text.lines; k++)
            line_draw(p, &c->text, k, c->x + pad_of(t), y + (k - from) * line_of(t));
        tag_end(p, tag);
    }
    tag_end(p, "TR");
    p->y += height;
}

static double height_of(const struct tabling *t, const struct paper_row *row)
{
    struct laid_row laid;
    lay_row(&laid, t, row);
    double height = laid.lines * line_of(t) + 2 * pad_of(t);
    free_row(&laid);
    return height;
}

static double third(const struct press *p)
{
    return (p->bottom - p->layout->top) / SHORT_PART;
}

/* Lines of the row that go on this page, where `fit` do and `left` are to come; 0: none. */
static int part_of(int left, int fit)
{
    int count = left - fit < PART_LINES ? left - PART_LINES : fit;
    return left <= fit ? left : count < PART_LINES ? 0 : count;
}

static void draw_head(struct tabling *t)
{
    for (size_t i = 0; i < t->head_count; i++) {
        struct laid_row laid;
        lay_row(&laid, t, &t->block->rows[t->head + i]);
        draw_part(t, &laid, 0, laid.lines);
        free_row(&laid);
    }
}

static void turn(struct tabling *t, const struct paper_row *row)
{
    group_end(t);
    page_turn(t->p);
    group_begin(t);
    if (row->kind == PAPER_DATA)
        draw_head(t);
}

/* The last row of the paper's last table: what follows it, the end of the paper, stays with it. */
static bool pushed(const struct tabling *t, const struct paper_row *row, int lines)
{
    return row == &t->block->rows[t->block->row_count - 1] &&
           end_pushed(t->p, t->p->y + lines * line_of(t) + 2 * pad_of(t) + SPACE);
}

static void put_row(struct tabling *t, const struct paper_row *row)
{
    struct press *p = t->p;
    struct laid_row laid;
    int from = 0;
    bool turned = false; /* for the end, once */
    lay_row(&laid, t, row);
    laid.lines += t->lacking_lines;
    t->lacking_lines = 0;
    while (from < laid.lines && press_ok(p)) {
        double room = p->bottom - p->y - 2 * pad_of(t);
        int fit = (int)(room / line_of(t)), left = laid.lines - from;
        bool fresh = p->y <= p->layout->top + 0.01;
        bool short_row = laid.lines * line_of(t) <= third(p);
        bool opens = row > t->block->rows && row[-1].kind == PAPER_HEAD && t->left > third(p);
        bool pushes = !turned && !fresh && left <= fit && pushed(t, row, left);
        if (pushes && from == 0 && (short_row || left < 2 * PART_LINES)) {
            turned = true;
            turn(t, row);
            continue;
        }
        if (!fresh &&
            (part_of(left, fit) == 0 || (left > fit && from == 0 && short_row && !opens))) {
            turn(t, row);
            room = p->bottom - p->y - 2 * pad_of(t);
            fit = (int)(room / line_of(t));
        }
        int count = part_of(left, fit);
        if (pushes && left > PART_LINES)
            count = left - PART_LINES;
        turned |= pushes;
        count = count > 0 ? count : 1; /* a head as tall as the page: go on all the same */
        draw_part(t, &laid, from, count);
        from += count;
        if (from < laid.lines)
            turn(t, row);
    }
    free_row(&laid);
}

/* --- the table --------------------------------------------------------------------------------- */

/* A group of at most a third of a page stands on one; of another so much is on the page where it begins that its label
 * fits beside it. The first row of a group of fewer lines than its label gets the lines that lack. */
static void group_open(struct tabling *t, size_t at)
{
    struct press *p = t->p;
    const struct paper_row *rows = t->block->rows;
    double have = 0;
    t->group = rows[at].group;
    t->lacking_lines = 0;
    if (t->group.len) {
        struct text_run text = group_text(t);
        double need = text.lines * text.line + 2 * pad_of(t);
        for (size_t i = at; i < t->block->row_count && str_eq(rows[i].group, t->group); i++)
            have += height_of(t, &rows[i]);
        while (have < need) {
            have += line_of(t);
            t->lacking_lines++;
        }
        if (p->y + (have <= third(p) ? have : need) > p->bottom)
            page_turn(p);
        text_run_free(&text);
    }
    group_begin(t);
}

/* The head at `at` and so much of its first row as stands with it, where there is that much room and otherwise so
 * much of the page would be left empty. */
static double opening(const struct tabling *t, size_t at, double room, double left)
{
    const struct paper_row *rows = t->block->rows;
    double heads = 0;
    size_t i = at;
    while (i < t->block->row_count && rows[i].kind == PAPER_HEAD)
        heads += height_of(t, &rows[i++]);
    double row = i < t->block->row_count ? height_of(t, &rows[i]) : 0;
    bool split = row > third(t->p) || (heads + row > room && left > third(t->p));
    double part = PART_LINES * line_of(t) + 2 * pad_of(t);
    return heads + (split && part < row ? part : row);
}

/* A head stands on the page of its first row, of which a short one is not split. */
static void keep_with_next(struct tabling *t, size_t at)
{
    struct press *p = t->p;
    bool titled = at == 0 && p->title_of == p->block;
    t->left = p->bottom - (titled ? p->title_y : p->y);
    size_t i = at;
    while (i < t->block->row_count && t->block->rows[i].kind == PAPER_HEAD)
        i++;
    bool alone = i + 1 == t->block->row_count; /* the row that the end takes with it */
    double need = opening(t, at, alone ? HUGE_VAL : p->bottom - p->y, t->left);
    if (p->y + need > p->bottom ||
        (alone && p->y > p->layout->top + 0.01 && end_pushed(p, p->y + need + SPACE)))
        turn(t, &t->block->rows[at]);
}

double press_table_opens(struct press *p, const struct paper_block *b, double room, double left)
{
    struct tabling t = {.p = p, .block = b};
    return SPACE + opening(&t, 0, room - SPACE, left);
}

void press_table(struct press *p, const struct paper_block *b)
{
    struct tabling t = {.p = p, .block = b};
    p->y += p->y > p->layout->top + 0.01 ? SPACE : 0;
    tag_begin(p, "Table");
    for (size_t i = 0; i < b->row_count && press_ok(p); i++) {
        const struct paper_row *row = &b->rows[i];
        if (i == 0 || !str_eq(row->group, b->rows[i - 1].group)) {
            if (i) {
                group_end(&t);
            }
            group_open(&t, i);
        }
        if (row->kind == PAPER_HEAD) {
            bool first = i == 0 || b->rows[i - 1].kind != PAPER_HEAD;
            if (first)
                keep_with_next(&t, i);
            t.head = first ? i : t.head;
            t.head_count = first ? 1 : t.head_count + 1;
        }
        put_row(&t, row);
    }
    group_end(&t);
    tag_end(p, "Table");
    p->y += SPACE;
}
