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

/* Words before a number that say of what it is one. */
static const char *const kinds[] = {"合同", "项目", "发票", "凭证",     "备案",
                                    "编号", "号码", "代码", "记账凭证", "号"};

/* "No", "No." "NO：" before a digit; with its sign before whatever stands there. */
static struct str after_no(struct str s)
{
    size_t at = 2;
    bool sign = false;
    if (s.len < 3 || (s.ptr[0] | 0x20) != 'n' || (s.ptr[1] | 0x20) != 'o')
        return s;
    while (at < s.len && strchr(".: ", s.ptr[at]))
        sign |= s.ptr[at++] != ' ';
    return at < s.len && (sign || (s.ptr[at] >= '0' && s.ptr[at] <= '9'))
               ? (struct str){s.ptr + at, s.len - at}
               : s;
}

/* Without what says of which copy it was read, with brackets or without. */
static struct str without_copy(struct str s)
{
    static const char *const copies[] = {"复印件", "影印件", "扫描件", "原件",
                                         "副本",   "发票联", "抵扣联", "记账联"};
    struct str bare = str_ends(s, STR(")")) ? without(s, STR_NONE, STR(")")) : s;
    for (size_t i = 0; i < ARRAY_LEN(copies); i++)
        if (str_ends(bare, str_of(copies[i])) && bare.len > strlen(copies[i]) + 1) {
            bare = str_trim(without(bare, STR_NONE, str_of(copies[i])));
            return str_ends(bare, STR("(")) ? str_trim(without(bare, STR_NONE, STR("("))) : bare;
        }
    return s;
}

static struct str without_kind(struct str s)
{
    static const char *const signs[] = {":", "：", "#", "＃", "№", "．"};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
        if (str_starts(s, str_of(kinds[i])) && s.len > strlen(kinds[i]))
            s = str_trim(without(s, str_of(kinds[i]), STR_NONE));
    for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++)
        if (str_starts(s, str_of(signs[i])) && s.len > strlen(signs[i]))
            s = str_trim(without(s, str_of(signs[i]), STR_NONE));
    return after_no(s);
}

/* As written_bare, and without the words that say of what it is the number. */
static struct str number_alone(struct str s)
{
    struct str before;
    do {
        before = s;
        s = without_copy(without_kind(written_bare(s)));
    } while (s.len < before.len);
    return s;
}

/* A Cyrillic or Greek letter that looks like a Latin one, as that. */
static uint32_t as_seen(uint32_t c)
{
    static const struct {
        uint32_t letter;
        char latin;
    } alike[] = {{0x430, 'a'}, {0x432, 'b'}, {0x435, 'e'}, {0x456, 'i'}, {0x458, 'j'}, {0x43A, 'k'},
                 {0x43C, 'm'}, {0x43D, 'h'}, {0x43E, 'o'}, {0x440, 'p'}, {0x441, 'c'}, {0x455, 's'},
                 {0x442, 't'}, {0x443, 'y'}, {0x445, 'x'}, {0x3B1, 'a'}, {0x3B2, 'b'}, {0x3B5, 'e'},
                 {0x3B6, 'z'}, {0x3B7, 'h'}, {0x3B9, 'i'}, {0x3BA, 'k'}, {0x3BC, 'm'}, {0x3BD, 'n'},
                 {0x3BF, 'o'}, {0x3C1, 'p'}, {0x3C4, 't'}, {0x3C5, 'y'}, {0x3C7, 'x'}};
    for (size_t i = 0; i < ARRAY_LEN(alike); i++)
        if (alike[i].letter == c)
            return (uint32_t)alike[i].latin;
    return c;
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
        buf_add(key, (struct str){letter, utf8_put(letter, as_seen(c))});
        digit = class == UNICODE_DIGIT;
        gap = false;
    }
}

struct str written_key(struct str written, struct arena *a)
{
    struct buf folded, key;
    buf_init(&folded, 0);
    buf_init(&key, 0);
    unicode_fold(&folded, written_bare(written));
    add_said(&key, number_alone(written_even(buf_str(&folded), a)));
    struct str out = unicode_says(buf_str(&key)) ? arena_dup(a, buf_str(&key)) : STR_NONE;
    buf_clear(&folded);
    buf_clear(&key);
    return out;
}
