/* Priorities: "AT 33585 A 19850206" (Lens), "2011.05.31 US 61/491,234" (CNIPA),
 * "60/123,456 01.02.2005 US" (Patentscope): number, date and country in any
 * order, told apart by their shape. */
#include "base/vec.h"
#include "ingest/fields_priv.h"

static bool is_eight_digits(struct str s)
{
    if (s.len != 8)
        return false;
    for (size_t i = 0; i < 8; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return true;
}

/* Only a whole date of a shape that no number has: eight digits of a possible
 * day, or three parts with separators. */
static bool token_date(struct date *out, struct str s)
{
    size_t marks = 0;
    for (size_t i = 0; i < s.len; i++)
        marks += s.ptr[i] == '.' || s.ptr[i] == '-' || s.ptr[i] == '/';
    if (!is_eight_digits(s) && (marks < 2 || s.len < 8 || s.len > 25))
        return false;
    return foreign_date_parse(out, s) && date_valid(*out) && out->year > 1800 && out->year < 2200;
}

static bool add_priority(struct fill *f, struct str v)
{
    struct priority pr = {0};
    struct str rest = v, number = STR_NONE;

    while (rest.ptr) {
        struct date date;
        struct str token = str_trim(str_split(&rest, STR(" ")));
        if (token.len == 0)
            continue;
        if (pr.date.year == 0 && token_date(&date, token))
            pr.date = date;
        else if (pr.country.len == 0 && is_country(token))
            pr.country = token;
        else
            number = number.len ? arena_printf(f->a, "%.*s %.*s", STR_ARG(number), STR_ARG(token))
                                : token;
    }
    if (number.len && pr.country.len)
        number = arena_printf(f->a, "%.*s %.*s", STR_ARG(pr.country), STR_ARG(number));
    if (number.len && !number_parse(&pr.number, number, NUMBER_APPLICATION, pr.country, f->a))
        return false;
    if (pr.country.len == 0)
        pr.country = pr.number.office;
    if (pr.number.key.len == 0 && pr.date.year == 0)
        return false;
    for (size_t i = 0; i < f->p->priorities.len; i++) {
        struct priority *have = &f->p->priorities.ptr[i];
        if (pr.number.key.len == 0 || !str_eq(have->number.key, pr.number.key))
            continue;
        if (have->date.year == 0) /* two columns tell of the same priority */
            have->date = pr.date;
        return true;
    }
    VEC_PUSH(f->a, &f->p->priorities, pr);
    return true;
}

bool read_priority(struct fill *f, const struct field *d, struct str v)
{
    struct str *piece;
    size_t count = split_value(&piece, v, SPLIT_NAMES, f->a);

    (void)d;
    for (size_t i = 0; i < count; i++)
        if (!add_priority(f, piece[i]))
            fill_vendor(f, f->column, piece[i]);
    return true;
}

bool read_priority_number(struct fill *f, const struct field *d, struct str v)
{
    return read_priority(f, d, v);
}

/* Dates beside as many numbers belong to them one by one; a single earliest
 * date (arg 1) belongs to a single priority, or stands alone: of which of several it is, nothing says. */
bool read_priority_date(struct fill *f, const struct field *d, struct str v)
{
    struct str *piece;
    size_t count = split_value(&piece, v, SPLIT_NAMES, f->a);
    size_t have = f->p->priorities.len;
    bool apart = d->arg == 1 && count == 1 && have > 1;

    if (count == 0)
        return false;
    if (have && count != have && !apart) {
        fill_vendor(f, f->column, v);
        return true;
    }
    for (size_t i = 0; i < count; i++) {
        struct date date;
        if (!fill_date(f, &date, piece[i]))
            return false;
        for (size_t k = 0; apart && k < have; k++)
            if (date_cmp(f->p->priorities.ptr[k].date, date) == 0)
                return true;
        if (date.year == 0)
            continue;
        if (apart || i >= f->p->priorities.len)
            VEC_PUSH(f->a, &f->p->priorities, ((struct priority){.date = date}));
        else if (f->p->priorities.ptr[i].date.year == 0)
            f->p->priorities.ptr[i].date = date;
    }
    return true;
}

bool read_priority_country(struct fill *f, const struct field *d, struct str v)
{
    struct str *piece;
    size_t count = split_value(&piece, v, SPLIT_SYMBOLS, f->a);
    size_t have = f->p->priorities.len;

    (void)d;
    if (have && count != have) {
        fill_vendor(f, f->column, v);
        return true;
    }
    for (size_t i = 0; i < count; i++) {
        struct str code = office_code(piece[i]);
        if (code.len == 0)
            return false;
        if (i >= f->p->priorities.len)
            VEC_PUSH(f->a, &f->p->priorities, ((struct priority){.country = code}));
        else if (f->p->priorities.ptr[i].country.len == 0)
            f->p->priorities.ptr[i].country = code;
    }
    return true;
}
