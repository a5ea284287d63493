/* Strings are scanned for what must not stand in them and otherwise left alone. */
#include "audit/canon.h"
#include "base/limits.h"

static bool fail(struct canon *c)
{
    c->bad = true;
    return false;
}

bool canon_skip(struct canon *c, const char *text)
{
    size_t len = strlen(text);
    if (c->bad || (size_t)(c->end - c->at) < len || memcmp(c->at, text, len) != 0)
        return fail(c);
    c->at += len;
    return true;
}

/* What follows a backslash: its length, 0 for what is not written this way. */
static size_t escape_len(const char *p, const char *end)
{
    static const char short_forms[] = "\"\\bfnrt";
    if (p == end)
        return 0;
    if (*p != 'u')
        return memchr(short_forms, *p, sizeof(short_forms) - 1) ? 1 : 0;
    if (end - p < 5 || p[1] != '0' || p[2] != '0' || (p[3] != '0' && p[3] != '1'))
        return 0;
    bool hex = (p[4] >= '0' && p[4] <= '9') || (p[4] >= 'a' && p[4] <= 'f');
    int low = p[4] <= '9' ? p[4] - '0' : p[4] - 'a' + 10;
    int code = (p[3] - '0') * 16 + low;
    bool has_short = code == '\b' || code == '\f' || code == '\n' || code == '\r' || code == '\t';
    return hex && code != 0 && !has_short ? 5 : 0;
}

bool canon_string(struct str *raw, struct canon *c)
{
    if (!canon_skip(c, "\""))
        return false;
    for (const char *p = c->at; p < c->end; p++) {
        unsigned char b = (unsigned char)*p;
        if (b == '"') {
            *raw = str_range(c->at, p);
            c->at = p + 1;
            return true;
        }
        if (b < 0x20)
            break;
        if (b == '\\') {
            size_t n = escape_len(p + 1, c->end);
            if (n == 0)
                break;
            p += n;
        }
    }
    return fail(c);
}

bool canon_integer(int64_t *out, struct canon *c)
{
    const char *p = c->at;
    if (c->bad)
        return false;
    if (p < c->end && *p == '-')
        p++;
    const char *digits = p;
    while (p < c->end && *p >= '0' && *p <= '9')
        p++;
    /* No leading zero; "-0" is none either. */
    if (p == digits || (*digits == '0' && (p - digits > 1 || digits > c->at)) ||
        !str_to_i64(out, str_range(c->at, p)))
        return fail(c);
    c->at = p;
    return true;
}

bool canon_object(struct canon_walk *w, struct canon *c)
{
    *w = (struct canon_walk){.first = true};
    return canon_skip(c, "{");
}

/* Order of names as they read, without copying them: an escape stands for one
 * byte, which is that of a control character, a quote or a backslash. */
static int next_byte(struct str *s)
{
    static const char from[] = "\"\\bfnrt", to[] = "\"\\\b\f\n\r\t";
    if (s->len == 0)
        return -1;
    int b = (unsigned char)*s->ptr++;
    s->len--;
    if (b != '\\')
        return b;
    char e = *s->ptr;
    size_t len = e == 'u' ? 5 : 1;
    b = e == 'u'
            ? (s->ptr[3] - '0') * 16 + (s->ptr[4] <= '9' ? s->ptr[4] - '0' : s->ptr[4] - 'a' + 10)
            : to[(const char *)memchr(from, e, sizeof(from) - 1) - from];
    s->ptr += len;
    s->len -= len;
    return b;
}

static int compare(struct str x, struct str y)
{
    for (;;) {
        int a = next_byte(&x), b = next_byte(&y);
        if (a != b)
            return a < b ? -1 : 1;
        if (a < 0)
            return 0;
    }
}

bool canon_member(struct str *raw_name, struct canon_walk *w, struct canon *c)
{
    if (c->bad || c->at == c->end)
        return fail(c);
    if (*c->at == '}') {
        c->at++;
        return false;
    }
    if (!w->first && !canon_skip(c, ","))
        return false;
    if (!canon_string(raw_name, c) || !canon_skip(c, ":"))
        return false;
    if (!w->first && compare(w->last, *raw_name) >= 0)
        return fail(c);
    w->first = false;
    w->last = *raw_name;
    return true;
}

static bool skip_value(struct canon *c, int depth);

static bool skip_object(struct canon *c, int depth)
{
    struct canon_walk w;
    struct str name;
    for (canon_object(&w, c); canon_member(&name, &w, c);)
        if (!skip_value(c, depth))
            return false;
    return !c->bad;
}

static bool skip_array(struct canon *c, int depth)
{
    if (!canon_skip(c, "["))
        return false;
    for (bool first = true;; first = false) {
        if (c->at < c->end && *c->at == ']') {
            c->at++;
            return true;
        }
        if ((!first && !canon_skip(c, ",")) || !skip_value(c, depth))
            return false;
    }
}

static bool skip_value(struct canon *c, int depth)
{
    struct str raw;
    int64_t n;
    if (c->bad || c->at == c->end)
        return fail(c);
    switch (*c->at) {
    case '"':
        return canon_string(&raw, c);
    case 't':
        return canon_skip(c, "true");
    case 'f':
        return canon_skip(c, "false");
    case '{':
        return depth < JSON_DEPTH_MAX ? skip_object(c, depth + 1) : fail(c);
    case '[':
        return depth < JSON_DEPTH_MAX ? skip_array(c, depth + 1) : fail(c);
    default:
        return canon_integer(&n, c);
    }
}

bool canon_value(struct str *json, struct canon *c)
{
    const char *from = c->at;
    if (!skip_value(c, 0))
        return false;
    *json = str_range(from, c->at);
    return true;
}

bool canon_fields(struct str *json, struct canon *c)
{
    const char *from = c->at;
    struct canon_walk w;
    struct str name, value;
    for (canon_object(&w, c); canon_member(&name, &w, c);)
        if (!canon_value(&value, c))
            return false;
    if (c->bad)
        return false;
    *json = str_range(from, c->at);
    return true;
}

struct str canon_text(struct str raw, struct arena *a)
{
    if (raw.len == 0 || !memchr(raw.ptr, '\\', raw.len))
        return raw;
    char *to = arena_alloc(a, raw.len + 1);
    size_t len = 0;
    for (int b; (b = next_byte(&raw)) >= 0;)
        to[len++] = (char)b;
    return (struct str){to, len};
}
