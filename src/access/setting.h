/* What an administrator chose for signing in. Each has a default that holds without
 * any row; none can be set weaker than design and law ask (S1: idle 30 minutes,
 * offices and administrators 15, 12 hours in all). */
#ifndef ACCESS_SETTING_H
#define ACCESS_SETTING_H
#include "access/deed.h"
#include "access/throttle.h"

/* ASVS 5.0 6.2: length and a list of common ones, no composition, no rotation. 等保
 * (GB/T 22239 8.1.4.1 a): composition and rotation. They contradict each other, so
 * the instance says which it follows. */
enum password_profile { PASSWORDS_ASVS, PASSWORDS_DENGBAO };

/* Whose sign-in needs a code beside the password. */
enum second_factor { CODE_FOR_NOBODY, CODE_FOR_ADMINISTRATORS, CODE_FOR_REGULATORS, CODE_FOR_ALL };

struct access_settings {
    enum password_profile passwords;
    enum second_factor second_factor;
    int64_t idle_ms, regulator_idle_ms; /* without a request */
    int64_t absolute_ms;                /* since signing in */
    bool national;                      /* SM3 for passwords and codes */
    struct throttle_limits limits;      /* what may be read and asked for (throttle.h) */
};

struct access_settings access_settings_default(void);

/* E_CORRUPT: a row that access_setting_set would not have written. */
MUST_CHECK err_t access_settings_load(struct access_settings *out, struct db *db, struct err *e);

/* One setting as people see it; static but for value. */
struct access_setting {
    const char *name;
    const char *const *words; /* what it takes, ends with NULL; NULL: a number … */
    int64_t low, high;        /* … from low to high */
    struct str value;         /* as access_setting_set takes it */
    bool chosen;              /* false: its default holds */
};
/* All, in a fixed order. */
MUST_CHECK err_t access_settings_list(const struct access_setting **out, size_t *count,
                                      struct db *db, struct arena *a, struct err *e);

/* name: passwords (asvs, dengbao), second_factor (nobody, administrators, regulators,
 * all), idle_minutes (1 … 30), regulator_idle_minutes (1 … 15), absolute_hours
 * (1 … 12), national (yes, no), reads_per_person, reads_per_unit (records a day),
 * calls_per_person, calls_per_address (a minute), objections_per_address,
 * objections_per_list (an hour; 0: not limited). By two security
 * administrators (security_change.h: *d->waits not 0, nothing is set yet), inside a store
 * step; with its entry. E_INVALID: not such a name or value. */
MUST_CHECK err_t access_setting_set(struct db *db, const struct deed *d, struct str name,
                                    struct str value, struct err *e);
#endif
