/* Obstacles to a step from its policy: required field values, criteria, questions, the name. */
#include "base/msg.h"
#include "case/call.h"
#include "document/service.h"
#include "matter/against.h"
#include "matter/lapse.h"
#include "matter/matter.h"
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
        obstacle_add(g->to, WHY_NAME_WITHOUT_INDUSTRY, STR("industry.name"),
                     &g->p->pack->naming.citation, NULL, 0);
    else if ((rc = pack_name(&ready->name, g->p->pack, pack_naming_level(g->p->pack, g->x->process),
                             name->text, g->x->arena, &why)) == E_INVALID)
        obstacle_add(g->to, WHY_NAME_NOT_FORMED, STR("industry.name"), &g->p->pack->naming.citation,
                     FLOW_ARGS(str_of(why.text)));
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
    obstacle_add_in(g->to, WHY_WRITES_NO_SUCH, type, &g->x->step->citation, &label.zh, &label.en,
                    1);
}

/* Reports input for records that no effect of the step writes. */
static err_t check_input(struct step *g)
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
    return OK;
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
        obstacle_add_in(g->to, WHY_DECIDES_THE_WAY,
                        arena_printf(g->x->arena, "records.%.*s", STR_ARG(path)),
                        &g->x->step->citation, (struct str[]){name.zh}, (struct str[]){name.en}, 1);
    }
    return rc;
}

static err_t check_input_in_time(struct step *g)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && !g->x->looking && i < g->x->step->effect_count; i++)
        if (g->x->step->effects[i].kind == EFFECT_CHANGE &&
            str_eq(g->x->step->effects[i].object, g->x->process->subject))
            rc = check_ways(g, &g->x->step->effects[i]);
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
    err_t rc = panel_review_of(r, g->db, g->x->c.id, asked->name, g->x->arena, g->e);
    if (rc != OK)
        return rc;
    struct str label = part_text(evaluation, "label");
    if (r->panel == 0)
        obstacle_add(g->to, WHY_PANEL_NONE, asked->name, &g->x->step->citation, FLOW_ARGS(label));
    else if (r->earlier)
        obstacle_add(g->to, WHY_PANEL_EARLIER, asked->name, &g->x->step->citation,
                     FLOW_ARGS(r->title));
    else if (!r->closed) /* no field: there is a panel, none is to be formed */
        obstacle_add(g->to, WHY_PANEL_OPEN, STR_NONE, &g->x->step->citation, FLOW_ARGS(r->title));
    else if (r->result.len == 0)
        obstacle_add(g->to, WHY_PANEL_NO_RESULT, asked->name, &g->x->step->citation,
                     FLOW_ARGS(r->title));
    else if (!str_eq(r->result, asked->value))
        obstacle_add(g->to, str_is(r->result, "fail") ? WHY_PANEL_FAILS : WHY_PANEL_PASSES,
                     STR_NONE, &g->x->step->citation, FLOW_ARGS(r->title, r->result_reason));
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
    err_t rc = programme_find_ban(&ban, g, g->x->c.unit);
    if (rc == OK && ban.bars)
        obstacle_add_in(g->to, ban.why, g->x->process->id, &ban.citation, ban.zh, ban.en,
                        ban.count);
    return rc;
}

/* An office decides nothing under a policy of another place. */
static err_t check_jurisdiction(struct step *g)
{
    const struct document *d = &g->p->pack->document;
    if (!str_is(g->x->step->actor, "public") && d->jurisdiction.len &&
        !programme_covers_region(g->p->pack, g->x->c.city, g->x->c.province))
        obstacle_add(g->to, WHY_OTHER_JURISDICTION, STR("unit"), &g->x->step->citation,
                     FLOW_ARGS(d->title, d->issuer));
    return OK;
}

/* The office of the party's own city; a unit of a province has none. */
static err_t check_office_city(struct step *g)
{
    struct str city = STR_NONE;
    /* A criterion of the document on the same fact comes first. */
    if (g->to->len || !str_is(g->x->c.type, "application") || g->x->c.city.len != 4)
        return OK;
    err_t rc = programme_field_text(&city, g, STR("application.office_city"));
    if (rc == OK && city.len && !str_eq(region_city_prefix(city), g->x->c.city))
        obstacle_add(g->to, WHY_OTHER_CITY, STR("office_city"), &g->x->step->citation, NULL, 0);
    return rc;
}

/* Effects under a condition that does not hold are none of this step: from here on it is the step
 * without them. A condition on what is not known keeps it closed. */
static err_t settle_effects(struct step *g)
{
    const struct process_step *s = process_step_find(g->x->process, g->x->step->id);
    struct process_step *mine = arena_alloc(g->x->arena, sizeof(*mine));
    struct process_effect *left = arena_array(g->x->arena, s->effect_count + 1, sizeof(*left));
    err_t rc = OK;
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

static err_t check_asks(struct step *g)
{
    return verdict_check_questions(g, g->x->step->asks, g->x->step->ask_count, false);
}

static err_t check_passes(struct step *g)
{
    return verdict_check_questions(g, g->x->step->passes, g->x->step->pass_count, true);
}

/* --- the table ---------------------------------------------------------------------------------- */

/* The worst obstacle to a step decides which checks are still asked. */
enum stands {
    NOTHING,
    WORDS, /* reason, basis, commitment: the other values that the request lacks are told with them */
    MORE,
    NOT_ITS, /* it is not this party's step */
    AWAY     /* the case is at another stage, or the step is taken by whom it is not for */
};

/* A check is asked if nothing worse than most[after] was found before the first check with its `after`; in the store
 * step, if nothing was found. */
enum after {
    ALWAYS,
    HERE,    /* the case is at the stage of the step, which is for whom takes it */
    ITS,     /* and it is this party's */
    CLEAR,   /* and nothing stands against it but words that the request lacks */
    WRITTEN, /* nor does anything that it enters */
    AFTERS
};
static const enum stands most[AFTERS] = {AWAY, NOT_ITS, MORE, WORDS, WORDS};

enum whose { ANY, PARTYS, OFFICES }; /* PARTYS: with which the party hands the case in */

/* REFUSED: before the store step only where that tells more, as the step is only looked at, is refused anyway, or is
 * taken of several cases. READS: it uses g->db as it is; others take a reader of their own where they need one. */
enum { LOOK = CHECKS_LOOK, STORE = CHECKS_STORE, REFUSED = 4, READS = 8 };
enum {
    BRIEF = LOOK | READS,
    BOTH = LOOK | STORE | READS,
    GUARD = BOTH | REFUSED /* what another person's step can change meanwhile */
};

/* In the order in which a step's obstacles are told. A check calls none of the others. */
static const struct check {
    const char *name;
    int when;
    enum after after;
    enum whose whose;
    err_t (*ask)(struct step *g);
} checks[] = {
    {"stage", BOTH, ALWAYS, ANY, check_stage},
    {"actor", BOTH, ALWAYS, ANY, check_actor},
    {"clock", BOTH, ALWAYS, OFFICES, check_clock},
    {"day", BOTH, ALWAYS, ANY, check_day},
    {"periods of others", BOTH, ALWAYS, ANY, check_waits},
    {"reason and basis", BOTH, ALWAYS, ANY, check_words},
    {"opinions", BOTH, ALWAYS, ANY, check_opinions},
    {"party", BRIEF, HERE, ANY, programme_check_when},
    {"papers served", BRIEF, ITS, ANY, service_check},
    {"effects", BRIEF, CLEAR, ANY, settle_effects},
    {"input", BRIEF, CLEAR, ANY, check_input},
    {"input in time", BRIEF, CLEAR, ANY, check_input_in_time},
    {"panel", BRIEF, CLEAR, ANY, check_panel},
    {"criteria", LOOK, CLEAR, ANY, verdict_check_needs},
    {"criteria unmet", LOOK, CLEAR, ANY, verdict_check_fails},
    {"questions", LOOK, CLEAR, ANY, check_asks},
    {"questions passed", LOOK, CLEAR, ANY, check_passes},
    {"register of organisations", LOOK, CLEAR, PARTYS, verdict_check_register},
    {"city", GUARD, CLEAR, PARTYS, check_office_city},
    {"jurisdiction", GUARD, CLEAR, OFFICES, check_jurisdiction},
    {"one application", GUARD, CLEAR, PARTYS, call_check_one_open},
    {"recognised once", GUARD, CLEAR, ANY, call_check_recognised},
    {"call", GUARD, CLEAR, PARTYS, call_check_submission},
    {"ban", GUARD, CLEAR, PARTYS, check_barred},
    {"register", GUARD, CLEAR, ANY, standing_check},
    {"policy lapsed", GUARD, CLEAR, PARTYS, lapse_check_submission},
    {"taken over", GUARD, CLEAR, ANY, earlier_check},
    {"publicity", GUARD, CLEAR, ANY, publicity_check},
    {"party's word", LOOK, CLEAR, PARTYS, verdict_check_known},
    {"review", LOOK, CLEAR, ANY, review_judge},
    {"changed since", LOOK, ITS, ANY, review_check},
    {"against conditions", LOOK, CLEAR, ANY, check_against},
    {"sensitive", LOOK, CLEAR, ANY, cleared_look},
    {"forms", LOOK, CLEAR, ANY, programme_check_submission},
    {"name", LOOK, CLEAR, ANY, form_name},
    {"papers", LOOK, WRITTEN, ANY, programme_papers},
};

static enum stands stands_of(const struct flow_obstacle *o, const struct flow_call *x)
{
    struct str code = str_of(o->code);
    if (str_is(code, "stage") || (str_is(code, "actor") && !x->looking))
        return AWAY;
    return str_is(code, "when") ? NOT_ITS : obstacle_is_words(o) ? WORDS : MORE;
}

static enum stands worst(const struct flow_obstacles *to, const struct flow_call *x)
{
    enum stands out = NOTHING;
    for (size_t i = 0; i < to->len; i++)
        if (stands_of(&to->ptr[i], x) > out)
            out = stands_of(&to->ptr[i], x);
    return out;
}

bool checks_turn_away(const struct flow_obstacles *to, const struct flow_call *x)
{
    return worst(to, x) == AWAY;
}

static bool is_whose(enum whose whose, const struct flow_call *x)
{
    return whose == PARTYS    ? programme_hands_in(x)
           : whose == OFFICES ? process_is_offices(x->step)
                              : true;
}

/* The guards of a step that is taken are asked in the store step alone, as long as no obstacle is found before it. */
static bool is_left(const struct check *c, const struct step *g, int moment)
{
    return moment == LOOK && c->when & REFUSED && g->to->len == 0 && !g->x->looking &&
           g->x->joint_count == 0;
}

/* *left: a guard was left to the store step. */
static err_t ask_all(bool *left, struct step *g, int moment)
{
    enum stands stood[AFTERS] = {NOTHING};
    enum after reached = ALWAYS;
    bool reading = false;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(checks); i++) {
        const struct check *c = &checks[i];
        while (reached < c->after)
            stood[++reached] = worst(g->to, g->x);
        if (!(c->when & moment) || !is_whose(c->whose, g->x) ||
            stood[c->after] > (moment == LOOK ? most[c->after] : NOTHING) ||
            (g->p->stand_in && c->after != ALWAYS))
            continue;
        if (is_left(c, g, moment)) {
            *left = true;
            continue;
        }
        bool reads = c->when & READS;
        if (reads && !reading)
            rc = step_reader(g);
        else if (!reads && reading)
            step_reader_end(g);
        reading = reads;
        if (rc == OK)
            rc = c->ask(g);
    }
    if (reading)
        step_reader_end(g);
    return rc;
}

/* The step is refused before its store step: what stands by the guards is told before the rest. */
static err_t put_guards_first(struct step *g)
{
    struct flow_obstacles all = {.arena = g->to->arena};
    struct step own = *g;
    bool left;
    own.to = &all;
    err_t rc = ask_all(&left, &own, REFUSED);
    for (size_t i = 0; i < g->to->len; i++)
        VEC_PUSH(g->to->arena, &all, g->to->ptr[i]);
    *g->to = all;
    return rc;
}

err_t checks_ask(struct step *g, int moment)
{
    bool left = false;
    if (moment == STORE)
        g->x->timed = false; /* they may be others by now */
    if (moment == LOOK) {
        g->x->prepared = NULL;
        (void)programme_prepared(g->x);
    }
    err_t rc = ask_all(&left, g, moment);
    if (rc == OK && left && g->to->len)
        rc = put_guards_first(g);
    if (rc == OK && moment == LOOK && g->p->stand_in && worst(g->to, g->x) != AWAY)
        rc = g->p->stand_in->look(g->to, g->x);
    return rc;
}

err_t flow_find_obstacles(struct step *g)
{
    g->x->looking = true;
    err_t rc = checks_ask(g, CHECKS_LOOK);
    return rc == OK && g->to->len ? programme_name_missing(g) : rc;
}
