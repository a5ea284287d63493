/* What commands print: errors, texts, JSON documents. */
#include "base/mem.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "cmd/cmd.h"
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

int exit_code_of(err_t kind)
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
            bool blank = next == at + 1 && strchr("\n\r\t", s.ptr[at]) != NULL;
            fputs(blank ? " " : "\xEF\xBF\xBD", to);
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
        jout_begin(&j, &b);
        jout_pair_object(&j, "error");
        jout_pair_z(&j, "kind", err_kind_name(e->kind));
        jout_pair_z(&j, "message", e->text);
        jout_end_object(&j);
        jout_end_object(&j);
        (void)print_json(app, &b);
        buf_clear(&b);
    }
    return exit_code_of(e->kind);
}

int print_text(const struct app *app, const char *name, struct str text)
{
    struct jout j;
    if (!app->json) {
        fwrite(text.ptr, 1, text.len, stdout);
        return EXIT_DONE;
    }
    jout_open(&j);
    jout_pair_str(&j, name, text);
    jout_end_object(&j);
    return print_json(app, j.to);
}

void print_json_part(void *app, struct buf *text)
{
    (void)app;
    (void)fwrite(text->ptr, 1, text->len, stdout); /* a failure stays in the stream */
    buf_reset(text);
}

int print_json(const struct app *app, struct buf *json)
{
    (void)app;
    if (!buf_ok(json)) {
        fprintf(stderr, "zhiyun: %s\n", msg("the answer is too large to print; ask for less"));
        buf_clear(json);
        return EXIT_STORE;
    }
    print_json_part(NULL, json);
    (void)fputc('\n', stdout);
    buf_clear(json);
    return finish_output();
}

int finish_output(void)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return EXIT_DONE;
    if (errno == EPIPE) /* `| head` has seen enough: nobody is left to tell */
        return EXIT_STORE;
    fprintf(stderr, "zhiyun: %s\n", msg("cannot write the answer to standard output"));
    return EXIT_STORE;
}
