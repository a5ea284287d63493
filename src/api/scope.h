/* Which scopes a token can have: those that resources ask for. */
#ifndef API_SCOPE_H
#define API_SCOPE_H
#include "base/err.h"
#include "base/str.h"

/* Each word of a new token's scopes is one that some resource asks for. E_INVALID says
 * which there are: a misspelt one would make a token that reaches nothing. */
MUST_CHECK err_t scopes_check(struct str scopes, struct err *e);
#endif
