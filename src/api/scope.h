/* Which scopes a token can have: those that resources ask for. */
#ifndef API_SCOPE_H
#define API_SCOPE_H
#include "base/err.h"
#include "base/str.h"

/* Checks that each scope of a new token is used by a resource. E_INVALID lists the scopes: a
 * misspelt one would make a token without any access. */
MUST_CHECK err_t scopes_check(struct str scopes, struct err *e);
#endif
