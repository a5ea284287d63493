/* Signing in: with name and password, by a one-time link, and what is set besides
 * (password, second factor, the first administrator). src/access decides; here its
 * tickets become cookies. */
#include "access/credential.h"
#include "access/link.h"
#include "access/login.h"
#include "access/mutation.h"
#include "access/second_factor.h"
#include "api/session.h"
#include "base/msg.h"
#include "record/record.h"

struct visitor visitor_of(const struct request *r)
{
    return (struct visitor){.device = request_cookie(r, DEVICE_COOKIE),
                            .address = r->address,
                            .agent = request_header(r, "user-agent")};
}

/* Cookies hold for the browser's session; the device's for a year, so that guessing
 * elsewhere does not slow its person. */
static void hand_over(struct reply *out, const struct request *r, const struct session_ticket *t)
{
    reply_header(out, "Set-Cookie",
                 arena_printf(r->arena,
                              SESSION_COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Lax",
                              t->token)
                     .ptr);
    if (t->device[0])
        reply_header(out, "Set-Cookie",
                     arena_printf(r->arena,
                                  DEVICE_COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Lax; "
                                                "Max-Age=31536000",
                                  t->device)
                         .ptr);
}

static err_t reply_signed_in(struct reply *out, const struct request *r,
                             const struct login_result *done, struct err *e)
{
    struct access_settings settings;
    struct session session;
    struct subject s;
    struct db *db = NULL;
    int64_t now_ms = clock_now_ms(r->api->clock);
    err_t rc = store_reader_get(&db, r->api->store, e);
    if (rc == OK)
        rc = subject_load(&s, db, done->account, business_date(now_ms, r->arena), now_ms, r->arena,
                          e);
    if (rc == OK)
        rc = access_settings_load(&settings, db, e);
    if (rc == OK) /* by what means, and what it still needs before it may do more */
        rc = session_find(&session, db, &settings, r->api->kernel->suite->hash,
                          str_of(done->ticket.token), now_ms, r->arena, e);
    store_reader_put(r->api->store, db);
    if (rc == OK)
        rc = reply_session(out, r,
                           &(struct session_reply){.subject = &s,
                                                   .session = &session,
                                                   .csrf = str_of(done->ticket.csrf)},
                           e);
    if (rc == OK)
        hand_over(out, r, &done->ticket);
    return rc;
}

/* As a fault of the field, so that a form can ask for it beside the password. */
static struct str code_is_needed(struct arena *a)
{
    struct jout j;
    jout_own(&j);
    jout_array(&j);
    jout_object(&j);
    jout_pair(&j, "field", STR("/code"));
    jout_pair(&j, "code", STR("required"));
    jout_pair(&j, "message",
              str_of(msg("the six digits of your authenticator, or a recovery code")));
    jout_end_object(&j);
    jout_end_array(&j);
    return buf_take(j.to, a);
}

err_t reply_outcome(struct reply *out, const struct request *r, const struct login_result *done,
                    struct err *e)
{
    static const struct {
        unsigned status;
        const char *sentence;
    } refusals[] = {[LOGIN_WRONG] = {401, N_("name, password or code is wrong")},
                    [LOGIN_NEEDS_CODE] = {401, N_("a code of the second factor is needed")},
                    [LOGIN_LATER] = {429, N_("too many attempts; try again later")}};
    if (done->outcome == LOGIN_DONE)
        return reply_signed_in(out, r, done, e);
    reply_problem(out, r, refusals[done->outcome].status,
                  str_of(msg(refusals[done->outcome].sentence)),
                  done->outcome == LOGIN_NEEDS_CODE ? code_is_needed(r->arena) : STR_NONE);
    if (done->outcome == LOGIN_LATER)
        reply_header(out, "Retry-After",
                     arena_printf(r->arena, "%lld", (long long)(done->retry_ms + 999) / 1000).ptr);
    return OK;
}

/* --- name and password ---------------------------------------------------------------- */

static const struct parameter sign_in_parameters[] = {
    {"name", IN_BODY, &schema_string, true, false, NULL},
    {"password", IN_BODY, &schema_string, true, false, NULL},
    {"code", IN_BODY, &schema_string, false, false,
     N_("the code of the second factor, if one is in force")},
    {0}};

static err_t sign_in(struct reply *out, const struct request *r, struct err *e)
{
    struct login_attempt t = {.name = request_value(r, "name"),
                              .password = request_value(r, "password"),
                              .code = request_value(r, "code"),
                              .visitor = visitor_of(r)};
    struct login_result done;
    err_t rc = login_try(&done, r->api->login, &t, r->arena, e);
    return rc == OK ? reply_outcome(out, r, &done, e) : rc;
}

const struct resource resource_sign_in = {
    .method = "POST",
    .path = "/api/v1/session",
    .id = "signIn",
    .summary = N_("sign in with name and password"),
    .parameters = sign_in_parameters,
    .reply = &schema_session,
    .handle = sign_in,
    .need = NEED_NOBODY,
    .scope = "sign_in",
    ENTRIES(EACH, N_("a recovery code that is used up has its own")),
    .enters_refusals = true,
};

static err_t step_up(struct reply *out, const struct request *r, struct err *e)
{
    struct login_attempt t = {.name = r->subject->name,
                              .password = request_value(r, "password"),
                              .code = request_value(r, "code"),
                              .visitor = visitor_of(r)};
    struct login_result done;
    if (!r->auth->session.id)
        return err_set(e, E_INVALID, "only a session can prove more of its person");
    err_t rc = login_step_up(&done, r->api->login, &r->auth->session, &t, r->arena, e);
    done.account = r->subject->account;
    return rc == OK ? reply_outcome(out, r, &done, e) : rc;
}

static const struct parameter proof_parameters[] = {
    {"password", IN_BODY, &schema_string, true, false, NULL},
    {"code", IN_BODY, &schema_string, false, false,
     N_("the code of the second factor, if one is in force")},
    {0}};

const struct resource resource_step_up = {
    .method = "POST",
    .path = "/api/v1/session/proof",
    .id = "proveSession",
    .summary = N_("prove yourself again, before what asks for it; the session gets a new token"),
    .parameters = proof_parameters,
    .reply = &schema_session,
    .handle = step_up,
    .need = NEED_ACCOUNT,
    ENTRIES(EACH, N_("a recovery code that is used up has its own")),
    .enters_refusals = true,
    .in_person = true,
};

static const struct parameter link_parameters[] = {
    {"link", IN_BODY, &schema_string, true, false, N_("the text of the one-time link")}, {0}};

static err_t sign_in_by_link(struct reply *out, const struct request *r, struct err *e)
{
    struct visitor v = visitor_of(r);
    struct login_result done;
    err_t rc = login_by_link(&done, r->api->login, request_value(r, "link"), &v, r->arena, e);
    return rc == OK ? reply_outcome(out, r, &done, e) : rc;
}

const struct resource resource_sign_in_link = {
    .method = "POST",
    .path = "/api/v1/session/link",
    .id = "signInByLink",
    .summary = N_("sign in by a one-time link"),
    .parameters = link_parameters,
    .reply = &schema_session,
    .handle = sign_in_by_link,
    .need = NEED_NOBODY,
    .scope = "sign_in",
    ENTRIES(EACH, N_("an account that was invited becomes active with it")),
};

/* --- password ---------------------------------------------------------------------------- */

static const struct parameter password_parameters[] = {
    {"password", IN_BODY, &schema_string, true, false, N_("the new one")}, {0}};

static err_t put_password(struct reply *out, const struct request *r, struct err *e)
{
    if (!r->auth->session.id && !access_off(STR("session"), "person"))
        return err_set(e, E_DENIED, "only the signed-in person can set a password");
    err_t rc = login_set_password(r->api->login, &r->auth->session, request_value(r, "password"),
                                  r->arena, e);
    return rc == OK ? reply_done(out, r, e) : rc;
}

const struct resource resource_password_set = {
    .method = "PUT",
    .path = "/api/v1/session/password",
    .summary = N_("set your password"),
    .parameters = password_parameters,
    .reply = &schema_done,
    .handle = put_password,
    .need = NEED_ACCOUNT,
    .in_person = true,
};

/* --- second factor -------------------------------------------------------------------------- */

struct coding {
    const struct request *request;
    struct deed deed;
    struct access_settings settings;
    struct enrolment enrolment;
    char codes[RECOVERY_CODES][RECOVERY_CODE_LEN + 1];
    err_t (*run)(struct db *db, struct coding *x, struct err *e);
};

static err_t coding_step(struct db *db, void *arg, struct err *e)
{
    struct coding *x = arg;
    err_t rc = access_settings_load(&x->settings, db, e);
    return rc == OK ? x->run(db, x, e) : rc;
}

static err_t code(struct coding *x, const struct request *r,
                  err_t (*run)(struct db *db, struct coding *x, struct err *e), struct err *e)
{
    if (!r->auth->session.id && !access_off(STR("session"), "person"))
        return err_set(e, E_DENIED, "only a signed-in person can set up a second factor");
    x->request = r;
    x->run = run;
    x->deed = request_deed(r);
    return store_write(r->api->store, coding_step, x, e);
}

static struct factor factor_of(struct db *db, const struct coding *x)
{
    return (struct factor){db, &x->deed, x->request->api->kernel->keys, &x->settings,
                           x->deed.by->account};
}

static err_t run_begin(struct db *db, struct coding *x, struct err *e)
{
    const struct factor f = factor_of(db, x);
    return second_factor_begin(&x->enrolment, &f, e);
}

OBJECT_SCHEMA(enrolment_schema, NULL, REQUIRED("secret", schema_string),
              REQUIRED("uri", schema_string));

static err_t begin_code(struct reply *out, const struct request *r, struct err *e)
{
    struct coding x = {0};
    struct jout j;
    err_t rc = code(&x, r, run_begin, e);
    if (rc != OK)
        return rc;
    jout_open(&j);
    jout_pair(&j, "secret", x.enrolment.secret);
    jout_pair(&j, "uri", x.enrolment.uri);
    return reply_object(out, r, &j, e);
}

const struct resource resource_code_begin = {
    .method = "POST",
    .path = "/api/v1/session/code",
    .summary = N_("enrol an authenticator; shown this once"),
    .reply = &enrolment_schema,
    .handle = begin_code,
    .need = NEED_ACCOUNT,
    ENTRIES(NONE, N_("nothing is in force yet; putting it in force leaves one")),
    .in_person = true,
};

static err_t run_confirm(struct db *db, struct coding *x, struct err *e)
{
    const struct factor f = factor_of(db, x);
    return second_factor_confirm(x->codes, &f, request_value(x->request, "code"), e);
}

static const struct parameter code_parameters[] = {
    {"code", IN_BODY, &schema_string, true, false, N_("the first code that it shows")}, {0}};
OBJECT_SCHEMA(codes_schema, NULL, REQUIRED("recovery_codes", schema_strings));

static err_t confirm_code(struct reply *out, const struct request *r, struct err *e)
{
    struct coding x = {0};
    struct jout j;
    err_t rc = code(&x, r, run_confirm, e);
    if (rc != OK)
        return rc;
    jout_open(&j);
    jout_pair_array(&j, "recovery_codes");
    for (size_t i = 0; i < RECOVERY_CODES; i++)
        jout_z(&j, x.codes[i]);
    jout_end_array(&j);
    return reply_object(out, r, &j, e);
}

const struct resource resource_code_confirm = {
    .method = "PUT",
    .path = "/api/v1/session/code",
    .summary = N_("put the authenticator in force; gives recovery codes, shown this once"),
    .parameters = code_parameters,
    .reply = &codes_schema,
    .handle = confirm_code,
    .need = NEED_ACCOUNT,
    .in_person = true,
};

static err_t run_end(struct db *db, struct coding *x, struct err *e)
{
    return second_factor_end(db, &x->deed, x->request->subject->account, e);
}

static err_t end_code(struct reply *out, const struct request *r, struct err *e)
{
    struct coding x = {0};
    err_t rc;
    if (!request_is_fresh(r) && !access_off(STR("session"), "fresh"))
        return err_set(e, E_DENIED, "prove yourself again first, with your password or a code");
    rc = code(&x, r, run_end, e);
    return rc == OK ? reply_done(out, r, e) : rc;
}

const struct resource resource_code_end = {
    .method = "DELETE",
    .path = "/api/v1/session/code",
    .summary = N_("take the authenticator out of force"),
    .reply = &schema_done,
    .handle = end_code,
    .need = NEED_ACCOUNT,
    .in_person = true,
};

/* --- the first administrator --------------------------------------------------------------- */

static const struct parameter set_up_parameters[] = {
    {"link", IN_BODY, &schema_string, true, false, N_("the set-up link that the server printed")},
    {"name", IN_BODY, &schema_string, true, false, N_("for signing in")},
    {"display_name", IN_BODY, &schema_string, true, false, N_("the person's name")},
    {"password", IN_BODY, &schema_string, true, false, NULL},
    {"office", IN_BODY, &schema_string, false, false,
     N_("name of the office that runs this instance")},
    {"region", IN_BODY, &schema_string, false, false, N_("its GB/T 2260 code")},
    {0}};

struct set_up {
    const struct request *request;
    struct deed deed;
    struct new_password password;
};

static err_t set_up_step(struct db *db, void *arg, struct err *e)
{
    struct set_up *x = arg;
    const struct request *r = x->request;
    struct first_administrator f = {.name = request_value(r, "name"),
                                    .display_name = request_value(r, "display_name"),
                                    .office = request_value(r, "office"),
                                    .region = request_value(r, "region")};
    int64_t account = 0;
    err_t rc = link_use(&account, db, &x->deed, request_value(r, "link"), e);
    if (rc == OK && account)
        rc = err_set(e, E_DENIED, "this link signs somebody in; it sets nothing up");
    if (rc == OK)
        rc = make_first_administrator(&account, db, &x->deed, &f, e);
    if (rc == OK)
        rc = password_store(db, &x->deed, account, &x->password, 0, e);
    return rc;
}

static err_t set_up(struct reply *out, const struct request *r, struct err *e)
{
    struct subject program;
    struct access_settings settings;
    struct db *db = NULL;
    int64_t now_ms = clock_now_ms(r->api->clock);
    struct set_up x = {.request = r};
    struct password_owner owner = {.name = request_value(r, "name"),
                                   .display_name = request_value(r, "display_name")};
    subject_program(&program, business_date(now_ms, r->arena));
    x.deed = (struct deed){
        .suite = r->api->kernel->suite, .clock = r->api->clock, .by = &program, .arena = r->arena};
    bool any = false;
    err_t rc = store_reader_get(&db, r->api->store, e);
    if (rc == OK)
        rc = has_any_account(&any, db, e); /* before a stranger makes us hash */
    if (rc == OK && any)
        rc = err_set(e, E_CONFLICT, "this instance has its first administrator already");
    if (rc == OK && (rc = access_settings_load(&settings, db, e)) == OK)
        rc = password_prepare(&x.password, db, &settings, &owner, request_value(r, "password"), e);
    store_reader_put(r->api->store, db);
    if (rc == OK)
        rc = store_write(r->api->store, set_up_step, &x, e);
    return rc == OK ? reply_done(out, r, e) : rc;
}

const struct resource resource_set_up = {
    .method = "POST",
    .path = "/api/v1/set-up",
    .id = "setUp",
    .summary = N_("make the first administrator, once"),
    .parameters = set_up_parameters,
    .reply = &schema_done,
    .handle = set_up,
    .need = NEED_NOBODY,
    .scope = "sign_in",
    ENTRIES(EACH, N_("the office, the account, its role and its password are the first entries")),
};
