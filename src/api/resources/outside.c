/* Signing in by another system's word: what a browser does, and what a security
 * administrator sets. src/access decides; here its redirects and tickets become answers.
 *
 *   GET …/session/providers                 which there are, for the page
 *   GET …/session/providers/{name}          to the provider (a link, so GET)
 *   GET …/session/providers/{name}/return   back from it: signed in, to the page
 *   POST …/session/certificate              signed in by the certificate that the gateway has
 *                                           checked; over its own socket alone (http_gateway.c) */
#include "access/outside.h"
#include "api/session.h"
#include "base/msg.h"
#include "notify/outward.h"
#include "record/record.h"

static const struct parameter name_parameters[] = {
    {"name", IN_PATH, &schema_string, true, false, NULL}, {0}};

static const char *kind_name(enum outside_kind kind)
{
    switch (kind) {
    case OUTSIDE_OIDC:
        return "oidc";
    case OUTSIDE_CAS:
        return "cas";
    case OUTSIDE_CERTIFICATE:
        return "certificate";
    }
    return "";
}

/* --- which there are ------------------------------------------------------------------ */

OBJECT_SCHEMA(provider_schema, NULL, REQUIRED("name", schema_string),
              REQUIRED("kind", schema_string), REQUIRED("label", schema_string));
LIST_SCHEMA(list_schema, provider_schema);

static err_t get_providers(struct reply *out, const struct request *r, struct err *e)
{
    const struct outside_provider *all = NULL;
    size_t count = 0;
    struct items list;
    items_begin(&list);
    err_t rc = STORE_READ(db, r->api->store, e, outside_list(&all, &count, db, r->arena, e));
    for (size_t i = 0; i < count; i++) {
        jout_object(&list.json);
        jout_pair(&list.json, "name", all[i].name);
        jout_pair(&list.json, "kind", str_of(kind_name(all[i].kind)));
        jout_pair(&list.json, "label", msg_lang() == LANG_EN ? all[i].label_en : all[i].label_zh);
        jout_end_object(&list.json);
    }
    return items_end_if(rc, out, r, &list, (int64_t)count, 0, e);
}

const struct resource resource_providers = {
    .reads = READS_NONE,
    .path = "/api/v1/session/providers",
    .summary = N_("other systems for signing in"),
    .reply = &list_schema,
    .handle = get_providers,
    .need = NEED_NOBODY,
};

/* --- there and back ----------------------------------------------------------------------- */

/* Calls of src/access go through the fences of src/notify. */
struct caller {
    struct http_client *client;
    struct allowed_hosts hosts;
};

static err_t call_out(void *arg, struct outward_answer *out, const struct outward_call *call,
                      struct arena *a, struct err *e)
{
    const struct caller *c = arg;
    const struct http_header headers[] = {
        {"Authorization", call->authorization},
        {"Content-Type", STR("application/x-www-form-urlencoded")}};
    bool post = strcmp(call->method, "POST") == 0, known = call->authorization.len > 0;
    struct http_call wanted = {.allowed = &c->hosts,
                               .method = call->method,
                               .url = call->url,
                               .headers = known ? headers : headers + 1,
                               .header_count = (known ? 1 : 0) + (post ? 1 : 0),
                               .body = call->body};
    struct http_answer got;
    err_t rc = http_call(&got, c->client, &wanted, a, e);
    if (rc == OK)
        *out = (struct outward_answer){got.status, got.body};
    return rc;
}

static err_t prepare(struct outside_provider *p, struct caller *c, const struct request *r,
                     struct err *e)
{
    c->client = r->api->client;
    err_t rc =
        STORE_READ(db, r->api->store, e,
                   outside_find(p, db, r->api->kernel->keys, request_value(r, "name"), r->arena, e)
                       ?: outward_hosts(&c->hosts, db, r->arena, e));
    if (rc == OK && p->kind == OUTSIDE_CERTIFICATE)
        rc = err_set(e, E_INVALID, "a certificate is shown to the gateway");
    return rc;
}

static void redirect(struct reply *out, const struct request *r, struct str to)
{
    out->status = 303;
    out->content_type = "text/plain; charset=utf-8";
    out->body = STR_NONE;
    reply_header(out, "Location", arena_cstr(r->arena, to));
}

static err_t begin(struct reply *out, const struct request *r, struct err *e)
{
    struct outside_provider p;
    struct outside_start start;
    struct caller c = {0};
    struct outward outward = {call_out, &c};
    err_t rc = prepare(&p, &c, r, e);
    if (rc == OK)
        rc = outside_begin(&start, r->api->login, &p, &outward, r->arena, e);
    if (rc != OK)
        return rc;
    *out = (struct reply){0};
    redirect(out, r, start.redirect);
    reply_header(out, "Set-Cookie",
                 arena_printf(r->arena,
                              OUTSIDE_COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Lax; "
                                             "Max-Age=%d",
                              start.cookie, OUTSIDE_MINUTES * 60)
                     .ptr);
    return OK;
}

const struct resource resource_provider_begin = {
    .reads = READS_NONE,
    .path = "/api/v1/session/providers/{name}",
    .summary = N_("go to another system to sign in"),
    .parameters = name_parameters,
    .handle = begin,
    .statuses = {303},
    .need = NEED_NOBODY,
};

/* The workbench beside the API that the provider's address of return belongs to. */
static struct str page_of(const struct outside_provider *p, struct arena *a)
{
    struct str back = p->kind == OUTSIDE_OIDC ? p->redirect : p->service;
    size_t at = str_find(back, STR("/api/v1/"), 0);
    return at < back.len ? arena_printf(a, "%.*s/w/", (int)at, back.ptr) : STR("/w/");
}

static err_t finish(struct reply *out, const struct request *r, struct err *e)
{
    struct outside_provider p;
    struct login_result done;
    struct caller c = {0};
    struct outward outward = {call_out, &c};
    struct outside_return back = {.state = request_query(r, "state"),
                                  .code = request_query(r, "code"),
                                  .iss = request_query(r, "iss"),
                                  .error = request_query(r, "error"),
                                  .ticket = request_query(r, "ticket"),
                                  .cookie = request_cookie(r, OUTSIDE_COOKIE),
                                  .visitor = visitor_of(r)};
    err_t rc = prepare(&p, &c, r, e);
    if (rc == OK)
        rc = outside_finish(&done, r->api->login, &p, &outward, &back, r->arena, e);
    if (rc == OK)
        rc = reply_outcome(out, r, &done, e);
    if (rc != OK || done.outcome != LOGIN_DONE)
        return rc;
    redirect(out, r, page_of(&p, r->arena));
    reply_header(out, "Set-Cookie",
                 OUTSIDE_COOKIE "=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    return OK;
}

static const struct parameter return_parameters[] = {
    {"name", IN_PATH, &schema_string, true, false, NULL},
    {"state", IN_QUERY, &schema_string, false, false, NULL},
    {"code", IN_QUERY, &schema_string, false, false, N_("of OpenID Connect")},
    {"iss", IN_QUERY, &schema_string, false, false, N_("of OpenID Connect")},
    {"error", IN_QUERY, &schema_string, false, false, N_("of OpenID Connect")},
    {"ticket", IN_QUERY, &schema_string, false, false, N_("of CAS")},
    {0}};

const struct resource resource_provider_return = {
    .reads = READS_NONE,
    .path = "/api/v1/session/providers/{name}/return",
    .summary = N_("return from another system: signs in if both systems know you"),
    .parameters = return_parameters,
    .handle = finish,
    .statuses = {303},
    .need = NEED_NOBODY,
    .open_query = true,
};

/* --- certificates --------------------------------------------------------------------------- */

static err_t by_certificate(struct reply *out, const struct request *r, struct err *e)
{
    struct outside_provider p;
    struct certificate shown;
    struct login_result done;
    struct str header = request_header(r, "client-cert");
    struct outside_certificate c = {.verified = request_header(r, "client-cert-verify"),
                                    .certificate = &shown,
                                    .visitor = visitor_of(r)};
    if (!r->by_gateway || header.len == 0)
        return err_set(e, E_DENIED,
                       "no client certificate came with this request: sign in through the gateway, "
                       "with yours in the browser");
    err_t rc = certificate_read(&shown, header, r->arena, e);
    if (rc == OK)
        rc = STORE_READ(
            db, r->api->store, e,
            outside_find(&p, db, r->api->kernel->keys, request_value(r, "provider"), r->arena, e));
    if (rc == OK)
        rc = outside_certificate(&done, r->api->login, &p, &c, r->arena, e);
    return rc == OK ? reply_outcome(out, r, &done, e) : rc;
}

static const struct parameter certificate_parameters[] = {
    {"provider", IN_BODY, &schema_string, true, false, N_("whose certificates these are")}, {0}};

const struct resource resource_sign_in_certificate = {
    .method = "POST",
    .path = "/api/v1/session/certificate",
    .id = "signInByCertificate",
    .summary = N_("sign in by the client certificate that the gateway has checked"),
    .parameters = certificate_parameters,
    .reply = &schema_session,
    .handle = by_certificate,
    .need = NEED_NOBODY,
    .scope = "sign_in",
    .enters_refusals = true,
};

/* --- setting them up ------------------------------------------------------------------------ */

static err_t set_step(struct db *db, const struct request *r, const struct deed *d, struct err *e)
{
    if (str_is(r->method, "DELETE"))
        return outside_remove(db, d, request_value(r, "name"), e);
    return outside_set(db, d, r->api->kernel->keys, request_value(r, "name"),
                       jvalue_json(jin_get(r->body, "configuration"), r->arena), e);
}

static err_t change_provider(struct reply *out, const struct request *r, struct err *e)
{
    return reply_changed(out, r, set_step, get_providers, e);
}

UNION_SCHEMA(setting, NULL, &schema_string, &schema_integer);
static const struct schema configuration_schema = {
    SCHEMA_OBJECT, .items = &setting,
    .description = N_(
        "kind, label_zh, label_en and the keys of that kind; client_secret left out: unchanged")};
static const struct parameter set_parameters[] = {
    {"name", IN_PATH, &schema_string, true, false, N_("1 to 40 of a-z, 0-9 and -")},
    {"configuration", IN_BODY, &configuration_schema, true, false, NULL},
    {"reason", IN_BODY, &schema_reason, true, false, N_("why; kept with the log")},
    {0}};
static const struct parameter remove_parameters[] = {
    {"name", IN_PATH, &schema_string, true, false, NULL},
    {"reason", IN_QUERY, &schema_reason, true, false, N_("why; kept with the log")},
    {0}};

const struct resource resource_provider_put = {
    .method = "PUT",
    .path = "/api/v1/outside-providers/{name}",
    .summary = N_("configure another system for signing in"),
    .parameters = set_parameters,
    .reply = &list_schema,
    .statuses = {200, 202},
    .handle = change_provider,
    ROLE_AMONG(security_roles),
};
const struct resource resource_provider_delete = {
    .method = "DELETE",
    .path = "/api/v1/outside-providers/{name}",
    .summary = N_("nobody can sign in through that system any more"),
    .parameters = remove_parameters,
    .reply = &list_schema,
    .statuses = {200, 202},
    .handle = change_provider,
    ROLE_AMONG(security_roles),
};

static err_t identity_step(struct db *db, const struct request *r, const struct deed *d,
                           struct err *e)
{
    struct str provider = request_value(r, "provider"), subject = request_value(r, "subject");
    if (str_is(r->method, "DELETE"))
        return outside_identity_end(db, d, provider, subject, e);
    return outside_identity_add(db, d, provider, subject, request_integer(r, "account", 0), e);
}

static err_t change_identity(struct reply *out, const struct request *r, struct err *e)
{
    int64_t waits;
    err_t rc = request_propose(&waits, r, identity_step, e);
    return rc == OK ? reply_proposed(out, r, "done", waits, e) : rc;
}

OBJECT_SCHEMA(named_schema, NULL, REQUIRED("done", schema_boolean),
              OPTIONAL("proposal", schema_integer));

static const struct parameter identity_parameters[] = {
    {"provider", IN_BODY, &schema_string, true, false, NULL},
    {"subject", IN_BODY, &schema_string, true, false, N_("the provider's name of the person")},
    {"account", IN_BODY, &schema_integer, true, false, N_("the account here")},
    {"reason", IN_BODY, &schema_reason, true, false, N_("why; kept with the log")},
    {0}};
static const struct parameter identity_end_parameters[] = {
    {"provider", IN_QUERY, &schema_string, true, false, NULL},
    {"subject", IN_QUERY, &schema_string, true, false, N_("the provider's name of the person")},
    {"reason", IN_QUERY, &schema_reason, true, false, N_("why; kept with the log")},
    {0}};

static const struct may others[] = {{"security_administrator", "any", "self", NULL}, {0}};

const struct resource resource_identity_add = {
    .method = "POST",
    .path = "/api/v1/outside-identities",
    .summary = N_("link a person to an account of a provider"),
    .parameters = identity_parameters,
    .reply = &named_schema,
    .statuses = {200, 202},
    .handle = change_identity,
    ROLE_AMONG(security_roles),
    .may = others,
};
const struct resource resource_identity_end = {
    .method = "DELETE",
    .path = "/api/v1/outside-identities",
    .summary = N_("the provider's word is nobody's here any more"),
    .parameters = identity_end_parameters,
    .reply = &named_schema,
    .statuses = {200, 202},
    .handle = change_identity,
    ROLE_AMONG(security_roles),
};
