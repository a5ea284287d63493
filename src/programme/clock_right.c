/* What standing work made is known by its account, 0, and by what it makes: cases that the year brings
 * with their records, flags, closed calls, messages about days. What a person's step made in the span
 * is not looked at: he did it. */
#include "programme/clock_right.h"
#include "access/security_change.h"
#include "base/vec.h"
#include "flow/timer.h"
#include "model/job.h"
#include "notify/notification.h"

#define OPENED                                                                                     \
    " FROM flow_case c WHERE c.created_by = 0 AND c.created_ms BETWEEN ?1 AND ?2 AND c.state ="    \
    " 'running' AND c.ended_ms IS NULL"
#define NOT_WORKED_ON                                                                              \
    " AND NOT EXISTS (SELECT 1 FROM flow_step s WHERE s.case_id = c.id AND s.account <> 0)"
/* Those that nobody's step brings about, and those that tell of the cases that are taken back, with others too:
 * within a day they join a message that was written before. */
#define MESSAGES                                                                                   \
    " FROM notification n WHERE (n.created_ms BETWEEN ?1 AND ?2 AND n.kind IN ('case_due',"        \
    " 'case_opens', 'case_over', 'days_missing', 'pack_lapses')) OR (n.created_ms BETWEEN ?1 -"    \
    " 86400000 AND ?2 AND EXISTS (SELECT 1" OPENED NOT_WORKED_ON                                   \
    " AND " NOTIFICATION_TELLS_OF_CASE "))"
#define CLOSED                                                                                     \
    " FROM record_call r JOIN record_version v ON v.type = 'call' AND v.record_id = r.id AND"      \
    " v.version = r.version WHERE r.state = 'closed' AND r.ended_ms IS NULL AND v.account = 0 AND" \
    " v.at_ms BETWEEN ?1 AND ?2"
#define FLAGS                                                                                      \
    " FROM record_integrity_flag r WHERE r.created_by = 0 AND r.version = 1 AND r.ended_ms IS"     \
    " NULL AND r.created_ms BETWEEN ?1 AND ?2"

struct ids {
    int64_t *ptr;
    size_t len, cap;
};

static err_t read_ids(struct ids *out, struct db *db, const char *sql, const struct value *span,
                      struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    *out = (struct ids){0};
    err_t rc = db_query(&st, db, sql, span, 2, e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        VEC_PUSH(a, out, stmt_i64(st, 0));
    stmt_free(st);
    return rc;
}

/* --- finding -------------------------------------------------------------------------------- */

static err_t read_case(struct clock_case *c, struct db *db, int64_t id, struct arena *a,
                       struct err *e)
{
    *c = (struct clock_case){.call = {.arena = a}};
    err_t rc = flow_case_read(&c->call.c, db, id, a, e);
    return rc == OK ? db_any(&c->worked_on, db,
                             "SELECT 1 FROM flow_step WHERE case_id = ?1 AND account <> 0 LIMIT 1",
                             VALUES(v_i64(id)), e)
                    : rc;
}

static err_t count(int64_t *out, struct db *db, const char *sql, const struct value *span,
                   struct arena *a, struct err *e)
{
    struct ids ids;
    err_t rc = read_ids(&ids, db, sql, span, a, e);
    *out = (int64_t)ids.len;
    return rc;
}

static err_t find_all(struct clock_made *out, struct db *db, struct arena *a, struct err *e)
{
    const struct value span[] = {v_i64(out->span->from_ms), v_i64(out->span->to_ms)};
    struct ids ids;
    err_t rc = read_ids(&ids, db, "SELECT c.id" OPENED " ORDER BY c.id", span, a, e);
    out->cases = rc == OK ? arena_array(a, ids.len + 1, sizeof(*out->cases)) : NULL;
    for (; rc == OK && out->case_count < ids.len; out->case_count++) {
        struct clock_case *c = &out->cases[out->case_count];
        rc = read_case(c, db, ids.ptr[out->case_count], a, e);
        out->worked_on += c->worked_on;
    }
    if (rc == OK)
        rc = count(&out->records, db, "SELECT r.id" FLAGS, span, a, e);
    if (rc == OK)
        rc = count(&out->calls, db, "SELECT r.id" CLOSED, span, a, e);
    if (rc == OK)
        rc = count(&out->messages, db, "SELECT n.id" MESSAGES, span, a, e);
    out->records += (int64_t)out->case_count - out->worked_on;
    return rc;
}

err_t clock_made_find(struct clock_made *out, struct programme *p, const struct clock_span *span,
                      struct err *e)
{
    struct db *db = NULL;
    *out = (struct clock_made){.span = span};
    err_t rc = store_reader_get(&db, p->kernel->store, e);
    if (rc == OK)
        rc = find_all(out, db, p->arena, e);
    store_reader_put(p->kernel->store, db);
    for (size_t i = 0; rc == OK && i < out->case_count; i++) {
        struct clock_case *c = &out->cases[i];
        programme_init(&c->programme, p->kernel, p->packs, p->calendar, p->arena);
        rc = programme_case(&c->call, &c->programme, e);
    }
    return rc;
}

/* --- taking back ------------------------------------------------------------------------------ */

struct taking {
    struct db *db;
    const struct deed *d;
    struct programme *p; /* of any case */
    struct value span[2];
};

static err_t end_record(const struct taking *t, struct str type, int64_t id, struct str state,
                        struct err *e)
{
    static const struct jvalue nothing = {.type = J_OBJECT};
    const struct record_type *of = record_type_find(t->p->kernel->types, type);
    struct faults faults = {0};
    struct written w;
    const struct write_options o = {
        .ends = state.len == 0, .state = state, .as = t->d->as, .reason = t->d->reason};
    return of ? record_put(&w, &faults, t->db, t->p->kernel, t->d->by, of, id, &nothing, &o,
                           t->d->arena, e)
              : err_set(e, E_INTERNAL, "there is no record type %.*s", STR_ARG(type));
}

static err_t take_case(const struct taking *t, struct clock_case *c, struct err *e)
{
    struct flow_call x = c->call; /* a step may run again */
    struct stmt *st = NULL;
    bool made = false;
    x.by = t->d->by;
    x.as = t->d->as;
    x.reason = t->d->reason;
    x.today = t->d->by->today;
    if (c->worked_on)
        return deed_note(t->d, t->db, "leave as it is", "case", x.c.id, 0, e);
    struct flow_case now;
    err_t rc = flow_case_read(&now, t->db, x.c.id, t->d->arena, e);
    if (rc == OK && now.version != x.c.version)
        rc = err_set(e, E_CONFLICT, "the case %.*s has moved meanwhile: do the same again",
                     STR_ARG(x.c.number));
    if (rc == OK)
        rc = flow_take_back(t->db, &c->programme.flow, &x, e);
    if (rc == OK) /* one that the party began itself is the party's */
        rc =
            db_query(&st, t->db,
                     "SELECT 1 FROM record_version WHERE type = ?1 AND record_id = ?2 AND version ="
                     " 1 AND account = 0",
                     VALUES(v_str(x.c.type), v_i64(x.c.record_id)), e);
    if (rc == OK)
        rc = stmt_next(&made, st, e);
    stmt_free(st);
    return rc == OK && made ? end_record(t, x.c.type, x.c.record_id, STR_NONE, e) : rc;
}

static err_t take_records(const struct taking *t, const char *sql, struct str type,
                          struct str state, struct err *e)
{
    struct ids ids;
    err_t rc = read_ids(&ids, t->db, sql, t->span, t->d->arena, e);
    for (size_t i = 0; rc == OK && i < ids.len; i++)
        rc = end_record(t, type, ids.ptr[i], state, e);
    return rc;
}

static err_t take_messages(const struct taking *t, struct err *e)
{
    struct ids ids;
    int64_t now_ms = deed_now_ms(t->d);
    err_t rc =
        read_ids(&ids, t->db, "SELECT n.id" MESSAGES " ORDER BY n.id", t->span, t->d->arena, e);
    for (size_t i = 0; rc == OK && i < ids.len; i++) {
        if ((rc = notification_gather_again(t->db, ids.ptr[i], e)) == OK)
            rc = notification_take_back(t->db, ids.ptr[i], now_ms, e);
        if (rc == OK)
            rc = deed_note(t->d, t->db, "take back", "notification", ids.ptr[i], 0, e);
    }
    return rc;
}

/* Days are looked at and told again, and what waits for a moment of the wrong time is due. */
static err_t begin_days_again(const struct taking *t, struct err *e)
{
    int64_t now_ms = deed_now_ms(t->d);
    struct arena *a = t->d->arena;
    int64_t to_ms = t->span[1].i64;
    struct str last = to_ms == INT64_MAX ? STR("9999") : business_date(to_ms, a);
    err_t rc = db_run(t->db, "DELETE FROM programme_told WHERE day BETWEEN ?1 AND ?2",
                      VALUES(v_str(business_date(t->span[0].i64, a)), v_str(last)), e);
    if (rc == OK)
        rc = flow_timers_again(t->db, now_ms, e);
    if (rc == OK)
        rc = job_due_again(t->db, now_ms, e);
    return rc == OK ? outbox_again(t->db, now_ms, e) : rc;
}

static err_t take_back(struct db *db, const struct deed *d, struct clock_made *made,
                       struct programme *p, struct err *e)
{
    const struct taking t = {db, d, p, {v_i64(made->span->from_ms), v_i64(made->span->to_ms)}};
    err_t rc = take_messages(&t, e); /* found by the cases, as long as these run */
    for (size_t i = 0; rc == OK && i < made->case_count; i++)
        rc = take_case(&t, &made->cases[i], e);
    if (rc == OK)
        rc = take_records(&t, "SELECT r.id" FLAGS " ORDER BY r.id", STR("integrity_flag"), STR_NONE,
                          e);
    if (rc == OK)
        rc = take_records(&t, "SELECT r.id" CLOSED " ORDER BY r.id", STR("call"), STR("open"), e);
    return rc == OK ? begin_days_again(&t, e) : rc;
}

/* --- the act ------------------------------------------------------------------------------------ */

static struct str time_of(int64_t ms, struct arena *a)
{
    char text[LOG_TIME_LEN + 1];
    log_time_format(text, ms);
    return arena_dup(a, str_of(text));
}

static err_t ask_second(bool *go, struct deed *as, struct db *db, const struct deed *d,
                        const struct clock_state *state, const struct clock_span *span,
                        struct err *e)
{
    struct arena *a = d->arena;
    const struct security_change c = {
        .row = STR("clock"),
        .action = STR("set"),
        .from = state->doubt ? arena_printf(a, "%s (%s)", time_of(state->jump.shown_ms, a).ptr,
                                            clock_doubt_name(state->doubt))
                             : STR_NONE,
        .to = span->said ? arena_printf(a, "%s – %s", time_of(span->from_ms, a).ptr,
                                        time_of(span->to_ms, a).ptr)
                         : STR("now")};
    if (state->doubt == CLOCK_AHEAD && !span->said) {
        *as = *d;
        *d->waits = 0;
        *go = !d->by->by_token;
        return *go ? OK
                   : err_set(e, E_DENIED, "a change is confirmed by a person who has signed in");
    }
    return security_change(go, as, db, d, &c, e);
}

err_t clock_set_right(struct db *db, const struct deed *d, struct clock_made *made,
                      struct programme *p, struct err *e)
{
    struct clock_state state;
    struct deed as;
    bool go = false;
    err_t rc = clock_state_load(&state, db, e);
    if (rc == OK && state.doubt == CLOCK_TRUSTED && !made->span->said)
        rc = err_set(
            e, E_CONFLICT,
            "the clock is not in doubt; of an earlier time that was wrong say which: from_ms, "
            "to_ms");
    if (rc == OK)
        rc = ask_second(&go, &as, db, d, &state, made->span, e);
    if (rc != OK || !go)
        return rc;
    if ((rc = take_back(db, &as, made, p, e)) != OK ||
        (rc = clock_state_settle(db, deed_now_ms(d), e)) != OK)
        return rc;
    return deed_note(&as, db, "set clock", "setting", 0, 0, e);
}
