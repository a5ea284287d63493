/* Authority over decisions: officers of the office that a pack names, in person; two of them for
 * irreversible changes. */
#ifndef DECIDE_OFFICE_H
#define DECIDE_OFFICE_H
#include "access/deed.h"
#include "access/pair_shown.h"
#include "policy/packs.h"

/* Whether s is an officer or leader of the pack's province (any province for national packs), not as a
 * delegate. */
bool office_of_pack(const struct subject *s, const struct pack *p);

/* Whether the subject's unit is in the pack's province and has this function (recognise, interpret …) on that day within
 * its region: rows of `authority`. */
MUST_CHECK err_t office_has_function(bool *out, struct db *db, const struct subject *s,
                                     const struct pack *p, struct str function, struct err *e);

struct pair_change {
    const struct pack *pack;
    const char *action;   /* "activate" */
    struct str arguments; /* JSON: everything both persons see, except the reason */
    const char *what;     /* N_() sentence that describes the change */
    const struct pair_line *lines;
    size_t line_count;
};

/* Inside a store step. *first: the officer who proposed the same change; execute it. 0: the change is
 * stored as a proposal with a log entry (*d->waits: its number). E_DENIED: not an
 * officer of that office, or an API token; E_CONFLICT: the same person proposed it, another proposal
 * is open, or the proposer lost the right; E_INVALID: no reason. */
MUST_CHECK err_t pair_change(int64_t *first, struct db *db, const struct deed *d,
                             const struct pair_change *c, struct err *e);
/* Inside a store step. Takes back, or refuses, the open proposal of an action on a pack, if any. */
MUST_CHECK err_t pair_decline(struct db *db, const struct deed *d, const struct pack *p,
                              const char *action, struct err *e);
#endif
