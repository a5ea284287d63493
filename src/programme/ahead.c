/* Which steps lie ahead of a case: what it went through and did not go back to before lies behind it. */
#include "programme/ahead.h"

struct path { /* states from the first to where the case stands, each once */
    size_t *states, len;
};

static void come_to(struct path *path, size_t state)
{
    size_t i = 0;
    while (i < path->len && path->states[i] != state)
        i++;
    path->states[i] = state;
    path->len = i + 1;
}

static bool is_on(const struct path *path, size_t state)
{
    for (size_t i = 0; i < path->len; i++)
        if (path->states[i] == state)
            return true;
    return false;
}

static bool begins_in(const struct process_step *s, const struct path *reached)
{
    for (size_t i = 0; i < s->from_count; i++)
        if (is_on(reached, s->from[i]))
            return true;
    return false;
}

void ahead_from(bool *out, const struct process *p, const struct process_step *now,
                const struct flow_done *all, size_t count, const bool *closed, struct arena *a)
{
    struct path behind = {arena_array(a, p->state_count + 1, sizeof(size_t)), 0}, reached = behind;
    reached.states = arena_array(a, p->state_count + 1, sizeof(size_t));
    for (size_t i = 0; i < count; i++)
        if (!str_eq(all[i].from, all[i].to) && process_state_at(p, all[i].to) < p->state_count)
            come_to(&behind, process_state_at(p, all[i].to));
    if (!now->stays)
        come_to(&behind, now->to);
    if (behind.len)
        come_to(&reached, behind.states[behind.len - 1]);
    for (size_t i = 0; i < p->step_count; i++)
        out[i] = str_eq(p->steps[i].id, now->id);
    for (size_t was = 0; was < reached.len;) {
        was = reached.len;
        for (size_t i = 0; i < p->step_count; i++) {
            const struct process_step *s = &p->steps[i];
            if ((closed && closed[i]) || !begins_in(s, &reached))
                continue;
            out[i] = true;
            if (!s->stays && !is_on(&behind, s->to) && !is_on(&reached, s->to))
                come_to(&reached, s->to);
        }
    }
}

err_t ahead_of(const bool **out, struct db *db, struct flow_call *x, struct programme *p,
               struct err *e)
{
    const struct process *process = x->process;
    bool *closed = arena_array(x->arena, process->step_count + 1, sizeof(*closed));
    bool *ahead = arena_array(x->arena, process->step_count + 1, sizeof(*ahead));
    const struct flow_done *all;
    size_t count = 0;
    err_t rc = flow_history(&all, &count, db, x->c.id, x->arena, e);
    for (size_t i = 0; rc == OK && i < process->step_count; i++)
        rc = programme_anothers(&closed[i], db, x, &process->steps[i], p, e);
    if (rc == OK)
        ahead_from(ahead, process, x->step, all, count, closed, x->arena);
    *out = ahead;
    return rc;
}
