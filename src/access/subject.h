/* Who asks: the account behind a request with the roles it holds at this moment.
 * Read afresh for every request, so that a revoked grant, a moved unit or a
 * disabled account acts at once. */
#ifndef ACCESS_SUBJECT_H
#define ACCESS_SUBJECT_H
#include "base/arena.h"
#include "db/db.h"

struct role { /* types/roles.yaml */
    struct str name;
    struct str label_zh, label_en;
    bool administrator; /* one of the 三员: nobody holds two */
    const struct str *unit_kinds;
    size_t unit_kind_count;
};

struct grant {
    const struct role *role;
    int64_t on_behalf_of; /* account that delegated it; 0: own */
};

struct subject {
    int64_t account; /* 0: nobody signed in (role public alone) */
    struct str name; /* for signing in */
    struct str display_name;
    int64_t unit; /* 0: none */
    struct str unit_kind;
    struct str city;            /* first 4 digits of the unit's region; empty: none */
    struct str province;        /* first 2 digits; empty: none */
    const struct grant *grants; /* public is among them always */
    size_t grant_count;
    struct str today; /* business date of the request, ISO */
    const struct str
        *scopes; /* of an API token: "records:read", …; NULL: a session, unrestricted */
    size_t scope_count;
};

/* The grants of an account on a day, delegations included. E_NOTFOUND: no such
 * account; E_DENIED: it is not active. */
MUST_CHECK err_t subject_load(struct subject *out, struct db *db, int64_t account, struct str today,
                              struct arena *a, struct err *e);
/* Nobody signed in. */
void subject_public(struct subject *out, struct str today, struct arena *a);
/* The program itself (imports from the command line, demo, jobs): may do all. */
void subject_program(struct subject *out, struct str today);
bool subject_is_program(const struct subject *s);
bool subject_has_role(const struct subject *s, const char *role);
#endif
