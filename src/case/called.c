/* Open items that are not steps leading on: an unsettled objection, a filing that is due, a list
 * that was taken down. Computed from records that only steps write, so the time of the step does
 * not matter; values that anybody can enter at any time (a requested payment) create no open
 * items. Conversely, an upheld objection that removes a party from its list cancels the items for
 * deciding on that party by the list and for publishing it again. */
#include "case/case.h"
#include "matter/publicity_priv.h"

/* The day that it writes stands nowhere yet. */
static err_t lacks_date(bool *out, struct step *g, const struct process_effect *f)
{
    struct str day;
    err_t rc = programme_field_text(&day, g, f->object);
    *out = rc == OK && (day.len == 0 || str_is(day, "false"));
    return rc;
}

static err_t is_interrupted(bool *out, struct step *g)
{
    const struct record_type *t = record_type_find(g->p->kernel->types, STR(PUBLICITY_TYPE));
    const struct jvalue *sites = NULL;
    int64_t id = 0;
    *out = false;
    err_t rc = t ? programme_record(&id, g, t) : OK;
    if (rc == OK && id)
        rc = publicity_field(&sites, g, id, "sites");
    *out = rc == OK && list_is_interrupted(sites);
    return rc;
}

/* A record of the case that is where such records begin, and that the step changes. */
static err_t stands_open(bool *out, struct step *g, const struct record_type *t)
{
    struct str sql =
        arena_printf(g->x->arena,
                     "SELECT 1 FROM %.*s WHERE owner_unit = ?1 AND case_number = ?2 AND state = ?3"
                     " AND ended_ms IS NULL LIMIT 1",
                     STR_ARG(t->table));
    return db_row_once(out, g->db, sql.ptr,
                       VALUES(v_i64(g->x->c.unit), v_str(g->x->c.number), v_str(t->initial)), NULL,
                       0, NULL, g->e);
}

/* Whether nobody has taken it since the case entered its current stage. */
static err_t is_untaken(bool *out, struct step *g, const struct process_step *step)
{
    err_t rc =
        db_any(out, g->db,
               "SELECT 1 FROM flow_step WHERE case_id = ?1 AND kind = 'step' AND step = ?2"
               " AND id > coalesce((SELECT max(m.id) FROM flow_step m WHERE m.case_id = ?1 AND"
               " (m.from_stage IS NULL OR m.from_stage <> m.to_stage)), 0) LIMIT 1",
               VALUES(v_i64(g->x->c.id), v_str(step->id)), g->e);
    *out = !*out;
    return rc;
}

/* Does the step rest on the list, and was the party taken off it? */
static err_t is_off_list(bool *out, struct step *g, const struct process_step *step)
{
    bool rests = publicity_decides(step);
    struct str day = STR_NONE;
    for (size_t i = 0; i < step->effect_count; i++)
        rests |= str_is(publicity_how(step, &step->effects[i]), "again");
    err_t rc = rests ? publicity_upheld(&day, g) : OK;
    *out = day.len > 0;
    return rc;
}

err_t programme_is_open_item(bool *out, struct step *g, const struct process_step *step)
{
    bool off = false;
    err_t rc = g->p->stand_in ? OK : is_off_list(&off, g, step);
    *out = !off && !step->stays;
    if (g->p->stand_in)
        return OK;
    for (size_t i = 0; rc == OK && !off && !*out && i < step->effect_count; i++) {
        const struct process_effect *f = &step->effects[i];
        const struct record_type *t = record_type_find(g->p->kernel->types, f->object);
        struct str how = publicity_how(step, f);
        if (f->kind == EFFECT_DATE)
            rc = lacks_date(out, g, f);
        else if (str_is(how, "again"))
            rc = is_interrupted(out, g);
        else if (f->kind == EFFECT_RECORD && str_is(f->object, "judgement"))
            rc = is_untaken(out, g, step);
        else if (f->kind == EFFECT_CHANGE && how.len == 0 && t && t->by_actions_only &&
                 !str_eq(t->name, g->x->c.type) && t->initial.len &&
                 record_field(t, STR("case_number")))
            rc = stands_open(out, g, t);
    }
    return rc;
}
