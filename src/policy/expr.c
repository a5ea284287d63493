/* Reading a test by descent: one function for each form of the grammar.
 *
 *     test  = "all" | "any" "(" test {"," test} ")"
 *           | "at_least" "(" number "," test {"," test} ")" | "not" "(" test ")"
 *           | term compare term | name
 *     term  = number [unit] | number "*" term | name | "ratio" "(" term "," term ")"
 *           | "growth" "(" term "," term "," term ")" */
#include "policy/expr.h"
#include "base/msg.h"
#include "base/vec.h"
#include "policy/head_schema.h"

#define DEPTH_MAX 16
#define NUMBER_MAX ((wide)1000000000000000 * MILLION)

struct parsing {
    struct str text;
    size_t at;
    int line, column0, depth;
    const struct expr_names *names;
    struct arena *arena;
    struct err *e;
};

enum { WORD_ALL, WORD_ANY, WORD_AT_LEAST, WORD_NOT, WORD_RATIO, WORD_GROWTH };
const struct said_word expr_words[] = {
    {"all", N_("all(a, b): both hold; false wins over unknown")},
    {"any", N_("any(a, b): one holds; the quote has 或 or 之一")},
    {"at_least", N_("at_least(2, a, b, c): two of them hold")},
    {"not", N_("not(a): a does not hold; unknown stays unknown")},
    {"ratio", N_("ratio(a, b) <= 0.2: a share, without a unit")},
    {"growth", N_("growth(base, end, years) >= 20 %: mean yearly growth, exact")},
    {NULL, NULL}};

static const char *const compare_texts[] = {">=", ">", "<=", "<", "=", "!="};

const char *compare_text(enum compare c)
{
    return compare_texts[c];
}

bool compare_read(enum compare *out, struct str text)
{
    for (int c = CMP_GE; c <= CMP_NE; c++)
        if (str_is(text, compare_texts[c])) {
            *out = (enum compare)c;
            return true;
        }
    return false;
}

/* The digits of a non-negative number; `negative`: with a sign. */
static struct str digits_of(wide n, bool negative, struct arena *a)
{
    char room[48];
    size_t at = sizeof(room);
    do
        room[--at] = (char)('0' + (int)(n % 10));
    while (n /= 10);
    if (negative)
        room[--at] = '-';
    return arena_dup(a, (struct str){room + at, sizeof(room) - at});
}

struct str wide_text(wide n, struct arena *a)
{
    bool negative = n < 0;
    n = negative ? -n : n;
    struct str whole = digits_of(n / MILLION, negative, a);
    unsigned part = (unsigned)(n % MILLION);
    if (part == 0)
        return whole;
    struct str all = arena_printf(a, "%.*s.%06u", STR_ARG(whole), part);
    while (all.ptr[all.len - 1] == '0')
        all.len--;
    return all;
}

struct str money_text(wide n, struct arena *a)
{
    wide fen = n / (MILLION / 100);
    bool negative = fen < 0;
    fen = negative ? -fen : fen;
    return arena_printf(a, "%.*s.%02d", STR_ARG(digits_of(fen / 100, negative, a)),
                        (int)(fen % 100));
}

/* --- tokens -------------------------------------------------------------------- */

static int column_at(const struct parsing *p, size_t at)
{
    int column = p->column0;
    for (size_t i = 0; i < at && i < p->text.len; i++)
        column += ((unsigned char)p->text.ptr[i] & 0xC0) != 0x80;
    return column;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static char peek(struct parsing *p)
{
    while (p->at < p->text.len && is_blank(p->text.ptr[p->at]))
        p->at++;
    return p->at < p->text.len ? p->text.ptr[p->at] : '\0';
}

static bool take(struct parsing *p, const char *sign)
{
    size_t len = strlen(sign);
    (void)peek(p);
    if (p->text.len - p->at < len || memcmp(p->text.ptr + p->at, sign, len) != 0)
        return false;
    p->at += len;
    return true;
}

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static struct str take_word(struct parsing *p)
{
    (void)peek(p);
    size_t from = p->at;
    while (p->at < p->text.len && is_name_byte(p->text.ptr[p->at]))
        p->at++;
    return (struct str){p->text.ptr + from, p->at - from};
}

/* A unit: anything up to a blank, bracket, comma or comparison. */
static struct str take_unit(struct parsing *p)
{
    (void)peek(p);
    size_t from = p->at;
    while (p->at < p->text.len && !is_blank(p->text.ptr[p->at]) &&
           !strchr("(),<>=!*", p->text.ptr[p->at]))
        p->at++;
    return (struct str){p->text.ptr + from, p->at - from};
}

static struct expr node(const struct parsing *p, enum expr_kind kind)
{
    return (struct expr){.kind = kind, .line = p->line, .column = column_at(p, p->at)};
}

/* --- numbers -------------------------------------------------------------------- */

static err_t read_number(wide *out, struct parsing *p)
{
    wide n = 0;
    int places = -1;
    for (; p->at < p->text.len; p->at++) {
        char c = p->text.ptr[p->at];
        if (c == '.' && places < 0) {
            places = 0;
            continue;
        }
        if (c < '0' || c > '9')
            break;
        if (places == 6)
            return err_set(p->e, E_INVALID, "a number has at most six decimals");
        n = n * 10 + (c - '0');
        places += places >= 0;
        if (n > NUMBER_MAX)
            return err_set(p->e, E_INVALID, "a number is too large");
    }
    for (places = places < 0 ? 0 : places; places < 6; places++)
        n *= 10;
    *out = n;
    return OK;
}

static err_t parse_term(struct expr *out, bool *is_truth, struct parsing *p);

static err_t number_term(struct expr *out, struct parsing *p)
{
    static const struct str yuan = {"元", sizeof("元") - 1};
    bool is_truth;
    err_t rc = read_number(&out->number, p);
    if (rc != OK)
        return rc;
    if (take(p, "*")) {
        if (out->number % MILLION)
            return err_set(p->e, E_INVALID, "only a whole number multiplies");
        out->kind = EX_TIMES;
        out->number /= MILLION;
        struct expr *of = arena_alloc(p->arena, sizeof(*of));
        out->children = of;
        out->count = 1;
        rc = parse_term(of, &is_truth, p);
        if (rc == OK && is_truth)
            rc = err_set(p->e, E_INVALID, "a truth value cannot be multiplied");
        out->unit = out->children->unit;
        return rc;
    }
    out->unit = take_unit(p);
    if (str_is(out->unit, "万元")) {
        out->unit = yuan;
        out->number *= 10000;
    }
    return OK;
}

/* --- calls ---------------------------------------------------------------------- */

struct children {
    VEC(struct expr) list;
};

static err_t expect(struct parsing *p, const char *sign)
{
    if (take(p, sign))
        return OK;
    return err_set(p->e, E_INVALID, "\"%s\" was expected here", sign);
}

static err_t parse_test(struct expr *out, struct parsing *p);

/* "(" already taken: tests or terms up to the ")". */
static err_t parse_children(struct children *c, struct parsing *p, bool terms)
{
    err_t rc;
    do {
        struct expr child = {0};
        bool is_truth = false;
        rc = terms ? parse_term(&child, &is_truth, p) : parse_test(&child, p);
        if (rc == OK && terms && is_truth)
            rc = err_set(p->e, E_INVALID, "a quantity was expected, not a truth");
        if (rc == OK)
            VEC_PUSH(p->arena, &c->list, child);
    } while (rc == OK && take(p, ","));
    return rc == OK ? expect(p, ")") : rc;
}

static err_t parse_call(struct expr *out, struct parsing *p, bool terms, size_t exactly)
{
    struct children c = {0};
    err_t rc = expect(p, "(");
    wide n = 0;
    if (rc == OK && out->kind == EX_AT_LEAST) {
        (void)peek(p);
        if ((rc = read_number(&n, p)) == OK)
            rc = expect(p, ",");
        out->at_least = n > 64 * (wide)MILLION ? 64 : (int)(n / MILLION);
    }
    if (rc == OK)
        rc = parse_children(&c, p, terms);
    out->children = c.list.ptr;
    out->count = c.list.len;
    if (rc == OK && exactly && out->count != exactly)
        rc = err_set(p->e, E_INVALID, "it takes %zu, and %zu are given", exactly, out->count);
    if (rc == OK && out->kind == EX_AT_LEAST &&
        (out->at_least < 1 || (size_t)out->at_least > out->count))
        rc = err_set(p->e, E_INVALID, "at_least asks for %d of %zu", out->at_least, out->count);
    return rc;
}

/* An indicator (no "-"), or another criterion. */
static err_t named(struct expr *out, bool *is_truth, struct parsing *p, struct str name)
{
    out->name = name;
    if (p->names->indicator(&out->index, is_truth, &out->unit, p->names->pack, name)) {
        out->kind = EX_INDICATOR;
        return OK;
    }
    *is_truth = true;
    if (p->names->criterion(&out->index, p->names->pack, name)) {
        out->kind = EX_CRITERION;
        return OK;
    }
    return err_set(p->e, E_INVALID, "there is no indicator and no criterion \"%.*s\"",
                   STR_ARG(name));
}

static err_t same_units(const struct expr *x, const struct expr *y, struct parsing *p)
{
    if (str_eq(x->unit, y->unit))
        return OK;
    return err_set(p->e, E_INVALID, "units differ: \"%.*s\" and \"%.*s\"", STR_ARG(x->unit),
                   STR_ARG(y->unit));
}

static err_t word_term(struct expr *out, bool *is_truth, struct parsing *p)
{
    struct str name = take_word(p);
    err_t rc;
    *is_truth = false;
    if (name.len == 0)
        return err_set(p->e, E_INVALID, "a name or a number was expected here");
    if (str_is(name, expr_words[WORD_RATIO].name)) {
        out->kind = EX_RATIO;
        rc = parse_call(out, p, true, 2);
        return rc == OK ? same_units(&out->children[0], &out->children[1], p) : rc;
    }
    if (str_is(name, expr_words[WORD_GROWTH].name)) {
        out->kind = EX_GROWTH;
        out->unit = STR("%");
        rc = parse_call(out, p, true, 3);
        return rc == OK ? same_units(&out->children[0], &out->children[1], p) : rc;
    }
    return named(out, is_truth, p, name);
}

static err_t parse_term(struct expr *out, bool *is_truth, struct parsing *p)
{
    char c = peek(p);
    err_t rc;
    *out = node(p, EX_NUMBER);
    *is_truth = false;
    if (++p->depth > DEPTH_MAX)
        return err_set(p->e, E_INVALID, "the test is nested too deeply");
    rc = c >= '0' && c <= '9' ? number_term(out, p) : word_term(out, is_truth, p);
    p->depth--;
    return rc;
}

/* --- tests ---------------------------------------------------------------------- */

static bool take_compare(enum compare *out, struct parsing *p)
{
    static const enum compare longest_first[] = {CMP_GE, CMP_LE, CMP_NE, CMP_GT, CMP_LT, CMP_EQ};
    for (size_t i = 0; i < ARRAY_LEN(longest_first); i++)
        if (take(p, compare_texts[longest_first[i]])) {
            *out = longest_first[i];
            return true;
        }
    return false;
}

static err_t check_sides(const struct expr *left, const struct expr *right, struct parsing *p)
{
    if (right->kind == EX_GROWTH || (left->kind == EX_GROWTH && right->kind != EX_NUMBER))
        return err_set(p->e, E_INVALID, "growth stands on the left, with a number of %% right");
    return same_units(left, right, p);
}

static err_t comparison(struct expr *out, struct parsing *p)
{
    struct expr left, right;
    bool left_truth, right_truth;
    size_t from = p->at;
    err_t rc = parse_term(&left, &left_truth, p);
    if (rc != OK)
        return rc;
    *out = left;
    if (!take_compare(&out->compare, p)) {
        if (left_truth)
            return OK;
        p->at = from;
        return err_set(p->e, E_INVALID, "a quantity needs a comparison");
    }
    if ((rc = parse_term(&right, &right_truth, p)) != OK)
        return rc;
    if (left_truth || right_truth)
        return err_set(p->e, E_INVALID, "a truth value cannot be compared");
    if ((rc = check_sides(&left, &right, p)) != OK)
        return rc;
    enum compare compare = out->compare;
    *out = (struct expr){.kind = EX_COMPARE,
                         .line = left.line,
                         .column = left.column,
                         .compare = compare,
                         .count = 2};
    struct expr *sides = arena_array(p->arena, 2, sizeof(*sides));
    sides[0] = left;
    sides[1] = right;
    out->children = sides;
    return OK;
}

static err_t parse_test(struct expr *out, struct parsing *p)
{
    static const struct {
        enum expr_kind kind;
        size_t exactly;
    } calls[] = {[WORD_ALL] = {EX_ALL, 0},
                 [WORD_ANY] = {EX_ANY, 0},
                 [WORD_AT_LEAST] = {EX_AT_LEAST, 0},
                 [WORD_NOT] = {EX_NOT, 1}};
    (void)peek(p);
    size_t from = p->at;
    err_t rc = OK;
    *out = node(p, EX_ALL);
    if (++p->depth > DEPTH_MAX)
        return err_set(p->e, E_INVALID, "the test is nested too deeply");
    struct str word = take_word(p);
    for (size_t i = 0; i < ARRAY_LEN(calls); i++)
        if (str_is(word, expr_words[i].name) && peek(p) == '(') {
            out->kind = calls[i].kind;
            rc = parse_call(out, p, false, calls[i].exactly);
            p->depth--;
            return rc;
        }
    p->at = from;
    rc = comparison(out, p);
    p->depth--;
    return rc;
}

err_t expr_parse(struct expr **out, int *column, struct str text, int line, int column0,
                 const struct expr_names *names, struct arena *a, struct err *e)
{
    struct parsing p = {
        .text = text, .line = line, .column0 = column0, .names = names, .arena = a, .e = e};
    struct expr *root = arena_alloc(a, sizeof(*root));
    err_t rc = parse_test(root, &p);
    if (rc == OK && peek(&p) != '\0')
        rc = err_set(e, E_INVALID, "the test ends here, but there is more text");
    *column = column_at(&p, p.at);
    *out = rc == OK ? root : NULL;
    return rc;
}
