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

static bool awards(const struct process_step *s)
{
    for (size_t i = 0; i < s->effect_count; i++)
        if (s->effects[i].kind == EFFECT_RECORD && str_is(s->effects[i].object, "award"))
            return true;
    return false;
}

/* --- what comes of a case about who was recognised ------------------------------------------ */

/* object: empty: any */
static bool has_effect(const struct process_step *s, enum process_effect_kind kind,
                       struct str object)
{
    for (size_t i = 0; i < s->effect_count; i++)
        if (s->effects[i].kind == kind && (!object.len || str_eq(s->effects[i].object, object)))
            return true;
    return false;
}

/* It opens another case, enters a record of the party, or takes it out. */
static bool has_consequence(const struct process_step *s)
{
    return has_effect(s, EFFECT_START, STR_NONE) || has_effect(s, EFFECT_RECORD, STR_NONE) ||
           has_effect(s, EFFECT_CHANGE, STR("centre"));
}

/* It writes what the case is about: a grade, a result, an order. */
static bool writes_subject(const struct process_step *s, const struct process *of)
{
    return has_effect(s, EFFECT_CHANGE, of->subject);
}

/* From where the step leads, another ends the case without a result. */
static bool ends_without(const struct process *of, const struct process_step *s)
{
    for (size_t i = 0; i < of->step_count; i++) {
        const struct process_step *o = &of->steps[i];
        if (o->stays || !of->states[o->to].end || has_consequence(o) || writes_subject(o, of))
            continue;
        for (size_t k = 0; k < o->from_count; k++)
            for (size_t n = 0; n < s->from_count; n++)
                if (o->from[k] == s->from[n])
                    return true;
    }
    return false;
}

/* Of evaluations and rectifications, and of what takes out. Nobody is held in a case: where no other step brings it to
 * its end, one that only writes what the case is about (复查合格) stays open; so do the centre's own, and a finding's
 * (查实, 移送), which is true of him who left as well. */
static bool gives_result(const struct flow_call *x, const struct programme *p)
{
    const struct process *of = x->process;
    if (!x->step || !lapse_of_centres(p->pack, of) || lapse_begun_by_centre(of) ||
        lapse_recommends(p->pack, of))
        return false;
    return has_consequence(x->step) || (!str_is(of->subject, "finding") &&
                                        writes_subject(x->step, of) && ends_without(of, x->step));
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

/* A round that an office holds by the policy is of a year in which it counts. */
static err_t look_before(struct flow_obstacles *to, struct db *db, const struct flow_call *x,
                         const struct programme *p, const struct record_type *t, int64_t record,
                         struct err *e)
{
    struct str year = STR_NONE, since = p->pack->document.effective;
    if (!record || t->owner != OWNER_OFFICE || !record_field(t, STR("year")) || since.len < 4)
        return OK;
    err_t rc = record_value(&year, db, p->kernel, t, record, STR("year"), x->arena, e);
    if (rc == OK && year.len && str_cmp(year, (struct str){since.ptr, 4}) < 0)
        flow_obstacle_add(to, "standing", STR("year"), &x->process->citation,
                          N_("the policy counts since %s: nothing of it is held for the year %s"),
                          FLOW_ARGS(since, year));
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
    if (rc == OK)
        rc = look_before(&to, db, x, p, t, record, e);
    if (rc != OK || to.len == 0)
        return rc;
    const struct label name = programme_field_label(p, t, record_field(t, to.ptr->subject));
    bool zh = msg_lang() == LANG_ZH;
    return err_set(e, E_INVALID, "%.*s: %.*s", STR_ARG(zh ? name.zh : name.en),
                   STR_ARG(zh ? to.ptr->zh : to.ptr->en));
}

err_t standing_beside(struct flow_obstacles *to, struct db *db, const struct flow_call *x,
                      const struct programme *p, const struct record_type *t, int64_t record,
                      int64_t unit, struct err *e)
{
    enum standing now = STANDING_NONE;
    struct str year;
    if (!lapse_of_centres(p->pack, x->process) || !lapse_begun_by_centre(x->process))
        return OK;
    err_t rc = standing_of(&now, db, p, unit, x->arena, e);
    if (rc == OK && now != STANDING_IN_FORCE)
        flow_obstacle_add(to, "standing", STR_NONE, &x->process->citation,
                          N_("it is of who was recognised by %s and stands in the register, and "
                             "this unit does not"),
                          FLOW_ARGS(p->pack->document.title));
    return rc == OK && to->len == 0 ? look_at_year(to, db, x, p, t, record, unit, &year, e) : rc;
}

/* --- a record on which a case ended ---------------------------------------------------------- */

err_t standing_once(struct db *db, const struct flow_call *x, const struct programme *p,
                    const struct record_type *t, int64_t record, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false, over = false;
    if (!record || !lapse_ends(x->process))
        return OK;
    err_t rc = db_query(&st, db,
                        "SELECT process, number, stage_label FROM flow_case WHERE record_type = ?1"
                        " AND record_id = ?2 AND state <> 'running' AND ended_ms IS NULL ORDER BY"
                        " id",
                        VALUES(v_str(t->name), v_i64(record)), e);
    while (rc == OK && !over && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        const struct process *other = pack_process(p->pack, stmt_str(st, 0));
        over = other && lapse_ends(other);
        if (over) {
            struct str stage = arena_dup(x->arena, stmt_str(st, 2));
            rc = err_set(e, E_INVALID,
                         "the case %.*s on this record is over (\"%.*s\"): what was decided there "
                         "stands, and a new case rests on a new record",
                         STR_ARG(stmt_str(st, 1)),
                         STR_ARG(msg_lang() == LANG_ZH ? stage : label_en(other, stage)));
        }
    }
    stmt_free(st);
    return rc;
}

/* --- steps --------------------------------------------------------------------------------- */

err_t standing_check(struct flow_obstacles *to, struct db *db, const struct flow_call *x,
                     const struct programme *p, struct err *e)
{
    enum standing now = STANDING_NONE;
    bool recommending = x->step && recommends(x, p), awarding = x->step && awards(x->step);
    bool deciding = !recommending && !awarding && gives_result(x, p), stands;
    struct str year = STR_NONE;
    err_t rc = OK;
    if (x->step && !recommending && !awarding && !subject_is_program(x->by)) {
        const struct record_type *t = record_type_find(p->kernel->types, x->c.type);
        rc = t ? look_at_year(to, db, x, p, t, x->c.record_id, x->c.unit, &year, e) : OK;
        if (rc == OK && year.len && writes_subject(x->step, x->process) &&
            !lapse_begun_by_centre(x->process))
            rc = look_at_day(to, db, x, p, year, e);
    }
    if (rc != OK || (!recommending && !awarding && !deciding))
        return rc;
    rc = standing_of(&now, db, p, x->c.unit, x->arena, e);
    /* Of a draft an office can try all: a party that nobody recognised is not in its register. */
    stands = now == STANDING_IN_FORCE ||
             (now == STANDING_NONE && p->pack->document.standing != PACK_IN_FORCE);
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
    else if (rc == OK && deciding && !stands)
        flow_obstacle_add(to, "standing", STR("centre"), NULL,
                          N_("this unit is not in the register of %s any more: nothing comes of "
                             "the case, which is ended without a result (the document does not "
                             "say it)"),
                          FLOW_ARGS(p->pack->document.title));
    return rc == OK && (!deciding || has_effect(x->step, EFFECT_RECORD, STR_NONE))
               ? check_running(to, db, x, p, e)
               : rc;
}
