/* How much one person, one unit or one address may read and ask for in a time: what
 * stands between the records and who copies them page by page.
 *
 * Counted in memory; reads are kept in the store too (usage_count), so that neither a
 * restart nor a second server gives a fresh budget. A process adds what it has counted
 * whenever that is a 64th of the budget or 10 s old, and learns what the others added:
 * with n servers at most n/64 of the budget too much is read. */
#ifndef ACCESS_THROTTLE_H
#define ACCESS_THROTTLE_H
#include "base/clock.h"
#include "db/store.h"

enum throttle_kind {
    THROTTLE_READS,      /* records shown, listed, found, exported; per day of China */
    THROTTLE_CALLS,      /* requests; per minute, in this process only */
    THROTTLE_OBJECTIONS, /* to what is made public, by anybody; per hour, in this process only */
    THROTTLE_KINDS
};

/* 0: no limit. */
struct throttle_limits {
    int64_t reads_account, reads_unit;           /* a day */
    int64_t calls_account, calls_address;        /* a minute; address: nobody signed in */
    int64_t objections_address, objections_list; /* an hour */
};

/* Of an address in an hour: no limit refuses these. */
#define OBJECTIONS_ALWAYS 3

struct throttle; /* shared by threads */
struct throttle *throttle_new(struct store *store, const struct clock *clock,
                              const struct throttle_limits *limits);
void throttle_free(struct throttle *t); /* accepts NULL; keeps what is counted, if it can */

/* What holds from now on; what was counted stays counted. */
void throttle_limit(struct throttle *t, const struct throttle_limits *limits);
/* Whether anything is limited at all; else taking costs nothing and never waits. */
bool throttle_is_on(const struct throttle *t);

struct throttle_subject {
    int64_t account, unit; /* 0: nobody signed in, no unit */
    struct str address;    /* then this one counts */
    int64_t list;          /* of an objection: the publicity list that it goes to */
};

struct throttle_answer {
    int64_t retry_ms; /* 0: granted and counted; else nothing was: until the window ends */
    bool first;       /* the first refusal of this window: worth an entry and a word to somebody */
    bool unit;        /* the unit's budget it was */
    bool always;      /* granted as one of the first objections of its address */
};

/* Take `amount` for the subject: all or nothing. An error only where the store cannot be
 * read; one that cannot be written stops no reading. */
MUST_CHECK err_t throttle_take(struct throttle_answer *out, struct throttle *t,
                               enum throttle_kind kind, const struct throttle_subject *who,
                               int64_t amount, struct err *e);

/* An objection that was granted and came to nothing does not count. */
void throttle_return(struct throttle *t, const struct throttle_subject *who);

/* Add what is counted to the store now, and remove windows that are over. The server
 * does it every 10 s. */
MUST_CHECK err_t throttle_flush(struct throttle *t, struct err *e);
#endif
