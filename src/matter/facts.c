/* The facts of a case and the time from which they count. */
#include "judge/stored.h"
#include "matter/lapse.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)
#define CHINA_MS (INT64_C(8) * 3600 * 1000) /* that its midnight is before that of UTC */

/* A case that manages a party belongs to the time of its recognition, even if it was opened after
 * the document lapsed. */
static err_t find_origin(struct flow_case *origin, struct str *entered, struct step *g,
                         const struct pack *pack)
{
    struct flow_case c = g->x->c;
    err_t rc = OK;
    while (c.parent && (rc = flow_case_read(&c, g->db, c.parent, g->x->arena, g->e)) == OK)
        continue;
    *origin = c;
    *entered = STR_NONE;
    const struct process *p = rc == OK ? pack_process(pack, c.process) : NULL;
    if (p && programme_lapsed(pack, business_date(c.opened_ms, g->x->arena)) &&
        lapse_manages(pack, p))
        rc = lapse_entered(entered, g, pack, c.unit);
    return rc;
}

err_t programme_begin_time(int64_t *ms, struct step *g, const struct pack *pack)
{
    struct flow_case origin;
    struct str entered;
    struct date day;
    struct call_version v = {0};
    err_t rc = find_origin(&origin, &entered, g, pack);
    *ms = origin.opened_ms;
    if (rc == OK && origin.call) /* by the version that counted when its call opened */
        rc = call_version(&v, g, origin.call, pack->id, pack->digest);
    if (v.opened_ms)
        *ms = v.opened_ms;
    if (rc == OK && date_parse(&day, entered))
        *ms = (int64_t)(date_to_days(day) + 1) * DAY_MS - CHINA_MS - 1; /* its last moment */
    return rc;
}

/* The day by which the matter counts: it was handed in, or managed a party since. */
static err_t find_handed_in(struct str *day, struct step *g, const struct pack *pack)
{
    struct flow_case origin;
    err_t rc = find_origin(&origin, day, g, pack);
    return rc == OK && day->len == 0 ? lapse_handed_in(day, g->db, origin.id, g->x->arena, g->e)
                                     : rc;
}

/* True if the party takes the step at the start of the process, and the step leads to another stage. */
static bool leads_from_start(const struct process *p, const struct process_step *s)
{
    return process_leaves(s, p->start) && !s->stays && process_is_partys(s) &&
           !p->states[s->to].end;
}

/* A submission states that the party's lists are complete, so no further statements are needed. */
bool programme_is_submitted(const struct flow_call *x)
{
    bool handed_in = false;
    if (process_state_at(x->process, x->c.stage) == x->process->start)
        return x->step && leads_from_start(x->process, x->step);
    for (size_t i = 0; i < x->process->step_count; i++)
        handed_in |= leads_from_start(x->process, &x->process->steps[i]);
    return handed_in;
}

err_t programme_report_day(bool *reports, struct str *day, struct db *db, struct kernel *k,
                           const struct pack *pack, const struct flow_case *c, struct arena *a,
                           struct err *e)
{
    const struct record_type *t = record_type_find(k->types, c->type);
    const struct process *process = pack_process(pack, c->process);
    const struct jvalue *year = NULL;
    err_t rc = OK;
    *reports = false;
    for (size_t i = 0; t && record_field(t, STR("year")) && process && i < process->step_count; i++)
        *reports |= process_step_has(&process->steps[i], EFFECT_HAND_IN);
    if (*reports)
        rc = record_value(&year, db, k, t, c->record_id, STR("year"), a, e);
    struct str last = year ? arena_printf(a, "%.*s-12-31", STR_ARG(year->text)) : STR_NONE;
    if (last.len && str_cmp(last, *day) < 0)
        *day = last;
    return rc;
}

/* The facts of the case as the program reads them: who judges sees all that the rules are about. */
static err_t read_facts(struct stored_facts *facts, struct str *as_of, struct step *g,
                        bool for_report)
{
    struct subject all;
    struct party_facts party;
    struct prepared *ready = programme_prepared(g->x);
    bool reports = false;
    struct facts_request r = {.as_of = g->x->today,
                              .programme = g->p->pack->id,
                              .subject = &all,
                              .with_sources = ready->with_sources,
                              .handed_in_whole = programme_is_submitted(g->x)};
    subject_program(&all, g->x->today);
    err_t rc = programme_party_code(&ready->code, g);
    if (rc == OK && ready->code.len == 0)
        rc = err_set(g->e, E_INVALID,
                     "the party has no unified social credit code; enter it with the unit");
    if (rc == OK && (rc = step_reader(g)) == OK) {
        rc = record_party(&party, g->p->kernel, g->db, &all, ready->code, g->x->arena, g->e);
        if (rc == OK)
            rc = programme_cases(&r.cases, &r.case_count, g);
        if (rc == OK)
            rc = find_handed_in(&r.handed_in, g, g->p->pack);
        if (rc == OK)
            rc = programme_report_day(&reports, &r.as_of, g->db, g->p->kernel, g->p->pack, &g->x->c,
                                      g->x->arena, g->e);
        step_reader_end(g);
    }
    r.for_report = for_report || reports;
    *as_of = r.as_of;
    return rc == OK
               ? facts_from_store(facts, &party, g->p->pack, g->p->kernel, &r, g->x->arena, g->e)
               : rc;
}

err_t programme_load_facts(struct step *g)
{
    struct prepared *ready = programme_prepared(g->x);
    const struct prepared *last = g->x->looked;
    struct stored_facts facts;
    if (ready->facts.len)
        return OK;
    ready->submitted = programme_is_submitted(g->x);
    if (last && last->submitted == ready->submitted && last->with_sources == ready->with_sources) {
        ready->as_of = last->as_of;
        ready->code = last->code;
        ready->facts = last->facts;
        ready->document = last->document;
        ready->sources = last->sources;
        ready->judged = last->judged;
        return OK;
    }
    err_t rc = read_facts(&facts, &ready->as_of, g, false);
    if (rc != OK)
        return rc;
    ready->facts = facts.canonical;
    ready->document = facts.party.document;
    stored_sources(&ready->sources, &facts.party, g->x->arena);
    return OK;
}

err_t programme_facts(const struct yvalue **out, struct step *g)
{
    err_t rc = programme_load_facts(g);
    const struct prepared *ready = g->x->prepared;
    *out = rc == OK ? ready->document : NULL;
    return rc;
}

err_t programme_report_facts(const struct yvalue **out, struct step *g)
{
    struct stored_facts facts;
    struct str as_of;
    err_t rc = read_facts(&facts, &as_of, g, true);
    *out = rc == OK ? facts.party.document : NULL;
    return rc;
}

bool programme_hands_in(const struct flow_call *x)
{
    return x->step && str_is(x->step->actor, "applicant") && leads_from_start(x->process, x->step);
}
