/* Roles given, lent and ended: the only functions that write role_grant. Inside a
 * store step; each leaves a version and its entry.
 *
 * Separation (三员, GB/T 22239 8.1.5): the system, the security and the audit
 * administrator are three persons, and none of them holds a business role: whoever
 * gives rights or keeps the log must not profit from either. Grants of later days
 * count too, so that no date lets two of them meet. A security administrator gives
 * every role, to others; a unit's manager those that types/roles.yaml lets him give,
 * in his own unit. Nobody gives himself anything. */
#ifndef ACCESS_GRANT_H
#define ACCESS_GRANT_H
#include "access/deed.h"

struct new_grant {
    int64_t account;
    struct str role;
    struct str from, to;   /* ISO; from empty: today; to empty: open */
    struct str programmes; /* of a loan: for these packs alone, separated by spaces; empty: all */
};

/* A system administrator asks for it, and a security administrator asks another one of the two, where one has signed in;
 * roles of staff he gives alone, as their manager does. Then *d->waits is the proposal and *id stays: the other gives the
 * same (two_person.h). E_INVALID: role, dates, or the role is none of the unit's; E_NOTFOUND: account;
 * E_CONFLICT: holds it already, or separation forbids it; E_DENIED. */
MUST_CHECK err_t grant_role(int64_t *id, struct db *db, const struct deed *d,
                            const struct new_grant *g, struct err *e);

/* Lend a role that the doer holds himself to a colleague of the same unit, until a
 * day not after the end of his own. E_DENIED: he does not hold it, or it is personal
 * (types/roles.yaml, delegable: false). */
MUST_CHECK err_t grant_delegate(int64_t *id, struct db *db, const struct deed *d,
                                const struct new_grant *g, struct err *e);

/* End a grant now. Besides those who give: whoever lent it, and whoever holds it.
 * E_CONFLICT: ended already, or the last security administrator's. */
MUST_CHECK err_t grant_end(struct db *db, const struct deed *d, int64_t id, struct err *e);

/* For account_move: all that the account holds or lent, each with its entry. */
MUST_CHECK err_t grants_end_all(struct db *db, const struct deed *d, int64_t account,
                                struct err *e);
#endif
