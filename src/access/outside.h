/* Signing in by another system's word: OpenID Connect, CAS, or a client certificate that
 * a gateway has checked (SM2 too). Off until a security administrator sets a provider.
 *
 * A provider says who somebody is, and nothing else. An administrator has named each
 * person's account beforehand (outside_identity_add); who is not named does not get in,
 * whatever the provider says of him, and roles come from here alone. Where the provider
 * also states the unit's 统一社会信用代码, it must be that of the account's unit.
 *
 *   begin    a redirect, and a cookie that binds the way back to this browser
 *   finish   what the provider is asked; then the session
 *
 * Outward calls go through the caller's function, which guards them (src/notify). */
#ifndef ACCESS_OUTSIDE_H
#define ACCESS_OUTSIDE_H
#include "access/login.h"
#include "crypto/certificate.h"

#define OUTSIDE_COOKIE "__Host-outside"
#define OUTSIDE_MINUTES 10 /* between begin and finish */

/* --- calls ------------------------------------------------------------------------- */

struct outward_call {
    const char *method; /* "GET", "POST" (application/x-www-form-urlencoded) */
    struct str url;
    struct str authorization; /* header; empty: none */
    struct str body;
};
struct outward_answer {
    int status;
    struct str body; /* in the arena; at most 64 KiB */
};
struct outward {
    err_t (*call)(void *arg, struct outward_answer *out, const struct outward_call *call,
                  struct arena *a, struct err *e);
    void *arg;
};

/* --- providers ----------------------------------------------------------------------- */

enum outside_kind { OUTSIDE_OIDC, OUTSIDE_CAS, OUTSIDE_CERTIFICATE };

/* Configuration, JSON, all texts but version:
 *   kind         "oidc", "cas", "certificate"
 *   label_zh, label_en
 *   identify     claims, attributes or parts of the certificate's name that together name
 *                the person, with "/" between ("sub"; "OU/CN"); default sub, user, "OU/CN";
 *                "serial" is the certificate's own number
 *   unit         the one that states the unit's code; absent: none does
 *   oidc: issuer, client_id, client_secret (kept sealed), redirect; authorize, token,
 *         keys (absent: asked of <issuer>/.well-known/openid-configuration);
 *         iss_required "yes" (default; RFC 9207) or "no"; scope (default "openid profile")
 *   cas: server ("https://cas.example.cn/cas"), service (our address), version 2 or 3
 *   certificate: issuer, the DN that has issued all of them */
struct outside_provider {
    struct str name; /* [a-z0-9-]{1,40} */
    enum outside_kind kind;
    struct str label_zh, label_en, identify, unit;
    struct str issuer, client_id, client_secret, redirect, authorize, token, keys, scope;
    bool iss_required;
    struct str server, service;
    int64_t version;
};

/* Set (or change) a provider, by two security administrators (security_change.h); the secret
 * may be left out to keep the one there is. E_INVALID says what is wrong. Inside a store step. */
MUST_CHECK err_t outside_set(struct db *db, const struct deed *d, const struct seal_key *keys,
                             struct str name, struct str json, struct err *e);
/* Gone, with the identities of it. */
MUST_CHECK err_t outside_remove(struct db *db, const struct deed *d, struct str name,
                                struct err *e);

/* E_NOTFOUND. */
MUST_CHECK err_t outside_find(struct outside_provider *out, struct db *db,
                              const struct seal_key *keys, struct str name, struct arena *a,
                              struct err *e);
/* All, by name, without secrets: for the page that offers them. */
MUST_CHECK err_t outside_list(const struct outside_provider **out, size_t *count, struct db *db,
                              struct arena *a, struct err *e);

/* --- who is who ------------------------------------------------------------------------ */

/* `subject` of the provider is this account. By a security administrator, for others.
 * E_CONFLICT: it is somebody's already. Inside a store step; entries. */
MUST_CHECK err_t outside_identity_add(struct db *db, const struct deed *d, struct str provider,
                                      struct str subject, int64_t account, struct err *e);
MUST_CHECK err_t outside_identity_end(struct db *db, const struct deed *d, struct str provider,
                                      struct str subject, struct err *e);

/* --- signing in --------------------------------------------------------------------------- */

struct outside_start {
    struct str redirect; /* where the browser goes */
    char cookie[BEARER_LEN + 1];
};

/* OIDC and CAS. Threads may call at the same time. */
MUST_CHECK err_t outside_begin(struct outside_start *out, struct login *l,
                               const struct outside_provider *p, const struct outward *outward,
                               struct arena *a, struct err *e);

/* What the browser brought back: parameters of the address and the cookie. LOGIN_DONE or
 * LOGIN_WRONG (nobody that is known here); E_DENIED: not the answer to what this browser
 * began, or the provider's proof does not hold; E_IO: the provider does not answer. */
struct outside_return {
    struct str state, code, iss, error; /* OIDC */
    struct str ticket;                  /* CAS (with state) */
    struct str cookie;
    struct visitor visitor;
};
MUST_CHECK err_t outside_finish(struct login_result *out, struct login *l,
                                const struct outside_provider *p, const struct outward *outward,
                                const struct outside_return *r, struct arena *a, struct err *e);

/* A certificate that a gateway has checked. The caller vouches that it came over the
 * gateway's own socket: anybody else can write such a header. E_DENIED: the gateway does not
 * say that it is valid, it is of another issuer, its time is over or yet to come, or a part
 * by which its person is named is missing or there twice; an entry says that somebody was
 * refused. */
struct outside_certificate {
    struct str verified; /* nginx's $ssl_client_verify: "SUCCESS" */
    const struct certificate *certificate;
    struct visitor visitor;
};
MUST_CHECK err_t outside_certificate(struct login_result *out, struct login *l,
                                     const struct outside_provider *p,
                                     const struct outside_certificate *c, struct arena *a,
                                     struct err *e);
#endif
