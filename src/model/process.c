/* What of a process follows from its data alone. */
#include "model/process.h"

const struct process_step *process_step_find(const struct process *p, struct str id)
{
    for (size_t i = 0; i < p->step_count; i++)
        if (str_eq(p->steps[i].id, id))
            return &p->steps[i];
    return NULL;
}

bool process_opens_in(const struct process *p, const struct process_step *s, struct str stage)
{
    for (size_t i = 0; i < s->from_count; i++)
        if (str_eq(p->states[s->from[i]].id, stage))
            return true;
    return false;
}

bool process_needs_basis(const struct process_step *s)
{
    return s->citation.clause.len == 0 && s->role_count > 0 && !str_is(s->actor, "applicant") &&
           !str_is(s->actor, "centre") && !str_is(s->actor, "public") &&
           !str_is(s->actor, "expert");
}

const struct process_value *process_condition_at(const struct process_step *s, size_t at)
{
    if (at < s->when_count)
        return &s->when[at];
    at -= s->when_count;
    for (size_t i = 0; i < s->effect_count; at -= s->effects[i++].when_count)
        if (at < s->effects[i].when_count)
            return &s->effects[i].when[at];
    return NULL;
}

enum process_time process_time(const struct process_step *s, struct str today, struct due_day due)
{
    bool over = due_day_over(due, today);
    if (s->due.len == 0)
        return PROCESS_IN_TIME;
    if (s->after_due && due.date.len == 0)
        return PROCESS_NO_DAY;
    if (s->after_due && !over)
        return str_cmp(today, due.date) > 0 ? PROCESS_PROVISIONAL : PROCESS_EARLY;
    if (s->after_due || !over)
        return PROCESS_IN_TIME;
    return s->refused_late ? PROCESS_LATE : PROCESS_OVERDUE;
}

enum process_holds process_holds(const struct process_value *condition, struct str is)
{
    if (is.len == 0)
        return HOLDS_UNKNOWN;
    return str_eq(is, condition->value) == condition->other ? HOLDS_NOT : HOLDS;
}
