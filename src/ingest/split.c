/* Lists in cells. Exports agree on no separator: PatSnap " | ", incoPat and
 * CNIPA "; ", Lens ";;", Excel cells line breaks, Google Patents a printed
 * Python list. Names are split by one separator only, because the weaker ones
 * occur inside names ("SMITH; JOHN | DOE; JANE"). */
#include "ingest/split.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "model/number.h"

struct pieces {
    struct str *ptr;
    size_t len, cap;
};

static void push(struct pieces *p, struct str s, struct arena *a)
{
    s = str_trim(s);
    if (!value_is_empty(s))
        VEC_PUSH(a, p, s);
}

bool value_is_empty(struct str v)
{
    static const struct str words[] = {
        {"-", 1},   {"--", 2},  {"---", 3},  {"N/A", 3},  {"n/a", 3}, {"NA", 2},
        {"NaN", 3}, {"nan", 3}, {"null", 4}, {"NULL", 4}, {"[]", 2},  {"None", 4},
        {"\\N", 2}, {"—", 3},   {"——", 6},   {"－", 3},   {"/", 1},
    };
    v = str_trim(v);
    if (v.len == 0)
        return true;
    if (v.len > 6)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (v.ptr[0] == words[i].ptr[0] && str_eq(v, words[i]))
            return true;
    return false;
}

struct str value_narrow(struct str v, const char *only, struct arena *a)
{
    if (v.len == 0 || !memchr(v.ptr, '\xEF', v.len))
        return v;
    char *out = arena_alloc(a, v.len + 1);
    size_t len = 0;
    for (size_t at = 0; at < v.len;) {
        const char *wide = memchr(v.ptr + at, '\xEF', v.len - at);
        size_t from = wide ? (size_t)(wide - v.ptr) : v.len;
        memcpy(out + len, v.ptr + at, from - at);
        len += from - at;
        at = from;
        if (at == v.len)
            break;
        uint32_t c = utf8_next(v, &at), ascii = c - 0xFEE0;
        if (c >= 0xFF01 && c <= 0xFF5E && (!only || strchr(only, (int)ascii)))
            out[len++] = (char)ascii;
        else
            while (from < at)
                out[len++] = v.ptr[from++];
    }
    return (struct str){out, len};
}

static void cut_all(struct pieces *p, struct str v, struct str sep, struct arena *a)
{
    struct str rest = v;
    while (rest.ptr)
        push(p, str_split(&rest, sep), a);
}

/* Line breaks: CR LF, LF, CR alone, and Excel's "_x000D_" left in the text. */
static void cut_lines(struct pieces *p, struct str v, struct arena *a)
{
    size_t from = 0;
    for (size_t i = 0; i <= v.len; i++)
        if (i == v.len || v.ptr[i] == '\n' || v.ptr[i] == '\r') {
            push(p, str_range(v.ptr + from, v.ptr + i), a);
            from = i + 1;
        }
}

static bool is_han_only(struct str s)
{
    static const struct str dot = {"·", 2};
    for (size_t at = 0; at < s.len;) {
        if (str_starts(str_range(s.ptr + at, s.ptr + s.len), dot)) {
            at += dot.len;
            continue;
        }
        uint32_t c = utf8_next(s, &at);
        if (c < 0x2E80 || c == UTF8_BAD)
            return false;
    }
    return s.len > 0;
}

/* Commas part Han names; in Latin writing they stand inside a name. */
static bool cut_han_commas(struct pieces *p, struct str v, struct arena *a)
{
    static const struct str commas[] = {{",", 1}, {"，", 3}};

    for (size_t k = 0; k < ARRAY_LEN(commas); k++) {
        if (!str_contains(v, commas[k]))
            continue;
        struct pieces found = {0};
        cut_all(&found, v, commas[k], a);
        for (size_t i = 0; i < found.len; i++)
            if (!is_han_only(found.ptr[i]))
                return false;
        *p = found;
        return true;
    }
    return false;
}

static bool is_suffix_word(struct str s)
{
    static const char *const words[] = {
        "Jr",          "Sr",   "II",   "III",     "IV",           "MD",   "PhD",     "Esq",
        "Co",          "Ltd",  "Ltda", "Limited", "Incorporated", "Inc",  "Company", "Corp",
        "Corporation", "LLC",  "LLP",  "LP",      "PLC",          "GmbH", "mbH",     "AG",
        "KG",          "KGaA", "SE",   "SA",      "SAS",          "SARL", "SpA",     "SRL",
        "BV",          "NV",   "AB",   "AS",      "ApS",          "Oy",   "Oyj",     "KK",
        "Pty",         "Pte",  "Bhd",  "Sdn",     "de",           "CV"};
    bool latin = ascii_is_letter(s.ptr[0]);
    for (size_t i = 0; latin && i < ARRAY_LEN(words); i++)
        if (str_eq_nocase(s, str_of(words[i])))
            return true;
    return false;
}

/* "Jr.", "Ph.D.", "Ltd.", "GmbH & Co. KG": belongs to the name before it. */
static bool is_suffix(struct str s)
{
    char word[16];
    size_t len = 0;
    for (size_t i = 0; i <= s.len; i++) {
        if (i < s.len && s.ptr[i] == '.')
            continue;
        if (i < s.len && s.ptr[i] != ' ' && s.ptr[i] != '&') {
            if (len == sizeof(word))
                return false;
            word[len++] = s.ptr[i];
        } else if (len) {
            if (!is_suffix_word((struct str){word, len}))
                return false;
            len = 0;
        }
    }
    return true;
}

/* "Doe, Jane, Smith, John M.": pairs of a family name and the others. Two pieces are one name. */
static bool cut_pairs(struct pieces *p, struct str v, struct arena *a)
{
    struct pieces found = {0};

    cut_all(&found, v, STR(","), a);
    if (found.len < 4 || found.len % 2)
        return false;
    for (size_t i = 0; i < found.len; i += 2)
        if (memchr(found.ptr[i].ptr, ' ', found.ptr[i].len) || is_suffix(found.ptr[i]) ||
            is_suffix(found.ptr[i + 1]))
            return false;
    for (size_t i = 0; i < found.len; i += 2)
        push(p, str_range(found.ptr[i].ptr, found.ptr[i + 1].ptr + found.ptr[i + 1].len), a);
    return true;
}

/* "Jane Doe, John Smith, Jr." where a comma is known to part people. */
static void cut_commas(struct pieces *p, struct str v, struct arena *a)
{
    struct pieces found = {0};

    cut_all(&found, v, STR(","), a);
    for (size_t i = 0; i < found.len; i++)
        if (i && is_suffix(found.ptr[i]) && p->len)
            p->ptr[p->len - 1].len =
                (size_t)(found.ptr[i].ptr + found.ptr[i].len - p->ptr[p->len - 1].ptr);
        else
            push(p, found.ptr[i], a);
}

static bool has_line_break(struct str v)
{
    return v.len && (memchr(v.ptr, '\n', v.len) || memchr(v.ptr, '\r', v.len));
}

const char *const separator_text[SEPS] = {"", ";;", "|", "\\n", ";", "、", ","};

/* Separators that this kind of list has not. */
static unsigned skipped_by(enum split how)
{
    if (how == SPLIT_TEXTS)
        return 1u << SEP_SEMICOLON | 1u << SEP_STOP | 1u << SEP_COMMA;
    if (how == SPLIT_LABELS)
        return 1u << SEP_STOP | 1u << SEP_COMMA;
    return how == SPLIT_COMMAS ? 1u << SEP_STOP : 0;
}

static enum separator cut_names(struct pieces *p, struct str v, enum split how, unsigned skip,
                                struct arena *a)
{
    static const struct {
        struct str text;
        enum separator kind;
    } marks[] = {{{SPLIT_RS, 1}, SEP_NONE},  {{";;", 2}, SEP_TWO}, {{"|", 1}, SEP_BAR},
                 {{"｜", 3}, SEP_BAR},       {STR_NONE, SEP_LINE}, {{";", 1}, SEP_SEMICOLON},
                 {{"；", 3}, SEP_SEMICOLON}, {{"、", 3}, SEP_STOP}};

    skip |= skipped_by(how);
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        enum separator kind = marks[i].kind;
        bool line = kind == SEP_LINE;
        if ((skip & 1u << kind) || !(line ? has_line_break(v) : str_contains(v, marks[i].text)))
            continue;
        if (line)
            cut_lines(p, v, a);
        else
            cut_all(p, v, marks[i].text, a);
        return kind;
    }
    if (how == SPLIT_COMMAS)
        cut_commas(p, v, a);
    else if ((skip & 1u << SEP_COMMA) ||
             !(cut_han_commas(p, v, a) || (how == SPLIT_PEOPLE && cut_pairs(p, v, a))))
        push(p, v, a);
    return p->len > 1 ? SEP_COMMA : SEP_NONE;
}

static void cut_symbols(struct pieces *p, struct str v, struct arena *a)
{
    static const struct str wide[] = {{"；", 3}, {"，", 3}, {"、", 3}, {"｜", 3}};
    size_t from = 0, at = 0;

    while (at < v.len) {
        size_t step = 0;
        if (strchr(";,|\n\r\x1e", v.ptr[at]) && v.ptr[at])
            step = 1;
        for (size_t i = 0; step == 0 && i < ARRAY_LEN(wide); i++)
            if (str_starts(str_range(v.ptr + at, v.ptr + v.len), wide[i]))
                step = wide[i].len;
        bool comma = v.ptr[at] == ',' || (step && str_is((struct str){v.ptr + at, step}, "，"));
        if (comma && number_groups_thousands(v, at, step)) {
            at += step;
            continue;
        }
        if (step) {
            push(p, str_range(v.ptr + from, v.ptr + at), a);
            from = at + step;
        }
        at += step ? step : 1;
    }
    push(p, str_range(v.ptr + from, v.ptr + v.len), a);
}

/* ['a', "b\'s"] → a, b's. False when it is not written like that. */
static bool cut_printed_list(struct pieces *p, struct str v, struct arena *a)
{
    if (v.len < 4 || v.ptr[0] != '[' || v.ptr[v.len - 1] != ']' ||
        (v.ptr[1] != '\'' && v.ptr[1] != '"'))
        return false;
    size_t at = 1;
    while (at + 1 < v.len) {
        char quote = v.ptr[at];
        if (quote == ',' || quote == ' ') {
            at++;
            continue;
        }
        if (quote != '\'' && quote != '"')
            return false;
        size_t from = ++at, len = 0;
        bool escaped = false;
        while (at < v.len && v.ptr[at] != quote) {
            escaped |= v.ptr[at] == '\\';
            at += v.ptr[at] == '\\' ? 2 : 1;
        }
        if (at >= v.len)
            return false;
        struct str piece = str_range(v.ptr + from, v.ptr + at);
        if (escaped) {
            char *copy = arena_alloc(a, piece.len + 1);
            for (size_t i = 0; i < piece.len; i++) {
                if (piece.ptr[i] == '\\' && i + 1 < piece.len)
                    i++;
                copy[len++] = piece.ptr[i];
            }
            piece = (struct str){copy, len};
        }
        push(p, piece, a);
        at++;
    }
    return true;
}

/* Whether any byte is, or begins, a separator or a printed list: most cells
 * hold one plain value. */
bool value_may_split(struct str v)
{
    for (size_t i = 0; i < v.len; i++)
        switch (v.ptr[i]) {
        case ';':
        case ',':
        case '|':
        case '\n':
        case '\r':
        case '\x1e':
        case '\xE3': /* 、 */
        case '\xEF': /* ； ， ｜ */
        case '[':
            return true;
        default:
            break;
        }
    return false;
}

size_t split_list(struct str **out, enum separator *by, struct str v, enum split how, unsigned skip,
                  struct arena *a)
{
    struct pieces p = {0};

    *by = SEP_NONE;
    v = str_trim(v);
    if (how == SPLIT_NONE || !value_may_split(v)) {
        push(&p, v, a);
    } else if (!cut_printed_list(&p, v, a)) {
        p = (struct pieces){0};
        if (how == SPLIT_SYMBOLS)
            cut_symbols(&p, v, a);
        else
            *by = cut_names(&p, v, how, skip, a);
    }
    *out = p.ptr;
    return p.len;
}

size_t split_value(struct str **out, struct str v, enum split how, struct arena *a)
{
    enum separator by;
    return split_list(out, &by, v, how, 0, a);
}
