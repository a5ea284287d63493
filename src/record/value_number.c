/* Field types that are a number in the store: int, decimal, money, percent, bool, ref. */
#include "base/date.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "model/number.h"
#include "record/scaled.h"
#include "record/value_kind.h"
#include "text/unicode.h"

/* A number in a web page is a double: beyond this it would lose its last digits. */
#define AMOUNT_SHOWN 60 /* bytes of what is no amount, in its message */
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

/* Takes one of the words from the beginning of s, or from its end. */
static bool cut_word(struct str *s, const char *const *words, bool from_end)
{
    for (; *words; words++) {
        struct str w = str_of(*words);
        if (!(from_end ? str_ends(*s, w) : str_starts(*s, w)))
            continue;
        *s = str_trim((struct str){s->ptr + (from_end ? 0 : w.len), s->len - w.len});
        return true;
    }
    return false;
}

static enum number_fault read_amount(struct amount *out, struct str written, struct arena *a)
{
    static const char *const currency[] = {"人民币", "rmb", "cny", "¥", NULL};
    static const char *const yuan[] = {"元整", "圆整", "元", "圆", NULL};
    static const struct {
        const char *word[2];
        int power;
    } units[] = {{{"千"}, 3},    {{"十万"}, 5}, {{"百万"}, 6}, {{"千万"}, 7},
                 {{"万亿"}, 12}, {{"万"}, 4},   {{"亿"}, 8}};
    struct buf b = {0};
    int power = 0;
    unicode_fold(&b, written);
    struct str s = str_trim(buf_take(&b, a));
    bool minus = s.len && s.ptr[0] == '-';
    if (minus)
        s = str_trim((struct str){s.ptr + 1, s.len - 1});
    *out = (struct amount){0};
    while (cut_word(&s, currency, false) || cut_word(&s, currency, true))
        out->is_yuan = true;
    if (cut_word(&s, yuan, true))
        out->is_yuan = out->has_unit = true;
    for (size_t i = 0; power == 0 && i < ARRAY_LEN(units); i++)
        power = cut_word(&s, units[i].word, true) ? units[i].power : 0;
    out->has_unit |= power > 0;
    while (cut_word(&s, currency, true))
        out->is_yuan = true;
    char *digits = arena_alloc(a, s.len + 1);
    size_t len = 0;
    if (minus)
        digits[len++] = '-';
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == ',' && !number_groups_thousands(s, i, 1))
            return NUMBER_SHAPE;
        if (s.ptr[i] != ',' && s.ptr[i] != ' ')
            digits[len++] = s.ptr[i];
    }
    return scaled(&out->fen, (struct str){digits, len}, 2 + power);
}

bool value_amount(struct amount *out, struct str written, struct arena *a)
{
    enum number_fault fault = read_amount(out, written, a);
    out->is_amount = fault != NUMBER_SHAPE;
    return fault == NUMBER_RIGHT;
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
    bool written = in->f->type == FIELD_MONEY && v->type == J_STRING;
    struct amount amount = {0};
    enum number_fault fault = written ? read_amount(&amount, s, in->r->a) : scaled(&n, s, places);
    n = written ? amount.fen : n;
    switch (fault) {
    case NUMBER_SHAPE:
        return written
                   ? value_refuse_with(in, "type",
                                       N_("must be an amount in yuan, like 1234.50, 12万元 or "
                                          "人民币 3,000 元; it is: %s"),
                                       utf8_cut(s, AMOUNT_SHOWN))
                   : value_refuse(in, "type", N_("must be a number written in digits, like 12.50"));
    case NUMBER_PLACES:
        if (amount.has_unit)
            return value_refuse(in, "places", N_("is no whole number of fen"));
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
