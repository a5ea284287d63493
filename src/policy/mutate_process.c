/* The mutants of the processes of a pack: who, from, to, conditions, guards, days, effects. The plain
 * data is written over and taken back; it is this pack's own and nobody else reads it meanwhile. */
#include "base/attr.h"
#include "base/msg.h"
#include "policy/mutate_priv.h"

struct changing {
    struct mutating *m;
    struct process *p;
    struct process_step *s;
};

static void told(struct changing *c, const char *what, struct str of)
{
    mutant_tell(c->m, arena_printf(c->m->arena, what, STR_ARG(of)).ptr);
}

/* --- from, to, who -------------------------------------------------------------------------- */

static bool opens_in(const struct process_step *s, size_t state)
{
    for (size_t i = 0; i < s->from_count; i++)
        if (s->from[i] == state)
            return true;
    return false;
}

static void mutate_from(struct changing *c)
{
    struct process_step was = *c->s;
    size_t *from = arena_array(c->m->arena, was.from_count + 1, sizeof(*from));
    c->s->from = from;
    for (size_t state = 0; state < c->p->state_count; state++) {
        bool had = opens_in(&was, state);
        c->s->from_count = 0;
        for (size_t i = 0; i < was.from_count; i++)
            if (was.from[i] != state)
                from[c->s->from_count++] = was.from[i];
        if (!had)
            from[c->s->from_count++] = state;
        told(c, had ? msg("not from %.*s") : msg("also from %.*s"), c->p->states[state].id);
    }
    *c->s = was;
}

static void mutate_to(struct changing *c)
{
    struct process_step was = *c->s;
    for (size_t state = 0; state < c->p->state_count; state++) {
        c->s->to = state;
        c->s->stays = false;
        if (was.stays || state != was.to)
            told(c, msg("to %.*s"), c->p->states[state].id);
    }
    *c->s = was;
    if (!was.stays) {
        c->s->stays = true;
        mutant_tell(c->m, msg("the case stays"));
    }
    *c->s = was;
}

static void mutate_actor(struct changing *c)
{
    struct process_step was = *c->s;
    static const char *const parties[] = {"applicant", "centre", "public"};
    const struct part_list *offices = &c->m->pack->parts[PART_AUTHORITIES];
    for (size_t i = 0; i < offices->list.len + ARRAY_LEN(parties); i++) {
        struct str actor = i < offices->list.len ? offices->list.ptr[i].id
                                                 : str_of(parties[i - offices->list.len]);
        if (str_eq(actor, was.actor))
            continue;
        c->s->actor = actor;
        told(c, msg("by %.*s"), actor);
    }
    *c->s = was;
}

/* --- what is asked ------------------------------------------------------------------------ */

static void mutate_flag(struct changing *c, bool *flag, const char *name)
{
    *flag = !*flag;
    told(c, *flag ? msg("with %.*s") : msg("without %.*s"), str_of(name));
    *flag = !*flag;
}

static void drop_each(struct changing *c, const struct str **list, size_t *count, const char *of)
{
    const struct str *was = *list;
    size_t all = *count;
    struct str *left = arena_array(c->m->arena, all + 1, sizeof(*left));
    for (size_t k = 0; k < all; k++) {
        for (size_t n = 0, to = 0; n < all; n++)
            if (n != k)
                left[to++] = was[n];
        *list = left;
        *count = all - 1;
        mutant_tell(c->m,
                    arena_printf(c->m->arena, msg("%s without %.*s"), of, STR_ARG(was[k])).ptr);
    }
    *list = was;
    *count = all;
}

/* Each condition dropped, and turned round. */
static void mutate_conditions(struct changing *c, const struct process_value **list, size_t *count)
{
    const struct process_value *was = *list;
    size_t all = *count;
    struct process_value *left = arena_array(c->m->arena, all + 1, sizeof(*left));
    *list = left;
    for (size_t k = 0; k < all; k++) {
        for (size_t n = 0; n < all; n++)
            left[n] = was[n];
        left[k].other = !was[k].other;
        told(c, msg("condition turned round: %.*s"), was[k].name);
        for (size_t n = k; n + 1 < all; n++)
            left[n] = was[n + 1];
        *count = all - 1;
        told(c, msg("condition dropped: %.*s"), was[k].name);
        *count = all;
    }
    *list = was;
}

static void mutate_panel(struct changing *c)
{
    struct process_value was = c->s->panel;
    if (was.name.len == 0)
        return;
    c->s->panel.value = str_is(was.value, "pass") ? STR("fail") : STR("pass");
    mutant_tell(c->m, msg("the panel's result turned round"));
    c->s->panel = (struct process_value){.name = STR_NONE};
    mutant_tell(c->m, msg("without panel"));
    c->s->panel = was;
}

static void mutate_days(struct changing *c)
{
    struct process_step was = *c->s;
    if (was.due.len == 0)
        return;
    mutate_flag(c, &c->s->after_due, "after_due");
    const struct deadline_rule *rule = pack_deadline(c->m->pack, was.due);
    /* A step that opens when a period is over has no last day, and nobody is late by one that no text gives. */
    if (!was.after_due && !(rule && rule->chosen))
        mutate_flag(c, &c->s->refused_late, "refused_late");
    if (!was.after_due &&
        !was.reason) /* else it is never taken early, or has its reason on each day */
        mutate_flag(c, &c->s->reason_early, "reason_early");
    c->s->due = c->s->counted = STR_NONE;
    mutant_tell(c->m, msg("without deadline"));
    *c->s = was;
}

/* --- effects ------------------------------------------------------------------------------ */

static void mutate_effects(struct changing *c)
{
    struct process_step was = *c->s;
    struct process_effect *left = arena_array(c->m->arena, was.effect_count + 1, sizeof(*left));
    c->s->effects = left;
    for (size_t k = 0; k < was.effect_count; k++) {
        struct str text = process_effect_text(&was.effects[k], c->m->arena);
        for (size_t n = 0, to = 0; n < was.effect_count; n++)
            if (n != k)
                left[to++] = was.effects[n];
        c->s->effect_count = was.effect_count - 1;
        told(c, msg("effect dropped: %.*s"), text);
        c->s->effect_count = was.effect_count;
        for (size_t n = 0; n < was.effect_count; n++)
            left[n] = was.effects[n];
        mutate_conditions(c, &left[k].when, &left[k].when_count);
    }
    *c->s = was;
}

static void mutate_step(struct changing *c)
{
    struct process_step *s = c->s;
    mutate_from(c);
    mutate_to(c);
    mutate_actor(c);
    mutate_flag(c, &s->two_persons, "two_persons");
    mutate_flag(c, &s->reason, "reason");
    mutate_conditions(c, &s->when, &s->when_count);
    drop_each(c, &s->needs, &s->need_count, "needs");
    drop_each(c, &s->fails, &s->fail_count, "fails");
    drop_each(c, &s->asks, &s->ask_count, "asks");
    drop_each(c, &s->passes, &s->pass_count, "passes");
    drop_each(c, &s->served, &s->served_count, "served");
    mutate_panel(c);
    mutate_days(c);
    mutate_effects(c);
}

void mutate_processes(struct mutating *m)
{
    const struct part_list *parts = &m->pack->parts[PART_PROCESSES];
    for (size_t i = 0; i < m->pack->process_count; i++) {
        struct process *p = (struct process *)&m->pack->processes[i];
        if (parts->list.ptr[i].from != m->pack)
            continue;
        m->file = pack_section_file(m->pack, "processes");
        for (size_t k = 0; k < p->step_count; k++) {
            struct changing c = {m, p, (struct process_step *)&p->steps[k]};
            m->line = c.s->line;
            m->of = arena_printf(m->arena, "%.*s.%.*s", STR_ARG(p->id), STR_ARG(c.s->id));
            mutate_step(&c);
        }
    }
}
