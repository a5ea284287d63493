/* Two persons: what one proposes, another confirms; and what a step keeps of what was said. */
#include "access/account.h"
#include "access/two_person.h"
#include "base/msg.h"
#include "case/case.h"

static err_t propose(struct flow_taken *out, struct step *g)
{
    struct str asked = flow_asked_text(g->x);
    int64_t now_ms = clock_now_ms(g->p->kernel->clock);
    const struct grant *as = g->x->as;
    struct flow_line line = {.kind = "propose",
                             .step = g->x->step->id,
                             .label = g->x->step->label,
                             .from = g->x->c.stage,
                             .to = g->x->c.stage,
                             .arguments = flow_arguments_text(g->x),
                             .citation = &g->x->step->citation};
    struct str digest = STR_NONE;
    err_t rc = flow_put(g, &line); /* the proposal is bound to this version */
    if (rc == OK)
        rc = flow_proposal_digest(&digest, g, asked, g->x->reason);
    struct proposal p = {.action = g->x->step->id,
                         .type = STR("case"),
                         .record_id = g->x->c.id,
                         .arguments = asked,
                         .digest = digest,
                         .reason = g->x->reason,
                         .proposed_by = g->x->by->account,
                         .proposed_for = grant_lender(as),
                         .unit = g->x->by->unit,
                         .role = as ? as->role->name : STR_NONE,
                         .proposed_ms = now_ms,
                         .expires_ms = now_ms + PROPOSAL_LIFE_MS};
    if (rc == OK)
        rc = proposal_make(&p, g->db, g->e);
    out->proposal = p.id;
    return rc;
}

static bool says_nothing(const struct flow_call *x)
{
    return (!x->arguments || x->arguments->count == 0) && x->basis.len == 0;
}

/* Does this request ask for what is proposed, for the same reason? With nothing said it does. */
static bool asks_the_same(const struct flow_call *x, const struct proposal *p)
{
    if (x->reason.len && !str_eq(x->reason, p->reason))
        return false;
    return says_nothing(x) || str_eq(flow_asked_text(x), p->arguments);
}

/* A joint proposal is no decision on one of its cases. A joint step of one case is the case's own. */
static void check_together(struct flow_obstacles *to, const struct flow_call *x,
                           const struct jvalue *asked)
{
    const struct jvalue *cases = jin_get(asked, "cases");
    size_t count = cases && cases->count ? cases->count : 1, same = count == 1;
    for (size_t i = 0; count > 1 && i < count; i++)
        for (size_t k = 0; k < x->joint_count; k++)
            same += str_eq(cases->items[i].text, x->joint[k].c.number);
    if (same != count || count != (x->joint_count ? x->joint_count : 1))
        obstacle_add(to, WHY_PROPOSED_TOGETHER, STR("cases"), &x->step->citation,
                     FLOW_ARGS(arena_printf(x->arena, "%zu", count)));
}

static err_t take_over(struct step *g, const struct proposal *p)
{
    const struct jvalue *asked;
    err_t rc = jin_parse(&asked, p->arguments, g->x->arena, g->e);
    if (rc != OK)
        return rc;
    check_together(g->to, g->x, asked);
    const struct jvalue *arguments = jin_get(asked, "arguments");
    g->x->arguments = arguments && arguments->type == J_OBJECT ? arguments : NULL;
    g->x->basis = jin_text(asked, "basis");
    g->x->reason = p->reason;
    return OK;
}

/* Somebody proposed the step with other words: who and when, and what can be done. */
static err_t add_other(struct step *g, const struct proposal *p)
{
    const struct flow_call *x = g->x;
    struct str name;
    err_t rc = account_display_name(&name, g->db, p->proposed_by, x->arena, g->e);
    if (rc == OK)
        obstacle_add(g->to, WHY_PROPOSED_OTHERWISE, STR_NONE, &x->step->citation,
                     FLOW_ARGS(name, business_time(p->proposed_ms, x->arena)));
    return rc;
}

/* Another than who proposed it confirms what has lapsed (`over`, or before): he makes no new proposal. */
static err_t add_lapsed(struct step *g, const struct proposal *over)
{
    const struct flow_call *x = g->x;
    const char *why = NULL;
    const struct proposal asked = {.type = STR("case"),
                                   .record_id = x->c.id,
                                   .action = x->step->id,
                                   .arguments = says_nothing(x) ? STR_NONE : flow_asked_text(x),
                                   .reason = x->reason};
    err_t rc = proposal_lapsed(&why, g->db, &asked, x->by, clock_now_ms(g->p->kernel->clock), g->e);
    if (rc == OK && !why && over && over->proposed_by != x->by->account && says_nothing(x) &&
        x->reason.len == 0)
        why = proposal_outrun;
    if (rc == OK && why)
        obstacle_pass(g->to, WHY_SECOND, &x->step->citation, why);
    return rc;
}

err_t flow_check_lapsed(struct step *g, struct flow_obstacles *words)
{
    struct proposal open;
    int64_t over;
    err_t rc = step_reader(g);
    if (rc == OK)
        rc = flow_standing_proposal(&open, &over, g);
    if (rc == OK && !open.id)
        rc = add_lapsed(g, over ? &open : NULL);
    if (rc == OK && !open.id && g->to->len == 0)
        flow_check_words(words, g->x);
    step_reader_end(g);
    return rc;
}

/* The open proposal, where this request can confirm it; *go: take the step now. */
err_t flow_confirm_or_propose(bool *go, struct flow_taken *out, struct step *g)
{
    struct flow_obstacles *to = g->to;
    int64_t now_ms = clock_now_ms(g->p->kernel->clock);
    struct proposal p;
    int64_t over;
    *go = false;
    err_t rc = flow_standing_proposal(&p, &over, g);
    if (rc == OK && !p.id)
        rc = add_lapsed(g, over ? &p : NULL);
    if (rc == OK && over)
        rc = proposal_close(g->db, over, PROPOSAL_EXPIRED, 0, now_ms, STR_NONE, g->e);
    if (rc != OK || to->len)
        return rc;
    if (!p.id) {
        flow_check_words(to, g->x);
        return to->len ? OK : propose(out, g);
    }
    if (!proposal_may_confirm(&p, g->x->by, g->x->as)) {
        obstacle_pass(to, WHY_SECOND, &g->x->step->citation, proposal_not_by(&p, g->x->by));
        return OK;
    }
    if (!asks_the_same(g->x, &p))
        return add_other(g, &p);
    rc = take_over(g, &p);
    if (rc == OK && to->len == 0)
        rc = proposal_close(g->db, p.id, PROPOSAL_CONFIRMED, g->x->by->account, now_ms,
                            g->x->reason, g->e);
    *go = rc == OK && to->len == 0;
    return rc;
}

/* --- taken back ---------------------------------------------------------------------------- */

struct unproposing {
    struct flow_taken *out;
    struct step step;
};

static err_t unpropose_step(struct db *db, void *arg, struct err *e)
{
    struct unproposing *u = arg;
    struct step *g = &u->step;
    struct flow_call *x = g->x;
    struct proposal p;
    struct decision d = {0};
    g->db = db;
    g->e = e;
    err_t rc = flow_case_read(&x->c, db, x->c.id, x->arena, e);
    if (rc == OK)
        rc = flow_allows(&d, db, x->by, &x->c, x->step->roles, x->step->role_count, x->step->id,
                         x->arena, e);
    if (rc == OK && !d.allowed)
        rc = err_set(e, E_DENIED, "\"%.*s\" is for others to do, and so is refusing it",
                     STR_ARG(process_step_name(x->step)));
    if (rc == OK)
        rc = proposal_find(&p, db, STR("case"), x->c.id, x->step->id, x->arena, e);
    if (rc == OK && p.id == 0)
        rc = err_set(e, E_NOTFOUND, "no proposal of \"%.*s\" waits in the case %.*s",
                     STR_ARG(process_step_name(x->step)), STR_ARG(x->c.number));
    if (rc != OK)
        return rc;
    x->as = d.grant;
    bool own = p.proposed_by == x->by->account;
    const struct flow_line line = {.kind = own ? "withdraw" : "refuse",
                                   .step = x->step->id,
                                   .label = x->step->label,
                                   .from = x->c.stage,
                                   .to = x->c.stage,
                                   .citation = &x->step->citation};
    rc = proposal_close(db, p.id, own ? PROPOSAL_WITHDRAWN : PROPOSAL_REFUSED, x->by->account,
                        clock_now_ms(g->p->kernel->clock), x->reason, e);
    if (rc == OK)
        rc = flow_put(g, &line);
    if (rc == OK)
        flow_result(u->out, x, NULL);
    return rc;
}

err_t flow_unpropose(struct flow_taken *out, struct step *g)
{
    struct unproposing u = {out, *g};
    *out = (struct flow_taken){0};
    return store_write(g->p->kernel->store, unpropose_step, &u, g->e);
}
