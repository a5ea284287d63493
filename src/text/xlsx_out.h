/* Writing a table as an Excel workbook, row by row in constant memory. Cells are
 * text, so that long numbers and leading zeros stay as they are, but for those that are
 * said to be more. The same rows give the same bytes. Each sheet prints on A4 landscape, fit to
 * its width, with the first row and column on each page. */
#ifndef TEXT_XLSX_OUT_H
#define TEXT_XLSX_OUT_H
#include "base/err.h"
#include "base/str.h"

struct xlsx_out;

/* A new file with one sheet; an old file of that name is replaced when
 * xlsx_out_finish succeeds. Temporary files go to `tmpdir`. */
MUST_CHECK err_t xlsx_out_open(struct xlsx_out **out, const char *path, const char *sheet,
                               const char *tmpdir, struct err *e);

/* One more row. Failure is kept until xlsx_out_finish. Longer cells than
 * Excel's 32,767 UTF-16 units are cut and end in "…"; rows behind Excel's last
 * (1,048,576) go to a further sheet that repeats the first row. */
void xlsx_out_row(struct xlsx_out *x, const struct str *cells, size_t count, bool header);

/* What a cell is to Excel. A text that is not written as its kind asks stays text. */
enum xlsx_kind {
    XLSX_TEXT,
    XLSX_NUMBER, /* a whole number of at most 15 digits */
    XLSX_DATE,   /* 2026-11-20 */
    XLSX_TIME,   /* 2026-11-20 09:30:00 */
    XLSX_YUAN    /* 1234.50, also a percentage: with thousands marked */
};
struct xlsx_cell {
    enum xlsx_kind kind;
    struct str text;
};
/* As xlsx_out_row, never a header. */
void xlsx_out_cells(struct xlsx_out *x, const struct xlsx_cell *cells, size_t count);

/* End the sheet and begin another of this name (31 characters at most; the
 * program's own, not a stranger's). Rows go to the latest sheet only. */
void xlsx_out_sheet(struct xlsx_out *x, const char *name);
/* The latest sheet is not shown: lists that drop-downs refer to. */
void xlsx_out_hide(struct xlsx_out *x);
/* Column widths of the latest sheet, in characters, from column `first` on. */
void xlsx_out_width(struct xlsx_out *x, unsigned first, unsigned count, unsigned characters);

/* What Excel asks of the cells of a column, rows 2 … `rows` of the latest sheet,
 * and the hint it shows there (title of 32, text of 255 characters; longer ones are
 * cut for display). Comments are not possible in constant memory; input messages
 * are, and show where one types. */
struct xlsx_check {
    unsigned column;
    unsigned rows;
    const char *list; /* "choices!$A$1:$A$8": a drop-down; NULL: none */
    struct str title, hint;
    bool strict; /* another value is refused, else only warned of */
};
void xlsx_out_check(struct xlsx_out *x, const struct xlsx_check *c);

/* Write the file and free; *cut is the number of cells cut, may be NULL. */
MUST_CHECK err_t xlsx_out_finish(struct xlsx_out *x, size_t *cut, struct err *e);

/* Free without a file; accepts NULL. */
void xlsx_out_drop(struct xlsx_out *x);
#endif
