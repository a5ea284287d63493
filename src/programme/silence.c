/* Silence of a party: told from what its case has, never from where it stands. */
#include "programme/silence.h"
#include "base/msg.h"
#include "programme/programme_priv.h"
#include "programme/service.h"

/* A period of the party's own in which it does this step, with a day on which it is over. */
static bool is_partys_period(const struct process_step *s)
{
    return process_is_partys(s) && process_gives_period(s) && s->due.len && !s->stays;
}

/* The decision is taken only where the party has not done this step. */
static bool is_for_silence(const struct process *p, const struct process_step *decision,
                           const struct process_step *partys)
{
    if (!process_decides(p, decision) || !is_partys_period(partys) || !decision->from_count)
        return false;
    for (size_t i = 0; i < decision->from_count; i++)
        if (!process_opens_in(p, partys, p->states[decision->from[i]].id))
            return false;
    return decision->served_count > 0;
}

/* The day on which the party did its step since its period was given anew; empty: it did not, or took it back. */
static struct str done_on(const struct process *p, const struct flow_done *all, size_t count,
                          const struct process_step *partys)
{
    for (size_t i = count; i > 0; i--) {
        const struct flow_done *d = &all[i - 1];
        if (str_is(d->kind, "recall")) {
            i--; /* with the line that it took back */
            while (i > 0 && !str_is(all[i - 1].kind, "step"))
                i--;
            if (i == 0)
                break;
            continue;
        }
        if (!str_is(d->kind, "step") || str_eq(d->from, d->to))
            continue;
        if (str_eq(d->step, partys->id))
            return d->date;
        if (process_opens_in(p, partys, d->to))
            break; /* the step that gave it */
    }
    return STR_NONE;
}

static err_t done_in_case(struct str *out, struct db *db, const struct flow_call *x,
                          const struct process_step *partys, struct err *e)
{
    const struct flow_done *all;
    size_t count = 0;
    err_t rc = flow_history(&all, &count, db, x->c.id, x->arena, e);
    *out = rc == OK ? done_on(x->process, all, count, partys) : STR_NONE;
    return rc;
}

/* Of the party's steps that are done where the case stands, the one with a period; NULL: none. */
static const struct process_step *period_here(const struct flow_call *x)
{
    for (size_t i = 0; i < x->process->step_count; i++)
        if (is_partys_period(&x->process->steps[i]) &&
            process_opens_in(x->process, &x->process->steps[i], x->c.stage))
            return &x->process->steps[i];
    return NULL;
}

/* The notice came once the day that it gives was over: nobody could do in time what it asks. */
static bool too_late(struct str served, const struct flow_due *due)
{
    return served.len && due->known && str_cmp(served, due->day.date) > 0;
}

static err_t check_silent(struct flow_obstacles *to, struct db *db, struct flow_call *x,
                          struct programme *p, const struct process_step *partys, struct err *e)
{
    struct str done;
    struct flow_due due = {0};
    err_t rc = done_in_case(&done, db, x, partys, e);
    if (rc == OK && done.len)
        flow_obstacle_add_in(to, "taken", partys->id, NULL,
                             N_("\"%s\" was done on %s, and the case was sent back since: it is "
                                "not decided as if nothing had been handed in; give the party a "
                                "new day, or look at what it handed in"),
                             (struct str[]){partys->label, done},
                             (struct str[]){partys->label_en, done}, 2);
    if (rc == OK)
        rc = programme_due(&due, db, x, partys, p, e);
    for (size_t i = 0; rc == OK && i < x->step->served_count; i++) {
        const struct part *paper = part_named(p->pack, PART_PAPERS, x->step->served[i]);
        struct service_notice n = {0};
        if (paper)
            rc = service_notice(&n, db, x, paper, e);
        struct str served = n.served_on;
        if (rc == OK && too_late(served, &due))
            flow_obstacle_add(to, "served", paper->id, NULL,
                              N_("\"%s\" was served on %s, after the last day that it gives (%s): "
                                 "give a new day first"),
                              FLOW_ARGS(part_text(paper, "label"), served, due.day.date));
    }
    return rc;
}

static err_t check_unserved(struct flow_obstacles *to, struct db *db, struct flow_call *x,
                            struct programme *p, struct err *e)
{
    const struct process_step *partys = period_here(x);
    struct flow_due due = {0};
    struct str done = STR_NONE;
    err_t rc = partys ? done_in_case(&done, db, x, partys, e) : OK;
    if (rc == OK && partys)
        rc = programme_due(&due, db, x, partys, p, e);
    for (size_t i = 0; rc == OK && !done.len && i < x->step->unserved_count; i++) {
        const struct part *paper = part_named(p->pack, PART_PAPERS, x->step->unserved[i]);
        struct service_notice n = {0};
        if (paper)
            rc = service_notice(&n, db, x, paper, e);
        struct str served = n.served_on;
        if (rc == OK && served.len && !too_late(served, &due))
            flow_obstacle_add(to, "served", paper->id, NULL,
                              N_("\"%s\" was served on %s: its period runs, and it is not taken "
                                 "back any more"),
                              FLOW_ARGS(part_text(paper, "label"), served));
        if (rc == OK && paper && served.len == 0 && due.known && !due_day_over(due.day, x->today))
            flow_obstacle_add(
                to, "served", paper->id, NULL,
                N_("the last day that \"%s\" gives (%s) is not over: until then it is "
                   "served, and only after it is it taken back"),
                FLOW_ARGS(part_text(paper, "label"), due.day.date));
    }
    return rc;
}

err_t silence_check(struct flow_obstacles *to, struct db *db, struct flow_call *x,
                    struct programme *p, struct err *e)
{
    err_t rc = OK;
    if (!x->step)
        return OK;
    for (size_t i = 0; rc == OK && i < x->process->step_count; i++)
        if (is_for_silence(x->process, x->step, &x->process->steps[i]))
            rc = check_silent(to, db, x, p, &x->process->steps[i], e);
    return rc == OK && x->step->unserved_count ? check_unserved(to, db, x, p, e) : rc;
}

err_t silence_back(struct db *db, struct flow_call *x, const struct flow_done *all, size_t count,
                   struct str stage, struct programme *p, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < x->process->step_count; i++) {
        const struct process_step *s = &x->process->steps[i];
        struct str done = is_partys_period(s) && process_opens_in(x->process, s, stage) &&
                                  !str_eq(stage, x->c.stage)
                              ? done_on(x->process, all, count, s)
                              : STR_NONE;
        struct flow_due due = {0};
        if (!done.len || (rc = programme_due(&due, db, x, s, p, e)) != OK)
            continue;
        if (due.known && due_day_over(due.day, x->today))
            rc = err_set(e, E_CONFLICT,
                         "target: \"%.*s\" was done on %.*s, and its period was over on %.*s: "
                         "decide on what was handed in, or send the case back to the stage before "
                         "that, from which a new day is given",
                         STR_ARG(process_step_name(s)), STR_ARG(done), STR_ARG(due.day.date));
    }
    return rc;
}
