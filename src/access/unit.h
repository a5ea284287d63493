/* Units (offices and parties): made, moved, ended where no form is at hand (first
 * start, command line, demo). Forms go through the record kernel, which calls
 * unit_follow after a change of region. All inside a store step. */
#ifndef ACCESS_UNIT_H
#define ACCESS_UNIT_H
#include "access/deed.h"

struct new_unit {
    struct str kind; /* province_office … (migrations/0003_kernel.sql) */
    struct str name;
    struct str region;      /* GB/T 2260, six digits */
    struct str credit_code; /* GB 32100, checked; empty: none */
    int64_t parent;         /* 0: none */
};

/* An office, or the centre that does the work of one. */
bool unit_kind_is_office(struct str kind);

/* Where accounts of who runs the instance belong until there are real units. */
struct new_unit operators_unit(void);

/* E_INVALID: kind, region, name or code; E_CONFLICT: the code is taken; E_DENIED: only a
 * security administrator and the program. */
MUST_CHECK err_t unit_add(int64_t *id, struct db *db, const struct deed *d,
                          const struct new_unit *u, struct err *e);

/* Bring the unit's own place, and that of its accounts, grants and authorities, in line
 * with its region. Whoever changes a unit's region calls it in the same step. */
MUST_CHECK err_t unit_follow(struct db *db, int64_t id, struct err *e);

/* By id, unified social credit code or exact name. E_NOTFOUND; E_CONFLICT: several have
 * that name. */
MUST_CHECK err_t unit_find(int64_t *id, struct db *db, struct str written, struct arena *a,
                           struct err *e);
#endif
