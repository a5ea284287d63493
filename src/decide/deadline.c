/* Rows of `deadline`, their versions, and the word to the holder. */
#include "decide/deadline.h"
#include "base/msg.h"
#include "decide/activation.h"
#include "notify/notification.h"
#include "text/json.h"

#define COLUMNS                                                                                    \
    "id, version, CASE state WHEN 'open' THEN 1 ELSE 0 END, type, record_id, title, pack, "        \
    "pack_version, pack_digest, rule_id, rule,"                                                    \
    " carries, from_date, entered, due_date, count_by, clause, quote, holder_account, holder_unit"
#define INTO_DEADLINE(d)                                                                           \
    INTO(into_i64(&(d)->id), into_i64(&(d)->version), into_bool(&(d)->open), into_str(&(d)->type), \
         into_i64(&(d)->record_id), into_str(&(d)->title), into_str(&(d)->pack),                   \
         into_str(&(d)->pack_version), into_str(&(d)->pack_digest), into_str(&(d)->rule_id),       \
         into_str(&(d)->rule), into_bool(&(d)->carries), into_str(&(d)->from_date),                \
         into_bool(&(d)->entered), into_str(&(d)->due.date), into_str(&(d)->due.count_by),         \
         into_str(&(d)->clause), into_str(&(d)->quote), into_i64(&(d)->holder_account),            \
         into_i64(&(d)->holder_unit))

err_t deadline_read(struct deadline *out, struct db *db, int64_t id, struct arena *a, struct err *e)
{
    bool found = false;
    *out = (struct deadline){0};
    err_t rc = db_row(&found, db, "SELECT " COLUMNS " FROM deadline WHERE id = ?1",
                      VALUES(v_i64(id)), INTO_DEADLINE(out), a, e);
    return rc == OK && !found ? err_set(e, E_NOTFOUND, "there is no deadline %lld", (long long)id)
                              : rc;
}

static err_t put_version(struct db *db, const struct deed *d, const struct deadline *x,
                         const char *action, struct err *e)
{
    const struct deed_field fields[] = {
        {"before", v_str(x->before)},
        {"clause", v_str(x->clause)},
        {"count_by", v_str(x->due.count_by)},
        {"due_date", v_str(x->due.date)},
        {"from_date", v_str(x->from_date)},
        {"holder_account", v_id(x->holder_account)},
        {"holder_unit", v_id(x->holder_unit)},
        {"pack", v_str(x->pack)},
        {"pack_digest", v_str(x->pack_digest)},
        {"pack_version", v_str(x->pack_version)},
        {"quote", v_str(x->quote)},
        {"record_id", v_i64(x->record_id)},
        {"rule", v_str(x->rule)},
        {"rule_id", v_str(x->rule_id)},
        {"state", v_str(x->open ? STR("open") : STR("over"))},
        {"title", v_str(x->title)},
        {"type", v_str(x->type)},
    };
    return deed_version(d, db, "deadline", x->id, x->version, action, fields, ARRAY_LEN(fields), e);
}

/* --- issuing --------------------------------------------------------------------------- */

static err_t find_day(struct due *due, const struct deadline_new *n, const struct calendar *c,
                      struct err *e)
{
    const struct counting how = {c, n->carries};
    if (n->entered.year)
        return due_entered(due, n->rule, n->from, n->entered, &how, e);
    err_t rc = due_of(due, n->rule, n->from, &how, e);
    if (rc == OK && due->state != DUE_KNOWN)
        rc = err_set(e, E_INVALID, "by the rule %.*s an officer enters the day",
                     STR_ARG(n->rule->id));
    return rc;
}

static err_t put_row(struct deadline *x, struct db *db, const struct deed *d, struct err *e)
{
    err_t rc = db_run(
        db,
        "INSERT INTO deadline (version, state, type, record_id, title, pack, pack_version,"
        " pack_digest, rule_id, rule, carries, from_date, entered, due_date, count_by, clause,"
        " quote, holder_account, holder_unit, issued_ms, issued_by) VALUES (1, 'open', ?1, ?2, ?3,"
        " ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
        VALUES(v_str(x->type), v_i64(x->record_id), v_str(x->title), v_str(x->pack),
               v_str(x->pack_version), v_str(x->pack_digest), v_str(x->rule_id), v_str(x->rule),
               v_i64(x->carries), v_str(x->from_date), v_i64(x->entered), v_str(x->due.date),
               v_str(x->due.count_by), v_str(x->clause), v_str(x->quote), v_id(x->holder_account),
               v_id(x->holder_unit), v_i64(deed_now_ms(d)), v_id(d->by->account)),
        e);
    x->id = rc == OK ? db_last_id(db) : 0;
    return rc;
}

err_t deadline_issue(struct deadline *out, struct db *db, const struct deed *d,
                     const struct calendar *c, const struct deadline_new *n, struct err *e)
{
    struct due due;
    struct date today;
    if (!date_parse(&today, d->by->today))
        return err_set(e, E_INTERNAL, "there is no business date");
    err_t rc = pack_decides_here(db, n->pack, today, n->began_ms, d->arena, e);
    if (rc == OK)
        rc = find_day(&due, n, c, e);
    if (rc != OK)
        return rc;
    *out = (struct deadline){.version = 1,
                             .open = true,
                             .type = n->type,
                             .record_id = n->record_id,
                             .title = n->title,
                             .pack = n->pack->id,
                             .pack_version = n->pack->version,
                             .pack_digest = n->pack->digest,
                             .rule_id = n->rule->id,
                             .rule = deadline_rule_text(n->rule, d->arena),
                             .from_date = date_text(n->from, d->arena),
                             .due = due_day_of(&due, d->arena),
                             .clause = n->rule->citation.clause,
                             .quote = n->rule->citation.quote,
                             .entered = n->entered.year != 0,
                             .carries = n->carries,
                             .holder_account = n->holder_account,
                             .holder_unit = n->holder_unit};
    rc = put_row(out, db, d, e);
    return rc == OK ? put_version(db, d, out, "issue", e) : rc;
}

/* --- later ------------------------------------------------------------------------------- */

/* The row as `x` has it now, a version further. E_CONFLICT: somebody was faster. */
static err_t put_change(struct db *db, const struct deadline *x, struct err *e)
{
    bool changed = false;
    err_t rc = db_any(
        &changed, db,
        "UPDATE deadline SET version = ?2, state = ?3, due_date = ?4, count_by = ?5,"
        " count_again = NULL WHERE id = ?1 AND version = ?2 - 1 AND state = 'open' RETURNING id",
        VALUES(v_i64(x->id), v_i64(x->version), v_str(x->open ? STR("open") : STR("over")),
               v_str(x->due.date), v_str(x->due.count_by)),
        e);
    if (rc == OK && !changed)
        rc = err_set(e, E_CONFLICT, "the deadline %lld is over or was changed meanwhile",
                     (long long)x->id);
    return rc;
}

err_t deadline_end(struct db *db, const struct deed *d, int64_t id, struct err *e)
{
    struct deadline x;
    err_t rc = deadline_read(&x, db, id, d->arena, e);
    if (rc != OK)
        return rc;
    x.open = false;
    x.version++;
    rc = put_change(db, &x, e);
    return rc == OK ? put_version(db, d, &x, "end", e) : rc;
}

/* --- counting again ---------------------------------------------------------------------- */

static struct str notice_of(const struct deadline *x, struct arena *a)
{
    struct jout j;
    jout_open(&j);
    jout_pair(&j, "title", x->title);
    jout_pair(&j, "before", x->before);
    jout_pair(&j, "date", due_day_text(x->due, LANG_ZH, a));
    return jout_take(&j, a);
}

static err_t tell_account(struct db *db, const struct deed *d, const struct deadline *x,
                          int64_t account, struct err *e)
{
    bool moved = !str_eq(x->before, x->due.date);
    if (!moved && x->due.count_by.len) /* a further year has no table: nothing is certain yet */
        return OK;
    const struct notification_draft n = {.account = account,
                                         .kind = moved ? "deadline_moved" : "deadline_certain",
                                         .arguments = notice_of(x, d->arena),
                                         .link = arena_printf(d->arena, "/records/%.*s/%lld",
                                                              STR_ARG(x->type),
                                                              (long long)x->record_id)};
    int64_t id;
    return notification_post(&id, db, &n, deed_now_ms(d), e);
}

/* The person, or everybody of the unit. */
static err_t tell_holder(struct db *db, const struct deed *d, const struct deadline *x,
                         struct err *e)
{
    struct ids accounts = {0};
    err_t rc = db_ids(&accounts, db,
                      "SELECT id FROM account WHERE state = 'active' AND (id = ?1 OR"
                      " owner_unit = ?2) ORDER BY id",
                      VALUES(v_i64(x->holder_account), v_i64(x->holder_unit)), d->arena, e);
    for (size_t i = 0; rc == OK && i < accounts.len; i++)
        rc = tell_account(db, d, x, accounts.ptr[i], e);
    return rc;
}

static err_t count_again(struct deadline *x, const struct calendar *c, struct arena *a,
                         struct err *e)
{
    const struct counting how = {c, x->carries};
    struct deadline_rule rule = {.id = x->rule_id};
    struct date from;
    struct due due;
    if (!deadline_rule_read(&rule, x->rule, a) || !date_parse(&from, x->from_date))
        return err_set(e, E_CORRUPT, "the deadline %lld has no rule that can be read",
                       (long long)x->id);
    err_t rc = due_of(&due, &rule, from, &how, e);
    if (rc != OK)
        return rc;
    x->before = x->due.date;
    x->due = due_day_of(&due, a);
    x->version++;
    return OK;
}

err_t deadline_recount(struct deadline_move *out, struct db *db, const struct deed *d,
                       const struct calendar *c, int64_t after, struct err *e)
{
    struct str until = date_text((struct date){calendar_last_year(c), 1, 1}, d->arena);
    struct deadline x = {0};
    *out = (struct deadline_move){0};
    err_t rc = db_row(NULL, db,
                      "SELECT " COLUMNS " FROM deadline WHERE state = 'open' AND"
                      " (count_by <= ?1 OR count_again = 1) AND id > ?2"
                      " ORDER BY id LIMIT 1",
                      VALUES(v_str(until), v_i64(after)), INTO_DEADLINE(&x), d->arena, e);
    if (rc != OK || x.id == 0)
        return rc;
    bool certain = x.due.count_by.len == 0; /* by a table that was corrected */
    if ((rc = count_again(&x, c, d->arena, e)) != OK || (rc = put_change(db, &x, e)) != OK ||
        (rc = put_version(db, d, &x, "recount", e)) != OK)
        return rc;
    if (!(certain && str_eq(x.before, x.due.date)) && (rc = tell_holder(db, d, &x, e)) != OK)
        return rc;
    *out = (struct deadline_move){x.id, x.title, x.before, x.due};
    return OK;
}
