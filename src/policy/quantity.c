/* Numbers are read first, each with the words right before it and behind its unit; what an
 * enumeration says once (至少1家企业、1家银行) holds for each of its numbers. */
#include "policy/quantity.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "policy/sentences.h"

#define BEHIND_LETTERS 8 /* within which 以上 follows a number: "20个工作日以内" */

struct reading {
    struct str s;
    struct arena *arena;
    VEC(struct quantity) list;
};

static bool is_at(struct str s, size_t at, const char *word)
{
    return at <= s.len && str_starts((struct str){s.ptr + at, s.len - at}, str_of(word));
}

static bool ends_at(struct str s, size_t end, const char *word)
{
    return str_ends((struct str){s.ptr, end}, str_of(word));
}

/* --- numerals -------------------------------------------------------------------------- */

/* 0 to 9, ASCII or full width; -1: none. *next: behind it. */
static int digit_at(struct str s, size_t at, size_t *next)
{
    *next = at;
    if (at >= s.len)
        return -1;
    uint32_t c = utf8_next(s, next);
    if (c >= '0' && c <= '9')
        return (int)(c - '0');
    return c >= 0xFF10 && c <= 0xFF19 ? (int)(c - 0xFF10) : -1;
}

static size_t read_digits(wide *out, struct str s, size_t at)
{
    size_t next, end = at;
    wide n = 0, part = MILLION;
    for (int d; (d = digit_at(s, end, &next)) >= 0 && next - at < 18; end = next)
        n = n * 10 + d;
    *out = n * MILLION;
    if (end == at || end >= s.len || s.ptr[end] != '.' || digit_at(s, end + 1, &next) < 0)
        return end;
    end++;
    for (int d; (d = digit_at(s, end, &next)) >= 0; end = next)
        *out += d * (part /= 10);
    return end;
}

/* The value of a Chinese digit (a) or rank (b); both 0: it is neither, but for 零. */
static bool numeral_at(struct str s, size_t at, size_t *next, int *digit, wide *rank)
{
    static const char *const digits[] = {"零", "一", "二", "三", "四",
                                         "五", "六", "七", "八", "九"};
    static const struct {
        const char *word;
        wide rank;
    } ranks[] = {{"十", 10}, {"百", 100}, {"千", 1000}, {"万", 10000}, {"亿", 100000000}};
    *digit = -1;
    *rank = 0;
    for (int i = 0; i < 10; i++)
        if (is_at(s, at, digits[i]))
            *digit = i;
    if (is_at(s, at, "〇"))
        *digit = 0;
    if (is_at(s, at, "两"))
        *digit = 2;
    for (size_t i = 0; i < ARRAY_LEN(ranks); i++)
        if (is_at(s, at, ranks[i].word))
            *rank = ranks[i].rank;
    *next = at + strlen("一"); /* each of them has three bytes */
    return *digit >= 0 || *rank > 0;
}

/* 二十五, 三百, 一万二千; 二〇二五 digit by digit. */
static size_t read_numerals(wide *out, struct str s, size_t at)
{
    wide whole = 0, section = 0, digit = 0, rank;
    size_t end = at, next;
    for (int d; end - at < 48 && numeral_at(s, end, &next, &d, &rank); end = next) {
        if (d >= 0) {
            digit = end > at && digit > 0 && rank == 0 ? digit * 10 + d : d;
        } else if (rank >= 10000) {
            if (end == at)
                break; /* 万 alone is no number */
            whole = (whole + section + digit) * rank;
            section = digit = 0;
        } else {
            section += (digit || end > at ? digit : 1) * rank;
            digit = 0;
        }
    }
    *out = (whole + section + digit) * MILLION;
    return end;
}

static size_t read_number(wide *out, struct str s, size_t at)
{
    size_t end = read_digits(out, s, at);
    if (end == at)
        return read_numerals(out, s, at);
    if (is_at(s, end, "万")) {
        *out *= 10000;
        end += strlen("万");
    }
    if (is_at(s, end, "亿")) {
        *out *= 100000000;
        end += strlen("亿");
    }
    return end;
}

/* --- bounds ----------------------------------------------------------------------------- */

struct bound_word {
    const char *word;
    enum compare bound;
};

/* The longer ones first: 不少于 is no 少于. */
static const struct bound_word before[] = {
    {"不得少于", CMP_GE}, {"不得低于", CMP_GE}, {"不应少于", CMP_GE}, {"不应低于", CMP_GE},
    {"不得超过", CMP_LE}, {"不得高于", CMP_LE}, {"不得多于", CMP_LE}, {"不应超过", CMP_LE},
    {"不能超过", CMP_LE}, {"不能少于", CMP_GE}, {"不少于", CMP_GE},   {"不低于", CMP_GE},
    {"不小于", CMP_GE},   {"不超过", CMP_LE},   {"未超过", CMP_LE},   {"不高于", CMP_LE},
    {"不多于", CMP_LE},   {"不大于", CMP_LE},   {"至少有", CMP_GE},   {"至少", CMP_GE},
    {"最少", CMP_GE},     {"达到", CMP_GE},     {"达", CMP_GE},       {"满", CMP_GE},
    {"超过", CMP_GT},     {"超出", CMP_GT},     {"高于", CMP_GT},     {"多于", CMP_GT},
    {"大于", CMP_GT},     {"低于", CMP_LT},     {"少于", CMP_LT},     {"小于", CMP_LT},
    {"不足", CMP_LT},     {"不到", CMP_LT},     {"至多", CMP_LE},     {"最多", CMP_LE}};
static const struct bound_word negated[] = {{"不满", CMP_LT},   {"未满", CMP_LT},
                                            {"不达", CMP_LT},   {"未达", CMP_LT},
                                            {"未达到", CMP_LT}, {"不达到", CMP_LT}};
static const struct bound_word behind[] = {
    {"以上", CMP_GE}, {"以下", CMP_LE}, {"以内", CMP_LE}, {"之内", CMP_LE}, {"以外", CMP_GT}};

/* The bound of the number at `from`, with words between: 不得超过补助总额的20%. */
static bool bound_far_before(enum compare *out, struct str s, size_t from)
{
    size_t start = from, best = 0;
    while (start > 0) { /* back to a mark, or to another number */
        size_t last = start - 1, next;
        while (last > 0 && ((unsigned char)s.ptr[last] & 0xC0) == 0x80)
            last--;
        next = last;
        if (!source_is_word(utf8_next(s, &next)) || digit_at(s, last, &next) >= 0)
            break;
        start = last;
    }
    bool found = false;
    for (size_t i = 0; i < ARRAY_LEN(before); i++) {
        struct str word = str_of(before[i].word), part = {s.ptr + start, from - start};
        size_t at = str_find(part, word, 0);
        if (word.len > strlen("达") && at < part.len && at + word.len > best) {
            best = at + word.len; /* the longer word of one place stands first */
            *out = before[i].bound;
            found = true;
        }
    }
    return found;
}

static bool bound_before(enum compare *out, struct str s, size_t from)
{
    for (size_t i = 0; i < ARRAY_LEN(negated); i++)
        if (ends_at(s, from, negated[i].word)) {
            *out = negated[i].bound;
            return true;
        }
    for (size_t i = 0; i < ARRAY_LEN(before); i++)
        if (ends_at(s, from, before[i].word)) {
            *out = before[i].bound;
            return true;
        }
    return false;
}

/* The next bound behind the unit, before a mark of punctuation or another number. */
static bool bound_behind(enum compare *out, struct str s, size_t at)
{
    size_t next;
    for (int n = 0; n < BEHIND_LETTERS && at < s.len; n++) {
        for (size_t i = 0; i < ARRAY_LEN(behind); i++)
            if (is_at(s, at, behind[i].word)) {
                *out = behind[i].bound;
                return true;
            }
        if (digit_at(s, at, &next) >= 0)
            return false;
        uint32_t c = utf8_next(s, &at);
        if (!source_is_word(c))
            return false;
    }
    return false;
}

/* Nothing but an enumeration lies between. */
static bool is_enumerated(struct str s, size_t from, size_t end)
{
    struct str between = {s.ptr + from, end - from};
    static const char *const stops[] = {"，", ",", "。", "；", ";", "：", "且", "但", "其中"};
    for (size_t i = 0; i < ARRAY_LEN(stops); i++)
        if (str_contains(between, str_of(stops[i])))
            return false;
    return str_contains(between, STR("、"));
}

static void find_bound(struct reading *r, struct quantity *q)
{
    const struct quantity *last = r->list.len ? &r->list.ptr[r->list.len - 1] : NULL;
    q->bounded = bound_before(&q->bound, r->s, q->from) || bound_behind(&q->bound, r->s, q->unit) ||
                 bound_far_before(&q->bound, r->s, q->from);
    if (!q->bounded && last && last->bounded && is_enumerated(r->s, last->end, q->from)) {
        q->bounded = true;
        q->bound = last->bound;
    }
}

/* --- all together ------------------------------------------------------------------------ */

/* 百分之六十, 五分之三 at `at`. */
static size_t read_share(struct quantity *q, struct str s, size_t at)
{
    wide of, n;
    size_t end = read_numerals(&of, s, at);
    if (is_at(s, at, "百分之")) {
        of = (wide)100 * MILLION;
        end = at + strlen("百");
    }
    if (end == at || !is_at(s, end, "分之") || of == 0)
        return at;
    size_t from = end + strlen("分之");
    if ((end = read_number(&n, s, from)) == from)
        return at;
    *q = (struct quantity){
        .number = n * 100 / (of / MILLION), .from = at, .end = end, .unit = end, .percent = true};
    return end;
}

/* 翻一番: twice; 翻两番: four times. */
static size_t read_doubling(struct quantity *q, struct str s, size_t at)
{
    wide n = MILLION;
    if (!is_at(s, at, "翻"))
        return at;
    size_t end = read_number(&n, s, at + strlen("翻"));
    if (end == at + strlen("翻"))
        n = MILLION;
    if (!is_at(s, end, "番") || n > 20 * (wide)MILLION)
        return at;
    end += strlen("番");
    *q = (struct quantity){.number = ((wide)1 << (n / MILLION)) * MILLION,
                           .from = at,
                           .end = end,
                           .unit = end,
                           .times = true,
                           .bounded = true,
                           .bound = CMP_GE};
    return end;
}

static size_t read_plain(struct quantity *q, struct str s, size_t at)
{
    *q = (struct quantity){.from = at};
    size_t end = read_number(&q->number, s, at);
    q->end = q->unit = end;
    q->percent = is_at(s, end, "%") || is_at(s, end, "％");
    q->times = is_at(s, end, "倍");
    return end;
}

/* "3-6个月": the first has the unit of the second. */
static void join_range(struct reading *r, const struct quantity *q)
{
    static const char *const dashes[] = {"-", "—", "–", "～", "~", "至", "到"};
    struct quantity *last = r->list.len ? &r->list.ptr[r->list.len - 1] : NULL;
    for (size_t i = 0; last && i < ARRAY_LEN(dashes); i++)
        if (is_at(r->s, last->end, dashes[i]) && last->end + strlen(dashes[i]) == q->from) {
            last->unit = q->unit;
            last->percent |= q->percent;
            last->ranged = true;
            r->list.ptr[r->list.len].ranged = true;
        }
}

static void add(struct reading *r, struct quantity q)
{
    if (!q.bounded)
        find_bound(r, &q);
    VEC_PUSH(r->arena, &r->list, q);
    r->list.len--;
    join_range(r, &q);
    r->list.len++;
}

size_t quantities(const struct quantity **out, struct str words, struct arena *a)
{
    struct reading r = {.s = words, .arena = a};
    for (size_t at = 0; at < words.len;) {
        struct quantity q;
        size_t end = read_share(&q, words, at);
        if (end == at)
            end = read_doubling(&q, words, at);
        if (end == at)
            end = read_plain(&q, words, at);
        if (end > at && !ends_at(words, at, "第"))
            add(&r, q);
        if (end > at)
            at = end;
        else
            (void)utf8_next(words, &at);
    }
    *out = r.list.ptr;
    return r.list.len;
}

bool quantity_in(const struct quantity *q, struct str words, struct str unit)
{
    if (unit.len == 0 || str_is(unit, "%"))
        return unit.len == 0 || q->percent;
    struct str behind_it = {words.ptr + q->unit, words.len - q->unit};
    return str_starts(behind_it, unit);
}

bool words_compare(struct str words, enum compare c)
{
    enum compare said;
    for (size_t at = 0; at < words.len; (void)utf8_next(words, &at))
        if (bound_before(&said, words, at) && said == c)
            return true;
    for (size_t i = 0; i < ARRAY_LEN(behind); i++)
        if (behind[i].bound == c && str_contains(words, str_of(behind[i].word)))
            return true;
    return false;
}

enum compare compare_negated(enum compare c)
{
    static const enum compare of[] = {[CMP_GE] = CMP_LT, [CMP_GT] = CMP_LE, [CMP_LE] = CMP_GT,
                                      [CMP_LT] = CMP_GE, [CMP_EQ] = CMP_NE, [CMP_NE] = CMP_EQ};
    return of[c];
}

enum compare compare_turned(enum compare c)
{
    static const enum compare of[] = {[CMP_GE] = CMP_LE, [CMP_GT] = CMP_LT, [CMP_LE] = CMP_GE,
                                      [CMP_LT] = CMP_GT, [CMP_EQ] = CMP_EQ, [CMP_NE] = CMP_NE};
    return of[c];
}
