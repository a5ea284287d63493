/* The rules of the other offices. Each function names the shapes its office has
 * used; the sources stand beside them and, together, in NUMBERS.md. */
#include "model/number_priv.h"

void number_set_written(struct reading *r, struct str serial)
{
    if (r->wish == NUMBER_APPLICATION)
        number_set_application(r, serial, NUM_JOIN(r->a, r->out->office, r->shown));
    else if (r->wish == NUMBER_PUBLICATION || r->out->kind.len > 0)
        number_set_publication(r, serial, r->shown);
    else
        number_set_unclear(r, serial, r->shown);
}

/* Offices that number by the year's last two digits, of all lengths at which these can be 00 to 09:
 * HU 0001177 is the 1,177th application of 2000, HU 1177 a patent of the nineteenth century. */
struct str num_unfilled(struct str office, struct str s)
{
    static const struct {
        const char *office;
        size_t len;
    } by_year[] = {{"GB", 7}, {"HU", 7}, {"SE", 7}, {"FR", 7},
                   {"HK", 8}, {"IE", 6}, {"LV", 6}, {"", 7}};
    for (size_t i = 0; i < ARRAY_LEN(by_year) && s.ptr[0] == '0'; i++)
        if (s.len == by_year[i].len && str_is(office, by_year[i].office))
            return s;
    return num_strip(s);
}

/* --- WO: PCT Administrative Instructions, sections 307 and 404 ------------------ */

/* Year and running number, as written in several widths: YY NNNNN (until June
 * 2002), YY NNNNNN (until June 2004), YYYY NNNNNN; empty when none of them. */
static struct str pct_serial(struct arena *a, struct str d)
{
    if (d.len == 11 && d.ptr[4] == '0') /* DOCDB as Lens writes it: 2011 0040981 */
        d = NUM_JOIN(a, num_part(d, 0, 4), num_tail(d, 5));
    size_t year_len = d.len == 9 || d.len == 10 ? 4 : d.len == 7 || d.len == 8 ? 2 : 0;
    if (year_len == 0 || !num_digits(d))
        return STR_NONE;
    unsigned year = num_value(d, 0, year_len);
    if (year_len == 2)
        year = year >= 78 ? 1900 + year : 2000 + year;
    if (year < 1978 || year > (year_len == 2 ? 2004 : 2099))
        return STR_NONE;
    char text[8];
    (void)snprintf(text, sizeof(text), "%04u", year);
    return NUM_JOIN(a, (struct str){text, 4}, num_pad(a, num_tail(d, year_len), 6));
}

/* "2014/012345", "99/12345": parts of any width that the year's rule allows. */
static struct str pct_parts(struct arena *a, struct str year, struct str number)
{
    while (number.len > 6 && number.ptr[0] == '0') /* ST.13 and Lens fill up to seven or more */
        number = num_tail(number, 1);
    bool fits = num_digits(year) && num_digits(number) && (year.len == 2 || year.len == 4) &&
                number.len <= 6;
    return fits ? pct_serial(a, NUM_JOIN(a, year, num_pad(a, number, year.len == 2 ? 5 : 6)))
                : STR_NONE;
}

static bool pct_set(struct reading *r, struct str receiving, struct str serial)
{
    if (serial.len == 0 || office_code(receiving).len != 2)
        return false;
    bool old = num_value(serial, 0, 4) < 2004; /* PCT/US99/12345 until 2003 */
    struct str number = num_tail(serial, 4);
    if (old && number.ptr[0] == '0')
        number = num_tail(number, 1);
    r->out->office = STR("WO");
    number_set_application(r, NUM_JOIN(r->a, receiving, serial),
                           NUM_JOIN(r->a, STR("PCT/"), receiving,
                                    num_part(serial, old ? 2 : 0, old ? 2 : 4), STR("/"), number));
    return true;
}

bool number_pct(struct reading *r, struct str receiving, struct str digits)
{
    struct str part[2];
    struct str serial = num_split(part, 2, r->body) == 2 && digits.len == r->flat.len
                            ? pct_parts(r->a, part[0], part[1])
                            : pct_serial(r->a, digits);
    return pct_set(r, receiving, serial);
}

/* PCT/CN2014/012345, PCT/CN/2014/012345, PCTCN2014012345, WO2014CN012345. */
static bool pct_application(struct reading *r)
{
    struct str f = r->flat, part[4];
    if (str_starts(f, STR("PCT")) && f.len > 5) {
        size_t n = num_split(part, 4, r->body);
        struct str year = n == 3 && part[1].len > 2 ? num_tail(part[1], 2)
                          : n == 4                  ? part[2]
                                                    : STR_NONE;
        struct str serial = n >= 3 && n <= 4 ? pct_parts(r->a, year, part[n - 1])
                                             : pct_serial(r->a, num_tail(f, 5));
        return pct_set(r, num_part(f, 3, 2), serial);
    }
    /* EPODOC: year, receiving office, number. */
    if (f.len >= 8 && f.len <= 12 && num_digits(num_part(f, 0, 4)) && num_is_upper(f.ptr[4]) &&
        num_is_upper(f.ptr[5]))
        return pct_set(r, num_part(f, 4, 2), pct_parts(r->a, num_part(f, 0, 4), num_tail(f, 6)));
    /* "CN2014/012345", left by a word such as 国际申请号. */
    if (f.len >= 9 && num_is_upper(f.ptr[0]) && num_is_upper(f.ptr[1])) {
        struct str tail = num_tail(r->body, 2);
        size_t n = num_split(part, 2, tail);
        return pct_set(r, num_part(f, 0, 2),
                       n == 2 ? pct_parts(r->a, part[0], part[1])
                              : pct_serial(r->a, num_tail(f, 2)));
    }
    return false;
}

bool number_rule_wo(struct reading *r)
{
    struct str part[2];
    if (!num_digits(r->flat))
        return pct_application(r);
    struct str serial = num_split(part, 2, r->body) == 2 ? pct_parts(r->a, part[0], part[1])
                                                         : pct_serial(r->a, r->flat);
    if (serial.len == 0)
        return false;
    number_set_publication(r, serial,
                           NUM_JOIN(r->a, num_part(serial, 0, 4), STR("/"), num_tail(serial, 4)));
    return true;
}

/* --- EP: EPO Guidelines A-II 1.8; check digit as the EPO describes it ------------- */

static char ep_check_digit(struct str serial)
{
    /* Weights 1 2 1 2 … from the left, cross sums, complement to ten. */
    unsigned sum = 0;
    for (size_t i = 0; i < serial.len; i++) {
        unsigned product = (unsigned)(serial.ptr[i] - '0') * (i % 2 ? 2 : 1);
        sum += product / 10 + product % 10;
    }
    return (char)('0' + (10 - sum % 10) % 10);
}

static void ep_application(struct reading *r, struct str serial)
{
    char right[2] = {ep_check_digit(serial), '\0'};
    struct str digit = r->out->check_digit.len ? r->out->check_digit : (struct str){right, 1};
    number_set_application(r, serial, NUM_JOIN(r->a, STR("EP"), serial, STR("."), digit));
}

bool number_rule_ep(struct reading *r)
{
    struct str d = r->flat;
    bool dotted = r->body.len > 2 && r->body.ptr[r->body.len - 2] == '.';
    if (!num_digits(d) || (dotted && d.len != 9))
        return false;
    if (d.len == 9) {
        struct str serial = num_part(d, 0, 8);
        number_set_check(r, d.ptr[8], ep_check_digit(serial));
        ep_application(r, serial);
        return true;
    }
    if (d.len == 8) {
        ep_application(r, d);
        return true;
    }
    /* EPODOC YYYY0NNNNNN, ST.13 YYYYNNNNNN; the office's own form drops the century. */
    if ((d.len == 11 && d.ptr[4] == '0') || d.len == 10) {
        if (!num_year(d, 1978, 2077))
            return false;
        ep_application(r, NUM_JOIN(r->a, num_part(d, 2, 2), num_tail(d, d.len - 6)));
        return true;
    }
    if (d.len > 7)
        return false;
    struct str serial = num_pad(r->a, d, 7); /* the office prints seven digits: EP0123456 */
    number_set_publication(r, serial, serial);
    return true;
}

/* --- US: MPEP 503 (series codes), USPTO's document number formats ------------------ */

/* DOCDB writes applications before 2010 as number and two-digit year. The
 * series follows from the year: each ran from 1 to nearly 1,000,000, so that in
 * the year of a change high numbers belong to the old series, low to the new. */
static unsigned us_series(unsigned year, unsigned number, bool provisional)
{
    static const struct {
        unsigned series, last_year;
    } regular[] = {{5, 1978}, {6, 1986},  {7, 1993},  {8, 1998},
                   {9, 2001}, {10, 2004}, {11, 2007}, {12, 2010}},
      provisionals[] = {{60, 2007}, {61, 2012}};
    if (provisional) {
        if (year < 1995 || year > 2012)
            return 0;
        return year > 2007 || (year == 2007 && number < 500000) ? provisionals[1].series
                                                                : provisionals[0].series;
    }
    if (year < 1970)
        return 0;
    for (size_t i = 0; i < ARRAY_LEN(regular); i++) {
        if (year > regular[i].last_year)
            continue;
        bool next = year == regular[i].last_year && number < 500000 && i > 0;
        return regular[i].series + (next ? 1 : 0);
    }
    return 0;
}

static bool us_is_series(unsigned s)
{
    return (s >= 1 && s <= 29) || s == 35 || (s >= 60 && s <= 63) || s == 90 || s == 95 || s == 96;
}

static void us_application(struct reading *r, struct str series, struct str number)
{
    struct str s = num_pad(r->a, series, 2), n = num_pad(r->a, number, 6);
    number_set_application(r, NUM_JOIN(r->a, s, n), NUM_JOIN(r->a, STR("US"), s, STR("/"), n));
}

/* DOCDB: "46867074" = 468670 of 1974; EPODOC YYYY0NNNNNN likewise. */
static bool us_dated_application(struct reading *r, struct str number, unsigned year)
{
    struct str kind = r->out->kind;
    char series[4];
    if (number.len == 0 || number.len > 6)
        return false;
    unsigned s =
        kind.len && kind.ptr[0] == 'F'
            ? (year >= 1993 ? 29 : 0) /* designs have series 29 since October 1992 */
            : us_series(year, num_value(number, 0, number.len), kind.len && kind.ptr[0] == 'P');
    if (s > 0) {
        (void)snprintf(series, sizeof(series), "%02u", s % 100);
        us_application(r, (struct str){series, 2}, number);
        return true;
    }
    char text[8];
    (void)snprintf(text, sizeof(text), "%04u-", year % 10000);
    struct str serial = NUM_JOIN(r->a, (struct str){text, 5}, num_pad(r->a, number, 6));
    number_set_application(r, serial, NUM_JOIN(r->a, STR("US"), serial));
    return true;
}

/* D, RE, PP, H, T, X, RX, AI and their number; zeros that fill up are dropped. */
static bool us_lettered(struct reading *r)
{
    static const char *const series[] = {"D", "RE", "PP", "H", "T", "X", "RX", "AI"};
    for (size_t i = 0; i < ARRAY_LEN(series); i++) {
        struct str letters = str_of(series[i]);
        if (!str_starts(r->flat, letters) || !num_digits(num_tail(r->flat, letters.len)))
            continue;
        struct str serial = NUM_JOIN(r->a, letters, num_strip(num_tail(r->flat, letters.len)));
        if (serial.len > letters.len + 7)
            return false;
        number_set_publication(r, serial, serial);
        return true;
    }
    return false;
}

/* Pre-grant publications since 2001: YYYY and seven digits; DOCDB and many
 * exports drop the first zero of the seven. */
static bool us_pregrant(struct reading *r, struct str year, struct str number)
{
    if (!num_year(year, 2001, 2099) || !num_digits(number) || number.len > 7 || number.len < 6)
        return false;
    struct str serial = NUM_JOIN(r->a, year, num_pad(r->a, number, 7));
    number_set_publication(r, serial, serial);
    return true;
}

static bool us_by_application_column(struct reading *r)
{
    struct str d = r->flat;
    bool kind = r->out->kind.len > 0;
    if (d.len == 12 && num_year(d, 1990, 2099) && us_is_series(num_value(d, 4, 2))) {
        us_application(r, num_part(d, 4, 2), num_tail(d, 6));
        return true;
    }
    if (d.len == 11 && num_year(d, 1900, 2099) && d.ptr[4] == '0' && !(r->out->kind.len == 2))
        return us_dated_application(r, num_tail(d, 5), num_value(d, 0, 4));
    if (kind && r->out->kind.len == 1 && d.len >= 3 && d.len <= 8) {
        unsigned yy = num_value(d, d.len - 2, 2);
        return us_dated_application(r, num_part(d, 0, d.len - 2), yy <= 12 ? 2000 + yy : 1900 + yy);
    }
    if (d.len == 8 && us_is_series(num_value(d, 0, 2))) {
        us_application(r, num_part(d, 0, 2), num_tail(d, 2));
        return true;
    }
    return false;
}

bool number_rule_us(struct reading *r)
{
    struct str part[2], d = r->flat;
    if (us_lettered(r))
        return true;
    if (!num_digits(d))
        return false;
    size_t n = num_split(part, 2, r->body);
    if (n == 2 && part[1].len == 6 && num_year(part[0], 1900, 1969) && part[0].len == 4)
        return us_dated_application(r, part[1], num_value(part[0], 0, 4)); /* our own form */
    if (n == 2 && part[0].len == 4)
        return us_pregrant(r, part[0], part[1]);
    if (n == 2 && part[0].len >= 1 && part[0].len <= 2 && part[1].len <= 6 && part[1].len > 0 &&
        us_is_series(num_value(part[0], 0, part[0].len))) {
        us_application(r, part[0], part[1]);
        return true;
    }
    if (n > 1)
        return false;
    if (r->wish == NUMBER_APPLICATION && us_by_application_column(r))
        return true;
    if (d.len == 11 || d.len == 10)
        return us_pregrant(r, num_part(d, 0, 4), num_tail(d, 4));
    if (d.len == 12 && num_year(d, 1990, 2099) && us_is_series(num_value(d, 4, 2))) {
        us_application(r, num_part(d, 4, 2), num_tail(d, 6));
        return true;
    }
    /* Provisional applications are never published; exports list them as US61234567P0. */
    if (d.len == 8 && num_value(d, 0, 2) >= 60 && num_value(d, 0, 2) <= 63 &&
        r->out->kind.len > 0 && r->out->kind.ptr[0] == 'P') {
        us_application(r, num_part(d, 0, 2), num_tail(d, 2));
        return true;
    }
    struct str serial = num_strip(d);
    if (serial.len > 8 || r->wish == NUMBER_APPLICATION)
        return false;
    number_set_publication(r, serial, serial);
    return true;
}

/* --- JP: JPO, "Number formats"; imperial years until 1999 --------------------------- */

static unsigned jp_era_base(char era, unsigned yy)
{
    static const struct {
        char letter;
        unsigned base, years;
    } eras[] = {
        {'M', 1867, 45}, {'T', 1911, 15}, {'S', 1925, 64}, {'H', 1988, 31}, {'R', 2018, 60}};
    for (size_t i = 0; i < ARRAY_LEN(eras); i++)
        if (eras[i].letter == era && yy >= 1 && yy <= eras[i].years)
            return eras[i].base;
    return 0;
}

/* Year and number of a Japanese document: applications by the western year,
 * publications until 1999 as the office prints them, by era. Utility models and
 * designs have application numbers of their own beside those of patents. */
static void jp_set(struct reading *r, char era, unsigned year, struct str number)
{
    char text[8];
    (void)snprintf(text, sizeof(text), "%04u", year % 10000);
    struct str western = NUM_JOIN(r->a, (struct str){text, 4}, num_pad(r->a, number, 6));
    if (r->wish == NUMBER_APPLICATION) {
        char right = r->out->kind.len ? r->out->kind.ptr[0] : '\0';
        struct str prefix = right == 'U' || right == 'Y' || r->right == '2'   ? STR("U")
                            : right == 'S' || right == 'F' || r->right == '3' ? STR("S")
                                                                              : STR_NONE;
        number_set_application(r, NUM_JOIN(r->a, prefix, western),
                               NUM_JOIN(r->a, STR("JP"), prefix, num_part(western, 0, 4), STR("-"),
                                        num_tail(western, 4)));
        return;
    }
    struct str serial = western;
    r->shown = western;
    if (year < 2000) {
        (void)snprintf(text, sizeof(text), "%c%02u", era, (year - jp_era_base(era, 1)) % 100);
        serial = NUM_JOIN(r->a, (struct str){text, 3}, num_strip(number));
        r->shown = NUM_JOIN(r->a, (struct str){text, 3}, number);
    }
    number_set_written(r, serial);
}

static bool jp_imperial(struct reading *r, char era, struct str yy, struct str number)
{
    if (!num_digits(yy) || yy.len > 2 || !num_digits(number) || number.len > 6)
        return false;
    unsigned base = jp_era_base(era, num_value(yy, 0, yy.len));
    if (base == 0)
        return false;
    jp_set(r, era, base + num_value(yy, 0, yy.len), number);
    return true;
}

/* A year without its era: 40…64 are Showa (publications by application began
 * in Showa 46), 1…11 Heisei (until the western years of 2000). */
static char jp_era_of(struct str yy)
{
    unsigned y = num_digits(yy) && yy.len <= 2 ? num_value(yy, 0, yy.len) : 0;
    return y >= 40 && y <= 64 ? 'S' : y >= 1 && y <= 11 ? 'H' : '\0';
}

static bool jp_western(struct reading *r, struct str yyyy, struct str number)
{
    if (!num_year(yyyy, 1912, 2099) || !num_digits(number) || number.len > 6)
        return false;
    unsigned year = num_value(yyyy, 0, 4);
    /* 1989 was Showa 64 for a week, then Heisei 1: a publication's era is not known. */
    if (r->wish != NUMBER_APPLICATION && year == 1989)
        return false;
    char era = year >= 1989 ? 'H' : year >= 1926 ? 'S' : 'T';
    jp_set(r, era, year, number);
    return true;
}

static bool jp_lettered(struct reading *r)
{
    struct str part[2], rest = num_tail(r->body, 1);
    char era = r->body.ptr[0];
    if (num_split(part, 2, rest) == 2)
        return jp_imperial(r, era, part[0], part[1]);
    if (!num_digits(rest) || rest.len < 2 || rest.len > 8)
        return false;
    if (rest.len > 2 && jp_era_base(era, num_value(rest, 0, 2)) != 0)
        return jp_imperial(r, era, num_part(rest, 0, 2), num_tail(rest, 2));
    return jp_imperial(r, era, num_part(rest, 0, 1), num_tail(rest, 1));
}

bool number_rule_jp(struct reading *r)
{
    struct str part[2], d = r->flat;
    if (d.len > 1 && strchr("MTSHR", d.ptr[0]))
        return jp_lettered(r);
    if (!num_digits(d))
        return false;
    size_t n = num_split(part, 2, r->body);
    if (n == 2 && part[0].len == 4) {
        /* Publications until 1999 are numbered by era: 1994-078667 is an application. */
        if (r->wish == NUMBER_ANY && r->out->kind.len == 0 && num_year(part[0], 1912, 1999))
            r->wish = NUMBER_APPLICATION;
        return jp_western(r, part[0], part[1]);
    }
    if (n == 2)
        return jp_era_of(part[0]) && jp_imperial(r, jp_era_of(part[0]), part[0], part[1]);
    if (n > 2)
        return false;
    if (d.len == 10)
        return jp_western(r, num_part(d, 0, 4), num_tail(d, 4));
    if (r->wish == NUMBER_APPLICATION) {
        if (d.len == 11 && d.ptr[4] == '0') /* EPODOC YYYY0NNNNNN */
            return jp_western(r, num_part(d, 0, 4), num_tail(d, 5));
        if (d.len >= 3 && d.len <= 8 && r->out->kind.len > 0) { /* DOCDB NNNNNNYY until 1999 */
            struct str year = NUM_JOIN(r->a, STR("19"), num_tail(d, d.len - 2));
            return jp_western(r, year, num_part(d, 0, d.len - 2));
        }
        return false;
    }
    if (d.len == 9 && num_year(d, 2000, 2099))
        return jp_western(r, num_part(d, 0, 4), num_tail(d, 4));
    /* DWPI fills registrations up to eight digits: JP02911875B1 is patent 2911875;
     * JP03143786U can be no utility model of Heisei 3, whose numbers ended near
     * 130,000, and is registration 3143786 (they began at 3,000,001). */
    char kind = r->out->kind.len ? r->out->kind.ptr[0] : '\0';
    bool patent =
        d.ptr[0] == '0' &&
        (kind == 'B' || (kind == 'U' && num_value(d, 0, d.len < 9 ? d.len : 9) > 3130000));
    if (d.len == 8 && !patent && jp_era_of(num_part(d, 0, 2)))
        return jp_imperial(r, jp_era_of(num_part(d, 0, 2)), num_part(d, 0, 2), num_tail(d, 2));
    /* Laid-open applications (A) are always numbered by year: JP6091652A is H06-091652. */
    if (d.len == 7 && d.ptr[0] != '0' && str_is(r->out->kind, "A"))
        return jp_imperial(r, 'H', num_part(d, 0, 1), num_tail(d, 1));
    struct str serial = num_strip(d);
    if (serial.len > 7)
        return false;
    number_set_written(r, serial); /* registration: patents since 1996 and all others */
    return true;
}

/* --- KR: KIPO: right (10 patent, 20 utility model, 30 design), year, seven digits ----- */

static void kr_set(struct reading *r, unsigned right, struct str year, struct str number)
{
    struct str body = NUM_JOIN(r->a, year, num_pad(r->a, number, 7));
    char kind = r->out->kind.len ? r->out->kind.ptr[0] : '\0';
    if (right == 0)
        right = kind == 'U' || kind == 'Y' || r->right == '2'   ? 20
                : kind == 'S' || kind == 'F' || r->right == '3' ? 30
                                                                : 10;
    struct str prefix = right == 20 ? STR("U") : right == 30 ? STR("S") : STR_NONE;
    if (r->wish == NUMBER_APPLICATION) {
        char text[16];
        (void)snprintf(text, sizeof(text), "KR%02u-", right % 100);
        number_set_application(
            r, NUM_JOIN(r->a, prefix, body),
            NUM_JOIN(r->a, (struct str){text, 5}, year, STR("-"), num_tail(body, 4)));
        return;
    }
    if (r->out->kind.len == 0)
        r->out->kind = prefix; /* documents of utility models and designs are another series */
    number_set_written(r, body);
    if (r->wish == NUMBER_ANY && kind == '\0')
        r->out->use = NUMBER_ANY;
}

static unsigned kr_right(struct str s)
{
    unsigned v = num_digits(s) && s.len == 2 ? num_value(s, 0, 2) : 0;
    return v == 10 || v == 20 || v == 30 ? v : 0;
}

static bool kr_year(struct str s)
{
    return s.len == 4 && num_year(s, 1948, 2099);
}

/* KR0127084B1 of DOCDB and KR1003881B1 of DWPI leave out the right: 10-0127084,
 * 10-1003881; registered utility models (Y) have right 20. */
static bool kr_registration(struct reading *r, struct str d)
{
    char kind = r->out->kind.len ? r->out->kind.ptr[0] : '\0';
    if (d.len > 7 || r->wish == NUMBER_APPLICATION || (kind != 'B' && kind != 'Y'))
        return false;
    struct str serial = NUM_JOIN(r->a, kind == 'B' ? STR("10") : STR("20"), num_pad(r->a, d, 7));
    number_set_publication(r, serial, r->shown);
    return true;
}

bool number_rule_kr(struct reading *r)
{
    struct str part[3], d = r->flat;
    size_t n = num_split(part, 3, r->body);
    if (!num_digits(d))
        return false;
    if (n == 3 && kr_right(part[0]) && kr_year(part[1]) && part[2].len <= 7)
        kr_set(r, kr_right(part[0]), part[1], part[2]);
    else if (n == 2 && kr_year(part[0]) && part[1].len <= 7)
        kr_set(r, 0, part[0], part[1]);
    else if (n == 2 && kr_right(part[0]) && part[1].len <= 7) {
        struct str serial = NUM_JOIN(r->a, part[0], num_pad(r->a, part[1], 7)); /* registration */
        number_set_publication(r, serial, r->shown);
    } else if (n == 1 && d.len == 13 && kr_right(num_part(d, 0, 2)) && kr_year(num_part(d, 2, 4)))
        kr_set(r, kr_right(num_part(d, 0, 2)), num_part(d, 2, 4), num_tail(d, 6));
    else if (n == 1 && kr_year(num_part(d, 0, 4)) &&
             (d.len == 11 || (d.len == 10 && r->out->kind.len > 0))) /* DWPI: six digits */
        kr_set(r, 0, num_part(d, 0, 4), num_tail(d, 4));
    else if (n == 1 && d.len == 9 && kr_right(num_part(d, 0, 2)))
        number_set_publication(r, d, r->shown);
    else if (n == 1 && d.len == 9 && num_year(d, 1960, 1999) && r->wish != NUMBER_APPLICATION) {
        /* DWPI: 199000459 is 90-0000459 of the examined publications until 1997. */
        struct str serial = NUM_JOIN(r->a, num_part(d, 2, 2), num_pad(r->a, num_tail(d, 4), 7));
        number_set_publication(r, serial, r->shown);
    } else
        return n == 1 && kr_registration(r, d);
    return true;
}

/* --- TW: TIPO: I, M, D certificates; applications by the year of the Republic --------- */

bool number_rule_tw(struct reading *r)
{
    struct str f = r->flat;
    if (f.len == 7 && strchr("IMD", f.ptr[0]) && num_digits(num_tail(f, 1))) {
        number_set_publication(r, f, f);
        return true;
    }
    if (!num_digits(f))
        return false;
    if (r->wish == NUMBER_APPLICATION && (f.len == 8 || f.len == 9)) {
        struct str serial = num_pad(r->a, f, 9); /* year 99 and before: two digits */
        number_set_application(r, serial, NUM_JOIN(r->a, STR("TW"), serial));
        return true;
    }
    return false;
}

/* --- DE, GB, AU, BR, IN ----------------------------------------------------------------- */

/* DPMA: since 2004 right (10, 11, 20 …), year, six digits; 1995-2003 right,
 * two-digit year, five digits; before that P or G, two digits (from 12 on) and
 * five. Until 1968 each initial of applicants, P and G among them, had a series of
 * its own of up to six digits, which DOCDB fills to seven: there the letter belongs
 * to the number (DE G0034437 is not DE 34437). The file number is the publication's
 * number. The digit behind the dot is not judged: the office publishes no rule
 * for it. */
bool number_rule_de(struct reading *r)
{
    number_take_check(r, '.');
    if (r->flat.len == 8 && num_is_upper(r->flat.ptr[0]) && r->flat.ptr[1] == '0' &&
        num_digits(num_tail(r->flat, 1))) {
        number_set_written(r, r->flat);
        return true;
    }
    if (r->flat.len > 1 && (r->flat.ptr[0] == 'P' || r->flat.ptr[0] == 'G'))
        r->flat = num_tail(r->flat, 1);
    if (!num_digits(r->flat))
        return false;
    bool century = r->flat.len == 9 && num_year(r->flat, 1960, 1994); /* DWPI: 199321178 */
    number_set_written(r, num_strip(century ? num_tail(r->flat, 2) : r->flat));
    return true;
}

/* UKIPO: applications YY NNNNN and a digit behind a dot; DOCDB puts 20 before
 * the year since 2010 (GB 201204390), EPODOC writes GB20120004390. DOCDB publishes them
 * with kind D0, beside patents of 1916 to 1978 of the same digits (GB 901975 and
 * GB 1204390 are of 1962 and 1970): years from 2010 keep their century there, earlier
 * ones their zero. Publications seven digits. */
bool number_rule_gb(struct reading *r)
{
    number_take_check(r, '.');
    struct str d = r->flat;
    if (!num_digits(d))
        return false;
    if (d.len == 11 && num_year(d, 2000, 2099) && d.ptr[4] == '0')
        d = NUM_JOIN(r->a, num_part(d, 0, 4), num_tail(d, 6));
    bool century = d.len == 9 && num_year(d, 2000, 2099);
    if (r->wish == NUMBER_APPLICATION || (r->out->check_digit.len > 0 && d.len == 7)) {
        d = century ? num_tail(d, 2) : d;
        r->wish = NUMBER_APPLICATION;
    } else if (century && d.ptr[2] == '0') {
        d = num_tail(d, 2);
    } else if (r->out->kind.len && r->out->kind.ptr[0] == 'D' && d.len <= 7) {
        d = num_pad(r->a, d, 7);
        if (num_value(d, 0, 2) >= 10 && num_value(d, 0, 2) < 70)
            d = NUM_JOIN(r->a, STR("20"), d);
    }
    number_set_written(r, r->wish == NUMBER_APPLICATION ? d : num_unfilled(STR("GB"), d));
    return true;
}

struct str number_filing(const struct number *n, struct arena *a)
{
    struct str s = n->serial;
    if (str_is(n->office, "KR") && n->use == NUMBER_ANY)
        return NUM_JOIN(a, n->kind, s);
    if (str_is(n->office, "GB") && s.len == 9 && str_starts(s, STR("20")))
        return num_tail(s, 2);
    bool gb = str_is(n->office, "GB") && s.len == 7 && s.ptr[0] == '0';
    return gb || str_is(n->kind, "D0") ? s : STR_NONE;
}

/* IP Australia: YYYY and six digits since 2002, before that NNNNN/YY; DOCDB
 * writes those as NNNNNYY with kind A. */
bool number_rule_au(struct reading *r)
{
    struct str part[2], d = r->flat, year = STR_NONE, number = STR_NONE;
    if (!num_digits(d))
        return false;
    size_t n = num_split(part, 2, r->body);
    char text[8];
    if (n == 2 && part[0].len == 4 && num_year(part[0], 1948, 2099)) {
        year = part[0];
        number = part[1];
    } else if ((n == 2 && part[1].len == 2 && part[0].len <= 5) ||
               (n == 1 && d.len == 7 && str_is(r->out->kind, "A"))) {
        number = num_part(d, 0, d.len - 2);
        r->shown = r->body; /* the stroke tells the year */
        (void)snprintf(text, sizeof(text), "%04u", num_year2(num_value(d, d.len - 2, 2)) % 10000);
        year = (struct str){text, 4};
    } else if (n == 1 && (d.len == 10 || (d.len == 9 && num_year(d, 1948, 2001)))) {
        year = num_part(d, 0, 4); /* nine digits: DWPI */
        number = num_tail(d, 4);
    }
    if (year.len == 0 || number.len == 0 || number.len > 6)
        return false;
    number_set_written(r, NUM_JOIN(r->a, year, num_pad(r->a, number, 6)));
    return true;
}

/* INPI: PI0603782-1, BR 10 2013 033629-8: the digit behind the hyphen is a check. */
bool number_rule_br(struct reading *r)
{
    number_take_check(r, '-');
    struct str d = r->flat;
    bool invention = r->out->kind.len == 0 || strchr("ABDE", r->out->kind.ptr[0]);
    if (!num_digits(d) || !invention)
        return false;
    /* DWPI writes the century, DOCDB leaves PI out until 2000: 8002954 is PI 8002954. */
    if (d.len == 9 && num_year(d, 1960, 2011))
        d = num_tail(d, 2);
    if (d.len == 7)
        r->flat = NUM_JOIN(r->a, STR("PI"), d);
    return false;
}

/* Publications numbered by two-digit year and five digits, which DWPI writes
 * with the century: SE198403026 is SE8403026. FI and CZ print the century and
 * four digits since 2000, NO two digits and four. */
bool number_rule_century(struct reading *r)
{
    struct str d = r->flat, office = r->out->office;
    bool nordic = str_is(office, "FI") || str_is(office, "NO");
    if (str_is(office, "HU") && d.len == 8 && d.ptr[0] == 'P') /* HU's own P 00 01177 */
        r->flat = num_tail(d, 1);
    if (str_is(office, "SE") && r->body.len == 9) /* SE's own 0001177-5 */
        number_take_check(r, '-');
    if (d.len != 9 || r->wish == NUMBER_APPLICATION || !num_digits(d))
        return false;
    bool old = num_year(d, 1960, 1999), new = num_year(d, 2000, 2099);
    if ((nordic && (old || new)) || (new &&str_is(office, "CZ"))) {
        if (d.ptr[4] == '0')
            r->flat = NUM_JOIN(r->a,
                               num_part(d, old && !str_is(office, "FI") ? 2 : 0,
                                        old && !str_is(office, "FI") ? 2 : 4),
                               num_tail(d, 5));
    } else if (old || (new && (str_is(office, "SE") || str_is(office, "HU"))))
        r->flat = num_tail(d, 2);
    return false;
}

/* Austrian applications: A 452/84, in DOCDB A45284, in DWPI 198400452; since
 * 2000 the year has four digits: A8772001. */
bool number_rule_at(struct reading *r)
{
    struct str f = r->flat, year, number;
    char text[8];
    if (f.len == 9 && num_digits(f) && num_year(f, 1960, 2099) && str_is(r->out->kind, "A")) {
        year = num_part(f, 0, 4);
        number = num_tail(f, 4);
    } else if (f.len == 10 && f.ptr[0] == 'A' && num_year(num_tail(f, 1), 1960, 2099)) {
        year = num_part(f, 1, 4); /* as we write it ourselves */
        number = num_tail(f, 5);
    } else if (f.len >= 4 && f.len <= 9 && f.ptr[0] == 'A' && num_digits(num_tail(f, 1))) {
        bool four = f.len >= 6 && num_year(num_tail(f, f.len - 4), 2000, 2099);
        size_t width = four ? 4 : 2;
        unsigned y = num_value(f, f.len - width, width);
        (void)snprintf(text, sizeof(text), "%04u", (four ? y : num_year2(y)) % 10000);
        year = (struct str){text, 4};
        number = num_part(f, 1, f.len - 1 - width);
    } else
        return false;
    number_set_written(r, NUM_JOIN(r->a, STR("A"), year, num_pad(r->a, number, 5)));
    return true;
}

/* Indian applications until 2015, which are published under their own number: number, branch
 * office, year. DELNP, a national phase, is numbered beside DEL; DOCDB shortens them to DEN and
 * DE, EPODOC and CAS put the year first and shorten to DN and DE: 2013DN01604. */
bool number_rule_in(struct reading *r)
{
    static const char *const branches[] = {"DEL", "CHE", "MUM", "KOL", "CAL", "MAS", "BOM"};
    struct str f = r->flat;
    size_t at = 0, end;
    while (at < f.len && !num_is_upper(f.ptr[at]))
        at++;
    for (end = at; end < f.len && num_is_upper(f.ptr[end]);)
        end++;
    struct str number = num_part(f, 0, at), year = num_tail(f, end),
               root = num_part(f, at, end - at);
    if (number.len == 4 && year.len == 5) {
        number = year;
        year = num_part(f, 0, at);
    }
    if (!num_digits(number) || year.len != 4 || !num_year(year, 1970, 2099) || !num_digits(year))
        return false;
    bool national = str_ends(root, STR("NP")) || str_ends(root, STR("N"));
    if (national)
        root.len -= str_ends(root, STR("NP")) ? 2 : 1;
    for (size_t i = 0; i < ARRAY_LEN(branches); i++) {
        struct str branch = str_of(branches[i]);
        if (root.len + national < 2 || !str_starts(branch, root) ||
            (r->out->office.len == 0 && root.len < branch.len))
            continue;
        r->out->office = STR("IN");
        number_set_written(r, NUM_JOIN(r->a, num_strip(number), num_part(branch, 0, 2),
                                       national ? STR("N") : STR_NONE, year));
        return true;
    }
    return false;
}

/* Italian applications of a province: RM2009A000582, in DOCDB RM20090582 A1, elsewhere
 * RM2009000582; utility models have U for A, which DOCDB tells by the kind alone. */
bool number_rule_it(struct reading *r)
{
    struct str f = r->flat;
    if (f.len < 8 || !num_is_upper(f.ptr[0]) || !num_is_upper(f.ptr[1]) ||
        !num_year(num_tail(f, 2), 1960, 2099))
        return false;
    struct str number = num_tail(f, 6), model = STR_NONE;
    if (num_is_upper(number.ptr[0])) {
        model = number.ptr[0] == 'A' ? STR_NONE : num_part(number, 0, 1);
        number = num_tail(number, 1);
    }
    if (!num_digits(number))
        return false;
    number_set_written(
        r, NUM_JOIN(r->a, num_part(f, 0, 6), model, num_pad(r->a, num_strip(number), 4)));
    return true;
}

/* Mexican applications as the office writes them: MX/a/2012/012034, until 2006
 * PA/a/2000/001177; elsewhere MX 2012012034 and MX PA00001177. */
bool number_rule_mx(struct reading *r)
{
    struct str f = r->flat;
    bool now = f.len == 11 && f.ptr[0] == 'A' && num_digits(num_tail(f, 1)),
         before = f.len == 13 && str_starts(f, STR("PAA")) && num_digits(num_tail(f, 3));
    if (!now && !before)
        return false;
    r->shown = r->body;
    number_set_written(r, now ? num_tail(f, 1) : NUM_JOIN(r->a, STR("PA"), num_tail(f, 5)));
    return true;
}

/* Rospatent: 2012123456/08, the digits behind the stroke name a department. */
bool number_rule_ru(struct reading *r)
{
    struct str part[2];
    if (num_split(part, 2, r->body) == 2 && (part[0].len == 8 || part[0].len == 10) &&
        part[1].len == 2) {
        r->shown = r->body;
        r->flat = part[0];
    }
    return false;
}
