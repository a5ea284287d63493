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

static err_t find_held(bool *out, struct db *db, struct kernel *k, const struct subject *s,
                       const struct row *row, const struct type_plan *p, struct arena *a,
                       struct err *e)
{
    const struct held_ask ask = {
        .kernel = k, .subject = s, .plan = p, .row = row, .verb = ACCESS_CHANGE, .arena = a};
    return conflict_would_refuse(out, &ask, db, e);
}

err_t record_writable(struct writable *out, struct db *db, struct kernel *k,
                      const struct subject *s, const struct record_type *t, int64_t id,
                      struct arena *a, struct err *e)
{
    const struct type_plan *p = plan_of(k, t);
    struct row row = {.labels = labels_new(s, t)};
    struct decision d = {0};
    bool held = false;
    *out = (struct writable){.type = t};
    err_t rc = id ? row_load(&row, db, p, id, a, e) : OK;
    out->changed_ms = row.changed_ms;
    if (rc != OK || t->by_actions_only)
        return rc;
    rc = access_decide(&d, db, s, &p->policy, id ? ACCESS_CHANGE : ACCESS_CREATE, STR_NONE,
                       &row.labels, a, e);
    if (rc == OK && d.allowed && id)
        rc = find_held(&held, db, k, s, &row, p, a, e);
    out->allowed = rc == OK && d.allowed && !held && row.ended_ms == 0;
    out->fields = d.fields;
    out->state = record_state(t, row.labels.state);
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
