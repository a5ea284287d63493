/* Decimal numbers stored as integers: "12.50" with two places is 1250. Money in fen, percentages
 * in hundredths, decimals by their own places. Never rounded: a text with more places is not a
 * number. */
#ifndef RECORD_SCALED_H
#define RECORD_SCALED_H
#include "base/str.h"

#define SCALED_PLACES_MAX 6
#define SCALED_TEXT_MAX 24 /* longest text with its NUL: sign, 19 digits, point */

/* The whole of `s`: an optional "-", digits, and at most `places` after a point. */
MUST_CHECK bool scaled_read(int64_t *out, struct str s, int places);

/* With all places ("12.50", "-0.05"); `room` holds it. */
struct str scaled_write(char room[SCALED_TEXT_MAX], int64_t n, int places);
#endif
