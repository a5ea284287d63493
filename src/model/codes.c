/* Check digits of GB 32100-2015 and GB 11643-1999. */
#include "model/codes.h"
#include "base/date.h"
#include "base/utf8.h"
#include "text/unicode.h"

#define CODE_LEN 18

/* Half-width, upper case, without blanks, dashes and marks nobody sees; false when it is too long or holds
 * something else than letters and digits. */
static bool plain(char out[CODE_LEN + 1], size_t *len, struct str s)
{
    *len = 0;
    for (size_t at = 0; at < s.len;) {
        uint32_t c = utf8_next(s, &at);
        if (c >= 0xFF01 && c <= 0xFF5E)
            c -= 0xFEE0;
        if (unicode_is_unseen(c) || unicode_is_dash(c))
            continue;
        if (c >= 'a' && c <= 'z')
            c -= 32;
        bool fits = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
        if (!fits || *len == CODE_LEN)
            return false;
        out[(*len)++] = (char)c;
    }
    out[*len] = '\0';
    return true;
}

static enum code_fault shaped(struct str *out, char text[CODE_LEN + 1], struct str written,
                              struct arena *a)
{
    size_t len;
    bool fits = plain(text, &len, written);
    *out = fits ? arena_dup(a, (struct str){text, len}) : arena_dup(a, str_trim(written));
    return fits && len == CODE_LEN ? CODE_RIGHT : CODE_SHAPE;
}

enum code_fault credit_code_check(struct str code)
{
    /* GB 32100-2015, table 2: the value of a character is its place. */
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    unsigned sum = 0, weight = 1;
    if (code.len != CODE_LEN)
        return CODE_SHAPE;
    for (size_t i = 0; i < CODE_LEN; i++) {
        const char *place = code.ptr[i] ? strchr(alphabet, code.ptr[i]) : NULL;
        if (!place)
            return CODE_SHAPE;
        /* Weights are 3^i modulo 31; the check character brings the sum to 0. */
        sum += (unsigned)(place - alphabet) * weight;
        weight = i + 2 == CODE_LEN ? 1 : weight * 3 % 31;
    }
    return sum % 31 == 0 ? CODE_RIGHT : CODE_CHECK;
}

enum code_fault credit_code_parse(struct str *out, struct str written, struct arena *a)
{
    char text[CODE_LEN + 1];
    return shaped(out, text, written, a) == CODE_RIGHT ? credit_code_check(*out) : CODE_SHAPE;
}

enum code_fault resident_id_parse(struct str *out, struct str written, struct arena *a)
{
    static const unsigned weights[CODE_LEN - 1] = {7, 9, 10, 5,  8, 4, 2, 1, 6,
                                                   3, 7, 9,  10, 5, 8, 4, 2};
    char text[CODE_LEN + 1];
    unsigned sum = 0;
    struct date born = {0};
    if (shaped(out, text, written, a) != CODE_RIGHT)
        return CODE_SHAPE;
    for (size_t i = 0; i < CODE_LEN - 1; i++) {
        if (text[i] < '0' || text[i] > '9')
            return CODE_SHAPE;
        sum += (unsigned)(text[i] - '0') * weights[i];
    }
    for (size_t i = 6; i < 10; i++)
        born.year = born.year * 10 + (text[i] - '0');
    born.month = (text[10] - '0') * 10 + text[11] - '0';
    born.day = (text[12] - '0') * 10 + text[13] - '0';
    if (text[CODE_LEN - 1] != "10X98765432"[sum % 11])
        return CODE_CHECK;
    return date_valid(born) ? CODE_RIGHT : CODE_DATE;
}
