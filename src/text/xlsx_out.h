/* Writing a table as an Excel workbook, row by row in constant memory. All
 * cells are text, so that long numbers and leading zeros stay as they are. The
 * same rows give the same bytes. */
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

/* Write the file and free; *cut is the number of cells cut, may be NULL. */
MUST_CHECK err_t xlsx_out_finish(struct xlsx_out *x, size_t *cut, struct err *e);

/* Free without a file; accepts NULL. */
void xlsx_out_drop(struct xlsx_out *x);
#endif
