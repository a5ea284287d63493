/* Proposals of the kind "pack" are in the table of all proposals; their record is 0, and `action`
 * names action and pack. */
#include "decide/office.h"
#include "access/mutation.h"
#include "base/msg.h"

#define KIND STR("pack")

static bool is_here(const struct subject *s, const struct pack *p)
{
    struct str place = region_province_prefix(p->document.jurisdiction);
    return place.len == 0 || str_is(place, "00") || str_eq(place, s->province) ||
           access_off(KIND, "province");
}

bool office_of_pack(const struct subject *s, const struct pack *p)
{
    bool here = is_here(s, p);
    for (size_t i = 0; here && i < s->grant_count; i++)
        if ((str_is(s->grants[i].role->name, "province_officer") ||
             str_is(s->grants[i].role->name, "province_leader")) &&
            (s->grants[i].on_behalf_of == 0 || access_off(KIND, "own right")))
            return true;
    return here && access_off(KIND, "office");
}

err_t office_has_function(bool *out, struct db *db, const struct subject *s, const struct pack *p,
                          struct str function, struct err *e)
{
    struct str place = s->city.len ? s->city : s->province;
    *out = false;
    if (!is_here(s, p))
        return OK;
    return db_any(
        out, db,
        "SELECT 1 FROM authority WHERE state = 'active' AND owner_unit = ?1 AND programme = ?2 AND"
        " function = ?3 AND from_date <= ?4 AND (to_date IS NULL OR to_date >= ?4) AND"
        " ?5 IN (substr(region, 1, 2), substr(region, 1, 4)) LIMIT 1",
        VALUES(v_i64(s->unit), v_str(p->id), v_str(function), v_str(s->today), v_str(place)), e);
}

static struct str row_of(const struct pack *p, const char *action, struct arena *a)
{
    return arena_printf(a, "%s %.*s", action, STR_ARG(p->id));
}

static err_t may(bool *out, struct db *db, const struct subject *first, const void *arg,
                 struct err *e)
{
    (void)db;
    (void)e;
    *out = office_of_pack(first, arg);
    return OK;
}

static err_t check_person(const struct deed *d, const struct pack *p, struct err *e)
{
    if (d->by->account == 0 || !office_of_pack(d->by, p))
        return err_set(e, E_DENIED, "this is for officers of the province that %.*s is for",
                       STR_ARG(p->id));
    return OK;
}

err_t pair_decline(struct db *db, const struct deed *d, const struct pack *p, const char *action,
                   struct err *e)
{
    struct proposal open;
    err_t rc = proposal_find(&open, db, KIND, 0, row_of(p, action, d->arena), d->arena, e);
    return rc == OK && open.id ? proposal_decline(db, d, &open, e) : rc;
}

err_t pair_change(int64_t *first, struct db *db, const struct deed *d, const struct pair_change *c,
                  struct err *e)
{
    const struct pair_shown shown = {.kind = N_("Policy"),
                                     .what = c->what,
                                     .title = c->pack->document.title,
                                     .among = PAIR_PROVINCE,
                                     .lines = c->lines,
                                     .line_count = c->line_count};
    const struct pair pair = {.type = KIND,
                              .action = row_of(c->pack, c->action, d->arena),
                              .arguments = c->arguments,
                              .role = STR("province_officer"),
                              .shown = pair_shown_json(&shown, d->arena),
                              .may = may,
                              .arg = c->pack};
    *d->waits = *first = 0;
    err_t rc = check_person(d, c->pack, e);
    return rc == OK ? pair_take(first, db, d, &pair, e) : rc;
}
