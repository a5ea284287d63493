/* Annual fees. Articles are those of 专利法实施细则 (2023) where no other text is named; 办法: 专利收费减缴办法 (2016). */
#include "matter/annual_fee.h"
#include "annual_fees_table.h"
#include "base/msg.h"
#include "decide/calendar_store.h"

#define UNSAID (-1)
#define COMPENSATED 21 /* the year behind the 20 of an invention (专利法 第四十二条) */
#define GRACE_MONTHS 6

struct schedule {
    const struct jvalue *record;
    struct date filed, granted, today;
    struct arena *a;
    const struct calendar *calendar;
    int64_t first, paid; /* the years of the grant, of the last fee that is not waited for */
    /* of the fee that is computed now */
    int64_t year, full, percent; /* full in yuan */
    struct date last_day, grace_end;
    struct jout unchecked;
};

static void leave_unchecked(struct schedule *s, const char *member, const char *reason)
{
    jout_object(&s->unchecked);
    jout_pair_z(&s->unchecked, "field", member);
    jout_pair_z(&s->unchecked, "reason", msg(reason));
    jout_end_object(&s->unchecked);
}

static struct date day_in(const struct jvalue *of, const char *name)
{
    struct date day;
    return date_parse(&day, jin_text(of, name)) ? day : (struct date){0};
}

static int64_t number_of(struct str text)
{
    int64_t n;
    return str_to_i64(&n, text) ? n : UNSAID;
}

/* The value in force on a day; *early: none was yet, and the first is given. 0: no row has this number; UNSAID: the texts held
 * do not say. */
static int64_t find_value(bool *early, struct str item, int64_t n, struct date on)
{
    const char *const *found = NULL;
    char day[DATE_TEXT_LEN + 1];
    date_format(day, on);
    for (size_t i = 0; i < ARRAY_LEN(annual_fees_table); i++) {
        const char *const *row = annual_fees_table[i];
        if (str_is(item, row[0]) && n >= number_of(str_of(row[2])) &&
            n <= number_of(str_of(row[3])) && !(found && strcmp(row[1], day) > 0))
            found = row;
    }
    *early = found && strcmp(found[1], day) > 0;
    return found ? number_of(str_of(found[4])) : 0;
}

/* Article 5: the corresponding day of the last month, else that month's last … */
static struct date corresponding_day(struct date from, int64_t months)
{
    struct date day;
    return months_on(&day, from, months) ? day : from;
}

/* … and where that is a day off, the first working day after. */
static struct date find_end(struct schedule *s, const char *member, struct date from,
                            int64_t months)
{
    const struct deadline_rule rule = {.kind = DUE_MONTHS, .n = (int)months, .carry = true};
    struct due due;
    if (due_of(&due, &rule, from, &(struct counting){.calendar = s->calendar}, NULL) == OK &&
        due.provisional)
        leave_unchecked(s, member, N_("the working days of that year are not known yet"));
    return due.date;
}

/* 办法 article 5: with the application, or two and a half months before the last day: 1 yes, 0 no, UNSAID where that hangs on
 * how many days half a month has, which no text held says. */
static int64_t asked_in_time(const struct schedule *s)
{
    struct date asked = day_in(s->record, "reduction_asked");
    int32_t day = date_to_days(asked), last = date_to_days(s->last_day);
    bool early = true, late = s->last_day.year > 0;
    for (int32_t half = 14; s->last_day.year && half <= 16; half++) {
        int32_t one = date_to_days(corresponding_day(s->last_day, -2)) - half;
        int32_t other = date_to_days(corresponding_day(date_from_days(last - half), -2));
        early = early && day < one && day < other;
        late = late && day > one && day > other;
    }
    if (!asked.year || (date_cmp(asked, s->filed) > 0 && !s->last_day.year))
        return UNSAID;
    return date_cmp(asked, s->filed) <= 0 || early ? 1 : late ? 0 : UNSAID;
}

/* 审查指南 part 5, chapter 11, 8: a fee that falls due while an open licence is worked, from its entry on, up to the year in
 * which the statement was withdrawn. */
static int64_t is_licensed(const struct schedule *s, struct date begins)
{
    const struct jvalue *all = jin_get(s->record, "open_licences");
    int64_t licensed = 0;
    for (size_t i = 0; all && i < all->count && licensed != 1; i++) {
        const struct jvalue *one = &all->items[i];
        struct date from = day_in(one, "effective"), entered = day_in(one, "recorded");
        struct date to = day_in(one, "ends"), left = day_in(one, "withdrawn");
        bool sure = from.year && entered.year && to.year && date_cmp(left, begins) &&
                    date_cmp(entered, s->last_day) && date_cmp(to, s->last_day);
        if (date_cmp(from, s->last_day) <= 0 && date_cmp(entered, s->last_day) <= 0 &&
            (!to.year || date_cmp(to, s->last_day) >= 0) &&
            (!left.year || date_cmp(left, begins) >= 0))
            licensed = sure ? 1 : UNSAID;
    }
    return licensed;
}

static void find_percent(struct schedule *s, struct date begins)
{
    struct str asked = jin_text(s->record, "reduction");
    struct date on = s->last_day.year ? s->last_day : s->granted;
    bool early = false, other;
    /* 办法 articles 2 and 4: the fees of some years from the grant on. */
    int64_t may = find_value(&early, STR("reduction"), s->year - s->first + 1, on);
    int64_t in_time = asked_in_time(s);
    bool meet = date_cmp(corresponding_day(s->filed, 12 * (s->first - 1)), s->granted) == 0;
    if (meet && find_value(&other, STR("reduction"), s->year - s->first + 2, on) != may)
        may = UNSAID; /* the grant may be of the year before */
    if (s->year == COMPENSATED || (may == 0 && !early) || str_is(asked, "none") ||
        (asked.len && in_time == 0))
        s->percent = 0;
    else
        s->percent = may < 0 || early || !asked.len ? UNSAID : in_time * number_of(asked);
    /* If two percentages apply, only the higher one counts (公告第594号 二). */
    int64_t rate = find_value(&early, STR("licence"), s->year, on);
    may = s->percent >= 0 && (rate < 0 || rate > s->percent) ? is_licensed(s, begins) : 0;
    if (may)
        s->percent = early || rate < 0 ? UNSAID : may * rate;
    if (s->percent < 0)
        leave_unchecked(s, "percent",
                        N_("neither days entered nor texts held say how far it is reduced"));
}

/* False: a patent of this type has no such year. */
static bool find_fee(struct schedule *s)
{
    struct str type = jin_text(s->record, "type"), term = jin_text(s->record, "design_term");
    struct date begins = corresponding_day(s->filed, 12 * (s->year - 1));
    struct date notice = day_in(s->record, "registration_notice");
    bool early = false, is_first = s->year == s->first, is_design = str_is(type, "design");
    bool is_end = s->year == COMPENSATED && str_is(type, "invention");
    /* 公告第594号 一, 缴费服务指南 二.1: whole years at once, before the 20 years end, without grace or reduction. */
    int64_t days = number_of(jin_text(s->record, "compensation_days"));
    int64_t years = is_end ? days / 365 : 1;
    s->full = years * find_value(&early, is_end ? STR("compensated") : type, is_end ? 1 : s->year,
                                 is_first ? s->granted : begins);
    if (s->full <= 0 || (is_design && term.len && s->year > number_of(term)))
        return false;
    jout_init_values(&s->unchecked, s->a);
    jout_array(&s->unchecked);
    if (early)
        leave_unchecked(s, "full", N_("no text held says since when this tariff is in force"));
    if (is_end && date_to_days(corresponding_day(begins, 12 * years)) - date_to_days(begins) > days)
        leave_unchecked(s, "full", N_("no text held says how many whole years these days are"));
    /* 专利法 第四十二条: 15 years; how long a design of an older law has, no text held says. */
    if (is_design && !term.len && s->year > 10)
        leave_unchecked(s, "year", N_("the term of the design is not given: 10 or 15 years"));
    if (is_first && date_cmp(begins, s->granted) == 0)
        leave_unchecked(s, "year", N_("the grant is on the day on which two years of it meet"));
    /* Article 115; articles 60 and 114: the first with the registration, and without grace. */
    s->last_day = s->grace_end = (struct date){0};
    if (!is_first)
        s->last_day = find_end(s, "last_day", s->filed, 12 * (s->year - 1));
    else if (notice.year)
        s->last_day = find_end(s, "last_day", notice, 2);
    else
        leave_unchecked(s, "last_day", N_("the day of the notice of registration is not given"));
    if (is_end && date_cmp(s->last_day, begins) != 0)
        leave_unchecked(s, "last_day",
                        N_("no text held says whether the 20 years end on a day off"));
    if (is_end)
        s->last_day = begins;
    find_percent(s, begins);
    if (!is_end && !is_first)
        s->grace_end = find_end(s, "grace_end", s->last_day, GRACE_MONTHS);
    return true;
}

static struct str yuan(const struct schedule *s, int64_t fen)
{
    return fen < 0 ? STR_NONE : arena_printf(s->a, "%d.%02d", (int)(fen / 100), (int)(fen % 100));
}

static void fee_json(struct jout *j, struct schedule *s)
{
    struct date last = s->grace_end.year ? s->grace_end : s->last_day;
    bool early;
    jout_object(j);
    jout_pair_i64(j, "year", s->year);
    jout_pair_or_null(j, "last_day", date_text(s->last_day, s->a));
    jout_pair(j, "full", yuan(s, s->full * 100));
    jout_name(j, "percent");
    jout_number(j, s->percent < 0 ? STR_NONE : arena_printf(s->a, "%d", (int)s->percent));
    jout_pair_or_null(j, "amount", yuan(s, s->percent < 0 ? UNSAID : s->full * (100 - s->percent)));
    jout_pair_or_null(j, "grace_end", date_text(s->grace_end, s->a));
    jout_pair_array(j, "surcharge");
    for (int i = 0; s->grace_end.year && i < GRACE_MONTHS; i++) {
        int64_t percent = find_value(&early, STR("surcharge"), i + 1, s->last_day);
        jout_str(j, yuan(s, s->full * percent));
    }
    jout_end_array(j);
    jout_name(j, "ends_on");
    if (s->year > s->first)
        jout_str(j, date_text(s->last_day, s->a));
    bool open = s->year > s->paid && date_cmp(last, s->today) >= 0;
    jout_pair_bool(j, "open", open);
    if (open && date_cmp(s->last_day, s->today) >= 0)
        s->paid = COMPENSATED; /* those behind it wait for it */
    jout_end_array(&s->unchecked);
    jout_name(j, "unchecked");
    jout_value(j, jout_made(&s->unchecked));
    jout_end_object(j);
}

/* The last year whose fee is not waited for: at least that of the grant (article 114); all where the patent lapsed, or a
 * day that was typed by hand waits instead. */
static int64_t find_paid(const struct schedule *s)
{
    const struct jvalue *all = jin_get(s->record, "fees");
    int64_t paid = day_in(s->record, "lapsed").year ? COMPENSATED : s->first;
    for (size_t i = 0; all && i < all->count; i++) {
        bool waits = day_in(&all->items[i], "due").year && !day_in(&all->items[i], "paid").year;
        int64_t year = waits ? COMPENSATED : number_of(jin_text(&all->items[i], "year"));
        if (year > paid && (waits || day_in(&all->items[i], "paid").year))
            paid = year;
    }
    return paid;
}

err_t annual_fees(const struct jvalue **rows, struct db *db, const struct jvalue *record,
                  struct date today, struct arena *a, struct err *e)
{
    struct schedule s = {record,    day_in(record, "filed"), day_in(record, "granted"), today, a,
                         .first = 1};
    struct jout j;
    err_t rc = db ? calendar_load(&s.calendar, db, a, e) : OK;
    *rows = NULL;
    if (rc != OK || !s.filed.year || !s.granted.year)
        return rc;
    while (date_cmp(corresponding_day(s.filed, 12 * s.first), s.granted) <= 0)
        s.first++;
    s.paid = find_paid(&s);
    jout_init_values(&j, a);
    jout_array(&j);
    for (s.year = s.first; find_fee(&s); s.year++)
        fee_json(&j, &s);
    jout_end_array(&j);
    *rows = jout_made(&j);
    return OK;
}
