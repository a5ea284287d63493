/* Timers of cases whose moment has come. */
#include "case/timer_job.h"
#include "base/msg.h"
#include "case/case.h"

static err_t due(bool *out, struct db *db, int64_t now_ms, void *parts, struct err *e)
{
    (void)parts;
    *out = false;
    return db_any(out, db,
                  "SELECT 1 FROM flow_timer WHERE state = 'running' AND next_ms IS NOT NULL"
                  " AND next_ms <= ?1 LIMIT 1",
                  VALUES(v_i64(now_ms)), e);
}

static struct str arguments(const struct flow_case *c, const struct flow_timer *t, struct arena *a)
{
    struct jout j;
    jout_open(&j);
    jout_pair(&j, "title",
              c->trial ? arena_printf(a, "征求意见稿·试运行 %.*s", STR_ARG(c->title)) : c->title);
    jout_pair(&j, "step", t->label);
    jout_pair(&j, "date", due_day_text(t->due, LANG_ZH, a));
    return jout_take(&j, a);
}

/* NULL: no notification now. While a period of others runs, nobody has to act. */
static const char *kind_of(const struct flow_timer *t, struct str today)
{
    bool over = due_day_over(t->due, today);
    if (!over && str_cmp(today, t->due.date) > 0)
        return NULL; /* provisional, or a day that no text gives */
    if (t->opens)
        return over ? "case_opens" : NULL;
    return over ? "case_over" : "case_due";
}

struct telling {
    int64_t now_ms;
    bool found;
};

/* Steps of one case with the same date are alternatives (报市局, 直接报省局): a person who may take
 * several is notified once. */
static err_t tell_day(struct db *db, const struct flow_timer *t, int64_t now_ms, struct arena *a,
                      struct err *e)
{
    struct told told = {
        .db = db, .e = e, .today = business_date(now_ms, a), .now_ms = now_ms, .arena = a};
    const struct flow_timer *all;
    struct flow_case c;
    size_t count = 0;
    err_t rc = flow_case_read(&c, db, t->case_id, a, e);
    if (rc == OK)
        rc = flow_timers(&all, &count, db, c.id, a, e);
    for (size_t i = 0; rc == OK && i < count; i++) {
        const struct flow_timer *one = &all[i];
        if (one->next_ms == 0 || one->next_ms > now_ms || one->opens != t->opens ||
            !str_eq(one->due.date, t->due.date))
            continue;
        const char *kind = kind_of(one, told.today);
        if (kind)
            rc = programme_notify_step(&told, &c, one->step, kind, arguments(&c, one, a));
        if (rc == OK)
            rc = flow_timer_fired(db, one, now_ms, e);
    }
    return rc;
}

static err_t tell_step(struct db *db, void *arg, struct err *e)
{
    struct telling *x = arg;
    struct arena *a = arena_new();
    struct flow_timer t;
    err_t rc = flow_timer_next(&t, db, x->now_ms, a, e);
    x->found = t.id != 0;
    if (rc == OK && t.id)
        rc = tell_day(db, &t, x->now_ms, a, e);
    arena_free(a);
    return rc;
}

static err_t run(struct job_run *r, struct err *e)
{
    struct telling x = {.found = true};
    err_t rc = OK;
    while (rc == OK && x.found) {
        x.now_ms = clock_now_ms(job_run_clock(r));
        rc = job_run_step(r, tell_step, &x, STR_NONE, e);
        if (rc == OK && x.found && job_run_stops(r))
            rc = job_run_stopped(e);
    }
    return rc;
}

const struct job_kind job_timers = {
    .name = "timers",
    .title = N_("telling people of the days of their cases"),
    .run = run,
    .due = due,
};
