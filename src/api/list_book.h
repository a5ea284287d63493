/* Any list as an Excel workbook with a row for each item of its JSON. It runs after the handlers,
 * so lists need no code for it. Lists of records have their own workbooks
 * (/records/{type}/export.xlsx), which need the right to export. */
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
/* If `format=xlsx` or the header Accept asks for it: *out, a reply with the first page as JSON,
 * becomes the workbook of this and all further pages. One column per member, in order of first
 * occurrence. Dates are dates, times China time. E_LIMIT: more rows than LIST_BOOK_ROWS_MAX. */
MUST_CHECK err_t list_book(struct reply *out, const struct resource *resource,
                           const struct request *r, struct err *e);
#endif
