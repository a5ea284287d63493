/* One number is written in one way within its owner, so that what is equal is written alike: rules, facts and people
 * compare what stands there. */
#include "base/msg.h"
#include "model/normal.h"
#include "record/write_priv.h"

static void say_spelling(struct write *w, const struct field *f, int64_t id, struct str other)
{
    fault_add(
        &w->faults, f->name, "spelling",
        N_("is \"%s\" of record %s, written in another way: one number is written in one way"),
        FAULT_ARGS(both(arena_dup(w->arena, other)),
                   both(arena_printf(w->arena, "%lld", (long long)id))));
    w->outcome = WRITE_FAULTY;
}

static err_t check_field(struct db *db, struct write *w, const struct field_plan *f,
                         struct str written, struct err *e)
{
    const char *column = arena_cstr(w->arena, f->columns[0].name);
    struct str sql = arena_printf(w->arena,
                                  "SELECT id, %s FROM %.*s WHERE owner_unit = ?1 AND ended_ms IS"
                                  " NULL AND %s IS NOT NULL AND %s <> ?2 AND id <> ?3",
                                  column, STR_ARG(w->plan->type->table), column, column);
    struct stmt *st = NULL;
    bool has_row = false, found = false;
    err_t rc = db_query_once(&st, db, sql.ptr,
                             VALUES(v_i64(w->labels.owner_unit), v_str(written), v_i64(w->id)), e);
    while (rc == OK && !found && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        if ((found = written_same(written, stmt_str(st, 1))))
            say_spelling(w, f->field, stmt_i64(st, 0), stmt_str(st, 1));
    stmt_free(st);
    return rc;
}

err_t spelling_check(struct db *db, struct write *w, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && !w->ends && i < w->plan->field_count; i++) {
        const struct field_value *v = &w->body.values[i];
        if (w->plan->fields[i].field->number && v->given && w->body.changed[i])
            rc = check_field(db, w, &w->plan->fields[i], bytes_str(v->cols[0].bytes), e);
    }
    return rc;
}
