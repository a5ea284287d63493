/* Values of the fields that a process names, and conditions on them. */
#include "base/msg.h"
#include "matter/fact_name.h"
#include "matter/matter.h"
#include "record/facts.h"

/* --- fields ------------------------------------------------------------------------------------ */

err_t programme_field(const struct record_type **t, struct str *field, const struct programme *p,
                      struct str path, struct err *e)
{
    struct str rest = path, type = str_split(&rest, STR("."));
    *t = record_type_find(p->kernel->types, type);
    *field = rest;
    return *t ? OK
              : err_set(e, E_INTERNAL, "the policy names %.*s, and there is no such record type",
                        STR_ARG(path));
}

err_t programme_record(int64_t *id, struct step *g, const struct record_type *t)
{
    const struct prepared *ready = g->x->prepared;
    *id = 0;
    if (str_is(t->name, "case") || str_is(t->name, "call")) { /* its own, not its party's latest */
        *id = str_is(t->name, "case") ? g->x->c.id : g->x->c.call;
        return OK;
    }
    for (size_t i = ready ? ready->records.len : 0; *id == 0 && i > 0; i--)
        if (str_eq(ready->records.ptr[i - 1].type, t->name))
            *id = ready->records.ptr[i - 1].id;
    const struct facts_case *cases;
    size_t count = 0;
    err_t rc = *id ? OK : programme_cases(&cases, &count, g);
    for (size_t i = 0; *id == 0 && i < count; i++)
        if (str_eq(t->name, cases[i].type))
            *id = cases[i].record_id;
    return *id || rc != OK ? rc
                           : record_latest(id, g->db, g->p->kernel, t, g->x->c.unit, g->x->c.pack,
                                           g->x->c.number, g->x->arena, g->e);
}

err_t programme_field_text(struct str *out, struct step *g, struct str path)
{
    const struct record_type *t;
    const struct jvalue *v = NULL;
    struct str field;
    int64_t id = 0;
    err_t rc = programme_field(&t, &field, g->p, path, g->e);
    if (rc == OK)
        rc = programme_record(&id, g, t);
    if (rc == OK && id)
        rc = record_value(&v, g->db, g->p->kernel, t, id, field, g->x->arena, g->e);
    *out = programme_condition_text(v);
    return rc;
}

/* The party's identity and the route named by a record are settled; counted or ticked values of
 * the case can still change. */
static err_t is_settled(bool *out, struct step *g, struct str path)
{
    const struct facts_case *cases;
    const struct record_type *t;
    struct str field;
    size_t count = 0;
    err_t rc = programme_field(&t, &field, g->p, path, g->e);
    if (rc == OK)
        rc = programme_cases(&cases, &count, g);
    if (rc != OK)
        return rc;
    const struct field *f = record_field(t, field);
    *out = true;
    for (size_t i = 0; i < count; i++)
        if (str_eq(t->name, cases[i].type))
            *out = f && (f->type == FIELD_ENUM || f->choices);
    return OK;
}

err_t programme_conditions_false(bool *out, struct step *g, const struct process_value *when,
                                 size_t count)
{
    err_t rc = OK;
    *out = false;
    for (size_t i = 0; rc == OK && !*out && i < count; i++) {
        struct str is;
        bool settled = false;
        rc = is_settled(&settled, g, when[i].name);
        if (rc == OK && settled && (rc = programme_field_text(&is, g, when[i].name)) == OK)
            *out = process_holds(&when[i], is) == HOLDS_NOT;
    }
    return rc;
}

err_t programme_is_inapplicable(bool *out, struct step *g, const struct process_step *step)
{
    if (g->p->stand_in) {
        *out = g->p->stand_in->inapplicable(step);
        return OK;
    }
    return programme_conditions_false(out, g, step->when, step->when_count);
}

err_t programme_check_conditions(bool *holds, bool told, struct step *g,
                                 const struct process_value *when, size_t count)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < count; i++) {
        const struct process_value *w = &when[i];
        const struct record_type *t;
        struct str field, is = STR_NONE;
        if ((rc = programme_field_text(&is, g, w->name)) != OK ||
            (rc = programme_field(&t, &field, g->p, w->name, g->e)) != OK)
            break;
        const struct field *f = field_in_pack(record_field(t, field), g->p->pack, g->x->arena);
        struct label label =
            f ? programme_field_label(g->p, t, f) : (struct label){.zh = w->name, .en = w->name};
        struct label value = fact_value_label(&(struct fact_name){t, f}, w->value);
        enum process_holds now = process_holds(w, is);
        *holds &= now == HOLDS;
        if (now == HOLDS_UNKNOWN)
            obstacle_add_in(g->to, WHY_WHEN_UNKNOWN, w->name, &g->x->step->citation,
                            (struct str[]){label.zh}, (struct str[]){label.en}, 1);
        else if (now == HOLDS_NOT && told)
            obstacle_add_in(g->to, w->other ? WHY_WHEN_NOT_OTHER : WHY_WHEN_NOT, w->name,
                            &g->x->step->citation, (struct str[]){label.zh, value.zh},
                            (struct str[]){label.en, value.en}, 2);
    }
    return rc;
}

err_t programme_check_when(struct step *g)
{
    bool holds = true;
    if (g->x->step->when_count == 0)
        return OK;
    err_t rc = step_reader(g);
    if (rc == OK)
        rc = programme_check_conditions(&holds, true, g, g->x->step->when, g->x->step->when_count);
    step_reader_end(g);
    return rc;
}
