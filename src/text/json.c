/* JSON in, through json-c.
 *
 * json-c keeps neither the digits of a number (a 20-digit one is clamped) nor
 * duplicate names (the last wins silently). Both are kept by rewriting the text
 * on the way in: every number literal becomes its ordinal ("17": the literal is
 * found again by it), and every name gets "#ordinal" appended, so that names
 * are unique for json-c and compared by us. The same pass refuses what json-c
 * lets by: raw control characters, blanks other than RFC 8259's, literals glued
 * together, bytes that are not UTF-8. Two escapes that make one character are
 * written as that character: json-c 0.16 takes some of them (U+2D800, a Chinese
 * character) for half a pair again. Structure, other escapes and depth are json-c's.
 *
 * The option rejected, a parser of our own, would be shorter than this is
 * clever only until it had json-c's years of fuzzing. */
#include "text/json.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "text/json_priv.h"
#include <json-c/json.h>
#include <limits.h>
#include <stdlib.h>

#define ORDINAL_MAX 20 /* digits of a size_t */
#define PAIR_LEN 12    /* \\ud876\\udc00 */
#define PAIR_SHRINK 8  /* less the four bytes of a character beyond U+FFFF */
#define FEW_NAMES 16   /* up to here names are compared pair by pair */

struct jin {
    struct json_tokener *tokener;
    char *to; /* the rewritten text */
    size_t to_len, to_cap;
    struct mark {
        size_t from, len; /* of the literal or name in the text */
        size_t to;        /* where it stands in the rewritten text */
    } * marks;
    size_t mark_count, mark_cap;
    size_t *pairs; /* behind them, in the rewritten text: PAIR_SHRINK bytes fewer */
    size_t pair_count, pair_cap;
    struct str name; /* as written: the last that was passed, whose value is being read */
};

struct jin *jin_new(void)
{
    struct jin *j = mem_zalloc(sizeof(*j));
    j->tokener = json_tokener_new_ex(JSON_DEPTH_MAX);
    if (!j->tokener)
        abort(); /* out of memory, as mem_alloc */
    json_tokener_set_flags(j->tokener, JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS);
    return j;
}

void jin_free(struct jin *j)
{
    if (!j)
        return;
    json_tokener_free(j->tokener);
    free(j->to);
    free(j->marks);
    free(j->pairs);
    free(j);
}

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

/* --- rewriting ----------------------------------------------------------- */

static char *room(struct jin *j, size_t extra)
{
    if (j->to_cap - j->to_len < extra) {
        j->to_cap = j->to_cap * 2 + extra;
        j->to = mem_grow(j->to, j->to_cap);
    }
    return j->to + j->to_len;
}

static void copy(struct jin *j, const char *from, size_t len)
{
    memcpy(room(j, len), from, len);
    j->to_len += len;
}

/* The UTF-16 unit of the escape that p begins with (six bytes are there), or 0. */
static uint32_t escaped_unit(const char *p)
{
    uint32_t unit = 0;
    for (size_t i = 2; i < 6; i++) {
        char c = p[i];
        bool digit = c >= '0' && c <= '9', letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'f';
        if (p[0] != '\\' || p[1] != 'u' || (!digit && !letter))
            return 0;
        unit = unit << 4 | (uint32_t)(digit ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return unit;
}

/* Is there a high and then a low surrogate? The character, else 0. (RFC 8259 section 7) */
static uint32_t escaped_pair(const char *p, size_t len)
{
    if (len < PAIR_LEN)
        return 0;
    uint32_t high = escaped_unit(p), low = escaped_unit(p + PAIR_LEN / 2);
    bool pair = high >= 0xD800 && high < 0xDC00 && low >= 0xDC00 && low < 0xE000;
    return pair ? 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00) : 0;
}

/* Where a string has half of such a pair, which is no character; len: nowhere. */
static size_t half_pair(const char *p, size_t len)
{
    for (size_t at = 0; at < len;) {
        bool escape = p[at] == '\\';
        uint32_t unit = escape && len - at >= PAIR_LEN / 2 ? escaped_unit(p + at) : 0;
        bool pair = escape && escaped_pair(p + at, len - at) != 0;
        if (unit >= 0xD800 && unit < 0xE000 && !pair)
            return at;
        at += pair ? PAIR_LEN : escape ? 2 : 1;
    }
    return len;
}

static void put_pair(struct jin *j, uint32_t c)
{
    char to[4];
    if (j->pair_count == j->pair_cap) {
        j->pair_cap = j->pair_cap ? j->pair_cap * 2 : 16;
        j->pairs = mem_grow(j->pairs, j->pair_cap * sizeof(*j->pairs));
    }
    copy(j, to, utf8_put(to, c));
    j->pairs[j->pair_count++] = j->to_len;
}

/* What stands within quotation marks, without half a pair. */
static void copy_string(struct jin *j, const char *p, size_t len)
{
    size_t from = 0;
    const char *escape = memchr(p, '\\', len);
    size_t at = escape ? (size_t)(escape - p) : len;
    while (at < len) {
        uint32_t c = p[at] == '\\' ? escaped_pair(p + at, len - at) : 0;
        if (c) {
            copy(j, p + from, at - from);
            put_pair(j, c);
            from = at += PAIR_LEN;
        } else {
            at += p[at] == '\\' ? 2 : 1;
        }
    }
    copy(j, p + from, len - from);
}

static void put_ordinal(struct jin *j, size_t from, size_t len)
{
    char digits[ORDINAL_MAX];
    size_t n = 0, rest = j->mark_count;
    if (j->mark_count == j->mark_cap) {
        j->mark_cap = j->mark_cap ? j->mark_cap * 2 : 64;
        j->marks = mem_grow(j->marks, j->mark_cap * sizeof(*j->marks));
    }
    j->marks[j->mark_count++] = (struct mark){from, len, j->to_len};
    char *to = room(j, ORDINAL_MAX);
    do
        digits[n++] = (char)('0' + rest % 10);
    while (rest /= 10);
    j->to_len += n;
    while (n)
        *to++ = digits[--n];
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
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
    if (q == end || !ascii_is_digit(*q))
        return at;
    if (*q == '0')
        q++;
    else
        while (q < end && ascii_is_digit(*q))
            q++;
    if (q < end && *q == '.') {
        if (++q == end || !ascii_is_digit(*q))
            return at;
        while (q < end && ascii_is_digit(*q))
            q++;
    }
    if (q < end && (*q == 'e' || *q == 'E')) {
        q++;
        if (q < end && (*q == '+' || *q == '-'))
            q++;
        if (q == end || !ascii_is_digit(*q))
            return at;
        while (q < end && ascii_is_digit(*q))
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

/* Kept, it would be another character (U+FFFD): nobody would see that a text was changed. */
static size_t refuse_half(const struct jin *j, struct str text, size_t at, int64_t line,
                          struct err *e)
{
    long long column;
    place(text, at, &line, &column);
    (void)err_set(e, E_INVALID,
                  "%.*s: line %lld, column %lld: \"%.6s\" is half of a character; write both "
                  "halves, or the character itself",
                  STR_ARG(utf8_cut(j->name, 200)), (long long)line, column, text.ptr + at);
    return 0;
}

/* One string, as it is or as a name. Returns where to go on, or 0. */
static size_t rewrite_string(struct jin *j, struct str text, size_t at, int64_t line, struct err *e)
{
    size_t bad = 0, next;
    bool has_nul = false;
    size_t end = string_end(text, at, &bad, &has_nul);
    if (bad != SIZE_MAX) {
        (void)bad_at(text, bad, line,
                     bad == at ? N_("this text has no closing quotation mark")
                               : N_("a line break or control character inside a text"),
                     e);
        return 0;
    }
    size_t half = half_pair(text.ptr + at, end - at);
    if (half < end - at)
        return refuse_half(j, text, at + half, line, e);
    copy_string(j, text.ptr + at, end - at);
    for (next = end + 1; next < text.len && is_blank(text.ptr[next]); next++)
        ;
    if (next < text.len && text.ptr[next] == ':') {
        if (has_nul) {
            (void)bad_at(text, at, line, N_("a name holds the character U+0000"), e);
            return 0;
        }
        j->name = (struct str){text.ptr + at + 1, end - at - 1};
        copy(j, "#", 1);
        put_ordinal(j, at, end + 1 - at);
    }
    copy(j, "\"", 1);
    return end + 1;
}

static err_t rewrite(struct jin *j, struct str text, int64_t line, struct err *e)
{
    size_t at = utf8_check(text); /* json-c's own check lets surrogates by */
    if (at < text.len)
        return bad_at(text, at, line, N_("bytes that are not UTF-8"), e);
    at = 0;
    j->to_len = 0;
    j->mark_count = j->pair_count = 0;
    j->name = STR("JSON"); /* a text in no object */
    while (at < text.len) {
        char c = text.ptr[at];
        size_t end;
        if (c == '"') {
            if ((at = rewrite_string(j, text, at, line, e)) == 0)
                return E_INVALID;
            continue;
        }
        if (is_blank(c) || strchr("{}[],:", c)) {
            if (c == '\0')
                return bad_at(text, at, line, N_("a NUL byte"), e);
            *room(j, 1) = c;
            j->to_len++;
            at++;
            continue;
        }
        if (c == '-' || ascii_is_digit(c)) {
            end = number_end(text, at);
            if (end == at || !ends_value(text, end))
                return bad_at(text, at, line, N_("this is not a number as JSON writes it"), e);
            put_ordinal(j, at, end - at);
        } else {
            end = word_end(text, at);
            if (end == at || !ends_value(text, end))
                return bad_at(text, at, line, N_("a value cannot begin here"), e);
            copy(j, text.ptr + at, end - at);
        }
        at = end;
    }
    *room(j, 1) = '\0';
    return OK;
}

/* Bytes that rewriting took from the text between two offsets in the rewritten one. */
static size_t shrunk(const struct jin *j, size_t from, size_t to)
{
    size_t bytes = 0;
    for (size_t i = 0; i < j->pair_count; i++)
        bytes += j->pairs[i] > from && j->pairs[i] <= to ? PAIR_SHRINK : 0;
    return bytes;
}

/* Offset in the text of an offset in the rewritten text. */
static size_t unrewrite(const struct jin *j, size_t to)
{
    size_t lo = 0, hi = j->mark_count;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (j->marks[mid].to <= to)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (lo == 0)
        return to + shrunk(j, 0, to);
    const struct mark *m = &j->marks[lo - 1];
    char digits[ORDINAL_MAX + 4];
    int ordinal = snprintf(digits, sizeof(digits), "%zu", lo - 1);
    size_t past = m->to + (size_t)ordinal;
    if (to <= past)
        return m->from;
    /* Behind a name its closing quotation mark is still to come. */
    size_t quote = j->to[past] == '"' && m->to > 0 && j->to[m->to - 1] == '#';
    return m->from + m->len + (to - past - quote) + shrunk(j, past, to);
}

/* --- the tree ------------------------------------------------------------ */

struct build {
    const struct jin *j;
    struct str text;
    int64_t line;
    size_t *duplicates; /* NULL: refused */
    struct arena *a;
    struct err *e;
};

static err_t build_value(struct jvalue *to, struct json_object *from, const struct build *b);

static err_t duplicate_name(const struct build *b, size_t ordinal, struct str name)
{
    long long column;
    int64_t line = b->line;
    place(b->text, b->j->marks[ordinal].from, &line, &column);
    return err_set(b->e, E_INVALID,
                   "line %lld, column %lld: the name \"%.*s\" stands twice in one object",
                   (long long)line, column, STR_ARG(name));
}

/* Index of `name` among the first n names; n when it is new. */
static size_t name_index(const struct str *names, size_t n, struct map *many, struct str name)
{
    if (many) {
        bool added;
        uint64_t *at = map_put(many, name, &added);
        if (added)
            *at = n;
        return (size_t)*at;
    }
    for (size_t i = 0; i < n; i++) {
        if (str_eq(names[i], name))
            return i;
    }
    return n;
}

static err_t build_object(struct jvalue *to, struct json_object *from, const struct build *b)
{
    size_t cap = (size_t)json_object_object_length(from), n = 0;
    struct jvalue *items = arena_array(b->a, cap, sizeof(*items));
    struct str *names = arena_array(b->a, cap, sizeof(*names));
    struct map *many = cap > FEW_NAMES ? map_new(cap) : NULL;
    err_t rc = OK;
    json_object_object_foreach(from, key, value)
    {
        const char *hash = strrchr(key, '#'); /* always there: rewrite_string put it */
        struct str name = str_range(key, hash);
        size_t at = name_index(names, n, many, name);
        if (at < n && !b->duplicates) {
            rc = duplicate_name(b, strtoull(hash + 1, NULL, 10), name);
            break;
        }
        if (at < n)
            ++*b->duplicates;
        else
            names[n++] = arena_dup(b->a, name);
        if ((rc = build_value(&items[at], value, b)) != OK)
            break;
    }
    map_free(many);
    to->items = items;
    to->names = names;
    to->count = n;
    return rc;
}

static err_t build_array(struct jvalue *to, struct json_object *from, const struct build *b)
{
    err_t rc = OK;
    size_t count = json_object_array_length(from);
    struct jvalue *items = arena_array(b->a, count, sizeof(*items));
    for (size_t i = 0; i < count && rc == OK; i++)
        rc = build_value(&items[i], json_object_array_get_idx(from, i), b);
    to->items = items;
    to->count = count;
    return rc;
}

/* Recursion is bounded by JSON_DEPTH_MAX: json-c refuses deeper texts. */
static err_t build_value(struct jvalue *to, struct json_object *from, const struct build *b)
{
    *to = (struct jvalue){.type = J_NULL};
    switch (json_object_get_type(from)) {
    case json_type_null:
        return OK;
    case json_type_boolean:
        to->type = json_object_get_boolean(from) ? J_TRUE : J_FALSE;
        return OK;
    case json_type_int: {
        const struct mark *m = &b->j->marks[json_object_get_int64(from)];
        to->type = J_NUMBER;
        to->text = arena_dup(b->a, (struct str){b->text.ptr + m->from, m->len});
        return OK;
    }
    case json_type_string:
        to->type = J_STRING;
        to->text = arena_dup(b->a, (struct str){json_object_get_string(from),
                                                (size_t)json_object_get_string_len(from)});
        return OK;
    case json_type_array:
        to->type = J_ARRAY;
        return build_array(to, from, b);
    case json_type_object:
        to->type = J_OBJECT;
        return build_object(to, from, b);
    case json_type_double:
        break; /* the rewritten text has none */
    }
    return err_set(b->e, E_INTERNAL, "json-c made a value of an unknown type");
}

/* What json-c refuses after our own checks. */
static const char *tokener_text(enum json_tokener_error why)
{
    switch ((int)why) { /* a newer json-c may know more kinds */
    case json_tokener_error_parse_object_key_name:
        return N_("a name in quotation marks was expected");
    case json_tokener_error_parse_object_key_sep:
        return N_("a colon was expected after the name");
    case json_tokener_error_parse_object_value_sep:
        return N_("a comma or } was expected after the value");
    case json_tokener_error_parse_array:
        return N_("a comma or ] was expected after the value");
    case json_tokener_error_parse_string:
        return N_("a text has an unknown escape");
    default:
        return N_("this character has no place here");
    }
}

static err_t tokener_failed(const struct jin *j, struct str text, int64_t line, struct err *e)
{
    enum json_tokener_error why = json_tokener_get_error(j->tokener);
    size_t at = unrewrite(j, json_tokener_get_parse_end(j->tokener));
    if (why == json_tokener_error_depth) {
        long long column;
        place(text, at, &line, &column);
        return err_set(e, E_LIMIT, "line %lld, column %lld: JSON nested more than %d levels deep",
                       (long long)line, column, JSON_DEPTH_MAX);
    }
    if (why == json_tokener_continue || why == json_tokener_error_parse_eof)
        return bad_at(text, text.len, line, N_("the text ends too early"), e);
    return bad_at(text, at, line, tokener_text(why), e);
}

err_t jin_parse_with(const struct jvalue **out, struct jin *j, struct str text, int64_t line,
                     size_t *duplicates, struct arena *a, struct err *e)
{
    struct build b = {j, text, line, duplicates, a, e};
    err_t rc;
    *out = NULL;
    if ((rc = rewrite(j, text, line, e)) != OK)
        return rc;
    if (j->to_len >= INT_MAX)
        return err_set(e, E_LIMIT, "a JSON text of %zu bytes is too long", text.len);
    json_tokener_reset(j->tokener);
    struct json_object *root = json_tokener_parse_ex(j->tokener, j->to, (int)j->to_len + 1);
    if (json_tokener_get_error(j->tokener) != json_tokener_success)
        return tokener_failed(j, text, line, e);
    size_t end = json_tokener_get_parse_end(j->tokener);
    while (end < j->to_len && is_blank(j->to[end]))
        end++;
    if (end < j->to_len) {
        rc =
            bad_at(text, unrewrite(j, end), line, N_("more follows after the end of the value"), e);
    } else {
        struct jvalue *v = arena_alloc(a, sizeof(*v));
        rc = build_value(v, root, &b);
        *out = rc == OK ? v : NULL;
    }
    json_object_put(root);
    return rc;
}

err_t jin_parse_last(const struct jvalue **out, struct str text, size_t *duplicates,
                     struct arena *a, struct err *e)
{
    struct jin *j = jin_new();
    (void)room(j, text.len + text.len / 4); /* ordinals: a few bytes a name */
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        text = (struct str){text.ptr + 3, text.len - 3};
    err_t rc = jin_parse_with(out, j, text, 1, duplicates, a, e);
    jin_free(j);
    return rc;
}

err_t jin_parse(const struct jvalue **out, struct str text, struct arena *a, struct err *e)
{
    return jin_parse_last(out, text, NULL, a, e);
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
