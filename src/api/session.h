/* What the resources of signing in and out share. */
#ifndef API_SESSION_H
#define API_SESSION_H
#include "access/login.h"
#include "api/auth.h"

extern const struct schema schema_session, schema_done;

/* Who is signed in; `csrf` empty: by a token. */
MUST_CHECK err_t reply_session(struct reply *out, const struct request *r, const struct subject *s,
                               struct str csrf, struct str means, unsigned needs, struct err *e);
/* The browser behind a request. */
struct visitor visitor_of(const struct request *r);
/* What a sign-in came to: the session and its cookies, or a problem. */
MUST_CHECK err_t reply_outcome(struct reply *out, const struct request *r,
                               const struct login_result *done, struct err *e);
/* {"done":true} */
MUST_CHECK err_t reply_done(struct reply *out, const struct request *r, struct err *e);
#endif
