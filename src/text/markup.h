/* Tables in markup as rows: OpenDocument spreadsheets (ODF 1.3 part 3, 9.1), XML spreadsheets of Excel 2003 (MS-OI29500's
 * forerunner, namespace urn:schemas-microsoft-com:office:spreadsheet), and pages of HTML, which many systems call .xls. */
#ifndef TEXT_MARKUP_H
#define TEXT_MARKUP_H
#include "text/rows.h"

/* How sure it is that bytes begin so: 0 or 90. */
int markup_is(struct bytes head);

/* `file` outlives the rows. Each innermost table is a sheet; merged cells as of text/merges.h; a cell with a stated value (a
 * date, a number) has that, any other its text, whose paragraphs and breaks end lines. A file that is cut off gives the rows
 * before the cut. E_INVALID: the archive is damaged, or no table is in the file; E_LIMIT: rows repeated beyond reason. */
MUST_CHECK err_t markup_open(struct rows *out, struct bytes file, struct err *e);
#endif
