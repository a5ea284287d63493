/* Rows of a legacy Excel file: BIFF8 (Excel 97–2003) and BIFF5/7 (Excel 5, 95)
 * inside a compound file, after Microsoft's [MS-XLS] and [MS-CFB]. All sheets
 * in the order of their tabs; cell texts as in xlsx.h. Every offset is checked;
 * damage ends the sheet with its place. */
#ifndef TEXT_XLS_H
#define TEXT_XLS_H
#include "text/rows.h"

/* Whether bytes begin as a compound file does. */
bool xls_is(struct bytes head);

/* `file` must outlive the reader (stream_map gives it). E_INVALID: no workbook
 * inside, encrypted, or an older format. */
MUST_CHECK err_t xls_open(struct rows *out, struct bytes file, struct err *e);

/* The same rows, each cell of a merged column of cells with the value of the first. */
MUST_CHECK err_t xls_open_merged(struct rows *out, struct bytes file, struct err *e);
#endif
