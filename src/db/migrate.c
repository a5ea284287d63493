/* Numbered migrations. The table of steps is made at build from migrations/
 * (tools/embed_migrations.py); what a store has is in its table
 * schema_migration. Each step and its row commit together: a store killed in
 * between opens with a whole number of steps. */
#include "db/db_priv.h"
#include "db/store.h"

static err_t ensure_table(struct db *db, struct err *e)
{
    return db_exec(db,
                   "CREATE TABLE IF NOT EXISTS schema_migration ("
                   " number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL)",
                   e);
}

static err_t newest(int64_t *number, struct db *db, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc;
    if ((rc = db_prepare(&st, db, "SELECT max(number) FROM schema_migration", e)) != OK)
        return rc;
    rc = stmt_next(&has_row, st, e);
    *number = has_row ? stmt_i64(st, 0) : 0;
    stmt_free(st);
    return rc;
}

static err_t note_step(struct db *db, const struct migration *m, struct err *e)
{
    struct stmt *st = NULL;
    err_t rc;
    if ((rc = db_prepare(&st, db, "INSERT INTO schema_migration (number, name) VALUES (?1, ?2)",
                         e)) != OK)
        return rc;
    if ((rc = stmt_bind_i64(st, 1, m->number, e)) == OK &&
        (rc = stmt_bind_str(st, 2, str_of(m->name), e)) == OK)
        rc = stmt_run(st, e);
    stmt_free(st);
    return rc;
}

/* Only looks: opening a store that is up to date waits for no writer. */
static err_t read_state(int64_t *number, struct db *db, size_t count, struct err *e)
{
    err_t rc;
    bool there = false;
    *number = 0;
    if ((rc = db_has_table(&there, db, "schema_migration", e)) != OK || !there)
        return rc;
    if ((rc = newest(number, db, e)) != OK)
        return rc;
    if (*number > (int64_t)count)
        return err_set(e, E_CONFLICT,
                       "this store was made by a newer program (it has migration %lld, this "
                       "program knows %zu); use that program or a newer one",
                       (long long)*number, count);
    return OK;
}

/* Inside a write transaction, as another process may be doing the same. */
static err_t one_step(struct db *db, const struct migration *steps, size_t count, struct err *e)
{
    int64_t number = 0;
    err_t rc;
    if ((rc = ensure_table(db, e)) != OK)
        return rc;
    if ((rc = read_state(&number, db, count, e)) != OK || number == (int64_t)count)
        return rc;
    const struct migration *m = &steps[number];
    const char *sql = m->postgres && db_is(db, DB_POSTGRES) ? m->postgres : m->sql;
    if ((rc = db_exec(db, sql, e)) != OK || (rc = note_step(db, m, e)) != OK)
        err_note(e, "migration %s", m->name);
    return rc;
}

static err_t all_steps(struct db *db, const struct migration *steps, size_t count, struct err *e)
{
    int64_t number = 0;
    err_t rc;
    while ((rc = read_state(&number, db, count, e)) == OK && number < (int64_t)count) {
        if ((rc = db_begin_write(db, e)) != OK)
            return rc;
        if ((rc = one_step(db, steps, count, e)) != OK) {
            db_rollback(db);
            return rc;
        }
        if ((rc = db_commit(db, e)) != OK)
            return rc;
    }
    return rc;
}

err_t migrate(struct db *db, const struct migration *steps, size_t count, struct err *e)
{
    int64_t number = 0;
    err_t rc = read_state(&number, db, count, e);
    if (rc != OK || number == (int64_t)count)
        return rc;
    if ((rc = db_lock_schema(db, e)) != OK)
        return rc;
    rc = all_steps(db, steps, count, e);
    db_unlock_schema(db);
    return rc;
}
