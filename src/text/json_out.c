/* JSON out: into a buffer whose failure is sticky, so that a writer is checked
 * once, at its end; or as values into an arena. */
#include "base/utf8.h"
#include "base/vec.h"
#include "text/json.h"
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void jout_init(struct jout *j, struct buf *to)
{
    *j = (struct jout){.to = to};
}

/* --- values ------------------------------------------------------------------- */

struct jopen { /* an object or array whose end has not come */
    struct jopen *outer;
    VEC(struct jvalue) items;
    VEC(struct str) names;
};

static void open_level(struct jout *j)
{
    struct jopen *o = arena_alloc(j->values, sizeof(*o));
    *o = (struct jopen){.outer = j->open};
    j->open = o;
}

void jout_init_values(struct jout *j, struct arena *a)
{
    *j = (struct jout){.values = a};
    open_level(j);
}

static void close_level(struct jout *j, enum jtype type)
{
    struct jopen *o = j->open;
    struct jvalue v = {type, .count = o->items.len, .items = o->items.ptr, .names = o->names.ptr};
    j->open = o->outer;
    VEC_PUSH(j->values, &j->open->items, v);
}

/* --- text and values -------------------------------------------------------------- */

/* A number, true, false or null. */
static void put_literal(struct jout *j, enum jtype type, struct str text)
{
    struct jvalue v = {.type = type};
    if (!j->values) {
        buf_add(j->to, text);
        return;
    }
    if (type == J_NUMBER)
        v.text = arena_dup(j->values, text);
    VEC_PUSH(j->values, &j->open->items, v);
}

static bool in_object(const struct jout *j)
{
    return j->depth > 0 && j->objects[(j->depth - 1) / 64] >> ((j->depth - 1) % 64) & 1;
}

/* A name that waits gets null: what nobody gave a value is not known. */
static void fill_hole(struct jout *j)
{
    if (!j->named)
        return;
    put_literal(j, J_NULL, STR("null"));
    j->named = false;
    j->comma = true;
}

static void before_value(struct jout *j)
{
    assert(!in_object(j) || j->named);
    if (j->comma && !j->values)
        buf_addc(j->to, ',');
    j->comma = true;
    j->named = false;
}

static void open_with(struct jout *j, char c)
{
    before_value(j);
    if (j->values)
        open_level(j);
    else
        buf_addc(j->to, c);
    assert(j->depth < JOUT_DEPTH_MAX);
    uint64_t bit = (uint64_t)1 << (j->depth % 64);
    if (c == '{')
        j->objects[j->depth / 64] |= bit;
    else
        j->objects[j->depth / 64] &= ~bit;
    j->comma = false;
    j->depth++;
}

static void close_with(struct jout *j, char c)
{
    fill_hole(j);
    assert(j->depth > 0 && in_object(j) == (c == '}'));
    if (j->values)
        close_level(j, c == '}' ? J_OBJECT : J_ARRAY);
    else
        buf_addc(j->to, c);
    j->comma = true;
    j->depth--;
    if (j->take_part && j->to->len >= JOUT_PART_BYTES)
        j->take_part(j->part_arg, j->to);
}

const struct jvalue *jout_made(struct jout *j)
{
    fill_hole(j);
    assert(j->depth == 0 && !j->open->outer);
    if (j->open->names.len || j->open->items.len != 1) {
        struct jopen *members = j->open;
        j->open = NULL;
        open_level(j);
        members->outer = j->open;
        j->open = members;
        close_level(j, J_OBJECT);
    }
    return j->open->items.ptr;
}

void jout_object(struct jout *j)
{
    open_with(j, '{');
}

void jout_array(struct jout *j)
{
    open_with(j, '[');
}

void jout_end_object(struct jout *j)
{
    close_with(j, '}');
}

void jout_end_array(struct jout *j)
{
    close_with(j, ']');
}

static void put_escape(struct buf *to, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    static const char from[] = "\"\\\b\f\n\r\t", short_form[] = "\"\\bfnrt";
    const char *p = strchr(from, c);
    if (c && p) {
        char two[2] = {'\\', short_form[p - from]};
        buf_add(to, (struct str){two, 2});
    } else {
        char six[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
        buf_add(to, (struct str){six, 6});
    }
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c != '"' && c != '\\';
}

/* Eight bytes at once: the usual tests for a byte below a bound and for a byte that is zero. */
static bool is_plain_word(const char *p)
{
    const uint64_t ones = 0x0101010101010101u, highs = 0x80 * ones;
    uint64_t word;
    memcpy(&word, p, sizeof(word));
    uint64_t quote = word ^ ('"' * ones), slash = word ^ ('\\' * ones);
    return ((((word - 0x20 * ones) & ~word) | ((quote - ones) & ~quote) |
             ((slash - ones) & ~slash)) &
            highs) == 0;
}

static void put_string(struct buf *to, struct str s)
{
    size_t run = 0, at = 0;
    size_t good = utf8_check(s); /* up to here only ASCII needs a look */
    buf_addc(to, '"');
    for (;;) {
        while (at + sizeof(uint64_t) <= good && is_plain_word(s.ptr + at))
            at += sizeof(uint64_t);
        while (at < good && is_plain((unsigned char)s.ptr[at]))
            at++;
        if (at == s.len)
            break;
        unsigned char c = (unsigned char)s.ptr[at];
        if (is_plain(c) && c < 0x80) {
            at++;
            continue;
        }
        if (c >= 0x80) {
            size_t next = at;
            if (utf8_next(s, &next) != UTF8_BAD) {
                at = next;
                continue;
            }
        }
        buf_add(to, (struct str){s.ptr + run, at - run});
        if (c >= 0x80)
            buf_addz(to, "\xEF\xBF\xBD");
        else
            put_escape(to, c);
        run = ++at;
    }
    buf_add(to, (struct str){s.ptr + run, s.len - run});
    buf_addc(to, '"');
}

/* Characters as the text would have them. */
static struct str clean(struct str s, struct arena *a)
{
    const struct jvalue *v = NULL;
    struct buf b = {0};
    if (utf8_check(s) == s.len)
        return arena_dup(a, s);
    put_string(&b, s);
    err_t rc = jin_parse_last(&v, buf_str(&b), &(size_t){0}, a, NULL);
    buf_clear(&b);
    return rc == OK ? v->text : STR_NONE;
}

void jout_name_str(struct jout *j, struct str name)
{
    fill_hole(j);
    assert(j->depth == 0 || in_object(j));
    if (j->values)
        VEC_PUSH(j->values, &j->open->names, clean(name, j->values));
    else {
        if (j->comma)
            buf_addc(j->to, ',');
        put_string(j->to, name);
        buf_addc(j->to, ':');
    }
    j->comma = false;
    j->named = true;
}

void jout_name(struct jout *j, const char *name)
{
    jout_name_str(j, str_of(name));
}

void jout_str(struct jout *j, struct str s)
{
    before_value(j);
    if (!j->values)
        put_string(j->to, s);
    else
        VEC_PUSH(j->values, &j->open->items,
                 ((struct jvalue){.type = J_STRING, .text = clean(s, j->values)}));
}

void jout_z(struct jout *j, const char *z)
{
    if (z)
        jout_str(j, str_of(z));
    else
        jout_null(j);
}

#define DIGITS_MAX 20 /* of 2^64 - 1 */

/* As printf writes it, in a fifth of its time. */
static void put_number(struct jout *j, uint64_t n, bool negative)
{
    char text[DIGITS_MAX + 1], *at = text + sizeof(text);
    do
        *--at = (char)('0' + n % 10);
    while (n /= 10);
    if (negative)
        *--at = '-';
    before_value(j);
    put_literal(j, J_NUMBER, str_range(at, text + sizeof(text)));
}

void jout_i64(struct jout *j, int64_t n)
{
    put_number(j, n < 0 ? -(uint64_t)n : (uint64_t)n, n < 0);
}

void jout_u64(struct jout *j, uint64_t n)
{
    put_number(j, n, false);
}

void jout_double(struct jout *j, double x)
{
    char text[32];
    if (!isfinite(x)) {
        jout_null(j);
        return;
    }
    /* 15 digits always survive decimal → double → decimal, 17 always survive
     * double → decimal → double: the shortest that reads back lies between. */
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof(text), "%.*g", digits, x);
        if (strtod(text, NULL) == x)
            break;
    }
    before_value(j);
    put_literal(j, J_NUMBER, str_of(text));
}

void jout_bool(struct jout *j, bool b)
{
    before_value(j);
    put_literal(j, b ? J_TRUE : J_FALSE, b ? STR("true") : STR("false"));
}

void jout_null(struct jout *j)
{
    before_value(j);
    put_literal(j, J_NULL, STR("null"));
}

void jout_raw(struct jout *j, struct str json)
{
    const struct jvalue *v = NULL;
    if (j->values && jin_parse_last(&v, json, &(size_t){0}, j->values, NULL) == OK)
        jout_value(j, v);
    else if (j->values || json.len == 0)
        jout_null(j);
    else {
        before_value(j);
        buf_add(j->to, json);
    }
}

static size_t digits_at(struct str s, size_t at)
{
    size_t from = at;
    while (at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9')
        at++;
    return at - from;
}

/* RFC 8259 section 6, without an exponent: nothing here writes one. */
static bool is_number(struct str s)
{
    size_t at = s.len && s.ptr[0] == '-' ? 1 : 0, whole = digits_at(s, at), part = 0;
    if (whole == 0 || (whole > 1 && s.ptr[at] == '0'))
        return false;
    at += whole;
    if (at < s.len && s.ptr[at] == '.') {
        part = digits_at(s, at + 1);
        at += part ? part + 1 : 0;
    }
    return at == s.len;
}

void jout_number(struct jout *j, struct str literal)
{
    bool number = is_number(literal);
    before_value(j);
    put_literal(j, number ? J_NUMBER : J_NULL, number ? literal : STR("null"));
}

void jout_pair(struct jout *j, const char *name, struct str s)
{
    if (s.len == 0)
        return;
    jout_name(j, name);
    jout_str(j, s);
}

void jout_pair_or_null(struct jout *j, const char *name, struct str s)
{
    jout_name(j, name);
    if (s.len)
        jout_str(j, s);
    else
        jout_null(j);
}

void jout_pair_str(struct jout *j, const char *name, struct str s)
{
    jout_name(j, name);
    jout_str(j, s);
}

void jout_pair_z(struct jout *j, const char *name, const char *z)
{
    jout_name(j, name);
    jout_z(j, z);
}

void jout_pair_i64(struct jout *j, const char *name, int64_t n)
{
    jout_name(j, name);
    jout_i64(j, n);
}

void jout_pair_id(struct jout *j, const char *name, int64_t n)
{
    if (n)
        jout_pair_i64(j, name, n);
}

void jout_pair_u64(struct jout *j, const char *name, uint64_t n)
{
    jout_name(j, name);
    jout_u64(j, n);
}

void jout_pair_double(struct jout *j, const char *name, double x)
{
    jout_name(j, name);
    jout_double(j, x);
}

void jout_pair_bool(struct jout *j, const char *name, bool b)
{
    jout_name(j, name);
    jout_bool(j, b);
}

void jout_pair_null(struct jout *j, const char *name)
{
    jout_name(j, name);
    jout_null(j);
}

void jout_pair_raw(struct jout *j, const char *name, struct str json)
{
    jout_name(j, name);
    jout_raw(j, json);
}

void jout_pair_object(struct jout *j, const char *name)
{
    jout_name(j, name);
    jout_object(j);
}

void jout_pair_array(struct jout *j, const char *name)
{
    jout_name(j, name);
    jout_array(j);
}

void jout_strs(struct jout *j, const struct str *all, size_t count)
{
    jout_array(j);
    for (size_t i = 0; i < count; i++)
        jout_str(j, all[i]);
    jout_end_array(j);
}

void jout_pair_strs(struct jout *j, const char *name, const struct str *all, size_t count)
{
    jout_name(j, name);
    jout_strs(j, all, count);
}

void jout_begin(struct jout *j, struct buf *to)
{
    buf_init(to, 0);
    jout_init(j, to);
    jout_object(j);
}

void jout_own(struct jout *j)
{
    jout_init(j, &j->own);
}

void jout_open(struct jout *j)
{
    jout_own(j);
    jout_object(j);
}

struct str jout_take(struct jout *j, struct arena *a)
{
    jout_end_object(j);
    return buf_take(j->to, a);
}

static int by_text(const void *x, const void *y)
{
    return str_cmp(**(const struct str *const *)x, **(const struct str *const *)y);
}

/* a NULL: members as they stand. */
static void put_value(struct jout *j, const struct jvalue *v, struct arena *a);

static void put_members(struct jout *j, const struct jvalue *v, struct arena *a)
{
    const struct str **names = a ? arena_array(a, v->count + 1, sizeof(struct str *)) : NULL;
    for (size_t i = 0; names && i < v->count; i++)
        names[i] = &v->names[i];
    if (names)
        qsort(names, v->count, sizeof(*names), by_text);
    for (size_t i = 0; i < v->count; i++) {
        size_t at = names ? (size_t)(names[i] - v->names) : i;
        jout_name_str(j, v->names[at]);
        put_value(j, &v->items[at], a);
    }
}

static void put_value(struct jout *j, const struct jvalue *v, struct arena *a)
{
    switch (v->type) {
    case J_NULL:
        jout_null(j);
        break;
    case J_FALSE:
    case J_TRUE:
        jout_bool(j, v->type == J_TRUE);
        break;
    case J_NUMBER:
        before_value(j);
        put_literal(j, J_NUMBER, v->text);
        break;
    case J_STRING:
        jout_str(j, v->text);
        break;
    case J_ARRAY:
        jout_array(j);
        for (size_t i = 0; i < v->count; i++)
            put_value(j, &v->items[i], a); /* as deep as the parser allows: JSON_DEPTH_MAX */
        jout_end_array(j);
        break;
    case J_OBJECT:
        jout_object(j);
        put_members(j, v, a);
        jout_end_object(j);
        break;
    }
}

void jout_value(struct jout *j, const struct jvalue *v)
{
    put_value(j, v, NULL);
}

void jout_value_ordered(struct jout *j, const struct jvalue *v, struct arena *a)
{
    put_value(j, v, a);
}

const struct jvalue *jvalue_dup(const struct jvalue *v, struct arena *a)
{
    struct jout j;
    jout_init_values(&j, a);
    put_value(&j, v, NULL);
    return jout_made(&j);
}

static struct str json_of(const struct jvalue *v, struct arena *order, struct arena *a)
{
    struct jout j;
    jout_own(&j);
    put_value(&j, v, order);
    struct str out = arena_dup(a, buf_str(j.to));
    buf_clear(j.to);
    return out;
}

struct str jvalue_json(const struct jvalue *v, struct arena *a)
{
    return json_of(v, NULL, a);
}

struct str jvalue_json_ordered(const struct jvalue *v, struct arena *a)
{
    return json_of(v, a, a);
}

struct str jvalue_text(const struct jvalue *v, struct arena *a)
{
    if (!v || v->type == J_NULL)
        return STR_NONE;
    return v->type == J_STRING || v->type == J_NUMBER ? v->text : jvalue_json_ordered(v, a);
}
