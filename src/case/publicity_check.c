/* Obstacles to a decision that follow from published lists. */
#include "base/msg.h"
#include "case/case.h"
#include "matter/publicity_priv.h"

/* Refusals and steps back need the same checks as recognition: objections are settled first, or
 * the objector never gets an answer. A withdrawal by the party (撤回) is no decision. */
static bool leads_away(const struct flow_call *x)
{
    return !x->step || (!x->step->stays && !str_is(x->step->actor, "applicant"));
}

bool publicity_decides(const struct process_step *s)
{
    return s->after_due && str_starts(s->counted, STR(PUBLICITY_TYPE "."));
}

static const struct citation *clause_of(const struct flow_call *x)
{
    return x->step ? &x->step->citation : NULL;
}

/* The state of the case's objections. */
struct objected {
    int64_t open;
    struct str upheld_on; /* the earliest; empty: none was upheld */
};

static err_t read_objections(struct objected *out, struct step *g)
{
    *out = (struct objected){0};
    err_t rc = OK;
    EACH_ROW(st, rc, g->e, g->db,
             "SELECT state, upheld, settled_on FROM record_objection WHERE"
             " owner_unit = ?1 AND case_number = ?2 AND ended_ms IS NULL",
             VALUES(v_i64(g->x->c.unit), v_str(g->x->c.number))) {
        struct str settled = stmt_str(st, 2);
        out->open += str_is(stmt_str(st, 0), "open");
        if (stmt_i64(st, 1) && (out->upheld_on.len == 0 || str_cmp(settled, out->upheld_on) < 0))
            out->upheld_on = arena_dup(g->x->arena, settled);
    }
    return rc;
}

static void look_at_objections(struct flow_obstacles *to, const struct flow_call *x,
                               const struct objected *o, bool answers, bool decides)
{
    if (answers && o->open)
        obstacle_add(to, WHY_OBJECTIONS_OPEN, STR("objections"), clause_of(x),
                     FLOW_ARGS(arena_printf(x->arena, "%lld", (long long)o->open)));
    if (decides && o->upheld_on.len)
        obstacle_add(to, WHY_OBJECTION_UPHELD, STR("objections"), &x->step->citation,
                     FLOW_ARGS(o->upheld_on));
}

/* The whole list, as the records would make it now, is what it was. */
static err_t compare_list(bool *same, struct step *g, int64_t id, struct str had)
{
    struct listing what = {0};
    struct str now;
    err_t rc;
    if ((rc = publicity_text(&what.title, g, id, "title")) != OK ||
        (rc = publicity_text(&what.note, g, id, "note")) != OK ||
        (rc = publicity_rows(&what.rows, had, g->x->arena, g->e)) != OK ||
        (rc = publicity_list(&now, g, &what)) != OK)
        return rc;
    return publicity_same(same, had, now, g->x->arena, g->e);
}

static bool is_first(const struct flow_call *x)
{
    return x->joint_count == 0 || x->joint[0].c.id == x->c.id;
}

/* In a joint step only the first case is checked, each time the step is examined or taken: the
 * others have the same list and time. */
static err_t list_stands(bool *same, struct step *g, int64_t id, struct str had)
{
    if (g->p->compared.list.len && str_eq(g->p->compared.list, had)) {
        *same = g->p->compared.same;
        return OK;
    }
    err_t rc = compare_list(same, g, id, had);
    g->p->compared.list = rc == OK ? had : STR_NONE;
    g->p->compared.same = *same;
    return rc;
}

static err_t look_at_list(struct step *g, int64_t id, bool correcting)
{
    const struct jvalue *sites;
    struct str had;
    bool same = false;
    err_t rc = publicity_text(&had, g, id, "list");
    if (rc != OK || had.len == 0) /* published before lists were frozen */
        return rc;
    if ((rc = publicity_field(&sites, g, id, "sites")) != OK ||
        (rc = list_stands(&same, g, id, had)) != OK)
        return rc;
    if (!same)
        obstacle_add(g->to, correcting ? WHY_LIST_CORRECTS_MORE : WHY_LIST_DIFFERS, STR("list"),
                     &g->x->step->citation, NULL, 0);
    if (!correcting && list_is_interrupted(sites))
        obstacle_add(g->to, WHY_LIST_TAKEN_DOWN, STR("sites"), &g->x->step->citation, NULL, 0);
    return OK;
}

err_t publicity_check(struct step *g)
{
    const struct record_type *t = record_type_find(g->p->kernel->types, STR(PUBLICITY_TYPE));
    bool decides = g->x->step && publicity_decides(g->x->step);
    bool corrects = false, answers = decides || leads_away(g->x);
    int64_t id = 0;
    for (size_t i = 0; g->x->step && i < g->x->step->effect_count; i++)
        corrects |= str_is(publicity_how(g->x->step, &g->x->step->effects[i]), "corrected");
    struct objected o;
    if (is_first(g->x))
        g->p->compared.list = STR_NONE;
    if (!t || (!answers && !corrects))
        return OK;
    err_t rc = read_objections(&o, g);
    if (rc == OK)
        look_at_objections(g->to, g->x, &o, answers, decides);
    if (rc == OK && (decides || corrects))
        rc = programme_record(&id, &(struct step){NULL, g->db, g->x, g->p, g->e}, t);
    return rc == OK && id ? look_at_list(g, id, corrects) : rc;
}
