/* Repairs the typesetting of a source text for print: removes blanks between two Han characters, or between a Han
 * character and a digit, and makes half-width marks of Chinese text full-width. The words stay. For words of a policy
 * that are shown; never for what is kept, compared or digested, nor for what somebody entered. */
#ifndef TEXT_TYPOGRAPHY_H
#define TEXT_TYPOGRAPHY_H
#include "base/arena.h"
#include "base/str.h"

/* Blanks (also U+3000, no line breaks) go where a Han character or a full-width mark stands on both sides of
 * them, or on one side and a digit on the other. , : ; ? ! become full-width where one stands on either side; a pair
 * of round brackets where one stands before, behind or within it. `s` is UTF-8; the result lies in `a`. */
struct str typography_mended(struct str s, struct arena *a);
#endif
