/* Due dates of steps and their reminders: rows of flow_timer. */
#ifndef FLOW_TIMER_H
#define FLOW_TIMER_H
#include "flow/flow.h"

struct flow_timer {
    int64_t id, case_id, deadline;
    bool opens;                           /* the step opens after the date */
    struct str step, label, rule, remind; /* rule: of the pack; empty: not kept */
    struct due_day due;
    int64_t next_ms;
};

/* In the store step, after the stage is set: starts the timers of open steps, stops all others and sets the nearest due
 * date of the case. */
MUST_CHECK err_t flow_timers_set(struct db *db, struct flow_call *x, const struct flow *f,
                                 struct err *e);
MUST_CHECK err_t flow_timers(const struct flow_timer **out, size_t *count, struct db *db,
                             int64_t case_id, struct arena *a, struct err *e);

/* The first timer that is due; id 0: none. */
MUST_CHECK err_t flow_timer_next(struct flow_timer *out, struct db *db, int64_t now_ms,
                                 struct arena *a, struct err *e);
/* The timer fired at `now_ms`: sets its next time (8:00 in China on the next reminder, on the date, on the day after;
 * then none). The end of a provisional date is reported after its recount. */
MUST_CHECK err_t flow_timer_fired(struct db *db, const struct flow_timer *t, int64_t now_ms,
                                  struct err *e);
/* Updates the timer of a recomputed provisional date (moved by decide/deadline.h) and the nearest due date of the case;
 * overdue reminders fire at once. Deadlines without a case are ignored. */
MUST_CHECK err_t flow_timer_move(struct db *db, const struct deed *d, int64_t deadline,
                                 struct due_day day, struct err *e);
#endif
