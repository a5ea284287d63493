/* Any list as an Excel workbook: what its JSON says, a row for each item. It stands behind the handlers, so
 * that a list needs nothing to have it. Lists of records have workbooks of their own
 * (/records/{type}/export.xlsx), which the right to export guards. */
#ifndef API_LIST_BOOK_H
#define API_LIST_BOOK_H
#include "api/resource.h"

#define LIST_BOOK_ROWS_MAX 20000 /* a year of a province has a tenth of it */

/* The parameter `format` of every list. */
extern const struct parameter list_book_parameter;
/* Does it answer with `items`? */
bool list_is(const struct resource *resource);
/* Is it a list that can be had so? */
bool list_book_is(const struct resource *resource);
/* Where `format=xlsx` or the header Accept asks for it: *out, a reply with the first page as JSON, becomes
 * the workbook of this and all further pages. A column for each member, in the order in which they first
 * come; what its cells say is list_row.h's. Dates are dates, times those of China. E_LIMIT: more rows than LIST_BOOK_ROWS_MAX. */
MUST_CHECK err_t list_book(struct reply *out, const struct resource *resource,
                           const struct request *r, struct err *e);
#endif
