/* The day of a case that counts for a reader. */
#include "base/date.h"
#include "record/record.h"

void shown_day_take(struct shown_day *to, const char *day, struct due_day due)
{
    if (due.date.len == 0 || (to->due.date.len && str_cmp(to->due.date, due.date) <= 0))
        return;
    to->due = due;
    to->day = due.chosen ? "remind" : day;
}

static bool is_his(const struct moved_step *s)
{
    return s->allowed && s->leads_on;
}

/* The nearest day by which the reader is to do something; if there is none, after which something opens for him, or
 * until when somebody else has time. */
void shown_day_of(struct shown_day *out, const struct moved_steps *moved)
{
    *out = (struct shown_day){0};
    for (size_t i = 0; i < moved->count; i++)
        if (is_his(&moved->ptr[i]) && !moved->ptr[i].later)
            shown_day_take(out, "by", moved->ptr[i].due);
    shown_day_take(out, "by", moved->due);
    if (out->due.date.len)
        return;
    for (size_t i = 0; i < moved->count; i++)
        if (is_his(&moved->ptr[i]))
            shown_day_take(out, "after", moved->ptr[i].due);
    shown_day_take(out, "others", moved->others);
}

void shown_day_json(struct jout *j, const struct shown_day *d, struct str today)
{
    struct date due, now;
    if (d->due.date.len == 0)
        return;
    due_day_json(j, d->due);
    jout_pair(j, "day", str_of(d->day));
    if (!date_parse(&due, d->due.date) || !date_parse(&now, today))
        return;
    int32_t left = date_to_days(due) - date_to_days(now);
    jout_pair_i64(j, "days_left", left > 0 ? left : 0);
    if (strcmp(d->day, "remind") != 0) /* nothing is late by it */
        jout_pair_i64(j, "overdue_days",
                      left < 0 && strcmp(d->day, "by") == 0 && d->due.count_by.len == 0 ? -left
                                                                                        : 0);
}
