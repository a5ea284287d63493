/* Shared by the files of zhiyun-paper. A paper is laid out twice: once to count its pages, once to
 * draw them. Everything is in points; y grows downwards. */
#ifndef PAPER_PRESS_H
#define PAPER_PRESS_H
#include "base/vec.h"
#include "paper/style.h"
#include <cairo-pdf.h>
#include <pango/pangocairo.h>

struct press_job {
    struct paper paper;
    struct str digest, entry, check_url;
    struct str own_fonts; /* an administrator's fonts.yaml */
};

/* --- fonts (fonts.c) ------------------------------------------------------------------ */
struct press_fonts {
    const struct paper_style *style;
    const char **families; /* for each font: the faces there are, as pango takes them */
    const struct paper_substitution *substitutions;
    size_t substitution_count;
};
/* Fonts of the system and of the folder. False: there is no font at all. */
bool press_fonts_find(struct press_fonts *out, const struct paper_style *s, const char *folder,
                      struct arena *a);
PangoFontDescription *press_font(const struct press_fonts *f, const struct paper_font *font,
                                 double size);

/* --- pages (page.c) ------------------------------------------------------------------- */
struct press {
    const struct press_job *job;
    const struct paper_style *style;
    const struct paper_layout *layout;
    struct press_fonts fonts;
    struct arena *arena;
    cairo_t *cr;
    bool measuring;
    int page, pages; /* pages: 0 while they are counted */
    int begun;       /* the first page of the text, or of what is annexed */
    double y, left, width, bottom;
    VEC(uint32_t) missing; /* code points that no font has */
    /* How high the label of a group is on each page on which it stands: known when its rows are laid
     * out, and wanted before, as a label is read before what it labels. */
    VEC(double) group_heights;
    size_t groups_drawn;
    size_t title_of;   /* table of which the titles are on this page … */
    double title_y;    /* … from here on */
    size_t block, end; /* block that is drawn; first of the paper's end (paper_end) */
    double end_height; /* with the foot; 0: so high that nothing is kept with it */
    size_t tail;       /* first behind what is annexed; SIZE_MAX: nothing is */
    double tail_height;
    bool imprint_flows; /* it is so high that it is text like any other */
    double sunk;     /* how far a framed paper begins below the top, to stand in the middle … */
    double text_end; /* … of the room above its foot: where its last block ended */
    bool thin;       /* a last page, of the text or of what is annexed, has little on it */
};
/* The block that is drawn is the last before the end, or before the foot behind what is annexed, which does not fit
 * below y. */
bool end_pushed(const struct press *p, double y);
#define END_LINES 2 /* of what is before the end go with it, where there are so many */
#define FRAME_BELOW                                                                                \
    14.0 /* a frame stands so far below the text, and the checks of the paper below the frame */
void page_begin(struct press *p);
void page_end(struct press *p); /* its foot, and out */
/* Next page. */
void page_turn(struct press *p);
/* Nothing while pages are counted. */
void tag_begin(struct press *p, const char *name);
void tag_end(struct press *p, const char *name);
bool press_ok(const struct press *p);

/* A text in a font, `width` wide (0: as wide as it is), whose lines are put by line_draw. */
struct text_run {
    PangoLayout *layout;
    int lines;
    double size, line; /* points */
};
struct text_run text_run(struct press *p, const struct paper_font *font, double size, double line,
                         struct str text, double width, enum paper_align align);
/* Line n with the top of its slot at y. */
void line_draw(struct press *p, const struct text_run *t, int n, double x, double y);
void text_run_free(struct text_run *t);
/* Whether each line has room for what is not broken in it. */
bool has_room(PangoLayout *layout);
/* A number with what it counts, a day, a clause are not broken over lines (blocks.c). */
void keep_numbers(struct press *p, struct text_run *t);

void press_blocks(struct press *p); /* blocks.c */
/* What a framed paper of one page leaves empty between its text and its foot, once they are laid out. */
double press_spare(const struct press *p);
void press_foot(struct press *p);
void press_table(struct press *p, const struct paper_block *b); /* table.c */
/* How much of it stands together where it begins: its head and first row; of a row that does not fit into `room`
 * and would leave more than a third of the page empty (`left`) the first lines. */
double press_table_opens(struct press *p, const struct paper_block *b, double room, double left);
#endif
