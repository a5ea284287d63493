/* Who asks: the account behind a request with the roles it holds at this moment.
 * As it stands with every request (known.h remembers it only unchanged), so that a revoked grant, a moved unit or a
 * disabled account acts at once. */
#ifndef ACCESS_SUBJECT_H
#define ACCESS_SUBJECT_H
#include "access/role.h"
#include "base/arena.h"
#include "db/db.h"

struct grant {
    const struct role *role;
    int64_t on_behalf_of;  /* account that delegated it; 0: own */
    struct str lender;     /* its name; empty: own */
    struct str programmes; /* for which it is lent, separated by spaces; empty: all */
};

/* Does the role count for a record of this programme? */
bool grant_is_for(const struct grant *g, struct str programme);

/* Whose right it is, where another lent it; 0: his own, or no role is named (NULL). */
static inline int64_t grant_lender(const struct grant *g)
{
    return g ? g->on_behalf_of : 0;
}

struct subject {
    int64_t account; /* 0: nobody signed in (role public alone) */
    struct str name; /* for signing in */
    struct str display_name;
    int64_t unit; /* 0: none */
    struct str unit_kind, unit_name;
    struct str credit_code;     /* empty: none */
    struct str city;            /* first 4 digits of the unit's region; empty: none */
    struct str province;        /* first 2 digits; empty: none */
    const struct grant *grants; /* own ones first, then public, then delegated */
    size_t grant_count;
    struct str today;         /* business date of the request, ISO */
    int64_t now_ms;           /* the request's time: assignments count to the millisecond */
    const struct str *scopes; /* of an API token: "records:read", …; NULL: everything */
    size_t scope_count;
    bool by_token; /* a program asks, within its scopes or without bounds */
};

/* The grants of an account on a day, delegations included. A grant counts within
 * the unit that it was given for and while its role fits that unit; a delegated
 * one while the delegator is active in the same unit and holds the role himself.
 * E_NOTFOUND: no such account; E_DENIED: it is not active, its unit has ended, or
 * its stored roles break the separation of the 三员 (a row put in by hand). */
MUST_CHECK err_t subject_load(struct subject *out, struct db *db, int64_t account, struct str today,
                              int64_t now_ms, struct arena *a, struct err *e);
/* Nobody signed in. */
void subject_public(struct subject *out, struct str today, struct arena *a);
/* The program itself (imports from the command line, demo, jobs): may do all. */
void subject_program(struct subject *out, struct str today);
bool subject_is_program(const struct subject *s);
/* A role that is lent for some programmes alone does not count here: the caller asks of no record. */
bool subject_has_role(const struct subject *s, const char *role);
/* His own account, or one that lent him a role, for this programme (empty: for any)? */
bool subject_stands_for(const struct subject *s, int64_t account, struct str programme);
/* The grant by which he holds the role himself, not on behalf of another; NULL: none. */
const struct grant *subject_own_grant(const struct subject *s, struct str role);
bool subject_has_any_role(const struct subject *s, const char *const *roles); /* ends with NULL */
/* May he bring publications in, which everybody reads, and take back what was brought? */
bool subject_brings_publications(const struct subject *s);

/* Does its API token reach so far? A session always does. A scope is a noun ("search")
 * or a noun with a verb ("records:read"). A noun holds all its verbs; asked for as a
 * noun, any of its verbs will do: the policy then asks for the one it needs. */
bool subject_in_scope(const struct subject *s, const char *scope);

/* Calendar day of a moment in China (UTC+8, no daylight saving since 1991): the
 * business date of what is done then. */
struct str business_date(int64_t now_ms, struct arena *a);
/* The same to the second, for people: "2026-11-20 10:00:00". */
struct str business_time(int64_t now_ms, struct arena *a);

/* Of a GB/T 2260 code: the first 4 digits, empty where it names a province; the
 * first 2. Borrowed. */
struct str region_city_prefix(struct str region);
struct str region_province_prefix(struct str region);
#endif
