/* Authenticates a request and decides whether the resource is open to it; the handlers ask the
 * policy table about single records. A revoked right must be gone on the next request: the subject
 * behind a token is read by a few key look-ups, or cached until any of it changes
 * (access/known.h), and always checked against the current time. */
#include "api/auth.h"
#include "access/deed.h"
#include "access/link.h"
#include "access/mutation.h"
#include "access/token.h"
#include "audit/suite.h"
#include "base/log.h"
#include "base/msg.h"
#include "record/record.h"

#define BEARER "Bearer "
#define DOOR STR("door") /* of the resource: names its checks (access/mutation.h) */

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
    struct db *db; /* NULL: nothing had to be read yet */
    bool at_once;  /* nothing may be read */
    bool waits;    /* …but something must be */
    unsigned *status;
    const char **sentence;
    int64_t now_ms;
};

static void refuse(struct checking *c, unsigned status, const char *sentence)
{
    *c->status = status;
    *c->sentence = sentence;
}

static err_t reader(struct checking *c, struct err *e)
{
    if (c->db)
        return OK;
    c->waits = c->at_once;
    return c->at_once ? E_BUSY : store_reader_get(&c->db, c->request->api->store, e);
}

static err_t read_bearer(struct bearer *out, struct checking *c, struct str digest, bool is_token,
                         struct str today, struct err *e)
{
    struct arena *a = c->request->arena;
    err_t rc;
    *out = (struct bearer){0};
    if ((rc = reader(c, e)) != OK)
        return rc;
    if (is_token)
        rc = api_token_read(&out->token, c->db, digest, a, e);
    else if ((rc = access_settings_load(&out->settings, c->db, e)) == OK)
        rc = session_read(&out->session, c->db, digest, a, e);
    int64_t account = is_token ? out->token.token.account : out->session.session.account;
    if (rc != OK || account == 0)
        return rc;
    struct err why = {0};
    rc = subject_load(&out->subject, c->db, account, today, c->now_ms, a, &why);
    if (rc == E_NOTFOUND || rc == E_DENIED) {
        out->subject = (struct subject){0}; /* nobody to act for */
        return OK;
    }
    if (rc != OK && e)
        *e = why;
    return rc;
}

/* Reads all stored data of a token or cookie. */
static err_t find_bearer(struct bearer *out, struct checking *c, struct str carried, bool is_token,
                         struct err *e)
{
    struct str today = business_date(c->now_ms, c->request->arena);
    struct known *known = c->request->api->known;
    char digest[HASH_HEX_LEN + 1];
    int64_t number = 0;
    bool found = false;
    bearer_digest(digest, c->request->api->kernel->suite->hash, carried);
    err_t rc = known_get(&found, out, &number, known, str_of(digest), today, c->request->arena, e);
    if (rc != OK || (found && (out->token.token.account != 0) == is_token))
        return rc;
    rc = read_bearer(out, c, str_of(digest), is_token, today, e);
    if (rc == OK && out->subject.account != 0)
        known_put(known, str_of(digest), today, number, out);
    return rc;
}

static bool take_subject(struct checking *c, const struct bearer *b)
{
    if (b->subject.account == 0) {
        refuse(c, 401, N_("sign in again"));
        return false;
    }
    c->out->subject = b->subject;
    c->out->subject.now_ms = c->now_ms;
    return true;
}

static err_t by_token(struct checking *c, struct str token, struct err *e)
{
    struct api_token found;
    struct bearer b;
    err_t rc = find_bearer(&b, c, token, true, e);
    if (rc != OK)
        return rc;
    api_token_judge(&found, &b.token, c->now_ms);
    if (found.account == 0) {
        refuse(c, 401, N_("the token is not known, or its time is over"));
        return OK;
    }
    if (!take_subject(c, &b))
        return OK;
    c->out->subject.scopes = found.scopes;
    c->out->subject.scope_count = found.scopes ? found.scope_count : 0;
    c->out->subject.by_token = true;
    if (!subject_in_scope(&c->out->subject, c->resource->scope ? c->resource->scope : "other") &&
        !access_off(DOOR, "scope"))
        refuse(c, 403, N_("the token does not reach this resource"));
    return OK;
}

/* The resources open to an incomplete session: pages, reading the session, setting a password,
 * enrolling a code, signing out. */
static bool serves_needs(const struct resource *resource)
{
    return resource->any_host || strncmp(resource->path, "/api/v1/session", 15) == 0;
}

/* The content types that a form of another site can send without a preflight (Fetch,
 * "CORS-safelisted"). */
static bool is_form_type(struct str type)
{
    static const char *const types[] = {"text/plain", "application/x-www-form-urlencoded",
                                        "multipart/form-data"};
    struct str bare = str_trim((struct str){type.ptr, str_find(type, STR(";"), 0)});
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (str_eq_nocase(bare, str_of(types[i])))
            return true;
    return false;
}

/* A browser sends cookies whoever made it ask. So what changes things must come from a page
 * of ours: it says so (Origin is compared with Host in answer_take.c), it sends no form, and it
 * knows what only our pages can read. False: refused. */
static bool comes_from_our_page(struct checking *c, struct str token)
{
    enum hash_kind kind = c->request->api->kernel->suite->hash;
    bool fits = session_csrf_fits(kind, token, request_header(c->request, "x-csrf-token"));
    if (is_safe(c->request))
        return true;
    if (!request_header(c->request, "origin").len && !access_off(DOOR, "origin"))
        refuse(c, 403, N_("changes with a session cookie need an Origin header"));
    else if (is_form_type(request_header(c->request, "content-type")) && !access_off(DOOR, "form"))
        refuse(c, 415, N_("with a session cookie, no form and no plain text is taken"));
    else if (c->out->session.account != 0 && !fits && !access_off(DOOR, "csrf"))
        refuse(c, 403, N_("the X-CSRF-Token header is missing or wrong; load the page again"));
    return *c->status == 0;
}

/* A client with an ended session must not mistake the public part for the whole. */
static void refuse_ended(struct checking *c)
{
    if (c->resource->need != NEED_NOBODY || c->resource->by_reader)
        refuse(c, 401, N_("the session is over; sign in again"));
}

static err_t by_session(struct checking *c, struct str token, struct err *e)
{
    struct bearer b;
    err_t rc = find_bearer(&b, c, token, false, e);
    if (rc != OK)
        return rc;
    session_judge(&c->out->session, &b.session, &b.settings, c->now_ms);
    if (!comes_from_our_page(c, token))
        return OK;
    if (c->out->session.account == 0) {
        refuse_ended(c);
        return OK;
    }
    if (c->out->session.needs && !serves_needs(c->resource) && !access_off(DOOR, "complete")) {
        refuse(c, 403,
               c->out->session.needs & SESSION_NEEDS_PASSWORD ? N_("set a new password first")
                                                              : N_("enrol a second factor first"));
        return OK;
    }
    c->out->token = token;
    (void)take_subject(c, &b); /* refused where there is none */
    return OK;
}

static bool is_loopback(struct str address)
{
    return str_starts(address, STR("127.")) || str_is(address, "::1");
}

static bool has_role_needed(const struct subject *s, const struct resource *resource)
{
    if (resource->need == NEED_BRINGS)
        return subject_brings_publications(s);
    return resource->need != NEED_ROLE || subject_has_any_role(s, resource->roles);
}

static err_t check_need(struct checking *c, struct err *e)
{
    const struct resource *resource = c->resource;
    bool local = resource->need == NEED_LOCAL || resource->need == NEED_BRINGS, any = true;
    err_t rc;
    if (resource->need == NEED_NOBODY)
        return OK;
    if (c->out->subject.account == 0) {
        if (local && is_loopback(c->request->address)) {
            if ((rc = reader(c, e)) != OK || (rc = has_any_account(&any, c->db, e)) != OK)
                return rc;
            if (!any) {
                subject_program(&c->out->subject, business_date(c->now_ms, c->request->arena));
                return OK;
            }
        }
        if (!access_off(DOOR, "need"))
            refuse(c, 401, N_("sign in first"));
        return OK;
    }
    if (!has_role_needed(&c->out->subject, resource) && !access_off(DOOR, "role"))
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
static void see_session(struct checking *c)
{
    struct seeing s = {c->out->session.id, c->now_ms};
    struct err e;
    if (!c->out->session.unseen)
        return;
    c->waits = c->at_once;
    if (!c->waits && store_write(c->request->api->store, see_step, &s, &e) != OK)
        log_line(LOG_WARN, "a session's use could not be written down: %s", e.text);
}

static err_t check(struct checking *c, struct err *e)
{
    const struct request *r = c->request;
    struct str given = request_header(r, "authorization"),
               cookie = request_cookie(r, SESSION_COOKIE);
    err_t rc = OK;
    *c->out = (struct auth){0};
    *c->status = 0;
    c->now_ms = clock_now_ms(r->api->clock);
    subject_public(&c->out->subject, business_date(c->now_ms, r->arena), r->arena);
    if (!is_safe(r) && is_from_another_site(r))
        refuse(c, 403, N_("this server does not answer to pages of other sites"));
    else if (given.len && cookie.len)
        refuse(c, 400, N_("send a token or a session cookie, not both"));
    else if (given.len && !str_starts(given, STR(BEARER)))
        refuse(c, 401, N_("Authorization: Bearer TOKEN is the only form"));
    else if (given.len)
        rc = by_token(
            c, str_trim((struct str){given.ptr + strlen(BEARER), given.len - strlen(BEARER)}), e);
    else if (cookie.len)
        rc = by_session(c, cookie, e);
    else if (request_header(r, "x-csrf-token").len) /* of a page whose cookie is gone */
        refuse_ended(c);
    if (rc == OK && !*c->status)
        rc = check_need(c, e);
    store_reader_put(r->api->store, c->db);
    if (rc == OK && !*c->status)
        see_session(c);
    return rc;
}

err_t auth_check(struct auth *out, unsigned *status, const char **sentence,
                 const struct resource *resource, const struct request *r, struct err *e)
{
    struct checking c = {
        .out = out, .resource = resource, .request = r, .status = status, .sentence = sentence};
    return check(&c, e);
}

err_t auth_check_known(bool *known, struct auth *out, unsigned *status, const char **sentence,
                       const struct resource *resource, const struct request *r, struct err *e)
{
    struct checking c = {.out = out,
                         .resource = resource,
                         .request = r,
                         .at_once = true,
                         .status = status,
                         .sentence = sentence};
    err_t rc = check(&c, e);
    *known = !c.waits;
    return c.waits ? OK : rc;
}

bool request_is_fresh(const struct request *r)
{
    return r->auth->session.account != 0 &&
           session_is_fresh(&r->auth->session, clock_now_ms(r->api->clock), SESSION_FRESH_MS);
}

struct deed request_deed(const struct request *r)
{
    return (struct deed){.suite = r->api->kernel->suite,
                         .clock = r->api->clock,
                         .by = r->subject,
                         .reason = request_value(r, "reason"),
                         .arena = r->arena};
}

struct proposing {
    const struct request *request;
    request_step step;
    int64_t *waits;
};

static err_t propose_step(struct db *db, void *arg, struct err *e)
{
    struct proposing *x = arg;
    struct deed d = request_deed(x->request);
    d.waits = x->waits;
    return x->step(db, x->request, &d, e);
}

err_t request_propose(int64_t *waits, const struct request *r, request_step step, struct err *e)
{
    struct proposing x = {r, step, waits};
    *waits = 0;
    return store_write(r->api->store, propose_step, &x, e);
}

err_t request_write(const struct request *r, request_step step, struct err *e)
{
    return store_write(r->api->store, propose_step, &(struct proposing){r, step, NULL}, e);
}

err_t reply_changed(struct reply *out, const struct request *r, request_step step,
                    err_t (*get)(struct reply *out, const struct request *r, struct err *e),
                    struct err *e)
{
    int64_t waits;
    err_t rc = request_propose(&waits, r, step, e);
    if (rc == OK)
        rc = get(out, r, e);
    out->status = rc == OK && waits ? 202 : 0;
    return rc;
}
