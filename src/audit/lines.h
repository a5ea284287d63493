/* The lines of a text that a verifier reads, in order. */
#ifndef AUDIT_LINES_H
#define AUDIT_LINES_H
#include "base/str.h"

struct lines {
    struct str rest;
    size_t number; /* of the line last taken, from 1 */
};

/* The next line without its LF. False, and an empty one: there is none, or the text stops within it. */
static inline bool lines_take(struct str *line, struct lines *l)
{
    const char *end = l->rest.len ? memchr(l->rest.ptr, '\n', l->rest.len) : NULL;
    l->number++;
    *line = STR_NONE;
    if (!end)
        return false;
    *line = str_range(l->rest.ptr, end);
    l->rest = (struct str){end + 1, l->rest.len - line->len - 1};
    return true;
}
#endif
