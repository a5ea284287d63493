/* Strings as pointer and length. Blanks are what people paste into cells: ASCII
 * white space and the no-break, ideographic and zero-width spaces and the mark at
 * a file's start; no locale decides, for the same file must read alike everywhere. */
#include "base/str.h"

int str_cmp(struct str a, struct str b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int c = n ? memcmp(a.ptr, b.ptr, n) : 0;
    if (c != 0)
        return c;
    return a.len < b.len ? -1 : a.len > b.len;
}

int str_cmp_first(const void *x, const void *y)
{
    return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

int i64_cmp_first(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool str_eq_nocase(struct str a, struct str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    return true;
}

bool str_starts(struct str s, struct str prefix)
{
    return s.len >= prefix.len && str_eq((struct str){s.ptr, prefix.len}, prefix);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.len >= suffix.len &&
           str_eq((struct str){s.ptr + (s.len - suffix.len), suffix.len}, suffix);
}

size_t str_find(struct str s, struct str part, size_t from)
{
    if (from > s.len || part.len > s.len - from)
        return s.len;
    if (part.len == 0)
        return from;
    const char *found = part.len == 1 ? memchr(s.ptr + from, part.ptr[0], s.len - from)
                                      : memmem(s.ptr + from, s.len - from, part.ptr, part.len);
    return found ? (size_t)(found - s.ptr) : s.len;
}

bool str_contains(struct str s, struct str part)
{
    return part.len == 0 || str_find(s, part, 0) < s.len;
}

/* Length of the white space at the start of s; 0 where there is none. */
static size_t blank_len(struct str s)
{
    static const char wide[][4] = {"\xC2\xA0", "\xE3\x80\x80", "\xE2\x80\x8B", "\xEF\xBB\xBF"};
    if (s.len == 0)
        return 0;
    if (s.ptr[0] == ' ' || (s.ptr[0] >= '\t' && s.ptr[0] <= '\r'))
        return 1;
    for (size_t i = 0; i < ARRAY_LEN(wide); i++) {
        size_t len = i == 0 ? 2 : 3;
        if (s.ptr[0] == wide[i][0] && s.len >= len && memcmp(s.ptr, wide[i], len) == 0)
            return len;
    }
    return 0;
}

/* Whether white space can end in this byte: most texts end in another, and
 * every cell of every import is trimmed. */
static bool may_end_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == '\xA0' || c == '\x80' || c == '\x8B' ||
           c == '\xBF';
}

struct str str_trim(struct str s)
{
    for (size_t n; (n = blank_len(s)) > 0;)
        s = (struct str){s.ptr + n, s.len - n};
    while (s.len && may_end_blank(s.ptr[s.len - 1])) {
        size_t n = 0;
        for (size_t tail = 1; tail <= 3 && tail <= s.len && n == 0; tail++)
            if (blank_len((struct str){s.ptr + (s.len - tail), tail}) == tail)
                n = tail;
        if (n == 0)
            break;
        s.len -= n;
    }
    return s;
}

struct str str_split(struct str *rest, struct str sep)
{
    struct str whole = *rest;
    size_t at = str_find(whole, sep, 0);
    if (sep.len == 0 || at >= whole.len) {
        *rest = STR_NONE;
        return whole;
    }
    *rest = (struct str){whole.ptr + at + sep.len, whole.len - at - sep.len};
    return (struct str){whole.ptr, at};
}

bool str_to_u64(uint64_t *out, struct str s)
{
    uint64_t n = 0;
    if (s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        unsigned digit = (unsigned)(s.ptr[i] - '0');
        if (digit > 9 || __builtin_mul_overflow(n, 10u, &n) || __builtin_add_overflow(n, digit, &n))
            return false;
    }
    *out = n;
    return true;
}

bool str_to_i64(int64_t *out, struct str s)
{
    bool negative = s.len > 0 && s.ptr[0] == '-';
    uint64_t n = 0;
    if (negative)
        s = (struct str){s.ptr + 1, s.len - 1};
    if (!str_to_u64(&n, s) || n > (uint64_t)INT64_MAX + (negative ? 1 : 0))
        return false;
    *out = negative ? (int64_t)(0 - n) : (int64_t)n;
    return true;
}

bool str_among(struct str s, const struct str *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(s, list[i]))
            return true;
    return false;
}

size_t word_index(struct str s, const char *const *words, size_t count)
{
    size_t i = 0;
    while (i < count && !str_is(s, words[i]))
        i++;
    return i;
}

void *str_find_by(const void *items, size_t count, size_t size, size_t offset, bool is_word,
                  struct str text)
{
    const char *item = items;
    for (size_t i = 0; i < count; i++, item += size) {
        const void *member = item + offset;
        struct str is =
            is_word ? str_of(*(const char *const *)member) : *(const struct str *)member;
        if (str_eq(is, text))
            return (void *)item;
    }
    return NULL;
}
