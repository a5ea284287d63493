/* Providers are rows of `setting` (outside.<name>), one JSON object each, whose secret is
 * sealed. A sign-in under way is a row too: the browser may come back to another server. */
#include "access/account.h"
#include "access/mutation.h"
#include "access/outside_priv.h"
#include "access/security_change.h"
#include "base/vec.h"
#include "model/setting.h"
#include "text/json.h"

#define PREFIX "outside."
#define NAME_MAX_LEN 40
#define JSON_MAX 8192
#define MINUTE_MS 60000
#define SUBJECT_BYTES_MAX 600

/* --- configuration -------------------------------------------------------------------- */

static bool is_name(struct str name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-", name.ptr[i]))
            return false;
    return name.len > 0 && name.len <= NAME_MAX_LEN;
}

static struct str secret_about(struct str name, struct arena *a)
{
    return arena_join(a, STR("client secret of "), name);
}

struct text_key {
    const char *name;
    struct str *target;
};

/* Every member must be one that is known, and be text. */
static err_t take_texts(const struct jvalue *v, const struct text_key *keys, size_t count,
                        struct err *e)
{
    for (size_t i = 0; i < v->count; i++) {
        bool known = str_is(v->names[i], "version");
        for (size_t k = 0; k < count; k++)
            if (str_is(v->names[i], keys[k].name)) {
                known = v->items[i].type == J_STRING;
                *keys[k].target = v->items[i].text;
            }
        if (!known)
            return err_set(e, E_INVALID, "\"%.*s\" is no part of a provider, or not a text",
                           STR_ARG(v->names[i]));
    }
    return OK;
}

bool is_outward_address(struct str s)
{
    return str_starts(s, STR("https://")) || str_starts(s, STR("http://127.0.0.1:")) ||
           str_starts(s, STR("http://[::1]:"));
}

static err_t check_oidc(struct outside_provider *p, struct str iss_required, struct err *e)
{
    const struct str optional[] = {p->authorize, p->token, p->keys};
    if (!is_outward_address(p->issuer) || !is_outward_address(p->redirect) || p->client_id.len == 0)
        return err_set(
            e, E_INVALID,
            "a provider of the kind oidc needs issuer and redirect (https) and client_id");
    for (size_t i = 0; i < ARRAY_LEN(optional); i++)
        if (optional[i].len > 0 && !is_outward_address(optional[i]))
            return err_set(e, E_INVALID, "\"%.*s\" is no https address", STR_ARG(optional[i]));
    if (iss_required.len > 0 && !str_is(iss_required, "yes") && !str_is(iss_required, "no"))
        return err_set(e, E_INVALID, "iss_required is \"yes\" or \"no\"");
    p->iss_required = !str_is(iss_required, "no");
    if (p->scope.len == 0)
        p->scope = STR("openid profile");
    if (p->identify.len == 0)
        p->identify = STR("sub");
    return OK;
}

static err_t check_cas(struct outside_provider *p, struct err *e)
{
    if (!is_outward_address(p->server) || !is_outward_address(p->service) ||
        (p->version != 2 && p->version != 3))
        return err_set(e, E_INVALID,
                       "a provider of the kind cas needs server and service (https) and version 2 "
                       "or 3");
    if (p->identify.len == 0)
        p->identify = STR("user");
    return OK;
}

static err_t check_certificate(struct outside_provider *p, struct arena *a, struct err *e)
{
    struct claims parts;
    if (p->issuer.len == 0 || !dn_parse(&parts, p->issuer, a))
        return err_set(e, E_INVALID,
                       "a provider of the kind certificate needs issuer, a distinguished name");
    if (p->identify.len == 0)
        p->identify = STR("OU/CN");
    return OK;
}

static err_t read_provider(struct outside_provider *out, struct str name, struct str json,
                           struct arena *a, struct err *e)
{
    const struct jvalue *v = NULL;
    struct str kind = STR_NONE, iss_required = STR_NONE;
    *out = (struct outside_provider){.name = name, .version = 3};
    const struct text_key keys[] = {{"kind", &kind},
                                    {"label_zh", &out->label_zh},
                                    {"label_en", &out->label_en},
                                    {"identify", &out->identify},
                                    {"unit", &out->unit},
                                    {"issuer", &out->issuer},
                                    {"client_id", &out->client_id},
                                    {"client_secret", &out->client_secret},
                                    {"redirect", &out->redirect},
                                    {"authorize", &out->authorize},
                                    {"token", &out->token},
                                    {"keys", &out->keys},
                                    {"scope", &out->scope},
                                    {"iss_required", &iss_required},
                                    {"server", &out->server},
                                    {"service", &out->service}};
    err_t rc;
    if (!is_name(name) || json.len > JSON_MAX)
        return err_set(e, E_INVALID, "a provider's name is 1 to %d of a-z, 0-9 and -",
                       NAME_MAX_LEN);
    if ((rc = jin_parse(&v, json, a, e)) != OK)
        return rc;
    if (v->type != J_OBJECT)
        return err_set(e, E_INVALID, "the answer is no JSON object");
    if ((rc = take_texts(v, keys, ARRAY_LEN(keys), e)) != OK)
        return rc;
    if (jin_get(v, "version") && !jin_i64(&out->version, v, "version"))
        out->version = 0;
    if (out->label_zh.len == 0 || out->label_en.len == 0)
        return err_set(e, E_INVALID, "a provider needs label_zh and label_en");
    if (str_is(kind, "oidc")) {
        out->kind = OUTSIDE_OIDC;
        return check_oidc(out, iss_required, e);
    }
    if (str_is(kind, "cas")) {
        out->kind = OUTSIDE_CAS;
        return check_cas(out, e);
    }
    if (!str_is(kind, "certificate"))
        return err_set(e, E_INVALID, "the kind of a provider is oidc, cas or certificate");
    out->kind = OUTSIDE_CERTIFICATE;
    return check_certificate(out, a, e);
}

/* The object again with another secret (empty: none). */
static struct str with_secret(struct str json, struct str secret, struct arena *a)
{
    const struct jvalue *v = NULL;
    struct jout j;
    jout_open(&j);
    if (jin_parse(&v, json, a, NULL) == OK)
        for (size_t i = 0; i < v->count; i++) {
            if (str_is(v->names[i], "client_secret"))
                continue;
            jout_name_str(&j, v->names[i]);
            if (v->items[i].type == J_STRING)
                jout_str(&j, v->items[i].text);
            else
                jout_raw(&j, v->items[i].text); /* version: a number's literal */
        }
    jout_pair(&j, "client_secret", secret);
    return jout_take(&j, a);
}

static err_t read_row(struct str *json, struct db *db, struct str name, struct arena *a,
                      struct err *e)
{
    bool has_row = false;
    *json = STR_NONE;
    err_t rc = db_row(&has_row, db, "SELECT value FROM setting WHERE name = ?1",
                      VALUES(v_str(arena_join(a, STR(PREFIX), name))), INTO(into_str(json)), a, e);
    if (rc == OK && !has_row)
        rc = err_set(e, E_NOTFOUND, "there is no provider \"%.*s\" to sign in with", STR_ARG(name));
    return rc;
}

err_t outside_find(struct outside_provider *out, struct db *db, const struct seal_key *keys,
                   struct str name, struct arena *a, struct err *e)
{
    struct str json;
    err_t rc = read_row(&json, db, name, a, e);
    if (rc == OK)
        rc = read_provider(out, arena_dup(a, name), json, a, e);
    if (rc == OK && out->client_secret.len > 0)
        rc = seal_open_text(&out->client_secret, keys, out->client_secret, secret_about(name, a), a,
                            e);
    return rc;
}

err_t outside_list(const struct outside_provider **out, size_t *count, struct db *db,
                   struct arena *a, struct err *e)
{
    VEC(struct outside_provider) found = {0};
    struct stmt *st = NULL;
    err_t rc = db_query(&st, db, "SELECT name, value FROM setting ORDER BY name", NULL, 0, e);
    while (stmt_row(&rc, st, e)) {
        struct str row = arena_dup(a, stmt_str(st, 0));
        struct outside_provider p;
        if (!str_starts(row, STR(PREFIX)))
            continue;
        struct str name = {row.ptr + strlen(PREFIX), row.len - strlen(PREFIX)};
        rc = read_provider(&p, name, arena_dup(a, stmt_str(st, 1)), a, e);
        p.client_secret = STR_NONE;
        if (rc == OK)
            VEC_PUSH(a, &found, p);
    }
    stmt_free(st);
    *out = found.ptr;
    *count = found.len;
    return rc;
}

static err_t may_set(const struct deed *d, struct err *e)
{
    if (deed_by_role(d, "security_administrator") || access_off(STR("providers"), "guardian"))
        return OK;
    return err_set(e, E_DENIED, "settings of signing in are a security administrator's");
}

/* What there is, for the one who confirms, and a digest of the secret that he does not see. */
static err_t by_two(struct deed *as, struct db *db, const struct deed *d,
                    const struct seal_key *keys, struct str name, const char *action,
                    struct str json, struct str secret, struct err *e)
{
    char hex[HASH_HEX_LEN + 1] = "";
    struct arena *a = d->arena;
    struct err why = {0};
    struct str before = STR_NONE;
    err_t rc = read_row(&before, db, name, a, &why);
    if (rc != OK && rc != E_NOTFOUND)
        return err_pass(e, rc, &why);
    if (secret.len > 0)
        blind_index(hex, keys, STR("client secret"), secret);
    const struct security_change c = {.row = arena_join(a, STR(PREFIX), name),
                                      .action = str_of(action),
                                      .from =
                                          before.len ? with_secret(before, STR_NONE, a) : STR_NONE,
                                      .to = json.len ? with_secret(json, STR_NONE, a) : STR_NONE,
                                      .covered = arena_dup(a, str_of(hex))};
    return security_change(as, db, d, &c, e);
}

/* The secret goes to the address of `token`, or to the one that `issuer` tells of itself. */
static bool sends_secret_alike(const struct outside_provider *x, const struct outside_provider *y)
{
    return x->kind == y->kind && str_eq(x->issuer, y->issuer) && str_eq(x->token, y->token);
}

err_t outside_set(struct db *db, const struct deed *d, const struct seal_key *keys, struct str name,
                  struct str json, struct err *e)
{
    struct outside_provider p, before;
    struct arena *a = d->arena;
    struct deed as;
    err_t rc;

    if ((rc = may_set(d, e)) != OK || (rc = read_provider(&p, name, json, a, e)) != OK)
        return rc;
    struct str secret = p.client_secret;
    if (secret.len == 0 && outside_find(&before, db, keys, name, a, NULL) == OK &&
        before.client_secret.len > 0) {
        if (!sends_secret_alike(&p, &before))
            return err_set(e, E_INVALID,
                           "client_secret: the one that is there was given for another address: "
                           "give it anew");
        secret = before.client_secret;
    }
    if (p.kind == OUTSIDE_OIDC && secret.len == 0)
        return err_set(e, E_INVALID, "a provider of the kind oidc needs client_secret");
    if ((rc = by_two(&as, db, d, keys, name, "set", json, secret, e)) != OK || deed_waits(&as))
        return rc;
    if (secret.len > 0)
        secret = seal_text(keys, secret, secret_about(name, a), a);
    if ((rc = setting_put(db, arena_join(a, STR(PREFIX), name), with_secret(json, secret, a),
                          deed_now_ms(d), d->by->account, e)) != OK)
        return rc;
    return deed_note(&as, db, arena_printf(a, "set outside.%.*s", STR_ARG(name)).ptr, "setting", 0,
                     0, e);
}

err_t outside_remove(struct db *db, const struct deed *d, struct str name, struct err *e)
{
    struct arena *a = d->arena;
    struct str json;
    struct deed as;
    err_t rc;
    if ((rc = may_set(d, e)) != OK || (rc = read_row(&json, db, name, a, e)) != OK ||
        (rc = by_two(&as, db, d, NULL, name, "remove", STR_NONE, STR_NONE, e)) != OK ||
        deed_waits(&as))
        return rc;
    if ((rc = db_run(db, "DELETE FROM setting WHERE name = ?1",
                     VALUES(v_str(arena_join(a, STR(PREFIX), name))), e)) != OK ||
        (rc = db_run(db, "DELETE FROM outside_identity WHERE provider = ?1", VALUES(v_str(name)),
                     e)) != OK ||
        (rc = db_run(db, "DELETE FROM outside_sign_in WHERE provider = ?1", VALUES(v_str(name)),
                     e)) != OK)
        return rc;
    return deed_note(&as, db, arena_printf(a, "remove outside.%.*s", STR_ARG(name)).ptr, "setting",
                     0, 0, e);
}

/* --- who is who ------------------------------------------------------------------------- */

err_t outside_identity_add(struct db *db, const struct deed *d, struct str provider,
                           struct str subject, int64_t account, struct err *e)
{
    struct account_row r;
    struct str json;
    struct deed as;
    err_t rc;

    if ((!deed_by_role(d, "security_administrator") &&
         !access_off(STR("identities"), "guardian")) ||
        (d->by->account == account && account != 0 && !access_off(STR("identities"), "other")))
        return err_set(e, E_DENIED,
                       "who is who at a provider is said by a security administrator, "
                       "of others");
    if (subject.len == 0 || subject.len > SUBJECT_BYTES_MAX)
        return err_set(e, E_INVALID, "say what the provider calls the person");
    if ((rc = read_row(&json, db, provider, d->arena, e)) != OK ||
        (rc = account_read(&r, db, account, d->arena, e)) != OK ||
        (rc = security_change_of_person(&as, db, d,
                                        arena_printf(d->arena, "outside_identity %.*s \"%.*s\"",
                                                     STR_ARG(provider), STR_ARG(subject))
                                            .ptr,
                                        &r, e)) != OK ||
        deed_waits(&as))
        return rc;
    rc = db_run(db,
                "INSERT INTO outside_identity (provider, outside_subject, account, created_ms,"
                " created_by) VALUES (?1, ?2, ?3, ?4, ?5)",
                VALUES(v_str(provider), v_str(subject), v_i64(account), v_i64(deed_now_ms(d)),
                       v_i64(d->by->account)),
                e);
    if (rc == E_CONFLICT)
        return err_set(e, E_CONFLICT, "the provider's \"%.*s\" is an account's here already",
                       STR_ARG(subject));
    return rc == OK ? deed_note(&as, db, "name_outside", "account", account, 0, e) : rc;
}

err_t outside_identity_end(struct db *db, const struct deed *d, struct str provider,
                           struct str subject, struct err *e)
{
    bool has_row = false;
    int64_t account = 0;
    err_t rc = may_set(d, e);
    if (rc != OK)
        return rc;
    rc = db_row(&has_row, db,
                "DELETE FROM outside_identity WHERE provider = ?1 AND outside_subject = ?2"
                " RETURNING account",
                VALUES(v_str(provider), v_str(subject)), INTO(into_i64(&account)), NULL, e);
    if (rc == OK && !has_row)
        return err_set(e, E_NOTFOUND, "the provider's \"%.*s\" is nobody here", STR_ARG(subject));
    return rc == OK ? deed_note(d, db, "unname_outside", "account", account, 0, e) : rc;
}

/* --- begin ----------------------------------------------------------------------------- */

struct begun {
    struct journey journey;
    enum hash_kind hash;
};

static err_t begin_step(struct db *db, void *arg, struct err *e)
{
    struct begun *b = arg;
    char state[HASH_HEX_LEN + 1], cookie[HASH_HEX_LEN + 1];
    bearer_digest(state, b->hash, str_of(b->journey.state));
    bearer_digest(cookie, b->hash, str_of(b->journey.cookie));
    err_t rc = db_run(db, "DELETE FROM outside_sign_in WHERE expires_ms <= ?1",
                      VALUES(v_i64(b->journey.now_ms)), e);
    if (rc != OK)
        return rc;
    return db_run(db,
                  "INSERT INTO outside_sign_in (state_digest, provider, nonce, verifier,"
                  " browser_digest, expires_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                  VALUES(v_str(str_of(state)), v_str(b->journey.provider->name),
                         v_str(str_of(b->journey.nonce)), v_str(str_of(b->journey.verifier)),
                         v_str(str_of(cookie)),
                         v_i64(b->journey.now_ms + (int64_t)OUTSIDE_MINUTES * MINUTE_MS)),
                  e);
}

err_t outside_begin(struct outside_start *out, struct login *l, const struct outside_provider *p,
                    const struct outward *outward, struct arena *a, struct err *e)
{
    const struct login_parts *parts = login_parts_of(l);
    struct begun b = {.journey = {p, outward, clock_now_ms(parts->clock), a},
                      .hash = parts->suite->hash};
    err_t rc;

    bearer_make(b.journey.state);
    bearer_make(b.journey.cookie);
    bearer_make(b.journey.nonce);
    bearer_make(b.journey.verifier);
    memcpy(out->cookie, b.journey.cookie, sizeof(out->cookie));
    if (p->kind == OUTSIDE_CERTIFICATE)
        return err_set(e, E_INVALID, "a certificate is shown to the gateway, not asked for here");
    rc = p->kind == OUTSIDE_OIDC ? oidc_redirect(&out->redirect, &b.journey, e)
                                 : cas_redirect(&out->redirect, &b.journey, e);
    return rc == OK ? store_write(parts->store, begin_step, &b, e) : rc;
}

/* --- finish ---------------------------------------------------------------------------- */

struct finishing {
    const struct outside_return *given;
    struct journey journey;
    enum hash_kind hash;
    bool found;
};

static void keep(char out[BEARER_LEN + 1], struct str s)
{
    size_t len = s.len < BEARER_LEN ? s.len : BEARER_LEN;
    memcpy(out, s.ptr ? s.ptr : "", len);
    out[len] = '\0';
}

/* Taken once, whatever comes of it. */
static err_t take_step(struct db *db, void *arg, struct err *e)
{
    static const char sql[] =
        "DELETE FROM outside_sign_in WHERE state_digest = ?1 AND provider = ?2"
        " AND browser_digest = ?3 AND expires_ms > ?4 RETURNING nonce, verifier";
    struct finishing *f = arg;
    char state[HASH_HEX_LEN + 1], cookie[HASH_HEX_LEN + 1];
    struct stmt *st = NULL;
    bearer_digest(state, f->hash, f->given->state);
    bearer_digest(cookie, f->hash, f->given->cookie);
    err_t rc = db_query(&st, db, sql,
                        VALUES(v_str(str_of(state)), v_str(f->journey.provider->name),
                               v_str(str_of(cookie)), v_i64(f->journey.now_ms)),
                        e);
    f->found = false;
    if (rc == OK && (rc = stmt_next(&f->found, st, e)) == OK && f->found) {
        keep(f->journey.nonce, stmt_str(st, 0));
        keep(f->journey.verifier, stmt_str(st, 1));
        keep(f->journey.state, f->given->state);
    }
    stmt_free(st);
    return rc;
}

/* Empty: it is missing, or said twice. */
static struct str claim_of(const struct claims *claims, struct str name)
{
    struct str found = STR_NONE;
    for (size_t i = 0; i < claims->count; i++) {
        if (!str_eq(claims->items[i].name, name))
            continue;
        if (found.ptr)
            return STR_NONE;
        found = claims->items[i].value;
    }
    return found;
}

/* Values of the names in `identify`, joined as they are; false: one is missing, or holds
 * a "/" that would make two persons' names alike, or a NUL, which no name here holds. */
static bool subject_of(struct str *out, const struct claims *claims, struct str identify,
                       struct arena *a)
{
    struct str rest = identify;
    bool several = str_contains(identify, STR("/"));
    *out = STR_NONE;
    while (rest.ptr) {
        struct str value = claim_of(claims, str_split(&rest, STR("/")));
        if (value.len == 0 || memchr(value.ptr, '\0', value.len) ||
            (several && str_contains(value, STR("/"))))
            return false;
        *out = out->len == 0 ? value : arena_printf(a, "%.*s/%.*s", STR_ARG(*out), STR_ARG(value));
    }
    return out->len > 0 && out->len <= SUBJECT_BYTES_MAX;
}

/* Reads from the claims whom the provider has signed in. */
static err_t word_of(struct outside_word *word, const struct outside_provider *p,
                     const struct claims *claims, struct arena *a, struct err *e)
{
    if (!subject_of(&word->subject, claims, p->identify, a))
        return err_set(e, E_DENIED, "the provider does not say who this is (%.*s)",
                       STR_ARG(p->identify));
    if (p->unit.len > 0) {
        word->unit_code = claim_of(claims, p->unit);
        if (word->unit_code.len == 0)
            return err_set(e, E_DENIED, "the provider does not say whose person this is (%.*s)",
                           STR_ARG(p->unit));
    }
    return OK;
}

err_t outside_finish(struct login_result *out, struct login *l, const struct outside_provider *p,
                     const struct outward *outward, const struct outside_return *r, struct arena *a,
                     struct err *e)
{
    const struct login_parts *parts = login_parts_of(l);
    struct claims claims = {0};
    struct finishing f = {.journey = {p, outward, clock_now_ms(parts->clock), a},
                          .given = r,
                          .hash = parts->suite->hash};
    bool oidc = p->kind == OUTSIDE_OIDC;
    struct outside_word word = {
        .provider = p->name, .means = oidc ? "oidc" : "cas", .visitor = r->visitor};
    err_t rc = store_write(parts->store, take_step, &f, e);

    *out = (struct login_result){0};
    if (rc != OK)
        return rc;
    if (!f.found)
        return err_set(e, E_DENIED,
                       "this sign-in was not begun in this browser, or too long ago; begin again");
    rc = oidc ? oidc_prove(&claims, &f.journey, r, e) : cas_prove(&claims, &f.journey, r, e);
    if (rc == OK)
        rc = word_of(&word, p, &claims, a, e);
    return rc == OK ? login_by_word(out, l, &word, a, e) : rc;
}

/* --- certificates -------------------------------------------------------------------------- */

/* One part: "CN=张三"; a comma in a value is written "\,". */
static bool dn_part(struct claim *out, struct str *rest, struct arena *a)
{
    size_t eq = str_find(*rest, STR("="), 0), at = eq + 1, len = 0;
    if (eq == 0 || eq >= rest->len)
        return false;
    char *value = arena_alloc(a, rest->len + 1);
    for (; at < rest->len && rest->ptr[at] != ','; at++) {
        char c = rest->ptr[at];
        if (c == '+' || c == '"' || (unsigned char)c < ' ')
            return false; /* several names in one part, quoting of RFC 2253: not taken */
        if (c == '\\') {
            if (++at >= rest->len || !strchr(",\\+\"<>;#= ", rest->ptr[at]))
                return false;
            c = rest->ptr[at];
        }
        value[len++] = c;
    }
    out->name = str_trim((struct str){rest->ptr, eq});
    out->value = (struct str){value, len};
    bool last = at >= rest->len;
    *rest = last ? STR_NONE : (struct str){rest->ptr + at + 1, rest->len - at - 1};
    return out->name.len > 0 && len > 0 && (last || rest->len > 0);
}

bool dn_parse(struct claims *out, struct str dn, struct arena *a)
{
    VEC(struct claim) parts = {0};
    struct str rest = dn;
    while (rest.len > 0) {
        struct claim c;
        if (!dn_part(&c, &rest, a))
            return false;
        VEC_PUSH(a, &parts, c);
    }
    *out = (struct claims){parts.ptr, parts.len};
    return parts.len > 0;
}

static bool is_issuer(struct certificate_name name, struct str dn, struct arena *a)
{
    struct claims wanted;
    if (!dn_parse(&wanted, dn, a) || wanted.count != name.count)
        return false;
    for (size_t i = 0; i < wanted.count; i++)
        if (!str_eq(wanted.items[i].name, name.parts[i].name) ||
            !str_eq(wanted.items[i].value, name.parts[i].value))
            return false;
    return true;
}

static struct claims claims_of(const struct certificate *c, struct arena *a)
{
    struct claim *items = arena_array(a, c->subject.count + 1, sizeof(*items));
    for (size_t i = 0; i < c->subject.count; i++)
        items[i] = (struct claim){c->subject.parts[i].name, c->subject.parts[i].value};
    items[c->subject.count] = (struct claim){STR("serial"), c->serial};
    return (struct claims){items, c->subject.count + 1};
}

static err_t judge(const struct outside_provider *p, const struct outside_certificate *c,
                   int64_t now_ms, struct arena *a, struct err *e)
{
    const struct certificate *shown = c->certificate;
    if (p->kind != OUTSIDE_CERTIFICATE || !str_is(c->verified, "SUCCESS"))
        return err_set(e, E_DENIED, "the gateway has seen no valid certificate");
    if (!is_issuer(shown->issuer, p->issuer, a))
        return err_set(e, E_DENIED, "the certificate is of another issuer");
    if (now_ms < shown->not_before_ms || now_ms > shown->not_after_ms)
        return err_set(e, E_DENIED, "the certificate's time is over, or has not come");
    return OK;
}

err_t outside_certificate(struct login_result *out, struct login *l,
                          const struct outside_provider *p, const struct outside_certificate *c,
                          struct arena *a, struct err *e)
{
    const struct outside_word nobody = {
        .provider = p->name, .means = "certificate", .visitor = c->visitor};
    struct outside_word word = nobody;
    struct claims claims = claims_of(c->certificate, a);
    *out = (struct login_result){0};
    err_t rc = judge(p, c, clock_now_ms(login_parts_of(l)->clock), a, e);
    if (rc == OK && (rc = word_of(&word, p, &claims, a, e)) == OK)
        rc = login_by_word(out, l, &word, a, e);
    struct err why = {0};
    err_t noted = rc == E_DENIED ? login_by_word(out, l, &nobody, a, &why) : OK;
    if (noted != OK && e)
        *e = why;
    return noted != OK ? noted : rc;
}
