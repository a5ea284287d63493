/* Parts follow the tables of pack_keys.yaml; the rest is written out here. */
#include "policy/pack_show.h"
#include "base/msg.h"
#include "policy/calendar.h"

const char *pack_standing_text(enum pack_standing s)
{
    static const char *const names[] = {"in_force", "draft", "informative", "library"};
    return names[s];
}

bool pack_basis_is_over(const struct document *d, struct str basis, struct str today)
{
    for (size_t i = 0; i < d->basis_end_count; i++)
        if (str_eq(d->basis_ends[i].title, basis))
            return str_cmp(today, d->basis_ends[i].until) > 0;
    return false;
}

static void words_json(struct jout *j, const char *name, const struct str *words, size_t count)
{
    jout_pair_strs(j, name, words, count);
}

static void item_json(struct jout *j, const struct part *p);

static void value_json(struct jout *j, const struct part_key *key, const struct part *p,
                       const struct part_value *v)
{
    switch (key->type) {
    case PART_WORDS:
        words_json(j, key->name, v->words, v->word_count);
        return;
    case PART_BOOL:
        jout_pair_bool(j, key->name, str_is(v->text, "true"));
        return;
    case PART_INT:
        jout_pair_i64(j, key->name, part_int(p, key->name));
        return;
    case PART_ITEMS:
    case PART_MAP:
    case PART_NAMES:
        jout_pair_array(j, key->name);
        for (size_t i = 0; i < v->item_count; i++)
            item_json(j, &v->items[i]);
        jout_end_array(j);
        return;
    case PART_TEXT:
    case PART_VALUE:
    case PART_QUOTE:
    case PART_ID:
    case PART_WORD:
    case PART_MONEY:
    case PART_DATE:
        jout_pair(j, key->name, v->text);
        return;
    }
}

static void item_json(struct jout *j, const struct part *p)
{
    jout_object(j);
    for (size_t i = 0; p->keys[i].name; i++)
        if (p->values[i].given)
            value_json(j, &p->keys[i], p, &p->values[i]);
    jout_end_object(j);
}

/* Inside an open object. */
static void head_json(struct jout *j, const struct pack *p, struct str today)
{
    const struct document *d = &p->document;
    jout_pair(j, "id", p->id);
    jout_pair(j, "version", p->version);
    jout_pair(j, "digest", p->digest);
    jout_pair(j, "title", d->title);
    jout_pair(j, "number", d->number);
    jout_pair(j, "issuer", d->issuer);
    jout_pair(j, "jurisdiction", d->jurisdiction);
    jout_pair(j, "standing", str_of(pack_standing_text(d->standing)));
    jout_pair(j, "issued", d->issued);
    jout_pair(j, "effective", d->effective);
    jout_pair(j, "expires", d->expires);
    words_json(j, "basis", d->basis, d->basis_count);
    jout_pair_array(j, "basis_over");
    for (size_t i = 0; i < d->basis_count; i++)
        if (pack_basis_is_over(d, d->basis[i], today))
            jout_str(j, d->basis[i]);
    jout_end_array(j);
    jout_pair(j, "replaced_by", d->replaced_by);
    jout_pair(j, "replaced_from", d->replaced_from);
}

static void document_json(struct jout *j, const struct pack *p, struct str today)
{
    const struct document *d = &p->document;
    head_json(j, p, today);
    words_json(j, "explained_by", d->explained_by, d->explained_by_count);
    words_json(j, "marks", d->marks, d->mark_count);
    if (p->naming.given) {
        jout_pair_object(j, "naming");
        jout_pair(j, "before", p->naming.before);
        jout_pair(j, "after", p->naming.after);
        jout_pair(j, "clause", p->naming.citation.clause);
        jout_pair(j, "quote", p->naming.citation.quote);
        jout_end_object(j);
    }
}

/* Comparisons with a number, as written; pack_set changes it where there is one alone. */
static void numbers_json(struct jout *j, const struct pack *p, const struct expr *x,
                         struct arena *a)
{
    const struct expr *two = x->kind == EX_COMPARE ? x->children : NULL;
    if (two && two[1].kind == EX_NUMBER) {
        jout_object(j);
        if (two[0].kind == EX_INDICATOR) {
            jout_pair(j, "indicator", two[0].name);
            jout_pair(j, "label", pack_label(p, p->indicators.ptr[two[0].index].label, a));
        }
        jout_pair_z(j, "compare", compare_text(x->compare));
        jout_pair(j, "number",
                  str_is(two[1].unit, "元") ? money_text(two[1].number, a)
                                            : wide_text(two[1].number, a));
        jout_pair(j, "unit", two[1].unit);
        jout_end_object(j);
    }
    for (size_t i = 0; i < x->count; i++)
        numbers_json(j, p, &x->children[i], a);
}

static void criterion_json(struct jout *j, const struct pack *p, const struct criterion *c,
                           struct arena *a)
{
    jout_object(j);
    jout_pair(j, "id", c->id);
    jout_pair(j, "clause", c->citation.clause);
    jout_pair(j, "quote", c->citation.quote);
    jout_pair_bool(j, "judged", c->judged);
    jout_pair(j, "test", c->test.text);
    jout_pair(j, "applies", c->applies.text);
    jout_pair(j, "reason", c->reason.text);
    jout_pair(j, "advice", c->advice);
    jout_pair_bool(j, "part", c->part);
    jout_pair_bool(j, "advisory", c->advisory);
    jout_pair_bool(j, "never_fails", c->never_fails);
    words_json(j, "ambiguities", c->ambiguities, c->ambiguity_count);
    jout_pair_array(j, "numbers");
    if (c->test.tree)
        numbers_json(j, p, c->test.tree, a);
    jout_end_array(j);
    jout_end_object(j);
}

static void ambiguity_json(struct jout *j, const struct ambiguity *m)
{
    jout_object(j);
    jout_pair(j, "id", m->id);
    jout_pair(j, "clause", m->clause);
    jout_pair(j, "quote", m->quote);
    jout_pair(j, "problem", m->problem);
    jout_pair(j, "reading", m->reading);
    jout_pair(j, "default", m->usual);
    jout_pair_array(j, "alternatives");
    for (size_t i = 0; i < m->others.len; i++) {
        jout_object(j);
        jout_pair(j, "id", m->others.ptr[i].id);
        jout_pair(j, "reading", m->others.ptr[i].reading);
        jout_pair(j, "effect", m->others.ptr[i].effect);
        jout_end_object(j);
    }
    jout_end_array(j);
    words_json(j, "switch", m->switched_by, m->switched_by_count);
    jout_end_object(j);
}

static void cited_json(struct jout *j, struct str id, const struct citation *c)
{
    jout_pair(j, "id", id);
    jout_pair(j, "clause", c->clause);
    jout_pair(j, "quote", c->quote);
}

void pack_clauses_json(struct jout *j, const struct pack *p)
{
    jout_pair_array(j, "clauses");
    for (size_t i = 0; i < p->clauses.len; i++) {
        const struct clause *c = &p->clauses.ptr[i];
        jout_object(j);
        cited_json(j, c->id, &c->citation);
        jout_pair(j, "force", str_of(force_names[c->force]));
        jout_pair(j, "actor", c->actor);
        jout_pair(j, "how", c->how);
        words_json(j, "by", c->by, c->by_count);
        jout_pair(j, "reason", c->reason);
        jout_pair(j, "why_only_recorded", c->why_only_recorded);
        words_json(j, "screens", c->screens, c->screen_count);
        words_json(j, "rows", c->rows, c->row_count);
        jout_end_object(j);
    }
    jout_end_array(j);
}

static void section_json(struct jout *j, const struct pack *p, enum part_section s)
{
    jout_pair_array(j, part_kinds[s].section);
    for (size_t i = 0; i < p->parts[s].list.len; i++)
        item_json(j, &p->parts[s].list.ptr[i]);
    jout_end_array(j);
}

void pack_lists_json(struct jout *j, const struct pack *p, struct arena *a)
{
    jout_pair_array(j, "questions");
    for (size_t i = 0; i < p->questions.len; i++) {
        jout_object(j);
        jout_pair(j, "id", p->questions.ptr[i].id);
        jout_pair(j, "label", p->questions.ptr[i].label);
        words_json(j, "criteria", p->questions.ptr[i].names, p->questions.ptr[i].count);
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_pair_array(j, "criteria");
    for (size_t i = 0; i < p->criteria.len; i++)
        criterion_json(j, p, &p->criteria.ptr[i], a);
    jout_end_array(j);
    jout_pair_array(j, "deadlines");
    for (size_t i = 0; i < p->deadlines.len; i++) {
        jout_object(j);
        cited_json(j, p->deadlines.ptr[i].id, &p->deadlines.ptr[i].citation);
        jout_pair(j, "rule", deadline_rule_text(&p->deadlines.ptr[i], a));
        jout_pair(j, "note", p->deadlines.ptr[i].note);
        jout_end_object(j);
    }
    jout_end_array(j);
    pack_clauses_json(j, p);
    jout_pair_array(j, "ambiguities");
    for (size_t i = 0; i < p->ambiguities.len; i++)
        ambiguity_json(j, &p->ambiguities.ptr[i]);
    jout_end_array(j);
    section_json(j, p, PART_EVALUATIONS);
}

void pack_comparisons_json(struct jout *j, const struct pack *p)
{
    section_json(j, p, PART_COMPARISONS);
}

void pack_show_json(struct jout *j, const struct pack *p, struct str today, struct arena *a)
{
    jout_object(j);
    document_json(j, p, today);
    pack_lists_json(j, p, a);
    for (size_t s = 0; s < PART_SECTIONS; s++)
        section_json(j, p, (enum part_section)s);
    jout_end_object(j);
}

void pack_findings_json(struct jout *j, const struct pack_finding *f, size_t count)
{
    jout_pair_array(j, "findings");
    for (size_t i = 0; i < count; i++) {
        jout_object(j);
        jout_pair(j, "file", f[i].file);
        jout_pair_i64(j, "line", f[i].line);
        jout_pair_i64(j, "column", f[i].column);
        jout_pair(j, "reason", f[i].reason);
        jout_end_object(j);
    }
    jout_end_array(j);
}

void pack_share_json(struct jout *j, const char *name, const struct share *s)
{
    jout_pair_object(j, name);
    jout_pair_i64(j, "covered", (int64_t)s->covered);
    jout_pair_i64(j, "total", (int64_t)s->total);
    jout_pair_array(j, "missing");
    for (size_t i = 0; i < s->missing_count; i++)
        jout_str(j, s->missing[i].text);
    jout_end_array(j);
    jout_end_object(j);
}

void pack_coverage_json(struct jout *j, const struct coverage *c)
{
    jout_pair_object(j, "coverage");
    pack_share_json(j, "articles", &c->articles);
    pack_share_json(j, "sentences", &c->sentences);
    pack_share_json(j, "quotes", &c->quotes);
    pack_share_json(j, "numbers", &c->numbers);
    jout_end_object(j);
}

void pack_differences_json(struct jout *j, const struct pack_difference *d, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        jout_object(j);
        jout_pair_z(j, "part", d[i].part);
        jout_pair(j, "id", d[i].id);
        jout_pair(j, "one", d[i].one);
        jout_pair(j, "two", d[i].two);
        jout_end_object(j);
    }
}

/* The policy's names of the duties in types/dictionaries/duty.yaml, in the policy's order. */
static void duties_json(struct jout *j, const struct part *list)
{
    const struct part_value *entries = part_value(list, "entries");
    jout_pair_array(j, "duties");
    for (size_t i = 0; i < entries->item_count; i++) {
        const struct part_value *codes = part_value(&entries->items[i], "codes");
        jout_object(j);
        jout_pair(j, "label", part_text(&entries->items[i], "word"));
        jout_pair_bool(j, "own", part_true(&entries->items[i], "own"));
        jout_pair_strs(j, "codes", codes->words, codes->word_count);
        jout_end_object(j);
    }
    jout_end_array(j);
}

/* Steps that end the evaluation with something written into its record. */
static bool gives_result(const struct process *process, const struct process_step *s)
{
    return !s->stays && process->states[s->to].end &&
           process_step_effect(s, EFFECT_CHANGE, process->subject);
}

/* How the policy evaluates its centres: by which process, of what, with which results. */
static void evaluation_json(struct jout *j, const struct pack *p)
{
    const struct part *of = part_named(p, PART_EVALUATIONS, STR("comprehensive"));
    const struct process *process = pack_process(p, STR("evaluation"));
    if (!of || !process)
        return;
    const struct part_value *heads = part_value(of, "heads"), *silent = part_value(of, "not_said");
    jout_pair_object(j, "evaluation");
    jout_pair(j, "clause", process->citation.clause);
    jout_pair(j, "quote", process->citation.quote);
    jout_pair(j, "label", msg_lang() == LANG_EN ? process->label_en : process->label);
    jout_pair_strs(j, "not_said", silent->words, silent->word_count);
    jout_pair_array(j, "heads");
    for (size_t i = 0; i < heads->item_count; i++)
        jout_str(j, part_text(&heads->items[i], "label"));
    jout_end_array(j);
    jout_pair_array(j, "results");
    for (size_t i = 0; i < process->step_count; i++) {
        const struct process_step *s = &process->steps[i];
        if (!gives_result(process, s))
            continue;
        jout_object(j);
        jout_pair(j, "step", s->id);
        jout_pair(j, "stage", process->states[s->to].id);
        jout_pair(j, "label", msg_lang() == LANG_EN ? s->label_en : s->label);
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_end_object(j);
}

static void counts_json(struct jout *j, const struct pack *p)
{
    static const char *const uses[] = {"enforced", "recorded", "informative"};
    jout_pair_object(j, "clauses");
    for (size_t u = 0; u < ARRAY_LEN(uses); u++) {
        int64_t count = 0;
        for (size_t i = 0; i < p->clauses.len; i++)
            count += str_is(p->clauses.ptr[i].how, uses[u]);
        jout_pair_i64(j, uses[u], count);
    }
    jout_end_object(j);
}

void pack_head_json(struct jout *j, const struct pack *p, struct str today)
{
    jout_object(j);
    head_json(j, p, today);
    const struct part_list *lists = &p->parts[PART_DICTIONARIES];
    for (size_t i = 0; i < lists->list.len; i++)
        if (str_is(part_text(&lists->list.ptr[i], "of"), "services.duty"))
            duties_json(j, &lists->list.ptr[i]);
    evaluation_json(j, p);
    jout_pair_i64(j, "questions", (int64_t)p->questions.len);
    jout_pair_i64(j, "criteria", (int64_t)p->criteria.len);
    jout_pair_i64(j, "unclear", (int64_t)p->ambiguities.len);
    counts_json(j, p);
    jout_end_object(j);
}
