/* A paper that its party opens in the system, and periods that run from its service. */
#include "case/case.h"
#include "document/service_priv.h"
#include "policy/calendar.h"
#include "text/unicode.h"

/* --- reading ---------------------------------------------------------------------------- */

#define UNREAD                                                                                     \
    "SELECT id FROM record_paper_service WHERE paper_id = ?1 AND case_id = ?2 AND state = 'sent' " \
    "AND channel = 'system' AND ended_ms IS NULL ORDER BY id LIMIT 1"

static err_t find_unread(int64_t *id, struct db *db, int64_t paper, int64_t case_id, struct err *e)
{
    return db_i64(id, db, UNREAD, VALUES(v_i64(paper), v_i64(case_id)), e);
}

static err_t read_step(struct db *db, void *arg, struct err *e)
{
    struct serving *s = arg;
    struct str at = business_time(clock_now_ms(s->g.p->kernel->clock), s->g.x->arena);
    struct jout j;
    s->g.db = db;
    s->g.e = e;
    err_t rc = find_unread(&s->id, s->g.db, s->paper->id, s->g.x->c.id, s->g.e);
    if (rc != OK || s->id == 0)
        return rc;
    jout_init_values(&j, s->g.x->arena);
    jout_pair(&j, "served_on", s->g.x->today);
    jout_pair_i64(&j, "read_by", s->g.x->by->account);
    jout_pair(&j, "read_at", arena_printf(s->g.x->arena, "%.10sT%s+08:00", at.ptr, at.ptr + 11));
    rc = service_put(s, &j, STR("served"));
    return rc == OK ? flow_timers_set(&s->g) : rc;
}

err_t service_read(struct step *g, const struct case_paper *c)
{
    struct written w;
    struct serving s = {.out = &w, .g = *g, .paper = c};
    int64_t unread = 0;
    if (!g->x->by->account || g->x->by->unit != g->x->c.unit)
        return OK;
    err_t rc = step_reader(g);
    if (rc == OK)
        rc = find_unread(&unread, g->db, c->id, g->x->c.id, g->e);
    step_reader_end(g);
    return rc == OK && unread ? store_write(g->p->kernel->store, read_step, &s, g->e) : rc;
}

/* --- periods ---------------------------------------------------------------------------- */

/* The day on which this service of the paper was, and the step whose period it gives already; both may be empty. */
static err_t read_given(struct str *served, struct str *step, struct serving *s)
{
    bool has_row = false;
    *served = *step = STR_NONE;
    err_t rc = db_row(&has_row, s->g.db,
                      "SELECT coalesce(served_on, ''), coalesce(runs_step, '') FROM"
                      " record_paper_service WHERE id = ?1 AND paper_id = ?2 AND ended_ms IS NULL",
                      VALUES(v_i64(s->id), v_i64(s->paper->id)),
                      INTO(into_str(served), into_str(step)), s->g.x->arena, s->g.e);
    return rc == OK && !has_row ? err_set(s->g.e, E_NOTFOUND, "the paper has no such service") : rc;
}

static err_t check_later(struct serving *s, struct str served)
{
    struct str due = s->period->due, today = s->g.x->today;
    struct str first = str_cmp(served, today) > 0 ? served : today;
    return str_cmp(due, first) > 0
               ? OK
               : err_set(s->g.e, E_INVALID,
                         "due: the period ends after %.*s (the day of service, or today), not on "
                         "%.*s",
                         STR_ARG(first), STR_ARG(due));
}

/* A period once given cannot be shortened: its last day is after the day of service and after
 * today, and no earlier than one given by another service of the case (own rule, 文件未规定). */
static err_t check_no_shorter(struct serving *s)
{
    const struct process_step *other;
    struct str due = s->period->due, served, step;
    struct service_run run = {0};
    struct str day;
    err_t rc = read_given(&served, &step, s);
    if (rc == OK && step.len && !str_eq(step, s->period->step)) {
        other = process_step_find(s->g.x->process, step);
        return err_set(s->g.e, E_INVALID, "this service gives the period of \"%.*s\" already",
                       STR_ARG(other ? process_step_name(other) : step));
    }
    if (rc == OK && due.len)
        rc = check_later(s, served);
    if (rc == OK)
        rc = service_run_of(&run, s->g.db, s->g.x->c.id, s->period->step, s->g.e);
    if (rc != OK || !run.found || !run.has_due)
        return rc;
    day = date_text(run.due, s->g.x->arena);
    return due.len == 0 || str_cmp(due, day) < 0
               ? err_set(s->g.e, E_INVALID,
                         "due: the period ends on %.*s: it can be extended but not shortened",
                         STR_ARG(day))
               : OK;
}

static err_t period_step(struct db *db, void *arg, struct err *e)
{
    struct serving *s = arg;
    struct jout j;
    struct due day;
    bool known;
    s->g.db = db;
    s->g.e = e;
    err_t rc = case_paper_actor(&s->as, &s->g, s->paper);
    if (rc == OK)
        rc = check_no_shorter(s);
    if (rc != OK)
        return rc;
    jout_init_values(&j, s->g.x->arena);
    jout_pair(&j, "runs_step", s->period->step);
    jout_pair(&j, "runs_basis", s->period->basis);
    jout_pair(&j, "runs_due", s->period->due);
    rc = service_put(s, &j, STR_NONE);
    if (rc == OK)
        rc = programme_service_day(&day, &known, &s->g,
                                   process_step_find(s->g.x->process, s->period->step));
    return rc == OK ? flow_timers_set(&s->g) : rc;
}

/* True if the period of the step may run from the service of the paper. Where a decision waits for the period and for
 * the service of a notice, it runs from that notice alone. */
static bool gives_period(const struct process *p, const struct process_step *step, struct str paper)
{
    bool awaited = false, its = false;
    for (size_t i = 0; i < p->step_count; i++) {
        const struct process_step *s = &p->steps[i];
        bool waits = false;
        for (size_t k = 0; k < s->wait_count; k++)
            waits |= &p->steps[s->waits[k]] == step;
        awaited |= waits && s->served_count;
        its |= waits && str_among(paper, s->served, s->served_count);
    }
    return its || !awaited;
}

err_t service_set_period(struct written *out, struct step *g, const struct case_paper *c,
                         int64_t service, const struct service_period *period)
{
    const struct process_step *step = process_step_find(g->x->process, period->step);
    struct serving s = {.out = out, .g = *g, .paper = c, .period = period, .id = service};
    out->faults = (struct faults){0};
    if (!step)
        return err_set(g->e, E_INVALID, "the process \"%.*s\" has no step \"%.*s\"",
                       STR_ARG(process_name(g->x->process)), STR_ARG(period->step));
    if (!str_is(step->actor, "applicant") && !str_is(step->actor, "centre"))
        return err_set(g->e, E_INVALID,
                       "step: \"%.*s\" is a step of an office, whose time does not run from a "
                       "service; name a step that the party itself takes (a reply, a waiver, what "
                       "it hands in)",
                       STR_ARG(process_step_name(step)));
    if (!gives_period(g->x->process, step, c->paper))
        return err_set(g->e, E_INVALID,
                       "the period of \"%.*s\" runs from the service of the notice of this case, "
                       "not of \"%.*s\"",
                       STR_ARG(process_step_name(step)), STR_ARG(c->title));
    if (step->due.len == 0 && period->due.len == 0)
        return err_set(g->e, E_INVALID,
                       "the document gives the step \"%.*s\" no period: enter its last day (due)",
                       STR_ARG(process_step_name(step)));
    if (!unicode_says(period->basis))
        return err_set(g->e, E_INVALID,
                       "the document does not say that this period runs from service: enter what "
                       "you base it on (basis)");
    return store_write(g->p->kernel->store, period_step, &s, g->e);
}
