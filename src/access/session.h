/* Sessions of people: a random token in a cookie, of which the store holds a digest.
 *
 * A session ends after 30 minutes without a request (15 for offices and
 * administrators), 12 hours after signing in, when its person signs out, and in the
 * step that disables the account. Its token changes when more has been proved
 * (step-up), so that one stolen before is worth nothing after.
 *
 * The cookie is called __Host-session and has HttpOnly, Secure, SameSite=Lax and
 * Path=/ (a link in a mail must find its session; what changes things asks for the
 * CSRF token besides). */
#ifndef ACCESS_SESSION_H
#define ACCESS_SESSION_H
#include "access/bearer.h"
#include "access/setting.h"

#define SESSION_COOKIE "__Host-session"
#define DEVICE_COOKIE "__Host-device"
#define SESSIONS_PER_ACCOUNT 20 /* the longest unused one gives way */
#define DEVICES_PER_ACCOUNT 10  /* likewise */
#define SESSION_SEEN_EVERY_MS 60000

/* Who the browser is; texts may be empty. */
struct visitor {
    struct str device;  /* content of its device cookie */
    struct str address; /* "192.0.2.7", "2001:db8::1" */
    struct str agent;   /* what it says of itself */
};

/* What the browser is handed, once. */
struct session_ticket {
    int64_t id;
    char token[BEARER_LEN + 1];
    char csrf[HASH_HEX_LEN + 1];
    char device[BEARER_LEN + 1]; /* empty: it has its cookie already */
};

enum session_need {
    SESSION_NEEDS_PASSWORD = 1, /* temporary or too old: only a new one can be set */
    SESSION_NEEDS_CODE = 2      /* must enrol a second factor first */
};

struct session {
    int64_t id, account; /* account 0: there is none, ask to sign in */
    int64_t started_ms, seen_ms, proved_ms, device;
    struct str means; /* password, password+code, link, oidc, cas, certificate */
    bool regulator;   /* of an office, or an administrator */
    int64_t idle_ms;  /* without a request it ends after so long */
    unsigned needs;   /* of enum session_need: nothing but that is open to it */
    bool unseen;      /* seen_ms is old: call session_seen when convenient */
};

/* --- for each request, on any reader ---------------------------------------------- */

/* A session as its row and its person's rows have it, before the clock is asked. */
struct session_row {
    struct session session; /* account 0: there is none; what follows from now_ms is not set */
    bool administrator, password_temporary, has_code;
    int64_t password_ms;
};
/* digest: bearer_digest of the cookie. */
MUST_CHECK err_t session_read(struct session_row *out, struct db *db, struct str digest,
                              struct arena *a, struct err *e);
/* What it is at this moment; out->account 0 when it is over. */
void session_judge(struct session *out, const struct session_row *row,
                   const struct access_settings *settings, int64_t now_ms);

/* The live session of a cookie; out->account 0 when there is none (never was, ended,
 * timed out, account disabled, unit ended, or seen at a time that has not come yet:
 * the clock went back). The caller then loads the subject. */
MUST_CHECK err_t session_find(struct session *out, struct db *db,
                              const struct access_settings *settings, enum hash_kind kind,
                              struct str token, int64_t now_ms, struct arena *a, struct err *e);

/* The CSRF token of a session, and whether the one given is it (in constant time). */
void session_csrf(char out[HASH_HEX_LEN + 1], enum hash_kind kind, struct str token);
bool session_csrf_fits(enum hash_kind kind, struct str token, struct str given);

/* Has its person proved himself within max_ms? What needs it asks again (step-up). What changes by
 * what somebody proves himself asks within these. */
#define SESSION_FRESH_MS (5 * 60 * 1000)
bool session_is_fresh(const struct session *s, int64_t now_ms, int64_t max_ms);

/* --- inside a store step ------------------------------------------------------------ */

/* A new session of d->by, and the entry "login". The device is known from now on. */
MUST_CHECK err_t session_begin(struct session_ticket *out, struct db *db, const struct deed *d,
                               const struct visitor *v, const char *means, struct err *e);

/* Its person has proved more: a new token, the old one is refused from now on.
 * E_NOTFOUND: it has ended meanwhile. Entry "step_up". */
MUST_CHECK err_t session_rotate(struct session_ticket *out, struct db *db, const struct deed *d,
                                int64_t id, const char *means, struct err *e);

/* Signed out (entry "logout"); a session of another account: E_NOTFOUND. */
MUST_CHECK err_t session_end(struct db *db, const struct deed *d, int64_t id, struct err *e);

MUST_CHECK err_t session_seen(struct db *db, int64_t id, int64_t now_ms, struct err *e);

/* Remove what has timed out; the server does it each minute, so that a clock set back
 * wakes none. */
MUST_CHECK err_t session_sweep(struct db *db, const struct access_settings *settings,
                               int64_t now_ms, struct err *e);

/* --- devices -------------------------------------------------------------------------- */

/* The account's device of this cookie; *id 0: not known. */
MUST_CHECK err_t device_find(int64_t *id, struct db *db, int64_t account, enum hash_kind kind,
                             struct str cookie, struct err *e);
#endif
