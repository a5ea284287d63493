/* Rows of panel_member and panel_recusal. */
#include "panel/member.h"
#include "access/assignment.h"
#include "access/mutation.h"
#include "base/msg.h"
#include "panel/conflict.h"
#include "panel/draw.h"
#include "text/unicode.h"

#define COLUMNS                                                                                    \
    "id, version, panel, draw, field, place, expert, account, name, state, reason, invited_ms, "   \
    "answered_ms, stated_ms, file"
#define INTO_MEMBER(m)                                                                             \
    INTO(into_i64(&(m)->id), into_i64(&(m)->version), into_i64(&(m)->panel), into_i64(&(m)->draw), \
         into_str(&(m)->field), into_i64(&(m)->place), into_i64(&(m)->expert),                     \
         into_i64(&(m)->account), into_str(&(m)->name), into_str(&(m)->state),                     \
         into_str(&(m)->reason), into_i64(&(m)->invited_ms), into_i64(&(m)->answered_ms),          \
         into_i64(&(m)->stated_ms), into_str(&(m)->file))

err_t draw_members(struct members *out, struct db *db, int64_t draw, struct arena *a, struct err *e)
{
    struct member m;
    *out = (struct members){0};
    return db_rows(ROWS(out, m), db,
                   "SELECT " COLUMNS " FROM panel_member WHERE draw = ?1 ORDER BY id",
                   VALUES(v_i64(draw)), INTO_MEMBER(&m), a, e);
}

err_t panel_members(struct members *out, struct db *db, int64_t panel, struct arena *a,
                    struct err *e)
{
    struct draw x;
    *out = (struct members){0};
    err_t rc = draw_latest(&x, db, panel, a, e);
    return rc == OK ? draw_members(out, db, x.id, a, e) : rc;
}

struct sought {
    const char *sql;
    const struct value *values;
    size_t count;
    const char *missing; /* what is said where there is none */
};

static err_t read_one(struct member *out, struct db *db, const struct sought *s, struct arena *a,
                      struct err *e)
{
    bool found = false;
    err_t rc = db_row(&found, db, s->sql, s->values, s->count, INTO_MEMBER(out), a, e);
    return rc == OK && !found ? err_set(e, E_NOTFOUND, "%s", msg(s->missing)) : rc;
}

err_t member_read(struct member *out, struct db *db, int64_t panel, int64_t id, struct arena *a,
                  struct err *e)
{
    const struct sought sought = {
        "SELECT " COLUMNS " FROM panel_member WHERE panel = ?1 AND id = ?2",
        VALUES(v_i64(panel), v_i64(id)), N_("the panel has no such member")};
    return read_one(out, db, &sought, a, e);
}

err_t member_of(struct member *out, struct db *db, const struct subject *s, int64_t panel,
                struct arena *a, struct err *e)
{
    static const char sql[] =
        "SELECT " COLUMNS " FROM panel_member WHERE panel = ?1 AND (account = ?2 OR ?3 = 1) AND"
        " (state IN ('invited', 'accepted') OR ?4 = 1) ORDER BY id DESC LIMIT 1";
    static const char missing[] = N_("there is no such panel");
    if ((s->account == 0 || !subject_has_role(s, "expert")) && !access_off(STR("panels"), "expert"))
        return err_set(e, E_NOTFOUND, "there is no panel %lld", (long long)panel);
    const struct sought his = {sql, VALUES(v_i64(panel), v_i64(s->account), v_i64(0), v_i64(0)),
                               missing};
    err_t rc = read_one(out, db, &his, a, e);
    if (ACCESS_MUTATION && rc == E_NOTFOUND) { /* who was drawn, and is not there any more */
        struct member gone;
        const struct sought before = {
            sql, VALUES(v_i64(panel), v_i64(s->account), v_i64(0), v_i64(1)), missing};
        const struct sought anybody = {sql, VALUES(v_i64(panel), v_i64(0), v_i64(1), v_i64(0)),
                                       missing};
        if (read_one(&gone, db, &before, a, e) == OK && access_off(STR("panels"), "still there")) {
            *out = gone;
            return OK;
        }
        if (access_off(STR("panels"), "drawn"))
            rc = read_one(out, db, &anybody, a, e);
    }
    return rc;
}

/* --- writing --------------------------------------------------------------------------- */

err_t member_version(const struct member *m, struct db *db, const struct deed *d,
                     const char *action, struct err *e)
{
    const struct deed_field fields[] = {
        {"account", v_id(m->account)}, {"draw", v_i64(m->draw)},
        {"expert", v_i64(m->expert)},  {"field", v_str(m->field)},
        {"file", v_str(m->file)},      {"panel", v_i64(m->panel)},
        {"place", v_i64(m->place)},    {"reason", v_str(m->reason)},
        {"state", v_str(m->state)},    {"stated_ms", v_id(m->stated_ms)},
    };
    return deed_version(d, db, "panel_member", m->id, m->version, action, fields,
                        sizeof(fields) / sizeof(*fields), e);
}

err_t member_move(struct member *m, struct db *db, const struct deed *d, const char *action,
                  struct err *e)
{
    m->version++;
    err_t rc = db_run(db,
                      "UPDATE panel_member SET version = ?2, state = ?3, reason = ?4, answered_ms ="
                      " ?5, stated_ms = ?6 WHERE id = ?1",
                      VALUES(v_i64(m->id), v_i64(m->version), v_str(m->state), v_str(m->reason),
                             v_id(m->answered_ms), v_id(m->stated_ms)),
                      e);
    return rc == OK ? member_version(m, db, d, action, e) : rc;
}

/* --- the invitation ------------------------------------------------------------------------ */

static err_t note_of(struct str *out, struct db *db, const struct member *m, struct arena *a,
                     struct err *e)
{
    struct str title;
    err_t rc =
        db_text(&title, db, "SELECT title FROM panel WHERE id = ?1", VALUES(v_i64(m->panel)), a, e);
    *out = arena_printf(a, "%.*s（评审组 %lld）", STR_ARG(title), (long long)m->panel);
    return rc;
}

err_t member_invite(const struct member *m, struct db *db, const struct deed *d, struct err *e)
{
    struct assignment given = {
        .type = STR("expert"), .record_id = m->expert, .kind = STR("do"), .account = m->account};
    err_t rc = note_of(&given.note, db, m, d->arena, e);
    return rc == OK ? assignment_give(&given, db, d, e) : rc;
}

/* 0: there was no invitation, or it was withdrawn. */
static err_t invitation_of(int64_t *out, struct db *db, const struct member *m, struct arena *a,
                           struct err *e)
{
    /* The second is of invitations before version 0.2. */
    struct str note = arena_printf(a, "%%（评审组 %lld）", (long long)m->panel);
    struct str old = arena_printf(a, "%%(/panels/%lld)", (long long)m->panel);
    return db_i64(out, db,
                  "SELECT max(id) FROM assignment WHERE type = 'expert' AND record_id = ?1 AND"
                  " account = ?2 AND (note LIKE ?3 OR note LIKE ?4) AND to_ms IS NULL",
                  VALUES(v_i64(m->expert), v_i64(m->account), v_str(note), v_str(old)), e);
}

err_t member_release(const struct member *m, struct db *db, const struct deed *d, struct err *e)
{
    int64_t id = 0;
    err_t rc = m->account ? invitation_of(&id, db, m, d->arena, e) : OK;
    return rc == OK && id ? assignment_end(db, d, id, e) : rc;
}

static err_t invitation_done(const struct member *m, struct db *db, const struct deed *d,
                             struct err *e)
{
    int64_t id = 0;
    err_t rc = invitation_of(&id, db, m, d->arena, e);
    return rc == OK && id ? assignment_done(db, d, id, e) : rc;
}

err_t member_answer(struct member *out, const struct panel_deed *act, bool comes, struct err *e)
{
    const struct deed *d = act->deed;
    struct panel *p = act->panel;
    struct member next;
    err_t rc = member_of(out, act->db, d->by, p->id, d->arena, e);
    if (rc == OK && !str_is(p->state, "drawn"))
        rc = err_set(e, E_CONFLICT, "the panel is %s: it waits for no answer",
                     panel_state_word(p->state));
    if (rc == OK && !str_is(out->state, "invited"))
        rc = err_set(e, E_CONFLICT, "you have answered already");
    if (rc == OK && !comes && !unicode_says(d->reason))
        rc = err_set(e, E_INVALID,
                     "reason: it says why, with at least one letter, digit or Chinese character");
    if (rc != OK)
        return rc;
    out->state = comes ? STR("accepted") : STR("refused");
    out->reason = comes ? STR_NONE : d->reason;
    out->answered_ms = deed_now_ms(d);
    rc = member_move(out, act->db, d, comes ? "accept" : "refuse", e);
    if (rc == OK)
        rc = comes ? invitation_done(out, act->db, d, e) : member_release(out, act->db, d, e);
    return rc == OK && !comes ? draw_next(&next, act->db, d, p->id, out->field, e) : rc;
}

/* --- conflicts --------------------------------------------------------------------------- */

static err_t recuse(bool *any, struct db *db, const struct member *m, const struct panel *p,
                    const struct recusal *r, int64_t now_ms, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < p->case_count; i++) {
        if (p->cases[i].unit != r->unit)
            continue;
        *any = true;
        rc =
            db_run(db,
                   "INSERT INTO panel_recusal (member, panel_case, reason, at_ms) SELECT ?1, ?2,"
                   " ?3, ?4 WHERE NOT EXISTS (SELECT 1 FROM panel_recusal WHERE member = ?1 AND"
                   " panel_case = ?2)",
                   VALUES(v_i64(m->id), v_i64(p->cases[i].id), v_str(r->reason), v_i64(now_ms)), e);
    }
    return rc;
}

err_t member_declare(struct member *m, const struct panel_deed *act, const struct recusal *recusals,
                     size_t count, struct err *e)
{
    const struct deed *d = act->deed;
    struct panel *p = act->panel;
    err_t rc = OK;
    if (!str_is(m->state, "accepted") || !str_is(p->state, "drawn"))
        return err_set(e, E_CONFLICT,
                       "only members who have accepted can state this, while the panel is at work");
    for (size_t i = 0; rc == OK && i < count; i++) {
        bool any = false;
        if (!unicode_says(recusals[i].reason))
            return err_set(e, E_INVALID, "recusals[%zu].reason: each says why", i);
        rc = recuse(&any, act->db, m, p, &recusals[i], deed_now_ms(d), e);
        if (rc == OK && !any)
            rc = err_set(e, E_INVALID, "recusals[%zu].unit: %lld is no party of this panel", i,
                         (long long)recusals[i].unit);
    }
    if (rc != OK)
        return rc;
    m->stated_ms = deed_now_ms(d);
    return member_move(m, act->db, d, count ? "recuse" : "state no conflict", e);
}

static err_t barred(bool *out, struct db *db, const struct member *m, int64_t panel_case,
                    struct err *e)
{
    *out = false;
    return db_any(out, db,
                  "SELECT 1 FROM panel_recusal WHERE member = ?1 AND panel_case = ?2 UNION"
                  " ALL SELECT 1 FROM panel_conflict WHERE draw = ?3 AND expert = ?4 AND"
                  " panel_case = ?2 LIMIT 1",
                  VALUES(v_i64(m->id), v_i64(panel_case), v_i64(m->draw), v_i64(m->expert)), e);
}

/* The expert's record as of today, with statements since the draw; expert_count 0 if it has ended.
 */
static err_t read_pool(struct pool *out, struct db *db, const struct member_case *of,
                       struct arena *a, struct err *e)
{
    err_t rc = pool_read(out, db, of->p->id, of->p->owner_province, of->m->expert, of->today, a, e);
    return rc == OK ? pool_remember(out, db, of->m->invited_ms, a, e) : rc;
}

struct ties {
    bool tied, gone;
};

static err_t look_at_ties(struct ties *out, struct db *db, const struct member_case *of,
                          struct arena *a, struct err *e)
{
    struct pool pool;
    struct date day;
    bool is_case = false, out_of_it = true;
    *out = (struct ties){true, true};
    if (!date_parse(&day, of->today))
        return err_set(e, E_INTERNAL, "the day of this request is no day");
    out->gone = false;
    err_t rc = barred(&out_of_it, db, of->m, of->panel_case, e);
    if (rc != OK || out_of_it)
        return rc;
    rc = read_pool(&pool, db, of, a, e);
    if (rc != OK)
        return rc;
    out->gone = pool.expert_count != 1 || pool.experts[0].suspended;
    for (size_t i = 0; i < pool.party_count; i++) {
        if (pool.parties[i].panel_case != of->panel_case)
            continue;
        is_case = true;
        out_of_it |=
            pool.expert_count == 1 && conflict_now(&pool.experts[0], &pool.parties[i], day);
    }
    out->tied = out_of_it || !is_case;
    return OK;
}

err_t member_has_conflict(bool *out, struct db *db, const struct member_case *of, struct arena *a,
                          struct err *e)
{
    struct ties ties;
    err_t rc = look_at_ties(&ties, db, of, a, e);
    *out = ties.tied;
    return rc;
}

/* An expert who left the pool (ended, suspended, of another province) sees nothing. */
err_t member_sees(bool *out, struct db *db, const struct member_case *of, struct arena *a,
                  struct err *e)
{
    struct ties ties;
    *out = false;
    if (!str_is(of->m->state, "accepted") || !of->m->stated_ms)
        return OK;
    err_t rc = look_at_ties(&ties, db, of, a, e);
    *out = rc == OK && !ties.tied && !ties.gone;
    return rc;
}
