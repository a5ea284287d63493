/* Proposals of the kind "pack" stand in the table of all proposals; their record is 0, and
 * `action` names action and pack. */
#include "decide/office.h"
#include "access/mutation.h"

#define KIND STR("pack")

bool office_of_pack(const struct subject *s, const struct pack *p)
{
    struct str place = region_province_prefix(p->document.jurisdiction);
    bool here = place.len == 0 || str_is(place, "00") || str_eq(place, s->province) ||
                access_off(KIND, "province");
    for (size_t i = 0; here && i < s->grant_count; i++)
        if ((str_is(s->grants[i].role->name, "province_officer") ||
             str_is(s->grants[i].role->name, "province_leader")) &&
            (s->grants[i].on_behalf_of == 0 || access_off(KIND, "own right")))
            return true;
    return here && access_off(KIND, "office");
}

err_t office_has_function(bool *out, struct db *db, const struct subject *s, struct str programme,
                          const struct str *functions, size_t count, struct err *e)
{
    err_t rc = OK;
    *out = false;
    for (size_t i = 0; rc == OK && !*out && i < count; i++) {
        struct stmt *st = NULL;
        rc = db_query(
            &st, db,
            "SELECT 1 FROM authority WHERE state = 'active' AND owner_unit = ?1 AND"
            " programme = ?2 AND function = ?3 AND from_date <= ?4 AND"
            " (to_date IS NULL OR to_date >= ?4) LIMIT 1",
            VALUES(v_i64(s->unit), v_str(programme), v_str(functions[i]), v_str(s->today)), e);
        if (rc == OK)
            rc = stmt_next(out, st, e);
        stmt_free(st);
    }
    return rc;
}

static struct str row_of(const struct pack *p, const char *action, struct arena *a)
{
    return arena_printf(a, "%s %.*s", action, STR_ARG(p->id));
}

static struct str digest_of(struct str row, struct str arguments, struct str reason,
                            struct arena *a)
{
    const struct str parts[] = {KIND, row, arguments, reason};
    return proposal_digest(parts, sizeof(parts) / sizeof(*parts), a);
}

static err_t note(struct db *db, const struct deed *d, const char *what, struct str row,
                  struct err *e)
{
    return deed_note(d, db, arena_printf(d->arena, "%s %.*s", what, STR_ARG(row)).ptr, "pack", 0, 0,
                     e);
}

static err_t propose(int64_t *waits, struct db *db, const struct deed *d,
                     const struct pair_change *c, struct str row, struct err *e)
{
    int64_t now_ms = deed_now_ms(d);
    struct proposal p = {.action = row,
                         .type = KIND,
                         .arguments = c->arguments,
                         .digest = digest_of(row, c->arguments, d->reason, d->arena),
                         .reason = d->reason,
                         .proposed_by = d->by->account,
                         .unit = d->by->unit,
                         .role = STR("province_officer"),
                         .proposed_ms = now_ms,
                         .expires_ms = now_ms + PROPOSAL_LIFE_MS};
    err_t rc = proposal_make(&p, db, e);
    *waits = p.id;
    return rc == OK ? note(db, d, "propose", row, e) : rc;
}

static err_t confirm(struct db *db, const struct deed *d, const struct proposal *p,
                     const struct pair_change *c, struct str row, struct err *e)
{
    struct subject first;
    bool there = false;
    err_t rc;
    if (d->by->account == p->proposed_by && !access_off(STR("two_person"), "second"))
        return err_set(e, E_CONFLICT, "it waits for another person to confirm it");
    if (!str_eq(p->arguments, c->arguments) ||
        !str_eq(p->digest, digest_of(row, c->arguments, p->reason, d->arena)))
        return err_set(e, E_CONFLICT, "something else is proposed and waits to be confirmed");
    if (!proposal_may_confirm(p, d->by, NULL))
        return err_set(e, E_DENIED, "a change is confirmed by a person who has signed in");
    if ((rc = proposal_first(&first, &there, p, db, d->by->today, deed_now_ms(d), d->arena, e)) !=
        OK)
        return rc;
    if (!there || !office_of_pack(&first, c->pack))
        return err_set(e, E_CONFLICT, "who proposed it may not do this any more");
    return proposal_close(db, p->id, PROPOSAL_CONFIRMED, d->by->account, deed_now_ms(d), d->reason,
                          e);
}

static err_t check_person(const struct deed *d, const struct pack *p, struct err *e)
{
    if (d->by->account == 0 || !office_of_pack(d->by, p))
        return err_set(e, E_DENIED, "this is for officers of the province that %.*s is for",
                       STR_ARG(p->id));
    return OK;
}

err_t pair_change(bool *go, int64_t *waits, int64_t *first, struct db *db, const struct deed *d,
                  const struct pair_change *c, struct err *e)
{
    struct str row = row_of(c->pack, c->action, d->arena);
    struct proposal p;
    *go = false;
    *waits = *first = 0; /* a step may run again */
    err_t rc = check_person(d, c->pack, e);
    if (rc == OK)
        rc = proposal_find(&p, db, KIND, 0, row, d->arena, e);
    if (rc == OK && p.id != 0 && p.expires_ms <= deed_now_ms(d)) {
        rc = proposal_close(db, p.id, PROPOSAL_EXPIRED, 0, deed_now_ms(d), STR_NONE, e);
        p.id = 0;
    }
    if (rc != OK)
        return rc;
    if (p.id == 0 && d->reason.len == 0)
        return err_set(e, E_INVALID, "a reason is required");
    if (p.id == 0)
        return propose(waits, db, d, c, row, e);
    rc = confirm(db, d, &p, c, row, e);
    *go = rc == OK;
    *first = p.proposed_by;
    return rc;
}

err_t pair_end(struct db *db, const struct deed *d, const struct pack *p, const char *action,
               struct err *e)
{
    struct str row = row_of(p, action, d->arena);
    struct proposal open;
    err_t rc = check_person(d, p, e);
    if (rc == OK)
        rc = proposal_find(&open, db, KIND, 0, row, d->arena, e);
    if (rc == OK && open.id == 0)
        rc = err_set(e, E_NOTFOUND, "nothing is proposed here");
    if (rc != OK)
        return rc;
    bool own = open.proposed_by == d->by->account;
    rc = proposal_close(db, open.id, own ? PROPOSAL_WITHDRAWN : PROPOSAL_REFUSED, d->by->account,
                        deed_now_ms(d), d->reason, e);
    return rc == OK ? note(db, d, own ? "withdraw" : "refuse", row, e) : rc;
}
