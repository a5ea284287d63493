/* The fields of a record that the reader may change, for the user interface. */
#include "record/conflict.h"
#include "record/plan.h"
#include "record/row.h"

/* The labels of a record the subject would create. */
static struct labels labels_new(const struct subject *s, const struct record_type *t)
{
    return (struct labels){.owner_unit = s->unit,
                           .created_by = s->account,
                           .owner_city = s->city,
                           .owner_province = s->province,
                           .state = t->initial,
                           .secrecy = t->secrecy};
}

err_t record_writable(struct writable *out, struct db *db, const struct record_call *c,
                      struct err *e)
{
    const struct type_plan *p = plan_of(c->kernel, c->type);
    struct row row = {.labels = labels_new(c->subject, c->type)};
    const struct held_ask ask = {.kernel = c->kernel,
                                 .subject = c->subject,
                                 .plan = p,
                                 .row = &row,
                                 .verb = ACCESS_CHANGE,
                                 .arena = c->arena};
    struct decision d = {0};
    bool held = false;
    *out = (struct writable){.type = c->type};
    err_t rc = c->id ? row_load(&row, db, p, c->id, c->arena, e) : OK;
    out->changed_ms = row.changed_ms;
    if (rc != OK || c->type->by_actions_only)
        return rc;
    rc = access_decide(&d, db, c->subject, &p->policy, c->id ? ACCESS_CHANGE : ACCESS_CREATE,
                       STR_NONE, &row.labels, c->arena, e);
    if (rc == OK && d.allowed && c->id)
        rc = conflict_would_refuse(&held, &ask, db, e);
    out->allowed = rc == OK && d.allowed && !held && row.ended_ms == 0;
    out->fields = d.fields;
    out->state = record_state(c->type, row.labels.state);
    return rc;
}

bool writable_has(const struct writable *w, struct str field)
{
    const struct field *f = field.len ? record_field(w->type, field) : NULL;
    if (!w->allowed || field.len == 0)
        return w->allowed;
    return f && field_is_given(f) && str_list_has(&w->fields, field) &&
           !(w->state && str_list_has(&w->state->locked, field));
}
