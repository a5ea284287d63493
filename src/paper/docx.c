/* Word: the parts of an OOXML file. Each role is a style of its own, so that who edits the
 * file changes the looks of all at once. Fonts are named, not embedded: w:eastAsia is the
 * standard face of the role. */
#include "base/utf8.h"
#include "paper/docx_priv.h"
#include "paper/package.h"
#include "paper/qr.h"
#include "paper/title.h"
#include <math.h>

#define NS                                                                                         \
    "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" "                    \
    "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\""
#define XML_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define TWIPS 20       /* in a point */
#define EMU 12700      /* in a point */
#define QR_POINTS 57.0 /* 20 mm */
#define QR_PIXELS 4    /* a module */
#define HAIRLINE                                                                                   \
    "<w:p><w:pPr><w:spacing w:line=\"20\" w:lineRule=\"exact\"/></w:pPr></w:p>" /* of one point */
#define FOOT_SIZE 8.0
#define EDGE 24.0      /* header and footer from the paper's edge */
#define PAGE_SIZE 14.0 /* 四号 */
#define THICK 8        /* eighths of a point: 0.35 mm */
#define THIN 6

/* --- text ---------------------------------------------------------------------------- */

void docx_text(struct docx *d, struct str s)
{
    for (size_t at = 0; at < s.len;) {
        size_t from = at;
        uint32_t c = utf8_next(s, &at);
        if (c == '&')
            buf_addz(d->out, "&amp;");
        else if (c == '<')
            buf_addz(d->out, "&lt;");
        else if (c == '>')
            buf_addz(d->out, "&gt;");
        else if (c == '"')
            buf_addz(d->out, "&quot;");
        else if (c >= 0x20 && c != 0xfffe && c != 0xffff)
            buf_add(d->out, (struct str){s.ptr + from, at - from});
        else if (c == '\t')
            buf_addz(d->out, " ");
    }
}

/* Line feeds become breaks. */
static void put_words(struct docx *d, struct str s)
{
    struct str rest = s;
    bool first = true;
    while (rest.ptr) {
        struct str line = str_split(&rest, STR("\n"));
        if (!first)
            buf_addz(d->out, "<w:br/>");
        first = false;
        buf_addz(d->out, "<w:t xml:space=\"preserve\">");
        docx_text(d, line);
        buf_addz(d->out, "</w:t>");
    }
}

/* Runs of one paragraph: line feeds become breaks. */
static void docx_run(struct docx *d, struct str s)
{
    buf_addz(d->out, "<w:r>");
    put_words(d, s);
    buf_addz(d->out, "</w:r>");
}

static void faces(struct docx *d, const struct paper_font *f)
{
    buf_addz(d->out, "<w:rFonts w:hint=\"eastAsia\" w:ascii=\"");
    docx_text(d, d->style->latin);
    buf_addz(d->out, "\" w:hAnsi=\"");
    docx_text(d, d->style->latin);
    buf_addz(d->out, "\" w:eastAsia=\"");
    docx_text(d, f->word);
    buf_addz(d->out, "\"/>");
}

static void font_size(struct docx *d, double size)
{
    buf_addf(d->out, "<w:sz w:val=\"%.0f\"/><w:szCs w:val=\"%.0f\"/>", size * 2, size * 2);
}

void docx_font(struct docx *d, const struct paper_font *f, double size)
{
    faces(d, f);
    font_size(d, size);
}

/* --- styles ------------------------------------------------------------------------------ */

static double text_width(const struct docx *d)
{
    return d->layout->width - d->layout->left - d->layout->right;
}

static void put_borders(struct docx *d, const struct role_style *r)
{
    if (r->rule)
        buf_addz(d->out, "<w:pBdr><w:bottom w:val=\"single\" w:sz=\"12\" w:space=\"4\" "
                         "w:color=\"CC0000\"/></w:pBdr>");
}

/* The foot of an official paper stands at the bottom of its last page, that of a certificate below its frame. */
static bool sinks(const struct docx *d)
{
    return d->layout->foot_at_bottom && d->layout->frame <= 0;
}

/* It stands in the table at the foot of an official paper. */
static bool foots(const struct docx *d, enum paper_role role)
{
    return sinks(d) && (role == PAPER_COPY || role == PAPER_IMPRINT);
}

/* A line's characters count in hundredths of one, so that an indent follows the size. */
static void put_role_style(struct docx *d, enum paper_role role)
{
    static const char *const aligns[] = {"left", "center", "right"};
    const struct role_style *r = &d->layout->roles[role];
    const char *first = r->hang > 0 ? "hanging" : "firstLine";
    buf_addf(d->out,
             "<w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"zy-%s\">"
             "<w:name w:val=\"zy-%s\"/><w:basedOn w:val=\"Normal\"/><w:pPr>",
             paper_role_names[role], paper_role_names[role]);
    if (r->level)
        buf_addz(d->out, "<w:keepNext/>");
    put_borders(d, r);
    buf_addf(d->out,
             "<w:spacing w:before=\"%.0f\" w:after=\"%.0f\" w:line=\"%.0f\" w:lineRule=\"exact\"/>"
             "<w:ind w:leftChars=\"%.0f\" w:left=\"%.0f\" w:rightChars=\"%.0f\" w:right=\"%.0f\" "
             "w:%sChars=\"%.0f\" w:%s=\"%.0f\"/><w:jc w:val=\"%s\"/>",
             (foots(d, role) ? 0 : r->before) * TWIPS, r->after * TWIPS, r->line * TWIPS,
             (r->start + r->hang) * 100, (r->start + r->hang) * r->size * TWIPS, r->end * 100,
             r->end * r->size * TWIPS, first, (r->hang + r->indent) * 100, first,
             (r->hang + r->indent) * r->size * TWIPS, aligns[r->align]);
    if (r->level)
        buf_addf(d->out, "<w:outlineLvl w:val=\"%d\"/>", r->level - 1);
    buf_addz(d->out, "</w:pPr><w:rPr>");
    faces(d, r->font);
    if (r->red)
        buf_addz(d->out, "<w:color w:val=\"CC0000\"/>");
    /* So many characters to a line by their spacing, rounded towards what fits: the character grid
     * of Word is drawn by others with a cell or two for each. */
    if (r->grid && d->layout->chars)
        buf_addf(d->out, "<w:spacing w:val=\"%d\"/>",
                 (int)floor((text_width(d) / d->layout->chars - r->size) * TWIPS));
    font_size(d, r->size);
    buf_addz(d->out, "</w:rPr></w:style>");
}

static void put_styles(struct docx *d)
{
    buf_addz(d->out, XML_HEAD "<w:styles " NS "><w:docDefaults><w:rPrDefault><w:rPr>");
    docx_font(d, d->layout->table.font, d->layout->table.size);
    buf_addz(d->out,
             "<w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:rPr></w:rPrDefault>"
             "</w:docDefaults><w:style w:type=\"paragraph\" w:default=\"1\" "
             "w:styleId=\"Normal\"><w:name w:val=\"Normal\"/><w:pPr><w:autoSpaceDE w:val=\"0\"/>"
             "<w:autoSpaceDN w:val=\"0\"/></w:pPr></w:style>");
    for (int r = 0; r < PAPER_TABLE; r++)
        put_role_style(d, (enum paper_role)r);
    buf_addz(d->out, "</w:styles>");
}

/* --- the document ------------------------------------------------------------------------ */

static void run_in(struct docx *d, const struct paper_font *font, double size, struct str text)
{
    buf_addz(d->out, "<w:r><w:rPr>");
    docx_font(d, font, size);
    buf_addz(d->out, "</w:rPr>");
    put_words(d, text);
    buf_addz(d->out, "</w:r>");
}

/* In its role's size where nothing else is said: who edits the role's style then changes it too. */
static void run_sized(struct docx *d, const struct role_style *r, struct str text, double size)
{
    if (size < r->size)
        run_in(d, r->font, size, text);
    else
        docx_run(d, text.ptr ? text : STR(""));
}

#define WHOLE_LINES 3 /* a paragraph of so many lines stands on one page, as in print */
#define WIDER 1.05    /* what letters take is guessed: nothing is broken for it */
#define BESIDE 2.0    /* characters on either side of a signature, for the same reason */

/* Who signs is centred over the date: both in one box, which ends where the name or the date does. */
static void put_signature(struct docx *d, size_t i)
{
    const struct paper_block *at = &d->paper->blocks[i];
    const struct role_style *own = &d->layout->roles[at->role];
    double name = 0, day = 0;
    if (at->role != PAPER_SIGNER && at->role != PAPER_DATE)
        return;
    if (paper_signs(d->paper, i)) {
        const struct paper_block *b = at->role == PAPER_DATE ? at - 1 : at;
        name = paper_ems(b->text) * own->size * WIDER + own->size;
        day = paper_ems(b[1].text) * d->layout->roles[PAPER_DATE].size;
    }
    struct role_style r = paper_role_style(d->layout, d->paper, i, name, day);
    double beside = fmin(fmin(r.start, r.end), BESIDE);
    r.start -= beside;
    r.end -= beside;
    if (r.end != own->end || r.start != own->start)
        buf_addf(d->out,
                 "<w:ind w:leftChars=\"0\" w:left=\"%.0f\" w:rightChars=\"0\" w:right=\"%.0f\"/>"
                 "<w:jc w:val=\"%s\"/>",
                 r.start * r.size * TWIPS, r.end * r.size * TWIPS,
                 r.align == ALIGN_CENTER ? "center" : "right");
}

/* As small as one line wants it, by what letters usually take. */
static double fitting(const struct role_style *r, struct str text, double room)
{
    double size = r->size, ems = paper_ems(text) * WIDER;
    while (r->fit > 0 && ems * size > room && size > r->size * r->fit)
        size -= 0.5;
    return size;
}

static void paragraph(struct docx *d, size_t i, struct str text, bool kept)
{
    enum paper_role role = d->paper->blocks[i].role;
    const struct role_style *r = &d->layout->roles[role];
    bool whole = role == PAPER_REMEDY ||
                 (role == PAPER_TEXT && paper_ems(text) * r->size < WHOLE_LINES * text_width(d));
    buf_addf(d->out, "<w:p><w:pPr><w:pStyle w:val=\"zy-%s\"/>%s%s%s", paper_role_names[role],
             kept ? "<w:keepNext/>" : "", whole ? "<w:keepLines/>" : "",
             role == PAPER_ANNEX ? "<w:pageBreakBefore/>" : "");
    put_signature(d, i);
    buf_addz(d->out, "</w:pPr>");
    double size = fitting(r, text, text_width(d));
    bool whole_block = text.len == d->paper->blocks[i].text.len;
    if (whole_block && (role == PAPER_TITLE || role == PAPER_DISPLAY))
        text = paper_title(&d->paper->blocks[i], d->style, text_width(d) / size, d->arena);
    run_sized(d, r, text, size);
    buf_addz(d->out, "</w:p>");
}

/* Line feeds of a text part paragraphs, each with its indent, as in print. `kept`: the last is on
 * the page of what follows. */
static void paragraphs(struct docx *d, size_t i, bool kept)
{
    struct str text = d->paper->blocks[i].text, rest = text.ptr ? text : STR("");
    while (rest.ptr) {
        struct str line = str_split(&rest, STR("\n"));
        paragraph(d, i, line, kept && !rest.ptr);
    }
}

static void put_item(struct docx *d, const struct paper_block *b, bool kept)
{
    const struct role_style *r = &d->layout->roles[PAPER_ITEM];
    double width = text_width(d) - (r->start + r->end + r->indent + 1) * r->size;
    size_t labels = utf8_length(b->label);
    double size = paper_code_size(b->text, r->size, width - (double)labels * r->size);
    buf_addf(d->out, "<w:p><w:pPr><w:pStyle w:val=\"zy-%s\"/>%s</w:pPr>", paper_role_names[b->role],
             kept ? "<w:keepNext/>" : "");
    docx_run(d, b->label);
    docx_run(d, STR("："));
    run_sized(d, r, b->text, size);
    buf_addz(d->out, "</w:p>");
}

static void run_of(struct docx *d, double size, struct str text)
{
    run_in(d, d->layout->table.font, size, text);
}

static void foot_text(struct docx *d, struct str text)
{
    run_of(d, FOOT_SIZE, text);
}

static void small(struct docx *d, const char *label, struct str text, struct str align)
{
    if (text.len == 0)
        return;
    buf_addf(d->out, "<w:p><w:pPr><w:jc w:val=\"%.*s\"/></w:pPr>", STR_ARG(align));
    foot_text(d, str_of(label));
    foot_text(d, text);
    buf_addz(d->out, "</w:p>");
}

static void put_picture(struct docx *d)
{
    int side = (int)(QR_POINTS * EMU);
    buf_addf(d->out,
             "<w:p><w:pPr><w:spacing w:before=\"80\"/></w:pPr><w:r><w:drawing><wp:inline "
             "xmlns:wp=\"http://schemas.openxmlformats.org/"
             "drawingml/2006/wordprocessingDrawing\" distT=\"0\" distB=\"0\" distL=\"0\" "
             "distR=\"0\"><wp:extent cx=\"%d\" cy=\"%d\"/><wp:docPr id=\"1\" name=\"QR\" "
             "descr=\"QR\"/><a:graphic xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/"
             "main\"><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/"
             "picture\"><pic:pic xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/"
             "picture\"><pic:nvPicPr><pic:cNvPr id=\"1\" name=\"qr.png\"/><pic:cNvPicPr/>"
             "</pic:nvPicPr><pic:blipFill><a:blip r:embed=\"rId4\"/><a:stretch><a:fillRect/>"
             "</a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/>"
             "<a:ext cx=\"%d\" cy=\"%d\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/>"
             "</a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>"
             "</w:drawing></w:r></w:p>",
             side, side, side, side);
}

static void open_lined_row(struct docx *d, int columns, bool first, bool last)
{
    buf_addf(d->out,
             "<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w=\"%.0f\" "
             "w:type=\"dxa\"/><w:gridSpan w:val=\"%d\"/><w:tcBorders><w:top w:val=\"single\" "
             "w:sz=\"%d\" w:space=\"0\" w:color=\"000000\"/>",
             text_width(d) * TWIPS, columns, first ? THICK : THIN);
    if (last)
        buf_addf(d->out,
                 "<w:bottom w:val=\"single\" w:sz=\"%d\" w:space=\"0\" w:color=\"000000\"/>",
                 THICK);
    buf_addz(d->out, "</w:tcBorders></w:tcPr>");
}

/* 版记: copies, who issued it and the day, between lines as wide as the text. */
static void put_imprint(struct docx *d, int columns)
{
    size_t from = paper_imprint(d->paper), count = d->paper->block_count;
    for (size_t i = from; i < count; i++) {
        const struct paper_block *b = &d->paper->blocks[i];
        const struct role_style *r = &d->layout->roles[b->role];
        open_lined_row(d, columns, i == from, i + 1 == count);
        if (b->role == PAPER_IMPRINT) {
            buf_addf(d->out,
                     "<w:p><w:pPr><w:pStyle w:val=\"zy-imprint\"/><w:tabs><w:tab w:val=\"right\" "
                     "w:pos=\"%.0f\"/></w:tabs></w:pPr>",
                     (text_width(d) - r->end * r->size) * TWIPS);
            run_sized(
                d, r, b->label,
                fitting(r, b->label,
                        text_width(d) - (r->start + r->end + 1 + paper_ems(b->text)) * r->size));
            buf_addz(d->out, "<w:r><w:tab/></w:r>");
            docx_run(d, b->text);
            buf_addz(d->out, "</w:p>");
        } else
            paragraphs(d, i, false);
        buf_addz(d->out, "</w:tc></w:tr>");
    }
}

/* Text on the left, the symbol on the right. In an official paper it stands below copies and imprint, as in print, at
 * the bottom of the last page: a table that what is before it makes room for, held by the paragraph behind it. */
static void put_foot(struct docx *d, const struct paper_stamp *s)
{
    bool sunk = sinks(d);
    double right = s->check_url.len ? QR_POINTS + 12 : 0, left = text_width(d) - right;
    char hex[SHA256_HEX_LEN + 1];
    struct digest digest = paper_digest(d->paper);
    sha256_hex(hex, &digest);
    buf_addf(d->out,
             "<w:p><w:pPr><w:keepNext/><w:spacing w:line=\"120\" "
             "w:lineRule=\"exact\"/></w:pPr></w:p><w:tbl><w:tblPr>%s<w:tblW w:w=\"%.0f\" "
             "w:type=\"dxa\"/><w:jc w:val=\"center\"/><w:tblBorders><w:top "
             "w:val=\"%s\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/></w:tblBorders>"
             "<w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"0\" w:type=\"dxa\"/>"
             "<w:right w:w=\"0\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>"
             "<w:gridCol w:w=\"%.0f\"/>",
             sunk ? "<w:tblpPr w:leftFromText=\"0\" w:rightFromText=\"0\" w:topFromText=\"120\" "
                    "w:bottomFromText=\"0\" w:vertAnchor=\"margin\" w:horzAnchor=\"margin\" "
                    "w:tblpXSpec=\"left\" w:tblpYSpec=\"bottom\"/><w:tblOverlap w:val=\"never\"/>"
                  : "",
             (left + right) * TWIPS, d->layout->frame > 0 ? "nil" : "single", left * TWIPS);
    if (right > 0)
        buf_addf(d->out, "<w:gridCol w:w=\"%.0f\"/>", right * TWIPS);
    buf_addz(d->out, "</w:tblGrid>");
    if (sunk)
        put_imprint(d, right > 0 ? 2 : 1);
    buf_addf(d->out,
             "<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w=\"%.0f\" "
             "w:type=\"dxa\"/></w:tcPr>",
             left * TWIPS);
    small(d, "编号：", d->paper->number, STR("left"));
    small(d, "版本：", d->paper->version, STR("left"));
    small(d, "内容摘要（SHA-256）：", str_of(hex), STR("left"));
    small(d, "存证条目：", s->entry, STR("left"));
    small(d, "核验地址：", s->check_url, STR("left"));
    buf_addz(d->out, "</w:tc>");
    if (right > 0) {
        buf_addf(d->out, "<w:tc><w:tcPr><w:tcW w:w=\"%.0f\" w:type=\"dxa\"/></w:tcPr>",
                 right * TWIPS);
        put_picture(d);
        buf_addz(d->out, "</w:tc>");
    }
    buf_addz(d->out, "</w:tr></w:tbl>" HAIRLINE);
}

#define FRAME_BELOW 2.0 /* below the text; with the lines themselves as in print */
#define SIDE(name, lines)                                                                          \
    "<w:" name " w:val=\"" lines "SmallGap\" w:sz=\"24\" w:space=\"0\" w:color=\"CC0000\"/>"

/* As in print: a thick line around the text, a thin one within, and the text in the middle of them. The frame is a
 * table of one cell: a border of the page would stand around the foot too. */
static void open_frame(struct docx *d)
{
    static const char sides[] = SIDE("top", "thinThick") SIDE("left", "thinThick")
        SIDE("bottom", "thickThin") SIDE("right", "thickThin");
    const struct paper_layout *l = d->layout;
    double width = (l->width - 2 * l->frame) * TWIPS;
    buf_addf(
        d->out,
        "<w:tbl><w:tblPr><w:tblW w:w=\"%.0f\" w:type=\"dxa\"/><w:jc w:val=\"center\"/>"
        "<w:tblBorders>%s</w:tblBorders><w:tblLayout w:type=\"fixed\"/><w:tblCellMar>"
        "<w:left w:w=\"%.0f\" w:type=\"dxa\"/><w:right w:w=\"%.0f\" w:type=\"dxa\"/>"
        "</w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol w:w=\"%.0f\"/></w:tblGrid><w:tr><w:trPr>"
        "<w:trHeight w:val=\"%.0f\" w:hRule=\"atLeast\"/></w:trPr><w:tc><w:tcPr><w:tcW "
        "w:w=\"%.0f\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/></w:tcPr>",
        width, sides, (l->left - l->frame) * TWIPS, (l->right - l->frame) * TWIPS, width,
        (l->height - l->frame - l->bottom + FRAME_BELOW) * TWIPS, width);
}

static void put_section(struct docx *d)
{
    struct paper_layout l = *d->layout;
    double edge = EDGE;
    if (l.frame > 0) {
        l.top = l.left = l.right = l.frame;
        l.bottom = l.frame / 2;
        edge = l.frame / 3; /* outside of it */
    }
    buf_addf(
        d->out,
        "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId2\"/>"
        "<w:headerReference w:type=\"even\" r:id=\"rId2\"/>"
        "<w:footerReference w:type=\"default\" r:id=\"rId3\"/>"
        "<w:footerReference w:type=\"even\" r:id=\"rId6\"/>"
        "<w:pgSz w:w=\"%.0f\" w:h=\"%.0f\"%s/><w:pgMar w:top=\"%.0f\" w:right=\"%.0f\" "
        "w:bottom=\"%.0f\" w:left=\"%.0f\" w:header=\"%.0f\" w:footer=\"%.0f\" w:gutter=\"0\"/>"
        "</w:sectPr>",
        l.width * TWIPS, l.height * TWIPS, l.width > l.height ? " w:orient=\"landscape\"" : "",
        l.top * TWIPS, l.right * TWIPS, l.bottom * TWIPS, l.left * TWIPS, edge * TWIPS,
        edge * TWIPS);
}

#define TITLE_BLOCKS 2
#define TITLE_LETTERS 60 /* two lines */

/* The block says what the table behind it is, as in print: it stands on the table's page. */
static bool is_title(const struct paper *p, size_t i)
{
    for (size_t k = i; k < p->block_count && k <= i + TITLE_BLOCKS; k++) {
        if (p->blocks[k].role == PAPER_TABLE)
            return k > i;
        if (utf8_length(p->blocks[k].label) + utf8_length(p->blocks[k].text) > TITLE_LETTERS)
            return false;
    }
    return false;
}

/* How high the blocks are by what letters usually take. */
static double height_of(const struct docx *d)
{
    double height = 0;
    for (size_t i = 0; i < d->paper->block_count; i++) {
        const struct paper_block *b = &d->paper->blocks[i];
        const struct role_style *r = &d->layout->roles[b->role];
        double size = fitting(r, b->text, text_width(d));
        double lines = (paper_ems(b->text) + r->indent) * size / text_width(d);
        if (b->role != PAPER_TABLE)
            height += r->before + ceil(lines) * r->line + r->after;
    }
    return height;
}

static void put_document(struct docx *d, const struct paper_stamp *s)
{
    buf_addz(d->out, XML_HEAD "<w:document " NS "><w:body>");
    size_t count = sinks(d) ? paper_imprint(d->paper) : d->paper->block_count;
    size_t end = paper_end(d->paper), annex = paper_annex(d->paper);
    if (d->layout->frame > 0)
        open_frame(d);
    for (size_t i = 0; i < count; i++) {
        const struct paper_block *b = &d->paper->blocks[i];
        bool closes = i + 1 >= end && (i + 1 < annex || annex == paper_imprint(d->paper));
        bool kept = closes || i + 1 == count || /* the foot stands behind the last */
                    is_title(d->paper, i);
        if (b->role == PAPER_TABLE)
            docx_table(d, b, kept);
        else if (b->role == PAPER_ITEM || b->role == PAPER_IMPRINT)
            put_item(d, b, kept);
        else
            paragraphs(d, i, kept);
    }
    if (d->layout->frame > 0)
        buf_addz(d->out, HAIRLINE "</w:tc></w:tr></w:tbl>");
    put_foot(d, s);
    put_section(d);
    buf_addz(d->out, "</w:body></w:document>");
}

static void put_header(struct docx *d)
{
    buf_addz(d->out, XML_HEAD "<w:hdr " NS ">");
    for (size_t i = 0; i < d->paper->mark_count; i++)
        small(d, "", d->paper->marks[i], STR("right"));
    if (d->paper->mark_count == 0)
        buf_addz(d->out, "<w:p/>");
    buf_addz(d->out, "</w:hdr>");
}

static void field(struct docx *d, double size, const char *name)
{
    buf_addf(d->out, "<w:fldSimple w:instr=\" %s \">", name);
    run_of(d, size, STR("1"));
    buf_addz(d->out, "</w:fldSimple>");
}

/* The layout's number of the page, as in print: on the right of an odd page, on the left of an
 * even one, one character in. */
static void put_page_number(struct docx *d, bool even)
{
    struct str t = d->layout->page_number;
    buf_addf(d->out,
             "<w:p><w:pPr><w:ind w:left=\"%.0f\" w:right=\"%.0f\"/><w:jc w:val=\"%s\"/>"
             "</w:pPr>",
             PAGE_SIZE * TWIPS, PAGE_SIZE * TWIPS, even ? "left" : "right");
    while (t.len) {
        size_t at = str_find(t, STR("{"), 0), end = str_find(t, STR("}"), at);
        if (at)
            run_of(d, PAGE_SIZE, (struct str){t.ptr, at});
        if (at == t.len || end == t.len)
            break;
        bool page = str_is(str_range(t.ptr + at + 1, t.ptr + end), "page");
        field(d, PAGE_SIZE, page ? "PAGE" : "NUMPAGES");
        t = (struct str){t.ptr + end + 1, t.len - end - 1};
    }
    buf_addz(d->out, "</w:p>");
}

static void put_footer(struct docx *d, bool even)
{
    buf_addz(d->out, XML_HEAD "<w:ftr " NS ">");
    if (d->layout->page_number.len) {
        put_page_number(d, even);
        small(d, "", d->paper->number, STR("left"));
    } else
        buf_addz(d->out, HAIRLINE);
    buf_addz(d->out, "</w:ftr>");
}

/* --- the file ------------------------------------------------------------------------------- */

#define REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define PKG "http://schemas.openxmlformats.org/package/2006/"
#define WORD_TYPE "application/vnd.openxmlformats-officedocument.wordprocessingml."

static const char types_xml[] = XML_HEAD
    "<Types xmlns=\"" PKG "content-types\">"
    "<Default Extension=\"rels\" "
    "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
    "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
    "<Default Extension=\"png\" ContentType=\"image/png\"/>"
    "<Override PartName=\"/word/document.xml\" ContentType=\"" WORD_TYPE "document.main+xml\"/>"
    "<Override PartName=\"/word/styles.xml\" ContentType=\"" WORD_TYPE "styles+xml\"/>"
    "<Override PartName=\"/word/header1.xml\" ContentType=\"" WORD_TYPE "header+xml\"/>"
    "<Override PartName=\"/word/footer1.xml\" ContentType=\"" WORD_TYPE "footer+xml\"/>"
    "<Override PartName=\"/word/footer2.xml\" ContentType=\"" WORD_TYPE "footer+xml\"/>"
    "<Override PartName=\"/word/settings.xml\" ContentType=\"" WORD_TYPE "settings+xml\"/>"
    "<Override PartName=\"/docProps/core.xml\" "
    "ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/></Types>";
static const char rels_xml[] = XML_HEAD
    "<Relationships xmlns=\"" PKG "relationships\">"
    "<Relationship Id=\"rId1\" Type=\"" REL "officeDocument\" Target=\"word/document.xml\"/>"
    "<Relationship Id=\"rId2\" Type=\"" PKG "relationships/metadata/core-properties\" "
    "Target=\"docProps/core.xml\"/></Relationships>";
static const char document_rels_xml[] =
    XML_HEAD "<Relationships xmlns=\"" PKG "relationships\">"
             "<Relationship Id=\"rId1\" Type=\"" REL "styles\" Target=\"styles.xml\"/>"
             "<Relationship Id=\"rId2\" Type=\"" REL "header\" Target=\"header1.xml\"/>"
             "<Relationship Id=\"rId3\" Type=\"" REL "footer\" Target=\"footer1.xml\"/>"
             "<Relationship Id=\"rId6\" Type=\"" REL "footer\" Target=\"footer2.xml\"/>"
             "<Relationship Id=\"rId5\" Type=\"" REL "settings\" Target=\"settings.xml\"/>";
static const char settings_xml[] =
    XML_HEAD "<w:settings " NS "><w:evenAndOddHeaders/></w:settings>";

static void put_properties(struct docx *d)
{
    buf_addz(d->out, XML_HEAD "<cp:coreProperties xmlns:cp=\"" PKG "metadata/core-properties\" "
                              "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>");
    docx_text(d, d->paper->title);
    buf_addz(d->out, "</dc:title></cp:coreProperties>");
}

struct writing {
    struct package *package;
    struct docx *docx;
    struct buf part;
    bool failed; /* a part was longer than a buffer can be */
};

static void flush(struct writing *w, const char *name)
{
    w->failed |= !buf_ok(&w->part);
    package_add(w->package, name, buf_str(&w->part));
    buf_reset(&w->part);
}

static void put_parts(struct writing *w, const struct paper_stamp *s, const struct qr *q)
{
    struct docx *d = w->docx;
    package_add(w->package, "[Content_Types].xml", str_of(types_xml));
    package_add(w->package, "_rels/.rels", str_of(rels_xml));
    put_document(d, s);
    flush(w, "word/document.xml");
    buf_addz(d->out, document_rels_xml);
    if (q)
        buf_addz(d->out,
                 "<Relationship Id=\"rId4\" Type=\"" REL "image\" Target=\"media/qr.png\"/>");
    buf_addz(d->out, "</Relationships>");
    flush(w, "word/_rels/document.xml.rels");
    put_styles(d);
    flush(w, "word/styles.xml");
    put_header(d);
    flush(w, "word/header1.xml");
    put_footer(d, false);
    flush(w, "word/footer1.xml");
    put_footer(d, true);
    flush(w, "word/footer2.xml");
    package_add(w->package, "word/settings.xml", str_of(settings_xml));
    put_properties(d);
    flush(w, "docProps/core.xml");
    if (q) {
        qr_png(d->out, q, QR_PIXELS);
        flush(w, "word/media/qr.png");
    }
}

/* A certificate is one page, as in print. */
static void fit_page(struct docx *d)
{
    const struct paper_layout *whole = d->layout;
    double room = whole->height - whole->top - whole->bottom;
    for (double scale = 0.95;
         !whole->page_number.len && height_of(d) > room && scale >= PAPER_LEAST; scale -= 0.05)
        d->layout = paper_layout_smaller(whole, scale, d->arena);
    if (height_of(d) > room)
        d->layout = whole;
}

err_t paper_docx(struct buf *out, const struct paper *p, const struct paper_stamp *s,
                 struct arena *a, struct err *e)
{
    struct paper_style style;
    struct docx d = {.paper = p, .style = &style, .arena = a};
    struct writing w = {.docx = &d};
    struct qr q;
    err_t rc = paper_style_read(&style, STR_NONE, a, e);
    if (rc == OK)
        rc = paper_style_layout(&d.layout, &style, p->layout, e);
    if (rc == OK && s->check_url.len)
        rc = qr_of(&q, s->check_url, a, e);
    if (rc != OK)
        return rc;
    fit_page(&d);
    w.package = package_new();
    buf_init(&w.part, 0);
    d.out = &w.part;
    put_parts(&w, s, s->check_url.len ? &q : NULL);
    buf_clear(&w.part);
    rc = package_end(w.package, out, e);
    return rc == OK && w.failed
               ? err_set(e, E_LIMIT,
                         "the paper is too long to be made: give the long text as an attachment")
               : rc;
}
