/* Provisional days, counted again when their year's table is there: by whatever way it came. */
#include "base/msg.h"
#include "case/case.h"
#include "case/timer_job.h"
#include "decide/activation.h"
#include "decide/deadline.h"
#include "matter/publicity.h"

/* A day that was not issued is its timer's alone. */
#define WAITING                                                                                    \
    "SELECT case_id FROM flow_timer WHERE state = 'running' AND deadline IS NULL AND"              \
    " count_by IS NOT NULL AND count_by <= ?1"

/* The first day of the last year whose table is there. */
static err_t known_until(struct str *out, struct db *db, struct arena *a, struct err *e)
{
    int64_t known, year = calendar_last_year(NULL);
    err_t rc = db_i64(&known, db, "SELECT max(year) FROM calendar_year", NULL, 0, e);
    if (known > year)
        year = known;
    *out = date_text((struct date){(int)year, 1, 1}, a);
    return rc;
}

static err_t due(bool *out, struct db *db, int64_t now_ms, void *parts, struct err *e)
{
    struct arena *a = arena_new();
    struct str until;
    (void)now_ms;
    (void)parts;
    *out = false;
    err_t rc = known_until(&until, db, a, e);
    if (rc == OK)
        rc = db_any(out, db,
                    "SELECT id FROM deadline WHERE state = 'open' AND"
                    " (count_by <= ?1 OR count_again = 1) UNION ALL " WAITING " LIMIT 1",
                    VALUES(v_str(until)), e);
    if (rc == OK && !*out)
        rc = publicity_day_waits(out, db, e);
    arena_free(a);
    return rc;
}

struct again {
    struct job_run *run;
    struct programme p;
    struct deed deed;
    struct subject program;
    struct flow_call x;
    struct deadline_move move;
    int64_t after, list;
};

static err_t move_step(struct db *db, void *arg, struct err *e)
{
    struct again *g = arg;
    err_t rc = deadline_recount(&g->move, db, &g->deed, g->p.calendar, g->after, e);
    return rc == OK && g->move.id ? flow_timer_move(db, &g->deed, g->move.id, g->move.day, e) : rc;
}

static err_t count_issued(struct again *g, struct err *e)
{
    err_t rc;
    while ((rc = job_run_step(g->run, move_step, g, STR_NONE, e)) == OK && g->move.id)
        g->after = g->move.id;
    return rc;
}

static err_t set_step(struct db *db, void *arg, struct err *e)
{
    struct again *g = arg;
    err_t rc = flow_case_read(&g->x.c, db, g->x.c.id, g->x.arena, e);
    return rc == OK ? flow_timers_set(&(struct step){NULL, db, &g->x, &g->p, e}) : rc;
}

static err_t next_case(int64_t *id, struct again *g, struct err *e)
{
    struct str until;
    err_t rc =
        STORE_READ(db, g->p.kernel->store, e,
                   known_until(&until, db, g->x.arena, e)
                       ?: db_i64(id, db, WAITING " AND case_id > ?2 ORDER BY case_id LIMIT 1",
                                 VALUES(v_str(until), v_i64(g->after)), e));
    return rc == OK && *id ? STORE_READ(db, g->p.kernel->store, e,
                                        flow_case_read(&g->x.c, db, *id, g->x.arena, e))
                           : rc;
}

static err_t count_others(struct again *g, struct err *e)
{
    int64_t id = 1;
    err_t rc = OK;
    g->after = 0;
    while (rc == OK && id) {
        g->x.arena = arena_new();
        rc = next_case(&id, g, e);
        if (rc == OK && id)
            rc = programme_case(&(struct step){NULL, NULL, &g->x, &g->p, e});
        if (rc == OK && id)
            rc = job_run_step(g->run, set_step, g, STR_NONE, e);
        g->after = id;
        arena_free(g->x.arena);
    }
    return rc;
}

static err_t final_step(struct db *db, void *arg, struct err *e)
{
    struct again *g = arg;
    return publicity_final_day(&g->list, &(struct step){.db = db, .p = &g->p, .e = e}, &g->program,
                               g->after);
}

/* Lists that were made public until a provisional day. */
static err_t write_lists(struct again *g, struct err *e)
{
    err_t rc;
    g->after = 0;
    while ((rc = job_run_step(g->run, final_step, g, STR_NONE, e)) == OK && g->list)
        g->after = g->list;
    return rc;
}

static err_t run(struct job_run *r, struct err *e)
{
    const struct programme_parts *parts = job_run_parts(r);
    struct arena *a = job_run_arena(r);
    const struct calendar *calendar = NULL;
    struct packs *packs;
    struct again g = {.run = r};
    struct str today = business_date(clock_now_ms(job_run_clock(r)), a);
    subject_program(&g.program, today);
    err_t rc = STORE_READ(db, parts->kernel->store, e,
                          packs_in_force(&packs, &calendar, db,
                                         arena_printf(a, "%s/packs", parts->data_dir).ptr, a, e));
    if (rc != OK)
        return rc;
    programme_init(&g.p, parts->kernel, packs, calendar, a);
    g.x = (struct flow_call){.by = &g.program, .today = today};
    g.deed = (struct deed){.suite = parts->kernel->suite,
                           .clock = parts->kernel->clock,
                           .by = &g.program,
                           .reason = str_of(msg_in(LANG_ZH, N_("working days are counted again"))),
                           .arena = a};
    rc = count_issued(&g, e);
    if (rc == OK)
        rc = count_others(&g, e);
    return rc == OK ? write_lists(&g, e) : rc;
}

const struct job_kind job_recount = {
    .name = "recount",
    .title = N_("counting provisional days again"),
    .run = run,
    .due = due,
};
