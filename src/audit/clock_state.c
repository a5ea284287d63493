/* One row. */
#include "audit/clock_state.h"

static const char *const names[] = {"", "jump", "behind", "ahead"};

const char *clock_doubt_name(enum clock_doubt doubt)
{
    return names[doubt];
}

static err_t take_row(struct clock_state *out, struct stmt *st, struct err *e)
{
    struct str doubt = stmt_str(st, 1);
    int64_t signed_ms = stmt_i64(st, 5);
    *out = (struct clock_state){.seen_ms = stmt_i64(st, 0),
                                .jump = {stmt_i64(st, 2), stmt_i64(st, 3)},
                                .signed_until_ms = stmt_i64(st, 4)};
    if (out->seen_ms < signed_ms)
        out->seen_ms = signed_ms;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_is(doubt, names[i])) {
            out->doubt = (enum clock_doubt)i;
            return OK;
        }
    return err_set(e, E_CORRUPT, "the table clock_state says \"%.*s\"", STR_ARG(doubt));
}

/* What was signed in a wrong time that people set right is no time that is known. */
err_t clock_state_load(struct clock_state *out, struct db *db, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc =
        db_query(&st, db,
                 "SELECT c.seen_ms, coalesce(c.doubt, ''), c.due_ms, c.shown_ms,"
                 " coalesce(c.signed_until_ms, 0), (SELECT max(h.at_ms) FROM log_head h WHERE"
                 " h.at_ms > coalesce(c.signed_until_ms, 0)) FROM clock_state c WHERE c.id = 1",
                 NULL, 0, e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK)
        rc = has_row ? take_row(out, st, e)
                     : err_set(e, E_CORRUPT, "the table clock_state has lost its row");
    stmt_free(st);
    return rc;
}

enum clock_doubt clock_state_at_start(const struct clock_state *s, int64_t now_ms)
{
    if (s->doubt == CLOCK_AHEAD && now_ms <= s->jump.shown_ms - CLOCK_STEP_MS)
        return CLOCK_BEHIND;
    if (s->doubt != CLOCK_TRUSTED)
        return s->doubt;
    if (now_ms <= s->seen_ms - CLOCK_STEP_MS)
        return CLOCK_BEHIND;
    return s->seen_ms && now_ms - s->seen_ms > CLOCK_AHEAD_MS ? CLOCK_AHEAD : CLOCK_TRUSTED;
}

err_t clock_state_seen(struct db *db, int64_t now_ms, struct err *e)
{
    return db_run(db,
                  "UPDATE clock_state SET seen_ms = ?1 WHERE id = 1 AND doubt IS NULL AND"
                  " (seen_ms IS NULL OR seen_ms < ?1)",
                  VALUES(v_i64(now_ms)), e);
}

err_t clock_state_doubt(bool *first, struct db *db, const struct log_suite *suite,
                        const struct clock *clock, enum clock_doubt doubt,
                        const struct clock_jump *jump, struct arena *a, struct err *e)
{
    char uid[LOG_UID_LEN + 1];
    const struct log_draft entry = {.at_ms = jump->due_ms,
                                    .has_who = true,
                                    .action = arena_printf(a, "clock doubted (%s)", names[doubt])};
    err_t rc =
        db_any(first, db,
               "UPDATE clock_state SET doubt = ?1, due_ms = ?2, shown_ms = ?3 WHERE id = 1"
               " AND (doubt IS NULL OR (doubt = 'ahead' AND ?1 <> 'ahead')) RETURNING id",
               VALUES(v_str(str_of(names[doubt])), v_i64(jump->due_ms), v_i64(jump->shown_ms)), e);
    return rc == OK && *first ? log_append(uid, db, suite, clock, &entry, a, e) : rc;
}

err_t clock_state_settle(struct db *db, int64_t now_ms, struct err *e)
{
    return db_run(
        db,
        "UPDATE clock_state SET seen_ms = ?1, doubt = NULL, due_ms = NULL, shown_ms = NULL,"
        " signed_until_ms = (SELECT max(at_ms) FROM log_head WHERE at_ms > ?1) WHERE id = 1",
        VALUES(v_i64(now_ms)), e);
}
