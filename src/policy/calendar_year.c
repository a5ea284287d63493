/* A year's table of working days as a file: reading it, and the one spelling that is kept. */
#include "base/buf.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "policy/calendar.h"
#include <stdlib.h>

#define ROWS_MAX 366
#define DECEMBER_DAYS 8 /* a New Year's holiday begins in the last week of December, if at all */

struct reading {
    struct calendar_day days[ROWS_MAX];
    size_t count;
    struct str source;
    int row;
    const char *file;
    struct arena *arena;
    struct err *e;
};

static err_t wrong(const struct reading *r, struct str reason)
{
    return err_set(r->e, E_INVALID, "%s, row %d: %.*s", r->file, r->row, STR_ARG(reason));
}

static err_t take_row(struct reading *r, struct str line)
{
    struct str date = str_trim(str_split(&line, STR(","))), kind = STR_NONE;
    struct date d;
    if (line.ptr)
        kind = str_trim(str_split(&line, STR(",")));
    if (!date_parse(&d, date))
        return wrong(r,
                     arena_printf(r->arena, msg("\"%.*s\" is no date YYYY-MM-DD"), STR_ARG(date)));
    bool works = str_is(kind, "work");
    if (!works && !str_is(kind, "rest"))
        return wrong(
            r, arena_printf(r->arena, msg("\"%.*s\" is neither rest nor work"), STR_ARG(kind)));
    int32_t day = date_to_days(d);
    if (works && ((day + 3) % 7 + 7) % 7 < 5)
        return wrong(r, arena_printf(r->arena,
                                     msg("%.*s is a weekday: only a Saturday or Sunday is made a "
                                         "working day"),
                                     STR_ARG(date)));
    if (r->count == ROWS_MAX)
        return wrong(r, str_of(msg("there are more rows than days in a year")));
    r->days[r->count++] = (struct calendar_day){day, works};
    return OK;
}

static void take_source(struct reading *r, struct str line)
{
    while (line.len && (line.ptr[0] == '#' || line.ptr[0] == ' '))
        line = (struct str){line.ptr + 1, line.len - 1};
    line = str_trim(line);
    if (line.len)
        r->source = r->source.len
                        ? arena_printf(r->arena, "%.*s %.*s", STR_ARG(r->source), STR_ARG(line))
                        : line;
}

static err_t take_lines(struct reading *r, struct str text)
{
    bool header = false;
    err_t rc = OK;
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        text = (struct str){text.ptr + 3, text.len - 3};
    while (rc == OK && text.ptr) {
        struct str line = str_trim(str_split(&text, STR("\n")));
        r->row++;
        if (line.len == 0)
            continue;
        if (line.ptr[0] == '#')
            take_source(r, line);
        else if (header)
            rc = take_row(r, line);
        else if (!(header = str_starts(line, STR("date,kind"))))
            rc = wrong(r, str_of(msg("the header date,kind,holiday is missing")));
    }
    return rc;
}

static int by_day(const void *x, const void *y)
{
    int32_t a = ((const struct calendar_day *)x)->day, b = ((const struct calendar_day *)y)->day;
    return (a > b) - (a < b);
}

/* One year, whole: a table that was cut off would make working days of holidays. */
static err_t check_year(const struct reading *r, int year)
{
    static const int8_t always[][2] = {{1, 1}, {5, 1}, {10, 1}, {10, 2}, {10, 3}};
    char text[DATE_TEXT_LEN + 1];
    int32_t first = date_to_days((struct date){year, 1, 1}) - DECEMBER_DAYS;
    date_format(text, date_from_days(r->days[0].day));
    if (r->days[0].day < first)
        return err_set(r->e, E_INVALID, "%s: one year is asked for; %s is not of the year %d",
                       r->file, text, year);
    for (size_t i = 1; i < r->count; i++)
        if (r->days[i].day == r->days[i - 1].day) {
            date_format(text, date_from_days(r->days[i].day));
            return err_set(r->e, E_INVALID, "%s: %s is listed twice", r->file, text);
        }
    for (size_t i = 0; i < sizeof(always) / sizeof(*always); i++) {
        struct date d = {year, always[i][0], always[i][1]};
        bool found = false;
        for (size_t k = 0; k < r->count; k++)
            found |= r->days[k].day == date_to_days(d) && !r->days[k].works;
        date_format(text, d);
        if (!found)
            return err_set(r->e, E_INVALID,
                           "%s: %s is no day off in it; is the table of %d cut off?", r->file, text,
                           year);
    }
    return OK;
}

err_t calendar_parse(struct calendar_year *out, struct str text, const char *file, struct arena *a,
                     struct err *e)
{
    struct reading *r = arena_alloc(a, sizeof(*r));
    *r = (struct reading){.file = file, .arena = a, .e = e};
    if (utf8_check(text) != text.len)
        return err_set(e, E_INVALID, "%s is not UTF-8", file);
    err_t rc = take_lines(r, text);
    if (rc != OK)
        return rc;
    if (r->count == 0)
        return err_set(e, E_INVALID, "%s has no day in it", file);
    if (r->source.len == 0)
        return err_set(e, E_INVALID,
                       "%s does not say who announced it; begin it with a line like \"# notice of "
                       "the State Council, number and date\"",
                       file);
    qsort(r->days, r->count, sizeof(*r->days), by_day);
    int year = date_from_days(r->days[r->count - 1].day).year;
    if ((rc = check_year(r, year)) != OK)
        return rc;
    *out = (struct calendar_year){year, arena_dup(a, r->source), r->days, r->count};
    return OK;
}

struct str calendar_text(const struct calendar_year *y, struct arena *a)
{
    char date[DATE_TEXT_LEN + 1];
    struct buf b = {0};
    buf_addf(&b, "# %.*s\ndate,kind\n", STR_ARG(y->source));
    for (size_t i = 0; i < y->count; i++) {
        date_format(date, date_from_days(y->days[i].day));
        buf_addf(&b, "%s,%s\n", date, y->days[i].works ? "work" : "rest");
    }
    return buf_take(&b, a);
}
