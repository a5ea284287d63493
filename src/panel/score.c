/* Rows of panel_sheet and panel_score. */
#include "panel/score.h"
#include "access/mutation.h"
#include "access/pair_shown.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "text/unicode.h"

#define COLUMNS                                                                                    \
    "s.id, s.version, s.state, s.panel_case, s.member, s.opinion, s.result, s.changed_ms, "        \
    "s.locked_ms"
#define INTO_SHEET(s)                                                                              \
    INTO(into_i64(&(s)->id), into_i64(&(s)->version), into_str(&(s)->state),                       \
         into_i64(&(s)->panel_case), into_i64(&(s)->member), into_str(&(s)->opinion),              \
         into_str(&(s)->result), into_i64(&(s)->changed_ms), into_i64(&(s)->locked_ms))

/* --- reading --------------------------------------------------------------------------- */

static void no_points(struct sheet *x, const struct panel *p, struct arena *a)
{
    x->points = arena_array(a, p->head_count, sizeof(*x->points));
    x->reasons = arena_array(a, p->head_count, sizeof(*x->reasons));
    for (size_t i = 0; i < p->head_count; i++)
        x->points[i] = SCORE_NONE;
}

static err_t read_points(struct sheet *x, struct db *db, const struct panel *p, struct arena *a,
                         struct err *e)
{
    err_t rc = OK;
    EACH_ROW(st, rc, e, db, "SELECT position, points, reason FROM panel_score WHERE sheet = ?1",
             VALUES(v_i64(x->id)))
        if (stmt_i64(st, 0) >= 0 && (uint64_t)stmt_i64(st, 0) < p->head_count) {
            x->points[stmt_i64(st, 0)] = stmt_i64(st, 1);
            x->reasons[stmt_i64(st, 0)] = arena_dup(a, stmt_str(st, 2));
        }
    return rc;
}

err_t score_sheets(struct sheets *out, struct db *db, const struct panel *p, struct arena *a,
                   struct err *e)
{
    struct sheet s = {0};
    *out = (struct sheets){0};
    err_t rc = db_rows(ROWS(out, s), db,
                       "SELECT " COLUMNS " FROM panel_sheet s JOIN panel_member m ON m.id ="
                       " s.member WHERE s.panel = ?1 AND m.state = 'accepted' AND NOT EXISTS"
                       " (SELECT 1 FROM panel_recusal r WHERE r.member = s.member AND"
                       " r.panel_case = s.panel_case)"
                       " ORDER BY s.panel_case, s.member",
                       VALUES(v_i64(p->id)), INTO_SHEET(&s), a, e);
    for (size_t i = 0; rc == OK && i < out->len; i++) {
        no_points(&out->ptr[i], p, a);
        rc = read_points(&out->ptr[i], db, p, a, e);
    }
    return rc;
}

static err_t read_sheet(struct sheet *out, struct db *db, const struct panel *p, const char *sql,
                        const struct value *values, size_t count, struct arena *a, struct err *e)
{
    *out = (struct sheet){.state = STR("draft")};
    no_points(out, p, a);
    err_t rc = db_row(NULL, db, sql, values, count, INTO_SHEET(out), a, e);
    return rc == OK && out->id ? read_points(out, db, p, a, e) : rc;
}

err_t score_own(struct sheet *out, struct member *m, struct db *db, const struct subject *s,
                const struct panel *p, int64_t panel_case, struct arena *a, struct err *e)
{
    bool sees = false;
    err_t rc = member_of(m, db, s, p->id, a, e);
    if (rc == OK)
        rc = member_sees(&sees, db, &(struct member_case){m, p, panel_case, s->today}, a, e);
    if (rc == OK && !sees && !access_off(STR("panels"), "sees"))
        rc = str_is(m->state, "accepted") && !m->stated_ms
                 ? err_set(e, E_NOTFOUND,
                           "first declare your conflicts of interest, or that you have none")
                 : err_set(e, E_NOTFOUND, "the panel has no such case for you");
    if (rc == OK)
        rc = read_sheet(out, db, p,
                        "SELECT " COLUMNS " FROM panel_sheet s WHERE s.member = ?1 AND"
                        " s.panel_case = ?2",
                        VALUES(v_i64(m->id), v_i64(panel_case)), a, e);
    out->panel_case = panel_case;
    out->member = m->id;
    return rc;
}

/* --- writing --------------------------------------------------------------------------- */

static struct str points_text(const struct sheet *x, const struct panel *p, struct arena *a)
{
    struct str text = STR_NONE;
    for (size_t i = 0; i < p->head_count; i++) {
        struct str reason = x->reasons ? x->reasons[i] : STR_NONE;
        if (x->points[i] == SCORE_NONE && reason.len == 0)
            continue;
        text = arena_printf(a, "%.*s%s%.*s=", STR_ARG(text), text.len ? " " : "",
                            STR_ARG(p->heads[i].head));
        if (x->points[i] != SCORE_NONE)
            text = arena_printf(a, "%.*s%lld.%02lld", STR_ARG(text),
                                (long long)(x->points[i] / 100), (long long)(x->points[i] % 100));
        if (reason.len)
            text = arena_printf(a, "%.*s %.*s", STR_ARG(text), STR_ARG(reason));
    }
    return text;
}

static err_t put_version(const struct sheet *x, struct db *db, const struct deed *d,
                         const struct panel *p, const char *action, struct err *e)
{
    const struct deed_field fields[] = {
        {"case", v_i64(x->panel_case)},
        {"member", v_i64(x->member)},
        {"opinion", v_str(x->opinion)},
        {"panel", v_i64(p->id)},
        {"points", v_str(points_text(x, p, d->arena))},
        {"result", v_str(x->result)},
        {"state", v_str(x->state)},
    };
    return deed_version(d, db, "panel_sheet", x->id, x->version, action, fields,
                        sizeof(fields) / sizeof(*fields), e);
}

static err_t check_open(const struct sheet *kept, int64_t version, const struct panel *p,
                        struct err *e)
{
    if (!str_is(p->state, "drawn"))
        return err_set(e, E_CONFLICT, "the panel is %s: nothing is scored",
                       panel_state_word(p->state));
    if (str_is(kept->state, "locked"))
        return err_set(e, E_CONFLICT, "the sheet was submitted and is locked");
    if (kept->version != version)
        return err_set(e, E_CONFLICT, "the sheet is of version %lld by now",
                       (long long)kept->version);
    return OK;
}

static err_t check_content(const struct sheet *x, const struct panel *p, struct err *e)
{
    if (utf8_length(x->opinion) > PROSE_CHARACTERS_MAX)
        return err_set(e, E_INVALID, "opinion: at most %d characters", PROSE_CHARACTERS_MAX);
    if (x->result.len && !str_is(x->result, "pass") && !str_is(x->result, "fail"))
        return err_set(e, E_INVALID, "result: pass or fail, not '%.*s'", STR_ARG(x->result));
    for (size_t i = 0; i < p->head_count; i++)
        if (x->points[i] != SCORE_NONE && (x->points[i] < 0 || x->points[i] > panel_full(p, i)))
            return err_set(e, E_INVALID, "scores: '%.*s' has 0 to %lld points",
                           STR_ARG(p->heads[i].label), (long long)(panel_full(p, i) / 100));
    return OK;
}

static err_t put_sheet(struct sheet *x, struct db *db, const struct deed *d, const struct panel *p,
                       struct err *e)
{
    err_t rc;
    x->version++;
    x->changed_ms = deed_now_ms(d);
    if (x->id == 0) {
        rc = db_run(
            db,
            "INSERT INTO panel_sheet (version, state, panel, panel_case, member, opinion, result,"
            " changed_ms, locked_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            VALUES(v_i64(x->version), v_str(x->state), v_i64(p->id), v_i64(x->panel_case),
                   v_i64(x->member), v_str(x->opinion), v_str(x->result), v_i64(x->changed_ms),
                   v_id(x->locked_ms)),
            e);
        x->id = rc == OK ? db_last_id(db) : 0;
    } else {
        rc = db_run(db,
                    "UPDATE panel_sheet SET version = ?2, state = ?3, opinion = ?4, result = ?5,"
                    " changed_ms = ?6, locked_ms = ?7 WHERE id = ?1",
                    VALUES(v_i64(x->id), v_i64(x->version), v_str(x->state), v_str(x->opinion),
                           v_str(x->result), v_i64(x->changed_ms), v_id(x->locked_ms)),
                    e);
    }
    if (rc == OK)
        rc = db_run(db, "DELETE FROM panel_score WHERE sheet = ?1", VALUES(v_i64(x->id)), e);
    for (size_t i = 0; rc == OK && i < p->head_count; i++)
        if (x->points[i] != SCORE_NONE || (x->reasons && x->reasons[i].len))
            rc = db_run(db,
                        "INSERT INTO panel_score (sheet, position, points, reason) VALUES (?1, ?2,"
                        " ?3, ?4)",
                        VALUES(v_i64(x->id), v_i64((int64_t)i), v_i64(x->points[i]),
                               v_str(x->reasons ? x->reasons[i] : STR_NONE)),
                        e);
    return rc;
}

err_t score_save(struct sheet *x, struct db *db, const struct deed *d, const struct panel *p,
                 struct err *e)
{
    struct sheet kept;
    struct member m;
    err_t rc = score_own(&kept, &m, db, d->by, p, x->panel_case, d->arena, e);
    if (rc == OK)
        rc = check_open(&kept, x->version, p, e);
    if (rc == OK)
        rc = check_content(x, p, e);
    if (rc != OK)
        return rc;
    x->id = kept.id;
    x->member = m.id;
    x->state = STR("draft");
    rc = put_sheet(x, db, d, p, e);
    return rc == OK ? put_version(x, db, d, p, "score", e) : rc;
}

static err_t check_whole(const struct sheet *x, const struct panel *p, struct err *e)
{
    for (size_t i = 0; i < p->head_count; i++)
        if (x->points[i] == SCORE_NONE)
            return err_set(e, E_INVALID, "scores: '%.*s' has no points yet",
                           STR_ARG(p->heads[i].head));
    return OK;
}

static err_t lock(struct sheet *x, struct db *db, const struct deed *d, const struct panel *p,
                  struct err *e)
{
    x->state = STR("locked");
    x->locked_ms = deed_now_ms(d);
    err_t rc = put_sheet(x, db, d, p, e);
    return rc == OK ? put_version(x, db, d, p, "submit", e) : rc;
}

err_t score_record(struct sheet *x, struct db *db, const struct deed *d, const struct panel *p,
                   struct err *e)
{
    x->id = x->version = 0;
    err_t rc = check_content(x, p, e);
    if (rc == OK)
        rc = check_whole(x, p, e);
    return rc == OK ? lock(x, db, d, p, e) : rc;
}

err_t score_submit(struct sheet *x, struct db *db, const struct deed *d, const struct panel *p,
                   struct err *e)
{
    int64_t version = x->version;
    struct member m;
    err_t rc = score_own(x, &m, db, d->by, p, x->panel_case, d->arena, e);
    if (rc == OK)
        rc = check_open(x, version, p, e);
    if (rc == OK)
        rc = check_whole(x, p, e);
    return rc == OK ? lock(x, db, d, p, e) : rc;
}

/* --- opening again ------------------------------------------------------------------------- */

static err_t may_reopen(bool *out, struct db *db, const struct subject *first, const void *arg,
                        struct err *e)
{
    (void)db, (void)e;
    const struct panel *p = arg;
    *out = panel_owner_grant(first) && first->unit == p->owner_unit;
    return OK;
}

/* *first 0: it was proposed and waits for another of the office. */
static err_t pair_reopen(int64_t *first, const struct panel_deed *act, const struct sheet *x,
                         struct err *e)
{
    const struct deed *d = act->deed;
    struct panel *p = act->panel;
    struct member m;
    size_t at = 0;
    err_t rc = member_read(&m, act->db, p->id, x->member, d->arena, e);
    if (rc != OK)
        return rc;
    while (at + 1 < p->case_count && p->cases[at].id != x->panel_case)
        at++;
    const struct pair_line lines[] = {{N_("expert"), m.name, STR_NONE},
                                      {N_("case"), p->cases[at].number, STR_NONE}};
    const struct pair_shown shown = {.kind = N_("panel"),
                                     .what = N_("open a locked sheet again"),
                                     .title = p->title,
                                     .among = PAIR_UNIT,
                                     .lines = lines,
                                     .line_count = 2};
    const struct pair pair = {.type = STR("panel_sheet"),
                              .action = STR("reopen"),
                              .record_id = x->id,
                              .arguments =
                                  arena_printf(d->arena, "{\"panel\":%lld}", (long long)p->id),
                              .seen = arena_printf(d->arena, "version %lld", (long long)x->version),
                              .role = panel_owner_grant(d->by)->role->name,
                              .shown = pair_shown_json(&shown, d->arena),
                              .may = may_reopen,
                              .arg = p};
    return pair_take(first, act->db, d, &pair, e);
}

err_t score_reopen(struct sheet *out, const struct panel_deed *act, int64_t sheet, struct err *e)
{
    const struct deed *d = act->deed;
    struct panel *p = act->panel;
    int64_t first = 0;
    err_t rc = read_sheet(out, act->db, p,
                          "SELECT " COLUMNS " FROM panel_sheet s WHERE s.panel = ?1 AND s.id = ?2",
                          VALUES(v_i64(p->id), v_i64(sheet)), d->arena, e);
    if (rc == OK && out->id == 0)
        rc = err_set(e, E_NOTFOUND, "the panel has no sheet %lld", (long long)sheet);
    if (rc == OK && !str_is(p->state, "drawn"))
        rc = err_set(e, E_CONFLICT, "the panel is %s: no sheet is opened again",
                     panel_state_word(p->state));
    if (rc == OK && !str_is(out->state, "locked"))
        rc = err_set(e, E_CONFLICT, "the sheet is not locked");
    if (rc == OK)
        rc = pair_reopen(&first, act, out, e);
    if (rc != OK || !first)
        return rc;
    out->state = STR("draft");
    out->locked_ms = 0;
    rc = put_sheet(out, act->db, d, p, e);
    return rc == OK ? put_version(out, act->db, d, p, "reopen", e) : rc;
}
