/* Links that sign in once: for a person whose account is new, who lost what he signs
 * in with, and for the first administrator of an instance (set-up). */
#ifndef ACCESS_LINK_H
#define ACCESS_LINK_H
#include "access/bearer.h"
#include "access/deed.h"

#define LINK_HOURS 24
#define INVITATION_HOURS 72 /* of who has never signed in: it may go by paper */
#define SET_UP_HOURS 72

/* A link for an account; earlier ones stop working. By the program or a security administrator (for others than himself);
 * for one of the three administrators by two (security_change.h): `out` is empty while it waits. For who has never signed
 * in also by those who manage the account. *hours: how long it holds. E_DENIED; E_NOTFOUND; E_INVALID: disabled. */
MUST_CHECK err_t link_make(char out[BEARER_LEN + 1], int *hours, struct db *db,
                           const struct deed *d, int64_t account, struct err *e);

/* The link by which the first administrator is made; earlier ones stop working. By the
 * program. E_CONFLICT: there is an account that is not disabled already. */
MUST_CHECK err_t link_make_set_up(char out[BEARER_LEN + 1], struct db *db, const struct deed *d,
                                  struct err *e);

/* Take a link out of use, whichever of the two: *account 0 is set-up. E_DENIED: none
 * such, used, or too old (one sentence for all three). */
MUST_CHECK err_t link_use(int64_t *account, struct db *db, const struct deed *d, struct str link,
                          struct err *e);

/* Can anybody sign in yet? serve prints a set-up link while not. */
MUST_CHECK err_t has_any_account(bool *out, struct db *db, struct err *e);

/* What the set-up page asks for. */
struct first_administrator {
    struct str name, display_name;
    struct str office, region; /* empty: a unit for the operator, region 100000 */
};
/* The instance's first unit and security administrator, once: E_CONFLICT after. By the
 * program; the account is active, its password is set by who calls. */
MUST_CHECK err_t make_first_administrator(int64_t *account, struct db *db, const struct deed *d,
                                          const struct first_administrator *f, struct err *e);
#endif
