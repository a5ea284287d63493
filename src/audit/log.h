/* Appending to the evidence log, from inside a store step.
 *
 * The entry goes into log_entry in the caller's own transaction, unsequenced;
 * the sequencer (sequencer.h) gives it a leaf index afterwards, so a business
 * action and its entry are both there or both absent. Formats: docs/evidence-log.md. */
#ifndef AUDIT_LOG_H
#define AUDIT_LOG_H
#include "base/arena.h"
#include "base/clock.h"
#include "db/db.h"

#define LOG_UID_LEN 32       /* hex digits, without the NUL */
#define LOG_TIME_LEN 24      /* "2026-11-20T11:22:33.123Z" */
#define LOG_FIELD_KEY_LEN 16 /* bytes of the random key of each committed field */

/* Server time as entries spell it, and a NUL. */
void log_time_format(char out[LOG_TIME_LEN + 1], int64_t ms);

/* One field of a version. `value` is its canonical JSON text. */
struct log_field {
    struct str name;
    struct str value;
};

/* Commitment to a version's content: computed outside the step (it needs no
 * database), stored inside it. */
struct log_commitment {
    char hex[65];    /* the entry's `content`; empty: none */
    struct str seal; /* JSON, kept beside the content (record_version.seal) */
};

struct log_suite; /* hash and signature suite of this instance: audit/suite.h */

/* Commit to fields sorted by name, each name once, with fresh random keys. */
void log_commit(struct log_commitment *out, const struct log_suite *suite,
                const struct log_field *fields, size_t count, struct arena *a);

/* What an entry says; all texts borrowed for the call. Zero, empty: left out,
 * but `who` is written when has_who. */
struct log_draft {
    int64_t at_ms; /* when it was done; 0: now. A version's own at_ms is this one */
    bool has_who;
    int64_t who, on_behalf_of, unit;
    struct str role;
    struct str action; /* required */
    struct str type;
    int64_t id, version;
    struct str date;     /* business date */
    const char *content; /* log_commitment.hex, or NULL */
    struct str batch;    /* finished JSON object, or empty */
    int status;
};

/* Insert the entry; *uid gets its name with a NUL. Runs inside a store step; on
 * a rerun of the step a new uid is made. E_LIMIT: the line would be longer than
 * LOG_ENTRY_BYTES_MAX; E_INVALID: a text holds a NUL. */
MUST_CHECK err_t log_append(char uid[LOG_UID_LEN + 1], struct db *db, const struct log_suite *suite,
                            const struct clock *clock, const struct log_draft *d, struct arena *a,
                            struct err *e);
#endif
