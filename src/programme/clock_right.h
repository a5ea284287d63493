/* What time it is, said by people after the clock was in doubt (audit/clock_state.h): standing work and
 * signing go on, and what standing work made in a wrong time is taken back in the same act. A case that it
 * opened is over, its record and each flag ended, a call that it closed is open again, its messages
 * are taken away, days are told again: each with its entry in the log; nothing is erased of what the log
 * names. A case that somebody has worked on since stays, and is named by its entry. */
#ifndef PROGRAMME_CLOCK_RIGHT_H
#define PROGRAMME_CLOCK_RIGHT_H
#include "audit/clock_state.h"
#include "programme/programme.h"

/* Times that were wrong, both included. */
struct clock_span {
    int64_t from_ms, to_ms;
    bool said; /* by people; else: all that are later than now */
};

struct clock_case {
    struct flow_call call;
    struct programme programme;
    bool worked_on; /* by a person */
};
/* What standing work made in that span. */
struct clock_made {
    const struct clock_span *span;
    struct clock_case *cases;
    size_t case_count;
    int64_t worked_on; /* of the cases */
    int64_t records, calls, messages;
};

/* Outside of any step. p: as it is for any case. Texts in p->arena. */
MUST_CHECK err_t clock_made_find(struct clock_made *out, struct programme *p,
                                 const struct clock_span *span, struct err *e);

/* By two security administrators (access/security_change.h: where *d->waits is set it is proposed, and
 * nothing is done yet); of a clock that is far ahead at a start, after which nothing was made, by one.
 * E_CONFLICT: the clock is not in doubt, and no span is said; a case has moved since it was found.
 * Inside a store step. */
MUST_CHECK err_t clock_set_right(struct db *db, const struct deed *d, struct clock_made *made,
                                 struct programme *p, struct err *e);
#endif
