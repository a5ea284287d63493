/* Text of unknown encoding → UTF-8, as a stream.
 *
 * Told from the content: a byte order mark; UTF-16 without one (where its NUL
 * bytes stand); valid UTF-8, or UTF-8 with few broken bytes; GB18030 (which
 * holds GBK and GB 2312) when the pairs are common characters; CP949, Big5,
 * Shift_JIS and EUC-JP when theirs are; else Windows-1252. A text that begins in ASCII is judged where ASCII ends. */
#ifndef TEXT_ENCODING_H
#define TEXT_ENCODING_H
#include "base/arena.h"
#include "text/stream.h"

enum encoding {
    ENCODING_UTF8,
    ENCODING_UTF16LE,
    ENCODING_UTF16BE,
    ENCODING_UTF32LE,
    ENCODING_UTF32BE,
    ENCODING_GB18030,
    ENCODING_WINDOWS_1252,
    ENCODING_CP949, /* Korean: holds EUC-KR */
    ENCODING_BIG5,
    ENCODING_CP932, /* Shift_JIS */
    ENCODING_EUC_JP,
};

/* "UTF-8", "GB18030" …: as a person calls it, and as iconv does. Static. */
const char *encoding_name(enum encoding encoding);

/* The most likely encoding of a text that begins (or goes on) with `head`;
 * *bom is the length of its byte order mark, 0 without one. */
enum encoding encoding_guess(struct bytes head, size_t *bom);

/* What becomes of a byte that the encoding does not have. */
enum encoding_bad {
    ENCODING_REPLACE, /* U+FFFD, and counted */
    /* The byte 0xFF, which no UTF-8 has: for readers that check UTF-8
     * themselves and must tell a broken byte from a U+FFFD in the file. UTF-8
     * content is then passed on as it is and not counted. */
    ENCODING_MARK,
};

struct encoding_report {
    enum encoding encoding; /* UTF-8 until something else is known */
    uint64_t bad;           /* broken bytes so far */
    uint64_t first_bad;     /* offset of the first in the file */
};

/* UTF-8 without byte order mark. Takes `inner`: it is closed with the result,
 * also on error. `report` is the caller's, may be NULL, and must outlive the
 * stream. */
MUST_CHECK err_t encoding_open(struct stream **out, struct stream *inner, enum encoding_bad how,
                               struct encoding_report *report, struct err *e);

/* A short text (a file name in an archive) of unknown encoding, in the arena. */
struct str encoding_to_utf8(struct str s, struct arena *a);
#endif
