/* What a new record takes over from the record it is made from, as `carry` of its type says. The
 * source is read as the subject sees it: what is hidden from them stays empty. Nothing is stored. */
#include "record/record.h"
#include "record/type_priv.h"
#include "text/json.h"

struct taken { /* of one field of the draft */
    struct str field;
    const struct jvalue *value; /* NULL: rows of a table */
    VEC(const struct jvalue *) rows;
    const struct record_type *type; /* where it comes from */
    const struct jvalue *source;
};

struct drafting {
    const struct record_call *c;
    VEC(struct taken) list;
};

struct carrying { /* what `carry` takes from a record, or from a row of it */
    const struct carry *carry;
    const struct record_type *type;
    const struct jvalue *source, *row; /* row NULL: none */
};

static struct taken *taken_of(struct drafting *d, struct str field)
{
    struct taken *before = FIND_BY(d->list.ptr, d->list.len, field, field);
    if (before)
        return before;
    VEC_PUSH(d->c->arena, &d->list, ((struct taken){.field = field}));
    return &d->list.ptr[d->list.len - 1];
}

static const struct jvalue *member(const struct jvalue *of, struct str name, struct arena *a)
{
    const struct jvalue *v = of ? jin_get(of, arena_cstr(a, name)) : NULL;
    return v && v->type != J_NULL ? v : NULL;
}

/* The record that a reference names, which may be a column of a table; NULL where the subject may not read it. */
static const struct jvalue *referred(const struct record_call *c, const struct record_type *t,
                                     struct str reference, const struct jvalue *id)
{
    const struct field *f = record_field(t, reference);
    for (size_t i = 0; !f && i < t->field_count; i++)
        f = FIND_BY(t->fields[i].fields, t->fields[i].field_count, name, reference);
    struct record_call of = *c;
    const struct jvalue *seen = NULL;
    of.type = f && f->type == FIELD_REF ? record_type_find(c->kernel->types, f->to) : NULL;
    return of.type && str_to_i64(&of.id, id->text) && record_seen(&seen, &of, NULL) == OK ? seen
                                                                                          : NULL;
}

/* "field" or "reference.field" of a row of the source, else of the source. */
static const struct jvalue *resolve(const struct drafting *d, const struct carrying *from,
                                    struct str path)
{
    struct str name = str_split(&path, STR("."));
    const struct jvalue *v = member(from->row, name, d->c->arena);
    if (!v)
        v = member(from->source, name, d->c->arena);
    return v && path.ptr ? member(referred(d->c, from->type, name, v), path, d->c->arena) : v;
}

/* A text is taken into texts, a patent into patents. */
static const struct jvalue *fitted(const struct record_call *c, const struct carried *m,
                                   const struct jvalue *v)
{
    const struct field *to = record_field(c->type, m->to);
    bool many = to && (to->type == FIELD_PATENTS || to->type == FIELD_TEXTS);
    struct jout j;
    if (!many || m->column.len || v->type == J_ARRAY)
        return v;
    jout_init_values(&j, c->arena);
    jout_array(&j);
    jout_value(&j, v);
    jout_end_array(&j);
    return jout_made(&j);
}

static const struct jvalue *code_of(const struct record_call *c, struct str code)
{
    struct jvalue *v = arena_alloc(c->arena, sizeof(*v));
    *v = (struct jvalue){.type = J_STRING, .text = code};
    return v;
}

/* One row for the table of carry->fields[first], from the columns that follow; *next: behind them. */
static void take_row(struct drafting *d, const struct carrying *from, size_t first, size_t *next)
{
    const struct carry *carry = from->carry;
    const struct jvalue *row = from->row;
    const struct carried *m = &carry->fields[first];
    struct jout j;
    size_t i = first;
    bool any = false;
    jout_init_values(&j, d->c->arena);
    jout_object(&j);
    for (; i < carry->field_count && str_eq(carry->fields[i].to, m->to); i++) {
        const struct carried *x = &carry->fields[i];
        const struct jvalue *v = x->constant.len                ? code_of(d->c, x->constant)
                                 : row && row->type == J_STRING ? row
                                                                : resolve(d, from, x->path);
        if (!v)
            continue;
        any |= x->constant.len == 0;
        jout_name_str(&j, x->column);
        jout_value(&j, v);
    }
    jout_end_object(&j);
    *next = i;
    if (!any)
        return;
    struct taken *to = taken_of(d, m->to);
    VEC_PUSH(d->c->arena, &to->rows, jout_made(&j));
    to->type = from->type;
    to->source = from->source;
}

static void take_all(struct drafting *d, const struct carrying *from)
{
    const struct carry *carry = from->carry;
    for (size_t i = 0; i < carry->field_count;) {
        const struct carried *m = &carry->fields[i];
        const struct jvalue *rows = m->rows.len ? member(from->source, m->rows, d->c->arena) : NULL;
        struct carrying each = *from;
        size_t next = i + 1;
        if (m->rows.len) {
            for (next = i; next < carry->field_count && str_eq(carry->fields[next].to, m->to);)
                next++;
            for (size_t k = 0; rows && k < rows->count; k++) {
                each.row = &rows->items[k];
                take_row(d, &each, i, &next);
            }
        } else if (m->column.len) {
            take_row(d, from, i, &next);
        } else {
            const struct jvalue *v =
                m->constant.len ? code_of(d->c, m->constant) : resolve(d, from, m->path);
            if (v)
                *taken_of(d, m->to) = (struct taken){m->to, fitted(d->c, m, v), .type = from->type,
                                                     .source = from->source};
        }
        i = next;
    }
}

/* --- the reply ------------------------------------------------------------------------ */

static void value_json(struct jout *j, const struct taken *x)
{
    jout_name_str(j, x->field);
    if (x->value) {
        jout_value(j, x->value);
        return;
    }
    jout_array(j);
    for (size_t i = 0; i < x->rows.len; i++)
        jout_value(j, x->rows.ptr[i]);
    jout_end_array(j);
}

static void draft_json(struct jout *j, const struct drafting *d)
{
    jout_object(j);
    jout_pair_object(j, "values");
    for (size_t i = 0; i < d->list.len; i++)
        value_json(j, &d->list.ptr[i]);
    jout_end_object(j);
    jout_pair_object(j, "sources");
    for (size_t i = 0; i < d->list.len; i++) {
        const struct taken *x = &d->list.ptr[i];
        const struct jvalue *title = member(x->source, x->type->title, d->c->arena);
        jout_name_str(j, x->field);
        jout_object(j);
        jout_pair(j, "type", x->type->name);
        jout_name(j, "id");
        jout_value(j, jin_get(x->source, "id"));
        jout_pair(j, "title", title && title->type == J_STRING ? title->text : STR_NONE);
        jout_end_object(j);
    }
    jout_end_object(j);
    jout_end_object(j);
}

static const struct carry *carry_from(const struct record_type *t, struct str from)
{
    return FIND_BY(t->carries, t->carry_count, from, from);
}

/* What the own unit gives to every new record. */
static void take_unit(struct drafting *d)
{
    const struct carry *carry = carry_from(d->c->type, STR("unit"));
    struct record_call unit = *d->c;
    const struct jvalue *seen;
    unit.type = record_type_find(d->c->kernel->types, STR("party"));
    unit.id = d->c->subject->unit;
    if (carry && unit.type && record_seen(&seen, &unit, NULL) == OK)
        take_all(d, &(struct carrying){carry, unit.type, seen, NULL});
}

static void one_draft(struct jout *j, const struct record_call *c, const struct carrying *from,
                      struct str reference)
{
    struct drafting d = {.c = c};
    take_unit(&d);
    if (from->source && record_field(c->type, reference))
        *taken_of(&d, reference) = (struct taken){reference, jin_get(from->source, "id"),
                                                  .type = from->type, .source = from->source};
    if (from->carry)
        take_all(&d, from);
    draft_json(j, &d);
}

err_t record_draft(struct buf *out, const struct record_call *c, struct str from, int64_t row,
                   struct err *e)
{
    struct str table = from, name = str_split(&table, STR("."));
    const struct field *f = record_field(c->type, name);
    struct carrying x = {.carry = carry_from(c->type, from)};
    struct record_call of = *c;
    const struct jvalue *rows = NULL;
    struct drafting none = {.c = c};
    struct jout j;
    of.type = record_type_find(c->kernel->types, f && f->type == FIELD_REF ? f->to : name);
    if (from.len && (!of.type || !(x.carry || (f && f->type == FIELD_REF))))
        return err_set(e, E_INVALID, "from: \"%.*s\" is no reference of this type", STR_ARG(from));
    err_t rc = from.len ? record_seen(&x.source, &of, e) : OK;
    if (rc != OK)
        return rc;
    x.type = of.type;
    if (table.ptr)
        rows = member(x.source, table, c->arena);
    else if (x.carry && x.carry->each.len)
        rows = resolve(&none, &x, x.carry->each);
    if (table.ptr && (!rows || row < 0 || (size_t)row >= rows->count))
        return err_set(e, E_NOTFOUND, "row: there is no such row");
    jout_init(&j, out);
    jout_object(&j);
    jout_pair_array(&j, "drafts");
    bool each = !table.ptr && x.carry && x.carry->each.len;
    if (table.ptr)
        x.row = &rows->items[row];
    for (size_t i = 0; each && rows && i < rows->count; i++) {
        x.row = &rows->items[i];
        one_draft(&j, c, &x, name);
    }
    if (!each)
        one_draft(&j, c, &x, name);
    jout_end_array(&j);
    jout_end_object(&j);
    return OK;
}
