/* Bringing the tables of a store to what the types say. */
#include "db/store.h"
#include "record/ddl.h"

struct making {
    const struct record_type *type;
    struct arena *arena;
};

static err_t make_tables(struct db *db, const struct record_type *t, struct arena *a, struct err *e)
{
    const struct ddl_index *indexes;
    size_t count = ddl_indexes(&indexes, t, a);
    struct buf sql;
    buf_init(&sql, 0);
    ddl_tables(&sql, t, a);
    for (size_t i = 0; i < count; i++)
        buf_addf(&sql, "%.*s;\n", STR_ARG(indexes[i].sql));
    buf_addc(&sql, '\0');
    err_t rc = db_exec(db, sql.ptr, e);
    buf_clear(&sql);
    return rc;
}

/* One store step: another process may have been faster. */
static err_t make_step(struct db *db, void *arg, struct err *e)
{
    struct making *m = arg;
    bool there = false;
    err_t rc = db_has_table(&there, db, m->type->table.ptr, e);
    if (rc == OK && !there)
        rc = make_tables(db, m->type, m->arena, e);
    return rc;
}

err_t record_types_migrate(const struct record_types *set, struct store *store, struct err *e)
{
    struct arena *a = arena_new();
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < set->types.len; i++) {
        struct making m = {set->types.ptr[i], a};
        if (!m.type->core)
            rc = store_write(store, make_step, &m, e);
        if (rc != OK)
            err_note(e, "record type %.*s", STR_ARG(m.type->name));
    }
    arena_free(a);
    return rc;
}
