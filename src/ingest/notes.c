/* What readers have to say besides records. */
#include "base/msg.h"
#include "base/vec.h"
#include "ingest/format.h"

#define NOTES_MAX 1000 /* of each kind; a file with more is told by its first */

void notes_unknown_column(struct notes *n, struct str name)
{
    if (n->unknown_columns.len >= NOTES_MAX)
        return;
    if (str_among(name, n->unknown_columns.ptr, n->unknown_columns.len))
        return;
    VEC_PUSH(n->a, &n->unknown_columns, arena_dup(n->a, name));
}

void notes_remark(struct notes *n, const char *fmt, ...)
{
    va_list args;

    if (n->remarks.len >= NOTES_MAX)
        return;
    va_start(args, fmt);
    struct str text = arena_vprintf(n->a, msg(fmt), args);
    va_end(args);
    if (str_among(text, n->remarks.ptr, n->remarks.len))
        return;
    VEC_PUSH(n->a, &n->remarks, text);
}

struct import_column import_column_dup(const struct import_column *c, struct arena *a)
{
    struct import_column copy = *c;
    copy.name = arena_dup(a, c->name);
    for (size_t i = 0; i < IMPORT_SAMPLES; i++)
        copy.sample[i] = arena_dup(a, c->sample[i]);
    return copy;
}

void item_warn(struct item *item, struct arena *a, const char *kind, struct str value)
{
    VEC_PUSH(a, &item->warnings, ((struct warning){.kind = kind, .value = value}));
}
