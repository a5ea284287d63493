/* Bans on beginning a case again, counted from a step. */
#include "policy/ban.h"
#include "base/date.h"
#include "policy/parts.h"

bool ban_is_for(bool *known, const struct part *prohibition, struct str ground)
{
    const struct part_value *grounds = part_value(prohibition, "grounds");
    *known = grounds->word_count == 0 || ground.len > 0;
    return !*known || grounds->word_count == 0 ||
           str_among(ground, grounds->words, grounds->word_count);
}

err_t ban_until(struct str *out, const struct pack *p, const struct part *consequence,
                struct date taken, struct str today, const struct counting *how, struct arena *a,
                struct err *e)
{
    struct str id = part_text(consequence, "deadline");
    const struct deadline_rule *rule = pack_deadline(p, id);
    struct due due = {.state = DUE_UNSAID};
    *out = STR_NONE;
    err_t rc = rule ? due_of(&due, rule, taken, how, e)
                    : err_set(e, E_INTERNAL, "the policy has no deadline %.*s", STR_ARG(id));
    struct str last = rc == OK && due.state == DUE_KNOWN ? date_text(due.date, a) : STR_NONE;
    if (last.len && str_cmp(today, last) <= 0)
        *out = last;
    return rc;
}

struct str ban_clause(const struct part *prohibition, const struct part *consequence)
{
    struct str own = part_text(consequence, "clause");
    return own.len ? own : part_text(prohibition, "clause");
}
