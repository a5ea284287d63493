/* Timers as rows; nothing here runs by itself. */
#include "access/assignment.h"
#include "base/date.h"
#include "case/case.h"

#define DAY_MS INT64_C(86400000)

static int64_t moment(struct str due, int days_before)
{
    struct date d;
    if (!date_parse(&d, due))
        return 0;
    return ((int64_t)date_to_days(d) - days_before) *
           DAY_MS; /* 8 o'clock in China is midnight UTC */
}

/* The first moment behind `now_ms`: reminders, the day itself, the day after. 0: none. */
static int64_t next_moment(struct str due, struct str remind, int64_t now_ms)
{
    int64_t best = 0;
    struct str rest = remind;
    while (rest.len) {
        uint64_t n;
        struct str word = str_split(&rest, STR(" "));
        int64_t at = str_to_u64(&n, word) ? moment(due, (int)n) : 0;
        if (at > now_ms && (best == 0 || at < best))
            best = at;
    }
    for (int days = 0; days >= -1; days--) {
        int64_t at = moment(due, days);
        if (at > now_ms && (best == 0 || at < best))
            best = at;
    }
    return best;
}

static struct str words_of(const int *days, size_t count, struct arena *a)
{
    struct buf b = {0};
    for (size_t i = 0; i < count; i++)
        buf_addf(&b, "%s%d", i ? " " : "", days[i]);
    return buf_take(&b, a);
}

static err_t end_timer(struct step *g, const struct flow_timer *t)
{
    err_t rc = db_run(g->db, "UPDATE flow_timer SET state = 'over', next_ms = NULL WHERE id = ?1",
                      VALUES(v_i64(t->id)), g->e);
    if (rc == OK && t->deadline)
        rc = programme_due_over(g, t->deadline);
    return rc;
}

/* Whether the step can have a date while the case is in `stage`. If its document gives none, an
 * officer may have set one. */
static bool counts_in(const struct process *p, const struct process_step *s, struct str stage)
{
    size_t at = process_state_at(p, stage);
    return at < p->state_count && process_day_counts(p, s, at);
}

static err_t set_one(struct step *g, const struct process_step *s, const struct flow_timer *had)
{
    struct flow_due due = {0};
    err_t rc = programme_due(&due, g, s);
    if (rc != OK ||
        (had && due.known && str_eq(due.day.date, had->due.date) &&
         str_eq(due.day.count_by, had->due.count_by) && due.day.chosen == had->due.chosen))
        return rc;
    if (had)
        rc = end_timer(g, had);
    if (rc != OK || !due.known)
        return rc;
    int64_t deadline = 0;
    if ((rc = programme_issue(&deadline, g, s, &due)) != OK)
        return rc;
    struct str remind = words_of(s->remind, s->remind_count, g->x->arena);
    int64_t next = next_moment(due.day.date, remind, clock_now_ms(g->p->kernel->clock));
    return db_run(g->db,
                  "INSERT INTO flow_timer (case_id, state, step, label, due_date, opens, count_by,"
                  " deadline, remind, next_ms, chosen, rule) VALUES (?1, 'running', ?2, ?3, ?4, ?5,"
                  " ?6, ?7, ?8, ?9, ?10, ?11)",
                  VALUES(v_i64(g->x->c.id), v_str(s->id), v_str(s->label), v_str(due.day.date),
                         v_i64(s->after_due), v_str(due.day.count_by), v_id(deadline),
                         v_str(remind), v_id(next), v_i64(due.day.chosen), v_str(s->due)),
                  g->e);
}

/* Among equal dates, a certain one comes first. */
#define NEAREST                                                                                    \
    " FROM flow_timer t WHERE t.case_id = flow_case.id AND t.state = 'running' ORDER BY"           \
    " t.due_date, (t.count_by IS NOT NULL), t.id LIMIT 1"

/* The case's nearest day, in its row and in the 待办 of who holds it. */
static err_t show_nearest(struct db *db, const struct deed *d, int64_t case_id, struct err *e)
{
    struct due_day due = {0};
    int64_t holding = 0;
    err_t rc =
        db_row(NULL, db,
               "UPDATE flow_case SET due_date = (SELECT t.due_date" NEAREST
               "), due_count_by = (SELECT t.count_by" NEAREST
               ") WHERE id = ?1 RETURNING due_date, due_count_by, holder_assignment",
               VALUES(v_i64(case_id)),
               INTO(into_str(&due.date), into_str(&due.count_by), into_i64(&holding)), d->arena, e);
    return rc == OK && holding ? assignment_due(db, d, holding, due, e) : rc;
}

err_t flow_timers_set(struct step *g)
{
    const struct flow_timer *had;
    size_t count = 0;
    err_t rc = flow_timers(&had, &count, g->db, g->x->c.id, g->x->arena, g->e);
    for (size_t i = 0; rc == OK && i < count; i++) {
        const struct process_step *s = process_step_find(g->x->process, had[i].step);
        if (!s || !g->x->c.open || !counts_in(g->x->process, s, g->x->c.stage))
            rc = end_timer(g, &had[i]);
    }
    for (size_t i = 0; rc == OK && g->x->c.open && i < g->x->process->step_count; i++) {
        const struct process_step *s = &g->x->process->steps[i];
        const struct flow_timer *mine = FIND_BY(had, count, step, s->id);
        if (counts_in(g->x->process, s, g->x->c.stage))
            rc = set_one(g, s, mine);
    }
    struct deed d = flow_deed(g);
    d.reason = STR_NONE;
    return rc == OK ? show_nearest(g->db, &d, g->x->c.id, g->e) : rc;
}

err_t flow_timer_fired(struct db *db, const struct flow_timer *t, int64_t now_ms, struct err *e)
{
    return db_run(db, "UPDATE flow_timer SET next_ms = ?2 WHERE id = ?1",
                  VALUES(v_i64(t->id), v_id(next_moment(t->due.date, t->remind, now_ms))), e);
}

err_t flow_timer_move(struct db *db, const struct deed *d, int64_t deadline, struct due_day day,
                      struct err *e)
{
    struct str remind = STR_NONE;
    bool found = false;
    int64_t case_id = 0;
    err_t rc =
        db_row(&found, db,
               "SELECT case_id, remind FROM flow_timer WHERE deadline = ?1 AND state ="
               " 'running'",
               VALUES(v_i64(deadline)), INTO(into_i64(&case_id), into_str(&remind)), d->arena, e);
    if (rc != OK || !found)
        return rc;
    int64_t next = next_moment(day.date, remind, deed_now_ms(d));
    if (next == 0 && day.count_by.len == 0) /* the table came late: it is over, and nobody knows */
        next = deed_now_ms(d);
    rc = db_run(db,
                "UPDATE flow_timer SET due_date = ?2, count_by = ?3, next_ms = ?4 WHERE deadline ="
                " ?1 AND state = 'running'",
                VALUES(v_i64(deadline), v_str(day.date), v_str(day.count_by), v_id(next)), e);
    return rc == OK ? show_nearest(db, d, case_id, e) : rc;
}
