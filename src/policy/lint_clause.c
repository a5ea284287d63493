/* A quote stands in the clause that is cited for it, and the text has that clause. */
#include "base/msg.h"
#include "policy/clause_map.h"
#include "policy/lint_priv.h"
#include "policy/sentences.h"

struct str lint_clause_words(struct linting *l, struct str clause, bool article)
{
    const struct source_span *pieces;
    struct str text = clause_map_text(l->map), out = STR_NONE;
    size_t count = clause_map_find(&pieces, l->map, clause, article, l->arena);
    for (size_t i = 0; i < count; i++)
        out = arena_printf(l->arena, "%.*s%.*s。", STR_ARG(out),
                           (int)(pieces[i].end - pieces[i].from), text.ptr + pieces[i].from);
    return out;
}

static void lint_clause(struct linting *l, const char *section, int line, struct str clause,
                        struct str quote)
{
    const struct source_span *pieces;
    struct str text = clause_map_text(l->map);
    size_t at = quote_find(text, quote, 0, l->arena);
    if (clause.len == 0 || text.len == 0)
        return;
    size_t count = clause_map_find(&pieces, l->map, clause, false, l->arena);
    if (count == 0)
        LINT(l, section, line, "the text has no clause \"%.*s\": take the number of its article",
             STR_ARG(clause));
    else if (quote.len && at < text.len && !clause_map_has(l->map, pieces, count, quote, l->arena))
        LINT(
            l, section, line,
            "the quote is not of the clause \"%.*s\": it stands in line %d of source.txt; name the "
            "clause of that line, or quote words of this one",
            STR_ARG(clause), source_line(l->pack->source, at));
}

static void check_word(struct linting *l, const char *section, int line, struct str clause,
                       struct str word)
{
    const struct source_span *pieces;
    size_t at = quote_find(clause_map_text(l->map), word, 0, l->arena);
    size_t count = clause_map_find(&pieces, l->map, clause, true, l->arena);
    if (at < clause_map_text(l->map).len && count &&
        !clause_map_has(l->map, pieces, count, word, l->arena))
        LINT(l, section, line,
             "\"%.*s\" is not of the article of the clause \"%.*s\": it stands in line %d of "
             "source.txt; "
             "name the clause of that line, or take words of this one",
             STR_ARG(word), STR_ARG(clause), source_line(l->pack->source, at));
}

/* Words within a part (a grade, a consequence) are of the article from which its quote is. */
static void check_words(struct linting *l, const char *section, const struct part *p,
                        struct str clause)
{
    for (size_t i = 0; p->keys[i].name; i++) {
        const struct part_value *v = &p->values[i];
        bool elsewhere = strcmp(p->keys[i].name, "then") == 0; /* may be of the next article */
        if (p->keys[i].type == PART_QUOTE && v->text.len && !elsewhere)
            check_word(l, section, v->line, clause, v->text);
        for (size_t k = 0; k < v->item_count; k++) {
            struct str own = part_text(&v->items[k], "clause"); /* of a consequence */
            check_words(l, section, &v->items[k], own.len ? own : clause);
        }
    }
}

/* The steps of a process have clauses of their own. */
static void check_cited(struct linting *l, const char *section, const struct part *p)
{
    struct citation c = part_citation(p);
    if (c.clause.len)
        lint_clause(l, section, c.line ? c.line : p->line, c.clause, c.quote);
    for (size_t i = 0; p->keys[i].name; i++)
        for (size_t k = 0; k < p->values[i].item_count; k++)
            check_cited(l, section, &p->values[i].items[k]);
}

void lint_clauses(struct linting *l)
{
    const struct pack *p = l->pack;
    static const enum part_section whole[] = {PART_EVALUATIONS, PART_PROHIBITIONS};
    l->map = clause_map_make(p->source, l->arena);
    if (p->source.len == 0)
        return;
    for (size_t i = 0; i < p->clauses.len; i++)
        if (p->clauses.ptr[i].from == p)
            lint_clause(l, "clauses", p->clauses.ptr[i].citation.line,
                        p->clauses.ptr[i].citation.clause, p->clauses.ptr[i].citation.quote);
    for (size_t i = 0; i < p->criteria.len; i++)
        if (p->criteria.ptr[i].from == p)
            lint_clause(l, "criteria", p->criteria.ptr[i].citation.line,
                        p->criteria.ptr[i].citation.clause, p->criteria.ptr[i].citation.quote);
    for (size_t i = 0; i < p->deadlines.len; i++)
        if (p->deadlines.ptr[i].from == p)
            lint_clause(l, "deadlines", p->deadlines.ptr[i].citation.line,
                        p->deadlines.ptr[i].citation.clause, p->deadlines.ptr[i].citation.quote);
    for (size_t i = 0; i < p->ambiguities.len; i++) {
        const struct ambiguity *m = &p->ambiguities.ptr[i];
        if (m->from == p)
            lint_clause(l, "ambiguities", m->quote.len ? m->quote_line : m->line, m->clause,
                        m->quote);
    }
    if (p->naming.given && !(p->parent && p->parent->naming.given))
        lint_clause(l, "naming", p->naming.citation.line, p->naming.citation.clause,
                    p->naming.citation.quote);
    for (size_t s = 0; s < PART_SECTIONS; s++)
        for (size_t i = 0; i < p->parts[s].list.len; i++)
            if (p->parts[s].list.ptr[i].from == p)
                check_cited(l, part_kinds[s].section, &p->parts[s].list.ptr[i]);
    for (size_t s = 0; s < ARRAY_LEN(whole); s++)
        for (size_t i = 0; i < p->parts[whole[s]].list.len; i++) {
            const struct part *one = &p->parts[whole[s]].list.ptr[i];
            if (one->from == p && part_text(one, "clause").len)
                check_words(l, part_kinds[whole[s]].section, one, part_text(one, "clause"));
        }
}
