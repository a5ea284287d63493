/* Hash and signature suite of a log and the log's name. Immutable; one for the
 * life of the process, shared by threads (docs/evidence-log.md, "Suites"). */
#ifndef AUDIT_SUITE_H
#define AUDIT_SUITE_H
#include "base/err.h"
#include "crypto/hash.h"

#define LOG_ORIGIN_MIN 3
#define LOG_ORIGIN_MAX 100

struct log_suite {
    const char *name; /* "sha256-ed25519", "sm3-sm2" */
    enum hash_kind hash;
    char origin[LOG_ORIGIN_MAX + 1];
};

/* E_INVALID: no such suite, or `origin` is not 3–100 characters of a-z0-9.-/ */
MUST_CHECK err_t log_suite_init(struct log_suite *out, struct str name, struct str origin,
                                struct err *e);

bool log_origin_valid(struct str origin);
#endif
