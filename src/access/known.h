/* Who stands behind a token or a session's cookie, remembered from one request to the
 * next for as long as nothing is committed that could make it another answer.
 *
 * The store itself raises a number with every change to a unit, an account, a grant, a
 * credential, a session, a token or a setting (migrations/0013, 0076): known_get compares it on
 * each request, so what was revoked, in this process, in another or by hand, is gone on
 * the next one. There is no time for which something old may be told. What the clock
 * decides (days of grants, ends of sessions and tokens) is judged anew by the caller.
 *
 * Shared by threads; bounded. Only digests of what is carried are held. */
#ifndef ACCESS_KNOWN_H
#define ACCESS_KNOWN_H
#include "access/session.h"
#include "access/subject.h"
#include "access/token.h"
#include "db/store.h"

struct known;
struct known *known_new(struct store *s);
void known_free(struct known *k); /* accepts NULL */

/* All that is read for a request that carries something. */
struct bearer {
    struct stored_token token;       /* account 0: it is no token, or none that is known */
    struct session_row session;      /* likewise */
    struct access_settings settings; /* with a session */
    struct subject subject;          /* account 0: not read; its now_ms is not of this request */
};

/* `digest`: bearer_digest of what is carried; `today`: the business date of its subject's
 * grants. *found false: *number is what known_put wants, once the caller has read it all. */
MUST_CHECK err_t known_get(bool *found, struct bearer *out, int64_t *number, struct known *k,
                           struct str digest, struct str today, struct arena *a, struct err *e);
/* What was read after known_get gave `number`. */
void known_put(struct known *k, struct str digest, struct str today, int64_t number,
               const struct bearer *b);
#endif
