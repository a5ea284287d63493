/* One place decides who asks and whether a resource is open to them at all; what
 * they may do with single records is asked of the policy table by the handlers.
 * Everything is read on one reader connection, in a few look-ups by key, because a
 * revoked right must be gone on the next request. */
#include "api/auth.h"
#include "access/link.h"
#include "access/token.h"
#include "audit/suite.h"
#include "base/log.h"
#include "base/msg.h"
#include "record/record.h"

#define BEARER "Bearer "

struct str request_cookie(const struct request *r, const char *name)
{
    struct str all = request_header(r, "cookie");
    size_t name_len = strlen(name);
    for (size_t at = 0; at < all.len;) {
        const char *end = memchr(all.ptr + at, ';', all.len - at);
        size_t len = end ? (size_t)(end - all.ptr) - at : all.len - at;
        struct str one = str_trim((struct str){all.ptr + at, len});
        if (one.len > name_len && one.ptr[name_len] == '=' && str_starts(one, str_of(name)))
            return (struct str){one.ptr + name_len + 1, one.len - name_len - 1};
        at += len + 1;
    }
    return STR_NONE;
}

static bool is_safe(const struct request *r)
{
    return str_is(r->method, "GET");
}

struct checking {
    struct auth *out;
    const struct resource *resource;
    const struct request *request;
    struct db *db;
    unsigned *status;
    const char **sentence;
    int64_t now_ms;
};

static void refuse(struct checking *c, unsigned status, const char *sentence)
{
    *c->status = status;
    *c->sentence = sentence;
}

static err_t load_subject(struct checking *c, int64_t account, struct err *e)
{
    struct str today = business_date(c->now_ms, c->request->arena);
    err_t rc =
        subject_load(&c->out->subject, c->db, account, today, c->now_ms, c->request->arena, e);
    if (rc == E_NOTFOUND || rc == E_DENIED) {
        refuse(c, 401, N_("sign in again"));
        return OK;
    }
    return rc;
}

static err_t by_token(struct checking *c, struct str token, struct err *e)
{
    struct api_token found;
    enum hash_kind kind = c->request->api->kernel->suite->hash;
    err_t rc = api_token_find(&found, c->db, kind, token, c->now_ms, c->request->arena, e);
    if (rc != OK)
        return rc;
    if (found.account == 0) {
        refuse(c, 401, N_("the token is not known, or its time is over"));
        return OK;
    }
    if ((rc = load_subject(c, found.account, e)) != OK || *c->status)
        return rc;
    c->out->subject.scopes = found.scopes;
    c->out->subject.scope_count = found.scopes ? found.scope_count : 0;
    if (!subject_in_scope(&c->out->subject, c->resource->scope ? c->resource->scope : "other"))
        refuse(c, 403, N_("the token does not reach this resource"));
    return OK;
}

/* What a session that is not complete yet may still do: read who it is, set a
 * password, enrol a code, sign out. */
static bool serves_needs(const struct resource *resource)
{
    return strncmp(resource->path, "/api/v1/session", 15) == 0;
}

/* What a form of another site can send without asking first (Fetch, "CORS-safelisted"). */
static bool is_form_type(struct str type)
{
    static const char *const types[] = {"text/plain", "application/x-www-form-urlencoded",
                                        "multipart/form-data"};
    const char *end = memchr(type.ptr, ';', type.len);
    struct str bare = str_trim((struct str){type.ptr, end ? (size_t)(end - type.ptr) : type.len});
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (str_eq_nocase(bare, str_of(types[i])))
            return true;
    return false;
}

/* A browser sends cookies whoever made it ask. So what changes things must come from a page
 * of ours: it says so (Origin is compared with Host in http.c), it sends no form, and it
 * knows what only our pages can read. False: refused. */
static bool comes_from_our_page(struct checking *c, struct str token)
{
    enum hash_kind kind = c->request->api->kernel->suite->hash;
    bool fits = session_csrf_fits(kind, token, request_header(c->request, "x-csrf-token"));
    if (is_safe(c->request))
        return true;
    if (!request_header(c->request, "origin").len)
        refuse(c, 403, N_("with a session cookie, what changes things needs an Origin header"));
    else if (is_form_type(request_header(c->request, "content-type")))
        refuse(c, 415, N_("with a session cookie, no form and no plain text is taken"));
    else if (c->out->session.account != 0 && !fits)
        refuse(c, 403,
               N_("the X-CSRF-Token header is missing or wrong; GET /api/v1/session has it"));
    return *c->status == 0;
}

static err_t by_session(struct checking *c, struct str token, struct err *e)
{
    enum hash_kind kind = c->request->api->kernel->suite->hash;
    struct access_settings settings;
    err_t rc = access_settings_load(&settings, c->db, e);
    if (rc == OK)
        rc = session_find(&c->out->session, c->db, &settings, kind, token, c->now_ms,
                          c->request->arena, e);
    if (rc != OK)
        return rc;
    if (!comes_from_our_page(c, token))
        return OK;
    if (c->out->session.account == 0) {
        if (c->resource->need != NEED_NOBODY)
            refuse(c, 401, N_("the session is over; sign in again"));
        return OK;
    }
    if (c->out->session.needs && !serves_needs(c->resource)) {
        refuse(c, 403,
               c->out->session.needs & SESSION_NEEDS_PASSWORD ? N_("set a new password first")
                                                              : N_("enrol a second factor first"));
        return OK;
    }
    c->out->token = token;
    return load_subject(c, c->out->session.account, e);
}

static bool is_loopback(struct str address)
{
    return str_starts(address, STR("127.")) || str_is(address, "::1");
}

static bool has_role_of(const struct subject *s, const char *const *roles)
{
    for (size_t i = 0; roles[i]; i++)
        if (subject_has_role(s, roles[i]))
            return true;
    return false;
}

static err_t check_need(struct checking *c, struct err *e)
{
    const struct resource *resource = c->resource;
    bool any = true;
    err_t rc;
    if (resource->need == NEED_NOBODY)
        return OK;
    if (c->out->subject.account == 0) {
        if (resource->need == NEED_LOCAL && is_loopback(c->request->address)) {
            if ((rc = has_any_account(&any, c->db, e)) != OK)
                return rc;
            if (!any) {
                subject_program(&c->out->subject, business_date(c->now_ms, c->request->arena));
                return OK;
            }
        }
        refuse(c, 401, N_("sign in first"));
        return OK;
    }
    if (resource->need == NEED_ROLE && !has_role_of(&c->out->subject, resource->roles))
        refuse(c, 403, N_("none of your roles opens this resource"));
    return OK;
}

/* Fetch metadata: a browser says when another site's page made it ask. */
static bool is_from_another_site(const struct request *r)
{
    struct str site = request_header(r, "sec-fetch-site");
    return str_is(site, "cross-site") || str_is(site, "same-site");
}

struct seeing {
    int64_t session, now_ms;
};

static err_t see_step(struct db *db, void *arg, struct err *e)
{
    const struct seeing *s = arg;
    return session_seen(db, s->session, s->now_ms, e);
}

/* Once a minute: the session's idle time begins anew. A store that cannot be written to
 * stops no reading. */
static void see_session(const struct checking *c)
{
    struct seeing s = {c->out->session.id, c->now_ms};
    struct err e;
    if (c->out->session.unseen && store_write(c->request->api->store, see_step, &s, &e) != OK)
        log_line(LOG_WARN, "a session's use could not be written down: %s", e.text);
}

err_t auth_check(struct auth *out, unsigned *status, const char **sentence,
                 const struct resource *resource, const struct request *r, struct err *e)
{
    struct checking c = {.out = out,
                         .resource = resource,
                         .request = r,
                         .status = status,
                         .sentence = sentence,
                         .now_ms = clock_now_ms(r->api->clock)};
    struct str given = request_header(r, "authorization"),
               cookie = request_cookie(r, SESSION_COOKIE);
    err_t rc;
    *out = (struct auth){0};
    *status = 0;
    subject_public(&out->subject, business_date(c.now_ms, r->arena), r->arena);
    if ((rc = store_reader_get(&c.db, r->api->store, e)) != OK)
        return rc;
    if (!is_safe(r) && is_from_another_site(r))
        refuse(&c, 403, N_("this server does not answer to pages of other sites"));
    else if (given.len && cookie.len)
        refuse(&c, 400, N_("send a token or a session cookie, not both"));
    else if (given.len && !str_starts(given, STR(BEARER)))
        refuse(&c, 401, N_("Authorization: Bearer TOKEN is the only form"));
    else if (given.len)
        rc = by_token(
            &c, str_trim((struct str){given.ptr + strlen(BEARER), given.len - strlen(BEARER)}), e);
    else if (cookie.len)
        rc = by_session(&c, cookie, e);
    if (rc == OK && !*status)
        rc = check_need(&c, e);
    store_reader_put(r->api->store, c.db);
    if (rc == OK && !*status)
        see_session(&c);
    return rc;
}
