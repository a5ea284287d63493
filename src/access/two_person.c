/* Rows of `proposal`, and the one rule about who is another person. */
#include "access/two_person.h"
#include "access/mutation.h"
#include "base/msg.h"
#include "crypto/hash.h"
#include "db/row_mac.h"
#include "text/json.h"
#include "text/unicode.h"

struct str proposal_digest(const struct str *parts, size_t count, struct arena *a)
{
    char hex[SHA256_HEX_LEN + 1];
    struct buf b = {0};
    struct jout j;
    jout_init(&j, &b);
    jout_strs(&j, parts, count);
    struct digest d = sha256_of(str_bytes(buf_str(&b)));
    sha256_hex(hex, &d);
    buf_clear(&b);
    return arena_dup(a, str_of(hex));
}

err_t proposal_find(struct proposal *out, struct db *db, struct str type, int64_t record_id,
                    struct str action, struct arena *a, struct err *e)
{
    *out = (struct proposal){.action = action, .type = type, .record_id = record_id};
    err_t rc = db_row(NULL, db,
                      "SELECT id, arguments, digest, reason, proposed_by, proposed_for, unit, "
                      "role, proposed_ms, expires_ms FROM proposal WHERE type = ?1 AND "
                      "record_id = ?2 AND action = ?3 AND state = 'open' ORDER BY id LIMIT 1",
                      VALUES(v_str(type), v_i64(record_id), v_str(action)),
                      INTO(into_i64(&out->id), into_str(&out->arguments), into_str(&out->digest),
                           into_str(&out->reason), into_i64(&out->proposed_by),
                           into_i64(&out->proposed_for), into_i64(&out->unit), into_str(&out->role),
                           into_i64(&out->proposed_ms), into_i64(&out->expires_ms)),
                      a, e);
    return rc == OK ? row_mac_require(e, db, "proposal", "%lld", (long long)out->id) : rc;
}

const char *const clock_in_doubt =
    N_("the clock is in doubt: nothing is decided before the security administrators have set it "
       "right");

const char *const proposal_outrun = N_(
    "what was proposed has lapsed: what it was of has gone on or changed since; look at it again "
    "and propose it anew");

const char *const proposal_other =
    N_("something else is proposed and waits to be confirmed: confirm that, or refuse it first");

static const char *const out_of_time = N_(
    "what was proposed has lapsed: nobody confirmed it within fourteen days; it is to be proposed "
    "anew");

err_t proposal_lapsed(const char **why, struct db *db, const struct proposal *asked,
                      const struct subject *by, int64_t now_ms, struct err *e)
{
    struct stmt *st = NULL;
    *why = NULL;
    err_t rc = db_query(
        &st, db,
        "SELECT CASE WHEN late THEN 1 ELSE 0 END FROM (SELECT p.*, expires_ms <= CASE state WHEN"
        " 'open' THEN ?7 ELSE decided_ms END AS late FROM proposal p WHERE id = (SELECT max(id)"
        " FROM proposal WHERE type = ?1 AND record_id = ?2 AND action = ?3)) AS last WHERE"
        " proposed_by <> ?4 AND (state = 'expired' OR state = 'open' AND late) AND (?5 IS NULL AND"
        " ?6 IS NULL OR late AND coalesce(?5, arguments) = arguments AND coalesce(?6, reason, '') ="
        " coalesce(reason, ''))",
        VALUES(v_str(asked->type), v_i64(asked->record_id), v_str(asked->action),
               v_i64(by->account), v_str(asked->arguments), v_str(asked->reason), v_i64(now_ms)),
        e);
    if (stmt_row(&rc, st, e))
        *why = stmt_i64(st, 0) ? out_of_time : proposal_outrun;
    stmt_free(st);
    return rc;
}

err_t proposal_make(struct proposal *p, struct db *db, struct err *e)
{
    struct value none = {.type = VALUE_NULL};
    err_t rc = db_run(
        db,
        "INSERT INTO proposal (state, action, type, record_id, arguments, digest, "
        "reason, proposed_by, proposed_for, unit, role, proposed_ms, expires_ms, shown, untold) "
        "VALUES ('open', ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 1)",
        VALUES(v_str(p->action), v_str(p->type), v_i64(p->record_id), v_str(p->arguments),
               v_str(p->digest), v_str(p->reason), v_i64(p->proposed_by),
               p->proposed_for ? v_i64(p->proposed_for) : none, v_i64(p->unit), v_str(p->role),
               v_i64(p->proposed_ms), v_i64(p->expires_ms), p->shown.len ? v_str(p->shown) : none),
        e);
    p->id = rc == OK ? db_last_id(db) : 0;
    return rc;
}

err_t proposal_first(struct subject *out, bool *there, const struct proposal *p, struct db *db,
                     struct str today, int64_t now_ms, struct arena *a, struct err *e)
{
    struct err why = {0};
    err_t rc = subject_load(out, db, p->proposed_by, today, now_ms, a, &why);
    *there = rc == OK;
    if (rc == OK || rc == E_NOTFOUND || rc == E_DENIED)
        return OK;
    if (e)
        *e = why;
    return rc;
}

bool proposal_may_confirm(const struct proposal *p, const struct subject *s, const struct grant *as)
{
    int64_t right = grant_lender(as);
    if ((s->account == 0 || s->scopes) && !access_off(STR("two_person"), "person"))
        return false;
    if ((s->account == p->proposed_by || s->account == p->proposed_for) &&
        !access_off(STR("two_person"), "second"))
        return false;
    if (s->by_token && !access_off(STR("two_person"), "token"))
        return false; /* also one that reaches everything its person does */
    return right == 0 || (right != p->proposed_by && right != p->proposed_for) ||
           access_off(STR("two_person"), "right");
}

bool proposal_waits_for(const struct proposal *p, const struct subject *s, const struct grant *as)
{
    struct subject signed_in = *s;
    signed_in.by_token = false;
    signed_in.scopes = NULL;
    return proposal_may_confirm(p, &signed_in, as);
}

const char *proposal_not_by(const struct proposal *p, const struct subject *s)
{
    if (s->account != 0 && s->account == p->proposed_by)
        return N_(
            "you proposed it yourself: another person who has signed in confirms it; to propose "
            "something else, take back your proposal first");
    if (s->account == 0 || s->scopes || s->by_token)
        return N_(
            "a confirmation needs a person who has signed in; a token does not confirm: sign in "
            "and do the same again");
    return N_(
        "it waits for another person to confirm it: the one who proposed it acts in the right in "
        "which you act");
}

err_t proposal_close(struct db *db, int64_t id, enum proposal_end how, int64_t by, int64_t now_ms,
                     struct str reason, struct err *e)
{
    static const char *const states[] = {"confirmed", "refused", "withdrawn", "expired"};
    struct value who = by ? v_i64(by) : (struct value){.type = VALUE_NULL};
    bool has_row = false;
    err_t rc =
        db_any(&has_row, db,
               "UPDATE proposal SET state = ?2, decided_by = ?3, decided_ms = ?4, "
               "decision_reason = ?5 WHERE id = ?1 AND state = 'open' RETURNING id",
               VALUES(v_i64(id), v_str(str_of(states[how])), who, v_i64(now_ms), v_str(reason)), e);
    if (rc == OK && !has_row)
        rc = err_set(e, E_CONFLICT, "proposal %lld is decided already", (long long)id);
    return rc;
}

err_t proposal_forget(struct db *db, int64_t id, struct err *e)
{
    return db_run(db,
                  "UPDATE proposal SET arguments = 'null', reason = NULL, decision_reason = NULL,"
                  " shown = NULL, state = CASE WHEN state = 'open' THEN 'expired' ELSE state END"
                  " WHERE id = ?1",
                  VALUES(v_i64(id)), e);
}

err_t proposal_decline(struct db *db, const struct deed *d, const struct proposal *p, struct err *e)
{
    bool own = p->proposed_by == d->by->account;
    if (!own && !proposal_may_confirm(p, d->by, d->as))
        return err_set(e, E_DENIED, "%s", msg(proposal_not_by(p, d->by)));
    err_t rc = proposal_close(db, p->id, own ? PROPOSAL_WITHDRAWN : PROPOSAL_REFUSED,
                              d->by->account, deed_now_ms(d), d->reason, e);
    return rc == OK ? deed_note(d, db,
                                arena_printf(d->arena, "%s %.*s", own ? "withdraw" : "refuse",
                                             STR_ARG(p->action))
                                    .ptr,
                                arena_cstr(d->arena, p->type), p->record_id, 0, e)
                    : rc;
}

/* --- two of one office ---------------------------------------------------------------------- */

static struct str arguments_of(const struct pair *of)
{
    return of->arguments.len ? of->arguments : STR("null");
}

static struct str pair_digest(const struct pair *of, struct str arguments, struct str reason,
                              struct arena *a)
{
    const struct str parts[] = {
        of->type, of->action, arena_printf(a, "%lld", (long long)of->record_id),
        of->seen, arguments,  reason};
    return proposal_digest(parts, sizeof(parts) / sizeof(*parts), a);
}

static err_t pair_propose(struct db *db, const struct deed *d, const struct pair *of, struct err *e)
{
    int64_t now_ms = deed_now_ms(d);
    struct proposal p = {.action = of->action,
                         .type = of->type,
                         .record_id = of->record_id,
                         .arguments = arguments_of(of),
                         .digest = pair_digest(of, arguments_of(of), d->reason, d->arena),
                         .reason = d->reason,
                         .proposed_by = d->by->account,
                         .proposed_for = grant_lender(d->as),
                         .unit = d->by->unit,
                         .role = of->role,
                         .shown = of->shown,
                         .proposed_ms = now_ms,
                         .expires_ms = now_ms + PROPOSAL_LIFE_MS};
    const char *why = NULL;
    err_t rc = of->setting ? OK : proposal_lapsed(&why, db, &p, d->by, now_ms, e);
    if (rc == OK && why)
        rc = err_set(e, E_CONFLICT, "%s", msg(why));
    if (rc == OK && !unicode_says(d->reason))
        rc = err_set(e, E_INVALID,
                     "reason: it says why, with at least one letter, digit or Chinese character");
    if (rc == OK)
        rc = proposal_make(&p, db, e);
    *d->waits = rc == OK ? p.id : 0;
    return rc == OK
               ? deed_note(d, db, arena_printf(d->arena, "propose %.*s", STR_ARG(of->action)).ptr,
                           arena_cstr(d->arena, of->type), of->record_id, 0, e)
               : rc;
}

static err_t pair_confirm(struct db *db, const struct deed *d, const struct pair *of,
                          const struct proposal *open, struct err *e)
{
    struct subject first;
    bool there = false, may = false;
    if (d->by->account == open->proposed_by && !access_off(STR("two_person"), "second"))
        return err_set(e, E_CONFLICT, "%s", msg(proposal_not_by(open, d->by)));
    if (!str_eq(open->arguments, arguments_of(of)))
        return err_set(e, E_CONFLICT, "%s", msg(proposal_other));
    if (!proposal_may_confirm(open, d->by, d->as))
        return err_set(e, E_DENIED, "%s", msg(proposal_not_by(open, d->by)));
    err_t rc = proposal_first(&first, &there, open, db, d->by->today, deed_now_ms(d), d->arena, e);
    if (rc == OK && there)
        rc = of->may(&may, db, &first, of->arg, e);
    if (rc == OK && !may)
        rc = err_set(e, E_CONFLICT, "who proposed it may not do this any more");
    return rc == OK ? proposal_close(db, open->id, PROPOSAL_CONFIRMED, d->by->account,
                                     deed_now_ms(d), d->reason, e)
                    : rc;
}

err_t pair_take(int64_t *first, struct db *db, const struct deed *d, const struct pair *of,
                struct err *e)
{
    struct proposal open;
    *d->waits = *first = 0; /* a step may run again */
    if (clock_is_doubted(d->clock) && !of->setting)
        return err_set(e, E_CONFLICT, "%s", msg(clock_in_doubt));
    err_t rc = proposal_find(&open, db, of->type, of->record_id, of->action, d->arena, e);
    bool late = rc == OK && open.id && open.expires_ms <= deed_now_ms(d);
    bool changed = rc == OK && open.id && !late &&
                   !str_eq(open.digest, pair_digest(of, open.arguments, open.reason, d->arena));
    bool over = late || (changed && !of->setting);
    if (rc == OK && of->confirms_only && (open.id == 0 || over))
        return err_set(e, E_CONFLICT, "%s", msg(late ? out_of_time : proposal_outrun));
    if (over)
        rc = proposal_close(db, open.id, PROPOSAL_EXPIRED, 0, deed_now_ms(d), STR_NONE, e);
    if (rc != OK)
        return rc;
    if (open.id == 0 || over)
        return pair_propose(db, d, of, e);
    rc = changed && d->by->account != open.proposed_by
             ? err_set(e, E_CONFLICT, "%s", msg(proposal_other))
             : pair_confirm(db, d, of, &open, e);
    *first = rc == OK ? open.proposed_by : 0;
    return rc;
}

err_t proposals_outrun(struct db *db, int64_t case_id, int64_t now_ms, struct err *e)
{
    return db_run(db,
                  "UPDATE proposal SET state = 'expired', decided_ms = ?2 WHERE state = 'open' AND"
                  " type = 'case' AND (record_id = ?1 OR arguments IN (SELECT q.arguments FROM"
                  " proposal q WHERE q.type = 'case' AND q.record_id = ?1 AND q.state = 'open' AND"
                  " q.arguments LIKE '%\"cases\":[%'))",
                  VALUES(v_i64(case_id), v_i64(now_ms)), e);
}
