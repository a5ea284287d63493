/* What a running server does about its clock, and a command that writes without one: tells the store each minute
 * what time it is, finds out at the start and while it runs that the clock has jumped (base/clock_watch.h,
 * audit/clock_state.h), says so in the log of the program, in the evidence log and to the administrators, and hears
 * from the store what other servers found out and what people have decided. */
#ifndef CMD_CLOCK_KEEPER_H
#define CMD_CLOCK_KEEPER_H
#include "audit/suite.h"
#include "base/clock_watch.h"
#include "model/store_read.h"

struct clock_keeper_options {
    struct store *store;
    const struct log_suite *suite;
    struct clock_watch *watch;
    int64_t poll_ms; /* 0: 1 s */
};

struct clock_keeper;
/* The look at the start is over when it returns: to be called before anything standing begins. */
MUST_CHECK err_t clock_keeper_start(struct clock_keeper **out, const struct clock_keeper_options *o,
                                    struct err *e);
/* The same once, for a command: what has been found out by then, at its start or since. */
MUST_CHECK err_t clock_keeper_look(const struct clock_keeper_options *o, struct err *e);
void clock_keeper_stop(struct clock_keeper *k); /* accepts NULL */
#endif
