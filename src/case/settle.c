/* Recipients of notifications about a step; decisions that it rests on. */
#include "case/case.h"
#include "matter/review.h"
#include "record/plan.h"

static err_t reads_it(bool *out, struct step_view *g, int64_t account)
{
    const struct type_plan *cases =
        plan_of(g->p->kernel, record_type_find(g->p->kernel->types, STR("case")));
    const struct labels labels = flow_labels(&g->x->c);
    struct subject reader;
    struct decision seen = {0};
    struct err why = {0};
    err_t rc = subject_load(&reader, g->db, account, g->x->today, clock_now_ms(g->p->kernel->clock),
                            g->x->arena, &why);
    if (rc == OK)
        rc = access_decide(&seen, g->db, &reader, &cases->policy, ACCESS_READ, STR_NONE, &labels,
                           g->x->arena, &why);
    *out = rc == OK && seen.allowed;
    if (rc == OK || rc == E_NOTFOUND || rc == E_DENIED) /* he is not there, or not active */
        return OK;
    if (g->e)
        *g->e = why;
    return rc;
}

err_t programme_reads(bool *out, struct db *db, struct flow_call *x, int64_t account, int64_t unit,
                      struct programme *p, struct err *e)
{
    struct ids all = {0};
    err_t rc = OK;
    *out = false;
    if (account)
        return reads_it(out, &(struct step_view){NULL, db, x, p, e}, account);
    rc = db_ids(&all, db,
                "SELECT id FROM account WHERE owner_unit = ?1 AND state = 'active' ORDER BY id",
                VALUES(v_i64(unit)), x->arena, e);
    for (size_t i = 0; rc == OK && !*out && i < all.len; i++)
        rc = reads_it(out, &(struct step_view){NULL, db, x, p, e}, all.ptr[i]);
    return rc;
}

/* Stores the decision of the step with the case; nothing is decided under a draft. Notifies the holder of a case that
 * is urged. */
err_t programme_settled(struct db *db, struct flow_call *x, struct programme *p, struct err *e)
{
    struct prepared *ready = x->prepared;
    struct deed d = programme_deed(x, p);
    err_t rc = OK;
    if (p->stand_in)
        return OK;
    if (!x->step) {
        struct told holder = told_by(x, p);
        return programme_notify_step(&holder, db, &x->c, STR_NONE, "case_urged",
                                     told_words(x, x->c.stage_label), e);
    }
    for (size_t i = 0; rc == OK && !x->c.trial && ready && i < ready->decisions.len; i++)
        rc = decision_put(&ready->decisions.ptr[i], db, &d, p->pack, e);
    if (rc == OK)
        rc = review_keep(db, x, e);
    return rc == OK ? programme_papers_settle(db, x, p, e) : rc;
}
