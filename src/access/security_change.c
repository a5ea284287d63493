/* Proposals of the kind "setting" stand in the table of all proposals; their record is 0, and
 * `action` is the row that is changed. */
#include "access/security_change.h"
#include "access/account.h"
#include "access/mutation.h"
#include "access/pair_shown.h"
#include "base/msg.h"
#include "text/json.h"

#define KIND STR("setting")
#define GUARDIAN "security_administrator"

/* Has anybody but this account ever held the role? */
static err_t security_second(bool *out, struct db *db, int64_t account, struct err *e)
{
    *out = false;
    return db_any(out, db,
                  "SELECT 1 FROM role_grant WHERE role = '" GUARDIAN "' AND account <> ?1"
                  " AND delegated_by IS NULL LIMIT 1",
                  VALUES(v_i64(account)), e);
}

static struct str arguments_of(const struct security_change *c, struct arena *a)
{
    struct buf b;
    struct jout j;
    jout_begin(&j, &b);
    jout_pair(&j, "action", c->action);
    jout_pair(&j, "from", c->from);
    jout_pair(&j, "to", c->to);
    jout_end_object(&j);
    return buf_take(&b, a);
}

static struct str digest_of(const struct security_change *c, struct str arguments,
                            struct str reason, struct arena *a)
{
    const struct str parts[] = {KIND, c->row, arguments, c->covered, reason};
    return proposal_digest(parts, ARRAY_LEN(parts), a);
}

static err_t note(struct db *db, const struct deed *d, const char *what, struct str row,
                  struct err *e)
{
    struct str action = arena_printf(d->arena, "%s %.*s", what, STR_ARG(row));
    return deed_note(d, db, action.ptr, "setting", 0, 0, e);
}

/* What people call settings and their words (access/setting.h). */
static const struct {
    const char *code, *label;
} words[] = {
    {"access.passwords", N_("Rules for passwords")},
    {"access.second_factor", N_("Who needs a second factor")},
    {"access.idle_minutes", N_("Minutes until a silent session ends")},
    {"access.regulator_idle_minutes", N_("Minutes until a silent session of an office ends")},
    {"access.absolute_hours", N_("Hours until a session ends")},
    {"access.national", N_("National algorithms (SM3)")},
    {"access.reads_per_person", N_("Reads that one person makes in a day")},
    {"access.reads_per_unit", N_("Reads that one unit makes in a day")},
    {"access.calls_per_person", N_("Requests that one person makes in a minute")},
    {"access.calls_per_address", N_("Requests that come from one address in a minute")},
    {"access.objections_per_address", N_("Objections that come from one address in an hour")},
    {"access.objections_per_list", N_("Objections that come to one publicity list in an hour")},
    {"clock", N_("The server's clock")},
    {"now", N_("what it shows now is right")},
    {"dengbao", N_("Classified protection (dengbao)")},
    {"nobody", N_("Nobody")},
    {"administrators", N_("Administrators")},
    {"regulators", N_("Offices")},
    {"all", N_("All")},
    {"no", N_("No")},
    {"yes", N_("Yes")},
    {"set", N_("change")}};

struct str security_word(struct str code, enum lang lang)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_is(code, words[i].code))
            return str_of(msg_in(lang, words[i].label));
    return code;
}

static struct pair_line line_of(const char *label, struct str code)
{
    return (struct pair_line){label, security_word(code, LANG_ZH), security_word(code, LANG_EN)};
}

static err_t propose(struct db *db, const struct deed *d, const struct security_change *c,
                     struct err *e)
{
    int64_t now_ms = deed_now_ms(d);
    struct str arguments = arguments_of(c, d->arena);
    const struct pair_line lines[] = {line_of(N_("Setting"), c->row),
                                      line_of(N_("action"), c->action),
                                      line_of(N_("before"), c->from), line_of(N_("after"), c->to)};
    const struct pair_shown shown = {.kind = N_("Setting"),
                                     .what = N_("change a setting of security"),
                                     .title = security_word(c->row, LANG_ZH),
                                     .among = PAIR_ROLE,
                                     .lines = lines,
                                     .line_count = ARRAY_LEN(lines)};
    struct proposal p = {.action = c->row,
                         .type = KIND,
                         .arguments = arguments,
                         .digest = digest_of(c, arguments, d->reason, d->arena),
                         .reason = d->reason,
                         .proposed_by = d->by->account,
                         .unit = d->by->unit,
                         .role = STR(GUARDIAN),
                         .shown = pair_shown_json(&shown, d->arena),
                         .proposed_ms = now_ms,
                         .expires_ms = now_ms + PROPOSAL_LIFE_MS};
    if (!d->waits)
        return err_set(e, E_DENIED, "this needs a second security administrator");
    err_t rc = proposal_make(&p, db, e);
    *d->waits = p.id;
    return rc == OK ? note(db, d, "propose", c->row, e) : rc;
}

static err_t confirm(struct db *db, const struct deed *d, const struct proposal *p,
                     const struct security_change *c, struct err *e)
{
    struct subject first;
    bool there = false;
    struct str given = arguments_of(c, d->arena);
    err_t rc;
    if (d->by->account == p->proposed_by && !access_off(STR("two_person"), "second"))
        return err_set(e, E_CONFLICT, "%s", msg(proposal_not_by(p, d->by)));
    if (!str_eq(p->arguments, given) ||
        !str_eq(p->digest, digest_of(c, given, p->reason, d->arena)))
        return err_set(e, E_CONFLICT,
                       "something else is proposed for it, or it has changed since: refuse that "
                       "first (proposal %lld)",
                       (long long)p->id);
    if (!proposal_may_confirm(p, d->by, NULL))
        return err_set(e, E_DENIED, "a change is confirmed by a person who has signed in");
    if ((rc = proposal_first(&first, &there, p, db, d->by->today, deed_now_ms(d), d->arena, e)) !=
        OK)
        return rc;
    if (!there || !deed_by_role(&(struct deed){.by = &first}, GUARDIAN))
        return err_set(e, E_CONFLICT, "who proposed it may not do this any more");
    return proposal_close(db, p->id, PROPOSAL_CONFIRMED, d->by->account, deed_now_ms(d), d->reason,
                          e);
}

err_t security_change(bool *go, struct deed *as, struct db *db, const struct deed *d,
                      const struct security_change *c, struct err *e)
{
    struct proposal p;
    bool second = false;
    err_t rc;
    *as = *d;
    *go = true;
    if (d->waits)
        *d->waits = 0; /* a step may run again */
    if (subject_is_program(d->by))
        return OK;
    if ((rc = security_second(&second, db, d->by->account, e)) != OK)
        return rc;
    as->how = second ? "second" : "alone";
    if (!second)
        return OK;
    *go = false;
    if ((rc = proposal_find(&p, db, KIND, 0, c->row, d->arena, e)) != OK)
        return rc;
    if (p.id != 0 && p.expires_ms <= deed_now_ms(d)) {
        rc = proposal_close(db, p.id, PROPOSAL_EXPIRED, 0, deed_now_ms(d), STR_NONE, e);
        p.id = 0;
    }
    if (rc != OK || p.id == 0)
        return rc == OK ? propose(db, d, c, e) : rc;
    rc = confirm(db, d, &p, c, e);
    *go = rc == OK;
    return rc;
}

err_t security_change_of_person(bool *go, struct deed *as, struct db *db, const struct deed *d,
                                const char *what, const struct account_row *r, struct err *e)
{
    const struct security_change c = {.row =
                                          arena_printf(d->arena, "%s %lld", what, (long long)r->id),
                                      .action = STR("set"),
                                      .to = r->name};
    *as = *d;
    *go = true;
    return r->administrator && !str_is(r->state, "invited") ? security_change(go, as, db, d, &c, e)
                                                            : OK;
}
