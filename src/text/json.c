/* JSON in: one pass over the text, from its first byte to its last, that knows at each
 * byte what may stand there. So an error is told with its place, a number keeps its
 * digits, and of two equal names neither is lost in silence.
 *
 * The children of what is being read lie on a stack of their own until all of them are
 * known, and go into the arena at once. json-c was used before: it keeps neither digits
 * nor equal names, so that the text was rewritten for it, and it took four times as long
 * for the body of a record. Ten million texts, most of them damaged, were read alike by
 * both, but for its U+FFFD in the place of some characters beyond the first plane. */
#include "text/json.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "text/json_priv.h"
#include <stdlib.h>

#define FEW_NAMES 16 /* up to here names are compared pair by pair */
#define SURROGATE_FIRST 0xD800
#define SURROGATE_LOW 0xDC00
#define SURROGATE_LAST 0xDFFF

struct member {
    struct str name; /* of an object's */
    struct jvalue value;
};

struct reader {
    struct str text;
    size_t at; /* of the next byte */
    int64_t line;
    enum jin_duplicates how;
    size_t *duplicates;
    struct arena *a;
    struct err *e;
    struct {
        struct member *ptr;
        size_t len, cap;
    } open; /* children of the values that have not ended */
};

/* --- where an error is --------------------------------------------------- */

static void place(struct str text, size_t at, int64_t *line, long long *column)
{
    size_t start = 0;
    if (at > text.len)
        at = text.len;
    for (size_t i = 0; i < at; i++) {
        bool crlf = text.ptr[i] == '\r' && i + 1 < text.len && text.ptr[i + 1] == '\n';
        if (text.ptr[i] == '\n' || (text.ptr[i] == '\r' && !crlf)) {
            ++*line;
            start = i + 1;
        }
    }
    *column = (long long)utf8_length((struct str){text.ptr + start, at - start}) + 1;
}

static err_t bad_at(struct str text, size_t at, int64_t line, const char *why, struct err *e)
{
    long long column;
    place(text, at, &line, &column);
    return err_set(e, E_INVALID, "line %lld, column %lld: not valid JSON: %s", (long long)line,
                   column, msg(why));
}

static err_t bad(const struct reader *r, size_t at, const char *why)
{
    return bad_at(r->text, at, r->line, why, r->e);
}

static err_t too_early(const struct reader *r)
{
    return bad(r, r->text.len, N_("the text ends too early"));
}

/* --- bytes ---------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The end of the string that opens at `at`; text.len when it has none. */
static size_t string_end(struct str text, size_t at, size_t *bad, bool *has_nul)
{
    const char *p = text.ptr;
    size_t i = at + 1;
    for (; i < text.len && p[i] != '"'; i++) {
        if ((unsigned char)p[i] < 0x20) {
            *bad = i;
            return text.len;
        }
        if (p[i] == '\\') {
            *has_nul |= i + 5 < text.len && memcmp(p + i, "\\u0000", 6) == 0;
            i++;
        }
    }
    *bad = i < text.len ? SIZE_MAX : at;
    return i < text.len ? i : text.len;
}

/* RFC 8259 section 6; the end of the literal, or `at` when it is none. */
static size_t number_end(struct str text, size_t at)
{
    const char *p = text.ptr, *end = p + text.len, *q = p + at;
    if (q < end && *q == '-')
        q++;
    if (q == end || !is_digit(*q))
        return at;
    if (*q == '0')
        q++;
    else
        while (q < end && is_digit(*q))
            q++;
    if (q < end && *q == '.') {
        if (++q == end || !is_digit(*q))
            return at;
        while (q < end && is_digit(*q))
            q++;
    }
    if (q < end && (*q == 'e' || *q == 'E')) {
        q++;
        if (q < end && (*q == '+' || *q == '-'))
            q++;
        if (q == end || !is_digit(*q))
            return at;
        while (q < end && is_digit(*q))
            q++;
    }
    return (size_t)(q - p);
}

static size_t word_end(struct str text, size_t at)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        struct str rest = {text.ptr + at, text.len - at};
        if (str_starts(rest, str_of(words[i])))
            return at + strlen(words[i]);
    }
    return at;
}

static bool ends_value(struct str text, size_t at)
{
    return at == text.len || is_blank(text.ptr[at]) || strchr(",:]}", text.ptr[at]);
}

static void skip_blanks(struct reader *r)
{
    while (r->at < r->text.len && is_blank(r->text.ptr[r->at]))
        r->at++;
}

/* The next byte that is no blank; 0 at the end. */
static char peek(struct reader *r)
{
    skip_blanks(r);
    return r->at < r->text.len ? r->text.ptr[r->at] : '\0';
}

/* What stands here is none of what may: `why`, unless the text is over. */
static err_t unexpected(const struct reader *r, const char *why)
{
    if (r->at >= r->text.len)
        return too_early(r);
    return bad(r, r->at, r->text.ptr[r->at] == '\0' ? N_("a NUL byte") : why);
}

/* --- strings --------------------------------------------------------------- */

/* Four hexadecimal digits from `at`; false: they are none. */
static bool hex4(uint32_t *out, struct str s, size_t at)
{
    *out = 0;
    if (s.len - at < 4)
        return false;
    for (size_t i = at; i < at + 4; i++) {
        char c = s.ptr[i];
        uint32_t digit = is_digit(c)            ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10)
                                                : 16;
        if (digit == 16)
            return false;
        *out = *out << 4 | digit;
    }
    return true;
}

/* The character that \u at raw[*at] means, with the low half that may follow; half a pair
 * is U+FFFD. Moves *at behind it; false: no such escape. */
static bool read_u(uint32_t *out, struct str raw, size_t *at)
{
    uint32_t low;
    if (!hex4(out, raw, *at + 2))
        return false;
    *at += 6;
    if (*out < SURROGATE_FIRST || *out > SURROGATE_LAST)
        return true;
    if (*out < SURROGATE_LOW && raw.len - *at >= 6 && raw.ptr[*at] == '\\' &&
        raw.ptr[*at + 1] == 'u' && hex4(&low, raw, *at + 2) && low >= SURROGATE_LOW &&
        low <= SURROGATE_LAST) {
        *out = 0x10000 + ((*out - SURROGATE_FIRST) << 10) + (low - SURROGATE_LOW);
        *at += 6;
    } else {
        *out = UTF8_REPLACEMENT;
    }
    return true;
}

/* The content of a string between its quotation marks, which holds escapes; `from` is where
 * it stands. No escape is shorter than what it means. */
static err_t unescape(struct str *out, const struct reader *r, struct str raw, size_t from)
{
    static const char escapes[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
    char *text = arena_alloc(r->a, raw.len + 1);
    size_t len = 0;
    for (size_t at = 0; at < raw.len;) {
        if (raw.ptr[at] != '\\') {
            text[len++] = raw.ptr[at++];
            continue;
        }
        char c = raw.ptr[at + 1]; /* there is one: a backslash does not end a string */
        const char *known = c ? strchr(escapes, c) : NULL;
        uint32_t code;
        if (known) {
            text[len++] = means[known - escapes];
            at += 2;
        } else if (c == 'u' && read_u(&code, raw, &at)) {
            len += utf8_put(text + len, code);
        } else {
            return bad(r, from + at, N_("a text has an unknown escape"));
        }
    }
    *out = (struct str){text, len};
    return OK;
}

/* The string that opens here. */
static err_t read_string(struct str *out, struct reader *r, bool *has_nul)
{
    size_t wrong = 0, from = r->at + 1, end = string_end(r->text, r->at, &wrong, has_nul);
    if (wrong != SIZE_MAX)
        return bad(r, wrong,
                   wrong == r->at ? N_("this text has no closing quotation mark")
                                  : N_("a line break or control character inside a text"));
    struct str raw = {r->text.ptr + from, end - from};
    r->at = end + 1;
    if (raw.len > 0 && memchr(raw.ptr, '\\', raw.len))
        return unescape(out, r, raw, from);
    *out = arena_dup(r->a, raw);
    return OK;
}

/* --- arrays and objects ----------------------------------------------------- */

static err_t read_value(struct jvalue *out, struct reader *r, size_t depth);

static struct member *push(struct reader *r)
{
    if (r->open.len == r->open.cap) {
        r->open.cap = r->open.cap ? 2 * r->open.cap : 64;
        r->open.ptr = mem_grow(r->open.ptr, r->open.cap * sizeof(*r->open.ptr));
    }
    struct member *m = &r->open.ptr[r->open.len++];
    *m = (struct member){0};
    return m;
}

/* Everything from `first` on becomes the children of *out. */
static void close_value(struct jvalue *out, struct reader *r, size_t first)
{
    size_t count = r->open.len - first;
    struct jvalue *items = arena_array(r->a, count, sizeof(*items));
    struct str *names = out->type == J_OBJECT ? arena_array(r->a, count, sizeof(*names)) : NULL;
    for (size_t i = 0; i < count; i++) {
        items[i] = r->open.ptr[first + i].value;
        if (names)
            names[i] = r->open.ptr[first + i].name;
    }
    out->count = count;
    out->items = items;
    out->names = names;
    r->open.len = first;
}

/* A value below another: the stack may move while it is read. */
static err_t read_child(struct reader *r, size_t at, size_t depth)
{
    struct jvalue v;
    long long column;
    int64_t line = r->line;
    skip_blanks(r);
    if (depth >= JSON_DEPTH_MAX) {
        if (r->at >= r->text.len)
            return too_early(r);
        place(r->text, r->at, &line, &column);
        return err_set(r->e, E_LIMIT,
                       "line %lld, column %lld: JSON nested more than %d levels deep",
                       (long long)line, column, JSON_DEPTH_MAX);
    }
    err_t rc = read_value(&v, r, depth);
    if (rc == OK)
        r->open.ptr[at].value = v;
    return rc;
}

static err_t read_items(struct reader *r, size_t depth)
{
    err_t rc;
    if (peek(r) == ']')
        return OK;
    for (;;) {
        (void)push(r);
        if ((rc = read_child(r, r->open.len - 1, depth + 1)) != OK)
            return rc;
        char c = peek(r);
        if (c == ']')
            return OK;
        if (c != ',')
            return unexpected(r, N_("a comma or ] was expected after the value"));
        r->at++;
    }
}

static err_t read_array(struct jvalue *out, struct reader *r, size_t depth)
{
    size_t first = r->open.len;
    r->at++;
    err_t rc = read_items(r, depth);
    if (rc != OK)
        return rc;
    r->at++;
    out->type = J_ARRAY;
    close_value(out, r, first);
    return OK;
}

static err_t duplicate_name(const struct reader *r, size_t at, struct str name)
{
    long long column;
    int64_t line = r->line;
    place(r->text, at, &line, &column);
    return err_set(r->e, E_INVALID,
                   "line %lld, column %lld: the name \"%.*s\" stands twice in one object",
                   (long long)line, column, STR_ARG(name));
}

/* Where `name` stands among the members from `first` on; the end of the stack: it is new.
 * *many holds them all from FEW_NAMES on. */
static size_t find_name(struct map **many, const struct reader *r, size_t first, struct str name)
{
    size_t count = r->open.len - first;
    bool added;
    if (!*many && count >= FEW_NAMES) {
        *many = map_new(count);
        for (size_t i = first; i < r->open.len; i++)
            *map_put(*many, r->open.ptr[i].name, &added) = i;
    }
    if (*many) {
        uint64_t *at = map_put(*many, name, &added);
        if (added)
            *at = r->open.len;
        return (size_t)*at;
    }
    for (size_t i = first; i < r->open.len; i++)
        if (str_eq(r->open.ptr[i].name, name))
            return i;
    return r->open.len;
}

/* A name, its colon and its value. */
static err_t read_member(struct map **many, struct reader *r, size_t first, size_t depth)
{
    size_t from = r->at;
    bool has_nul = false;
    struct str name;
    err_t rc = read_string(&name, r, &has_nul);
    if (rc == OK && has_nul)
        rc = bad(r, from, N_("a name holds the character U+0000"));
    if (rc != OK)
        return rc;
    size_t at = find_name(many, r, first, name);
    bool again = at < r->open.len;
    if (again && r->how == JIN_REFUSE_DUPLICATES)
        return duplicate_name(r, from, name);
    if (again && r->duplicates)
        ++*r->duplicates;
    if (!again)
        push(r)->name = name;
    if (peek(r) != ':')
        return unexpected(r, N_("a colon was expected after the name"));
    r->at++;
    return read_child(r, at, depth + 1);
}

static err_t read_members(struct map **many, struct reader *r, size_t first, size_t depth)
{
    err_t rc;
    if (peek(r) == '}')
        return OK;
    for (;;) {
        if (peek(r) != '"')
            return unexpected(r, N_("a name in quotation marks was expected"));
        if ((rc = read_member(many, r, first, depth)) != OK)
            return rc;
        char c = peek(r);
        if (c == '}')
            return OK;
        if (c != ',')
            return unexpected(r, N_("a comma or } was expected after the value"));
        r->at++;
    }
}

static err_t read_object(struct jvalue *out, struct reader *r, size_t depth)
{
    size_t first = r->open.len;
    struct map *many = NULL;
    r->at++;
    err_t rc = read_members(&many, r, first, depth);
    map_free(many);
    if (rc != OK)
        return rc;
    r->at++;
    out->type = J_OBJECT;
    close_value(out, r, first);
    return OK;
}

/* --- values ------------------------------------------------------------------ */

static err_t read_number(struct jvalue *out, struct reader *r)
{
    size_t end = number_end(r->text, r->at);
    if (end == r->at || !ends_value(r->text, end))
        return bad(r, r->at, N_("this is not a number as JSON writes it"));
    out->type = J_NUMBER;
    out->text = arena_dup(r->a, (struct str){r->text.ptr + r->at, end - r->at});
    r->at = end;
    return OK;
}

static err_t read_word(struct jvalue *out, struct reader *r)
{
    size_t end = word_end(r->text, r->at);
    if (end == r->at || !ends_value(r->text, end))
        return unexpected(r, N_("a value cannot begin here"));
    char c = r->text.ptr[r->at];
    out->type = c == 't' ? J_TRUE : c == 'f' ? J_FALSE : J_NULL;
    r->at = end;
    return OK;
}

static err_t read_value(struct jvalue *out, struct reader *r, size_t depth)
{
    bool has_nul = false;
    *out = (struct jvalue){.type = J_NULL};
    char c = peek(r);
    switch (c) {
    case '[':
        return read_array(out, r, depth);
    case '{':
        return read_object(out, r, depth);
    case '"':
        out->type = J_STRING;
        return read_string(&out->text, r, &has_nul);
    case ']':
    case '}':
    case ',':
    case ':':
        return bad(r, r->at, N_("this character has no place here"));
    default:
        return c == '-' || is_digit(c) ? read_number(out, r) : read_word(out, r);
    }
}

err_t jin_parse_at(const struct jvalue **out, struct str text, int64_t line,
                   enum jin_duplicates how, size_t *duplicates, struct arena *a, struct err *e)
{
    struct reader r = {
        .text = text, .line = line, .how = how, .duplicates = duplicates, .a = a, .e = e};
    struct jvalue *v = arena_alloc(a, sizeof(*v));
    size_t good = utf8_check(text);
    *out = NULL;
    if (good < text.len)
        return bad(&r, good, N_("bytes that are not UTF-8"));
    err_t rc = read_value(v, &r, 0);
    skip_blanks(&r);
    if (rc == OK && r.at < text.len)
        rc = bad(&r, r.at, N_("more follows after the end of the value"));
    if (rc == OK)
        *out = v;
    free(r.open.ptr);
    return rc;
}

err_t jin_parse(const struct jvalue **out, struct str text, enum jin_duplicates how,
                size_t *duplicates, struct arena *a, struct err *e)
{
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        text = (struct str){text.ptr + 3, text.len - 3};
    return jin_parse_at(out, text, 1, how, duplicates, a, e);
}

/* --- reading the tree ---------------------------------------------------- */

const struct jvalue *jin_get(const struct jvalue *v, const char *name)
{
    if (!v || v->type != J_OBJECT)
        return NULL;
    struct str wanted = str_of(name);
    for (size_t i = 0; i < v->count; i++) {
        if (str_eq(v->names[i], wanted))
            return &v->items[i];
    }
    return NULL;
}

struct str jin_text(const struct jvalue *v, const char *name)
{
    const struct jvalue *child = jin_get(v, name);
    return child && (child->type == J_STRING || child->type == J_NUMBER) ? child->text : STR_NONE;
}

bool jin_i64(int64_t *out, const struct jvalue *v, const char *name)
{
    const struct jvalue *child = jin_get(v, name);
    return child && child->type == J_NUMBER && str_to_i64(out, child->text);
}
