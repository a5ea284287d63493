/* Subscriptions, the job that follows the log for them, one signed call. */
#include "notify/webhook.h"
#include "access/mutation.h"
#include "base/msg.h"
#include "base/vec.h"
#include "crypto/encode.h"
#include "crypto/random.h"
#include "crypto/secret.h"
#include "notify/notification.h"
#include "notify/outward.h"
#include "text/json.h"

#define EVENTS_MAX 50
#define ENTRIES_A_STEP 200 /* of the log, for one webhook: a step takes 5 ms */

/* --- subscriptions ------------------------------------------------------------------- */

void webhook_secret_new(uint8_t secret[WEBHOOK_SECRET_LEN])
{
    random_bytes(secret, WEBHOOK_SECRET_LEN);
}

struct str webhook_secret_text(const uint8_t secret[WEBHOOK_SECRET_LEN], struct arena *a)
{
    return arena_join(a, STR("whsec_"), base64_of((struct bytes){secret, WEBHOOK_SECRET_LEN}, a));
}

/* "type.action", "type.*" or "*"; words of a-z, 0-9 and _. */
static bool event_is_clean(struct str s)
{
    size_t dots = 0;
    if (str_is(s, "*"))
        return true;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        dots += c == '.';
        bool star = c == '*' && i + 1 == s.len && i > 0 && s.ptr[i - 1] == '.';
        if (!star && c != '.' && c != '_' && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9'))
            return false;
    }
    return dots == 1 && s.len <= 100 && s.ptr[0] != '.' && s.ptr[s.len - 1] != '.';
}

static err_t events_json(struct str *out, const struct webhook_draft *draft, struct arena *a,
                         struct err *e)
{
    struct jout j;
    if (draft->event_count == 0 || draft->event_count > EVENTS_MAX)
        return err_set(e, E_INVALID, "a webhook names 1 to %d events", EVENTS_MAX);
    jout_own(&j);
    jout_array(&j);
    for (size_t i = 0; i < draft->event_count; i++) {
        if (!event_is_clean(draft->events[i])) {
            buf_clear(j.to);
            return err_set(e, E_INVALID, "\"%.*s\" is not an event; write deal.create, deal.* or *",
                           STR_ARG(draft->events[i]));
        }
        jout_str(&j, draft->events[i]);
    }
    jout_end_array(&j);
    *out = buf_take(j.to, a);
    return OK;
}

err_t webhook_create(int64_t *id, struct db *db, const struct deed *d,
                     const struct webhook_draft *draft, const uint8_t secret[WEBHOOK_SECRET_LEN],
                     const struct seal_key *seal, struct err *e)
{
    struct str events, text = webhook_secret_text(secret, d->arena);
    struct url u;
    int64_t next, held, now_ms = deed_now_ms(d), owner = d->by->account;
    err_t rc;
    if ((rc = url_parse(&u, draft->url, "http", d->arena, e)) != OK ||
        (rc = outward_check(db, &u, d->arena, e)) != OK ||
        (rc = events_json(&events, draft, d->arena, e)) != OK ||
        (rc =
             db_i64(&held, db, "SELECT count(*) FROM webhook WHERE owner = ?1 AND state <> 'ended'",
                    VALUES(v_i64(owner)), e)) != OK ||
        (rc = db_i64(&next, db, "SELECT max(leaf) + 1 FROM log_entry WHERE leaf IS NOT NULL", NULL,
                     0, e)) != OK)
        return rc;
    if (held >= WEBHOOKS_OF_ACCOUNT_MAX)
        return err_set(e, E_LIMIT, "one account has at most %d webhooks", WEBHOOKS_OF_ACCOUNT_MAX);
    if ((rc = db_run(db,
                     "INSERT INTO webhook (version, state, owner, url, secret, events, next_leaf,"
                     " failures, created_ms, changed_ms)"
                     " VALUES (1, 'active', ?1, ?2, ?3, ?4, ?5, 0, ?6, ?6)",
                     VALUES(v_i64(owner), v_str(u.text),
                            v_str(seal_text(seal, text, STR("webhook"), d->arena)), v_str(events),
                            v_i64(next), v_i64(now_ms)),
                     e)) != OK)
        return rc;
    *id = db_last_id(db);
    const struct deed_field fields[] = {{"events", v_str(events)}, {"url", v_str(u.text)}};
    return deed_version(d, db, "webhook", *id, 1, "create", fields, ARRAY_LEN(fields), e);
}

static err_t drop_waiting(struct db *db, int64_t id, int64_t now_ms, struct err *e)
{
    return db_run(db,
                  "UPDATE outbox SET state = 'dropped', due_ms = NULL, ended_ms = ?2"
                  " WHERE webhook = ?1 AND due_ms IS NOT NULL",
                  VALUES(v_i64(id), v_i64(now_ms)), e);
}

err_t webhook_delete(struct db *db, const struct deed *d, int64_t id, struct err *e)
{
    int64_t version, now_ms = deed_now_ms(d);
    err_t rc = db_i64(&version, db,
                      "UPDATE webhook SET state = 'ended', version = version + 1, changed_ms = ?3"
                      " WHERE id = ?1 AND (owner = ?2 OR ?4 = 1) AND state <> 'ended'"
                      " RETURNING version",
                      VALUES(v_i64(id), v_i64(d->by->account), v_i64(now_ms),
                             v_i64(access_off(STR("webhooks"), "owner"))),
                      e);
    if (rc == OK && version == 0)
        return err_set(e, E_NOTFOUND, "there is no webhook %lld", (long long)id);
    if (rc == OK)
        rc = drop_waiting(db, id, now_ms, e);
    return rc == OK ? deed_version(d, db, "webhook", id, version, "end", NULL, 0, e) : rc;
}

#define COLUMNS "id, owner, next_leaf, failures, created_ms, changed_ms, state, url, events, error"
#define WEBHOOK_COLUMNS(w)                                                                         \
    into_i64(&(w)->id), into_i64(&(w)->owner), into_i64(&(w)->next_leaf),                          \
        into_i64(&(w)->failures), into_i64(&(w)->created_ms), into_i64(&(w)->changed_ms),          \
        into_str(&(w)->state), into_str(&(w)->url), into_str(&(w)->events), into_str(&(w)->error)

err_t webhook_list(struct webhooks *out, struct db *db, int64_t owner, struct arena *a,
                   struct err *e)
{
    struct webhook w = {0};
    return db_rows(ROWS(out, w), db,
                   "SELECT " COLUMNS " FROM webhook WHERE owner = ?1 AND state <> 'ended'"
                   " ORDER BY id DESC NULLS LAST",
                   VALUES(v_i64(owner)), INTO(WEBHOOK_COLUMNS(&w)), a, e);
}

bool webhook_wants(struct str events, struct str type, struct str action, struct arena *a)
{
    const struct jvalue *list = NULL;
    if (jin_parse(&list, events, a, NULL) != OK)
        return false;
    struct str exact = arena_printf(a, "%.*s.%.*s", STR_ARG(type), STR_ARG(action));
    struct str any = arena_printf(a, "%.*s.*", STR_ARG(type));
    for (size_t i = 0; i < list->count; i++) {
        struct str one = list->items[i].text;
        if (str_is(one, "*") || str_eq(one, any) || str_eq(one, exact))
            return true;
    }
    return false;
}

/* --- following the log ---------------------------------------------------------------- */

static err_t due(bool *out, struct db *db, int64_t now_ms, void *parts, struct err *e)
{
    int64_t behind;
    (void)now_ms;
    (void)parts;
    err_t rc = db_i64(&behind, db,
                      "SELECT 1 FROM webhook WHERE state = 'active'"
                      " AND next_leaf <= (SELECT max(leaf) FROM log_entry WHERE leaf IS NOT NULL)"
                      " LIMIT 1",
                      NULL, 0, e);
    *out = behind == 1;
    return rc;
}

/* One message for the outbox. */
struct found {
    struct str uid, type, body;
    int64_t record_id;
};

/* Who reads: the owner of a webhook. */
struct reading {
    const struct notify *notify;
    struct db *db;
    struct subject by;
    int64_t now_ms;
    struct arena *arena;
};

struct feed {
    const struct webhook *hook;
    struct reading reading;
    int64_t next_leaf;
    VEC(struct found) found;
};

static struct str message_of(const struct jvalue *entry, int64_t leaf, struct arena *a)
{
    struct str type = jin_text(entry, "type"), action = jin_text(entry, "do");
    int64_t id = 0, version = 0;
    struct jout j;
    jout_open(&j);
    jout_pair(&j, "type", arena_printf(a, "%.*s.%.*s", STR_ARG(type), STR_ARG(action)));
    jout_pair(&j, "timestamp", jin_text(entry, "at"));
    jout_pair_object(&j, "data");
    jout_pair(&j, "entry", jin_text(entry, "uid"));
    jout_pair_i64(&j, "leaf", leaf);
    jout_pair(&j, "type", type);
    if (jin_i64(&id, entry, "id"))
        jout_pair_i64(&j, "id", id);
    if (jin_i64(&version, entry, "version"))
        jout_pair_i64(&j, "version", version);
    jout_end_object(&j);
    return jout_take(&j, a);
}

static err_t may_read(bool *out, const struct reading *r, struct str type, int64_t id,
                      struct err *e)
{
    const struct notify *n = r->notify;
    *out = false;
    return n->may_read ? n->may_read(out, n->may_read_arg, r->db, &r->by, type, id, r->arena, e)
                       : OK;
}

static err_t load_reader(struct reading *r, int64_t owner, struct err *e)
{
    struct str today = business_date(r->now_ms, r->arena);
    return subject_load(&r->by, r->db, owner, today, r->now_ms, r->arena, e);
}

/* One entry: is it told to this webhook? A refusal (status) is nobody's news. */
static err_t look_at(struct feed *f, struct str body, int64_t leaf, struct err *e)
{
    const struct notify *n = f->reading.notify;
    struct arena *a = f->reading.arena;
    const struct jvalue *entry = NULL;
    int64_t id = 0;
    bool told = false;
    err_t rc = jin_parse(&entry, body, a, e);
    if (rc != OK)
        return rc;
    struct str type = jin_text(entry, "type");
    if (type.len == 0 || !jin_i64(&id, entry, "id") || jin_get(entry, "status") ||
        (n->told && !n->told(type, jin_text(entry, "do"))) ||
        !webhook_wants(f->hook->events, type, jin_text(entry, "do"), a))
        return OK;
    if ((rc = may_read(&told, &f->reading, type, id, e)) != OK || !told)
        return rc;
    VEC_PUSH(
        a, &f->found,
        ((struct found){.uid = arena_printf(a, "msg_%.*s_%lld", STR_ARG(jin_text(entry, "uid")),
                                            (long long)f->hook->id),
                        .type = type,
                        .record_id = id,
                        .body = message_of(entry, leaf, a)}));
    return OK;
}

static err_t look_at_log(struct feed *f, struct err *e)
{
    err_t rc = OK;
    f->next_leaf = f->hook->next_leaf;
    EACH_ROW(st, rc, e, f->reading.db,
             "SELECT leaf, body FROM log_entry WHERE leaf >= ?1"
             " ORDER BY leaf NULLS LAST LIMIT ?2",
             VALUES(v_i64(f->hook->next_leaf), v_i64(ENTRIES_A_STEP))) {
        int64_t leaf = stmt_i64(st, 0);
        rc = look_at(f, arena_dup(f->reading.arena, stmt_str(st, 1)), leaf, e);
        f->next_leaf = leaf + 1;
    }
    return rc;
}

/* Messages and where to go on, in one step. */
static err_t feed_step(struct db *db, void *arg, struct err *e)
{
    const struct feed *f = arg;
    int64_t moved;
    err_t rc =
        db_i64(&moved, db,
               "UPDATE webhook SET next_leaf = ?3 WHERE id = ?1 AND next_leaf = ?2"
               " AND state = 'active' RETURNING 1",
               VALUES(v_i64(f->hook->id), v_i64(f->hook->next_leaf), v_i64(f->next_leaf)), e);
    for (size_t i = 0; rc == OK && moved && i < f->found.len; i++)
        rc = db_run(db,
                    "INSERT INTO outbox (uid, channel, state, account, webhook, type, record_id,"
                    " body, daily, attempts, due_ms, created_ms)"
                    " VALUES (?1, 'webhook', 'waiting', ?2, ?3, ?4, ?5, ?6, 0, 0, ?7, ?7)",
                    VALUES(v_str(f->found.ptr[i].uid), v_i64(f->hook->owner), v_i64(f->hook->id),
                           v_str(f->found.ptr[i].type), v_i64(f->found.ptr[i].record_id),
                           v_str(f->found.ptr[i].body), v_i64(f->reading.now_ms)),
                    e);
    return rc;
}

struct ending {
    int64_t id, now_ms;
    struct str why;
};

static err_t disable_step(struct db *db, void *arg, struct err *e)
{
    const struct ending *x = arg;
    err_t rc = db_run(db,
                      "UPDATE webhook SET state = 'disabled', error = ?2, version = version + 1,"
                      " changed_ms = ?3 WHERE id = ?1 AND state = 'active'",
                      VALUES(v_i64(x->id), v_str(x->why), v_i64(x->now_ms)), e);
    return rc == OK ? drop_waiting(db, x->id, x->now_ms, e) : rc;
}

/* Up to ENTRIES_A_STEP entries for one webhook; *more: there may be others. */
static err_t feed_one(bool *more, struct job_run *r, const struct webhook *hook, struct arena *a,
                      struct err *e)
{
    struct store *store = job_run_store(r);
    struct feed f = {.hook = hook,
                     .reading = {.notify = job_run_parts(r),
                                 .now_ms = clock_now_ms(job_run_clock(r)),
                                 .arena = a}};
    struct err why;
    err_t rc = store_reader_get(&f.reading.db, store, e);
    if (rc != OK)
        return rc;
    rc = load_reader(&f.reading, hook->owner, &why);
    bool has_left = rc == E_DENIED || rc == E_NOTFOUND;
    if (rc == OK)
        rc = look_at_log(&f, e);
    else if (!has_left && e)
        *e = why;
    store_reader_put(store, f.reading.db);
    *more = rc == OK && f.next_leaf - hook->next_leaf >= ENTRIES_A_STEP;
    if (has_left)
        return job_run_step(r, disable_step,
                            &(struct ending){hook->id, f.reading.now_ms, str_of(why.text)},
                            STR_NONE, e);
    return rc == OK ? job_run_step(r, feed_step, &f, STR_NONE, e) : rc;
}

static err_t behind(struct webhooks *out, struct store *store, struct arena *a, struct err *e)
{
    struct webhook w = {0};
    return STORE_READ(
        db, store, e,
        db_rows(ROWS(out, w), db,
                "SELECT " COLUMNS " FROM webhook WHERE state = 'active'"
                " AND next_leaf <= (SELECT max(leaf) FROM log_entry WHERE leaf IS NOT NULL)"
                " ORDER BY id NULLS LAST",
                NULL, 0, INTO(WEBHOOK_COLUMNS(&w)), a, e));
}

static err_t follow(struct job_run *r, struct err *e)
{
    struct arena *a = arena_new();
    bool again = true;
    err_t rc = OK;
    while (rc == OK && again) {
        struct webhooks hooks = {0};
        arena_reset(a);
        again = false;
        rc = behind(&hooks, job_run_store(r), a, e);
        for (size_t i = 0; rc == OK && i < hooks.len; i++) {
            bool more = false;
            rc = job_run_stops(r) ? job_run_stopped(e) : feed_one(&more, r, &hooks.ptr[i], a, e);
            again |= more;
        }
    }
    arena_free(a);
    return rc;
}

const struct job_kind job_webhooks = {.name = "webhooks",
                                      .title = N_("find what webhooks are told"),
                                      .run = follow,
                                      .due = due,
                                      .timeless = true};

/* --- calling --------------------------------------------------------------------------- */

struct str webhook_signature(struct bytes secret, struct str id, int64_t seconds, struct str body,
                             struct arena *a)
{
    struct str head = arena_printf(a, "%.*s.%lld.", STR_ARG(id), (long long)seconds);
    struct hmac *m = hmac_new(HASH_SHA256);
    hmac_begin(m, secret);
    hmac_add(m, str_bytes(head));
    hmac_add(m, str_bytes(body));
    struct digest d = hmac_end(m);
    hmac_free(m);
    return arena_join(a, STR("v1,"), base64_of((struct bytes){d.byte, HASH_LEN}, a));
}

struct called { /* a webhook that is active */
    bool found;
    struct webhook hook;
    struct str sealed; /* its secret */
};

static err_t read_hook(struct called *out, struct db *db, int64_t id, struct arena *a,
                       struct err *e)
{
    *out = (struct called){0};
    return db_row(&out->found, db,
                  "SELECT " COLUMNS ", secret FROM webhook WHERE id = ?1 AND"
                  " state = 'active'",
                  VALUES(v_i64(id)), INTO(WEBHOOK_COLUMNS(&out->hook), into_str(&out->sealed)), a,
                  e);
}

/* Its owner may have lost the right since the message was made. */
static err_t still_may(bool *out, const struct delivery *s, int64_t owner,
                       const struct webhook_call *c, struct err *e)
{
    struct reading r = {.notify = s->notify, .db = s->db, .now_ms = s->now_ms, .arena = s->arena};
    *out = false;
    err_t rc = load_reader(&r, owner, e);
    if (rc == E_DENIED || rc == E_NOTFOUND)
        return OK;
    return rc == OK ? may_read(out, &r, c->type, c->record_id, e) : rc;
}

static err_t open_secret(uint8_t secret[WEBHOOK_SECRET_LEN], const struct notify *n,
                         struct str sealed, struct arena *a, struct err *e)
{
    struct str text, prefix = STR("whsec_");
    size_t len = 0;
    err_t rc = seal_open_text(&text, n->seal, sealed, STR("webhook"), a, e);
    if (rc != OK)
        return rc;
    if (!str_starts(text, prefix) ||
        !base64_read(secret, &len, WEBHOOK_SECRET_LEN,
                     (struct str){text.ptr + prefix.len, text.len - prefix.len}) ||
        len != WEBHOOK_SECRET_LEN)
        return err_set(e, E_CORRUPT, "the secret of a webhook does not read back");
    return OK;
}

err_t webhook_send(struct webhook_sent *out, const struct delivery *s, const struct webhook_call *c,
                   struct err *e)
{
    uint8_t secret[WEBHOOK_SECRET_LEN];
    struct arena *a = s->arena;
    struct called to;
    struct http_answer answer;
    int64_t seconds = s->now_ms / 1000;
    bool may = false;
    err_t rc;

    *out = (struct webhook_sent){0};
    if ((rc = read_hook(&to, s->db, c->webhook, a, e)) != OK ||
        (to.found && (rc = still_may(&may, s, to.hook.owner, c, e)) != OK))
        return rc;
    out->dropped = !may;
    if (out->dropped)
        return OK;
    if ((rc = open_secret(secret, s->notify, to.sealed, a, e)) != OK)
        return rc;
    struct http_header headers[] = {
        {"Content-Type", STR("application/json")},
        {"webhook-id", c->uid},
        {"webhook-timestamp", arena_printf(a, "%lld", (long long)seconds)},
        {"webhook-signature",
         webhook_signature((struct bytes){secret, sizeof(secret)}, c->uid, seconds, c->body, a)}};
    secret_wipe(secret, sizeof(secret));
    rc = http_call(&answer, s->notify->client,
                   &(struct http_call){.allowed = s->allowed,
                                       .method = "POST",
                                       .url = to.hook.url,
                                       .headers = headers,
                                       .header_count = ARRAY_LEN(headers),
                                       .body = c->body},
                   a, e);
    if (rc != OK || (answer.status >= 200 && answer.status <= 299))
        return rc;
    out->gone = answer.status == 410;
    return err_set(e, E_IO, "%.*s answers with status %d", STR_ARG(to.hook.url), answer.status);
}

static err_t tell_owner(struct db *db, int64_t id, int64_t now_ms, struct err *e)
{
    struct arena *a = arena_new();
    struct jout j;
    struct url u;
    struct str url;
    bool found;
    int64_t owner = 0, made;
    err_t rc = db_row(&found, db, "SELECT owner, url FROM webhook WHERE id = ?1", VALUES(v_i64(id)),
                      INTO(into_i64(&owner), into_str(&url)), a, e);
    if (found && (rc = url_parse(&u, url, "http", a, e)) == OK) {
        jout_open(&j);
        jout_pair(&j, "host", u.host);
        jout_end_object(&j);
        rc = notification_post(&made, db,
                               &(struct notification_draft){.account = owner,
                                                            .kind = "webhook_disabled",
                                                            .arguments = buf_str(j.to)},
                               now_ms, e);
        buf_clear(j.to);
    }
    arena_free(a);
    return rc;
}

err_t webhook_went(struct db *db, int64_t id, const struct webhook_end *end, struct err *e)
{
    int64_t failures;
    err_t rc;
    if (end->well)
        return db_run(db,
                      "UPDATE webhook SET failures = 0, error = NULL WHERE id = ?1"
                      " AND failures > 0",
                      VALUES(v_i64(id)), e);
    rc = db_i64(&failures, db,
                "UPDATE webhook SET failures = failures + 1, error = ?2 WHERE id = ?1"
                " AND state = 'active' RETURNING failures",
                VALUES(v_i64(id), v_str(end->why)), e);
    if (rc != OK || (failures < WEBHOOK_FAILURES_MAX && !(end->gone && failures > 0)))
        return rc;
    if ((rc = disable_step(db, &(struct ending){id, end->now_ms, end->why}, e)) != OK)
        return rc;
    return tell_owner(db, id, end->now_ms, e);
}
