/* Writing a record within a step that already runs. */
#include "record/conflict.h"
#include "record/write_priv.h"

static err_t put_new(struct write *w, struct db *db, struct err *e)
{
    w->action = STR("create");
    w->verb = ACCESS_CREATE;
    w->labels.state = w->options->state.len > 0 ? w->options->state : w->plan->type->initial;
    if (write_create_begin(w))
        return write_create_step(db, w, e);
    w->outcome = WRITE_FAULTY;
    return OK;
}

static err_t put_change(struct write *w, struct db *db, struct err *e)
{
    const struct write_options *o = w->options;
    bool ready = false;
    w->action = o->action.len ? o->action : o->ends ? STR("end") : STR("change");
    w->verb = ACCESS_CHANGE;
    w->ends = o->ends;
    err_t rc = write_attempt(&ready, w, db, e);
    return rc == OK && ready ? write_change_step(db, w, e) : rc;
}

err_t record_put(struct written *out, struct db *db, const struct record_call *c,
                 const struct jvalue *body, const struct write_options *o, struct err *e)
{
    struct write_options options = *o;
    struct write w;
    options.allowed = true;
    write_begin(&w, out, c, &options);
    w.arguments = body;
    err_t rc = write_rollback_result(&w, c->id ? put_change(&w, db, e) : put_new(&w, db, e));
    if (rc == E_CONFLICT && w.row_refused)
        rc = conflict_of_key(&w, e);
    return rc == OK ? write_answer(&w, e) : rc;
}

/* --- looking from within a step ------------------------------------------------------------ */

/* The field by which an office's record names the party it is about. */
static const struct field *party_field(const struct record_type *t)
{
    for (size_t i = 0; t->owner == OWNER_OFFICE && i < t->field_count; i++)
        if (t->fields[i].type == FIELD_PARTY)
            return &t->fields[i];
    return NULL;
}

err_t record_latest(int64_t *id, struct db *db, struct kernel *k, const struct record_type *t,
                    int64_t unit, struct str programme, struct str case_number, struct arena *a,
                    struct err *e)
{
    const struct field *about = party_field(t);
    const struct type_plan *p = plan_of(k, t);
    struct value values[3] = {v_i64(unit)};
    size_t count = 1;
    struct buf sql = {0};
    *id = 0;
    buf_addf(&sql, "SELECT r.id FROM %.*s r WHERE r.ended_ms IS NULL AND ", STR_ARG(t->table));
    if (about)
        buf_addf(&sql, "r.%.*s = (SELECT u.credit_code FROM unit u WHERE u.id = ?1)",
                 STR_ARG(about->name));
    else
        buf_addz(&sql, "r.owner_unit = ?1");
    if (p->programme && programme.len > 0) {
        values[count++] = v_str(programme);
        buf_addf(&sql, " AND (r.programme = ?%zu OR r.programme IS NULL)", count);
    }
    if (p->case_number && case_number.len > 0) {
        values[count++] = v_str(case_number);
        buf_addf(&sql, " AND (r.case_number = ?%zu OR r.case_number IS NULL)", count);
        buf_addz(&sql, " ORDER BY CASE WHEN r.case_number IS NULL THEN 1 ELSE 0 END, r.id DESC");
    } else
        buf_addz(&sql, " ORDER BY r.id DESC");
    buf_addz(&sql, " LIMIT 1");
    struct str text = buf_take(&sql, a);
    return db_row_once(NULL, db, text.ptr, values, count, INTO(into_i64(id)), NULL, e);
}

err_t record_value(const struct jvalue **out, struct db *db, struct kernel *k,
                   const struct record_type *t, int64_t id, struct str field, struct arena *a,
                   struct err *e)
{
    const struct type_plan *p = plan_of(k, t);
    size_t at = plan_field(p, field);
    struct row row;
    *out = NULL;
    err_t rc = row_load_columns(&row, db, p, id, a, e);
    if (rc != OK || at == SIZE_MAX)
        return rc;
    const struct field_plan *f = &p->fields[at];
    struct field_value *v = &row.values[at];
    if (f->field->type == FIELD_COMPUTED)
        rc = row_computed(v, db, f, id, a, e);
    else if (f->child)
        rc = row_children(v, db, f, id, a, e);
    if (rc == OK)
        *out = value_made(v, f->field, a);
    return rc;
}
