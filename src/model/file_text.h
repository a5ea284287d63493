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
 * sentence says why. */
MUST_CHECK err_t file_text_read(struct file_text *out, const struct file_view *v,
                                const struct file_kind *kind, const char *pdf_program,
                                struct arena *a, struct err *e);

/* The first pages of a PDF, or a PNG or JPEG, as grey pictures of at most 1,000 pixels a side
 * (PGM, "P5", one after the other), by the same program. */
MUST_CHECK err_t file_pictures(struct buf *out, const struct file_view *v, const char *pdf_program,
                               struct err *e);

/* A PDF with a line on each page, by the same program; at most `out`'s maximum. */
MUST_CHECK err_t file_pdf_mark(struct buf *out, const struct file_view *v, struct str line,
                               const char *pdf_program, struct arena *a, struct err *e);
#endif
