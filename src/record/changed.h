/* When a type's lists last became others: the number under which answers are kept.
 *
 * Every write to records leaves an entry in the log, by whichever process, so the entries
 * since the last look say which types were written: each is read once in a process. An
 * entry of anything but a plain type (units, accounts, grants, settings …) concerns all
 * lists, and so does every entry a type whose computed fields read other types' tables.
 *
 * Shared by threads. */
#ifndef RECORD_CHANGED_H
#define RECORD_CHANGED_H
#include "record/answers.h"
#include "record/plan.h"

struct changed;
struct changed *changed_new(const struct kernel *k, size_t plans);
void changed_free(struct changed *c); /* accepts NULL */

/* What is read on `db` from now on is at least as new as the number says. */
MUST_CHECK err_t changed_read(int64_t *out, struct changed *c, struct db *db,
                              const struct type_plan *p, struct err *e);
/* Without waiting for anybody. False: entries have come that nobody looked at yet. */
bool changed_known(int64_t *out, struct changed *c, const struct type_plan *p);
#endif
