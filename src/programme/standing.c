/* Who stands in the register of centres, and what is done for nobody else. */
#include "programme/standing.h"
#include "base/date.h"
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

err_t standing_row(struct register_row *out, struct db *db, struct str pack, int64_t unit,
                   struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    *out = (struct register_row){0};
    err_t rc = db_query(&st, db,
                        "SELECT c.id, c.name, c.entered, c.created_ms, CASE WHEN c.state = "
                        "'active' THEN 1 ELSE 0 END FROM"
                        " record_centre c JOIN unit u ON u.credit_code = c.credit_code WHERE u.id ="
                        " ?1 AND c.programme = ?2 AND c.owner_province = u.owner_province AND"
                        " c.ended_ms IS NULL ORDER BY CASE WHEN c.state = 'active' THEN 0 ELSE 1"
                        " END, c.id DESC LIMIT 1",
                        VALUES(v_i64(unit), v_str(pack)), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        *out = (struct register_row){stmt_i64(st, 0), arena_dup(a, stmt_str(st, 1)),
                                     stmt_str(st, 2).len ? arena_dup(a, stmt_str(st, 2))
                                                         : business_date(stmt_i64(st, 3), a),
                                     stmt_i64(st, 4) != 0};
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

/* It writes what the case is about: a grade, a result, an order. */
static bool writes_subject(const struct process_step *s, const struct process *of)
{
    for (size_t i = 0; i < s->effect_count; i++)
        if (s->effects[i].kind == EFFECT_CHANGE && str_eq(s->effects[i].object, of->subject))
            return true;
    return false;
}

/* --- the year ------------------------------------------------------------------------------ */

/* A record of a year, about who was recognised: his own report or plan, or an evaluation of him. */
static bool is_of_a_year(const struct programme *p, const struct process *process,
                         const struct record_type *t)
{
    return record_field(t, STR("year")) && lapse_of_centres(p->pack, process);
}

/* The first day on which it was entered; empty: it never was, or nobody says when. */
static err_t first_entered(struct str *out, struct db *db, const struct programme *p, int64_t unit,
                           struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    *out = STR_NONE;
    err_t rc = db_query(&st, db,
                        "SELECT c.programme, c.entered FROM record_centre c JOIN unit u ON"
                        " u.credit_code = c.credit_code WHERE u.id = ?1 AND c.ended_ms IS NULL AND"
                        " c.entered IS NOT NULL ORDER BY c.entered, c.id",
                        VALUES(v_i64(unit)), e);
    while (rc == OK && out->len == 0 && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        struct str entered = arena_dup(a, stmt_str(st, 1));
        if (is_its(p, arena_dup(a, stmt_str(st, 0))))
            *out = entered;
    }
    stmt_free(st);
    return rc;
}

static err_t look_at_year(struct flow_obstacles *to, struct db *db, const struct flow_call *x,
                          const struct programme *p, const struct record_type *t, int64_t record,
                          int64_t unit, struct str *year, struct err *e)
{
    struct str entered = STR_NONE;
    *year = STR_NONE;
    if (!record || !is_of_a_year(p, x->process, t))
        return OK;
    err_t rc = record_value(year, db, p->kernel, t, record, STR("year"), x->arena, e);
    if (rc == OK && year->len)
        rc = first_entered(&entered, db, p, unit, x->arena, e);
    if (rc == OK && entered.len >= 4 && year->len &&
        str_cmp(*year, (struct str){entered.ptr, 4}) < 0)
        flow_obstacle_add(
            to, "standing", STR("year"), x->step ? &x->step->citation : &x->process->citation,
            lapse_begun_by_centre(x->process)
                ? N_("the party was recognised on %s: it owes nothing of the year %s, "
                     "which was over by then")
                : N_("the party was recognised on %s: there is nothing of the year %s to "
                     "evaluate, which was over by then"),
            FLOW_ARGS(entered, *year));
    return rc;
}

/* What an office looks into by hand has happened: what the program itself begins ahead of its day it begins in time.
 * The party's own plans and reports have the years of their type. */
static err_t look_ahead(struct flow_obstacles *to, struct db *db, const struct flow_call *x,
                        const struct programme *p, const struct record_type *t, int64_t record,
                        struct err *e)
{
    struct str year = STR_NONE, now = {x->today.ptr, 4};
    if (!record || !is_of_a_year(p, x->process, t) || lapse_begun_by_centre(x->process))
        return OK;
    err_t rc = record_value(&year, db, p->kernel, t, record, STR("year"), x->arena, e);
    if (rc == OK && year.len && str_cmp(year, now) > 0)
        flow_obstacle_add(to, "standing", STR("year"), &x->process->citation,
                          N_("the year %s has not come: what is of %s at the latest is "
                             "evaluated now"),
                          FLOW_ARGS(year, now));
    return rc;
}

/* The step of its start that has a day by the policy. */
static const struct process_step *step_by_day(const struct process *of)
{
    for (size_t i = 0; i < of->step_count; i++)
        if (of->steps[i].due.len && process_opens_in(of, &of->steps[i], of->states[of->start].id))
            return &of->steps[i];
    return NULL;
}

/* What the policy evaluates in a year by a day of its own comes to its result from that day on: opened ahead it is
 * prepared, and not graded. Of another year it is an officer's word, with his reason. */
static err_t look_at_day(struct flow_obstacles *to, struct db *db, const struct flow_call *x,
                         const struct programme *p, struct str year, struct err *e)
{
    const struct process_step *by = step_by_day(x->process);
    struct due due = {0};
    bool known = false;
    if (!by)
        return OK;
    err_t rc = programme_service_day(&due, &known, db, x, p, by, e);
    struct str day = date_text(due.date, x->arena);
    if (rc == OK && known && str_starts(day, year) && str_cmp(x->today, day) < 0)
        flow_obstacle_add(to, "standing", STR("year"), &by->citation,
                          N_("what is of the year %s is graded from %s on, when the period of the "
                             "policy is over: until then it is prepared"),
                          FLOW_ARGS(year, day));
    return rc;
}

err_t standing_begins(struct db *db, const struct flow_call *x, const struct programme *p,
                      const struct record_type *t, int64_t record, int64_t unit, struct err *e)
{
    struct flow_obstacles to = {.arena = x->arena};
    struct str year;
    err_t rc = look_at_year(&to, db, x, p, t, record, unit, &year, e);
    if (rc == OK)
        rc = look_ahead(&to, db, x, p, t, record, e);
    if (rc != OK || to.len == 0)
        return rc;
    const struct label name = programme_field_label(p, t, record_field(t, to.ptr->subject));
    bool zh = msg_lang() == LANG_ZH;
    return err_set(e, E_INVALID, "%.*s: %.*s", STR_ARG(zh ? name.zh : name.en),
                   STR_ARG(zh ? to.ptr->zh : to.ptr->en));
}

/* --- steps --------------------------------------------------------------------------------- */

err_t standing_check(struct flow_obstacles *to, struct db *db, const struct flow_call *x,
                     const struct programme *p, struct err *e)
{
    const struct record_type *t = record_type_find(p->kernel->types, x->c.type);
    enum standing now = STANDING_NONE;
    struct str year = STR_NONE;
    if (!x->step)
        return OK;
    if (recommends(x, p)) {
        err_t rc = standing_of(&now, db, p, x->c.unit, x->arena, e);
        if (rc == OK && now != STANDING_IN_FORCE)
            flow_obstacle_add(to, "standing", STR("centre"), &x->step->citation,
                              N_("only units recognised under %s may begin this; this unit is not "
                                 "in the register"),
                              FLOW_ARGS(p->pack->document.title));
        return rc;
    }
    if (!t || subject_is_program(x->by))
        return OK;
    err_t rc = look_at_year(to, db, x, p, t, x->c.record_id, x->c.unit, &year, e);
    if (rc == OK && year.len && writes_subject(x->step, x->process) &&
        !lapse_begun_by_centre(x->process))
        rc = look_at_day(to, db, x, p, year, e);
    return rc;
}
