/* Numbered migrations. The table of steps is made at build from migrations/
 * (tools/embed_migrations.py); what a store has is in its table
 * schema_migration. Each step and its row commit together: a store killed in
 * between opens with a whole number of steps. */
#include "db/db_priv.h"
#include "db/store.h"

/* `ledger`: the table that says which steps a database has. */
struct plan {
    const char *ledger;
    const struct migration *steps;
    size_t count;
    bool filling;        /* a store that is being filled is what is wanted */
    struct arena *arena; /* of the statements that name the ledger */
};

/* The row of a ledger that says that its store is being filled. */
#define FILLING_NUMBER 0
#define FILLING_NAME "filling"

static err_t ensure_table(struct db *db, const struct plan *p, struct err *e)
{
    return db_exec(db,
                   arena_printf(p->arena,
                                "CREATE TABLE IF NOT EXISTS %s ("
                                " number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL)",
                                p->ledger)
                       .ptr,
                   e);
}

static err_t newest(int64_t *number, struct db *db, const struct plan *p, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc;
    if ((rc = db_prepare_text(
             &st, db, arena_printf(p->arena, "SELECT max(number), min(number) FROM %s", p->ledger),
             e)) != OK)
        return rc;
    rc = stmt_next(&has_row, st, e);
    *number = has_row ? stmt_i64(st, 0) : 0;
    if (rc == OK && has_row && !stmt_is_null(st, 1) && stmt_i64(st, 1) == FILLING_NUMBER &&
        !p->filling)
        rc = err_set(e, E_CONFLICT,
                     "this store is only partly there: it is being restored or moved right now, or "
                     "that was cut off; then do it again");
    stmt_free(st);
    return rc;
}

static err_t note_step(struct db *db, const struct plan *p, int64_t number, const char *name,
                       struct err *e)
{
    return db_run_once(
        db, arena_printf(p->arena, "INSERT INTO %s (number, name) VALUES (?1, ?2)", p->ledger).ptr,
        VALUES(v_i64(number), v_str(str_of(name))), e);
}

/* Only looks: opening a store that is up to date waits for no writer. */
static err_t read_state(int64_t *number, struct db *db, const struct plan *p, struct err *e)
{
    err_t rc;
    bool there = false;
    *number = 0;
    if ((rc = db_has_table(&there, db, p->ledger, e)) != OK || !there)
        return rc;
    if ((rc = newest(number, db, p, e)) != OK)
        return rc;
    if (*number > (int64_t)p->count)
        return err_set(e, E_CONFLICT,
                       "this store was made by a newer program (it has migration %lld, this "
                       "program knows %zu); use that program or a newer one",
                       (long long)*number, p->count);
    return OK;
}

static err_t do_step(struct db *db, const struct plan *p, const struct migration *m, struct err *e)
{
    const char *sql = m->postgres && db_is(db, DB_POSTGRES) ? m->postgres : m->sql;
    err_t rc;
    if ((rc = db_exec(db, sql, e)) != OK || (rc = note_step(db, p, m->number, m->name, e)) != OK)
        err_note(e, "migration %s", m->name);
    return rc;
}

/* Inside a write transaction, as another process may be doing the same. */
static err_t one_step(struct db *db, const struct plan *p, struct err *e)
{
    int64_t number = 0;
    err_t rc;
    if ((rc = ensure_table(db, p, e)) != OK)
        return rc;
    if ((rc = read_state(&number, db, p, e)) != OK || number == (int64_t)p->count)
        return rc;
    return do_step(db, p, &p->steps[number], e);
}

static err_t all_steps(struct db *db, const struct plan *p, struct err *e)
{
    int64_t number = 0;
    err_t rc;
    while ((rc = read_state(&number, db, p, e)) == OK && number < (int64_t)p->count) {
        if ((rc = db_begin_write(db, e)) != OK)
            return rc;
        if ((rc = one_step(db, p, e)) != OK) {
            db_rollback(db);
            return rc;
        }
        if ((rc = db_commit(db, e)) != OK)
            return rc;
    }
    return rc;
}

static err_t run_plan(struct db *db, const struct plan *p, struct err *e)
{
    int64_t number = 0;
    err_t rc = read_state(&number, db, p, e);
    if (rc != OK || number == (int64_t)p->count)
        return rc;
    if ((rc = db_lock_schema(db, e)) != OK)
        return rc;
    rc = all_steps(db, p, e);
    db_unlock_schema(db);
    return rc;
}

static err_t plan_run(struct db *db, struct plan p, struct err *e)
{
    p.arena = arena_new();
    err_t rc = run_plan(db, &p, e);
    arena_free(p.arena);
    return rc;
}

err_t migrate_by(struct db *db, const char *ledger, const struct migration *steps, size_t count,
                 struct err *e)
{
    return plan_run(db, (struct plan){.ledger = ledger, .steps = steps, .count = count}, e);
}

err_t migrate(struct db *db, const struct migration *steps, size_t count, struct err *e)
{
    return migrate_by(db, STORE_LEDGER, steps, count, e);
}

/* --- stores that are being filled ---------------------------------------------------- */

static err_t make_filling(struct db *db, const struct plan *p, struct err *e)
{
    err_t rc = ensure_table(db, p, e);
    for (size_t i = 0; rc == OK && i < p->count; i++)
        rc = do_step(db, p, &p->steps[i], e);
    return rc == OK ? note_step(db, p, FILLING_NUMBER, FILLING_NAME, e) : rc;
}

err_t fill_begin(struct db *db, size_t count, struct err *e)
{
    struct plan p = {
        .ledger = STORE_LEDGER, .steps = migrations, .count = count, .arena = arena_new()};
    err_t rc = db_begin_write(db, e);
    if (rc == OK) {
        rc = make_filling(db, &p, e);
        if (rc == OK)
            rc = db_commit(db, e);
        else
            db_rollback(db);
    }
    arena_free(p.arena);
    return rc;
}

err_t fill_migrate(struct db *db, const char *ledger, const struct migration *steps, size_t count,
                   struct err *e)
{
    return plan_run(
        db, (struct plan){.ledger = ledger, .steps = steps, .count = count, .filling = true}, e);
}

err_t fill_is(bool *filling, struct db *db, struct err *e)
{
    bool there = false;
    *filling = false;
    err_t rc = db_has_table(&there, db, STORE_LEDGER, e);
    if (rc != OK || !there)
        return rc;
    return db_any(filling, db, "SELECT 1 FROM " STORE_LEDGER " WHERE number = ?1",
                  VALUES(v_i64(FILLING_NUMBER)), e);
}

err_t fill_end(struct db *db, struct err *e)
{
    err_t rc = db_begin_write(db, e);
    if (rc != OK)
        return rc;
    rc = db_run(db, "DELETE FROM " STORE_LEDGER " WHERE number = ?1", VALUES(v_i64(FILLING_NUMBER)),
                e);
    if (rc == OK)
        return db_commit(db, e);
    db_rollback(db);
    return rc;
}
