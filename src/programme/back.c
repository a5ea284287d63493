/* A case that is sent back: its record stands again in the state in which it stood then. */
#include "programme/programme_priv.h"

/* The state to which a step brings the record that its case moves; empty: it leaves it as it is. */
static struct str brings_to(const struct process_step *s, struct str type)
{
    for (size_t i = 0; s && i < s->effect_count; i++) {
        const struct process_effect *f = &s->effects[i];
        for (size_t k = 0; f->kind == EFFECT_CHANGE && k < f->value_count; k++)
            if (str_eq(f->object, type) && str_is(f->values[k].name, "state"))
                return f->values[k].value;
    }
    return STR_NONE;
}

static size_t index_of(const struct process *p, struct str stage)
{
    size_t i = 0;
    while (i < p->state_count && !str_eq(p->states[i].id, stage))
        i++;
    return i;
}

/* The states of the record as the history of the case has them: now, and when the case came into `stage` last; empty:
 * as the record was when the case began. */
static void replay(struct str *now, struct str *then, const struct flow_call *x,
                   const struct flow_done *all, size_t count, struct str stage)
{
    const struct process *p = x->process;
    struct str *at = arena_array(x->arena, p->state_count + 1, sizeof(*at));
    *now = STR_NONE;
    for (size_t i = 0; i <= p->state_count; i++)
        at[i] = STR_NONE;
    for (size_t i = 0; i < count; i++) {
        struct str to = str_is(all[i].kind, "step")
                            ? brings_to(process_step_find(p, all[i].step), x->c.type)
                            : STR_NONE;
        bool moved = !str_eq(all[i].from, all[i].to);
        if (to.len)
            *now = to;
        else if (moved && (str_is(all[i].kind, "back") || str_is(all[i].kind, "recall")))
            *now = at[index_of(p, all[i].to)];
        if (moved)
            at[index_of(p, all[i].to)] = *now;
    }
    *then = at[index_of(p, stage)];
}

err_t programme_back(struct db *db, struct flow_call *x, const struct flow_done *all, size_t count,
                     struct str stage, void *arg, struct err *e)
{
    const struct programme *p = arg;
    const struct record_type *t = record_type_find(p->kernel->types, x->c.type);
    static const struct jvalue nothing = {.type = J_OBJECT};
    struct str now, then;
    struct faults faults;
    struct written w;
    replay(&now, &then, x, all, count, stage);
    if (!t || str_eq(now, then))
        return OK;
    struct write_options o = {.state = then.len ? then : t->initial, .as = x->as, .date = x->today};
    o.reason = arena_printf(x->arena, "%.*s %.*s", STR_ARG(x->c.number), STR_ARG(x->reason));
    err_t rc =
        record_put(&w, &faults, db, p->kernel, x->by, t, x->c.record_id, &nothing, &o, x->arena, e);
    return rc == E_INVALID && faults.count
               ? err_set(e, E_INVALID, "%.*s: %.*s", STR_ARG(faults.items[0].field),
                         STR_ARG(faults.items[0].message_zh))
               : rc;
}
