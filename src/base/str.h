/* Strings as pointer and length, passed by value, never NUL-terminated by
 * contract; bytes likewise. Both borrow: who owns the memory is said by the
 * function that hands one out. An empty str may have a NULL pointer. */
#ifndef BASE_STR_H
#define BASE_STR_H
#include "base/attr.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
    const char *ptr;
    size_t len;
};

struct bytes {
    const uint8_t *ptr;
    size_t len;
};

/* A str from a literal, and the two arguments of "%.*s". */
#define STR(literal) ((struct str){("" literal), sizeof(literal) - 1})
#define STR_ARG(s) (int)(s).len, (s).ptr ? (s).ptr : ""
#define STR_NONE ((struct str){NULL, 0})

static inline struct str str_of(const char *z)
{
    return (struct str){z, z ? strlen(z) : 0};
}

static inline struct str str_range(const char *from, const char *end)
{
    return (struct str){from, (size_t)(end - from)};
}

static inline struct bytes str_bytes(struct str s)
{
    return (struct bytes){(const uint8_t *)s.ptr, s.len};
}

static inline struct str bytes_str(struct bytes b)
{
    return (struct str){(const char *)b.ptr, b.len};
}

static inline bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool str_is(struct str a, const char *z)
{
    return str_eq(a, str_of(z));
}

/* Byte order, shorter first on a common prefix: <0, 0, >0. */
int str_cmp(struct str a, struct str b);
/* Orders of qsort and bsearch: of strs or of int64_t, or of structs with one as their first member. */
int str_cmp_first(const void *x, const void *y);
int i64_cmp_first(const void *x, const void *y);

/* ASCII letters compared without case; other bytes must be equal. */
bool str_eq_nocase(struct str a, struct str b);

bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
bool str_contains(struct str s, struct str part);

/* First byte offset of `part` at or after `from`; s.len when absent. */
size_t str_find(struct str s, struct str part, size_t from);

static inline bool ascii_is_digit(char c)
{
    return c >= '0' && c <= '9';
}
static inline bool ascii_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Without leading and trailing white space: ASCII blanks, NBSP, ideographic
 * space (U+3000), zero-width space and BOM. */
struct str str_trim(struct str s);

/* The part before the first `sep`; *rest becomes what follows it, and
 * {NULL, 0} when there is no further part. Loop: while (rest.ptr) … */
struct str str_split(struct str *rest, struct str sep);

/* Whole of `s` is one decimal number that fits; no sign, no blanks. */
MUST_CHECK bool str_to_u64(uint64_t *out, struct str s);
MUST_CHECK bool str_to_i64(int64_t *out, struct str s); /* optional leading '-' */
bool str_among(struct str s, const struct str *list, size_t count);

/* The place of `s` among words; `count`: it is none of them. */
size_t word_index(struct str s, const char *const *words, size_t count);
#define STR_IN(s, words) (word_index((s), (words), ARRAY_LEN(words)) < ARRAY_LEN(words))

/* The first of `count` structs whose `member`, a struct str or a const char *, is `text`; NULL: none.
 *     const struct state *s = FIND_BY(t->states, t->state_count, name, state); */
#define FIND_BY(items, count, member, text)                                                        \
    ((__typeof__(&(items)[0]))str_find_by(                                                         \
        (items), (count), sizeof((items)[0]), offsetof(__typeof__((items)[0]), member),            \
        _Generic((items)[0].member, struct str: false, const char *: true), (text)))
void *str_find_by(const void *items, size_t count, size_t size, size_t offset, bool is_word,
                  struct str text);
#endif
