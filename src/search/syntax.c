/* A scanner that sees code points with full-width forms and Chinese punctuation
 * folded to ASCII, and a recursive-descent parser over it. Depth is bounded by
 * QUERY_DEPTH_MAX, the number of clauses by QUERY_TERMS_MAX. */
#include "search/syntax.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "search/filters.h"

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
    T_NOT
};

struct scan {
    enum token_kind kind;
    struct str text;                   /* as written, without quotes or colon */
    size_t at;                         /* code points from 1 */
    const struct attribute *attribute; /* T_FIELD */
};

struct parser {
    struct str query;
    size_t pos, at; /* byte and code point of what comes next */
    struct scan token;
    const struct attribute *field; /* words belong to it; NULL: any field */
    size_t depth, clauses;
    struct arena *a;
    struct err *e;
};

/* --- scanner ------------------------------------------------------------- */

/* What a code point stands for in the syntax: blanks ' ', quotes '"', the ASCII
 * form of a full-width one; others as they are. */
static uint32_t meaning(uint32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E)
        c -= 0xFEE0;
    switch (c) {
    case '\t':
    case '\n':
    case '\r':
    case '\f':
    case '\v':
    case 0xA0:
    case 0x3000:
    case 0x200B:
    case 0xFEFF:
    case 0x2028:
    case 0x2029:
    case ',':
    case ';':
    case 0x3001:
    case 0x3002:
    case 0xFF64:
    case 0xFF61: /* 、。 */
    case 0x300A:
    case 0x300B:
    case 0x3008:
    case 0x3009: /* 《》〈〉 */
    case 0x3010:
    case 0x3011:
    case 0x3014:
    case 0x3015: /* 【】〔〕 */
        return ' ';
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0xAB:
    case 0xBB:
    case 0x300C:
    case 0x300D:
    case 0x300E:
    case 0x300F: /* 「」『』 */
        return '"';
    case 0x2236: /* ∶ */
        return ':';
    default:
        return c;
    }
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

/* A word that is all letters may name a field; "10:1" and "http://" may not. */
static bool may_be_name(struct str s)
{
    if (s.len == 0 || s.len > 40)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        bool letter = (unsigned)((c | 32) - 'a') < 26u;
        if (c < 0x80 && !letter && !((c >= '0' && c <= '9') && i > 0) && c != '-' && c != '_')
            return false;
    }
    return true;
}

static const char *const names_help =
    "title, abstract, claims, description, applicant, inventor, ipc, cpc, number, date, "
    "published, applied, granted, year, office, type, kind, status, region";

/* A word, or the name of a field with its colon. */
static err_t scan_word(struct parser *p)
{
    size_t start = p->pos, next;
    struct scan *t = &p->token;
    uint32_t c;

    t->kind = T_WORD;
    while (!ends_word(c = peek(p, p->pos, &next))) {
        struct str so_far = {p->query.ptr + start, p->pos - start};
        size_t after;
        if (c == ':' && may_be_name(so_far) && peek(p, next, &after) != '/') {
            t->attribute = attribute_find(so_far);
            if (!t->attribute)
                return err_set(p->e, E_INVALID,
                               "at character %zu: there is no field \"%.*s\"; the fields are %s; "
                               "to search for a colon put the words in quotation marks",
                               t->at, STR_ARG(so_far), names_help);
            step(p);
            t->kind = T_FIELD;
            t->text = so_far;
            return OK;
        }
        step(p);
    }
    t->text = (struct str){p->query.ptr + start, p->pos - start};
    return OK;
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
                     {"ＮＯＴ", T_NOT}, {"＆＆", T_AND}, {"｜｜", T_OR},    {"！", T_NOT}};
    for (size_t i = 0; i < ARRAY_LEN(operators); i++)
        if (str_is(word, operators[i].word))
            return operators[i].kind;
    return T_WORD;
}

static err_t scan(struct parser *p)
{
    size_t next, after;
    uint32_t c;
    err_t rc;

    while (p->pos < p->query.len && peek(p, p->pos, &next) == ' ')
        step(p);
    p->token = (struct scan){.at = p->at};
    c = peek(p, p->pos, &next);
    if (c == 0)
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
    if ((rc = scan_word(p)) == OK && p->token.kind == T_WORD)
        p->token.kind = operator_of(p->token.text);
    return rc;
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
    if ((rc = scan(p)) != OK)
        return rc;
    if (plain && p->field->kind == ATTRIBUTE_CLASS && is_subclass(value) &&
        p->token.kind == T_WORD && is_group_number(p->token.text)) {
        value = str_range(value.ptr, p->token.text.ptr + p->token.text.len);
        if ((rc = scan(p)) != OK)
            return rc;
    }
    out->text = value;
    return OK;
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
    return OK;
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

static err_t parse_field(struct clause *out, struct parser *p)
{
    struct scan name = p->token;
    const struct attribute *outer = p->field;
    err_t rc;

    if ((rc = scan(p)) != OK)
        return rc;
    p->field = name.attribute;
    if (p->token.kind == T_OPEN)
        rc = parse_group(out, p);
    else if (p->token.kind == T_WORD || p->token.kind == T_QUOTED)
        rc = parse_leaf(out, p);
    else
        rc = err_set(p->e, E_INVALID, "at character %zu: '%.*s:' needs a word after it", name.at,
                     STR_ARG(name.text));
    p->field = outer;
    return rc;
}

/* One operand with the NOTs before it; two of them cancel out. */
static err_t parse_operand(struct clause *out, struct parser *p)
{
    struct scan first = p->token;
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
    struct clause inner;
    if (p->token.kind == T_OPEN)
        rc = parse_group(&inner, p);
    else if (p->token.kind == T_FIELD)
        rc = parse_field(&inner, p);
    else
        rc = parse_leaf(&inner, p);
    if (rc != OK || !negated) {
        *out = inner;
        return rc;
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
    err_t rc;

    *out = root;
    if (query.len > QUERY_BYTES_MAX)
        return err_set(e, E_INVALID,
                       "the query has %zu bytes, more than %zu; shorten it, or give the text to "
                       "match",
                       query.len, QUERY_BYTES_MAX);
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
