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

static err_t form_name(struct step *g)
{
    struct err why;
    if (!process_step_has(g->x->step, EFFECT_NAME))
        return OK;
    err_t rc = programme_load_facts(g);
    if (rc != OK)
        return rc;
    struct prepared *ready = g->x->prepared;
    const struct yvalue *name = yin_get(yin_get(ready->document, "industry"), "name");
    if (!name || name->type != Y_TEXT)
        flow_obstacle_add(g->to, "object", STR("industry.name"), &g->p->pack->naming.citation,
                          N_("the name is formed from the industry, which is not known"), NULL, 0);
    else if ((rc = pack_name(&ready->name, g->p->pack, pack_naming_level(g->p->pack, g->x->process),
                             name->text, g->x->arena, &why)) == E_INVALID)
        flow_obstacle_add(g->to, "object", STR("industry.name"), &g->p->pack->naming.citation,
                          N_("the industry gives no name: %s"), FLOW_ARGS(str_of(why.text)));
    if (rc == OK || rc == E_INVALID)
        return OK;
    return err_pass(g->e, rc, &why);
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

static void say_unwritten(struct step *g, struct str type)
{
    const struct record_type *t = record_type_find(g->p->kernel->types, type);
    const struct label label = t ? programme_type_label(g->p, t) : (struct label){type, type};
    flow_obstacle_add_in(g->to, "object", type, &g->x->step->citation,
                         N_("the step writes no record of the kind \"%s\""), &label.zh, &label.en,
                         1);
}

/* Reports input for records that no effect of the step writes. */
static void check_said(struct step *g)
{
    const struct jvalue *said = g->x->arguments ? jin_get(g->x->arguments, "records") : NULL;
    for (size_t i = 0; said && said->type == J_OBJECT && i < said->count; i++) {
        bool writes = false;
        for (size_t k = 0; !writes && k < g->x->step->effect_count; k++) {
            const struct process_effect *f = &g->x->step->effects[k];
            const struct process *next =
                f->kind == EFFECT_START ? pack_process(g->p->pack, f->object) : NULL;
            writes = ((f->kind == EFFECT_RECORD || f->kind == EFFECT_CHANGE) &&
                      str_eq(f->object, said->names[i])) ||
                     (next && str_eq(next->subject, said->names[i]));
        }
        if (writes)
            check_whose(g->to, g->x, record_type_find(g->p->kernel->types, said->names[i]),
                        &said->items[i]);
        else
            say_unwritten(g, said->names[i]);
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
static err_t check_ways(struct step *g, const struct process_effect *f)
{
    const struct jvalue *records;
    err_t rc = review_argument(&records, g, "records");
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

static err_t check_said_in_time(struct step *g)
{
    if (g->x->looking)
        return OK;
    err_t rc = step_reader(g);
    for (size_t i = 0; rc == OK && i < g->x->step->effect_count; i++)
        if (g->x->step->effects[i].kind == EFFECT_CHANGE &&
            str_eq(g->x->step->effects[i].object, g->x->process->subject))
            rc = check_ways(g, &g->x->step->effects[i]);
    step_reader_end(g);
    return rc;
}

/* --- experts ---------------------------------------------------------------------------------- */

/* The panel of experts that the step rests on: closed, with this case in its report. */
static err_t check_panel(struct step *g)
{
    const struct process_value *asked = &g->x->step->panel;
    const struct part *evaluation = part_named(g->p->pack, PART_EVALUATIONS, asked->name);
    struct panel_review *r = &programme_prepared(g->x)->review;
    if (!evaluation)
        return OK;
    err_t rc = step_reader(g);
    if (rc == OK)
        rc = panel_review_of(r, g->db, g->x->c.id, asked->name, g->x->arena, g->e);
    step_reader_end(g);
    if (rc != OK)
        return rc;
    struct str label = part_text(evaluation, "label");
    if (r->panel == 0)
        flow_obstacle_add(g->to, "panel", asked->name, &g->x->step->citation,
                          N_("no panel of experts for \"%s\" has this case: form one with it"),
                          FLOW_ARGS(label));
    else if (r->earlier)
        flow_obstacle_add(g->to, "panel", asked->name, &g->x->step->citation,
                          N_("the panel of experts \"%s\" judged what was handed in before; the "
                             "case was handed in again since: form another with it"),
                          FLOW_ARGS(r->title));
    else if (!r->closed) /* no field: there is a panel, none is to be formed */
        flow_obstacle_add(g->to, "panel", STR_NONE, &g->x->step->citation,
                          N_("the panel of experts \"%s\" is not closed yet, so it has no report"),
                          FLOW_ARGS(r->title));
    else if (r->result.len == 0)
        flow_obstacle_add(g->to, "panel", asked->name, &g->x->step->citation,
                          N_("the panel of experts \"%s\" was closed without a result of this "
                             "case: form another with it"),
                          FLOW_ARGS(r->title));
    else if (!str_eq(r->result, asked->value))
        flow_obstacle_add(g->to, "panel", STR_NONE, &g->x->step->citation,
                          str_is(r->result, "fail")
                              ? N_("by the panel of experts \"%s\" this case does not pass: %s")
                              : N_("by the panel of experts \"%s\" this case passes: %s"),
                          FLOW_ARGS(r->title, r->result_reason));
    return OK;
}

/* Input for secret records (an objection) is left out of the history. */
static void note_untold(struct step *g)
{
    const struct jvalue *records = g->x->arguments ? jin_get(g->x->arguments, "records") : NULL;
    for (size_t i = 0; records && records->type == J_OBJECT && i < records->count; i++) {
        const struct record_type *t = record_type_find(g->p->kernel->types, records->names[i]);
        if (t && t->secrecy >= SECRECY_SECRET)
            g->x->untold = t->name;
    }
}

void programme_note(struct step *g)
{
    struct prepared *ready = g->x->prepared;
    note_untold(g);
    if (!ready)
        return;
    ready->records.len = 0; /* a store step may be run again: what it wrote before was undone */
    ready->commitment_noted = false;
    review_note(g->x);
    against_note(g->x);
    cleared_note(g->x);
    if (ready->review.panel == 0)
        return;
    jout_pair_i64(g->x->result, "panel", ready->review.panel);
    jout_pair(g->x->result, "panel_report", ready->review.report_digest);
}

/* After a ban begins, the party's earlier submissions cannot move on by the party's steps. */
static err_t check_barred(struct step *g)
{
    struct ban ban;
    if (!programme_hands_in(g->x))
        return OK;
    err_t rc =
        programme_find_ban(&ban, &(struct step){NULL, g->db, g->x, g->p, g->e}, g->x->c.unit);
    if (rc == OK && ban.bars)
        flow_obstacle_add_in(g->to, "barred", g->x->process->id, &ban.citation, ban.sentence,
                             ban.zh, ban.en, ban.count);
    return rc;
}

/* An office decides nothing under a policy of another place. */
static void check_jurisdiction(struct step *g)
{
    const struct document *d = &g->p->pack->document;
    if (g->x->step && process_is_offices(g->x->step) && !str_is(g->x->step->actor, "public") &&
        d->jurisdiction.len && !programme_covers_region(g->p->pack, g->x->c.city, g->x->c.province))
        flow_obstacle_add(g->to, "object", STR("unit"), &g->x->step->citation,
                          N_("%s is a policy of %s, and the unit of this case is of another place"),
                          FLOW_ARGS(d->title, d->issuer));
}

/* The office of the party's own city; a unit of a province has none. */
static err_t check_office_city(struct step *g)
{
    struct str city = STR_NONE;
    /* A criterion of the document on the same fact comes first. */
    if (g->to->len || !programme_hands_in(g->x) || !str_is(g->x->c.type, "application") ||
        g->x->c.city.len != 4)
        return OK;
    err_t rc = programme_field_text(&city, &(struct step){NULL, g->db, g->x, g->p, g->e},
                                    STR("application.office_city"));
    if (rc == OK && city.len && !str_eq(region_city_prefix(city), g->x->c.city))
        flow_obstacle_add(g->to, "object", STR("office_city"), &g->x->step->citation,
                          N_("the application goes to the office of the city where the unit is "
                             "(office_city), and not to that of another"),
                          NULL, 0);
    return rc;
}

err_t programme_guard(struct step *g)
{
    if (g->p->stand_in)
        return OK;
    err_t rc = check_office_city(g);
    check_jurisdiction(g);
    if (rc == OK && programme_hands_in(g->x))
        rc = call_only_one(g, g->x->c.call);
    if (rc == OK)
        rc = call_recognised(g, programme_hands_in(g->x));
    if (rc == OK && programme_hands_in(g->x))
        rc = call_check_submission(g);
    if (rc == OK)
        rc = check_barred(g);
    if (rc == OK)
        rc = standing_check(g);
    if (rc == OK && programme_hands_in(g->x))
        rc = lapse_check_submission(g);
    if (rc == OK)
        rc = earlier_check(g);
    return rc == OK ? publicity_check(g) : rc;
}

/* Taking a step, the store step asks the guards. Before it they are asked only where that tells more: while the step is
 * looked at, where it is refused anyway, and of each of several cases. */
static err_t check_changing(struct step *g)
{
    err_t rc = step_reader(g);
    if (rc == OK)
        rc = programme_guard(g);
    step_reader_end(g);
    return rc;
}

/* The step is refused before its store step, so the obstacles of guards are added here. */
static err_t put_guards_first(struct step *g)
{
    struct flow_obstacles all = {.arena = g->to->arena};
    err_t rc = check_changing(&(struct step){&all, g->db, g->x, g->p, g->e});
    for (size_t i = 0; i < g->to->len; i++)
        VEC_PUSH(g->to->arena, &all, g->to->ptr[i]);
    *g->to = all;
    return rc;
}

/* A paper that was served stays so: it is asked once, before the step. */
static err_t check_served(struct step *g)
{
    if (g->x->step->served_count == 0)
        return OK;
    err_t rc = step_reader(g);
    if (rc == OK)
        rc = service_check(g);
    step_reader_end(g);
    return rc;
}

/* Effects under a condition that does not hold are none of this step: from here on it is the step
 * without them. A condition on what is not known keeps it closed. */
static err_t settle_effects(struct step *g)
{
    const struct process_step *s = process_step_find(g->x->process, g->x->step->id);
    struct process_step *mine = arena_alloc(g->x->arena, sizeof(*mine));
    struct process_effect *left = arena_array(g->x->arena, s->effect_count + 1, sizeof(*left));
    err_t rc = step_reader(g);
    *mine = *s;
    mine->effects = left;
    mine->effect_count = 0;
    for (size_t i = 0; rc == OK && i < s->effect_count; i++) {
        bool holds = true;
        rc = programme_check_conditions(&holds, false, g, s->effects[i].when,
                                        s->effects[i].when_count);
        if (holds)
            left[mine->effect_count++] = s->effects[i];
    }
    step_reader_end(g);
    g->x->step = mine;
    return rc;
}

/* Conditions against which the step is taken need a reason; who looks at the step is shown what they lack. */
static err_t check_against(struct step *g)
{
    struct flow_obstacles shown = {.arena = g->x->arena};
    err_t rc = against_check(g, &shown);
    if (rc == OK && shown.len &&
        (rc = programme_name_missing(&(struct step){&shown, g->db, g->x, g->p, g->e})) == OK)
        against_show(g->x, &shown);
    return rc;
}

/* True if only texts (reason, basis …) are missing. Then missing values of papers are reported in the same reply. */
static bool lacks_words_alone(const struct flow_obstacles *to)
{
    static const struct str codes[] = {STR("reason"), STR("basis"), STR("commitment"),
                                       STR("against")};
    for (size_t i = 0; i < to->len; i++)
        if (!str_among(str_of(to->ptr[i].code), codes, ARRAY_LEN(codes)))
            return false;
    return true;
}

err_t programme_look(struct step *g)
{
    g->x->prepared = NULL;
    if (g->p->stand_in)
        return g->p->stand_in->look(g->to, g->x);
    (void)programme_prepared(g->x);
    size_t had = g->to->len;
    err_t rc = programme_check_when(g);
    if (rc != OK || g->to->len > had) /* a step that is not this party's is not judged */
        return rc;
    if ((rc = check_served(g)) != OK)
        return rc;
    if (!lacks_words_alone(
            g->to)) /* nor one before its day; what changed since a review is shown all the while */
        return review_check(g);
    if ((rc = settle_effects(g)) != OK)
        return rc;
    const struct process_step *s = g->x->step;
    check_said(g);
    rc = check_said_in_time(g);
    if (rc == OK)
        rc = check_panel(g);
    if (rc == OK)
        rc = verdict_check_needs(g);
    if (rc == OK)
        rc = verdict_check_fails(g);
    if (rc == OK)
        rc = verdict_check_questions(g, s->asks, s->ask_count, false);
    if (rc == OK)
        rc = verdict_check_questions(g, s->passes, s->pass_count, true);
    if (rc == OK)
        rc = verdict_check_register(g);
    bool guarded = g->x->looking || g->to->len || g->x->joint_count;
    if (rc == OK && guarded)
        rc = check_changing(g);
    if (rc == OK)
        rc = verdict_check_known(g);
    if (rc == OK)
        rc = review_judge(g);
    if (rc == OK)
        rc = review_check(g);
    if (rc == OK)
        rc = check_against(g);
    if (rc == OK)
        rc = cleared_look(g);
    if (rc == OK)
        rc = programme_check_submission(g);
    if (rc == OK)
        rc = form_name(g);
    if (rc == OK && lacks_words_alone(g->to))
        rc = programme_papers(g);
    return rc == OK && g->to->len && !guarded ? put_guards_first(g) : rc;
}
