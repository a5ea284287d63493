/* Issued deadlines: dates communicated to a party, with their clause.
 *
 * A deadline never changes silently. A provisional one (counted through a year without a table of
 * working days) carries the date of its recount; once the table is known, deadline_recount writes a
 * version with the old date, the new date and the reason, and notifies the holder. A certain one is
 * never recounted. The rule is stored, so later pack versions do not affect it. */
#ifndef DECIDE_DEADLINE_H
#define DECIDE_DEADLINE_H
#include "access/deed.h"
#include "model/due_day.h"
#include "policy/calendar.h"

struct deadline_new {
    struct str type; /* of the record */
    int64_t record_id;
    int64_t began_ms; /* of a case: when it began; else 0 */
    struct str title; /* for the holder: "公示期满" */
    const struct pack *pack;
    const struct deadline_rule *rule; /* of that pack */
    struct date from;
    struct date entered;                 /* by an officer, if the rule allows it; year 0: none */
    bool carries;                        /* under the reading that moves due dates past days off */
    int64_t holder_account, holder_unit; /* notified when it moves; 0: none */
};

struct deadline {
    int64_t id, version, record_id;
    bool open;
    struct str type, title, pack, pack_version, pack_digest, rule_id, rule;
    struct str from_date;
    struct due_day due;
    struct str before; /* the day that it was counted to before this version; empty: it was not */
    struct str clause, quote;
    bool entered, carries;
    int64_t holder_account, holder_unit;
};

/* Inside a store step; writes a log entry. E_INVALID: pack_decides_here rejects the pack today, the
 * rule needs an entered date and there is none, or the entered date is outside the range. */
MUST_CHECK err_t deadline_issue(struct deadline *out, struct db *db, const struct deed *d,
                                const struct calendar *c, const struct deadline_new *n,
                                struct err *e);
/* Closes a deadline that was met or no longer applies. E_CONFLICT: it is closed. */
MUST_CHECK err_t deadline_end(struct db *db, const struct deed *d, int64_t id, struct err *e);
/* E_NOTFOUND. */
MUST_CHECK err_t deadline_read(struct deadline *out, struct db *db, int64_t id, struct arena *a,
                               struct err *e);

struct deadline_move {
    int64_t id; /* 0: none left to recount */
    struct str title, before;
    struct due_day day; /* still provisional if a further year has no table */
};

/* Recounts the next provisional deadline after `after` whose year now has a table, and notifies its
 * holder. One per step, so that steps are short and a killed run can continue. */
MUST_CHECK err_t deadline_recount(struct deadline_move *out, struct db *db, const struct deed *d,
                                  const struct calendar *c, int64_t after, struct err *e);
#endif
