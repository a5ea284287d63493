/* /session: who am I, and signing out. Signing in is in sign_in.c. */
#include "api/session.h"
#include "access/mutation.h"
#include "api/auth.h"
#include "base/msg.h"
#include "notify/notification.h"

OBJECT_SCHEMA(role_schema, "SessionRole", REQUIRED("role", schema_string),
              REQUIRED("label", schema_string), OPTIONAL("on_behalf_of", schema_integer),
              OPTIONAL("lent_by", schema_string), OPTIONAL("programmes", schema_string));
ARRAY_SCHEMA(roles_schema, role_schema);
static const struct schema idle_schema = {
    SCHEMA_INTEGER,
    .description = N_("how long the session lives without a request; null without a session")};
OBJECT_MEMBERS(count, NULLABLE("todo", schema_integer), NULLABLE("read", schema_integer),
               NULLABLE("done", schema_integer), NULLABLE("mine", schema_integer),
               NULLABLE("copied", schema_integer), REQUIRED("notifications", schema_integer));
static const struct schema counts_schema = {
    SCHEMA_OBJECT, .name = "SessionCounts",
    .description = N_("entries of each box of /todo (null: more than are counted), and unread "
                      "messages; null when nobody is signed in, and in the reply of a sign-in"),
    .properties = count_members};
ENUM_SCHEMA(need_schema, NULL, "password", "code");
ARRAY_SCHEMA(needs_schema, need_schema);
static const struct property members[] = {
    REQUIRED("account", schema_integer),     OPTIONAL("name", schema_string),
    OPTIONAL("display_name", schema_string), OPTIONAL("unit", schema_integer),
    OPTIONAL("unit_name", schema_string),    OPTIONAL("unit_kind", schema_string),
    NULLABLE("credit_code", schema_string),  OPTIONAL("city", schema_string),
    OPTIONAL("province", schema_string),     REQUIRED("roles", roles_schema),
    OPTIONAL("csrf", schema_string),         OPTIONAL("means", schema_string),
    REQUIRED("needs", needs_schema),         NULLABLE("idle_seconds", idle_schema),
    NULLABLE("counts", counts_schema),       {0}};
const struct schema schema_session = {SCHEMA_OBJECT, .name = "Session", .properties = members};

static void write_roles(struct jout *j, const struct subject *s)
{
    jout_pair_array(j, "roles");
    for (size_t i = 0; i < s->grant_count; i++) {
        const struct grant *g = &s->grants[i];
        jout_object(j);
        jout_pair(j, "role", g->role->name);
        jout_pair(j, "label", msg_lang() == LANG_EN ? g->role->label_en : g->role->label_zh);
        jout_pair_id(j, "on_behalf_of", g->on_behalf_of);
        jout_pair(j, "lent_by", g->lender);
        jout_pair(j, "programmes", g->programmes);
        jout_end_object(j);
    }
    jout_end_array(j);
}

static void write_counts(struct jout *j, const struct session_reply *said)
{
    static const char *const boxes[TODO_BOXES] = {"todo", "read", "done", "mine", "copied"};
    jout_name(j, "counts");
    if (!said->counted) {
        jout_null(j);
        return;
    }
    jout_object(j);
    for (size_t i = 0; i < TODO_BOXES; i++) {
        jout_name(j, boxes[i]);
        if (said->boxes[i] < 0)
            jout_null(j);
        else
            jout_i64(j, said->boxes[i]);
    }
    jout_pair_i64(j, "notifications", said->unread);
    jout_end_object(j);
}

err_t reply_session(struct reply *out, const struct request *r, const struct session_reply *said,
                    struct err *e)
{
    const struct subject *s = said->subject;
    const struct session *session = said->session;
    struct jout j;
    jout_open(&j);
    jout_pair_i64(&j, "account", s->account);
    jout_pair(&j, "name", s->name);
    jout_pair(&j, "display_name", s->display_name);
    jout_pair_id(&j, "unit", s->unit);
    jout_pair(&j, "unit_name", s->unit_name);
    jout_pair(&j, "unit_kind", s->unit_kind);
    jout_pair_or_null(&j, "credit_code", s->credit_code);
    jout_pair(&j, "city", s->city);
    jout_pair(&j, "province", s->province);
    write_roles(&j, s);
    jout_pair(&j, "csrf", said->csrf);
    jout_pair(&j, "means", session->means);
    jout_pair_array(&j, "needs");
    if (session->needs & SESSION_NEEDS_PASSWORD)
        jout_z(&j, "password");
    if (session->needs & SESSION_NEEDS_CODE)
        jout_z(&j, "code");
    jout_end_array(&j);
    jout_name(&j, "idle_seconds");
    if (session->account)
        jout_i64(&j, session->idle_ms / 1000);
    else
        jout_null(&j);
    write_counts(&j, said);
    err_t rc = reply_object(out, r, &j, e);
    out->secret = true; /* the CSRF token */
    return rc;
}

static err_t count(struct session_reply *said, const struct request *r, struct err *e)
{
    struct db *db = NULL;
    int64_t all = 0, whose = access_whose(STR("notifications"), said->subject->account);
    err_t rc = record_todo_totals(
        said->boxes, &(struct record_call){r->api->kernel, said->subject, NULL, 0, r->arena}, e);
    if (rc == OK)
        rc = store_reader_get(&db, r->api->store, e);
    if (rc != OK)
        return rc;
    rc = notification_count(&all, &said->unread, db, whose, e);
    store_reader_put(r->api->store, db);
    said->counted = true;
    return rc;
}

static err_t get_session(struct reply *out, const struct request *r, struct err *e)
{
    char csrf[HASH_HEX_LEN + 1] = "";
    if (r->auth->token.len)
        session_csrf(csrf, r->api->kernel->suite->hash, r->auth->token);
    struct session_reply said = {
        .subject = r->subject, .session = &r->auth->session, .csrf = str_of(csrf)};
    /* As GET /todo and GET /notifications: not before the sign-in is complete, nor past a token's scopes. */
    err_t rc =
        r->subject->account && !said.session->needs && subject_in_scope(r->subject, "notifications")
            ? count(&said, r, e)
            : OK;
    return rc == OK ? reply_session(out, r, &said, e) : rc;
}

const struct resource resource_session = {
    .reads = READS_NONE,
    .path = "/api/v1/session",
    .summary = N_("the signed-in account, its roles, and the CSRF token"),
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

OBJECT_MEMBERS(done, REQUIRED("done", schema_boolean));
const struct schema schema_done = {SCHEMA_OBJECT, .properties = done_members};

err_t reply_done(struct reply *out, const struct request *r, struct err *e)
{
    struct buf b = {0};
    buf_addz(&b, "{\"done\":true}");
    return reply_json(out, r, &b, e);
}

static err_t delete_session(struct reply *out, const struct request *r, struct err *e)
{
    struct ending x = {.deed = request_deed(r), .session = r->auth->session.id};
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
