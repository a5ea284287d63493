/* A reader over one text: numbers are read as a whole and then told apart, words stand in a list. */
#include "model/sensitive.h"
#include "base/utf8.h"
#include "base/vec.h"

const char *const sensitive_kinds[] = {
    [SENSITIVE_PERSON] = "person", [SENSITIVE_PHONE] = "phone", [SENSITIVE_PRICE] = "price",
    [SENSITIVE_MARK] = "mark",     [SENSITIVE_CARD] = "card",   [SENSITIVE_MAIL] = "mail"};

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

/* What may stand once between two digits of one number; the dash of a range is none. */
static bool joins_digits(uint32_t c)
{
    return c == ' ' || c == '-' || c == ',' || c == '.' || c == 0xFF0D || c == 0x2010 ||
           c == 0x2011 || c == ')' || c == 0xFF09;
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

/* Where a group of digits ends that one sign parts from the next. */
struct stop {
    size_t count, end; /* digits up to here; the byte behind the last of them */
    bool pointed;      /* a comma or point stands between two */
    bool ragged;       /* a group before the last has fewer than four digits */
};

struct number {
    char digits[NUMBER_MAX + 1]; /* without what stands between them */
    size_t count, end;
    bool pointed, ragged;
    struct stop stops[NUMBER_MAX];
    size_t stop_count;
};

static void add_stop(struct number *n, size_t *group, bool pointed)
{
    const struct stop *before = n->stop_count ? &n->stops[n->stop_count - 1] : NULL;
    size_t from = n->stop_count > 1 ? n->stops[n->stop_count - 2].count : 0;
    bool ragged = before && (before->ragged || before->count - from < 4);
    n->stops[n->stop_count++] = (struct stop){n->count, n->end, pointed, ragged};
    *group = 0;
}

/* A run of digits from r->at on; one sign may stand between two of them, a closing bracket too, as
 * behind the code of an area. An X ends it, as in the number of a person. */
static void read_number(struct number *n, const struct reader *r)
{
    size_t pos = r->at, group = 0;
    uint32_t sign = 0; /* behind the last digit */
    bool pointed = false;
    *n = (struct number){.end = r->at};
    while (pos < r->text.len && n->count < NUMBER_MAX) {
        uint32_t c = plain_next(r->text, &pos);
        if (is_digit(c) || ((c == 'x' || c == 'X') && n->count == 17 && sign == 0)) {
            if (sign && group)
                add_stop(n, &group, pointed);
            pointed |= sign == ',' || sign == '.';
            n->digits[n->count++] = (char)c;
            n->end = pos;
            group++;
            sign = 0;
        } else if (sign == 0 && n->count > 0 && joins_digits(c)) {
            sign = c;
        } else {
            break;
        }
    }
    add_stop(n, &group, pointed);
}

/* As if it ended at that stop. */
static struct number up_to(const struct number *n, const struct stop *s)
{
    struct number out = *n;
    out.count = s->count;
    out.end = s->end;
    out.pointed = s->pointed;
    out.ragged = s->ragged;
    out.digits[s->count] = '\0';
    return out;
}

static bool is_mobile(const char *digits, size_t count)
{
    return count == 11 && digits[0] == '1' && digits[1] >= '3';
}

/* An area code of three or four digits behind its 0, seven or eight digits, an extension of up to five. */
static bool is_landline(const char *digits, size_t count)
{
    return count >= 10 && count <= 17 && digits[0] == '0' && digits[1] != '0';
}

static bool is_phone(const struct number *n)
{
    const char *d = n->digits;
    size_t abroad = strncmp(d, "0086", 4) == 0 ? 4 : strncmp(d, "86", 2) == 0 ? 2 : 0;
    if (n->pointed)
        return false;
    if (is_mobile(d, n->count) || (n->stops[0].count >= 3 && is_landline(d, n->count)))
        return true;
    if (!abroad || n->count <= abroad)
        return false;
    size_t rest = n->count - abroad; /* +86 28 88888888: without the 0 where groups tell it */
    return is_mobile(d + abroad, rest) || is_landline(d + abroad, rest) ||
           (n->stops[0].count == abroad && rest >= 9 && rest <= 11);
}

static unsigned two_digits(const char *at)
{
    return (unsigned)(at[0] - '0') * 10 + (unsigned)(at[1] - '0');
}

/* A birthday stands in it. Whether its check digit fits is all one: who mistyped it wrote of a person too. */
static bool is_person(const struct number *n)
{
    const char *d = n->digits;
    if (n->count != 18 || n->pointed || d[0] == '0' || d[0] == '9')
        return false;
    unsigned century = two_digits(d + 6), month = two_digits(d + 10), day = two_digits(d + 12);
    return century >= 18 && century <= 20 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/* Cards begin with 3 to 9; days and the numbers of offices, which begin with a year, with 1 or 2. */
static bool is_card(const struct number *n)
{
    return n->count >= 16 && n->count <= 19 && !n->pointed && !n->ragged && n->digits[0] >= '3' &&
           is_digit((unsigned char)n->digits[n->count - 1]);
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

/* Something is counted that is no money: 1万人次. */
static bool counts_things(const struct reader *r, size_t from)
{
    static const char *const things[] = {"人", "次", "家", "件", "项", "个", "吨", "户", "亩",
                                         "字", "台", "套", "辆", "条", "平", "米", "公", "份",
                                         "株", "头", "只", "册", "场", "篇", "千", NULL};
    size_t len;
    return begins_with_any(rest_of(r, from), things, &len);
}

#define SENTENCE_BYTES ((size_t)300) /* looked at before a number, and behind it */

/* The sentence around the number at hand speaks of money. */
static bool speaks_of_money(const struct reader *r, size_t end)
{
    static const char *const words[] = {
        "费",   "价",   "款",   "金额", "额度", "报酬", "收入", "收益", "成本", "融资",
        "授信", "出资", "投资", "质押", "估值", "预算", "支付", "许可", "转让", "合同",
        "成交", "资金", "利润", "产值", "营收", "经费", "奖励", "补助", "作价"};
    static const char *const ends[] = {"。", "；", ";", "\n"};
    size_t from = r->at > SENTENCE_BYTES ? r->at - SENTENCE_BYTES : 0;
    size_t to = r->text.len - end > SENTENCE_BYTES ? end + SENTENCE_BYTES : r->text.len;
    const struct str near = {r->text.ptr, to};
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        struct str mark = str_of(ends[i]);
        for (size_t at = r->at; at > from; at--)
            if (str_starts((struct str){r->text.ptr + at - 1, r->text.len - at + 1}, mark))
                from = at;
        size_t next = str_find(near, mark, end);
        if (next < to)
            to = next;
    }
    struct str sentence = {r->text.ptr + from, to - from};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_contains(sentence, str_of(words[i])))
            return true;
    return false;
}

/* The bytes of 万, 亿 … behind a number of which the sentence says that it is money; 0: none. */
static size_t unit_unsaid(const struct reader *r, size_t from)
{
    static const char *const units[] = {"百万", "千万", "百亿", "千亿", "万亿", "万", "亿", NULL};
    size_t blanks = 0, len = 0;
    while (from + blanks < r->text.len && r->text.ptr[from + blanks] == ' ')
        blanks++;
    if (!begins_with_any(rest_of(r, from + blanks), units, &len) ||
        counts_things(r, from + blanks + len) || !speaks_of_money(r, from))
        return 0;
    return blanks + len;
}

/* What a number is that ends here. */
static bool take_number(struct reader *r, const struct number *n, size_t *end)
{
    size_t unit = unit_of_money(r, n->end);
    if (unit == 0)
        unit = unit_unsaid(r, n->end);
    *end = n->end;
    if (is_person(n)) {
        take_hit(r, SENSITIVE_PERSON, n->end);
    } else if (unit > 0 || behind_sign_of_money(r)) {
        *end = n->end + unit;
        take_hit(r, SENSITIVE_PRICE, *end);
    } else if (is_phone(n)) {
        take_hit(r, SENSITIVE_PHONE, n->end);
    } else if (is_card(n)) {
        take_hit(r, SENSITIVE_CARD, n->end);
    } else {
        return false;
    }
    return true;
}

/* All of it is tried first, then less and less, group by group: behind a phone another number may stand. */
static void look_at_number(struct reader *r)
{
    struct number n;
    size_t end = r->at;
    bool found = false;
    read_number(&n, r);
    for (size_t i = n.stop_count; !found && i > 0; i--) {
        struct number part = up_to(&n, &n.stops[i - 1]);
        found = take_number(r, &part, &end);
    }
    move_to(r, found ? end : n.stops[0].end);
}

/* --- numbers in words ---------------------------------------------------------------------- */

/* 壹佰万元, 三百万元; of one sign alone (一元, 万元) only where it is a formal one. */
static bool look_at_words(struct reader *r)
{
    static const char *const plain[] = {"零", "〇", "一", "二", "三", "四", "五", "六", "七", "八",
                                        "九", "十", "百", "千", "万", "亿", "两", "点", NULL};
    static const char *const formal[] = {"壹", "贰", "貳", "叁", "參", "肆", "伍", "陆", "陸",
                                         "柒", "捌", "玖", "拾", "佰", "仟", "萬", "億", NULL};
    static const char *const units[] = {"元",   "圆",   "圓",   "块",   "人民币", "美元",
                                        "欧元", "日元", "港元", "港币", NULL};
    static const char *const large[] = {"万", "亿", "萬", "億", NULL};
    size_t end = r->at, len = 0, count = 0;
    bool is_formal = false, is_large = false;
    for (;;) {
        bool f = begins_with_any(rest_of(r, end), formal, &len);
        if (!f && !begins_with_any(rest_of(r, end), plain, &len))
            break;
        size_t of_large = 0;
        is_large = begins_with_any(rest_of(r, end), large, &of_large);
        is_formal |= f;
        end += len;
        count++;
    }
    if (count == 0)
        return false;
    bool money = begins_with_any(rest_of(r, end), units, &len) && (is_formal || count > 1);
    if (!money && is_large && count > 1 && !counts_things(r, end) && speaks_of_money(r, end)) {
        money = true;
        len = 0;
    }
    if (money)
        take_hit(r, SENSITIVE_PRICE, end += len);
    move_to(r, end);
    return true;
}

/* --- addresses ----------------------------------------------------------------------------- */

static bool is_of_mail(uint32_t c)
{
    return is_digit(c) || is_latin(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-';
}

static size_t skip_mail(struct str text, size_t at)
{
    for (size_t pos = at; pos < text.len; at = pos)
        if (!is_of_mail(plain_next(text, &pos)))
            break;
    return at;
}

static bool look_at_mail(struct reader *r)
{
    size_t name = skip_mail(r->text, r->at), domain = name, end;
    if (name == r->at || name == r->text.len)
        return false;
    uint32_t c = utf8_next(r->text, &domain);
    if (c != '@' && c != 0xFF20)
        return false;
    end = skip_mail(r->text, domain);
    while (end > domain && r->text.ptr[end - 1] == '.')
        end--;
    if (str_find((struct str){r->text.ptr + domain, end - domain}, STR("."), 0) >= end - domain)
        return false;
    take_hit(r, SENSITIVE_MAIL, end);
    move_to(r, end);
    return true;
}

/* --- words --------------------------------------------------------------------------------- */

static bool look_at_mark(struct reader *r)
{
    static const char *const marks[] = {"商业秘密", "绝密",     "机密",     "秘密",
                                        "内部资料", "内部文件", "不得外传", NULL};
    size_t len = 0;
    if (!begins_with_any(rest_of(r, r->at), marks, &len))
        return false;
    take_hit(r, SENSITIVE_MARK, r->at + len);
    move_to(r, r->at + len);
    return true;
}

size_t sensitive_find(const struct sensitive_hit **out, struct str text, struct arena *a)
{
    struct reader r = {.text = text, .character = 1, .arena = a};
    bool in_word = false; /* a number behind a Latin letter is part of a name: CN108192973 */
    bool in_mail = false; /* behind what an address may hold: it would have begun before */
    while (r.at < text.len) {
        size_t next = r.at;
        uint32_t c = plain_next(text, &next);
        bool begins = is_of_mail(c) && !in_mail;
        in_mail = is_of_mail(c);
        if (begins && look_at_mail(&r)) {
            in_word = false;
        } else if (is_digit(c) && !in_word) {
            look_at_number(&r);
        } else if (look_at_mark(&r) || look_at_words(&r)) {
            in_word = false;
        } else {
            in_word = is_latin(c) || (in_word && is_digit(c));
            move_to(&r, next);
        }
    }
    *out = r.hits.ptr;
    return r.hits.len;
}
