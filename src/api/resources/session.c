/* /session: who am I, and signing out. Signing in is in sign_in.c. */
#include "api/session.h"
#include "api/auth.h"
#include "base/msg.h"
#include "record/record.h"

static const struct property role_members[] = {{"role", &schema_string, true},
                                               {"label", &schema_string, true},
                                               {"on_behalf_of", &schema_integer, false},
                                               {0}};
static const struct schema role_schema = {SCHEMA_OBJECT, .properties = role_members};
static const struct schema roles_schema = {SCHEMA_ARRAY, .items = &role_schema};
static const struct property members[] = {
    {"account", &schema_integer, true},      {"name", &schema_string, false},
    {"display_name", &schema_string, false}, {"unit", &schema_integer, false},
    {"unit_kind", &schema_string, false},    {"city", &schema_string, false},
    {"province", &schema_string, false},     {"roles", &roles_schema, true},
    {"csrf", &schema_string, false},         {"means", &schema_string, false},
    {"needs", &schema_strings, true},        {0}};
const struct schema schema_session = {SCHEMA_OBJECT, .properties = members};

static void write_roles(struct jout *j, const struct subject *s)
{
    jout_name(j, "roles");
    jout_array(j);
    for (size_t i = 0; i < s->grant_count; i++) {
        const struct grant *g = &s->grants[i];
        jout_object(j);
        jout_pair(j, "role", g->role->name);
        jout_pair(j, "label", msg_lang() == LANG_EN ? g->role->label_en : g->role->label_zh);
        if (g->on_behalf_of)
            jout_pair_i64(j, "on_behalf_of", g->on_behalf_of);
        jout_end_object(j);
    }
    jout_end_array(j);
}

err_t reply_session(struct reply *out, const struct request *r, const struct subject *s,
                    struct str csrf, struct str means, unsigned needs, struct err *e)
{
    struct buf b;
    struct jout j;
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_object(&j);
    jout_name(&j, "account");
    jout_i64(&j, s->account);
    jout_pair(&j, "name", s->name);
    jout_pair(&j, "display_name", s->display_name);
    if (s->unit)
        jout_pair_i64(&j, "unit", s->unit);
    jout_pair(&j, "unit_kind", s->unit_kind);
    jout_pair(&j, "city", s->city);
    jout_pair(&j, "province", s->province);
    write_roles(&j, s);
    jout_pair(&j, "csrf", csrf);
    jout_pair(&j, "means", means);
    jout_name(&j, "needs");
    jout_array(&j);
    if (needs & SESSION_NEEDS_PASSWORD)
        jout_z(&j, "password");
    if (needs & SESSION_NEEDS_CODE)
        jout_z(&j, "code");
    jout_end_array(&j);
    jout_end_object(&j);
    return reply_json(out, r, &b, e);
}

static err_t get_session(struct reply *out, const struct request *r, struct err *e)
{
    char csrf[HASH_HEX_LEN + 1] = "";
    if (r->auth->token.len)
        session_csrf(csrf, r->api->kernel->suite->hash, r->auth->token);
    return reply_session(out, r, r->subject, str_of(csrf), r->auth->session.means,
                         r->auth->session.needs, e);
}

const struct resource resource_session = {
    .method = "GET",
    .reads = READS_NONE,
    .path = "/api/v1/session",
    .summary = N_("who is signed in, with which roles, and the CSRF token"),
    .reply = &schema_session,
    .handle = get_session,
    .need = NEED_NOBODY,
    .scope = "records:read",
};

struct ending {
    struct deed deed;
    int64_t session;
};

static err_t end_step(struct db *db, void *arg, struct err *e)
{
    const struct ending *x = arg;
    return session_end(db, &x->deed, x->session, e);
}

static const struct property done_members[] = {{"done", &schema_boolean, true}, {0}};
const struct schema schema_done = {SCHEMA_OBJECT, .properties = done_members};

err_t reply_done(struct reply *out, const struct request *r, struct err *e)
{
    struct buf b;
    buf_init(&b, 0);
    buf_addz(&b, "{\"done\":true}");
    return reply_json(out, r, &b, e);
}

static err_t delete_session(struct reply *out, const struct request *r, struct err *e)
{
    struct ending x = {.deed = {.suite = r->api->kernel->suite,
                                .clock = r->api->clock,
                                .by = r->subject,
                                .arena = r->arena},
                       .session = r->auth->session.id};
    err_t rc = x.session ? store_write(r->api->store, end_step, &x, e)
                         : err_set(e, E_INVALID, "a token has no session to end");
    if (rc != OK)
        return rc;
    reply_header(out, "Set-Cookie",
                 SESSION_COOKIE "=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    return reply_done(out, r, e);
}

const struct resource resource_session_end = {
    .method = "DELETE",
    .path = "/api/v1/session",
    .summary = N_("sign out"),
    .reply = &schema_done,
    .handle = delete_session,
    .need = NEED_ACCOUNT,
    .in_person = true,
};
