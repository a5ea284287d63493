/* Symbols of patent classifications in any writing → one canonical form.
 *
 * IPC and CPC are read by one scanner that skips blanks wherever a writing may
 * have them (ST.8 pads the main group to four places, IPC 1-7 spaces every
 * element); what follows the symbol (version, level, position, value) is read
 * by a second one. Anything left over means that the text is no symbol.
 * Sources: WIPO ST.8 (fixed places), Guide to the IPC (2024) paras 28-33 for
 * the shape of symbols, ST.10/C; Locarno: WIPO ST.80, code 51. */
#include "base/buf.h"
#include "base/utf8.h"
#include "model/normal.h"

#define SYMBOL_BYTES_MAX 256

struct scan {
    const char *at, *end;
};

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static char peek(const struct scan *s)
{
    return s->at < s->end ? *s->at : '\0';
}

static void blanks(struct scan *s)
{
    while (peek(s) == ' ')
        s->at++;
}

static bool take(struct scan *s, char c)
{
    if (peek(s) != c)
        return false;
    s->at++;
    return true;
}

static struct str digits(struct scan *s)
{
    const char *from = s->at;
    while (ascii_is_digit(peek(s)))
        s->at++;
    return str_range(from, s->at);
}

/* Upper case, half width, superscript editions as digits; false when it is too
 * long or not ASCII then. */
static bool plain(char *out, size_t *len, struct str s)
{
    size_t n = 0;
    s = str_trim(s);
    for (size_t at = 0; at < s.len;) {
        uint32_t c = utf8_next(s, &at);
        if (c >= 0xFF01 && c <= 0xFF5E)
            c -= 0xFEE0;
        else if (c == 0x3000 || c == 0xA0 || c == '\t' || c == '\n' || c == '\r')
            c = ' ';
        else if (c >= 0x2074 && c <= 0x2078) /* Int. Cl.⁴ … ⁸ */
            c = '0' + (c - 0x2070);
        else if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212)
            c = '-';
        if (c >= 0x7F || c < 0x20 || n + 1 >= SYMBOL_BYTES_MAX)
            return false;
        out[n++] = (char)(c >= 'a' && c <= 'z' ? c - 32 : c);
    }
    *len = n;
    return n > 0;
}

static bool skip_word(struct scan *s, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(s->end - s->at) < n || memcmp(s->at, word, n) != 0)
        return false;
    s->at += n;
    return true;
}

/* "Int. Cl.7", "IPC(8):", "LOC (10) Cl.", "CPC": *edition gets the digits, with
 * `bracketed` only those in brackets. */
static void skip_heading(struct scan *s, struct str *edition, bool bracketed)
{
    struct scan t = *s;
    bool any = false;
    static const char *const heads[] = {"INT", "IPCR", "IPC", "CPCI", "CPC",
                                        "LOC", "CL",   "FI",  "ECLA"};
    for (bool more = true; more;) {
        more = false;
        blanks(&t);
        for (size_t i = 0; i < ARRAY_LEN(heads) && !more; i++) {
            struct scan before = t;
            if (!skip_word(&t, heads[i]))
                continue;
            if (is_upper(peek(&t))) /* a longer word, or a symbol such as CLxx */
                t = before;
            else
                more = any = true;
        }
        while (more && (take(&t, '.') || take(&t, ' ') || take(&t, ':')))
            ;
        bool bracket = any && take(&t, '(');
        struct scan before = t;
        struct str e = any ? digits(&t) : STR_NONE;
        if (e.len > 0 && e.len <= 2 &&
            (bracket ? take(&t, ')') : !bracketed && (peek(&t) == ' ' || peek(&t) == ':'))) {
            *edition = e;
            more = true;
        } else
            t = before;
        while (any && (take(&t, ':') || take(&t, ' ') || take(&t, '.')))
            ;
    }
    if (any)
        *s = t;
}

/* "(2006.01)", "20060101": *version "2006.01". Position, value and level are
 * single letters after it. */
static bool trailer(struct class_symbol *out, struct scan *s, struct arena *a)
{
    blanks(s);
    if (take(s, '(')) {
        struct str year = digits(s);
        struct str month = take(s, '.') ? digits(s) : STR_NONE;
        if (year.len != 4 || (month.len != 0 && month.len != 2) || !take(s, ')'))
            return false;
        out->version = month.len ? arena_printf(a, "%.*s.%.*s", STR_ARG(year), STR_ARG(month))
                                 : arena_dup(a, year);
    } else if (s->end - s->at >= 8 && ascii_is_digit(peek(s))) {
        struct scan before = *s;
        struct str date = digits(s);
        if (date.len != 8)
            return *s = before, false;
        out->version = arena_printf(a, "%.4s.%.2s", date.ptr, date.ptr + 4);
    }
    blanks(s);
    /* ST.8: level A C S, position F L, value I N, then dates and codes of the
     * act of classifying, which we do not keep. Exports write "I" or "I,F". */
    bool dated = out->version.len > 0;
    if (peek(s) == 'A' || peek(s) == 'C' || peek(s) == 'S') {
        const char *next = s->at + 1;
        while (next < s->end && *next == ' ')
            next++;
        if (dated || (next < s->end && strchr("FLIN", *next)))
            s->at++;
    }
    for (;;) {
        blanks(s);
        (void)take(s, ',');
        blanks(s);
        char c = peek(s);
        if ((c == 'F' || c == 'L') && !out->position)
            out->position = c;
        else if ((c == 'I' || c == 'N') && !out->value)
            out->value = c;
        else if (c == 'A' && dated && out->position && !out->value)
            out->value = 'N'; /* CPC: additional */
        else
            break;
        s->at++;
    }
    blanks(s);
    if (dated && out->value && s->end - s->at >= 8 && ascii_is_digit(peek(s))) {
        s->at = s->end;
        return true;
    }
    return s->at == s->end;
}

static struct str without_zeros_in_front(struct str d)
{
    while (d.len > 1 && d.ptr[0] == '0')
        d = (struct str){d.ptr + 1, d.len - 1};
    return d;
}

/* Digits that hold main group and subgroup without an oblique stroke, by fixed
 * places: ST.8 filled with zeros (four and up to six), Thomson (three and two to
 * four: C07D41714), Greenbook and ST.32 SGML (blanks and digits of the main
 * group fill three places: "G06F 1516"). */
static bool fixed_groups(struct str *main_group, struct str *subgroup, struct str d,
                         size_t blanks_before)
{
    size_t places = d.len >= 8 && d.len <= 10                         ? 4
                    : d.len >= 5 && d.len <= 7                        ? 3
                    : blanks_before > 0 && d.len + blanks_before >= 5 ? 3
                                                                      : 0;
    /* Six digits with a group of four: 000900 is 9/00. With three it would be group
     * 0, or a decimal subgroup that ends in 0, and there are neither. */
    if (d.len == 6 &&
        (memcmp(d.ptr, "000", 3) == 0 || (memcmp(d.ptr, "00", 2) == 0 && d.ptr[5] == '0')))
        places = 4;
    if (places == 3 && blanks_before > 0 && blanks_before < 3)
        places -= blanks_before;
    if (places == 0 || d.len < places + 2 || d.len > places + 6)
        return false;
    *main_group = (struct str){d.ptr, places};
    *subgroup = (struct str){d.ptr + places, d.len - places};
    while (subgroup->len > 2 && subgroup->ptr[subgroup->len - 1] == '0')
        subgroup->len--;
    return true;
}

/* Main group and subgroup. True with empty strs when there are none. */
static bool groups(struct str *main_group, struct str *subgroup, struct scan *s, bool long_group)
{
    const char *from = s->at;
    *main_group = *subgroup = STR_NONE;
    blanks(s);
    size_t blanks_before = (size_t)(s->at - from);
    if (peek(s) == '-' && s->end - s->at > 1 && ascii_is_digit(s->at[1])) /* Derwent: H04L-012/28 */
        s->at++;
    struct str d = digits(s);
    if (d.len == 0)
        return peek(s) != '/' || ++s->at == s->end; /* "G02B/": a subclass to Google */
    const char *after = s->at;
    blanks(s);
    if (take(s, '/') || take(s, ':')) { /* ':' in indexing codes of IPC 1-7 */
        blanks(s);
        *main_group = d;
        *subgroup = digits(s);
        if (subgroup->len < 2 || subgroup->len > 6 || d.len > 4)
            return false;
    } else {
        s->at = after;
        if (!fixed_groups(main_group, subgroup, d, blanks_before)) {
            if (d.len > 4 || (d.len == 4 && !long_group)) /* CPC has groups from 2000 on */
                return false;
            *main_group = d;
        }
    }
    *main_group = without_zeros_in_front(*main_group);
    return main_group->ptr[0] != '0';
}

/* What FI adds behind the IPC symbol: ",101", "@A", a file letter; ECLA: any
 * letters and digits. */
static struct str extension(struct scan *s, enum class_scheme scheme, struct arena *a)
{
    struct str number = STR_NONE, letter = STR_NONE;
    blanks(s);
    if (scheme == CLASS_ECLA) {
        const char *from = s->at;
        while (ascii_is_digit(peek(s)) || is_upper(peek(s)))
            s->at++;
        return arena_dup(a, str_range(from, s->at));
    }
    if (take(s, ',') || ascii_is_digit(peek(s))) {
        blanks(s);
        number = digits(s);
    }
    blanks(s);
    (void)take(s, '@');
    if (is_upper(peek(s)) && s->end - s->at == 1)
        letter = (struct str){s->at++, 1};
    return arena_printf(a, "%s%.*s%s%.*s", number.len ? "," : "", STR_ARG(number),
                        letter.len ? "@" : "", STR_ARG(letter));
}

static bool ipc_like(struct class_symbol *out, struct scan s, enum class_scheme scheme,
                     struct arena *a)
{
    struct str edition = STR_NONE, group, subgroup, class_digits;
    char section, subclass = '\0', listed = '\0';

    skip_heading(&s, &edition, false);
    if (peek(&s) >= '1' && peek(&s) <= '8') { /* "7 H 04 L 12/28"; EP SGML "7B 22D 29/00 A" */
        edition = (struct str){s.at++, 1};
        blanks(&s);
        listed = s.end - s.at > 2 && s.end[-2] == ' ' && is_upper(s.end[-1]) ? s.end[-1] : '\0';
        if (listed) /* A, B; J, K, L linked and other indexing codes */
            s.end -= 2;
    }
    section = peek(&s);
    if (!((section >= 'A' && section <= 'H') || (section == 'Y' && scheme == CLASS_CPC)))
        return false;
    s.at++;
    blanks(&s);
    class_digits = digits(&s);
    if (class_digits.len == 0) {
        out->symbol = arena_printf(a, "%c", section);
        return s.at == s.end;
    }
    if (class_digits.len != 2)
        return false;
    blanks(&s);
    if (is_upper(peek(&s)) && peek(&s) != 'O')
        subclass = *s.at++;
    if (!subclass) {
        out->symbol = arena_printf(a, "%c%.2s", section, class_digits.ptr);
        return s.at == s.end;
    }
    if (!groups(&group, &subgroup, &s, scheme == CLASS_CPC))
        return false;
    struct str more = (scheme == CLASS_FI || scheme == CLASS_ECLA) && subgroup.len
                          ? extension(&s, scheme, a)
                          : STR_NONE;
    char head[5] = {section, class_digits.ptr[0], class_digits.ptr[1], subclass, '\0'};
    out->symbol = arena_join_all(
        a, (struct str[]){{head, 4}, group, subgroup.len ? STR("/") : STR_NONE, subgroup, more}, 5);
    if (!trailer(out, &s, a))
        return false;
    if (out->version.len == 0 && edition.len > 0)
        out->version = arena_dup(a, edition);
    if (listed == 'A' || listed == 'B') /* EPO: A the main class, B a further one */
        out->position = listed == 'A' ? 'F' : 'L';
    return true;
}

/* "14-02", "14/02", "1402", "LOC(12) Cl. 14-02", "14-02(13)", "D14-02". */
static bool locarno(struct class_symbol *out, struct scan s, struct arena *a)
{
    struct str edition = STR_NONE, class_digits, sub;
    skip_heading(&s, &edition, true);
    (void)take(&s, 'D');
    class_digits = digits(&s);
    if (class_digits.len == 4) {
        sub = (struct str){class_digits.ptr + 2, 2};
        class_digits.len = 2;
    } else {
        blanks(&s);
        if (!take(&s, '-') && !take(&s, '/') && !take(&s, '.'))
            return false;
        blanks(&s);
        sub = digits(&s);
    }
    if (class_digits.len < 1 || class_digits.len > 2 || sub.len < 1 || sub.len > 2)
        return false;
    unsigned c = 0, u = 0;
    for (size_t i = 0; i < class_digits.len; i++)
        c = c * 10 + (unsigned)(class_digits.ptr[i] - '0');
    for (size_t i = 0; i < sub.len; i++)
        u = u * 10 + (unsigned)(sub.ptr[i] - '0');
    if (c < 1 || c > 32 ||
        u > 99) /* 32 classes since the tenth edition; subclass 00 is "general" */
        return false;
    blanks(&s);
    if (take(&s, '(')) {
        edition = digits(&s);
        if (edition.len < 1 || edition.len > 2 || !take(&s, ')'))
            return false;
    }
    blanks(&s);
    if (s.at != s.end)
        return false;
    out->symbol = arena_printf(a, "%02u-%02u", c, u);
    out->version = arena_dup(a, edition);
    return true;
}

/* Greenbook, ST.32 and Lens write three places for the class, three for the
 * subclass and what follows its point: "709202", "364 41", "2502081", "273 86B",
 * "X707E17014" (X: cross reference). */
static bool uspc_fixed(struct class_symbol *out, struct str s, struct arena *a)
{
    if (s.len > 6 && s.ptr[0] == 'X')
        s = (struct str){s.ptr + 1, s.len - 1};
    if (s.len < 6 || s.len > 9)
        return false;
    struct str class_part = str_trim((struct str){s.ptr, 3}), sub = {s.ptr + 3, 3};
    struct str tail = {s.ptr + 6, s.len - 6};
    bool lettered = sub.ptr[0] == 'E'; /* E-subclasses: E17.014 */
    bool alpha = tail.len > 0 && is_upper(tail.ptr[0]);
    size_t i = lettered ? 1 : 0;
    while (!lettered && i < 3 && sub.ptr[i] == ' ')
        i++;
    for (size_t k = i; k < 3; k++)
        if (!ascii_is_digit(sub.ptr[k]))
            return false;
    for (size_t k = 0; k < tail.len; k++)
        if (alpha ? !is_upper(tail.ptr[k]) : !ascii_is_digit(tail.ptr[k]))
            return false;
    for (size_t k = class_part.ptr[0] == 'D' ? 1 : 0; k < class_part.len; k++)
        if (!ascii_is_digit(class_part.ptr[k]) && !str_is(class_part, "PLT") &&
            !str_is(class_part, "G9B"))
            return false;
    if (i == 3)
        return false;
    while (!alpha && !lettered && tail.len > 0 && tail.ptr[tail.len - 1] == '0')
        tail.len--;
    struct str number = {sub.ptr + i, 3 - i};
    out->symbol = arena_printf(a, "%.*s/%s%.*s%s%.*s", STR_ARG(without_zeros_in_front(class_part)),
                               lettered ? "E" : "",
                               STR_ARG(lettered ? number : without_zeros_in_front(number)),
                               tail.len > 0 && !alpha ? "." : "", STR_ARG(tail));
    return true;
}

/* "250/208.1", "382/104.", "D14/314", "PLT/123", "704/E11.001", "G9B/27.01". */
static bool uspc(struct class_symbol *out, struct scan s, struct arena *a)
{
    if (!(skip_word(&s, "USPC") || skip_word(&s, "U.S. CL.") || skip_word(&s, "US CL.")))
        (void)skip_word(&s, "U.S.CL.");
    blanks(&s);
    if (uspc_fixed(out, str_range(s.at, s.end), a))
        return true;
    struct str class_part;
    const char *from = s.at;
    if (skip_word(&s, "G9B") || skip_word(&s, "PLT"))
        class_part = str_range(from, s.at);
    else {
        (void)take(&s, 'D');
        struct str number = digits(&s);
        if (number.len < 1 || number.len > 3)
            return false;
        class_part = *from == 'D' ? arena_join(a, STR("D"), without_zeros_in_front(number))
                                  : without_zeros_in_front(number);
    }
    blanks(&s);
    if (s.at == s.end) {
        out->symbol = arena_dup(a, class_part);
        return true;
    }
    if (!take(&s, '/') && !take(&s, '-'))
        return false;
    blanks(&s);
    from = s.at;
    while (ascii_is_digit(peek(&s)) || is_upper(peek(&s)) || peek(&s) == '.')
        s.at++;
    struct str sub = str_range(from, s.at);
    while (sub.len > 1 && sub.ptr[0] == '0' && ascii_is_digit(sub.ptr[1]))
        sub = (struct str){sub.ptr + 1, sub.len - 1};
    while (sub.len > 0 && sub.ptr[sub.len - 1] == '.')
        sub.len--;
    if (sub.len == 0 || sub.len > 12 || s.at != s.end)
        return false;
    out->symbol = arena_printf(a, "%.*s/%.*s", STR_ARG(class_part), STR_ARG(sub));
    return true;
}

bool class_parse(struct class_symbol *out, struct str written, enum class_scheme scheme,
                 struct arena *a)
{
    char text[SYMBOL_BYTES_MAX];
    size_t len;
    *out = (struct class_symbol){0};
    if (!plain(text, &len, written))
        return false;
    struct scan s = {text, text + len};
    bool ok = scheme == CLASS_LOCARNO ? locarno(out, s, a)
              : scheme == CLASS_USPC  ? uspc(out, s, a)
                                      : ipc_like(out, s, scheme, a);
    if (!ok)
        *out = (struct class_symbol){0};
    return ok;
}

const char *class_scheme_name(enum class_scheme s)
{
    static const char *const names[CLASS_SCHEMES] = {"ipc", "cpc", "locarno", "uspc", "fi", "ecla"};
    return names[s];
}

size_t class_ancestors(struct str out[5], struct str symbol)
{
    size_t n = 0, slash = str_find(symbol, STR("/"), 0), dash = str_find(symbol, STR("-"), 0);
    bool ipc = symbol.len > 0 && is_upper(symbol.ptr[0]) &&
               (symbol.len == 1 ||
                (symbol.len >= 3 && ascii_is_digit(symbol.ptr[1]) &&
                 ascii_is_digit(symbol.ptr[2]) && (symbol.len == 3 || is_upper(symbol.ptr[3]))));
    if (symbol.len == 0)
        return 0;
    if (!ipc) { /* Locarno and USPC have two levels */
        size_t cut = dash < symbol.len ? dash : slash;
        if (cut < symbol.len)
            out[n++] = (struct str){symbol.ptr, cut};
        out[n++] = symbol;
        return n;
    }
    static const size_t level[] = {1, 3, 4};
    for (size_t i = 0; i < ARRAY_LEN(level); i++)
        if (symbol.len >= level[i])
            out[n++] = (struct str){symbol.ptr, level[i]};
    if (symbol.len > 4 && slash < symbol.len)
        out[n++] = (struct str){symbol.ptr, slash};
    if (symbol.len > 4)
        out[n++] = symbol;
    return n;
}

/* --- lists ------------------------------------------------------------------- */

/* Bytes of the separator at the start of s; 0 where there is none. */
static size_t separator_at(struct str s, enum class_scheme scheme)
{
    static const char *const wide[] = {"、", "；", "，", "｜"};
    char c = s.ptr[0];
    if (c == ';' || c == '|' || c == '\n' || c == '\r' || c == '\t')
        return 1;
    if (c != ',' && (unsigned char)c < 0x80)
        return 0;
    if (c == ',' || str_starts(s, STR("，"))) {
        size_t len = c == ',' ? 1 : 3, at = len;
        /* "H01M10/052,101@A" is one FI symbol; "(2006.01)I,F" one of ST.8 by exports. */
        while (at < s.len && s.ptr[at] == ' ')
            at++;
        bool number = at < s.len && ascii_is_digit(s.ptr[at]);
        bool flag =
            at < s.len &&
            (s.ptr[at] == 'F' || s.ptr[at] == 'L' || s.ptr[at] == 'I' || s.ptr[at] == 'N') &&
            (at + 1 == s.len || !ascii_is_digit(s.ptr[at + 1]));
        if ((scheme == CLASS_FI && number) || (scheme != CLASS_USPC && flag))
            return 0;
        return len;
    }
    for (size_t i = 0; i < ARRAY_LEN(wide); i++)
        if (str_starts(s, str_of(wide[i])))
            return 3;
    return 0;
}

size_t class_split(struct str *out, size_t cap, struct str list, enum class_scheme scheme)
{
    size_t n = 0, from = 0;
    for (size_t at = 0; at <= list.len;) {
        size_t sep =
            at < list.len ? separator_at((struct str){list.ptr + at, list.len - at}, scheme) : 1;
        if (sep == 0) {
            at++;
            continue;
        }
        struct str part = str_trim((struct str){list.ptr + from, at - from});
        if (part.len > 0) {
            if (n < cap)
                out[n] = part;
            n++;
        }
        at += sep;
        from = at;
    }
    return n;
}
