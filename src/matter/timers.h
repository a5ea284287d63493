/* Due dates of steps and their reminders: rows of flow_timer. */
#ifndef MATTER_TIMERS_H
#define MATTER_TIMERS_H
#include "matter/matter.h"

struct flow_timer {
    int64_t id, case_id, deadline;
    bool opens;                           /* the step opens after the date */
    struct str step, label, rule, remind; /* rule: of the pack; empty: not kept */
    struct due_day due;
    int64_t next_ms;
};

MUST_CHECK err_t flow_timers(const struct flow_timer **out, size_t *count, struct db *db,
                             int64_t case_id, struct arena *a, struct err *e);

/* The first timer that is due; id 0: none. */
MUST_CHECK err_t flow_timer_next(struct flow_timer *out, struct db *db, int64_t now_ms,
                                 struct arena *a, struct err *e);
#endif
