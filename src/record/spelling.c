/* One number is written in one way within its owner, so that what is equal is written alike: rules, facts and people
 * compare what stands there. */
#include "base/msg.h"
#include "model/normal.h"
#include "record/conflict.h"
#include "record/write_priv.h"

static err_t say_spelling(struct write *w, struct db *db, const struct field *f, int64_t id,
                          struct str other, struct err *e)
{
    bool seen;
    err_t rc = conflict_shows(&seen, w, db, id, e);
    if (rc != OK)
        return rc;
    w->outcome = WRITE_FAULTY;
    if (seen)
        fault_add(
            &w->faults, f->name, "spelling",
            N_("is \"%s\" of record %s, written in another way: one number is written in one way"),
            FAULT_ARGS(both(other), both(arena_printf(w->arena, "%lld", (long long)id))));
    else
        fault_add(&w->faults, f->name, "spelling",
                  N_("another record has this number, written in another way"), NULL, 0);
    return OK;
}

/* Of one key are few: they are found by it, however many records the owner has. */
static err_t check_field(struct db *db, struct write *w, const struct field_plan *f,
                         const struct field_value *v, struct err *e)
{
    struct str written = bytes_str(v->cols[0].bytes), column = f->columns[0].name;
    struct str sql = arena_printf(w->arena,
                                  "SELECT id, %.*s FROM %.*s WHERE owner_unit = ?1 AND %.*s = ?2"
                                  " AND ended_ms IS NULL AND %.*s <> ?3 AND id <> ?4",
                                  STR_ARG(column), STR_ARG(w->plan->type->table),
                                  STR_ARG(f->columns[1].name), STR_ARG(column));
    struct stmt *st = NULL;
    bool has_row = false;
    int64_t other = 0;
    struct str same = STR_NONE;
    err_t rc = db_query_once(
        &st, db, sql.ptr,
        VALUES(v_i64(w->labels.owner_unit), v->cols[1], v_str(written), v_i64(w->id)), e);
    while (rc == OK && other == 0 && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        if (written_same(written, stmt_str(st, 1))) {
            other = stmt_i64(st, 0);
            same = arena_dup(w->arena, stmt_str(st, 1));
        }
    stmt_free(st);
    return rc == OK && other ? say_spelling(w, db, f->field, other, same, e) : rc;
}

err_t spelling_check(struct db *db, struct write *w, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && !w->ends && i < w->plan->field_count; i++) {
        const struct field_value *v = &w->body.values[i];
        if (w->plan->fields[i].field->number && v->given && w->body.changed[i])
            rc = check_field(db, w, &w->plan->fields[i], v, e);
    }
    return rc;
}

err_t spelling_before(struct write *w, struct err *e)
{
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, w->kernel->store, e);
    if (rc == OK)
        rc = spelling_check(db, w, e);
    store_reader_put(w->kernel->store, db);
    w->spelled = rc == OK;
    return rc;
}
