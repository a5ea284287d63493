/* Who stands in the register of centres, and what is done for nobody else. */
#include "programme/standing.h"
#include "base/msg.h"
#include "programme/lapse.h"

/* Whether a row of the register is of the policy, or of an older one that yields to it. */
static bool is_its(const struct programme *p, struct str programme)
{
    const struct pack *older = NULL;
    return programme.len == 0 || str_eq(programme, p->pack->id) ||
           (packs_get(&older, p->packs, programme, NULL) == OK &&
            str_eq(older->document.replaced_by, p->pack->id));
}

err_t standing_of(enum standing *out, struct db *db, const struct programme *p, int64_t unit,
                  struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    *out = STANDING_NONE;
    err_t rc =
        db_query(&st, db,
                 "SELECT c.programme, c.state FROM record_centre c JOIN unit u ON u.credit_code ="
                 " c.credit_code WHERE u.id = ?1 AND c.ended_ms IS NULL ORDER BY c.id",
                 VALUES(v_i64(unit)), e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        if (is_its(p, arena_dup(a, stmt_str(st, 0))) && *out != STANDING_IN_FORCE)
            *out = str_is(stmt_str(st, 1), "active") ? STANDING_IN_FORCE : STANDING_LEFT;
    stmt_free(st);
    return rc;
}

/* A step from the start that leads on. */
static bool recommends(const struct flow_call *x, const struct programme *p)
{
    const struct process_step *s = x->step;
    bool from_start = false;
    for (size_t i = 0; i < s->from_count; i++)
        from_start |= s->from[i] == x->process->start;
    return from_start && !s->stays && !x->process->states[s->to].end &&
           lapse_recommends(p->pack, x->process);
}

static bool awards(const struct process_step *s)
{
    for (size_t i = 0; i < s->effect_count; i++)
        if (s->effects[i].kind == EFFECT_RECORD && str_is(s->effects[i].object, "award"))
            return true;
    return false;
}

static struct str label_en(const struct process *p, struct str stage)
{
    for (size_t i = 0; i < p->state_count; i++)
        if (str_eq(p->states[i].label, stage))
            return p->states[i].label_en;
    return stage;
}

/* A case that runs over the party and by which it can be taken out of the register. */
static err_t check_running(struct flow_obstacles *to, struct db *db, const struct flow_call *x,
                           const struct programme *p, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query(&st, db,
                        "SELECT process, number, stage_label FROM flow_case WHERE owner_unit = ?1"
                        " AND programme = ?2 AND state = 'running' AND ended_ms IS NULL AND id <>"
                        " ?3 ORDER BY id",
                        VALUES(v_i64(x->c.unit), v_str(x->c.pack), v_i64(x->c.id)), e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        const struct process *other = pack_process(p->pack, stmt_str(st, 0));
        if (!other || !lapse_takes_out(p->pack, other))
            continue;
        struct str number = arena_dup(x->arena, stmt_str(st, 1)),
                   stage = arena_dup(x->arena, stmt_str(st, 2));
        flow_obstacle_add_in(
            to, "standing", other->id, NULL,
            N_("the case %s of the party (%s, at \"%s\") runs, by which it can be taken out of the "
               "register: it is brought to its end first (the document does not say it)"),
            (struct str[]){number, other->label, stage},
            (struct str[]){number, other->label_en, label_en(other, stage)}, 3);
    }
    stmt_free(st);
    return rc;
}

err_t standing_check(struct flow_obstacles *to, struct db *db, const struct flow_call *x,
                     const struct programme *p, struct err *e)
{
    enum standing now = STANDING_NONE;
    bool recommending = x->step && recommends(x, p), awarding = x->step && awards(x->step);
    if (!recommending && !awarding)
        return OK;
    err_t rc = standing_of(&now, db, p, x->c.unit, x->arena, e);
    if (rc == OK && recommending && now != STANDING_IN_FORCE)
        flow_obstacle_add(to, "standing", STR("centre"), &x->step->citation,
                          N_("it is of who was recognised by %s and stands in the register, and "
                             "this unit does not"),
                          FLOW_ARGS(p->pack->document.title));
    else if (rc == OK && awarding && now == STANDING_LEFT)
        flow_obstacle_add(to, "standing", STR("centre"), NULL,
                          N_("this unit has left the register of %s, or was taken out of it: "
                             "nothing is given to it (the document does not say it)"),
                          FLOW_ARGS(p->pack->document.title));
    return rc == OK ? check_running(to, db, x, p, e) : rc;
}
