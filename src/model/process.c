/* What of a process follows from its data alone. */
#include "model/process.h"
#include "base/msg.h"

const struct process_step *process_step_find(const struct process *p, struct str id)
{
    return FIND_BY(p->steps, p->step_count, id, id);
}

size_t process_state_at(const struct process *p, struct str id)
{
    size_t i = 0;
    while (i < p->state_count && !str_eq(p->states[i].id, id))
        i++;
    return i;
}

bool process_step_has(const struct process_step *s, enum process_effect_kind kind)
{
    for (size_t i = 0; i < s->effect_count; i++)
        if (s->effects[i].kind == kind)
            return true;
    return false;
}

const struct process_effect *process_step_effect(const struct process_step *s,
                                                 enum process_effect_kind kind, struct str object)
{
    for (size_t i = 0; i < s->effect_count; i++)
        if (s->effects[i].kind == kind && str_eq(s->effects[i].object, object))
            return &s->effects[i];
    return NULL;
}

const struct process_effect *process_effect(const struct process *p, enum process_effect_kind kind,
                                            struct str object)
{
    const struct process_effect *f = NULL;
    for (size_t i = 0; !f && i < p->step_count; i++)
        f = process_step_effect(&p->steps[i], kind, object);
    return f;
}

struct str process_writes(const struct process_effect *f, struct str field)
{
    const struct process_value *v = FIND_BY(f->values, f->value_count, name, field);
    return v ? v->value : STR_NONE;
}

bool process_judges(const struct process_step *s, struct str criterion)
{
    for (size_t i = 0; i < s->effect_count; i++)
        if (s->effects[i].kind == EFFECT_RECORD && str_is(s->effects[i].object, "judgement") &&
            str_eq(process_writes(&s->effects[i], STR("criterion")), criterion))
            return true;
    return false;
}

bool process_opens_in(const struct process *p, const struct process_step *s, struct str stage)
{
    return process_leaves(s, process_state_at(p, stage));
}

bool process_leaves(const struct process_step *s, size_t state)
{
    for (size_t i = 0; i < s->from_count; i++)
        if (s->from[i] == state)
            return true;
    return false;
}

bool process_day_counts(const struct process *p, const struct process_step *s, size_t state)
{
    if (p->states[state].end)
        return false;
    if (s->due.len && process_step_effect(s, EFFECT_DATE, s->counted))
        return !s->stays && s->to == state;
    return process_leaves(s, state);
}

struct str process_step_name(const struct process_step *s)
{
    return msg_lang() == LANG_EN && s->label_en.len ? s->label_en : s->label;
}

struct str process_name(const struct process *p)
{
    return msg_lang() == LANG_EN && p->label_en.len ? p->label_en : p->label;
}

bool process_is_party(struct str actor)
{
    return str_is(actor, "applicant") || str_is(actor, "centre");
}

bool process_is_partys(const struct process_step *s)
{
    return process_is_party(s->actor);
}

bool process_is_offices(const struct process_step *s)
{
    return !process_is_partys(s) && !str_is(s->actor, "public") && !str_is(s->actor, "expert");
}

bool process_needs_basis(const struct process_step *s)
{
    return s->citation.clause.len == 0 && s->role_count > 0 && process_is_offices(s);
}

bool process_decides(const struct process *p, const struct process_step *s)
{
    return process_is_offices(s) && !s->stays && p->states[s->to].end;
}

bool process_gives_period(const struct process_step *s)
{
    bool replies = process_step_effect(s, EFFECT_RECEIPT, STR("reply"));
    return str_starts(s->counted, STR("publicity.")) ||
           (str_is(s->actor, "public") && s->due.len) ||
           (process_is_partys(s) && (replies || str_starts(s->counted, STR("rectification."))));
}

bool process_waits(const struct process *p, const struct process_step *s,
                   const struct process_step *other, size_t state)
{
    for (size_t i = 0; i < s->wait_count; i++)
        if (&p->steps[s->waits[i]] == other)
            return process_leaves(s, state) && process_day_counts(p, other, state);
    return false;
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

bool process_asks_reason(const struct process_step *s, struct str today, struct due_day due)
{
    return s->reason || (s->reason_early && due.date.len && str_cmp(today, due.date) < 0);
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
    if (!over || (s->after_due && !s->refused_late))
        return PROCESS_IN_TIME;
    return s->refused_late ? PROCESS_LATE : PROCESS_OVERDUE;
}

struct str process_value_of(const struct process_value *v)
{
    static const struct str sign = {"of:", 3};
    return str_starts(v->value, sign)
               ? (struct str){v->value.ptr + sign.len, v->value.len - sign.len}
               : STR_NONE;
}

enum process_holds process_holds(const struct process_value *condition, struct str is)
{
    if (is.len == 0)
        return HOLDS_UNKNOWN;
    return str_eq(is, condition->value) == condition->other ? HOLDS_NOT : HOLDS;
}
