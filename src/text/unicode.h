/* Unicode for searching and comparing; tables made from ICU's data and reference/variants.csv
 * at build (tools/make_unicode.c → unicode_table.c). */
#ifndef TEXT_UNICODE_H
#define TEXT_UNICODE_H
#include "base/buf.h"
#include "base/str.h"

/* Append the search form of `s`: NFKC, case folded, variants of a character as one
 * (reference/variants.csv).
 * Bad UTF-8 becomes U+FFFD. Idempotent: fold(fold(x)) = fold(x), but for runs of
 * more than 1 KiB of combining marks, which no script writes. */
void unicode_fold(struct buf *out, struct str s);

/* As unicode_fold, but a character of 通用规范汉字表 stays itself: 甯 and 宁, 昇 and 升 are different names. */
void unicode_fold_name(struct buf *out, struct str s);

/* As unicode_fold, and for every byte of the output appended the offset in `s`
 * of the code point it came from (for highlights): offsets[i] belongs to
 * out->ptr[start + i]. The array grows in `a`. */
struct arena;
void unicode_fold_mapped(struct buf *out, uint32_t **offsets, struct str s, struct arena *a);

enum unicode_class {
    UNICODE_OTHER,  /* blanks, punctuation, symbols: separates tokens */
    UNICODE_LETTER, /* letters and marks of alphabetic scripts */
    UNICODE_DIGIT,
    UNICODE_CJK, /* Han, kana, hangul, bopomofo: written without blanks */
};
enum unicode_class unicode_class(uint32_t code_point);

/* A hyphen, dash or minus of whatever script or width; no wave (a range). */
bool unicode_is_dash(uint32_t code_point);

/* Blanks, marks that only steer or join others, and letters that fill a place (Hangul fillers, empty Braille). */
bool unicode_is_unseen(uint32_t code_point);

/* Whether `s` holds a letter, digit or Han character; marks alone say nothing (a reason of "-" is none). */
bool unicode_says(struct str s);

/* What would tear a text, or what stands beside it, out of its place: controls, ends of lines (`lines`: those and tabs may
 * stand), code points that are no characters, marks that turn the direction of what follows, more than four accents on one
 * letter (UTS #39, 5.4). A sentence of N_(); NULL: nothing. */
const char *unicode_torn(struct str s, bool lines);

/* Append `s` in Unicode normalisation form C: one spelling of each text, nothing
 * else changed. Bad UTF-8 becomes U+FFFD. */
void unicode_nfc(struct buf *out, struct str s);

/* Whether `s` is in that form and good UTF-8 at a quick look; false may still be either. */
bool unicode_is_nfc(struct str s);

/* Guess of the language of a text from its script: "zh" "ja" "ko" "en" "ru" …,
 * empty when it cannot be told. Latin script alone gives "en" only when the
 * caller says so; here it gives "". */
struct str unicode_script_lang(struct str s);
#endif
