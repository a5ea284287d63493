/* Signing in with name and password, and a code where one is in force.
 *
 * What guessing meets, in this order:
 *   - delay: after 5 failures an account's name (known or not) is not checked for 1 s,
 *     then 2, 4 … 15 minutes; likewise an address after 20 and its /24 (/48) after 100.
 *     A failure is counted before the check, so that many at once get no more checks.
 *   - a device from which the account has signed in before has a count of its own and
 *     none of the others apply to it: others' failures lock nobody out.
 *   - the hash queue (hash_queue.h): two at a time, few wait.
 *   - the same work, reads and writes whether or not somebody has that name.
 * A count is forgotten a day after its last failure (an address's after an hour) and
 * when the right password comes. */
#ifndef ACCESS_LOGIN_H
#define ACCESS_LOGIN_H
#include "access/session.h"
#include "crypto/seal.h"
#include "db/store.h"

struct login; /* shared by threads */

struct login_parts { /* borrowed for its life */
    struct store *store;
    const struct log_suite *suite;
    const struct clock *clock;
    const struct seal_key *keys;
};
struct login *login_new(const struct login_parts *parts);
void login_free(struct login *l); /* accepts NULL; no attempt is under way */

enum login_outcome {
    LOGIN_DONE,
    LOGIN_WRONG,      /* name or password, never said which; or the code */
    LOGIN_NEEDS_CODE, /* the password is right, a code is missing: ask for it and send all again */
    LOGIN_LATER       /* nothing was checked: try again in retry_ms */
};

struct login_attempt {
    struct str name, password;
    struct str code; /* of the second factor, or a recovery code; empty: none given */
    struct visitor visitor;
};

struct login_result {
    enum login_outcome outcome;
    int64_t retry_ms;             /* LOGIN_LATER */
    int64_t account;              /* LOGIN_DONE */
    struct session_ticket ticket; /* LOGIN_DONE */
};

/* E_BUSY: too many sign in at this moment. */
MUST_CHECK err_t login_try(struct login_result *out, struct login *l, const struct login_attempt *t,
                           struct arena *a, struct err *e);

/* Prove oneself again within a session (before what needs it), with the password, and
 * the code where one is in force: LOGIN_DONE has a new token in ticket. The same
 * delays count. */
MUST_CHECK err_t login_step_up(struct login_result *out, struct login *l, const struct session *s,
                               const struct login_attempt *t, struct arena *a, struct err *e);

/* Sign in with a one-time link: the account becomes active, a session begins. A set-up
 * link is E_DENIED here. */
MUST_CHECK err_t login_by_link(struct login_result *out, struct login *l, struct str link,
                               const struct visitor *v, struct arena *a, struct err *e);

/* Sign in by another system's word (outside.h): the account that an administrator has
 * named for this subject. LOGIN_WRONG: nobody, not active, or the account's unit has
 * another code than the one said. */
struct outside_word {
    struct str provider, subject;
    struct str unit_code; /* empty: not said */
    const char *means;    /* oidc, cas, certificate */
    struct visitor visitor;
};
MUST_CHECK err_t login_by_word(struct login_result *out, struct login *l,
                               const struct outside_word *w, struct arena *a, struct err *e);
const struct login_parts *login_parts_of(const struct login *l);

/* Set the own password in a session: rules, hash in the queue, the account's other
 * sessions end. The old one is not asked for here, where nothing would slow guessing
 * it: the session must be of a password or a link and be fresh (login_step_up), within
 * SESSION_FRESH_MS. Who has no password yet can prove nothing more than his link: he has
 * FIRST_PASSWORD_MS to choose one. E_DENIED: the session is neither; E_INVALID: rules. */
#define FIRST_PASSWORD_MS (10 * 60 * 1000)
MUST_CHECK err_t login_set_password(struct login *l, const struct session *s, struct str password,
                                    struct arena *a, struct err *e);

/* Remove counts that are forgotten anyway; the server does it each hour. */
MUST_CHECK err_t login_sweep(struct login *l, struct err *e);

struct login_counts {
    uint64_t checks; /* passwords that were compared (or would have been) */
    size_t waiting;  /* in the hash queue at this moment */
};
struct login_counts login_counts(const struct login *l);
#endif
