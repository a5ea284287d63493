/* The actions of a case as JSON: open ones with their input, closed ones with the obstacles. */
#include "base/date.h"
#include "base/msg.h"
#include "case/action.h"

/* The record as he may see it; null: not at all. */
static err_t record_json(struct jout *j, struct step *g, const struct record_type *t, int64_t id)
{
    const struct label label = programme_type_label(g->p, t);
    const struct jvalue *record;
    err_t may = record_seen(
        &record, &(struct record_call){g->p->kernel, g->x->by, t, id, g->x->arena}, g->e);
    jout_object(j);
    jout_pair(j, "type", t->name);
    jout_pair(j, "label", msg_lang() == LANG_EN ? label.en : label.zh);
    jout_name(j, "record");
    if (may == OK)
        jout_value(j, record);
    jout_end_object(j);
    return may == E_DENIED || may == E_NOTFOUND ? OK : may;
}

/* The subject of the case, and the records that the step changes. */
static err_t records_json(struct jout *j, struct flow_call *x, struct programme *of,
                          const struct jvalue *arguments, struct err *e)
{
    const struct record_type *subject = record_type_find(of->kernel->types, x->c.type), *t;
    struct step g = {.x = x, .p = of, .e = e};
    err_t rc = OK;
    jout_array(j);
    if (subject && x->c.record_id)
        rc = record_json(j, &g, subject, x->c.record_id);
    for (size_t i = 0; rc == OK && i < x->step->effect_count; i++) {
        int64_t id = 0;
        if ((rc = store_reader_get(&g.db, of->kernel->store, e)) == OK)
            rc = programme_find_changed(&t, &id, &g, &x->step->effects[i], arguments);
        store_reader_put(of->kernel->store, g.db);
        g.db = NULL;
        if (rc == OK && t && t != subject && id)
            rc = record_json(j, &g, t, id);
    }
    jout_end_array(j);
    return rc;
}

static err_t name_of(struct str *out, int64_t account, struct step *g)
{
    err_t rc = step_reader(g);
    if (rc == OK)
        rc = db_text(out, g->db, "SELECT display_name FROM account WHERE id = ?1",
                     VALUES(v_i64(account)), g->x->arena, g->e);
    step_reader_end(g);
    return rc;
}

/* All that the second person says yes to. */
static err_t proposed_json(struct jout *j, struct flow_call *x, struct programme *of,
                           const struct proposal *p, struct err *e)
{
    const struct jvalue *asked = NULL;
    struct str name = STR_NONE;
    jout_name(j, "proposed");
    if (p->id == 0) {
        jout_null(j);
        return OK;
    }
    err_t rc = name_of(&name, p->proposed_by, &(struct step){NULL, NULL, x, of, e});
    jout_object(j);
    jout_pair_i64(j, "proposal", p->id);
    jout_pair_i64(j, "by", p->proposed_by);
    jout_pair(j, "by_name", name);
    jout_pair_bool(j, "mine", p->proposed_by == x->by->account);
    jout_pair(j, "reason", p->reason);
    jout_pair_raw(j, "asked", p->arguments);
    jout_pair_i64(j, "proposed_ms", p->proposed_ms);
    jout_pair_i64(j, "expires_ms", p->expires_ms);
    if (rc == OK)
        rc = jin_parse(&asked, p->arguments, x->arena, e);
    jout_name(j, "records");
    if (rc == OK)
        rc = records_json(j, x, of, jin_get(asked, "arguments"), e);
    else
        jout_null(j);
    jout_end_object(j);
    return rc;
}

/* Only those who may take the step see the proposal: the party does not learn an office's
 * intentions. */
static err_t find_proposed(struct proposal *out, const struct flow_obstacles *o, struct step *g)
{
    *out = (struct proposal){0};
    bool his = g->x->step->two_persons;
    for (size_t i = 0; i < o->len; i++)
        his = his && strcmp(o->ptr[i].code, "actor") != 0 && strcmp(o->ptr[i].code, "stage") != 0;
    return his ? flow_proposed(out, g) : OK;
}

/* --- one step --------------------------------------------------------------------------------- */

static struct str spoken(struct str zh, struct str en)
{
    return msg_lang() == LANG_EN && en.len ? en : zh;
}

/* The day on which a step opens that waits for one. */
static struct str opens_on(struct flow_call *x)
{
    struct date last;
    if (process_time(x->step, x->today, x->due) != PROCESS_EARLY || !date_parse(&last, x->due.date))
        return STR_NONE;
    return date_text(date_from_days(date_to_days(last) + 1), x->arena);
}

static void step_head_json(struct jout *j, struct step *g, bool open)
{
    const struct process_step *s = g->x->step;
    jout_pair(j, "action", s->id);
    jout_pair(j, "label", spoken(s->label, s->label_en));
    jout_pair_bool(j, "open", open);
    jout_pair_bool(j, "aside", false);
    jout_pair_bool(j, "stays", s->stays);
    if (!s->stays) {
        const struct process_state *to = &g->x->process->states[s->to];
        jout_pair(j, "to", spoken(to->label, to->label_en));
        jout_pair(j, "to_stage", to->id);
    }
    jout_pair(j, "actor", s->actor);
    jout_pair(j, "actor_label", pack_actor_label(g->p->pack, s->actor, g->x->arena));
    jout_pair_bool(j, "two_persons", s->two_persons);
    jout_pair(j, "clause", s->citation.clause);
    jout_pair(j, "quote", s->citation.quote);
    jout_pair(j, "own", s->own);
    due_day_json(j, g->x->due);
    if (!open)
        jout_pair(j, "opens_on", opens_on(g->x));
}

static void why_json(struct jout *j, const struct flow_obstacles *o)
{
    jout_name(j, "why");
    if (o->len)
        jout_value(j, flow_obstacles_values(o->ptr, o->len, o->arena));
    else
        jout_raw(j, STR("[]"));
}

/* Writes the places that the party has to look at before its text goes out, unless the step has other obstacles. */
static void places_json(struct jout *j, const struct flow_obstacles *o, const struct flow_call *x)
{
    const struct prepared *ready = x->prepared;
    if (!ready || ready->cleared.places.len == 0 || programme_is_office(x->by) ||
        (o->len && strcmp(o->ptr[0].code, "sensitive") != 0))
        return;
    jout_name(j, "places");
    clearing_json(j, &ready->cleared, true);
}

static err_t step_json(struct jout *j, struct flow_obstacles *o, struct step *g,
                       const struct proposal *proposed)
{
    /* A closed step takes no input, nor does a proposed one: the second person confirms it as it stands. */
    struct entered what;
    err_t rc = OK;
    if (o->len == 0 && proposed->id == 0)
        rc = action_entered(&what, &(struct step){o, g->db, g->x, g->p, g->e});
    jout_object(j);
    step_head_json(j, g, o->len == 0);
    jout_name(j, "input");
    if (rc == OK && o->len == 0 && proposed->id == 0)
        rc = action_input_json(j, &what, g);
    else
        jout_null(j);
    if (rc == OK)
        rc = proposed_json(j, g->x, g->p, proposed, g->e);
    places_json(j, o, g->x);
    why_json(j, o);
    jout_end_object(j);
    return rc;
}

static err_t action_json(struct jout *j, struct step *g)
{
    struct flow_obstacles o = {.arena = g->x->arena};
    struct proposal proposed;
    g->x->due = (struct due_day){0};
    g->x->as = NULL;
    if (g->x->prepared && g->x->prepared->facts.len)
        g->x->looked = g->x->prepared;
    g->x->prepared = NULL;
    err_t rc = flow_find_obstacles(&(struct step){&o, g->db, g->x, g->p, g->e});
    if (rc == OK)
        rc = find_proposed(&proposed, &o, g);
    return rc == OK ? step_json(j, &o, g, &proposed) : rc;
}

/* Another party's step, or of another way: the conditions that make it so. */
static err_t other_json(struct jout *j, struct step *g)
{
    struct flow_obstacles o = {.arena = g->x->arena};
    const struct proposal none = {0};
    g->x->due = (struct due_day){0};
    err_t rc = programme_check_when(&(struct step){&o, g->db, g->x, g->p, g->e});
    return rc == OK ? step_json(j, &o, g, &none) : rc;
}

/* --- all of them -------------------------------------------------------------------------------- */

/* The party's steps for the party; those of offices, experts and the public for everybody else. */
static bool is_own_side(struct flow_call *x, const struct process_step *s)
{
    return process_is_partys(s) == (x->by->unit == x->c.unit);
}

err_t programme_actions(struct buf *out, struct step *g, bool all)
{
    const struct process *process = g->x->process;
    struct jout j;
    int64_t total = 0;
    err_t rc = OK;
    jout_init(&j, out);
    jout_object(&j);
    jout_pair_array(&j, "items");
    for (size_t i = 0; rc == OK && i < process->step_count; i++) {
        const struct process_step *s = g->x->step = &process->steps[i];
        bool here = process_opens_in(process, s, g->x->c.stage) && is_own_side(g->x, s);
        bool others = false;
        if (s->role_count == 0 || !(all || here))
            continue;
        if ((rc = step_reader(g)) == OK)
            rc = programme_is_inapplicable(&others, g, s);
        step_reader_end(g);
        if (rc != OK || (others && !all))
            continue;
        rc = others ? other_json(&j, g) : action_json(&j, g);
        total++;
    }
    if (rc == OK)
        rc = action_general_json(&j, &total, g);
    jout_end_array(&j);
    jout_pair_i64(&j, "total", total);
    jout_pair_null(&j, "next");
    jout_end_object(&j);
    return rc;
}
