/* The one place that decides whether a role may be held. That two deeds at once cannot each see the
 * other's grant missing is the store's: its steps are one after the other, or as if (db/store.h). */
#include "access/grant.h"
#include "access/account.h"
#include "access/mutation.h"
#include "access/pair_shown.h"
#include "base/date.h"
#include "base/msg.h"
#include "base/vec.h"
#include "text/json.h"

struct grant_row {
    int64_t id, version, account, unit, delegated_by;
    struct str state, role, from, to, programmes;
};

/* --- rows ----------------------------------------------------------------------- */

#define COLUMNS                                                                                    \
    "id, version, account, owner_unit, delegated_by, state, role, from_date, to_date, programmes"

static struct grant_row row_of(struct stmt *st, struct arena *a)
{
    return (struct grant_row){.id = stmt_i64(st, 0),
                              .version = stmt_i64(st, 1),
                              .account = stmt_i64(st, 2),
                              .unit = stmt_i64(st, 3),
                              .delegated_by = stmt_i64(st, 4),
                              .state = arena_dup(a, stmt_str(st, 5)),
                              .role = arena_dup(a, stmt_str(st, 6)),
                              .from = arena_dup(a, stmt_str(st, 7)),
                              .to = arena_dup(a, stmt_str(st, 8)),
                              .programmes = arena_dup(a, stmt_str(st, 9))};
}

struct grant_rows {
    struct grant_row *ptr;
    size_t len, cap;
};

static err_t read_rows(struct grant_rows *out, struct db *db, const char *sql,
                       const struct value *values, size_t count, struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = db_query(&st, db, sql, values, count, e);
    *out = (struct grant_rows){0};
    while (stmt_row(&rc, st, e))
        VEC_PUSH(a, out, row_of(st, a));
    stmt_free(st);
    return rc;
}

/* What an account holds or will hold, lent or own. */
static err_t live_grants(struct grant_rows *out, struct db *db, const struct deed *d,
                         int64_t account, struct err *e)
{
    return read_rows(out, db,
                     "SELECT " COLUMNS " FROM role_grant WHERE account = ?1 AND state = 'active'"
                     " AND (to_date IS NULL OR to_date >= ?2) ORDER BY id",
                     VALUES(v_i64(account), v_str(d->by->today)), d->arena, e);
}

static err_t note_grant(struct db *db, const struct deed *d, int64_t id, const char *action,
                        struct err *e)
{
    struct grant_rows rows;
    err_t rc = read_rows(&rows, db, "SELECT " COLUMNS " FROM role_grant WHERE id = ?1",
                         VALUES(v_i64(id)), d->arena, e);
    if (rc != OK)
        return rc;
    const struct grant_row *g = rows.ptr;
    const struct deed_field fields[] = {
        {"account", v_i64(g->account)},
        {"delegated_by", g->delegated_by ? v_i64(g->delegated_by) : (struct value){0}},
        {"from_date", v_str(g->from)},
        {"owner_unit", v_i64(g->unit)},
        {"programmes", v_str(g->programmes)},
        {"role", v_str(g->role)},
        {"state", v_str(g->state)},
        {"to_date", v_str(g->to)}};
    return deed_version(d, db, "role_grant", id, g->version, action, fields, ARRAY_LEN(fields), e);
}

static err_t insert(int64_t *id, struct db *db, const struct deed *d, const struct account_row *to,
                    const struct new_grant *g, int64_t delegated_by, const char *action,
                    struct err *e)
{
    static const char sql[] =
        "INSERT INTO role_grant (version, state, owner_unit, owner_city, owner_province, secrecy,"
        " published, created_ms, created_by, changed_ms, changed_by, account, role, from_date,"
        " to_date, delegated_by, programmes)"
        " SELECT 1, 'active', id, owner_city, owner_province, 1, 0, ?2, ?3, ?2, ?3, ?4, ?5, ?6,"
        " ?7, ?8, ?9 FROM unit WHERE id = ?1";
    err_t rc = db_run(db, sql,
                      VALUES(v_i64(to->unit), v_i64(deed_now_ms(d)), v_i64(d->by->account),
                             v_i64(to->id), v_str(g->role), v_str(g->from), v_str(g->to),
                             v_id(delegated_by), v_str(g->programmes)),
                      e);
    if (rc != OK)
        return rc;
    *id = db_last_id(db);
    return note_grant(db, d, *id, action, e);
}

/* --- what must hold of a grant ------------------------------------------------------ */

/* Dates that are dates, in order, and not of the past: nobody had a right after all. */
static err_t check_dates(struct new_grant *g, struct str today, struct err *e)
{
    struct date day;
    if (g->from.len == 0)
        g->from = today;
    if (!date_parse(&day, g->from) || (g->to.len > 0 && !date_parse(&day, g->to)))
        return err_set(e, E_INVALID, "a role is given from and to a day, written 2026-11-20");
    if (str_cmp(g->from, today) < 0)
        return err_set(e, E_INVALID,
                       "a role is given from today on, not for days that have passed");
    if (g->to.len > 0 && str_cmp(g->to, g->from) < 0)
        return err_set(e, E_INVALID, "the last day of a role comes before its first");
    return OK;
}

/* "party, service_org" */
static struct str kinds_of(const struct role *role, struct arena *a)
{
    struct str out = STR_NONE;
    for (size_t i = 0; i < role->unit_kind_count; i++)
        out = arena_printf(a, "%.*s%s%.*s", STR_ARG(out), i ? ", " : "",
                           STR_ARG(role->unit_kinds[i]));
    return out;
}

static err_t check_holder(const struct account_row *r, const struct role *role, struct arena *a,
                          struct err *e)
{
    if (str_is(r->state, "disabled") || !str_is(r->unit_state, "active"))
        return err_set(e, E_INVALID, "the account %.*s is not active", STR_ARG(r->name));
    if (!role_fits(role, r->unit_kind) && !access_off(STR("grants"), "unit"))
        return err_set(e, E_INVALID,
                       "the role %.*s is held in units of the kind %.*s, and this one is %.*s: "
                       "give a role of its kind; a kind that was entered wrongly is corrected "
                       "while the unit has no account",
                       STR_ARG(role_label(role)), STR_ARG(kinds_of(role, a)),
                       STR_ARG(r->unit_kind));
    return OK;
}

/* `lender`: of a loan, which needs other days than his earlier ones; 0: none. */
static err_t check_separation(const struct grant_rows *held, const struct account_row *r,
                              const struct role *role, const struct new_grant *g, int64_t lender,
                              struct err *e)
{
    for (size_t i = 0; i < held->len; i++) {
        const struct grant_row *h = &held->ptr[i];
        const struct role *other = role_find(h->role);
        bool other_loan = lender && (h->delegated_by != lender || str_cmp(h->from, g->to) > 0 ||
                                     str_cmp(h->to, g->from) < 0);
        if (str_eq(h->role, role->name) && !other_loan && !access_off(STR("grants"), "held"))
            return err_set(e, E_CONFLICT, "%.*s holds the role %.*s already", STR_ARG(r->name),
                           STR_ARG(role_label(role)));
        if ((role->administrator || (other && other->administrator)) &&
            !access_off(STR("grants"), "separation"))
            return err_set(
                e, E_CONFLICT,
                "%.*s holds the role %.*s; an administrator holds no other role, so that nobody "
                "profits from rights given or a log kept by the same person",
                STR_ARG(r->name), STR_ARG(other ? role_label(other) : h->role));
    }
    return OK;
}

static err_t find_role(const struct role **out, struct str name, struct err *e)
{
    *out = role_find(name);
    if (!*out || str_is(name, "public"))
        return err_set(e, E_INVALID, "there is no role \"%.*s\" to be given", STR_ARG(name));
    return OK;
}

static bool is_staff(const struct role *role)
{
    return role->granted_by.len > 0;
}

/* May the doer give or take this role of this person? */
static bool gives(const struct deed *d, const struct role *role, int64_t unit)
{
    if (deed_by_role(d, "security_administrator"))
        return true;
    return role && is_staff(role) && d->by->unit == unit &&
           subject_own_grant(d->by, role->granted_by);
}

/* --- by two administrators ---------------------------------------------------------- */

static err_t is_administrator(bool *out, struct db *db, const struct subject *first,
                              const void *arg, struct err *e)
{
    const struct deed d = {.by = first};
    (void)db;
    (void)arg;
    (void)e;
    *out = deed_by_role(&d, "security_administrator") || deed_by_role(&d, "system_administrator");
    return OK;
}

/* The role of the second person for a security administrator's request: security administrator if there is another, else
 * system administrator. Empty: no other administrator has signed in yet. */
static err_t find_second(struct str *role, struct db *db, const struct deed *d, int64_t to,
                         struct err *e)
{
    return db_text(role, db,
                   "SELECT g.role FROM role_grant g JOIN account a ON a.id = g.account WHERE g.role"
                   " IN ('security_administrator', 'system_administrator') AND g.state = 'active'"
                   " AND g.from_date <= ?3 AND (g.to_date IS NULL OR g.to_date >= ?3) AND a.state ="
                   " 'active' AND a.owner_unit = g.owner_unit AND a.id <> ?1 AND a.id <> ?2"
                   " ORDER BY g.role NULLS LAST, g.id NULLS LAST LIMIT 1",
                   VALUES(v_i64(d->by->account), v_i64(to), v_str(d->by->today)), d->arena, e);
}

static struct str arguments_of(const struct new_grant *g, struct arena *a)
{
    struct jout j;
    jout_open(&j);
    jout_pair_i64(&j, "account", g->account);
    jout_pair(&j, "role", g->role);
    jout_pair(&j, "from", g->from);
    jout_pair(&j, "to", g->to);
    return jout_take(&j, a);
}

/* *go: the doer agrees to what another administrator asked for, or nobody else is there to agree, or it is a role of staff
 * that its manager gives alone too. Else it waits for `second`. */
static err_t by_two(bool *go, struct db *db, const struct deed *d, const struct account_row *r,
                    const struct role *role, const struct new_grant *given,
                    const struct proposal *open, struct err *e)
{
    bool guardian = deed_by_role(d, "security_administrator");
    struct str second = STR("security_administrator"), unit = STR_NONE;
    int64_t first;
    err_t rc = OK;
    *go = true;
    if (subject_is_program(d->by) || (open->id == 0 && is_staff(role) && gives(d, role, r->unit)))
        return OK;
    if (open->id)
        second = open->role;
    else if (guardian)
        rc = find_second(&second, db, d, r->id, e);
    if (rc != OK || second.len == 0)
        return rc;
    if (!d->waits ||
        (open->id && open->proposed_by != d->by->account && !subject_own_grant(d->by, second)))
        return err_set(e, E_DENIED, "this waits for a second administrator");
    if ((rc = db_text(&unit, db, "SELECT name FROM unit WHERE id = ?1", VALUES(v_i64(r->unit)),
                      d->arena, e)) != OK)
        return rc;
    const struct pair_line lines[] = {{N_("Unit"), unit, STR_NONE},
                                      {N_("Role"), role->label_zh, role->label_en},
                                      {N_("From"), given->from, STR_NONE},
                                      {N_("To"), given->to, STR_NONE}};
    const struct pair_shown shown = {.kind = N_("Account"),
                                     .what = N_("give a role"),
                                     .title = r->display_name,
                                     .among = PAIR_ROLE,
                                     .lines = lines,
                                     .line_count = ARRAY_LEN(lines)};
    const struct pair pair = {.type = STR("grant"),
                              .action = open->action,
                              .record_id = r->id,
                              .arguments = arguments_of(given, d->arena),
                              .seen = arena_printf(d->arena, "unit %lld", (long long)r->unit),
                              .role = second,
                              .shown = pair_shown_json(&shown, d->arena),
                              .setting = true,
                              .may = is_administrator};
    rc = pair_take(&first, db, d, &pair, e);
    *go = first != 0;
    return rc;
}

/* --- deeds ------------------------------------------------------------------------ */

err_t grant_role(int64_t *id, struct db *db, const struct deed *d, const struct new_grant *given,
                 struct err *e)
{
    struct new_grant g = *given;
    const struct role *role = NULL;
    struct grant_rows held;
    struct account_row r;
    struct proposal open;
    struct deed as = *d;
    bool go = false;
    err_t rc;

    if (d->waits)
        *d->waits = 0; /* a step may run again */
    if ((rc = find_role(&role, g.role, e)) != OK ||
        (rc = proposal_find(&open, db, STR("grant"), g.account,
                            arena_printf(d->arena, "grant %.*s", STR_ARG(g.role)), d->arena, e)) !=
            OK)
        return rc;
    if (open.id && open.proposed_by != d->by->account && g.from.len &&
        str_cmp(g.from, d->by->today) < 0)
        g.from = d->by->today; /* agreed to later than asked for */
    if ((rc = check_dates(&g, d->by->today, e)) != OK ||
        (rc = account_read(&r, db, g.account, d->arena, e)) != OK)
        return rc;
    if (!subject_is_program(d->by) && d->by->account == g.account &&
        !access_off(STR("grants"), "other"))
        return err_set(e, E_DENIED, "nobody gives a role to himself");
    if (!gives(d, role, r.unit) && !deed_by_role(d, "system_administrator") &&
        !access_off(STR("grants"), "giver"))
        return err_set(e, E_DENIED,
                       "the role %.*s is given by a security administrator, or by the manager of "
                       "the unit where it is one of its staff",
                       STR_ARG(role_label(role)));
    if ((rc = check_holder(&r, role, d->arena, e)) != OK ||
        (rc = live_grants(&held, db, d, r.id, e)) != OK ||
        (rc = check_separation(&held, &r, role, &g, 0, e)) != OK ||
        (rc = by_two(&go, db, d, &r, role, given, &open, e)) != OK || !go)
        return rc;
    as.how = open.id ? "second" : d->how;
    return insert(id, db, &as, &r, &g, 0, "grant", e);
}

/* The doer's own grant of the role that reaches from … to; NULL: none does. */
static const struct grant_row *covering(const struct grant_rows *own, const struct new_grant *g)
{
    for (size_t i = 0; i < own->len; i++) {
        const struct grant_row *o = &own->ptr[i];
        if (o->delegated_by == 0 && str_eq(o->role, g->role) && str_cmp(o->from, g->from) <= 0 &&
            (o->to.len == 0 || str_cmp(g->to, o->to) <= 0))
            return o;
    }
    return NULL;
}

err_t grant_delegate(int64_t *id, struct db *db, const struct deed *d,
                     const struct new_grant *given, struct err *e)
{
    struct new_grant g = *given;
    const struct role *role = NULL;
    struct grant_rows own, held;
    struct account_row r;
    err_t rc;

    if ((rc = find_role(&role, g.role, e)) != OK || (rc = check_dates(&g, d->by->today, e)) != OK)
        return rc;
    if (g.to.len == 0)
        return err_set(e, E_INVALID, "a role is lent until a day; give the last one");
    if (!role->delegable && !access_off(STR("grants"), "lendable"))
        return err_set(e, E_DENIED, "the role %.*s is personal and cannot be lent",
                       STR_ARG(role_label(role)));
    if ((rc = account_read(&r, db, g.account, d->arena, e)) != OK ||
        (rc = live_grants(&own, db, d, d->by->account, e)) != OK)
        return rc;
    if ((d->by->account == 0 || d->by->account == r.id || !covering(&own, &g)) &&
        !access_off(STR("grants"), "lender"))
        return err_set(e, E_DENIED,
                       "only who holds the role %.*s himself on all these days can lend it, and to "
                       "somebody else",
                       STR_ARG(role_label(role)));
    if (r.unit != d->by->unit && !access_off(STR("grants"), "lent within"))
        return err_set(e, E_INVALID, "a role is lent within one unit; this user is of another");
    if ((rc = check_holder(&r, role, d->arena, e)) != OK ||
        (rc = live_grants(&held, db, d, r.id, e)) != OK ||
        (rc = check_separation(&held, &r, role, &g, d->by->account, e)) != OK)
        return rc;
    return insert(id, db, d, &r, &g, d->by->account, "delegate", e);
}

static err_t end_row(struct db *db, const struct deed *d, int64_t id, struct err *e)
{
    static const char sql[] =
        "UPDATE role_grant SET state = 'ended', version = version + 1, changed_ms = ?2,"
        " changed_by = ?3, ended_ms = ?2 WHERE id = ?1";
    err_t rc = db_run(db, sql, VALUES(v_i64(id), v_i64(deed_now_ms(d)), v_i64(d->by->account)), e);
    return rc == OK ? note_grant(db, d, id, "end", e) : rc;
}

static err_t may_end(struct db *db, const struct deed *d, const struct grant_row *g, struct err *e)
{
    const struct role *role = role_find(g->role);
    bool party =
        d->by->account != 0 && (d->by->account == g->account || d->by->account == g->delegated_by);
    int64_t others = 0;
    err_t rc;

    if (!party && !gives(d, role, g->unit) && !access_off(STR("grants"), "ender"))
        return err_set(e, E_DENIED,
                       "a role is ended by who gives it, by who lent it and by who holds it");
    if (!str_is(g->role, "security_administrator"))
        return OK;
    if ((rc = account_other_guardians(&others, db, g->account, d->by->today, e)) != OK)
        return rc;
    if (others == 0 && !access_off(STR("grants"), "last"))
        return err_set(e, E_CONFLICT,
                       "this is the only security administrator; make another one first");
    return OK;
}

err_t grant_end(struct db *db, const struct deed *d, int64_t id, struct err *e)
{
    struct grant_rows rows;
    err_t rc = read_rows(&rows, db, "SELECT " COLUMNS " FROM role_grant WHERE id = ?1",
                         VALUES(v_i64(id)), d->arena, e);
    if (rc != OK)
        return rc;
    if (rows.len == 0)
        return err_set(e, E_NOTFOUND, "there is no grant %lld", (long long)id);
    if ((rc = may_end(db, d, &rows.ptr[0], e)) != OK)
        return rc;
    if (!str_is(rows.ptr[0].state, "active"))
        return err_set(e, E_CONFLICT, "this grant has ended already");
    return end_row(db, d, id, e);
}

err_t grants_end_all(struct db *db, const struct deed *d, int64_t account, struct err *e)
{
    struct grant_rows rows;
    err_t rc = read_rows(&rows, db,
                         "SELECT " COLUMNS " FROM role_grant WHERE state = 'active'"
                         " AND (account = ?1 OR delegated_by = ?1) ORDER BY id",
                         VALUES(v_i64(account)), d->arena, e);
    for (size_t i = 0; rc == OK && i < rows.len; i++)
        rc = end_row(db, d, rows.ptr[i].id, e);
    return rc;
}
