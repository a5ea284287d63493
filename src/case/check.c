/* Obstacles to a step from its policy: required field values, criteria, questions, the name. */
#include "base/msg.h"
#include "case/call.h"
#include "document/service.h"
#include "matter/against.h"
#include "matter/cleared.h"
#include "matter/earlier.h"
#include "matter/lapse.h"
#include "matter/review.h"
#include "matter/standing.h"
#include "policy/naming.h"

/* --- the name --------------------------------------------------------------------------------------- */

static err_t form_name(struct flow_obstacles *to, struct flow_call *x, struct programme *p,
                       struct err *e)
{
    struct err why;
    if (!process_step_has(x->step, EFFECT_NAME))
        return OK;
    err_t rc = programme_load_facts(x, p, e);
    if (rc != OK)
        return rc;
    struct prepared *ready = x->prepared;
    const struct yvalue *name = yin_get(yin_get(ready->document, "industry"), "name");
    if (!name || name->type != Y_TEXT)
        flow_obstacle_add(to, "object", STR("industry.name"), &p->pack->naming.citation,
                          N_("the name is formed from the industry, which is not known"), NULL, 0);
    else if ((rc = pack_name(&ready->name, p->pack, pack_naming_level(p->pack, x->process),
                             name->text, x->arena, &why)) == E_INVALID)
        flow_obstacle_add(to, "object", STR("industry.name"), &p->pack->naming.citation,
                          N_("the industry gives no name: %s"), FLOW_ARGS(str_of(why.text)));
    if (rc == OK || rc == E_INVALID)
        return OK;
    return err_pass(e, rc, &why);
}

/* --- what is said --------------------------------------------------------------------------- */

/* Rejects input that is another body's to state. */
static void check_whose(struct flow_obstacles *to, const struct flow_call *x,
                        const struct record_type *t, const struct jvalue *said)
{
    for (size_t i = 0; t && said->type == J_OBJECT && i < said->count; i++) {
        const struct field *f = record_field(t, said->names[i]);
        if (f)
            (void)programme_check_fact_source(to, x, f);
    }
}

static void say_unwritten(struct flow_obstacles *to, const struct flow_call *x,
                          const struct programme *p, struct str type)
{
    const struct record_type *t = record_type_find(p->kernel->types, type);
    const struct label label = t ? programme_type_label(p, t) : (struct label){type, type};
    flow_obstacle_add_in(to, "object", type, &x->step->citation,
                         N_("the step writes no record of the kind \"%s\""), &label.zh, &label.en,
                         1);
}

/* Reports input for records that no effect of the step writes. */
static void check_said(struct flow_obstacles *to, const struct flow_call *x,
                       const struct programme *p)
{
    const struct jvalue *said = x->arguments ? jin_get(x->arguments, "records") : NULL;
    for (size_t i = 0; said && said->type == J_OBJECT && i < said->count; i++) {
        bool writes = false;
        for (size_t k = 0; !writes && k < x->step->effect_count; k++) {
            const struct process_effect *f = &x->step->effects[k];
            const struct process *next =
                f->kind == EFFECT_START ? pack_process(p->pack, f->object) : NULL;
            writes = ((f->kind == EFFECT_RECORD || f->kind == EFFECT_CHANGE) &&
                      str_eq(f->object, said->names[i])) ||
                     (next && str_eq(next->subject, said->names[i]));
        }
        if (writes)
            check_whose(to, x, record_type_find(p->kernel->types, said->names[i]), &said->items[i]);
        else
            say_unwritten(to, x, p, said->names[i]);
    }
}

/* A step of the process is taken only where the field says so ("when"). */
static bool decides_the_way(const struct process *p, struct str path)
{
    for (size_t i = 0; i < p->step_count; i++)
        if (FIND_BY(p->steps[i].when, p->steps[i].when_count, name, path))
            return true;
    return false;
}

/* Fields that decide the route of the case must be entered in this step at the latest, because no
 * later step enters them. */
static err_t check_ways(struct step_view *g, const struct process_effect *f)
{
    const struct jvalue *records;
    err_t rc = review_argument(&records, g->x, g->p, "records", g->e);
    const struct jvalue *said =
        rc == OK && records ? jin_get(records, arena_cstr(g->x->arena, f->object)) : NULL;
    for (size_t i = 0; rc == OK && i < f->enter_count; i++) {
        struct str stands, path = arena_printf(g->x->arena, "%.*s.%.*s", STR_ARG(f->object),
                                               STR_ARG(f->enters[i]));
        const struct jvalue *value =
            said ? jin_get(said, arena_cstr(g->x->arena, f->enters[i])) : NULL;
        if (!decides_the_way(g->x->process, path) || (value && value->type != J_NULL))
            continue;
        rc = programme_field_text(&stands, g, path);
        const struct record_type *t = record_type_find(g->p->kernel->types, f->object);
        if (rc != OK || stands.len || !t)
            continue;
        const struct label name = programme_field_label(g->p, t, record_field(t, f->enters[i]));
        flow_obstacle_add_in(
            g->to, "object", arena_printf(g->x->arena, "records.%.*s", STR_ARG(path)),
            &g->x->step->citation,
            N_("enter \"%s\" in this step at the latest: it decides how the case continues"),
            (struct str[]){name.zh}, (struct str[]){name.en}, 1);
    }
    return rc;
}

static err_t check_said_in_time(struct flow_obstacles *to, struct flow_call *x,
                                const struct programme *p, struct err *e)
{
    struct db *db = NULL;
    if (x->looking)
        return OK;
    err_t rc = store_reader_get(&db, p->kernel->store, e);
    for (size_t i = 0; rc == OK && i < x->step->effect_count; i++)
        if (x->step->effects[i].kind == EFFECT_CHANGE &&
            str_eq(x->step->effects[i].object, x->process->subject))
            rc = check_ways(&(struct step_view){to, db, x, p, e}, &x->step->effects[i]);
    store_reader_put(p->kernel->store, db);
    return rc;
}

/* --- experts ---------------------------------------------------------------------------------- */

/* The panel of experts that the step rests on: closed, with this case in its report. */
static err_t check_panel(struct flow_obstacles *to, struct flow_call *x, struct programme *p,
                         struct err *e)
{
    const struct process_value *asked = &x->step->panel;
    const struct part *evaluation = part_named(p->pack, PART_EVALUATIONS, asked->name);
    struct panel_review *r = &programme_prepared(x)->review;
    struct db *db = NULL;
    if (!evaluation)
        return OK;
    err_t rc = store_reader_get(&db, p->kernel->store, e);
    if (rc == OK)
        rc = panel_review_of(r, db, x->c.id, asked->name, x->arena, e);
    store_reader_put(p->kernel->store, db);
    if (rc != OK)
        return rc;
    struct str label = part_text(evaluation, "label");
    if (r->panel == 0)
        flow_obstacle_add(to, "panel", asked->name, &x->step->citation,
                          N_("no panel of experts for \"%s\" has this case: form one with it"),
                          FLOW_ARGS(label));
    else if (r->earlier)
        flow_obstacle_add(to, "panel", asked->name, &x->step->citation,
                          N_("the panel of experts \"%s\" judged what was handed in before; the "
                             "case was handed in again since: form another with it"),
                          FLOW_ARGS(r->title));
    else if (!r->closed) /* no field: there is a panel, none is to be formed */
        flow_obstacle_add(to, "panel", STR_NONE, &x->step->citation,
                          N_("the panel of experts \"%s\" is not closed yet, so it has no report"),
                          FLOW_ARGS(r->title));
    else if (r->result.len == 0)
        flow_obstacle_add(to, "panel", asked->name, &x->step->citation,
                          N_("the panel of experts \"%s\" was closed without a result of this "
                             "case: form another with it"),
                          FLOW_ARGS(r->title));
    else if (!str_eq(r->result, asked->value))
        flow_obstacle_add(to, "panel", STR_NONE, &x->step->citation,
                          str_is(r->result, "fail")
                              ? N_("by the panel of experts \"%s\" this case does not pass: %s")
                              : N_("by the panel of experts \"%s\" this case passes: %s"),
                          FLOW_ARGS(r->title, r->result_reason));
    return OK;
}

/* Input for secret records (an objection) is left out of the history. */
static void note_untold(struct flow_call *x, const struct programme *p)
{
    const struct jvalue *records = x->arguments ? jin_get(x->arguments, "records") : NULL;
    for (size_t i = 0; records && records->type == J_OBJECT && i < records->count; i++) {
        const struct record_type *t = record_type_find(p->kernel->types, records->names[i]);
        if (t && t->secrecy >= SECRECY_SECRET)
            x->untold = t->name;
    }
}

void programme_note(struct flow_call *x, struct programme *p)
{
    struct prepared *ready = x->prepared;
    note_untold(x, p);
    if (!ready)
        return;
    ready->records.len = 0; /* a store step may be run again: what it wrote before was undone */
    ready->commitment_noted = false;
    review_note(x);
    against_note(x);
    cleared_note(x);
    if (ready->review.panel == 0)
        return;
    jout_pair_i64(x->result, "panel", ready->review.panel);
    jout_pair(x->result, "panel_report", ready->review.report_digest);
}

/* After a ban begins, the party's earlier submissions cannot move on by the party's steps. */
static err_t check_barred(struct flow_obstacles *to, struct db *db, struct flow_call *x,
                          const struct programme *p, struct err *e)
{
    struct ban ban;
    if (!programme_hands_in(x))
        return OK;
    err_t rc = programme_find_ban(&ban, &(struct step_view){NULL, db, x, p, e}, x->c.unit);
    if (rc == OK && ban.bars)
        flow_obstacle_add_in(to, "barred", x->process->id, &ban.citation, ban.sentence, ban.zh,
                             ban.en, ban.count);
    return rc;
}

/* An office decides nothing under a policy of another place. */
static void check_jurisdiction(struct flow_obstacles *to, const struct flow_call *x,
                               const struct programme *p)
{
    const struct document *d = &p->pack->document;
    if (x->step && process_is_offices(x->step) && !str_is(x->step->actor, "public") &&
        d->jurisdiction.len && !programme_covers_region(p->pack, x->c.city, x->c.province))
        flow_obstacle_add(to, "object", STR("unit"), &x->step->citation,
                          N_("%s is a policy of %s, and the unit of this case is of another place"),
                          FLOW_ARGS(d->title, d->issuer));
}

/* The office of the party's own city; a unit of a province has none. */
static err_t check_office_city(struct flow_obstacles *to, struct db *db, const struct flow_call *x,
                               const struct programme *p, struct err *e)
{
    struct str city = STR_NONE;
    /* A criterion of the document on the same fact comes first. */
    if (to->len || !programme_hands_in(x) || !str_is(x->c.type, "application") ||
        x->c.city.len != 4)
        return OK;
    err_t rc = programme_field_text(&city, &(struct step_view){NULL, db, x, p, e},
                                    STR("application.office_city"));
    if (rc == OK && city.len && !str_eq(region_city_prefix(city), x->c.city))
        flow_obstacle_add(to, "object", STR("office_city"), &x->step->citation,
                          N_("the application goes to the office of the city where the unit is "
                             "(office_city), and not to that of another"),
                          NULL, 0);
    return rc;
}

err_t programme_guard(struct flow_obstacles *to, struct db *db, struct flow_call *x,
                      struct programme *p, struct err *e)
{
    if (p->stand_in)
        return OK;
    err_t rc = check_office_city(to, db, x, p, e);
    check_jurisdiction(to, x, p);
    if (rc == OK && programme_hands_in(x))
        rc = call_only_one(&(struct step_view){to, db, x, p, e}, x->c.call);
    if (rc == OK)
        rc = call_recognised(&(struct step_view){to, db, x, p, e}, programme_hands_in(x));
    if (rc == OK && programme_hands_in(x))
        rc = call_check_submission(to, db, x, p, e);
    if (rc == OK)
        rc = check_barred(to, db, x, p, e);
    if (rc == OK)
        rc = standing_check(to, db, x, p, e);
    if (rc == OK && programme_hands_in(x))
        rc = lapse_check_submission(to, db, x, p, e);
    if (rc == OK)
        rc = earlier_check(to, db, x, p, e);
    return rc == OK ? publicity_check(to, db, x, p, e) : rc;
}

/* Taking a step, the store step asks the guards. Before it they are asked only where that tells more: while the step is
 * looked at, where it is refused anyway, and of each of several cases. */
static err_t check_changing(struct flow_obstacles *to, struct flow_call *x, struct programme *p,
                            struct err *e)
{
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, p->kernel->store, e);
    if (rc == OK)
        rc = programme_guard(to, db, x, p, e);
    store_reader_put(p->kernel->store, db);
    return rc;
}

/* The step is refused before its store step, so the obstacles of guards are added here. */
static err_t put_guards_first(struct flow_obstacles *to, struct flow_call *x, struct programme *p,
                              struct err *e)
{
    struct flow_obstacles all = {.arena = to->arena};
    err_t rc = check_changing(&all, x, p, e);
    for (size_t i = 0; i < to->len; i++)
        VEC_PUSH(to->arena, &all, to->ptr[i]);
    *to = all;
    return rc;
}

/* A paper that was served stays so: it is asked once, before the step. */
static err_t check_served(struct flow_obstacles *to, const struct flow_call *x,
                          const struct programme *p, struct err *e)
{
    struct db *db = NULL;
    if (x->step->served_count == 0)
        return OK;
    err_t rc = store_reader_get(&db, p->kernel->store, e);
    if (rc == OK)
        rc = service_check(to, db, x, p, e);
    store_reader_put(p->kernel->store, db);
    return rc;
}

/* Effects under a condition that does not hold are none of this step: from here on it is the step
 * without them. A condition on what is not known keeps it closed. */
static err_t settle_effects(struct flow_obstacles *to, struct flow_call *x, struct programme *p,
                            struct err *e)
{
    struct step_view g = {.to = to, .x = x, .p = p, .e = e};
    const struct process_step *s = process_step_find(x->process, x->step->id);
    struct process_step *mine = arena_alloc(x->arena, sizeof(*mine));
    struct process_effect *left = arena_array(x->arena, s->effect_count + 1, sizeof(*left));
    err_t rc = store_reader_get(&g.db, p->kernel->store, e);
    *mine = *s;
    mine->effects = left;
    mine->effect_count = 0;
    for (size_t i = 0; rc == OK && i < s->effect_count; i++) {
        bool holds = true;
        rc = programme_check_conditions(&holds, false, &g, s->effects[i].when,
                                        s->effects[i].when_count);
        if (holds)
            left[mine->effect_count++] = s->effects[i];
    }
    store_reader_put(p->kernel->store, g.db);
    x->step = mine;
    return rc;
}

/* Conditions against which the step is taken need a reason; who looks at the step is shown what they lack. */
static err_t check_against(struct flow_obstacles *to, struct flow_call *x, struct programme *p,
                           struct err *e)
{
    struct flow_obstacles shown = {.arena = x->arena};
    err_t rc = against_check(to, &shown, x, p, e);
    if (rc == OK && shown.len && (rc = programme_name_missing(&shown, x, p, e)) == OK)
        against_show(x, &shown);
    return rc;
}

/* Whether only texts (reason, basis …) are missing; then missing values of papers are reported at
 * once too. */
static bool lacks_words_alone(const struct flow_obstacles *to)
{
    static const struct str codes[] = {STR("reason"), STR("basis"), STR("commitment"),
                                       STR("against")};
    for (size_t i = 0; i < to->len; i++)
        if (!str_among(str_of(to->ptr[i].code), codes, ARRAY_LEN(codes)))
            return false;
    return true;
}

err_t programme_look(struct flow_obstacles *to, struct flow_call *x, struct programme *p,
                     struct err *e)
{
    struct step_run g = {.to = to, .x = x, .p = p, .e = e};
    x->prepared = NULL;
    if (p->stand_in)
        return p->stand_in->look(to, x);
    (void)programme_prepared(x);
    size_t had = to->len;
    err_t rc = programme_check_when(to, x, p, e);
    if (rc != OK || to->len > had) /* a step that is not this party's is not judged */
        return rc;
    if ((rc = check_served(to, x, p, e)) != OK)
        return rc;
    if (!lacks_words_alone(
            to)) /* nor one before its day; what changed since a review is shown all the while */
        return review_check(to, x, p, e);
    if ((rc = settle_effects(to, x, p, e)) != OK)
        return rc;
    const struct process_step *s = x->step;
    check_said(to, x, p);
    rc = check_said_in_time(to, x, p, e);
    if (rc == OK)
        rc = check_panel(to, x, p, e);
    if (rc == OK)
        rc = verdict_check_needs(to, x, p, e);
    if (rc == OK)
        rc = verdict_check_fails(to, x, p, e);
    if (rc == OK)
        rc = verdict_check_questions(&g, s->asks, s->ask_count, false);
    if (rc == OK)
        rc = verdict_check_questions(&g, s->passes, s->pass_count, true);
    if (rc == OK)
        rc = verdict_check_register(to, x, p, e);
    bool guarded = x->looking || to->len || x->joint_count;
    if (rc == OK && guarded)
        rc = check_changing(to, x, p, e);
    if (rc == OK)
        rc = verdict_check_known(to, x, p, e);
    if (rc == OK)
        rc = review_judge(x, p, e);
    if (rc == OK)
        rc = review_check(to, x, p, e);
    if (rc == OK)
        rc = check_against(to, x, p, e);
    if (rc == OK)
        rc = cleared_look(to, x, p, e);
    if (rc == OK)
        rc = programme_check_submission(to, x, p, e);
    if (rc == OK)
        rc = form_name(to, x, p, e);
    if (rc == OK && lacks_words_alone(to))
        rc = programme_papers(to, x, p, e);
    return rc == OK && to->len && !guarded ? put_guards_first(to, x, p, e) : rc;
}
