/* Creating a record: at once, or in two halves around a step that the caller has done. */
#include "access/mutation.h"
#include "base/msg.h"
#include "record/conflict.h"
#include "record/write_priv.h"

/* --- the step ----------------------------------------------------------------------------- */

static err_t find_owner(struct db *db, struct write *w, struct err *e)
{
    struct str region;
    bool found;
    if (w->plan->owns_itself || w->labels.owner_unit == w->subject->unit)
        return OK;
    err_t rc = db_row(&found, db, "SELECT region FROM unit WHERE id = ?1 AND ended_ms IS NULL",
                      VALUES(v_i64(w->labels.owner_unit)), INTO(into_str(&region)), w->arena, e);
    if (found) {
        w->labels.owner_city = region_city_prefix(region);
        w->labels.owner_province = region_province_prefix(region);
    } else if (rc == OK) {
        w->outcome = WRITE_DENIED; /* whoever may not act for it need not know that it is none */
    }
    return rc;
}

static err_t insert_row(struct db *db, struct write *w, struct err *e)
{
    const struct type_plan *p = w->plan;
    struct value *values = arena_array(w->arena, p->column_count + 1, sizeof(*values));
    const struct value head[] = {
        v_i64(1),
        v_str(w->labels.state),
        v_i64(w->labels.owner_unit),
        v_str(w->labels.owner_city),
        v_str(w->labels.owner_province),
        v_i64((int64_t)w->labels.secrecy),
        v_i64(w->labels.published),
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
    w->row_refused = rc == E_CONFLICT;
    if (rc != OK)
        return rc;
    w->id = db_last_id(db);
    if (p->owns_itself)
        rc = db_run(db, "UPDATE unit SET owner_unit = id WHERE id = ?1", VALUES(v_i64(w->id)), e);
    return rc;
}

err_t write_create_step(struct db *db, void *arg, struct err *e)
{
    struct write *w = arg;
    err_t rc;
    w->outcome = WRITE_DONE;
    w->taken_back = false;
    w->id = 0;
    w->faults.len = 0;
    if ((rc = write_request_find(db, w, e)) != OK || w->outcome != WRITE_DONE)
        return rc;
    if ((rc = find_owner(db, w, e)) != OK)
        return rc;
    if (w->outcome == WRITE_DONE)
        rc = write_decide(db, w, &w->labels, e);
    if (rc == OK && w->outcome == WRITE_DENIED)
        return write_refused(db, w, e);
    if (rc == OK)
        write_check_writable(w);
    if (rc == OK)
        rc = write_refs_check(db, w, e);
    if (rc != OK || w->outcome != WRITE_DONE)
        return rc;
    if ((rc = numbered_fill(&w->number, db, w, e)) != OK || (rc = insert_row(db, w, e)) != OK)
        return rc;
    *w->out = (struct written){.id = w->id, .version = 1, .state = w->labels.state};
    if ((rc = conflict_of_making(w, db, e)) != OK || w->outcome != WRITE_DONE)
        return write_end_step(w, rc, e);
    if ((rc = write_children(db, w, e)) != OK || (rc = write_rules(db, w, e)) != OK ||
        (rc = write_unit_rules(db, w, e)) != OK)
        return rc;
    return write_end_step(w, w->outcome == WRITE_DONE ? write_version(db, w, e) : OK, e);
}

/* --- before and after it ------------------------------------------------------------------ */

/* Owner and place of a record to be. The rows of the unit tree own themselves and
 * lie where their region says. */
static void label_new(struct write *w)
{
    const struct subject *s = w->subject;
    struct labels *l = &w->labels;
    *l = (struct labels){.created_by = s->account,
                         .state = l->state,
                         .secrecy = w->plan->type->secrecy,
                         .published = write_published(w)};
    if (w->plan->programme)
        l->programme =
            bytes_str(w->body.values[w->plan->programme - w->plan->fields].cols[0].bytes);
    size_t region = plan_field(w->plan, STR("region"));
    struct str code =
        region == SIZE_MAX ? STR_NONE : bytes_str(w->body.values[region].cols[0].bytes);
    if (w->plan->owns_itself) {
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
        /* A province's register: the city of the place has the row among its own. */
        if (w->plan->type->by_actions_only && w->plan->type->owner == OWNER_OFFICE &&
            code.len == 6 && str_eq(region_province_prefix(code), s->province))
            l->owner_city = region_city_prefix(code);
    }
    if (l->owner_unit == 0)
        fault_add(&w->faults, STR_NONE, "owner", N_("name the unit this is for"), NULL, 0);
}

/* A missing permission is reported before faults, and alone. */
static err_t faults_or_refusal(struct write *w, const struct labels *l, struct err *e)
{
    err_t rc = STORE_READ(db, w->kernel->store, e, find_owner(db, w, e));
    if (rc == OK && w->outcome == WRITE_DONE)
        rc = STORE_READ(db, w->kernel->store, e, write_decide(db, w, l, e));
    if (rc == OK && w->outcome == WRITE_DENIED)
        rc = write_refuse(w, e);
    else if (rc == OK)
        w->outcome = WRITE_FAULTY;
    return rc == OK ? write_answer(w, e) : rc;
}

/* The half before the step. False: faulty. */
bool write_create_begin(struct write *w)
{
    static const struct jvalue nothing = {.type = J_OBJECT};
    struct validation v = write_validation(w);
    validate_body(&w->body, &v, w->arguments ? w->arguments : &nothing);
    validate_state(&v, &w->body, w->labels.state);
    write_check_options(w);
    label_new(w);
    if (w->faults.len > 0)
        return false;
    write_request_digest(w);
    write_prepare(w);
    return true;
}

static err_t create_end(struct write *w, err_t rc, struct err *e)
{
    rc = write_rollback_result(w, rc);
    if (rc == E_CONFLICT && w->row_refused)
        rc = conflict_of_key(w, e);
    return rc == OK ? write_answer(w, e) : rc;
}

static void name_create(struct write *w, const struct jvalue *body)
{
    w->arguments = body;
    w->verb = w->options->import_id ? ACCESS_IMPORT : ACCESS_CREATE;
    w->action = STR("create");
    w->labels.state = w->plan->type->initial;
}

err_t record_create(struct written *out, const struct record_call *c, const struct jvalue *body,
                    const struct write_options *o, struct err *e)
{
    struct write w;

    write_begin(&w, out, c, o);
    name_create(&w, body);
    if (c->type->by_actions_only && !subject_is_program(c->subject) &&
        !access_off(c->type->name, "written by")) {
        w.outcome = WRITE_DENIED;
        err_t rc = write_refuse(&w, e);
        return rc == OK ? write_answer(&w, e) : rc;
    }
    if (!write_create_begin(&w))
        return faults_or_refusal(&w, &w.labels, e);
    write_fill_holder(&w);
    struct str number = STR_NONE;
    err_t rc = write_step(&w, write_create_step, e);
    while (rc == E_CONFLICT && w.row_refused && !str_eq(w.number, number)) {
        number = w.number; /* another process may have taken it: then the next try has another */
        rc = write_step(&w, write_create_step, e);
    }
    return create_end(&w, rc, e);
}

struct record_creation {
    struct store_step step;
    struct write write;
    struct write_options options;
    struct written written;
};

/* Whether only a worker thread may create it: validation reads policies, or the step may be
 * needed again. */
static bool needs_worker(const struct record_type *t)
{
    bool needs = false;
    for (size_t i = 0; i < t->field_count; i++)
        needs |= t->fields[i].choices || t->fields[i].numbered.len;
    return needs;
}

struct record_creation *record_create_begin(const struct record_call *c, const struct jvalue *body,
                                            const struct write_options *o)
{
    if (c->type->by_actions_only || (o && o->check_only) || needs_worker(c->type))
        return NULL;
    struct record_creation *x = arena_alloc(c->arena, sizeof(*x));
    if (o)
        x->options = *o;
    write_begin(&x->write, &x->written, c, &x->options);
    name_create(&x->write, body);
    x->step.fn = write_create_step;
    x->step.arg = &x->write;
    return write_create_begin(&x->write) ? x : NULL;
}

struct store_step *record_create_step(struct record_creation *c)
{
    return &c->step;
}

err_t record_create_end(struct written *out, struct record_creation *c, struct err *e)
{
    if (c->step.rc != OK && e)
        *e = c->step.why;
    err_t rc = create_end(&c->write, c->step.rc, e);
    *out = c->written;
    return rc;
}
