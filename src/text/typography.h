/* What the typesetting of a source did to its words, mended for print: a blank between two Han characters, or
 * between one and a digit, goes, a half-width mark of Chinese text becomes the full-width one. The words stay. For words of a policy
 * that are shown; never for what is kept, compared or digested, nor for what somebody entered. */
#ifndef TEXT_TYPOGRAPHY_H
#define TEXT_TYPOGRAPHY_H
#include "base/arena.h"
#include "base/str.h"

/* Blanks (also U+3000, no line breaks) go where a Han character or a full-width mark stands on both sides of
 * them, or on one and a digit on the other. , : ; ? ! become full-width where one stands on either side; a pair of round brackets where one stands
 * before, behind or within it. `s` is UTF-8; the result lies in `a`. */
struct str typography_mended(struct str s, struct arena *a);
#endif
