/* Field types of days and moments. */
#include "base/date.h"
#include "base/msg.h"
#include "record/value_kind.h"
#include <stdio.h>

static bool within_days(const struct reading *in, struct str day)
{
    struct str min = in->f->min_date, max = in->f->max_date;
    char year_end[sizeof("2026-12-31")];
    bool was = in->before && str_eq(bytes_str(in->before[0].bytes), day);
    if (was && str_is(min, "today"))
        min = STR_NONE; /* what was to come when it was said */
    if (str_is(min, "today"))
        min = in->r->today;
    if (str_is(max, "today"))
        max = in->r->today;
    if (str_is(max, "year_end") && in->r->today.len >= 4) {
        (void)snprintf(year_end, sizeof(year_end), "%.4s-12-31", in->r->today.ptr);
        max = str_of(year_end);
    }
    if (min.len > 0 && str_cmp(day, min) < 0)
        return value_refuse_with(in, "range", N_("must not be before %s"), min);
    if (max.len > 0 && str_cmp(day, max) > 0)
        return value_refuse_with(in, "range", N_("must not be after %s"), max);
    return true;
}

static bool read_date(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    struct date day;
    struct str s;
    if (v->type != J_STRING && v->type != J_NULL)
        return value_refuse(in, "type", N_("must be a day of the calendar, like 2026-11-20"));
    if (!value_read_string(&s, in, v))
        return false;
    if (s.len == 0)
        return true;
    if (!date_parse(&day, s))
        return value_refuse(in, "format", N_("must be a day of the calendar, like 2026-11-20"));
    cols[0] = v_str(s);
    return within_days(in, s);
}

static bool read_known_date(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    if (v->type == J_FALSE) {
        cols[0] = v_str(STR("no"));
        return true;
    }
    return read_date(cols, in, v);
}

static void write_known_date(struct jout *j, struct value_writer *w, const struct field *f,
                             const struct value *cols)
{
    if (str_is(bytes_str(cols[0].bytes), "no"))
        jout_bool(j, false);
    else
        value_write_text(j, w, f, cols);
}

static bool read_datetime(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    char text[TIME_TEXT_LEN + 1];
    int64_t ms;
    struct str s;
    if (!value_read_string(&s, in, v))
        return false;
    if (s.len == 0)
        return true;
    if (!time_parse(text, &ms, s))
        return value_refuse(in, "format",
                            N_("must be a time with its offset, like 2026-11-20T09:30:00+08:00"));
    cols[0] = v_str(arena_dup(in->r->a, str_of(text)));
    cols[1] = v_i64(ms);
    return true;
}

static bool read_period(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    static const char *const members[] = {"from", "to"};
    if (v->type == J_NULL)
        return true;
    if (v->type != J_OBJECT)
        return value_refuse(in, "type", N_("must be an object with from and to"));
    if (!value_only_members(in, v, members, ARRAY_LEN(members)))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        struct reading part = *in;
        const struct jvalue *day = jin_get(v, members[i]);
        part.path = arena_printf(in->r->a, "%.*s.%s", STR_ARG(in->path), members[i]);
        if (day && !read_date(&cols[i], &part, day))
            return false;
    }
    bool both_given = cols[0].type == VALUE_STR && cols[1].type == VALUE_STR;
    if (both_given && str_cmp(bytes_str(cols[0].bytes), bytes_str(cols[1].bytes)) > 0)
        return value_refuse(in, "range", N_("ends before it begins"));
    return true;
}

static void write_period(struct jout *j, struct value_writer *w, const struct field *f,
                         const struct value *cols)
{
    (void)w;
    (void)f;
    if (cols[0].type == VALUE_NULL && cols[1].type == VALUE_NULL) {
        jout_null(j);
        return;
    }
    jout_object(j);
    jout_pair(j, "from", bytes_str(cols[0].bytes));
    jout_pair(j, "to", bytes_str(cols[1].bytes));
    jout_end_object(j);
}

const struct value_kind value_date = {read_date, value_write_text, {{""}}, ORDER_DATE};
const struct value_kind value_known_date = {read_known_date, write_known_date, {{""}}, ORDER_DATE};
const struct value_kind value_datetime = {
    read_datetime, value_write_text, {{""}, {"ms", true}}, ORDER_INSTANT, 1};
const struct value_kind value_period = {
    read_period, write_period, {{"from"}, {"to"}}, ORDER_PERIOD, 0, true, true};
