/* The table of field types. A reader turns JSON into columns or says why not; a
 * writer turns columns into JSON; both know one single value. Lists and tables
 * are made of them below. */
#include "record/value.h"
#include "base/date.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "model/codes.h"
#include "model/normal.h"
#include "model/number.h"
#include "record/faults.h"
#include "record/scaled.h"
#include "record/value_person.h"
#include "text/unicode.h"
#include <inttypes.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>

/* A number in a web page is a double: beyond this it would lose its last digits. */
#define NUMBER_MAX INT64_C(9007199254740991)

#define TEXT_MAX 200        /* characters, where the type says nothing */
#define LONG_TEXT_MAX 20000 /* likewise */
#define URL_BYTES_MAX 2048
#define FILE_NAME_BYTES_MAX 255 /* of Linux */
#define DIGEST_LEN 64           /* SHA-256 or SM3, hex */

/* Where one value is read to, and how it is refused. */
struct reading {
    struct value_reader *r;
    const struct field *f;
    struct str path;
    const struct value *before; /* columns of the same value now; NULL: none */
};

/* True with cols[0] VALUE_NULL: no value. False: a fault is added. */
typedef bool read_fn(struct value *cols, const struct reading *in, const struct jvalue *v);
typedef void write_fn(struct jout *j, struct value_writer *w, const struct field *f,
                      const struct value *cols);

static bool refuse(const struct reading *in, const char *code, const char *sentence)
{
    fault_add(in->r->faults, in->path, code, sentence, NULL, 0);
    return false;
}

static bool refuse_with(const struct reading *in, const char *code, const char *sentence,
                        struct str arg)
{
    fault_add(in->r->faults, in->path, code, sentence, FAULT_ARGS(both(arg)));
    return false;
}

/* --- texts --------------------------------------------------------------------- */

struct str value_clean(struct str written, struct arena *a)
{
    struct str s = str_trim(written);
    struct buf text;
    if (s.len == 0)
        return STR_NONE;
    buf_init(&text, 0);
    unicode_nfc(&text, s);
    char *to = text.ptr;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '\r')
            *to++ = text.ptr[i];
        else if (i + 1 == text.len || text.ptr[i + 1] != '\n')
            *to++ = '\n';
    }
    s = arena_dup(a, str_range(text.ptr, to));
    buf_clear(&text);
    return s;
}

/* A string's content, cleaned; empty for null and "". */
static bool read_string(struct str *out, const struct reading *in, const struct jvalue *v)
{
    *out = STR_NONE;
    if (v->type == J_NULL)
        return true;
    if (v->type != J_STRING)
        return refuse(in, "type", N_("must be a text"));
    if (utf8_check(v->text) < v->text.len)
        return refuse(in, "type", N_("is not valid UTF-8"));
    *out = value_clean(v->text, in->r->a);
    return true;
}

static bool has_control(struct str s, bool lines)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if ((c < 0x20 || c == 0x7F) && !(lines && (c == '\n' || c == '\t')))
            return true;
    }
    return false;
}

static bool within_length(const struct reading *in, struct str s, int64_t standard)
{
    char digits[SCALED_TEXT_MAX];
    const struct field *f = in->f;
    int64_t max = f->has_max ? f->max : standard, length = (int64_t)utf8_length(s);
    if (length > max)
        return refuse_with(in, "length", N_("is longer than %s characters"),
                           scaled_write(digits, max, 0));
    if (f->has_min && length < f->min)
        return refuse_with(in, "length", N_("is shorter than %s characters"),
                           scaled_write(digits, f->min, 0));
    return true;
}

struct value_patterns {
    struct {
        const struct field *field;
        regex_t regex;
    } * items;
    size_t count;
};

static size_t count_patterns(const struct field *f, size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        n += (f[i].pattern.len > 0) + count_patterns(f[i].fields, f[i].field_count);
    return n;
}

/* A pattern that does not compile is left out here: types are linted when they
 * are loaded. Whole value: ^( … )$. */
static void add_patterns(struct value_patterns *p, const struct field *f, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        add_patterns(p, f[i].fields, f[i].field_count);
        if (f[i].pattern.len == 0)
            continue;
        struct arena *a = arena_new();
        const char *whole = arena_printf(a, "^(%.*s)$", STR_ARG(f[i].pattern)).ptr;
        if (regcomp(&p->items[p->count].regex, whole, REG_EXTENDED | REG_NOSUB) == 0)
            p->items[p->count++].field = &f[i];
        arena_free(a);
    }
}

struct value_patterns *value_patterns_new(const struct record_type *t)
{
    struct value_patterns *p = mem_zalloc(sizeof(*p));
    p->items = mem_array(count_patterns(t->fields, t->field_count) + 1, sizeof(*p->items));
    add_patterns(p, t->fields, t->field_count);
    return p;
}

void value_patterns_free(struct value_patterns *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->count; i++)
        regfree(&p->items[i].regex);
    free(p->items);
    free(p);
}

static bool fits_pattern(const struct reading *in, struct str s)
{
    const struct value_patterns *p = in->r->patterns;
    for (size_t i = 0; p && i < p->count; i++)
        if (p->items[i].field == in->f &&
            regexec(&p->items[i].regex, arena_cstr(in->r->a, s), 0, NULL, 0) != 0)
            return refuse_with(in, "pattern", N_("does not have the form %s"), in->f->pattern);
    return true;
}

static bool read_text(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    struct str s;
    bool lines = in->f->type == FIELD_LONG_TEXT;
    if (!read_string(&s, in, v))
        return false;
    if (has_control(s, lines))
        return refuse(in, "characters",
                      lines ? N_("holds control characters")
                            : N_("must be one line without control characters"));
    cols[0] = v_str(s);
    return s.len == 0 ||
           (within_length(in, s, lines ? LONG_TEXT_MAX : TEXT_MAX) && fits_pattern(in, s));
}

static void write_text(struct jout *j, struct value_writer *w, const struct field *f,
                       const struct value *cols)
{
    (void)w;
    (void)f;
    jout_str(j, bytes_str(cols[0].bytes));
}

/* --- numbers ------------------------------------------------------------------- */

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

static bool within_bounds(const struct reading *in, int64_t n)
{
    char digits[SCALED_TEXT_MAX];
    const struct field *f = in->f;
    if (f->has_min && n < f->min)
        return refuse_with(in, "range", N_("must not be less than %s"),
                           scaled_write(digits, f->min, field_places(f)));
    if (f->has_max && n > f->max)
        return refuse_with(in, "range", N_("must not be more than %s"),
                           scaled_write(digits, f->max, field_places(f)));
    return true;
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
        return refuse(in, "type", N_("must be a number"));
    switch (scaled(&n, s, places)) {
    case NUMBER_SHAPE:
        return refuse(in, "type", N_("must be a number written in digits, like 12.50"));
    case NUMBER_PLACES:
        return refuse_with(in, "places", N_("has more than %s digits behind the point"),
                           scaled_write(digits, places, 0));
    case NUMBER_LARGE:
        return refuse(in, "range", N_("is too large"));
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
        return refuse(in, "type", N_("must be a whole number"));
    if (scaled(&n, v->text, 0) == NUMBER_LARGE)
        return refuse(in, "range", N_("is too large"));
    if (scaled(&n, v->text, 0) == NUMBER_PLACES)
        return refuse(in, "type", N_("must be a whole number"));
    cols[0] = v_i64(n);
    return within_bounds(in, n);
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
        return refuse(in, "type", N_("must be true or false"));
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

/* --- days and moments ------------------------------------------------------------ */

static bool within_days(const struct reading *in, struct str day)
{
    struct str min = in->f->min_date, max = in->f->max_date;
    if (str_is(min, "today"))
        min = in->r->today;
    if (str_is(max, "today"))
        max = in->r->today;
    if (min.len > 0 && str_cmp(day, min) < 0)
        return refuse_with(in, "range", N_("must not be before %s"), min);
    if (max.len > 0 && str_cmp(day, max) > 0)
        return refuse_with(in, "range", N_("must not be after %s"), max);
    return true;
}

static bool read_date(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    struct date day;
    struct str s;
    if (!read_string(&s, in, v))
        return false;
    if (s.len == 0)
        return true;
    if (!date_parse(&day, s))
        return refuse(in, "format", N_("must be a day of the calendar, like 2026-11-20"));
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
        write_text(j, w, f, cols);
}

static bool two_digits(int *out, const char *p, int max)
{
    if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
        return false;
    *out = (p[0] - '0') * 10 + p[1] - '0';
    return *out <= max;
}

/* 2026-11-20T09:30[:00](Z|±hh:mm) → the same with seconds and offset, and the
 * moment in ms. */
static bool moment(char text[26], int64_t *ms, struct str s)
{
    struct date day;
    int hour, minute, second = 0, off_hour = 0, off_minute = 0;
    if (s.len < 17 || !date_parse(&day, (struct str){s.ptr, 10}) ||
        (s.ptr[10] != 'T' && s.ptr[10] != ' ') || !two_digits(&hour, s.ptr + 11, 23) ||
        s.ptr[13] != ':' || !two_digits(&minute, s.ptr + 14, 59))
        return false;
    struct str rest = {s.ptr + 16, s.len - 16};
    if (rest.ptr[0] == ':') {
        if (rest.len < 4 || !two_digits(&second, rest.ptr + 1, 59))
            return false;
        rest = (struct str){rest.ptr + 3, rest.len - 3};
    }
    bool utc = str_is(rest, "Z");
    bool west = rest.len > 0 && rest.ptr[0] == '-';
    if (!utc &&
        (rest.len != 6 || (!west && rest.ptr[0] != '+') || rest.ptr[3] != ':' ||
         !two_digits(&off_hour, rest.ptr + 1, 14) || !two_digits(&off_minute, rest.ptr + 4, 59)))
        return false;
    int offset = (off_hour * 60 + off_minute) * (west ? -1 : 1);
    (void)snprintf(text, 26, "%.10sT%02d:%02d:%02d%c%02d:%02d", s.ptr, hour, minute, second,
                   west && offset != 0 ? '-' : '+', off_hour, off_minute);
    int64_t minutes = ((int64_t)date_to_days(day) * 24 + hour) * 60 + minute - offset;
    *ms = (minutes * 60 + second) * 1000;
    return true;
}

static bool read_datetime(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    char text[26];
    int64_t ms;
    struct str s;
    if (!read_string(&s, in, v))
        return false;
    if (s.len == 0)
        return true;
    if (!moment(text, &ms, s))
        return refuse(in, "format",
                      N_("must be a time with its offset, like 2026-11-20T09:30:00+08:00"));
    cols[0] = v_str(arena_dup(in->r->a, str_of(text)));
    cols[1] = v_i64(ms);
    return true;
}

/* Every member of an object is one of `names`; else a fault names it. */
static bool only_members(const struct reading *in, const struct jvalue *v, const char *const *names,
                         size_t count)
{
    for (size_t i = 0; i < v->count; i++) {
        bool known = false;
        for (size_t k = 0; k < count; k++)
            known |= str_is(v->names[i], names[k]);
        if (!known)
            return refuse_with(in, "unknown", N_("has a member %s that is not known"), v->names[i]);
    }
    return true;
}

static bool read_period(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    static const char *const members[] = {"from", "to"};
    if (v->type == J_NULL)
        return true;
    if (v->type != J_OBJECT)
        return refuse(in, "type", N_("must be an object with from and to"));
    if (!only_members(in, v, members, ARRAY_LEN(members)))
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
        return refuse(in, "range", N_("ends before it begins"));
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

/* --- codes ----------------------------------------------------------------------- */

static bool is_offered(const struct enum_value *v, struct str day)
{
    return (v->from.len == 0 || str_cmp(v->from, day) <= 0) &&
           (v->to.len == 0 || str_cmp(day, v->to) <= 0);
}

static bool read_enum(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    struct str s;
    if (!read_string(&s, in, v))
        return false;
    if (s.len == 0)
        return true;
    for (size_t i = 0; i < in->f->value_count; i++) {
        const struct enum_value *value = &in->f->values[i];
        if (!str_eq(value->code, s))
            continue;
        /* What stands there already may stay when it is no longer offered. */
        bool stays = in->before && str_eq(bytes_str(in->before[0].bytes), s);
        if (!stays && !is_offered(value, in->r->today)) {
            fault_add(in->r->faults, in->path, "not_offered", N_("%s is not offered on %s"),
                      FAULT_ARGS(value->label, both(in->r->today)));
            return false;
        }
        cols[0] = v_str(value->code);
        return true;
    }
    return refuse_with(in, "value", N_("has no value %s"), s);
}

static bool read_ref(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    int64_t id = 0;
    if (v->type == J_NULL)
        return true;
    if (v->type != J_NUMBER || !str_to_i64(&id, v->text) || id <= 0)
        return refuse(in, "type", N_("must be the id of a record"));
    cols[0] = v_i64(id);
    return true;
}

static bool read_party(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    struct str s;
    if (!read_string(&s, in, v))
        return false;
    if (s.len == 0)
        return true;
    switch (credit_code_parse(&s, s, in->r->a)) {
    case CODE_RIGHT:
        break;
    case CODE_SHAPE:
    case CODE_DATE:
        return refuse(in, "format",
                      N_("must be a unified social credit code: 18 digits and letters"));
    case CODE_CHECK:
        return refuse(in, "check_digit",
                      N_("is no unified social credit code: its check digit does not fit"));
    }
    cols[0] = v_str(s);
    return true;
}

static bool read_person(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    struct str s;
    if (!read_string(&s, in, v))
        return false;
    if (s.len == 0)
        return true;
    switch (resident_id_parse(&s, s, in->r->a)) {
    case CODE_RIGHT:
        break;
    case CODE_SHAPE:
        return refuse(in, "format", N_("must be a resident identity number of 18 characters"));
    case CODE_CHECK:
        return refuse(in, "check_digit",
                      N_("is no resident identity number: its check digit does not fit"));
    case CODE_DATE:
        return refuse(in, "format",
                      N_("is no resident identity number: it holds no date of birth"));
    }
    if (!in->r->keys)
        return refuse(in, "sealed", N_("cannot be kept: this program has no key to seal it"));
    struct str index = person_index(in->r->keys, s, in->r->a);
    /* The same person keeps the sealed text, so that nothing looks changed. */
    if (in->before && str_eq(bytes_str(in->before[1].bytes), index)) {
        memcpy(cols, in->before, 2 * sizeof(*cols));
        return true;
    }
    cols[0] = v_str(person_seal(in->r->keys, s, in->r->a));
    cols[1] = v_str(index);
    return true;
}

static void write_person(struct jout *j, struct value_writer *w, const struct field *f,
                         const struct value *cols)
{
    char number[PERSON_LEN + 1];
    struct str sealed = bytes_str(cols[0].bytes);
    if (w->view == VIEW_CANONICAL) {
        jout_str(j, sealed);
        return;
    }
    err_t rc = w->rc == OK ? person_open(number, w->keys, sealed, w->e) : w->rc;
    if (rc != OK) {
        if (w->rc == OK)
            err_note(w->e, "%.*s", STR_ARG(f->name));
        w->rc = rc;
        jout_null(j);
        return;
    }
    if (w->view == VIEW_MASKED)
        memset(number + 3, '*', PERSON_LEN - 7);
    jout_str(j, (struct str){number, PERSON_LEN});
}

/* --- ways to reach someone --------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Half-width ASCII without blanks; empty when something else is left. */
static struct str ascii_of(struct str s, struct arena *a)
{
    char *to = arena_alloc(a, s.len + 1);
    size_t n = 0;
    for (size_t at = 0; at < s.len;) {
        uint32_t c = utf8_next(s, &at);
        if (c >= 0xFF01 && c <= 0xFF5E)
            c -= 0xFEE0;
        if (c == 0x2013 || c == 0x2014 || c == 0x2010)
            c = '-';
        if (c == ' ' || c == 0x3000)
            continue;
        if (c <= ' ' || c > '~')
            return STR_NONE;
        to[n++] = (char)c;
    }
    return (struct str){to, n};
}

/* [+]digits with - ( ) between them, and an extension after # or 转. */
static bool read_phone(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    struct str s;
    if (!read_string(&s, in, v))
        return false;
    if (s.len == 0)
        return true;
    size_t turn = str_find(s, STR("转"), 0);
    if (turn < s.len)
        s = arena_printf(in->r->a, "%.*s#%.*s", (int)turn, s.ptr,
                         (int)(s.len - turn - strlen("转")), s.ptr + turn + strlen("转"));
    s = ascii_of(s, in->r->a);
    size_t digits = 0, extension = 0, marks = 0;
    bool shaped = s.len > 0 && is_digit(s.ptr[s.len - 1]);
    for (size_t i = 0; shaped && i < s.len; i++) {
        char c = s.ptr[i];
        marks += c == '#';
        digits += is_digit(c) && marks == 0;
        extension += is_digit(c) && marks > 0;
        shaped =
            is_digit(c) || c == '-' || c == '(' || c == ')' || c == '#' || (c == '+' && i == 0);
    }
    if (!shaped || marks > 1 || digits < 5 || digits > 15 || extension > 6)
        return refuse(in, "format",
                      N_("must be a telephone number, like 028-86123456 or 13812345678"));
    cols[0] = v_str(s);
    return true;
}

static bool is_host(struct str s)
{
    bool dot = false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool edge = i == 0 || i + 1 == s.len || s.ptr[i - 1] == '.' || s.ptr[i + 1] == '.';
        if (c == '.' ? i == 0 || i + 1 == s.len || s.ptr[i - 1] == '.'
                     : !(is_digit(c) || (unsigned)((c | 32) - 'a') < 26u || (c == '-' && !edge)))
            return false;
        dot |= c == '.';
    }
    return s.len > 0 && s.len <= 253 && dot;
}

static bool read_email(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    struct str s;
    if (!read_string(&s, in, v))
        return false;
    if (s.len == 0)
        return true;
    s = ascii_of(s, in->r->a);
    struct str host = s;
    struct str local = str_split(&host, STR("@"));
    bool shaped = host.ptr && is_host(host) && local.len > 0 && local.len <= 64;
    for (size_t i = 0; shaped && i < local.len; i++)
        shaped = strchr("\"(),:;<>[]\\", local.ptr[i]) == NULL;
    if (!shaped)
        return refuse(in, "format", N_("must be a mail address, like name@example.cn"));
    char *lower = (char *)arena_dup(in->r->a, s).ptr; /* our own copy */
    for (size_t i = local.len; i < s.len; i++)
        lower[i] = (char)((unsigned)(lower[i] - 'A') < 26u ? lower[i] + 32 : lower[i]);
    cols[0] = v_str((struct str){lower, s.len});
    return true;
}

/* http and https alone: a page shows it as a link, and javascript: is one too. */
static bool read_url(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    struct str s;
    if (!read_string(&s, in, v))
        return false;
    if (s.len == 0)
        return true;
    size_t scheme = str_starts(s, STR("https://"))  ? strlen("https://")
                    : str_starts(s, STR("http://")) ? strlen("http://")
                                                    : 0;
    bool shaped = scheme > 0 && s.len > scheme && s.ptr[scheme] != '/' && s.len <= URL_BYTES_MAX;
    for (size_t i = 0; shaped && i < s.len; i++)
        shaped = (unsigned char)s.ptr[i] > ' ' && strchr("\"<>\\^`{|}\x7F", s.ptr[i]) == NULL;
    if (!shaped)
        return refuse(in, "format", N_("must be an address that begins with https:// or http://"));
    cols[0] = v_str(s);
    return true;
}

/* --- places, classes, patents, files -------------------------------------------------- */

/* Cities are prefectures (xxxx00), the four municipalities, and counties that a
 * province governs itself (xx90xx). */
static bool has_level(struct str code, struct str level)
{
    bool whole_province = memcmp(code.ptr + 2, "0000", 4) == 0;
    bool whole_city = memcmp(code.ptr + 4, "00", 2) == 0;
    if (str_is(level, "province"))
        return whole_province;
    if (str_is(level, "city"))
        return (whole_city && !whole_province) || memcmp(code.ptr + 2, "90", 2) == 0 ||
               (whole_province && (str_starts(code, STR("11")) || str_starts(code, STR("12")) ||
                                   str_starts(code, STR("31")) || str_starts(code, STR("50"))));
    if (str_is(level, "county"))
        return !whole_city;
    return true;
}

static bool read_region(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    struct str s;
    if (!read_string(&s, in, v))
        return false;
    if (s.len == 0)
        return true;
    if (s.len != 6 || region_name(s).len == 0)
        return refuse_with(in, "value", N_("%s is no region code of GB/T 2260"), s);
    if (!has_level(s, in->f->level))
        return refuse(in, "value",
                      str_is(in->f->level, "province") ? N_("must be a province")
                      : str_is(in->f->level, "city")   ? N_("must be a city")
                                                       : N_("must be a county or district"));
    cols[0] = v_str(s);
    return true;
}

static bool read_ipc(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    struct class_symbol symbol;
    struct str s;
    if (!read_string(&s, in, v))
        return false;
    if (s.len == 0)
        return true;
    if (!class_parse(&symbol, s, CLASS_IPC, in->r->a))
        return refuse(in, "format", N_("must be a symbol of the IPC, like H01M10/052"));
    cols[0] = v_str(symbol.symbol);
    return true;
}

static bool read_patent(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    struct number number;
    struct str s;
    if (!read_string(&s, in, v))
        return false;
    if (s.len == 0)
        return true;
    if (has_control(s, false) || !within_length(in, s, TEXT_MAX))
        return refuse(in, "format", N_("must be a patent number, like CN108192973A"));
    if (!number_parse(&number, s, NUMBER_ANY, STR_NONE, in->r->a) || number.key.len == 0)
        return refuse(in, "format", N_("must be a patent number, like CN108192973A"));
    if (number.check == CHECK_WRONG)
        return refuse(in, "check_digit", N_("is no patent number: its check digit does not fit"));
    cols[0] = v_str(number.written);
    cols[1] = v_str(number.key);
    return true;
}

static bool accepts(const struct field *f, struct str name)
{
    size_t dot = name.len;
    while (dot > 0 && name.ptr[dot - 1] != '.')
        dot--;
    for (size_t i = 0; i < f->accept_count; i++)
        if (dot > 0 && str_eq_nocase(f->accept[i], (struct str){name.ptr + dot, name.len - dot}))
            return true;
    return f->accept_count == 0;
}

static bool read_file(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    static const char *const members[] = {"digest", "name"};
    struct str digest, name;
    if (v->type == J_NULL)
        return true;
    if (v->type != J_OBJECT)
        return refuse(in, "type", N_("must be an object with digest and name"));
    if (!only_members(in, v, members, ARRAY_LEN(members)))
        return false;
    digest = jin_text(v, "digest");
    name = value_clean(jin_text(v, "name"), in->r->a);
    bool shaped = digest.len == DIGEST_LEN;
    for (size_t i = 0; shaped && i < digest.len; i++)
        shaped = is_digit(digest.ptr[i]) || (digest.ptr[i] >= 'a' && digest.ptr[i] <= 'f');
    if (!shaped)
        return refuse(in, "format", N_("must name its file by a digest of 64 hex digits"));
    if (name.len == 0 || name.len > FILE_NAME_BYTES_MAX || has_control(name, false) ||
        memchr(name.ptr, '/', name.len) || memchr(name.ptr, '\\', name.len))
        return refuse(in, "format", N_("must give its file a name without folders"));
    if (!accepts(in->f, name)) {
        struct str kinds = STR_NONE;
        for (size_t i = 0; i < in->f->accept_count; i++)
            kinds = arena_printf(in->r->a, "%.*s%s%.*s", STR_ARG(kinds), i > 0 ? ", " : "",
                                 STR_ARG(in->f->accept[i]));
        return refuse_with(in, "file_kind", N_("must be a file of one of these kinds: %s"), kinds);
    }
    cols[0] = v_str(arena_dup(in->r->a, digest));
    cols[1] = v_str(name);
    return true;
}

static void write_file(struct jout *j, struct value_writer *w, const struct field *f,
                       const struct value *cols)
{
    (void)w;
    (void)f;
    jout_object(j);
    jout_pair(j, "digest", bytes_str(cols[0].bytes));
    jout_pair(j, "name", bytes_str(cols[1].bytes));
    jout_end_object(j);
}

/* --- the table ------------------------------------------------------------------------ */

struct kind {
    read_fn *read;
    write_fn *write;
    struct {
        const char *suffix; /* "": the field's name alone; NULL: no such column */
        bool integer;
    } columns[VALUE_COLUMNS_MAX];
    enum value_order order;
    size_t order_column;
    bool merges; /* an object: a merge patch changes its members one by one */
};

static const struct kind kinds[] = {
    [FIELD_TEXT] = {read_text, write_text, {{""}}, ORDER_TEXT},
    [FIELD_LONG_TEXT] = {read_text, write_text, {{""}}, ORDER_TEXT},
    [FIELD_INT] = {read_int, write_int, {{"", true}}, ORDER_NUMBER},
    [FIELD_DECIMAL] = {read_number, write_number, {{"", true}}, ORDER_NUMBER},
    [FIELD_MONEY] = {read_number, write_number, {{"", true}}, ORDER_NUMBER},
    [FIELD_PERCENT] = {read_number, write_number, {{"", true}}, ORDER_NUMBER},
    [FIELD_DATE] = {read_date, write_text, {{""}}, ORDER_DATE},
    [FIELD_KNOWN_DATE] = {read_known_date, write_known_date, {{""}}, ORDER_DATE},
    [FIELD_DATETIME] = {read_datetime, write_text, {{""}, {"ms", true}}, ORDER_INSTANT, 1},
    [FIELD_PERIOD] = {read_period, write_period, {{"from"}, {"to"}}, ORDER_PERIOD, 0, true},
    [FIELD_ENUM] = {read_enum, write_text, {{""}}, ORDER_CODE},
    [FIELD_BOOL] = {read_bool, write_bool, {{"", true}}, ORDER_CODE},
    [FIELD_REF] = {read_ref, write_int, {{"", true}}, ORDER_NUMBER},
    [FIELD_PARTY] = {read_party, write_text, {{""}}, ORDER_TEXT},
    [FIELD_PERSON] = {read_person, write_person, {{""}, {"index"}}, ORDER_BLIND, 1},
    [FIELD_PHONE] = {read_phone, write_text, {{""}}, ORDER_TEXT},
    [FIELD_EMAIL] = {read_email, write_text, {{""}}, ORDER_TEXT},
    [FIELD_URL] = {read_url, write_text, {{""}}, ORDER_TEXT},
    [FIELD_REGION] = {read_region, write_text, {{""}}, ORDER_TEXT},
    [FIELD_IPC] = {read_ipc, write_text, {{""}}, ORDER_TEXT},
    [FIELD_PATENT] = {read_patent, write_text, {{""}, {"key"}}, ORDER_TEXT, 1},
    [FIELD_FILE] = {read_file, write_file, {{""}, {"name"}}, ORDER_TEXT, 1, true},
};

/* What one item of a list is. */
static enum field_type item_type(const struct field *f)
{
    switch (f->type) {
    case FIELD_REFS:
        return FIELD_REF;
    case FIELD_PATENTS:
        return FIELD_PATENT;
    case FIELD_TEXTS:
        return FIELD_TEXT;
    case FIELD_FILES:
        return FIELD_FILE;
    case FIELD_COMPUTED:
        return f->result;
    case FIELD_TEXT:
    case FIELD_LONG_TEXT:
    case FIELD_INT:
    case FIELD_DECIMAL:
    case FIELD_MONEY:
    case FIELD_PERCENT:
    case FIELD_DATE:
    case FIELD_KNOWN_DATE:
    case FIELD_DATETIME:
    case FIELD_PERIOD:
    case FIELD_ENUM:
    case FIELD_BOOL:
    case FIELD_REF:
    case FIELD_PARTY:
    case FIELD_PERSON:
    case FIELD_PHONE:
    case FIELD_EMAIL:
    case FIELD_URL:
    case FIELD_REGION:
    case FIELD_IPC:
    case FIELD_PATENT:
    case FIELD_FILE:
    case FIELD_TABLE:
        break;
    }
    return f->type;
}

static const struct kind *kind_of(const struct field *f)
{
    return &kinds[item_type(f)];
}

bool value_is_list(const struct field *f)
{
    return item_type(f) != f->type ? f->type != FIELD_COMPUTED : f->type == FIELD_ENUM && f->many;
}

enum value_order value_order(const struct field *f)
{
    return kind_of(f)->order;
}

size_t value_order_column(const struct field *f)
{
    return kind_of(f)->order_column;
}

bool value_is_integer(const struct field *f)
{
    return kind_of(f)->columns[0].integer;
}

bool value_merges(const struct field *f)
{
    return !value_is_list(f) && f->type != FIELD_TABLE && f->type != FIELD_COMPUTED &&
           kind_of(f)->merges;
}

static size_t width_of(const struct field *f)
{
    size_t n = 0;
    if (f->type == FIELD_COMPUTED || f->type == FIELD_TABLE)
        return 0;
    while (n < VALUE_COLUMNS_MAX && kind_of(f)->columns[n].suffix)
        n++;
    return n;
}

size_t value_columns(struct column out[VALUE_COLUMNS_MAX], const struct field *f, struct arena *a)
{
    struct str base = value_is_list(f) ? STR("value") : f->column.len > 0 ? f->column : f->name;
    size_t n = width_of(f);
    for (size_t i = 0; i < n; i++) {
        const char *suffix = kind_of(f)->columns[i].suffix;
        out[i].integer = kind_of(f)->columns[i].integer;
        out[i].name = *suffix ? arena_printf(a, "%.*s_%s", STR_ARG(base), suffix) : base;
    }
    return n;
}

static size_t row_width(const struct field *f)
{
    size_t n = 0;
    if (f->type != FIELD_TABLE)
        return value_is_list(f) ? width_of(f) : 0;
    for (size_t i = 0; i < f->field_count; i++)
        n += width_of(&f->fields[i]);
    return n;
}

size_t value_child_columns(const struct column **out, const struct field *f, struct arena *a)
{
    size_t n = 0, width = row_width(f);
    struct column *columns = arena_array(a, width + VALUE_COLUMNS_MAX, sizeof(*columns));
    *out = columns;
    if (f->type != FIELD_TABLE)
        return value_is_list(f) ? value_columns(columns, f, a) : 0;
    for (size_t i = 0; i < f->field_count; i++)
        n += value_columns(columns + n, &f->fields[i], a);
    return n;
}

/* --- writing ---------------------------------------------------------------------------- */

void value_write(struct jout *j, struct value_writer *w, const struct field *f,
                 const struct value *cols)
{
    const struct kind *k = kind_of(f);
    if (cols[0].type == VALUE_NULL && k->write != write_period)
        jout_null(j);
    else
        k->write(j, w, f, cols);
}

static bool is_none(const struct field *f, const struct value *cols)
{
    for (size_t i = 0; i < width_of(f); i++)
        if (cols[i].type != VALUE_NULL && (cols[i].type == VALUE_I64 || cols[i].bytes.len > 0))
            return false;
    return true;
}

/* Fields of a row in the order of their names, as canonical JSON has them. */
static size_t by_name(size_t order[VALUE_FIELDS_MAX], const struct field *f)
{
    size_t n = f->field_count < VALUE_FIELDS_MAX ? f->field_count : VALUE_FIELDS_MAX;
    for (size_t i = 0; i < n; i++) {
        size_t at = i;
        for (; at > 0 && str_cmp(f->fields[i].name, f->fields[order[at - 1]].name) < 0; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
    return n;
}

static void write_row(struct jout *j, struct value_writer *w, const struct field *f,
                      const size_t *order, const size_t *offset, size_t n, const struct value *row)
{
    jout_object(j);
    for (size_t i = 0; i < n; i++) {
        const struct field *part = &f->fields[order[i]];
        if (is_none(part, row + offset[order[i]]))
            continue;
        jout_name_str(j, part->name);
        value_write(j, w, part, row + offset[order[i]]);
    }
    jout_end_object(j);
}

void value_write_rows(struct jout *j, struct value_writer *w, const struct field *f,
                      const struct value *rows, size_t row_count, size_t width)
{
    size_t order[VALUE_FIELDS_MAX], offset[VALUE_FIELDS_MAX], n = 0;
    if (f->type == FIELD_TABLE) {
        n = by_name(order, f);
        for (size_t i = 0, at = 0; i < n; i++) {
            offset[i] = at;
            at += width_of(&f->fields[i]);
        }
    }
    jout_array(j);
    for (size_t i = 0; i < row_count; i++)
        if (f->type == FIELD_TABLE)
            write_row(j, w, f, order, offset, n, rows + i * width);
        else
            value_write(j, w, f, rows + i * width);
    jout_end_array(j);
}

void value_finish(struct field_value *v, struct value_writer *w, const struct field *f,
                  struct arena *a)
{
    struct buf text;
    struct jout j;
    bool rows = f->type == FIELD_TABLE || value_is_list(f);
    v->given = rows ? v->row_count > 0 : !is_none(f, v->cols);
    v->json = STR_NONE;
    if (!v->given)
        return;
    buf_init(&text, 0);
    jout_init(&j, &text);
    if (rows)
        value_write_rows(&j, w, f, v->rows, v->row_count, v->row_width);
    else
        value_write(&j, w, f, v->cols);
    v->json = arena_dup(a, buf_str(&text));
    buf_clear(&text);
}

/* --- reading ---------------------------------------------------------------------------- */

static bool read_one(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    for (size_t i = 0; i < VALUE_COLUMNS_MAX; i++)
        cols[i] = (struct value){.type = VALUE_NULL};
    if (!kind_of(in->f)->read(cols, in, v))
        return false;
    if (cols[0].type == VALUE_STR && cols[0].bytes.len == 0)
        cols[0] = (struct value){.type = VALUE_NULL};
    return true;
}

static bool is_array(const struct reading *in, const struct jvalue *v)
{
    char digits[SCALED_TEXT_MAX];
    const struct field *f = in->f;
    int64_t most =
        f->type == FIELD_TABLE && f->has_max && f->max < VALUE_ITEMS_MAX ? f->max : VALUE_ITEMS_MAX;
    if (v->type != J_ARRAY)
        return refuse(in, "type", N_("must be a list"));
    if ((int64_t)v->count > most)
        return refuse_with(in, "length", N_("has more than %s rows"),
                           scaled_write(digits, most, 0));
    if (f->type == FIELD_TABLE && f->has_min && (int64_t)v->count < f->min)
        return refuse_with(in, "length", N_("has less than %s rows"),
                           scaled_write(digits, f->min, 0));
    return true;
}

static bool same(const struct value *x, const struct value *y)
{
    if (x->type != y->type)
        return false;
    return x->type == VALUE_I64 ? x->i64 == y->i64
                                : str_eq(bytes_str(x->bytes), bytes_str(y->bytes));
}

static bool is_repeated(const struct value *rows, size_t count, size_t width, size_t column,
                        const struct value *cols)
{
    for (size_t i = 0; i < count; i++)
        if (same(&rows[i * width + column], &cols[column]))
            return true;
    return false;
}

/* Sets of codes stand in the order of the type's values: one spelling of a set. */
static void order_codes(struct value *rows, size_t count, const struct field *f)
{
    size_t n = 0;
    for (size_t i = 0; i < f->value_count; i++)
        for (size_t k = n; k < count; k++)
            if (str_eq(f->values[i].code, bytes_str(rows[k].bytes))) {
                struct value swap = rows[n];
                rows[n++] = rows[k];
                rows[k] = swap;
                break;
            }
}

static bool holds(const struct field_value *before, const struct value *cols)
{
    return before && is_repeated(before->rows, before->row_count, before->row_width, 0, cols);
}

/* A code that the set holds already may stay when it is no longer offered. */
static void keep_code(struct reading *item, const struct field_value *before,
                      const struct jvalue *v, struct value *held)
{
    item->before = NULL;
    if (item->f->type != FIELD_ENUM || v->type != J_STRING)
        return;
    held[0] = v_str(str_trim(v->text));
    if (holds(before, held))
        item->before = held;
}

static bool read_list(struct field_value *out, struct reading *in, const struct jvalue *v)
{
    size_t width = row_width(in->f), unique = kind_of(in->f)->order_column;
    bool right = true;
    if (v->type == J_NULL)
        return true;
    if (!is_array(in, v))
        return false;
    struct value *rows = arena_array(in->r->a, v->count * width + VALUE_COLUMNS_MAX, sizeof(*rows));
    for (size_t i = 0; i < v->count; i++) {
        struct value cols[VALUE_COLUMNS_MAX], held[VALUE_COLUMNS_MAX];
        struct reading item = *in;
        item.path = arena_printf(in->r->a, "%.*s[%zu]", STR_ARG(in->path), i);
        keep_code(&item, in->r->before, &v->items[i], held);
        if (!read_one(cols, &item, &v->items[i])) {
            right = false;
            continue;
        }
        if (cols[0].type == VALUE_NULL)
            continue;
        if (item_type(in->f) != FIELD_TEXT &&
            is_repeated(rows, out->row_count, width, unique, cols)) {
            right = refuse(&item, "duplicate", N_("stands in the list twice"));
            continue;
        }
        memcpy(rows + out->row_count * width, cols, width * sizeof(*cols));
        out->row_count++;
    }
    if (in->f->type == FIELD_ENUM)
        order_codes(rows, out->row_count, in->f);
    out->rows = rows;
    out->row_width = width;
    return right;
}

static const struct field *part_named(const struct field *f, struct str name)
{
    for (size_t i = 0; i < f->field_count; i++)
        if (str_eq(f->fields[i].name, name) && !f->fields[i].retired)
            return &f->fields[i];
    return NULL;
}

static bool read_part(struct value *cols, const struct reading *row, const struct field *part,
                      const struct jvalue *v)
{
    struct reading in = {.r = row->r, .f = part};
    in.path = arena_printf(row->r->a, "%.*s.%.*s", STR_ARG(row->path), STR_ARG(part->name));
    static const struct jvalue none = {.type = J_NULL};
    if (!read_one(cols, &in, v ? v : &none))
        return false;
    if (part->required && is_none(part, cols))
        return refuse(&in, "required", N_("is required"));
    return true;
}

static bool read_row(struct value *row, const struct reading *in, const struct jvalue *v)
{
    bool right = true;
    if (v->type != J_OBJECT)
        return refuse(in, "type", N_("must be a row: an object of fields"));
    for (size_t i = 0; i < v->count; i++)
        if (!part_named(in->f, v->names[i])) {
            struct reading part = *in;
            part.path =
                arena_printf(in->r->a, "%.*s.%.*s", STR_ARG(in->path), STR_ARG(v->names[i]));
            right = refuse(&part, "unknown", N_("is no field of this kind of record"));
        }
    for (size_t i = 0, at = 0; i < in->f->field_count; i++) {
        const struct field *part = &in->f->fields[i];
        struct value cols[VALUE_COLUMNS_MAX];
        const struct jvalue *given = NULL;
        for (size_t k = 0; k < v->count; k++)
            if (str_eq(v->names[k], part->name) && !part->retired)
                given = &v->items[k];
        right &= read_part(cols, in, part, given);
        memcpy(row + at, cols, width_of(part) * sizeof(*cols));
        at += width_of(part);
    }
    return right;
}

/* Where the first column of a field stands in a row. */
static size_t part_offset(const struct field *f, struct str name, size_t *column)
{
    size_t at = 0;
    for (size_t i = 0; i < f->field_count; i++) {
        if (str_eq(f->fields[i].name, name)) {
            *column = at + kind_of(&f->fields[i])->order_column;
            return i;
        }
        at += width_of(&f->fields[i]);
    }
    return SIZE_MAX;
}

size_t value_part_column(const struct field *f, struct str name)
{
    size_t column = SIZE_MAX;
    return part_offset(f, name, &column) == SIZE_MAX ? SIZE_MAX : column;
}

/* No two rows with the same row key; a row with a part of its key open is none's
 * double. */
static bool rows_differ(const struct reading *in, const struct field_value *v)
{
    const struct field *f = in->f;
    bool right = true;
    if (f->row_key_count == 0)
        return true;
    for (size_t i = 1; i < v->row_count; i++)
        for (size_t k = 0; k < i; k++) {
            bool equal = true;
            for (size_t n = 0; equal && n < f->row_key_count; n++) {
                size_t column = value_part_column(f, f->row_key[n]);
                const struct value *x = &v->rows[i * v->row_width + column];
                equal = column != SIZE_MAX && x->type != VALUE_NULL &&
                        same(x, &v->rows[k * v->row_width + column]);
            }
            if (!equal)
                continue;
            struct reading row = *in;
            char digits[SCALED_TEXT_MAX];
            row.path = arena_printf(in->r->a, "%.*s[%zu]", STR_ARG(in->path), i);
            right = refuse_with(&row, "duplicate", N_("repeats row %s"),
                                scaled_write(digits, (int64_t)k + 1, 0));
            break;
        }
    return right;
}

static bool read_table(struct field_value *out, struct reading *in, const struct jvalue *v)
{
    size_t width = row_width(in->f);
    bool right = true;
    if (v->type == J_NULL)
        return true;
    if (!is_array(in, v))
        return false;
    struct value *rows = arena_array(in->r->a, v->count * width + 1, sizeof(*rows));
    for (size_t i = 0; i < v->count; i++) {
        struct reading row = *in;
        row.path = arena_printf(in->r->a, "%.*s[%zu]", STR_ARG(in->path), i);
        right &= read_row(rows + i * width, &row, &v->items[i]);
    }
    *out = (struct field_value){.rows = rows, .row_count = v->count, .row_width = width};
    return right && rows_differ(in, out);
}

bool value_read(struct field_value *out, struct value_reader *r, const struct field *f,
                struct str path, const struct jvalue *v)
{
    struct value_writer w = {.view = VIEW_CANONICAL};
    struct reading in = {.r = r, .f = f, .path = path};
    bool right;
    *out = (struct field_value){0};
    if (f->type == FIELD_TABLE) {
        right = read_table(out, &in, v);
    } else if (value_is_list(f)) {
        right = read_list(out, &in, v);
    } else {
        in.before = r->before && r->before->given ? r->before->cols : NULL;
        right = read_one(out->cols, &in, v);
    }
    if (right)
        value_finish(out, &w, f, r->a);
    return right;
}

/* --- operands of filters ------------------------------------------------------------------ */

/* "2024", "2024-05", "2024-05-03", "today" → first and last day. */
static bool days_of(struct str *first, struct str *last, const struct reading *in, struct str s)
{
    static const char *const longest[] = {"-01-01", "-01"};
    char text[DATE_TEXT_LEN + 1];
    struct date day;
    if (str_is(s, "today"))
        s = in->r->today;
    if (date_parse(&day, s)) {
        *first = *last = s;
        return true;
    }
    bool year = s.len == 4;
    struct str from = arena_printf(in->r->a, "%.*s%s", STR_ARG(s), longest[!year]);
    if ((!year && s.len != 7) || !date_parse(&day, from))
        return refuse(in, "format", N_("must be a day, month or year, like 2026-11-20 or 2026"));
    if (year || day.month == 12)
        day = (struct date){day.year + 1, 1, 1};
    else
        day.month++;
    day = date_from_days(date_to_days(day) - 1);
    date_format(text, day);
    *first = from;
    *last = arena_dup(in->r->a, str_of(text));
    return true;
}

#define CHINA_OFFSET_MS INT64_C(28800000) /* days begin at 00:00 +08:00 */
#define DAY_MS INT64_C(86400000)

static int64_t begin_of(struct str day)
{
    struct date d = {0};
    return date_parse(&d, day) ? date_to_days(d) * DAY_MS - CHINA_OFFSET_MS : 0;
}

bool value_operand(struct value *low, struct value *high, struct value_reader *r,
                   const struct field *f, struct str text)
{
    struct value cols[VALUE_COLUMNS_MAX], held[VALUE_COLUMNS_MAX] = {v_str(text)};
    struct field loose = *f; /* a filter may ask beyond what the field may hold */
    struct reading in = {.r = r, .f = &loose, .path = f->name};
    enum field_type t = item_type(f);
    struct str first, last;

    loose.has_min = loose.has_max = false;
    loose.min_date = loose.max_date = loose.pattern = loose.level = STR_NONE;
    if (value_order(f) == ORDER_CODE)
        in.before = held; /* values that are no longer offered are found too */
    bool is_no = t == FIELD_KNOWN_DATE && str_is(text, "no");
    if ((value_order(f) == ORDER_DATE || value_order(f) == ORDER_PERIOD) && !is_no) {
        if (!days_of(&first, &last, &in, text))
            return false;
        *low = v_str(first);
        *high = v_str(last);
        return true;
    }
    if (t == FIELD_DATETIME && text.len <= DATE_TEXT_LEN) {
        if (!days_of(&first, &last, &in, text))
            return false;
        *low = v_i64(begin_of(first));
        *high = v_i64(begin_of(last) + DAY_MS - 1);
        return true;
    }
    struct jvalue v = {.type = t == FIELD_INT || t == FIELD_REF ? J_NUMBER : J_STRING,
                       .text = text};
    if (t == FIELD_BOOL)
        v.type = str_is(text, "true") ? J_TRUE : str_is(text, "false") ? J_FALSE : J_STRING;
    if (is_no)
        v.type = J_FALSE;
    if (t == FIELD_FILE) { /* found by its name */
        *low = *high = v_str(value_clean(text, r->a));
        return true;
    }
    if (!read_one(cols, &in, &v))
        return false;
    *low = *high = cols[kind_of(f)->order_column];
    return true;
}
