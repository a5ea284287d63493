/* Whether a decision may cite a pack. */
#include "base/msg.h"
#include "policy/pack.h"

/* The first rule of a text that is not held which no quote of it bears out. */
static struct str unchecked(const struct pack *p)
{
    for (size_t i = 0; i < p->criteria.len; i++)
        if (p->criteria.ptr[i].from == p && p->criteria.ptr[i].citation.quote.len == 0)
            return p->criteria.ptr[i].id;
    for (size_t i = 0; i < p->deadlines.len; i++)
        if (p->deadlines.ptr[i].from == p && p->deadlines.ptr[i].citation.quote.len == 0)
            return p->deadlines.ptr[i].id;
    return STR_NONE;
}

static err_t check_text(const struct pack *p, struct err *e)
{
    struct str rule = p->document.not_held ? unchecked(p) : STR_NONE;
    if (p->source.len == 0)
        return err_set(e, E_INVALID,
                       "the text of %.*s is not held: no decision may cite it; load it "
                       "with zhiyun pack source",
                       STR_ARG(p->id));
    if (rule.len)
        return err_set(e, E_INVALID,
                       "in %.*s \"%.*s\" is not checked: no quote of it is in the text "
                       "that was loaded, and no decision may cite it",
                       STR_ARG(p->id), STR_ARG(rule));
    return OK;
}

struct str pack_last_day(const struct pack *p)
{
    const struct document *d = &p->document;
    if (d->yields.len && (d->expires.len == 0 || str_cmp(d->yields, d->expires) < 0))
        return d->yields;
    return d->expires;
}

static err_t check_window(const struct pack *p, struct date on, struct err *e)
{
    const struct document *d = &p->document;
    char day[DATE_TEXT_LEN + 1];
    date_format(day, on);
    if (d->effective.len == 0 || str_cmp(str_of(day), d->effective) < 0)
        return err_set(e, E_INVALID,
                       "%.*s is not in force on %s: its first day is %.*s; no decision may cite it",
                       STR_ARG(p->id), day,
                       STR_ARG(d->effective.len ? d->effective : str_of(msg("not known"))));
    if (d->expires.len && str_cmp(str_of(day), d->expires) > 0)
        return err_set(e, E_INVALID,
                       "%.*s has lapsed: its last day was %.*s; no decision of %s may cite it",
                       STR_ARG(p->id), STR_ARG(d->expires), day);
    if (d->replaced_from.len && str_cmp(str_of(day), d->replaced_from) >= 0)
        return err_set(e, E_INVALID,
                       "%.*s yields to %.*s since %.*s; no decision of %s may cite it",
                       STR_ARG(p->id), STR_ARG(d->replaced_by), STR_ARG(d->replaced_from), day);
    return OK;
}

err_t pack_decides(const struct pack *p, struct date on, struct err *e)
{
    switch (p->document.standing) {
    case PACK_DRAFT:
        return err_set(e, E_INVALID, "%.*s is a draft: it can be tried, no decision may cite it",
                       STR_ARG(p->id));
    case PACK_INFORMATIVE:
        return err_set(e, E_INVALID, "%.*s is an interpretation: no decision may cite it",
                       STR_ARG(p->id));
    case PACK_LIBRARY:
        return err_set(e, E_INVALID, "%.*s is no document: no decision may cite it",
                       STR_ARG(p->id));
    case PACK_IN_FORCE:
        break;
    }
    err_t rc = check_text(p, e);
    return rc == OK ? check_window(p, on, e) : rc;
}
