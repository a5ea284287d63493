/* Runs lives row by row: the obstacles to the step, its effects, the next state. */
#include "policy/life.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/msg.h"
#include "policy/pack_priv.h"
#include "policy/pack_verdict.h"
#include "policy/step_day.h"

struct pair {
    struct str name, value;
};

struct obstacle {
    const char *code; /* as matter/matter.h has them */
    struct str subject, clause;
};

struct living {
    const struct pack *pack;
    const struct process *process;
    const struct yvalue *facts; /* NULL: none are given */
    VEC(struct pair) fields; /* "publicity.published_on" → what stands there; the latest counts */
    VEC(struct pair) said;   /* criteria, questions, panels: "true", "false", "pass", "fail" */
    VEC(struct obstacle) against; /* the step of the row */
    VEC(struct str) brought;      /* effects of it, as the pack writes them */
    size_t stage;
    struct str handed_in; /* the day on which it first left its start; empty: it has not */
    bool late;            /* the step of the row is done after its day */
    struct buf trace;
    struct str wrong;
    int line;
    struct arena *arena;
};

static void differs(struct living *l, struct str what, struct str wanted, struct str got)
{
    struct str one = arena_printf(l->arena, msg("row %d, %.*s: expected %.*s, got %.*s"), l->line,
                                  STR_ARG(what), STR_ARG(wanted), STR_ARG(got));
    l->wrong =
        l->wrong.len ? arena_printf(l->arena, "%.*s; %.*s", STR_ARG(l->wrong), STR_ARG(one)) : one;
}

/* --- what is so ------------------------------------------------------------------------- */

static struct str latest(const struct pair *all, size_t count, struct str name)
{
    while (count > 0)
        if (str_eq(all[--count].name, name))
            return all[count].value;
    return STR_NONE;
}

static void take_said(struct living *l, const struct yvalue *list, const char *value)
{
    for (size_t i = 0; list && list->type == Y_LIST && i < list->count; i++)
        VEC_PUSH(l->arena, &l->said, ((struct pair){list->items[i].text, str_of(value)}));
}

static struct str field(const struct living *l, struct str name)
{
    return latest(l->fields.ptr, l->fields.len, name);
}

/* "true", "false"; empty: nothing is said of it, and the facts, if any, decide. */
static struct str said(const struct living *l, struct str id)
{
    return latest(l->said.ptr, l->said.len, id);
}

static void stands_against(struct living *l, const char *code, struct str subject,
                           struct str clause)
{
    VEC_PUSH(l->arena, &l->against, ((struct obstacle){code, subject, clause}));
}

/* --- verdicts ----------------------------------------------------------------------------- */

static const struct yvalue *facts_on(const struct living *l, struct str day)
{
    static const struct yvalue names[] = {{.type = Y_TEXT, .text = {"as_of", 5}},
                                          {.type = Y_TEXT, .text = {"handed_in", 9}}};
    struct yvalue *days = arena_array(l->arena, ARRAY_LEN(names), sizeof(*days));
    struct yvalue *map = arena_alloc(l->arena, sizeof(*map));
    days[0] = (struct yvalue){.type = Y_TEXT, .text = day};
    days[1] = (struct yvalue){.type = Y_TEXT, .text = l->handed_in};
    *map = (struct yvalue){
        .type = Y_MAP, .count = l->handed_in.len ? 2 : 1, .items = days, .names = names};
    return case_merged(l->facts, map, l->arena);
}

static bool judge(struct pack_verdict *v, struct living *l, struct str question, struct str day)
{
    struct err e;
    if (!l->facts || !question.len)
        return false;
    if (pack_verdict_check(v, l->pack, facts_on(l, day), question, l->arena, &e) == OK)
        return true;
    differs(l, STR("facts"), question, arena_dup(l->arena, str_of(e.text)));
    return false;
}

static struct str asking(const struct pack *p, struct str criterion)
{
    for (size_t i = 0; i < p->questions.len; i++)
        if (str_among(criterion, p->questions.ptr[i].names, p->questions.ptr[i].count))
            return p->questions.ptr[i].id;
    return STR_NONE;
}

static enum truth truth_said(struct str word)
{
    return str_is(word, "true") ? YES : str_is(word, "false") ? NO : UNKNOWN;
}

static enum truth criterion_is(struct living *l, struct str id, struct str day)
{
    struct pack_verdict v;
    struct str word = said(l, id);
    if (word.len || !judge(&v, l, asking(l->pack, id), day))
        return truth_said(word);
    for (size_t i = 0; i < v.result_count; i++)
        if (str_eq(v.results[i].criterion->id, id))
            return v.results[i].pass;
    return UNKNOWN;
}

static struct str clause_of(const struct pack *p, struct str criterion)
{
    size_t i;
    return pack_find_criterion(&i, p, criterion) ? p->criteria.ptr[i].citation.clause : STR_NONE;
}

static void check_criteria(struct living *l, const struct str *ids, size_t count, enum truth wanted,
                           struct str day)
{
    for (size_t i = 0; i < count; i++)
        if (criterion_is(l, ids[i], day) != wanted)
            stands_against(l, "criterion", ids[i], clause_of(l->pack, ids[i]));
}

/* The criteria that a verdict rests on, where there are facts; else the question itself. */
static void check_question(struct living *l, struct str id, bool must_pass, struct str day)
{
    struct pack_verdict v;
    struct str word = said(l, id);
    bool judged = !word.len && judge(&v, l, id, day);
    enum truth is = judged ? v.verdict : truth_said(word);
    if (is == YES || (is == UNKNOWN && !must_pass))
        return;
    if (!judged)
        stands_against(l, "question", id, STR_NONE);
    for (size_t i = 0; judged && i < v.result_count; i++) {
        const struct criterion *c = v.results[i].criterion;
        if (v.results[i].pass == NO ||
            (v.results[i].pass == UNKNOWN && must_pass && !c->part && !c->advisory))
            stands_against(l, "criterion", c->id, c->citation.clause);
    }
}

/* --- days --------------------------------------------------------------------------------- */

/* The readings that the facts choose. */
static struct counting counting_of(const struct living *l)
{
    VEC(struct reading) chosen = {0};
    const struct yvalue *list = l->facts ? yin_get(l->facts, "readings") : NULL;
    for (size_t i = 0; list && list->type == Y_LIST && i < list->count; i++) {
        const struct yvalue *id = yin_get(&list->items[i], "id"),
                            *reading = yin_get(&list->items[i], "reading");
        if (id && reading)
            VEC_PUSH(l->arena, &chosen,
                     ((struct reading){.ambiguity = id->text, .reading = reading->text}));
    }
    return pack_counting(l->pack, l->pack->calendar, chosen.ptr, chosen.len);
}

static struct str beside(const struct living *l, struct str counted, const char *name)
{
    return arena_printf(l->arena, "%.*s.%s", (int)str_find(counted, STR("."), 0), counted.ptr,
                        name);
}

/* The day as flow has it (matter/timers.h); date empty: it is not known. */
static struct due_day due_day(const struct living *l, const struct process_step *s)
{
    const struct deadline_rule *rule = pack_deadline(l->pack, s->due);
    const struct counting how = counting_of(l);
    struct str of_year = arena_printf(l->arena, "%.*s.year", STR_ARG(l->process->subject));
    struct step_count c = {0};
    struct date year;
    struct due due;
    bool known = false;
    c.has_from = step_day_read(&c.from, field(l, s->counted));
    c.has_entered = step_day_read(&c.entered, field(l, beside(l, s->counted, "due")));
    if (!str_starts(s->counted, l->process->subject) && step_day_read(&year, field(l, of_year)))
        c.year = year.year;
    return rule && step_day(&due, &known, rule, &c, &how, NULL) == OK && known
               ? due_day_of(&due, l->arena)
               : (struct due_day){0};
}

/* --- obstacles to a step -------------------------------------------------------------------- */

static bool is_false(const struct yvalue *row, const char *key)
{
    const struct yvalue *v = yin_get(row, key);
    return v && str_is(v->text, "false");
}

static void check_guards(struct living *l, const struct process_step *s, struct str day)
{
    if (s->panel.name.len && !str_eq(said(l, s->panel.name), s->panel.value))
        stands_against(l, "panel", s->panel.name, s->citation.clause);
    check_criteria(l, s->needs, s->need_count, YES, day);
    check_criteria(l, s->fails, s->fail_count, NO, day);
    for (size_t i = 0; i < s->ask_count; i++)
        check_question(l, s->asks[i], false, day);
    for (size_t i = 0; i < s->pass_count; i++)
        check_question(l, s->passes[i], true, day);
}

static void check_time(struct living *l, const struct process_step *s, struct str day)
{
    switch (process_time(s, day, s->due.len ? due_day(l, s) : (struct due_day){0})) {
    case PROCESS_NO_DAY:
    case PROCESS_EARLY:
    case PROCESS_PROVISIONAL:
        stands_against(l, "early", s->due, s->citation.clause);
        return;
    case PROCESS_LATE:
        stands_against(l, "late", s->due, s->citation.clause);
        return;
    case PROCESS_OVERDUE:
        l->late = true;
        return;
    case PROCESS_IN_TIME:
        return;
    }
}

/* The last day of the period of a step; of one that an officer gives it stands under the step's id. */
static struct due_day period_day(const struct living *l, const struct process_step *s)
{
    return s->due.len ? due_day(l, s) : (struct due_day){.date = field(l, s->id)};
}

static void check_waits(struct living *l, const struct process_step *s, struct str day)
{
    for (size_t i = 0; i < s->wait_count; i++) {
        const struct process_step *t = &l->process->steps[s->waits[i]];
        if (!process_waits(l->process, s, t, l->stage))
            continue;
        if (!due_day_over(period_day(l, t), day))
            stands_against(l, "early", t->id, STR_NONE);
    }
}

/* In the order of the table of checks (case/check.c). */
static void check_step(struct living *l, const struct process_step *s, const struct yvalue *row,
                       struct str who, struct str day)
{
    if (!process_opens_in(l->process, s, l->process->states[l->stage].id))
        stands_against(l, "stage", l->process->states[l->stage].id, s->citation.clause);
    if (!str_eq(s->actor, who))
        stands_against(l, "actor", s->actor, s->citation.clause);
    check_time(l, s, day);
    check_waits(l, s, day);
    if (process_asks_reason(s, day, s->due.len ? due_day(l, s) : (struct due_day){0}) &&
        is_false(row, "reason"))
        stands_against(l, "reason", STR("reason"), s->citation.clause);
    if (process_needs_basis(s) && is_false(row, "basis"))
        stands_against(l, "basis", STR("basis"), STR_NONE);
    size_t before = l->against.len;
    for (size_t i = 0; i < s->when_count; i++)
        if (process_holds(&s->when[i], field(l, s->when[i].name)) != HOLDS)
            stands_against(l, "when", s->when[i].name, s->citation.clause);
    if (l->against.len > before) /* a step that is not this party's is not judged */
        return;
    for (size_t i = 0; i < s->served_count; i++)
        if (!str_is(said(l, s->served[i]), "true"))
            stands_against(l, "served", s->served[i], STR_NONE);
    for (size_t i = 0; i < s->effect_count; i++)
        for (size_t k = 0; k < s->effects[i].when_count; k++)
            if (field(l, s->effects[i].when[k].name).len == 0)
                stands_against(l, "when", s->effects[i].when[k].name, s->citation.clause);
    check_guards(l, s, day);
}

/* --- what it brings about ---------------------------------------------------------------- */

static void set(struct living *l, struct str name, struct str value)
{
    VEC_PUSH(l->arena, &l->fields, ((struct pair){name, value}));
}

static void bring_about(struct living *l, const struct process_effect *f, struct str day)
{
    for (size_t i = 0; i < f->when_count; i++)
        if (process_holds(&f->when[i], field(l, f->when[i].name)) != HOLDS)
            return;
    VEC_PUSH(l->arena, &l->brought, process_effect_text(f, l->arena));
    if (f->kind == EFFECT_DATE)
        set(l, f->object, day);
    for (size_t i = 0; i < f->value_count; i++) {
        struct str value = f->values[i].value, of = process_value_of(&f->values[i]);
        set(l, arena_printf(l->arena, "%.*s.%.*s", STR_ARG(f->object), STR_ARG(f->values[i].name)),
            of.len                   ? field(l, of)
            : str_is(value, "today") ? day
                                     : value);
    }
}

static void take(struct living *l, const struct process_step *s, struct str day)
{
    for (size_t i = 0; i < s->effect_count; i++)
        bring_about(l, &s->effects[i], day);
    if (!s->stays && l->handed_in.len == 0 && l->stage == l->process->start)
        l->handed_in = day;
    if (!s->stays)
        l->stage = s->to;
}

/* --- what a row expects --------------------------------------------------------------------- */

static struct str joined(const struct str *list, size_t count, struct arena *a)
{
    struct str all = STR_NONE;
    for (size_t i = 0; i < count; i++)
        all = arena_printf(a, "%.*s%s%.*s", STR_ARG(all), i ? ", " : "", STR_ARG(list[i]));
    return arena_printf(a, "[%.*s]", STR_ARG(all));
}

static struct str obstacle_text(const struct obstacle *o, struct arena *a)
{
    return arena_printf(a, "%s %.*s (%.*s)", o->code, STR_ARG(o->subject), STR_ARG(o->clause));
}

static bool is_named(const struct obstacle *o, struct str word)
{
    return str_is(word, o->code) || str_eq(word, o->subject) ||
           (o->clause.len && str_eq(word, o->clause));
}

/* Each word names an obstacle by code, subject or clause, and each obstacle is named. */
static void expect_closed(struct living *l, const struct yvalue *closed, struct str step)
{
    struct str *got = arena_array(l->arena, l->against.len + 1, sizeof(*got));
    struct str *wanted = arena_array(l->arena, (closed ? closed->count : 0) + 1, sizeof(*wanted));
    size_t count = closed && closed->type == Y_LIST ? closed->count : 0;
    bool same = (l->against.len > 0) == (closed != NULL);
    for (size_t i = 0; i < l->against.len; i++) {
        bool named = false;
        for (size_t k = 0; k < count; k++)
            named |= is_named(&l->against.ptr[i], closed->items[k].text);
        same &= named;
        got[i] = obstacle_text(&l->against.ptr[i], l->arena);
    }
    for (size_t k = 0; k < count; k++) {
        bool named = false;
        for (size_t i = 0; i < l->against.len; i++)
            named |= is_named(&l->against.ptr[i], closed->items[k].text);
        same &= named;
        wanted[k] = closed->items[k].text;
    }
    if (!same)
        differs(l, step, closed ? joined(wanted, count, l->arena) : STR("open"),
                l->against.len ? joined(got, l->against.len, l->arena) : STR("open"));
}

static void expect_list(struct living *l, const struct yvalue *list, struct str what,
                        const struct str *got, size_t count)
{
    bool same = list->type == Y_LIST && list->count == count;
    struct str *wanted = arena_array(l->arena, list->count + 1, sizeof(*wanted));
    for (size_t i = 0; list->type == Y_LIST && i < list->count; i++) {
        wanted[i] = list->items[i].text;
        same &= i < count && str_eq(wanted[i], got[i]);
    }
    if (!same)
        differs(l, what, joined(wanted, list->type == Y_LIST ? list->count : 0, l->arena),
                joined(got, count, l->arena));
}

/* The further input of the person taking the step. */
static size_t asked_of(struct str out[3], const struct process_step *s)
{
    size_t n = 0;
    if (s->two_persons)
        out[n++] = STR("two_persons");
    if (s->reason)
        out[n++] = STR("reason");
    if (process_needs_basis(s))
        out[n++] = STR("basis");
    return n;
}

/* Every step that is done in the stage, with who takes it; nothing else. */
static void expect_steps(struct living *l, const struct yvalue *map)
{
    const struct process *p = l->process;
    struct str stage = p->states[l->stage].id, got = STR_NONE, wanted = STR_NONE;
    bool same = map->type == Y_MAP;
    size_t here = 0;
    for (size_t i = 0; i < p->step_count; i++) {
        if (!process_opens_in(p, &p->steps[i], stage))
            continue;
        const struct yvalue *who =
            map->type == Y_MAP ? yin_get(map, arena_cstr(l->arena, p->steps[i].id)) : NULL;
        here++;
        same &= who && str_eq(who->text, p->steps[i].actor);
        got = arena_printf(l->arena, "%.*s %.*s: %.*s", STR_ARG(got), STR_ARG(p->steps[i].id),
                           STR_ARG(p->steps[i].actor));
    }
    for (size_t i = 0; map->type == Y_MAP && i < map->count; i++)
        wanted = arena_printf(l->arena, "%.*s %.*s: %.*s", STR_ARG(wanted),
                              STR_ARG(map->names[i].text), STR_ARG(map->items[i].text));
    buf_addf(&l->trace, "steps at %.*s:%.*s\n", STR_ARG(stage), STR_ARG(got));
    if (!same || map->count != here)
        differs(l, arena_printf(l->arena, "steps (%.*s)", STR_ARG(stage)), wanted, got);
}

static void expect_taken(struct living *l, const struct process_step *s, const struct yvalue *row)
{
    const struct yvalue *v;
    struct str asked[3], stage = l->process->states[l->stage].id;
    size_t count = asked_of(asked, s);
    if ((v = yin_get(row, "at")) && !str_eq(v->text, stage))
        differs(l, s->id, v->text, stage);
    v = yin_get(row, "stays");
    if ((v && str_is(v->text, "true")) != s->stays)
        differs(l, s->id, v ? STR("stays") : STR("another state"),
                s->stays ? STR("stays") : STR("another state"));
    v = yin_get(row, "late");
    if ((v && str_is(v->text, "true")) != l->late)
        differs(l, s->id, l->late ? STR("in time") : STR("late"),
                l->late ? STR("late") : STR("in time"));
    if ((v = yin_get(row, "due")) && !str_eq(v->text, due_day(l, s).date))
        differs(l, s->id, v->text, due_day(l, s).date);
    if ((v = yin_get(row, "does")))
        expect_list(l, v, s->id, l->brought.ptr, l->brought.len);
    if ((v = yin_get(row, "says")))
        expect_list(l, v, s->id, asked, count);
    buf_addf(&l->trace, "%s at %.*s does %.*s says %.*s\n", l->late ? " late" : "", STR_ARG(stage),
             STR_ARG(joined(l->brought.ptr, l->brought.len, l->arena)),
             STR_ARG(joined(asked, count, l->arena)));
}

/* --- rows ----------------------------------------------------------------------------------- */

static struct str need_text(struct living *l, const struct yvalue *row, const char *key)
{
    const struct yvalue *v = yin_get(row, key);
    if (!v || v->type != Y_TEXT || v->text.len == 0)
        differs(l, str_of(key), STR("a value"), STR("none"));
    return v && v->type == Y_TEXT ? v->text : STR_NONE;
}

/* Facts that are given from this row on. */
static void take_givens(struct living *l, const struct yvalue *from)
{
    const struct yvalue *facts = yin_get(from, "facts"), *panel = yin_get(from, "panel"),
                        *fields = yin_get(from, "fields");
    for (size_t i = 0; fields && fields->type == Y_MAP && i < fields->count; i++)
        VEC_PUSH(l->arena, &l->fields,
                 ((struct pair){fields->names[i].text, fields->items[i].text}));
    take_said(l, yin_get(from, "met"), "true");
    take_said(l, yin_get(from, "not_met"), "false");
    for (size_t i = 0; panel && panel->type == Y_MAP && i < panel->count; i++)
        VEC_PUSH(l->arena, &l->said, ((struct pair){panel->names[i].text, panel->items[i].text}));
    if (facts && facts->type == Y_MAP)
        l->facts = l->facts ? case_merged(l->facts, facts, l->arena) : facts;
}

static void live(struct living *l, const struct yvalue *row)
{
    struct date day;
    l->line = row->line;
    struct str id = need_text(l, row, "step"), who = need_text(l, row, "who"),
               on = need_text(l, row, "on");
    const struct process_step *s = process_step_find(l->process, id);
    if (!s || !date_parse(&day, on)) {
        differs(l, id, STR("a step of the process and a day"), s ? on : id);
        return;
    }
    take_givens(l, row);
    l->against.len = l->brought.len = 0;
    l->late = false;
    buf_addf(&l->trace, "%.*s %.*s %.*s", STR_ARG(id), STR_ARG(who), STR_ARG(on));
    check_step(l, s, row, who, on);
    expect_closed(l, yin_get(row, "closed"), id);
    if (l->against.len == 0) {
        size_t before = l->stage;
        take(l, s, on);
        expect_taken(l, s, row);
        if (l->stage != before)
            set(l, STR("case.stage_on"), on);
        return;
    }
    for (size_t i = 0; i < l->against.len; i++)
        buf_addf(&l->trace, " %.*s", STR_ARG(obstacle_text(&l->against.ptr[i], l->arena)));
    buf_add(&l->trace, STR("\n"));
}

static void begin(struct living *l, const struct yvalue *life)
{
    const struct yvalue *stage = yin_get(life, "stage"), *steps = yin_get(life, "steps"),
                        *rows = yin_get(life, "life");
    l->stage = stage ? process_state_at(l->process, stage->text) : l->process->start;
    if (stage && l->stage == l->process->state_count) {
        differs(l, STR("stage"), STR("a state of the process"), stage->text);
        l->stage = l->process->start;
    }
    for (size_t i = 0; i < l->process->begin_count; i++)
        set(l,
            arena_printf(l->arena, "%.*s.%.*s", STR_ARG(l->process->subject),
                         STR_ARG(l->process->begins[i].name)),
            l->process->begins[i].value);
    take_givens(l, life);
    if (steps)
        expect_steps(l, steps);
    for (size_t i = 0; rows && rows->type == Y_LIST && i < rows->count; i++)
        live(l, &rows->items[i]);
    if (!steps && (!rows || rows->type != Y_LIST || rows->count == 0))
        differs(l, STR("life"), STR("rows of step, who, on"), STR("none"));
}

void life_run(struct life_result *out, const struct pack *p, const struct yvalue *life,
              const struct yvalue *facts, struct arena *a)
{
    struct living l = {.pack = p, .facts = facts, .line = life->line, .arena = a};
    const struct yvalue *id = life->type == Y_MAP ? yin_get(life, "process") : NULL;
    l.process = id ? pack_process(p, id->text) : NULL;
    buf_init(&l.trace, 0);
    if (l.process)
        begin(&l, life);
    else
        differs(&l, STR("process"), STR("one of the pack"), id ? id->text : STR("none"));
    out->wrong = l.wrong;
    out->trace = buf_take(&l.trace, a);
}
