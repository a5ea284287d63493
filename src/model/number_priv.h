/* Shared by number.c (reading, office, kind, keys), number_cn.c and
 * number_office.c (the offices' own rules). */
#ifndef MODEL_NUMBER_PRIV_H
#define MODEL_NUMBER_PRIV_H
#include "model/number.h"

/* A number on its way from text to key. `out` has office and kind already. */
struct reading {
    struct number *out;
    struct arena *a;
    enum number_use wish; /* what the caller or a word before the number says */
    char right;           /* '1' patent, '2' utility model, '3' design by a word; 0 not said */
    bool granted;         /* written with ZL: the application number of a granted CN patent */
    struct str body;      /* upper case, without office, kind and blanks; '.', '/', '-' kept */
    struct str flat;      /* body without '.', '/', '-' */
    struct str shown;     /* flat as written, with its check digit where it has one */
};

/* One office's rules: false when the shape is none it knows (the general rule
 * takes it then); true after one of the number_set_ functions. */
typedef bool number_rule(struct reading *r);
number_rule number_rule_cn, number_rule_us, number_rule_ep, number_rule_wo, number_rule_jp,
    number_rule_kr, number_rule_tw, number_rule_de, number_rule_gb, number_rule_au, number_rule_br,
    number_rule_in, number_rule_at, number_rule_century, number_rule_it, number_rule_mx,
    number_rule_ru;

/* PCT/CN2014/012345, "US 9912817 W" (DOCDB: office of receipt, kind W),
 * WO2014CN012345: all give office WO and serial CN2014012345. */
bool number_pct(struct reading *r, struct str receiving, struct str digits);

/* The application number that a publication number is: 0103740 of SE 0103740 D0 (DOCDB's kind of
 * filings), 1204390 of GB 201204390, U20150000146 of KR 20-2015-0000146; else empty. */
struct str number_filing(const struct number *n, struct arena *a);

/* Fill use, serial, key and display. `shown` stands between office and kind. */
void number_set_publication(struct reading *r, struct str serial, struct str shown);
void number_set_application(struct reading *r, struct str serial, struct str display);
void number_set_unclear(struct reading *r, struct str serial, struct str shown);

/* Keep a check digit and judge it against `right` ('\0': no rule known). Call
 * before number_set_application. */
void number_set_check(struct reading *r, char written, char right);

/* Letters and digits as written; `serial` identifies them. For numbers whose use only the column
 * can tell. */
void number_set_written(struct reading *r, struct str serial);

/* Take ".6" (or what `separator` is) off the end of the body as a check digit
 * that no published rule judges. */
void number_take_check(struct reading *r, char separator);

/* Small tools on strings of digits. */
static inline bool num_is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}
bool num_digits(struct str s);                           /* not empty, all 0-9 */
unsigned num_value(struct str s, size_t at, size_t len); /* of at most 9 digits */
struct str num_part(struct str s, size_t at, size_t len);
struct str num_tail(struct str s, size_t at);
struct str num_strip(struct str s);                       /* leading zeros off, "0" stays */
struct str num_unfilled(struct str office, struct str s); /* the same, unless they are a year */
struct str num_pad(struct arena *a, struct str s, size_t width); /* zeros on the left */
#define NUM_JOIN(a, ...)                                                                           \
    arena_join_all((a), (struct str[]){__VA_ARGS__},                                               \
                   sizeof((struct str[]){__VA_ARGS__}) / sizeof(struct str))

/* Split at separators '.', '/', '-': how many parts (at most cap; one more
 * than cap gives cap + 1). */
size_t num_split(struct str *out, size_t cap, struct str body);

/* "99" → 1999, "04" → 2004: two-digit years of filing, 1948…2047. */
unsigned num_year2(unsigned yy);
bool num_year(struct str s, unsigned from, unsigned to); /* first four digits lie in range */
#endif
