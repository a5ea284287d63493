/* How what is done here is written down. Everything that changes accounts, roles
 * or sign-ins is handed a deed (who, as what, why) and leaves a version of the row
 * with its entry in the evidence log, in the same step. */
#ifndef ACCESS_DEED_H
#define ACCESS_DEED_H
#include "access/subject.h"
#include "audit/log.h"
#include "audit/suite.h"

struct deed {
    const struct log_suite *suite;
    const struct clock *clock;
    const struct subject *by;
    const struct grant *as; /* the role in which it is done; NULL: none is named */
    struct str reason;      /* why; empty: nobody was asked */
    struct arena *arena;    /* of the caller; nothing made here outlives it */
    int64_t *waits;  /* security_change.h: the number of what is proposed; NULL: nobody can wait */
    const char *how; /* stands with the action in its entry, "set … (alone)"; NULL: nothing */
};

/* True if the deed is proposed and waits for a second person: its caller writes nothing more. */
static inline bool deed_waits(const struct deed *d)
{
    return d->waits && *d->waits;
}

struct deed_field {
    const char *name;
    struct value value; /* VALUE_I64 or VALUE_STR; NULL and empty are left out */
};

/* The version `version` of a row: its fields (sorted by name) are committed to, kept
 * in record_version and named by a new entry. `_reason` joins them where one was
 * given. Inside a store step. */
MUST_CHECK err_t deed_version(const struct deed *d, struct db *db, const char *type, int64_t id,
                              int64_t version, const char *action, const struct deed_field *fields,
                              size_t count, struct err *e);

/* An entry alone, of what leaves no row (signing in and out). `status`: HTTP status
 * of a refusal, else 0. Inside a store step. */
MUST_CHECK err_t deed_note(const struct deed *d, struct db *db, const char *action,
                           const char *type, int64_t id, int status, struct err *e);

/* The same for who needs to name the entry. */
MUST_CHECK err_t deed_note_as(char uid[LOG_UID_LEN + 1], const struct deed *d, struct db *db,
                              const char *action, const char *type, int64_t id, int status,
                              struct err *e);

int64_t deed_now_ms(const struct deed *d);

/* Does the doer hold this role himself (not for another)? The program does. */
bool deed_by_role(const struct deed *d, const char *role);
#endif
