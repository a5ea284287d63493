/* Opening cases and taking their steps. */
#include "access/two_person.h"
#include "base/buf.h"
#include "base/msg.h"
#include "case/case.h"
#include <assert.h>

/* --- into a state without a step ------------------------------------------------------------------ */

err_t flow_enter(struct step *g, struct flow_line *line, const struct process_state *to)
{
    line->from = g->x->c.stage;
    line->to = g->x->c.stage = to->id;
    g->x->c.stage_label = to->label;
    g->x->c.stage_on = g->x->today;
    g->x->c.open = !to->end;
    g->x->c.closed_on = to->end ? g->x->today : STR_NONE;
    err_t rc = flow_put(g, line);
    if (rc == OK)
        rc = flow_end_undone(g, line->from);
    if (rc == OK)
        rc = flow_set_holder(g);
    return rc == OK ? flow_timers_set(g) : rc;
}

err_t flow_end(struct step *g, const struct process_state *as, const struct citation *from)
{
    struct flow_line line = {.kind = "end", .label = as->label, .citation = from};
    return flow_enter(g, &line, as);
}

/* --- the step ------------------------------------------------------------------------------------------ */

enum how {
    TAKE,
    REHEARSE, /* nothing of it is kept */
    ASK       /* … and it is only asked what else its records lack */
};

struct taking {
    struct step step;
    struct flow_taken *out;
    int64_t version; /* that was looked at */
    struct flow_call
        as_asked; /* a store step may run again, and what a run leaves in *x is not asked */
};

static void move(struct flow_call *x)
{
    const struct process_step *s = x->step;
    x->c.unseen = flow_unseen_after(x);
    if (s->stays)
        return;
    const struct process_state *to = &x->process->states[s->to];
    if (s->stream.len)
        x->c.stream = s->stream;
    if (!str_eq(x->c.stage, to->id))
        x->c.stage_on = x->today;
    x->c.stage = to->id;
    x->c.stage_label = to->label;
    if (to->end) {
        x->c.open = false;
        x->c.closed_on = x->today;
    }
}

static err_t run_effects(struct step *g)
{
    const struct process_step *s = g->x->step;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && g->to->len == 0 && i < s->effect_count; i++)
        rc = programme_effect(g, &s->effects[i]);
    return rc;
}

/* An input of the request is missing or invalid. */
static bool is_input(const struct flow_obstacle *o)
{
    return obstacle_is_words(o) ||
           (strcmp(o->code, "object") == 0 &&
            (str_starts(o->subject, STR("/papers/")) || str_starts(o->subject, STR("records."))));
}

/* Skips a record's field that follows from a missing member of the body. */
static bool follows_from_step(const struct process_effect *f, struct str subject)
{
    struct str start = {subject.ptr, STR("records.").len + f->object.len + 1};
    return start.len < subject.len &&
           process_writes(f, (struct str){subject.ptr + start.len, subject.len - start.len}).len;
}

/* Runs each effect separately, despite obstacles before it, to find what its record lacks. */
static err_t ask_effects(struct step *g)
{
    const struct process_step *s = g->x->step;
    struct step one = *g;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < s->effect_count; i++) {
        const struct process_effect *f = &s->effects[i];
        struct flow_obstacles own = {.arena = g->to->arena};
        if (f->kind != EFFECT_RECORD && f->kind != EFFECT_CHANGE)
            continue;
        one.to = &own;
        rc = programme_effect(&one, f);
        for (size_t k = 0; k < own.len; k++)
            if (str_starts(own.ptr[k].subject, STR("records.")) &&
                !follows_from_step(f, own.ptr[k].subject))
                VEC_PUSH(g->to->arena, g->to, own.ptr[k]);
    }
    return rc;
}

/* The effects, the stage and the history: one version of the case. */
static err_t settle(struct step *g, struct buf *b, struct str from)
{
    struct flow_call *x = g->x;
    if (x->late)
        jout_pair(x->result, "due", x->due.date); /* the day that was missed */
    jout_end_object(x->result);
    const struct flow_line line = {.kind = "step",
                                   .step = x->step->id,
                                   .label = x->step->label,
                                   .from = from,
                                   .to = x->c.stage,
                                   .arguments = flow_public_arguments(x),
                                   .result = buf_str(b).len > 2 ? buf_str(b) : STR_NONE,
                                   .citation = &x->step->citation};
    err_t rc = flow_put(g, &line);
    if (rc == OK && !x->step->stays)
        rc = flow_end_undone(g, from);
    if (rc == OK)
        rc = x->step->stays ? flow_update_holder(g) : flow_set_holder(g);
    if (rc == OK)
        rc = flow_timers_set(g);
    return rc == OK ? programme_settled(g) : rc;
}

static err_t take_all(struct taking *t, enum how how)
{
    struct step *g = &t->step;
    struct flow_call *x = g->x;
    struct jout j;
    struct str from = x->c.stage;
    jout_open(&j);
    x->result = &j;
    if (x->joint_count) {
        jout_name(&j, "cases");
        flow_joint_json(&j, x);
    }
    programme_note(g);
    err_t rc = how == ASK ? ask_effects(g) : run_effects(g);
    if (rc == OK && how == ASK) {
        rc = err_set(g->e, E_INVALID, "refused");
    } else if (rc == OK && g->to->len == 0) {
        move(x);
        rc = settle(g, j.to, from);
        flow_result(t->out, x, j.to);
    }
    buf_clear(j.to);
    if (rc == OK && g->to->len)
        rc = err_set(g->e, E_INVALID, "refused"); /* the step is undone; flow_take says why */
    return rc;
}

/* For one case. */
static err_t take_one(struct taking *t, enum how how)
{
    struct step *g = &t->step;
    struct flow_call *x = g->x;
    bool go = true;
    *t->out = (struct flow_taken){0};
    err_t rc = flow_case_read(&x->c, g->db, x->c.id, x->arena, g->e);
    if (rc == OK && x->c.version != t->version)
        rc = flow_conflict_error(g);
    if (rc == OK && how == ASK)
        return take_all(t, how);
    if (rc == OK)
        rc = checks_ask(g, CHECKS_STORE);
    if (rc == OK && g->to->len == 0 && how == TAKE && flow_takes_two(x))
        rc = flow_confirm_or_propose(&go, t->out, g);
    if (rc != OK)
        return rc;
    if (g->to->len)
        return err_set(g->e, E_INVALID, "refused");
    if (go)
        return take_all(t, how);
    int64_t proposal = t->out->proposal;
    flow_result(t->out, x, NULL);
    t->out->proposal = proposal;
    return OK;
}

/* One case, or several at once: all of them, or none. */
struct together {
    struct taking *cases;
    size_t count;
    enum how how;
    bool passed; /* they would be taken */
};

/* A sentence on one of several cases says of which. */
static void name_case(struct flow_obstacles *to, size_t from, const struct flow_call *x)
{
    for (size_t i = from; x->joint_count && i < to->len; i++) {
        struct flow_obstacle *o = &to->ptr[i];
        o->zh = arena_printf(to->arena, "%.*s：%.*s", STR_ARG(x->c.number), STR_ARG(o->zh));
        o->en = arena_printf(to->arena, "%.*s: %.*s", STR_ARG(x->c.number), STR_ARG(o->en));
        o->case_number = x->c.number;
    }
}

static err_t take_step(struct db *db, void *arg, struct err *e)
{
    struct together *all = arg;
    struct flow_obstacles *to = all->cases[0].step.to;
    size_t proposed = 0;
    err_t rc = OK;
    to->len = 0;
    for (size_t i = 0; i < all->count; i++)
        *all->cases[i].step.x = all->cases[i].as_asked;
    for (size_t i = 0; rc == OK && i < all->count; i++) {
        struct taking *one = &all->cases[i];
        one->step.db = db;
        one->step.e = e;
        rc = take_one(one, all->how);
        name_case(to, 0, one->step.x);
        proposed += one->out->proposal != 0;
    }
    if (rc == OK && proposed && proposed < all->count) {
        obstacle_add(to, WHY_PROPOSED_OF_SOME, STR("cases"), NULL, NULL, 0);
        return err_set(e, E_INVALID, "refused");
    }
    all->passed = rc == OK;
    return rc == OK && all->how == REHEARSE ? err_set(e, E_INVALID, "refused") : rc; /* undone */
}

/* Takes the step and undoes it. OK: it would be taken, or what else it lacks was asked. */
static err_t try_out(struct together *all, enum how how, struct err *e)
{
    struct err why = {0};
    all->how = how;
    err_t rc = store_write(all->cases[0].step.p->kernel->store, take_step, all, &why);
    all->how = TAKE;
    for (size_t i = 0; i < all->count; i++)
        *all->cases[i].step.x = all->cases[i].as_asked;
    if (how == ASK ? rc == E_INVALID || rc == E_CONFLICT : all->passed)
        return OK;
    return err_pass(e, rc, &why);
}

/* The proposer gets the errors of the step at once, instead of the second person days later. */
static err_t rehearse(struct together *all, struct err *e)
{
    struct proposal p;
    err_t rc = flow_proposed(&p, &all->cases[0].step);
    return rc != OK || p.id ? rc : try_out(all, REHEARSE, e);
}

/* If only members of the body are missing, also reports what the step's records lack. In a joint
 * step the first case reports it for all. */
static err_t ask_rest(struct flow_obstacles *to, struct together *all, struct err *e)
{
    struct together one = {.cases = all->cases, .count = 1};
    struct flow_obstacles rest = {.arena = to->arena};
    for (size_t i = 0; i < to->len; i++)
        if (!is_input(&to->ptr[i]))
            return OK;
    one.cases->step.to = &rest;
    err_t rc = try_out(&one, ASK, e);
    one.cases->step.to = to;
    for (size_t i = 0; i < rest.len; i++)
        if (!FIND_BY(to->ptr, to->len, subject, rest.ptr[i].subject))
            VEC_PUSH(to->arena, to, rest.ptr[i]);
    return rc;
}

/* Collects the obstacles outside of the store step. */
static err_t look_first(struct step *one)
{
    struct flow_obstacles found = {.arena = one->to->arena}, lapsed = found;
    struct step own = *one, *g = &own;
    g->to = &found;
    g->x->looking = false;
    err_t rc = checks_ask(g, CHECKS_LOOK);
    if (rc == OK && flow_takes_two(g->x) && !checks_turn_away(&found, g->x))
        rc = flow_check_lapsed(&(struct step){&lapsed, NULL, g->x, g->p, g->e}, &found);
    if (lapsed.len)
        found = lapsed;
    if (rc == OK && found.len)
        rc = programme_name_missing(g);
    name_case(&found, 0, g->x);
    for (size_t i = 0; i < found.len; i++)
        VEC_PUSH(one->to->arena, one->to, found.ptr[i]);
    return rc;
}

static err_t take_several(struct flow_taken *out, struct flow_call *xs, size_t count,
                          struct programme *p, struct err *e)
{
    struct flow_obstacles o = {.arena = xs->arena};
    struct together all = {arena_array(xs->arena, count, sizeof(*all.cases)), count, TAKE, false};
    err_t rc = OK;
    for (size_t i = 0; i < count; i++) {
        out[i] = (struct flow_taken){0};
        all.cases[i] = (struct taking){.step = {.to = &o, .x = &xs[i], .p = p, .e = e},
                                       .out = &out[i],
                                       .version = xs[i].c.version};
    }
    for (size_t i = 0; rc == OK && i < count; i++) {
        rc = look_first(&all.cases[i].step);
        all.cases[i].as_asked = xs[i];
    }
    if (rc != OK)
        return rc;
    if (o.len) {
        rc = ask_rest(&o, &all, e);
        return rc == OK ? flow_obstacle_error(out, &o, e) : rc;
    }
    if (flow_takes_two(xs))
        rc = rehearse(&all, e);
    if (rc == OK)
        rc = store_write(p->kernel->store, take_step, &all, e);
    if (rc != OK && o.len) {
        rc = programme_name_missing(&(struct step){&o, NULL, xs, p, e});
        return rc == OK ? flow_obstacle_error(out, &o, e) : rc;
    }
    return rc;
}

err_t flow_take(struct flow_taken *out, struct step *g)
{
    g->x->joint_count = 0;
    return take_several(out, g->x, 1, g->p, g->e);
}

err_t flow_take_joint(struct flow_taken *out, struct flow_call *xs, size_t count,
                      struct programme *p, struct err *e)
{
    assert(count > 0 && count <= FLOW_JOINT_MAX);
    for (size_t i = 0; i < count; i++) {
        xs[i].joint = xs;
        xs[i].joint_count = count;
    }
    return take_several(out, xs, count, p, e);
}
