/* Deadlines that were issued: told to somebody, with the clause they come from.
 *
 * One never moves silently. While it is provisional (a year without a table of working days
 * was counted) it says when to count it again; once the table is there, deadline_recount makes
 * a version with the old and the new day and the reason, and tells the holder. A certain one
 * is not counted again. The rule itself is kept, so no later version of a pack touches it. */
#ifndef DECIDE_DEADLINE_H
#define DECIDE_DEADLINE_H
#include "access/deed.h"
#include "model/due_day.h"
#include "policy/calendar.h"

struct deadline_new {
    struct str type; /* of the record it is about … */
    int64_t record_id;
    int64_t began_ms; /* of a case: when it began, under the version that counted then; else 0 */
    struct str title; /* for the holder: "公示期满" */
    const struct pack *pack;
    const struct deadline_rule *rule; /* of that pack */
    struct date from;
    struct date entered; /* by an officer, where the rule leaves it to him; year 0: none */
    bool carries;        /* the reading by which last days move behind days off */
    int64_t holder_account, holder_unit; /* who is told when it moves; 0: none */
};

struct deadline {
    int64_t id, version, record_id;
    bool open;
    struct str type, title, pack, pack_version, pack_digest, rule_id, rule;
    struct str from_date;
    struct due_day due;
    struct str clause, quote;
    bool entered, carries;
    int64_t holder_account, holder_unit;
};

/* Inside a store step, as all that write; with its entry. E_INVALID: the pack decides nothing here
 * today (pack_decides_here), the text gives no day and none was entered, or the one entered is
 * outside the range. */
MUST_CHECK err_t deadline_issue(struct deadline *out, struct db *db, const struct deed *d,
                                const struct calendar *c, const struct deadline_new *n,
                                struct err *e);
/* It was met, or its cause is gone. E_CONFLICT: it is over already. */
MUST_CHECK err_t deadline_end(struct db *db, const struct deed *d, int64_t id, struct err *e);
/* E_NOTFOUND. */
MUST_CHECK err_t deadline_read(struct deadline *out, struct db *db, int64_t id, struct arena *a,
                               struct err *e);

struct deadline_move {
    int64_t id; /* 0: there was none left to count again */
    struct str title, before;
    struct due_day day; /* still provisional: a further year has no table */
};

/* Count the next provisional deadline behind `after` whose year has a table now, tell its
 * holder, and say what came of it. One a step, so that a step stays short; an import that was
 * killed goes on where it stopped. */
MUST_CHECK err_t deadline_recount(struct deadline_move *out, struct db *db, const struct deed *d,
                                  const struct calendar *c, int64_t after, struct err *e);
#endif
