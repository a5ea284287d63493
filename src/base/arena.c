/* A list of blocks, bump allocation. Blocks double up to 1 MiB; an object that
 * does not fit gets a block of its own behind the current one, so that a single
 * large text does not waste the rest of it. */
#include "base/arena.h"
#include "base/mem.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#define ONE_MALLOC_EACH 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ONE_MALLOC_EACH 1
#endif
#endif
#ifndef ONE_MALLOC_EACH
#define ONE_MALLOC_EACH 0
#endif

#define FIRST_BLOCK ((size_t)4096)
#define LARGEST_BLOCK ((size_t)1 << 20)
#define ALIGNMENT ((size_t)16)

struct block {
    struct block *next;
    size_t used, cap;
    ALIGNED(16) unsigned char data[];
};

struct cleanup {
    struct cleanup *next;
    void (*fn)(void *);
    void *arg;
};

struct arena {
    struct block *head;
    struct cleanup *cleanups;
    size_t next_cap, used;
    bool secret;
};

struct arena *arena_new(void)
{
    struct arena *a = mem_zalloc(sizeof(*a));
    a->next_cap = FIRST_BLOCK;
    return a;
}

struct arena *arena_new_secret(void)
{
    struct arena *a = arena_new();
    a->secret = true;
    return a;
}

static struct block *block_new(size_t cap)
{
    struct block *b;
    size_t len;
    if (__builtin_add_overflow(sizeof(*b), cap, &len))
        len = SIZE_MAX; /* aborts with a message in mem_alloc */
    b = mem_alloc(len);
    *b = (struct block){.cap = cap};
    return b;
}

static void run_cleanups(struct arena *a)
{
    while (a->cleanups) {
        struct cleanup *c = a->cleanups;
        a->cleanups = c->next; /* lives in the arena itself: unlink before the call */
        c->fn(c->arg);
    }
}

void arena_reset(struct arena *a)
{
    run_cleanups(a);
    struct block *keep = NULL;
    for (struct block *b = a->head, *next; b; b = next) {
        next = b->next;
        if (a->secret)
            explicit_bzero(b->data, b->used);
        if (!ONE_MALLOC_EACH && !keep && b->cap <= LARGEST_BLOCK)
            keep = b;
        else
            free(b);
    }
    if (keep)
        *keep = (struct block){.cap = keep->cap};
    a->head = keep;
    a->used = 0;
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    arena_reset(a);
    free(a->head);
    free(a);
}

static void *take(struct block *b, size_t len)
{
    void *p = b->data + b->used;
    b->used += len;
    return p;
}

static size_t aligned(size_t len)
{
    return (len + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
}

void *arena_alloc(struct arena *a, size_t len)
{
    size_t need = aligned(len);
    if (need < len)
        need = len; /* overflow: block_new will abort */
    a->used += need;
    if (!ONE_MALLOC_EACH && a->head && a->head->cap - a->head->used >= need)
        return memset(take(a->head, need), 0, len);

    size_t cap = ONE_MALLOC_EACH ? len : a->next_cap;
    if (need > cap && !ONE_MALLOC_EACH)
        cap = need;
    else if (a->next_cap < LARGEST_BLOCK)
        a->next_cap *= 2;
    struct block *b = block_new(cap);
    if (!ONE_MALLOC_EACH && a->head && need * 2 > a->next_cap) {
        b->next = a->head->next; /* large object: keep filling the current block */
        a->head->next = b;
    } else {
        b->next = a->head;
        a->head = b;
    }
    return memset(take(b, ONE_MALLOC_EACH ? len : need), 0, len);
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    size_t len;
    if (__builtin_mul_overflow(count, size, &len))
        len = SIZE_MAX; /* aborts with a message in mem_alloc */
    return arena_alloc(a, len);
}

void *arena_regrow(struct arena *a, const void *old, size_t len, size_t new_cap, size_t size)
{
    void *p = arena_array(a, new_cap, size);
    if (len)
        memcpy(p, old, len * size);
    return p;
}

struct str arena_dup(struct arena *a, struct str s)
{
    char *p = arena_alloc(a, s.len + 1);
    if (s.len)
        memcpy(p, s.ptr, s.len);
    return (struct str){p, s.len};
}

struct str arena_join_all(struct arena *a, const struct str *parts, size_t count)
{
    size_t len = 0, at = 0;
    for (size_t i = 0; i < count; i++)
        len += parts[i].len;
    char *p = arena_alloc(a, len + 1);
    for (size_t i = 0; i < count; at += parts[i++].len)
        if (parts[i].len)
            memcpy(p + at, parts[i].ptr, parts[i].len);
    return (struct str){p, len};
}

struct str arena_join(struct arena *a, struct str x, struct str y)
{
    return arena_join_all(a, (struct str[]){x, y}, 2);
}

struct str arena_vprintf(struct arena *a, const char *fmt, va_list args)
{
    /* Measured where it will stand if there is room: then it need not be written twice. What does
     * not fit leaves its beginning there, which would be no place for a secret. */
    size_t room = !ONE_MALLOC_EACH && a->head && !a->secret ? a->head->cap - a->head->used : 0;
    char *here = room ? (char *)a->head->data + a->head->used : NULL;
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(here, room, fmt, again);
    va_end(again);
    if (n < 0)
        return STR("");
    if (here && aligned((size_t)n + 1) <= room) {
        a->used += aligned((size_t)n + 1);
        return (struct str){take(a->head, aligned((size_t)n + 1)), (size_t)n};
    }
    char *p = arena_alloc(a, (size_t)n + 1);
    (void)vsnprintf(p, (size_t)n + 1, fmt, args); /* measured above */
    return (struct str){p, (size_t)n};
}

struct str arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    struct str s = arena_vprintf(a, fmt, args);
    va_end(args);
    return s;
}

const char *arena_cstr(struct arena *a, struct str s)
{
    return arena_dup(a, s).ptr;
}

struct str arena_decoded(struct arena *a, struct str s, bool form)
{
    char *to = arena_alloc(a, s.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++, n++) {
        bool pair = s.ptr[i] == '%' && i + 2 < s.len && isxdigit((unsigned char)s.ptr[i + 1]);
        const char digits[] = {pair ? s.ptr[i + 1] : '\0', pair ? s.ptr[i + 2] : '\0', '\0'};
        char *rest = NULL, c = (char)strtoul(digits, &rest, 16);
        bool coded = c && rest == digits + 2;
        to[n] = coded ? c : form && s.ptr[i] == '+' ? ' ' : s.ptr[i];
        i += coded ? 2 : 0;
    }
    to[n] = '\0';
    return (struct str){to, n};
}

void arena_cleanup(struct arena *a, void (*fn)(void *), void *arg)
{
    struct cleanup *c = arena_alloc(a, sizeof(*c));
    *c = (struct cleanup){.next = a->cleanups, .fn = fn, .arg = arg};
    a->cleanups = c;
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}
