/* Log lines on stderr, held together by the stream's lock, and in the file of the day
 * where log_keep was called. No buffer of our own: a line that waits in a buffer is lost
 * in the crash it would have explained. */
#include "base/log.h"
#include "base/date.h"
#include "base/limits.h"
#include "base/msg.h"
#include "base/utf8.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* --- files ------------------------------------------------------------------------ */

#define FILE_HEAD "zhiyun-"
#define FILE_TAIL ".log"
#define FILE_NAME_LEN (sizeof(FILE_HEAD "YYYY-MM-DD" FILE_TAIL) - 1)

/* Under the lock of stderr. */
static struct {
    char *folder; /* NULL: none are kept */
    unsigned days;
    const struct clock *clock;
    char name[FILE_NAME_LEN + 1];
    FILE *file;
    bool failed; /* it was said once */
} kept = {.clock = &clock_system};

static int is_kept(const struct dirent *d)
{
    return strlen(d->d_name) == FILE_NAME_LEN &&
           strncmp(d->d_name, FILE_HEAD, strlen(FILE_HEAD)) == 0 &&
           strcmp(d->d_name + FILE_NAME_LEN - strlen(FILE_TAIL), FILE_TAIL) == 0;
}

static void remove_oldest(void)
{
    struct dirent **files;
    int count = scandir(kept.folder, &files, is_kept, alphasort);
    int folder = open(kept.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (int i = 0; i < count; i++) {
        if (folder >= 0 && (unsigned)i + kept.days < (unsigned)count)
            (void)unlinkat(folder, files[i]->d_name, 0); /* else with the next one */
        free(files[i]);
    }
    if (count >= 0)
        free(files);
    if (folder >= 0)
        close(folder);
}

static bool open_of_day(const char *when)
{
    char name[sizeof(kept.name)], path[PATH_BYTES_MAX];
    (void)snprintf(name, sizeof(name), FILE_HEAD "%.10s" FILE_TAIL, when);
    if (kept.file && strcmp(name, kept.name) == 0)
        return true;
    if (kept.file)
        fclose(kept.file);
    memcpy(kept.name, name, sizeof(name));
    (void)snprintf(path, sizeof(path), "%s/%s", kept.folder, name);
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    kept.file = fd >= 0 ? fdopen(fd, "ae") : NULL;
    if (kept.file)
        remove_oldest();
    return kept.file != NULL;
}

static void put_json(FILE *out, enum log_level level, const char *when, const char *text)
{
    fprintf(out, "{\"time\":\"%s\",\"level\":\"%s\",\"message\":\"", when, names[level]);
    put_escaped(out, text, true);
    fputs("\"}\n", out);
}

/* What cannot be kept is said on stderr, once until it can be again. */
static void keep_line(enum log_level level, const char *when, const char *text)
{
    bool good = open_of_day(when);
    if (good) {
        put_json(kept.file, level, when, text);
        good = fflush(kept.file) == 0;
    }
    if (!good && !kept.failed)
        put_json(stderr, LOG_ERROR, when,
                 msg(N_("the log cannot be kept in its folder; look at the disk")));
    kept.failed = !good;
}

err_t log_keep(const char *folder, unsigned days, const struct clock *clock, struct err *e)
{
    char when[21];
    if (days < LOG_DAYS_LEAST)
        return err_set(e, E_INVALID, "a log is kept for at least %d days (half a year), not %u",
                       LOG_DAYS_LEAST, days);
    kept.folder = strdup(folder);
    kept.days = days;
    kept.clock = clock;
    time_format(when, clock_now_ms(clock));
    return open_of_day(when) ? OK : err_errno(e, errno, "cannot keep the log in %s", folder);
}

/* --- lines -------------------------------------------------------------------------- */

void log_line(enum log_level level, const char *fmt, ...)
{
    char text[2048], when[21];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof(text), msg(fmt), args);
    va_end(args);
    if (n >= (int)sizeof(text)) /* a cut log line is still a log line, and UTF-8 */
        text[utf8_cut(str_of(text), sizeof(text) - 2).len] = '\0';
    flockfile(stderr); /* lines of several threads must not mix */
    time_format(when, clock_now_ms(kept.clock));
    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "%s %s ", when, names[level]);
        put_escaped(stderr, text, false);
        fputc('\n', stderr);
    } else {
        put_json(stderr, level, when, text);
    }
    if (kept.folder)
        keep_line(level, when, text);
    funlockfile(stderr);
}
