/* Parties taken over from an earlier policy. */
#include "base/msg.h"
#include "matter/matter.h"

#define CENTRE_TYPE "centre"

/* "recognition.date": from where the register has the day on which he entered it; empty: it is another step. */
static struct str taken_from(const struct process_step *s)
{
    for (size_t i = 0; s && i < s->effect_count; i++) {
        const struct process_effect *f = &s->effects[i];
        for (size_t k = 0; f->kind == EFFECT_RECORD && k < f->value_count; k++)
            if (str_is(f->object, CENTRE_TYPE) && str_is(f->values[k].name, "entered"))
                return process_value_of(&f->values[k]);
    }
    return STR_NONE;
}

static void say_missing(struct flow_obstacles *to, const struct programme *p,
                        const struct record_type *t, const char *name)
{
    const struct label label = programme_field_label(p, t, record_field(t, str_of(name)));
    obstacle_add_in(to, WHY_EARLIER_LACKS, str_of(name), NULL, &label.zh, &label.en, 1);
}

static err_t look(struct step *g, const struct record_type *t, int64_t record)
{
    static const char *const names[] = {"name", "document_no", "document_file"};
    const struct document *d = &g->p->pack->document;
    const struct jvalue *v = NULL;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(names); i++) {
        if (!record_field(t, str_of(names[i])))
            continue;
        rc = record_value(&v, g->db, g->p->kernel, t, record, str_of(names[i]), g->x->arena, g->e);
        if (rc == OK && !v)
            say_missing(g->to, g->p, t, names[i]);
    }
    if (rc == OK)
        rc = record_value(&v, g->db, g->p->kernel, t, record, STR("date"), g->x->arena, g->e);
    struct str day = programme_condition_text(v);
    if (rc == OK && str_cmp(day, d->effective) >= 0)
        obstacle_add(g->to, WHY_EARLIER_TOO_LATE, STR("date"), NULL,
                     FLOW_ARGS(d->title, d->effective, day.len ? day : STR("?")));
    return rc;
}

err_t earlier_check(struct step *g)
{
    const struct record_type *t = NULL;
    struct str field, path = taken_from(g->x->step);
    err_t rc = path.len ? programme_field(&t, &field, g->p, path, g->e) : OK;
    return rc == OK && t && str_eq(t->name, g->x->c.type) ? look(g, t, g->x->c.record_id) : rc;
}

err_t earlier_begins(struct step *g, const struct record_type *t, int64_t record)
{
    struct flow_obstacles to = {.arena = g->x->arena};
    struct step own = {.to = &to, .db = g->db, .x = g->x, .p = g->p, .e = g->e};
    bool takes_over = false;
    for (size_t i = 0; i < g->x->process->step_count; i++) {
        struct str path = taken_from(&g->x->process->steps[i]);
        takes_over |= path.len && str_eq(str_split(&path, STR(".")), t->name);
    }
    err_t rc = takes_over ? look(&own, t, record) : OK;
    if (rc != OK || to.len == 0)
        return rc;
    const struct label name = programme_field_label(g->p, t, record_field(t, to.ptr->subject));
    bool zh = msg_lang() == LANG_ZH;
    return err_set(g->e, E_INVALID, "%.*s: %.*s", STR_ARG(zh ? name.zh : name.en),
                   STR_ARG(zh ? to.ptr->zh : to.ptr->en));
}
