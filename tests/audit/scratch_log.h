/* A fresh log for tests and for the generator of attacked files: a store, keys,
 * entries with and without a version. A failure ends the program. */
#ifndef AUDIT_SCRATCH_LOG_H
#define AUDIT_SCRATCH_LOG_H
#include "audit/log.h"
#include "audit/sequencer.h"

struct scratch_log {
    struct arena *arena;
    const char *dir;
    struct store *store;
    struct log_suite suite;
    struct clock clock;        /* stands still; fixed_ms moves it */
    char uid[LOG_UID_LEN + 1]; /* of the last entry */
    size_t filled;             /* entries of scratch_log_fill */
};

void scratch_log_open(struct scratch_log *l, const char *suite);
void scratch_log_close(struct scratch_log *l);
struct sequencer_options scratch_log_options(struct scratch_log *l);

/* An action without content. */
void scratch_log_add(struct scratch_log *l, const char *action, int64_t who);
/* A version of a deal with three fields, and its entry. */
void scratch_log_deal(struct scratch_log *l, int64_t id, int64_t version);
/* `count` entries, every second with a version; numbered and signed. */
void scratch_log_fill(struct scratch_log *l, size_t count);
void scratch_log_sequence(struct scratch_log *l);
#endif
