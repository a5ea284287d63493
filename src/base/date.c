/* Day numbers after Howard Hinnant, "chrono-Compatible Low-Level Date
 * Algorithms": years start in March, so that the leap day comes last. */
#include "base/date.h"
#include "base/arena.h"
#include <stdio.h>

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

bool date_valid(struct date d)
{
    return d.year >= 1 && d.year <= 9999 && d.month >= 1 && d.month <= 12 && d.day >= 1 &&
           d.day <= days_in_month(d.year, d.month);
}

bool months_on(struct date *out, struct date from, int64_t n)
{
    int64_t at = (int64_t)from.year * 12 + from.month - 1 + n;
    if (at < 12 || at / 12 > 9999)
        return false;
    int last = days_in_month((int)(at / 12), (int)(at % 12) + 1);
    *out = (struct date){(int)(at / 12), (int)(at % 12) + 1, from.day < last ? from.day : last};
    return true;
}

int32_t date_to_days(struct date d)
{
    int y = d.month <= 2 ? d.year - 1 : d.year;
    int era = (y >= 0 ? y : y - 399) / 400;
    int year_of_era = y - era * 400;
    int day_of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

int date_cmp(struct date a, struct date b)
{
    if (a.year != b.year)
        return a.year < b.year ? -1 : 1;
    if (a.month != b.month)
        return a.month < b.month ? -1 : 1;
    return a.day < b.day ? -1 : a.day > b.day;
}

struct date date_from_days(int32_t days)
{
    int z = days + 719468;
    int era = (z >= 0 ? z : z - 146096) / 146097;
    int day_of_era = z - era * 146097;
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int m = (5 * day_of_year + 2) / 153;
    struct date d = {.month = m < 10 ? m + 3 : m - 9, .day = day_of_year - (153 * m + 2) / 5 + 1};
    d.year = year_of_era + era * 400 + (d.month <= 2 ? 1 : 0);
    return d;
}

struct str date_text(struct date d, struct arena *a)
{
    if (d.year <= 0)
        return STR_NONE;
    if (d.month <= 0)
        return arena_printf(a, "%04d", d.year);
    if (d.day <= 0)
        return arena_printf(a, "%04d-%02d", d.year, d.month);
    return arena_printf(a, "%04d-%02d-%02d", d.year, d.month, d.day);
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

struct date date_from_ms(int64_t ms_utc)
{
    return date_from_days((int32_t)floor_div(ms_utc, 86400000));
}

static void put_digits(char *out, int value, int count)
{
    for (int i = count - 1; i >= 0; i--, value /= 10)
        out[i] = (char)('0' + value % 10);
}

void date_format(char out[DATE_TEXT_LEN + 1], struct date d)
{
    memcpy(out, "0000-00-00", DATE_TEXT_LEN + 1);
    put_digits(out, d.year, 4);
    put_digits(out + 5, d.month, 2);
    put_digits(out + 8, d.day, 2);
}

static bool digits(int *out, struct str s, size_t at, size_t count)
{
    *out = 0;
    for (size_t i = at; i < at + count; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        *out = *out * 10 + (s.ptr[i] - '0');
    }
    return true;
}

bool date_parse(struct date *out, struct str s)
{
    struct date d;
    if (s.len != DATE_TEXT_LEN || s.ptr[4] != '-' || s.ptr[7] != '-' || !digits(&d.year, s, 0, 4) ||
        !digits(&d.month, s, 5, 2) || !digits(&d.day, s, 8, 2) || !date_valid(d))
        return false;
    *out = d;
    return true;
}

bool date_term_end(struct date *out, struct date from, struct years term)
{
    struct date day = {from.year + term.count, from.month, from.day};
    if (term.calendar)
        day = (struct date){day.year, 1, 1};
    if (term.count <= 0 || day.year > 9999)
        return false;
    /* 29 February of a common year: the day before 1 March is that month's last. */
    if (!date_valid(day))
        day = (struct date){day.year, day.month + 1, 1};
    *out = date_from_days(date_to_days(day) - 1);
    return true;
}

void time_format(char out[21], int64_t ms_utc)
{
    int64_t seconds = floor_div(ms_utc, 1000);
    int in_day = (int)(seconds - floor_div(seconds, 86400) * 86400);
    memcpy(out, "0000-00-00T00:00:00Z", 21);
    char day[DATE_TEXT_LEN + 1];
    date_format(day, date_from_ms(ms_utc));
    memcpy(out, day, DATE_TEXT_LEN);
    put_digits(out + 11, in_day / 3600, 2);
    put_digits(out + 14, in_day / 60 % 60, 2);
    put_digits(out + 17, in_day % 60, 2);
}

static bool two_digits(int *out, const char *p, int max)
{
    if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
        return false;
    *out = (p[0] - '0') * 10 + p[1] - '0';
    return *out <= max;
}

bool time_parse(char text[TIME_TEXT_LEN + 1], int64_t *ms, struct str s)
{
    struct date day;
    int hour, minute, second = 0, off_hour = 0, off_minute = 0;
    if (s.len < 17 || !date_parse(&day, (struct str){s.ptr, 10}) ||
        (s.ptr[10] != 'T' && s.ptr[10] != ' ') || !two_digits(&hour, s.ptr + 11, 23) ||
        s.ptr[13] != ':' || !two_digits(&minute, s.ptr + 14, 59))
        return false;
    struct str rest = {s.ptr + 16, s.len - 16};
    if (rest.ptr[0] == ':') {
        if (rest.len < 4 || !two_digits(&second, rest.ptr + 1, 59))
            return false;
        rest = (struct str){rest.ptr + 3, rest.len - 3};
    }
    bool utc = str_is(rest, "Z");
    bool west = rest.len > 0 && rest.ptr[0] == '-';
    if (!utc &&
        (rest.len != 6 || (!west && rest.ptr[0] != '+') || rest.ptr[3] != ':' ||
         !two_digits(&off_hour, rest.ptr + 1, 14) || !two_digits(&off_minute, rest.ptr + 4, 59)))
        return false;
    int offset = (off_hour * 60 + off_minute) * (west ? -1 : 1);
    (void)snprintf(text, TIME_TEXT_LEN + 1, "%.10sT%02d:%02d:%02d%c%02d:%02d", s.ptr, hour, minute,
                   second, west && offset != 0 ? '-' : '+', off_hour, off_minute);
    int64_t minutes = ((int64_t)date_to_days(day) * 24 + hour) * 60 + minute - offset;
    *ms = (minutes * 60 + second) * 1000;
    return true;
}
