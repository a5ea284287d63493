/* The holder of a case, other waiting parties, and open items. */
#include "access/assignment.h"
#include "base/buf.h"
#include "case/case.h"

static err_t end_holding(struct step *g)
{
    struct deed d = flow_deed(g);
    struct assignment held;
    int64_t id = 0;
    err_t rc = db_i64(&id, g->db, "SELECT holder_assignment FROM flow_case WHERE id = ?1",
                      VALUES(v_i64(g->x->c.id)), g->e);
    if (rc != OK || id == 0 || (rc = assignment_get(&held, g->db, id, g->x->arena, g->e)) != OK)
        return rc;
    d.reason = STR_NONE;
    if (held.to_ms == 0 && held.done_ms == 0)
        rc = held.unit == g->x->by->unit && g->x->by->account ? assignment_done(g->db, &d, id, g->e)
                                                              : assignment_end(g->db, &d, id, g->e);
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
    int64_t unit;                    /* whose step it is; 0: none is known */
    bool *calls;                     /* by the step's place in the process */
};

static err_t write_open(struct step *g, const struct process_step *s, const struct open_now *now)
{
    size_t i = (size_t)(s - g->x->process->steps);
    return db_run_later(
        g->db,
        "INSERT INTO flow_open (case_id, position, step, label, roles, holds,"
        " clause, conditions, opens, calls) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        VALUES(v_i64(g->x->c.id), v_i64((int64_t)i), v_str(s->id), v_str(s->label),
               v_str(joined(s->roles, s->role_count, g->x->arena)),
               v_i64(now->main && str_eq(now->main->actor, s->actor)), v_str(s->citation.clause),
               v_str(conditions_of(s, g->x->arena)), v_i64(s->after_due), v_i64(now->calls[i])),
        g->e);
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
static err_t find_main(const struct process_step **main, struct step *g)
{
    const struct process *of = g->x->process;
    err_t rc = OK;
    *main = NULL;
    for (size_t i = 0; rc == OK && !*main && i < of->step_count; i++) {
        const struct process_step *s = &of->steps[i];
        bool not_its = false;
        if (!is_open(g->x, s) || s->stays || !holds_in(of, g->x->c.stage, s->actor))
            continue;
        rc = programme_is_inapplicable(&not_its, g, s);
        if (rc == OK && !not_its)
            *main = s;
    }
    return rc;
}

/* A step beside the way where it is called for. One that leads on: the holder's; of others the chance of a party
 * to say something (陈述、申辩), not its right to end the case, nor an office's power to act before its turn. */
static err_t find_call(bool *calls, struct step *g, const struct process_step *s,
                       const struct process_step *main)
{
    bool not_its = false;
    *calls = false;
    if (!s->stays && !str_eq(s->actor, main->actor) &&
        (!process_is_partys(s) || g->x->process->states[s->to].end))
        return OK;
    err_t rc = s == main ? OK : programme_is_inapplicable(&not_its, g, s);
    if (rc != OK || not_its)
        return rc;
    return programme_is_open_item(calls, g, s);
}

static err_t find_open(struct open_now *out, struct step *g)
{
    const struct process *of = g->x->process;
    struct buf b = {0};
    *out = (struct open_now){.calls = arena_array(g->x->arena, of->step_count, sizeof(bool))};
    err_t rc = find_main(&out->main, g);
    for (size_t i = 0; rc == OK && out->main && i < of->step_count; i++) {
        const struct process_step *s = &of->steps[i];
        if (!is_open(g->x, s))
            continue;
        rc = find_call(&out->calls[i], g, s, out->main);
        if (rc == OK && out->calls[i] && str_eq(s->actor, out->main->actor))
            buf_addf(&b, "%s%.*s", b.len ? "、" : "", STR_ARG(s->label));
    }
    out->words = buf_take(&b, g->x->arena);
    return rc;
}

static err_t give_holding(struct step *g, struct open_now *now)
{
    struct deed d = flow_deed(g);
    struct assignment given = {.type = STR("case"), .record_id = g->x->c.id, .kind = STR("do")};
    err_t rc = OK;
    d.reason = STR_NONE;
    if (now->main)
        rc = flow_unit_of(&now->unit, g->db, &g->x->c, now->main->roles[0], g->x->today, g->e);
    if (rc == OK && now->unit) {
        given.unit = now->unit;
        given.note = now->words;
        rc = assignment_give(&given, g->db, &d, g->e);
    }
    if (rc == OK)
        rc = db_run(g->db, "UPDATE flow_case SET holder_assignment = ?2 WHERE id = ?1",
                    VALUES(v_i64(g->x->c.id), v_id(given.id)), g->e);
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

static err_t find_waits(struct waits *out, struct step *g, const struct open_now *now)
{
    const struct process *p = g->x->process;
    int64_t unit = 0;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && now->main && i < p->step_count; i++) {
        const struct process_step *s = &p->steps[i];
        size_t k = 0;
        bool beside = s->stays && str_eq(s->actor, now->main->actor);
        if (!now->calls[i] || (!beside && str_eq(s->actor, now->main->actor)))
            continue;
        rc = flow_unit_of(&unit, g->db, &g->x->c, s->roles[0], g->x->today, g->e);
        if (rc != OK || unit == 0 || (unit == now->unit && !beside))
            continue;
        while (k < out->len && (beside || out->ptr[k].unit != unit))
            k++;
        if (k < out->len)
            out->ptr[k].words = arena_printf(g->x->arena, "%.*s、%.*s", STR_ARG(out->ptr[k].words),
                                             STR_ARG(s->label));
        else
            VEC_PUSH(g->x->arena, out, ((struct wait){.unit = unit, .words = s->label}));
    }
    return rc;
}

/* One that waits for the same goes on; another's end. */
static err_t end_waits(struct waits *wanted, struct step *g)
{
    VEC(struct assignment) given = {0};
    struct assignment one = {0};
    struct deed d = flow_deed(g);
    d.reason = STR_NONE;
    err_t rc = db_rows(ROWS(&given, one), g->db,
                       "SELECT g.id, g.unit, g.note FROM flow_wait w JOIN assignment g ON g.id ="
                       " w.assignment WHERE w.case_id = ?1 AND g.to_ms IS NULL AND g.done_ms IS"
                       " NULL ORDER BY g.id",
                       VALUES(v_i64(g->x->c.id)),
                       INTO(into_i64(&one.id), into_i64(&one.unit), into_str(&one.note)),
                       g->x->arena, g->e);
    for (size_t i = 0; rc == OK && i < given.len; i++) {
        const struct assignment *held = &given.ptr[i];
        size_t k = 0;
        while (k < wanted->len &&
               (wanted->ptr[k].unit != held->unit || !str_eq(wanted->ptr[k].words, held->note)))
            k++;
        if (k < wanted->len)
            wanted->ptr[k].assignment = held->id;
        else
            rc = held->unit == g->x->by->unit && g->x->by->account
                     ? assignment_done(g->db, &d, held->id, g->e)
                     : assignment_end(g->db, &d, held->id, g->e);
    }
    return rc;
}

static err_t set_waits(struct step *g, const struct open_now *now)
{
    struct waits wanted = {0};
    struct deed d = flow_deed(g);
    d.reason = STR_NONE;
    err_t rc = find_waits(&wanted, g, now);
    if (rc == OK)
        rc = end_waits(&wanted, g);
    for (size_t i = 0; rc == OK && i < wanted.len; i++) {
        const struct wait *w = &wanted.ptr[i];
        struct assignment given = {.type = STR("case"),
                                   .record_id = g->x->c.id,
                                   .kind = STR("do"),
                                   .unit = w->unit,
                                   .note = w->words};
        if (w->assignment)
            continue;
        rc = assignment_give(&given, g->db, &d, g->e);
        if (rc == OK)
            rc = db_run(g->db, "INSERT INTO flow_wait (assignment, case_id) VALUES (?1, ?2)",
                        VALUES(v_i64(given.id), v_i64(g->x->c.id)), g->e);
    }
    return rc;
}

static err_t write_all_open(struct step *g, const struct open_now *now)
{
    err_t rc =
        db_run(g->db, "DELETE FROM flow_open WHERE case_id = ?1", VALUES(v_i64(g->x->c.id)), g->e);
    for (size_t i = 0; rc == OK && i < g->x->process->step_count; i++)
        if (is_open(g->x, &g->x->process->steps[i]))
            rc = write_open(g, &g->x->process->steps[i], now);
    return rc;
}

err_t flow_set_holder(struct step *g)
{
    struct open_now now = {0};
    err_t rc = end_holding(g);
    if (rc == OK)
        rc = find_open(&now, g);
    if (rc == OK)
        rc = write_all_open(g, &now);
    if (rc == OK)
        rc = give_holding(g, &now);
    return rc == OK ? set_waits(g, &now) : rc;
}

/* The case stays where it stood: who holds it holds it on, unless something is called for that was not, or is
 * no more. */
err_t flow_update_holder(struct step *g)
{
    const struct flow_open_step *open;
    struct open_now now = {0};
    size_t count = 0;
    bool same = true;
    err_t rc = find_open(&now, g);
    if (rc == OK)
        rc = flow_open_steps(&open, &count, g->db, g->x->c.id, g->x->arena, g->e);
    for (size_t i = 0; rc == OK && i < count; i++) {
        const struct process_step *s = process_step_find(g->x->process, open[i].step);
        same &= !s || open[i].calls == now.calls[s - g->x->process->steps];
    }
    return rc == OK && !same ? flow_set_holder(g) : rc;
}

err_t flow_end_undone(struct step *g, struct str from)
{
    struct ids all = {0};
    struct deed d = flow_deed(g);
    d.reason = STR_NONE;
    err_t rc = db_ids(
        &all, g->db,
        "SELECT g.id FROM assignment g WHERE g.type = 'case' AND g.record_id = ?1 AND g.kind = 'do'"
        " AND g.to_ms IS NULL AND g.done_ms IS NULL AND g.account IS NULL AND NOT EXISTS (SELECT 1"
        " FROM flow_opinion o WHERE o.assignment = g.id) AND NOT EXISTS (SELECT 1 FROM flow_wait w"
        " WHERE w.assignment = g.id) AND g.id <> coalesce((SELECT c.holder_assignment FROM"
        " flow_case c WHERE c.id = ?1), 0) AND " FIRST_IN "?2) < " FIRST_IN
        "?3) AND g.from_ms >= (SELECT s.at_ms FROM flow_step s WHERE s.case_id = ?1 AND"
        " s.from_stage = ?2 AND s.to_stage <> ?2 ORDER BY s.id DESC LIMIT 1) ORDER BY g.id",
        VALUES(v_i64(g->x->c.id), v_str(g->x->c.stage), v_str(from)), g->x->arena, g->e);
    for (size_t i = 0; rc == OK && i < all.len; i++)
        rc = assignment_end(g->db, &d, all.ptr[i], g->e);
    return rc;
}
