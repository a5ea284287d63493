/* The case data for to-do lists (待办). */
#include "access/assignment.h"
#include "base/msg.h"
#include "case/case.h"
#include "document/form_paper.h"
#include "document/service.h"

#define PROPOSED_MAX 20 /* steps of two persons in a case */

struct waiting_case {
    struct programme p;
    struct flow_call x; /* its case is read where a condition asks for it */
    struct labels labels;
    const struct subject *by;
    const struct flow_timer *timers;
    size_t timer_count;
};

/* For what it was given. */
struct given_for {
    bool opinion, paper,
        held; /* an opinion that was asked for, a paper that is owed; by the process */
};

static err_t find_given_for(struct given_for *out, struct db *db, int64_t case_id,
                            const struct assignment *given, struct err *e)
{
    static const char sql[] =
        "SELECT (SELECT count(*) FROM flow_opinion WHERE assignment = ?1 AND state = 'asked'),"
        " (SELECT count(*) FROM case_paper_due WHERE assignment = ?1),"
        " (SELECT count(*) FROM flow_case WHERE id = ?2 AND holder_assignment = ?1)"
        " + (SELECT count(*) FROM flow_wait WHERE assignment = ?1)";
    *out = (struct given_for){0};
    if (!given)
        return OK;
    return db_row(NULL, db, sql, VALUES(v_i64(given->id), v_i64(case_id)),
                  INTO(into_bool(&out->opinion), into_bool(&out->paper), into_bool(&out->held)),
                  NULL, e);
}

/* An open item that is not a step of the holder (an objection) has its own row in the list. */
static err_t is_in(bool *out, struct db *db, int64_t case_id, const struct assignment *given,
                   struct str label, struct err *e)
{
    static const char sql[] =
        "SELECT count(CASE WHEN w.assignment = ?2 THEN 1 END), count(CASE WHEN g.note = ?3 THEN 1 "
        "END), count(CASE WHEN w.assignment = ?2 AND g.note = ?3 THEN 1 END) FROM flow_wait w JOIN"
        " assignment g ON g.id = w.assignment WHERE w.case_id = ?1 AND g.unit = ?4 AND g.to_ms IS"
        " NULL AND g.done_ms IS NULL";
    int64_t waits = 0, noted = 0, both = 0;
    err_t rc = db_row(NULL, db, sql,
                      VALUES(v_i64(case_id), v_i64(given->id), v_str(label), v_i64(given->unit)),
                      INTO(into_i64(&waits), into_i64(&noted), into_i64(&both)), NULL, e);
    *out = both > 0 || (noted == 0 && (waits == 0 || str_contains(given->note, label)));
    return rc;
}

/* An assignment waits for one thing: a requested opinion, an owed paper. */
static void take_one(struct moved_steps *out, struct str name, struct str label, struct arena *a)
{
    struct moved_step *one = arena_array(a, 1, sizeof(*one));
    *one = (struct moved_step){.name = name, .label = label, .allowed = true, .leads_on = true};
    out->ptr = one;
    out->count = 1;
}

/* Is it known that the step is another party's? */
static err_t is_anothers(bool *out, struct waiting_case *w, struct db *db,
                         const struct flow_open_step *s, struct err *e)
{
    err_t rc = OK;
    *out = false;
    if (s->when_count && !w->x.c.number.len)
        rc = flow_case_read(&w->x.c, db, w->labels.id, w->x.arena, e);
    return rc == OK ? programme_conditions_false(out, &(struct step){NULL, db, &w->x, &w->p, e},
                                                 s->when, s->when_count)
                    : rc;
}

static err_t take_step(struct moved_step *out, struct waiting_case *w, struct db *db,
                       const struct flow_open_step *s, struct err *e)
{
    const struct flow_case c = {.id = w->labels.id,
                                .open = str_is(w->labels.state, "running"),
                                .pack = w->labels.programme,
                                .unit = w->labels.owner_unit,
                                .opened_by = w->labels.created_by,
                                .city = w->labels.owner_city,
                                .province = w->labels.owner_province};
    struct decision d = {0};
    bool not_its = false;
    err_t rc = flow_allows(&d, db, w->by, &c, s->roles, s->role_count, s->step, w->x.arena, e);
    *out = (struct moved_step){
        .name = s->step, .label = s->label, .clause = s->clause, .leads_on = s->calls};
    if (rc != OK || !d.allowed)
        return rc;
    out->lender = d.grant ? d.grant->lender : STR_NONE;
    if ((rc = is_anothers(&not_its, w, db, s, e)) != OK || not_its)
        return rc;
    out->allowed = true;
    out->later = s->opens;
    for (size_t i = 0; i < w->timer_count; i++) {
        const struct flow_timer *t = &w->timers[i];
        if (!str_eq(t->step, s->step))
            continue;
        out->later = t->opens && !due_day_over(t->due, w->by->today);
        if (t->opens && !out->later) /* over: it is open, and has no day of its own */
            continue;
        out->due = t->due;
    }
    return OK;
}

static void take_nearer(struct due_day *due, const struct flow_timer *t)
{
    if (due->date.len == 0 || str_cmp(due->date, t->due.date) > 0)
        *due = t->due;
}

/* Days that are no step's that is open here: they belong to what follows; and those of others. */
static void take_days(struct moved_steps *out, const struct waiting_case *w)
{
    for (size_t i = 0; i < w->timer_count; i++) {
        const struct flow_timer *t = &w->timers[i];
        const struct moved_step *of = FIND_BY(out->ptr, out->count, name, t->step);
        if (t->opens || (of && of->allowed))
            continue;
        if (of)
            take_nearer(&out->others, t);
        else
            take_nearer(&out->due, t);
    }
}

/* The labels of what was proposed in the case, open or not. */
static err_t take_proposed(struct moved_steps *out, struct moved_step *steps, struct db *db,
                           int64_t case_id, struct arena *a, struct err *e)
{
    err_t rc = OK;
    EACH_ROW(st, rc, e, db,
             "SELECT DISTINCT step, label FROM flow_step WHERE case_id = ?1 AND kind ="
             " 'propose' LIMIT ?2",
             VALUES(v_i64(case_id), v_i64(PROPOSED_MAX)))
        steps[out->count++] = (struct moved_step){.name = arena_dup(a, stmt_str(st, 0)),
                                                  .label = arena_dup(a, stmt_str(st, 1))};
    return rc;
}

static err_t steps_of(struct moved_steps *out, struct kernel *k, struct db *db,
                      const struct subject *s, const struct labels *l,
                      const struct assignment *given, struct arena *a, struct err *e)
{
    struct waiting_case w = {
        .p = {.kernel = k, .arena = a}, .x = {.arena = a}, .labels = *l, .by = s};
    const struct flow_open_step *open;
    size_t count = 0;
    struct given_for why;
    *out = (struct moved_steps){0};
    err_t rc = find_given_for(&why, db, l->id, given, e);
    out->held = why.held;
    if (rc == OK && why.opinion) /* of who was asked his opinion it is all that is wanted */
        take_one(out, STR("answer"), str_of(msg_in(LANG_ZH, N_("Answer the opinion asked"))), a);
    else if (rc == OK && why.paper) /* under /cases/{id}/papers */
        take_one(out, STR("papers"), str_of(msg_in(LANG_ZH, N_("Issue papers"))), a);
    if (rc != OK || out->count)
        return rc;
    rc = flow_open_steps(&open, &count, db, l->id, a, e);
    if (rc == OK)
        rc = flow_timers(&w.timers, &w.timer_count, db, l->id, a, e);
    struct moved_step *steps = arena_array(a, count + PROPOSED_MAX, sizeof(*steps));
    for (size_t i = 0; rc == OK && i < count; i++) {
        rc = take_step(&steps[i], &w, db, &open[i], e);
        bool in = true;
        if (rc == OK && why.held && steps[i].leads_on)
            rc = is_in(&in, db, l->id, given, open[i].label, e);
        steps[i].leads_on &= in;
    }
    out->ptr = steps;
    out->count = count;
    if (rc == OK)
        take_days(out, &w);
    return rc == OK && !given ? take_proposed(out, steps, db, l->id, a, e) : rc;
}

/* The line that brought it to where it stands, where it had stood there before: why, in the words of who sent it. */
static err_t find_return(struct str *out, struct db *db, int64_t id, struct arena *a, struct err *e)
{
    static const char sql[] =
        "SELECT s.label, s.reason, s.kind FROM flow_step s WHERE s.id = (SELECT max(m.id) FROM "
        "flow_step m"
        " WHERE m.case_id = ?1 AND (m.from_stage IS NULL OR m.from_stage <> m.to_stage)) AND"
        " s.kind IN ('step', 'back') AND s.reason IS NOT NULL AND (SELECT min(b.id) FROM flow_step "
        "b"
        " WHERE b.case_id = ?1 AND b.to_stage = s.to_stage) < (SELECT min(b.id) FROM flow_step b"
        " WHERE b.case_id = ?1 AND b.to_stage = s.from_stage)";
    struct str label, reason, kind;
    bool found;
    err_t rc = db_row(&found, db, sql, VALUES(v_i64(id)),
                      INTO(into_str(&label), into_str(&reason), into_str(&kind)), a, e);
    if (found) {
        struct str by = str_is(kind, "back") ? str_of(msg("sent back")) : label;
        *out = arena_printf(a, "%.*s：%.*s", STR_ARG(by), STR_ARG(reason));
    }
    return rc;
}

static err_t matter_of(struct moved_matter *out, struct db *db, int64_t id, struct arena *a,
                       struct err *e)
{
    /* Since the line that brought it to where it stands. */
    static const char sql[] =
        "SELECT u.name, (SELECT count(*) FROM flow_step s WHERE s.case_id = ?1 AND s.kind = 'urge'"
        " AND s.id > coalesce((SELECT max(m.id) FROM flow_step m WHERE m.case_id = ?1 AND"
        " (m.from_stage IS NULL OR m.from_stage <> m.to_stage)), 0)), (SELECT p.list_digest FROM"
        " record_publicity p WHERE p.owner_unit = ?2 AND p.case_number = ?3 AND p.ended_ms IS NULL"
        " ORDER BY p.id DESC LIMIT 1) FROM unit u WHERE u.id = ?2";
    struct flow_case c;
    struct str digest;
    bool found;
    err_t rc = flow_case_read(&c, db, id, a, e);
    *out = (struct moved_matter){0};
    if (rc != OK)
        return rc;
    *out = (struct moved_matter){.number = c.number,
                                 .stage = c.stage_label,
                                 .stage_on = c.stage_on,
                                 .programme = c.pack,
                                 .unit = c.unit,
                                 .trial = c.trial};
    rc = db_row(&found, db, sql, VALUES(v_i64(id), v_i64(c.unit), v_str(c.number)),
                INTO(into_str(&out->party), into_i64(&out->urged), into_str(&digest)), a, e);
    if (found)
        out->group = arena_printf(a, "%.*s/%lld/%.*s", STR_ARG(c.process), (long long)c.call,
                                  STR_ARG(digest));
    return rc == OK ? find_return(&out->returned, db, id, a, e) : rc;
}

/* A paper that was sent to the party in the system waits until somebody of it opens it, which serves it. */
static err_t opens(struct moved_step *out, struct db *db, const struct subject *s, struct str type,
                   int64_t id, struct err *e)
{
    bool has_row = false;
    *out = (struct moved_step){.allowed = false};
    if (!str_is(type, SERVICE_TYPE))
        return OK;
    err_t rc = db_any(&has_row, db,
                      "SELECT 1 FROM record_paper_service WHERE id = ?1 AND owner_unit = ?2 AND"
                      " state = 'sent' AND channel = 'system' AND ended_ms IS NULL",
                      VALUES(v_i64(id), v_i64(s->unit)), e);
    if (rc == OK && has_row)
        *out = (struct moved_step){
            .name = STR("open"), .label = STR("打开送达的文书"), .allowed = true, .leads_on = true};
    return rc;
}

const struct kernel_moves programme_moves = {.type = "case",
                                             .steps = steps_of,
                                             .matter = matter_of,
                                             .opens = opens,
                                             .erased = form_papers_erase};
