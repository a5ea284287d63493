/* The text of a file, for looking at it before it is fetched: Word, presentations and
 * OFD by their XML, workbooks row by row, plain text from its encoding, PDF by a program
 * of its own (src/pdf), which a hostile file can take nothing from. */
#ifndef MODEL_FILE_TEXT_H
#define MODEL_FILE_TEXT_H
#include "base/buf.h"
#include "model/file_kind.h"

#define FILE_TEXT_MAX ((size_t)100 << 10) /* bytes */

struct file_text {
    struct str text; /* UTF-8, in the arena, without control characters but tab and line feed */
    bool whole;      /* nothing was left out at the end */
};

/* pdf_program: NULL, there is none. E_INVALID: no text can be had of this file; the
 * sentence says why. E_BUSY, here as in what follows: its reader was not done in minutes, or was ended from outside,
 * which says nothing of the file. */
MUST_CHECK err_t file_text_read(struct file_text *out, const struct file_view *v,
                                const struct file_kind *kind, const char *pdf_program,
                                struct arena *a, struct err *e);

/* E_INVALID: to read it takes more processor time, memory or rights than the program has: it is made to harm who
 * reads it. */
MUST_CHECK err_t file_pdf_check(const struct file_view *v, const char *pdf_program, struct err *e);

/* A PNG or JPEG as a grey picture of at most 1,000 pixels a side (PGM, "P5"), by the same program. */
MUST_CHECK err_t file_pictures(struct buf *out, const struct file_view *v, const char *pdf_program,
                               struct err *e);
/* Of a PDF its text, as file_text_read gives it, and its first pages as such pictures, one after the
 * other: *pictures lies in `out`, which is filled. One start of the program serves for both. */
MUST_CHECK err_t file_pdf_print(struct file_text *text, struct str *pictures, struct buf *out,
                                const struct file_view *v, const char *pdf_program, struct arena *a,
                                struct err *e);

/* A PDF with a line on each page, by the same program; at most `out`'s maximum. */
MUST_CHECK err_t file_pdf_mark(struct buf *out, const struct file_view *v, struct str line,
                               const char *pdf_program, struct arena *a, struct err *e);
#endif
