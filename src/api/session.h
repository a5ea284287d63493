/* Shared by the resources of signing in and out. */
#ifndef API_SESSION_H
#define API_SESSION_H
#include "access/login.h"
#include "api/auth.h"
#include "record/record.h"

extern const struct schema schema_session, schema_done;

struct session_reply {
    const struct subject *subject;
    const struct session *session; /* its id 0: nobody is signed in, or by a token */
    struct str csrf;
    bool counted; /* how much is in each box of /todo, and how many messages are unread */
    int64_t boxes[TODO_BOXES], unread;
};
/* The signed-in account. */
MUST_CHECK err_t reply_session(struct reply *out, const struct request *r,
                               const struct session_reply *said, struct err *e);
/* The browser behind a request. */
struct visitor visitor_of(const struct request *r);
/* The result of a sign-in: the session and its cookies, or a problem. */
MUST_CHECK err_t reply_outcome(struct reply *out, const struct request *r,
                               const struct login_result *done, struct err *e);
/* {"done":true} */
MUST_CHECK err_t reply_done(struct reply *out, const struct request *r, struct err *e);
#endif
