/* A text that stands somewhere in a file: json.c reads it, json_split.c cuts it out. */
#ifndef TEXT_JSON_PRIV_H
#define TEXT_JSON_PRIV_H
#include "text/json.h"

/* As jin_parse; `line` is the number of the text's first line, for messages.
 * No byte order mark is skipped. */
MUST_CHECK err_t jin_parse_at(const struct jvalue **out, struct str text, int64_t line,
                              enum jin_duplicates how, size_t *duplicates, struct arena *a,
                              struct err *e);
#endif
