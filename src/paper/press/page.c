/* Pages, lines of text, tags. */
#include "base/utf8.h"
#include "paper/press/press.h"

#define FOOT_SIZE 8.0
#define FOOT_ABOVE 24.0 /* of the paper's edge */

bool press_ok(const struct press *p)
{
    return cairo_status(p->cr) == CAIRO_STATUS_SUCCESS;
}

/* --- tags ------------------------------------------------------------------------------ */

/* cairo 1.16 puts the surface in error at a tag that it does not know, and pango then crashes:
 * only names of the table below are used. */
void tag_begin(struct press *p, const char *name)
{
    if (!p->measuring && press_ok(p))
        cairo_tag_begin(p->cr, name, NULL);
}

void tag_end(struct press *p, const char *name)
{
    if (!p->measuring && press_ok(p))
        cairo_tag_end(p->cr, name);
}

/* --- text -------------------------------------------------------------------------------- */

/* Code points that the fonts of this layout leave as boxes. */
static void find_missing(struct press *p, PangoLayout *layout)
{
    if (pango_layout_get_unknown_glyphs_count(layout) == 0)
        return;
    PangoLayoutIter *it = pango_layout_get_iter(layout);
    do {
        PangoLayoutRun *run = pango_layout_iter_get_run_readonly(it);
        for (int i = 0; run && i < run->glyphs->num_glyphs; i++) {
            PangoGlyph g = run->glyphs->glyphs[i].glyph;
            if (!(g & PANGO_GLYPH_UNKNOWN_FLAG) || g == PANGO_GLYPH_EMPTY)
                continue;
            uint32_t cp = g & ~PANGO_GLYPH_UNKNOWN_FLAG;
            bool known = false;
            for (size_t k = 0; k < p->missing.len; k++)
                known |= p->missing.ptr[k] == cp;
            if (!known)
                VEC_PUSH(p->arena, &p->missing, cp);
        }
    } while (pango_layout_iter_next_run(it));
    pango_layout_iter_free(it);
}

/* Letters stand where their widths put them, not at whole points: 10.5 is no 11, and small print is not spaced. */
static void place_exactly(PangoLayout *layout)
{
    PangoContext *context = pango_layout_get_context(layout);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    pango_cairo_context_set_font_options(context, options);
    cairo_font_options_destroy(options);
    pango_context_set_round_glyph_positions(context, FALSE);
    pango_layout_context_changed(layout);
}

struct text_run text_run(struct press *p, const struct paper_font *font, double size, double line,
                         struct str text, double width, enum paper_align align)
{
    static const PangoAlignment aligns[] = {PANGO_ALIGN_LEFT, PANGO_ALIGN_CENTER,
                                            PANGO_ALIGN_RIGHT};
    struct text_run t = {.layout = pango_cairo_create_layout(p->cr), .size = size, .line = line};
    PangoFontDescription *d = press_font(&p->fonts, font, size);
    place_exactly(t.layout);
    pango_layout_set_font_description(t.layout, d);
    pango_font_description_free(d);
    pango_layout_set_text(t.layout, text.ptr ? text.ptr : "", (int)text.len);
    /* A code that is broken over lines gets no hyphen: it would be read as part of it. */
    PangoAttrList *list = pango_attr_list_new();
    pango_attr_list_insert(list, pango_attr_insert_hyphens_new(FALSE));
    pango_layout_set_attributes(t.layout, list);
    pango_attr_list_unref(list);
    pango_layout_set_wrap(t.layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(t.layout, aligns[align]);
    if (width > 0)
        pango_layout_set_width(t.layout, (int)(width * PANGO_SCALE));
    t.lines = pango_layout_get_line_count(t.layout);
    find_missing(p, t.layout);
    return t;
}

void text_run_free(struct text_run *t)
{
    if (t->layout)
        g_object_unref(t->layout);
    t->layout = NULL;
}

/* The em box stands in the middle of the slot, whatever the face says of its own height: a face
 * that fills in for another is taller, and would push lines apart. */
void line_draw(struct press *p, const struct text_run *t, int n, double x, double y)
{
    PangoRectangle logical;
    if (p->measuring)
        return;
    PangoLayoutIter *it = pango_layout_get_iter(t->layout);
    for (int i = 0; i < n; i++)
        pango_layout_iter_next_line(it);
    pango_layout_iter_get_line_extents(it, NULL, &logical);
    cairo_move_to(p->cr, x + (double)logical.x / PANGO_SCALE,
                  y + (t->line - t->size) / 2 + 0.88 * t->size);
    pango_cairo_show_layout_line(p->cr, pango_layout_iter_get_line_readonly(it));
    pango_layout_iter_free(it);
}

/* A text of one line at x, y. */
static void press_write(struct press *p, const struct paper_font *font, double size,
                        struct str text, double x, double y, double width, enum paper_align align)
{
    struct text_run t = text_run(p, font, size, size * 1.4, text, width, align);
    for (int i = 0; i < t.lines; i++)
        line_draw(p, &t, i, x, y + i * t.line);
    text_run_free(&t);
}

/* --- pages --------------------------------------------------------------------------------- */

/* Marks lie under the text, in a light solid grey: no transparency, which printers smear. */
static void draw_marks(struct press *p)
{
    const struct paper *paper = &p->job->paper;
    struct str all = STR_NONE;
    double w = p->layout->width, h = p->layout->height, span = (w < h ? w : h) * 0.9;
    for (size_t i = 0; i < paper->mark_count; i++)
        all = arena_printf(p->arena, "%.*s%s%.*s", STR_ARG(all), i ? "　" : "",
                           STR_ARG(paper->marks[i]));
    if (all.len == 0)
        return;
    double size = span / (double)utf8_length(all);
    size = size < 64 ? size : 64;
    struct text_run t = text_run(p, p->layout->table.label, size, size * 1.4, all, 0, ALIGN_LEFT);
    int wide = 0, high = 0;
    pango_layout_get_pixel_size(t.layout, &wide, &high);
    if (!p->measuring) {
        cairo_save(p->cr);
        cairo_set_source_rgb(p->cr, 0.88, 0.88, 0.88);
        cairo_translate(p->cr, w / 2, h / 2);
        cairo_rotate(p->cr, -0.7);
        line_draw(p, &t, 0, -wide / 2.0, -t.line / 2);
        cairo_restore(p->cr);
    }
    text_run_free(&t);
    press_write(p, p->layout->table.label, 10.5, all, p->left, p->layout->frame > 0 ? 10 : 24,
                p->width, ALIGN_RIGHT); /* not across a frame */
}

#define FRAME_THICK 3.0
#define FRAME_THIN 0.8
#define FRAME_GAP 3.0

/* A certificate has a frame: a thick line around the text, and a thin line inside it. */
static void draw_frame(struct press *p)
{
    const struct paper_layout *l = p->layout;
    const double widths[] = {FRAME_THICK, FRAME_THIN};
    double at = l->frame;
    if (at <= 0 || p->measuring)
        return;
    cairo_set_source_rgb(p->cr, 0.8, 0, 0);
    for (size_t i = 0; i < ARRAY_LEN(widths); i++) {
        double side = at + widths[i] / 2;
        cairo_set_line_width(p->cr, widths[i]);
        double below = side - l->frame + l->bottom - FRAME_BELOW;
        cairo_rectangle(p->cr, side, side, l->width - 2 * side, l->height - side - below);
        cairo_stroke(p->cr);
        at += widths[i] + FRAME_GAP;
    }
    cairo_set_source_rgb(p->cr, 0, 0, 0);
}

void page_begin(struct press *p)
{
    const struct paper_layout *l = p->layout;
    p->page++;
    p->left = l->left;
    p->width = l->width - l->left - l->right;
    p->bottom = l->height - l->bottom;
    p->y = p->title_y = l->top + p->sunk;
    cairo_set_source_rgb(p->cr, 0, 0, 0);
    draw_frame(p);
    draw_marks(p);
}

/* Number and digest on each page, so that a page alone tells which paper it is of. */
static void draw_foot(struct press *p)
{
    const struct paper_layout *l = p->layout;
    const struct paper *paper = &p->job->paper;
    struct str page = paper_page_number(l, p->page, p->pages, p->arena);
    double y = l->height - FOOT_ABOVE;
    struct str line = arena_printf(p->arena, "%.*s%s%.*s", STR_ARG(paper->number),
                                   paper->number.len ? "　" : "", 16, p->job->digest.ptr);
    struct str count = page.len ? arena_printf(p->arena, "共%d页", p->pages)
                                : arena_printf(p->arena, "%d/%d", p->page, p->pages);
    cairo_set_source_rgb(p->cr, 0.3, 0.3, 0.3);
    press_write(p, l->table.font, FOOT_SIZE, line, p->left, y, p->width, ALIGN_LEFT);
    if (page.len || p->pages > 1) /* a certificate is one page, and has no number */
        press_write(p, l->table.font, FOOT_SIZE, count, p->left, y, p->width, ALIGN_RIGHT);
    cairo_set_source_rgb(p->cr, 0, 0, 0);
    if (page.len) /* of an odd page on the right, of an even one on the left, one character in */
        press_write(p, l->table.font, 14, page, p->left + 14, p->bottom + 14, p->width - 28,
                    p->page % 2 ? ALIGN_RIGHT : ALIGN_LEFT);
}

void page_end(struct press *p)
{
    draw_foot(p);
    if (press_ok(p))
        cairo_show_page(p->cr);
}

void page_turn(struct press *p)
{
    page_end(p);
    page_begin(p);
}
