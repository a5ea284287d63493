/* Checks of every process: stage, actor, clock, day, periods of others, reason and basis, opinions. */
#include "base/msg.h"
#include "case/case.h"
#include "text/unicode.h"
#include <assert.h>

/* --- the guards of every step ---------------------------------------------------------------- */

/* The stages in which the step can be taken. */
static struct str stages_of(const struct flow_call *x, bool english)
{
    struct buf b = {0};
    for (size_t i = 0; i < x->step->from_count; i++) {
        const struct process_state *s = &x->process->states[x->step->from[i]];
        buf_addf(&b, "%s%.*s",
                 i == 0    ? ""
                 : english ? ", "
                           : "、",
                 STR_ARG(english ? s->label_en : s->label));
    }
    return buf_take(&b, x->arena);
}

/* An end that a step beside the way names keeps that step open: a crime is referred after the revocation too. */
static bool is_here(const struct flow_call *x)
{
    return process_opens_in(x->process, x->step, x->c.stage) && (x->c.open || x->step->stays);
}

/* For a step already taken, says by whom and when, except for a side step, which can be taken
 * repeatedly. */
err_t check_stage(struct step *g)
{
    struct done_by by = {0};
    if (is_here(g->x))
        return OK;
    err_t rc = g->x->looking || g->x->step->stays ? OK : flow_find_done(&by, g, g->x->step);
    struct str label = g->x->step->label, label_en = g->x->step->label_en,
               stage = g->x->c.stage_label;
    struct str stage_en = flow_stage_label_en(g->x->process, g->x->c.stage);
    if (rc == OK && by.found)
        obstacle_add_in(g->to, WHY_DONE_ALREADY, g->x->c.stage, &g->x->step->citation,
                        (struct str[]){label, by.name, by.at, stage},
                        (struct str[]){label_en, by.name, by.at, stage_en}, 4);
    else if (rc == OK && !g->x->c.open)
        obstacle_add_in(g->to, WHY_CASE_CLOSED, g->x->c.stage, NULL,
                        (struct str[]){g->x->c.closed_on, stage},
                        (struct str[]){g->x->c.closed_on, stage_en}, 2);
    else if (rc == OK)
        obstacle_add_in(g->to, WHY_OTHER_STAGE, g->x->c.stage, &g->x->step->citation,
                        (struct str[]){label, stages_of(g->x, false), stage},
                        (struct str[]){label_en, stages_of(g->x, true), stage_en}, 3);
    return rc;
}

struct str flow_role_words(enum lang lang, const struct str *roles, size_t count, struct arena *a)
{
    struct buf b = {0};
    for (size_t i = 0; i < count; i++) {
        const struct role *r = role_find(roles[i]);
        struct str label = !r ? roles[i] : lang == LANG_EN ? r->label_en : r->label_zh;
        buf_addf(&b, "%s%.*s", i == 0 ? "" : lang == LANG_EN ? ", " : "、", STR_ARG(label));
    }
    return buf_take(&b, a);
}

/* True if an officer of the province enters an objection that came by letter, with the statements required from
 * the public (own rule, 文件未规定). While a step is only looked at, they may be missing. */
static bool is_by_letter(const struct flow_call *x)
{
    const struct jvalue *records = x->arguments ? jin_get(x->arguments, "records") : NULL;
    bool said = x->looking;
    for (size_t i = 0; records && records->type == J_OBJECT && i < records->count; i++)
        said |= str_trim(jin_text(&records->items[i], "ground")).len &&
                str_trim(jin_text(&records->items[i], "content")).len;
    return said && subject_has_role(x->by, "province_officer");
}

/* The public is who is not signed in. */
static bool is_for_public(const struct flow_call *x)
{
    return str_is(x->step->actor, "public") && x->by->account && !is_by_letter(x);
}

err_t check_actor(struct step *g)
{
    struct decision d = {0};
    if (subject_is_program(g->x->by))
        return OK;
    err_t rc = flow_allows(&d, g->db, g->x->by, &g->x->c, g->x->step->roles, g->x->step->role_count,
                           g->x->step->id, g->x->arena, g->e);
    g->x->as = d.grant;
    if (rc == OK && !d.allowed)
        obstacle_add_in(g->to, WHY_FOR_OTHERS, g->x->step->actor, &g->x->step->citation,
                        (struct str[]){flow_role_words(LANG_ZH, g->x->step->roles,
                                                       g->x->step->role_count, g->x->arena)},
                        (struct str[]){flow_role_words(LANG_EN, g->x->step->roles,
                                                       g->x->step->role_count, g->x->arena)},
                        1);
    else if (rc == OK && is_for_public(g->x))
        obstacle_add_in(g->to, WHY_FOR_PUBLIC, g->x->step->actor, &g->x->step->citation,
                        &g->x->step->label, &g->x->step->label_en, 1);
    return rc;
}

static void say_time(struct flow_obstacles *to, struct flow_call *x)
{
    const struct process_step *s = x->step;
    const struct due_day due = x->due;
    switch (process_time(s, x->today, due)) {
    case PROCESS_NO_DAY:
        obstacle_add(to, WHY_PERIOD_WITHOUT_DAY, s->due, &s->citation, NULL, 0);
        return;
    case PROCESS_PROVISIONAL:
        obstacle_add(to, WHY_PERIOD_PROVISIONAL, s->due, &s->citation,
                     FLOW_ARGS(((struct str){due.count_by.ptr, 4}), due.date));
        return;
    case PROCESS_EARLY:
        obstacle_add_in(to, WHY_PERIOD_RUNS, s->due, &s->citation,
                        (struct str[]){due_day_text(due, LANG_ZH, x->arena)},
                        (struct str[]){due_day_text(due, LANG_EN, x->arena)}, 1);
        return;
    case PROCESS_LATE:
        x->late = true;
        obstacle_add(to, WHY_TOO_LATE, s->due, &s->citation, FLOW_ARGS(due.date));
        return;
    case PROCESS_OVERDUE:
        x->late = true;
        return;
    case PROCESS_IN_TIME:
        return;
    }
}

/* The timer of the step; NULL: it has none. The timers of the case are read once. */
static err_t find_timer(const struct flow_timer **out, struct step *g, const struct process_step *s)
{
    struct flow_call *x = g->x;
    err_t rc = OK;
    if (!x->timed)
        rc = flow_timers(&x->timers, &x->timer_count, g->db, x->c.id, x->arena, g->e);
    x->timed = rc == OK;
    *out = rc == OK ? FIND_BY(x->timers, x->timer_count, step, s->id) : NULL;
    return rc;
}

err_t check_day(struct step *g)
{
    const struct flow_timer *own;
    if (g->x->step->due.len == 0)
        return OK;
    err_t rc = find_timer(&own, g, g->x->step);
    g->x->due = own ? own->due : (struct due_day){0};
    g->x->late = false;
    if (rc == OK && is_here(g->x)) /* elsewhere its day is not what stands against it */
        say_time(g->to, g->x);
    return rc;
}

/* A right is not decided while somebody's period runs: whatever the document says of the decision, it does
 * not say that, so it stands under none of its clauses. */
static void say_waits(struct flow_obstacles *to, const struct flow_call *x,
                      const struct process_step *period, const struct flow_timer *t)
{
    struct due_day last = t ? t->due : (struct due_day){0};
    struct str zh[] = {period->label, due_day_text(last, LANG_ZH, x->arena)};
    struct str en[] = {period->label_en, due_day_text(last, LANG_EN, x->arena)};
    if (t)
        obstacle_add_in(to, WHY_PERIOD_OF_OTHERS, period->id, NULL, zh, en, 2);
    else
        obstacle_add_in(to, WHY_PERIOD_OF_OTHERS_UNKNOWN, period->id, NULL, zh, en, 1);
}

err_t check_waits(struct step *g)
{
    size_t state = process_state_at(g->x->process, g->x->c.stage);
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < g->x->step->wait_count; i++) {
        const struct process_step *period = &g->x->process->steps[g->x->step->waits[i]];
        const struct flow_timer *own;
        bool not_its = false;
        if (!process_waits(g->x->process, g->x->step, period, state))
            continue;
        if ((rc = find_timer(&own, g, period)) == OK)
            rc = programme_is_inapplicable(&not_its, g, period);
        if (rc == OK && !not_its && !(own && due_day_over(own->due, g->x->today)))
            say_waits(g->to, g->x, period, own);
    }
    return rc;
}

void flow_check_words(struct flow_obstacles *to, const struct flow_call *x)
{
    bool asked = process_asks_reason(x->step, x->today, x->due) && !unicode_says(x->reason);
    if (asked && x->step->reason)
        obstacle_add(to, WHY_REASON, STR("reason"), &x->step->citation, NULL, 0);
    else if (asked)
        obstacle_add(to, WHY_REASON_EARLY, STR("reason"), &x->step->citation,
                     FLOW_ARGS(x->due.date));
    if (process_needs_basis(x->step) && !unicode_says(x->basis) && !subject_is_program(x->by))
        obstacle_add(to, WHY_BASIS, STR("basis"), NULL, FLOW_ARGS(x->step->own));
}

/* In a two-person step the proposer gives the reason and the second person adopts it. */
err_t check_words(struct step *g)
{
    if (!g->x->looking && (!g->x->step->two_persons || subject_is_program(g->x->by)))
        flow_check_words(g->to, g->x);
    return OK;
}

#define OPINIONS_NAMED_MAX 10

err_t check_opinions(struct step *g)
{
    struct str of = STR_NONE;
    size_t waiting = 0;
    if (g->x->step->stays)
        return OK;
    err_t rc = OK;
    EACH_ROW(st, rc, g->e, g->db,
             "SELECT coalesce(u.name, a.display_name) FROM flow_opinion o JOIN"
             " assignment g ON g.id = o.assignment LEFT JOIN unit u ON u.id = g.unit"
             " LEFT JOIN account a ON a.id = g.account WHERE o.case_id = ?1 AND"
             " o.state = 'asked' AND o.stage = ?2 ORDER BY g.id",
             VALUES(v_i64(g->x->c.id), v_str(g->x->c.stage))) {
        struct str one = stmt_str(st, 0);
        if (waiting++ < OPINIONS_NAMED_MAX)
            of = arena_printf(g->x->arena, "%.*s%s%.*s", STR_ARG(of), of.len ? "、" : "",
                              STR_ARG(one));
    }
    if (rc == OK && waiting)
        obstacle_add(g->to, WHY_OPINIONS_AWAITED, STR_NONE, NULL,
                     FLOW_ARGS(arena_printf(g->x->arena, "%zu", waiting), of,
                               waiting > OPINIONS_NAMED_MAX ? STR("…") : STR_NONE));
    return rc;
}

/* While the clock is in doubt offices decide nothing; what parties and the public hand in is taken. */
err_t check_clock(struct step *g)
{
    if (!subject_is_program(g->x->by) && clock_is_doubted(g->p->kernel->clock))
        obstacle_pass(g->to, WHY_CLOCK, NULL, clock_in_doubt);
    return OK;
}

err_t flow_obstacle_error(struct flow_taken *out, const struct flow_obstacles *o, struct err *e)
{
    const struct flow_obstacle *first = &o->ptr[0];
    err_t rc = E_INVALID;
    out->obstacles = o->ptr;
    out->obstacle_count = o->len;
    for (size_t i = 0; i < o->len; i++)
        if (strcmp(o->ptr[i].code, "actor") == 0) {
            first = &o->ptr[i];
            rc = E_DENIED;
        }
    struct str said = msg_lang() == LANG_ZH ? first->zh : first->en;
    if (first->clause.len)
        return err_set(e, rc, "%.*s (%.*s)", STR_ARG(said), STR_ARG(first->clause));
    return err_set(e, rc, "%.*s", STR_ARG(said));
}
