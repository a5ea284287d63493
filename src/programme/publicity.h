/* Lists made public (公示): what the steps of a case write into its record `publicity`, and what stands
 * against a decision because of it. The step and the effect say what is done
 * (publicity_how); everything else that the record then holds is worked out here, from the records of the
 * parties, from the places that an officer names, and from the clock.
 *
 * One list may be of several cases of a call (flow_take_joint): each has it in a record of its own, with
 * the same places and days. A change in one entry changes the text that was frozen, so the whole list is
 * made public again; an objection stands against its entry alone, and whom it does not stand against is
 * decided meanwhile: his row stays as it was frozen.
 *
 * A list is frozen when it is made public: its rows as canonical JSON, and the SHA-256 of that, both in
 * the version of the record and so in the evidence log. */
#ifndef PROGRAMME_PUBLICITY_H
#define PROGRAMME_PUBLICITY_H
#include "programme/programme_priv.h"

#define PUBLICITY_TYPE PROCESS_LIST_TYPE

/* How an effect does it; empty: it is no effect on a list. A list that a step makes (record) is the first where
 * the step leads on, and is made public again where the case stays; what is done to the list that there is is
 * said by the effect `list`: "corrected", "taken_down". */
struct str publicity_how(const struct process_step *s, const struct process_effect *f);
/* Statements about the list by the person taking the step; NULL-terminated. */
const char *const *publicity_members(struct str how);
/* The title of a list for which none is said. */
struct str publicity_title(const struct programme *p, struct arena *a);
/* Statements about one row of a list; NULL-terminated. */
const char *const *publicity_site_members(void);
/* In the store step: the body that follows from what who takes the step says (NULL: nothing). `id`: the
 * record that the step changes; 0: a new one is made. What is said that cannot be stands in *to. */
/* The last day of a list that was made public on `from`: of the step that decides when it is over. */
MUST_CHECK err_t publicity_period(struct due *out, bool *known, struct db *db,
                                  const struct programme *p, const struct process *process,
                                  struct date from, struct err *e);
MUST_CHECK err_t publicity_body(const struct jvalue **body, struct flow_obstacles *to,
                                struct db *db, struct flow_call *x, struct programme *p,
                                struct str how, int64_t id, const struct jvalue *said,
                                struct err *e);
/* What stands against a step that opens when a publicity is over: a list taken down early at
 * every official place, an open objection of the case, a list that is not what the records say any more; the last
 * also against a clerical correction, and an open objection against whatever an office moves the case on
 * or back with (x->step NULL: back). Asked before the step, and again in it. */
MUST_CHECK err_t publicity_check(struct flow_obstacles *to, struct db *db, struct flow_call *x,
                                 struct programme *p, struct err *e);
/* The reader: only some see the authors of notes; offices also see the number of objections. */
enum publicity_for { PUBLICITY_FOR_ALL, PUBLICITY_FOR_PARTY, PUBLICITY_FOR_OFFICE };
/* The lists of a case, the latest first, as items of an open array; of each also which of its cases an
 * upheld objection took off it. */
MUST_CHECK err_t publicity_json(struct jout *j, struct db *db, struct programme *p, int64_t unit,
                                struct str case_number, enum publicity_for whom, struct err *e);
/* Is there such a list as the next function is for? */
MUST_CHECK err_t publicity_day_waits(bool *out, struct db *db, struct err *e);
/* In a step: the next list after the record `after` whose last day was provisional when it was made public
 * and is final now has it written, by the program. *id: the list; 0: there is none. */
MUST_CHECK err_t publicity_final_day(int64_t *id, struct db *db, struct programme *p,
                                     const struct subject *program, int64_t after, struct err *e);

/* The cases of a call that were made public, as items of an open array: on which list, until when, what
 * became of them. `cases`: those that who asks may read; `office`: with the objections that are open. */
MUST_CHECK err_t publicity_of_call(struct jout *j, int64_t *count, struct db *db, int64_t call,
                                   const int64_t *cases, size_t case_count, bool office,
                                   struct err *e);
/* The rows of the latest list of a case; NULL: it has none. */
MUST_CHECK err_t publicity_rows_of(const struct jvalue **rows, struct db *db, struct programme *p,
                                   int64_t unit, struct str case_number, struct err *e);
/* The same as items of an open array, each with the day on which an upheld objection took it off. */
MUST_CHECK err_t publicity_rows_json(struct jout *j, int64_t *count, struct db *db,
                                     struct programme *p, int64_t unit, struct str case_number,
                                     struct err *e);
#endif
