/* Words of a source, mended for print. */
#include "text/typography.h"
#include "base/utf8.h"

struct letters {
    uint32_t *at;
    size_t count;
};

static bool is_blank(uint32_t c)
{
    return c == ' ' || c == 0xA0 || c == 0x3000;
}

/* A Han character, or a mark that is as wide. */
static bool is_wide(uint32_t c)
{
    bool han = (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) ||
               (c >= 0x20000 && c <= 0x3FFFF) || c == 0x3007;
    bool quote_or_dash =
        c == 0x2014 || c == 0x2018 || c == 0x2019 || c == 0x201C || c == 0x201D || c == 0x2026;
    return han || quote_or_dash || (c > 0x3000 && c <= 0x303F) || (c >= 0xFF01 && c <= 0xFF60);
}

/* The nearest that is no blank; 0: there is none. */
static uint32_t before(const struct letters *l, size_t i)
{
    while (i > 0 && is_blank(l->at[i - 1]))
        i--;
    return i > 0 ? l->at[i - 1] : 0;
}

static uint32_t behind(const struct letters *l, size_t i)
{
    while (i + 1 < l->count && is_blank(l->at[i + 1]))
        i++;
    return i + 1 < l->count ? l->at[i + 1] : 0;
}

static void widen(uint32_t *c)
{
    *c += 0xFF01 - '!'; /* the full-width forms stand in the order of ASCII */
}

static void mend_brackets(struct letters *l, size_t open)
{
    size_t close = open + 1;
    bool any = is_wide(before(l, open));
    for (; close < l->count && l->at[close] != ')' && l->at[close] != '('; close++)
        any |= is_wide(l->at[close]);
    if (close == l->count || l->at[close] != ')' || !(any || is_wide(behind(l, close))))
        return;
    widen(&l->at[open]);
    widen(&l->at[close]);
}

static void mend_marks(struct letters *l)
{
    for (size_t i = 0; i < l->count; i++) {
        uint32_t c = l->at[i];
        if (c == '(')
            mend_brackets(l, i);
        else if ((c == ',' || c == ':' || c == ';' || c == '?' || c == '!') &&
                 (is_wide(before(l, i)) || is_wide(behind(l, i))))
            widen(&l->at[i]);
    }
}

/* Between two that are wide, or between one and a digit. */
static bool goes(uint32_t left, uint32_t right)
{
    bool left_digit = left >= '0' && left <= '9', right_digit = right >= '0' && right <= '9';
    return (is_wide(left) && (is_wide(right) || right_digit)) || (left_digit && is_wide(right));
}

struct str typography_mended(struct str s, struct arena *a)
{
    struct letters l = {arena_array(a, s.len + 1, sizeof(*l.at)), 0};
    char *out = arena_alloc(a, 3 * s.len + 1); /* a mark of one byte becomes one of three */
    size_t len = 0;
    for (size_t at = 0; at < s.len;)
        l.at[l.count++] = utf8_next(s, &at);
    mend_marks(&l);
    for (size_t i = 0; i < l.count; i++)
        if (!is_blank(l.at[i]) || !goes(before(&l, i), behind(&l, i)))
            len += utf8_put(out + len, l.at[i]);
    return (struct str){out, len};
}
