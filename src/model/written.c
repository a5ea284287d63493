/* Numbers that others gave, as people write them. */
#include "base/utf8.h"
#include "model/normal.h"
#include "text/unicode.h"

static const struct {
    const char *open, *close;
} pairs[] = {{"(", ")"},   {"[", "]"},   {"{", "}"},   {"<", ">"},   {"（", "）"}, {"［", "］"},
             {"｛", "｝"}, {"【", "】"}, {"〔", "〕"}, {"〈", "〉"}, {"《", "》"}, {"「", "」"},
             {"『", "』"}, {"“", "”"},   {"‘", "’"},   {"\"", "\""}, {"'", "'"}};

static struct str without(struct str s, struct str head, struct str tail)
{
    return (struct str){s.ptr + head.len, s.len - head.len - tail.len};
}

/* Whether the first sign of the pair and the last belong together: "(A)", and not "(A)B(C)". */
static bool encloses(struct str s, struct str open, struct str close)
{
    size_t deep = 0, at = open.len, end = s.len - close.len;
    if (s.len <= open.len + close.len || !str_starts(s, open) || !str_ends(s, close))
        return false;
    while (at < end) {
        struct str rest = {s.ptr + at, end - at};
        if (str_starts(rest, close) && deep-- == 0)
            return false;
        deep += !str_starts(rest, close) && str_starts(rest, open);
        at++;
    }
    return true;
}

struct str written_bare(struct str written)
{
    struct str s = str_trim(written), before;
    do {
        before = s;
        for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
            struct str open = str_of(pairs[i].open), close = str_of(pairs[i].close);
            if (encloses(s, open, close))
                s = str_trim(without(s, open, close));
        }
        if (str_starts(s, STR("第")) && s.len > STR("第").len)
            s = str_trim(without(s, STR("第"), STR_NONE));
        if (str_ends(s, STR("号")) && s.len > STR("号").len)
            s = str_trim(without(s, STR_NONE, STR("号")));
    } while (s.len < before.len);
    return s;
}

struct str written_even(struct str s, struct arena *a)
{
    char *even = arena_array(a, s.len + 1, 1);
    size_t len = 0;
    for (size_t at = 0, from = 0; at < s.len; from = at) {
        uint32_t c = utf8_next(s, &at);
        if (c != UTF8_BAD && unicode_is_unseen(c))
            continue;
        if (c == UTF8_BAD || !unicode_is_dash(c)) {
            memcpy(even + len, s.ptr + from, at - from);
            len += at - from;
        } else if (len == 0 || even[len - 1] != '-') {
            even[len++] = '-';
        }
    }
    return (struct str){even, len};
}

/* Letters, digits and dashes of what is folded and even; a point where another sign stood between two digits. */
static void add_said(struct buf *key, struct str even)
{
    bool digit = false, gap = false;
    for (size_t at = 0; at < even.len;) {
        char letter[4];
        uint32_t c = utf8_next(even, &at);
        enum unicode_class class = c == UTF8_BAD ? UNICODE_OTHER : unicode_class(c);
        if (class == UNICODE_OTHER && c != '-') {
            gap = true;
            continue;
        }
        if (gap && digit && class == UNICODE_DIGIT)
            buf_addc(key, '.');
        buf_add(key, (struct str){letter, utf8_put(letter, c)});
        digit = class == UNICODE_DIGIT;
        gap = false;
    }
}

struct str written_key(struct str written, struct arena *a)
{
    struct buf folded = {0}, key = {0};
    unicode_fold(&folded, written_bare(written));
    add_said(&key, written_even(buf_str(&folded), a));
    struct str out = unicode_says(buf_str(&key)) ? arena_dup(a, buf_str(&key)) : STR_NONE;
    buf_clear(&folded);
    buf_clear(&key);
    return out;
}
