/* The public side of cases. */
#include "programme/public.h"
#include "base/date.h"
#include "base/msg.h"
#include "policy/calendar.h"
#include "programme/publicity.h"

static struct str text(struct stmt *st, int column, struct arena *a)
{
    return arena_dup(a, stmt_str(st, column));
}

/* --- publicity ------------------------------------------------------------------------------ */

struct shown {
    int64_t id;
    struct str number, name, title, programme, stage_label, published_on, last_day, count_by,
        digest;
    int64_t unit;
    bool trial, closed, waits; /* waits: the stage still has a step of the public */
};

/* The latest publication of a case counts: a changed list starts the period again. */
#define SHOWN                                                                                      \
    "SELECT c.id, c.number, u.name, c.title, c.programme, c.stage_label, p.published_on, u.id,"    \
    " (SELECT t.due_date FROM flow_timer t WHERE t.case_id = c.id AND t.opens = 1 ORDER BY t.id"   \
    " DESC NULLS LAST LIMIT 1), (SELECT t.count_by FROM flow_timer t WHERE t.case_id = c.id AND"   \
    " t.opens = 1 ORDER BY t.id DESC NULLS LAST LIMIT 1), p.list_digest, c.trial, c.state, "       \
    "(SELECT"                                                                                      \
    " count(*) FROM flow_open o WHERE o.case_id = c.id AND o.roles = 'public') FROM flow_case c"   \
    " JOIN unit u ON u.id = c.owner_unit JOIN record_publicity p ON p.owner_unit = c.owner_unit"   \
    " AND p.case_number = c.number WHERE p.id = (SELECT max(q.id) FROM record_publicity q WHERE"   \
    " q.owner_unit = c.owner_unit AND q.case_number = c.number AND q.ended_ms IS NULL)"

static void take_shown(struct shown *s, struct stmt *st, struct arena *a)
{
    *s = (struct shown){.id = stmt_i64(st, 0),
                        .number = text(st, 1, a),
                        .name = text(st, 2, a),
                        .title = text(st, 3, a),
                        .programme = text(st, 4, a),
                        .stage_label = text(st, 5, a),
                        .published_on = text(st, 6, a),
                        .unit = stmt_i64(st, 7),
                        .last_day = text(st, 8, a),
                        .count_by = text(st, 9, a),
                        .digest = text(st, 10, a),
                        .trial = stmt_i64(st, 11) != 0,
                        .closed = str_is(stmt_str(st, 12), "over"),
                        .waits = stmt_i64(st, 13) > 0};
}

/* Working days after `from` up to `to`. */
static int64_t workdays(const struct calendar *c, struct date from, struct date to)
{
    int64_t n = 0;
    for (int32_t d = date_to_days(from) + 1; d <= date_to_days(to); d++)
        n += calendar_is_workday(c, date_from_days(d));
    return n;
}

/* The day of publication is day 0. */
static void write_days(struct jout *j, const struct shown *s, const struct programme *p,
                       struct str today)
{
    struct date from, to, now;
    if (!date_parse(&from, s->published_on) || !date_parse(&to, s->last_day) ||
        !date_parse(&now, today))
        return;
    int64_t of = workdays(p->calendar, from, to);
    int64_t day = str_cmp(today, s->last_day) > 0 ? of : workdays(p->calendar, from, now);
    jout_pair_i64(j, "day", day);
    jout_pair_i64(j, "days", of);
}

static bool runs(const struct shown *s, struct str today)
{
    return s->waits && s->last_day.len && str_cmp(today, s->last_day) <= 0;
}

static struct str state_word(const struct shown *s, struct str today)
{
    return runs(s, today) ? STR("running") : s->waits ? STR("over") : STR("closed");
}

static err_t write_document(struct jout *j, const struct shown *s, struct programme *p,
                            struct err *e)
{
    const struct pack *pack;
    err_t rc = packs_get(&pack, p->packs, s->programme, e);
    if (rc != OK)
        return rc;
    jout_name(j, "document");
    jout_object(j);
    jout_pair(j, "title", pack->document.title);
    jout_pair(j, "number", pack->document.number);
    jout_pair(j, "issuer", pack->document.issuer);
    jout_end_object(j);
    return OK;
}

/* Members of an open object. */
static err_t write_shown(struct jout *j, const struct shown *s, struct programme *p,
                         struct str today, struct err *e)
{
    bool open = runs(s, today);
    jout_pair_i64(j, "id", s->id);
    jout_pair(j, "number", s->number);
    jout_pair(j, "name", s->name);
    jout_pair(j, "programme", s->programme);
    err_t rc = write_document(j, s, p, e);
    jout_name(j, "trial");
    jout_bool(j, s->trial);
    jout_pair(j, "state", state_word(s, today));
    jout_pair(j, "stage", s->stage_label);
    jout_pair(j, "published_on", s->published_on);
    if (s->last_day.len)
        jout_pair(j, "last_day", s->last_day);
    jout_name(j, "provisional");
    jout_bool(j, s->count_by.len > 0);
    write_days(j, s, p, today);
    if (s->digest.len)
        jout_pair(j, "list_digest", s->digest);
    if (open)
        jout_pair(
            j, "objections",
            arena_printf(p->arena, "/api/v1/public/publicity/%lld/objections", (long long)s->id));
    return rc;
}

err_t public_case_json(struct jout *j, struct db *db, struct programme *p, int64_t id,
                       struct str today, struct err *e)
{
    struct shown s = {0};
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query(&st, db, SHOWN " AND c.id = ?1", VALUES(v_i64(id)), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        take_shown(&s, st, p->arena);
    stmt_free(st);
    if (rc == OK && s.id == 0)
        rc = err_set(e, E_NOTFOUND, "there is no case %lld that was made public", (long long)id);
    if (rc != OK)
        return rc;
    jout_object(j);
    rc = write_shown(j, &s, p, today, e);
    jout_name(j, "lists");
    jout_array(j);
    if (rc == OK)
        rc = publicity_json(j, db, p, s.unit, s.number, false, e);
    jout_end_array(j);
    jout_end_object(j);
    return rc;
}

err_t public_cases_json(struct jout *j, int64_t *count, struct db *db, struct programme *p,
                        struct str state, struct str today, struct err *e)
{
    VEC(struct shown) all = {0};
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc =
        db_query(&st, db, SHOWN " ORDER BY c.id DESC LIMIT ?1", VALUES(v_i64(PUBLIC_CASES_MAX)), e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        struct shown s;
        take_shown(&s, st, p->arena);
        if (state.len == 0 || str_eq(state, state_word(&s, today)))
            VEC_PUSH(p->arena, &all, s);
    }
    stmt_free(st);
    for (size_t i = 0; rc == OK && i < all.len; i++) {
        jout_object(j);
        rc = write_shown(j, &all.ptr[i], p, today, e);
        jout_end_object(j);
    }
    *count = (int64_t)all.len;
    return rc;
}
