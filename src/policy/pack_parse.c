/* The files of a pack to its tree. Parts first, then what names other parts: tests,
 * questions, flags. Parts of the parent are copied in front, but for those said anew. */
#include "base/buf.h"
#include "base/date.h"
#include "base/msg.h"
#include "policy/calendar.h"
#include "policy/head_schema.h"
#include "policy/pack_priv.h"
#include "text/nearest.h"

/* --- small parts ------------------------------------------------------------------ */

/* A document of the legal basis with its own end date: marked as expired afterwards. */
static void read_basis_ends(struct document *d, struct pack_reader *r, const struct yvalue *map)
{
    const struct yvalue *items;
    size_t count = pack_maps(&items, r, map, "basis_ends");
    struct basis_end *ends = arena_array(r->arena, count + 1, sizeof(*ends));
    for (size_t i = 0; i < count; i++) {
        pack_keys(r, &items[i], head_basis_end);
        ends[i] = (struct basis_end){pack_required(r, &items[i], "title"),
                                     pack_date(r, &items[i], "until")};
        if (ends[i].title.len && !str_among(ends[i].title, d->basis, d->basis_count))
            pack_fault(r, &items[i], "\"%.*s\" is none of the basis", STR_ARG(ends[i].title));
        if (ends[i].until.len == 0)
            pack_fault(r, &items[i], "\"%s\" is missing", "until");
    }
    d->basis_ends = ends;
    d->basis_end_count = count;
}

/* Keys that the text does not have. */
static void check_own(struct pack_reader *r, const struct yvalue *map)
{
    static const char *const asked[] = {"title",  "number",    "issuer",  "jurisdiction", "status",
                                        "issued", "effective", "expires", "basis"};
    const struct str *own;
    size_t count = pack_words(&own, r, map, "own");
    for (size_t i = 0; i < count; i++)
        if (!STR_IN(own[i], asked))
            pack_fault(r, pack_place(map, "own"),
                       "\"own\" names keys of the document: %.*s is none", STR_ARG(own[i]));
}

static void read_document(struct pack_reader *r, const struct yvalue *map)
{
    struct document *d = &r->pack->document;
    pack_keys(r, map, head_document);
    d->standing = (enum pack_standing)pack_choice(r, map, "status", said_standings, PACK_DRAFT);
    if (!pack_take(map, "status"))
        pack_fault(r, map, "\"%s\" is missing", "status");
    d->title = pack_required(r, map, "title");
    d->number = pack_text(r, map, "number");
    d->issuer = pack_text(r, map, "issuer");
    d->jurisdiction = pack_text(r, map, "jurisdiction");
    d->note = pack_text(r, map, "note");
    check_own(r, map);
    d->effective_line = pack_place(map, "effective")->line;
    d->expires_line = pack_place(map, "expires")->line;
    d->not_held = pack_choice(r, map, "source", said_held, 0) == 1;
    d->issued = pack_date(r, map, "issued");
    d->effective = pack_date(r, map, "effective");
    d->expires = pack_date(r, map, "expires");
    d->alias_count = pack_words(&d->aliases, r, map, "aliases");
    d->basis_count = pack_words(&d->basis, r, map, "basis");
    d->mark_count = pack_words(&d->marks, r, map, "marks");
    read_basis_ends(d, r, map);
    d->replaced_by = pack_text(r, map, "replaced_by");
    d->replaced_from = pack_date(r, map, "replaced_from");
    struct date from;
    if (date_parse(&from, d->replaced_from))
        d->yields = date_text(date_from_days(date_to_days(from) - 1), r->arena);
    d->replaced_line = pack_place(map, "replaced_by")->line;
    d->explained_by_count = pack_words(&d->explained_by, r, map, "explained_by");
    d->explained_by_line = pack_place(map, "explained_by")->line;
    if (d->standing == PACK_IN_FORCE && d->effective.len == 0)
        pack_fault(r, map, "a document in force needs \"effective\", its first day");
    if (d->standing == PACK_IN_FORCE && (d->number.len == 0 || d->issued.len == 0))
        pack_fault(
            r, pack_place(map, "status"),
            "a document in force has a number and the day it was issued; what has neither is "
            "a draft, status: draft");
    if ((d->replaced_by.len == 0) != (d->replaced_from.len == 0))
        pack_fault(r, map, "\"replaced_by\" and \"replaced_from\" need each other");
    if (d->effective.len && d->expires.len && str_cmp(d->effective, d->expires) > 0)
        pack_fault(r, pack_place(map, "expires"), "it expires before it is effective");
}

/* A rule for a single day, for `later_of` and `then`. NULL: it is none, which is reported. */
static struct deadline_rule *read_further_rule(struct pack_reader *r, const struct yvalue *where,
                                               struct str text)
{
    struct deadline_rule *d = arena_alloc(r->arena, sizeof(*d));
    *d = (struct deadline_rule){.from = r->pack, .line = where->line};
    if (deadline_rule_parse(d, text) && d->kind != DUE_NONE && d->kind != DUE_RANGE)
        return d;
    pack_fault(r, where,
               "\"%.*s\" is no rule of one day: WD5, D45, D-30, M3, T3, Y12-31, Y+2-12-31, Q03-31, "
               "FROM",
               STR_ARG(text));
    return NULL;
}

/* Either `rule`, or `later_of` with the first of its rules in *d and the others behind it; and `then`. */
static void read_rules(struct deadline_rule *d, struct pack_reader *r, const struct yvalue *map)
{
    const struct str *later;
    size_t count = pack_words(&later, r, map, "later_of");
    struct str rule = pack_text(r, map, "rule"), then = pack_text(r, map, "then");
    if ((rule.len > 0) == (count > 0))
        pack_fault(r, map, "a deadline has \"rule\", or \"later_of\" with two rules or more");
    if (rule.len && !deadline_rule_parse(d, rule))
        pack_fault(r, pack_place(map, "rule"),
                   "\"%.*s\" is no rule; rules are WD5, D-30, M3, M3..M6, T3, Y12-31, Y+2-12-31, "
                   "Q03-31, FROM, none",
                   STR_ARG(rule));
    for (size_t i = 0; i < count; i++) {
        struct deadline_rule *one = read_further_rule(r, pack_place(map, "later_of"), later[i]);
        if (one && i == 0) {
            d->kind = one->kind;
            d->n = one->n, d->month = one->month, d->day = one->day;
            d->other_year = one->other_year, d->other_day = one->other_day;
        } else if (one) {
            one->also = d->also;
            d->also = one;
        }
    }
    if (then.len && (d->kind == DUE_NONE || d->kind == DUE_RANGE))
        pack_fault(r, pack_place(map, "then"),
                   "a rule without a date cannot be continued by another");
    else if (then.len)
        d->then = read_further_rule(r, pack_place(map, "then"), then);
}

static struct deadline_rule read_deadline(struct pack_reader *r, const struct yvalue *map)
{
    struct deadline_rule d = {.id = pack_id(r, map, "id"), .from = r->pack, .line = map->line};
    pack_keys(r, map, head_deadline);
    read_rules(&d, r, map);
    d.carry = pack_bool(r, map, "carry");
    d.citation = pack_citation(r, map);
    d.note = pack_text(r, map, "note");
    d.chosen = pack_bool(r, map, "chosen");
    if (d.chosen && d.note.len == 0)
        pack_fault(r, pack_place(map, "chosen"), "the note of a chosen day must say who chose it");
    return d;
}

/* Readings offered (with an id), or thought of and not offered. */
static void read_alternatives(struct ambiguity *m, struct pack_reader *r, const struct yvalue *map,
                              const char *key, bool offered)
{
    const struct yvalue *items;
    size_t count = pack_maps(&items, r, map, key);
    struct str *names = arena_array(r->arena, count + 1, sizeof(*names));
    for (size_t i = 0; i < count; i++) {
        struct alternative one = {.reading = pack_required(r, &items[i], "reading"),
                                  .effect = pack_required(r, &items[i], "effect")};
        pack_keys(r, &items[i], offered ? head_alternative : head_considered);
        if (offered)
            names[m->alternative_count++] = one.id = pack_id(r, &items[i], "id");
        VEC_PUSH(r->arena, &m->others, one);
    }
    if (offered)
        m->alternatives = names;
}

static struct ambiguity read_ambiguity(struct pack_reader *r, const struct yvalue *map)
{
    struct ambiguity m = {.id = pack_id(r, map, "id"), .from = r->pack, .line = map->line};
    pack_keys(r, map, head_ambiguity);
    m.clause = pack_required(r, map, "clause");
    m.quote = pack_text(r, map, "quote");
    m.quote_line = pack_place(map, "quote")->line;
    m.problem = pack_required(r, map, "problem");
    m.reading = pack_required(r, map, "reading");
    m.usual = pack_text(r, map, "default");
    read_alternatives(&m, r, map, "alternatives", true);
    read_alternatives(&m, r, map, "considered", false);
    m.switched_by_count = pack_words(&m.switched_by, r, map, "switch");
    m.carries = pack_text(r, map, "carries");
    m.noted = pack_bool(r, map, "noted");
    if (m.carries.len && !str_among(m.carries, m.alternatives, m.alternative_count))
        pack_fault(r, pack_place(map, "carries"), "\"%.*s\" is none of the alternatives",
                   STR_ARG(m.carries));
    return m;
}

static struct flag read_flag(struct pack_reader *r, const struct yvalue *map)
{
    struct flag f = {.id = pack_id(r, map, "id"), .from = r->pack, .line = map->line};
    pack_keys(r, map, head_flag);
    f.text = pack_required(r, map, "text");
    f.indicator_name = pack_required(r, map, "indicator");
    f.question_count = pack_words(&f.questions, r, map, "questions");
    f.watched = pack_bool(r, map, "watch");
    return f;
}

const char *const force_names[] = {"M", "E", "D", "T", NULL};

static struct clause read_clause(struct pack_reader *r, const struct yvalue *map)
{
    struct clause c = {.id = pack_required(r, map, "id"), .from = r->pack, .line = map->line};
    pack_keys(r, map, head_clause);
    c.citation = (struct citation){
        .clause = c.id, .quote = pack_quote(r, map), .line = pack_place(map, "quote")->line};
    c.force = (enum force)pack_choice(r, map, "force", force_names, FORCE_DEFINITION);
    (void)pack_choice(r, map, "how", said_hows, 2);
    c.how = pack_required(r, map, "how");
    c.actor = pack_text(r, map, "actor");
    c.reason = pack_text(r, map, "reason");
    c.why_only_recorded = pack_text(r, map, "why_only_recorded");
    c.by_count = pack_words(&c.by, r, map, "by");
    c.row_count = pack_words(&c.rows, r, map, "rows");
    c.screen_count = pack_words(&c.screens, r, map, "screens");
    if (str_is(c.how, "enforced") && c.by_count == 0)
        pack_fault(r, map, "an enforced clause says by which criteria or deadlines");
    if (str_is(c.how, "recorded") && c.by_count == 0)
        pack_fault(r, map, "a recorded clause says by which record types");
    if (str_is(c.how, "informative") && c.reason.len == 0)
        pack_fault(r, map, "an informative clause says its reason");
    return c;
}

/* The template, what is left out of the industry, and the longest name. */
static void read_template(struct naming *n, struct pack_reader *r, const struct yvalue *map)
{
    struct str template = pack_required(r, map, "template"), slot = STR("{industry}");
    size_t at = str_find(template, slot, 0);
    *n = (struct naming){.given = true, .line = pack_place(map, "template")->line};
    if (at == template.len)
        pack_fault(r, map, "the template has no {industry}");
    else {
        n->before = (struct str){template.ptr, at};
        n->after = (struct str){template.ptr + at + slot.len, template.len - at - slot.len};
    }
    n->drop_suffix = pack_text(r, map, "drop_suffix");
    struct str longest = pack_text(r, map, "longest");
    uint64_t most = 0;
    if (longest.len && (!str_to_u64(&most, longest) || most == 0 || most > INT32_MAX))
        pack_fault(r, pack_place(map, "longest"),
                   "\"longest\" is a number of characters, not \"%.*s\"", STR_ARG(longest));
    n->longest = (int)most;
}

static void read_naming(struct pack_reader *r, const struct yvalue *map)
{
    struct naming *n = &r->pack->naming, *levels;
    const struct yvalue *items;
    pack_keys(r, map, head_naming);
    read_template(n, r, map);
    n->level_count = pack_maps(&items, r, map, "levels");
    n->levels = levels = arena_array(r->arena, n->level_count + 1, sizeof(*levels));
    for (size_t i = 0; i < n->level_count; i++) {
        pack_keys(r, &items[i], head_naming_level);
        read_template(&levels[i], r, &items[i]);
        levels[i].level = pack_required(r, &items[i], "level");
    }
    n->refuse_count = pack_words(&n->refuse, r, map, "refuse");
    n->refuse_within_count = pack_words(&n->refuse_within, r, map, "refuse_within");
    n->citation = pack_citation(r, map);
}

/* --- indicators ---------------------------------------------------------------------- */

/* ":as_of" becomes "?2": the interface to databases knows numbers alone. Lines stay. */
static const char *number_parameters(int *highest, struct str text, struct arena *a)
{
    struct buf b = {0};
    *highest = 0;
    for (size_t i = 0; i < text.len; i++) {
        int found = 0;
        for (int n = 0; said_parameters[n].name && !found; n++)
            if (str_starts((struct str){text.ptr + i, text.len - i},
                           str_of(said_parameters[n].name)))
                found = n + 1;
        if (found) {
            buf_addf(&b, "?%d", found);
            i += strlen(said_parameters[found - 1].name) - 1;
            *highest = found > *highest ? found : *highest;
        } else {
            buf_addc(&b, text.ptr[i]);
        }
    }
    const char *sql = arena_cstr(a, buf_str(&b));
    buf_clear(&b);
    return sql;
}

/* Its own file; one that it names with `sql` may be of a pack that this one extends. */
static void read_sql(struct pack_reader *r, struct indicator *i, const struct yvalue *map)
{
    struct str shared = pack_text(r, map, "sql");
    struct str file = shared.len ? shared : i->id;
    const char *name = arena_printf(r->arena, "indicators/%.*s.sql", STR_ARG(file)).ptr;
    const struct pack *of = r->pack;
    struct str text = pack_file_text(r->packs, of->id, name);
    while (!text.ptr && shared.len && of->parent) {
        of = of->parent;
        text = pack_file_text(r->packs, of->id, name);
    }
    i->file = arena_printf(r->arena, "%.*s/%s", STR_ARG(of->id), name);
    i->sql = "";
    if (!text.ptr) {
        pack_fault(r, map, "the file %s is missing, or cannot be read", name);
        return;
    }
    i->sql = number_parameters(&i->parameters, text, r->arena);
    if (str_contains(text, STR("fact_")) && !str_contains(text, STR(":subject")))
        pack_fault_at(r, i->file, 1, 0, "it reads facts and does not ask for :subject");
    if (str_contains(text, STR(":word")) != (i->word.len > 0))
        pack_fault(r, map,
                   "an indicator has a \"word\" where its SQL asks for :word, and only there");
}

static struct indicator read_indicator(struct pack_reader *r, const struct yvalue *map)
{
    struct indicator i = {.id = pack_id(r, map, "id"), .from = r->pack, .line = map->line};
    pack_keys(r, map, head_indicator);
    if (!pack_take(map, "fold"))
        pack_fault(r, map, "\"%s\" is missing", "fold");
    i.fold = (enum fold)pack_choice(r, map, "fold", said_fold_names, FOLD_EXISTS);
    i.label = pack_text(r, map, "label");
    i.unit = pack_text(r, map, "unit");
    i.word = pack_text(r, map, "word");
    i.list_count = pack_words(&i.lists, r, map, "from");
    i.each = (enum fold)pack_choice(r, map, "each", said_fold_names, FOLD_COUNT);
    struct str must = pack_text(r, map, "must");
    if (must.len && !compare_read(&i.must, must))
        pack_fault(r, pack_place(map, "must"), "\"%.*s\" is no comparison", STR_ARG(must));
    if (i.fold == FOLD_EVERY && (must.len == 0 || (i.each != FOLD_COUNT && i.each != FOLD_SUM)))
        pack_fault(r, map, "\"every\" says each: count or sum, and must: a comparison");
    bool quantity = !fold_is_truth(i.fold);
    if (quantity != (i.unit.len > 0))
        pack_fault(r, map,
                   quantity ? N_("a quantity needs its unit") : N_("a truth value has no unit"));
    if (i.fold == FOLD_RATE && i.unit.len && !str_is(i.unit, "%"))
        pack_fault(r, map, "a rate has the unit %%");
    if (i.id.len)
        read_sql(r, &i, map);
    return i;
}

/* --- criteria ------------------------------------------------------------------------ */

static struct test read_test(struct pack_reader *r, const struct yvalue *map, const char *key)
{
    const struct yvalue *v = pack_take(map, key);
    struct test t = {.text = pack_text(r, map, key)};
    if (v) {
        t.line = v->line;
        t.column = v->column + v->quoted;
    }
    return t;
}

static void read_readings(struct pack_reader *r, struct criterion *c, const struct yvalue *map)
{
    const struct yvalue *items;
    size_t count = pack_maps(&items, r, map, "readings");
    for (size_t i = 0; i < count; i++) {
        struct reading_test t = {.ambiguity = pack_required(r, &items[i], "ambiguity"),
                                 .reading = pack_required(r, &items[i], "reading"),
                                 .test = read_test(r, &items[i], "test")};
        pack_keys(r, &items[i], head_reading);
        if (t.test.text.len == 0)
            pack_fault(r, &items[i], "\"%s\" is missing", "test");
        VEC_PUSH(r->arena, &c->readings, t);
    }
}

static struct criterion read_criterion(struct pack_reader *r, const struct yvalue *map)
{
    struct criterion c = {.id = pack_id(r, map, "id"), .from = r->pack, .line = map->line};
    pack_keys(r, map, head_criterion);
    c.citation = pack_citation(r, map);
    c.judged = pack_bool(r, map, "judged");
    c.part = pack_bool(r, map, "part");
    c.advisory = pack_bool(r, map, "advisory");
    c.never_fails = pack_bool(r, map, "never_fails");
    c.test = read_test(r, map, "test");
    c.applies = read_test(r, map, "applies");
    c.reason = read_test(r, map, "reason");
    c.advice = pack_text(r, map, "advice");
    c.own = pack_text(r, map, "own");
    c.ambiguity_count = pack_words(&c.ambiguities, r, map, "ambiguities");
    read_readings(r, &c, map);
    if (c.never_fails && c.ambiguity_count == 0)
        pack_fault(r, pack_place(map, "never_fails"),
                   "what the document does not say is an ambiguity: name it in \"ambiguities\"");
    if (c.judged == (c.test.text.len > 0))
        pack_fault(r, map,
                   c.judged ? N_("a judged criterion has no test")
                            : N_("a criterion needs a test, or judged: true"));
    return c;
}

static struct question read_question(struct pack_reader *r, const struct yvalue *map)
{
    struct question q = {.id = pack_id(r, map, "id"), .from = r->pack, .line = map->line};
    pack_keys(r, map, head_question);
    q.label = pack_required(r, map, "label");
    q.count = pack_words(&q.names, r, map, "criteria");
    if (q.count == 0)
        pack_fault(r, map, "a question without criteria asks nothing");
    return q;
}

/* --- lists, with what is inherited ------------------------------------------------------ */

/* Copy those of the parent that are not said anew; then read ours, each id once. */
#define READ_LIST(field, key, type, read_one)                                                      \
    static void read_##field(struct pack_reader *r)                                                \
    {                                                                                              \
        struct pack *p = r->pack;                                                                  \
        const struct yvalue *items;                                                                \
        size_t count = pack_maps(&items, r, pack_section(r, key), key);                            \
        for (size_t i = 0; p->parent && i < p->parent->field.len; i++)                             \
            if (!str_among(p->parent->field.ptr[i].id, p->overrides, p->override_count))           \
                VEC_PUSH(r->arena, &p->field, p->parent->field.ptr[i]);                            \
        for (size_t i = 0; i < count; i++) {                                                       \
            struct type one = read_one(r, &items[i]);                                              \
            const struct pack *before = NULL;                                                      \
            for (size_t k = 0; k < p->field.len; k++)                                              \
                if (one.id.len && str_eq(p->field.ptr[k].id, one.id))                              \
                    before = p->field.ptr[k].from;                                                 \
            if (before)                                                                            \
                pack_report_duplicate(r, &items[i], one.id, before);                               \
            else if (one.id.len)                                                                   \
                VEC_PUSH(r->arena, &p->field, one);                                                \
        }                                                                                          \
    }

void pack_report_duplicate(struct pack_reader *r, const struct yvalue *where, struct str id,
                           const struct pack *before)
{
    if (before == r->pack)
        pack_fault(r, where, "\"%.*s\" is defined twice", STR_ARG(id));
    else
        pack_fault(
            r, where,
            "\"%.*s\" is of the pack %.*s, which is extended: leave it out and use that one, name "
            "it in \"overrides\", or take another id",
            STR_ARG(id), STR_ARG(before->id));
}

READ_LIST(deadlines, "deadlines", deadline_rule, read_deadline)
READ_LIST(indicators, "indicators", indicator, read_indicator)
READ_LIST(criteria, "criteria", criterion, read_criterion)
READ_LIST(questions, "questions", question, read_question)
READ_LIST(ambiguities, "ambiguities", ambiguity, read_ambiguity)
READ_LIST(flags, "flags", flag, read_flag)

static void read_clauses(struct pack_reader *r)
{
    const struct yvalue *items;
    size_t count = pack_maps(&items, r, pack_section(r, "clauses"), "clauses");
    for (size_t i = 0; i < count; i++) {
        struct clause c = read_clause(r, &items[i]);
        VEC_PUSH(r->arena, &r->pack->clauses, c);
    }
}

static void read_unquoted(struct pack_reader *r)
{
    const struct yvalue *items;
    size_t count = pack_maps(&items, r, pack_section(r, "unquoted"), "unquoted");
    for (size_t i = 0; i < count; i++) {
        struct source_note n = {.text = pack_required(r, &items[i], "text"),
                                .reason = pack_required(r, &items[i], "reason"),
                                .line = items[i].line};
        pack_keys(r, &items[i], head_unquoted);
        VEC_PUSH(r->arena, &r->pack->unquoted, n);
    }
}

/* --- what names other parts ---------------------------------------------------------------- */

static bool name_indicator(size_t *index, bool *is_truth, struct str *unit, const void *arg,
                           struct str name)
{
    const struct pack *p = arg;
    if (!pack_find_indicator(index, p, name))
        return false;
    *is_truth = fold_is_truth(p->indicators.ptr[*index].fold);
    *unit = p->indicators.ptr[*index].unit;
    return true;
}

static bool name_criterion(size_t *index, const void *arg, struct str name)
{
    return pack_find_criterion(index, arg, name);
}

static void parse_test(struct pack_reader *r, struct test *t, const struct pack *from)
{
    struct expr_names names = {r->pack, name_indicator, name_criterion};
    struct expr *tree = NULL;
    struct err e;
    int column = 0;
    if (t->text.len &&
        expr_parse(&tree, &column, t->text, t->line, t->column, &names, r->arena, &e) != OK)
        pack_fault_at(r, pack_section_file(from, "criteria"), t->line, column, "%s", e.text);
    t->tree = tree;
}

/* The parent keeps its lists and trees: what names other parts is filled into copies, which then
 * take their place. */
static void parse_tests(struct pack_reader *r)
{
    struct pack *p = r->pack;
    struct criterion *all =
        arena_regrow(r->arena, p->criteria.ptr, p->criteria.len, p->criteria.len + 1, sizeof(*all));
    for (size_t i = 0; i < p->criteria.len; i++) {
        struct criterion *c = &all[i];
        struct reading_test *own = arena_regrow(r->arena, c->readings.ptr, c->readings.len,
                                                c->readings.len + 1, sizeof(*own));
        parse_test(r, &c->test, c->from);
        parse_test(r, &c->applies, c->from);
        parse_test(r, &c->reason, c->from);
        for (size_t k = 0; k < c->readings.len; k++)
            parse_test(r, &own[k].test, c->from);
        c->readings.ptr = own;
    }
    p->criteria.ptr = all;
}

static void find_criteria(struct pack_reader *r, struct question *q)
{
    size_t *found = arena_array(r->arena, q->count + 1, sizeof(*found));
    size_t n = 0;
    for (size_t i = 0; i < q->count; i++)
        if (pack_find_criterion(&found[n], r->pack, q->names[i]))
            n++;
        else
            pack_fault_at(r, pack_section_file(q->from, "questions"), q->line, 0,
                          "there is no criterion \"%.*s\"", STR_ARG(q->names[i]));
    q->criteria = found;
    q->count = n;
}

static void find_asked(struct pack_reader *r)
{
    struct pack *p = r->pack;
    struct question *all = arena_regrow(r->arena, p->questions.ptr, p->questions.len,
                                        p->questions.len + 1, sizeof(*all));
    for (size_t i = 0; i < p->questions.len; i++)
        find_criteria(r, &all[i]);
    p->questions.ptr = all;
}

static void find_flagged(struct pack_reader *r)
{
    struct pack *p = r->pack;
    struct flag *all =
        arena_regrow(r->arena, p->flags.ptr, p->flags.len, p->flags.len + 1, sizeof(*all));
    for (struct flag *f = all; f < all + p->flags.len; f++) {
        if (!pack_find_indicator(&f->indicator, p, f->indicator_name))
            pack_fault_at(r, pack_section_file(f->from, "flags"), f->line, 0,
                          "there is no indicator \"%.*s\"", STR_ARG(f->indicator_name));
        for (size_t i = 0; i < f->question_count; i++)
            if (!pack_question(p, f->questions[i]))
                pack_fault_at(r, pack_section_file(f->from, "flags"), f->line, 0,
                              "there is no question \"%.*s\"", STR_ARG(f->questions[i]));
    }
    p->flags.ptr = all;
}

static void read_parts(struct pack_reader *r)
{
    const struct yvalue *naming;
    pack_read_labels(r);
    read_deadlines(r);
    read_indicators(r);
    read_criteria(r);
    read_ambiguities(r);
    read_questions(r);
    read_flags(r);
    read_clauses(r);
    read_unquoted(r);
    if ((naming = pack_map(r, pack_section(r, "naming"), "naming")))
        read_naming(r, naming);
    else if (r->pack->parent)
        r->pack->naming = r->pack->parent->naming;
    pack_read_parts(r);
    parse_tests(r);
    find_asked(r);
    find_flagged(r);
}

static bool has_part(const struct pack *p, struct str id)
{
    for (size_t i = 0; i < PART_SECTIONS; i++)
        if (part_named(p, (enum part_section)i, id))
            return true;
    return false;
}

static void check_overrides(struct pack_reader *r, const struct yvalue *root)
{
    struct pack *p = r->pack;
    size_t at;
    for (size_t i = 0; i < p->override_count; i++) {
        struct str id = p->overrides[i];
        if (!p->parent ||
            !(pack_find_indicator(&at, p->parent, id) || pack_find_criterion(&at, p->parent, id) ||
              pack_question(p->parent, id) || pack_deadline(p->parent, id) ||
              pack_ambiguity(p->parent, id) || has_part(p->parent, id)))
            pack_fault(r, pack_place(root, "overrides"),
                       "\"%.*s\" is nothing that an extended pack has", STR_ARG(id));
    }
}

/* --- files ------------------------------------------------------------------------------ */

static bool is_key(struct str s, const struct part_key *keys)
{
    while (keys->name && !str_is(s, keys->name))
        keys++;
    return keys->name != NULL;
}

/* Whether a file of a pack may have the section; else *near is what may have been meant. */
static bool is_section(struct nearest *near, struct str key)
{
    *near = nearest_of(key);
    for (size_t i = 0; i < PART_SECTIONS; i++)
        nearest_try(near, str_of(part_kinds[i].section));
    for (const struct part_kind *k = head_kinds; k->section; k++)
        nearest_try(near, str_of(k->section));
    for (const struct part_key *k = head_pack; near->distance && k->name; k++)
        nearest_try(near, str_of(k->name));
    return near->distance == 0 && !is_key(key, head_pack);
}

const struct yvalue *pack_section(struct pack_reader *r, const char *name)
{
    static const struct yvalue none = {.type = Y_MAP, .line = 1};
    for (size_t i = 0; i < r->parts.len; i++)
        if (pack_take(r->parts.ptr[i].root, name)) {
            r->file = r->parts.ptr[i].file;
            return r->parts.ptr[i].root;
        }
    r->file = r->pack->file;
    return &none;
}

/* The keys of one file: known, in pack.yaml where they belong there, and in no other file. */
static void note_sections(struct pack_reader *r, const struct yvalue *root, bool head)
{
    for (size_t i = 0; i < root->count; i++) {
        struct str key = root->names[i].text;
        struct nearest near;
        bool known = is_section(&near, key), twice = false;
        for (size_t k = 0; k < r->pack->sections.len && !twice; k++)
            if ((twice = str_eq(r->pack->sections.ptr[k].name, key)))
                pack_fault(r, &root->names[i], "the section \"%.*s\" is in %.*s too", STR_ARG(key),
                           STR_ARG(r->pack->sections.ptr[k].file));
        if (known && !twice)
            VEC_PUSH(r->arena, &r->pack->sections,
                     ((struct pack_section){arena_dup(r->arena, key), r->file}));
        else if (!known && !is_key(key, head_pack))
            pack_fault(r, &root->names[i], "unknown key \"%.*s\"%.*s", STR_ARG(key),
                       STR_ARG(nearest_text(&near, r->arena)));
        else if (!known && !head)
            pack_fault(r, &root->names[i], "\"%.*s\" belongs in pack.yaml", STR_ARG(key));
    }
}

static const struct yvalue *read_file(struct pack_reader *r, struct str file, struct str text,
                                      bool head)
{
    const struct yvalue *root;
    const struct yfault *faults;
    size_t count;
    r->file = file;
    if (yin_parse(&root, &faults, &count, text, r->findings->arena, NULL) != OK)
        for (size_t i = 0; i < count; i++)
            pack_fault_at(r, file, faults[i].line, faults[i].column, "%.*s",
                          STR_ARG(faults[i].reason));
    if (!root || root->type != Y_MAP) {
        if (root)
            pack_fault(r, root, head ? N_("a pack is a map") : N_("a file of a pack is a map"));
        return NULL;
    }
    note_sections(r, root, head);
    VEC_PUSH(r->arena, &r->parts, ((struct pack_part){file, root}));
    return root;
}

static void read_further_files(struct pack_reader *r)
{
    const struct pack_text *files;
    size_t count = packs_files(&files, r->packs, r->pack->id, "", r->arena);
    for (size_t i = 0; i < count; i++) {
        struct str name = files[i].name;
        if (str_ends(name, STR(".yaml")) && !str_contains(name, STR("/")) &&
            !str_is(name, "pack.yaml") && files[i].text.ptr)
            (void)read_file(
                r, arena_printf(r->arena, "%.*s/%.*s", STR_ARG(r->pack->id), STR_ARG(name)),
                files[i].text, false);
    }
}

void pack_parse(struct pack_reader *r, struct str text)
{
    size_t had = r->findings->list.len;
    const struct yvalue *root = read_file(r, r->pack->file, text, true), *document;
    if (!root)
        return;
    pack_read_format(r, root);
    read_further_files(r);
    r->file = r->pack->file;
    struct str id = pack_id(r, root, "id");
    if (id.len && !str_eq(id, r->pack->id))
        pack_fault(r, pack_place(root, "id"), "the id \"%.*s\" is not the name of its folder",
                   STR_ARG(id));
    r->pack->version = pack_required(r, root, "version");
    (void)pack_text(r, root, "extends"); /* taken before all else: packs.c */
    r->pack->override_count = pack_words(&r->pack->overrides, r, root, "overrides");
    check_overrides(r, root);
    if ((document = pack_map(r, root, "document")))
        read_document(r, document);
    else if (!pack_take(root, "document"))
        pack_fault(r, root, "\"%s\" is missing", "document");
    read_parts(r);
    if (r->findings->list.len > had && !pack_take(root, "format"))
        pack_fault(
            r, root,
            "it names no format, so it is read as one of format 1: write format: %d below its "
            "version, unless it is that old",
            PACK_FORMAT);
}
