/* Filling a pack's naming template. */
#include "policy/naming.h"
#include "base/msg.h"

static err_t check(const struct naming *n, struct str text, struct err *e)
{
    if (text.len == 0)
        return err_set(e, E_INVALID, "the industry is missing");
    for (size_t i = 0; i < n->refuse_count; i++)
        if (str_eq(text, n->refuse[i]))
            return err_set(e, E_INVALID, "\"%.*s\" alone names no industry", STR_ARG(text));
    for (size_t i = 0; i < n->refuse_within_count; i++)
        if (str_contains(text, n->refuse_within[i]))
            return err_set(e, E_INVALID,
                           "\"%.*s\" has \"%.*s\" in it: give the industry alone, the rest of the "
                           "name follows from the policy",
                           STR_ARG(text), STR_ARG(n->refuse_within[i]));
    return OK;
}

err_t pack_name(struct str *out, const struct pack *p, struct str industry, struct arena *a,
                struct err *e)
{
    const struct naming *n = &p->naming;
    struct str text = str_trim(industry);
    if (!n->given)
        return err_set(e, E_INVALID, "the policy %.*s gives no names", STR_ARG(p->id));
    err_t rc = check(n, text, e);
    if (rc != OK)
        return rc;
    if (n->drop_suffix.len && str_ends(text, n->drop_suffix))
        text.len -= n->drop_suffix.len;
    *out = arena_printf(a, "%.*s%.*s%.*s", STR_ARG(n->before), STR_ARG(text), STR_ARG(n->after));
    return OK;
}
