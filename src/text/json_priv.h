/* A JSON parser that is kept from one text to the next: json.c makes it,
 * json_split.c uses it for every element. Not thread-safe. */
#ifndef TEXT_JSON_PRIV_H
#define TEXT_JSON_PRIV_H
#include "text/json.h"

struct jin;

struct jin *jin_new(void);
void jin_free(struct jin *j); /* accepts NULL */

/* As jin_parse_last; `line` is the number of the text's first line, for messages.
 * No byte order mark is skipped. duplicates NULL: equal names are refused. */
MUST_CHECK err_t jin_parse_with(const struct jvalue **out, struct jin *j, struct str text,
                                int64_t line, size_t *duplicates, struct arena *a, struct err *e);
#endif
