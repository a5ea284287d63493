/* Published lists (公示): the values that steps of a case write into its record `publicity`, and the
 * obstacles to a decision that follow from it. The step and the effect select the operation
 * (publicity_how). The other values of the record are computed here from the records of the
 * parties, the places that an officer enters, and the date.
 *
 * One list may cover several cases of a call (flow_take_joint): each case has its own record of
 * the list, with the same places and dates. A change in one entry changes the frozen text, so the
 * whole list is published again. An objection blocks its own entry only; the other cases can be
 * decided meanwhile, and their rows stay as frozen.
 *
 * A list is frozen on publication: its rows as canonical JSON and the SHA-256 of that are stored
 * in the version of the record and thereby in the evidence log. */
#ifndef MATTER_PUBLICITY_H
#define MATTER_PUBLICITY_H
#include "matter/matter.h"

#define PUBLICITY_TYPE PROCESS_LIST_TYPE

#define PUBLICITY_RULE "publicity" /* the pack's deadline that counts the days of a list */

/* SQL: of the case c the column of the timer that counts the days of its list, running or over; in packs
 * without that deadline, and of timers from before they kept it, that of the step that opens behind it. */
#define PUBLICITY_TIMER(column)                                                                    \
    "(SELECT t." column " FROM flow_timer t WHERE t.case_id = c.id AND (t.opens = 1 OR t.rule"     \
    " = '" PUBLICITY_RULE "') ORDER BY CASE t.rule WHEN '" PUBLICITY_RULE "' THEN 0 ELSE 1 END,"   \
    " t.id DESC LIMIT 1)"

/* The operation of an effect; empty: it does not affect a list. A list that a step creates
 * (record) is the first if the step leads on, and a republication if the case stays. Operations on
 * the current list are named by the effect `list`: "corrected", "taken_down". */
struct str publicity_how(const struct process_step *s, const struct process_effect *f);

/* Statements about the list by the person taking the step; NULL-terminated. */
const char *const *publicity_members(struct str how);

/* The default title of a list. */
struct str publicity_title(const struct programme *p, struct arena *a);

/* Statements about one row of a list; NULL-terminated. */
const char *const *publicity_site_members(void);

/* The last day of a list published on `from`: by the pack's deadline `publicity`, where a step of the process
 * has it; else by that of the first step that opens behind one counted from the list. */
MUST_CHECK err_t publicity_period(struct due *out, bool *known, struct step *g, struct date from);

/* In the store step: the record body that follows from the person's input (NULL: none). `id`: the
 * record that the step changes; 0: a new one. Invalid input is added to *to. */
MUST_CHECK err_t publicity_body(const struct jvalue **body, struct step *g, struct str how,
                                int64_t id, const struct jvalue *said);

/* The reader: only some see the authors of notes; offices also see the number of objections. */
enum publicity_for { PUBLICITY_FOR_ALL, PUBLICITY_FOR_PARTY, PUBLICITY_FOR_OFFICE };

/* The lists of a case, the latest first, as items of an open array; of each also which of its cases an
 * upheld objection took off it. Of g, here and below, db, p and e alone. */
MUST_CHECK err_t publicity_json(struct jout *j, struct step *g, int64_t unit,
                                struct str case_number, enum publicity_for whom);

/* Is there such a list as the next function is for? */
MUST_CHECK err_t publicity_day_waits(bool *out, struct db *db, struct err *e);

/* In a step: the next list after the record `after` whose last day was provisional when it was made public
 * and is final now has it written, by the program. *id: the list; 0: there is none. */
MUST_CHECK err_t publicity_final_day(int64_t *id, struct step *g, const struct subject *program,
                                     int64_t after);

/* The published cases of a call, as items of an open array: the list, its last day and the
 * outcome. `cases`: those the subject may read; `office`: include open objections. */
MUST_CHECK err_t publicity_of_call(struct jout *j, int64_t *count, struct db *db, int64_t call,
                                   const int64_t *cases, size_t case_count, bool office,
                                   struct err *e);

/* The rows of the latest list of a case; NULL: it has none. */
MUST_CHECK err_t publicity_rows_of(const struct jvalue **rows, struct step *g, int64_t unit,
                                   struct str case_number);

/* The same as items of an open array, each with the day on which an upheld objection took it off. */
MUST_CHECK err_t publicity_rows_json(struct jout *j, int64_t *count, struct step *g, int64_t unit,
                                     struct str case_number);
#endif
