/* How papers look: reference/paper.yaml, read. Immutable; all in the arena. */
#ifndef PAPER_STYLE_H
#define PAPER_STYLE_H
#include "paper/paper.h"

enum paper_align { ALIGN_LEFT, ALIGN_CENTER, ALIGN_RIGHT };

struct paper_font {
    struct str id, word; /* `word`: the face that a Word file names */
    const struct str *faces;
    size_t face_count;
    bool bold;
};

struct role_style {
    const struct paper_font *font;
    double size, line;         /* points */
    double before, after;      /* points */
    double indent, start, end; /* characters: first line, all lines, from the right */
    double hang;               /* characters: lines after the first */
    double fit; /* a part of its size: so small it is made where one line has no room for it */
    enum paper_align align;
    bool red, rule, box,
        grid;  /* rule: a red line below; box: lines above and below; grid: `chars` */
    int level; /* of a heading; 0: none */
};

struct paper_layout {
    struct str id, page_number;                     /* "{page}", "{pages}"; empty: none */
    double width, height, top, bottom, left, right; /* points */
    double frame;                                   /* from the paper's edge; 0: none */
    int chars;                                      /* in a line of text; 0: as they come */
    bool
        foot_at_bottom; /* copies and foot are the last of the last page: 版记, GB/T 9704-2012 7.4 */
    struct role_style roles[PAPER_ROLE_COUNT]; /* all but the table's */
    struct {
        const struct paper_font *font, *label;
        double size, line, pad;
        int group;   /* thousandths of the table that a group's label takes */
        int signing; /* lines left for a signature */
    } table;
};

struct paper_style {
    const struct paper_font *fonts;
    size_t font_count;
    struct str latin;
    const struct str *words; /* over which no line of a title is broken */
    size_t word_count;
    const struct paper_layout *layouts;
    size_t layout_count;
};

/* own: text of an administrator's fonts.yaml, whose fonts take the place of those with the same
 * ids; empty: none. E_INVALID: what is wrong with it, with its line. */
MUST_CHECK err_t paper_style_read(struct paper_style *out, struct str own, struct arena *a,
                                  struct err *e);
/* E_INVALID: there is no layout of that id. */
MUST_CHECK err_t paper_style_layout(const struct paper_layout **out, const struct paper_style *s,
                                    struct str id, struct err *e);

/* All of it smaller, but for the page: a paper whose pages have no number, a certificate, is one page, where it can be
 * without letters of less than PAPER_LEAST of their size. */
#define PAPER_LEAST 0.6
const struct paper_layout *paper_layout_smaller(const struct paper_layout *l, double scale,
                                                struct arena *a);

/* What the text takes on one line, in its size, by what letters usually take: where nothing is laid out. */
double paper_ems(struct str text);
/* Block i is an office's name right above the date, or that date: the name is centred over it, the date stands as
 * its role says, and further from the right where the name has no room otherwise (GB/T 9704-2012 7.3.5). */
bool paper_signs(const struct paper *p, size_t i);
/* How such a block looks; name, day: widths of the two in points. A name to be written by hand (专家组组长（签字）：)
 * has room on its right. Any other block: its role's. */
struct role_style paper_role_style(const struct paper_layout *l, const struct paper *p, size_t i,
                                   double name, double day);

/* A text that ends in a code is made smaller rather than broken over lines: a credit code, which people copy as
 * one, to 0.8 of `size`; a digest (64 digits), which is compared, to 0.55. Any other text: `size`. In points. */
double paper_code_least(struct str text, double size);
/* The size in which it stands in one line `width` wide, by what letters usually take: where nothing is laid out. */
double paper_code_size(struct str text, double size, double width);

/* "{page}" and "{pages}" of the layout replaced. */
struct str paper_page_number(const struct paper_layout *l, int page, int pages, struct arena *a);
#endif
