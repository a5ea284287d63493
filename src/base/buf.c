/* Growing buffer. Room doubles up to the stated maximum, so a stranger's input
 * costs at most twice its own size. Failure sticks instead of being returned:
 * writers would otherwise test every append, and forget one. */
#include "base/buf.h"
#include "base/arena.h"
#include "base/mem.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void buf_init(struct buf *b, size_t max)
{
    *b = (struct buf){.max = max};
}

void buf_clear(struct buf *b)
{
    free(b->ptr);
    *b = (struct buf){.max = b->max};
}

void buf_reset(struct buf *b)
{
    b->len = 0;
    b->failed = false;
}

struct str buf_take(struct buf *b, struct arena *a)
{
    struct str text = arena_dup(a, buf_str(b));
    buf_clear(b);
    return text;
}

char *buf_grow(struct buf *b, size_t extra)
{
    size_t max = b->max ? b->max : BUF_DEFAULT_MAX;
    if (b->failed || extra > max - b->len) {
        b->failed = true;
        return NULL;
    }
    if (!b->ptr || b->cap - b->len < extra) {
        size_t cap = b->cap ? b->cap : max < 256 ? max : 256; /* never more than max */
        while (cap - b->len < extra)
            cap = cap > max / 2 ? max : cap * 2;
        b->ptr = mem_grow(b->ptr, cap);
        b->cap = cap;
    }
    return b->ptr + b->len;
}

void buf_addz(struct buf *b, const char *z)
{
    buf_add(b, str_of(z));
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
    char small[256];
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(small, sizeof(small), fmt, args);
    if (n >= 0 && (size_t)n < sizeof(small)) {
        buf_add(b, (struct str){small, (size_t)n});
    } else if (n >= 0) {
        char *to = buf_reserve(b, (size_t)n + 1); /* vsnprintf writes a NUL */
        if (to) {
            (void)vsnprintf(to, (size_t)n + 1, fmt, again); /* measured above */
            b->len += (size_t)n;
        }
    } else {
        b->failed = true;
    }
    va_end(again);
    va_end(args);
}
