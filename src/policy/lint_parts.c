/* Checks of the sections that are lists of items (parts.h), but for processes. */
#include "base/msg.h"
#include "policy/calendar.h"
#include "policy/choices.h"
#include "policy/facts_priv.h"
#include "policy/lint_priv.h"
#include "policy/narrow.h"
#include "policy/paper_value.h"
#include "policy/sentences.h"

static const char *section_of(enum part_section s)
{
    return part_kinds[s].section;
}

/* --- what parts name ---------------------------------------------------------------------- */

static const struct fact_record *fact_record(struct str name)
{
    for (const struct fact_record *f = fact_records; f->name; f++)
        if (str_is(name, f->name))
            return f;
    return NULL;
}

static const struct fact_column *fact_column(struct str type, struct str field)
{
    const struct fact_record *f = fact_record(type);
    for (const struct fact_column *c = f ? f->columns : NULL; c && c->name; c++)
        if (str_is(field, c->name))
            return c;
    return NULL;
}

const char *const *lint_field_codes(struct str type, struct str field)
{
    const struct fact_column *c = fact_column(type, field);
    return c ? c->words : NULL;
}

/* The codes of "applicant.kind"; NULL: the field has none, or facts do not have it. */
static const char *const *field_codes(struct str field)
{
    struct str rest = field, type = str_split(&rest, STR("."));
    const struct fact_column *c = rest.ptr ? fact_column(type, rest) : NULL;
    return c ? c->words : NULL;
}

bool lint_has_record(const struct linting *l, struct str type, struct str field)
{
    bool fact = field.len ? fact_column(type, field) != NULL : fact_record(type) != NULL;
    return fact || (l->names && l->names->field(l->names->arg, type, field));
}

void lint_field(struct linting *l, const char *section, int line, struct str field)
{
    size_t dot = str_find(field, STR("."), 0);
    struct str type = {field.ptr, dot};
    if (dot == field.len ||
        !lint_has_record(l, type, (struct str){field.ptr + dot + 1, field.len - dot - 1}))
        LINT(l, section, line, "\"%.*s\" is no field of a record and of no facts document",
             STR_ARG(field));
}

static void lint_fields(struct linting *l, const char *section, const struct part_value *v)
{
    for (size_t i = 0; i < v->word_count; i++)
        lint_field(l, section, v->line, v->words[i]);
}

void lint_names(struct linting *l, const char *section, const struct part *p, const char *key,
                enum part_section among)
{
    static const char *const sentences[PART_SECTIONS] = {
        [PART_AUTHORITIES] = N_("there is no authority \"%.*s\""),
        [PART_DICTIONARIES] = N_("there is no dictionary \"%.*s\""),
        [PART_PROCESSES] = N_("there is no process \"%.*s\"")};
    const struct part_value *v = part_value(p, key);
    if (v->text.len && !part_named(l->pack, among, v->text))
        LINT(l, section, v->line, sentences[among], STR_ARG(v->text));
}

void lint_criteria(struct linting *l, const char *section, int line, const struct str *ids,
                   size_t count)
{
    size_t at;
    for (size_t i = 0; i < count; i++)
        if (!pack_find_criterion(&at, l->pack, ids[i]))
            LINT(l, section, line, "there is no criterion \"%.*s\"", STR_ARG(ids[i]));
}

static void lint_criterion(struct linting *l, const char *section, const struct part *p,
                           const char *key)
{
    const struct part_value *v = part_value(p, key);
    lint_criteria(l, section, v->line, &v->text, v->text.len > 0);
}

/* --- words of the document ------------------------------------------------------------------ */

static void check_verbatim(struct linting *l, const char *section, const struct part *p,
                           struct str text, bool own)
{
    own = own || part_true(p, "own") || str_is(part_text(p, "layout"), "own");
    for (size_t i = 0; p->keys[i].name; i++) {
        const struct part_value *v = &p->values[i];
        bool quote = strcmp(p->keys[i].name, "quote") == 0;
        if (p->keys[i].type == PART_QUOTE && v->text.len && (quote || !own) &&
            quote_find(text, v->text, l->arena) == text.len)
            LINT(l, section, v->line, "the quote is not in the source text: \"%.*s\"",
                 STR_ARG(v->text));
        for (size_t k = 0; k < v->item_count; k++)
            check_verbatim(l, section, &v->items[k], text, own);
    }
}

static void check_ambiguities_named(struct linting *l, const char *section, const struct part *p)
{
    const struct part_value *v = part_value(p, "ambiguities");
    for (size_t i = 0; i < v->word_count; i++)
        if (!pack_ambiguity(l->pack, v->words[i]))
            LINT(l, section, v->line, "there is no ambiguity \"%.*s\"", STR_ARG(v->words[i]));
    for (size_t i = 0; p->keys[i].name; i++)
        for (size_t k = 0; k < p->values[i].item_count; k++)
            check_ambiguities_named(l, section, &p->values[i].items[k]);
}

/* What lacks and is not told as not said, and what is told as not said though it is there. */
static void check_gap(struct linting *l, const char *section, const struct part *p, const char *gap,
                      bool is_said)
{
    const struct part_value *v = part_value(p, "not_said");
    bool told = str_among(str_of(gap), v->words, v->word_count);
    if (is_said && told)
        LINT(l, section, v->line, "it says \"%s\", and says that the document does not", gap);
    if (!is_said && !told)
        LINT(l, section, p->line,
             "it does not say \"%s\": add it, or name it in \"not_said\" where the document does "
             "not say it",
             gap);
}

/* --- authorities, dictionaries -------------------------------------------------------------- */

static void check_authority(struct linting *l, const struct part *p)
{
    const struct part_value *v = part_value(p, "roles");
    for (size_t i = 0; l->names && i < v->word_count; i++)
        if (!l->names->role(l->names->arg, v->words[i]))
            LINT(l, "authorities", v->line, "there is no role \"%.*s\"", STR_ARG(v->words[i]));
}

static bool entry_has(const struct part *entry, struct str code)
{
    const struct part_value *codes = part_value(entry, "codes");
    return str_among(code, codes->words, codes->word_count);
}

static void check_codes(struct linting *l, const struct part_value *entries, size_t i,
                        const char *const *known)
{
    const struct part_value *codes = part_value(&entries->items[i], "codes");
    for (size_t c = 0; c < codes->word_count; c++) {
        const char *const *k = known;
        while (k && *k && !str_is(codes->words[c], *k))
            k++;
        if (k && !*k)
            LINT(l, "dictionaries", codes->line, "the field has no code \"%.*s\"",
                 STR_ARG(codes->words[c]));
        for (size_t before = 0; before < i; before++)
            if (entry_has(&entries->items[before], codes->words[c]))
                LINT(l, "dictionaries", codes->line, "the code \"%.*s\" stands twice",
                     STR_ARG(codes->words[c]));
    }
}

static void check_dictionary(struct linting *l, const struct part *p)
{
    const struct part_value *entries = part_value(p, "entries"), *of = part_value(p, "of");
    const char *const *known = NULL;
    if (entries->item_count == 0)
        LINT(l, "dictionaries", p->line, "a dictionary without entries says nothing");
    if (of->text.len) {
        lint_field(l, "dictionaries", of->line, of->text);
        known = field_codes(of->text);
    }
    for (size_t i = 0; i < entries->item_count; i++)
        check_codes(l, entries, i, known);
    for (const char *const *k = known; k && *k; k++) {
        bool found = false;
        for (size_t i = 0; i < entries->item_count && !found; i++)
            found = entry_has(&entries->items[i], str_of(*k));
        if (!found)
            LINT(l, "dictionaries", p->line, "no entry has the code \"%s\"", *k);
    }
}

/* --- forms, materials ------------------------------------------------------------------------- */

static bool is_one_of(struct str s, const char *a, const char *b)
{
    return str_is(s, a) || str_is(s, b);
}

/* "city_ranking.places.rank": the type, and the table in its records. */
static struct str table_of(struct str field, struct str *type)
{
    struct str rest = field;
    *type = str_split(&rest, STR("."));
    struct str table = str_split(&rest, STR("."));
    return rest.len ? table : STR_NONE;
}

/* A row of a table of the form is one record, or one row of a table in it. */
static void check_rows(struct linting *l, const struct part_value *columns)
{
    struct str type = STR_NONE, table = STR_NONE;
    for (size_t i = 0; i < columns->item_count; i++) {
        const struct part_value *fill = part_value(&columns->items[i], "fill");
        for (size_t k = 0; k < fill->word_count; k++) {
            struct str other, inner = table_of(fill->words[k], &other);
            if ((type.len && !str_eq(type, other)) ||
                (table.len && inner.len && !str_eq(table, inner)))
                LINT(l, "forms", fill->line,
                     "\"%.*s\" is of another record type or table than the columns before it: a "
                     "row is of one",
                     STR_ARG(fill->words[k]));
            type = other;
            table = inner.len ? inner : table;
        }
    }
}

static void check_columns(struct linting *l, const struct part *cell)
{
    const struct part_value *columns = part_value(cell, "columns");
    bool table = str_is(part_text(cell, "kind"), "table");
    int width = 0;
    if (table != (columns->item_count > 0))
        LINT(l, "forms", cell->line, "a table, and nothing else, has columns");
    for (size_t i = 0; i < columns->item_count; i++) {
        width += part_int(&columns->items[i], "width");
        lint_fields(l, "forms", part_value(&columns->items[i], "fill"));
    }
    check_rows(l, columns);
    if (columns->item_count && width != 100)
        LINT(l, "forms", columns->line, "the columns are %d %% wide together, not 100", width);
}

static void check_cell(struct linting *l, const struct part *cell)
{
    const struct part_value *criteria = part_value(cell, "criteria");
    struct str kind = part_text(cell, "kind"), indicator = part_text(cell, "indicator"),
               where = part_text(cell, "where");
    bool filled = part_value(cell, "fill")->word_count || indicator.len ||
                  part_value(cell, "columns")->item_count;
    size_t at;
    bool said = is_one_of(kind, "fixed", "commitment") || str_is(kind, "note");
    if (!filled && !said && !str_is(kind, "sign"))
        LINT(l, "forms", cell->line, "nothing fills \"%.*s\": fill, indicator or columns",
             STR_ARG(part_text(cell, "label")));
    if (said && !part_value(cell, "text")->given)
        LINT(l, "forms", cell->line, "a cell of kind fixed, commitment or note needs its text");
    lint_fields(l, "forms", part_value(cell, "fill"));
    if (where.len)
        lint_field(l, "forms", part_value(cell, "where")->line,
                   (struct str){where.ptr, str_find(where, STR("="), 0)});
    if (indicator.len && !pack_find_indicator(&at, l->pack, indicator))
        LINT(l, "forms", part_value(cell, "indicator")->line, "there is no indicator \"%.*s\"",
             STR_ARG(indicator));
    lint_names(l, "forms", cell, "dictionary", PART_DICTIONARIES);
    lint_criteria(l, "forms", criteria->line, criteria->words, criteria->word_count);
    check_columns(l, cell);
}

/* Cells of one line fill it: 100 %. */
static void check_lines(struct linting *l, const struct part_value *cells)
{
    int line = 0, width = 100;
    for (size_t i = 0; i < cells->item_count; i++) {
        const struct part *cell = &cells->items[i];
        if (i && part_int(cell, "line") < line)
            LINT(l, "forms", cell->line, "the lines of a section are in order");
        if (i == 0 || part_int(cell, "line") != line)
            width = 0;
        line = part_int(cell, "line");
        width += part_int(cell, "width");
        bool last = i + 1 == cells->item_count || part_int(&cells->items[i + 1], "line") != line;
        if (last && width != 100)
            LINT(l, "forms", cell->line, "the cells of this line are %d %% wide together, not 100",
                 width);
    }
}

/* Its words, and in braces fields of records. */
static void check_title(struct linting *l, const struct part *p)
{
    const struct part_value *title = part_value(p, "title");
    struct str rest = title->text, text, name;
    while (rest.ptr && paper_text_next(&rest, &text, &name)) {
        struct str field = name, type = name.ptr ? str_split(&field, STR(".")) : STR_NONE;
        if (name.ptr && (field.len == 0 || !lint_has_record(l, type, field)))
            LINT(l, "forms", title->line, "{%.*s} is no field of a record", STR_ARG(name));
    }
}

static void check_form(struct linting *l, const struct part *p)
{
    const struct part_value *sections = part_value(p, "sections");
    check_title(l, p);
    lint_names(l, "forms", p, "process", PART_PROCESSES);
    if (sections->item_count == 0 && str_is(part_text(p, "layout"), "said"))
        LINT(l, "forms", p->line, "the document lays this form out: sections");
    for (size_t i = 0; i < sections->item_count; i++) {
        const struct part_value *cells = part_value(&sections->items[i], "cells");
        check_lines(l, cells);
        for (size_t k = 0; k < cells->item_count; k++)
            check_cell(l, &cells->items[k]);
    }
}

static bool cells_count(const struct part *form, struct str indicator)
{
    const struct part_value *sections = part_value(form, "sections");
    for (size_t i = 0; i < sections->item_count; i++) {
        const struct part_value *cells = part_value(&sections->items[i], "cells");
        for (size_t k = 0; k < cells->item_count; k++)
            if (str_eq(part_text(&cells->items[k], "indicator"), indicator))
                return true;
    }
    return false;
}

static bool heads_count(const struct part *evaluation, struct str indicator)
{
    const struct part_value *heads = part_value(evaluation, "heads");
    for (size_t i = 0; i < heads->item_count; i++) {
        const struct part_value *named = part_value(&heads->items[i], "indicators");
        if (str_among(indicator, named->words, named->word_count))
            return true;
    }
    return false;
}

bool lint_report_counts(const struct pack *p, struct str indicator)
{
    const struct part_list *forms = &p->parts[PART_FORMS], *judged = &p->parts[PART_EVALUATIONS];
    for (size_t i = 0; i < forms->list.len; i++)
        if (cells_count(&forms->list.ptr[i], indicator))
            return true;
    for (size_t i = 0; i < judged->list.len; i++)
        if (heads_count(&judged->list.ptr[i], indicator))
            return true;
    return false;
}

/* Records of a type of the proof, by a value that its field can hold. */
static void check_of(struct linting *l, const struct part_value *of, const struct part_value *proof)
{
    for (size_t i = 0; i < of->word_count; i++) {
        struct str value = of->words[i], name = str_split(&value, STR("=")), field = name;
        struct str type = str_split(&field, STR("."));
        bool proves = false;
        for (size_t k = 0; k < proof->word_count; k++) {
            struct str rest = proof->words[k];
            proves |= str_eq(str_split(&rest, STR(".")), type);
        }
        lint_field(l, "materials", of->line, name);
        if (!proves)
            LINT(l, "materials", of->line,
                 "\"%.*s\" is no record of the proof: TYPE.FIELD=VALUE of one",
                 STR_ARG(of->words[i]));
        else if (value.len == 0 || (l->names && l->names->takes &&
                                    !l->names->takes(l->names->arg, type, field, value)))
            LINT(l, "materials", of->line, "\"%.*s\" is no value of %.*s: take one of its codes",
                 STR_ARG(value), STR_ARG(name));
    }
}

static void check_material(struct linting *l, const struct part *p)
{
    const struct part_value *proof = part_value(p, "proof"), *proves = part_value(p, "proves");
    const struct part_value *when = part_value(p, "when"), *lasts = part_value(p, "lasts");
    size_t at;
    if (proof->word_count == 0)
        LINT(l, "materials", p->line, "the material has no proof: the field that holds its file");
    lint_fields(l, "materials", proof);
    lint_fields(l, "materials", lasts);
    if ((lasts->word_count > 0) != (part_int(p, "months") > 0))
        LINT(l, "materials", p->line,
             "a material that lasts needs the months within which its end is warned of, and these "
             "it");
    check_of(l, part_value(p, "of"), proof);
    lint_criteria(l, "materials", proves->line, proves->words, proves->word_count);
    lint_names(l, "materials", p, "process", PART_PROCESSES);
    if (when->text.len && (!pack_find_indicator(&at, l->pack, when->text) ||
                           !fold_is_truth(l->pack->indicators.ptr[at].fold)))
        LINT(l, "materials", when->line, "\"%.*s\" is no indicator that is true or false",
             STR_ARG(when->text));
}

/* --- evaluations ------------------------------------------------------------------------------- */

static void check_weights(struct linting *l, const struct part *p)
{
    const struct part_value *heads = part_value(p, "heads");
    size_t weighed = 0, at;
    int sum = 0;
    for (size_t i = 0; i < heads->item_count; i++) {
        const struct part_value *named = part_value(&heads->items[i], "indicators");
        weighed += part_value(&heads->items[i], "weight")->given;
        sum += part_int(&heads->items[i], "weight");
        for (size_t k = 0; k < named->word_count; k++)
            if (!pack_find_indicator(&at, l->pack, named->words[k]))
                LINT(l, "evaluations", named->line, "there is no indicator \"%.*s\"",
                     STR_ARG(named->words[k]));
    }
    check_gap(l, "evaluations", p, "heads", heads->item_count > 0);
    check_gap(l, "evaluations", p, "weights", weighed > 0);
    if (weighed && (weighed < heads->item_count || sum != 100))
        LINT(l, "evaluations", heads->line, "the weights are %d %% together, not 100", sum);
}

/* Grades with scores cover 0 to 100, the best first, each once: [from, to), of the first to 100. */
static void check_scores(struct linting *l, const struct part_value *grades)
{
    int below = 100;
    for (size_t i = 0; i < grades->item_count; i++) {
        const struct part *g = &grades->items[i];
        if (part_int(g, "to") != below || part_int(g, "from") >= below)
            LINT(l, "evaluations", g->line, "the grades have a gap or overlap at %d", below);
        below = part_int(g, "from");
    }
    if (below != 0)
        LINT(l, "evaluations", grades->line, "the grades have a gap or overlap at %d", below);
}

/* Least points of a head: of a hundred. */
static void check_least(struct linting *l, const struct part *p)
{
    const struct part_value *heads = part_value(p, "heads");
    for (size_t i = 0; i < heads->item_count; i++) {
        const struct part_value *least = part_value(&heads->items[i], "least");
        int points = part_int(&heads->items[i], "least");
        if (least->given && (points < 1 || points > 100))
            LINT(l, "evaluations", least->line, "the least points of a head are 1 to 100");
    }
}

static void check_evaluation(struct linting *l, const struct part *p)
{
    const struct part_value *grades = part_value(p, "grades"), *cycle = part_value(p, "cycle");
    size_t scored = 0;
    lint_names(l, "evaluations", p, "by", PART_AUTHORITIES);
    if (cycle->text.len && !pack_deadline(l->pack, cycle->text))
        LINT(l, "evaluations", cycle->line, "there is no deadline \"%.*s\"", STR_ARG(cycle->text));
    for (size_t i = 0; i < grades->item_count; i++) {
        lint_names(l, "evaluations", &grades->items[i], "process", PART_PROCESSES);
        scored += part_value(&grades->items[i], "from")->given;
    }
    check_weights(l, p);
    check_least(l, p);
    check_gap(l, "evaluations", p, "cycle", cycle->given);
    check_gap(l, "evaluations", p, "grades", grades->item_count > 0);
    check_gap(l, "evaluations", p, "scores", scored > 0);
    if (scored)
        check_scores(l, grades);
}

/* --- prohibitions, funds, interpretations, what is not said ------------------------------------------ */

static bool has_step(const struct pack *p, struct str path)
{
    struct str step = path;
    const struct process *process = pack_process(p, str_split(&step, STR(".")));
    return process && process_step_find(process, step);
}

static void check_record_label(struct linting *l, const struct part *p)
{
    const struct part_value *fields = part_value(p, "fields");
    if (!lint_has_record(l, p->id, STR("")))
        LINT(l, "record_labels", p->line, "there is no record type \"%.*s\"", STR_ARG(p->id));
    for (size_t i = 0; i < fields->item_count; i++)
        if (!lint_has_record(l, p->id, fields->items[i].id))
            LINT(l, "record_labels", fields->items[i].line,
                 "the record type \"%.*s\" has no field \"%.*s\"", STR_ARG(p->id),
                 STR_ARG(fields->items[i].id));
}

static void check_fact_word(struct linting *l, const struct part *p)
{
    const struct part_list *all = &l->pack->parts[PART_FACT_WORDS];
    const char *fault = narrow_fault(p);
    if (fault)
        LINT(l, "fact_words", part_value(p, "fact")->line, "\"%.*s\": %s",
             STR_ARG(part_text(p, "fact")), msg(fault));
    for (const struct part *one = all->list.ptr; one < p; one++)
        if (str_eq(part_text(one, "fact"), part_text(p, "fact")))
            LINT(l, "fact_words", part_value(p, "fact")->line, "\"%.*s\" is narrowed twice",
                 STR_ARG(part_text(p, "fact")));
}

/* No new case of a process, for how long, counted from which step: all three or none. */
static void check_consequence(struct linting *l, const struct part *c)
{
    const struct part_value *bars = part_value(c, "bars"), *rule = part_value(c, "deadline"),
                            *from = part_value(c, "counted");
    lint_names(l, "prohibitions", c, "process", PART_PROCESSES);
    lint_names(l, "prohibitions", c, "bars", PART_PROCESSES);
    if (bars->given != rule->given || bars->given != from->given)
        LINT(l, "prohibitions", c->line,
             "a ban on applying again says which cases (bars), how long (deadline) and from which "
             "step on (counted)");
    if (rule->given && !pack_deadline(l->pack, rule->text))
        LINT(l, "prohibitions", rule->line, "there is no deadline \"%.*s\"", STR_ARG(rule->text));
    if (from->given && !has_step(l->pack, from->text))
        LINT(l, "prohibitions", from->line, "there is no step \"%.*s\": PROCESS.STEP",
             STR_ARG(from->text));
}

static void check_prohibition(struct linting *l, const struct part *p)
{
    const struct part_value *grounds = part_value(p, "grounds"),
                            *to = part_value(p, "consequences");
    struct str ground = STR("findings.ground");
    for (size_t i = 0; i < grounds->word_count; i++)
        if (dictionary_word(l->pack, ground, grounds->words[i], l->arena).len == 0)
            LINT(l, "prohibitions", grounds->line,
                 N_("no dictionary of %.*s has the code \"%.*s\""), STR_ARG(ground),
                 STR_ARG(grounds->words[i]));
    lint_criterion(l, "prohibitions", p, "criterion");
    check_gap(l, "prohibitions", p, "consequence", to->item_count > 0);
    for (size_t i = 0; i < to->item_count; i++)
        check_consequence(l, &to->items[i]);
}

static void check_fund(struct linting *l, const struct part *p)
{
    lint_names(l, "funds", p, "payer", PART_AUTHORITIES);
    lint_criterion(l, "funds", p, "criterion");
    check_gap(l, "funds", p, "amount", part_value(p, "amount")->given);
    if (part_true(p, "once") && !part_value(p, "policy")->given)
        LINT(l, "funds", p->line, "what is paid once is found again by its policy: policy");
}

/* A note on what a clause means is given by the office that the document names, and nobody else. */
static void check_interpretation(struct linting *l, const struct part *p)
{
    const struct part *by = part_named(l->pack, PART_AUTHORITIES, part_text(p, "by"));
    const struct part_value *functions = by ? part_value(by, "functions") : NULL;
    struct str ambiguity = part_text(p, "ambiguity"), reading = part_text(p, "reading");
    const struct ambiguity *m = pack_ambiguity(l->pack, ambiguity);
    lint_names(l, "interpretations", p, "by", PART_AUTHORITIES);
    if (functions && !str_among(STR("interpret"), functions->words, functions->word_count))
        LINT(l, "interpretations", part_value(p, "by")->line,
             "the document does not let \"%.*s\" interpret it", STR_ARG(part_text(p, "by")));
    if (ambiguity.len && !m)
        LINT(l, "interpretations", p->line, "there is no ambiguity \"%.*s\"", STR_ARG(ambiguity));
    if (m && reading.len && !str_eq(reading, m->usual) &&
        !str_among(reading, m->alternatives, m->alternative_count))
        LINT(l, "interpretations", p->line, "\"%.*s\" is no alternative of the ambiguity \"%.*s\"",
             STR_ARG(reading), STR_ARG(ambiguity));
}

/* A process that enters a party in the register starts it. */
static bool follows_recognition(const struct pack *pack, struct str process)
{
    for (size_t i = 0; i < pack->process_count; i++)
        if (process_effect(&pack->processes[i], EFFECT_RECORD, STR("centre")) &&
            process_effect(&pack->processes[i], EFFECT_START, process))
            return true;
    return false;
}

static void check_not_said(struct linting *l, const struct part *p, struct str text)
{
    const struct part_value *absent = part_value(p, "absent");
    for (size_t i = 0; i < absent->word_count; i++)
        if (quote_find(text, absent->words[i], l->arena) < text.len)
            LINT(l, "not_said", absent->line, "the document does say \"%.*s\"",
                 STR_ARG(absent->words[i]));
    const struct part_value *again = part_value(p, "again_after");
    for (size_t i = 0; i < again->word_count; i++) {
        if (!pack_process(l->pack, again->words[i]))
            LINT(l, "not_said", again->line, "there is no process \"%.*s\"",
                 STR_ARG(again->words[i]));
        else if (!follows_recognition(l->pack, again->words[i]))
            LINT(l, "not_said", again->line,
                 "no process that enters a party in the register starts \"%.*s\": nobody is "
                 "recognised again after it",
                 STR_ARG(again->words[i]));
    }
}

/* The other text is there, and has this clause and these words; what is absent here has no words
 * of ours, anything else has. */
static void check_comparison(struct linting *l, const struct part *p)
{
    struct str with = part_text(p, "with"), clause = part_text(p, "with_clause");
    struct str words = part_text(p, "with_quote");
    bool absent = str_is(part_text(p, "says"), "absent");
    const struct pack *other;
    struct err e;
    if (absent != (part_text(p, "quote").len == 0))
        LINT(l, "comparisons", p->line,
             absent ? N_("what is absent has no words: leave out the quote")
                    : N_("a comparison needs the words of both texts"));
    if (packs_get(&other, l->packs, with, &e) != OK) {
        LINT(l, "comparisons", part_value(p, "with")->line, "%s", e.text);
        return;
    }
    size_t i = 0;
    while (i < other->clauses.len && !str_eq(other->clauses.ptr[i].id, clause))
        i++;
    if (i == other->clauses.len)
        LINT(l, "comparisons", part_value(p, "with_clause")->line, "%.*s has no clause \"%.*s\"",
             STR_ARG(with), STR_ARG(clause));
    struct str text = without_blanks(other->source, l->arena);
    if (quote_find(text, words, l->arena) == text.len)
        LINT(l, "comparisons", part_value(p, "with_quote")->line,
             "the quote is not in the source text: \"%.*s\"", STR_ARG(words));
}

/* --- all together ------------------------------------------------------------------------------------- */

/* A field of the type, or a column of its table. */
static void check_demand_field(struct linting *l, const struct part *p, int line, const char *table,
                               struct str field)
{
    struct str of = part_text(p, "of");
    struct str whole = table ? arena_printf(l->arena, "%.*s.%.*s.%.*s", STR_ARG(of),
                                            STR_ARG(part_text(p, table)), STR_ARG(field))
                             : arena_printf(l->arena, "%.*s.%.*s", STR_ARG(of), STR_ARG(field));
    lint_field(l, "records", line, whole);
}

static void check_demand_fields(struct linting *l, const struct part *p, const char *key,
                                const char *table)
{
    const struct part_value *v = part_value(p, key);
    for (size_t i = 0; i < v->word_count; i++)
        check_demand_field(l, p, v->line, table, v->words[i]);
}

/* FIELD=VALUE, the value one that the field can hold. */
static void check_demand_values(struct linting *l, const struct part *p, const char *key,
                                const char *table)
{
    const struct part_value *v = part_value(p, key);
    for (size_t i = 0; i < v->word_count; i++) {
        struct str value = v->words[i], field = str_split(&value, STR("="));
        bool bound = table && field.len &&
                     (field.ptr[field.len - 1] == '>' || field.ptr[field.len - 1] == '<');
        field.len -= bound;
        struct str path = table ? arena_printf(l->arena, "%.*s.%.*s", STR_ARG(part_text(p, table)),
                                               STR_ARG(field))
                                : field;
        check_demand_field(l, p, v->line, table, field);
        if (!value.ptr)
            LINT(l, "records", v->line, "\"%.*s\" is written FIELD=VALUE", STR_ARG(v->words[i]));
        else if (l->names && l->names->takes &&
                 !l->names->takes(l->names->arg, part_text(p, "of"), path, value))
            LINT(l, "records", v->line, "\"%.*s\" is no value of %.*s", STR_ARG(value),
                 STR_ARG(field));
    }
}

static void check_term(struct linting *l, const struct part *p)
{
    const struct part_value *term = part_value(p, "term"), *by = part_value(p, "deadline");
    const struct deadline_rule *rule = pack_deadline(l->pack, by->text);
    struct years length;
    if (term->given != by->given || (term->given && term->word_count != 2))
        LINT(l, "records", p->line,
             "a term names its first and last day and the deadline with its length: term: [start, "
             "end], deadline: project-term");
    else if (term->given && !deadline_years(&length, rule))
        LINT(l, "records", by->line, "\"%.*s\" is no deadline of whole years (Tn, or Y+n-12-31)",
             STR_ARG(by->text));
    if (!term->given && part_value(p, "at_most")->given)
        LINT(l, "records", p->line, "at_most stands with a term alone");
    if (part_value(p, "need")->given && part_value(p, "unless")->given)
        LINT(l, "records", p->line, "unless stands with a term or a table");
}

static struct str before_sign(struct str pair)
{
    return str_split(&pair, STR("="));
}

static void check_record_demand(struct linting *l, const struct part *p)
{
    const struct part_value *of = part_value(p, "of"), *unless = part_value(p, "unless"),
                            *from = part_value(p, "from"), *table = part_value(p, "table"),
                            *when = part_value(p, "when");
    int kinds = part_value(p, "need")->given + table->given + part_value(p, "term")->given;
    if (l->names && l->names->asks && !l->names->asks(l->names->arg, of->text)) {
        LINT(l, "records", of->line,
             "\"%.*s\" is no record type of which policies ask more (policies_ask)",
             STR_ARG(of->text));
        return;
    }
    if (kinds != 1)
        LINT(l, "records", p->line, "one of need, table and term is asked for");
    if (table->given != part_value(p, "row")->given ||
        (!table->given && part_value(p, "filled")->given))
        LINT(l, "records", p->line, "a table is asked for a row: table, row, filled");
    check_demand_fields(l, p, "need", NULL);
    check_demand_fields(l, p, "term", NULL);
    check_demand_values(l, p, "when", NULL);
    for (size_t i = 1; i < when->word_count; i++)
        if (!str_eq(before_sign(when->words[i]), before_sign(when->words[0])))
            LINT(l, "records", when->line, "`when` names values of one field");
    if (unless->given)
        check_demand_field(l, p, unless->line, NULL, unless->text);
    if (from->given)
        check_demand_field(l, p, from->line, NULL, from->text);
    if (table->given) {
        check_demand_fields(l, p, "filled", "table");
        check_demand_values(l, p, "row", "table");
    }
    check_term(l, p);
}

static void check_one(struct linting *l, enum part_section section, const struct part *p,
                      struct str text)
{
    check_verbatim(l, section_of(section), p, text, false);
    check_ambiguities_named(l, section_of(section), p);
    switch (section) {
    case PART_AUTHORITIES:
        check_authority(l, p);
        return;
    case PART_DICTIONARIES:
        check_dictionary(l, p);
        return;
    case PART_FORMS:
        check_form(l, p);
        return;
    case PART_PAPERS:
        lint_paper(l, p);
        return;
    case PART_MATERIALS:
        check_material(l, p);
        return;
    case PART_EVALUATIONS:
        check_evaluation(l, p);
        return;
    case PART_PROHIBITIONS:
        check_prohibition(l, p);
        return;
    case PART_FUNDS:
        check_fund(l, p);
        return;
    case PART_INTERPRETATIONS:
        check_interpretation(l, p);
        return;
    case PART_NOT_SAID:
        check_not_said(l, p, text);
        return;
    case PART_COMPARISONS:
        check_comparison(l, p);
        return;
    case PART_RECORD_LABELS:
        check_record_label(l, p);
        return;
    case PART_FACT_WORDS:
        check_fact_word(l, p);
        return;
    case PART_RECORDS:
        check_record_demand(l, p);
        break;
    case PART_PROCESSES: /* lint_processes */
    case PART_SECTIONS:
        return;
    }
}

void lint_parts(struct linting *l)
{
    struct str text = without_blanks(l->pack->source, l->arena);
    for (size_t s = 0; s < PART_SECTIONS; s++)
        for (size_t i = 0; i < l->pack->parts[s].list.len; i++)
            if (l->pack->parts[s].list.ptr[i].from == l->pack)
                check_one(l, (enum part_section)s, &l->pack->parts[s].list.ptr[i], text);
}
