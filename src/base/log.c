/* Log lines on stderr, held together by the stream's lock. No buffer of our own,
 * no file, no rotation: the service manager has them, and a line that waits in a
 * buffer is lost in the crash it would have explained. */
#include "base/log.h"
#include "base/clock.h"
#include "base/date.h"
#include "base/msg.h"
#include "base/utf8.h"
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static const char *const names[] = {"info", "warn", "error"};

/* Control characters are written as \u00xx on a terminal too, which would obey
 * them, U+0080 to U+009F (C2 80 to C2 9F) as well. */
static void put_escaped(FILE *out, const char *s, bool json)
{
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s, next = (unsigned char)s[1];
        if (json && (c == '"' || c == '\\')) {
            fprintf(out, "\\%c", c);
        } else if (c < 0x20 || c == 0x7f) {
            fprintf(out, "\\u%04x", c);
        } else if (c == 0xc2 && next >= 0x80 && next < 0xa0) {
            fprintf(out, "\\u%04x", next);
            s++;
        } else {
            fputc(c, out);
        }
    }
}

void log_line(enum log_level level, const char *fmt, ...)
{
    char text[2048], when[21];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof(text), msg(fmt), args);
    va_end(args);
    if (n >= (int)sizeof(text)) /* a cut log line is still a log line, and UTF-8 */
        text[utf8_cut(str_of(text), sizeof(text) - 2).len] = '\0';
    time_format(when, clock_now_ms(&clock_system));
    flockfile(stderr); /* lines of several threads must not mix */
    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "%s %s ", when, names[level]);
        put_escaped(stderr, text, false);
        fputc('\n', stderr);
    } else {
        fprintf(stderr, "{\"time\":\"%s\",\"level\":\"%s\",\"message\":\"", when, names[level]);
        put_escaped(stderr, text, true);
        fputs("\"}\n", stderr);
    }
    funlockfile(stderr);
}
