/* One record whole: its fields, what was erased of it, and what the subject may do
 * with it. */
#include "access/mutation.h"
#include "access/two_person.h"
#include "record/conflict.h"
#include "record/show.h"

static err_t write_fields(struct jout *j, struct row *row, const struct type_plan *p,
                          const struct shown *shown, struct db *db, const struct kernel *k,
                          struct arena *a, struct err *e)
{
    struct value_writer w = {.keys = k->keys, .e = e};
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < p->field_count; i++) {
        if (!shown->fields[i])
            continue;
        if (p->fields[i].field->type == FIELD_COMPUTED)
            rc = row_computed(&row->values[i], db, &p->fields[i], row->labels.id, a, e);
        if (rc == OK)
            show_field(j, &w, &p->fields[i], &row->values[i], shown->unmasked[i]);
    }
    return rc == OK ? w.rc : rc;
}

/* "_erased": names of fields whose values were erased by law. */
static err_t write_erased(struct jout *j, const struct type_plan *p, const struct shown *shown,
                          int64_t id, struct db *db, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false, any = false;
    err_t rc = db_query(&st, db,
                        "SELECT field FROM record_erasure WHERE type = ?1 AND record_id = ?2 "
                        "ORDER BY field",
                        VALUES(v_str(p->type->name), v_i64(id)), e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        struct str name = stmt_str(st, 0); /* "team.name": a column of a table */
        size_t field = plan_field(p, (struct str){name.ptr, str_find(name, STR("."), 0)});
        if (field == SIZE_MAX || !shown->fields[field])
            continue;
        if (!any)
            jout_pair_array(j, "_erased");
        any = true;
        jout_str(j, stmt_str(st, 0));
    }
    if (any)
        jout_end_array(j);
    stmt_free(st);
    return rc;
}

static bool may_begin(const struct transition *t, struct str state)
{
    for (size_t i = 0; i < t->from_count; i++)
        if (str_eq(t->from[i], state))
            return true;
    return t->from_count == 0;
}

/* "_may": what the subject could ask for in this state. */
static err_t write_possible(struct jout *j, const struct row *row, const struct type_plan *p,
                            struct kernel *k, struct db *db, const struct subject *s,
                            struct arena *a, struct err *e)
{
    static const struct {
        enum access_verb verb;
        const char *name;
    } verbs[] = {{ACCESS_CHANGE, "change"}, {ACCESS_END, "end"}};
    const struct record_type *t = p->type;
    struct held_ask ask = {.kernel = k, .subject = s, .plan = p, .row = row, .arena = a};
    struct decision d = {0};
    bool held = false;
    err_t rc = OK;
    const char *part = access_part("may ");
    jout_pair_array(j, "_may");
    bool open = row->ended_ms == 0;
    bool writable = open && (!t->by_actions_only || subject_is_program(s));
    for (size_t i = 0; rc == OK && writable && i < ARRAY_LEN(verbs); i++) {
        rc = access_allow(&d, db, s, &p->policy, verbs[i].verb, STR_NONE, &row->labels, a, e);
        ask.verb = verbs[i].verb;
        if (rc == OK && d.allowed && (rc = conflict_holds(&held, &ask, db, e)) == OK && !held)
            jout_z(j, verbs[i].name);
    }
    for (size_t i = 0; rc == OK && open && i < t->transition_count; i++) {
        if (!may_begin(&t->transitions[i], row->labels.state))
            continue;
        rc = access_allow(&d, db, s, &p->policy, ACCESS_ACT, t->transitions[i].name, &row->labels,
                          a, e);
        ask.verb = ACCESS_ACT;
        ask.transition = &t->transitions[i];
        if (rc == OK && d.allowed && (rc = conflict_holds(&held, &ask, db, e)) == OK && !held)
            jout_str(j, t->transitions[i].name);
    }
    jout_end_array(j);
    (void)access_part(part);
    return rc;
}

/* "_proposals": what waits for a second person, told to who may act on it. */
static err_t write_proposals(struct jout *j, const struct row *row, const struct type_plan *p,
                             struct db *db, const struct subject *s, struct arena *a, struct err *e)
{
    const struct record_type *t = p->type;
    const char *part = access_part("proposals ");
    bool any = false;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < t->transition_count; i++) {
        struct decision d = {0};
        struct proposal open = {0};
        if (!t->transitions[i].two_persons)
            continue;
        rc = access_allow(&d, db, s, &p->policy, ACCESS_ACT, t->transitions[i].name, &row->labels,
                          a, e);
        if (rc == OK && d.allowed)
            rc = proposal_find(&open, db, t->name, row->labels.id, t->transitions[i].name, a, e);
        if (rc != OK || open.id == 0 || open.expires_ms <= s->now_ms)
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
        jout_pair_bool(j, "yours", !proposal_may_confirm(&open, s, d.grant));
        jout_end_object(j);
    }
    if (any)
        jout_end_array(j);
    (void)access_part(part);
    return rc;
}

static err_t write_seen(struct jout *j, int64_t *version, struct kernel *k, const struct subject *s,
                        const struct record_type *t, int64_t id, struct arena *a, struct err *e)
{
    const struct type_plan *p = plan_of(k, t);
    struct db *db = NULL;
    struct row row;
    struct decision d = {0};
    struct shown shown;
    bool arriving = false;
    err_t rc = store_reader_get(&db, k->store, e);
    if (rc == OK)
        rc = db_begin_read(db, e); /* row, rows of its tables and rights of one moment */
    if (rc != OK || (rc = row_load(&row, db, p, id, a, e)) != OK)
        goto done;
    if ((rc = access_decide(&d, db, s, &p->policy, ACCESS_READ, STR_NONE, &row.labels, a, e)) != OK)
        goto done;
    if ((rc = row_arriving(&arriving, db, &row, e)) != OK)
        goto done;
    if (!d.allowed || arriving) {
        rc = row_not_found(t, id, e);
        goto done;
    }
    *version = row.version;
    shown_from(&shown, p, &d, a);
    jout_object(j);
    show_system(j, &shown, &row);
    if ((rc = write_fields(j, &row, p, &shown, db, k, a, e)) == OK &&
        (rc = write_erased(j, p, &shown, id, db, e)) == OK &&
        (rc = write_possible(j, &row, p, k, db, s, a, e)) == OK)
        rc = write_proposals(j, &row, p, db, s, a, e);
    jout_end_object(j);
done:
    store_reader_put(k->store, db);
    return rc;
}

err_t record_get(struct buf *out, int64_t *version, struct kernel *k, const struct subject *s,
                 const struct record_type *t, int64_t id, struct arena *a, struct err *e)
{
    struct jout j;
    size_t before = out->len;
    jout_init(&j, out);
    err_t rc = write_seen(&j, version, k, s, t, id, a, e);
    if (rc != OK)
        out->len = before;
    return rc;
}

int64_t record_seen_version(const struct jvalue *record)
{
    int64_t version;
    return jin_i64(&version, record, "version") ? version : 0;
}

err_t record_seen(const struct jvalue **out, struct kernel *k, const struct subject *s,
                  const struct record_type *t, int64_t id, struct arena *a, struct err *e)
{
    struct jout j;
    int64_t version;
    jout_init_values(&j, a);
    err_t rc = write_seen(&j, &version, k, s, t, id, a, e);
    *out = rc == OK ? jout_made(&j) : NULL;
    return rc;
}
