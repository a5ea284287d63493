/* Memory that lives and dies together: one arena per request, per job, per
 * batch of imported records. Nothing taken from an arena is freed by itself.
 *
 * Not thread-safe: one thread at a time. Under AddressSanitizer each object
 * gets its own malloc, so that an overrun shows. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H
#include "base/str.h"
#include <stdarg.h>

struct arena;

struct arena *arena_new(void);
/* One for keys, passphrases and what is made of them: its memory is zeroed before it is forgotten
 * or freed. */
struct arena *arena_new_secret(void);
void arena_free(struct arena *a); /* runs cleanups, accepts NULL */

/* Forget every object (running cleanups, latest first), keep one block. */
void arena_reset(struct arena *a);

/* Zeroed, aligned for any type; never NULL. */
void *arena_alloc(struct arena *a, size_t len) __attribute__((returns_nonnull));
void *arena_array(struct arena *a, size_t count, size_t size) __attribute__((returns_nonnull));

/* A larger copy of an arena array of `len` elements; the old one stays valid. */
void *arena_regrow(struct arena *a, const void *old, size_t len, size_t new_cap, size_t size);

/* Copies carry a NUL after the last byte that is not counted in len. */
struct str arena_dup(struct arena *a, struct str s);
struct str arena_join(struct arena *a, struct str x, struct str y);
struct str arena_join_all(struct arena *a, const struct str *parts, size_t count);
struct str arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
struct str arena_vprintf(struct arena *a, const char *fmt, va_list args);

/* A NUL-terminated copy for a library's edge. */
const char *arena_cstr(struct arena *a, struct str s);

/* As in addresses: "%41" is "A", but "%00" stays; in a form or query "+" is a blank. */
struct str arena_decoded(struct arena *a, struct str s, bool form);

/* Call fn(arg) when the arena is reset or freed. */
void arena_cleanup(struct arena *a, void (*fn)(void *), void *arg);

/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *a);
#endif
