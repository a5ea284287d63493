/* Rules of deadlines as text, and the law by which they are counted. */
#include "base/msg.h"
#include "policy/calendar.h"
#include "policy/head_schema.h"

/* One of each form that is read below. */
const struct said_word deadline_forms[] = {
    {"WD5", N_("fifth working day after FROM (the day itself is not counted)")},
    {"D45", N_("45th day after FROM, every day counted")},
    {"M3", N_("same day three months on, or that month's last day")},
    {"WD-5", N_("fifth working day before FROM; D-30 and M-3 likewise; it never moves on")},
    {"M3..M6", N_("a day that an officer chooses between these two, both included")},
    {"T3", N_("last day of three years beginning on FROM")},
    {"Y12-31", N_("31 December of FROM's year; Y02-29 is the last day of February")},
    {"Y+1-01-31", N_("31 January of the year after FROM's")},
    {"Y12-31, 2026=2027-01-15", N_("31 December; of the year 2026 that date")},
    {"Q03-31", N_("31st of the third month of FROM's quarter, or that month's last day")},
    {"Q+1-01-10", N_("10th of the first month of the quarter after FROM's")},
    {"FROM", N_("FROM itself")},
    {"none", N_("the text has no number: an officer enters a day after FROM")},
    {NULL, NULL}};

static bool read_count(int *out, struct str s, int high)
{
    uint64_t n;
    if (!str_to_u64(&n, s) || n > (uint64_t)high)
        return false;
    *out = (int)n;
    return true;
}

/* As read_count; behind a minus it is counted backwards. */
static bool read_span(int *out, struct str s, int high)
{
    bool back = s.len && s.ptr[0] == '-';
    if (!read_count(out, back ? (struct str){s.ptr + 1, s.len - 1} : s, high) || *out == 0)
        return false;
    *out = back ? -*out : *out;
    return true;
}

/* "12-31", "+2-12-31"; months up to `months` */
static bool read_month_day(struct deadline_rule *d, struct str s, int months)
{
    if (s.len && s.ptr[0] == '+') {
        size_t dash = str_find(s, STR("-"), 0);
        if (dash == s.len || !read_count(&d->n, (struct str){s.ptr + 1, dash - 1}, 100))
            return false;
        s = (struct str){s.ptr + dash + 1, s.len - dash - 1};
    }
    return s.len == 5 && s.ptr[2] == '-' && read_count(&d->month, (struct str){s.ptr, 2}, months) &&
           read_count(&d->day, (struct str){s.ptr + 3, 2}, 31) && d->month > 0 && d->day > 0;
}

/* "12-31, 2026=2027-01-15" */
static bool read_yearly(struct deadline_rule *d, struct str s)
{
    struct str rest = s, usual = str_split(&rest, STR(", ")), year = str_split(&rest, STR("="));
    bool other = usual.len < s.len;
    if (other && !(read_count(&d->other_year, year, 9999) && d->other_year > 0 &&
                   date_parse(&d->other_day, rest)))
        return false;
    return read_month_day(d, usual, 12) && date_valid((struct date){2004, d->month, d->day});
}

bool deadline_rule_parse(struct deadline_rule *d, struct str s)
{
    struct str rest = s.len ? (struct str){s.ptr + 1, s.len - 1} : s;
    if (str_is(s, "none") || str_is(s, "FROM")) {
        d->kind = str_is(s, "none") ? DUE_NONE : DUE_FROM;
        return true;
    }
    if (str_starts(s, STR("WD"))) {
        d->kind = DUE_WORKDAYS;
        return read_span(&d->n, (struct str){s.ptr + 2, s.len - 2}, 3650);
    }
    if (str_starts(s, STR("D"))) {
        d->kind = DUE_DAYS;
        return read_span(&d->n, rest, 3650);
    }
    if (str_starts(s, STR("M"))) {
        size_t dots = str_find(rest, STR("..M"), 0);
        if (dots < rest.len) {
            d->kind = DUE_RANGE;
            return read_count(&d->n, (struct str){rest.ptr, dots}, 1200) &&
                   read_count(&d->high, (struct str){rest.ptr + dots + 3, rest.len - dots - 3},
                              1200) &&
                   d->n < d->high;
        }
        d->kind = DUE_MONTHS;
        return read_span(&d->n, rest, 1200);
    }
    if (str_starts(s, STR("T"))) {
        d->kind = DUE_TERM;
        return read_count(&d->n, rest, 100) && d->n > 0;
    }
    if (str_starts(s, STR("Q"))) {
        d->kind = DUE_QUARTERLY;
        return read_month_day(d, rest, 3);
    }
    d->kind = DUE_YEARLY;
    return str_starts(s, STR("Y")) && read_yearly(d, rest);
}

static struct str plain_text(const struct deadline_rule *d, struct arena *a)
{
    char kind = d->kind == DUE_QUARTERLY ? 'Q' : 'Y';
    struct str text;
    switch (d->kind) {
    case DUE_NONE:
        return STR("none");
    case DUE_FROM:
        return STR("FROM");
    case DUE_WORKDAYS:
        return arena_printf(a, "WD%d", d->n);
    case DUE_DAYS:
        return arena_printf(a, "D%d", d->n);
    case DUE_MONTHS:
        return arena_printf(a, "M%d", d->n);
    case DUE_RANGE:
        return arena_printf(a, "M%d..M%d", d->n, d->high);
    case DUE_TERM:
        return arena_printf(a, "T%d", d->n);
    case DUE_YEARLY:
    case DUE_QUARTERLY:
        text = d->n ? arena_printf(a, "%c+%d-%02d-%02d", kind, d->n, d->month, d->day)
                    : arena_printf(a, "%c%02d-%02d", kind, d->month, d->day);
        return d->other_year ? arena_printf(a, "%.*s, %d=%.*s", STR_ARG(text), d->other_year,
                                            STR_ARG(date_text(d->other_day, a)))
                             : text;
    }
    return STR_NONE;
}

struct str deadline_rule_text(const struct deadline_rule *d, struct arena *a)
{
    struct str text = plain_text(d, a);
    for (const struct deadline_rule *also = d->also; also; also = also->also)
        text = arena_printf(a, "%.*s | %.*s", STR_ARG(text), STR_ARG(plain_text(also, a)));
    if (d->then)
        text = arena_printf(a, "%.*s > %.*s", STR_ARG(text), STR_ARG(plain_text(d->then, a)));
    return d->carry ? arena_printf(a, "%.*s carry", STR_ARG(text)) : text;
}

bool deadline_rule_read(struct deadline_rule *d, struct str text, struct arena *a)
{
    d->carry = str_ends(text, STR(" carry"));
    text.len -= d->carry ? strlen(" carry") : 0;
    struct str then = text, first = str_split(&then, STR(" > "));
    struct str also = first, own = str_split(&also, STR(" | "));
    if (then.len) {
        struct deadline_rule *one = arena_alloc(a, sizeof(*one));
        *one = (struct deadline_rule){0};
        if (!deadline_rule_parse(one, then))
            return false;
        d->then = one;
    }
    if (also.len) {
        struct deadline_rule *one = arena_alloc(a, sizeof(*one));
        *one = (struct deadline_rule){0};
        if (!deadline_rule_read(one, also, a))
            return false;
        d->also = one;
    }
    return deadline_rule_parse(d, own);
}

/* Its kind as clauses name it in `by`: "WD", "M", "T", "Y"; empty: nothing is counted. */
static struct str deadline_kind_text(const struct deadline_rule *d)
{
    static const char *const units[] = {
        [DUE_WORKDAYS] = "WD", [DUE_DAYS] = "D",   [DUE_MONTHS] = "M",    [DUE_RANGE] = "M",
        [DUE_TERM] = "T",      [DUE_YEARLY] = "Y", [DUE_QUARTERLY] = "Q",
    };
    return str_of(units[d->kind]);
}

size_t deadline_counted_by(const struct clause ***out, const struct pack *p,
                           const struct deadline_rule *rule, struct arena *a)
{
    VEC(const struct clause *) found = {0};
    struct str kind = deadline_kind_text(rule);
    for (; p && kind.len; p = p->parent)
        for (size_t i = 0; i < p->clauses.len; i++)
            for (size_t k = 0; k < p->clauses.ptr[i].by_count; k++)
                if (p->document.standing == PACK_LIBRARY && str_eq(p->clauses.ptr[i].by[k], kind))
                    VEC_PUSH(a, &found, &p->clauses.ptr[i]);
    *out = found.ptr;
    return found.len;
}

bool deadline_years(struct years *out, const struct deadline_rule *rule)
{
    bool calendar = rule && rule->kind == DUE_YEARLY && rule->month == 12 && rule->day == 31;
    if (!calendar && !(rule && rule->kind == DUE_TERM))
        return false;
    *out = (struct years){calendar ? rule->n + 1 : rule->n, calendar};
    return true;
}
