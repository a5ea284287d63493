/* Tables in markup as rows: OpenDocument spreadsheets (ODF 1.3 part 3, 9.1), XML spreadsheets of Excel 2003
 * (namespace urn:schemas-microsoft-com:office:spreadsheet), and pages of HTML, which many systems call .xls. */
#ifndef TEXT_MARKUP_H
#define TEXT_MARKUP_H
#include "text/rows.h"

/* Tells how sure it is that `head` begins one of these files: 0, 90 or 95. */
int markup_is(struct bytes head);

/* `file` outlives the rows. Each innermost table is a sheet. Merged cells are read as text/merges.h says. A cell has the value that the
 * markup states (a date, a number), else its text, in which paragraphs and breaks end lines. A file that is cut off gives the rows
 * before the cut. E_INVALID: the archive is damaged, or no table is in the file; E_LIMIT: a row has more than RECORD_BYTES_MAX bytes,
 * or repeated rows have more than 16 million cells. */
MUST_CHECK err_t markup_open(struct rows *out, struct bytes file, struct err *e);
#endif
