/* A setting of the security administrators is changed by two of them: one proposes it,
 * another makes the same change and so confirms it (two_person.h). What is changed by
 * src/access and src/notify asks here first, inside its own step.
 *
 * While there has never been a second security administrator there is nobody to ask: the
 * first changes settings alone, and each entry says so ("… (alone)"). With the first grant
 * of the role to somebody else this is over for good, also after that grant has ended: who
 * is left then proposes, and appoints another. The program itself (a command of who owns
 * the folder) is not asked. */
#ifndef ACCESS_SECURITY_CHANGE_H
#define ACCESS_SECURITY_CHANGE_H
#include "access/deed.h"
#include "access/two_person.h"

struct security_change {
    struct str row;      /* what is changed, "access.passwords": one proposal waits for each */
    struct str action;   /* as its entry calls it, "set" */
    struct str from, to; /* what both persons see; empty: not there */
    struct str covered;  /* a digest of what neither is shown (a secret); empty: nothing */
};

/* It is to be done now, under *as, which is `d` with how it came to be; or it is proposed, with an
 * entry (deed_waits: *d->waits says which). E_CONFLICT: the same person proposed it, something else waits for that row, or who proposed it may not any
 * more. E_DENIED: not a security administrator, or a program with a token confirms. */
MUST_CHECK err_t security_change(struct deed *as, struct db *db, const struct deed *d,
                                 const struct security_change *c, struct err *e);

/* The same of what lets somebody sign in as another (a link, a name at a provider): where that other is one of the three
 * administrators and has signed in before, two do it, for else one of them could be two. What is of others does not wait. */
struct account_row;
MUST_CHECK err_t security_change_of_person(struct deed *as, struct db *db, const struct deed *d,
                                           const char *what, const struct account_row *r,
                                           struct err *e);
#endif
