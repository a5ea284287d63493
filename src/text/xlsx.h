/* Rows of an Excel workbook (Office Open XML, ECMA-376), all its visible and
 * hidden sheets in the order of their tabs, by zip.h and expat.
 *
 * Memory: the shared strings (each once), and one row. A sheet is read as it
 * streams; cells it leaves out are empty cells, row numbers are those a person
 * sees. Cells with a date format give YYYY-MM-DD (with a time: " HH:MM:SS"),
 * booleans TRUE and FALSE. A part with a DOCTYPE is refused. */
#ifndef TEXT_XLSX_H
#define TEXT_XLSX_H
#include "text/rows.h"

/* `file` must outlive the reader (stream_map gives it). After E_INVALID or
 * E_LIMIT rows_next goes on with the next sheet, after a row with a value beyond
 * COLUMNS_MAX with the next row. */
MUST_CHECK err_t xlsx_open(struct rows *out, struct bytes file, struct err *e);

/* The same rows, each cell of a merged column of cells with the value of the first. */
MUST_CHECK err_t xlsx_open_merged(struct rows *out, struct bytes file, struct err *e);
#endif
