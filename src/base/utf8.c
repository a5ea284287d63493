/* UTF-8, decoded strictly. A bad sequence costs one byte, so that the next good
 * character is found again; runs of ASCII are checked eight bytes at a time, which
 * most foreign text consists of, and what most Chinese text does is told without
 * decoding it. */
#include "base/utf8.h"

uint32_t utf8_next(struct str s, size_t *pos)
{
    const unsigned char *p = (const unsigned char *)s.ptr + *pos;
    size_t left = s.len - *pos;
    uint32_t c = p[0], least;
    size_t n;

    if (c < 0x80) {
        *pos += 1;
        return c;
    }
    if (c >= 0xC2 && c <= 0xDF)
        n = 2, c &= 0x1F, least = 0x80;
    else if ((c & 0xF0) == 0xE0)
        n = 3, c &= 0x0F, least = 0x800;
    else if (c >= 0xF0 && c <= 0xF4)
        n = 4, c &= 0x07, least = 0x10000;
    else
        n = 0, least = 0;
    if (n == 0 || n > left)
        goto bad;
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xC0) != 0x80)
            goto bad;
        c = c << 6 | (p[i] & 0x3F);
    }
    if (c < least || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        goto bad;
    *pos += n;
    return c;
bad:
    *pos += 1;
    return UTF8_BAD;
}

/* U+1000 to U+CFFF in its three bytes: what begins with neither E0 (may be overlong), nor ED
 * (may be a surrogate), nor a byte behind it. */
static bool is_common_three(const unsigned char *p)
{
    return p[0] > 0xE0 && p[0] < 0xED && (p[1] & 0xC0) == 0x80 && (p[2] & 0xC0) == 0x80;
}

size_t utf8_check(struct str s)
{
    size_t pos = 0;
    while (pos < s.len) {
        size_t at = pos;
        if (s.len - pos >= 3 && is_common_three((const unsigned char *)s.ptr + pos)) {
            pos += 3;
            continue;
        }
        /* Eight ASCII bytes at a time: most foreign text is. */
        uint64_t word;
        if (s.len - pos >= sizeof(word)) {
            memcpy(&word, s.ptr + pos, sizeof(word));
            if ((word & 0x8080808080808080u) == 0) {
                pos += sizeof(word);
                continue;
            }
        }
        if (utf8_next(s, &pos) == UTF8_BAD)
            return at;
    }
    return s.len;
}

size_t utf8_put(char out[4], uint32_t c)
{
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        c = UTF8_REPLACEMENT;
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

size_t utf8_length(struct str s)
{
    size_t n = 0;
    for (size_t pos = 0; pos < s.len; n++)
        (void)utf8_next(s, &pos);
    return n;
}

struct str utf8_cut(struct str s, size_t max_bytes)
{
    if (s.len <= max_bytes)
        return s;
    size_t len = max_bytes;
    while (len > 0 && ((unsigned char)s.ptr[len] & 0xC0) == 0x80)
        len--;
    return (struct str){s.ptr, len};
}

static unsigned code_point_width(uint32_t c)
{
    if ((c >= 0x300 && c <= 0x36F) || c == 0x200B || c == 0xFEFF)
        return 0;
    bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF && c != 0x303F) ||
                (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
                (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
                (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1F64F) ||
                (c >= 0x20000 && c <= 0x3FFFD);
    return wide ? 2 : 1;
}

unsigned utf8_width(struct str s)
{
    unsigned n = 0;
    for (size_t pos = 0; pos < s.len;)
        n += code_point_width(utf8_next(s, &pos));
    return n;
}
