/* Rows of `assignment`. */
#include "access/assignment.h"
#include "access/mutation.h"
#include "base/date.h"
#include "base/limits.h"
#include "base/utf8.h"

#define DAYS_BEFORE 3
#define DAY_MS ((int64_t)24 * 3600 * 1000)

int64_t assignment_reminder_ms(struct str due_date, int64_t after_ms)
{
    struct date day;
    if (!date_parse(&day, due_date))
        return 0;
    int64_t due = date_to_days(day) * DAY_MS; /* 8 o'clock in China is midnight UTC */
    if (due - DAYS_BEFORE * DAY_MS > after_ms)
        return due - DAYS_BEFORE * DAY_MS;
    return due > after_ms ? due : 0;
}

void assignment_row(struct assignment *out, struct stmt *st, struct arena *a)
{
    *out =
        (struct assignment){.id = stmt_i64(st, 0),
                            .version = stmt_i64(st, 1),
                            .type = arena_dup(a, stmt_str(st, 2)),
                            .record_id = stmt_i64(st, 3),
                            .kind = arena_dup(a, stmt_str(st, 4)),
                            .account = stmt_i64(st, 5),
                            .unit = stmt_i64(st, 6),
                            .given_by = stmt_i64(st, 7),
                            .note = arena_dup(a, stmt_str(st, 8)),
                            .due = {arena_dup(a, stmt_str(st, 9)), arena_dup(a, stmt_str(st, 10))},
                            .from_ms = stmt_i64(st, 11),
                            .to_ms = stmt_i64(st, 12),
                            .done_ms = stmt_i64(st, 13),
                            .done_by = stmt_i64(st, 14),
                            .ask = arena_dup(a, stmt_str(st, 15)),
                            .answer = arena_dup(a, stmt_str(st, 16)),
                            .seen = arena_dup(a, stmt_str(st, 17))};
}

err_t assignment_get(struct assignment *out, struct db *db, int64_t id, struct arena *a,
                     struct err *e)
{
    struct stmt *st = NULL;
    bool found = false;
    err_t rc = db_query(&st, db, "SELECT " ASSIGNMENT_COLUMNS " FROM assignment WHERE id = ?1",
                        VALUES(v_i64(id)), e);
    if (rc == OK)
        rc = stmt_next(&found, st, e);
    if (rc == OK && found)
        assignment_row(out, st, a);
    stmt_free(st);
    return rc == OK && !found ? err_set(e, E_NOTFOUND, "there is no assignment %lld", (long long)id)
                              : rc;
}

static err_t version_of(struct db *db, const struct deed *d, const struct assignment *a,
                        const char *action, struct err *e)
{
    const struct deed_field fields[] = {
        {"account", v_id(a->account)},    {"answer", v_str(a->answer)},
        {"ask", v_str(a->ask)},           {"due_count_by", v_str(a->due.count_by)},
        {"due_date", v_str(a->due.date)}, {"kind", v_str(a->kind)},
        {"note", v_str(a->note)},         {"record_id", v_i64(a->record_id)},
        {"seen", v_str(a->seen)},         {"type", v_str(a->type)},
        {"unit", v_id(a->unit)}};
    return deed_version(d, db, "assignment", a->id, a->version, action, fields, ARRAY_LEN(fields),
                        e);
}

static err_t check_receiver(struct db *db, const struct assignment *a, struct err *e)
{
    bool found = false;
    if (a->ask.len && !a->account && !a->unit)
        return OK;
    if ((a->account != 0) == (a->unit != 0))
        return err_set(e, E_INVALID, "name either a person or a unit that receives it");
    err_t rc = db_any(&found, db,
                      a->account ? "SELECT 1 FROM account WHERE id = ?1 AND state = 'active'"
                                 : "SELECT 1 FROM unit WHERE id = ?1 AND state = 'active'",
                      VALUES(v_i64(a->account ? a->account : a->unit)), e);
    if (rc != OK || found)
        return rc;
    return a->account
               ? err_set(e, E_INVALID, "there is no active account %lld", (long long)a->account)
               : err_set(e, E_INVALID, "there is no active unit %lld", (long long)a->unit);
}

err_t assignment_give(struct assignment *a, struct db *db, const struct deed *d, struct err *e)
{
    struct date day;
    err_t rc;
    if (!str_is(a->kind, "do") && !str_is(a->kind, "read") && !str_is(a->kind, "copy"))
        return err_set(e, E_INVALID, "kind is do, read or copy, not \"%.*s\"", STR_ARG(a->kind));
    if (a->due.date.len > 0 && !date_parse(&day, a->due.date))
        return err_set(e, E_INVALID, "due is a day of the calendar, like 2026-11-20");
    if (utf8_length(a->note) > REASON_CHARACTERS_MAX)
        return err_set(e, E_INVALID, "the note is longer than %d characters",
                       REASON_CHARACTERS_MAX);
    if ((rc = check_receiver(db, a, e)) != OK)
        return rc;
    a->from_ms = deed_now_ms(d);
    a->given_by = d->by->account;
    a->version = 1;
    int64_t remind = str_is(a->kind, "do") ? assignment_reminder_ms(a->due.date, a->from_ms) : 0;
    rc = db_run(db,
                "INSERT INTO assignment (type, record_id, account, unit, from_ms, version, kind,"
                " given_by, note, due_date, untold, remind_ms, ask)"
                " VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, ?8, ?9, 1, ?10, ?11)",
                VALUES(v_str(a->type), v_i64(a->record_id), v_id(a->account), v_id(a->unit),
                       v_i64(a->from_ms), v_str(a->kind), v_id(a->given_by), v_str(a->note),
                       v_str(a->due.date), v_id(remind), v_str(a->ask)),
                e);
    if (rc != OK)
        return rc;
    a->id = db_last_id(db);
    return version_of(db, d, a, "create", e);
}

err_t assignment_end(struct db *db, const struct deed *d, int64_t id, struct err *e)
{
    struct assignment a;
    err_t rc = assignment_get(&a, db, id, d->arena, e);
    if (rc == OK)
        rc = db_i64(&a.version, db,
                    "UPDATE assignment SET to_ms = ?2, untold = NULL, remind_ms = NULL,"
                    " version = version + 1 WHERE id = ?1 AND to_ms IS NULL RETURNING version",
                    VALUES(v_i64(id), v_i64(deed_now_ms(d))), e);
    if (rc == OK && a.version == 0)
        rc = err_set(e, E_CONFLICT, "assignment %lld has ended already", (long long)id);
    return rc == OK ? version_of(db, d, &a, "end", e) : rc;
}

err_t assignment_due(struct db *db, const struct deed *d, int64_t id, struct due_day due,
                     struct err *e)
{
    struct assignment a;
    err_t rc = assignment_get(&a, db, id, d->arena, e);
    bool same = rc == OK && str_eq(a.due.date, due.date) && str_eq(a.due.count_by, due.count_by);
    if (rc != OK || same || a.to_ms || a.done_ms)
        return rc;
    a.due = due;
    rc =
        db_i64(&a.version, db,
               "UPDATE assignment SET due_date = ?2, due_count_by = ?3, remind_ms = NULL, version ="
               " version + 1 WHERE id = ?1 RETURNING version",
               VALUES(v_i64(id), v_str(due.date), v_str(due.count_by)), e);
    return rc == OK ? version_of(db, d, &a, "due", e) : rc;
}

err_t assignments_pass(struct db *db, const struct deed *d, int64_t from, int64_t to, struct err *e)
{
    struct ids all = {0};
    struct assignment a;
    err_t rc =
        db_ids(&all, db,
               "UPDATE assignment SET given_by = account, account = ?2, untold = 1, version ="
               " version + 1 WHERE account = ?1 AND kind = 'do' AND to_ms IS NULL AND"
               " done_ms IS NULL RETURNING id",
               VALUES(v_i64(from), v_i64(to)), d->arena, e);
    for (size_t i = 0; rc == OK && i < all.len; i++)
        if ((rc = assignment_get(&a, db, all.ptr[i], d->arena, e)) == OK)
            rc = version_of(db, d, &a, "pass", e);
    return rc;
}

err_t assignment_done(struct db *db, const struct deed *d, int64_t id, struct err *e)
{
    struct assignment a;
    int64_t now_ms = deed_now_ms(d);
    struct err gone;
    err_t rc = assignment_get(&a, db, id, d->arena, &gone);
    if (rc != OK && rc != E_NOTFOUND) {
        if (e)
            *e = gone;
        return rc;
    }
    bool own = rc == OK && a.ask.len == 0 &&
               ((a.account ? subject_stands_for(d->by, a.account, STR_NONE)
                           : a.unit == d->by->unit && d->by->unit != 0) ||
                access_off(STR("todo"), "own"));
    if (!own || (a.to_ms != 0 && a.to_ms <= now_ms))
        return err_set(e, E_NOTFOUND, "there is no assignment %lld", (long long)id);
    rc = db_i64(&a.version, db,
                "UPDATE assignment SET done_ms = ?2, done_by = ?3, remind_ms = NULL,"
                " version = version + 1 WHERE id = ?1 AND done_ms IS NULL RETURNING version",
                VALUES(v_i64(id), v_i64(now_ms), v_i64(d->by->account)), e);
    return rc == OK && a.version ? version_of(db, d, &a, "done", e) : rc;
}

err_t assignment_answer(struct db *db, const struct deed *d, struct assignment *a, struct err *e)
{
    err_t rc = db_i64(&a->version, db,
                      "UPDATE assignment SET done_ms = ?2, done_by = ?3, answer = ?4, seen = ?5,"
                      " untold = NULL, remind_ms = NULL, version = version + 1"
                      " WHERE id = ?1 AND done_ms IS NULL AND to_ms IS NULL RETURNING version",
                      VALUES(v_i64(a->id), v_i64(deed_now_ms(d)), v_i64(d->by->account),
                             v_str(a->answer), v_str(a->seen)),
                      e);
    if (rc == OK && a->version == 0)
        return err_set(e, E_CONFLICT, "this was answered or withdrawn meanwhile");
    return rc == OK ? version_of(db, d, a, "answer", e) : rc;
}
