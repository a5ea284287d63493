/* A scanner that sees code points with full-width forms and Chinese punctuation
 * folded to ASCII, and a recursive-descent parser over it. Depth is bounded by
 * QUERY_DEPTH_MAX, the number of clauses by QUERY_TERMS_MAX. */
#include "search/syntax.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "search/filters.h"
#include "search/habits.h"

enum token_kind {
    T_END,
    T_WORD,
    T_QUOTED,
    T_FIELD,  /* a name and its colon */
    T_FILTER, /* in braces */
    T_OPEN,
    T_CLOSE,
    T_AND,
    T_OR,
    T_NOT,
    T_NEAR
};

struct scan {
    enum token_kind kind;
    struct str text;                   /* as written, without quotes or colon */
    size_t at;                         /* code points from 1 */
    const struct attribute *attribute; /* T_FIELD */
    struct str relation;               /* T_FIELD: CQL's any, all, within behind it */
    struct nearness near;              /* T_NEAR; of T_QUOTED "a b"~2, apart 0: none */
    size_t from;                       /* byte where it begins */
};

struct parser {
    struct str query;
    size_t pos, at; /* byte and code point of what comes next */
    struct scan token;
    size_t end;  /* byte behind the token before */
    bool formal; /* more than words stood so far */
    bool suffixes;
    const struct attribute *field; /* words belong to it; NULL: any field */
    struct str name;               /* of the field, as written */
    size_t depth, clauses;
    struct arena *a;
    struct err *e;
};

/* --- scanner ------------------------------------------------------------- */

/* What a code point stands for in the syntax: blanks ' ', quotes '"', the ASCII
 * form of a full-width one; others as they are. */
static uint32_t meaning(uint32_t c)
{
    static const uint32_t blanks[] = {'\t',   '\n',   '\r',   '\f',   '\v',   ',',    ';',
                                      0xA0,   0x200B, 0x2028, 0x2029, 0xFEFF, 0xFF61, 0xFF64,
                                      0x3000, 0x3001, 0x3002, 0x3008, 0x3009, 0x300A, 0x300B,
                                      0x3010, 0x3011, 0x3014, 0x3015}; /* ｡､、。〈〉《》【】〔〕 */
    static const uint32_t quotes[] = {0xAB,   0xBB,   0x201C, 0x201D, 0x201E,
                                      0x300C, 0x300D, 0x300E, 0x300F}; /* 「」『』 */

    if (c >= 0xFF01 && c <= 0xFF5E)
        c -= 0xFEE0;
    for (size_t i = 0; i < ARRAY_LEN(blanks); i++)
        if (c == blanks[i])
            return ' ';
    for (size_t i = 0; i < ARRAY_LEN(quotes); i++)
        if (c == quotes[i])
            return '"';
    return c == 0x2236 ? ':' : c; /* ∶ */
}

static uint32_t peek(const struct parser *p, size_t pos, size_t *next)
{
    if (pos >= p->query.len) {
        *next = pos;
        return 0;
    }
    *next = pos;
    uint32_t c = meaning(utf8_next(p->query, next));
    return c == 0 ? ' ' : c; /* a NUL byte separates */
}

static void step(struct parser *p)
{
    size_t next;
    peek(p, p->pos, &next);
    p->pos = next;
    p->at++;
}

static bool ends_word(uint32_t c)
{
    return c == 0 || c == ' ' || c == '(' || c == ')' || c == '"';
}

static void skip_to(struct parser *p, size_t pos)
{
    while (p->pos < pos)
        step(p);
}

static struct str between(const struct parser *p, size_t from, size_t end)
{
    return (struct str){p->query.ptr + from, end - from};
}

/* Behind the operand that begins at `pos`: a word, a quotation or a group; the query's end if
 * that is never closed. */
static size_t operand_end(const struct parser *p, size_t pos)
{
    size_t depth = 0, next;
    bool quoted = false;
    uint32_t c;
    while (peek(p, pos, &next) == ' ')
        pos = next;
    for (; (c = peek(p, pos, &next)) != 0; pos = next) {
        if (!quoted && depth == 0 && (c == ' ' || c == ')'))
            return pos;
        if (c == '"')
            quoted = !quoted;
        else if (!quoted)
            depth += (size_t)(c == '(') - (size_t)(c == ')');
        if (!quoted && depth == 0 && (c == '"' || c == ')'))
            return next;
    }
    return pos;
}

/* A word that is all letters may name a field; "10:1" and "http://" may not. */
static bool may_be_name(struct str s)
{
    if (s.len == 0 || s.len > 40)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        bool letter = (unsigned)((c | 32) - 'a') < 26u;
        if (c < 0x80 && !letter && !((c >= '0' && c <= '9') && i > 0) && !strchr("-_.@():", c))
            return false;
    }
    return true;
}

static const char *const names_help =
    "title, abstract, claims, description, ta, tac, applicant, inventor, ipc, cpc, number, date, "
    "published, applied, granted, year, office, type, kind, status, region";

static bool has_range(const struct attribute *at)
{
    return at->kind == ATTRIBUTE_DATE || at->kind == ATTRIBUTE_EXPIRY ||
           at->kind == ATTRIBUTE_COUNT;
}

static err_t no_field(struct parser *p, struct str name, const char *instead)
{
    if (attribute_find(name))
        return err_set(
            p->e, E_INVALID,
            "at character %zu: \"%.*s\" is not the same field in all tools; write one of "
            "these: %s",
            p->token.at, STR_ARG(name), instead);
    return err_set(p->e, E_INVALID,
                   "at character %zu: there is no field \"%.*s\"; the fields are %s; "
                   "to search for it as text put the words in quotation marks%s%s",
                   p->token.at, STR_ARG(name), names_help,
                   instead[0] ? msg(N_("; nearest to it: ")) : "", instead);
}

static err_t not_known(struct parser *p, size_t at, struct str sign, const char *instead)
{
    return err_set(p->e, E_INVALID, "at character %zu: '%.*s' is not known here; write %s", at,
                   STR_ARG(sign), instead);
}

/* The field that `name` is by the sign behind it, at `pos`; *value: where its value begins. */
static err_t sign_find(size_t *value, struct parser *p, struct str name, size_t pos)
{
    struct scan *t = &p->token;
    size_t next, after;
    uint32_t c = peek(p, pos, &next), follows = peek(p, next, &after);
    if (!may_be_name(name) || (c == ':' && follows == '/'))
        return OK;
    struct str written = between(p, next, operand_end(p, next));
    if (c == ':' && (str_is(name, "before") || str_is(name, "after")) &&
        str_contains(written, STR(":"))) /* before:filing:2010 */
        return OK;
    const struct attribute *at =
        c == '/' ? habit_slash(name, between(p, next, p->query.len)) : habit_field(name, p->a);
    bool below = c == '=' && at && str_starts(written, STR("/low")); /* as is always found here */
    if (below) {
        next += 4;
        written = between(p, next, operand_end(p, next));
    }
    const char *instead = c == '/' ? NULL : habit_instead(name, written);
    bool plain = !str_contains(name, STR(".")) && !str_contains(name, STR("@"));
    if (!at && !instead && plain && (c == ':' || (c == '=' && name.len > 1)))
        instead = "";
    if (instead)
        return no_field(p, name, instead);
    if (!at)
        return OK;
    at = habit_party(at, name, written);
    bool compares = c == '<' || c == '>', odd = c == '=' && (follows == '=' || follows == '/');
    if (compares ? !has_range(at) || follows == '>'
                 : odd && !(below && at->kind == ATTRIBUTE_CLASS))
        return not_known(p, p->token.at, between(p, pos, after),
                         arena_printf(p->a, "%s:…", at->name).ptr);
    t->text = below ? str_range(name.ptr, p->query.ptr + next) : name;
    *value = compares ? pos : next; /* a comparison belongs to the value */
    t->attribute = at;
    return OK;
}

/* "申请（专利权）人=": where the name ends that has the parenthesis at `pos` in it; else `pos`. */
static size_t name_through(const struct parser *p, size_t start, size_t pos)
{
    size_t end = pos, next;
    uint32_t c = 0;
    for (int i = 0; i < 8 && ((c = peek(p, end, &next)) >= 0x80 || c == '(' || c == ')'); i++)
        end = next;
    return (c == '=' || c == ':') && habit_field(between(p, start, end), p->a) ? end : pos;
}

/* A word, or the name of a field with its sign. */
static err_t scan_word(struct parser *p)
{
    size_t start = p->pos, next;
    struct scan *t = &p->token;
    uint32_t c;

    t->kind = T_WORD;
    for (;;) {
        c = peek(p, p->pos, &next);
        if (c == '(' && p->pos > start && (unsigned char)p->query.ptr[p->pos - 1] >= 0x80)
            skip_to(p, name_through(p, start, p->pos));
        c = peek(p, p->pos, &next);
        size_t value, end;
        struct str so_far = between(p, start, p->pos);
        if (c == ':' || c == '=' || c == '<' || c == '>' || c == '/') {
            err_t rc = sign_find(&value, p, so_far, p->pos);
            if (rc != OK)
                return rc;
        }
        if (t->attribute) {
            t->kind = T_FIELD;
            skip_to(p, value);
            return OK;
        }
        if (c == '"' && str_ends(so_far, STR("@"))) /* PatSnap's TREE@"…" */
            return not_known(p, p->token.at, so_far, "standard_applicant:…");
        if (ends_word(c) || ((c == '.' || c == '[') && habit_suffix(&end, p->query, p->pos, p->a)))
            break;
        step(p);
    }
    t->text = between(p, start, p->pos);
    return OK;
}

/* "TI = (…)": the name of a field and a blank before its sign, or before a relation of CQL:
 * `ti any "a b"`. Unless a quotation follows, that is one behind CQL's own names alone: texts have
 * "in all cases". */
static err_t scan_apart(struct parser *p)
{
    static const char *const relations[] = {"any", "all", "within", "exact", NULL};
    static const char *const names[] = {"ti",   "ab",   "ta",   "pa",     "ia", "cl",  "ic",
                                        "ipc",  "pr",   "cpc",  "pn",     "pd", "num", "txt",
                                        "ctxt", "ftxt", "desc", "claims", NULL};
    struct scan *t = &p->token;
    size_t pos = p->pos, next, end, value;
    while (pos < p->query.len && p->query.ptr[pos] == ' ')
        pos++;
    uint32_t c = peek(p, pos, &next);
    if (pos == p->pos)
        return OK;
    if (c != '=' && c != '<' && c != '>') {
        for (end = pos; !ends_word(peek(p, end, &next));)
            end = next;
        t->relation = between(p, pos, end);
        while (peek(p, end, &next) == ' ')
            end = next;
        c = peek(p, end, &next);
        if (!habit_among(t->relation, relations) ||
            (c != '"' && (c == 0 || !habit_among(t->text, names))))
            return OK;
        pos = end - 1;
    }
    err_t rc = sign_find(&value, p, t->text, pos);
    if (rc != OK || !t->attribute)
        return rc;
    bool within = str_eq_nocase(t->relation, STR("within")) && !has_range(t->attribute);
    if (within || str_eq_nocase(t->relation, STR("exact")) || (t->relation.len > 0 && c == '('))
        return not_known(p, p->token.at, t->relation,
                         arena_printf(p->a, "%s:…", t->attribute->name).ptr);
    t->kind = T_FIELD;
    skip_to(p, value);
    return OK;
}

/* [TTL]= before an operand. */
static bool scan_bracket(struct parser *p)
{
    size_t end, next;
    const struct attribute *at = habit_suffix(&end, p->query, p->pos, p->a);
    if (!at || p->query.ptr[p->pos] != '[')
        return false;
    p->token.text = between(p, p->pos + 1, end - 1);
    p->token.attribute = habit_party(at, p->token.text, between(p, end, operand_end(p, end)));
    p->token.kind = T_FIELD;
    skip_to(p, end);
    uint32_t c = peek(p, p->pos, &next);
    if (c == '=' || c == ':')
        step(p);
    return true;
}

/* The value of a date that is more than a word: [2013 TO 2015], >= 2013, 2013 TO 2015. */
static bool scan_range(struct parser *p, uint32_t c)
{
    size_t start = p->pos, end = start, next;
    if (c == '[') {
        end = str_find(p->query, STR("]"), start);
        end += end < p->query.len;
    } else if (c == '<' || c == '>') {
        while ((c = peek(p, end, &next)) == '<' || c == '>' || c == '=')
            end = next;
        end = operand_end(p, end);
    } else if (c != '(' && c != ')' && c != '"') {
        size_t to = operand_end(p, start);
        if (p->query.len - to > 4 && str_eq_nocase(between(p, to, to + 4), STR(" to ")))
            end = operand_end(p, to + 4);
    }
    if (end == start)
        return false;
    p->token.kind = T_WORD;
    skip_to(p, end);
    p->token.text = between(p, start, end);
    return true;
}

static err_t scan_quoted(struct parser *p)
{
    struct scan *t = &p->token;
    size_t start, next;

    step(p);
    start = p->pos;
    while (p->pos < p->query.len && peek(p, p->pos, &next) != '"')
        step(p);
    if (p->pos >= p->query.len)
        return err_set(p->e, E_INVALID,
                       "at character %zu: this quotation mark is never closed; add one after the "
                       "phrase",
                       t->at);
    t->kind = T_QUOTED;
    t->text = (struct str){p->query.ptr + start, p->pos - start};
    step(p);
    size_t digit = p->pos + 1;
    if (peek(p, p->pos, &next) == '~' && digit < p->query.len &&
        (unsigned)(p->query.ptr[digit] - '0') < 10u) {
        step(p);
        while (p->pos < p->query.len && (unsigned)(p->query.ptr[p->pos] - '0') < 10u) {
            t->near.apart = t->near.apart * 10 + (uint32_t)(p->query.ptr[p->pos] - '0');
            t->near.apart = t->near.apart > NEAR_MAX ? NEAR_MAX : t->near.apart;
            step(p);
        }
        t->near.apart++;
    }
    return OK;
}

static err_t scan_filter(struct parser *p)
{
    size_t start = p->pos + 1, end = filter_end(p->query, p->pos);
    if (end == p->query.len)
        return err_set(p->e, E_INVALID,
                       "at character %zu: '{' begins a filter such as {office=CN} and is never "
                       "closed; add '}', or put the words in quotation marks",
                       p->token.at);
    p->token.kind = T_FILTER;
    p->token.text = (struct str){p->query.ptr + start, end - start};
    while (p->pos <= end)
        step(p);
    return OK;
}

static bool ends_operand(enum token_kind kind)
{
    return kind == T_WORD || kind == T_QUOTED || kind == T_CLOSE || kind == T_FILTER;
}

/* The operator that a word of its own stands for, else T_WORD. */
static enum token_kind operator_of(struct str word)
{
    static const struct {
        const char *word;
        enum token_kind kind;
    } operators[] = {{"AND", T_AND},    {"&&", T_AND},   {"&", T_AND},      {"与", T_AND},
                     {"並且", T_AND},   {"并且", T_AND}, {"OR", T_OR},      {"||", T_OR},
                     {"|", T_OR},       {"或", T_OR},    {"或者", T_OR},    {"NOT", T_NOT},
                     {"!", T_NOT},      {"非", T_NOT},   {"ＡＮＤ", T_AND}, {"ＯＲ", T_OR},
                     {"ＮＯＴ", T_NOT}, {"＆＆", T_AND}, {"｜｜", T_OR},    {"！", T_NOT},
                     {"ANDNOT", T_NOT}};
    for (size_t i = 0; i < ARRAY_LEN(operators); i++)
        if (str_is(word, operators[i].word))
            return operators[i].kind;
    return T_WORD;
}

/* The operator that the lower-case word is between two operands. */
static enum token_kind lower_operator(struct str word)
{
    return str_is(word, "and")   ? T_AND
           : str_is(word, "or")  ? T_OR
           : str_is(word, "not") ? T_NOT
                                 : T_WORD;
}

/* The word at `pos`, empty if something else is there; *is: it begins an operand. */
static struct str word_after(bool *is, const struct parser *p, size_t pos, bool again)
{
    size_t next, end;
    struct nearness near;
    uint32_t c;
    while ((c = peek(p, pos, &next)) == ' ')
        pos = next;
    for (end = pos; !ends_word(peek(p, end, &next));)
        end = next;
    struct str word = between(p, pos, end);
    enum token_kind kind = operator_of(word);
    bool is_not = kind == T_NOT || lower_operator(word) == T_NOT;
    bool joins = !is_not && (kind != T_WORD || lower_operator(word) != T_WORD);
    *is = c == '(' || c == '"' || (end > pos && !joins && !(habit_near(&near, word) && !near.bare));
    if (is_not && again)
        word_after(is, p, end, false);
    return word;
}

static bool is_capitals(struct str word)
{
    for (size_t i = 0; i < word.len; i++)
        if (word.ptr[i] < 'A' || word.ptr[i] > 'Z')
            return false;
    return word.len > 1;
}

/* A word may be an operator between two operands alone. Those that texts have too (NEAR, 3W) are
 * words in a text of capitals. */
static err_t scan_operator(struct parser *p, const struct scan *before)
{
    struct scan *t = &p->token;
    bool follows;
    struct str next;

    enum token_kind lower = lower_operator(t->text);
    bool joined = before->kind == T_AND || before->kind == T_OR;
    if ((t->kind = operator_of(t->text)) != T_WORD ||
        (!ends_operand(before->kind) && !(lower == T_NOT && joined)))
        return OK;
    bool xor = str_is(t->text, "XOR"), near = !xor&&habit_near(&t->near, t->text);
    if (lower == T_WORD && !near && !xor)
        return OK;
    next = word_after(&follows, p, p->pos, true);
    if (!follows)
        return OK;
    if (lower != T_WORD)
        t->kind = lower;
    if (!near && !xor)
        return OK;
    if ((xor || t->near.bare) && before->kind == T_WORD && is_capitals(before->text) &&
        is_capitals(next))
        return OK;
    if (xor)
        return err_set(p->e, E_INVALID,
                       "at character %zu: 'XOR' is not known here; write (a OR b) NOT (a AND b)",
                       t->at);
    t->kind = T_NEAR;
    return OK;
}

/* "(3N)" between two operands; (W), (S) in capitals or in a field. */
static bool scan_distance(struct parser *p, const struct scan *before)
{
    size_t end = p->pos + 1;
    bool follows;
    if (!ends_operand(before->kind))
        return false;
    while (end < p->query.len && !strchr(" ()", p->query.ptr[end]))
        end++;
    struct str inside = between(p, p->pos + 1, end);
    if (end >= p->query.len || p->query.ptr[end] != ')' || inside.len == 0)
        return false;
    char first = inside.ptr[0], sort = (char)(p->field ? first & ~32 : first);
    if (inside.len == 1 && strchr("WNSP", sort))
        p->token.near =
            (struct nearness){.apart = sort == 'W' || sort == 'N', .ordered = sort == 'W'};
    else if (!ascii_is_digit(first) || !habit_near(&p->token.near, inside))
        return false;
    word_after(&follows, p, end + 1, true);
    if (!follows)
        return false;
    p->token.kind = T_NEAR;
    p->token.text = inside;
    skip_to(p, end + 1);
    return true;
}

static err_t scan(struct parser *p)
{
    struct scan before = p->token;
    size_t next, after;
    uint32_t c;
    err_t rc;

    p->formal |= before.kind > T_WORD;
    p->end = p->pos;
    while (p->pos < p->query.len && peek(p, p->pos, &next) == ' ')
        step(p);
    p->token = (struct scan){.at = p->at, .from = p->pos};
    c = peek(p, p->pos, &next);
    if (c == 0)
        return OK;
    if (p->field && has_range(p->field) && !ends_operand(before.kind) && scan_range(p, c))
        return OK;
    if (c == '(' && scan_distance(p, &before))
        return OK;
    if (c == '[' && scan_bracket(p))
        return OK;
    if (c == '(' || c == ')') {
        p->token.kind = c == '(' ? T_OPEN : T_CLOSE;
        p->token.text = (struct str){p->query.ptr + p->pos, next - p->pos};
        step(p);
        return OK;
    }
    if (c == '"')
        return scan_quoted(p);
    if (p->query.ptr[p->pos] == '{')
        return scan_filter(p);
    /* -word and !word; a minus before a blank is a dash. */
    uint32_t follows = peek(p, next, &after);
    if ((c == '-' || c == '!') && follows != 0 && follows != ' ' && follows != ')' &&
        follows != c) {
        p->token.kind = T_NOT;
        p->token.text = (struct str){p->query.ptr + p->pos, next - p->pos};
        step(p);
        return OK;
    }
    if (c == '+' && follows != 0 && !ends_word(follows) && follows != c)
        step(p); /* Lucene's: must occur, as all do */
    if ((rc = scan_word(p)) == OK && p->token.kind == T_WORD)
        rc = scan_apart(p);
    return rc == OK && p->token.kind == T_WORD ? scan_operator(p, &before) : rc;
}

/* --- parser -------------------------------------------------------------- */

typedef VEC(struct clause) clause_vec;

static err_t parse_or(struct clause *out, struct parser *p);

static err_t count_clause(struct parser *p)
{
    if (++p->clauses > QUERY_TERMS_MAX)
        return err_set(p->e, E_INVALID,
                       "at character %zu: the query has more than %d parts; shorten it, or give "
                       "the text to match",
                       p->token.at, QUERY_TERMS_MAX);
    return OK;
}

/* A list of one is its member: parentheses add no levels. */
static struct clause joined(enum clause_op op, const clause_vec *list)
{
    if (list->len == 1)
        return list->ptr[0];
    return (struct clause){
        .op = op, .children = list->ptr, .child_count = list->len, .at = list->ptr[0].at};
}

/* A field behind an operand that ends here. */
static const struct attribute *skip_suffix(struct parser *p)
{
    size_t end;
    const struct attribute *at = habit_suffix(&end, p->query, p->pos, p->a);
    if (at)
        skip_to(p, end);
    return at;
}

static err_t parse_group(struct clause *out, struct parser *p)
{
    size_t opened = p->token.at;
    err_t rc;

    if (p->depth >= QUERY_DEPTH_MAX / 4)
        return err_set(p->e, E_INVALID,
                       "at character %zu: parentheses are nested more than %d deep; take some away",
                       opened, QUERY_DEPTH_MAX / 4);
    p->depth++;
    if ((rc = scan(p)) != OK)
        return rc;
    if (p->token.kind == T_CLOSE)
        return err_set(p->e, E_INVALID,
                       "at character %zu: there is nothing between these parentheses; put words "
                       "there or take them away",
                       opened);
    if (p->token.kind == T_END)
        return err_set(p->e, E_INVALID, "at character %zu: '(' is never closed; add ')'", opened);
    if ((rc = parse_or(out, p)) != OK)
        return rc;
    if (p->token.kind != T_CLOSE)
        return err_set(p->e, E_INVALID, "at character %zu: '(' is never closed; add ')'", opened);
    p->depth--;
    skip_suffix(p);
    return scan(p);
}

/* A group number, "10" or "10/052". */
static bool is_group_number(struct str s)
{
    size_t slashes = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '/' && i > 0 && i + 1 < s.len)
            slashes++;
        else if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    }
    return s.len > 0 && slashes <= 1;
}

static bool is_subclass(struct str s)
{
    return s.len == 4 && (unsigned)((s.ptr[0] | 32) - 'a') < 26u &&
           (unsigned)(s.ptr[1] - '0') < 10u && (unsigned)(s.ptr[2] - '0') < 10u &&
           (unsigned)((s.ptr[3] | 32) - 'a') < 26u;
}

/* The value at the current token; "H01M 10/052" is one symbol. */
static err_t parse_value(struct clause *out, struct parser *p)
{
    struct str value = p->token.text;
    bool plain = p->token.kind == T_WORD;
    err_t rc;

    *out = (struct clause){.op = CLAUSE_VALUE, .attribute = p->field, .at = p->token.at};
    if (plain && p->pos + 1 < p->query.len && p->query.ptr[p->pos] == ',' &&
        (unsigned char)p->query.ptr[p->pos + 1] > ' ') { /* US,CN: alternatives, as in a filter */
        while (p->pos < p->query.len && !strchr(" )", p->query.ptr[p->pos]))
            step(p);
        value = str_range(value.ptr, p->query.ptr + p->pos);
    }
    if ((rc = scan(p)) != OK)
        return rc;
    if (plain && p->field->kind == ATTRIBUTE_CLASS && is_subclass(value) &&
        p->token.kind == T_WORD && is_group_number(p->token.text)) {
        value = str_range(value.ptr, p->token.text.ptr + p->token.text.len);
        if ((rc = scan(p)) != OK)
            return rc;
    }
    out->text = value;
    if (p->name.len > 4 && /* cpc=/low, IPC_LOW */
        str_eq_nocase((struct str){p->name.ptr + p->name.len - 3, 3}, STR("low")))
        out->text = arena_join_all(p->a, (struct str[]){value, STR("/low")}, 2);
    const char *instead = habit_value(&out->text, p->name, p->a);
    return instead ? not_known(p, out->at, value, instead) : OK;
}

static bool is_wild(char c)
{
    return c == '*' || c == '?' || c == '$' || c == '#';
}

/* Wildcards behind two letters; a question mark that ends a text of words is none. */
static bool is_pattern(const struct parser *p, struct str *word)
{
    size_t at = 0;
    while (at < word->len && !is_wild(word->ptr[at]))
        at++;
    if (at + 1 == word->len && word->ptr[at] == '?' && p->pos == p->query.len && !p->formal &&
        p->clauses > 1)
        word->len--;
    return at > 1 && at < word->len && (unsigned)((word->ptr[0] | 32) - 'a') < 26u &&
           (unsigned)((word->ptr[1] | 32) - 'a') < 26u;
}

/* The stars of a word: alone it means all, behind a word its prefix, before a name
 * (applicant:*大学*) a part of it; elsewhere it would be dropped without a word said. */
static err_t take_star(struct clause *word, struct parser *p)
{
    size_t first = star_before(word->text), last = star_behind(word->text);

    if (first > 0 && first == word->text.len) {
        word->op = CLAUSE_ALL;
        return OK;
    }
    if (first > 0 && word->attribute && word->attribute->kind == ATTRIBUTE_PARTY) {
        word->op = CLAUSE_VALUE;
        return OK;
    }
    if (first > 0)
        return err_set(p->e, E_INVALID,
                       "at character %zu: '*' stands at the end of a word, not before it; take it "
                       "away (Chinese words are found inside others without it)",
                       word->at);
    if (last > 0) {
        word->op = CLAUSE_PREFIX;
        word->text.len -= last;
    }
    if (is_pattern(p, &word->text)) {
        word->op = CLAUSE_PATTERN;
        word->text.len += last;
    }
    return OK;
}

#define NEARS_MAX 8 /* levels of one: the engine bounds the depth of its trees */

static bool has_place(const struct clause *c, int depth)
{
    bool inner = c->op == CLAUSE_NEAR || c->op == CLAUSE_OR;
    for (size_t i = 0; inner && i < c->child_count; i++)
        if (depth >= NEARS_MAX || !has_place(&c->children[i], depth + 1))
            return false;
    return inner || c->op <= CLAUSE_PHRASE;
}

/* A NEAR of `left` and `right`, in place of `left`. */
static err_t join_near(struct clause *left, struct parser *p, const struct clause *right,
                       const struct nearness *near)
{
    struct clause *both = arena_array(p->a, 2, sizeof(*both));
    both[0] = *left;
    both[1] = *right;
    *left = (struct clause){.op = CLAUSE_NEAR,
                            .children = both,
                            .child_count = 2,
                            .at = both[0].at,
                            .apart = near->apart,
                            .ordered = near->ordered};
    if (near->apart > NEAR_MAX + 1)
        return err_set(p->e, E_INVALID, "at character %zu: NEAR reaches %d words at most",
                       right->at, NEAR_MAX);
    if (!has_place(left, 0))
        return err_set(p->e, E_INVALID,
                       "at character %zu: NEAR stands between words, phrases or groups of them by "
                       "OR, at most %d in one another",
                       right->at, NEARS_MAX);
    return count_clause(p);
}

/* The words of "a b"~2 in any order, each so near to those before. */
static err_t take_slop(struct clause *phrase, struct parser *p, const struct nearness *near)
{
    clause_vec words = {0};
    struct str rest = phrase->text;
    err_t rc = OK;
    while (rest.ptr) {
        struct clause word = *phrase;
        word.op = CLAUSE_WORD;
        word.text = str_trim(str_split(&rest, STR(" ")));
        if (word.text.len > 0)
            VEC_PUSH(p->a, &words, word);
    }
    for (size_t i = 1; rc == OK && i < words.len; i++)
        rc = join_near(&words.ptr[0], p, &words.ptr[i], near);
    if (words.len > 1)
        *phrase = words.ptr[0];
    return rc;
}

static err_t parse_leaf(struct clause *out, struct parser *p)
{
    struct scan t = p->token;
    err_t rc;

    if ((rc = count_clause(p)) != OK)
        return rc;
    if (t.kind == T_FILTER) {
        *out = (struct clause){.op = CLAUSE_FILTER, .text = t.text, .at = t.at};
        return scan(p);
    }
    if (p->field && p->field->field < 0)
        return parse_value(out, p);
    *out = (struct clause){.op = t.kind == T_QUOTED ? CLAUSE_PHRASE : CLAUSE_WORD,
                           .text = t.text,
                           .attribute = p->field,
                           .at = t.at};
    if (out->op == CLAUSE_WORD && (rc = take_star(out, p)) != OK)
        return rc;
    if (t.near.apart > 0 && (rc = take_slop(out, p, &t.near)) != OK)
        return rc;
    return scan(p);
}

static bool starts_operand(enum token_kind kind)
{
    return kind == T_WORD || kind == T_QUOTED || kind == T_FIELD || kind == T_OPEN ||
           kind == T_NOT || kind == T_FILTER;
}

static err_t needs_after(struct parser *p, const struct scan *what)
{
    return err_set(p->e, E_INVALID, "at character %zu: '%.*s' needs something after it", what->at,
                   STR_ARG(what->text));
}

static err_t needs_before(struct parser *p, const struct scan *what)
{
    return err_set(p->e, E_INVALID, "at character %zu: '%.*s' needs something before it", what->at,
                   STR_ARG(what->text));
}

/* The words of CQL's `any "a b"` as alternatives, of `all` together, of `within` as a range. */
static err_t parse_relation(struct clause *out, struct parser *p, struct str relation)
{
    const char *joint = str_eq_nocase(relation, STR("within")) ? ".."
                        : str_eq_nocase(relation, STR("any"))  ? " OR "
                                                               : " AND ";
    size_t quote = p->query.ptr[p->pos] == '"', end = operand_end(p, p->pos);
    while (!quote && end < p->query.len && !strchr(" )", p->query.ptr[end]))
        end++; /* 2010,2015 */
    struct str rest = between(p, p->pos + quote, end - quote), list = STR_NONE;
    struct parser inner = *p;
    while (rest.ptr) {
        size_t blank = str_find(rest, STR(" "), 0), comma = str_find(rest, STR(","), 0);
        struct str word = str_split(&rest, blank < comma ? STR(" ") : STR(","));
        if (word.len > 0)
            list = arena_printf(p->a, "%.*s%s%.*s", STR_ARG(list), list.len > 0 ? joint : "",
                                STR_ARG(word));
    }
    inner.query = list;
    inner.pos = 0;
    inner.formal = true;
    err_t rc = scan(&inner);
    if (rc == OK && (rc = parse_or(out, &inner)) == OK && inner.token.kind != T_END)
        rc = needs_before(p, &inner.token);
    skip_to(p, end);
    p->clauses = inner.clauses;
    p->token.kind = T_QUOTED;
    return rc == OK ? scan(p) : rc;
}

static err_t needs_or(struct parser *p, const struct attribute *at)
{
    return err_set(p->e, E_INVALID,
                   "at character %zu: write OR between values of %s, and parentheses around them",
                   p->token.at, at->name);
}

/* A list, else a group. */
static err_t parse_numbers(struct clause *out, struct parser *p)
{
    size_t end = operand_end(p, p->token.from), next;
    size_t close = p->query.ptr[end - 1] == ')' ? 1 : 3; /* in either width */
    struct number_list list;
    if (end < p->pos + close || peek(p, end - close, &next) != ')')
        return parse_group(out, p);
    struct str inside = between(p, p->pos, end - close);
    if (!habit_numbers(&list, inside))
        return parse_group(out, p);
    *out = (struct clause){.op = CLAUSE_NUMBERS, .text = inside, .at = p->token.at};
    skip_to(p, end);
    p->token.kind = T_CLOSE;
    return scan(p);
}

static err_t parse_field(struct clause *out, struct parser *p)
{
    struct scan name = p->token;
    const struct attribute *outer = p->field;
    struct str outer_name = p->name;
    err_t rc;

    p->field = name.attribute;
    p->name = name.text;
    if (name.relation.len == 0 && (rc = scan(p)) != OK)
        return rc;
    if (name.relation.len > 0)
        rc = parse_relation(out, p, name.relation);
    else if (p->token.kind == T_OPEN && p->field->kind == ATTRIBUTE_NUMBER)
        rc = parse_numbers(out, p);
    else if (p->token.kind == T_OPEN)
        rc = parse_group(out, p);
    else if (p->token.kind == T_WORD || p->token.kind == T_QUOTED)
        rc = parse_leaf(out, p);
    else
        rc = err_set(p->e, E_INVALID, "at character %zu: '%.*s:' needs a word after it", name.at,
                     STR_ARG(name.text));
    bool comma = p->token.from == p->end + 1 && p->query.ptr[p->end] == ',';
    if (rc == OK && comma && p->field->kind == ATTRIBUTE_PARTY) /* IN:"A","B" */
        rc = needs_or(p, p->field);
    p->field = outer;
    p->name = outer_name;
    return rc;
}

/* A word, quotation or group, with the field before or behind it. */
static err_t parse_primary(struct clause *out, struct parser *p)
{
    const struct attribute *outer = p->field, *suffix = NULL;
    size_t end;
    err_t rc;

    if (p->token.kind == T_FIELD)
        return parse_field(out, p);
    if (p->token.kind == T_OPEN && p->suffixes)
        suffix = habit_suffix(&end, p->query, operand_end(p, p->token.from), p->a);
    else if (p->token.kind != T_OPEN)
        suffix = skip_suffix(p);
    p->field = suffix ? suffix : outer;
    rc = p->token.kind == T_OPEN ? parse_group(out, p) : parse_leaf(out, p);
    p->field = outer;
    return rc;
}

/* Primaries with NEAR between them, from the left. */
static err_t parse_near(struct clause *out, struct parser *p)
{
    err_t rc = parse_primary(out, p);
    while (rc == OK && p->token.kind == T_NEAR) {
        struct nearness near = p->token.near;
        struct clause right = {.op = CLAUSE_NOT, .at = p->token.at};
        if (near.apart == 0)
            return err_set(p->e, E_INVALID,
                           "at character %zu: '%.*s' is not known here; write for example NEAR/10: "
                           "at most 10 words apart, in either order",
                           p->token.at, STR_ARG(p->token.text));
        if ((rc = scan(p)) == OK && p->token.kind != T_NOT)
            rc = parse_primary(&right, p);
        if (rc == OK)
            rc = join_near(out, p, &right, &near);
    }
    return rc;
}

/* One operand with the NOTs before it; two of them cancel out. */
static err_t parse_operand(struct clause *out, struct parser *p)
{
    struct scan first = p->token;
    struct clause inner;
    bool negated = false;
    err_t rc;

    while (p->token.kind == T_NOT) {
        struct scan not_token = p->token;
        negated = !negated;
        if ((rc = scan(p)) != OK)
            return rc;
        if (!starts_operand(p->token.kind))
            return needs_after(p, &not_token);
    }
    if ((rc = parse_near(&inner, p)) != OK)
        return rc;
    if (p->end > first.from)
        inner.source = between(p, first.from, p->end);
    if (!negated) {
        *out = inner;
        return OK;
    }
    struct clause *child = arena_alloc(p->a, sizeof(*child));
    *child = inner;
    *out = (struct clause){.op = CLAUSE_NOT, .children = child, .child_count = 1, .at = first.at};
    return OK;
}

static err_t parse_and(struct clause *out, struct parser *p)
{
    clause_vec list = {0};
    err_t rc;

    for (;;) {
        struct clause next;
        if ((rc = parse_operand(&next, p)) != OK)
            return rc;
        VEC_PUSH(p->a, &list, next);
        struct scan word = p->token;
        if (word.kind == T_AND) {
            if ((rc = scan(p)) != OK)
                return rc;
            if (!starts_operand(p->token.kind))
                return needs_after(p, &word);
        } else if (!starts_operand(word.kind)) {
            break;
        } else if (p->field && p->field->kind >= ATTRIBUTE_OFFICE &&
                   p->field->kind <= ATTRIBUTE_STATUS && word.kind <= T_QUOTED) {
            return needs_or(p, p->field); /* a record has one alone */
        }
    }
    *out = joined(CLAUSE_AND, &list);
    return OK;
}

static err_t parse_or(struct clause *out, struct parser *p)
{
    clause_vec list = {0};
    err_t rc;

    if (p->token.kind == T_AND || p->token.kind == T_OR)
        return needs_before(p, &p->token);
    for (;;) {
        struct clause next;
        if ((rc = parse_and(&next, p)) != OK)
            return rc;
        VEC_PUSH(p->a, &list, next);
        if (p->token.kind != T_OR)
            break;
        struct scan word = p->token;
        if ((rc = scan(p)) != OK)
            return rc;
        if (!starts_operand(p->token.kind))
            return needs_after(p, &word);
    }
    *out = joined(CLAUSE_OR, &list);
    return OK;
}

err_t syntax_parse(const struct clause **out, struct str query, struct arena *a, struct err *e)
{
    struct parser p = {.query = query, .at = 1, .a = a, .e = e};
    struct clause *root = arena_alloc(a, sizeof(*root));
    struct number_list list;
    err_t rc;

    *out = root;
    if (query.len > QUERY_BYTES_MAX)
        return err_set(e, E_INVALID,
                       "the query has %zu bytes, more than %zu; shorten it, or give the text to "
                       "match",
                       query.len, QUERY_BYTES_MAX);
    if (habit_numbers(&list, query)) {
        *root = (struct clause){.op = CLAUSE_NUMBERS, .text = query, .at = 1};
        return OK;
    }
    p.suffixes = str_contains(query, STR(").")) || str_contains(query, STR(")["));
    if ((rc = scan(&p)) != OK)
        return rc;
    if (p.token.kind == T_END) {
        root->op = CLAUSE_ALL;
        root->at = 1;
        return OK;
    }
    if (p.token.kind != T_CLOSE && (rc = parse_or(root, &p)) != OK)
        return rc;
    if (p.token.kind == T_CLOSE)
        return err_set(e, E_INVALID,
                       "at character %zu: ')' has no '(' before it; take it away or add '('",
                       p.token.at);
    return OK;
}
