/* The history lines a reader can see. Lines of a kind not listed here are visible to their author
 * only. */
#include "matter/matter.h"

/* The readers of a line, besides its author and auditors. */
enum audience {
    NOBODY,
    READERS, /* of the case */
    SECONDS, /* who may take the step: what is proposed is an intention, and nothing is decided by it */
    OFFICES /* that have a part in the case, or were given something of it to do or to read */
};

static const struct line_kind {
    const char *kind;
    enum audience audience;
    bool general; /* an action that every case allows (case/aside.c) */
} kinds[] = {{"open", READERS},         {"step", READERS},          {"taken_back", READERS},
             {"end", READERS},          {"propose", SECONDS},       {"withdraw", SECONDS},
             {"refuse", SECONDS},       {"back", READERS, true},    {"recall", READERS, true},
             {"call", READERS, true},   {"urge", READERS, true},    {"opinion", OFFICES, true},
             {"answer", OFFICES, true}, {"release", OFFICES, true}, {"forward", OFFICES, true},
             {"copy", OFFICES, true}};

static const struct line_kind *kind_of(struct str kind)
{
    return FIND_BY(kinds, ARRAY_LEN(kinds), kind, kind);
}

static enum audience audience_of(struct str kind)
{
    const struct line_kind *k = kind_of(kind);
    return k ? k->audience : NOBODY;
}

bool flow_is_general_action(struct str kind)
{
    const struct line_kind *k = kind_of(kind);
    return k && k->general;
}

bool flow_is_public_action(struct str action)
{
    size_t kind = 0;
    while (kind < action.len && action.ptr[kind] != ' ')
        kind++;
    return audience_of((struct str){action.ptr, kind}) == READERS;
}

err_t flow_takes_any(struct decision *out, struct step *g,
                     bool (*among)(const struct process_step *s))
{
    err_t rc = OK;
    *out = (struct decision){0};
    for (size_t i = 0; rc == OK && !out->allowed && i < g->x->process->step_count; i++) {
        const struct process_step *s = &g->x->process->steps[i];
        if (among(s))
            rc = flow_allows(out, g->db, g->x->by, &g->x->c, s->roles, s->role_count, s->id,
                             g->x->arena, g->e);
    }
    return rc;
}

struct reader {
    struct step *g;
    bool asked, inside; /* inside: one of the offices; once it was asked */
};

static err_t was_given(bool *out, const struct reader *r)
{
    const struct subject *by = r->g->x->by;
    *out = false;
    return db_any(out, r->g->db,
                  "SELECT 1 FROM assignment WHERE type = 'case' AND record_id = ?1 AND"
                  " (account = ?2 OR unit = ?3) LIMIT 1",
                  VALUES(v_i64(r->g->x->c.id), v_i64(by->account), v_id(by->unit)), r->g->e);
}

/* The party of the case is none of them, whatever it was asked. */
static err_t is_inside(bool *out, struct reader *r)
{
    struct decision d;
    err_t rc = OK;
    if (!r->asked) {
        rc = flow_takes_any(&d, r->g, process_is_offices);
        r->inside = d.allowed;
        if (rc == OK && !d.allowed && r->g->x->by->unit != r->g->x->c.unit)
            rc = was_given(&r->inside, r);
        r->asked = rc == OK;
    }
    *out = r->inside;
    return rc;
}

static err_t is_second(bool *out, const struct reader *r, struct str step)
{
    const struct flow_call *x = r->g->x;
    const struct process_step *s = process_step_find(x->process, step);
    struct decision d = {0};
    err_t rc = s ? flow_allows(&d, r->g->db, x->by, &x->c, s->roles, s->role_count, s->id, x->arena,
                               r->g->e)
                 : OK;
    *out = d.allowed;
    return rc;
}

static err_t is_shown(bool *out, struct reader *r, const struct flow_done *d)
{
    const struct subject *by = r->g->x->by;
    *out = subject_is_program(by) || subject_has_role(by, "auditor") ||
           (d->account != 0 && d->account == by->account);
    if (*out)
        return OK;
    switch (audience_of(d->kind)) {
    case READERS:
        *out = true;
        return OK;
    case SECONDS:
        return is_second(out, r, d->step);
    case OFFICES:
        return is_inside(out, r);
    case NOBODY:
        break;
    }
    return OK;
}

err_t flow_history_shown(const struct flow_done **out, size_t *count, struct step *g)
{
    struct reader r = {.g = g};
    const struct flow_done *all = NULL;
    size_t n = 0;
    *count = 0;
    err_t rc = flow_history(&all, &n, g->db, g->x->c.id, g->x->arena, g->e);
    struct flow_done *kept = arena_array(g->x->arena, n, sizeof(*kept));
    for (size_t i = 0; rc == OK && i < n; i++) {
        bool shown = false;
        rc = is_shown(&shown, &r, &all[i]);
        if (shown)
            kept[(*count)++] = all[i];
    }
    *out = kept;
    return rc;
}

/* --- what is undone ------------------------------------------------------------------------ */

/* Steps taken after the case last left a stage to which it returned later are undone. */
err_t flow_step_stands(struct flow_stands *out, struct step *g, int64_t case_id,
                       const struct str *steps, size_t count)
{
    struct arena *a = g->x->arena;
    *out = (struct flow_stands){0};
    err_t rc = OK;
    ROWS_WHILE(
        out->id == 0, st, rc, g->e, g->db,
        "SELECT t.id, t.at_ms, t.step, t.date FROM flow_step t WHERE t.case_id = ?1 AND t.kind ="
        " 'step' AND NOT EXISTS (SELECT 1 FROM flow_step b WHERE b.case_id = ?1 AND"
        " b.id > t.id AND " FIRST_IN "b.to_stage) < " FIRST_IN
        "b.from_stage) AND t.id >= (SELECT max(l.id) FROM flow_step l WHERE l.case_id = ?1 AND l.id"
        " < b.id AND l.from_stage = b.to_stage AND l.to_stage <> l.from_stage)) ORDER BY t.id DESC",
        VALUES(v_i64(case_id)))
        if (str_among(stmt_str(st, 2), steps, count))
            *out =
                (struct flow_stands){stmt_i64(st, 0), stmt_i64(st, 1),
                                     arena_dup(a, stmt_str(st, 2)), arena_dup(a, stmt_str(st, 3))};
    return rc;
}
