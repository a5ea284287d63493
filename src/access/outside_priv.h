/* What the kinds of providers share. */
#ifndef ACCESS_OUTSIDE_PRIV_H
#define ACCESS_OUTSIDE_PRIV_H
#include "access/outside.h"
#include "base/buf.h"
#include "crypto/encode.h"

/* A sign-in under way. `state` goes to the provider and comes back, `cookie` stays with
 * the browser; nonce and verifier are for OIDC. */
struct journey {
    const struct outside_provider *provider;
    const struct outward *outward;
    int64_t now_ms;
    struct arena *arena;
    char state[BEARER_LEN + 1], cookie[BEARER_LEN + 1], nonce[BEARER_LEN + 1],
        verifier[BEARER_LEN + 1];
};

/* What a provider has proved: a value for each name that `identify` and `unit` ask for. */
struct claim {
    struct str name, value;
};
struct claims {
    const struct claim *items;
    size_t count;
};

/* https, or http to this machine (tests, a gateway beside us). */
bool is_outward_address(struct str s);

/* Characters that percent_add does not encode in values of URLs and forms. */
#define KEPT "-._~"

/* OIDC */
MUST_CHECK err_t oidc_redirect(struct str *out, const struct journey *j, struct err *e);
MUST_CHECK err_t oidc_prove(struct claims *out, const struct journey *j,
                            const struct outside_return *r, struct err *e);

/* CAS */
MUST_CHECK err_t cas_redirect(struct str *out, const struct journey *j, struct err *e);
MUST_CHECK err_t cas_prove(struct claims *out, const struct journey *j,
                           const struct outside_return *r, struct err *e);

/* Parts of a distinguished name (RFC 4514), "CN=张三,OU=9135…"; false: it is none. */
bool dn_parse(struct claims *out, struct str dn, struct arena *a);
#endif
