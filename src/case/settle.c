/* Recipients of notifications about a step; decisions that it rests on. */
#include "case/case.h"
#include "matter/review.h"
#include "record/plan.h"

static err_t reads_it(bool *out, struct step *g, int64_t account)
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

err_t programme_reads(bool *out, struct step *g, int64_t account, int64_t unit)
{
    struct ids all = {0};
    err_t rc = OK;
    *out = false;
    if (account)
        return reads_it(out, g, account);
    rc = db_ids(&all, g->db,
                "SELECT id FROM account WHERE owner_unit = ?1 AND state = 'active' ORDER BY id",
                VALUES(v_i64(unit)), g->x->arena, g->e);
    for (size_t i = 0; rc == OK && !*out && i < all.len; i++)
        rc = reads_it(out, g, all.ptr[i]);
    return rc;
}

/* Stores the decision of the step with the case; nothing is decided under a draft. Notifies the holder of a case that
 * is urged. */
err_t programme_settled(struct step *g)
{
    struct prepared *ready = g->x->prepared;
    struct deed d = programme_deed(g);
    err_t rc = OK;
    if (g->p->stand_in)
        return OK;
    if (!g->x->step) {
        struct told holder = told_by(g);
        return programme_notify_step(&holder, &g->x->c, STR_NONE, "case_urged",
                                     told_words(g->x, g->x->c.stage_label));
    }
    for (size_t i = 0; rc == OK && !g->x->c.trial && ready && i < ready->decisions.len; i++)
        rc = decision_put(&ready->decisions.ptr[i], g->db, &d, g->p->pack, g->e);
    if (rc == OK)
        rc = review_keep(g);
    return rc == OK ? programme_papers_settle(g) : rc;
}
