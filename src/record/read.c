/* One record whole: its fields, what was erased of it, and what the subject may do
 * with it. */
#include "access/mutation.h"
#include "access/two_person.h"
#include "record/conflict.h"
#include "record/dues.h"
#include "record/show.h"

struct reading {
    struct jout j;
    struct db *db;
    struct kernel *kernel;
    const struct subject *by;
    const struct type_plan *plan;
    struct arena *a;
    struct row row;
    struct shown shown;
};

static err_t write_fields(struct reading *r, struct err *e)
{
    struct value_writer w = {.keys = r->kernel->keys, .e = e};
    const struct type_plan *p = r->plan;
    struct field_value *values = r->row.values;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < p->field_count; i++) {
        if (!r->shown.fields[i])
            continue;
        if (p->fields[i].field->type == FIELD_COMPUTED)
            rc = row_computed(&values[i], r->db, &p->fields[i], r->row.labels.id, r->a, e);
        if (rc == OK)
            show_field(&r->j, &w, &p->fields[i], &values[i], r->shown.unmasked[i]);
    }
    return rc == OK ? w.rc : rc;
}

/* "_erased": names of fields whose values were erased by law. */
static err_t write_erased(struct reading *r, struct err *e)
{
    const struct type_plan *p = r->plan;
    struct jout *j = &r->j;
    bool any = false;
    err_t rc = OK;
    EACH_ROW(st, rc, e, r->db,
             "SELECT field FROM record_erasure WHERE type = ?1 AND record_id = ?2 "
             "ORDER BY field",
             VALUES(v_str(p->type->name), v_i64(r->row.labels.id))) {
        struct str name = stmt_str(st, 0); /* "team.name": a column of a table */
        size_t field = plan_field(p, (struct str){name.ptr, str_find(name, STR("."), 0)});
        if (field == SIZE_MAX || !r->shown.fields[field])
            continue;
        if (!any)
            jout_pair_array(j, "_erased");
        any = true;
        jout_str(j, stmt_str(st, 0));
    }
    if (any)
        jout_end_array(j);
    return rc;
}

/* "_may": what the subject could ask for in this state. */
static err_t write_possible(struct reading *r, struct err *e)
{
    static const struct {
        enum access_verb verb;
        const char *name;
    } verbs[] = {{ACCESS_CHANGE, "change"}, {ACCESS_END, "end"}};
    const struct type_plan *p = r->plan;
    const struct record_type *t = p->type;
    const struct row *row = &r->row;
    struct jout *j = &r->j;
    struct held_ask ask = {
        .kernel = r->kernel, .subject = r->by, .plan = p, .row = row, .arena = r->a};
    struct decision d = {0};
    bool held = false;
    err_t rc = OK;
    const char *part = access_part("may ");
    jout_pair_array(j, "_may");
    bool open = row->ended_ms == 0;
    bool writable = open && (!t->by_actions_only || subject_is_program(r->by));
    for (size_t i = 0; rc == OK && writable && i < ARRAY_LEN(verbs); i++) {
        rc = access_allow(&d, r->db, r->by, &p->policy, verbs[i].verb, STR_NONE, &row->labels, r->a,
                          e);
        ask.verb = verbs[i].verb;
        if (rc == OK && d.allowed && (rc = conflict_would_refuse(&held, &ask, r->db, e)) == OK &&
            !held)
            jout_z(j, verbs[i].name);
    }
    for (size_t i = 0; rc == OK && open && i < t->transition_count; i++) {
        if (!transition_leaves(&t->transitions[i], row->labels.state))
            continue;
        rc = access_allow(&d, r->db, r->by, &p->policy, ACCESS_ACT, t->transitions[i].name,
                          &row->labels, r->a, e);
        ask.verb = ACCESS_ACT;
        ask.transition = &t->transitions[i];
        if (rc == OK && d.allowed && (rc = conflict_would_refuse(&held, &ask, r->db, e)) == OK &&
            !held)
            jout_str(j, t->transitions[i].name);
    }
    jout_end_array(j);
    (void)access_part(part);
    return rc;
}

/* "_proposals": pending proposals, for those who may act on them. */
static err_t write_proposals(struct reading *r, struct err *e)
{
    const struct type_plan *p = r->plan;
    const struct record_type *t = p->type;
    const struct row *row = &r->row;
    struct jout *j = &r->j;
    const char *part = access_part("proposals ");
    bool any = false;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < t->transition_count; i++) {
        struct decision d = {0};
        struct proposal open = {0};
        if (!t->transitions[i].two_persons)
            continue;
        rc = access_allow(&d, r->db, r->by, &p->policy, ACCESS_ACT, t->transitions[i].name,
                          &row->labels, r->a, e);
        if (rc == OK && d.allowed)
            rc = proposal_find(&open, r->db, t->name, row->labels.id, t->transitions[i].name, r->a,
                               e);
        if (rc != OK || open.id == 0 || open.expires_ms <= r->by->now_ms)
            continue;
        if (!any)
            jout_pair_array(j, "_proposals");
        any = true;
        jout_object(j);
        jout_pair_i64(j, "id", open.id);
        jout_pair(j, "action", open.action);
        jout_pair_i64(j, "by", open.proposed_by);
        jout_pair(j, "role", open.role);
        jout_pair_i64(j, "proposed_ms", open.proposed_ms);
        jout_pair_i64(j, "expires_ms", open.expires_ms);
        jout_pair(j, "reason", open.reason);
        jout_pair_raw(j, "arguments", open.arguments);
        jout_pair_bool(j, "yours", !proposal_may_confirm(&open, r->by, d.grant));
        jout_end_object(j);
    }
    if (any)
        jout_end_array(j);
    (void)access_part(part);
    return rc;
}

/* "_fees": those that are computed, where their table is shown. */
static err_t write_fees(struct reading *r, struct err *e)
{
    struct str path = r->plan->type->fees;
    size_t at = plan_field(r->plan, str_split(&path, STR(".")));
    const struct jvalue *fees = NULL;
    err_t rc = OK;
    if (at != SIZE_MAX && r->shown.fields[at])
        rc = fees_of(&fees, r->db, r->kernel, r->plan, &r->row, r->by->now_ms, r->a, e);
    if (fees) {
        jout_name(&r->j, "_fees");
        jout_value(&r->j, fees);
    }
    return rc;
}

/* The version in r->row is the record's. */
static err_t write_seen(struct reading *r, int64_t id, struct err *e)
{
    const struct type_plan *p = r->plan;
    struct store *store = r->kernel->store;
    struct decision d = {0};
    bool arriving = false;
    err_t rc = store_reader_get(&r->db, store, e);
    if (rc == OK)
        rc = db_begin_read(r->db, e); /* row, rows of its tables and rights of one moment */
    if (rc != OK || (rc = row_load(&r->row, r->db, p, id, r->a, e)) != OK)
        goto done;
    rc =
        access_decide(&d, r->db, r->by, &p->policy, ACCESS_READ, STR_NONE, &r->row.labels, r->a, e);
    if (rc != OK || (rc = row_arriving(&arriving, r->db, &r->row, e)) != OK)
        goto done;
    if (!d.allowed || arriving) {
        rc = row_not_found(p->type, id, e);
        goto done;
    }
    shown_from(&r->shown, p, &d, r->a);
    jout_object(&r->j);
    show_system(&r->j, &r->shown, &r->row);
    if ((rc = write_fields(r, e)) == OK && (rc = write_erased(r, e)) == OK &&
        (rc = write_fees(r, e)) == OK && (rc = write_possible(r, e)) == OK)
        rc = write_proposals(r, e);
    jout_end_object(&r->j);
done:
    store_reader_put(store, r->db);
    return rc;
}

err_t record_get(struct buf *out, int64_t *version, const struct record_call *c, struct err *e)
{
    struct reading r = {
        .kernel = c->kernel, .by = c->subject, .plan = plan_of(c->kernel, c->type), .a = c->arena};
    size_t before = out->len;
    jout_init(&r.j, out);
    err_t rc = write_seen(&r, c->id, e);
    if (rc == OK)
        *version = r.row.version;
    else
        out->len = before;
    return rc;
}

int64_t record_seen_version(const struct jvalue *record)
{
    int64_t version;
    return jin_i64(&version, record, "version") ? version : 0;
}

err_t record_seen(const struct jvalue **out, const struct record_call *c, struct err *e)
{
    struct reading r = {
        .kernel = c->kernel, .by = c->subject, .plan = plan_of(c->kernel, c->type), .a = c->arena};
    jout_init_values(&r.j, c->arena);
    err_t rc = write_seen(&r, c->id, e);
    *out = rc == OK ? jout_made(&r.j) : NULL;
    return rc;
}
