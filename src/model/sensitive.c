/* A reader over one text: numbers are read as a whole and then told apart, words stand in a list. */
#include "model/sensitive.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "model/codes.h"

#define NUMBER_MAX 40 /* characters of a run of digits that is looked at */

struct reader {
    struct str text;
    size_t at;        /* byte */
    size_t character; /* of `at`, from 1 */
    struct arena *arena;
    VEC(struct sensitive_hit) hits;
};

/* The character at `pos`; a digit or Latin letter of full width as its twin. */
static uint32_t plain_next(struct str text, size_t *pos)
{
    uint32_t c = utf8_next(text, pos);
    bool wide = (c >= 0xFF10 && c <= 0xFF19) || (c >= 0xFF21 && c <= 0xFF3A) ||
                (c >= 0xFF41 && c <= 0xFF5A);
    return wide ? c - 0xFEE0 : c;
}

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_latin(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static struct str rest_of(const struct reader *r, size_t from)
{
    return (struct str){r->text.ptr + from, r->text.len - from};
}

static bool begins_with_any(struct str text, const char *const *words, size_t *len)
{
    for (size_t i = 0; words[i]; i++)
        if (str_starts(text, str_of(words[i]))) {
            *len = strlen(words[i]);
            return true;
        }
    return false;
}

/* --- numbers ------------------------------------------------------------------------------- */

struct number {
    char digits[NUMBER_MAX + 1]; /* without what stands between them */
    size_t count, end;           /* digits; the byte behind the last of them */
    bool pointed;                /* a comma or point stands between two */
};

/* A run of digits from r->at on; one sign may stand between two of them. An X ends it, as in the
 * number of a person. */
static void read_number(struct number *n, const struct reader *r)
{
    size_t pos = r->at;
    uint32_t sign = 0; /* behind the last digit */
    *n = (struct number){.end = r->at};
    while (pos < r->text.len && n->count < NUMBER_MAX) {
        uint32_t c = plain_next(r->text, &pos);
        if (is_digit(c) || ((c == 'x' || c == 'X') && n->count == 17 && sign == 0)) {
            n->digits[n->count++] = (char)c;
            n->end = pos;
            n->pointed |= sign == ',' || sign == '.';
            sign = 0;
        } else if (sign == 0 && n->count > 0 && (c == ' ' || c == '-' || c == ',' || c == '.')) {
            sign = c;
        } else {
            break;
        }
    }
}

static bool is_phone(const struct number *n)
{
    return n->count == 11 && !n->pointed && n->digits[0] == '1' && n->digits[1] >= '3';
}

static bool is_person(const struct number *n, struct arena *a)
{
    struct str canonical;
    return n->count == 18 && !n->pointed &&
           resident_id_parse(&canonical, str_of(n->digits), a) == CODE_RIGHT;
}

/* The bytes of a unit of money behind `from`, blanks before it included; 0: none. */
static size_t unit_of_money(const struct reader *r, size_t from)
{
    static const char *const units[] = {"元",   "万元", "亿元", "百万元", "千万元", "万人民币",
                                        "美元", "欧元", "日元", "港元",   "万美元", "万欧元",
                                        "RMB",  "CNY",  "USD",  "EUR",    NULL};
    size_t blanks = 0, len = 0;
    while (from + blanks < r->text.len && r->text.ptr[from + blanks] == ' ')
        blanks++;
    return begins_with_any(rest_of(r, from + blanks), units, &len) ? blanks + len : 0;
}

static bool behind_sign_of_money(const struct reader *r)
{
    static const char *const signs[] = {"¥", "￥", "$", "€", "人民币", "RMB", "CNY"};
    struct str before = {r->text.ptr, r->at};
    while (before.len > 0 && before.ptr[before.len - 1] == ' ')
        before.len--;
    for (size_t i = 0; i < ARRAY_LEN(signs); i++)
        if (str_ends(before, str_of(signs[i])))
            return true;
    return false;
}

static void take_hit(struct reader *r, enum sensitive_kind kind, size_t end)
{
    struct str text = {r->text.ptr + r->at, end - r->at};
    VEC_PUSH(r->arena, &r->hits, ((struct sensitive_hit){kind, r->character, text}));
}

static void move_to(struct reader *r, size_t end)
{
    r->character += utf8_length((struct str){r->text.ptr + r->at, end - r->at});
    r->at = end;
}

static void look_at_number(struct reader *r)
{
    struct number n;
    read_number(&n, r);
    size_t unit = unit_of_money(r, n.end), end = n.end + unit;
    if (is_person(&n, r->arena))
        take_hit(r, SENSITIVE_PERSON, end = n.end);
    else if (unit > 0 || behind_sign_of_money(r))
        take_hit(r, SENSITIVE_PRICE, end);
    else if (is_phone(&n))
        take_hit(r, SENSITIVE_PHONE, end = n.end);
    move_to(r, end);
}

/* --- words --------------------------------------------------------------------------------- */

static bool look_at_mark(struct reader *r)
{
    static const char *const marks[] = {"绝密",     "机密",     "秘密", "内部资料",
                                        "内部文件", "不得外传", NULL};
    size_t len = 0;
    struct str before = {r->text.ptr, r->at};
    if (!begins_with_any(rest_of(r, r->at), marks, &len))
        return false;
    if (!str_ends(before, STR("商业")))
        take_hit(r, SENSITIVE_MARK, r->at + len);
    move_to(r, r->at + len);
    return true;
}

size_t sensitive_find(const struct sensitive_hit **out, struct str text, struct arena *a)
{
    struct reader r = {.text = text, .character = 1, .arena = a};
    bool in_word = false; /* a number behind a Latin letter is part of a name: CN108192973 */
    while (r.at < text.len) {
        size_t next = r.at;
        uint32_t c = plain_next(text, &next);
        if (is_digit(c) && !in_word) {
            look_at_number(&r);
        } else if (!look_at_mark(&r)) {
            in_word = is_latin(c) || (in_word && is_digit(c));
            move_to(&r, next);
        }
    }
    *out = r.hits.ptr;
    return r.hits.len;
}
