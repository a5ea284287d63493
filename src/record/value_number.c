/* Field types that are a number in the store: int, decimal, money, percent, bool, ref. */
#include "base/date.h"
#include "base/msg.h"
#include "record/scaled.h"
#include "record/value_kind.h"

/* A number in a web page is a double: beyond this it would lose its last digits. */
#define NUMBER_MAX INT64_C(9007199254740991)

struct str value_number_text(const struct field *f, int64_t n, struct arena *a)
{
    char text[SCALED_TEXT_MAX];
    return arena_dup(a, scaled_write(text, n, field_places(f)));
}

enum number_fault { NUMBER_RIGHT, NUMBER_SHAPE, NUMBER_PLACES, NUMBER_LARGE };

/* "-12.5" → −1250 with two places: digits, one point, no exponent, no grouping. */
static enum number_fault scaled(int64_t *out, struct str s, int places)
{
    size_t at = s.len > 0 && s.ptr[0] == '-', digits = 0;
    int64_t n = 0;
    int after = -1; /* digits behind the point; −1: no point yet */
    for (size_t i = at; i < s.len; i++) {
        if (s.ptr[i] == '.' && after < 0 && digits > 0) {
            after = 0;
            continue;
        }
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return NUMBER_SHAPE;
        digits++;
        if (after >= 0 && ++after > places) {
            if (s.ptr[i] != '0')
                return NUMBER_PLACES;
            continue;
        }
        if (n > NUMBER_MAX / 10)
            return NUMBER_LARGE;
        n = n * 10 + (s.ptr[i] - '0');
    }
    if (digits == 0 || after == 0)
        return NUMBER_SHAPE;
    for (int i = after < 0 ? 0 : after; i < places; i++) {
        if (n > NUMBER_MAX / 10)
            return NUMBER_LARGE;
        n *= 10;
    }
    *out = at ? -n : n;
    return n > NUMBER_MAX ? NUMBER_LARGE : NUMBER_RIGHT;
}

/* A bound as people write it: of a decimal "100", not "100.000000"; money keeps its two places. */
static struct str bound_text(char room[SCALED_TEXT_MAX], const struct field *f, int64_t bound)
{
    struct str s = scaled_write(room, bound, field_places(f));
    while (f->type == FIELD_DECIMAL && field_places(f) && s.len && s.ptr[s.len - 1] == '0')
        s.len--;
    if (f->type == FIELD_DECIMAL && s.len && s.ptr[s.len - 1] == '.')
        s.len--;
    return s;
}

static bool within_bounds(const struct reading *in, int64_t n)
{
    char digits[SCALED_TEXT_MAX];
    const struct field *f = in->f;
    if (f->has_min && n < f->min)
        return value_refuse_with(in, "range", N_("must not be less than %s"),
                                 bound_text(digits, f, f->min));
    if (f->has_max && n > f->max)
        return value_refuse_with(in, "range", N_("must not be more than %s"),
                                 bound_text(digits, f, f->max));
    return true;
}

/* A year of a finished or running activity must have begun; a year that is being prepared may be
 * the next one. */
static bool has_begun(const struct reading *in, int64_t year)
{
    struct date today;
    char digits[SCALED_TEXT_MAX];
    if (in->f->max_date.len == 0 || !date_parse(&today, in->r->today))
        return true;
    int64_t last = today.year + str_is(in->f->max_date, "next_year");
    return year <= last || value_refuse_with(in, "range", N_("is a year to come: at most %s"),
                                             scaled_write(digits, last, 0));
}

static bool read_number(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    char digits[SCALED_TEXT_MAX];
    int places = field_places(in->f);
    int64_t n = 0;
    struct str s = v->type == J_STRING ? str_trim(v->text) : v->text;
    if (v->type == J_NULL || (v->type == J_STRING && s.len == 0))
        return true;
    if (v->type != J_NUMBER && v->type != J_STRING)
        return value_refuse(in, "type", N_("must be a number"));
    switch (scaled(&n, s, places)) {
    case NUMBER_SHAPE:
        return value_refuse(in, "type", N_("must be a number written in digits, like 12.50"));
    case NUMBER_PLACES:
        return value_refuse_with(in, "places", N_("has more than %s digits after the point"),
                                 scaled_write(digits, places, 0));
    case NUMBER_LARGE:
        return value_refuse(in, "range", N_("is too large"));
    case NUMBER_RIGHT:
        break;
    }
    cols[0] = v_i64(n);
    return within_bounds(in, n);
}

static bool read_int(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    int64_t n = 0;
    if (v->type == J_NULL)
        return true;
    if (v->type != J_NUMBER || scaled(&n, v->text, 0) == NUMBER_SHAPE)
        return value_refuse(in, "type", N_("must be a whole number"));
    if (scaled(&n, v->text, 0) == NUMBER_LARGE)
        return value_refuse(in, "range", N_("is too large"));
    if (scaled(&n, v->text, 0) == NUMBER_PLACES)
        return value_refuse(in, "type", N_("must be a whole number"));
    cols[0] = v_i64(n);
    return within_bounds(in, n) && has_begun(in, n);
}

static void write_int(struct jout *j, struct value_writer *w, const struct field *f,
                      const struct value *cols)
{
    (void)w;
    (void)f;
    jout_i64(j, cols[0].i64);
}

static void write_number(struct jout *j, struct value_writer *w, const struct field *f,
                         const struct value *cols)
{
    char text[SCALED_TEXT_MAX];
    (void)w;
    jout_str(j, scaled_write(text, cols[0].i64, field_places(f)));
}

static bool read_bool(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    if (v->type == J_NULL)
        return true;
    if (v->type != J_TRUE && v->type != J_FALSE)
        return value_refuse(in, "type", N_("must be true or false"));
    cols[0] = v_i64(v->type == J_TRUE);
    return true;
}

static void write_bool(struct jout *j, struct value_writer *w, const struct field *f,
                       const struct value *cols)
{
    (void)w;
    (void)f;
    jout_bool(j, cols[0].i64 != 0);
}

static bool read_ref(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    int64_t id = 0;
    if (v->type == J_NULL)
        return true;
    if (v->type != J_NUMBER || !str_to_i64(&id, v->text) || id <= 0)
        return value_refuse(in, "type", N_("must be the id of a record"));
    cols[0] = v_i64(id);
    return true;
}

const struct value_kind value_int = {read_int, write_int, {{"", true}}, ORDER_NUMBER};
const struct value_kind value_number = {read_number, write_number, {{"", true}}, ORDER_NUMBER};
const struct value_kind value_bool = {read_bool, write_bool, {{"", true}}, ORDER_CODE};
const struct value_kind value_ref = {read_ref, write_int, {{"", true}}, ORDER_NUMBER};
