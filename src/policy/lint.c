/* Checks of a whole pack. Each is told where a person would mend it. */
#include "base/msg.h"
#include "policy/calendar.h"
#include "policy/case.h"
#include "policy/choices.h"
#include "policy/lint_priv.h"
#include "policy/pack_functions.h"
#include "policy/sentences.h"
#include <stdlib.h>

/* --- quotes ------------------------------------------------------------------------------ */

static void check_quote(struct linting *l, const char *section, const struct citation *c,
                        const struct pack *from, struct str text)
{
    if (from != l->pack)
        return;
    if (c->claimed.len && l->pack->source.len)
        LINT(l, section, c->line, "the quote is not in the source text: \"%.*s\"",
             STR_ARG(c->claimed));
    if (c->quote.len == 0)
        return;
    if (quote_find(text, c->quote, l->arena) == text.len)
        LINT(l, section, c->line, "the quote is not in the source text: \"%.*s\"",
             STR_ARG(c->quote));
}

static void check_quotes(struct linting *l)
{
    const struct pack *p = l->pack;
    struct str text = without_blanks(p->source, l->arena);
    if (p->document.standing == PACK_LIBRARY && p->source.len == 0 && p->clauses.len == 0)
        return;
    if (p->source.len == 0 && p->document.not_held)
        return;
    if (p->source.len == 0) {
        LINT(l, "document", 1, "the pack keeps no source text: source.txt");
        return;
    }
    for (size_t i = 0; i < p->clauses.len; i++)
        check_quote(l, "clauses", &p->clauses.ptr[i].citation, p->clauses.ptr[i].from, text);
    for (size_t i = 0; i < p->criteria.len; i++)
        check_quote(l, "criteria", &p->criteria.ptr[i].citation, p->criteria.ptr[i].from, text);
    for (size_t i = 0; i < p->deadlines.len; i++)
        check_quote(l, "deadlines", &p->deadlines.ptr[i].citation, p->deadlines.ptr[i].from, text);
    for (size_t i = 0; i < p->ambiguities.len; i++) {
        const struct ambiguity *m = &p->ambiguities.ptr[i];
        struct citation quote = {.clause = m->clause, .quote = m->quote, .line = m->quote_line};
        check_quote(l, "ambiguities", &quote, m->from, text);
    }
    if (p->naming.given && !(p->parent && p->parent->naming.given))
        check_quote(l, "naming", &p->naming.citation, p, text);
}

/* --- references ---------------------------------------------------------------------------- */

static bool mentions(const struct expr *x, enum expr_kind kind, size_t index)
{
    if (!x)
        return false;
    if (x->kind == kind && x->index == index)
        return true;
    for (size_t i = 0; i < x->count; i++)
        if (mentions(&x->children[i], kind, index))
            return true;
    return false;
}

static bool criterion_mentions(const struct criterion *c, enum expr_kind kind, size_t index)
{
    if (mentions(c->test.tree, kind, index) || mentions(c->applies.tree, kind, index) ||
        mentions(c->reason.tree, kind, index))
        return true;
    for (size_t i = 0; i < c->readings.len; i++)
        if (mentions(c->readings.ptr[i].test.tree, kind, index))
            return true;
    return false;
}

/* Whether `goal` can be reached from criterion i over what tests name. */
static bool reaches(const struct pack *p, size_t i, size_t goal, bool *seen)
{
    if (seen[i])
        return false;
    seen[i] = true;
    for (size_t k = 0; k < p->criteria.len; k++)
        if (criterion_mentions(&p->criteria.ptr[i], EX_CRITERION, k) &&
            (k == goal || reaches(p, k, goal, seen)))
            return true;
    return false;
}

static bool is_asked(const struct pack *p, size_t criterion)
{
    for (size_t q = 0; q < p->questions.len; q++)
        for (size_t i = 0; i < p->questions.ptr[q].count; i++)
            if (p->questions.ptr[q].criteria[i] == criterion)
                return true;
    return false;
}

static void check_criterion(struct linting *l, size_t index)
{
    const struct pack *p = l->pack;
    const struct criterion *c = &p->criteria.ptr[index];
    bool *seen = arena_array(l->arena, p->criteria.len + 1, sizeof(*seen));
    bool named = false;
    if (c->from != p)
        return;
    if (reaches(p, index, index, seen))
        LINT(l, "criteria", c->line, "the criterion \"%.*s\" asks for itself", STR_ARG(c->id));
    if (!is_asked(p, index))
        LINT(l, "criteria", c->line,
             "no question asks for the criterion \"%.*s\": list it in one, or say part: true",
             STR_ARG(c->id));
    for (size_t k = 0; k < p->criteria.len; k++)
        named |= criterion_mentions(&p->criteria.ptr[k], EX_CRITERION, index);
    if (c->part && !named)
        LINT(l, "criteria", c->line, "\"%.*s\" is a part of no criterion", STR_ARG(c->id));
    for (size_t i = 0; i < c->ambiguity_count; i++)
        if (!pack_ambiguity(p, c->ambiguities[i]))
            LINT(l, "criteria", c->line, "there is no ambiguity \"%.*s\"",
                 STR_ARG(c->ambiguities[i]));
    for (size_t i = 0; i < c->readings.len; i++) {
        const struct reading_test *t = &c->readings.ptr[i];
        const struct ambiguity *m = pack_ambiguity(p, t->ambiguity);
        if (!m || !str_among(t->reading, m->alternatives, m->alternative_count))
            LINT(l, "criteria", t->test.line,
                 "\"%.*s\" is no alternative of the ambiguity \"%.*s\"", STR_ARG(t->reading),
                 STR_ARG(t->ambiguity));
    }
}

static void check_ambiguity(struct linting *l, const struct ambiguity *m)
{
    for (size_t k = 0; k < m->alternative_count; k++) {
        bool used = str_eq(m->alternatives[k], m->carries);
        for (size_t i = 0; i < l->pack->criteria.len; i++)
            for (size_t r = 0; r < l->pack->criteria.ptr[i].readings.len; r++)
                used |=
                    str_eq(l->pack->criteria.ptr[i].readings.ptr[r].ambiguity, m->id) &&
                    str_eq(l->pack->criteria.ptr[i].readings.ptr[r].reading, m->alternatives[k]);
        if (!used)
            LINT(l, "ambiguities", m->line, "the reading \"%.*s\" of %.*s changes nothing",
                 STR_ARG(m->alternatives[k]), STR_ARG(m->id));
    }
}

/* A reading is chosen by somebody whom the document gives a say; the choice is an action. */
static void check_switch(struct linting *l, const struct ambiguity *m)
{
    if (m->alternative_count && m->switched_by_count == 0)
        LINT(l, "ambiguities", m->line, "%.*s has other readings and nobody who may choose: switch",
             STR_ARG(m->id));
    if (m->alternative_count == 0 && m->switched_by_count)
        LINT(l, "ambiguities", m->line, "%.*s has no other reading to choose", STR_ARG(m->id));
    for (size_t i = 0; i < m->switched_by_count; i++)
        if (!part_named(l->pack, PART_AUTHORITIES, m->switched_by[i]) &&
            !authority_has_function(m->switched_by[i]))
            LINT(l, "ambiguities", m->line, "there is no authority \"%.*s\"",
                 STR_ARG(m->switched_by[i]));
}

static void check_clause(struct linting *l, const struct clause *c)
{
    size_t at;
    /* A library's are met by kinds of rules, not by records. */
    bool is_policy = l->pack->document.standing != PACK_LIBRARY;
    if (str_is(c->reason, "待确认")) /* as "pack new" leaves it */
        LINT(l, "clauses", c->line, "it is still to be confirmed");
    for (size_t i = 0; i < c->by_count; i++)
        if (str_is(c->how, "enforced") && !pack_find_criterion(&at, l->pack, c->by[i]) &&
            !pack_deadline(l->pack, c->by[i]) && !str_is(c->by[i], "naming"))
            LINT(l, "clauses", c->line, "there is no criterion and no deadline \"%.*s\"",
                 STR_ARG(c->by[i]));
        else if (str_is(c->how, "recorded") && is_policy && l->names &&
                 !l->names->field(l->names->arg, c->by[i], STR("")))
            LINT(l, "clauses", c->line, "there is no record type \"%.*s\"", STR_ARG(c->by[i]));
}

/* Words said to be unquoted, with a reason, are in the text, and no quote holds them. */
static void check_notes(struct linting *l)
{
    const struct pack *p = l->pack;
    struct str text = without_blanks(p->source, l->arena);
    for (size_t i = 0; i < p->unquoted.len; i++)
        if (quote_find(text, p->unquoted.ptr[i].text, l->arena) == text.len)
            LINT(l, "unquoted", p->unquoted.ptr[i].line, "it is not in the source text: \"%.*s\"",
                 STR_ARG(p->unquoted.ptr[i].text));
        else if (is_quoted(p, p->unquoted.ptr[i].text, l->arena))
            LINT(l, "unquoted", p->unquoted.ptr[i].line, "a quote holds it already: \"%.*s\"",
                 STR_ARG(p->unquoted.ptr[i].text));
}

/* The rules "effective" and "pack-expiry" give the days that the document says. Either may be wrong: told at
 * both lines. */
static void check_day(struct linting *l, const char *rule, int day_line, struct str from_day,
                      struct str said, const char *fmt)
{
    const struct deadline_rule *d = pack_deadline(l->pack, str_of(rule));
    struct date from;
    struct due due;
    char text[DATE_TEXT_LEN + 1];
    if (!d || from_day.len == 0 || !date_parse(&from, from_day) ||
        due_of(&due, d, from, NULL, NULL) != OK || due.state != DUE_KNOWN)
        return;
    date_format(text, due.date);
    if (str_is(said, text))
        return;
    LINT(l, "deadlines", d->line, fmt, text, STR_ARG(said));
    LINT(l, "document", day_line, fmt, text, STR_ARG(said));
}

static void check_window(struct linting *l)
{
    const struct document *d = &l->pack->document;
    if (d->effective.len)
        check_day(l, "effective", d->effective_line, d->issued, d->effective,
                  N_("by this rule the document is effective on %s, not on %.*s"));
    check_day(l, "pack-expiry", d->expires_line, d->effective, d->expires,
              N_("by this rule the document expires on %s, not on %.*s"));
}

/* `explained_by` must name packs without verdicts of their own. */
static void check_explained(struct linting *l)
{
    const struct document *d = &l->pack->document;
    for (size_t i = 0; i < d->explained_by_count; i++) {
        const struct pack *by = NULL;
        struct err e;
        if (packs_get(&by, l->packs, d->explained_by[i], &e) != OK)
            LINT(l, "document", d->explained_by_line, "%s", e.text);
        else if (by->document.standing != PACK_INFORMATIVE)
            LINT(l, "document", d->explained_by_line, "the pack %.*s is no interpretation",
                 STR_ARG(d->explained_by[i]));
    }
}

/* What it yields to is a pack, and not before that is in force. */
static void check_replaced(struct linting *l)
{
    const struct document *d = &l->pack->document;
    const struct pack *by = NULL;
    struct err e;
    if (d->replaced_by.len == 0)
        return;
    if (packs_get(&by, l->packs, d->replaced_by, &e) != OK)
        LINT(l, "document", d->replaced_line, "%s", e.text);
    else if (by->document.effective.len == 0 ||
             str_cmp(d->replaced_from, by->document.effective) < 0)
        LINT(l, "document", d->replaced_line, "the pack %.*s is not in force on %.*s",
             STR_ARG(d->replaced_by), STR_ARG(d->replaced_from));
}

/* A level's template is for a recognition that there can be. */
static void check_naming(struct linting *l)
{
    const struct naming *n = &l->pack->naming;
    for (size_t i = 0; i < n->level_count; i++)
        if (l->names && l->names->takes &&
            !l->names->takes(l->names->arg, STR("recognition"), STR("level"), n->levels[i].level))
            LINT(l, "naming", n->levels[i].line, "no recognition has the level \"%.*s\"",
                 STR_ARG(n->levels[i].level));
}

/* --- SQL --------------------------------------------------------------------------------------- */

/* True if a criterion, a flag or a report uses the indicator. */
static bool is_used(const struct pack *p, size_t indicator)
{
    for (size_t i = 0; i < p->criteria.len; i++)
        if (criterion_mentions(&p->criteria.ptr[i], EX_INDICATOR, indicator))
            return true;
    for (size_t i = 0; i < p->flags.len; i++)
        if (p->flags.ptr[i].indicator == indicator)
            return true;
    return lint_report_counts(p, p->indicators.ptr[indicator].id);
}

static int line_at(const char *text, size_t at)
{
    int line = 1;
    for (size_t i = 0; i < at && text[i]; i++)
        line += text[i] == '\n';
    return line;
}

static void check_lists(struct linting *l, const struct indicator *i)
{
    for (size_t k = 0; k < i->list_count; k++)
        if (!facts_has_list(i->lists[k]))
            LINT(l, "indicators", i->line, "\"%.*s\" is no list of a facts document",
                 STR_ARG(i->lists[k]));
    for (size_t k = 0; i->list_count == 0 && k < 1; k++) {
        struct str sql = str_of(i->sql), prefix = STR("fact_");
        for (size_t at = str_find(sql, prefix, 0); at < sql.len;
             at = str_find(sql, prefix, at + 1)) {
            size_t end = at + prefix.len;
            while (end < sql.len &&
                   ((sql.ptr[end] >= 'a' && sql.ptr[end] <= 'z') || sql.ptr[end] == '_'))
                end++;
            struct str list = {sql.ptr + at + prefix.len, end - at - prefix.len};
            if (facts_has_list(list)) {
                LINT(l, "indicators", i->line,
                     "the indicator \"%.*s\" reads the list %.*s: say so in \"from\"",
                     STR_ARG(i->id), STR_ARG(list));
                return;
            }
        }
    }
}

/* Every rule that the SQL names in deadline('…', …) and its like, in so many words. */
static void check_rules(struct linting *l, const struct indicator *i)
{
    static const char *const calls[] = {"deadline('", "provisional('", "last_due('", "last_year('"};
    struct str sql = str_of(i->sql);
    for (size_t c = 0; c < ARRAY_LEN(calls); c++) {
        struct str call = str_of(calls[c]);
        for (size_t at = str_find(sql, call, 0); at < sql.len; at = str_find(sql, call, at + 1)) {
            size_t from = at + call.len, end = str_find(sql, STR("'"), from);
            struct str name = {sql.ptr + from, end - from};
            if (!pack_deadline(l->pack, name))
                pack_fault_at(&l->reader, i->file, line_at(i->sql, at), 0,
                              "it names the deadline \"%.*s\", which %.*s does not have",
                              STR_ARG(name), STR_ARG(l->pack->id));
        }
    }
}

static void check_sql(struct linting *l, size_t index, struct db *db)
{
    const struct indicator *i = &l->pack->indicators.ptr[index];
    struct asked asked = {1, STR("2026-06-01"), STR("2026-01-01"), STR("2027-12-31"),
                          STR("2026-06-01")};
    int columns[ROW_COLUMNS];
    struct stmt *st = NULL;
    struct outcome out;
    struct err e;
    size_t at;
    if (i->from == l->pack) {
        check_lists(l, i);
        if (!sandbox_is_one_statement(db, i->sql)) {
            err_t rc = sandbox_prepare(&st, &at, db, i->sql, &e);
            stmt_free(st);
            pack_fault_at(&l->reader, i->file, line_at(i->sql, rc == OK ? strlen(i->sql) : at), 0,
                          "%s", rc == OK ? msg("one SELECT is expected") : e.text);
            return;
        }
        err_t rc = indicator_prepare(&st, columns, &at, i, db, &e);
        stmt_free(st);
        if (rc != OK) {
            pack_fault_at(&l->reader, i->file, line_at(i->sql, at), 0, "%s", e.text);
            return;
        }
        if (l->pack->document.standing != PACK_LIBRARY && !is_used(l->pack, index))
            LINT(l, "indicators", i->line, "no criterion uses the indicator \"%.*s\"",
                 STR_ARG(i->id));
    }
    if (!is_used(l->pack, index))
        return;
    check_rules(l, i);
    if (indicator_run(&out, i, db, &asked, l->arena, &e) != OK)
        pack_fault_at(&l->reader, i->file, 1, 0, "%s", e.text);
}

static err_t check_indicators(struct linting *l)
{
    static const struct yvalue as_of = {.type = Y_TEXT, .text = {"2026-06-01", 10}},
                               name = {.type = Y_TEXT, .text = {"as_of", 5}},
                               facts = {.type = Y_MAP, .count = 1, .items = &as_of, .names = &name};
    struct pack_functions functions;
    struct sandbox rules = pack_sandbox(&functions, l->pack);
    struct facts loaded;
    struct db *db = NULL;
    err_t rc = sandbox_open(&db, l->e);
    if (rc == OK)
        rc = facts_create(db, false, l->e);
    if (rc == OK)
        rc = facts_load(&loaded, db, &facts, l->arena, l->e);
    if (rc == OK)
        rc = sandbox_confine(db, &rules, l->e);
    for (size_t i = 0; rc == OK && i < l->pack->indicators.len; i++)
        check_sql(l, i, db);
    db_close(db);
    return rc;
}

/* --- cases --------------------------------------------------------------------------------------- */

/* What reads no facts (the dates of the document) is always known. */
static bool reads_facts(const struct pack *p, const struct expr *x)
{
    if (x->kind == EX_CRITERION)
        return true;
    if (x->kind == EX_INDICATOR && strstr(p->indicators.ptr[x->index].sql, "fact_"))
        return true;
    for (size_t i = 0; i < x->count; i++)
        if (reads_facts(p, &x->children[i]))
            return true;
    return false;
}

static bool can_be_unknown(const struct pack *p, const struct criterion *c)
{
    return !c->test.tree || reads_facts(p, c->test.tree);
}

static bool is_judged(const struct case_result *r, struct str criterion)
{
    size_t i = 0;
    while (i < r->verdict.result_count && !str_eq(r->verdict.results[i].criterion->id, criterion))
        i++;
    return i < r->verdict.result_count;
}

/* Whether the case can assert the row: a clause carries it, and the case judges a criterion by
 * which that clause is met, or is refused. */
static bool can_assert(const struct pack *p, const struct case_result *r, struct str row)
{
    for (size_t i = 0; i < p->clauses.len; i++) {
        const struct clause *c = &p->clauses.ptr[i];
        bool judged = r->is_refusal;
        for (size_t k = 0; r->has_verdict && k < c->by_count; k++)
            judged |= is_judged(r, c->by[k]);
        if (judged && str_among(row, c->rows, c->row_count))
            return true;
    }
    return false;
}

static void check_case_rows(struct linting *l, const struct case_result *r, struct str file)
{
    for (size_t i = 0; i < r->row_count; i++)
        if (!can_assert(l->pack, r, r->rows[i]))
            pack_fault_at(&l->reader, file, 1, 0,
                          "the case asserts %.*s, but judges no criterion by which it is met",
                          STR_ARG(r->rows[i]));
}

/* A text of its facts or bans for which the pack has a dictionary is one of its codes. */
static void check_case_words(struct linting *l, const struct yvalue *root, struct str file)
{
    const struct part_list *all = &l->pack->parts[PART_DICTIONARIES];
    for (size_t i = 0; i < all->list.len; i++) {
        struct str fact = part_text(&all->list.ptr[i], "of"), key = fact;
        const char *list = arena_cstr(l->arena, str_split(&key, STR(".")));
        const struct yvalue *rows[] = {yin_get(yin_get(root, "facts"), list),
                                       yin_get(root, "bans")};
        for (size_t k = 0; !lint_field_codes(str_of(list), key) && k < ARRAY_LEN(rows); k++)
            for (size_t n = 0; rows[k] && rows[k]->type == Y_LIST && n < rows[k]->count; n++) {
                const struct yvalue *v = yin_get(&rows[k]->items[n], arena_cstr(l->arena, key));
                if (v && v->type == Y_TEXT && !yin_is_null(v) &&
                    dictionary_word(l->pack, fact, v->text, l->arena).len == 0)
                    pack_fault_at(&l->reader, file, v->line, 0,
                                  N_("no dictionary of %.*s has the code \"%.*s\""), STR_ARG(fact),
                                  STR_ARG(v->text));
            }
    }
}

/* What no case can say is told even where other faults keep the cases from being run. */
static void check_case_files(struct linting *l)
{
    const struct pack *p = l->pack;
    const struct pack_text *files;
    size_t count = packs_files(&files, l->packs, p->id, "cases/", l->arena);
    for (size_t i = 0; i < count; i++) {
        const struct yvalue *root;
        const struct pack_finding *faults;
        struct str file =
            arena_printf(l->arena, "%.*s/%.*s", STR_ARG(p->id), STR_ARG(files[i].name));
        size_t found = case_read(&root, &faults, file, files[i].text, l->arena);
        for (size_t k = 0; k < found; k++)
            VEC_PUSH(l->arena, &l->reader.findings->list, faults[k]);
        check_case_words(l, root, file);
    }
}

/* Every criterion is met, not met and not known in one case at least: both sides of its
 * boundary are looked at. */
static void check_cases(struct linting *l)
{
    const struct pack *p = l->pack;
    const struct pack_text *files;
    size_t count = packs_files(&files, l->packs, p->id, "cases/", l->arena);
    bool(*seen)[3] = arena_array(l->arena, p->criteria.len + 1, sizeof(*seen));
    for (size_t i = 0; i < count; i++) {
        struct case_result r;
        struct arena *of_case = arena_new(); /* rows of a careless indicator are many */
        case_run(&r, p, l->packs, files[i].name, files[i].text, of_case);
        struct str file =
            arena_printf(l->arena, "%.*s/%.*s", STR_ARG(p->id), STR_ARG(files[i].name));
        if (r.wrong.len)
            pack_fault_at(&l->reader, file, r.line ? r.line : 1, 0, "the case does not hold: %.*s",
                          STR_ARG(r.wrong));
        check_case_rows(l, &r, file);
        for (size_t k = 0; r.has_verdict && k < r.verdict.result_count; k++) {
            const struct criterion_result *c = &r.verdict.results[k];
            if (c->applicable)
                seen[c->criterion - p->criteria.ptr][c->pass] = true;
        }
        arena_free(of_case);
    }
    for (size_t i = 0; i < p->criteria.len; i++) {
        const struct criterion *c = &p->criteria.ptr[i];
        if (c->from != p || (seen[i][YES] && (seen[i][NO] || c->never_fails) &&
                             (seen[i][UNKNOWN] || !can_be_unknown(p, c))))
            continue;
        LINT(l, "criteria", c->line, "no case in which \"%.*s\" is %s", STR_ARG(c->id),
             !seen[i][YES]                     ? msg("met")
             : !seen[i][NO] && !c->never_fails ? msg("not met")
                                               : msg("not known"));
    }
}

/* Told at the line of the source: that is where a person reads what is missing. */
static void uncovered(struct linting *l, const struct share *s, const char *fmt)
{
    struct str file = arena_printf(l->arena, "%.*s/source.txt", STR_ARG(l->pack->id));
    for (size_t i = 0; i < s->missing_count; i++)
        pack_fault_at(&l->reader, file, s->missing[i].line, 0, fmt, STR_ARG(s->missing[i].text));
}

static void check_coverage(struct linting *l)
{
    struct coverage c;
    if (l->pack->document.standing == PACK_LIBRARY || l->pack->source.len == 0)
        return;
    pack_coverage(&c, l->pack, l->arena);
    uncovered(l, &c.articles, N_("no clause answers \"%.*s…\""));
    uncovered(l, &c.sentences, N_("no quote and no reason answers \"%.*s…\""));
    uncovered(l, &c.numbers, N_("no quote and no reason answers the number in \"%.*s…\""));
}

/* --- all together ------------------------------------------------------------------------------------ */

static void need_english(void *arg, const struct pack *from, struct str label, int line)
{
    struct linting *l = arg;
    (void)line;
    if (from == l->pack && !pack_label_find(l->pack, label))
        LINT(l, "labels_en", 1, "\"%.*s\" has no English label: add it to labels.en.yaml",
             STR_ARG(label));
}

struct english_use {
    struct str label;
    bool used;
};

static void note_use(void *arg, const struct pack *from, struct str label, int line)
{
    struct english_use *x = arg;
    (void)from;
    (void)line;
    x->used |= str_eq(x->label, label);
}

/* What comes with the program can be worked with in English; a province's own pack may do without, and
 * then shows its Chinese labels as such. An office that words a form otherwise keeps the translations that came with
 * the policy, also of what it no longer says. */
static void check_labels(struct linting *l)
{
    if (packs_are_shipped(l->packs, l->pack->id))
        pack_labels_each(l->pack, need_english, l);
    for (size_t i = 0; !packs_take_place(l->packs, l->pack->id) && i < l->pack->labels.len; i++) {
        struct english_use x = {.label = l->pack->labels.ptr[i].label};
        pack_labels_each(l->pack, note_use, &x);
        if (!x.used)
            LINT(l, "labels_en", l->pack->labels.ptr[i].line, "\"%.*s\" is no label of the pack",
                 STR_ARG(x.label));
    }
}

static err_t check_whole(struct linting *l)
{
    const struct pack *p = l->pack;
    check_quotes(l);
    lint_codes(l);
    for (size_t i = 0; i < p->criteria.len; i++)
        check_criterion(l, i);
    for (size_t i = 0; i < p->ambiguities.len; i++)
        if (p->ambiguities.ptr[i].from == p)
            check_ambiguity(l, &p->ambiguities.ptr[i]);
    for (size_t i = 0; i < p->ambiguities.len; i++)
        if (p->ambiguities.ptr[i].from == p)
            check_switch(l, &p->ambiguities.ptr[i]);
    for (size_t i = 0; i < p->clauses.len; i++)
        check_clause(l, &p->clauses.ptr[i]);
    for (size_t i = 0; i < p->flags.len; i++)
        if (p->indicators.ptr[p->flags.ptr[i].indicator].fold != FOLD_EXISTS)
            LINT(l, "flags", p->flags.ptr[i].line,
                 "a flag is raised by an indicator with the fold exists");
    check_notes(l);
    check_window(l);
    check_explained(l);
    check_replaced(l);
    check_naming(l);
    lint_parts(l);
    lint_processes(l);
    check_labels(l);
    check_case_files(l);
    err_t rc = check_indicators(l);
    if (rc == OK && l->reader.findings->list.len == 0)
        check_cases(l);
    check_coverage(l);
    return rc;
}

static int by_place(const void *x, const void *y)
{
    const struct pack_finding *a = x, *b = y;
    int files = str_cmp(a->file, b->file);
    return files                ? files
           : a->line != b->line ? (a->line < b->line ? -1 : 1)
                                : str_cmp(a->reason, b->reason);
}

err_t pack_lint(const struct pack_finding **out, size_t *count, struct packs *packs, struct str id,
                const struct record_names *names, struct arena *a, struct err *e)
{
    const struct pack *p = NULL;
    struct pack_findings found = {.arena = a};
    struct linting l = {.packs = packs, .names = names, .arena = a, .e = e};
    err_t rc = packs_get(&p, packs, id, e);
    *count = packs_findings(out, packs, id);
    if (rc != OK)
        return *count ? OK : rc;
    l.reader = (struct pack_reader){.arena = a, .findings = &found, .file = p->file};
    l.pack = p;
    rc = check_whole(&l);
    if (found.list.len)
        qsort(found.list.ptr, found.list.len, sizeof(*found.list.ptr), by_place);
    *out = found.list.ptr;
    *count = found.list.len;
    return rc;
}
