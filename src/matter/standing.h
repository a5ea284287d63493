/* The register of recognised centres. */
#ifndef MATTER_STANDING_H
#define MATTER_STANDING_H
#include "matter/matter.h"

/* *out: the unit is registered under the policy, or under an older one that the policy replaces. */
MUST_CHECK err_t standing_in_register(bool *out, struct step *g, int64_t unit);

/* The unit's row of a policy's register: that in force, else the latest that left; id 0: none. */
struct register_row {
    int64_t id;
    struct str name, entered; /* entered: of one without a day the day of its entry */
    bool in_force;
};

MUST_CHECK err_t standing_row(struct register_row *out, struct step *g, struct str pack,
                              int64_t unit);

/* The units in the register of a policy. */
struct parties {
    struct registered {
        int64_t centre, unit; /* centre: its row */
        struct str code, name, entered;
    } * ptr;
    size_t len, cap;
};

MUST_CHECK err_t standing_parties(struct parties *out, struct db *db, struct str pack,
                                  struct arena *a, struct err *e);

/* Adds the obstacles that the register puts to a step: only a registered unit is recommended for something higher, and
 * a year is evaluated once its period is over. */
MUST_CHECK err_t standing_check(struct step *g);
#endif
