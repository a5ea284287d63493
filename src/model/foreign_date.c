/* Dates as exports and offices write them. Where day and month cannot be told
 * apart (03/05/2017) the text is no date here: nothing is guessed. Serial
 * numbers of spreadsheets are the reader's business. */
#include "base/clock.h"
#include "base/utf8.h"
#include "model/normal.h"

#define DATE_BYTES_MAX 64
#define YEAR_MIN 1474 /* the oldest patent law (Venice) */
#define YEAR_MAX 2199

/* What stands in the text: numbers, month names, and the marks after them. */
struct token {
    unsigned value;
    size_t digits; /* 0: a month name */
    char mark;     /* what follows: '.', '-', '/', ' ', 'Y' 年, 'M' 月, 'D' 日, '\0' the end */
};

static unsigned month_name(struct str word)
{
    static const char *const months[] = {"january",   "february", "march",    "april",
                                         "may",       "june",     "july",     "august",
                                         "september", "october",  "november", "december"};
    if (str_eq_nocase(word, STR("sept")))
        return 9;
    for (unsigned i = 0; i < ARRAY_LEN(months); i++) {
        struct str full = str_of(months[i]);
        if (str_eq_nocase(word, full) ||
            (word.len == 3 && str_eq_nocase(word, (struct str){full.ptr, 3})))
            return i + 1;
    }
    return 0;
}

static bool is_weekday(struct str word)
{
    static const char *const days[] = {"monday", "tuesday",  "wednesday", "thursday",
                                       "friday", "saturday", "sunday"};
    for (size_t i = 0; i < ARRAY_LEN(days); i++)
        if (str_eq_nocase(word, str_of(days[i])) ||
            (word.len == 3 && str_eq_nocase(word, (struct str){days[i], 3})))
            return true;
    return false;
}

/* ASCII with Y, M, D for 年, 月, 日; 0 when it is too long or has other letters. */
static size_t plain(char *out, struct str s)
{
    size_t n = 0;
    for (size_t at = 0; at < s.len;) {
        uint32_t c = utf8_next(s, &at);
        if (c >= 0xFF01 && c <= 0xFF5E)
            c -= 0xFEE0;
        switch (c) {
        case 0x5E74:
            c = 1;
            break;
        case 0x6708:
            c = 2;
            break;
        case 0x65E5:
        case 0x53F7:
            c = 3;
            break;
        case 0x3000:
        case 0xA0:
        case '\t':
            c = ' ';
            break;
        default:
            if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212)
                c = '-';
        }
        if (c >= 0x7F || n + 1 >= DATE_BYTES_MAX)
            return 0;
        out[n++] = (char)c;
    }
    return n;
}

/* A time of day after the date: " 00:00:00", "T12:30:00.000Z", "T00:00:00+08:00",
 * "000000" directly behind eight digits. */
static bool is_time(struct str s)
{
    if (s.len == 0)
        return true;
    size_t i = s.ptr[0] == 'T' || s.ptr[0] == ' ' ? 1 : 0, colons = 0, count = 0;
    for (; i < s.len; i++) {
        char c = s.ptr[i];
        colons += c == ':';
        count += is_digit(c);
        if (!is_digit(c) && !strchr(":.+-Z GMTUCAP", c)) /* zones and AM, PM */
            return false;
    }
    return colons > 0 && count >= 3 && count <= 17;
}

static char mark_at(struct str s, size_t *at)
{
    char mark = '\0';
    while (*at < s.len && (s.ptr[*at] == ' ' || s.ptr[*at] == ',')) {
        mark = ' ';
        (*at)++;
    }
    if (*at < s.len && strchr(".-/\1\2\3", s.ptr[*at]) && s.ptr[*at] != '\0') {
        char c = s.ptr[(*at)++];
        mark = c == 1 ? 'Y' : c == 2 ? 'M' : c == 3 ? 'D' : c;
        while (*at < s.len && (s.ptr[*at] == ' ' || s.ptr[*at] == ','))
            (*at)++;
    }
    return mark;
}

/* Up to three tokens; *rest is what follows them. False: something foreign. */
static bool tokens(struct token *out, size_t *count, struct str *rest, struct str s)
{
    size_t at = 0;
    *count = 0;
    while (at < s.len && *count < 3) {
        size_t from = at;
        struct token t = {0};
        while (at < s.len && is_digit(s.ptr[at])) {
            t.value = t.value * 10 + (unsigned)(s.ptr[at++] - '0');
            if (++t.digits > 8)
                return false;
        }
        if (t.digits == 0) {
            while (at < s.len && ascii_is_letter(s.ptr[at]))
                at++;
            struct str word = {s.ptr + from, at - from};
            t.value = month_name(word);
            if (t.value == 0 && *count == 0 && is_weekday(word)) {
                (void)mark_at(s, &at);
                continue;
            }
            if (t.value == 0)
                return false;
        } else if (t.digits == 4 && *count == 0 && at < s.len && s.ptr[at] == 'T')
            return false;
        size_t before = at;
        /* The blank or T before a time of day is no mark between parts. */
        if (*count == 2 || t.digits == 8) {
            out[(*count)++] = t;
            while (at + 1 < s.len && s.ptr[at] == ' ' && s.ptr[at + 1] == 3)
                at++;
            if (at < s.len && (s.ptr[at] == 3 || s.ptr[at] == '.'))
                at++;
            before = at;
            *rest = (struct str){s.ptr + before, s.len - before};
            return true;
        }
        t.mark = mark_at(s, &at);
        out[(*count)++] = t;
        if (at == before && at < s.len)
            return false;
    }
    *rest = (struct str){s.ptr + at, s.len - at};
    return *count > 0;
}

static bool finish(struct date *out, unsigned year, unsigned month, unsigned day)
{
    if (year < YEAR_MIN || year > YEAR_MAX || month > 12 || day > 31 || (month == 0 && day != 0))
        return false;
    struct date d = {(int)year, (int)month, (int)day};
    if (month != 0 && day != 0 && !date_valid(d))
        return false;
    *out = d;
    return true;
}

/* Three numbers of which the order does not say what each is: a year of four digits that stands last, or
 * one of two digits, first or last. With points, 03.05.2017 has the day first. */
static bool is_unordered(const struct token *t)
{
    return t[0].digits > 0 && t[0].digits <= 2 && t[1].digits > 0 && t[1].digits <= 2 &&
           t[2].digits > 0 && t[0].mark == t[1].mark &&
           (t[2].digits == 2 || (t[2].digits == 4 && t[0].mark != '.') ||
            (t[2].digits == 1 && t[0].digits == 2));
}

/* Expands a two-digit year to the latest year that is not in the future. */
static unsigned whole_year(const struct token *t)
{
    if (t->digits != 2)
        return t->value;
    struct date today = date_from_ms(clock_now_ms(&clock_system));
    unsigned year = 2000 + t->value;
    return year > (unsigned)today.year ? year - 100 : year;
}

static bool in_order(struct date *out, const struct token *t, enum day_order order)
{
    const struct token *year = order == YEAR_FIRST ? &t[0] : &t[2];
    const struct token *month = order == MONTH_FIRST ? &t[0] : &t[1];
    const struct token *day = order == DAY_FIRST ? &t[0] : order == MONTH_FIRST ? &t[1] : &t[2];
    return order != DAY_ORDER_UNKNOWN && !(order == YEAR_FIRST && t[2].digits == 4) &&
           !(order == MONTH_FIRST && t[0].mark == '.') && year->digits != 1 &&
           finish(out, whole_year(year), month->value, day->value);
}

/* Three parts in the order they stand. A two-digit year is accepted only if `order` is known. */
static bool three(struct date *out, const struct token *t, enum day_order order)
{
    const struct token *x = &t[0], *y = &t[1], *z = &t[2];
    struct date other;
    if (x->digits == 4 && y->digits > 0 && y->digits <= 2 && z->digits > 0 && z->digits <= 2)
        return finish(out, x->value, y->value, z->value);
    if (z->digits != 4)
        return is_unordered(t) && in_order(out, t, order);
    if (x->digits == 0 && y->digits > 0 && y->digits <= 2) /* May 3, 2017 */
        return finish(out, z->value, x->value, y->value);
    if (y->digits == 0 && x->digits > 0 && x->digits <= 2) /* 3 May 2017 */
        return finish(out, z->value, y->value, x->value);
    if (x->digits == 0 || x->digits > 2 || y->digits > 2)
        return false;
    if (x->mark == '.' && y->mark == '.') /* dd.mm.yyyy */
        return finish(out, z->value, y->value, x->value);
    if (!is_unordered(t))
        return false;
    if (x->value == y->value || !in_order(&other, t, MONTH_FIRST)) /* the text itself says it */
        order = DAY_FIRST;
    else if (!in_order(&other, t, DAY_FIRST))
        order = MONTH_FIRST;
    return in_order(out, t, order);
}

/* The text as tokens; false when it is no date. */
static bool date_tokens(struct token *t, size_t *count, struct str written)
{
    char text[DATE_BYTES_MAX];
    struct str rest = STR_NONE;
    struct str s = str_trim(written);
    if (s.len == 0 || s.len >= DATE_BYTES_MAX)
        return false;
    s = (struct str){text, plain(text, s)};
    if (s.len == 14) { /* 20170503000000 */
        bool all = true;
        for (size_t i = 0; i < s.len; i++)
            all = all && is_digit(s.ptr[i]);
        if (all)
            s.len = 8;
    }
    return s.len > 0 && tokens(t, count, &rest, s) && is_time(rest);
}

bool foreign_date_readings(struct date out[DAY_ORDERS], struct str written)
{
    struct token t[3] = {0};
    size_t count = 0;
    bool any = false;
    memset(out, 0, DAY_ORDERS * sizeof(*out));
    if (!date_tokens(t, &count, written) || count != 3 || !is_unordered(t))
        return false;
    for (enum day_order i = DAY_FIRST; i < DAY_ORDERS; i++)
        any |= in_order(&out[i], t, i);
    return any;
}

bool foreign_date_is_zero(struct str written)
{
    struct token t[3] = {0};
    size_t count = 0, zeros = 0, ones = 0;
    if (str_is(str_trim(written), "00:00:00"))
        return true;
    if (!date_tokens(t, &count, written) || count != 3)
        return false;
    for (size_t i = 0; i < 3; i++) {
        zeros += t[i].value == 0;
        ones += t[i].value == 1;
        if (t[i].value > 1 && t[i].value != 1900)
            return false;
    }
    return zeros > 0 && ones < 2;
}

bool foreign_date_utc(struct date *d, struct str written)
{
    struct str s = str_trim(written);
    size_t at = str_find(s, STR("T"), 0);
    if (at + 9 > s.len || !(str_ends(s, STR("Z")) || str_ends(s, STR("+00:00"))) ||
        str_cmp((struct str){s.ptr + at + 1, 2}, STR("13")) < 0)
        return false;
    if (str_eq((struct str){s.ptr + at + 3, 6}, STR(":00:00")))
        *d = date_from_days(date_to_days(*d) + 1);
    return true;
}

bool foreign_date_short_year(struct str written)
{
    struct token t[3] = {0};
    size_t count = 0;
    return date_tokens(t, &count, written) && count == 3 && t[2].digits <= 2 && is_unordered(t);
}

bool foreign_date_parse(struct date *out, struct str written)
{
    return foreign_date_parse_as(out, written, DAY_ORDER_UNKNOWN);
}

bool foreign_date_parse_as(struct date *out, struct str written, enum day_order order)
{
    struct token t[3] = {0};
    size_t count = 0;
    *out = (struct date){0};
    if (!date_tokens(t, &count, written))
        return false;
    if (count == 3)
        return three(out, t, order);
    if (count == 1 && t[0].digits == 8)
        return finish(out, t[0].value / 10000, t[0].value / 100 % 100, t[0].value % 100);
    if (count == 1)
        return t[0].digits == 4 && (t[0].mark == '\0' || t[0].mark == 'Y') &&
               finish(out, t[0].value, 0, 0);
    if (t[0].digits == 4 && t[1].digits > 0 && t[1].digits <= 2) /* 2017-05, 2017年5月 */
        return t[0].mark != ' ' && finish(out, t[0].value, t[1].value, 0);
    if (t[0].digits == 0 && t[1].digits == 4) /* May 2017 */
        return finish(out, t[1].value, t[0].value, 0);
    return false;
}
