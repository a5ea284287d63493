/* Days of steps. */
#include "policy/step_day.h"

bool step_day_read(struct date *out, struct str said)
{
    int64_t year;
    if (date_parse(out, said))
        return true;
    if (!str_to_i64(&year, said) || year < 1 || year > 9999)
        return false;
    *out = (struct date){(int)year, 1, 1};
    return true;
}

bool step_day_is_entered(const struct deadline_rule *rule)
{
    return rule->kind == DUE_RANGE || rule->kind == DUE_NONE;
}

bool step_day_cycle(struct date *from, const struct deadline_rule *rule, int k)
{
    int months = rule->kind == DUE_MONTHS ? rule->n : rule->kind == DUE_TERM ? 12 * rule->n : 0;
    return k == 0 || (months > 0 && months_on(from, *from, months * k));
}

static err_t find_cycle(struct step_count *c, const struct deadline_rule *rule,
                        const struct counting *how, struct err *e)
{
    struct date begin = c->from;
    struct due due;
    err_t rc = OK;
    for (int k = 0; rc == OK && step_day_cycle(&begin, rule, k); begin = c->from, k++) {
        rc = due_of(&due, rule, begin, how, e);
        if (rc != OK || due.date.year > c->year)
            return rc;
        if (due.date.year == c->year) {
            c->from = begin;
            return OK;
        }
    }
    return rc;
}

err_t step_day(struct due *out, bool *known, const struct deadline_rule *rule, struct step_count *c,
               const struct counting *how, struct err *e)
{
    *known = c->has_from;
    err_t rc = c->has_from && c->year ? find_cycle(c, rule, how, e) : OK;
    if (rc != OK || !*known)
        return rc;
    if (step_day_is_entered(rule)) {
        *known = c->has_entered;
        return *known ? due_entered(out, rule, c->from, c->entered, how, e) : OK;
    }
    rc = due_of(out, rule, c->from, how, e);
    *known = rc == OK && out->state == DUE_KNOWN;
    return rc;
}

struct counting pack_counting(const struct pack *p, const struct calendar *calendar,
                              const struct reading *chosen, size_t count)
{
    const struct ambiguity *m = pack_carrying(p);
    struct counting how = {.calendar = calendar};
    for (size_t i = 0; m && i < count; i++)
        how.carries |= str_eq(chosen[i].ambiguity, m->id) && str_eq(chosen[i].reading, m->carries);
    return how;
}
