/* Numbers and dates of spreadsheets as text. A cell holds a double: its shortest
 * text that reads back the same is what a person typed, and one of more digits than
 * a spreadsheet keeps is marked as lossy, for it may be a damaged patent number. */
#include "text/cell_text.h"
#include "base/date.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define SERIAL_END 2958466 /* the day after 9999-12-31 */

/* "-d.ddde±xx" of %.*e → digits without exponent. */
static size_t without_exponent(char out[CELL_NUMBER_MAX], const char *e_form)
{
    char digits[24];
    size_t n = 0, at = 0;
    const char *p = e_form;
    if (*p == '-')
        out[at++] = *p++;
    for (; *p && *p != 'e'; p++) {
        if (*p != '.')
            digits[n++] = *p;
    }
    long point = strtol(p + 1, NULL, 10) + 1; /* digits before the decimal point */
    while (n > 1 && digits[n - 1] == '0')
        n--;
    if (point <= 0) {
        out[at++] = '0';
        out[at++] = '.';
        for (long i = point; i < 0; i++)
            out[at++] = '0';
    }
    for (long i = 0; i < (long)n || i < point; i++) {
        if (i == point && point > 0)
            out[at++] = '.';
        out[at++] = i < (long)n ? digits[i] : '0';
    }
    return at;
}

size_t cell_number(char out[CELL_NUMBER_MAX], double x, bool *lossy)
{
    char text[40];
    int precision = 14; /* digits after the first */
    *lossy = false;
    if (!isfinite(x))
        return 0;
    if (x == 0) { /* also minus zero */
        out[0] = '0';
        return 1;
    }
    if (fabs(x) < 1e15 && x == (double)(int64_t)x)
        return (size_t)snprintf(out, CELL_NUMBER_MAX, "%lld", (long long)x);
    for (; precision <= 16; precision++) {
        snprintf(text, sizeof(text), "%.*e", precision, x);
        if (strtod(text, NULL) == x)
            break;
    }
    *lossy = fabs(x) >= 1e15; /* fractions are measured or computed, no numbers of patents */
    return without_exponent(out, text);
}

bool cell_format_id_is_date(unsigned id)
{
    /* 27–36 and 50–58 are dates in the East Asian editions. */
    return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) ||
           (id >= 50 && id <= 58);
}

bool cell_format_is_date(struct str code)
{
    for (size_t i = 0; i < code.len; i++) {
        char c = code.ptr[i];
        if (c == ';')
            return false; /* the section for negative numbers begins */
        if (c == '\\' || c == '_' || c == '*') {
            i++;
        } else if (c == '"') {
            for (i++; i < code.len && code.ptr[i] != '"'; i++)
                ;
        } else if (c == '[') {
            /* [Red], [$-804], [>5]; but [h] [mm] [s] are elapsed times */
            if (i + 1 < code.len && strchr("hHmMsS", code.ptr[i + 1]))
                return true;
            for (; i < code.len && code.ptr[i] != ']'; i++)
                ;
        } else if (c && strchr("yYmMdDhHsS", c)) {
            return true;
        }
    }
    return false;
}

size_t cell_date(char out[CELL_DATE_MAX], double serial, bool from_1904)
{
    if (!(serial >= 0 && serial < SERIAL_END))
        return 0;
    int64_t seconds = (int64_t)floor(serial * 86400 + 0.5);
    int32_t day = (int32_t)(seconds / 86400);
    int second = (int)(seconds % 86400);
    char time[12];
    snprintf(time, sizeof(time), "%02d:%02d:%02d", second / 3600, second / 60 % 60, second % 60);
    if (day == 0 && !from_1904)
        return (size_t)snprintf(out, CELL_DATE_MAX, "%s", time);
    /* Serial 60 is 1900-02-29, a day that never was: before it the count is one
     * ahead (Lotus 1-2-3's error, kept by Excel). */
    const struct date epoch = from_1904  ? (struct date){1904, 1, 1}
                              : day < 60 ? (struct date){1899, 12, 31}
                                         : (struct date){1899, 12, 30};
    struct date d = date_from_days(date_to_days(epoch) + day);
    char text[DATE_TEXT_LEN + 1];
    if (!date_valid(d))
        return 0;
    date_format(text, d);
    return (size_t)snprintf(out, CELL_DATE_MAX, second ? "%s %s" : "%s", text, time);
}
