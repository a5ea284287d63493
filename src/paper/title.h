/* Where the lines of a title end: at the meaning, of lengths that make a trapezoid or a rhombus (GB/T 9704-2012 7.3.1:
 * 回行时，要做到词意完整，排列对称，长短适宜，间距恰当，标题排列应当使用梯形或菱形). Print and Word break alike. */
#ifndef PAPER_TITLE_H
#define PAPER_TITLE_H
#include "paper/paper.h"
#include "paper/style.h"

/* The block's text with line feeds where its lines end, in none of the style's words. room: letters to a line, in ems. What has room in one line,
 * and what has so many that it is read as text, comes back as it is. */
struct str paper_title(const struct paper_block *b, const struct paper_style *s, double room,
                       struct arena *a);
#endif
