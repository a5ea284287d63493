/* Whether a party stands in the register of centres: read off its rows and the cases that run. */
#ifndef PROGRAMME_STANDING_H
#define PROGRAMME_STANDING_H
#include "programme/programme_priv.h"

enum standing {
    STANDING_NONE, /* the register of the policy, or of one that yields to it, does not have it */
    STANDING_LEFT, /* it was there, and left or was taken out */
    STANDING_IN_FORCE
};
MUST_CHECK err_t standing_of(enum standing *out, struct db *db, const struct programme *p,
                             int64_t unit, struct arena *a, struct err *e);

/* What stands against a step that recommends a centre for something higher, or that gives it an award: who is
 * recommended is in the register; who left it gets no award; and neither is done while a case runs that may end
 * with taking it out. The register is the document's, the last is in no document and says so. */
MUST_CHECK err_t standing_check(struct flow_obstacles *to, struct db *db, const struct flow_call *x,
                                const struct programme *p, struct err *e);
#endif
