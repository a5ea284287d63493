/* Field types of free text; what every reader of a value shares. */
#include "base/mem.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "model/normal.h"
#include "record/faults.h"
#include "record/scaled.h"
#include "record/value_kind.h"
#include "text/pinyin.h"
#include "text/unicode.h"
#include <pthread.h>
#include <regex.h>
#include <stdlib.h>

bool value_refuse(const struct reading *in, const char *code, const char *sentence)
{
    fault_add(in->r->faults, in->path, code, sentence, NULL, 0);
    return false;
}

bool value_refuse_with(const struct reading *in, const char *code, const char *sentence,
                       struct str arg)
{
    fault_add(in->r->faults, in->path, code, sentence, FAULT_ARGS(both(arg)));
    return false;
}

/* Every member of an object is one of `names`; else a fault names it. */
bool value_only_members(const struct reading *in, const struct jvalue *v, const char *const *names,
                        size_t count)
{
    for (size_t i = 0; i < v->count; i++) {
        bool known = word_index(v->names[i], names, count) < count;
        if (!known)
            return value_refuse_with(in, "unknown", N_("has a member %s that is not known"),
                                     v->names[i]);
    }
    return true;
}

static bool shows_nothing(struct str s)
{
    for (size_t at = 0; at < s.len;)
        if (!unicode_is_unseen(utf8_next(s, &at)))
            return false;
    return true;
}

struct str value_clean(struct str written, struct arena *a)
{
    struct str s = str_trim(written);
    struct buf text = {0};
    if (s.len == 0 || shows_nothing(s))
        return STR_NONE;
    if (unicode_is_nfc(s) && !memchr(s.ptr, '\r', s.len))
        return arena_dup(a, s); /* nearly all are */
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
bool value_read_string(struct str *out, const struct reading *in, const struct jvalue *v)
{
    *out = STR_NONE;
    if (v->type == J_NULL)
        return true;
    if (v->type != J_STRING)
        return value_refuse(in, "type", N_("must be a text"));
    if (utf8_check(v->text) < v->text.len)
        return value_refuse(in, "type", N_("is not valid UTF-8"));
    *out = value_clean(v->text, in->r->a);
    return true;
}

bool value_within_length(const struct reading *in, struct str s, int64_t standard)
{
    char digits[SCALED_TEXT_MAX];
    const struct field *f = in->f;
    int64_t max = f->has_max ? f->max : standard, length = (int64_t)utf8_length(s);
    if (length > max)
        return value_refuse_with(in, "length", N_("is longer than %s characters"),
                                 scaled_write(digits, max, 0));
    if (f->has_min && length < f->min)
        return value_refuse_with(in, "length", N_("is shorter than %s characters"),
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

/* Uses the hint of the field as message; without a hint, the pattern. */
static bool refuse_pattern(const struct reading *in)
{
    struct label form = in->f->hint.zh.len ? in->f->hint : both(in->f->pattern);
    fault_add(in->r->faults, in->path, "pattern", N_("does not have the form %s"),
              FAULT_ARGS(form));
    return false;
}

static bool fits_pattern(const struct reading *in, struct str s)
{
    const struct value_patterns *p = in->r->patterns;
    for (size_t i = 0; p && i < p->count; i++)
        if (p->items[i].field == in->f &&
            regexec(&p->items[i].regex, arena_cstr(in->r->a, s), 0, NULL, 0) != 0)
            return refuse_pattern(in);
    return true;
}

/* Digits and Latin letters of full width (U+FF10 …) are those of ASCII: one number is written one way. */
static struct str half_width(struct str s, struct arena *a)
{
    char *out = arena_alloc(a, s.len + 1), *to = out;
    for (size_t i = 0; i < s.len;) {
        size_t from = i;
        uint32_t c = utf8_next(s, &i), narrow = c >= 0xff00 && c < 0xff5f ? c - 0xfee0 : 0;
        if (narrow && is_letter_or_digit((char)narrow))
            *to++ = (char)narrow;
        else
            for (size_t k = from; k < i; k++)
                *to++ = s.ptr[k];
    }
    return str_range(out, to);
}

/* A reason or basis (basis, term_reason) must contain more than punctuation. */
static bool says_why(const struct reading *in, struct str s)
{
    struct str name = in->f->name;
    bool why = str_ends(name, STR("reason")) || str_ends(name, STR("basis"));
    return !why || unicode_says(s) ||
           value_refuse(
               in, "marks",
               N_("marks alone say nothing: at least one letter, digit or Chinese character"));
}

static bool read_text(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    struct str s;
    bool lines = in->f->type == FIELD_LONG_TEXT;
    if (!value_read_string(&s, in, v))
        return false;
    const char *torn = unicode_torn(s, lines);
    if (torn)
        return value_refuse(in, "characters", torn);
    if (in->f->names)
        s = half_width(s, in->r->a);
    cols[0] = v_str(s);
    return s.len == 0 ||
           (value_within_length(in, s, lines ? PROSE_CHARACTERS_MAX : LINE_CHARACTERS_MAX) &&
            fits_pattern(in, s) && says_why(in, s));
}

void value_write_text(struct jout *j, struct value_writer *w, const struct field *f,
                      const struct value *cols)
{
    (void)w;
    (void)f;
    jout_str(j, bytes_str(cols[0].bytes));
}

/* Forms of 国 that the table of traditional forms does not have. */
static uint32_t usual(uint32_t c)
{
    static const uint32_t rare[] = {0x56EF /* 囯 */, 0x5700 /* 圀 */, 0x56FB /* 囻 */,
                                    0x56F6 /* 囶 */, 0x5700};
    for (size_t i = 0; i < ARRAY_LEN(rare); i++)
        if (c == rare[i])
            return 0x56FD; /* 国 */
    return c;
}

/* Dashes are removed from words and kept in names ("甲-乙" and "甲乙" differ). */
static struct str key_of(struct str written, bool name, struct arena *a)
{
    struct buf folded = {0};
    (name ? unicode_fold_name : unicode_fold)(&folded, written);
    struct str s = written_even(buf_str(&folded), a);
    char *key = arena_array(a, s.len + 4, 1);
    size_t len = 0;
    for (size_t at = 0; at < s.len;) {
        uint32_t c = usual(utf8_next(s, &at));
        if (c != UTF8_BAD && (unicode_class(c) != UNICODE_OTHER || (name && c == '-')))
            len += utf8_put(key + len, c);
    }
    buf_clear(&folded);
    return (struct str){key, len};
}

struct str value_word_key(struct str written, struct arena *a)
{
    return key_of(written, false, a);
}

struct str value_name_key(struct str written, struct arena *a)
{
    return key_of(written, true, a);
}

/* Characters below 0x10000 that others are folded to, a bit each: with these a text may be written otherwise. */
static uint8_t folded_to[0x10000 / 8];

static void find_folded_to(void)
{
    static const uint32_t ranges[][2] = {
        {0x2E80, 0xABFF}, {0xF900, 0xFFFF}, {0x1F100, 0x1F2FF}, {0x20000, 0x323AF}};
    struct buf out = {0};
    for (size_t i = 0; i < ARRAY_LEN(ranges); i++)
        for (uint32_t c = ranges[i][0]; c <= ranges[i][1]; c++) {
            char raw[4];
            buf_reset(&out);
            unicode_fold(&out, (struct str){raw, utf8_put(raw, c)});
            struct str s = buf_str(&out);
            for (size_t at = 0; at < s.len;) {
                uint32_t to = usual(utf8_next(s, &at));
                if (to != c && to < 0x10000)
                    folded_to[to / 8] |= (uint8_t)(1U << to % 8);
            }
        }
    for (uint32_t c = 0x56D7; c <= 0x5700;
         c++) /* the radical 囗: rare forms (usual) are of these */
        if (usual(c) != c)
            folded_to[usual(c) / 8] |= (uint8_t)(1U << usual(c) % 8);
    buf_clear(&out);
}

struct str value_word_like(struct str key, struct arena *a)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    char *like = arena_array(a, 2 * key.len + 2, 1);
    size_t len = 0;
    pthread_once(&once, find_folded_to);
    for (size_t at = 0; at < key.len;) {
        uint32_t c = utf8_next(key, &at);
        if (c < 0x4E00 || c > 0x9FFF || folded_to[c / 8] >> c % 8 & 1)
            continue;
        like[len++] = '%';
        len += utf8_put(like + len, c);
    }
    like[len++] = '%';
    return (struct str){like, len};
}

struct str value_number_key(struct str written, struct arena *a)
{
    struct str key = written_key(written, a);
    return key.len ? key : arena_dup(a, written);
}

struct str value_text_key(const struct field *f, struct str written, struct arena *a)
{
    return f->number ? value_number_key(written, a) : pinyin_key(written, a);
}

struct str value_key_rule(const struct field *f)
{
    return f->number ? STR(WRITTEN_RULE) : f->sorts ? STR(PINYIN_RULE) : STR_NONE;
}

/* The common key of spellings (spelling.c), or the one by which lists are sorted, is in the next column. */
static bool read_keyed(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    if (!read_text(cols, in, v))
        return false;
    if (cols[0].bytes.len)
        cols[1] = v_str(value_text_key(in->f, bytes_str(cols[0].bytes), in->r->a));
    return true;
}

const struct value_kind value_text = {read_text, value_write_text, {{""}}, ORDER_TEXT};
const struct value_kind value_written = {
    read_keyed, value_write_text, {{""}, {"key"}}, ORDER_TEXT};
const struct value_kind value_sorted = {
    read_keyed, value_write_text, {{""}, {"order"}}, ORDER_TEXT};
