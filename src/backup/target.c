/* The same for a restore and for a store that moves to the other engine. */
#include "backup/target.h"
#include <errno.h>

#define SQLITE_URL "sqlite:"

bool target_is_file(const char *url)
{
    return str_starts(str_of(url), STR(SQLITE_URL));
}

err_t target_look(enum target_state *out, const char *url, struct arena *a, struct err *e)
{
    struct db *db = NULL;
    const struct table *tables;
    size_t count = 0;
    bool filling = false;
    *out = TARGET_NONE;
    err_t rc = db_open(&db, url, &(struct db_options){.must_exist = true}, e);
    if (rc == E_NOTFOUND && target_is_file(url))
        return OK;
    if (rc == OK && (rc = fill_is(&filling, db, e)) == OK && !filling)
        rc = db_tables(&tables, &count, db, a, e);
    if (rc == OK && count > 0)
        rc = err_set(e, E_CONFLICT, "there is a store in %s already; give an empty one",
                     db_name(db));
    if (rc == OK)
        *out = filling ? TARGET_FILLED : TARGET_EMPTY;
    db_close(db);
    return rc;
}

err_t target_remove(const struct fs *fs, const char *url, struct arena *a, struct err *e)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-turn"};
    struct db *db = NULL;
    err_t rc = OK;
    for (size_t i = 0; target_is_file(url) && i < ARRAY_LEN(endings); i++) {
        const char *path = arena_printf(a, "%s%s", url + strlen(SQLITE_URL), endings[i]).ptr;
        if (fs->unlink(fs, path) != 0 && errno != ENOENT)
            return err_errno(e, errno, "cannot remove %s", path);
    }
    if (target_is_file(url))
        return OK;
    if ((rc = db_open(&db, url, &(struct db_options){0}, e)) == OK)
        rc = db_drop_tables(db, e);
    db_close(db);
    return rc;
}

/* A table that the migrations made: has it the columns of the rows that come? */
static err_t check_columns(const struct table *have, const struct table *want, struct err *e)
{
    for (size_t i = 0; i < want->column_count; i++) {
        bool found = false;
        for (size_t k = 0; k < have->column_count; k++)
            found |= str_eq(have->columns[k].name, want->columns[i].name) &&
                     have->columns[k].type == want->columns[i].type;
        if (!found)
            return err_set(e, E_INVALID,
                           "the column %.*s of the table %.*s is one that no store of its version "
                           "has",
                           STR_ARG(want->columns[i].name), STR_ARG(want->name));
    }
    return OK;
}

err_t target_begin(struct db_load **out, struct db *db, size_t migrations_done,
                   const struct table *tables, size_t count, struct arena *a, struct err *e)
{
    const struct table *have;
    size_t have_count;
    struct buf sql = {0};
    err_t rc = fill_begin(db, migrations_done, e);
    if (rc == OK)
        rc = db_tables(&have, &have_count, db, a, e);
    if (rc != OK)
        return rc;
    for (size_t i = 0; rc == OK && i < count; i++) {
        const struct table *t = &tables[i], *there = table_find(have, have_count, t->name);
        if (there && (rc = check_columns(there, t, e)) == OK)
            buf_addf(&sql, "DELETE FROM \"%.*s\";\n", STR_ARG(t->name));
        else if (!there && !table_sql(&sql, t))
            rc = err_set(e, E_INVALID, "the table %.*s is one that no store has", STR_ARG(t->name));
    }
    buf_addc(&sql, '\0');
    if (rc == OK && (rc = db_load_begin(out, db, a, e)) == OK && sql.len > 1 &&
        (rc = db_exec(db, sql.ptr, e)) != OK && rc != E_IO && rc != E_BUSY) {
        err_note(e, "the tables that it describes cannot be made");
        if (e)
            e->kind = E_INVALID; /* words that a store may have, but not as they stand together */
        rc = E_INVALID;
    }
    buf_clear(&sql);
    return rc;
}

/* The next number of each table that gives out numbers. */
static err_t set_numbers(struct db *db, const struct table *tables, size_t count, struct err *e)
{
    err_t rc = db_begin_write(db, e);
    if (rc != OK)
        return rc;
    for (size_t i = 0; rc == OK && i < count; i++)
        if (tables[i].numbered && tables[i].last_number > 0)
            rc = table_set_last(db, &tables[i], tables[i].last_number, e);
    if (rc == OK)
        return db_commit(db, e);
    db_rollback(db);
    return rc;
}

err_t target_end(struct db_load *load, struct db *db, const struct table *tables, size_t count,
                 struct err *e)
{
    err_t rc = set_numbers(db, tables, count, e);
    return rc == OK ? db_load_end(load, e) : rc;
}
