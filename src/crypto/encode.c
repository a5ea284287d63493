/* Written out rather than taken from OpenSSL: EVP_DecodeBlock accepts white
 * space and surplus bits, and a text with two spellings is a forgery's room. */
#include "crypto/encode.h"
#include <string.h>

void percent_add(struct buf *to, struct str text, const char *kept)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     (c && strchr(kept, c));
        if (plain)
            buf_addc(to, (char)c);
        else
            buf_addf(to, "%%%02X", c);
    }
}

void hex_write(char *out, struct bytes b)
{
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < b.len; i++) {
        out[2 * i] = hex[b.ptr[i] >> 4];
        out[2 * i + 1] = hex[b.ptr[i] & 15];
    }
    out[2 * b.len] = '\0';
}

static int hex_value(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_read(uint8_t *out, size_t len, struct str s)
{
    if (s.len != 2 * len)
        return false;
    for (size_t i = 0; i < len; i++) {
        int high = hex_value(s.ptr[2 * i]), low = hex_value(s.ptr[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_add(struct buf *to, struct bytes b)
{
    char *p = buf_reserve(to, BASE64_LEN(b.len));
    if (!p)
        return;
    for (size_t i = 0; i < b.len; i += 3) {
        size_t left = b.len - i;
        uint32_t v = (uint32_t)b.ptr[i] << 16 | (left > 1 ? (uint32_t)b.ptr[i + 1] << 8 : 0) |
                     (left > 2 ? b.ptr[i + 2] : 0);
        *p++ = alphabet[v >> 18];
        *p++ = alphabet[v >> 12 & 63];
        *p++ = left > 1 ? alphabet[v >> 6 & 63] : '=';
        *p++ = left > 2 ? alphabet[v & 63] : '=';
    }
    to->len += BASE64_LEN(b.len);
}

struct str base64_of(struct bytes b, struct arena *a)
{
    struct buf text = {0};
    base64_add(&text, b);
    return buf_take(&text, a);
}

static int base64_value(char c)
{
    return c >= 'A' && c <= 'Z'   ? c - 'A'
           : c >= 'a' && c <= 'z' ? c - 'a' + 26
           : c >= '0' && c <= '9' ? c - '0' + 52
           : c == '+'             ? 62
           : c == '/'             ? 63
                                  : -1;
}

bool base64_read(uint8_t *out, size_t *len, size_t max, struct str s)
{
    size_t at = 0;
    if (s.len % 4 != 0)
        return false;
    size_t padding = s.len == 0 ? 0 : (size_t)(s.ptr[s.len - 1] == '=') + (s.ptr[s.len - 2] == '=');
    if (s.len / 4 * 3 - padding > max)
        return false;
    for (size_t i = 0; i < s.len; i += 4) {
        bool last = i + 4 == s.len;
        size_t missing = last ? padding : 0;
        uint32_t v = 0;
        for (size_t k = 0; k < 4; k++) {
            int digit = k >= 4 - missing ? 0 : base64_value(s.ptr[i + k]);
            if (digit < 0 || (k >= 4 - missing && s.ptr[i + k] != '='))
                return false;
            v = v << 6 | (uint32_t)digit;
        }
        if ((missing == 1 && (v & 0xff)) || (missing == 2 && (v & 0xffff)))
            return false;
        for (size_t k = 0; k < 3 - missing; k++)
            out[at++] = (uint8_t)(v >> (16 - 8 * k));
    }
    *len = at;
    return true;
}

struct str base32_of(struct bytes b, struct arena *a)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    size_t len = (b.len * 8 + 4) / 5;
    char *to = arena_alloc(a, len + 1);
    for (size_t i = 0; i < len; i++) {
        size_t bit = 5 * i, at = bit / 8; /* five bits from `bit` on, zeros behind the end */
        unsigned two = (unsigned)b.ptr[at] << 8 | (at + 1 < b.len ? b.ptr[at + 1] : 0);
        to[i] = digits[two >> (11 - bit % 8) & 31];
    }
    return (struct str){to, len};
}

struct str base64url_of(struct bytes b, struct arena *a)
{
    struct str s = base64_of(b, a);
    char *p = (char *)s.ptr; /* ours: just made */
    for (size_t i = 0; i < s.len; i++)
        p[i] = s.ptr[i] == '+' ? '-' : s.ptr[i] == '/' ? '_' : s.ptr[i];
    while (s.len > 0 && s.ptr[s.len - 1] == '=')
        p[--s.len] = '\0';
    return s;
}

bool base64url_read(struct bytes *out, struct str s, struct arena *a)
{
    size_t padded = (s.len + 3) / 4 * 4;
    char *text = arena_alloc(a, padded + 1);
    uint8_t *to = arena_alloc(a, padded / 4 * 3 + 1);
    for (size_t i = 0; i < padded; i++) {
        char c = i < s.len ? s.ptr[i] : '=';
        if (i < s.len && (c == '+' || c == '/' || c == '='))
            return false;
        text[i] = c == '-' ? '+' : c == '_' ? '/' : c;
    }
    out->ptr = to;
    return base64_read(to, &out->len, padded / 4 * 3, (struct str){text, padded});
}
