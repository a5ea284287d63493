/* The records of a JSON file one at a time, so that memory stays at one record
 * however long the file is. Found by looking at the content:
 *
 *   [ {…}, {…} ]                      elements of the outermost array
 *   {"meta":…, "docs":[ {…}, … ]}     elements of an array under a known path
 *   {…}⏎{…}⏎                          JSON Lines (LF, CRLF or CR; blank lines)
 *   {…} {…}                           values one after the other
 *
 * Content is UTF-8 with or without byte order mark (else put encoding.h's
 * stream in between). */
#ifndef TEXT_JSON_SPLIT_H
#define TEXT_JSON_SPLIT_H
#include "text/json.h"
#include "text/stream.h"

struct json_split;

struct json_element {
    const struct jvalue *value; /* in the arena of json_split_next */
    struct str text;            /* its bytes; borrowed until the next call */
    int64_t line;               /* it starts on, from 1 */
    int64_t number;             /* of the element, from 1 */
    size_t duplicates;          /* names that stood twice in one object: the last value counts */
};

/* `paths`: NULL-terminated names of arrays of records inside an outermost
 * object, steps joined by '/', e.g. {"docs", "response/docs", NULL}; may be
 * NULL. They must outlive the reader. The stream stays the caller's. */
MUST_CHECK err_t json_split_open(struct json_split **out, struct stream *in,
                                 const char *const *paths, struct err *e);

/* The next element; *has false at the end. E_INVALID (with line and column) and
 * E_LIMIT (longer than RECORD_BYTES_MAX) are about one element; out->line and
 * out->number then tell which. The next call goes on behind it where that place
 * can be found (always in JSON Lines), else gives the end. An error of
 * the stream below is told once, then it is the end. */
MUST_CHECK err_t json_split_next(bool *has, struct json_element *out, struct json_split *s,
                                 struct arena *a, struct err *e);

/* Whether reading stopped before the end of the file: damage after which no
 * next element could be found. */
bool json_split_gave_up(const struct json_split *s);

void json_split_close(struct json_split *s); /* accepts NULL */
#endif
