/* The holder of a case, other waiting parties, and open items. */
#include "access/assignment.h"
#include "base/buf.h"
#include "case/case.h"

static err_t end_holding(struct db *db, const struct flow_call *x, struct programme *p,
                         struct err *e)
{
    struct deed d = flow_deed(x, p);
    struct assignment g;
    int64_t id = 0;
    err_t rc = db_i64(&id, db, "SELECT holder_assignment FROM flow_case WHERE id = ?1",
                      VALUES(v_i64(x->c.id)), e);
    if (rc != OK || id == 0 || (rc = assignment_get(&g, db, id, x->arena, e)) != OK)
        return rc;
    d.reason = STR_NONE;
    if (g.to_ms == 0 && g.done_ms == 0)
        rc = g.unit == x->by->unit && x->by->account ? assignment_done(db, &d, id, e)
                                                     : assignment_end(db, &d, id, e);
    return rc;
}

static struct str joined(const struct str *words, size_t count, struct arena *a)
{
    struct buf b = {0};
    for (size_t i = 0; i < count; i++)
        buf_addf(&b, "%s%.*s", i ? " " : "", STR_ARG(words[i]));
    return buf_take(&b, a);
}

/* "application.to=city", one on a line: as matter/row.c reads it. */
static struct str conditions_of(const struct process_step *s, struct arena *a)
{
    struct buf b = {0};
    for (size_t i = 0; i < s->when_count; i++)
        buf_addf(&b, "%s%.*s%s=%.*s", i ? "\n" : "", STR_ARG(s->when[i].name),
                 s->when[i].other ? "!" : "", STR_ARG(s->when[i].value));
    return buf_take(&b, a);
}

/* The open steps of the current stage, and their actors. */
struct open_now {
    const struct process_step *main; /* who takes it holds the case; NULL: nobody does */
    struct str words;                /* what he is to do there */
    bool *calls;                     /* by the step's place in the process */
};

static err_t write_open(struct db *db, const struct flow_call *x, const struct process_step *s,
                        const struct open_now *now, struct err *e)
{
    size_t i = (size_t)(s - x->process->steps);
    return db_run_later(
        db,
        "INSERT INTO flow_open (case_id, position, step, label, roles, holds,"
        " clause, conditions, opens, calls) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        VALUES(v_i64(x->c.id), v_i64((int64_t)i), v_str(s->id), v_str(s->label),
               v_str(joined(s->roles, s->role_count, x->arena)),
               v_i64(now->main && str_eq(now->main->actor, s->actor)), v_str(s->citation.clause),
               v_str(conditions_of(s, x->arena)), v_i64(s->after_due), v_i64(now->calls[i])),
        e);
}

static bool holds_in(const struct process *p, struct str stage, struct str actor)
{
    size_t i = process_state_at(p, stage);
    return i == p->state_count || p->states[i].holder.len == 0 ||
           str_eq(p->states[i].holder, actor);
}

static bool is_open(const struct flow_call *x, const struct process_step *s)
{
    return x->c.open && s->role_count && process_opens_in(x->process, s, x->c.stage);
}

/* A step that leads on, is this party's as far as is known, and is of the holder whom the state names. */
static err_t find_main(const struct process_step **main, struct db *db, struct flow_call *x,
                       struct programme *p, struct err *e)
{
    const struct process *of = x->process;
    err_t rc = OK;
    *main = NULL;
    for (size_t i = 0; rc == OK && !*main && i < of->step_count; i++) {
        const struct process_step *s = &of->steps[i];
        bool not_its = false;
        if (!is_open(x, s) || s->stays || !holds_in(of, x->c.stage, s->actor))
            continue;
        rc = programme_is_inapplicable(&not_its, db, x, s, p, e);
        if (rc == OK && !not_its)
            *main = s;
    }
    return rc;
}

/* A step beside the way where it is called for. One that leads on: the holder's; of others the chance of a party
 * to say something (陈述、申辩), not its right to end the case, nor an office's power to act before its turn. */
static err_t find_call(bool *calls, struct db *db, struct flow_call *x, struct programme *p,
                       const struct process_step *s, const struct process_step *main, struct err *e)
{
    bool not_its = false;
    *calls = false;
    if (!s->stays && !str_eq(s->actor, main->actor) &&
        (!process_is_partys(s) || x->process->states[s->to].end))
        return OK;
    err_t rc = programme_is_inapplicable(&not_its, db, x, s, p, e);
    if (rc != OK || not_its)
        return rc;
    return programme_is_open_item(calls, db, x, s, p, e);
}

static err_t find_open(struct open_now *out, struct db *db, struct flow_call *x,
                       struct programme *p, struct err *e)
{
    const struct process *of = x->process;
    struct buf b = {0};
    *out = (struct open_now){.calls = arena_array(x->arena, of->step_count, sizeof(bool))};
    err_t rc = find_main(&out->main, db, x, p, e);
    for (size_t i = 0; rc == OK && out->main && i < of->step_count; i++) {
        const struct process_step *s = &of->steps[i];
        if (!is_open(x, s))
            continue;
        rc = find_call(&out->calls[i], db, x, p, s, out->main, e);
        if (rc == OK && out->calls[i] && str_eq(s->actor, out->main->actor))
            buf_addf(&b, "%s%.*s", b.len ? "、" : "", STR_ARG(s->label));
    }
    out->words = buf_take(&b, x->arena);
    return rc;
}

static err_t give_holding(struct db *db, const struct flow_call *x, struct programme *p,
                          const struct open_now *now, struct err *e)
{
    struct deed d = flow_deed(x, p);
    struct assignment g = {.type = STR("case"), .record_id = x->c.id, .kind = STR("do")};
    err_t rc = OK;
    d.reason = STR_NONE;
    if (now->main)
        rc = flow_unit_of(&g.unit, db, &x->c, now->main->roles[0], x->today, e);
    if (rc == OK && g.unit) {
        g.note = now->words;
        rc = assignment_give(&g, db, &d, e);
    }
    if (rc == OK)
        rc = db_run(db, "UPDATE flow_case SET holder_assignment = ?2 WHERE id = ?1",
                    VALUES(v_i64(x->c.id), v_id(g.id)), e);
    return rc;
}

/* Another party or office that has something to do besides the holder. An open item outside of the
 * main way (an objection) is separate, even for the holder. */
struct wait {
    int64_t unit, assignment; /* 0: it is not given yet */
    struct str words;
};

struct waits {
    struct wait *ptr;
    size_t len, cap;
};

static err_t find_waits(struct waits *out, struct db *db, const struct flow_call *x,
                        const struct open_now *now, struct err *e)
{
    const struct process *p = x->process;
    int64_t unit = 0, holder = 0;
    err_t rc = now->main ? flow_unit_of(&holder, db, &x->c, now->main->roles[0], x->today, e) : OK;
    for (size_t i = 0; rc == OK && now->main && i < p->step_count; i++) {
        const struct process_step *s = &p->steps[i];
        size_t k = 0;
        bool beside = s->stays && str_eq(s->actor, now->main->actor);
        if (!now->calls[i] || (!beside && str_eq(s->actor, now->main->actor)))
            continue;
        rc = flow_unit_of(&unit, db, &x->c, s->roles[0], x->today, e);
        if (rc != OK || unit == 0 || (unit == holder && !beside))
            continue;
        while (k < out->len && (beside || out->ptr[k].unit != unit))
            k++;
        if (k < out->len)
            out->ptr[k].words =
                arena_printf(x->arena, "%.*s、%.*s", STR_ARG(out->ptr[k].words), STR_ARG(s->label));
        else
            VEC_PUSH(x->arena, out, ((struct wait){.unit = unit, .words = s->label}));
    }
    return rc;
}

/* One that waits for the same goes on; another's end. */
static err_t end_waits(struct waits *wanted, struct db *db, const struct flow_call *x,
                       struct programme *p, struct err *e)
{
    VEC(struct assignment) given = {0};
    struct assignment one = {0};
    struct deed d = flow_deed(x, p);
    d.reason = STR_NONE;
    err_t rc =
        db_rows(ROWS(&given, one), db,
                "SELECT g.id, g.unit, g.note FROM flow_wait w JOIN assignment g ON g.id ="
                " w.assignment WHERE w.case_id = ?1 AND g.to_ms IS NULL AND g.done_ms IS"
                " NULL ORDER BY g.id",
                VALUES(v_i64(x->c.id)),
                INTO(into_i64(&one.id), into_i64(&one.unit), into_str(&one.note)), x->arena, e);
    for (size_t i = 0; rc == OK && i < given.len; i++) {
        const struct assignment *g = &given.ptr[i];
        size_t k = 0;
        while (k < wanted->len &&
               (wanted->ptr[k].unit != g->unit || !str_eq(wanted->ptr[k].words, g->note)))
            k++;
        if (k < wanted->len)
            wanted->ptr[k].assignment = g->id;
        else
            rc = g->unit == x->by->unit && x->by->account ? assignment_done(db, &d, g->id, e)
                                                          : assignment_end(db, &d, g->id, e);
    }
    return rc;
}

static err_t set_waits(struct db *db, const struct flow_call *x, struct programme *p,
                       const struct open_now *now, struct err *e)
{
    struct waits wanted = {0};
    struct deed d = flow_deed(x, p);
    d.reason = STR_NONE;
    err_t rc = find_waits(&wanted, db, x, now, e);
    if (rc == OK)
        rc = end_waits(&wanted, db, x, p, e);
    for (size_t i = 0; rc == OK && i < wanted.len; i++) {
        const struct wait *w = &wanted.ptr[i];
        struct assignment g = {.type = STR("case"),
                               .record_id = x->c.id,
                               .kind = STR("do"),
                               .unit = w->unit,
                               .note = w->words};
        if (w->assignment)
            continue;
        rc = assignment_give(&g, db, &d, e);
        if (rc == OK)
            rc = db_run(db, "INSERT INTO flow_wait (assignment, case_id) VALUES (?1, ?2)",
                        VALUES(v_i64(g.id), v_i64(x->c.id)), e);
    }
    return rc;
}

static err_t write_all_open(struct db *db, const struct flow_call *x, const struct open_now *now,
                            struct err *e)
{
    err_t rc = db_run(db, "DELETE FROM flow_open WHERE case_id = ?1", VALUES(v_i64(x->c.id)), e);
    for (size_t i = 0; rc == OK && i < x->process->step_count; i++)
        if (is_open(x, &x->process->steps[i]))
            rc = write_open(db, x, &x->process->steps[i], now, e);
    return rc;
}

err_t flow_set_holder(struct db *db, struct flow_call *x, struct programme *p, struct err *e)
{
    struct open_now now = {0};
    err_t rc = end_holding(db, x, p, e);
    if (rc == OK)
        rc = find_open(&now, db, x, p, e);
    if (rc == OK)
        rc = write_all_open(db, x, &now, e);
    if (rc == OK)
        rc = give_holding(db, x, p, &now, e);
    return rc == OK ? set_waits(db, x, p, &now, e) : rc;
}

/* The case stays where it stood: who holds it holds it on, unless something is called for that was not, or is
 * no more. */
err_t flow_update_holder(struct db *db, struct flow_call *x, struct programme *p, struct err *e)
{
    const struct flow_open_step *open;
    struct open_now now = {0};
    size_t count = 0;
    bool same = true;
    err_t rc = find_open(&now, db, x, p, e);
    if (rc == OK)
        rc = flow_open_steps(&open, &count, db, x->c.id, x->arena, e);
    for (size_t i = 0; rc == OK && i < count; i++) {
        const struct process_step *s = process_step_find(x->process, open[i].step);
        same &= !s || open[i].calls == now.calls[s - x->process->steps];
    }
    return rc == OK && !same ? flow_set_holder(db, x, p, e) : rc;
}

err_t flow_end_undone(struct db *db, const struct flow_call *x, struct programme *p,
                      struct str from, struct err *e)
{
    struct ids all = {0};
    struct deed d = flow_deed(x, p);
    d.reason = STR_NONE;
    err_t rc = db_ids(
        &all, db,
        "SELECT g.id FROM assignment g WHERE g.type = 'case' AND g.record_id = ?1 AND g.kind = 'do'"
        " AND g.to_ms IS NULL AND g.done_ms IS NULL AND g.account IS NULL AND NOT EXISTS (SELECT 1"
        " FROM flow_opinion o WHERE o.assignment = g.id) AND NOT EXISTS (SELECT 1 FROM flow_wait w"
        " WHERE w.assignment = g.id) AND g.id <> coalesce((SELECT c.holder_assignment FROM"
        " flow_case c WHERE c.id = ?1), 0) AND " FIRST_IN "?2) < " FIRST_IN
        "?3) AND g.from_ms >= (SELECT s.at_ms FROM flow_step s WHERE s.case_id = ?1 AND"
        " s.from_stage = ?2 AND s.to_stage <> ?2 ORDER BY s.id DESC LIMIT 1) ORDER BY g.id",
        VALUES(v_i64(x->c.id), v_str(x->c.stage), v_str(from)), x->arena, e);
    for (size_t i = 0; rc == OK && i < all.len; i++)
        rc = assignment_end(db, &d, all.ptr[i], e);
    return rc;
}
