/* Values of facts documents: each type's spelling. */
#include "policy/facts_value.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "model/codes.h"
#include "model/normal.h"
#include "text/unicode.h"

#define MONEY_DIGITS_MAX 15  /* before the point: a thousand million million yuan */
#define NUMBER_DIGITS_MAX 10 /* a comparison of two ratios stays below 2^127 */

err_t facts_fault(struct err *e, const struct yvalue *v, struct str path, const char *fmt, ...)
{
    struct arena *a = arena_new();
    va_list args;
    va_start(args, fmt);
    struct str reason = arena_vprintf(a, msg(fmt), args);
    va_end(args);
    err_t rc;
    if (v->line > 0)
        rc = err_set(e, E_INVALID, "row %d, column %d: %.*s: %.*s", v->line, v->column,
                     STR_ARG(path), STR_ARG(reason));
    else
        rc = err_set(e, E_INVALID, "%.*s: %.*s", STR_ARG(path), STR_ARG(reason));
    if (e)
        e->line = v->line;
    arena_free(a);
    return rc;
}

/* Ideographs stay as they are written: the search form would make traditional ones simplified. */
static bool is_ideograph(uint32_t c)
{
    return (c >= 0x3400 && c <= 0x9FFF) || (c >= 0x20000 && c <= 0x3FFFF);
}

/* Half-width (NFKC), trimmed, in capitals: how keys are compared. */
static struct str facts_key(struct str s, struct arena *a)
{
    struct buf one = {0}, out = {0};
    unicode_nfc(&one, s);
    struct str text = buf_str(&one);
    for (size_t at = 0, from = 0; at < text.len; from = at) {
        uint32_t c = utf8_next(text, &at);
        struct str point = {text.ptr + from, at - from};
        if (is_ideograph(c))
            buf_add(&out, point);
        else
            unicode_fold(&out, point);
    }
    for (size_t i = 0; i < out.len; i++)
        if (out.ptr[i] >= 'a' && out.ptr[i] <= 'z')
            out.ptr[i] = (char)(out.ptr[i] - 32);
    struct str key = written_even(buf_str(&out), a);
    buf_clear(&one);
    buf_clear(&out);
    return key;
}

/* Digits, and at most `places` behind a point. False: something else. */
static bool read_decimal(int64_t *out, struct str s, int places, size_t digits_max)
{
    size_t point = str_find(s, STR("."), 0), digits = 0;
    int64_t n = 0;
    if (point == 0 || point > digits_max || (point < s.len && point + 1 == s.len) ||
        (point < s.len && s.len - point - 1 > (size_t)places))
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (i == point)
            continue;
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        n = n * 10 + (s.ptr[i] - '0');
        digits += i > point;
    }
    for (; digits < (size_t)places; digits++)
        n *= 10;
    *out = n;
    return true;
}

static bool is_moment(struct str s)
{
    struct date d;
    uint64_t hour, minute;
    return s.len == 16 && s.ptr[10] == 'T' && s.ptr[13] == ':' &&
           date_parse(&d, (struct str){s.ptr, 10}) &&
           str_to_u64(&hour, (struct str){s.ptr + 11, 2}) && hour < 24 &&
           str_to_u64(&minute, (struct str){s.ptr + 14, 2}) && minute < 60;
}

static bool is_word(struct str s, const char *const *words)
{
    while (*words && !str_is(s, *words))
        words++;
    return *words != NULL;
}

static struct str all_words(const char *const *words, struct arena *a)
{
    struct str all = STR_NONE;
    for (; *words; words++)
        all = arena_printf(a, "%.*s %s", STR_ARG(all), *words);
    return all;
}

struct value facts_absent(const struct fact_column *c)
{
    return c->absent ? v_str(str_of(c->absent)) : (struct value){.type = VALUE_NULL};
}

static struct value text_value(bool *bad_code, const struct fact_column *c, struct str s,
                               struct arena *a)
{
    if (c->key != NO_KEY)
        s = facts_key(s, a);
    if (c->key == TEXT_KEY)
        s = written_bare(s);
    if (c->key == CREDIT_CODE && s.len && credit_code_parse(&s, s, a) != CODE_RIGHT) {
        *bad_code = true;
        s = STR_NONE;
    }
    return s.len ? v_str(s) : facts_absent(c);
}

static bool says(const struct yvalue *v, const char *word)
{
    return !v->quoted && str_is(v->text, word);
}

static err_t read_value(struct value *out, bool *bad_code, const struct fact_column *c,
                        const struct yvalue *v, struct str path, struct arena *a, struct err *e)
{
    struct date d;
    struct str s = v->text;
    if (v->type != Y_TEXT)
        return facts_fault(e, v, path, "one value is expected here, no list and no map");
    switch (c->type) {
    case FACT_BOOL:
        if (!says(v, "true") && !says(v, "false"))
            return facts_fault(e, v, path, "must be true or false, not \"%.*s\"", STR_ARG(s));
        *out = v_i64(says(v, "true"));
        return OK;
    case FACT_DATE:
        if (!says(v, "false") && !date_parse(&d, s))
            return facts_fault(e, v, path, "must be a date YYYY-MM-DD or false, not \"%.*s\"",
                               STR_ARG(s));
        *out = v_str(says(v, "false") ? STR(NEVER) : s);
        return OK;
    case FACT_MOMENT:
        if (!is_moment(s))
            return facts_fault(e, v, path, "must be YYYY-MM-DDTHH:MM, not \"%.*s\"", STR_ARG(s));
        *out = v_str(s);
        return OK;
    case FACT_INT:
        if (v->quoted || !read_decimal(&out->i64, s, 0, 9) || str_contains(s, STR(".")))
            return facts_fault(e, v, path, "must be a whole number, not \"%.*s\"", STR_ARG(s));
        *out = v_i64(out->i64);
        return OK;
    case FACT_MONEY:
        if (!read_decimal(&out->i64, s, 2, MONEY_DIGITS_MAX))
            return facts_fault(e, v, path,
                               "must be an amount in yuan, not negative, with at most two "
                               "decimals: not \"%.*s\"",
                               STR_ARG(s));
        *out = v_i64(out->i64);
        return OK;
    case FACT_NUMBER:
        if (!read_decimal(&out->i64, s, 6, NUMBER_DIGITS_MAX))
            return facts_fault(e, v, path,
                               "must be a number, not negative, with at most six decimals: not "
                               "\"%.*s\"",
                               STR_ARG(s));
        if (c->elsewhere && out->i64 > 100 * (int64_t)1000000)
            return facts_fault(e, v, path, "is a share: at most 100 per cent, not \"%.*s\"",
                               STR_ARG(s));
        *out = v_i64(out->i64);
        return OK;
    case FACT_WORD:
        if (!is_word(s, c->words))
            return facts_fault(e, v, path, "cannot be \"%.*s\"; it is one of:%.*s", STR_ARG(s),
                               STR_ARG(all_words(c->words, a)));
        *out = v_str(s);
        return OK;
    case FACT_TEXT_OR_FALSE:
        *out = says(v, "false") ? v_str(STR("none")) : text_value(bad_code, c, str_trim(s), a);
        return OK;
    case FACT_TEXT:
        *out = text_value(bad_code, c, str_trim(s), a);
        return OK;
    case FACT_WORDS:
    case FACT_ROWS:
        break;
    }
    return err_set(e, E_INTERNAL, "%.*s is no single value", STR_ARG(path));
}

err_t facts_value(struct value *out, bool *bad_code, const struct fact_column *c,
                  const struct yvalue *v, struct str record, struct arena *a, struct err *e)
{
    *out = facts_absent(c);
    if (v->type == Y_TEXT && yin_is_null(v))
        return OK;
    err_t rc = read_value(out, bad_code, c, v, record, a, NULL);
    if (rc == OK)
        return OK;
    /* The path is made where somebody reads it: thousands of documents hold no fault. */
    struct str path = c->name ? arena_printf(a, "%.*s.%s", STR_ARG(record), c->name) : record;
    return read_value(out, bad_code, c, v, path, a, e);
}
