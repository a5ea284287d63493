/* The register of centres, and checks for steps on registered parties. */
#include "matter/standing.h"
#include "base/date.h"
#include "base/msg.h"
#include "matter/lapse.h"

/* Whether a row of the register is of the policy, or of an older one that yields to it. */
static bool is_its(const struct programme *p, struct str programme)
{
    const struct pack *older = NULL;
    return programme.len == 0 || str_eq(programme, p->pack->id) ||
           (packs_get(&older, p->packs, programme, NULL) == OK &&
            str_eq(older->document.replaced_by, p->pack->id));
}

err_t standing_in_register(bool *out, struct step *g, int64_t unit)
{
    *out = false;
    err_t rc = OK;
    ROWS_WHILE(!*out, st, rc, g->e, g->db,
               "SELECT c.programme FROM record_centre c JOIN unit u ON u.credit_code ="
               " c.credit_code WHERE u.id = ?1 AND c.state = 'active' AND c.ended_ms IS"
               " NULL ORDER BY c.id",
               VALUES(v_i64(unit)))
        *out = is_its(g->p, arena_dup(g->x->arena, stmt_str(st, 0)));
    return rc;
}

err_t standing_parties(struct parties *out, struct db *db, struct str pack, struct arena *a,
                       struct err *e)
{
    struct registered one;
    *out = (struct parties){0};
    return db_rows(ROWS(out, one), db,
                   "SELECT c.id, u.id, c.credit_code, c.name, c.entered FROM record_centre c JOIN"
                   " unit u ON u.credit_code = c.credit_code WHERE c.programme = ?1 AND c.state ="
                   " 'active' AND c.ended_ms IS NULL AND u.ended_ms IS NULL ORDER BY c.id",
                   VALUES(v_str(pack)),
                   INTO(into_i64(&one.centre), into_i64(&one.unit), into_str(&one.code),
                        into_str(&one.name), into_str(&one.entered)),
                   a, e);
}

/* A step from the start that leads on. */
static bool recommends(struct step *g)
{
    const struct process_step *s = g->x->step;
    return process_leaves(s, g->x->process->start) && !s->stays &&
           !g->x->process->states[s->to].end && lapse_recommends(g->p->pack, g->x->process);
}

/* --- the year ------------------------------------------------------------------------------ */

/* A record of a year, about who was recognised: his own report or plan, or an evaluation of him. */
static bool is_of_a_year(const struct programme *p, const struct process *process,
                         const struct record_type *t)
{
    return record_field(t, STR("year")) && lapse_of_centres(p->pack, process);
}

/* The step of its start that has a day by the policy. */
static const struct process_step *step_by_day(const struct process *of)
{
    for (size_t i = 0; i < of->step_count; i++)
        if (of->steps[i].due.len && process_opens_in(of, &of->steps[i], of->states[of->start].id))
            return &of->steps[i];
    return NULL;
}

/* A yearly evaluation has no result before its own day: it can be opened and prepared earlier, but
 * not graded. The result of another year is entered by an officer with a reason. */
static err_t look_at_day(struct step *g, struct str year)
{
    const struct process_step *by = step_by_day(g->x->process);
    struct due due = {0};
    bool known = false;
    if (!by)
        return OK;
    err_t rc = programme_service_day(&due, &known, g, by);
    struct str day = date_text(due.date, g->x->arena);
    if (rc == OK && known && str_starts(day, year) && str_cmp(g->x->today, day) < 0)
        obstacle_add(g->to, WHY_GRADED_FROM, STR("year"), &by->citation, FLOW_ARGS(year, day));
    return rc;
}

err_t standing_check(struct step *g)
{
    const struct record_type *t = record_type_find(g->p->kernel->types, g->x->c.type);
    bool in = false;
    const struct jvalue *year = NULL;
    if (recommends(g)) {
        err_t rc = standing_in_register(&in, g, g->x->c.unit);
        if (rc == OK && !in)
            obstacle_add(g->to, WHY_NOT_REGISTERED, STR("centre"), &g->x->step->citation,
                         FLOW_ARGS(g->p->pack->document.title));
        return rc;
    }
    if (!t || !g->x->c.record_id || subject_is_program(g->x->by) ||
        !is_of_a_year(g->p, g->x->process, t) ||
        !process_step_effect(g->x->step, EFFECT_CHANGE, g->x->process->subject) ||
        lapse_begun_by_centre(g->x->process))
        return OK;
    err_t rc = record_value(&year, g->db, g->p->kernel, t, g->x->c.record_id, STR("year"),
                            g->x->arena, g->e);
    return rc == OK && year ? look_at_day(g, year->text) : rc;
}
