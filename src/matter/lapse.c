/* The cases that can and cannot begin under a lapsed policy. */
#include "matter/lapse.h"
#include "base/msg.h"
#include "matter/standing.h"

#define LEADS_DEEP 4 /* an evaluation orders a rectification, whose failure proposes to take out */

bool programme_lapsed(const struct pack *p, struct str today)
{
    struct str last = pack_last_day(p);
    return last.len > 0 && str_cmp(today, last) > 0;
}

struct str programme_last_day(const struct programme *p)
{
    struct str own = pack_last_day(p->pack), later = p->later ? pack_last_day(p->later) : STR_NONE;
    return later.len && (own.len == 0 || str_cmp(later, own) < 0) ? later : own;
}

bool programme_is_over(const struct programme *p, struct str today)
{
    struct str last = programme_last_day(p);
    return last.len > 0 && str_cmp(today, last) > 0;
}

struct citation lapse_citation(const struct pack *pack)
{
    const struct deadline_rule *expiry = pack_deadline(pack, STR("pack-expiry"));
    return expiry && pack->document.expires.len ? expiry->citation : (struct citation){0};
}

/* --- which processes --------------------------------------------------------------------------- */

bool lapse_follows_entry(const struct pack *pack, const struct process *p)
{
    if (process_effect(p, EFFECT_RECORD, STR("centre")))
        return false;
    for (size_t i = 0; i < pack->process_count; i++)
        if (process_effect(&pack->processes[i], EFFECT_RECORD, STR("centre")) &&
            process_effect(&pack->processes[i], EFFECT_START, p->id))
            return true;
    return false;
}

/* It enters a party in the register, or is started by what does. */
static bool is_new(const struct pack *pack, const struct process *p)
{
    return process_effect(p, EFFECT_RECORD, STR("centre")) || lapse_follows_entry(pack, p);
}

static bool ends_standing(const struct process *p)
{
    const struct process_effect *f = process_effect(p, EFFECT_CHANGE, STR("centre"));
    return f && process_writes(f, STR("state")).len > 0;
}

static bool leads_to_an_end(const struct pack *pack, const struct process *p, int deep)
{
    if (ends_standing(p))
        return true;
    for (size_t i = 0; deep && i < pack->process_count; i++) {
        const struct process *to = &pack->processes[i];
        if ((ends_standing(to) && str_eq(to->subject, p->subject)) ||
            (process_effect(p, EFFECT_START, to->id) && leads_to_an_end(pack, to, deep - 1)))
            return true;
    }
    return false;
}

/* A step of its start has a day, of which people are reminded. */
static bool is_duty(const struct process *p)
{
    for (size_t i = 0; i < p->step_count; i++)
        if (p->steps[i].remind_count && process_leaves(&p->steps[i], p->start))
            return true;
    return false;
}

bool lapse_manages(const struct pack *pack, const struct process *p)
{
    return !is_new(pack, p) && (is_duty(p) || leads_to_an_end(pack, p, LEADS_DEEP));
}

/* A step of its start is the centre's. */
bool lapse_begun_by_centre(const struct process *p)
{
    for (size_t i = 0; i < p->step_count; i++)
        if (str_is(p->steps[i].actor, "centre") && process_leaves(&p->steps[i], p->start))
            return true;
    return false;
}

/* By its own steps, or by those of a case that one of them starts. An inquiry alone removes
 * nobody. */
static bool takes_out(const struct pack *pack, const struct process *p, int deep)
{
    bool out = ends_standing(p);
    for (size_t i = 0; deep && !out && i < pack->process_count; i++)
        out = process_effect(p, EFFECT_START, pack->processes[i].id) &&
              takes_out(pack, &pack->processes[i], deep - 1);
    return out;
}

static bool enters_centres(const struct pack *pack)
{
    for (size_t i = 0; i < pack->process_count; i++)
        if (process_effect(&pack->processes[i], EFFECT_RECORD, STR("centre")))
            return true;
    return false;
}

bool lapse_recommends(const struct pack *pack, const struct process *p)
{
    return enters_centres(pack) && !is_new(pack, p) && str_is(p->subject, "recognition");
}

bool lapse_of_centres(const struct pack *pack, const struct process *p)
{
    return enters_centres(pack) && !is_new(pack, p) &&
           (lapse_begun_by_centre(p) || takes_out(pack, p, LEADS_DEEP) ||
            lapse_recommends(pack, p));
}

/* --- for whom ----------------------------------------------------------------------------------- */

err_t lapse_entered(struct str *out, struct step *g, const struct pack *pack, int64_t unit)
{
    struct str last = pack_last_day(pack);
    struct register_row row;
    err_t rc = standing_row(&row, g, pack->id, unit);
    *out = row.entered;
    /* Nothing new begins after its last day: who was entered later applied before. */
    if (last.len && str_cmp(*out, last) > 0)
        *out = last;
    return rc;
}

static err_t goes_on(bool *out, struct step *g, const struct pack *pack, const struct process *p,
                     int64_t unit)
{
    struct str entered = STR_NONE;
    err_t rc = lapse_manages(pack, p) ? lapse_entered(&entered, g, pack, unit) : OK;
    *out = entered.len > 0;
    return rc;
}

err_t lapse_check(struct step *g, const struct pack *pack, const struct process *p, int64_t unit)
{
    bool may = false;
    if (!programme_lapsed(pack, g->x->today))
        return OK;
    err_t rc = goes_on(&may, g, pack, p, unit);
    struct str clause = lapse_citation(pack).clause;
    return rc == OK && !may
               ? err_set(g->e, E_INVALID,
                         "%.*s has lapsed, its last day was %.*s%s%.*s: nothing new begins under "
                         "it; what was handed in by then is brought to its end, and so is what "
                         "manages those that it recognised (evaluation, rectification, exit, "
                         "yearly duties)",
                         STR_ARG(pack->document.title), STR_ARG(pack_last_day(pack)),
                         clause.len ? " / " : "", STR_ARG(clause))
               : rc;
}

/* --- what was begun and not handed in ------------------------------------------------------------- */

err_t lapse_handed_in(struct str *day, struct db *db, int64_t case_id, struct arena *a,
                      struct err *e)
{
    return db_text(day, db,
                   "SELECT date FROM flow_step WHERE case_id = ?1 AND kind = 'step' AND"
                   " from_stage <> to_stage ORDER BY id LIMIT 1",
                   VALUES(v_i64(case_id)), a, e);
}

err_t lapse_check_submission(struct step *g)
{
    bool may = false;
    struct str handed_in = STR_NONE;
    struct citation from = lapse_citation(g->p->pack);
    if (!programme_is_over(g->p, g->x->today))
        return OK;
    err_t rc = goes_on(&may, g, g->p->pack, g->x->process, g->x->c.unit);
    if (rc == OK && !may)
        rc = lapse_handed_in(&handed_in, g->db, g->x->c.id, g->x->arena, g->e);
    if (rc == OK && !may && handed_in.len == 0)
        obstacle_add(g->to, WHY_POLICY_LAPSED, STR("document.expires"), &from,
                     FLOW_ARGS(g->p->pack->document.title, programme_last_day(g->p)));
    return rc;
}
