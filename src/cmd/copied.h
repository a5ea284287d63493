/* What backup, restore and migrate-store say alike: how much there was, what of it is damaged. */
#ifndef CMD_COPIED_H
#define CMD_COPIED_H
#include "cmd/cmd.h"

struct copied {
    size_t tables;
    uint64_t rows, files, entries;
    const struct str *damaged; /* uploaded files */
    size_t damaged_count;
    double seconds;
};
/* Of a backup_report, restore_report or move_report. */
#define COPIED(r, seconds)                                                                         \
    ((struct copied){(r)->tables, (r)->rows, (r)->files, (r)->entries, (r)->damaged,               \
                     (r)->damaged_count, (seconds)})

/* One JSON object: begin, what is the command's own, end; the exit code. */
void copied_begin(struct buf *b, struct jout *j);
int copied_end(const struct app *app, struct buf *b, struct jout *j, const struct copied *c);

/* For people: a line for each damaged file; `sentence` takes one %.*s. The exit code. */
int copied_say(const struct copied *c, const char *sentence);
#endif
