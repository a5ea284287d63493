/* Taking values out of a version for good: what is committed to stays provable, what
 * was said is gone with its key (docs/evidence-log.md, "Content and its commitment"). */
#ifndef AUDIT_FORGET_H
#define AUDIT_FORGET_H
#include "audit/log.h"

/* Without the members `names`: *content loses them, and in *seal their key becomes
 * their commitment. A name that the content does not hold is passed over; *forgotten
 * says how many it held. E_CORRUPT: content or seal is not what log_commit was given. */
MUST_CHECK err_t log_forget(struct str *content, struct str *seal, size_t *forgotten,
                            const struct log_suite *suite, const struct str *names, size_t count,
                            struct arena *a, struct err *e);
#endif
