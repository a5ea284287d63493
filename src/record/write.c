/* Creating, changing, acting on and ending records.
 *
 * A write has two halves. Before the step: the record as it is (on a reader), the
 * body against its type, the canonical content and its commitment. In the step, on
 * the writer's thread: access on the labels of that moment, the version, the
 * references, and then the row, its version and its log entry. When the record has
 * moved between the halves, a request that named a version has its conflict, any
 * other is worked out again on what is there now.
 *
 * What refuses a write is an outcome, not an error of the step: so that the
 * refusal itself can be written down in the same transaction. */
#include "record/write.h"
#include "access/mutation.h"
#include "base/date.h"
#include "base/msg.h"
#include "crypto/hash.h"
#include "record/attachment.h"
#include "record/conflict.h"
#include "text/unicode.h"
#include <assert.h>

#define ATTEMPTS_MAX 16 /* a record that moves so often under one request is being fought over */
#define REQUEST_KEPT_MS (INT64_C(7) * 24 * 3600 * 1000)
#define REQUEST_KEY_BYTES_MAX 200

/* --- what is written ----------------------------------------------------------------- */

static struct str member_json(const struct write *w, struct str name)
{
    struct buf text;
    struct jout j;
    struct str out = STR_NONE;
    buf_init(&text, 0);
    jout_init(&j, &text);
    if (str_is(name, "_reason") && w->reason.len > 0)
        jout_str(&j, w->reason);
    else if (str_is(name, "ended_ms") && w->ends)
        jout_i64(&j, w->now_ms);
    else if (str_is(name, "owner_unit") && !w->plan->owns_itself)
        jout_i64(&j, w->labels.owner_unit);
    else if (str_is(name, "published"))
        jout_bool(&j, w->published);
    else if (str_is(name, "secrecy"))
        jout_i64(&j, (int64_t)w->labels.secrecy);
    else if (str_is(name, "state"))
        jout_str(&j, w->state);
    out = arena_dup(w->arena, buf_str(&text));
    buf_clear(&text);
    return out;
}

/* The version's content, and the commitment to each of its members. */
static void make_content(struct write *w)
{
    struct log_field *fields = arena_array(w->arena, w->plan->content_count + 1, sizeof(*fields));
    struct buf text;
    struct jout j;
    size_t n = 0;
    buf_init(&text, 0);
    jout_init(&j, &text);
    jout_object(&j);
    for (size_t i = 0; i < w->plan->content_count; i++) {
        const struct content_item *item = &w->plan->content[i];
        struct str json = item->field ? w->body.values[item->field - w->plan->fields].json
                                      : member_json(w, item->name);
        if (json.len == 0)
            continue;
        fields[n++] = (struct log_field){item->name, json};
        jout_name_str(&j, item->name);
        jout_raw(&j, json);
    }
    jout_end_object(&j);
    w->content = arena_dup(w->arena, buf_str(&text));
    buf_clear(&text);
    log_commit(&w->commitment, w->kernel->suite, fields, n, w->arena);
}

/* The search form of the type's search fields, one a line. */
static void make_text(struct write *w)
{
    const struct record_type *t = w->plan->type;
    struct buf text;
    buf_init(&text, 0);
    for (size_t i = 0; i < t->search_count; i++) {
        size_t at = plan_field(w->plan, t->search[i]);
        if (at == SIZE_MAX)
            continue;
        const struct field_value *v = &w->body.values[at];
        w->text_changed |= !w->body.changed || w->body.changed[at];
        if (v->cols[0].type == VALUE_STR) {
            unicode_fold(&text, bytes_str(v->cols[0].bytes));
            buf_addc(&text, '\n');
        }
        for (size_t k = 0; k < v->row_count; k++)
            if (v->rows[k * v->row_width].type == VALUE_STR) {
                unicode_fold(&text, bytes_str(v->rows[k * v->row_width].bytes));
                buf_addc(&text, '\n');
            }
    }
    w->text = arena_dup(w->arena, buf_str(&text));
    buf_clear(&text);
}

/* UPDATE of what changes; ?1 is the id, ?2 the version that it was read at. */
static void make_update(struct write *w)
{
    const struct type_plan *p = w->plan;
    struct value *values = arena_array(w->arena, p->column_count + 4, sizeof(*values));
    struct buf sql;
    size_t n = 2;
    buf_init(&sql, 0);
    buf_addf(&sql, "UPDATE %.*s SET version = ?2 + 1", STR_ARG(p->type->table));
    values[1] = v_i64(w->before->version);
#define SET(column, v)                                                                             \
    do {                                                                                           \
        values[n++] = (v);                                                                         \
        buf_addf(&sql, ", %.*s = ?%zu", STR_ARG(column), n);                                       \
    } while (0)
    SET(STR("changed_ms"), v_i64(w->now_ms));
    SET(STR("changed_by"), v_i64(w->subject->account));
    if (!str_eq(w->state, w->before->labels.state))
        SET(STR("state"), v_str(w->state));
    if (w->published != w->before->labels.published)
        SET(STR("published"), v_i64(w->published));
    if (w->ends)
        SET(STR("ended_ms"), v_i64(w->now_ms));
    if (p->owns_itself) {
        SET(STR("owner_city"), v_str(w->labels.owner_city));
        SET(STR("owner_province"), v_str(w->labels.owner_province));
    }
    for (size_t i = 0; i < p->field_count; i++)
        for (size_t k = 0;
             w->body.changed[i] && !p->fields[i].child && k < p->fields[i].column_count; k++)
            SET(p->fields[i].columns[k].name, w->body.values[i].cols[k]);
#undef SET
    buf_addz(&sql, " WHERE id = ?1 AND version = ?2 RETURNING id");
    w->update = arena_dup(w->arena, buf_str(&sql)).ptr;
    w->update_values = values;
    w->update_count = n;
    buf_clear(&sql);
}

static bool is_published_in(const struct record_type *t, struct str state)
{
    for (size_t i = 0; i < t->state_count; i++)
        if (str_eq(t->states[i].name, state))
            return t->is_public || t->states[i].is_public;
    return t->is_public;
}

/* Everything that the step writes, from the body and the labels. */
void write_prepare(struct write *w)
{
    w->published = is_published_in(w->plan->type, w->state);
    make_content(w);
    if (w->plan->type->search_count > 0)
        make_text(w);
    if (w->before)
        make_update(w);
}

/* --- the request's key ------------------------------------------------------------------ */

static int by_text(const void *x, const void *y)
{
    return str_cmp(**(const struct str *const *)x, **(const struct str *const *)y);
}

/* JSON with the members of objects in order: equal bodies give equal bytes. */
void write_ordered(struct jout *j, const struct jvalue *v, struct arena *a)
{
    switch (v->type) {
    case J_NULL:
        jout_null(j);
        break;
    case J_FALSE:
    case J_TRUE:
        jout_bool(j, v->type == J_TRUE);
        break;
    case J_NUMBER:
        jout_raw(j, v->text);
        break;
    case J_STRING:
        jout_str(j, v->text);
        break;
    case J_ARRAY:
        jout_array(j);
        for (size_t i = 0; i < v->count; i++)
            write_ordered(j, &v->items[i], a);
        jout_end_array(j);
        break;
    case J_OBJECT: {
        const struct str **names = arena_array(a, v->count + 1, sizeof(struct str *));
        for (size_t i = 0; i < v->count; i++)
            names[i] = &v->names[i];
        qsort(names, v->count, sizeof(*names), by_text);
        jout_object(j);
        for (size_t i = 0; i < v->count; i++) {
            jout_name_str(j, *names[i]);
            write_ordered(j, &v->items[names[i] - v->names], a);
        }
        jout_end_object(j);
        break;
    }
    }
}

static void digest_request(struct write *w, const struct jvalue *json)
{
    struct buf text;
    struct jout j;
    if (w->options->idempotency.len == 0)
        return;
    buf_init(&text, 0);
    jout_init(&j, &text);
    jout_array(&j);
    jout_str(&j, w->plan->type->name);
    jout_i64(&j, w->id);
    jout_str(&j, w->action);
    jout_i64(&j, w->options->if_version);
    jout_str(&j, w->options->reason);
    jout_str(&j, w->options->date);
    jout_i64(&j, w->options->owner_unit);
    if (json)
        write_ordered(&j, json, w->arena);
    jout_end_array(&j);
    struct digest d = sha256_of(str_bytes(buf_str(&text)));
    sha256_hex(w->digest, &d);
    buf_clear(&text);
}

/* Whether a request with this key was done: then *w->out says how. */
static err_t find_request(struct db *db, struct write *w, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    if (w->options->idempotency.len == 0)
        return OK;
    err_t rc = db_query(&st, db,
                        "SELECT digest, record_id, version, state, entry, proposal "
                        "FROM request_done WHERE account = ?1 AND key = ?2",
                        VALUES(v_i64(w->subject->account), v_str(w->options->idempotency)), e);
    if (rc == OK)
        rc = stmt_next(&has_row, st, e);
    if (rc == OK && has_row && !str_is(stmt_str(st, 0), w->digest))
        w->outcome = WRITE_KEY_USED;
    else if (rc == OK && has_row) {
        *w->out = (struct written){.id = stmt_i64(st, 1),
                                   .version = stmt_i64(st, 2),
                                   .state = arena_dup(w->arena, stmt_str(st, 3)),
                                   .proposal = stmt_i64(st, 5),
                                   .repeated = true};
        struct str uid = stmt_str(st, 4);
        memcpy(w->out->entry, uid.ptr, uid.len < LOG_UID_LEN ? uid.len : LOG_UID_LEN);
        w->outcome = WRITE_REPEATED;
    }
    stmt_free(st);
    return rc;
}

err_t write_request_done(struct db *db, const struct write *w, struct err *e)
{
    const struct written *out = w->out;
    if (w->options->idempotency.len == 0)
        return OK;
    err_t rc =
        db_run(db,
               "INSERT INTO request_done (account, key, digest, at_ms, record_id, version, "
               "state, entry, proposal) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
               VALUES(v_i64(w->subject->account), v_str(w->options->idempotency),
                      v_str(str_of(w->digest)), v_i64(w->now_ms), v_i64(out->id),
                      v_i64(out->version), v_str(out->state), v_str(str_of(out->entry)),
                      out->proposal ? v_i64(out->proposal) : (struct value){.type = VALUE_NULL}),
               e);
    /* Old ones go with one write in some hundred. */
    if (rc == OK && (w->now_ms & 0xFF) == 0)
        rc = db_run(db, "DELETE FROM request_done WHERE at_ms < ?1",
                    VALUES(v_i64(w->now_ms - REQUEST_KEPT_MS)), e);
    return rc;
}

/* --- the step's parts --------------------------------------------------------------------- */

static err_t append_entry(struct db *db, struct write *w, const struct log_draft *what,
                          struct err *e)
{
    const struct subject *s = w->subject;
    const struct grant *g = w->decision.grant;
    struct log_draft d = *what;
    d.at_ms = w->now_ms;
    d.has_who = s->account != 0 || subject_is_program(s);
    d.who = s->account;
    d.on_behalf_of = g ? g->on_behalf_of : 0;
    d.unit = s->unit;
    d.role = g ? g->role->name : STR_NONE;
    d.type = w->plan->type->name;
    d.id = w->id;
    d.date = w->today;
    return log_append(w->out->entry, db, w->kernel->suite, w->kernel->clock, &d, w->arena, e);
}

err_t write_note(struct db *db, struct write *w, const char *what, struct err *e)
{
    struct log_draft d = {.action = arena_printf(w->arena, "%s:%.*s", what, STR_ARG(w->action)),
                          .version = w->out->version};
    return append_entry(db, w, &d, e);
}

err_t write_plain_entry(struct db *db, struct write *w, struct err *e)
{
    return append_entry(db, w, &(struct log_draft){.action = w->action}, e);
}

err_t write_refused(struct db *db, struct write *w, struct err *e)
{
    struct log_draft d = {.action = arena_printf(w->arena, "refused:%.*s", STR_ARG(w->action)),
                          .status = w->decision.visible || w->id == 0 ? 403 : 404};
    return append_entry(db, w, &d, e);
}

static err_t refused_step(struct db *db, void *arg, struct err *e)
{
    return write_refused(db, arg, e);
}

/* Access on the labels that the record has now. */
static err_t decide(struct db *db, struct write *w, const struct labels *l, struct err *e)
{
    struct str action = w->verb == ACCESS_ACT ? w->action : STR_NONE;
    err_t rc = w->id == 0 ? access_allow(&w->decision, db, w->subject, &w->plan->policy, w->verb,
                                         action, l, w->arena, e)
                          : access_decide(&w->decision, db, w->subject, &w->plan->policy, w->verb,
                                          action, l, w->arena, e);
    if (rc == OK && !w->decision.allowed)
        w->outcome = WRITE_DENIED;
    return rc;
}

/* Fields that the request speaks of and that are not the subject's to write. */
static void check_writable(struct write *w)
{
    for (size_t i = 0; i < w->plan->field_count; i++) {
        struct str name = w->plan->fields[i].field->name;
        if (w->body.named[i] && !str_list_has(&w->decision.fields, name) &&
            !access_off(w->plan->type->name, "writable"))
            fault_add(&w->faults, name, "not_writable", N_("is not yours to write"), NULL, 0);
    }
    if (w->faults.len > 0 && w->outcome == WRITE_DONE)
        w->outcome = WRITE_FAULTY;
}

/* What an import has brought so far is there for nobody but that import. */
static err_t is_hidden(bool *out, struct db *db, const struct write *w, const struct row *row,
                       struct err *e)
{
    err_t rc = row_arriving(out, db, row, e);
    *out = *out && row->import_id != w->options->import_id;
    return rc;
}

static err_t check_ref(struct db *db, struct write *w, const struct field *f, struct str path,
                       int64_t id, struct err *e)
{
    const struct record_type *t = record_type_find(w->kernel->types, f->to);
    struct decision seen = {0};
    struct row row;
    struct err why = {0};
    if (!t)
        return err_set(e, E_INTERNAL, "there is no kind of record %.*s", STR_ARG(f->to));
    const struct type_plan *p = plan_of(w->kernel, t);
    const char *part = access_part("reference ");
    bool hidden = false;
    err_t rc = row_labels(&row, db, p, id, w->arena, &why);
    if (rc == OK)
        rc = is_hidden(&hidden, db, w, &row, &why);
    if (rc == OK && !hidden)
        rc = access_decide(&seen, db, w->subject, &p->policy, ACCESS_READ, STR_NONE, &row.labels,
                           w->arena, &why);
    (void)access_part(part);
    if (rc != OK && rc != E_NOTFOUND) {
        if (e)
            *e = why;
        return rc;
    }
    if (rc == E_NOTFOUND || !seen.allowed)
        fault_add(&w->faults, path, "reference", N_("names no %s that you can see"),
                  FAULT_ARGS(t->label));
    else if (row.ended_ms != 0)
        fault_add(&w->faults, path, "reference", N_("names a %s that has ended"),
                  FAULT_ARGS(t->label));
    return OK;
}

static bool held(const struct field_value *before, int64_t id)
{
    for (size_t i = 0; before && i < before->row_count; i++)
        if (before->rows[i * before->row_width].i64 == id)
            return true;
    return false;
}

static err_t check_file(struct db *db, struct write *w, struct str path, const struct value *cols,
                        struct err *e)
{
    const char *fault = NULL;
    int64_t id = 0;
    err_t rc = attachment_name(&id, &fault, db, w->subject, bytes_str(cols[0].bytes),
                               bytes_str(cols[1].bytes), w->arena, e);
    if (rc == OK && !fault)
        VEC_PUSH(w->arena, &w->files, id);
    if (rc == OK && fault)
        fault_add(&w->faults, path, "file", fault, NULL, 0);
    return rc;
}

static bool same_file(const struct value *x, const struct value *y)
{
    return x->type == VALUE_STR && y->type == VALUE_STR &&
           str_eq(bytes_str(x[0].bytes), bytes_str(y[0].bytes)) &&
           str_eq(bytes_str(x[1].bytes), bytes_str(y[1].bytes));
}

/* Does the record have this file, in this column of the field's rows? Then it stays,
 * whoever uploaded it. */
static bool held_file(const struct field_value *before, size_t column, const struct value *cols)
{
    for (size_t i = 0; before && i < before->row_count; i++)
        if (same_file(&before->rows[i * before->row_width + column], cols))
            return true;
    return false;
}

static err_t check_files(struct db *db, struct write *w, const struct field *f,
                         const struct field_value *v, const struct field_value *before,
                         struct err *e)
{
    err_t rc = OK;
    if (f->type == FIELD_FILE && v->given && !(before && same_file(before->cols, v->cols)))
        return check_file(db, w, f->name, v->cols, e);
    for (size_t k = 0; rc == OK && f->type == FIELD_FILES && k < v->row_count; k++)
        if (!held_file(before, 0, &v->rows[k * v->row_width]))
            rc = check_file(db, w, arena_printf(w->arena, "%.*s[%zu]", STR_ARG(f->name), k),
                            &v->rows[k * v->row_width], e);
    for (size_t n = 0, column = 0; f->type == FIELD_TABLE && n < f->field_count; n++) {
        const struct field *part = &f->fields[n];
        struct column columns[VALUE_COLUMNS_MAX];
        for (size_t k = 0; rc == OK && part->type == FIELD_FILE && k < v->row_count; k++) {
            const struct value *cols = &v->rows[k * v->row_width + column];
            if (cols->type == VALUE_STR && !held_file(before, column, cols))
                rc = check_file(db, w,
                                arena_printf(w->arena, "%.*s[%zu].%.*s", STR_ARG(f->name), k,
                                             STR_ARG(part->name)),
                                cols, e);
        }
        column += value_columns(columns, part, w->arena);
    }
    return rc;
}

static err_t check_field_refs(struct db *db, struct write *w, size_t i, struct err *e)
{
    const struct field *f = w->plan->fields[i].field;
    const struct field_value *v = &w->body.values[i];
    const struct field_value *before = w->before ? &w->before->values[i] : NULL;
    err_t rc = OK;
    if ((rc = check_files(db, w, f, v, before, e)) != OK)
        return rc;
    if (f->type == FIELD_REF && v->given)
        return check_ref(db, w, f, f->name, v->cols[0].i64, e);
    for (size_t k = 0; rc == OK && f->type == FIELD_REFS && k < v->row_count; k++) {
        int64_t id = v->rows[k * v->row_width].i64;
        if (!held(before, id))
            rc = check_ref(db, w, f, arena_printf(w->arena, "%.*s[%zu]", STR_ARG(f->name), k), id,
                           e);
    }
    for (size_t n = 0; f->type == FIELD_TABLE && n < f->field_count; n++) {
        const struct field *part = &f->fields[n];
        size_t column = value_part_column(f, part->name);
        for (size_t k = 0; rc == OK && part->type == FIELD_REF && k < v->row_count; k++) {
            const struct value *cell = &v->rows[k * v->row_width + column];
            if (cell->type == VALUE_I64)
                rc = check_ref(db, w, part,
                               arena_printf(w->arena, "%.*s[%zu].%.*s", STR_ARG(f->name), k,
                                            STR_ARG(part->name)),
                               cell->i64, e);
        }
    }
    return rc;
}

static err_t check_refs(struct db *db, struct write *w, struct err *e)
{
    err_t rc = OK;
    w->files.len = 0;
    for (size_t i = 0; rc == OK && i < w->plan->field_count; i++)
        if (w->body.changed[i])
            rc = check_field_refs(db, w, i, e);
    if (w->faults.len > 0 && w->outcome == WRITE_DONE)
        w->outcome = WRITE_FAULTY;
    return rc;
}

static err_t write_children(struct db *db, const struct write *w, struct err *e)
{
    struct value values[2 + VALUE_FIELDS_MAX * VALUE_COLUMNS_MAX];
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < w->plan->field_count; i++) {
        const struct field_plan *f = &w->plan->fields[i];
        const struct field_value *v = &w->body.values[i];
        if (!f->child || !w->body.changed[i])
            continue;
        if (w->before)
            rc = db_run_once_later(db, f->child_delete, VALUES(v_i64(w->id)), e);
        for (size_t k = 0; rc == OK && k < v->row_count; k++) {
            values[0] = v_i64(w->id);
            values[1] = v_i64((int64_t)k);
            memcpy(values + 2, v->rows + k * v->row_width, v->row_width * sizeof(*values));
            rc = db_run_once_later(db, f->child_insert, values, 2 + v->row_width, e);
        }
    }
    return rc;
}

static err_t write_text(struct db *db, const struct write *w, struct err *e)
{
    static const struct upsert text = {"record_text", "type, record_id", "text"};
    struct stmt *st = NULL;
    err_t rc;
    if (!w->text_changed)
        return OK;
    if (w->text.len == 0)
        return db_run_later(db, "DELETE FROM record_text WHERE type = ?1 AND record_id = ?2",
                            VALUES(v_str(w->plan->type->name), v_i64(w->id)), e);
    if ((rc = db_prepare_upsert(&st, db, &text, e)) == OK &&
        (rc = stmt_bind_str(st, 1, w->plan->type->name, e)) == OK &&
        (rc = stmt_bind_i64(st, 2, w->id, e)) == OK &&
        (rc = stmt_bind_str(st, 3, w->text, e)) == OK)
        rc = stmt_run_later(st, e);
    stmt_free(st);
    return rc;
}

err_t write_search_text(struct db *db, struct write *w, struct err *e)
{
    make_text(w);
    return write_text(db, w, e);
}

/* The version and its entry, once the row is written. */
static err_t write_version(struct db *db, struct write *w, struct err *e)
{
    const struct grant *g = w->decision.grant;
    struct log_draft d = {
        .action = w->action, .version = w->out->version, .content = w->commitment.hex};
    err_t rc = append_entry(db, w, &d, e);
    if (rc == OK)
        rc = db_run_later(
            db,
            "INSERT INTO record_version (type, record_id, version, at_ms, account, role, "
            "action, reason, content, seal, entry) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            VALUES(v_str(w->plan->type->name), v_i64(w->id), v_i64(w->out->version),
                   v_i64(w->now_ms), v_i64(w->subject->account),
                   v_str(g ? g->role->name : STR_NONE), v_str(w->action), v_str(w->reason),
                   v_str(w->content), v_str(w->commitment.seal), v_str(str_of(w->out->entry))),
            e);
    for (size_t i = 0; rc == OK && i < w->files.len; i++)
        rc = file_keep(db, w->files.ptr[i], w->now_ms, e);
    if (rc == OK)
        rc = write_text(db, w, e);
    if (rc == OK)
        rc = write_request_done(db, w, e);
    if (rc == OK && w->options->with && !w->options->check_only)
        rc = w->options->with(db, w->options->with_arg, w->out, e);
    return rc;
}

/* --- create -------------------------------------------------------------------------------- */

static err_t find_owner(struct db *db, struct write *w, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    if (w->plan->owns_itself || w->labels.owner_unit == w->subject->unit)
        return OK;
    err_t rc = db_query(&st, db, "SELECT region FROM unit WHERE id = ?1 AND ended_ms IS NULL",
                        VALUES(v_i64(w->labels.owner_unit)), e);
    if (rc == OK)
        rc = stmt_next(&has_row, st, e);
    if (rc == OK && has_row) {
        struct str region = arena_dup(w->arena, stmt_str(st, 0));
        w->labels.owner_city = region_city_prefix(region);
        w->labels.owner_province = region_province_prefix(region);
    } else if (rc == OK) {
        w->outcome = WRITE_DENIED; /* whoever may not act for it need not know that it is none */
    }
    stmt_free(st);
    return rc;
}

static err_t insert_row(struct db *db, struct write *w, struct err *e)
{
    const struct type_plan *p = w->plan;
    struct value *values = arena_array(w->arena, p->column_count + 1, sizeof(*values));
    const struct value head[] = {
        v_i64(1),
        v_str(w->state),
        v_i64(w->labels.owner_unit),
        v_str(w->labels.owner_city),
        v_str(w->labels.owner_province),
        v_i64((int64_t)w->labels.secrecy),
        v_i64(w->published),
        v_i64(w->now_ms),
        v_i64(w->subject->account),
        v_i64(w->now_ms),
        v_i64(w->subject->account),
        {.type = VALUE_NULL},
        w->options->import_id ? v_i64(w->options->import_id) : (struct value){.type = VALUE_NULL},
    };
    size_t n = ARRAY_LEN(head);
    memcpy(values, head, sizeof(head));
    for (size_t i = 0; i < p->field_count; i++)
        for (size_t k = 0; !p->fields[i].child && k < p->fields[i].column_count; k++)
            values[n++] = w->body.values[i].cols[k];
    if (p->where_count == 1 && plan_field(p, p->type->where_column) == SIZE_MAX)
        values[n++] = p->where[0];
    err_t rc = db_run_once(db, p->insert, values, n, e);
    if (rc != OK) {
        w->row_refused = rc == E_CONFLICT;
        return rc;
    }
    w->id = db_last_id(db);
    if (p->owns_itself)
        rc = db_run(db, "UPDATE unit SET owner_unit = id WHERE id = ?1", VALUES(v_i64(w->id)), e);
    return rc;
}

/* What was only to be looked at is taken back by failing; write_step knows. */
static err_t end_step(struct write *w, err_t rc, struct err *e)
{
    if (rc != OK || !w->options->check_only)
        return rc;
    w->looked_at = true;
    return err_set(e, E_INTERNAL, "looked at only");
}

static err_t create_step(struct db *db, void *arg, struct err *e)
{
    struct write *w = arg;
    err_t rc;
    w->outcome = WRITE_DONE;
    w->row_refused = w->looked_at = false;
    w->id = 0;
    w->faults.len = 0;
    if ((rc = find_request(db, w, e)) != OK || w->outcome != WRITE_DONE)
        return rc;
    if ((rc = find_owner(db, w, e)) != OK)
        return rc;
    if (w->outcome == WRITE_DONE)
        rc = decide(db, w, &w->labels, e);
    if (rc == OK && w->outcome == WRITE_DENIED)
        return write_refused(db, w, e);
    if (rc == OK)
        check_writable(w);
    if (rc == OK)
        rc = check_refs(db, w, e);
    if (rc != OK || w->outcome != WRITE_DONE)
        return rc;
    if ((rc = insert_row(db, w, e)) != OK)
        return rc;
    *w->out = (struct written){.id = w->id, .version = 1, .state = w->state};
    if ((rc = write_children(db, w, e)) != OK)
        return rc;
    return end_step(w, write_version(db, w, e), e);
}

static err_t write_step(struct write *w, store_fn step, struct err *e)
{
    err_t rc = store_write(w->kernel->store, step, w, e);
    return w->looked_at ? OK : rc;
}

/* Owner and place of a record to be. The rows of the unit tree own themselves and
 * lie where their region says. */
static void label_new(struct write *w)
{
    const struct subject *s = w->subject;
    struct labels *l = &w->labels;
    *l = (struct labels){.created_by = s->account,
                         .state = w->state,
                         .secrecy = w->plan->type->secrecy,
                         .published = is_published_in(w->plan->type, w->state)};
    if (w->plan->programme)
        l->programme =
            bytes_str(w->body.values[w->plan->programme - w->plan->fields].cols[0].bytes);
    if (w->plan->owns_itself) {
        size_t region = plan_field(w->plan, STR("region"));
        struct str code =
            region == SIZE_MAX ? STR_NONE : bytes_str(w->body.values[region].cols[0].bytes);
        if (code.len == 6) {
            l->owner_city = region_city_prefix(code);
            l->owner_province = region_province_prefix(code);
        }
        return;
    }
    l->owner_unit = w->options->owner_unit ? w->options->owner_unit : s->unit;
    if (l->owner_unit == s->unit) {
        l->owner_city = s->city;
        l->owner_province = s->province;
    }
    if (l->owner_unit == 0)
        fault_add(&w->faults, STR_NONE, "owner", N_("it must be said for which unit this is"), NULL,
                  0);
}

/* --- what both halves share ----------------------------------------------------------------- */

void write_begin(struct write *w, struct written *out, struct kernel *k, const struct subject *s,
                 const struct record_type *t, const struct write_options *o, struct arena *a)
{
    static const struct write_options none;
    *w = (struct write){.kernel = k,
                        .subject = s,
                        .plan = plan_of(k, t),
                        .options = o ? o : &none,
                        .arena = a,
                        .faults = {.a = a},
                        .out = out,
                        .now_ms = clock_now_ms(k->clock)};
    w->reason = value_clean(w->options->reason, a);
    w->today = w->options->date.len > 0 ? w->options->date : s->today;
    *out = (struct written){0};
}

struct validation write_validation(struct write *w)
{
    return (struct validation){.plan = w->plan,
                               .keys = w->kernel->keys,
                               .today = w->today,
                               .before = w->before ? w->before->values : NULL,
                               .faults = &w->faults,
                               .a = w->arena};
}

static void check_options(struct write *w)
{
    struct date day;
    if (w->options->date.len > 0 && !date_parse(&day, w->options->date))
        fault_add(&w->faults, STR_NONE, "date",
                  N_("the business date must be a day of the calendar, like 2026-11-20"), NULL, 0);
    if (w->options->idempotency.len > REQUEST_KEY_BYTES_MAX)
        fault_add(&w->faults, STR_NONE, "idempotency",
                  N_("the key of the request is longer than 200 bytes"), NULL, 0);
    if (w->reason.len > FIELD_REASON_BYTES_MAX)
        fault_add(&w->faults, STR_NONE, "reason", N_("the reason is too long"), NULL, 0);
}

/* A refusal is written down before it is answered. */
static err_t refuse(struct write *w, struct err *e)
{
    err_t rc = store_write(w->kernel->store, refused_step, w, e);
    w->outcome = WRITE_DENIED;
    return rc;
}

/* The error that goes with an outcome; faults go to the caller. */
err_t write_answer(struct faults *faults, struct write *w, struct err *e)
{
    struct str label = msg_lang() == LANG_ZH ? w->plan->type->label.zh : w->plan->type->label.en;
    *faults = faults_of(&w->faults);
    switch (w->outcome) {
    case WRITE_DONE:
    case WRITE_PROPOSED:
    case WRITE_REPEATED:
        return OK;
    case WRITE_FAULTY:
        return err_set(e, E_INVALID, "%.*s: the record is not written, %zu of its fields are wrong",
                       STR_ARG(label), w->faults.len);
    case WRITE_DENIED:
        *w->out = (struct written){0};
        *faults = (struct faults){0};
        if (w->id != 0 && !w->decision.visible)
            return row_not_found(w->plan->type, w->id, e);
        return err_set(e, E_DENIED, "%.*s: you may not do this (%.*s)", STR_ARG(label),
                       STR_ARG(w->action));
    case WRITE_KEY_USED:
        return err_set(e, E_CONFLICT,
                       "another request was done under this key; a new request needs a new key");
    case WRITE_CONFLICT:
        if (w->id == 0)
            return err_set(e, E_CONFLICT, "%.*s: the record is not written, there is one like it",
                           STR_ARG(label));
        return err_set(e, E_CONFLICT,
                       "%.*s %lld: the record is not written, it was changed or "
                       "decided meanwhile",
                       STR_ARG(label), (long long)w->id);
    case WRITE_MOVED:
        break;
    }
    return err_set(e, E_BUSY, "%.*s %lld: others are changing this record; try again",
                   STR_ARG(label), (long long)w->id);
}

/* Before faults are told: who may not do this is told that and nothing else. */
static err_t faults_or_refusal(struct faults *faults, struct write *w, const struct labels *l,
                               struct err *e)
{
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, w->kernel->store, e);
    if (rc == OK)
        rc = find_owner(db, w, e);
    if (rc == OK && w->outcome == WRITE_DONE)
        rc = decide(db, w, l, e);
    store_reader_put(w->kernel->store, db);
    if (rc == OK && w->outcome == WRITE_DENIED)
        rc = refuse(w, e);
    else if (rc == OK)
        w->outcome = WRITE_FAULTY;
    return rc == OK ? write_answer(faults, w, e) : rc;
}

/* The half before the step. False: faulty. */
static bool create_begin(struct write *w, const struct jvalue *body)
{
    static const struct jvalue nothing = {.type = J_OBJECT};
    struct validation v = write_validation(w);
    validate_body(&w->body, &v, body ? body : &nothing);
    validate_state(&v, &w->body, w->state);
    check_options(w);
    label_new(w);
    if (w->faults.len > 0)
        return false;
    digest_request(w, body);
    write_prepare(w);
    return true;
}

static err_t create_end(struct faults *faults, struct write *w, err_t rc, struct err *e)
{
    if (rc == E_CONFLICT && w->row_refused)
        rc = conflict_of_key(w, e);
    return rc == OK ? write_answer(faults, w, e) : rc;
}

static void name_create(struct write *w, const struct record_type *t)
{
    w->verb = w->options->import_id ? ACCESS_IMPORT : ACCESS_CREATE;
    w->action = STR("create");
    w->state = t->initial;
}

err_t record_create(struct written *out, struct faults *faults, struct kernel *k,
                    const struct subject *s, const struct record_type *t, const struct jvalue *body,
                    const struct write_options *o, struct arena *a, struct err *e)
{
    struct write w;

    *faults = (struct faults){0};
    write_begin(&w, out, k, s, t, o, a);
    name_create(&w, t);
    if (t->by_actions_only && !subject_is_program(s) && !access_off(t->name, "written by")) {
        w.outcome = WRITE_DENIED;
        err_t rc = refuse(&w, e);
        return rc == OK ? write_answer(faults, &w, e) : rc;
    }
    if (!create_begin(&w, body))
        return faults_or_refusal(faults, &w, &w.labels, e);
    return create_end(faults, &w, write_step(&w, create_step, e), e);
}

struct record_creation {
    struct store_step step;
    struct write write;
    struct write_options options;
    struct written written;
};

struct record_creation *record_create_begin(struct kernel *k, const struct subject *s,
                                            const struct record_type *t, const struct jvalue *body,
                                            const struct write_options *o, struct arena *a)
{
    if (!store_queues(k->store) || t->by_actions_only || (o && o->check_only))
        return NULL;
    struct record_creation *c = arena_alloc(a, sizeof(*c));
    if (o)
        c->options = *o;
    write_begin(&c->write, &c->written, k, s, t, &c->options, a);
    name_create(&c->write, t);
    c->step.fn = create_step;
    c->step.arg = &c->write;
    return create_begin(&c->write, body) ? c : NULL;
}

struct store_step *record_create_step(struct record_creation *c)
{
    return &c->step;
}

err_t record_create_end(struct written *out, struct faults *faults, struct record_creation *c,
                        struct err *e)
{
    *faults = (struct faults){0};
    if (c->step.rc != OK && e)
        *e = c->step.why;
    err_t rc = create_end(faults, &c->write, c->step.rc, e);
    *out = c->written;
    return rc;
}

/* --- change -------------------------------------------------------------------------------- */

static err_t update_row(struct db *db, struct write *w, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    w->update_values[0] = v_i64(w->id);
    err_t rc = db_query_once(&st, db, w->update, w->update_values, w->update_count, e);
    if (rc == OK)
        rc = stmt_next(&has_row, st, e);
    stmt_free(st);
    w->row_refused = rc == E_CONFLICT;
    if (rc == OK && !has_row)
        w->outcome = WRITE_MOVED;
    return rc;
}

/* The record is still what the first half read, and the subject may still. */
static err_t check_unmoved(struct db *db, struct write *w, struct err *e)
{
    struct row now;
    struct err why = {0};
    bool hidden = false;
    err_t rc = row_labels(&now, db, w->plan, w->id, w->arena, &why);
    if (rc == OK)
        rc = is_hidden(&hidden, db, w, &now, &why);
    if (rc == E_NOTFOUND || (rc == OK && hidden)) {
        w->outcome = WRITE_DENIED;
        return OK;
    }
    if (rc != OK) {
        if (e)
            *e = why;
        return rc;
    }
    rc = decide(db, w, &now.labels, e);
    if (rc == OK && w->outcome == WRITE_DONE && now.version != w->before->version)
        w->outcome = WRITE_MOVED;
    return rc;
}

static err_t change_step(struct db *db, void *arg, struct err *e)
{
    struct write *w = arg;
    err_t rc;
    w->outcome = WRITE_DONE;
    w->row_refused = w->looked_at = false;
    w->faults.len = 0;
    if ((rc = find_request(db, w, e)) != OK || w->outcome != WRITE_DONE)
        return rc;
    if ((rc = check_unmoved(db, w, e)) != OK)
        return rc;
    if (w->outcome == WRITE_DENIED)
        return write_refused(db, w, e);
    if (w->outcome != WRITE_DONE)
        return OK;
    check_writable(w);
    if ((rc = check_refs(db, w, e)) != OK || w->outcome != WRITE_DONE)
        return rc;
    if (w->in_step && ((rc = w->in_step(db, w, e)) != OK || w->outcome != WRITE_DONE))
        return rc;
    if (w->validates_late && ((rc = check_refs(db, w, e)) != OK || w->outcome != WRITE_DONE))
        return rc;
    *w->out = (struct written){.id = w->id, .version = w->before->version + 1, .state = w->state};
    if ((rc = update_row(db, w, e)) != OK || w->outcome != WRITE_DONE)
        return rc;
    if ((rc = write_children(db, w, e)) != OK)
        return rc;
    return end_step(w, write_version(db, w, e), e);
}

/* The record as it is, and whether the subject may do this to it. */
static err_t read_before(struct write *w, struct db *db, struct err *e)
{
    struct row *row = arena_alloc(w->arena, sizeof(*row));
    struct err why = {0};
    w->outcome = WRITE_DONE;
    w->faults.len = 0;
    w->decision = (struct decision){0};
    bool hidden = false;
    err_t rc = row_load(row, db, w->plan, w->id, w->arena, &why);
    if (rc == OK)
        rc = is_hidden(&hidden, db, w, row, &why);
    if (rc == E_NOTFOUND || (rc == OK && hidden)) {
        w->outcome = WRITE_DENIED; /* alike for what is not there and what may not be seen */
        w->absent = true;
        return OK;
    }
    if (rc != OK) {
        if (e)
            *e = why;
        return rc;
    }
    w->before = row;
    w->labels = row->labels;
    w->state = row->labels.state;
    return decide(db, w, &row->labels, e);
}

static bool is_changed(const struct write *w)
{
    for (size_t i = 0; i < w->plan->field_count; i++)
        if (w->body.changed[i])
            return true;
    return !w->before || w->ends || !str_eq(w->state, w->before->labels.state);
}

/* Nothing to write: the version that is there is the answer. */
static err_t answer_unchanged(struct write *w, struct db *db, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc =
        db_query(&st, db,
                 "SELECT entry FROM record_version WHERE type = ?1 AND record_id = ?2 AND "
                 "version = ?3",
                 VALUES(v_str(w->plan->type->name), v_i64(w->id), v_i64(w->before->version)), e);
    if (rc == OK)
        rc = stmt_next(&has_row, st, e);
    *w->out = (struct written){
        .id = w->id, .version = w->before->version, .state = w->before->labels.state};
    if (rc == OK && has_row) {
        struct str uid = stmt_str(st, 0);
        memcpy(w->out->entry, uid.ptr, uid.len < LOG_UID_LEN ? uid.len : LOG_UID_LEN);
    }
    stmt_free(st);
    return rc;
}

/* The unit tree's rows lie where their region says. */
static void label_changed(struct write *w)
{
    size_t region = plan_field(w->plan, STR("region"));
    if (!w->plan->owns_itself || region == SIZE_MAX)
        return;
    struct str code = bytes_str(w->body.values[region].cols[0].bytes);
    if (code.len == 6) {
        w->labels.owner_city = region_city_prefix(code);
        w->labels.owner_province = region_province_prefix(code);
    }
}

/* One attempt: read, check, prepare. *ready: there is something to write. */
static err_t attempt(bool *ready, struct write *w, struct err *e)
{
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, w->kernel->store, e);
    *ready = false;
    if (rc == OK)
        rc = find_request(db, w, e);
    if (rc != OK || w->outcome == WRITE_REPEATED || w->outcome == WRITE_KEY_USED)
        goto done;
    if ((rc = read_before(w, db, e)) != OK || w->outcome != WRITE_DONE)
        goto done;
    if ((w->options->if_version != 0 && w->options->if_version != w->before->version) ||
        w->before->ended_ms != 0) {
        rc = conflict_of_version(w, db, e);
        goto done;
    }
    if (w->prepare_first && ((rc = w->prepare_first(w, db, e)) != OK || w->outcome != WRITE_DONE))
        goto done;
    struct validation v = write_validation(w);
    validate_body(&w->body, &v, w->patch);
    check_writable(w);
    check_options(w);
    if (w->prepare_more)
        rc = w->prepare_more(w, &v, db, e);
    if (rc != OK || w->outcome == WRITE_CONFLICT)
        goto done;
    if (!w->validates_late)
        validate_state(&v, &w->body, w->state);
    label_changed(w);
    if (w->faults.len > 0) {
        w->outcome = WRITE_FAULTY;
    } else if (!is_changed(w) && !w->transition) {
        rc = answer_unchanged(w, db, e);
    } else {
        write_prepare(w);
        *ready = true;
    }
done:
    store_reader_put(w->kernel->store, db);
    return rc;
}

static err_t locked_fields(struct write *w, struct validation *v, struct db *db, struct err *e)
{
    (void)db;
    (void)e;
    validate_locked(v, &w->body, w->before->labels.state, NULL, 0);
    return OK;
}

err_t write_change(struct faults *faults, struct write *w, struct err *e)
{
    bool ready = true;
    err_t rc = OK;
    digest_request(w, w->arguments ? w->arguments : w->patch);
    w->outcome = WRITE_MOVED;
    for (int i = 0; i < ATTEMPTS_MAX && rc == OK && w->outcome == WRITE_MOVED; i++) {
        w->outcome = WRITE_DONE;
        rc = attempt(&ready, w, e);
        if (rc != OK || !ready)
            break;
        rc = write_step(w, change_step, e);
        if (rc == E_CONFLICT && w->row_refused)
            rc = conflict_of_key(w, e);
    }
    if (rc == OK && w->outcome == WRITE_DENIED && !ready)
        rc = refuse(w, e);
    return rc == OK ? write_answer(faults, w, e) : rc;
}

err_t record_change(struct written *out, struct faults *faults, struct kernel *k,
                    const struct subject *s, const struct record_type *t, int64_t id,
                    const struct jvalue *patch, const struct write_options *o, struct arena *a,
                    struct err *e)
{
    struct write w;
    *faults = (struct faults){0};
    write_begin(&w, out, k, s, t, o, a);
    w.id = id;
    w.verb = w.options->import_id ? ACCESS_IMPORT : ACCESS_CHANGE;
    w.action = STR("change");
    w.patch = patch;
    w.prepare_more = locked_fields;
    return write_change(faults, &w, e);
}
