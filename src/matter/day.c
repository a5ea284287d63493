/* Days of steps: from the deadlines of the pack, counted from a field of a record. */
#include "base/date.h"
#include "decide/reading.h"
#include "matter/matter.h"
#include "policy/calendar.h"

static err_t field_day(struct date *out, bool *known, struct step *g, struct str path)
{
    struct str said;
    err_t rc = programme_field_text(&said, g, path);
    *known = rc == OK && step_day_read(out, said);
    return rc;
}

/* For a rule whose date an officer chooses, the path of the field `due` of the same record. */
static struct str entered_path(struct str counted, struct arena *a)
{
    size_t dot = str_find(counted, STR("."), 0);
    return arena_printf(a, "%.*s.due", (int)dot, counted.ptr);
}

const struct field *programme_year_field(const struct record_type *t)
{
    const struct field *f = record_field(t, STR("year"));
    return f && f->type == FIELD_INT ? f : NULL;
}

/* The year of which the subject is, where its day is counted from a record of another kind. */
static err_t read_year(int *out, struct step *g, const struct record_type *counted)
{
    const struct record_type *t = record_type_find(g->p->kernel->types, g->x->c.type);
    const struct jvalue *v = NULL;
    struct date year = {0};
    *out = 0;
    if (!t || t == counted || !programme_year_field(t))
        return OK;
    err_t rc =
        record_value(&v, g->db, g->p->kernel, t, g->x->c.record_id, STR("year"), g->x->arena, g->e);
    if (rc == OK && step_day_read(&year, programme_condition_text(v)))
        *out = year.year;
    return rc;
}

err_t programme_counting(struct counting *how, struct db *db, const struct programme *p,
                         struct err *e)
{
    return reading_counting(how, db, p->pack, p->calendar, p->arena, e);
}

err_t programme_day_of(struct due *out, struct step *g, const struct process_step *step,
                       struct date from)
{
    const struct deadline_rule *rule = pack_deadline(g->p->pack, step->due);
    struct counting how;
    if (!rule)
        return err_set(g->e, E_INTERNAL, "the policy has no deadline %.*s", STR_ARG(step->due));
    err_t rc = programme_counting(&how, g->db, g->p, g->e);
    return rc == OK ? due_of(out, rule, from, &how, g->e) : rc;
}

/* The latest publication counts where a record holds several (publish-again). */
static err_t count_day(struct due *out, bool *known, struct date *from, struct step *g,
                       const struct process_step *step)
{
    const struct deadline_rule *rule = pack_deadline(g->p->pack, step->due);
    const struct record_type *counted;
    struct step_count c = {0};
    struct counting how;
    struct service_run run = {0};
    struct str field;
    *known = false;
    if (!rule)
        return err_set(g->e, E_INTERNAL, "the policy has no deadline %.*s", STR_ARG(step->due));
    err_t rc = programme_counting(&how, g->db, g->p, g->e);
    if (rc == OK)
        rc = field_day(&c.from, &c.has_from, g, step->counted);
    if (rc == OK)
        rc = programme_field(&counted, &field, g->p, step->counted, g->e);
    if (rc == OK)
        rc = read_year(&c.year, g, counted);
    if (rc == OK)
        rc = service_run_of(&run, g->db, g->x->c.id, step->id, g->e);
    if (run.found) { /* an officer lets it run from service */
        c.has_from = run.known;
        c.from = run.from;
        c.year = 0;
    }
    c.has_entered = run.has_due;
    c.entered = run.due;
    if (rc == OK && c.has_from && !c.has_entered && step_day_is_entered(rule))
        rc = field_day(&c.entered, &c.has_entered, g, entered_path(step->counted, g->x->arena));
    if (rc == OK)
        rc = step_day(out, known, rule, &c, &how, g->e);
    *from = c.from;
    return rc;
}

/* The date of a step without a deadline in its document: an officer ends a period that runs from
 * service. */
static err_t officers_day(struct due *out, bool *known, const struct service_run *run,
                          struct arena *a, struct err *e)
{
    *known = run->known && run->has_due;
    out->date = run->due;
    return !*known || date_to_days(run->due) >= date_to_days(run->from)
               ? OK
               : err_set(e, E_INVALID, "a period that runs from %.*s does not end on %.*s",
                         STR_ARG(date_text(run->from, a)), STR_ARG(date_text(run->due, a)));
}

err_t programme_service_day(struct due *out, bool *known, struct step *g,
                            const struct process_step *step)
{
    struct service_run run = {0};
    struct date from;
    if (step->due.len)
        return count_day(out, known, &from, g, step);
    err_t rc = service_run_of(&run, g->db, g->x->c.id, step->id, g->e);
    return rc == OK ? officers_day(out, known, &run, g->x->arena, g->e) : rc;
}

err_t programme_due(struct flow_due *out, struct step *g, const struct process_step *step)
{
    struct due due = {0};
    struct service_run run = {0};
    struct err why = {0};
    *out = (struct flow_due){0};
    bool not_its = false;
    if (g->p->stand_in) {
        *out = g->p->stand_in->due(step);
        return OK;
    }
    err_t rc =
        step->due.len ? programme_conditions_false(&not_its, g, step->when, step->when_count) : OK;
    if (rc != OK || not_its)
        return rc;
    struct step own = {NULL, g->db, g->x, g->p, &why};
    rc = step->due.len ? count_day(&due, &out->known, &out->from, &own, step)
                       : programme_service_day(&due, &out->known, &own, step);
    if (rc == E_INVALID) {
        err_t asked = service_run_of(&run, g->db, g->x->c.id, step->id, g->e);
        if (asked != OK)
            return asked;
    }
    if (rc != OK && g->e)
        *g->e = why;
    if (rc == E_INVALID && run.has_due) {
        /* The day that an officer entered before the service does not fit it: there is none until he
         * enters another; reading the paper does not fail for it. */
        out->known = false;
        return OK;
    }
    if (rc != OK || !out->known)
        return rc;
    out->day = due_day_of(&due, g->x->arena);
    return OK;
}

err_t service_run_of(struct service_run *out, struct db *db, int64_t case_id, struct str step,
                     struct err *e)
{
    struct stmt *st = NULL;
    *out = (struct service_run){0};
    err_t rc =
        db_query(&st, db,
                 "SELECT served_on, runs_due FROM record_paper_service WHERE case_id = ?1 AND "
                 "runs_step = ?2 AND ended_ms IS NULL ORDER BY changed_ms DESC NULLS LAST, "
                 "id DESC NULLS LAST LIMIT 1",
                 VALUES(v_i64(case_id), v_str(step)), e);
    if (stmt_row(&rc, st, e)) {
        out->found = true;
        out->known = date_parse(&out->from, stmt_str(st, 0));
        out->has_due = date_parse(&out->due, stmt_str(st, 1));
    }
    stmt_free(st);
    return rc;
}
