/* Days: working days of China, calendar months and years (facts.md §5).
 *
 * Working days follow the State Council's yearly table (reference/cn_days.csv). A year
 * without a table is counted Monday to Friday, and what is counted in it is provisional. */
#ifndef POLICY_CALENDAR_H
#define POLICY_CALENDAR_H
#include "base/date.h"
#include "policy/pack.h"

bool calendar_has_year(int year);
bool calendar_is_workday(struct date d);

/* A day that a rule gives. */
struct due {
    enum due_state { DUE_UNSAID, DUE_KNOWN, DUE_NEVER } state;
    struct date date;
    bool provisional; /* a year without table was counted */
};

/* The n-th working day after `from`, which is day 0. E_LIMIT: past the year 9999. */
MUST_CHECK err_t due_of(struct due *out, const struct deadline_rule *rule, struct date from,
                        struct err *e);

/* Same day n months on, or that month's last. False: past the year 9999. */
MUST_CHECK bool months_on(struct date *out, struct date from, int n);
#endif
