/* SQL functions for packs: date arithmetic by the pack's rules. */
#ifndef POLICY_PACK_FUNCTIONS_H
#define POLICY_PACK_FUNCTIONS_H
#include "db/sandbox.h"
#include "policy/pack.h"

/* State of the functions; one for each confined connection. */
struct pack_functions {
    const struct pack *pack;
    bool carries;  /* last days move behind days off: pack_functions_read */
    char text[11]; /* the latest date */
    /* Days that were counted since `called_count` was set to 0, each once; what is beyond them is not
     * remembered. */
    struct counted_day {
        const struct deadline_rule *rule;
        char from[11], day[11]; /* from: of last_due, the day that it lies before */
        bool provisional;
    } called[8];
    size_t called_count;
};

/* A sandbox for the pack's SQL: fact_* tables and the functions below. `state` must
 * live as long as it holds.
 *   deadline(rule, from)     the day, or 'never' from 'never'; NULL: no number, not known
 *   provisional(rule, from)  1 or 0
 *   last_due(rule, as_of)    the latest day of a yearly rule that lies before as_of
 *   last_year(rule, as_of)   the year whose day that is: of Y+1-01-31 the one before the day's own
 *   days(from, to)           how many days `to` is after `from`; NULL: one of them is no date */
struct sandbox pack_sandbox(struct pack_functions *state, const struct pack *p);

struct facts;
/* Days are counted by the readings that these facts choose, until the next call. */
void pack_functions_read(struct pack_functions *state, const struct facts *facts);
#endif
