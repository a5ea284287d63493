/* Blocks one after another, and what stands at the end of the paper. */
#include "base/utf8.h"
#include "paper/press/press.h"
#include "paper/qr.h"
#include "paper/title.h"

#define FOOT_SIZE 8.0
#define FOOT_LINE 12.0
#define FOOT_HEIGHT 88.0 /* at most: the rule above, five items, one of them broken */
#define QR_SIDE 62.0     /* points: 22 mm, read by a phone at arm's length */
/* In the margin below the text, beside the number of the page: so that it takes no line from an official paper. */
#define MARGIN_SIZE 6.5
#define MARGIN_LINE 8.5
#define MARGIN_QR 57.0     /* 20 mm */
#define MARGIN_ABOVE 10.0  /* below the text */
#define MARGIN_BESIDE 62.0 /* for the number, on either side */

static const char *tag_of(const struct role_style *r)
{
    static const char *const headings[] = {"P", "H1", "H2", "H3"};
    return headings[r->level <= 3 ? r->level : 3];
}

#define THICK 1.0 /* 0.35 mm: first and last line of the imprint */
#define THIN 0.7  /* 0.25 mm: between */

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
    return p->y <= p->layout->top + p->sunk + 0.01;
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

/* --- what is not broken over lines -------------------------------------------------------- */

#define KEPT_LETTERS 16 /* a longer one is broken like other text */

static bool is_one_of(uint32_t c, struct str letters)
{
    for (size_t at = 0; at < letters.len;)
        if (utf8_next(letters, &at) == c)
            return true;
    return false;
}

static bool is_han(uint32_t c)
{
    return c >= 0x4e00 && c <= 0x9fff;
}

#define NUMERALS "〇零一二三四五六七八九十百0123456789"

/* What a number counts: one letter, or 个工作日 and the like. */
static size_t unit_end(const uint32_t *text, size_t count, size_t at)
{
    static const char *const units[] = {"个工作日", "个自然日", "个月", "个年度", "万元", "亿元"};
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        struct str unit = str_of(units[i]);
        size_t k = at;
        for (size_t byte = 0; byte < unit.len && k <= count; k++)
            if (k == count || utf8_next(unit, &byte) != text[k])
                break;
        if (k - at == utf8_length(unit))
            return k;
    }
    return at + 1;
}

/* From `at` on: a number with what it counts, 2026年11月23日, 5个; `at`: there is none. */
static size_t counted_end(const uint32_t *text, size_t count, size_t at)
{
    size_t end = at;
    if (at && (is_digit(text[at - 1]) || text[at - 1] == '.' || text[at - 1] == ','))
        return at;
    for (size_t k = at; k < count && is_digit(text[k]);) {
        while (k < count && (is_digit(text[k]) || text[k] == '.' || text[k] == ','))
            k++;
        if (k == count || !is_han(text[k]))
            break;
        end = k = unit_end(text, count, k);
    }
    return end;
}

/* 第十二条第一款; （三） with the word that it numbers; a clause in brackets, （第十二条第（一）项）. */
static size_t numbered_end(const uint32_t *text, size_t count, size_t at)
{
    size_t end = at, k = at, deep = 0;
    if (text[at] == 0x7b2c) { /* 第 */
        for (k++; k < count && is_one_of(text[k], STR(NUMERALS "条款项章节第（）.")); k++)
            end = is_one_of(text[k], STR("条款项章节")) ? k + 1 : end;
        return end > at && end < count && text[end] == 0x3000 && end + 1 < count ? end + 2 : end;
    }
    if (!is_one_of(text[at], STR("（〔")))
        return at;
    for (; k < count && is_one_of(text[k], STR(NUMERALS "条款项章节第（）〔〕.、附件")); k++) {
        deep += is_one_of(text[k], STR("（〔"));
        deep -= is_one_of(text[k], STR("）〕"));
        if (deep == 0) {
            end = k + 1;
            return end < count && is_han(text[end]) ? end + 1 : end;
        }
    }
    return at;
}

void keep_numbers(struct press *p, struct text_run *t)
{
    struct str text = str_of(pango_layout_get_text(t->layout));
    uint32_t *letters = arena_array(p->arena, text.len + 1, sizeof(*letters));
    size_t *bytes = arena_array(p->arena, text.len + 1, sizeof(*bytes)), count = 0;
    PangoAttrList *list = pango_attr_list_copy(pango_layout_get_attributes(t->layout));
    bool any = false;
    for (size_t at = 0; at < text.len; count++) {
        bytes[count] = at;
        letters[count] = utf8_next(text, &at);
    }
    bytes[count] = text.len;
    for (size_t i = 0; i < count; i++) {
        size_t end = counted_end(letters, count, i), other = numbered_end(letters, count, i);
        end = end > other ? end : other;
        if (end < i + 2 || end > i + KEPT_LETTERS)
            continue;
        PangoAttribute *whole = pango_attr_allow_breaks_new(FALSE);
        whole->start_index = (guint)bytes[i];
        whole->end_index = (guint)bytes[end];
        pango_attr_list_insert(list, whole);
        any = true;
        i = end - 1; /* where two of them meet pango breaks */
    }
    if (any)
        pango_layout_set_attributes(t->layout, list);
    pango_attr_list_unref(list);
}

/* Pango ends no line between ” and a bracket: a space of no width lets it. */
static struct str part_quotes(struct press *p, struct str text)
{
    struct buf out = {0};
    uint32_t before = 0;
    for (size_t from = 0, at = 0; at < text.len; from = at) {
        uint32_t c = utf8_next(text, &at);
        if (before == 0x201d && is_one_of(c, STR("（〔")))
            buf_addz(&out, "\xe2\x80\x8b");
        buf_add(&out, (struct str){text.ptr + from, at - from});
        before = c;
    }
    text = arena_dup(p->arena, buf_str(&out));
    buf_clear(&out);
    return text;
}

static struct text_run lay_in(struct press *p, const struct role_style *r, struct str text,
                              double size)
{
    double width = p->width - (r->start + r->end) * r->size;
    struct text_run t = text_run(p, r->font, size, r->line, part_quotes(p, text), width, r->align);
    if (r->indent > 0 || r->hang > 0)
        pango_layout_set_indent(t.layout, (int)((r->indent - r->hang) * r->size * PANGO_SCALE));
    if (r->grid && p->layout->chars)
        set_grid(p, &t, r);
    if (r->level != 1) /* a title says itself what is kept */
        keep_numbers(p, &t);
    t.lines = pango_layout_get_line_count(t.layout);
    return t;
}

static struct text_run lay_text(struct press *p, const struct role_style *r, struct str text)
{
    double size = r->size, least = r->fit > 0 ? size * r->fit : paper_code_least(text, size);
    struct text_run t = lay_in(p, r, text, size);
    while (t.lines > 1 && size > least) {
        bool hopeless = (t.lines - 1) * least > size; /* all lines but the last are full */
        text_run_free(&t);
        size = hopeless || size - 0.5 < least ? least : size - 0.5;
        t = lay_in(p, r, text, size);
    }
    return t;
}

bool has_room(PangoLayout *layout)
{
    PangoRectangle used;
    pango_layout_get_extents(layout, NULL, &used);
    return used.width <= pango_layout_get_width(layout);
}

static struct str text_of(const struct press *p, const struct paper_block *b)
{
    return b->role == PAPER_ITEM || b->role == PAPER_IMPRINT
               ? arena_printf(p->arena, "%.*s：%.*s", STR_ARG(b->label), STR_ARG(b->text))
               : b->text;
}

#define NAMED_MAX 12 /* what has more lines is read as text, and broken as such */

/* The lines of a title and of a name end where their meaning lets them. */
static struct text_run lay_block(struct press *p, const struct role_style *r,
                                 const struct paper_block *b)
{
    struct text_run t = lay_text(p, r, text_of(p, b));
    bool named = r->level == 1 || b->role == PAPER_DISPLAY;
    double size = t.size, room = p->width / size - r->start - r->end;
    if (!named || t.lines < 2 || t.lines > NAMED_MAX)
        return t;
    text_run_free(&t);
    return lay_in(p, r, paper_title(b, p->style, room, p->arena), size);
}

static double width_of(struct press *p, const struct role_style *r, struct str text)
{
    int wide = 0;
    struct text_run t = text_run(p, r->font, r->size, r->line, text, 0, ALIGN_LEFT);
    pango_layout_get_size(t.layout, &wide, NULL);
    text_run_free(&t);
    return (double)wide / PANGO_SCALE + 1; /* nothing is broken for a hair */
}

static struct role_style style_of(struct press *p, size_t i)
{
    const struct paper *paper = &p->job->paper;
    double name = 0, day = 0;
    if (paper_signs(paper, i)) {
        size_t at = paper->blocks[i].role == PAPER_DATE ? i - 1 : i;
        name = width_of(p, &p->layout->roles[PAPER_SIGNER], paper->blocks[at].text);
        day = width_of(p, &p->layout->roles[PAPER_DATE], paper->blocks[at + 1].text);
    }
    return paper_role_style(p->layout, paper, i, name, day);
}

/* --- copies and imprint ----------------------------------------------------------------- */

/* Who issued it on the left, in so many lines as it takes beside the day on the right. */
static struct text_run lay_issuer(struct press *p, const struct role_style *r,
                                  const struct paper_block *b)
{
    struct role_style left = *r;
    left.end += width_of(p, r, b->text) / r->size + 1;
    return lay_text(p, &left, b->label);
}

static struct text_run lay_imprinted(struct press *p, size_t i)
{
    const struct paper_block *b = &p->job->paper.blocks[i];
    const struct role_style *r = &p->layout->roles[b->role];
    return b->role == PAPER_IMPRINT ? lay_issuer(p, r, b) : lay_text(p, r, b->text);
}

/* Nothing: there is none, or it stands where it comes. */
static size_t imprint_from(const struct press *p)
{
    const struct paper *paper = &p->job->paper;
    return p->layout->foot_at_bottom && !p->imprint_flows ? paper_imprint(paper)
                                                          : paper->block_count;
}

static double imprint_height(struct press *p)
{
    const struct paper *paper = &p->job->paper;
    size_t from = imprint_from(p);
    double height = 0;
    for (size_t i = from; i < paper->block_count; i++) {
        const struct role_style *r = &p->layout->roles[paper->blocks[i].role];
        struct text_run t = lay_imprinted(p, i);
        height += (i == from ? r->before : 0) + t.lines * r->line;
        text_run_free(&t);
    }
    return height;
}

static void put_imprint(struct press *p)
{
    const struct paper *paper = &p->job->paper;
    size_t from = imprint_from(p);
    for (size_t i = from; i < paper->block_count; i++) {
        const struct paper_block *b = &paper->blocks[i];
        const struct role_style *r = &p->layout->roles[b->role];
        struct text_run t = lay_imprinted(p, i);
        p->y += i == from ? r->before : 0;
        if (r->box)
            rule_at(p, p->y, i == from ? THICK : THIN, false);
        tag_begin(p, "P");
        for (int k = 0; k < t.lines; k++)
            line_draw(p, &t, k, p->left + r->start * r->size, p->y + k * r->line);
        text_run_free(&t);
        p->y += t.lines * r->line;
        if (b->role == PAPER_IMPRINT) {
            struct role_style right = *r;
            right.align = ALIGN_RIGHT;
            t = lay_text(p, &right, b->text);
            line_draw(p, &t, 0, p->left + r->start * r->size, p->y - r->line);
            text_run_free(&t);
        }
        tag_end(p, "P");
        if (r->box && i + 1 == paper->block_count)
            rule_at(p, p->y, THICK, false);
    }
}

/* --- the end stays with the text ------------------------------------------------------- */

static int lines_of(struct press *p, size_t i)
{
    const struct paper_block *b = &p->job->paper.blocks[i];
    const struct role_style r = style_of(p, i);
    struct text_run t = lay_block(p, &r, b);
    text_run_free(&t);
    return t.lines;
}

static bool foots_in_margin(const struct press *p)
{
    return p->layout->foot_at_bottom && (p->layout->page_number.len > 0 || p->layout->frame > 0);
}

static double foot_height(const struct press *p)
{
    return foots_in_margin(p) ? 0 : FOOT_HEIGHT;
}

static void measure_end(struct press *p)
{
    const struct paper *paper = &p->job->paper;
    p->imprint_flows = false;
    p->imprint_flows = imprint_height(p) > (p->bottom - p->layout->top) / 3;
    size_t from = imprint_from(p), annex = paper_annex(paper);
    bool annexed = annex < from;
    p->tail_height = foot_height(p) + imprint_height(p);
    p->tail = annexed ? from : SIZE_MAX;
    double height = annexed ? 0 : p->tail_height;
    p->end = paper_end(paper);
    for (size_t i = p->end; i < (annexed ? annex : from); i++) {
        const struct role_style *r = &p->layout->roles[paper->blocks[i].role];
        height += r->before + lines_of(p, i) * r->line + r->after;
    }
    p->end_height = height < (p->bottom - p->layout->top) * 2 / 3 ? height : 0;
}

bool end_pushed(const struct press *p, double y)
{
    double height = p->block + 1 == p->end    ? p->end_height
                    : p->block + 1 == p->tail ? p->tail_height
                                              : 0;
    return height > 0 && y + height > p->bottom;
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
    size_t i = p->block + 1, last = i;
    while (last < paper->block_count && last < p->block + TITLE_BLOCKS &&
           paper->blocks[last].role != PAPER_TABLE)
        last++;
    if (lines > TITLE_LINES || p->block >= p->end || last >= paper->block_count ||
        paper->blocks[last].role != PAPER_TABLE)
        return false;
    for (; i <= last; i++) {
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

#define WHOLE_LINES                                                                                \
    3 /* a paragraph of so many lines is not parted by a page; of a longer one none stands alone */

/* Of each line the first behind its paragraph. */
static const int *paragraph_ends(const struct press *p, const struct text_run *t)
{
    int *ends = arena_array(p->arena, (size_t)t->lines + 1, sizeof(*ends)), n = 0, from = 0;
    for (GSList *at = pango_layout_get_lines_readonly(t->layout); at; at = at->next, n++)
        if (((const PangoLayoutLine *)at->data)->is_paragraph_start)
            while (from < n)
                ends[from++] = n;
    while (from < t->lines)
        ends[from++] = t->lines;
    return ends;
}

static bool parted_badly(const struct press *p, const struct role_style *r, const int *ends, int n)
{
    int left = ends[n] - n, room = (int)((p->bottom - p->y + 0.01) / r->line);
    bool first = n == 0 || ends[n - 1] == n;
    if (room >= left)
        return false;
    return first ? left <= WHOLE_LINES || room == 1 : left == 2;
}

static void put_text(struct press *p, const struct role_style *r, const struct paper_block *b)
{
    struct text_run t = lay_block(p, r, b);
    double x = p->left + r->start * r->size;
    const int *ends = paragraph_ends(p, &t);
    bool whole = b->role == PAPER_REMEDY;
    int held =
        whole || t.lines <= END_LINES ? 0 : t.lines - END_LINES; /* from here on with the end */
    if (!at_top(p))
        p->y += r->before;
    /* A heading is not the last line of a page. */
    int together = r->level ? t.lines + 2 : whole ? t.lines : 1;
    if (!at_top(p) && (p->y + r->line * together > p->bottom || heading_pushed(p, r, t.lines) ||
                       table_pushed(p, r, t.lines)))
        page_turn(p);
    for (int i = 0; i < t.lines; i++) {
        bool pushed = i == held && end_pushed(p, p->y + r->line * (t.lines - i) + r->after);
        if (p->y + r->line > p->bottom || ((pushed || parted_badly(p, r, ends, i)) && !at_top(p)))
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
    p->y += r->after;
    text_run_free(&t);
}

#define SPARSE 0.4 /* of a page: less is little on a last one */

static void note_thin(struct press *p)
{
    double page = p->bottom - p->layout->top;
    p->thin |= p->page > p->begun && p->y - p->layout->top < page * SPARSE;
}

static void begin_annex(struct press *p)
{
    note_thin(p);
    if (!at_top(p))
        page_turn(p);
    p->begun = p->page;
}

void press_blocks(struct press *p)
{
    const struct paper *paper = &p->job->paper;
    measure_end(p);
    p->title_of = SIZE_MAX;
    p->begun = p->page;
    p->thin = false;
    for (size_t i = 0; i < imprint_from(p) && press_ok(p); i++) {
        const struct paper_block *b = &paper->blocks[i];
        const struct role_style r = style_of(p, i);
        p->block = i;
        if (b->role == PAPER_ANNEX)
            begin_annex(p);
        if (b->role == PAPER_TABLE)
            press_table(p, b);
        else
            put_text(p, &r, b);
    }
    note_thin(p);
    p->text_end = p->y;
}

double press_spare(const struct press *p)
{
    double spare = p->bottom - p->tail_height - p->text_end;
    return p->layout->frame > 0 && p->page == 1 && spare > 0 ? spare : 0;
}

/* --- the end of the paper --------------------------------------------------------------- */

static void draw_qr(struct press *p, struct str url, double x, double y, double side)
{
    struct qr q;
    struct err e;
    if (p->measuring || url.len == 0 || qr_of(&q, url, p->arena, &e) != OK)
        return;
    double module = side / (q.side + 2 * QR_QUIET);
    cairo_set_source_rgb(p->cr, 1, 1, 1);
    cairo_rectangle(p->cr, x, y, side, side);
    cairo_fill(p->cr);
    cairo_set_source_rgb(p->cr, 0, 0, 0);
    for (int row = 0; row < q.side; row++)
        for (int col = 0; col < q.side; col++)
            if (q.dark[row * q.side + col])
                cairo_rectangle(p->cr, x + (col + QR_QUIET) * module, y + (row + QR_QUIET) * module,
                                module, module);
    cairo_fill(p->cr);
}

/* What a paper is checked by: where it stands, and in what letters. */
struct foot {
    double x, y, width, size, line;
};

static void foot_item(struct press *p, struct foot *f, const char *label, struct str text)
{
    if (text.len == 0)
        return;
    struct text_run t =
        text_run(p, p->layout->table.font, f->size, f->line,
                 arena_printf(p->arena, "%s：%.*s", label, STR_ARG(text)), f->width, ALIGN_LEFT);
    for (int i = 0; i < t.lines; i++) {
        tag_begin(p, "P");
        line_draw(p, &t, i, f->x, f->y);
        tag_end(p, "P");
        f->y += f->line;
    }
    text_run_free(&t);
}

/* Its labels are the product's own words on every paper. */
static void put_checks(struct press *p, struct foot *f, double qr)
{
    const struct press_job *job = p->job;
    double top = f->y;
    if (job->check_url.len)
        f->width -= qr + 6;
    foot_item(p, f, "编号", job->paper.number);
    foot_item(p, f, "版本", job->paper.version);
    foot_item(p, f, "内容摘要（SHA-256）", job->digest);
    foot_item(p, f, "存证条目", job->entry);
    foot_item(p, f, "核验地址", job->check_url);
    draw_qr(p, job->check_url, f->x + f->width + 6, top, qr);
}

static void put_foot_in_margin(struct press *p)
{
    bool framed = p->layout->frame > 0;
    double beside = framed ? 0 : MARGIN_BESIDE;
    struct foot f = {p->left + beside, p->bottom + MARGIN_ABOVE + (framed ? FRAME_BELOW : 0),
                     p->width - 2 * beside, MARGIN_SIZE, MARGIN_LINE};
    p->y = p->bottom - imprint_height(p);
    put_imprint(p);
    put_checks(p, &f, MARGIN_QR);
}

/* The block is kept together. The last line of an official paper is that of copies and imprint, and its checks stand
 * below the text; those of a certificate stand below its frame. */
void press_foot(struct press *p)
{
    double height = foot_height(p) + imprint_height(p);
    if (p->y + height > p->bottom)
        page_turn(p);
    if (foots_in_margin(p)) {
        put_foot_in_margin(p);
        return;
    }
    if (p->layout->foot_at_bottom)
        p->y = p->bottom - height;
    p->y += FOOT_LINE;
    rule_at(p, p->y, 0.4, false);
    struct foot f = {p->left, p->y + 4, p->width, FOOT_SIZE, FOOT_LINE};
    put_checks(p, &f, QR_SIDE);
    p->y = f.y > p->y + 4 + QR_SIDE ? f.y : p->y + 4 + QR_SIDE;
}
