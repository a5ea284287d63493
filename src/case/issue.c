/* Issues the deadline of a step to the holder of the case. */
#include "base/date.h"
#include "case/case.h"
#include "decide/activation.h"
#include "decide/deadline.h"
#include "policy/step_day.h"

/* A draft binds nobody, nor does a version that was not in force when the case began. The rule
 * applies to its cases, but the date is only shown, not issued. */
static err_t binds(bool *out, struct step *g, int64_t began_ms)
{
    struct activation now = {0};
    struct date today;
    err_t rc = pack_active(&now, g->db, g->p->pack->id, g->x->arena, g->e);
    bool past =
        programme_is_over(g->p, g->x->today) || (now.id && !str_eq(now.digest, g->p->pack->digest));
    *out =
        !past || (date_parse(&today, g->x->today) &&
                  pack_decides_here(g->db, g->p->pack, today, began_ms, g->x->arena, NULL) == OK);
    return rc;
}

err_t programme_issue(int64_t *deadline, struct step *g, const struct process_step *step,
                      const struct flow_due *due)
{
    struct deed d = programme_deed(g);
    struct deadline issued;
    struct deadline_new n = {.type = STR("case"),
                             .record_id = g->x->c.id,
                             .from = due->from,
                             .title = step->label,
                             .pack = g->p->pack,
                             .rule = pack_deadline(g->p->pack, step->due)};
    struct counting how = {0};
    bool issues = false;
    *deadline = 0;
    /* The officer's day is no rule's. */
    if (step->due.len == 0 || g->p->stand_in || g->x->c.trial)
        return OK;
    err_t rc = programme_begin_time(&n.began_ms, g, g->p->pack);
    if (rc == OK)
        rc = binds(&issues, g, n.began_ms);
    if (rc != OK || !issues)
        return rc;
    rc = programme_counting(&how, g->db, g->p, g->e);
    n.carries = how.carries;
    if (rc == OK && step_day_is_entered(n.rule) && !date_parse(&n.entered, due->day.date))
        rc = err_set(g->e, E_INTERNAL, "no date");
    if (rc == OK && step->role_count)
        rc = flow_unit_of(&n.holder_unit, g->db, &g->x->c, step->roles[0], g->x->today, g->e);
    if (rc == OK)
        rc = deadline_issue(&issued, g->db, &d, g->p->calendar, &n, g->e);
    if (rc == OK)
        *deadline = issued.id;
    return rc;
}

err_t programme_due_over(struct step *g, int64_t deadline)
{
    struct deed d = programme_deed(g);
    return deadline_end(g->db, &d, deadline, g->e);
}
