/* A growing byte buffer with a stated maximum. It fails stickily: after an
 * append that would pass the maximum, every call is a no-op and buf_ok() is
 * false; check once, at the end. */
#ifndef BASE_BUF_H
#define BASE_BUF_H
#include "base/err.h"
#include "base/str.h"

struct buf { /* {0}: empty, of the default maximum */
    char *ptr;
    size_t len, cap;
    size_t max; /* bytes; 0 means BUF_DEFAULT_MAX */
    bool failed;
};

#define BUF_DEFAULT_MAX ((size_t)256 << 20)

void buf_init(struct buf *b, size_t max);
void buf_clear(struct buf *b);               /* frees; usable again, keeps max */
void buf_reset(struct buf *b);               /* len 0, not failed, keeps the memory */
char *buf_grow(struct buf *b, size_t extra); /* buf_reserve, where there is no room */
struct arena;
struct str buf_take(struct buf *b, struct arena *a); /* its text, copied to `a`; then buf_clear */
void buf_addz(struct buf *b, const char *z);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Room for extra bytes at ptr+len, or NULL. */
static inline char *buf_reserve(struct buf *b, size_t extra)
{
    return b->ptr && !b->failed && b->cap - b->len >= extra ? b->ptr + b->len : buf_grow(b, extra);
}

static inline void buf_add(struct buf *b, struct str s)
{
    char *to = buf_reserve(b, s.len);
    if (to && s.len) {
        memcpy(to, s.ptr, s.len);
        b->len += s.len;
    }
}

static inline void buf_addc(struct buf *b, char c)
{
    char *to = buf_reserve(b, 1);
    if (to) {
        *to = c;
        b->len++;
    }
}

static inline bool buf_ok(const struct buf *b)
{
    return !b->failed;
}
static inline struct str buf_str(const struct buf *b)
{
    return (struct str){b->ptr, b->len};
}
#endif
