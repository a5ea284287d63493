/* The text of a file, for looking at it before it is fetched: Word, presentations and
 * OFD by their XML, workbooks row by row, plain text from its encoding, PDF by its pages. All but plain
 * text is read by a program of its own (src/pdf), which a hostile file can take nothing from. */
#ifndef MODEL_FILE_TEXT_H
#define MODEL_FILE_TEXT_H
#include "base/buf.h"
#include "model/file_kind.h"

#define FILE_TEXT_MAX ((size_t)100 << 10) /* bytes */
/* Processor time of one look; of archives, Office files and checks a second more a MiB. */
#define FILE_LOOK_SECONDS 15

struct file_text {
    struct str text; /* UTF-8, in the arena, without control characters but tab and line feed */
    bool whole;      /* nothing was left out at the end */
};

/* The content of a file as file_kind_check judges it; a PDF, and what is packed, by the reader, in its cage.
 * pdf_program, here as in what follows: that program (src/pdf); NULL: it is not installed, and no PDF is read, Office files
 * are here. E_INVALID: refused; also where to read it takes more processor time, memory or rights than the program has.
 * E_BUSY: its reader was not done in minutes, or was ended from outside, which says
 * nothing of the file. */
MUST_CHECK err_t file_check(const struct file_kind **out, const struct file_view *v,
                            struct str name, const char *pdf_program, struct arena *a,
                            struct err *e);

/* E_INVALID: no text can be had of this file; the sentence says why. */
MUST_CHECK err_t file_text_read(struct file_text *out, const struct file_view *v,
                                const struct file_kind *kind, const char *pdf_program,
                                struct arena *a, struct err *e);

/* The reader's part: appends the text of one that is no PDF, a little more than FILE_TEXT_MAX bytes where there is more. */
MUST_CHECK err_t file_text_add(struct buf *to, const struct file_view *v,
                               const struct file_kind *kind, struct err *e);

/* One page of a PDF, or a PNG or JPEG, as a PNG of so many pixels across, `line` across it (empty: none), by the same
 * program: *png lies in `out`. E_NOTFOUND: there is no page `n`. E_INVALID: it cannot be read. */
MUST_CHECK err_t file_page(struct str *png, int *pages, struct buf *out, const struct file_view *v,
                           int n, int width, struct str line, const char *pdf_program,
                           struct arena *a, struct err *e);
/* A view of bytes that lie in memory: `of` outlives it. */
struct file_view file_view_bytes(const struct bytes *of);

/* A PDF with a line on each page, by the same program; at most `out`'s maximum. */
MUST_CHECK err_t file_pdf_mark(struct buf *out, const struct file_view *v, struct str line,
                               const char *pdf_program, struct arena *a, struct err *e);
#endif
