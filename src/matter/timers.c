/* Reads the timers of a case (rows of flow_timer). */
#include "matter/timers.h"
#include "base/date.h"

#define COLUMNS                                                                                    \
    "id, case_id, deadline, opens, step, label, rule, due_date, count_by, remind, next_ms,"        \
    " chosen"
#define INTO_TIMER(t)                                                                              \
    INTO(into_i64(&(t)->id), into_i64(&(t)->case_id), into_i64(&(t)->deadline),                    \
         into_bool(&(t)->opens), into_str(&(t)->step), into_str(&(t)->label),                      \
         into_str(&(t)->rule), into_str(&(t)->due.date), into_str(&(t)->due.count_by),             \
         into_str(&(t)->remind), into_i64(&(t)->next_ms), into_bool(&(t)->due.chosen))

err_t flow_timers(const struct flow_timer **out, size_t *count, struct db *db, int64_t case_id,
                  struct arena *a, struct err *e)
{
    VEC(struct flow_timer) all = {0};
    struct flow_timer t = {0};
    err_t rc = db_rows(ROWS(&all, t), db,
                       "SELECT " COLUMNS " FROM flow_timer WHERE case_id = ?1 AND state ="
                       " 'running' ORDER BY due_date, id",
                       VALUES(v_i64(case_id)), INTO_TIMER(&t), a, e);
    *out = all.ptr;
    *count = all.len;
    return rc;
}

err_t flow_timer_next(struct flow_timer *out, struct db *db, int64_t now_ms, struct arena *a,
                      struct err *e)
{
    *out = (struct flow_timer){0};
    return db_row(NULL, db,
                  "SELECT " COLUMNS " FROM flow_timer WHERE state = 'running' AND next_ms IS"
                  " NOT NULL AND next_ms <= ?1 ORDER BY next_ms, id LIMIT 1",
                  VALUES(v_i64(now_ms)), INTO_TIMER(out), a, e);
}
