/* Checks of the processes of a pack: every state is reached and left, every step names what
 * there is. */
#include "base/msg.h"
#include "policy/lint_priv.h"

static bool opens_in(const struct process_step *s, size_t state)
{
    for (size_t i = 0; i < s->from_count; i++)
        if (s->from[i] == state)
            return true;
    return false;
}

static void reach(const struct process *p, size_t state, bool *seen)
{
    if (seen[state])
        return;
    seen[state] = true;
    for (size_t i = 0; i < p->step_count; i++)
        if (!p->steps[i].stays && opens_in(&p->steps[i], state))
            reach(p, p->steps[i].to, seen);
}

static void check_states(struct linting *l, const struct process *p, const struct part *item)
{
    const struct part_value *states = part_value(item, "states");
    bool *seen = arena_array(l->arena, p->state_count + 1, sizeof(*seen));
    if (p->state_count == 0) {
        LINT(l, "processes", p->line, "a process has states");
        return;
    }
    reach(p, p->start, seen);
    for (size_t i = 0; i < p->state_count; i++) {
        bool left = false;
        for (size_t k = 0; k < p->step_count; k++)
            left |= !p->steps[k].stays && opens_in(&p->steps[k], i);
        int line = states->items[i].line;
        if (!seen[i])
            LINT(l, "processes", line, "no step leads to the state \"%.*s\"",
                 STR_ARG(p->states[i].id));
        if (p->states[i].end && left)
            LINT(l, "processes", line, "the state \"%.*s\" is an end and has a step out of it",
                 STR_ARG(p->states[i].id));
        if (!p->states[i].end && !left)
            LINT(l, "processes", line, "no step leads out of the state \"%.*s\": end: true",
                 STR_ARG(p->states[i].id));
    }
}

/* A value "due:RULE" is the last day of a deadline of the pack. */
static void check_value(struct linting *l, const struct process_step *s,
                        const struct process_effect *f, const struct process_value *v)
{
    struct str rule = {v->value.ptr + 4, v->value.len - 4};
    if (!str_is(v->name, "state"))
        lint_field(l, "processes", s->line,
                   arena_printf(l->arena, "%.*s.%.*s", STR_ARG(f->object), STR_ARG(v->name)));
    if (str_starts(v->value, STR("due:")) && !pack_deadline(l->pack, rule))
        LINT(l, "processes", s->line, "there is no deadline \"%.*s\"", STR_ARG(rule));
}

/* A process may start another, and one that a subject runs through again (next year's report). */
static void check_effect(struct linting *l, const struct process_step *s,
                         const struct process_effect *f)
{
    for (size_t i = 0; i < f->when_count; i++)
        lint_field(l, "processes", s->line, f->when[i].name);
    switch (f->kind) {
    case EFFECT_DATE:
        lint_field(l, "processes", s->line, f->object);
        return;
    case EFFECT_RECORD:
    case EFFECT_CHANGE:
        if (!lint_has_record(l, f->object, STR("")))
            LINT(l, "processes", s->line, "there is no record type \"%.*s\"", STR_ARG(f->object));
        for (size_t i = 0; i < f->value_count; i++)
            check_value(l, s, f, &f->values[i]);
        return;
    case EFFECT_HAND_IN:
        if (!part_named(l->pack, PART_FORMS, f->object))
            LINT(l, "processes", s->line, "there is no form \"%.*s\"", STR_ARG(f->object));
        return;
    case EFFECT_PAPER:
        if (!part_named(l->pack, PART_FORMS, f->object) &&
            !part_named(l->pack, PART_PAPERS, f->object))
            LINT(l, "processes", s->line, "there is no form \"%.*s\"", STR_ARG(f->object));
        return;
    case EFFECT_NAME:
        if (!l->pack->naming.given)
            LINT(l, "processes", s->line, "the pack has no rule for names: naming");
        return;
    case EFFECT_NOTIFY:
    case EFFECT_COPY:
        if (!process_actor_is_party(f->object) && !part_named(l->pack, PART_AUTHORITIES, f->object))
            LINT(l, "processes", s->line, "there is no authority \"%.*s\"", STR_ARG(f->object));
        return;
    case EFFECT_START:
        if (!pack_process(l->pack, f->object))
            LINT(l, "processes", s->line, "there is no process \"%.*s\"", STR_ARG(f->object));
        return;
    case EFFECT_RECEIPT:
        return;
    }
}

static void check_questions(struct linting *l, const struct process_step *s, const struct str *ids,
                            size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!pack_question(l->pack, ids[i]))
            LINT(l, "processes", s->line, "there is no question \"%.*s\"", STR_ARG(ids[i]));
}

/* Who took one step does not take another: steps of the same process. */
static void check_apart(struct linting *l, const struct process *p, const struct process_step *s)
{
    for (size_t i = 0; i < s->apart_count; i++) {
        bool known = false;
        for (size_t k = 0; k < p->step_count; k++)
            known |= str_eq(p->steps[k].id, s->apart[i]);
        if (!known)
            LINT(l, "processes", s->line, "there is no step \"%.*s\"", STR_ARG(s->apart[i]));
    }
}

static void check_step(struct linting *l, const struct process *p, const struct process_step *s)
{
    check_apart(l, p, s);
    if (!process_actor_is_party(s->actor) && !part_named(l->pack, PART_AUTHORITIES, s->actor))
        LINT(l, "processes", s->line, "there is no authority \"%.*s\"", STR_ARG(s->actor));
    else if (s->role_count == 0 && !str_is(s->actor, "system"))
        LINT(l, "processes", s->line, "nobody acts for \"%.*s\": its authority has no roles",
             STR_ARG(s->actor));
    if (s->panel.name.len && !part_named(l->pack, PART_EVALUATIONS, s->panel.name))
        LINT(l, "processes", s->line, "there is no evaluation \"%.*s\"", STR_ARG(s->panel.name));
    lint_criteria(l, "processes", s->line, s->needs, s->need_count);
    lint_criteria(l, "processes", s->line, s->fails, s->fail_count);
    for (size_t i = 0; i < s->fail_count; i++)
        if (str_among(s->fails[i], s->needs, s->need_count))
            LINT(l, "processes", s->line, "\"%.*s\" is to be met and not to be met: needs, fails",
                 STR_ARG(s->fails[i]));
    check_questions(l, s, s->asks, s->ask_count);
    check_questions(l, s, s->passes, s->pass_count);
    if (s->due.len && !pack_deadline(l->pack, s->due))
        LINT(l, "processes", s->line, "there is no deadline \"%.*s\"", STR_ARG(s->due));
    for (size_t i = 0; i < s->when_count; i++)
        lint_field(l, "processes", s->line, s->when[i].name);
    if (s->counted.len)
        lint_field(l, "processes", s->line, s->counted);
    if (s->stays && s->effect_count == 0)
        LINT(l, "processes", s->line, "the step \"%.*s\" leads nowhere and does nothing",
             STR_ARG(s->id));
    for (size_t i = 0; i < s->effect_count; i++)
        check_effect(l, s, &s->effects[i]);
}

void lint_processes(struct linting *l)
{
    for (size_t i = 0; i < l->pack->process_count; i++) {
        const struct process *p = &l->pack->processes[i];
        const struct part *item = &l->pack->parts[PART_PROCESSES].list.ptr[i];
        if (item->from != l->pack)
            continue;
        if (!lint_has_record(l, p->subject, STR("")))
            LINT(l, "processes", part_value(item, "subject")->line,
                 "there is no record type \"%.*s\"", STR_ARG(p->subject));
        check_states(l, p, item);
        for (size_t k = 0; k < p->step_count; k++)
            check_step(l, p, &p->steps[k]);
    }
}
