/* Two officers for one act, by the proposals of access/two_person.h. */
#include "panel/second.h"
#include "access/mutation.h"
#include "access/two_person.h"

static struct str digest_of(const struct panel_pair *of, struct str reason, struct arena *a)
{
    const struct str parts[] = {of->type, arena_printf(a, "%lld", (long long)of->id),
                                arena_printf(a, "%lld", (long long)of->version), reason};
    return proposal_digest(parts, sizeof(parts) / sizeof(*parts), a);
}

static err_t propose(int64_t *waits, struct db *db, const struct deed *d,
                     const struct panel_pair *of, struct err *e)
{
    int64_t now_ms = deed_now_ms(d);
    struct proposal p = {.action = of->action,
                         .type = of->type,
                         .record_id = of->id,
                         .arguments = STR("null"),
                         .digest = digest_of(of, d->reason, d->arena),
                         .reason = d->reason,
                         .proposed_by = d->by->account,
                         .unit = d->by->unit,
                         .role = STR("province_officer"),
                         .proposed_ms = now_ms,
                         .expires_ms = now_ms + PROPOSAL_LIFE_MS};
    if (d->reason.len == 0)
        return err_set(e, E_INVALID, "a reason is required");
    err_t rc = proposal_make(&p, db, e);
    *waits = p.id;
    return rc == OK
               ? deed_note(d, db, arena_printf(d->arena, "propose %.*s", STR_ARG(of->action)).ptr,
                           arena_cstr(d->arena, of->type), of->id, 0, e)
               : rc;
}

static err_t confirm(struct db *db, const struct deed *d, const struct panel *p,
                     const struct proposal *open, struct err *e)
{
    struct subject first;
    bool there = false;
    if (d->by->account == open->proposed_by && !access_off(STR("two_person"), "second"))
        return err_set(e, E_CONFLICT, "it waits for another person to confirm it");
    if (!proposal_may_confirm(open, d->by, NULL))
        return err_set(e, E_DENIED, "a change is confirmed by a person who has signed in");
    err_t rc = proposal_first(&first, &there, open, db, d->by->today, deed_now_ms(d), d->arena, e);
    if (rc == OK && !(there && panel_owner(&first) && first.unit == p->owner_unit) &&
        !access_off(STR("panels"), "first"))
        rc = err_set(e, E_CONFLICT, "who proposed it may not do this any more");
    return rc == OK ? proposal_close(db, open->id, PROPOSAL_CONFIRMED, d->by->account,
                                     deed_now_ms(d), d->reason, e)
                    : rc;
}

/* What was proposed too long ago, or of another version, makes room. */
static err_t find_open(struct proposal *out, struct db *db, const struct deed *d,
                       const struct panel_pair *of, struct err *e)
{
    err_t rc = proposal_find(out, db, of->type, of->id, of->action, d->arena, e);
    if (rc != OK || out->id == 0)
        return rc;
    if (out->expires_ms > deed_now_ms(d) &&
        str_eq(out->digest, digest_of(of, out->reason, d->arena)))
        return OK;
    rc = proposal_close(db, out->id, PROPOSAL_EXPIRED, 0, deed_now_ms(d), STR_NONE, e);
    out->id = 0;
    return rc;
}

err_t panel_second(bool *go, int64_t *waits, struct db *db, const struct deed *d,
                   const struct panel *p, const struct panel_pair *of, struct err *e)
{
    struct proposal open;
    *go = false;
    *waits = 0;
    err_t rc = find_open(&open, db, d, of, e);
    if (rc != OK || open.id == 0)
        return rc == OK ? propose(waits, db, d, of, e) : rc;
    rc = confirm(db, d, p, &open, e);
    *go = rc == OK;
    return rc;
}
