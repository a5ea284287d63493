/* The rows of the queue. A row is open (queued, running) exactly while due_ms is
 * not NULL: one partial index serves who looks for work, whether a job waits for
 * its time or for the end of a dead worker's lease. */
#include "model/job.h"
#include "base/msg.h"
#include "base/vec.h"
#include "crypto/hash.h"

#define BACKOFF_MAX_MS INT64_C(3600000)

#define COLUMNS                                                                                    \
    "id, version, state, kind, arguments, owner, done, total, note, saved, result, error, cancel," \
    " attempts, attempts_max, due_ms, created_ms, started_ms, changed_ms, ended_ms"

static void read_row(struct job *out, struct stmt *st, struct arena *a)
{
    *out = (struct job){.id = stmt_i64(st, 0),
                        .version = stmt_i64(st, 1),
                        .state = arena_dup(a, stmt_str(st, 2)),
                        .kind = arena_dup(a, stmt_str(st, 3)),
                        .arguments = arena_dup(a, stmt_str(st, 4)),
                        .owner = stmt_i64(st, 5),
                        .done = stmt_i64(st, 6),
                        .total = stmt_i64(st, 7),
                        .note = arena_dup(a, stmt_str(st, 8)),
                        .saved = arena_dup(a, stmt_str(st, 9)),
                        .result = arena_dup(a, stmt_str(st, 10)),
                        .error = arena_dup(a, stmt_str(st, 11)),
                        .cancel = stmt_i64(st, 12) != 0,
                        .attempts = stmt_i64(st, 13),
                        .attempts_max = stmt_i64(st, 14),
                        .due_ms = stmt_i64(st, 15),
                        .created_ms = stmt_i64(st, 16),
                        .started_ms = stmt_i64(st, 17),
                        .changed_ms = stmt_i64(st, 18),
                        .ended_ms = stmt_i64(st, 19)};
}

/* One number of the first row; *found false without one. */
static err_t one_number(bool *found, int64_t *out, struct stmt *st, err_t rc, struct err *e)
{
    *found = false;
    if (rc == OK)
        rc = stmt_next(found, st, e);
    if (*found)
        *out = stmt_i64(st, 0);
    stmt_free(st);
    return rc;
}

static err_t check_json(struct str json, struct err *e)
{
    if (json.len <= JOB_JSON_BYTES_MAX)
        return OK;
    return err_set(e, E_LIMIT, "a job carries at most %zu bytes; larger data belongs in a file",
                   JOB_JSON_BYTES_MAX);
}

static err_t find_open(bool *found, int64_t *id, struct db *db, struct str key, struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = db_query(&st, db, "SELECT id FROM job WHERE open_key = ?1 AND due_ms IS NOT NULL",
                        VALUES(v_str(key)), e);
    return one_number(found, id, st, rc, e);
}

err_t job_add(int64_t *id, struct db *db, const struct job_draft *d, int64_t now_ms, struct err *e)
{
    bool open = false;
    err_t rc;
    if ((rc = check_json(d->arguments, e)) != OK)
        return rc;
    if (d->key.len > 0 && ((rc = find_open(&open, id, db, d->key, e)) != OK || open))
        return rc;
    rc = db_run(db,
                "INSERT INTO job (version, state, kind, arguments, owner, open_key, done, total,"
                " cancel, attempts, attempts_max, due_ms, created_ms, changed_ms)"
                " VALUES (1, 'queued', ?1, ?2, ?3, ?4, 0, 0, 0, 0, ?5, ?6, ?7, ?7)",
                VALUES(v_str(str_of(d->kind)), v_str(d->arguments.len ? d->arguments : STR("{}")),
                       v_i64(d->owner), v_str(d->key),
                       v_i64(d->attempts_max ? d->attempts_max : JOB_ATTEMPTS_MAX),
                       v_i64(d->not_before_ms ? d->not_before_ms : now_ms), v_i64(now_ms)),
                e);
    if (rc == OK)
        *id = db_last_id(db);
    return rc;
}

err_t job_add_once(int64_t *id, struct db *db, const char *kind, struct str arguments,
                   int64_t owner, int64_t now_ms, struct err *e)
{
    struct arena *a = arena_new();
    char hex[SHA256_HEX_LEN + 1];
    struct digest d = sha256_of(str_bytes(arguments));
    sha256_hex(hex, &d);
    const struct job_draft draft = {.kind = kind,
                                    .arguments = arguments,
                                    .owner = owner,
                                    .key =
                                        arena_printf(a, "%s %lld %s", kind, (long long)owner, hex)};
    err_t rc = job_add(id, db, &draft, now_ms, e);
    arena_free(a);
    return rc;
}

static err_t not_there(int64_t id, struct err *e)
{
    return err_set(e, E_NOTFOUND, "there is no job %lld", (long long)id);
}

err_t job_get(struct job *out, struct db *db, int64_t id, struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    bool found = false;
    err_t rc = db_query(&st, db, "SELECT " COLUMNS " FROM job WHERE id = ?1", VALUES(v_i64(id)), e);
    if (rc == OK)
        rc = stmt_next(&found, st, e);
    if (rc == OK && found)
        read_row(out, st, a);
    stmt_free(st);
    return rc == OK && !found ? not_there(id, e) : rc;
}

err_t job_list(const struct job **out, size_t *count, struct db *db, int64_t owner,
               struct str state, int64_t before, int64_t limit, struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    VEC(struct job) jobs = {0};
    bool found = true;
    err_t rc = db_query(&st, db,
                        "SELECT " COLUMNS " FROM job WHERE owner = ?1 AND id < ?2"
                        " AND (?3 = 'any' OR state = ?3) ORDER BY id DESC NULLS LAST LIMIT ?4",
                        VALUES(v_i64(owner), v_i64(before ? before : INT64_MAX),
                               v_str(state.len ? state : STR("any")), v_i64(limit)),
                        e);
    while (rc == OK && (rc = stmt_next(&found, st, e)) == OK && found) {
        struct job j;
        read_row(&j, st, a);
        VEC_PUSH(a, &jobs, j);
    }
    stmt_free(st);
    *out = jobs.ptr;
    *count = jobs.len;
    return rc;
}

err_t job_count(int64_t *out, struct db *db, int64_t owner, struct str state, struct err *e)
{
    struct stmt *st = NULL;
    bool found;
    err_t rc = db_query(&st, db,
                        "SELECT count(*) FROM job WHERE owner = ?1 AND (?2 = 'any' OR state = ?2)",
                        VALUES(v_i64(owner), v_str(state.len ? state : STR("any"))), e);
    return one_number(&found, out, st, rc, e);
}

/* --- what people ask of a job --------------------------------------------------- */

static err_t state_of(struct str *state, struct str *key, struct db *db, int64_t id,
                      struct arena *a, struct err *e)
{
    bool found = false;
    err_t rc = db_row(&found, db, "SELECT state, open_key FROM job WHERE id = ?1",
                      VALUES(v_i64(id)), INTO(into_str(state), into_str(key)), a, e);
    return rc == OK && !found ? not_there(id, e) : rc;
}

err_t job_cancel(struct db *db, int64_t id, int64_t now_ms, struct err *e)
{
    struct arena *a = arena_new();
    struct str state, key;
    err_t rc = state_of(&state, &key, db, id, a, e);
    if (rc == OK && str_is(state, "queued"))
        rc = db_run(db,
                    "UPDATE job SET state = 'cancelled', cancel = 1, due_ms = NULL, lease = NULL,"
                    " ended_ms = ?2, changed_ms = ?2, version = version + 1 WHERE id = ?1",
                    VALUES(v_i64(id), v_i64(now_ms)), e);
    else if (rc == OK && str_is(state, "running"))
        rc = db_run(db,
                    "UPDATE job SET cancel = 1, changed_ms = ?2, version = version + 1"
                    " WHERE id = ?1",
                    VALUES(v_i64(id), v_i64(now_ms)), e);
    else if (rc == OK)
        rc = err_set(e, E_CONFLICT, "job %lld is over already", (long long)id);
    arena_free(a);
    return rc;
}

err_t job_retry(struct db *db, int64_t id, int64_t now_ms, struct err *e)
{
    struct arena *a = arena_new();
    struct str state, key;
    bool open = false;
    int64_t other = 0;
    err_t rc;
    if ((rc = state_of(&state, &key, db, id, a, e)) != OK)
        goto done;
    if (!str_is(state, "failed") && !str_is(state, "cancelled")) {
        rc =
            err_set(e, E_CONFLICT, "job %lld has neither failed nor been cancelled", (long long)id);
        goto done;
    }
    if (key.len > 0 && (rc = find_open(&open, &other, db, key, e)) != OK)
        goto done;
    if (open)
        rc = err_set(e, E_CONFLICT, "job %lld does the same work already", (long long)other);
    else
        rc = db_run(
            db,
            "UPDATE job SET state = 'queued', cancel = 0, attempts = 0, untold = NULL, due_ms = ?2,"
            " error = NULL, ended_ms = NULL, changed_ms = ?2, version = version + 1"
            " WHERE id = ?1",
            VALUES(v_i64(id), v_i64(now_ms)), e);
done:
    arena_free(a);
    return rc;
}

/* --- workers ---------------------------------------------------------------------- */

err_t job_find_dead(struct job_dead *out, size_t *count, size_t max, struct db *db, struct err *e)
{
    struct stmt *st = NULL;
    bool found = false;
    err_t rc = db_query(&st, db,
                        "SELECT id, lease FROM job WHERE due_ms IS NOT NULL AND state = 'running'"
                        " AND lease IS NOT NULL ORDER BY id",
                        NULL, 0, e);
    *count = 0;
    while (rc == OK && *count < max && (rc = stmt_next(&found, st, e)) == OK && found) {
        struct str lease = stmt_str(st, 1);
        if (!job_lease_is_dead(lease, !db_locks_rows(db)))
            continue;
        out[*count].id = stmt_i64(st, 0);
        memcpy(out[*count].lease, lease.ptr, lease.len);
        out[(*count)++].lease[lease.len] = '\0';
    }
    stmt_free(st);
    return rc;
}

err_t job_end_lease(struct db *db, const struct job_dead *dead, int64_t now_ms, struct err *e)
{
    return db_run(db,
                  "UPDATE job SET due_ms = ?3 WHERE id = ?1 AND lease = ?2 AND state = 'running'"
                  " AND due_ms > ?3",
                  VALUES(v_i64(dead->id), v_str(str_of(dead->lease)), v_i64(now_ms)), e);
}

#define CLAIM(lock)                                                                                \
    "UPDATE job SET state = 'running', attempts = attempts + 1, lease = ?3, due_ms = ?4,"          \
    " started_ms = coalesce(started_ms, ?2), changed_ms = ?2, version = version + 1"               \
    " WHERE id = (SELECT id FROM job WHERE kind = ?1 AND due_ms <= ?2"                             \
    " ORDER BY due_ms NULLS LAST, id LIMIT 1" lock ") RETURNING " COLUMNS

err_t job_claim(struct job *out, struct job_claim *c, struct db *db, struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = db_query(&st, db, db_locks_rows(db) ? CLAIM(" FOR UPDATE SKIP LOCKED") : CLAIM(""),
                        VALUES(v_str(str_of(c->kind)), v_i64(c->now_ms), v_str(str_of(c->lease)),
                               v_i64(c->until_ms)),
                        e);
    c->found = c->again = false;
    if (rc == OK)
        rc = stmt_next(&c->found, st, e);
    if (rc == OK && c->found)
        read_row(out, st, a);
    stmt_free(st);
    if (rc != OK || !c->found)
        return rc;
    const struct job_held held = {out->id, c->lease, c->now_ms};
    c->again = out->cancel || out->attempts > out->attempts_max;
    c->found = !c->again;
    if (out->cancel)
        return job_end_cancelled(db, &held, e);
    if (c->again)
        return job_fail(db, &held,
                        str_of(msg("each time that it was begun, its worker came to an end before "
                                   "it did")),
                        0, e);
    return OK;
}

/* Run a statement that RETURNs the id of the row that it changed under a lease. */
static err_t under_lease(struct db *db, const char *sql, const struct value *values, size_t count,
                         struct err *e)
{
    struct stmt *st = NULL;
    bool found = false;
    int64_t id;
    err_t rc = db_query(&st, db, sql, values, count, e);
    rc = one_number(&found, &id, st, rc, e);
    if (rc == OK && !found)
        return err_set(e, E_CONFLICT, "job %lld was taken up by another worker",
                       (long long)values[0].i64);
    return rc;
}

#define HELD " WHERE id = ?1 AND lease = ?2 AND state = 'running' RETURNING id"

err_t job_step(struct db *db, int64_t id, const char *lease, struct str saved, struct err *e)
{
    err_t rc = check_json(saved, e);
    if (rc != OK)
        return rc;
    /* A write even where nothing is saved: on PostgreSQL it locks the row against
     * a worker that takes the job up at this moment. */
    return under_lease(db, "UPDATE job SET saved = coalesce(?3, saved)" HELD,
                       VALUES(v_i64(id), v_str(str_of(lease)), v_str(saved)), e);
}

err_t job_renew(bool *held, bool *cancel, struct db *db, int64_t id, const char *lease,
                int64_t until_ms, struct err *e)
{
    struct stmt *st = NULL;
    int64_t asked = 0;
    err_t rc = db_query(&st, db,
                        "UPDATE job SET due_ms = ?3 WHERE id = ?1 AND lease = ?2"
                        " AND state = 'running' RETURNING cancel",
                        VALUES(v_i64(id), v_str(str_of(lease)), v_i64(until_ms)), e);
    rc = one_number(held, &asked, st, rc, e);
    *cancel = asked != 0;
    return rc;
}

err_t job_progress(struct db *db, const struct job_held *h, const struct job_done *so_far,
                   struct err *e)
{
    return under_lease(db,
                       "UPDATE job SET done = ?3, total = ?4, note = ?5, changed_ms = ?6,"
                       " version = version + 1" HELD,
                       VALUES(v_i64(h->id), v_str(str_of(h->lease)), v_i64(so_far->done),
                              v_i64(so_far->total), v_str(so_far->note), v_i64(h->now_ms)),
                       e);
}

err_t job_finish(struct db *db, const struct job_held *h, struct str result, struct err *e)
{
    err_t rc = check_json(result, e);
    if (rc != OK)
        return rc;
    return under_lease(
        db,
        "UPDATE job SET state = 'done', untold = CASE WHEN owner <> 0 THEN 1 END, "
        "result = ?3, error = NULL, lease = NULL,"
        " due_ms = NULL, ended_ms = ?4, changed_ms = ?4,"
        " version = version + 1" HELD,
        VALUES(v_i64(h->id), v_str(str_of(h->lease)), v_str(result), v_i64(h->now_ms)), e);
}

err_t job_fail(struct db *db, const struct job_held *h, struct str why, int64_t retry_ms,
               struct err *e)
{
    if (retry_ms > 0)
        return under_lease(db,
                           "UPDATE job SET state = 'queued', error = ?3, lease = NULL,"
                           " due_ms = ?4, changed_ms = ?5, version = version + 1" HELD,
                           VALUES(v_i64(h->id), v_str(str_of(h->lease)), v_str(why),
                                  v_i64(retry_ms), v_i64(h->now_ms)),
                           e);
    return under_lease(db,
                       "UPDATE job SET state = 'failed', untold = CASE WHEN owner <> 0 THEN 1 END, "
                       "error = ?3, lease = NULL, due_ms = NULL,"
                       " ended_ms = ?4, changed_ms = ?4, version = version + 1" HELD,
                       VALUES(v_i64(h->id), v_str(str_of(h->lease)), v_str(why), v_i64(h->now_ms)),
                       e);
}

err_t job_end_cancelled(struct db *db, const struct job_held *h, struct err *e)
{
    return under_lease(db,
                       "UPDATE job SET state = 'cancelled', lease = NULL, due_ms = NULL,"
                       " ended_ms = ?3, changed_ms = ?3, version = version + 1" HELD,
                       VALUES(v_i64(h->id), v_str(str_of(h->lease)), v_i64(h->now_ms)), e);
}

err_t job_give_back(struct db *db, const struct job_held *h, struct err *e)
{
    return under_lease(db,
                       "UPDATE job SET state = 'queued', attempts = attempts - 1, lease = NULL,"
                       " due_ms = ?3, changed_ms = ?3, version = version + 1" HELD,
                       VALUES(v_i64(h->id), v_str(str_of(h->lease)), v_i64(h->now_ms)), e);
}

int64_t job_backoff_ms(int64_t attempts)
{
    int64_t n = attempts < 1 ? 0 : attempts - 1;
    return n > 9 ? BACKOFF_MAX_MS : (int64_t)5000 << n;
}

err_t job_sweep(int64_t *deleted, struct db *db, int64_t program_ms, int64_t people_ms,
                int64_t limit, struct err *e)
{
    struct stmt *st = NULL;
    bool found = true;
    err_t rc = db_query(&st, db,
                        "DELETE FROM job WHERE id IN (SELECT id FROM job WHERE"
                        " (owner = 0 AND ended_ms < ?1) OR (owner <> 0 AND ended_ms < ?2)"
                        " ORDER BY id NULLS LAST LIMIT ?3) RETURNING id",
                        VALUES(v_i64(program_ms), v_i64(people_ms), v_i64(limit)), e);
    *deleted = 0;
    while (rc == OK && (rc = stmt_next(&found, st, e)) == OK && found)
        ++*deleted;
    stmt_free(st);
    return rc;
}
