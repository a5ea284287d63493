/* Mail and gateways: their settings, and a message in their form. */
#include "notify/channel.h"
#include "access/mutation.h"
#include "base/date.h"
#include "base/limits.h"
#include "base/msg.h"
#include "crypto/encode.h"
#include "text/json.h"

static bool is_mail(const struct channel *c)
{
    return str_is(c->name, "mail");
}

static struct str sealed_as(struct str name, struct arena *a)
{
    return arena_join(a, STR("channel "), name);
}

/* --- settings --------------------------------------------------------------------- */

err_t channel_get(struct channel *out, struct db *db, struct str name, const struct seal_key *seal,
                  struct arena *a, struct err *e)
{
    bool found = false;
    struct str sealed = STR_NONE;
    *out = (struct channel){.name = arena_dup(a, name)};
    err_t rc = db_row(&found, db,
                      "SELECT url, sender, login, secret, body, plain FROM channel WHERE name = ?1",
                      VALUES(v_str(name)),
                      INTO(into_str(&out->url), into_str(&out->sender), into_str(&out->login),
                           into_str(&sealed), into_str(&out->body), into_bool(&out->plain)),
                      a, e);
    if (rc == OK && !found)
        return err_set(e, E_NOTFOUND, "there is no channel \"%.*s\"", STR_ARG(name));
    if (rc == OK && seal && sealed.len > 0)
        rc = seal_open_text(&out->secret, seal, sealed, sealed_as(name, a), a, e);
    return rc;
}

static bool name_is_clean(struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9' && i > 0) || (c == '-' && i > 0)))
            return false;
    }
    return name.len > 0 && name.len <= 32 && !str_is(name, "webhook");
}

static err_t check(const struct channel *c, const struct deed *d, struct err *e)
{
    const struct letter nobody = {0};
    struct str body;
    struct url u;
    err_t rc;
    if (!deed_by_role(d, "system_administrator") && !access_off(STR("channels"), "system"))
        return err_set(e, E_DENIED, "channels are the system administrator's to set up");
    if (!name_is_clean(c->name))
        return err_set(e, E_INVALID,
                       "the name of a channel is 1 to 32 of a-z, 0-9 and -, and begins with a "
                       "letter");
    if ((rc = url_parse(&u, c->url, is_mail(c) ? "smtp" : "http", d->arena, e)) != OK)
        return rc;
    if (!is_mail(c))
        return gateway_body(&body, c->body, &nobody, d->arena, e);
    if (!mail_address_is_clean(c->sender))
        return err_set(e, E_INVALID, "\"%.*s\" is not a mail address", STR_ARG(c->sender));
    return OK;
}

/* All but the secret, whose presence alone is written down. */
static err_t note(struct db *db, const struct deed *d, const char *action, const struct channel *c,
                  struct err *e)
{
    const struct deed_field fields[] = {{"body", v_str(c->body)},     {"login", v_str(c->login)},
                                        {"name", v_str(c->name)},     {"plain", v_i64(c->plain)},
                                        {"sender", v_str(c->sender)}, {"url", v_str(c->url)}};
    int64_t version = 1;
    err_t rc = db_row(NULL, db,
                      "SELECT coalesce(max(version), 0) + 1 FROM record_version"
                      " WHERE type = 'channel' AND record_id = 1",
                      NULL, 0, INTO(into_i64(&version)), NULL, e);
    return rc == OK
               ? deed_version(d, db, "channel", 1, version, action, fields, ARRAY_LEN(fields), e)
               : rc;
}

/* What is there is kept for the address that it was given for, and for none besides. */
static err_t keep_secret(struct str *sealed, struct db *db, const struct channel *c,
                         const struct deed *d, const struct seal_key *seal, struct err *e)
{
    struct str url = STR_NONE;
    bool plain = false;
    if (c->secret.len > 0) {
        *sealed = seal_text(seal, c->secret, sealed_as(c->name, d->arena), d->arena);
        return OK;
    }
    *sealed = STR_NONE;
    err_t rc = db_row(NULL, db, "SELECT secret, url, plain FROM channel WHERE name = ?1",
                      VALUES(v_str(c->name)),
                      INTO(into_str(sealed), into_str(&url), into_bool(&plain)), d->arena, e);
    bool same = str_eq(url, c->url) && (!c->plain || plain);
    if (rc == OK && sealed->len > 0 && !same)
        return err_set(e, E_INVALID,
                       "secret: the one that is there was given for another address: give it "
                       "anew, or end the channel first");
    return rc;
}

err_t channel_put(struct db *db, const struct deed *d, const struct channel *c,
                  const struct seal_key *seal, struct err *e)
{
    static const struct upsert u = {"channel", "name",
                                    "url, sender, login, secret, body, plain, changed_ms,"
                                    " changed_by"};
    struct str sealed;
    err_t rc;
    if ((rc = check(c, d, e)) != OK || (rc = keep_secret(&sealed, db, c, d, seal, e)) != OK)
        return rc;
    rc = db_upsert(db, &u,
                   VALUES(v_str(c->name), v_str(c->url), v_str(c->sender), v_str(c->login),
                          v_str(sealed), v_str(c->body), v_i64(c->plain), v_i64(deed_now_ms(d)),
                          v_i64(d->by->account)),
                   e);
    return rc == OK ? note(db, d, "change", c, e) : rc;
}

err_t channel_delete(struct db *db, const struct deed *d, struct str name, struct err *e)
{
    struct channel c;
    err_t rc;
    if (!deed_by_role(d, "system_administrator") && !access_off(STR("channels"), "system"))
        return err_set(e, E_DENIED, "channels are the system administrator's to set up");
    if ((rc = channel_get(&c, db, name, NULL, d->arena, e)) != OK ||
        (rc = db_run(db, "DELETE FROM channel WHERE name = ?1", VALUES(v_str(name)), e)) != OK)
        return rc;
    return note(db, d, "end", &c, e);
}

/* --- a gateway's body --------------------------------------------------------------- */

static struct str letter_value(const struct letter *l, struct str name)
{
    const struct {
        const char *name;
        struct str value;
    } values[] = {{"title", l->title}, {"text", l->text},   {"link", l->link},
                  {"name", l->name},   {"phone", l->phone}, {"id", l->id}};
    for (size_t i = 0; i < ARRAY_LEN(values); i++)
        if (str_is(name, values[i].name))
            return values[i].value;
    return (struct str){name.ptr - 1, name.len + 2}; /* not ours: as it stands, with its braces */
}

static void fill_text(struct buf *to, struct str rest, const struct letter *l)
{
    while (rest.len > 0) {
        size_t open = str_find(rest, STR("{"), 0), close = str_find(rest, STR("}"), open);
        buf_add(to, (struct str){rest.ptr, close == rest.len ? rest.len : open});
        if (close == rest.len)
            return;
        buf_add(to, letter_value(l, (struct str){rest.ptr + open + 1, close - open - 1}));
        rest = (struct str){rest.ptr + close + 1, rest.len - close - 1};
    }
}

static void fill(struct jout *j, const struct jvalue *v, const struct letter *l)
{
    struct buf text;
    switch (v->type) {
    case J_NULL:
        jout_null(j);
        return;
    case J_FALSE:
    case J_TRUE:
        jout_bool(j, v->type == J_TRUE);
        return;
    case J_NUMBER:
        jout_raw(j, v->text);
        return;
    case J_STRING:
        buf_init(&text, 0);
        fill_text(&text, v->text, l);
        jout_str(j, buf_str(&text));
        buf_clear(&text);
        return;
    case J_ARRAY:
        jout_array(j);
        for (size_t i = 0; i < v->count; i++)
            fill(j, &v->items[i], l);
        jout_end_array(j);
        return;
    case J_OBJECT:
        jout_object(j);
        for (size_t i = 0; i < v->count; i++) {
            jout_name_str(j, v->names[i]);
            fill(j, &v->items[i], l);
        }
        jout_end_object(j);
        return;
    }
}

err_t gateway_body(struct str *out, struct str template, const struct letter *l, struct arena *a,
                   struct err *e)
{
    const struct jvalue *v = NULL;
    struct jout j;
    err_t rc;
    if (template.len > TEMPLATE_BYTES_MAX)
        return err_set(e, E_LIMIT, "the template of a channel has at most %zu bytes",
                       TEMPLATE_BYTES_MAX);
    if ((rc = jin_parse(&v, template, a, e)) != OK) {
        err_note(e, "the template of a channel");
        return rc;
    }
    jout_own(&j);
    fill(&j, v, l);
    *out = buf_take(j.to, a);
    return OK;
}

/* --- mail ---------------------------------------------------------------------------- */

/* RFC 2047: encoded words of at most 75 characters; 45 bytes are 60 of base64, cut
 * between characters. */
static void add_subject(struct buf *to, struct str s)
{
    bool first = true;
    while (s.len > 0 || first) {
        size_t n = s.len < 45 ? s.len : 45;
        while (n < s.len && n > 0 && ((unsigned char)s.ptr[n] & 0xC0) == 0x80)
            n--;
        n = n > 0 || s.len == 0 ? n : 45; /* no UTF-8: cut anywhere */
        buf_addz(to, first ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?");
        base64_add(to, str_bytes((struct str){s.ptr, n}));
        buf_addz(to, "?=");
        s = (struct str){s.ptr + n, s.len - n};
        first = false;
    }
}

static void add_date(struct buf *to, int64_t ms)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct date d = date_from_ms(ms);
    int64_t s = ms / 1000 % 86400;
    buf_addf(to, "%d %s %04d %02d:%02d:%02d +0000", d.day, months[d.month - 1], d.year,
             (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
}

/* A message of RFC 5322: plain text in UTF-8. */
static struct str mail_message(const struct channel *c, const struct letter *l, struct arena *a)
{
    struct buf b = {0}, text = {0};
    size_t at = str_find(c->sender, STR("@"), 0);
    buf_addz(&b, "Date: ");
    add_date(&b, l->at_ms);
    buf_addf(&b, "\r\nFrom: <%.*s>\r\nTo: <%.*s>\r\nSubject: ", STR_ARG(c->sender),
             STR_ARG(l->mail));
    add_subject(&b, l->title);
    buf_addf(&b, "\r\nMessage-ID: <%.*s%.*s>\r\n", STR_ARG(l->id),
             STR_ARG(((struct str){c->sender.ptr + at, c->sender.len - at})));
    buf_addz(&b, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                 "Content-Type: text/plain; charset=utf-8\r\n"
                 "Content-Transfer-Encoding: base64\r\n\r\n");
    buf_add(&text, l->text);
    if (l->link.len > 0)
        buf_addf(&text, "\n\n%.*s", STR_ARG(l->link));
    buf_addc(&text, '\n');
    for (size_t i = 0; i < text.len; i += 57) { /* 76 characters a line */
        size_t n = text.len - i < 57 ? text.len - i : 57;
        base64_add(&b, (struct bytes){(const uint8_t *)text.ptr + i, n});
        buf_addz(&b, "\r\n");
    }
    struct str message = arena_dup(a, buf_str(&b));
    buf_clear(&text);
    buf_clear(&b);
    return message;
}

/* --- sending -------------------------------------------------------------------------- */

static err_t send_to_gateway(const struct notify *n, const struct allowed_hosts *allowed,
                             const struct channel *c, const struct letter *l, struct arena *a,
                             struct err *e)
{
    struct http_header headers[3] = {{"Content-Type", STR("application/json")},
                                     {"Idempotency-Key", l->id},
                                     {"Authorization", c->secret}};
    struct http_answer answer;
    struct str body;
    err_t rc;
    if ((rc = gateway_body(&body, c->body, l, a, e)) != OK)
        return rc;
    rc = http_call(&answer, n->client,
                   &(struct http_call){.allowed = allowed,
                                       .method = "POST",
                                       .url = c->url,
                                       .headers = headers,
                                       .header_count = c->secret.len > 0 ? 3 : 2,
                                       .body = body},
                   a, e);
    if (rc == OK && (answer.status < 200 || answer.status > 299))
        return err_set(e, E_IO, "%.*s answers with status %d", STR_ARG(c->name), answer.status);
    return rc;
}

err_t channel_send(const struct notify *n, const struct allowed_hosts *allowed,
                   const struct channel *c, const struct letter *l, struct arena *a, struct err *e)
{
    if (!is_mail(c))
        return send_to_gateway(n, allowed, c, l, a, e);
    return mail_send(n->client,
                     &(struct mail){.allowed = allowed,
                                    .url = c->url,
                                    .user = c->login,
                                    .password = c->secret,
                                    .plain = c->plain,
                                    .from = c->sender,
                                    .to = l->mail,
                                    .message = mail_message(c, l, a)},
                     a, e);
}
