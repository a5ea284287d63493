/* Checks of papers: what they name is there, and what they promise they print. */
#include "base/msg.h"
#include "policy/lint_priv.h"
#include "policy/paper_value.h"

static const char *const remedies[] = {"remedy.organ", "remedy.period", "remedy.court",
                                       "remedy.court_period"};

struct checked {
    struct linting *l;
    const struct part_value *needs; /* of who has the blocks */
    struct str list;                /* of `each`; empty: none */
    bool told[ARRAY_LEN(remedies)]; /* of remedies: they were met */
};

static struct str before_dot(struct str name)
{
    return (struct str){name.ptr, str_find(name, STR("."), 0)};
}

/* A value, a field of the list that the block goes through, or a field of a record. */
static bool is_known(const struct checked *c, struct str name)
{
    const struct paper_value_name *value = paper_value_name(name);
    struct str list = before_dot(name);
    if (str_ends(name, STR(PAPER_CAPITALS)))
        return is_known(c, (struct str){name.ptr, name.len - strlen(PAPER_CAPITALS)});
    if (list.len == name.len)
        return false;
    if (str_is(name, PAPER_ROW_NUMBER))
        return c->list.len > 0;
    if (value)
        return !value->list || str_eq(list, c->list);
    return lint_has_record(c->l, list,
                           (struct str){name.ptr + list.len + 1, name.len - list.len - 1});
}

static void check_text(struct checked *c, const struct part_value *v)
{
    struct str rest = v->text, text, name;
    while (rest.ptr) {
        if (!paper_text_next(&rest, &text, &name)) {
            LINT(c->l, "papers", v->line, "a brace lacks its other: \"%.*s\"", STR_ARG(v->text));
            return;
        }
        if (!name.ptr)
            continue;
        if (!is_known(c, name))
            LINT(c->l, "papers", v->line, "{%.*s} is no value of a paper and no field of a record",
                 STR_ARG(name));
        for (size_t i = 0; i < ARRAY_LEN(remedies); i++)
            c->told[i] |= str_is(name, remedies[i]);
    }
}

static void check_named(struct checked *c, const struct part_value *v)
{
    for (size_t i = 0; i < v->word_count; i++)
        if (!is_known(c, v->words[i]))
            LINT(c->l, "papers", v->line, "{%.*s} is no value of a paper and no field of a record",
                 STR_ARG(v->words[i]));
}

/* 18 characters of the table's size in each layout, capitals among them. */
#define CODE_WIDTH 33

static bool prints_code(struct str text)
{
    struct str rest = text, before, name;
    while (rest.ptr && paper_text_next(&rest, &before, &name))
        if (name.ptr && str_ends(name, STR(".code")))
            return true;
    return false;
}

static void check_when(struct checked *c, const struct part_value *when)
{
    if (when->text.len && !is_known(c, when->text))
        LINT(c->l, "papers", when->line, "{%.*s} is no value of a paper and no field of a record",
             STR_ARG(when->text));
    if (when->text.len && str_among(when->text, c->needs->words, c->needs->word_count))
        LINT(c->l, "papers", when->line,
             "{%.*s} is needed: the paper is not issued without it, so nothing is left out where "
             "it has no value",
             STR_ARG(when->text));
}

static void check_columns(struct checked *c, const struct part *block)
{
    const struct part_value *columns = part_value(block, "columns");
    bool table = str_is(part_text(block, "role"), "table");
    int width = 0;
    if (table != (columns->item_count > 0))
        LINT(c->l, "papers", block->line, "a table, and nothing else, has columns");
    if (table && c->list.len == 0)
        LINT(c->l, "papers", block->line, "a table has rows: each");
    for (size_t i = 0; i < columns->item_count; i++) {
        width += part_int(&columns->items[i], "width");
        check_text(c, part_value(&columns->items[i], "text"));
        check_when(c, part_value(&columns->items[i], "when"));
        if (prints_code(part_text(&columns->items[i], "text")) &&
            part_int(&columns->items[i], "width") < CODE_WIDTH)
            LINT(c->l, "papers", columns->line,
                 "a column with a unified social credit code is %d %% wide: below %d it would be "
                 "broken over two lines",
                 part_int(&columns->items[i], "width"), CODE_WIDTH);
    }
    if (columns->item_count && width != 100)
        LINT(c->l, "papers", columns->line, "the columns are %d %% wide together, not 100", width);
}

static void check_block(struct checked *c, const struct part *block)
{
    const struct part_value *each = part_value(block, "each");
    c->list = each->text;
    struct str table = each->text, type = str_split(&table, STR("."));
    if (each->text.len && !paper_value_list(each->text) && !lint_has_record(c->l, type, table))
        LINT(c->l, "papers", each->line, "there is no list \"%.*s\"", STR_ARG(each->text));
    check_when(c, part_value(block, "when"));
    check_text(c, part_value(block, "label"));
    check_text(c, part_value(block, "text"));
    check_columns(c, block);
    bool labelled =
        str_is(part_text(block, "role"), "item") || str_is(part_text(block, "role"), "imprint");
    if (labelled != (part_text(block, "label").len > 0))
        LINT(c->l, "papers", block->line, "an item or an imprint, and nothing else, has a label");
    c->list = STR_NONE;
}

static void check_steps(struct linting *l, const struct part *p)
{
    const struct part_value *steps = part_value(p, "steps");
    const struct process *process = pack_process(l->pack, part_text(p, "process"));
    for (size_t i = 0; i < steps->word_count; i++) {
        bool found = false;
        for (size_t k = 0; process && k < process->step_count && !found; k++)
            found = str_eq(process->steps[k].id, steps->words[i]);
        if (!found)
            LINT(l, "papers", steps->line, "its process has no step \"%.*s\"",
                 STR_ARG(steps->words[i]));
    }
}

static void check_questions(struct linting *l, const struct part *p)
{
    const struct part_value *asked = part_value(p, "questions");
    for (size_t i = 0; i < asked->word_count; i++)
        if (!pack_question(l->pack, asked->words[i]))
            LINT(l, "papers", asked->line, "there is no question \"%.*s\"",
                 STR_ARG(asked->words[i]));
}

void lint_paper(struct linting *l, const struct part *p)
{
    struct checked c = {.l = l};
    const struct part *from = part_named(l->pack, PART_PAPERS, part_text(p, "like"));
    const struct part_value *own = part_value(p, "blocks"), *blocks = own;
    if (part_text(p, "like").len && (!from || part_text(from, "like").len))
        LINT(l, "papers", p->line, "there is no paper \"%.*s\" with blocks of its own",
             STR_ARG(part_text(p, "like")));
    if ((from != NULL) == (own->item_count > 0))
        LINT(l, "papers", p->line, "a paper has blocks, or those of another: like");
    if (!from && !part_value(p, "layout")->given)
        LINT(l, "papers", p->line, "a paper with blocks of its own says their layout");
    if (from)
        blocks = part_value(from, "blocks");
    c.needs = part_value(from ? from : p, "needs");
    lint_names(l, "papers", p, "process", PART_PROCESSES);
    check_steps(l, p);
    check_questions(l, p);
    check_named(&c, part_value(p, "needs"));
    check_text(&c, part_value(p, "title"));
    for (size_t i = 0; i < blocks->item_count; i++)
        check_block(&c, &blocks->items[i]);
    for (size_t i = 0; part_true(p, "remedy") && i < ARRAY_LEN(remedies); i++)
        if (!c.told[i])
            LINT(l, "papers", p->line, "a paper that tells of remedies prints {%s}", remedies[i]);
}
