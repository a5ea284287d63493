/* Issues the deadline of a step to the holder of the case. */
#include "base/date.h"
#include "case/case.h"
#include "decide/activation.h"
#include "decide/deadline.h"
#include "policy/step_day.h"

/* A draft binds nobody, nor does a version that was not in force when the case began. The rule
 * applies to its cases, but the date is only shown, not issued. */
static err_t binds(bool *out, struct db *db, const struct flow_call *x, const struct programme *p,
                   struct err *e)
{
    struct activation now = {0};
    struct date today;
    int64_t began_ms = 0;
    *out = !x->c.trial;
    err_t rc = *out ? pack_active(&now, db, p->pack->id, x->arena, e) : OK;
    bool past = programme_is_over(p, x->today) || (now.id && !str_eq(now.digest, p->pack->digest));
    if (rc == OK && *out && past && (rc = programme_begin_time(&began_ms, db, x, p->pack, e)) == OK)
        *out = date_parse(&today, x->today) &&
               pack_decides_here(db, p->pack, today, began_ms, x->arena, NULL) == OK;
    return rc;
}

err_t programme_issue(int64_t *deadline, struct db *db, struct flow_call *x,
                      const struct process_step *step, const struct flow_due *due,
                      struct programme *p, struct err *e)
{
    struct step_view g = {.db = db, .x = x, .p = p, .e = e};
    struct deed d = programme_deed(x, p);
    struct deadline issued;
    struct due counted = {0};
    bool known = false;
    struct deadline_new n = {.type = STR("case"),
                             .record_id = x->c.id,
                             .title = step->label,
                             .pack = p->pack,
                             .rule = pack_deadline(p->pack, step->due)};
    struct counting how = {0};
    bool issues = false;
    *deadline = 0;
    if (step->due.len == 0 || p->stand_in) /* the officer's day is no rule's */
        return OK;
    err_t rc = binds(&issues, db, x, p, e);
    if (rc != OK || !issues)
        return rc;
    rc = programme_begin_time(&n.began_ms, db, x, p->pack, e);
    if (rc == OK)
        rc = programme_count_day(&counted, &known, &n.from, &g, step);
    if (rc == OK)
        rc = programme_counting(&how, db, p, e);
    n.carries = how.carries;
    if (rc == OK && step_day_is_entered(n.rule) && !date_parse(&n.entered, due->day.date))
        rc = err_set(e, E_INTERNAL, "no date");
    if (rc == OK && step->role_count)
        rc = flow_unit_of(&n.holder_unit, db, &x->c, step->roles[0], x->today, e);
    if (rc == OK)
        rc = deadline_issue(&issued, db, &d, p->calendar, &n, e);
    if (rc == OK)
        *deadline = issued.id;
    return rc;
}

err_t programme_due_over(struct db *db, struct flow_call *x, int64_t deadline, struct programme *p,
                         struct err *e)
{
    struct deed d = programme_deed(x, p);
    return deadline_end(db, &d, deadline, e);
}
