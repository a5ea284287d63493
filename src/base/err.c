/* Setting an error's kind and sentence. The text is formatted at once into the
 * caller's struct, so that it outlives what it names; a thread-local "last error"
 * was rejected, for it must be cleared and a stale one gets shown. Errno's usual
 * refusals have sentences of our own: strerror's cannot be translated by us. */
#include "base/err.h"
#include "base/msg.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A cut sentence ends in "…" and never inside a UTF-8 sequence. */
static void mark_cut(char *text, size_t cap)
{
    size_t at = cap - sizeof("…");
    while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80)
        at--;
    memcpy(text + at, "…", sizeof("…"));
}

static void format(char *out, size_t cap, const char *fmt, va_list args)
{
    int n = vsnprintf(out, cap, fmt, args);
    if (n < 0)
        out[0] = '\0';
    else if ((size_t)n >= cap)
        mark_cut(out, cap);
}

static void set(struct err *e, err_t kind, enum err_of of, const char *fmt, va_list args)
{
    if (!e)
        return;
    e->kind = kind;
    e->of = of;
    e->line = 0;
    format(e->text, sizeof(e->text), msg(fmt), args);
}

err_t(err_set)(struct err *e, err_t kind, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    set(e, kind, ERR_OURS, fmt, args);
    va_end(args);
    return kind;
}

err_t(err_store)(struct err *e, err_t kind, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    set(e, kind, ERR_STORE, fmt, args);
    va_end(args);
    return kind;
}

err_t(err_full)(struct err *e, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    set(e, E_IO, ERR_SPACE, fmt, args);
    va_end(args);
    return E_IO;
}

/* The usual refusals of the operating system, in our words so that they have a
 * translation; another one is told as the C library tells it. */
static const char *errno_text(int errnum, char *room, size_t cap)
{
    switch (errnum) {
    case ENOENT:
        return msg("there is no such file or folder");
    case EACCES:
    case EPERM:
        return msg("permission denied");
    case EEXIST:
        return msg("it exists already");
    case ENOTDIR:
        return msg("a part of the path is no folder");
    case EISDIR:
        return msg("it is a folder");
    case ENOSPC:
    case EDQUOT:
        return msg("no space is left on the disk");
    case EROFS:
        return msg("the disk is read-only");
    case EMFILE:
    case ENFILE:
        return msg("too many files are open");
    case ENAMETOOLONG:
        return msg("the name is too long");
    case ELOOP:
        return msg("too many symbolic links");
    case EFBIG:
        return msg("the file would be too large");
    case EIO:
        return msg("the disk reports an error");
    case EINVAL:
        return msg("not possible here");
    case EPIPE:
        return msg("nobody reads the output any more");
    case ENOMEM:
        return msg("out of memory");
    case EAGAIN:
        return msg("not possible at the moment");
    case EADDRNOTAVAIL:
        return msg("this machine does not have that address");
    default:
        /* The GNU strerror_r: thread-safe, may return a static string. */
        return strerror_r(errnum, room, cap);
    }
}

/* For want of what others hold now, or of what they let go of soon. */
static bool is_passing(int errnum)
{
    return errnum == EMFILE || errnum == ENFILE || errnum == ENOMEM;
}

err_t(err_errno)(struct err *e, int errnum, const char *fmt, ...)
{
    err_t kind = is_passing(errnum) ? E_BUSY : E_IO;
    if (e) {
        char what[ERR_TEXT_MAX], why[128];
        va_list args;
        va_start(args, fmt);
        format(what, sizeof(what), msg(fmt), args);
        va_end(args);
        const char *text = errno_text(errnum, why, sizeof(why));
        e->kind = kind;
        e->of = errnum == ENOSPC || errnum == EDQUOT ? ERR_SPACE : ERR_MACHINE;
        e->line = 0;
        if (snprintf(e->text, sizeof(e->text), msg("%s: %s"), what, text) >= (int)sizeof(e->text))
            mark_cut(e->text, sizeof(e->text));
    }
    return kind;
}

void err_note(struct err *e, const char *fmt, ...)
{
    if (!e)
        return;
    char context[ERR_TEXT_MAX], rest[ERR_TEXT_MAX];
    va_list args;
    va_start(args, fmt);
    format(context, sizeof(context), msg(fmt), args);
    va_end(args);
    memcpy(rest, e->text, sizeof(rest));
    if (snprintf(e->text, sizeof(e->text), msg("%s: %s"), context, rest) >= (int)sizeof(e->text))
        mark_cut(e->text, sizeof(e->text));
}

err_t err_pass(struct err *e, err_t rc, const struct err *of)
{
    if (rc != OK && e)
        *e = *of;
    return rc;
}

bool err_is_down(const struct err *e)
{
    /* E_NOTFOUND of a store: the database is not there. */
    return e->of == ERR_STORE && (e->kind == E_IO || e->kind == E_BUSY || e->kind == E_NOTFOUND);
}

const char *err_told(const struct err *e)
{
    bool fault = e->kind == E_IO || e->kind == E_CORRUPT || e->kind == E_INTERNAL;
    if (e->of == ERR_SPACE)
        return msg(N_("no space is left where this instance keeps its data: nothing was written; "
                      "its administrator makes room, then try again"));
    if (err_is_down(e))
        return msg(N_("the store is not to be reached at the moment; try again later"));
    if (e->kind == E_BUSY && e->of == ERR_MACHINE)
        return msg(N_("the server has too much to do at the moment; try again later"));
    if (fault || e->of == ERR_MACHINE)
        return msg(N_("a fault of the program or of its machine; its administrator finds what it "
                      "is in the log"));
    if (e->of == ERR_OURS)
        return e->text;
    return e->kind == E_CONFLICT
               ? msg(N_("somebody else wrote the same at the same moment; read again what is there "
                        "and try again"))
               : msg(N_("the store does not take what was sent"));
}

const char *err_kind_name(err_t kind)
{
    switch (kind) {
    case OK:
        return "ok";
#define X(name, text)                                                                              \
    case E_##name:                                                                                 \
        return text;
        ERR_KINDS(X)
#undef X
    }
    return "unknown";
}
