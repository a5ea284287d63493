/* UTF-8 as Unicode 15 table 3-7 has it: no overlong forms, no surrogates,
 * nothing above U+10FFFF. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H
#include "base/str.h"

#define UTF8_BAD UINT32_MAX /* not a code point: the bytes are not UTF-8 */
#define UTF8_REPLACEMENT 0xFFFD

/* Decode the code point at *pos and step over it. On a bad sequence returns
 * UTF8_BAD and steps over one byte. Call only with *pos < s.len. */
uint32_t utf8_next(struct str s, size_t *pos);

/* Offset of the first byte that is not UTF-8; s.len when all is well. */
size_t utf8_check(struct str s);

/* Write 1 to 4 bytes; returns how many. Surrogates and values above U+10FFFF
 * are written as U+FFFD. */
size_t utf8_put(char out[4], uint32_t c);

/* Number of code points (bad bytes count one each). */
size_t utf8_length(struct str s);

/* The longest prefix of at most max_bytes that does not cut a sequence. */
struct str utf8_cut(struct str s, size_t max_bytes);

/* Terminal columns: 2 for East Asian wide and full-width, 0 for combining. */
unsigned utf8_width(struct str s);
#endif
