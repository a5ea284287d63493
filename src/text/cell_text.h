/* What a spreadsheet's stored values look like as text: shared by the readers
 * of XLSX and XLS. */
#ifndef TEXT_CELL_TEXT_H
#define TEXT_CELL_TEXT_H
#include "base/buf.h"

#define CELL_NUMBER_MAX 352 /* bytes of the longest number text: 1e308 written out */

/* The shortest decimal text that reads back as `x`, without exponent. Not
 * finite: empty. *lossy: it needs more than the 15 digits a spreadsheet keeps. */
size_t cell_number(char out[CELL_NUMBER_MAX], double x, bool *lossy);

/* Whether a number format shows a date or time (ECMA-376 part 1, 18.8.30; the
 * codes of [MS-XLS] 2.4.126 are the same). `id`: built-in formats below 164. */
bool cell_format_id_is_date(unsigned id);
bool cell_format_is_date(struct str code);

#define CELL_DATE_MAX 32

/* A date serial as YYYY-MM-DD, with a time of day as "YYYY-MM-DD HH:MM:SS",
 * below one day as HH:MM:SS; 0 where it is no date (then write the number). */
size_t cell_date(char out[CELL_DATE_MAX], double serial, bool from_1904);
#endif
