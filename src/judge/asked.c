/* Items of the section `records` as constraints. pack_lint has seen that they are whole. */
#include "judge/asked.h"
#include "base/vec.h"
#include "policy/calendar.h"
#include "policy/choices.h"

static size_t words(const struct str **out, const struct part *p, const char *key, struct arena *a)
{
    const struct part_value *v = part_value(p, key);
    struct str *all = arena_array(a, v->word_count + 1, sizeof(*all));
    for (size_t i = 0; i < v->word_count; i++)
        all[i] = arena_dup(a, v->words[i]);
    *out = all;
    return v->word_count;
}

/* FIELD=VALUE, of each word */
static size_t pairs(const struct str **names, const struct str **values, const struct part *p,
                    const char *key, struct arena *a)
{
    const struct str *all;
    size_t count = words(&all, p, key, a);
    struct str *left = arena_array(a, count + 1, sizeof(*left)),
               *right = arena_array(a, count + 1, sizeof(*right));
    for (size_t i = 0; i < count; i++) {
        right[i] = all[i];
        left[i] = str_split(&right[i], STR("="));
    }
    *names = left;
    *values = right;
    return count;
}

/* The message for a term longer than the text allows. */
static struct label longer(const struct part *p, bool excusable, struct arena *a)
{
    struct str quote = part_text(p, "quote"), title = p->from->document.title;
    struct str words = quote.len ? quote : part_text(p, "own");
    return (struct label){
        arena_printf(a, "《%.*s》%.*s：%.*s%s", STR_ARG(title), STR_ARG(part_text(p, "clause")),
                     STR_ARG(words), excusable ? "；超过的须写明理由" : ""),
        arena_printf(a, "%.*s %.*s: %.*s%s", STR_ARG(title), STR_ARG(part_text(p, "clause")),
                     STR_ARG(words), excusable ? "; a longer term needs its reason" : "")};
}

static void set_term(struct constraint *c, const struct part *p, struct arena *a)
{
    c->kind = CONSTRAINT_TERM;
    c->field_count = words(&c->fields, p, "term", a);
    if (!deadline_years(&c->years, pack_deadline(p->from, part_text(p, "deadline"))))
        c->years.count = 0;
    c->at_most = part_true(p, "at_most");
    c->unless = arena_dup(a, part_text(p, "unless"));
    if (c->at_most)
        c->message = longer(p, c->unless.len > 0, a);
}

/* COLUMN>=NUMBER: that or more; COLUMN<=NUMBER: that or less */
static void set_bounds(struct constraint *c, struct arena *a)
{
    struct str *columns = arena_array(a, c->row_column_count + 1, sizeof(*columns));
    char *bound = arena_array(a, c->row_column_count + 1, sizeof(*bound));
    for (size_t i = 0; i < c->row_column_count; i++) {
        columns[i] = c->row_columns[i];
        char last = columns[i].len ? columns[i].ptr[columns[i].len - 1] : 0;
        bound[i] = last == '>' || last == '<' ? last : 0;
        columns[i].len -= bound[i] != 0;
    }
    c->row_columns = columns;
    c->row_bound = bound;
}

static void set_row(struct constraint *c, const struct part *p, struct arena *a)
{
    struct str *table = arena_array(a, 1, sizeof(*table));
    *table = arena_dup(a, part_text(p, "table"));
    c->kind = CONSTRAINT_ROW;
    c->fields = table;
    c->field_count = 1;
    c->row_column_count = pairs(&c->row_columns, &c->row_values, p, "row", a);
    set_bounds(c, a);
    c->unless = arena_dup(a, part_text(p, "unless"));
    c->filled_count = words(&c->filled, p, "filled", a);
}

/* The missing value and its clause, or that the text does not demand it. If several fields are
 * possible, names the missing one. */
static struct label says(const struct part *p, struct arena *a)
{
    const struct pack *of = p->from;
    bool several = part_value(p, "need")->word_count > 1;
    struct str zh = several ? STR("“{1}”") : part_text(p, "label");
    struct str en = several ? STR("{1}") : pack_label_en(of, zh, a);
    struct str clause = part_text(p, "clause"), title = of->document.title;
    struct label out;
    if (clause.len) {
        out.zh = arena_printf(a, "缺少%.*s（《%.*s》%.*s）", STR_ARG(zh), STR_ARG(title),
                              STR_ARG(clause));
        out.en = arena_printf(a, "is missing: %.*s (%.*s, %.*s)", STR_ARG(en), STR_ARG(title),
                              STR_ARG(clause));
    } else {
        out.zh = arena_printf(a, "缺少%.*s（%.*s）", STR_ARG(zh), STR_ARG(part_text(p, "own")));
        out.en = arena_printf(a, "is missing: %.*s (not of the document)", STR_ARG(en));
    }
    return out;
}

/* FIELD=VALUE, several of one field: any of them. */
static struct conditions when_of(const struct part *p, struct arena *a)
{
    const struct str *names, *values;
    size_t count = pairs(&names, &values, p, "when", a);
    struct condition *one = arena_array(a, 1, sizeof(*one));
    if (count == 0)
        return (struct conditions){0};
    *one = (struct condition){.field = names[0], .values = values, .value_count = count};
    return (struct conditions){.items = one, .count = 1};
}

static struct constraint constraint_of(const struct part *p, struct arena *a)
{
    struct constraint c = {.since = arena_dup(a, part_text(p, "from")), .when = when_of(p, a)};
    if (part_value(p, "term")->given) {
        set_term(&c, p, a);
        return c;
    }
    c.message = says(p, a);
    if (part_value(p, "table")->given) {
        set_row(&c, p, a);
    } else {
        c.kind = CONSTRAINT_WHEN_NEED;
        c.field_count = words(&c.fields, p, "need", a);
    }
    return c;
}

err_t judge_asks(const struct constraint **out, size_t *count, struct packs *packs,
                 struct str region, struct str type, struct str today, struct arena *a,
                 struct err *e)
{
    VEC(struct constraint) all = {0};
    const struct part **parts = NULL;
    size_t n = 0;
    err_t rc = policy_record_parts(&parts, &n, packs, region, today, a, e);
    for (size_t i = 0; rc == OK && i < n; i++)
        if (str_eq(part_text(parts[i], "of"), type))
            VEC_PUSH(a, &all, constraint_of(parts[i], a));
    *out = all.ptr;
    *count = all.len;
    return rc;
}
