/* A party's own word becomes checked (已核对) when an office says so in a step of a case by which it reviews
 * it (review.h): it is shown the criteria with their operands and the facts behind them that are its to
 * check (reference/fact_words.csv, `checked`), and names those whose facts it has held against their
 * evidence (arguments.confirms). The history and its entry keep the criteria; a row of fact_check keeps, of
 * each record of the facts document behind them, the digest of what the party said then. What the party
 * changes in that record falls back to its own word by itself: the digest is another.
 *
 * A record is the unit: who adds one contract has the list of contracts looked at again. */
#ifndef PROGRAMME_CONFIRM_H
#define PROGRAMME_CONFIRM_H
#include "programme/programme_priv.h"

/* Outside of the store step, behind review_look. Obstacles "confirms": what is no criterion of the process, or has
 * nothing that who takes the step checks. While the step is looked at: what could be named. */
MUST_CHECK err_t confirm_look(struct flow_obstacles *to, struct flow_call *x, struct programme *p,
                              struct err *e);
/* A member of what came of the step: "confirmed", the criteria. */
void confirm_note(struct flow_call *x);
/* In the store step, last. */
MUST_CHECK err_t confirm_keep(struct db *db, struct flow_call *x, struct err *e);
#endif
