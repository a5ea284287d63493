/* Authentication: from a request's cookie or token to a subject, as of this moment.
 *
 *   Authorization: Bearer TOKEN   a program; within the token's scopes, no CSRF token
 *   Cookie: __Host-session=TOKEN  a person; changes also need Origin and X-CSRF-Token, and must
 *                                 come from our own pages
 *   neither                       the public
 *
 * A request with both is 400. A cookie whose session has ended, or a CSRF token without a cookie, is the
 * public where that suffices, else 401. */
#ifndef API_AUTH_H
#define API_AUTH_H
#include "access/known.h"
#include "api/resource.h"

struct auth {
    struct subject subject;
    struct session session; /* account 0: none */
    struct str token;       /* of the session; empty: none */
};

/* 0: go on; else the status of the refusal and its sentence (through msg()). An error
 * is the store's. */
MUST_CHECK err_t auth_check(struct auth *out, unsigned *status, const char **sentence,
                            const struct resource *resource, const struct request *r,
                            struct err *e);

/* The same without reading from the store, for threads that must not wait. *known false:
 * something would have to be read, nothing is decided. */
MUST_CHECK err_t auth_check_known(bool *known, struct auth *out, unsigned *status,
                                  const char **sentence, const struct resource *resource,
                                  const struct request *r, struct err *e);

/* Value of a cookie; empty when absent. */
struct str request_cookie(const struct request *r, const char *name);
#endif
