/* Checks of the processes of a pack: every step names what there is, and the walk through them
 * (process_walk.h) reaches and leaves every state. */
#include "base/msg.h"
#include "policy/calendar.h"
#include "policy/lint_priv.h"
#include "policy/process_walk.h"
#include "policy/sentences.h"
#include "policy/words.h"

/* Who has the case where several can move it on is said, not taken from the order of the lines. */
static void check_holder(struct linting *l, const struct process *p, size_t state,
                         const struct part *item)
{
    const struct part_value *said = part_value(item, "holder");
    const struct process_step *first = NULL, *other = NULL;
    bool acts = false;
    for (size_t i = 0; i < p->step_count; i++) {
        const struct process_step *s = &p->steps[i];
        if (s->stays || s->role_count == 0 || !process_leaves(s, state))
            continue;
        acts |= str_eq(s->actor, said->text);
        if (!first)
            first = s;
        else if (!other && !str_eq(s->actor, first->actor))
            other = s;
    }
    if (said->given && !acts)
        LINT(l, "processes", said->line,
             "\"%.*s\" can take no step out of the state \"%.*s\": its holder is one who can",
             STR_ARG(said->text), STR_ARG(p->states[state].id));
    if (!said->given && other)
        LINT(l, "processes", item->line,
             "who has the case in the state \"%.*s\" hangs on the order of the lines: \"%.*s\" is "
             "of %.*s, \"%.*s\" of %.*s; say holder:",
             STR_ARG(p->states[state].id), STR_ARG(first->id), STR_ARG(first->actor),
             STR_ARG(other->id), STR_ARG(other->actor));
}

/* Of a key of the step; of the step where it does not have the key. */
static int line_of(const struct part *step, const char *key)
{
    const struct part_value *v = part_value(step, key);
    return v->given ? v->line : step->line;
}

static void tell_breach(struct linting *l, const struct process *p, const struct part *item,
                        const struct process_breach *b)
{
    const struct part *states = part_value(item, "states")->items,
                      *steps = part_value(item, "transitions")->items;
    int line =
        b->state ? states[b->state - p->states].line : line_of(&steps[b->step - p->steps], "when");
    struct str id = b->state ? b->state->id : b->step->id;
    switch (b->kind) {
    case BREACH_UNREACHABLE:
        LINT(l, "processes", line, "no step that can be taken leads to the state \"%.*s\"",
             STR_ARG(id));
        return;
    case BREACH_DEAD:
        LINT(l, "processes", line,
             "no step that can be taken leads out of the state \"%.*s\": end: true (%.*s)",
             STR_ARG(id), STR_ARG(b->witness));
        return;
    case BREACH_ENDLESS:
        LINT(l, "processes", line,
             "from the state \"%.*s\" no end can be reached: a step to a state with end: true "
             "(%.*s)",
             STR_ARG(id), STR_ARG(b->witness));
        return;
    case BREACH_NEVER:
        LINT(l, "processes", line,
             "the step \"%.*s\" is never open: no case comes to where it is, or its "
             "conditions never hold together",
             STR_ARG(id));
        return;
    case BREACH_HASTY: /* of the order of things, not of the data (process_walk_test.c lists them) */
    case BREACH_IDLE:
        return;
    }
}

/* The process as if somebody acted for each actor: that nobody does is told of each step (check_step). */
static struct process *with_people(struct linting *l, const struct process *p)
{
    static const struct str somebody = {"somebody", 8};
    struct process *out = arena_alloc(l->arena, sizeof(*out));
    struct process_step *steps = arena_array(l->arena, p->step_count + 1, sizeof(*steps));
    *out = *p;
    out->steps = steps;
    for (size_t i = 0; i < p->step_count; i++) {
        steps[i] = p->steps[i];
        if (steps[i].role_count == 0) {
            steps[i].roles = &somebody;
            steps[i].role_count = 1;
        }
    }
    return out;
}

/* What the walk finds that no case could live with. */
static void check_ways_through(struct linting *l, const struct process *of, const struct part *item)
{
    const struct process *p = with_people(l, of);
    const struct process_field *fields = NULL;
    struct process_breaches all = {0};
    struct process_model m;
    struct err e;
    size_t count =
        l->names && l->names->fields ? l->names->fields(l->names->arg, &fields, p, l->arena) : 0;
    err_t rc = process_model_make(&m, p, fields, count, l->arena, &e);
    if (rc == OK)
        rc = process_walk(&all, &m, l->arena, &e);
    if (rc != OK)
        LINT(l, "processes", p->line, "%s", e.text);
    for (size_t i = 0; i < all.len; i++)
        tell_breach(l, p, item, &all.ptr[i]);
}

/* Reports steps of the party in a state that is hidden from it: it cannot take them. */
static void check_unseen(struct linting *l, const struct process *p, size_t state, int line)
{
    for (size_t i = 0; p->states[state].unseen && i < p->step_count; i++)
        if (process_is_partys(&p->steps[i]) && process_leaves(&p->steps[i], state))
            LINT(l, "processes", line,
                 "the party does not see the state \"%.*s\" (unseen: true) and takes its step "
                 "\"%.*s\" there",
                 STR_ARG(p->states[state].id), STR_ARG(p->steps[i].id));
}

static void check_states(struct linting *l, const struct process *p, const struct part *item)
{
    const struct part_value *states = part_value(item, "states");
    if (p->state_count == 0) {
        LINT(l, "processes", p->line, "a process has states");
        return;
    }
    for (size_t i = 0; i < p->state_count; i++) {
        bool left = false;
        for (size_t k = 0; k < p->step_count; k++)
            left |= !p->steps[k].stays && process_leaves(&p->steps[k], i);
        if (p->states[i].end && left)
            LINT(l, "processes", states->items[i].line,
                 "the state \"%.*s\" is an end and has a step out of it", STR_ARG(p->states[i].id));
        check_holder(l, p, i, &states->items[i]);
        check_unseen(l, p, i, states->items[i].line);
    }
    check_ways_through(l, p, item);
}

/* --- what steps ask for and write ------------------------------------------------------------ */

static void split_field(struct str *type, struct str *field, struct str name)
{
    *field = name;
    *type = str_split(field, STR("."));
}

/* A value that the field cannot hold is never met, and never written. */
static void check_value(struct linting *l, int line, struct str type, struct str field,
                        struct str value)
{
    const char *const *codes = lint_field_codes(type, field);
    bool known =
        !l->names || !l->names->takes || l->names->takes(l->names->arg, type, field, value);
    while (codes && *codes && !str_is(value, *codes))
        codes++;
    if (!known || (codes && !*codes))
        LINT(l, "processes", line, "\"%.*s\" is no value of %.*s.%.*s: take one of its codes",
             STR_ARG(value), STR_ARG(type), STR_ARG(field));
}

static void check_when(struct linting *l, const struct process_step *s, int line)
{
    struct str type, field;
    for (size_t i = 0; i < s->when_count; i++) {
        lint_field(l, "processes", line, s->when[i].name);
        split_field(&type, &field, s->when[i].name);
        check_value(l, line, type, field, s->when[i].value);
    }
}

/* Days are those of the case, its call, the register or what some process of the pack makes or moves: those of
 * any other record (a training) have nothing to do with the case. */
static bool is_of_cases(const struct pack *p, struct str type)
{
    static const char *const beside[] = {"case", "call", "centre", "application"};
    if (STR_IN(type, beside))
        return true;
    for (size_t i = 0; i < p->process_count; i++) {
        if (str_eq(p->processes[i].subject, type))
            return true;
        for (size_t k = 0; k < p->processes[i].step_count; k++)
            for (size_t n = 0; n < p->processes[i].steps[k].effect_count; n++) {
                const struct process_effect *f = &p->processes[i].steps[k].effects[n];
                bool writes =
                    f->kind == EFFECT_RECORD || f->kind == EFFECT_CHANGE || f->kind == EFFECT_DATE;
                struct str rest = f->object;
                if (writes && str_eq(str_split(&rest, STR(".")), type))
                    return true;
            }
    }
    return false;
}

/* "of:TYPE.FIELD": of a record that cases have, which holds such values. */
static void check_taken_over(struct linting *l, int line, struct str type,
                             const struct process_value *v)
{
    struct str from, field, path = process_value_of(v);
    split_field(&from, &field, path);
    lint_field(l, "processes", line, path);
    if (lint_has_record(l, from, field) && !is_of_cases(l->pack, from))
        LINT(
            l, "processes", line,
            "\"%.*s\" is of no record of such a case: of:TYPE.FIELD names the record that the case "
            "moves, or one that a step makes",
            STR_ARG(path));
    else if (l->names && l->names->takes &&
             !l->names->takes(l->names->arg, type, v->name, v->value))
        LINT(l, "processes", line, "what \"%.*s\" holds is no value of %.*s.%.*s", STR_ARG(path),
             STR_ARG(type), STR_ARG(v->name));
}

/* What a record is written with: codes, ids of this pack, grades of its evaluations, "due:RULE" for the
 * last day of a deadline of the pack, and "of:TYPE.FIELD". */
static void check_written(struct linting *l, int line, struct str type,
                          const struct process_value *v)
{
    size_t at;
    if (!str_is(v->name, "state"))
        lint_field(l, "processes", line,
                   arena_printf(l->arena, "%.*s.%.*s", STR_ARG(type), STR_ARG(v->name)));
    if (str_is(v->name, "criterion") && !pack_find_criterion(&at, l->pack, v->value))
        LINT(l, "processes", line, "there is no criterion \"%.*s\"", STR_ARG(v->value));
    if (process_value_of(v).len) {
        check_taken_over(l, line, type, v);
        return;
    }
    if (str_starts(v->value, STR("due:"))) {
        struct str rule = {v->value.ptr + 4, v->value.len - 4};
        if (!pack_deadline(l->pack, rule))
            LINT(l, "processes", line, "there is no deadline \"%.*s\"", STR_ARG(rule));
        return;
    }
    check_value(l, line, type, v->name, v->value);
}

static void check_begun(struct linting *l, int line, struct str subject,
                        const struct process_value *v)
{
    if (process_value_of(v).len)
        LINT(
            l, "processes", line,
            "\"%.*s\": a case that begins has no record yet; of:TYPE.FIELD stands in effects alone",
            STR_ARG(v->value));
    else
        check_written(l, line, subject, v);
}

/* From a year a rule of the year counts (12月15日); a period begins on a day. */
static void check_from(struct linting *l, const struct process_step *s, int line)
{
    struct str type, field;
    const struct deadline_rule *d = pack_deadline(l->pack, s->due);
    lint_field(l, "processes", line, s->counted);
    split_field(&type, &field, s->counted);
    enum names_day day =
        l->names && l->names->day ? l->names->day(l->names->arg, type, field) : NAMES_NO_FIELD;
    if (day == NAMES_NO_DAY)
        LINT(l, "processes", line,
             "no day can be counted from \"%.*s\": it is neither a date nor a year",
             STR_ARG(s->counted));
    if (day == NAMES_YEAR && d && d->kind != DUE_YEARLY)
        LINT(l, "processes", line,
             "\"%.*s\" is a year, and %.*s is counted from a day: name a date, or take a rule like "
             "Y12-31",
             STR_ARG(s->counted), STR_ARG(deadline_rule_text(d, l->arena)));
    if (day != NAMES_NO_FIELD && !is_of_cases(l->pack, type))
        LINT(l, "processes", line,
             "\"%.*s\" is no day of such a case: no step of the pack makes or changes a %.*s; "
             "count from "
             "the record that the case moves, from one that a step makes, from case.stage_on or "
             "call.opens_on",
             STR_ARG(s->counted), STR_ARG(type));
}

/* Whether a step that leads into the state makes such a record. */
static bool is_made_into(const struct process *p, size_t state, struct str type)
{
    for (size_t i = 0; i < p->step_count; i++)
        if (!p->steps[i].stays && p->steps[i].to == state &&
            process_step_effect(&p->steps[i], EFFECT_RECORD, type))
            return true;
    return false;
}

/* What opens or closes by days of a record that the case itself makes (公示) is entered by steps that
 * make it: else there is no list, and nothing is counted. Where one of its states is entered so, the
 * others are one too many. */
static void check_counted(struct linting *l, const struct process *p, const struct process_step *s,
                          int line)
{
    struct str type, field;
    bool made = false;
    if (s->counted.len == 0)
        return;
    check_from(l, s, line);
    split_field(&type, &field, s->counted);
    if (str_eq(type, p->subject) || str_is(type, "case") || (!s->after_due && !s->refused_late))
        return;
    for (size_t i = 0; i < s->from_count; i++)
        made |= is_made_into(p, s->from[i], type);
    for (size_t i = 0; i < p->step_count; i++) {
        const struct process_step *in = &p->steps[i];
        if (in->stays || !process_leaves(s, in->to) || process_leaves(in, in->to) ||
            process_step_effect(in, EFFECT_RECORD, type))
            continue;
        if (made && !is_made_into(p, in->to, type))
            LINT(l, "processes", s->line,
                 "\"%.*s\" is counted from a %.*s, and no step to \"%.*s\" makes one: it does not "
                 "open in that state",
                 STR_ARG(s->id), STR_ARG(type), STR_ARG(p->states[in->to].id));
        else
            LINT(l, "processes", in->line,
                 "\"%.*s\" is counted from a %.*s, and the step \"%.*s\", which leads there, makes "
                 "none: effects: [record %.*s]",
                 STR_ARG(s->id), STR_ARG(type), STR_ARG(in->id), STR_ARG(type));
    }
}

/* Whether a ban on applying again lasts so long. */
static bool bars_until(const struct pack *p, struct str deadline)
{
    const struct part_list *all = &p->parts[PART_PROHIBITIONS];
    bool bars = false;
    for (size_t i = 0; i < all->list.len; i++) {
        const struct part_value *to = part_value(&all->list.ptr[i], "consequences");
        for (size_t k = 0; k < to->item_count; k++)
            bars |= str_eq(part_text(&to->items[k], "deadline"), deadline);
    }
    return bars;
}

/* Whether the step writes the last day of the deadline into a record: cycle_ends=due:validity. */
static bool writes_day(const struct process_step *s, struct str deadline)
{
    bool out = false;
    for (size_t i = 0; i < s->effect_count; i++)
        for (size_t k = 0; k < s->effects[i].value_count; k++) {
            struct str value = s->effects[i].values[k].value;
            out |= str_starts(value, STR("due:")) && str_ends(value, deadline) &&
                   value.len == strlen("due:") + deadline.len;
        }
    return out;
}

/* Seen by who has the step, by an evaluation's cycle, in a record, or by a verdict. */
static bool is_seen(const struct linting *l, const struct deadline_rule *d)
{
    const struct pack *p = l->pack;
    const struct part_list *evaluations = &p->parts[PART_EVALUATIONS];
    bool seen = str_is(d->id, "effective") || str_is(d->id, "pack-expiry");
    for (size_t i = 0; i < p->process_count; i++)
        for (size_t k = 0; k < p->processes[i].step_count; k++)
            seen |= (str_eq(p->processes[i].steps[k].due, d->id) ||
                     writes_day(&p->processes[i].steps[k], d->id)) &&
                    p->processes[i].steps[k].role_count;
    for (size_t i = 0; i < evaluations->list.len; i++)
        seen |= str_eq(part_text(&evaluations->list.ptr[i], "cycle"), d->id);
    seen |= bars_until(p, d->id);
    struct str named = arena_printf(l->arena, "'%.*s'", STR_ARG(d->id));
    for (size_t i = 0; i < p->indicators.len; i++)
        seen |= str_contains(str_of(p->indicators.ptr[i].sql), named);
    return seen;
}

static void check_deadlines(struct linting *l)
{
    if (l->pack->process_count == 0) /* it has no step that could show one */
        return;
    for (size_t i = 0; i < l->pack->deadlines.len; i++) {
        const struct deadline_rule *d = &l->pack->deadlines.ptr[i];
        if (d->from == l->pack && l->pack->document.standing != PACK_LIBRARY && !is_seen(l, d))
            LINT(l, "deadlines", d->line,
                 "nobody sees the deadline \"%.*s\": a step (deadline, counted), the cycle of an "
                 "evaluation or an indicator uses it, or it is left out",
                 STR_ARG(d->id));
    }
}

static bool is_proof(const struct part_value *proof, struct str type)
{
    for (size_t i = 0; i < proof->word_count; i++)
        if (str_starts(proof->words[i], type) && proof->words[i].ptr[type.len] == '.')
            return true;
    return false;
}

/* A step of the process at which the material is handed in: with a form, or as the record that it is. */
static bool hands_in(const struct process *p, const struct part_value *proof)
{
    for (size_t i = 0; i < p->step_count; i++)
        for (size_t k = 0; k < p->steps[i].effect_count; k++) {
            const struct process_effect *f = &p->steps[i].effects[k];
            if (f->kind == EFFECT_HAND_IN ||
                (f->kind == EFFECT_RECORD && is_proof(proof, f->object)))
                return true;
        }
    return false;
}

static void reach_without(const struct process *p, size_t state, bool *seen)
{
    if (seen[state])
        return;
    seen[state] = true;
    for (size_t i = 0; i < p->step_count; i++)
        if (!p->steps[i].stays && process_leaves(&p->steps[i], state) &&
            !process_step_has(&p->steps[i], EFFECT_HAND_IN))
            reach_without(p, p->steps[i].to, seen);
}

/* Where one step hands the form in, no other leads to the same state without it. */
static void check_ways(struct linting *l, const struct process *p)
{
    for (size_t i = 0; i < p->step_count; i++) {
        const struct process_step *s = &p->steps[i];
        bool *seen = arena_array(l->arena, p->state_count + 1, sizeof(*seen));
        if (s->stays || process_step_has(s, EFFECT_HAND_IN) || !process_leaves(s, p->start))
            continue;
        seen[p->start] = true; /* sent back, it begins again */
        reach_without(p, s->to, seen);
        for (size_t k = 0; k < p->step_count; k++)
            if (!p->steps[k].stays && process_step_has(&p->steps[k], EFFECT_HAND_IN) &&
                seen[p->steps[k].to] && p->steps[k].to != p->start &&
                process_leaves(&p->steps[k], p->start)) {
                LINT(l, "processes", s->line,
                     "by the step \"%.*s\" a case comes to \"%.*s\" without the form and the "
                     "materials "
                     "that \"%.*s\" asks for: effects: [hand_in …]",
                     STR_ARG(s->id), STR_ARG(p->states[p->steps[k].to].id),
                     STR_ARG(p->steps[k].id));
                break;
            }
    }
}

static bool judges(const struct linting *l, const struct process_step *s, struct str criterion)
{
    bool out = str_among(criterion, s->needs, s->need_count);
    for (size_t i = 0; !out && i < s->ask_count + s->pass_count; i++) {
        const struct question *q =
            pack_question(l->pack, i < s->ask_count ? s->asks[i] : s->passes[i - s->ask_count]);
        out = q && str_among(criterion, q->names, q->count);
    }
    return out;
}

/* A step that writes the judgement: it counts in its own case alone. */
static bool gives_judgement(const struct process *p, struct str criterion)
{
    for (size_t i = 0; i < p->step_count; i++)
        if (process_judges(&p->steps[i], criterion))
            return true;
    return false;
}

static void check_judged(struct linting *l, const struct process *p, const struct process_step *s,
                         int line, const struct str *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct process *other = NULL;
        size_t at;
        if (!pack_find_criterion(&at, l->pack, names[i]) || !l->pack->criteria.ptr[at].judged ||
            gives_judgement(p, names[i]))
            continue;
        for (size_t k = 0; !other && k < l->pack->process_count; k++)
            if (gives_judgement(&l->pack->processes[k], names[i]))
                other = &l->pack->processes[k];
        if (other)
            LINT(l, "processes", line,
                 "the step \"%.*s\" needs \"%.*s\", which is judged in \"%.*s\" alone: a judgement "
                 "counts in its own case, so here it is never known (record judgement "
                 "criterion=%.*s …, in a step before)",
                 STR_ARG(s->id), STR_ARG(names[i]), STR_ARG(other->id), STR_ARG(names[i]));
        else
            LINT(l, "processes", line,
                 "the step \"%.*s\" needs \"%.*s\", which no step judges (record judgement "
                 "criterion=%.*s …)",
                 STR_ARG(s->id), STR_ARG(names[i]), STR_ARG(names[i]));
    }
}

static bool enters(const struct process_step *s, const char *type)
{
    return process_step_effect(s, EFFECT_RECORD, str_of(type));
}

/* Enters somebody among those recognised (types/centre.yaml, types/recognition.yaml). */
static bool recognises(const struct process_step *s)
{
    return enters(s, "centre") || enters(s, "recognition");
}

/* A party is recognised once while it stands in the register (case/call.c): of what enters nobody there, nothing
 * says so. */
static void check_recognised_once(struct linting *l, const struct process *p)
{
    bool registers = false;
    for (size_t i = 0; i < p->step_count; i++)
        registers |= enters(&p->steps[i], "centre");
    for (size_t i = 0; !registers && i < p->step_count; i++)
        if (enters(&p->steps[i], "recognition"))
            LINT(
                l, "processes", p->steps[i].line,
                "the step \"%.*s\" recognises a party, and no step of the process enters it in the "
                "register: nothing keeps it from being recognised again while it stands: record "
                "centre …",
                STR_ARG(p->steps[i].id));
}

/* What was asked of a party when it handed in is asked again of whom is recognised: months lie between. */
static void check_asked_again(struct linting *l, const struct process *p)
{
    for (size_t i = 0; i < p->step_count; i++)
        for (size_t q = 0; process_is_partys(&p->steps[i]) && q < p->steps[i].ask_count; q++) {
            const struct question *asked = pack_question(l->pack, p->steps[i].asks[q]);
            for (size_t k = 0; asked && k < p->step_count; k++) {
                bool all = true;
                for (size_t c = 0; c < asked->count; c++)
                    all &= judges(l, &p->steps[k], asked->names[c]);
                if (recognises(&p->steps[k]) && !all)
                    LINT(
                        l, "processes", p->steps[k].line,
                        "the step \"%.*s\" recognises a party without asking \"%.*s\" again, which "
                        "\"%.*s\" asks of it: asks: [%.*s]",
                        STR_ARG(p->steps[k].id), STR_ARG(asked->id), STR_ARG(p->steps[i].id),
                        STR_ARG(asked->id));
            }
        }
}

/* A step of the process that must see one of the criteria met. */
static bool demands(const struct linting *l, const struct process *p,
                    const struct part_value *proves)
{
    for (size_t i = 0; i < p->step_count; i++) {
        const struct process_step *s = &p->steps[i];
        for (size_t n = 0; n < s->need_count; n++)
            if (str_among(s->needs[n], proves->words, proves->word_count))
                return true;
        for (size_t q = 0; q < s->pass_count; q++) {
            const struct question *asked = pack_question(l->pack, s->passes[q]);
            for (size_t c = 0; asked && c < asked->count; c++)
                if (str_among(asked->names[c], proves->words, proves->word_count))
                    return true;
        }
    }
    return false;
}

static void check_materials(struct linting *l)
{
    const struct part_list *all = &l->pack->parts[PART_MATERIALS];
    for (size_t i = 0; i < all->list.len; i++) {
        const struct part *m = &all->list.ptr[i];
        const struct process *p = pack_process(l->pack, part_text(m, "process"));
        if (m->from == l->pack && str_is(part_text(m, "need"), "required") &&
            (!p ||
             (!hands_in(p, part_value(m, "proof")) && !demands(l, p, part_value(m, "proves")))))
            LINT(l, "materials", m->line,
                 "no step asks for the required material \"%.*s\": its process has a step with the "
                 "effect hand_in, or one that needs what it proves; else it is advised",
                 STR_ARG(m->id));
    }
}

/* The sum of money of the record that the case moves, or of one that it makes, on which a criterion hangs. */
static struct str sum_judged(struct linting *l, const struct process *p, const struct str *criteria,
                             size_t count, struct str paid)
{
    struct fact_words read;
    struct str path = STR_NONE;
    struct err e;
    if (criteria_fact_words(&read, l->pack, criteria, count, l->arena, &e) != OK)
        return path; /* SQL that cannot be prepared is told with its indicator */
    for (size_t i = 0; i < read.count; i++)
        for (size_t k = 0; path.len == 0 && k <= p->step_count; k++) {
            const struct process_step *in = k ? &p->steps[k - 1] : NULL;
            for (size_t n = 0; path.len == 0 && n < (in ? in->effect_count : 1); n++) {
                struct str type = in ? in->effects[n].object : p->subject;
                struct str field =
                    (in && in->effects[n].kind != EFFECT_RECORD) || str_eq(type, paid)
                        ? STR_NONE
                        : l->names->sum_of(l->names->arg, type, read.items[i].fact);
                if (field.len)
                    path = arena_printf(l->arena, "%.*s.%.*s", STR_ARG(type), STR_ARG(field));
            }
        }
    return path;
}

/* A sum that was judged, and another one that who takes the step enters: what is paid is bound by nothing. */
static void check_sum(struct linting *l, const struct process *p, const struct process_step *s,
                      int line, const struct process_effect *f)
{
    struct str sum = l->names && l->names->sum ? l->names->sum(l->names->arg, f) : STR_NONE;
    struct str judged = STR_NONE;
    if (sum.len && s->need_count)
        judged = sum_judged(l, p, s->needs, s->need_count, f->object);
    for (size_t i = 0; sum.len && judged.len == 0 && i < s->pass_count; i++) {
        const struct question *q = pack_question(l->pack, s->passes[i]);
        if (q)
            judged = sum_judged(l, p, q->names, q->count, f->object);
    }
    if (judged.len)
        LINT(l, "processes", line,
             "the step \"%.*s\" judges %.*s, and the %.*s of the %.*s that it writes is entered "
             "anew: "
             "another sum can be paid than was judged; write %.*s=of:%.*s",
             STR_ARG(s->id), STR_ARG(judged), STR_ARG(sum), STR_ARG(f->object), STR_ARG(sum),
             STR_ARG(judged));
}

/* A process may start another, and one that a subject runs through again (next year's report). */
static void check_effect(struct linting *l, const struct process *p, const struct process_step *s,
                         int line, const struct process_effect *f)
{
    struct str type, field;
    for (size_t i = 0; i < f->when_count; i++) {
        lint_field(l, "processes", line, f->when[i].name);
        split_field(&type, &field, f->when[i].name);
        check_value(l, line, type, field, f->when[i].value);
    }
    switch (f->kind) {
    case EFFECT_DATE:
        lint_field(l, "processes", line, f->object);
        return;
    case EFFECT_RECORD:
    case EFFECT_CHANGE:
        if (!lint_has_record(l, f->object, STR("")))
            LINT(l, "processes", line, "there is no record type \"%.*s\"", STR_ARG(f->object));
        for (size_t i = 0; i < f->value_count; i++)
            check_written(l, line, f->object, &f->values[i]);
        check_sum(l, p, s, line, f);
        for (size_t i = 0; i < f->enter_count; i++)
            lint_field(
                l, "processes", line,
                arena_printf(l->arena, "%.*s.%.*s", STR_ARG(f->object), STR_ARG(f->enters[i])));
        return;
    case EFFECT_HAND_IN:
        if (!part_named(l->pack, PART_FORMS, f->object))
            LINT(l, "processes", line, "there is no form \"%.*s\"", STR_ARG(f->object));
        return;
    case EFFECT_PAPER:
        if (!part_named(l->pack, PART_FORMS, f->object) &&
            !part_named(l->pack, PART_PAPERS, f->object))
            LINT(l, "processes", line, "there is no form \"%.*s\"", STR_ARG(f->object));
        return;
    case EFFECT_NAME:
        if (!l->pack->naming.given)
            LINT(l, "processes", line, "the pack has no rule for names: naming");
        return;
    case EFFECT_NOTIFY:
    case EFFECT_COPY:
        if (!process_actor_is_party(f->object) && !part_named(l->pack, PART_AUTHORITIES, f->object))
            LINT(l, "processes", line, "there is no authority \"%.*s\"", STR_ARG(f->object));
        return;
    case EFFECT_START:
        if (!pack_process(l->pack, f->object))
            LINT(l, "processes", line, "there is no process \"%.*s\"", STR_ARG(f->object));
        return;
    case EFFECT_END:
        if (!str_eq(f->object, p->subject) || s->stays || !p->states[s->to].end)
            LINT(l, "processes", line,
                 "end %.*s: a step ends the record that its case moves (%.*s) alone, and leads to "
                 "a state with end: true",
                 STR_ARG(f->object), STR_ARG(p->subject));
        return;
    case EFFECT_RECEIPT:
        return;
    }
}

static void check_questions(struct linting *l, int line, const struct str *ids, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!pack_question(l->pack, ids[i]))
            LINT(l, "processes", line, "there is no question \"%.*s\"", STR_ARG(ids[i]));
}

/* Papers of the same process. */
static void check_papers(struct linting *l, const struct process *p, const struct str *ids,
                         size_t count, int line)
{
    for (size_t i = 0; i < count; i++) {
        const struct part *paper = part_named(l->pack, PART_PAPERS, ids[i]);
        if (!paper || !str_eq(part_text(paper, "process"), p->id))
            LINT(l, "processes", line, "the process has no paper \"%.*s\"", STR_ARG(ids[i]));
    }
}

/* A new record whose needed field nobody says: the step is refused whatever who takes it enters. */
static void check_sayable(struct linting *l, const struct process_step *s, int line)
{
    static const struct str anybody = {"public", 6};
    bool public = str_is(s->actor, "public"), authority = !process_actor_is_party(s->actor);
    for (size_t i = 0; i < s->effect_count; i++) {
        const struct process_effect *f = &s->effects[i];
        struct str field = f->kind == EFFECT_RECORD && l->names && l->names->unsaid
                               ? l->names->unsaid(l->names->arg, f, public ? &anybody : s->roles,
                                                  public ? 1 : s->role_count, authority)
                               : STR_NONE;
        if (field.len)
            LINT(l, "processes", line,
                 "the step \"%.*s\" can never be taken: a %.*s needs \"%.*s\", which %.*s may not "
                 "say; fix it (%.*s=…), or let take the step who says it",
                 STR_ARG(s->id), STR_ARG(f->object), STR_ARG(field), STR_ARG(s->actor),
                 STR_ARG(field));
    }
}

static bool brings_to_a_state(const struct process_effect *f, struct str type)
{
    return str_eq(f->object, type) && process_writes(f, STR("state")).len > 0 &&
           (f->kind == EFFECT_CHANGE || f->kind == EFFECT_RECORD);
}

/* A record that steps alone bring on from its first state, and none does: an objection that nobody closes. */
static void check_brought_on(struct linting *l, const struct process_step *s, int line)
{
    for (size_t i = 0; i < s->effect_count; i++) {
        const struct process_effect *f = &s->effects[i];
        bool waits = f->kind == EFFECT_RECORD && l->names && l->names->waits &&
                     l->names->waits(l->names->arg, f->object);
        for (size_t p = 0; waits && p < l->pack->process_count; p++)
            for (size_t k = 0; k < l->pack->processes[p].step_count; k++)
                for (size_t n = 0; n < l->pack->processes[p].steps[k].effect_count; n++)
                    waits &=
                        !brings_to_a_state(&l->pack->processes[p].steps[k].effects[n], f->object);
        if (waits)
            LINT(l, "processes", line,
                 "the %.*s that the step \"%.*s\" makes stays in its first state for ever: no step "
                 "of the pack brings it to another (change %.*s state=…)",
                 STR_ARG(f->object), STR_ARG(s->id), STR_ARG(f->object));
    }
}

static void check_step(struct linting *l, const struct process *p, const struct process_step *s,
                       const struct part *item)
{
    check_papers(l, p, s->served, s->served_count, line_of(item, "served"));
    if (!process_actor_is_party(s->actor) && !part_named(l->pack, PART_AUTHORITIES, s->actor))
        LINT(l, "processes", line_of(item, "actor"), "there is no authority \"%.*s\"",
             STR_ARG(s->actor));
    else if (s->role_count == 0)
        LINT(l, "processes", line_of(item, "actor"),
             "nobody acts for \"%.*s\": its authority has no roles", STR_ARG(s->actor));
    if (s->panel.name.len && !part_named(l->pack, PART_EVALUATIONS, s->panel.name))
        LINT(l, "processes", line_of(item, "panel"), "there is no evaluation \"%.*s\"",
             STR_ARG(s->panel.name));
    lint_criteria(l, "processes", line_of(item, "needs"), s->needs, s->need_count);
    lint_criteria(l, "processes", line_of(item, "fails"), s->fails, s->fail_count);
    for (size_t i = 0; i < s->fail_count; i++)
        if (str_among(s->fails[i], s->needs, s->need_count))
            LINT(l, "processes", line_of(item, "fails"),
                 "\"%.*s\" is to be met and not to be met: needs, fails", STR_ARG(s->fails[i]));
    check_judged(l, p, s, line_of(item, "needs"), s->needs, s->need_count);
    for (size_t i = 0; i < s->pass_count; i++) {
        const struct question *q = pack_question(l->pack, s->passes[i]);
        if (q)
            check_judged(l, p, s, line_of(item, "passes"), q->names, q->count);
    }
    check_questions(l, line_of(item, "asks"), s->asks, s->ask_count);
    check_questions(l, line_of(item, "passes"), s->passes, s->pass_count);
    if (s->due.len && !pack_deadline(l->pack, s->due))
        LINT(l, "processes", line_of(item, "deadline"), "there is no deadline \"%.*s\"",
             STR_ARG(s->due));
    check_when(l, s, line_of(item, "when"));
    check_sayable(l, s, line_of(item, "effects"));
    check_brought_on(l, s, line_of(item, "effects"));
    check_counted(l, p, s, line_of(item, "counted"));
    if (s->stays && s->effect_count == 0)
        LINT(l, "processes", s->line, "the step \"%.*s\" leads nowhere and does nothing",
             STR_ARG(s->id));
    for (size_t i = 0; i < s->effect_count; i++)
        check_effect(l, p, s, line_of(item, "effects"), &s->effects[i]);
}

void lint_processes(struct linting *l)
{
    check_deadlines(l);
    check_materials(l);
    for (size_t i = 0; i < l->pack->process_count; i++) {
        const struct process *p = &l->pack->processes[i];
        const struct part *item = &l->pack->parts[PART_PROCESSES].list.ptr[i];
        if (item->from != l->pack)
            continue;
        if (!lint_has_record(l, p->subject, STR("")))
            LINT(l, "processes", part_value(item, "subject")->line,
                 "there is no record type \"%.*s\"", STR_ARG(p->subject));
        else if (l->names && l->names->moves && !l->names->moves(l->names->arg, p->subject))
            LINT(
                l, "processes", part_value(item, "subject")->line,
                "a case makes the record that it moves, and \"%.*s\" is a register: it would enter "
                "another one; take a record of what is asked (application, finding …), and change "
                "the register by an effect (change %.*s)",
                STR_ARG(p->subject), STR_ARG(p->subject));
        check_states(l, p, item);
        check_ways(l, p);
        check_asked_again(l, p);
        check_recognised_once(l, p);
        for (size_t k = 0; k < p->begin_count; k++)
            check_begun(l, part_value(item, "begins")->line, p->subject, &p->begins[k]);
        for (size_t k = 0; k < p->step_count; k++)
            check_step(l, p, &p->steps[k], &part_value(item, "transitions")->items[k]);
    }
}
