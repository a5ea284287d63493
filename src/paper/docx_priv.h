/* Shared by the files that write Word. */
#ifndef PAPER_DOCX_PRIV_H
#define PAPER_DOCX_PRIV_H
#include "paper/style.h"

struct docx {
    const struct paper *paper;
    const struct paper_style *style;
    const struct paper_layout *layout;
    struct buf *out; /* the part that is written */
    struct arena *arena;
};

/* &, <, > and " escaped; characters that XML cannot hold are left out. */
void docx_text(struct docx *d, struct str s);
/* <w:rFonts …/><w:sz …/> of a font at a size in points. */
void docx_font(struct docx *d, const struct paper_font *f, double size);
/* `kept`: its last row is on the page of what follows. */
void docx_table(struct docx *d, const struct paper_block *b, bool kept);
#endif
