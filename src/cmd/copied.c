/* Exit 1 where something is damaged: all else was done, and it is named. */
#include "cmd/copied.h"
#include <stdio.h>

void copied_begin(struct buf *b, struct jout *j)
{
    jout_begin(j, b);
}

static int code_of(const struct copied *c)
{
    return c->damaged_count > 0 ? EXIT_FAULT_FOUND : EXIT_DONE;
}

int copied_end(const struct app *app, struct buf *b, struct jout *j, const struct copied *c)
{
    jout_pair_i64(j, "tables", (int64_t)c->tables);
    jout_pair_i64(j, "rows", (int64_t)c->rows);
    jout_pair_i64(j, "files", (int64_t)c->files);
    jout_pair_i64(j, "entries", (int64_t)c->entries);
    jout_pair_strs(j, "damaged", c->damaged, c->damaged_count);
    jout_pair_double(j, "seconds", c->seconds);
    jout_end_object(j);
    int code = print_json(app, b);
    buf_clear(b);
    return code == EXIT_DONE ? code_of(c) : code;
}

int copied_say(const struct copied *c, const char *sentence)
{
    for (size_t i = 0; i < c->damaged_count; i++)
        say(stdout, sentence, STR_ARG(c->damaged[i]));
    return code_of(c);
}
