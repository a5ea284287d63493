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

/* The unit's row of a policy's register: that in force, else the latest that left; id 0: none. */
struct register_row {
    int64_t id;
    struct str name, entered; /* entered: of one without a day the day of its entry */
    bool in_force;
};
MUST_CHECK err_t standing_row(struct register_row *out, struct db *db, struct str pack,
                              int64_t unit, struct arena *a, struct err *e);

/* What stands against a step that recommends a centre for something higher, gives it an award, or gives the result of
 * a case about who was recognised: who is recommended or evaluated is in the register; who left it gets no award; and
 * nothing is given while a case runs that may end with taking it out. The register is the document's, the last is in
 * no document and says so. */
MUST_CHECK err_t standing_check(struct flow_obstacles *to, struct db *db, const struct flow_call *x,
                                const struct programme *p, struct err *e);
/* …nor does a base sum up a year that was over before it was recognised, or an office evaluate one of it or one that has
 * not come. E_INVALID. */
MUST_CHECK err_t standing_begins(struct db *db, const struct flow_call *x,
                                 const struct programme *p, const struct record_type *t,
                                 int64_t record, int64_t unit, struct err *e);
/* What stands against a process that a centre begins itself, of this record of the unit: as it would against beginning
 * it. Nothing, where the process is not of who is in the register. */
MUST_CHECK err_t standing_beside(struct flow_obstacles *to, struct db *db,
                                 const struct flow_call *x, const struct programme *p,
                                 const struct record_type *t, int64_t record, int64_t unit,
                                 struct err *e);
/* Of what takes a centre out no second case rests on the record of one that is over (不予取消). E_INVALID. */
MUST_CHECK err_t standing_once(struct db *db, const struct flow_call *x, const struct programme *p,
                               const struct record_type *t, int64_t record, struct err *e);
#endif
