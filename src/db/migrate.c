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
    struct arena *arena; /* of the statements that name the ledger */
};

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
             &st, db, arena_printf(p->arena, "SELECT max(number) FROM %s", p->ledger), e)) != OK)
        return rc;
    rc = stmt_next(&has_row, st, e);
    *number = has_row ? stmt_i64(st, 0) : 0;
    stmt_free(st);
    return rc;
}

static err_t note_step(struct db *db, const struct plan *p, const struct migration *m,
                       struct err *e)
{
    return db_run_once(
        db, arena_printf(p->arena, "INSERT INTO %s (number, name) VALUES (?1, ?2)", p->ledger).ptr,
        VALUES(v_i64(m->number), v_str(str_of(m->name))), e);
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

/* Inside a write transaction, as another process may be doing the same. */
static err_t one_step(struct db *db, const struct plan *p, struct err *e)
{
    int64_t number = 0;
    err_t rc;
    if ((rc = ensure_table(db, p, e)) != OK)
        return rc;
    if ((rc = read_state(&number, db, p, e)) != OK || number == (int64_t)p->count)
        return rc;
    const struct migration *m = &p->steps[number];
    const char *sql = m->postgres && db_is(db, DB_POSTGRES) ? m->postgres : m->sql;
    if ((rc = db_exec(db, sql, e)) != OK || (rc = note_step(db, p, m, e)) != OK)
        err_note(e, "migration %s", m->name);
    return rc;
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

err_t migrate_by(struct db *db, const char *ledger, const struct migration *steps, size_t count,
                 struct err *e)
{
    struct plan p = {.ledger = ledger, .steps = steps, .count = count, .arena = arena_new()};
    err_t rc = run_plan(db, &p, e);
    arena_free(p.arena);
    return rc;
}

err_t migrate(struct db *db, const struct migration *steps, size_t count, struct err *e)
{
    return migrate_by(db, STORE_LEDGER, steps, count, e);
}
