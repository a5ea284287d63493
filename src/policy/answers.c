/* Items of a pack beside the sentences of its clauses: places in the text without blanks. */
#include "policy/answers.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "policy/clause_map.h"
#include "policy/quantity.h"
#include "policy/sentences.h"

const char *const answer_names[ANSWERS] = {"judged",  "enforced", "computed", "asked",
                                           "counted", "reminded", "recorded", "informative"};
const char *const answer_labels[ANSWERS] = {
    N_("judged"),  N_("held by a step"), N_("computed"),      N_("asked for"),
    N_("counted"), N_("reminded"),       N_("only recorded"), N_("informative")};

#define HEADING_LETTERS 4 /* a sentence of so few names what follows: "推荐。" */
#define FEW_LETTERS 4     /* fewer in common say nothing */
#define TITLE_LETTERS 20  /* so does one of so few without a comma, before another of its clause */

struct item {
    enum answer answer;
    struct str name;
    struct citation citation;
    const struct str *rows;
    size_t row_count;
    const wide *numbers; /* that it compares with, or counts by; in millionths */
    size_t number_count;
    const wide
        *limits; /* all that it counts by: these, and those of its SQL, its days, its points */
    size_t limit_count;
    bool verbatim; /* the words themselves are what is asked for: a commitment */
    bool found;
    struct source_span at;
    size_t sentences; /* that it runs over */
};

struct answering {
    const struct pack *pack;
    const struct clause_map *map;
    struct str text;
    const struct source_sentence *sentences;
    size_t sentence_count;
    struct arena *arena;
    VEC(struct item) items;
};

/* --- places ------------------------------------------------------------------------------ */

static size_t letters(struct str text, size_t from, size_t end)
{
    size_t n = 0;
    while (from < end)
        n += source_is_word(utf8_next(text, &from));
    return n;
}

/* The first place of the words in their clause; where the label names no piece, in the text. */
static bool place(struct source_span *out, const struct answering *w, const struct citation *c)
{
    const struct source_span *pieces;
    struct str q = without_blanks(c->quote, w->arena);
    size_t count = clause_map_find(&pieces, w->map, c->clause, false, w->arena);
    size_t at = w->text.len;
    for (size_t i = 0; q.len && i < count && at == w->text.len; i++) {
        at = str_find(w->text, q, pieces[i].from);
        if (at + q.len > pieces[i].end)
            at = w->text.len;
    }
    if (q.len && at == w->text.len)
        at = str_find(w->text, q, 0);
    *out = (struct source_span){at, at + q.len};
    return q.len && at < w->text.len;
}

static struct source_span common(struct source_span a, size_t from, size_t end)
{
    struct source_span both = {a.from > from ? a.from : from, a.end < end ? a.end : end};
    if (both.end < both.from)
        both.end = both.from;
    return both;
}

/* The part of a place that lies in a sentence; no more than a heading's words count as none. */
static bool part_in(struct source_span *out, const struct answering *w, struct source_span at,
                    const struct source_sentence *s)
{
    *out = common(at, s->from, s->end);
    return letters(w->text, out->from, out->end) > HEADING_LETTERS;
}

/* --- items ------------------------------------------------------------------------------- */

static struct item *add(struct answering *w, enum answer answer, const char *section, struct str id,
                        struct citation c)
{
    struct item one = {.answer = answer, .citation = c};
    one.name = arena_printf(w->arena, "%s%s%.*s", section, id.len ? " " : "", STR_ARG(id));
    one.found = place(&one.at, w, &c);
    for (size_t i = 0; one.found && i < w->sentence_count; i++) {
        struct source_span in;
        one.sentences += part_in(&in, w, one.at, &w->sentences[i]);
    }
    VEC_PUSH(w->arena, &w->items, one);
    return &w->items.ptr[w->items.len - 1];
}

static struct item *add_part(struct answering *w, enum answer answer, const char *section,
                             const struct part *p)
{
    struct item *one = add(w, answer, section, p->id, part_citation(p));
    const struct part_value *rows = part_value(p, "rows");
    one->rows = rows->words;
    one->row_count = rows->word_count;
    return one;
}

static bool is_asked(const struct pack *p, size_t criterion)
{
    bool asked = p->criteria.ptr[criterion].part;
    for (size_t q = 0; q < p->questions.len && !asked; q++)
        for (size_t i = 0; i < p->questions.ptr[q].count; i++)
            asked |= p->questions.ptr[q].criteria[i] == criterion;
    return asked;
}

/* Whether a criterion of that name decides an answer to a question. */
static bool decides(const struct pack *p, struct str criterion)
{
    size_t at;
    return criterion.len && pack_find_criterion(&at, p, criterion) && is_asked(p, at) &&
           !p->criteria.ptr[at].advisory && !p->criteria.ptr[at].never_fails;
}

struct numbers {
    VEC(wide) list;
};

static void set_limits(struct item *one, const struct numbers *n)
{
    one->limits = n->list.ptr;
    one->limit_count = n->list.len;
}

/* The constants of a SELECT that something is counted by or compared with: the two years before this one. */
static void take_constants(struct numbers *out, struct str sql, struct arena *a)
{
    for (size_t at = 0, end; at<sql.len; at = end> at ? end : at + 1) {
        uint64_t n;
        for (end = at; end < sql.len && sql.ptr[end] >= '0' && sql.ptr[end] <= '9';)
            end++;
        struct str before =
            str_trim((struct str){sql.ptr, at}); /* of substr(day, 1, 4) none counts */
        bool counts = before.len && strchr("-+<>=", before.ptr[before.len - 1]);
        if (end > at && counts && str_to_u64(&n, (struct str){sql.ptr + at, end - at}) && n < 100)
            VEC_PUSH(a, &out->list, (wide)n * MILLION);
    }
}

static void take_limits(struct numbers *out, const struct pack *p, const struct expr *x,
                        struct arena *a)
{
    if (x->kind == EX_NUMBER)
        VEC_PUSH(a, &out->list, x->number);
    if (x->kind == EX_NUMBER && x->unit.len == 0) /* 20% of another: 0.2 */
        VEC_PUSH(a, &out->list, x->number * 100);
    if (x->kind == EX_TIMES)
        VEC_PUSH(a, &out->list, x->number * MILLION);
    if (x->kind == EX_AT_LEAST)
        VEC_PUSH(a, &out->list, (wide)x->at_least * MILLION);
    if (x->kind == EX_INDICATOR)
        take_constants(out, str_of(p->indicators.ptr[x->index].sql), a);
    for (size_t i = 0; i < x->count; i++)
        take_limits(out, p, &x->children[i], a);
}

/* The numbers by which a rule counts: 12月15日, 3-6个月, 两年. */
static void take_rule(struct numbers *n, const struct deadline_rule *d, struct arena *a)
{
    const int all[] = {d->n, d->kind == DUE_RANGE ? d->high : 0, d->month, d->day};
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (all[i] > 0)
            VEC_PUSH(a, &n->list, (wide)all[i] * MILLION);
    if (d->kind == DUE_MONTHS && d->n % 12 == 0)
        VEC_PUSH(a, &n->list, (wide)(d->n / 12) * MILLION);
    if (d->kind == DUE_TERM)
        VEC_PUSH(a, &n->list, (wide)d->n * 12 * MILLION);
}

/* --- judgements ---------------------------------------------------------------------------- */

static bool writes(const struct process_effect *f, const char *field, struct str value)
{
    return f->kind == EFFECT_RECORD && str_is(f->object, "judgement") &&
           str_eq(process_writes(f, str_of(field)), value);
}

/* A judgement decides where experts give it, or steps write it either way. One that a step writes as met
 * alone is that step: nothing is compared. One that nobody writes is a matter to look at. */
static enum answer answer_of(const struct pack *p, const struct criterion *c)
{
    bool panel = false, passes = false, fails = false;
    if (c->advisory || c->never_fails)
        return ANSWER_REMINDED;
    for (size_t i = 0; c->judged && i < p->process_count; i++)
        for (size_t k = 0; k < p->processes[i].step_count; k++) {
            const struct process_step *s = &p->processes[i].steps[k];
            panel |= s->panel.name.len > 0;
            for (size_t n = 0; n < s->effect_count; n++) {
                bool its = writes(&s->effects[n], "criterion", c->id);
                bool pass = its && writes(&s->effects[n], "result", STR("pass"));
                passes |= pass;
                fails |= its && !pass;
            }
        }
    if (!c->judged || panel || fails || p->process_count == 0) /* who asks brings the judgement */
        return ANSWER_JUDGED;
    return passes ? ANSWER_STEP : ANSWER_REMINDED;
}

static void take_numbers(struct numbers *out, const struct expr *x, struct arena *a)
{
    if (x->kind == EX_NUMBER)
        VEC_PUSH(a, &out->list, x->number);
    for (size_t i = 0; i < x->count; i++)
        take_numbers(out, &x->children[i], a);
}

static void add_criteria(struct answering *w)
{
    const struct pack *p = w->pack;
    for (size_t i = 0; i < p->criteria.len; i++) {
        const struct criterion *c = &p->criteria.ptr[i];
        struct numbers n = {0};
        if (c->from != p || !is_asked(p, i))
            continue;
        struct item *one = add(w, answer_of(p, c), "criteria", c->id, c->citation);
        if (c->test.tree)
            take_numbers(&n, c->test.tree, w->arena);
        one->numbers = n.list.ptr;
        one->number_count = n.list.len;
        struct numbers limits = {0};
        if (c->test.tree)
            take_limits(&limits, p, c->test.tree, w->arena);
        for (size_t k = 0; k < c->readings.len; k++)
            if (c->readings.ptr[k].test.tree)
                take_limits(&limits, p, c->readings.ptr[k].test.tree, w->arena);
        set_limits(one, &limits);
    }
}

static void add_deadlines(struct answering *w)
{
    const struct pack *p = w->pack;
    for (size_t i = 0; i < p->deadlines.len; i++) {
        const struct deadline_rule *d = &p->deadlines.ptr[i];
        if (d->from != p)
            continue;
        wide *n = arena_array(w->arena, 2, sizeof(*n));
        n[0] = (wide)d->n * MILLION;
        n[1] = (wide)d->high * MILLION;
        enum answer answer = d->kind == DUE_NONE ? ANSWER_ASKED
                             : d->note.len       ? ANSWER_REMINDED /* a day of the program's own */
                                                 : ANSWER_COMPUTED;
        struct item *one = add(w, answer, "deadlines", d->id, d->citation);
        struct numbers limits = {0};
        take_rule(&limits, d, w->arena);
        set_limits(one, &limits);
        one->numbers = n;
        one->number_count = d->kind == DUE_RANGE ? 2 : d->n > 0;
    }
    if (p->naming.given && !(p->parent && p->parent->naming.given))
        (void)add(w, ANSWER_COMPUTED, "naming", STR(""), p->naming.citation);
}

/* --- steps ------------------------------------------------------------------------------- */

static bool hands_in(const struct process_step *s, struct str form)
{
    for (size_t i = 0; i < s->effect_count; i++)
        if (s->effects[i].kind == EFFECT_HAND_IN &&
            (form.len == 0 || str_eq(s->effects[i].object, form)))
            return true;
    return false;
}

static bool same_way(const struct process_step *a, const struct process_step *b)
{
    for (size_t i = 0; !b->stays && a->to == b->to && i < a->from_count; i++)
        for (size_t k = 0; k < b->from_count; k++)
            if (a->from[i] == b->from[k])
                return true;
    return false;
}

/* Whether a case comes to the state behind the step only from where the step begins, and goes on from
 * there: what follows is refused until it is taken. */
static bool is_gate(const struct process *p, const struct process_step *s)
{
    if (s->stays || p->states[s->to].end || s->to == p->start)
        return false;
    for (size_t i = 0; i < p->step_count; i++)
        if (!p->steps[i].stays && p->steps[i].to == s->to && !same_way(s, &p->steps[i]))
            return false;
    return true;
}

static bool refuses(const struct process *p, const struct process_step *s)
{
    return s->need_count || s->ask_count || s->pass_count || s->panel.name.len ||
           (s->due.len && (s->after_due || s->refused_late)) || hands_in(s, STR("")) ||
           is_gate(p, s);
}

static void add_process(struct answering *w, const struct process *p, const struct part *item)
{
    const struct part_value *steps = part_value(item, "transitions");
    (void)add_part(w, ANSWER_REMINDED, "processes", item);
    for (size_t i = 0; i < p->step_count && i < steps->item_count; i++) {
        const struct part *one = &steps->items[i];
        if (part_text(one, "clause").len == 0)
            continue;
        struct item *step =
            add_part(w, refuses(p, &p->steps[i]) ? ANSWER_STEP : ANSWER_REMINDED, "processes", one);
        const struct deadline_rule *due = pack_deadline(w->pack, p->steps[i].due);
        struct numbers limits = {0};
        if (due)
            take_rule(&limits, due, w->arena);
        set_limits(step, &limits);
        step->name =
            arena_printf(w->arena, "processes %.*s/%.*s", STR_ARG(p->id), STR_ARG(one->id));
    }
}

static bool is_told(const struct process_step *s, struct str authority)
{
    for (size_t i = 0; i < s->effect_count; i++)
        if ((s->effects[i].kind == EFFECT_NOTIFY || s->effects[i].kind == EFFECT_COPY) &&
            str_eq(s->effects[i].object, authority))
            return true;
    return false;
}

/* Somebody has it before him: by a step that is his, or that tells him. */
static bool is_concerned(const struct pack *p, struct str authority)
{
    for (size_t i = 0; i < p->process_count; i++)
        for (size_t k = 0; k < p->processes[i].step_count; k++)
            if (str_eq(p->processes[i].steps[k].actor, authority) ||
                is_told(&p->processes[i].steps[k], authority))
                return true;
    return false;
}

static bool is_handed_in(const struct pack *p, struct str form)
{
    for (size_t i = 0; i < p->process_count; i++)
        for (size_t k = 0; k < p->processes[i].step_count; k++)
            if (hands_in(&p->processes[i].steps[k], form))
                return true;
    return false;
}

/* --- forms ------------------------------------------------------------------------------- */

static void add_words(struct answering *w, const struct part *form, enum answer answer,
                      const struct part *cell, const char *key)
{
    struct citation c = {.clause = part_text(form, "clause"), .quote = part_text(cell, key)};
    if (c.quote.len == 0)
        return;
    struct item *one = add(w, answer, "forms", form->id, c);
    const struct part_value *rows = part_value(cell, "rows");
    one->rows = rows->words;
    one->row_count = rows->word_count;
    one->verbatim = strcmp(key, "text") == 0 && str_is(part_text(cell, "kind"), "commitment");
    one->name = arena_printf(w->arena, "forms %.*s/%.*s", STR_ARG(form->id),
                             STR_ARG(part_text(cell, "label")));
}

/* What a cell asks for is what its label, its guide and its fixed text say, where they are the
 * document's; one that is the program's own says in a quote what it counts. */
static bool add_cell(struct answering *w, const struct part *form, const struct part *cell)
{
    bool counts = part_text(cell, "indicator").len > 0;
    bool asked = is_handed_in(w->pack, form->id) || part_text(form, "process").len;
    enum answer answer = counts || !asked ? ANSWER_COUNTED : ANSWER_ASKED;
    bool own = part_true(cell, "own") || str_is(part_text(form, "layout"), "own");
    static const char *const said[] = {"label", "guide", "text"};
    for (size_t i = 0; !own && i < ARRAY_LEN(said); i++)
        add_words(w, form, answer, cell, said[i]);
    if (part_text(cell, "quote").len)
        add_part(w, answer, "forms", cell)->name = arena_printf(
            w->arena, "forms %.*s/%.*s", STR_ARG(form->id), STR_ARG(part_text(cell, "label")));
    return counts;
}

static void add_form(struct answering *w, const struct part *form)
{
    const struct part_value *sections = part_value(form, "sections");
    bool counts = false;
    for (size_t i = 0; i < sections->item_count; i++) {
        const struct part_value *cells = part_value(&sections->items[i], "cells");
        if (!str_is(part_text(form, "layout"), "own"))
            add_words(w, form, ANSWER_ASKED, &sections->items[i], "label");
        for (size_t k = 0; k < cells->item_count; k++)
            counts |= add_cell(w, form, &cells->items[k]);
    }
    if (is_handed_in(w->pack, form->id))
        (void)add_part(w, ANSWER_ASKED, "forms", form);
    else if (sections->item_count)
        (void)add_part(w, counts || !part_text(form, "process").len ? ANSWER_COUNTED : ANSWER_ASKED,
                       "forms", form);
}

/* A list of words to choose from, in a cell that is filled in. */
static bool is_chosen_from(const struct pack *p, struct str dictionary)
{
    for (size_t i = 0; i < p->parts[PART_FORMS].list.len; i++) {
        const struct part_value *s = part_value(&p->parts[PART_FORMS].list.ptr[i], "sections");
        for (size_t k = 0; k < s->item_count; k++) {
            const struct part_value *cells = part_value(&s->items[k], "cells");
            for (size_t n = 0; n < cells->item_count; n++)
                if (str_eq(part_text(&cells->items[n], "dictionary"), dictionary))
                    return true;
        }
    }
    return false;
}

/* --- evaluations, prohibitions, funds -------------------------------------------------------- */

/* Points of heads and grades; 满分20分，不得低于12分 is a least of 60 in a hundred. */
static void set_points(struct item *one, const struct part *evaluation, struct arena *a)
{
    const struct part_value *heads = part_value(evaluation, "heads"),
                            *grades = part_value(evaluation, "grades");
    struct numbers n = {0};
    VEC_PUSH(a, &n.list, (wide)part_int(evaluation, "trimmed") * MILLION);
    VEC_PUSH(a, &n.list, (wide)part_int(evaluation, "least") * MILLION);
    for (size_t i = 0; i < heads->item_count; i++) {
        int weight = part_int(&heads->items[i], "weight"),
            least = part_int(&heads->items[i], "least");
        VEC_PUSH(a, &n.list, (wide)weight * MILLION);
        VEC_PUSH(a, &n.list, (wide)least * MILLION);
        VEC_PUSH(a, &n.list, (wide)least * weight * MILLION / 100);
    }
    for (size_t i = 0; i < grades->item_count; i++) {
        VEC_PUSH(a, &n.list, (wide)part_int(&grades->items[i], "from") * MILLION);
        VEC_PUSH(a, &n.list, (wide)part_int(&grades->items[i], "to") * MILLION);
    }
    set_limits(one, &n);
}

static void add_evaluation(struct answering *w, const struct part *p)
{
    const struct part_value *heads = part_value(p, "heads"), *grades = part_value(p, "grades");
    bool counts = part_value(p, "least")->given;
    for (size_t i = 0; i < heads->item_count; i++)
        counts |= part_value(&heads->items[i], "indicators")->word_count > 0;
    set_points(add_part(w, counts ? ANSWER_COUNTED : ANSWER_ASKED, "evaluations", p), p, w->arena);
    for (size_t i = 0; i < grades->item_count; i++)
        add_words(w, p, ANSWER_ASKED, &grades->items[i], "then");
}

static void add_prohibition(struct answering *w, const struct part *p)
{
    const struct part_value *then = part_value(p, "consequences");
    if (decides(w->pack, part_text(p, "criterion")))
        (void)add_part(w, ANSWER_JUDGED, "prohibitions", p);
    else if (part_value(p, "grounds")->word_count)
        (void)add_part(w, ANSWER_ASKED, "prohibitions", p);
    for (size_t i = 0; i < then->item_count; i++)
        if (part_text(&then->items[i], "process").len)
            add_words(w, p, ANSWER_REMINDED, &then->items[i], "what");
}

static void set_amount(struct item *one, const struct part *p, struct arena *a)
{
    struct str amount = part_text(p, "amount");
    struct numbers n = {0};
    uint64_t yuan;
    if (str_to_u64(&yuan, str_split(&amount, STR("."))) && yuan < UINT64_C(1000000000000))
        VEC_PUSH(a, &n.list, (wide)yuan * MILLION);
    set_limits(one, &n);
}

static void add_fund(struct answering *w, const struct part *p)
{
    if (decides(w->pack, part_text(p, "criterion")))
        set_amount(add_part(w, ANSWER_JUDGED, "funds", p), p, w->arena);
    else if (part_text(p, "amount").len)
        set_amount(add_part(w, ANSWER_COMPUTED, "funds", p), p, w->arena);
}

static void add_item(struct answering *w, enum part_section section, size_t index)
{
    const struct part *p = &w->pack->parts[section].list.ptr[index];
    switch (section) {
    case PART_AUTHORITIES:
        if (is_concerned(w->pack, p->id))
            (void)add_part(w, ANSWER_REMINDED, "authorities", p);
        break;
    case PART_DICTIONARIES:
        if (is_chosen_from(w->pack, p->id))
            (void)add_part(w, ANSWER_ASKED, "dictionaries", p);
        break;
    case PART_FORMS:
        add_form(w, p);
        break;
    case PART_MATERIALS:
        (void)add_part(w, ANSWER_ASKED, "materials", p);
        break;
    case PART_PROCESSES:
        if (index < w->pack->process_count)
            add_process(w, &w->pack->processes[index], p);
        break;
    case PART_EVALUATIONS:
        add_evaluation(w, p);
        break;
    case PART_PROHIBITIONS:
        add_prohibition(w, p);
        break;
    case PART_FUNDS:
        add_fund(w, p);
        break;
    case PART_RECORDS:
        (void)add_part(w, ANSWER_STEP, "records", p);
        break;
    case PART_PAPERS:
    case PART_INTERPRETATIONS:
    case PART_RECORD_LABELS:
    case PART_FACT_WORDS:
    case PART_NOT_SAID:
    case PART_COMPARISONS:
    case PART_SECTIONS:
        break; /* what they say is about the text; nobody is asked for anything */
    }
}

static void add_items(struct answering *w)
{
    add_criteria(w);
    add_deadlines(w);
    for (enum part_section s = 0; s < PART_SECTIONS; s++)
        for (size_t i = 0; i < w->pack->parts[s].list.len; i++)
            if (w->pack->parts[s].list.ptr[i].from == w->pack)
                add_item(w, s, i);
}

/* --- clauses ----------------------------------------------------------------------------- */

/* The sentence has a number of the item's. */
static bool has_number(const struct answering *w, const struct item *i,
                       const struct source_sentence *s)
{
    const struct quantity *q;
    size_t count = quantities(&q, (struct str){w->text.ptr + s->from, s->end - s->from}, w->arena);
    for (size_t k = 0; k < count; k++)
        for (size_t n = 0; n < i->number_count; n++)
            if (q[k].number == i->numbers[n])
                return true;
    return false;
}

static bool has_any(struct str words, const char *const *signs)
{
    while (*signs && !str_contains(words, str_of(*signs)))
        signs++;
    return *signs != NULL;
}

/* Words by which a text asks for something. A commitment speaks for him who makes it: it has none. */
static bool demands(struct str words)
{
    static const char *const signs[] = {"应", "须", "不得", "必", "禁", NULL};
    return has_any(words, signs);
}

static bool is_words_of(const struct answering *w, const struct item *i, size_t from, size_t end)
{
    struct str q = without_blanks(i->citation.quote, w->arena);
    struct str in = {w->text.ptr + from, end - from};
    return letters(q, 0, q.len) == letters(in, 0, in.len) && str_contains(in, q);
}

/* s: the sentence in which `part` of the clause lies; NULL: the clause is all headings and cells. */
static bool answers(const struct answering *w, const struct item *i, struct source_span part,
                    const struct source_sentence *s)
{
    struct source_span in = s ? common(i->at, s->from, s->end) : i->at;
    struct source_span both = common(in, part.from, part.end);
    size_t shared = letters(w->text, both.from, both.end);
    size_t of_item = letters(w->text, in.from, in.end);
    size_t of_part = letters(w->text, part.from, part.end);
    size_t shorter = of_item < of_part ? of_item : of_part;
    if (!i->found)
        return false;
    if (s && is_words_of(w, i, s->from, s->end)) /* the cells of a table may say the same twice */
        return true;
    if (shared * 2 < shorter || (shared < FEW_LETTERS && shared < of_part && s))
        return false;
    bool accepted =
        i->verbatim && !demands((struct str){w->text.ptr + part.from, part.end - part.from});
    return shared && (i->sentences <= 1 || accepted || (s && has_number(w, i, s)));
}

static bool share_row(const struct item *i, const struct clause *c)
{
    for (size_t k = 0; k < i->row_count; k++)
        if (str_among(i->rows[k], c->rows, c->row_count))
            return true;
    return false;
}

/* Of clauses with the same words, the one whose row the item names. */
static bool is_of_twin(const struct answering *w, const struct item *i, const struct clause *c)
{
    bool twin = false;
    for (size_t k = 0; k < w->pack->clauses.len; k++) {
        const struct clause *other = &w->pack->clauses.ptr[k];
        twin |= other != c && str_eq(other->citation.quote, c->citation.quote) &&
                str_eq(other->id, c->id) && share_row(i, other);
    }
    return twin && !share_row(i, c);
}

struct names {
    VEC(struct str) list;
};

static bool is_held(const struct answering *w, const struct clause *c, struct source_span part,
                    const struct source_sentence *s, wide number)
{
    for (size_t i = 0; i < w->items.len; i++) {
        const struct item *one = &w->items.ptr[i];
        for (size_t k = 0; k < one->limit_count; k++)
            if (one->limits[k] == number && answers(w, one, part, s) && !is_of_twin(w, one, c))
                return true;
    }
    return false;
}

/* Whether each number of the words is one by which an item that answers them counts: an expression, a deadline,
 * a limit. A date of the calendar is none, nor is 一 without a bound (一次性). */
static bool is_counted(const struct answering *w, const struct clause *c, struct source_span part,
                       const struct source_sentence *s)
{
    const struct source_span *spans;
    const struct quantity *q;
    struct str words = {w->text.ptr + part.from, part.end - part.from};
    size_t span_count = source_numbers(&spans, words, w->arena);
    size_t count = quantities(&q, words, w->arena);
    bool dated = false; /* behind the year of a date */
    for (size_t i = 0; i < count; i++) {
        bool number = false,
             year = q[i].number >= (wide)1900 * MILLION && quantity_in(&q[i], words, STR("年"));
        bool day =
            dated && (quantity_in(&q[i], words, STR("月")) || quantity_in(&q[i], words, STR("日")));
        for (size_t k = 0; k < span_count; k++)
            number |= spans[k].from == q[i].from;
        dated = year || day;
        if (number && !year && !day && (q[i].number != MILLION || q[i].bounded) &&
            !is_held(w, c, part, s, q[i].number))
            return false;
    }
    return true;
}

/* The strongest answer to one sentence of a clause. */
static enum answer best(struct names *by, const struct answering *w, const struct clause *c,
                        struct source_span part, const struct source_sentence *s)
{
    enum answer out = ANSWER_RECORDED;
    for (size_t i = 0; i < w->items.len; i++) {
        const struct item *one = &w->items.ptr[i];
        if (!answers(w, one, part, s) || is_of_twin(w, one, c))
            continue;
        if (!str_among(one->name, by->list.ptr, by->list.len))
            VEC_PUSH(w->arena, &by->list, one->name);
        out = one->answer < out ? one->answer : out;
    }
    /* To quote a number is not to hold anybody to it. */
    bool claims = out == ANSWER_JUDGED || out == ANSWER_STEP || out == ANSWER_COMPUTED;
    return claims && !is_counted(w, c, part, s) ? ANSWER_REMINDED : out;
}

/* "着力建立健全长效工作机制。加强组织领导 …": the first names what the others ask for. */
static bool is_title(const struct answering *w, struct source_span part, struct source_span clause)
{
    static const char *const commas[] = {"，", ",", "、", "：", ":", NULL};
    struct str words = {w->text.ptr + part.from, part.end - part.from};
    return part.from == clause.from && letters(w->text, part.from, part.end) <= TITLE_LETTERS &&
           !demands(words) && !has_any(words, commas) &&
           letters(w->text, part.end, clause.end) > HEADING_LETTERS;
}

static enum answer of_clause(struct names *by, const struct answering *w, const struct clause *c)
{
    struct source_span at, part;
    enum answer least = ANSWER_JUDGED;
    size_t sentences = 0;
    if (!place(&at, w, &c->citation))
        return ANSWER_RECORDED;
    for (size_t i = 0; i < w->sentence_count; i++)
        if (part_in(&part, w, at, &w->sentences[i]) && !is_title(w, part, at)) {
            enum answer one = best(by, w, c, part, &w->sentences[i]);
            least = one > least ? one : least;
            sentences++;
        }
    return sentences ? least : best(by, w, c, at, NULL);
}

/* Whether the clause's words end with a colon, or one follows them. */
static bool leads_on(const struct answering *w, const struct clause *c)
{
    static const char *const colons[] = {":", "："};
    struct source_span at;
    if (!place(&at, w, &c->citation))
        return false;
    struct str rest = {w->text.ptr + at.end, w->text.len - at.end};
    struct str said = {w->text.ptr + at.from, at.end - at.from};
    for (size_t i = 0; i < ARRAY_LEN(colons); i++)
        if (str_ends(said, str_of(colons[i])) || str_starts(rest, str_of(colons[i])))
            return true;
    return false;
}

/* The least answered of the must-clauses below; ANSWER_RECORDED: there is none. */
static enum answer of_led(const struct clause_answer *all, size_t count, const struct clause *c)
{
    enum answer least = ANSWER_JUDGED;
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        const struct clause *below = all[i].clause;
        if (below->force != FORCE_MUST || below->id.len <= c->id.len ||
            !str_starts(below->id, c->id) || all[i].answer == ANSWER_INFORMATIVE)
            continue;
        least = all[i].answer > least ? all[i].answer : least;
        any = true;
    }
    return any ? least : ANSWER_RECORDED;
}

size_t pack_answers(const struct clause_answer **out, const struct pack *p, struct arena *a)
{
    struct answering w = {.pack = p, .arena = a, .map = clause_map_make(p->source, a)};
    struct clause_answer *all = arena_array(a, p->clauses.len + 1, sizeof(*all));
    size_t count = 0;
    w.text = clause_map_text(w.map);
    w.sentence_count = source_sentences(&w.sentences, p->source, a);
    add_items(&w);
    for (size_t i = 0; i < p->clauses.len; i++) {
        const struct clause *c = &p->clauses.ptr[i];
        struct names by = {0};
        if (c->from != p)
            continue;
        all[count] = (struct clause_answer){.clause = c, .answer = of_clause(&by, &w, c)};
        if (all[count].answer == ANSWER_RECORDED && str_is(c->how, "informative"))
            all[count].answer = ANSWER_INFORMATIVE;
        all[count].items = by.list.ptr;
        all[count++].item_count = by.list.len;
    }
    for (size_t i = 0; i < count; i++)
        if (all[i].answer == ANSWER_RECORDED && leads_on(&w, all[i].clause))
            all[i].answer = of_led(all, count, all[i].clause);
    *out = all;
    return count;
}
