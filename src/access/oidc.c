/* OpenID Connect: authorization code with PKCE (RFC 7636), state, nonce, and the issuer
 * in the answer (RFC 9207). The ID token is a proof only when its signature is by a key
 * of the issuer and every claim fits this one sign-in; it is read, used once and kept
 * nowhere, and no access token is asked for anything. */
#include "access/outside_priv.h"
#include "base/vec.h"
#include "crypto/web_key.h"
#include "text/json.h"

#define TOKEN_BYTES_MAX 16384
#define SLACK_S 60      /* clocks differ */
#define AGE_S (10 * 60) /* an ID token of this sign-in is not older */
#define SUBJECT_MAX 255 /* OpenID Connect Core 2 */

struct endpoints {
    struct str authorize, token, keys;
};

/* --- asking ------------------------------------------------------------------------ */

static err_t ask(const struct jvalue **out, const struct journey *j,
                 const struct outward_call *call, struct err *e)
{
    struct outward_answer answer = {0};
    err_t rc = j->outward->call(j->outward->arg, &answer, call, j->arena, e);
    if (rc != OK)
        return rc;
    if (answer.status != 200)
        return err_set(e, E_DENIED, "the provider answers %d to %.*s", answer.status,
                       STR_ARG(call->url));
    rc = jin_parse(out, answer.body, j->arena, e);
    if (rc == OK && (*out)->type != J_OBJECT)
        rc = err_set(e, E_INVALID, "the answer is no JSON object");
    if (rc != OK)
        err_note(e, "%.*s", STR_ARG(call->url));
    return rc == OK ? OK : E_DENIED;
}

/* What the configuration says, else what the issuer says of itself. */
static err_t find_endpoints(struct endpoints *out, const struct journey *j, struct err *e)
{
    const struct outside_provider *p = j->provider;
    const struct jvalue *v = NULL;
    *out = (struct endpoints){p->authorize, p->token, p->keys};
    if (p->authorize.len > 0 && p->token.len > 0 && p->keys.len > 0)
        return OK;
    bool slash = str_ends(p->issuer, STR("/"));
    struct outward_call call = {.method = "GET",
                                .url =
                                    arena_printf(j->arena, "%.*s%s.well-known/openid-configuration",
                                                 STR_ARG(p->issuer), slash ? "" : "/")};
    err_t rc = ask(&v, j, &call, e);
    if (rc != OK)
        return rc;
    if (!str_eq(jin_text(v, "issuer"), p->issuer))
        return err_set(e, E_DENIED, "the provider calls itself another issuer than %.*s",
                       STR_ARG(p->issuer));
    *out = (struct endpoints){jin_text(v, "authorization_endpoint"), jin_text(v, "token_endpoint"),
                              jin_text(v, "jwks_uri")};
    if (!is_outward_address(out->authorize) || !is_outward_address(out->token) ||
        !is_outward_address(out->keys))
        return err_set(e, E_DENIED, "the provider does not say where it is asked");
    return OK;
}

/* --- going ------------------------------------------------------------------------- */

static void add_parameter(struct buf *b, char before, const char *name, struct str value)
{
    buf_addc(b, before);
    buf_addf(b, "%s=", name);
    percent_add(b, value, KEPT);
}

err_t oidc_redirect(struct str *out, const struct journey *j, struct err *e)
{
    const struct outside_provider *p = j->provider;
    struct endpoints at;
    struct buf b = {0};
    err_t rc = find_endpoints(&at, j, e);
    if (rc != OK)
        return rc;
    struct digest d = sha256_of(str_bytes(str_of(j->verifier)));
    struct str challenge = base64url_of((struct bytes){d.byte, sizeof(d.byte)}, j->arena);
    buf_add(&b, at.authorize);
    add_parameter(&b, str_contains(at.authorize, STR("?")) ? '&' : '?', "response_type",
                  STR("code"));
    add_parameter(&b, '&', "client_id", p->client_id);
    add_parameter(&b, '&', "redirect_uri", p->redirect);
    add_parameter(&b, '&', "scope", p->scope);
    add_parameter(&b, '&', "state", str_of(j->state));
    add_parameter(&b, '&', "nonce", str_of(j->nonce));
    add_parameter(&b, '&', "code_challenge", challenge);
    add_parameter(&b, '&', "code_challenge_method", STR("S256"));
    *out = buf_take(&b, j->arena);
    return OK;
}

/* --- the token ------------------------------------------------------------------------ */

struct jws {
    const struct jvalue *header, *claims;
    struct str signed_text;
    struct bytes signature;
};

static bool read_part(const struct jvalue **out, struct str part, struct arena *a)
{
    struct bytes b;
    return base64url_read(&b, part, a) && jin_parse(out, bytes_str(b), a, NULL) == OK &&
           (*out)->type == J_OBJECT;
}

static bool jws_read(struct jws *out, struct str token, struct arena *a)
{
    struct str rest = token;
    struct str header = str_split(&rest, STR("."));
    struct str body = rest.ptr ? str_split(&rest, STR(".")) : STR_NONE;
    if (token.len > TOKEN_BYTES_MAX || !rest.ptr || str_contains(rest, STR(".")))
        return false;
    out->signed_text = (struct str){token.ptr, header.len + 1 + body.len};
    return read_part(&out->header, header, a) && read_part(&out->claims, body, a) &&
           base64url_read(&out->signature, rest, a);
}

/* A key of the set as this algorithm wants it; false: it is another's. */
static bool key_read(struct web_key *out, const struct jvalue *k, struct str alg, struct arena *a)
{
    struct str use = jin_text(k, "use"), key_alg = jin_text(k, "alg");
    if ((use.len > 0 && !str_is(use, "sig")) || (key_alg.len > 0 && !str_eq(key_alg, alg)))
        return false;
    if (str_is(alg, "ES256")) {
        out->use = WEB_ES256;
        return str_is(jin_text(k, "kty"), "EC") && str_is(jin_text(k, "crv"), "P-256") &&
               base64url_read(&out->x, jin_text(k, "x"), a) &&
               base64url_read(&out->y, jin_text(k, "y"), a);
    }
    out->use = str_is(alg, "PS256") ? WEB_PS256 : WEB_RS256;
    return str_is(jin_text(k, "kty"), "RSA") && base64url_read(&out->n, jin_text(k, "n"), a) &&
           base64url_read(&out->e, jin_text(k, "e"), a);
}

/* One of the issuer's keys has signed it: the one that the header names, or any where it
 * names none. "none" and keyed hashes are no signatures. */
static err_t check_signature(const struct jws *t, const struct jvalue *set, struct arena *a,
                             struct err *e)
{
    const struct jvalue *keys = jin_get(set, "keys");
    struct str alg = jin_text(t->header, "alg"), kid = jin_text(t->header, "kid");

    if (!str_is(alg, "RS256") && !str_is(alg, "PS256") && !str_is(alg, "ES256"))
        return err_set(e, E_DENIED, "the provider signs with %.*s, which is not accepted here",
                       STR_ARG(alg));
    if (jin_get(t->header, "crit"))
        return err_set(e, E_DENIED, "the provider's token asks for what is not known here");
    for (size_t i = 0; keys && keys->type == J_ARRAY && i < keys->count; i++) {
        const struct jvalue *k = &keys->items[i];
        struct web_key key = {0};
        if (kid.len > 0 && !str_eq(jin_text(k, "kid"), kid))
            continue;
        if (key_read(&key, k, alg, a) &&
            web_key_check(&key, t->signature, str_bytes(t->signed_text)))
            return OK;
    }
    return err_set(e, E_DENIED, "the provider's token is not signed by a key of the provider");
}

static bool has_audience(const struct jvalue *claims, struct str client)
{
    const struct jvalue *aud = jin_get(claims, "aud");
    if (!aud)
        return false;
    if (aud->type == J_STRING)
        return str_eq(aud->text, client);
    bool among = false;
    for (size_t i = 0; aud->type == J_ARRAY && i < aud->count; i++)
        among |= aud->items[i].type == J_STRING && str_eq(aud->items[i].text, client);
    /* Meant for several: it must say that it was made for us. */
    return among && (aud->count == 1 || str_eq(jin_text(claims, "azp"), client));
}

static err_t check_claims(const struct jws *t, const struct journey *j, struct err *e)
{
    const struct outside_provider *p = j->provider;
    int64_t exp, iat, now_s = j->now_ms / 1000;
    struct str sub = jin_text(t->claims, "sub"), azp = jin_text(t->claims, "azp");

    if (!str_eq(jin_text(t->claims, "iss"), p->issuer))
        return err_set(e, E_DENIED, "the provider's token is of another issuer");
    if (!has_audience(t->claims, p->client_id) || (azp.len > 0 && !str_eq(azp, p->client_id)))
        return err_set(e, E_DENIED, "the provider's token was made for another client");
    if (!str_eq(jin_text(t->claims, "nonce"), str_of(j->nonce)))
        return err_set(e, E_DENIED, "the provider's token is of another sign-in");
    if (!jin_i64(&exp, t->claims, "exp") || exp <= now_s - SLACK_S ||
        !jin_i64(&iat, t->claims, "iat") || iat > now_s + SLACK_S || iat < now_s - AGE_S)
        return err_set(e, E_DENIED, "the provider's token is too old, or of a time to come");
    if (sub.len == 0 || sub.len > SUBJECT_MAX)
        return err_set(e, E_DENIED, "the provider's token names nobody");
    return OK;
}

static err_t fetch_token(struct jws *out, const struct journey *j, struct str url, struct str code,
                         struct err *e)
{
    const struct outside_provider *p = j->provider;
    struct arena *a = j->arena;
    const struct jvalue *v = NULL;
    struct buf body = {0}, basic = {0};
    buf_addz(&body, "grant_type=authorization_code");
    add_parameter(&body, '&', "code", code);
    add_parameter(&body, '&', "redirect_uri", p->redirect);
    add_parameter(&body, '&', "client_id", p->client_id);
    add_parameter(&body, '&', "code_verifier", str_of(j->verifier));
    percent_add(&basic, p->client_id, KEPT); /* RFC 6749 2.3.1: each escaped, then joined */
    buf_addc(&basic, ':');
    percent_add(&basic, p->client_secret, KEPT);
    struct str credentials = base64_of(str_bytes(buf_str(&basic)), a);
    struct outward_call call = {.method = "POST",
                                .url = url,
                                .authorization = arena_join(a, STR("Basic "), credentials),
                                .body = buf_take(&body, a)};
    buf_clear(&basic);
    err_t rc = ask(&v, j, &call, e);
    if (rc == OK && !jws_read(out, jin_text(v, "id_token"), a))
        rc = err_set(e, E_DENIED, "the provider gives no ID token that can be read");
    return rc;
}

/* Strings of the token; what is no string is not there. */
static void take_claims(struct claims *out, const struct jvalue *v, struct arena *a)
{
    VEC(struct claim) found = {0};
    for (size_t i = 0; i < v->count; i++)
        if (v->items[i].type == J_STRING)
            VEC_PUSH(a, &found, ((struct claim){v->names[i], v->items[i].text}));
    *out = (struct claims){found.ptr, found.len};
}

err_t oidc_prove(struct claims *out, const struct journey *j, const struct outside_return *r,
                 struct err *e)
{
    const struct outside_provider *p = j->provider;
    const struct jvalue *keys = NULL;
    struct endpoints at;
    struct jws token;
    err_t rc;

    if (r->iss.len > 0 ? !str_eq(r->iss, p->issuer) : p->iss_required)
        return err_set(e, E_DENIED, "the answer is of another issuer than %.*s",
                       STR_ARG(p->issuer));
    if (r->error.len > 0 || r->code.len == 0)
        return err_set(e, E_DENIED, "the provider refused: %.*s", STR_ARG(r->error));
    if ((rc = find_endpoints(&at, j, e)) != OK ||
        (rc = fetch_token(&token, j, at.token, r->code, e)) != OK ||
        (rc = ask(&keys, j, &(struct outward_call){.method = "GET", .url = at.keys}, e)) != OK ||
        (rc = check_signature(&token, keys, j->arena, e)) != OK ||
        (rc = check_claims(&token, j, e)) != OK)
        return rc;
    take_claims(out, token.claims, j->arena);
    return OK;
}
