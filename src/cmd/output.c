/* What commands print: errors, JSON documents, tables. */
#include "base/mem.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "cmd/cmd.h"
#include <stdarg.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COLUMN_GAP 2
#define WIDE_OUTPUT 100000 /* not a terminal: cut nothing */

static int exit_code_of(err_t kind)
{
    switch (kind) {
    case OK:
        return EXIT_DONE;
    case E_INVALID:
    case E_LIMIT:
    case E_NOTFOUND:
    case E_CONFLICT:
    case E_DENIED:
        return EXIT_REFUSED;
    case E_BUSY:
    case E_IO:
    case E_CORRUPT:
    case E_INTERNAL:
        return EXIT_STORE;
    }
    return EXIT_STORE;
}

/* U+0080 to U+009F are controls too: a terminal obeys U+009B as it does ESC [. */
static bool drives_a_terminal(uint32_t c, bool one_line)
{
    return c == UTF8_BAD || c == 0x7f || (c >= 0x80 && c < 0xa0) ||
           (c < 0x20 && (one_line || (c != '\n' && c != '\t')));
}

static void put_harmless(FILE *to, struct str s, bool one_line)
{
    size_t from = 0;
    for (size_t at = 0; at < s.len;) {
        size_t next = at;
        if (drives_a_terminal(utf8_next(s, &next), one_line)) {
            fwrite(s.ptr + from, 1, at - from, to);
            fputs("\xEF\xBF\xBD", to);
            from = next;
        }
        at = next;
    }
    fwrite(s.ptr + from, 1, s.len - from, to);
}

void say_str(FILE *to, struct str s)
{
    put_harmless(to, s, false);
}

void say_line(FILE *to, struct str s)
{
    put_harmless(to, s, true);
}

void say(FILE *to, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (len < 0)
        return; /* larger than INT_MAX: nothing that a person reads */
    char *text = mem_alloc((size_t)len + 1);
    va_start(args, fmt);
    (void)vsnprintf(text, (size_t)len + 1, fmt, args);
    va_end(args);
    say_str(to, (struct str){text, (size_t)len});
    free(text);
}

int fail(const struct app *app, const struct err *e)
{
    fputs("zhiyun: ", stderr);
    say_line(stderr, str_of(e->text));
    fputc('\n', stderr);
    if (app->json) {
        struct buf b;
        struct jout j;
        buf_init(&b, 0);
        jout_init(&j, &b);
        jout_object(&j);
        jout_name(&j, "error");
        jout_object(&j);
        jout_name(&j, "kind");
        jout_z(&j, err_kind_name(e->kind));
        jout_name(&j, "message");
        jout_z(&j, e->text);
        jout_end_object(&j);
        jout_end_object(&j);
        (void)print_json(app, &b);
        buf_clear(&b);
    }
    return exit_code_of(e->kind);
}

int print_json(const struct app *app, const struct buf *json)
{
    (void)app;
    if (!buf_ok(json)) {
        fprintf(stderr, "zhiyun: %s\n", msg("the answer is too large to print; ask for less"));
        return EXIT_STORE;
    }
    if (fwrite(json->ptr, 1, json->len, stdout) != json->len || fputc('\n', stdout) == EOF ||
        fflush(stdout) != 0) {
        fprintf(stderr, "zhiyun: %s\n", msg("cannot write the answer to standard output"));
        return EXIT_STORE;
    }
    return EXIT_DONE;
}

static unsigned terminal_width(void)
{
    struct winsize size;
    if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return WIDE_OUTPUT;
}

/* The longest prefix of at most `width` display columns. */
static struct str cut_to_width(struct str s, unsigned width)
{
    if (utf8_width(s) <= width)
        return s;
    size_t pos = 0;
    while (pos < s.len) {
        size_t next = pos;
        (void)utf8_next(s, &next);
        if (utf8_width((struct str){s.ptr, next}) > width)
            break;
        pos = next;
    }
    return (struct str){s.ptr, pos};
}

static void print_cell(struct str text, unsigned width, bool right, bool last)
{
    unsigned used = utf8_width(text), pad = used < width ? width - used : 0;
    if (right)
        printf("%*s", (int)pad, "");
    say_line(stdout, text);
    if (!last)
        printf("%*s", (int)((right ? 0 : pad) + COLUMN_GAP), "");
}

void print_table(const struct table *t)
{
    unsigned width[32] = {0}, left = terminal_width();
    size_t columns = t->columns < ARRAY_LEN(width) ? t->columns : ARRAY_LEN(width);
    for (size_t c = 0; c < columns; c++) {
        for (size_t r = 0; r < t->rows; r++) {
            unsigned w = utf8_width(t->cells[r * t->columns + c]);
            if (w > width[c])
                width[c] = w;
        }
        if (c + 1 < columns)
            left = left > width[c] + COLUMN_GAP ? left - width[c] - COLUMN_GAP : 1;
    }
    for (size_t r = 0; r < t->rows; r++) {
        for (size_t c = 0; c < columns; c++) {
            bool last = c + 1 == columns;
            struct str cell = t->cells[r * t->columns + c];
            print_cell(last ? cut_to_width(cell, left) : cell, last ? 0 : width[c],
                       t->right && t->right[c], last);
        }
        putchar('\n');
    }
}
