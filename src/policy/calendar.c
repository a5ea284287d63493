/* Counting days. 民法典 第二百条 to 第二百零四条 are the rules of calculation (packs/common quotes
 * them); where a policy says working days, the day it begins on is day 0. */
#include "policy/calendar.h"
#include "base/attr.h"
#include "base/msg.h"
#include "cn_days.h"
#include "legal_days.h"
#include <stdlib.h>

#define YEAR_MAX 9999

/* --- the tables ------------------------------------------------------------------------ */

static int year_of(const char *date)
{
    return (date[0] - '0') * 1000 + (date[1] - '0') * 100 + (date[2] - '0') * 10 + date[3] - '0';
}

int calendar_first_year(void)
{
    return year_of(cn_days[0][0]);
}

static int last_built_in(void)
{
    return year_of(cn_days[ARRAY_LEN(cn_days) - 1][0]);
}

int calendar_last_year(const struct calendar *c)
{
    int year = last_built_in();
    for (size_t i = 0; c && i < c->count; i++)
        if (c->years[i].year > year)
            year = c->years[i].year;
    return c && c->last_year && c->last_year < year ? c->last_year : year;
}

bool calendar_has_year(const struct calendar *c, int year)
{
    return year >= calendar_first_year() && year <= calendar_last_year(c);
}

static const struct calendar_day *day_in(const struct calendar_year *y, int32_t day)
{
    size_t low = 0, high = y->count;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (y->days[mid].day == day)
            return &y->days[mid];
        if (y->days[mid].day < day)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

static int by_date(const void *date, const void *row)
{
    return strcmp(date, *(const char *const *)row);
}

/* The year whose table says of a day: a New Year's holiday begins in the last three days of December,
 * or they are worked for it, as the table of the year after says (2006, 2007, 2018, 2022). */
static int year_that_says(struct date d)
{
    return d.month == 12 && d.day >= 29 ? d.year + 1 : d.year;
}

static bool is_weekday(int32_t day)
{
    return ((day + 3) % 7 + 7) % 7 < 5; /* 1970-01-01 was a Thursday; Monday is 0 */
}

bool calendar_is_workday(const struct calendar *c, struct date d)
{
    int32_t day = date_to_days(d);
    for (size_t i = 0; c && i < c->count; i++) {
        const struct calendar_day *special = day_in(&c->years[i], day);
        if (special && c->years[i].year <= calendar_last_year(c))
            return special->works;
    }
    char text[DATE_TEXT_LEN + 1];
    date_format(text, d);
    if (year_that_says(d) > calendar_last_year(c)) /* the law is there before the table is */
        return is_weekday(day) &&
               !bsearch(text, legal_days, ARRAY_LEN(legal_days), sizeof(*legal_days), by_date);
    const char *const *row = bsearch(text, cn_days, ARRAY_LEN(cn_days), sizeof(*cn_days), by_date);
    return row ? strcmp(row[1], "work") == 0 : is_weekday(day);
}

int64_t calendar_workdays(const struct calendar *c, struct date from, struct date to)
{
    int64_t n = 0;
    for (int32_t d = date_to_days(from) + 1; d <= date_to_days(to); d++)
        n += calendar_is_workday(c, date_from_days(d));
    return n;
}

bool calendar_differs(struct date *first, const struct calendar *c, const struct calendar_year *y)
{
    int32_t day = date_to_days((struct date){y->year, 1, 1});
    if (y->count && y->days[0].day < day)
        day = y->days[0].day;
    for (int32_t end = date_to_days((struct date){y->year, 12, 31}); day <= end; day++) {
        const struct calendar_day *special = day_in(y, day);
        *first = date_from_days(day);
        if (!special && first->year < y->year)
            continue;
        if (calendar_is_workday(c, *first) != (special ? special->works : is_weekday(day)))
            return true;
    }
    return false;
}

/* --- counting -------------------------------------------------------------------------- */

/* A day that is counted: provisional where a table that says of it is not there yet. */
static void count_in(struct due *out, struct date d, const struct calendar *c)
{
    int year = calendar_has_year(c, d.year) ? year_that_says(d) : d.year;
    if (calendar_has_year(c, year) || out->provisional)
        return;
    out->provisional = true;
    out->count_by = (struct date){year, 1, 1};
}

static bool workdays_on(struct due *out, struct date from, int n, const struct calendar *c)
{
    int32_t day = date_to_days(from);
    int step = n < 0 ? -1 : 1;
    for (int left = n * step; left > 0;) {
        out->date = date_from_days(day += step);
        if (out->date.year < 1 || out->date.year > YEAR_MAX)
            return false;
        count_in(out, out->date, c);
        left -= calendar_is_workday(c, out->date);
    }
    return true;
}

/* 民法典 203: where the last day is a day off, the one after the days off. */
static void carry(struct date *day, struct due *out, const struct calendar *c)
{
    count_in(out, *day, c);
    while (!calendar_is_workday(c, *day) && day->year < YEAR_MAX) {
        *day = date_from_days(date_to_days(*day) + 1);
        count_in(out, *day, c);
    }
}

/* From the month of that day to the month that the rule names. */
static int months_to(const struct deadline_rule *rule, struct date from)
{
    int of = rule->kind == DUE_QUARTERLY ? 3 : 12;
    return (from.month - 1) / of * of + of * rule->n + rule->month - from.month;
}

static bool find_day(struct due *out, const struct deadline_rule *rule, struct date from,
                     const struct calendar *c)
{
    switch (rule->kind) {
    case DUE_NONE:
        out->state = DUE_UNSAID;
        return true;
    case DUE_FROM:
        return true;
    case DUE_WORKDAYS:
        return workdays_on(out, from, rule->n, c);
    case DUE_DAYS:
        out->date = date_from_days(date_to_days(from) + rule->n);
        return out->date.year >= 1 && out->date.year <= YEAR_MAX;
    case DUE_MONTHS:
        return months_on(&out->date, from, rule->n);
    case DUE_RANGE:
        out->state = DUE_RANGED;
        return months_on(&out->date, from, rule->n) && months_on(&out->last, from, rule->high);
    case DUE_TERM:
        return date_term_end(&out->date, from, (struct years){rule->n, false});
    case DUE_YEARLY:
    case DUE_QUARTERLY:
        if (rule->other_year && rule->other_year == from.year) {
            out->date = rule->other_day;
            return true;
        }
        from.day = rule->day; /* Q03-31 is also 30 June */
        return months_on(&out->date, from, months_to(rule, from));
    }
    return true;
}

/* Whichever is provisional makes the whole so. */
static void take_provisional(struct due *out, const struct due *other)
{
    if (other->provisional && !out->provisional) {
        out->provisional = true;
        out->count_by = other->count_by;
    }
}

static bool find_later(struct due *out, const struct deadline_rule *rule, struct date from,
                       const struct calendar *c)
{
    if (!find_day(out, rule, from, c))
        return false;
    for (rule = rule->also; rule; rule = rule->also) {
        struct due other = {.state = DUE_KNOWN, .date = from, .chosen = out->chosen};
        if (!find_day(&other, rule, from, c))
            return false;
        if (date_to_days(other.date) > date_to_days(out->date))
            out->date = other.date;
        take_provisional(out, &other);
    }
    return true;
}

err_t due_of(struct due *out, const struct deadline_rule *rule, struct date from,
             const struct counting *how, struct err *e)
{
    const struct calendar *c = how ? how->calendar : NULL;
    struct counting carrying = {c, rule->carry || (how && how->carries)};
    *out = (struct due){.state = DUE_KNOWN, .date = from, .chosen = rule->chosen};
    if (!find_later(out, rule, from, c))
        return err_set(e, E_INVALID, "that day is past the year 9999");
    if (rule->then) {
        struct due first = *out;
        err_t rc = due_of(out, rule->then, first.date, &carrying, e);
        out->chosen = rule->chosen;
        take_provisional(out, &first);
        return rc;
    }
    bool ends = (rule->kind == DUE_DAYS || rule->kind == DUE_MONTHS || rule->kind == DUE_TERM ||
                 rule->kind == DUE_YEARLY || rule->kind == DUE_QUARTERLY) &&
                rule->n >= 0;
    if (carrying.carries && (ends || out->state == DUE_RANGED))
        carry(ends ? &out->date : &out->last, out, c);
    return OK;
}

struct due_day due_day_of(const struct due *due, struct arena *a)
{
    return (struct due_day){.date = date_text(due->date, a),
                            .count_by = due->provisional ? date_text(due->count_by, a) : STR_NONE,
                            .chosen = due->chosen};
}

err_t due_entered(struct due *out, const struct deadline_rule *rule, struct date from,
                  struct date entered, const struct counting *how, struct err *e)
{
    char first[DATE_TEXT_LEN + 1], last[DATE_TEXT_LEN + 1], day[DATE_TEXT_LEN + 1];
    err_t rc = due_of(out, rule, from, how, e);
    if (rc != OK)
        return rc;
    date_format(day, entered);
    date_format(first, out->date);
    date_format(last, out->last);
    int32_t at = date_to_days(entered);
    if (out->state == DUE_KNOWN)
        return err_set(e, E_INVALID, "the policy gives the day %s: do not enter one", first);
    if (out->state == DUE_RANGED && (at < date_to_days(out->date) || at > date_to_days(out->last)))
        return err_set(e, E_INVALID, "the day is from %s to %s, and not %s", first, last, day);
    if (out->state == DUE_UNSAID && at <= date_to_days(from))
        return err_set(e, E_INVALID, "%s is not after the day it is counted from", day);
    *out = (struct due){.state = DUE_KNOWN, .date = entered};
    return OK;
}
