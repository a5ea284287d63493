/* Counting days. 民法典 第二百条 to 第二百零四条 are the rules of calculation; where a policy
 * says working days, the day it begins on is day 0. */
#include "policy/calendar.h"
#include "base/attr.h"
#include "base/msg.h"
#include "cn_days.h"

#define YEAR_MAX 9999

static const char *kind_of(struct date d)
{
    char text[DATE_TEXT_LEN + 1];
    size_t low = 0, high = ARRAY_LEN(cn_days);
    date_format(text, d);
    while (low < high) {
        size_t mid = (low + high) / 2;
        int order = strcmp(cn_days[mid][0], text);
        if (order == 0)
            return cn_days[mid][1];
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

static int year_of(const char *date)
{
    return (date[0] - '0') * 1000 + (date[1] - '0') * 100 + (date[2] - '0') * 10 + date[3] - '0';
}

bool calendar_has_year(int year)
{
    for (size_t i = 0; i < ARRAY_LEN(cn_days); i++)
        if (year_of(cn_days[i][0]) == year)
            return true;
    return false;
}

bool calendar_is_workday(struct date d)
{
    const char *kind = kind_of(d);
    if (kind)
        return strcmp(kind, "work") == 0;
    int weekday = ((date_to_days(d) + 3) % 7 + 7) % 7; /* 1970-01-01 was a Thursday; Monday is 0 */
    return weekday < 5;
}

static int month_days(int year, int month)
{
    int day = 31;
    while (!date_valid((struct date){year, month, day}))
        day--;
    return day;
}

bool months_on(struct date *out, struct date from, int n)
{
    int month = from.month - 1 + n;
    int year = from.year + month / 12, last;
    month = month % 12 + 1;
    if (year > YEAR_MAX)
        return false;
    last = month_days(year, month);
    *out = (struct date){year, month, from.day < last ? from.day : last};
    return true;
}

/* The last day of n years beginning on `from`: the day before the corresponding day;
 * where there is none, that month's last day (民法典 202). */
static bool term_end(struct date *out, struct date from, int n)
{
    if (from.year + n > YEAR_MAX)
        return false;
    struct date day = {from.year + n, from.month, from.day};
    *out = date_valid(day) ? date_from_days(date_to_days(day) - 1)
                           : (struct date){day.year, day.month, month_days(day.year, day.month)};
    return true;
}

static bool workdays_on(struct due *out, struct date from, int n)
{
    int32_t day = date_to_days(from);
    int year_seen = 0;
    for (int left = n; left > 0;) {
        out->date = date_from_days(++day);
        if (out->date.year > YEAR_MAX)
            return false;
        if (out->date.year != year_seen && !calendar_has_year(out->date.year))
            out->provisional = true;
        year_seen = out->date.year;
        left -= calendar_is_workday(out->date);
    }
    return true;
}

err_t due_of(struct due *out, const struct deadline_rule *rule, struct date from, struct err *e)
{
    bool fits = true;
    *out = (struct due){.state = DUE_KNOWN, .date = from};
    switch (rule->kind) {
    case DUE_NONE:
        out->state = DUE_UNSAID;
        break;
    case DUE_FROM:
        break;
    case DUE_WORKDAYS:
        fits = workdays_on(out, from, rule->n);
        break;
    case DUE_MONTHS:
        fits = months_on(&out->date, from, rule->n);
        break;
    case DUE_TERM:
        fits = term_end(&out->date, from, rule->n);
        break;
    case DUE_YEARLY:
        fits = from.year + rule->n <= YEAR_MAX;
        out->date = (struct date){from.year + rule->n, rule->month, rule->day};
        break;
    }
    return fits ? OK : err_set(e, E_LIMIT, "that day is past the year 9999");
}
