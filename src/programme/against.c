/* Why somebody goes on against a condition. */
#include "programme/against.h"
#include "base/msg.h"
#include "programme/review.h"

/* A step of the process records how people judged it. */
static bool is_judged_later(const struct process *p, struct str criterion)
{
    for (size_t i = 0; i < p->step_count; i++)
        for (size_t k = 0; k < p->steps[i].effect_count; k++) {
            const struct process_effect *f = &p->steps[i].effects[k];
            for (size_t n = 0; str_is(f->object, "judgement") && n < f->value_count; n++)
                if (str_is(f->values[n].name, "criterion") && str_eq(f->values[n].value, criterion))
                    return true;
        }
    return false;
}

static bool stands_open(const struct flow_call *x, const struct criterion_result *r)
{
    return r->applicable && !r->criterion->part && !r->criterion->advisory && r->pass != YES &&
           !is_judged_later(x->process, r->criterion->id);
}

static void say_open(struct flow_obstacles *to, const struct criterion_result *r)
{
    struct str what = r->criterion->citation.quote;
    flow_obstacle_add(to, "against", r->criterion->id, &r->criterion->citation,
                      r->pass == NO ? N_("not met: %s; who goes on says why: against, with \"%s\"")
                                    : N_("not known: %s; who goes on says why: against, with "
                                         "\"%s\""),
                      FLOW_ARGS(what.len ? what : r->criterion->id, r->criterion->id));
}

err_t against_look(struct flow_obstacles *to, struct flow_call *x, struct programme *p,
                   struct err *e)
{
    struct prepared *ready = x->prepared;
    const struct jvalue *said = NULL;
    struct buf b;
    struct jout j;
    err_t rc = OK;
    if (x->looking || x->step->ask_count == 0 || !process_is_offices(x->step) ||
        !programme_is_office(x->by))
        return OK;
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_object(&j);
    rc = review_said(&said, x, p, "against", e);
    for (size_t i = 0; rc == OK && i < x->step->ask_count; i++) {
        const struct pack_verdict *v = NULL;
        struct str wrong;
        rc = programme_verdict(&v, &wrong, x, p, x->step->asks[i], e);
        for (size_t k = 0; rc == OK && v && k < v->result_count; k++) {
            const struct criterion_result *r = &v->results[k];
            struct str id = r->criterion->id;
            struct str why = said ? str_trim(jin_text(said, arena_cstr(x->arena, id))) : STR_NONE;
            if (!stands_open(x, r))
                continue;
            if (why.len)
                jout_pair(&j, arena_cstr(x->arena, id), why);
            else
                say_open(to, r);
        }
    }
    jout_end_object(&j);
    ready->against = buf_str(&b).len > 2 ? arena_dup(x->arena, buf_str(&b)) : STR_NONE;
    buf_clear(&b);
    return rc;
}

void against_note(struct flow_call *x)
{
    const struct prepared *ready = x->prepared;
    if (ready->against.len == 0)
        return;
    jout_name(x->result, "against");
    jout_raw(x->result, ready->against);
}
