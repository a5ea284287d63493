/* The mutants of a pack, one after the other. */
#include "policy/mutate.h"
#include "base/attr.h"
#include "base/date.h"
#include "policy/pack_copy.h"

struct mutating {
    struct pack_copy *copy;
    mutant_fn *fn;
    void *arg;
    struct arena *arena;
    struct str where;
};

static void tell(struct mutating *m, const char *what)
{
    m->fn(m->arg, &m->copy->pack, arena_printf(m->arena, "%.*s: %s", STR_ARG(m->where), what));
}

static enum compare other_side(enum compare c)
{
    static const enum compare others[] = {CMP_GT, CMP_GE, CMP_LT, CMP_LE, CMP_NE, CMP_EQ};
    return others[c];
}

static void mutate_compare(struct mutating *m, enum compare *c)
{
    enum compare was = *c;
    *c = other_side(was);
    tell(m, arena_printf(m->arena, "%s becomes %s", compare_text(was), compare_text(*c)).ptr);
    *c = was;
}

static void mutate_number(struct mutating *m, struct expr *x)
{
    wide was = x->number;
    wide step = x->kind == EX_TIMES ? 1 : str_is(x->unit, "元") ? MILLION / 100 : MILLION;
    x->number = was + step;
    tell(m, "number one up");
    x->number = was - step;
    tell(m, "number one down");
    x->number = was;
}

static void mutate_kind(struct mutating *m, struct expr *x, enum expr_kind kind, const char *what)
{
    enum expr_kind was = x->kind;
    x->kind = kind;
    tell(m, what);
    x->kind = was;
}

static void mutate_at_least(struct mutating *m, struct expr *x)
{
    for (int by = -1; by <= 1; by += 2) {
        x->at_least += by;
        tell(m, "at_least one up or down");
        x->at_least -= by;
    }
}

static void mutate_not(struct mutating *m, struct expr *x)
{
    struct expr was = *x;
    *x = was.children[0];
    tell(m, "not is dropped");
    *x = was;
}

static void mutate_expr(struct mutating *m, const struct expr *tree)
{
    if (!tree)
        return;
    struct expr *x = copied_tree(tree);
    switch (x->kind) {
    case EX_ALL:
    case EX_ANY:
        if (x->count > 1)
            mutate_kind(m, x, x->kind == EX_ALL ? EX_ANY : EX_ALL, "all and any change places");
        break;
    case EX_AT_LEAST:
        mutate_at_least(m, x);
        break;
    case EX_NOT:
        mutate_not(m, x);
        break;
    case EX_COMPARE:
        mutate_compare(m, &x->compare);
        break;
    case EX_NUMBER:
    case EX_TIMES:
        mutate_number(m, x);
        break;
    case EX_INDICATOR:
    case EX_CRITERION:
    case EX_RATIO:
    case EX_GROWTH:
        break;
    }
    for (size_t i = 0; i < x->count; i++)
        mutate_expr(m, &x->children[i]);
}

/* --- SQL ------------------------------------------------------------------------------ */

struct swap {
    const char *from, *to;
};

/* Longer signs first: "<=" is not "<" and "=". */
static const struct swap swaps[] = {{"<=", "< "},      {">=", "> "},     {"<>", "= "},
                                    {"<", "<="},       {">", ">="},      {"=", "<>"},
                                    {" AND ", " OR "}, {" OR ", " AND "}};

static size_t skip_quoted(struct str s, size_t at)
{
    char quote = s.ptr[at++];
    while (at < s.len && s.ptr[at] != quote)
        at++;
    return at + 1;
}

static size_t skip_remark(struct str s, size_t at)
{
    return str_find(s, STR("\n"), at);
}

/* Joins of one record to another are no tests of the policy. */
static bool joins(struct str s, size_t at)
{
    size_t line = at;
    while (line > 0 && s.ptr[line - 1] != '\n')
        line--;
    struct str before = {s.ptr + line, at - line}, after = {s.ptr + at, s.len - at};
    bool of_subject = str_ends(before, STR("subject ")) || str_ends(before, STR("record_id "));
    return of_subject ||
           (str_contains(before, STR("WHERE")) && str_starts(after, STR(" AND ")) &&
            str_contains(before, STR("subject")) && !str_contains(before, STR("CASE")));
}

static void mutate_sql(struct mutating *m, struct indicator *i)
{
    struct str sql = str_of(i->sql);
    const char *was = i->sql;
    for (size_t at = 0; at < sql.len;) {
        struct str rest = {sql.ptr + at, sql.len - at};
        size_t s = 0;
        if (sql.ptr[at] == '\'' || sql.ptr[at] == '"') {
            at = skip_quoted(sql, at);
            continue;
        }
        if (str_starts(rest, STR("--"))) {
            at = skip_remark(sql, at);
            continue;
        }
        while (s < ARRAY_LEN(swaps) && !str_starts(rest, str_of(swaps[s].from)))
            s++;
        if (s == ARRAY_LEN(swaps)) {
            at++;
            continue;
        }
        size_t from_len = strlen(swaps[s].from);
        if (!joins(sql, at)) {
            i->sql =
                arena_printf(m->arena, "%.*s%s%s", (int)at, was, swaps[s].to, was + at + from_len)
                    .ptr;
            tell(m, arena_printf(m->arena, "SQL byte %zu: %s becomes %s: %.*s", at, swaps[s].from,
                                 swaps[s].to, (int)(rest.len < 40 ? rest.len : 40), rest.ptr)
                        .ptr);
            i->sql = was;
        }
        at += from_len == 5 || from_len == 4 ? from_len - 1
                                             : from_len; /* the blank may begin the next */
    }
}

static bool names_rule(const struct pack *p, struct str id, struct arena *a)
{
    struct str call = arena_printf(a, "('%.*s'", STR_ARG(id));
    for (size_t i = 0; i < p->indicators.len; i++)
        if (str_contains(str_of(p->indicators.ptr[i].sql), call))
            return true;
    return false;
}

static void mutate_deadline(struct mutating *m, struct deadline_rule *d)
{
    struct deadline_rule was = *d;
    if (d->kind == DUE_FROM)
        return;
    for (int by = -1; by <= 1; by += 2) {
        if (d->kind == DUE_YEARLY)
            d->day += by;
        else
            d->n += by;
        if (d->kind != DUE_YEARLY || date_valid((struct date){2001, d->month, d->day}))
            tell(m, by < 0 ? "one day or unit less" : "one day or unit more");
        *d = was;
    }
}

/* Whether a question of this pack asks over it: a library's others do nothing here. */
static bool mentions(const struct expr *x, size_t indicator)
{
    if (!x)
        return false;
    if (x->kind == EX_INDICATOR && x->index == indicator)
        return true;
    for (size_t i = 0; i < x->count; i++)
        if (mentions(&x->children[i], indicator))
            return true;
    return false;
}

static bool is_used(const struct pack *p, size_t indicator)
{
    for (size_t i = 0; i < p->criteria.len; i++) {
        const struct criterion *c = &p->criteria.ptr[i];
        if (mentions(c->test.tree, indicator) || mentions(c->applies.tree, indicator) ||
            mentions(c->reason.tree, indicator))
            return true;
        for (size_t k = 0; k < c->readings.len; k++)
            if (mentions(c->readings.ptr[k].test.tree, indicator))
                return true;
    }
    return false;
}

void pack_mutate(const struct pack *p, mutant_fn *fn, void *arg, struct arena *a)
{
    struct pack_copy *copy = pack_copy(p, a);
    struct mutating m = {.copy = copy, .fn = fn, .arg = arg, .arena = a};
    for (size_t i = 0; i < p->criteria.len; i++) {
        const struct criterion *c = &copy->criteria[i];
        m.where = c->id;
        mutate_expr(&m, c->test.tree);
        mutate_expr(&m, c->applies.tree);
        mutate_expr(&m, c->reason.tree);
        for (size_t k = 0; k < c->readings.len; k++)
            mutate_expr(&m, c->readings.ptr[k].test.tree);
    }
    for (size_t i = 0; i < p->indicators.len; i++) {
        m.where = p->indicators.ptr[i].id;
        if (!is_used(p, i))
            continue;
        if (p->indicators.ptr[i].fold == FOLD_EVERY)
            mutate_compare(&m, &copy->indicators[i].must);
        mutate_sql(&m, &copy->indicators[i]);
    }
    for (size_t i = 0; i < p->deadlines.len; i++) {
        m.where = p->deadlines.ptr[i].id;
        if (names_rule(p, m.where, a) && p->deadlines.ptr[i].kind != DUE_NONE)
            mutate_deadline(&m, &copy->deadlines[i]);
    }
}
