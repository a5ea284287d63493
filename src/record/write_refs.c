/* Records and files that a write names newly: they must be there, and be the subject's to see. */
#include "access/mutation.h"
#include "base/msg.h"
#include "base/vec.h"
#include "model/normal.h"
#include "model/patent.h"
#include "record/attachment.h"
#include "record/facts.h"
#include "record/write_priv.h"

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
        rc = write_is_hidden(&hidden, db, w, &row, &why);
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

static err_t check_files(struct db *db, struct write *w, size_t i, struct err *e)
{
    const struct field *f = w->plan->fields[i].field;
    const struct field_value *v = &w->body.values[i];
    const struct field_value *before = w->before ? &w->before->values[i] : NULL;
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
    if ((rc = check_files(db, w, i, e)) != OK || (rc = named_check(db, w, i, e)) != OK)
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

/* A statement that a list is complete is of who keeps the list. It stands at the list; at the party where
 * somebody else's is named. */
static err_t check_statement(struct db *db, struct write *w, struct err *e)
{
    const struct record_type *t = w->plan->type;
    size_t list = plan_field(w->plan, t->completes), party = plan_field(w->plan, STR("party"));
    const char *why = NULL;
    if (t->completes.len == 0 || (!w->body.changed[list] && !w->body.changed[party]))
        return OK;
    const struct field *f = w->plan->fields[list].field;
    struct str code = bytes_str(w->body.values[list].cols[0].bytes);
    err_t rc =
        facts_may_declare(&why, db, w->kernel, code, bytes_str(w->body.values[party].cols[0].bytes),
                          &w->labels, w->arena, e);
    const struct enum_value *value = field_value(f, code);
    if (rc == OK && why && value)
        fault_add(&w->faults, f->name, "list", why, FAULT_ARGS(value->label));
    return rc;
}

err_t write_refs_check(struct db *db, struct write *w, struct err *e)
{
    err_t rc = OK;
    w->files.len = 0;
    for (size_t i = 0; rc == OK && i < w->plan->field_count; i++)
        if (w->body.changed[i] && field_is_given(w->plan->fields[i].field))
            rc = check_field_refs(db, w, i, e);
    if (rc == OK)
        rc = check_statement(db, w, e);
    if (w->faults.len > 0 && w->outcome == WRITE_DONE)
        w->outcome = WRITE_FAULTY;
    return rc;
}

/* --- holders ------------------------------------------------------------------------------- */

/* The search for patents of a contract none of whose holders is a party. The library is asked when
 * patents, parties, kind or state of the contract change: a patent that moves on later takes
 * nothing from what was signed. */
struct looking {
    struct arena *arena;
    VEC(struct str) parties; /* keys of their names */
    struct str missing;
    bool seen; /* a publication of the patent: the newest one alone is asked */
};

/* Its assignees, else its applicants; one of them is enough. */
static err_t look(void *arg, const struct patent *p, struct err *e)
{
    struct looking *x = arg;
    struct str first = STR_NONE;
    enum party_role role = PARTY_APPLICANT;
    bool is_party = x->seen;
    (void)e;
    for (size_t i = 0; i < p->parties.len; i++)
        if (p->parties.ptr[i].role == PARTY_ASSIGNEE)
            role = PARTY_ASSIGNEE;
    for (size_t i = p->parties.len; i-- > 0;) {
        const struct party *party = &p->parties.ptr[i];
        if (party->role == role)
            first = party->name;
        is_party |=
            party->role == role && str_among(party->name_key, x->parties.ptr, x->parties.len);
    }
    if (!is_party && first.len && x->missing.len < 1000 && !str_contains(x->missing, first))
        x->missing = arena_printf(x->arena, "%.*s%s%.*s", STR_ARG(x->missing),
                                  x->missing.len ? "；" : "", STR_ARG(first));
    x->seen = true;
    return OK;
}

void write_fill_holder(struct write *w)
{
    const struct claim_rule *c = &w->plan->type->claim;
    struct looking x = {.arena = w->arena};
    struct str column = c->parties, table = str_split(&column, STR("."));
    if (!w->kernel->library || c->holder.len == 0)
        return;
    size_t at[] = {plan_field(w->plan, table), plan_field(w->plan, c->patents),
                   plan_field(w->plan, c->kind), plan_field(w->plan, c->holder)};
    bool changes = !w->before || !str_eq(w->labels.state, w->before->labels.state);
    for (size_t i = 0; i < 3; i++)
        changes |= w->body.changed[at[i]];
    const struct field_value *sides = &w->body.values[at[0]], *patents = &w->body.values[at[1]];
    if (w->subject->unit == w->labels.owner_unit)
        VEC_PUSH(w->arena, &x.parties, name_key(w->subject->unit_name, w->arena));
    size_t name = column.len ? value_part_column(w->plan->fields[at[0]].field, column) : 0;
    for (size_t i = 0; i < sides->row_count; i++)
        VEC_PUSH(w->arena, &x.parties,
                 name_key(bytes_str(sides->rows[i * sides->row_width + name].bytes), w->arena));
    bool asked =
        str_among(bytes_str(w->body.values[at[2]].cols[0].bytes), c->held.items, c->held.count);
    for (size_t i = 0; changes && asked && i < patents->row_count; i++, x.seen = false) {
        struct str number = bytes_str(patents->rows[i * patents->row_width].bytes);
        err_t rc = w->kernel->library(w->kernel->searcher, number, look, &x, w->arena, NULL);
        changes = rc == OK || rc == E_INVALID; /* else there is no index now */
    }
    struct value_writer writer = {.view = VIEW_CANONICAL};
    struct field_value *v = &w->body.values[at[3]];
    if (!changes || str_eq(x.missing, v->given ? bytes_str(v->cols[0].bytes) : STR_NONE))
        return;
    *v = (struct field_value){.cols = {v_str(x.missing), {.type = VALUE_NULL}}};
    value_finish(v, &writer, w->plan->fields[at[3]].field, w->arena);
    w->body.changed[at[3]] = true;
    write_prepare(w);
}
