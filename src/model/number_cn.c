/* Chinese numbers of all eras.
 *
 * Applications: 1985 to 30 September 2003 eight digits YY T NNNNN (T 1
 * invention, 2 utility model, 3 design, 8 and 9 PCT entering as invention and
 * as utility model); since 1 October 2003 twelve digits YYYY T NNNNNNN; both
 * with a check digit behind a dot (ZC 0006-2003, 4.1-4.5). A granted patent's
 * number is "ZL" and the application number.
 * Publications: 1985-1988 the application number with kind A, B, U or S;
 * 1989-2007 seven digits T NNNNNN; since August 2007 nine digits T NNNNNNNN
 * (ZC 0007-2012, 4.2 and annex; kinds by ZC 0008). */
#include "model/number_priv.h"

#define DIGITS_1985 8
#define DIGITS_2003 12

char number_cn_check_digit(struct str serial)
{
    /* ZC 0006-2003, 4.5: weights 2…9 then again from 2; sum modulo 11; 10 is X. */
    unsigned sum = 0;
    if ((serial.len != DIGITS_1985 && serial.len != DIGITS_2003) || !num_digits(serial))
        return '\0';
    for (size_t i = 0; i < serial.len; i++)
        sum += (2 + (unsigned)i % 8) * (unsigned)(serial.ptr[i] - '0');
    return "0123456789X"[sum % 11];
}

static bool is_type(char c)
{
    return c == '1' || c == '2' || c == '3' || c == '8' || c == '9';
}

static bool is_application_shape(struct str s)
{
    if (!num_digits(s))
        return false;
    if (s.len == DIGITS_2003)
        return num_year(s, 2003, 2099) && is_type(s.ptr[4]);
    unsigned yy = s.len == DIGITS_1985 ? num_value(s, 0, 2) : 50;
    return (yy >= 85 || yy <= 3) && is_type(s.ptr[2]);
}

static void set_application(struct reading *r, struct str serial)
{
    char right[2] = {number_cn_check_digit(serial), '\0'};
    struct str digit = r->out->check_digit.len ? r->out->check_digit : (struct str){right, 1};
    r->out->office = STR("CN");
    number_set_application(r, serial, NUM_JOIN(r->a, STR("CN"), serial, STR("."), digit));
}

/* EPODOC drops a zero: CN20041084402 is 200410084402, CN19970118911 is
 * 97118911 (EPO, number formats of worldwide data). */
static bool epodoc_application(struct reading *r)
{
    struct str d = r->flat;
    if (d.len != 11 || !num_digits(d) || r->out->office.len == 0 || r->wish == NUMBER_PUBLICATION)
        return false;
    if (num_year(d, 1985, 2003) && d.ptr[4] == '0') {
        struct str serial = NUM_JOIN(r->a, num_part(d, 2, 2), num_tail(d, 5));
        if (!is_application_shape(serial))
            return false;
        set_application(r, serial);
        return true;
    }
    struct str serial = NUM_JOIN(r->a, num_part(d, 0, 5), STR("0"), num_tail(d, 5));
    if (!is_application_shape(serial))
        return false;
    set_application(r, serial);
    return true;
}

/* Serial with its check digit: 9 or 13 characters. */
static bool checked_application(struct reading *r, bool dotted)
{
    struct str d = r->flat;
    if (d.len != DIGITS_1985 + 1 && d.len != DIGITS_2003 + 1)
        return false;
    struct str serial = num_part(d, 0, d.len - 1);
    char check = d.ptr[d.len - 1];
    if (!is_application_shape(serial) || !(check == 'X' || (check >= '0' && check <= '9')))
        return false;
    char right = number_cn_check_digit(serial);
    /* Nine bare digits could be anything; there the check digit must tell. */
    if (r->out->office.len == 0 && d.len == DIGITS_1985 + 1 && !dotted && check != right)
        return false;
    number_set_check(r, check, right);
    set_application(r, serial);
    return true;
}

static bool publication(struct reading *r)
{
    struct str d = r->flat;
    /* DWPI puts the century before the numbers of 1985-1988: CN1985100156A. */
    if (d.len == 10 && num_digits(d) && num_year(d, 1985, 1988) &&
        is_application_shape(num_tail(d, 2))) {
        number_set_publication(r, num_tail(d, 2), num_tail(d, 2));
        return true;
    }
    if (!num_digits(d) || (d.len != 7 && d.len != 9) || d.ptr[0] < '1' || d.ptr[0] > '3')
        return false;
    number_set_publication(r, d, d);
    return true;
}

bool number_rule_cn(struct reading *r)
{
    struct str b = r->body, kind = r->out->kind;
    bool bare = r->out->office.len == 0;
    bool dotted = b.len > 2 && b.ptr[b.len - 2] == '.';
    if (bare && (kind.len > 0 || memchr(b.ptr, '/', b.len) || memchr(b.ptr, '-', b.len)))
        return false;
    if (bare && r->wish == NUMBER_PUBLICATION && r->flat.len < DIGITS_2003 && !dotted)
        return false;
    if (checked_application(r, dotted))
        return true;
    if (dotted)
        return false; /* digits are missing or too many: not to be read as another number */
    if (is_application_shape(r->flat)) {
        bool from_1985 = r->flat.len == DIGITS_1985 && num_value(r->flat, 0, 2) >= 85 &&
                         num_value(r->flat, 0, 2) <= 88;
        if (from_1985 && !r->granted &&
            (r->wish == NUMBER_PUBLICATION || (r->wish == NUMBER_ANY && kind.len > 0)))
            number_set_publication(r, r->flat, r->flat);
        else
            set_application(r, r->flat);
        return true;
    }
    return !bare && (publication(r) || epodoc_application(r));
}
