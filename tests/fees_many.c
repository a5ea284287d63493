/* fees_many: the annual fees of many patents, for another program to compute again (annual_fees_test.py). A line of stdin is the
 * JSON of a record, a line of stdout its rows; the working days are those of the built-in table. */
#include "base/buf.h"
#include "matter/annual_fee.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void)
{
    struct arena *a = arena_new();
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    const struct date today = {2026, 11, 20};

    while ((len = getline(&line, &room, stdin)) > 0) {
        const struct jvalue *record, *rows;
        struct err e = {0};
        struct buf b;
        struct jout j;
        arena_reset(a);
        if (jin_parse(&record, (struct str){line, (size_t)len}, a, &e) != OK ||
            annual_fees(&rows, NULL, record, today, a, &e) != OK) {
            fprintf(stderr, "fees_many: %s\n", e.text);
            return 2;
        }
        buf_init(&b, 0);
        jout_init(&j, &b);
        jout_value(&j, rows);
        fwrite(b.ptr, 1, b.len, stdout);
        putchar('\n');
        buf_clear(&b);
    }
    free(line);
    arena_free(a);
    return fflush(stdout) == 0 ? 0 : 2;
}
