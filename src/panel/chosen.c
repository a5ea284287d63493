/* Choosing experts, recording a meeting. */
#include "panel/chosen.h"
#include "base/msg.h"
#include "base/vec.h"
#include "model/file.h"
#include "panel/frozen.h"

/* --- what the call says -------------------------------------------------------------------- */

/* E_CONFLICT, `sentence` with the number of the case: the call of a case of the panel says `value` in `column`. */
static err_t check_call(const struct choosing *c, const char *column, const char *value,
                        const char *sentence, struct err *e)
{
    struct str number;
    bool found;
    const char *sql = arena_printf(c->deed->arena,
                                   "SELECT c.number FROM panel_case c JOIN flow_case f ON f.id ="
                                   " c.case_id JOIN record_call k ON k.id = f.call WHERE c.panel ="
                                   " ?1 AND k.%s = ?2 ORDER BY c.position LIMIT 1",
                                   column)
                          .ptr;
    err_t rc = db_row_once(&found, c->db, sql, VALUES(v_i64(c->panel->id), v_str(str_of(value))),
                           INTO(into_str(&number)), c->deed->arena, e);
    return found ? err_set(e, E_CONFLICT, sentence, STR_ARG(number)) : rc;
}

/* --- choosing ------------------------------------------------------------------------------ */

static const struct pool_expert *expert_of(const struct pool *pool, int64_t id)
{
    for (size_t i = 0; i < pool->expert_count; i++)
        if (pool->experts[i].id == id)
            return &pool->experts[i];
    return NULL;
}

static bool has_tie(const struct choosing *c, int64_t expert, int64_t panel_case)
{
    for (size_t i = 0; i < c->pool->conflict_count; i++)
        if (c->pool->conflicts[i].kind == CONFLICT_TIE && c->pool->conflicts[i].expert == expert &&
            c->pool->conflicts[i].panel_case == panel_case)
            return true;
    return false;
}

/* Why he judges no case of the panel at all; NULL: he may. */
static const char *barred_by(const struct choosing *c, int64_t expert)
{
    const char *tie = NULL;
    size_t tied = 0;
    for (size_t i = 0; i < c->panel->case_count; i++)
        tied += has_tie(c, expert, c->panel->cases[i].id);
    for (size_t i = 0; i < c->pool->conflict_count; i++) {
        const struct conflict *x = &c->pool->conflicts[i];
        if (x->expert != expert)
            continue;
        if (x->kind == CONFLICT_PERSON && !(c->meeting && str_is(x->reason, "no_account")))
            return conflict_label(x->reason);
        if (x->kind == CONFLICT_TIE && !tie)
            tie = conflict_label(x->reason);
    }
    return tied == c->panel->case_count ? tie : NULL;
}

static err_t check_experts(const struct choosing *c, const struct members *seated, struct err *e)
{
    const int64_t *experts = c->experts;
    size_t count = c->count;
    if (count == 0 || count > PANEL_SEATS_MAX)
        return err_set(e, E_INVALID, "experts: one to %d", PANEL_SEATS_MAX);
    for (size_t i = 0; i < count; i++) {
        const struct pool_expert *x = expert_of(c->pool, experts[i]);
        if (!x)
            return err_set(e, E_INVALID, "experts[%zu]: the pool has no expert %lld", i,
                           (long long)experts[i]);
        const char *why = barred_by(c, x->id);
        if (why)
            return err_set(e, E_CONFLICT, "experts[%zu]: %.*s cannot judge: %s; choose another", i,
                           STR_ARG(x->name), msg(why));
        for (size_t k = 0; k < i; k++)
            if (experts[k] == experts[i])
                return err_set(e, E_INVALID, "experts[%zu]: %.*s is listed twice", i,
                               STR_ARG(x->name));
        for (size_t k = 0; k < seated->len; k++)
            if (seated->ptr[k].expert == experts[i])
                return err_set(e, E_CONFLICT, "experts[%zu]: %.*s was chosen already", i,
                               STR_ARG(x->name));
    }
    if ((int64_t)(count + seated->len) <= 2 * c->panel->trimmed)
        return err_set(e, E_INVALID,
                       "experts: %zu are too few: the mean leaves out the %lld highest and the "
                       "%lld lowest totals (%.*s)",
                       count + seated->len, (long long)c->panel->trimmed,
                       (long long)c->panel->trimmed, STR_ARG(c->panel->least_clause));
    return OK;
}

/* The chosen of the pool, and what was found of them and of the parties. */
static void narrow(struct pool *pool, const struct choosing *c)
{
    struct arena *a = c->deed->arena;
    VEC(struct conflict) of_them = {0};
    struct pool_expert *chosen = arena_array(a, c->count, sizeof(*chosen));
    *pool = *c->pool;
    for (size_t i = 0; i < c->count; i++)
        chosen[i] = *expert_of(c->pool, c->experts[i]);
    pool->experts = chosen;
    pool->expert_count = c->count;
    for (size_t i = 0; i < c->pool->conflict_count; i++) {
        const struct conflict *x = &c->pool->conflicts[i];
        if (x->expert == 0 || expert_of(pool, x->expert))
            VEC_PUSH(a, &of_them, *x);
    }
    pool->conflicts = of_them.ptr;
    pool->conflict_count = of_them.len;
}

/* A file that the office uploaded stays with the panel. */
static err_t keep_file(struct db *db, const struct deed *d, struct str digest, size_t at,
                       struct err *e)
{
    const struct file_row *rows;
    size_t count;
    err_t rc = file_rows(&rows, &count, db, digest, d->arena, e);
    for (size_t i = 0; rc == OK && i < count; i++)
        if (rows[i].owner_unit == d->by->unit)
            return file_keep(db, rows[i].id, deed_now_ms(d), e);
    return rc == OK ? err_set(e, E_INVALID,
                              "experts[%zu].file: must be the SHA-256 of the signed sheets, a file "
                              "uploaded by your office, not '%.*s'",
                              at, STR_ARG(digest))
                    : rc;
}

static err_t seat_experts(struct draw *out, const struct choosing *c, struct err *e)
{
    const struct str *files = c->files;
    const struct deed *d = c->deed;
    struct members seated = {0};
    struct pool chosen;
    bool first = str_is(c->panel->state, "draft");
    err_t rc = draw_latest(out, c->db, c->panel->id, d->arena, e);
    if (rc == OK && !first && !str_is(out->state, "chosen"))
        rc = err_set(e, E_CONFLICT, "the experts of this panel are drawn");
    if (rc == OK && !first)
        rc = draw_members(&seated, c->db, out->id, d->arena, e);
    if (rc == OK)
        rc = check_experts(c, &seated, e);
    if (rc != OK)
        return rc;
    narrow(&chosen, c);
    if (first) {
        *out =
            (struct draw){.panel = c->panel->id, .round = out->round + 1, .state = STR("chosen")};
        out->frozen = frozen_write(c->panel, out->round, &chosen, d->arena);
        rc = draw_keep(out, c->db, d, &chosen, e);
    } else {
        rc = draw_keep_conflicts(c->db, out->id, &chosen, e);
    }
    for (size_t i = 0; rc == OK && i < c->count; i++) {
        const struct pool_expert *x = &chosen.experts[i];
        struct member m = {.expert = x->id,
                           .place = (int64_t)(seated.len + i),
                           .field = x->field_count ? x->fields[0] : STR(""),
                           .file = files ? files[i] : STR_NONE,
                           .state = c->meeting ? STR("accepted") : STR_NONE};
        rc = files ? keep_file(c->db, d, files[i], i, e) : OK;
        if (rc == OK)
            rc = draw_invite(&m, c->db, d, out, e);
    }
    return rc == OK ? panel_move(&(struct panel_deed){c->db, d, c->panel}, "draft drawn", "drawn",
                                 "choose", e)
                    : rc;
}

static err_t choose(struct draw *out, struct choosing *c, struct err *e)
{
    const struct deed *d = c->deed;
    struct pool *pool = arena_alloc(d->arena, sizeof(*pool));
    struct date today;
    if (!date_parse(&today, d->by->today))
        return err_set(e, E_INTERNAL, "the day of this request is no day");
    err_t rc = check_call(c, "experts", "drawn",
                          N_("the call of the case %.*s says that experts are drawn: form a panel "
                             "with seats, and draw them"),
                          e);
    if (rc == OK)
        rc = pool_read(pool, c->db, c->panel->id, c->panel->owner_province, 0, d->by->today,
                       d->arena, e);
    if (rc == OK)
        rc = conflicts_find(pool, c->patents, today, d->arena, e);
    c->pool = pool;
    return rc == OK ? seat_experts(out, c, e) : rc;
}

err_t panel_choose(struct draw *out, struct choosing *c, struct err *e)
{
    struct str state = c->panel->state;
    if (!str_is(state, "draft") && !str_is(state, "drawn"))
        return err_set(e, E_CONFLICT, "the panel is %s: no experts can be chosen",
                       panel_state_word(state));
    return choose(out, c, e);
}

/* --- the meeting --------------------------------------------------------------------------- */

static const struct panel_case *case_of(const struct panel *p, int64_t case_id)
{
    for (size_t i = 0; i < p->case_count; i++)
        if (p->cases[i].case_id == case_id)
            return &p->cases[i];
    return NULL;
}

static err_t points_of(struct sheet *x, const struct meeting_sheet *said, size_t at,
                       const struct choosing *c, struct err *e)
{
    const struct panel *p = c->panel;
    x->points = arena_array(c->deed->arena, p->head_count, sizeof(*x->points));
    for (size_t h = 0; h < p->head_count; h++)
        x->points[h] = SCORE_NONE;
    for (size_t k = 0; k < said->count; k++) {
        size_t h = 0;
        while (h < p->head_count && !str_eq(p->heads[h].head, said->heads[k]))
            h++;
        if (h == p->head_count)
            return err_set(e, E_INVALID, "sheets[%zu].scores: the panel has no head '%.*s'", at,
                           STR_ARG(said->heads[k]));
        x->points[h] = said->points[k];
    }
    return OK;
}

static err_t record_sheets(const struct choosing *c, const struct meeting *m,
                           const struct members *all, struct err *e)
{
    const struct member *members = all->ptr;
    const struct panel *p = c->panel;
    const struct deed *d = c->deed;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < m->sheet_count; i++) {
        const struct meeting_sheet *said = &m->sheets[i];
        const struct panel_case *of = case_of(p, said->case_id);
        size_t by = 0;
        bool sees = false;
        while (by < all->len && members[by].expert != said->expert)
            by++;
        if (!of)
            return err_set(e, E_INVALID, "sheets[%zu].case: %lld is not among `cases`", i,
                           (long long)said->case_id);
        if (by == all->len)
            return err_set(e, E_INVALID, "sheets[%zu].expert: %lld is not among `experts`", i,
                           (long long)said->expert);
        for (size_t k = 0; k < i; k++)
            if (m->sheets[k].case_id == said->case_id && m->sheets[k].expert == said->expert)
                return err_set(e, E_INVALID, "sheets[%zu]: %.*s has scored %.*s already", i,
                               STR_ARG(members[by].name), STR_ARG(of->number));
        rc = member_sees(&sees, c->db, &(struct member_case){&members[by], p, of->id, d->by->today},
                         d->arena, e);
        if (rc == OK && !sees)
            return err_set(e, E_CONFLICT,
                           "sheets[%zu]: %.*s has a conflict of interest with %.*s and does not "
                           "score %.*s: leave this sheet out",
                           i, STR_ARG(members[by].name), STR_ARG(of->name), STR_ARG(of->number));
        struct sheet x = {.panel_case = of->id,
                          .member = members[by].id,
                          .opinion = said->opinion,
                          .result = said->result};
        if (rc == OK)
            rc = points_of(&x, said, i, c, e);
        if (rc == OK)
            rc = score_record(&x, c->db, d, p, e);
    }
    return rc;
}

static err_t record_experts(const struct choosing *c, const struct meeting *m,
                            const struct members *all, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < all->len; i++) {
        struct member one = all->ptr[i];
        rc = member_declare(&one, &(struct panel_deed){c->db, c->deed, c->panel},
                            m->experts[i].recusals, m->experts[i].recusal_count, e);
    }
    return rc;
}

static err_t results_of(struct case_result **out, const struct panel *p, const struct meeting *m,
                        struct arena *a, struct err *e)
{
    *out = arena_array(a, p->case_count, sizeof(**out));
    for (size_t i = 0; i < m->result_count; i++)
        if (!case_of(p, m->results[i].case_id))
            return err_set(e, E_INVALID, "results[%zu].case: %lld is not among `cases`", i,
                           (long long)m->results[i].case_id);
    for (size_t i = 0; i < p->case_count; i++) {
        size_t at = 0;
        while (at < m->result_count && m->results[at].case_id != p->cases[i].case_id)
            at++;
        if (at == m->result_count)
            return err_set(e, E_INVALID, "results: %.*s has none: pass or fail, with its reason",
                           STR_ARG(p->cases[i].number));
        (*out)[i] =
            (struct case_result){p->cases[i].id, m->results[at].result, m->results[at].reason};
    }
    return OK;
}

/* A meeting is recorded after it was held, and judges cases that had come to its stage by then. */
static err_t check_day(struct db *db, const struct panel *p, const struct deed *d, struct err *e)
{
    struct date day;
    struct str number = STR_NONE, since = STR_NONE;
    err_t rc = OK;
    if (!date_parse(&day, p->held_on))
        return err_set(e, E_INVALID, "held_on: a day as 2026-03-09, not '%.*s'",
                       STR_ARG(p->held_on));
    if (str_cmp(p->held_on, d->by->today) > 0)
        return err_set(e, E_INVALID, "held_on: %.*s is still to come: record the meeting after it",
                       STR_ARG(p->held_on));
    for (size_t i = 0; rc == OK && i < p->case_count; i++) {
        rc = db_row(NULL, db, "SELECT number, stage_on FROM flow_case WHERE id = ?1",
                    VALUES(v_i64(p->cases[i].case_id)), INTO(into_str(&number), into_str(&since)),
                    d->arena, e);
        if (rc == OK && str_cmp(p->held_on, since) < 0)
            return err_set(e, E_INVALID, "held_on: the case %.*s came to its review on %.*s only",
                           STR_ARG(number), STR_ARG(since));
    }
    return rc;
}

err_t panel_meet(struct choosing *c, const struct pack *pack, struct str evaluation,
                 const struct meeting *m, struct err *e)
{
    struct db *db = c->db;
    const struct deed *d = c->deed;
    struct panel *p = c->panel;
    struct case_result *results = NULL;
    struct members members;
    int64_t *experts = arena_array(d->arena, m->expert_count + 1, sizeof(*experts));
    struct str *files = arena_array(d->arena, m->expert_count + 1, sizeof(*files));
    struct draw draw;
    c->meeting = true;
    c->experts = experts;
    c->count = m->expert_count;
    c->files = files;
    for (size_t i = 0; i < m->expert_count; i++) {
        experts[i] = m->experts[i].expert;
        files[i] = m->experts[i].file;
    }
    err_t rc = check_day(db, p, d, e);
    if (rc == OK)
        rc = panel_form(&(struct panel_deed){db, d, p}, pack, evaluation, e);
    if (rc == OK)
        rc = panel_read(p, db, p->id, d->arena, e); /* with the names of the parties */
    if (rc == OK)
        rc = check_call(c, "expert_review", "online",
                        N_("the call of the case %.*s says that experts score online: form a "
                           "panel, and choose its experts"),
                        e);
    if (rc == OK)
        rc = choose(&draw, c, e);
    if (rc == OK)
        rc = draw_members(&members, db, draw.id, d->arena, e);
    if (rc == OK)
        rc = record_experts(c, m, &members, e);
    if (rc == OK)
        rc = draw_members(&members, db, draw.id, d->arena, e);
    if (rc == OK)
        rc = record_sheets(c, m, &members, e);
    if (rc == OK)
        rc = results_of(&results, p, m, d->arena, e);
    return rc == OK ? review_close(&(struct panel_deed){db, d, p}, results, p->case_count, e) : rc;
}
