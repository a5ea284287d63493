/* Days of steps, and who is reminded of them when. Rows of flow_timer. */
#ifndef FLOW_TIMER_H
#define FLOW_TIMER_H
#include "flow/flow.h"

struct flow_timer {
    int64_t id, case_id, deadline;
    bool opens; /* the step opens when the day is over */
    struct str step, label, remind;
    struct due_day due;
    int64_t next_ms;
};

/* In the store step, once a case stands where it stands: the days of its open steps as they are
 * now; those that are none any more are over. Sets the case's nearest day. */
MUST_CHECK err_t flow_timers_set(struct db *db, struct flow_call *x, const struct flow *f,
                                 struct err *e);
MUST_CHECK err_t flow_timers(const struct flow_timer **out, size_t *count, struct db *db,
                             int64_t case_id, struct arena *a, struct err *e);

/* The first timer whose moment has come; id 0: none. */
MUST_CHECK err_t flow_timer_next(struct flow_timer *out, struct db *db, int64_t now_ms,
                                 struct arena *a, struct err *e);
/* It was told at `now_ms`: sets the next moment (8 o'clock in China of the next reminder, of the
 * day itself, of the day after; then none). Of a provisional day: that it is over is told when it was
 * counted again. */
MUST_CHECK err_t flow_timer_told(struct db *db, const struct flow_timer *t, int64_t now_ms,
                                 struct err *e);
/* A provisional day that was counted again (decide/deadline.h moved it), with the case's nearest
 * day; what was due to be told since then is told now. A deadline that is no case's changes nothing. */
MUST_CHECK err_t flow_timer_move(struct db *db, const struct deed *d, int64_t deadline,
                                 struct due_day day, struct err *e);
#endif
