/* A list as an Excel workbook: one row for each item of its JSON, the columns that its resource names. Lists
 * of records have workbooks of their own (/records/{type}/export.xlsx), which the right to export guards. */
#ifndef API_LIST_BOOK_H
#define API_LIST_BOOK_H
#include "api/resource.h"

#define LIST_BOOK_ROWS_MAX 20000 /* a year of a province has a tenth of it */

struct packs;
struct record_types;
/* Where the words of codes come from. */
struct book_words {
    struct packs *packs;
    const struct record_types *types;
    const struct jvalue *item; /* the row */
    struct arena *a;
};

struct book_column {
    const char *path; /* of a member of the item ("due.days_left"); NULL ends the list */
    const char *head;
    /* The word for a code in the language of the request, or an empty text; NULL: the value is no code. */
    struct str (*word)(const struct book_words *w, struct str code);
};

/* The parameter `format` of every list that has a workbook. */
extern const struct parameter list_book_parameter;
/* Does it answer with `items`? */
bool list_has_items(const struct resource *resource);
/* Whether `format=xlsx` or the header Accept asks for it. */
bool list_book_is_asked(const struct resource *resource, const struct request *r);
/* If `format=xlsx` or the header Accept asks for it, replace *out, a reply with the first page as JSON, by the
 * workbook of this and all further pages. Columns that no row fills are left out. E_LIMIT: more rows than
 * LIST_BOOK_ROWS_MAX. */
MUST_CHECK err_t list_book(struct reply *out, const struct resource *resource,
                           const struct request *r, struct err *e);
#endif
