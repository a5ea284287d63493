/* Reading one record whole. */
#include "record/row.h"
#include "base/msg.h"
#include "base/vec.h"

err_t row_arriving(bool *out, struct db *db, const struct row *row, struct err *e)
{
    *out = false;
    if (row->import_id == 0)
        return OK;
    return db_any(out, db,
                  "SELECT 1 FROM record_import WHERE id = ?1 AND state IN ('running', 'removing')",
                  VALUES(v_i64(row->import_id)), e);
}

void row_values(struct jout *j, const struct row *row, const struct type_plan *p, struct arena *a)
{
    for (size_t i = 0; i < p->field_count; i++) {
        const struct jvalue *v = value_made(&row->values[i], p->fields[i].field, a);
        if (v) {
            jout_name_str(j, p->fields[i].field->name);
            jout_value(j, v);
        }
    }
}

err_t row_not_found(const struct record_type *t, int64_t id, struct err *e)
{
    struct str label = record_type_label(t);
    return err_set(e, E_NOTFOUND, "%.*s: there is no record %lld that you can see", STR_ARG(label),
                   (long long)id);
}

struct value row_column(struct stmt *st, size_t column, bool integer)
{
    int c = (int)column;
    if (integer)
        return stmt_is_null(st, c) ? (struct value){.type = VALUE_NULL} : v_i64(stmt_i64(st, c));
    struct str s = stmt_str(st, c);
    return s.len == 0 ? (struct value){.type = VALUE_NULL} : v_str(s);
}

void row_system(struct row *out, struct stmt *st)
{
    *out = (struct row){
        .labels = {.id = stmt_i64(st, SYS_ID),
                   .owner_unit = stmt_i64(st, SYS_OWNER_UNIT),
                   .created_by = stmt_i64(st, SYS_CREATED_BY),
                   .owner_city = stmt_str(st, SYS_OWNER_CITY),
                   .owner_province = stmt_str(st, SYS_OWNER_PROVINCE),
                   .state = stmt_str(st, SYS_STATE),
                   .secrecy = (enum secrecy)stmt_i64(st, SYS_SECRECY),
                   .published = stmt_i64(st, SYS_PUBLISHED) != 0},
        .version = stmt_i64(st, SYS_VERSION),
        .created_ms = stmt_i64(st, SYS_CREATED_MS),
        .changed_ms = stmt_i64(st, SYS_CHANGED_MS),
        .changed_by = stmt_i64(st, SYS_CHANGED_BY),
        .ended_ms = stmt_i64(st, SYS_ENDED_MS),
        .import_id = stmt_i64(st, SYS_IMPORT_ID),
    };
}

static void keep_labels(struct labels *l, struct arena *a)
{
    l->owner_city = arena_dup(a, l->owner_city);
    l->owner_province = arena_dup(a, l->owner_province);
    l->state = arena_dup(a, l->state);
    l->programme = arena_dup(a, l->programme);
}

static struct value kept(struct value v, struct arena *a)
{
    if (v.type == VALUE_STR || v.type == VALUE_BYTES)
        v.bytes = str_bytes(arena_dup(a, bytes_str(v.bytes)));
    return v;
}

/* A statement of one record, on its row. */
static err_t query(struct stmt **st, struct db *db, const struct type_plan *p, const char *sql,
                   int64_t id, struct err *e)
{
    struct value values[1 + VALUE_FIELDS_MAX] = {v_i64(id)};
    bool has_row = false;
    memcpy(values + 1, p->where, p->where_count * sizeof(*values));
    err_t rc = db_query_once(st, db, sql, values, 1 + p->where_count, e);
    if (rc == OK)
        rc = stmt_next(&has_row, *st, e);
    return rc == OK && !has_row ? row_not_found(p->type, id, e) : rc;
}

err_t row_labels(struct row *out, struct db *db, const struct type_plan *p, int64_t id,
                 struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = query(&st, db, p, p->select_labels, id, e);
    if (rc == OK) {
        row_system(out, st);
        if (p->programme)
            out->labels.programme = stmt_str(st, SYS_COUNT);
        keep_labels(&out->labels, a);
    }
    stmt_free(st);
    return rc;
}

void row_take_child(struct row_values *rows, struct stmt *st, size_t first,
                    const struct field_plan *f, struct arena *a)
{
    for (size_t i = 0; i < f->column_count; i++)
        VEC_PUSH(a, rows, kept(row_column(st, first + i, f->columns[i].integer), a));
}

static err_t take_children(struct field_value *out, struct stmt *st, err_t rc,
                           const struct field_plan *f, struct arena *a, struct err *e)
{
    struct row_values rows = {0};
    *out = (struct field_value){.row_width = f->column_count};
    while (stmt_row(&rc, st, e)) {
        row_take_child(&rows, st, 0, f, a);
        out->row_count++;
    }
    out->rows = rows.ptr;
    stmt_free(st);
    return rc;
}

err_t row_children(struct field_value *out, struct db *db, const struct field_plan *f, int64_t id,
                   struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = db_query_once(&st, db, f->child_select, VALUES(v_i64(id)), e);
    return take_children(out, st, rc, f, a, e);
}

err_t row_computed(struct field_value *v, struct db *db, const struct field_plan *f, int64_t id,
                   struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query_once(&st, db, f->shown_of, VALUES(v_i64(id)), e);
    if (rc == OK)
        rc = stmt_next(&has_row, st, e);
    if (rc == OK && has_row) {
        v->cols[0] = row_column(st, 0, value_is_integer(f->field));
        if (v->cols[0].type == VALUE_STR)
            v->cols[0] = v_str(arena_dup(a, bytes_str(v->cols[0].bytes)));
    }
    stmt_free(st);
    return rc;
}

void row_take(struct row *out, struct stmt *st, const struct type_plan *p, struct arena *a)
{
    row_system(out, st);
    out->values = arena_array(a, p->field_count + 1, sizeof(*out->values));
    for (size_t i = 0; i < p->field_count; i++) {
        const struct field_plan *f = &p->fields[i];
        for (size_t k = 0; f->at != SIZE_MAX && k < f->column_count; k++)
            out->values[i].cols[k] = kept(row_column(st, f->at + k, f->columns[k].integer), a);
        if (f == p->programme)
            out->labels.programme = bytes_str(out->values[i].cols[0].bytes);
    }
    keep_labels(&out->labels, a);
}

err_t row_load_columns(struct row *out, struct db *db, const struct type_plan *p, int64_t id,
                       struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = query(&st, db, p, p->select_row, id, e);
    if (rc == OK)
        row_take(out, st, p, a);
    stmt_free(st);
    return rc;
}

err_t row_load(struct row *out, struct db *db, const struct type_plan *p, int64_t id,
               struct arena *a, struct err *e)
{
    struct value_writer w = {.view = VIEW_CANONICAL};
    struct stmt **children = arena_array(a, p->field_count + 1, sizeof(*children));
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < p->field_count; i++)
        if (p->fields[i].child)
            rc = db_ask_once(&children[i], db, p->fields[i].child_select, VALUES(v_i64(id)), e);
    if (rc == OK)
        rc = row_load_columns(out, db, p, id, a, e);
    for (size_t i = 0; i < p->field_count; i++) {
        const struct field_plan *f = &p->fields[i];
        struct field_value child;
        if (f->child)
            rc = take_children(rc == OK ? &out->values[i] : &child, children[i], rc, f, a, e);
        if (rc == OK && f->field->type != FIELD_COMPUTED)
            value_finish(&out->values[i], &w, f->field, a);
    }
    return rc;
}
