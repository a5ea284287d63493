/* The rows of the queue. A row is open (queued, running) exactly while due_ms is
 * not NULL: one partial index serves who looks for work, whether a job waits for
 * its time or for the end of a dead worker's lease. */
#include "model/job.h"
#include "base/msg.h"
#include "base/vec.h"
#include "crypto/hash.h"
#include "db/row_mac.h"

#define BACKOFF_MAX_MS INT64_C(3600000)

#define COLUMNS                                                                                    \
    "id, version, state, kind, arguments, owner, done, total, note, saved, result, error, cancel," \
    " attempts, attempts_max, due_ms, created_ms, started_ms, changed_ms, ended_ms"
#define INTO_JOB(j)                                                                                \
    INTO(into_i64(&(j)->id), into_i64(&(j)->version), into_str(&(j)->state), into_str(&(j)->kind), \
         into_str(&(j)->arguments), into_i64(&(j)->owner), into_i64(&(j)->done),                   \
         into_i64(&(j)->total), into_str(&(j)->note), into_str(&(j)->saved),                       \
         into_str(&(j)->result), into_str(&(j)->error), into_bool(&(j)->cancel),                   \
         into_i64(&(j)->attempts), into_i64(&(j)->attempts_max), into_i64(&(j)->due_ms),           \
         into_i64(&(j)->created_ms), into_i64(&(j)->started_ms), into_i64(&(j)->changed_ms),       \
         into_i64(&(j)->ended_ms))

static err_t check_json(struct str json, struct err *e)
{
    if (json.len <= JOB_JSON_BYTES_MAX)
        return OK;
    return err_set(e, E_LIMIT, "a job carries at most %zu bytes; larger data belongs in a file",
                   JOB_JSON_BYTES_MAX);
}

static err_t find_open(bool *found, int64_t *id, struct db *db, struct str key, struct err *e)
{
    return db_row(found, db, "SELECT id FROM job WHERE open_key = ?1 AND due_ms IS NOT NULL",
                  VALUES(v_str(key)), INTO(into_i64(id)), NULL, e);
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
    bool found = false;
    err_t rc = db_row(&found, db, "SELECT " COLUMNS " FROM job WHERE id = ?1", VALUES(v_i64(id)),
                      INTO_JOB(out), a, e);
    return rc == OK && !found ? not_there(id, e) : rc;
}

err_t job_list(const struct job **out, size_t *count, struct db *db, int64_t owner,
               struct str state, int64_t before, int64_t limit, struct arena *a, struct err *e)
{
    VEC(struct job) jobs = {0};
    struct job j = {0};
    err_t rc = db_rows(ROWS(&jobs, j), db,
                       "SELECT " COLUMNS " FROM job WHERE owner = ?1 AND id < ?2"
                       " AND (?3 = 'any' OR state = ?3) ORDER BY id DESC NULLS LAST LIMIT ?4",
                       VALUES(v_i64(owner), v_i64(before ? before : INT64_MAX),
                              v_str(state.len ? state : STR("any")), v_i64(limit)),
                       INTO_JOB(&j), a, e);
    *out = jobs.ptr;
    *count = jobs.len;
    return rc;
}

err_t job_count(int64_t *out, struct db *db, int64_t owner, struct str state, struct err *e)
{
    return db_row(
        NULL, db, "SELECT count(*) FROM job WHERE owner = ?1 AND (?2 = 'any' OR state = ?2)",
        VALUES(v_i64(owner), v_str(state.len ? state : STR("any"))), INTO(into_i64(out)), NULL, e);
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
    err_t rc = OK;
    *count = 0;
    ROWS_WHILE(*count < max, st, rc, e, db,
               "SELECT id, lease FROM job WHERE due_ms IS NOT NULL AND state = 'running'"
               " AND lease IS NOT NULL ORDER BY id",
               NULL, 0) {
        struct str lease = stmt_str(st, 1);
        if (!job_lease_is_dead(lease, db_is_near(db)))
            continue;
        out[*count].id = stmt_i64(st, 0);
        memcpy(out[*count].lease, lease.ptr, lease.len);
        out[(*count)++].lease[lease.len] = '\0';
    }
    return rc;
}

err_t job_end_lease(struct db *db, const struct job_dead *dead, int64_t now_ms, struct err *e)
{
    return db_run(db,
                  "UPDATE job SET due_ms = ?3 WHERE id = ?1 AND lease = ?2 AND state = 'running'"
                  " AND due_ms > ?3",
                  VALUES(v_i64(dead->id), v_str(str_of(dead->lease)), v_i64(now_ms)), e);
}

err_t job_claim(struct job *out, struct job_claim *c, struct db *db, struct arena *a, struct err *e)
{
    int64_t id;
    c->again = false;
    err_t rc = db_i64(&id, db,
                      "SELECT id FROM job WHERE kind = ?1 AND due_ms <= ?2"
                      " ORDER BY due_ms NULLS LAST, id LIMIT 1",
                      VALUES(v_str(str_of(c->kind)), v_i64(c->now_ms)), e);
    bool refused =
        rc == OK && (rc = row_mac_require(e, db, "job", "%lld", (long long)id)) == E_DENIED;
    if (rc != OK && !refused)
        return rc;
    rc =
        db_row(&c->found, db,
               "UPDATE job SET state = 'running', attempts = attempts + 1, lease = ?3, due_ms = ?4,"
               " started_ms = coalesce(started_ms, ?2), changed_ms = ?2, version = version + 1"
               " WHERE id = ?1 RETURNING " COLUMNS,
               VALUES(v_i64(id), v_i64(c->now_ms), v_str(str_of(c->lease)), v_i64(c->until_ms)),
               INTO_JOB(out), a, e);
    if (rc != OK || !c->found)
        return rc;
    const struct job_held held = {out->id, c->lease, c->now_ms};
    c->again = refused || out->cancel || out->attempts > out->attempts_max;
    c->found = !c->again;
    if (refused)
        return job_fail(db, &held, str_of(msg("it was written into the database past the program")),
                        0, e);
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
    bool found = false;
    err_t rc = db_any(&found, db, sql, values, count, e);
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
    *cancel = false;
    return db_row(held, db,
                  "UPDATE job SET due_ms = ?3 WHERE id = ?1 AND lease = ?2"
                  " AND state = 'running' RETURNING cancel",
                  VALUES(v_i64(id), v_str(str_of(lease)), v_i64(until_ms)), INTO(into_bool(cancel)),
                  NULL, e);
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
    err_t rc = OK;
    *deleted = 0;
    EACH_ROW(st, rc, e, db,
             "DELETE FROM job WHERE id IN (SELECT id FROM job WHERE"
             " (owner = 0 AND ended_ms < ?1) OR (owner <> 0 AND ended_ms < ?2)"
             " ORDER BY id NULLS LAST LIMIT ?3) RETURNING id",
             VALUES(v_i64(program_ms), v_i64(people_ms), v_i64(limit)))
        ++*deleted;
    return rc;
}
