/* Filling a pack's naming template. */
#include "policy/naming.h"
#include "base/msg.h"
#include "base/utf8.h"

static err_t check(const struct naming *n, struct str text, struct err *e)
{
    if (text.len == 0)
        return err_set(e, E_INVALID, "the industry is missing");
    if (str_among(text, n->refuse, n->refuse_count))
        return err_set(e, E_INVALID, "\"%.*s\" alone names no industry", STR_ARG(text));
    for (size_t i = 0; i < n->refuse_within_count; i++)
        if (str_contains(text, n->refuse_within[i]))
            return err_set(e, E_INVALID,
                           "\"%.*s\" has \"%.*s\" in it: give the industry alone, the rest of the "
                           "name follows from the policy",
                           STR_ARG(text), STR_ARG(n->refuse_within[i]));
    return OK;
}

static struct str level_of(const struct process *p)
{
    for (size_t i = 0; i < p->step_count; i++) {
        const struct process_step *s = &p->steps[i];
        bool names = false;
        for (size_t k = 0; k < s->effect_count; k++) {
            const struct process_effect *f = &s->effects[k];
            names |= f->kind == EFFECT_NAME;
            for (size_t v = 0; names && str_is(f->object, "recognition") && v < f->value_count; v++)
                if (str_is(f->values[v].name, "level"))
                    return f->values[v].value;
        }
    }
    return STR_NONE;
}

struct str pack_naming_level(const struct pack *p, const struct process *process)
{
    struct str level = process ? level_of(process) : STR_NONE;
    for (size_t i = 0; !process && level.len == 0 && i < p->process_count; i++)
        level = level_of(&p->processes[i]);
    return level;
}

static const struct naming *naming_of(const struct pack *p, struct str level)
{
    for (size_t i = 0; i < p->naming.level_count; i++)
        if (str_eq(p->naming.levels[i].level, level))
            return &p->naming.levels[i];
    return &p->naming;
}

err_t pack_name(struct str *out, const struct pack *p, struct str level, struct str industry,
                struct arena *a, struct err *e)
{
    const struct naming *n = naming_of(p, level);
    struct str text = str_trim(industry);
    if (!n->given)
        return err_set(e, E_INVALID, "the policy %.*s gives no names", STR_ARG(p->id));
    err_t rc = check(&p->naming, text, e);
    if (rc != OK)
        return rc;
    if (n->drop_suffix.len && str_ends(text, n->drop_suffix))
        text.len -= n->drop_suffix.len;
    *out = arena_printf(a, "%.*s%.*s%.*s", STR_ARG(n->before), STR_ARG(text), STR_ARG(n->after));
    size_t characters = utf8_length(*out);
    if (n->longest && characters > (size_t)n->longest)
        return err_set(e, E_INVALID,
                       "the name \"%.*s\" has %zu characters, and the policy allows %d",
                       STR_ARG(*out), characters, n->longest);
    return OK;
}
