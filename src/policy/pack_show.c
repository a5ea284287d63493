/* Parts follow the table of part_schema.c; the rest is written out here. */
#include "base/msg.h"
#include "policy/calendar.h"
#include "policy/pack_show_priv.h"

const char *pack_standing_text(enum pack_standing s)
{
    static const char *const names[] = {"in_force", "draft", "informative", "library"};
    return names[s];
}

/* --- for people ------------------------------------------------------------------------- */

static void heading(struct buf *to, const char *sentence)
{
    buf_addf(to, "\n%s\n", msg(sentence));
}

void show_citation(struct buf *to, int indent, const struct citation *c)
{
    if (c->clause.len)
        buf_addf(to, "%*s〔%.*s〕%.*s\n", indent, "", STR_ARG(c->clause), STR_ARG(c->quote));
}

void show_line(struct buf *to, int indent, const char *label, struct str text)
{
    if (text.len)
        buf_addf(to, msg("%*s%s: %.*s\n"), indent, "", msg(label), STR_ARG(text));
}

struct str show_joined(const struct str *words, size_t count, struct arena *a)
{
    struct str all = STR_NONE;
    for (size_t i = 0; i < count; i++)
        all = arena_printf(a, "%.*s%s%.*s", STR_ARG(all), i ? ", " : "", STR_ARG(words[i]));
    return all;
}

static void add_item(struct buf *to, int indent, const struct part *p, struct arena *a);

static void add_value(struct buf *to, int indent, const struct part_key *key,
                      const struct part_value *v, struct arena *a)
{
    if (key->type == PART_ITEMS) {
        buf_addf(to, "%*s%s\n", indent, "", msg(key->label));
        for (size_t i = 0; i < v->item_count; i++)
            add_item(to, indent + 2, &v->items[i], a);
    } else if (key->type == PART_WORDS) {
        show_line(to, indent, key->label, show_joined(v->words, v->word_count, a));
    } else if (key->type == PART_BOOL) {
        if (str_is(v->text, "true"))
            buf_addf(to, "%*s%s\n", indent, "", msg(key->label));
    } else {
        show_line(to, indent, key->label, v->text);
    }
}

static void add_item(struct buf *to, int indent, const struct part *p, struct arena *a)
{
    struct citation c = part_citation(p);
    struct str label = pack_label(p->from, part_text(p, "label"), a);
    bool named = p->id.len || label.len;
    if (named)
        buf_addf(to, "%*s%.*s%s%.*s\n", indent, "", STR_ARG(p->id), p->id.len ? " " : "",
                 STR_ARG(label));
    int inner = indent + (named ? 2 : 0);
    show_citation(to, inner, &c);
    for (size_t i = 0; p->keys[i].name; i++) {
        const char *name = p->keys[i].name;
        bool done = strcmp(name, "id") == 0 || strcmp(name, "label") == 0 ||
                    strcmp(name, "quote") == 0 || (strcmp(name, "clause") == 0 && c.quote.len);
        if (!done && p->values[i].given)
            add_value(to, inner, &p->keys[i], &p->values[i], a);
    }
}

static void add_parts(struct buf *to, const struct pack *p, struct arena *a)
{
    for (size_t s = 0; s < PART_SECTIONS; s++) {
        if (p->parts[s].list.len)
            heading(to, part_kinds[s].label);
        for (size_t i = 0; i < p->parts[s].list.len; i++)
            if (s == PART_PROCESSES)
                show_process(to, p, &p->processes[i], a);
            else
                add_item(to, 2, &p->parts[s].list.ptr[i], a);
    }
}

static bool is_over(const struct document *d, struct str basis, struct str today)
{
    for (size_t i = 0; i < d->basis_end_count; i++)
        if (str_eq(d->basis_ends[i].title, basis))
            return str_cmp(today, d->basis_ends[i].until) > 0;
    return false;
}

/* The expired documents of the legal basis. */
static size_t over(const struct str **out, const struct document *d, struct str today,
                   struct arena *a)
{
    VEC(struct str) all = {0};
    for (size_t i = 0; i < d->basis_count; i++)
        if (is_over(d, d->basis[i], today))
            VEC_PUSH(a, &all, d->basis[i]);
    *out = all.ptr;
    return all.len;
}

static void add_document(struct buf *to, const struct pack *p, struct str today, struct arena *a)
{
    const struct document *d = &p->document;
    buf_addf(to, "%.*s %.*s\n", STR_ARG(d->title), STR_ARG(d->number));
    show_line(to, 2, N_("issuer"), d->issuer);
    show_line(to, 2, N_("standing"), str_of(pack_standing_text(d->standing)));
    show_line(to, 2, N_("issued"), d->issued);
    show_line(to, 2, N_("effective"), d->effective);
    show_line(to, 2, N_("expires"), d->expires);
    show_line(to, 2, N_("basis"), show_joined(d->basis, d->basis_count, a));
    const struct str *ended;
    size_t ended_count = over(&ended, d, today, a);
    show_line(to, 2, N_("basis that is over"), show_joined(ended, ended_count, a));
    show_line(to, 2, N_("yields to"), d->replaced_by);
    show_line(to, 2, N_("since"), d->replaced_from);
    show_line(to, 2, N_("explained by"), show_joined(d->explained_by, d->explained_by_count, a));
    show_line(to, 2, N_("marks begin with"), show_joined(d->marks, d->mark_count, a));
    show_line(to, 2, N_("note"), d->note);
    show_line(to, 2, N_("version"), p->version);
    show_line(to, 2, N_("digest"), p->digest);
    if (p->naming.given) {
        buf_addf(to, msg("  %s: %.*s{industry}%.*s\n"), msg("naming"), STR_ARG(p->naming.before),
                 STR_ARG(p->naming.after));
        for (size_t i = 0; i < p->naming.level_count; i++)
            buf_addf(to, "    %.*s: %.*s{industry}%.*s\n", STR_ARG(p->naming.levels[i].level),
                     STR_ARG(p->naming.levels[i].before), STR_ARG(p->naming.levels[i].after));
        show_citation(to, 4, &p->naming.citation);
    }
}

static void add_criterion(struct buf *to, const struct criterion *c, struct arena *a)
{
    buf_addf(to, "  %.*s\n", STR_ARG(c->id));
    show_citation(to, 4, &c->citation);
    show_line(to, 4, N_("test"), c->judged ? str_of(msg("judged by a person")) : c->test.text);
    show_line(to, 4, N_("applies"), c->applies.text);
    show_line(to, 4, N_("unless a reason"), c->reason.text);
    if (c->part)
        buf_addf(to, "    %s\n", msg("part of another criterion"));
    if (c->advisory)
        buf_addf(to, "    %s\n", msg("shown, never decides"));
    if (c->never_fails)
        buf_addf(to, "    %s\n", msg("where it is not met, that is not known"));
    for (size_t i = 0; i < c->readings.len; i++)
        buf_addf(to, "    %.*s %.*s: %.*s\n", STR_ARG(c->readings.ptr[i].ambiguity),
                 STR_ARG(c->readings.ptr[i].reading), STR_ARG(c->readings.ptr[i].test.text));
    show_line(to, 4, N_("advice"), c->advice);
    show_line(to, 4, N_("ambiguities"), show_joined(c->ambiguities, c->ambiguity_count, a));
}

static void add_ambiguity(struct buf *to, const struct ambiguity *m, struct arena *a)
{
    struct citation c = {.clause = m->clause, .quote = m->quote};
    buf_addf(to, "  %.*s %.*s\n", STR_ARG(m->id), STR_ARG(m->problem));
    show_citation(to, 4, &c);
    show_line(to, 4, N_("reading"), m->reading);
    for (size_t i = 0; i < m->others.len; i++) {
        const struct alternative *o = &m->others.ptr[i];
        buf_addf(to, msg("    %s: %.*s%s%.*s; effect: %.*s\n"),
                 o->id.len ? msg("other reading") : msg("considered, not offered"), STR_ARG(o->id),
                 o->id.len ? " " : "", STR_ARG(o->reading), STR_ARG(o->effect));
    }
    show_line(to, 4, N_("chosen by"), show_joined(m->switched_by, m->switched_by_count, a));
}

static void add_clause(struct buf *to, const struct clause *c, struct arena *a)
{
    static const char *const forces[] = {N_("must"), N_("encouraged"), N_("definition"),
                                         N_("target")};
    buf_addf(to, "  〔%.*s〕%s %.*s\n", STR_ARG(c->id), msg(forces[c->force]),
             STR_ARG(c->citation.quote));
    show_line(to, 4, str_is(c->how, "enforced") ? N_("enforced by") : N_("recorded in"),
              show_joined(c->by, c->by_count, a));
    show_line(to, 4, N_("because"), c->reason);
    show_line(to, 4, N_("only recorded"), c->why_only_recorded);
    show_line(to, 4, N_("requirements"), show_joined(c->rows, c->row_count, a));
}

/* The indicators that a pack offers to packs that extend it. */
static void add_indicators(struct buf *to, const struct pack *p, struct arena *a)
{
    if (p->document.standing != PACK_LIBRARY || p->indicators.len == 0)
        return;
    heading(to, N_("Indicators"));
    for (size_t i = 0; i < p->indicators.len; i++) {
        const struct indicator *one = &p->indicators.ptr[i];
        struct str unit = one->unit.len ? arena_printf(a, " (%.*s)", STR_ARG(one->unit)) : STR_NONE;
        buf_addf(to, "  %.*s%.*s  %.*s\n", STR_ARG(one->id), STR_ARG(unit),
                 STR_ARG(pack_label(p, one->label, a)));
    }
}

void pack_show_text(struct buf *to, const struct pack *p, struct str today, struct arena *a)
{
    add_document(to, p, today, a);
    add_indicators(to, p, a);
    for (size_t i = 0; i < p->questions.len; i++) {
        const struct question *q = &p->questions.ptr[i];
        buf_addf(to, "\n%.*s %.*s: %.*s\n", STR_ARG(q->id), STR_ARG(pack_label(p, q->label, a)),
                 STR_ARG(show_joined(q->names, q->count, a)));
    }
    if (p->criteria.len)
        heading(to, N_("Criteria"));
    for (size_t i = 0; i < p->criteria.len; i++)
        add_criterion(to, &p->criteria.ptr[i], a);
    if (p->deadlines.len)
        heading(to, N_("Deadlines"));
    for (size_t i = 0; i < p->deadlines.len; i++) {
        const struct deadline_rule *d = &p->deadlines.ptr[i];
        buf_addf(to, "  %.*s %.*s\n", STR_ARG(d->id), STR_ARG(deadline_rule_text(d, a)));
        show_citation(to, 4, &d->citation);
        show_line(to, 4, N_("note"), d->note);
    }
    add_parts(to, p, a);
    if (p->ambiguities.len)
        heading(to, N_("Ambiguities"));
    for (size_t i = 0; i < p->ambiguities.len; i++)
        add_ambiguity(to, &p->ambiguities.ptr[i], a);
    if (p->clauses.len)
        heading(to, N_("Clauses"));
    for (size_t i = 0; i < p->clauses.len; i++)
        add_clause(to, &p->clauses.ptr[i], a);
}

/* --- as JSON ------------------------------------------------------------------------------ */

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
        if (is_over(d, d->basis[i], today))
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
