/* The job that sends what waits. It reads one row that is due, calls, and writes
 * how it went under its lease: a job that is killed in between sends that row
 * again, with the same id. One row that fails holds back nobody else's; of one
 * webhook the later ones wait with it, so that order is kept as far as it can be. */
#include "base/msg.h"
#include "notify/channel.h"
#include "notify/notification.h"
#include "notify/outward.h"
#include "notify/public_url.h"
#include "notify/webhook.h"

#define DAILY_ROWS_MAX 200 /* in one message; more follow in the next */
#define KEPT_MS ((int64_t)30 * 24 * 3600000)

struct row {
    int64_t id, account, notification, attempts;
    struct str channel;
    bool daily;
    struct webhook_call call; /* channel "webhook" */
};

/* How the sending of a row ended. */
struct outcome {
    const struct row *row;
    enum { WENT_WELL, WENT_WRONG, WENT_NOWHERE } how; /* nowhere: dropped */
    bool for_good, gone;
    struct str why;
    int64_t now_ms, through; /* a daily message: rows up to this id went with it */
};

static err_t due(bool *out, struct db *db, int64_t now_ms, void *parts, struct err *e)
{
    (void)parts;
    return db_any(out, db, "SELECT id FROM outbox WHERE due_ms <= ?1 LIMIT 1",
                  VALUES(v_i64(now_ms)), e);
}

/* out->id 0: there is none. */
static err_t next_row(struct row *out, struct db *db, int64_t now_ms, struct arena *a,
                      struct err *e)
{
    *out = (struct row){0};
    return db_row(NULL, db,
                  "SELECT id, account, notification, attempts, channel, daily, webhook, uid,"
                  " type, body, record_id FROM outbox WHERE due_ms <= ?1"
                  " ORDER BY due_ms NULLS LAST, id LIMIT 1",
                  VALUES(v_i64(now_ms)),
                  INTO(into_i64(&out->id), into_i64(&out->account), into_i64(&out->notification),
                       into_i64(&out->attempts), into_str(&out->channel), into_bool(&out->daily),
                       into_i64(&out->call.webhook), into_str(&out->call.uid),
                       into_str(&out->call.type), into_str(&out->call.body),
                       into_i64(&out->call.record_id)),
                  a, e);
}

/* --- what a person is told --------------------------------------------------------- */

static err_t find_person(bool *found, struct letter *l, const struct delivery *d, int64_t account,
                         struct err *e)
{
    *found = false;
    return db_row(found, d->db,
                  "SELECT display_name, email, phone FROM account WHERE id = ?1"
                  " AND state = 'active'",
                  VALUES(v_i64(account)),
                  INTO(into_str(&l->name), into_str(&l->mail), into_str(&l->phone)), d->arena, e);
}

static struct str full_link(const struct notify *n, struct str link, struct arena *a)
{
    return link.len > 0 && n->public_url.len > 0
               ? arena_join(a, n->public_url, notification_page(link, a))
               : STR_NONE;
}

static err_t one_title(struct letter *l, const struct delivery *d, int64_t id, struct err *e)
{
    struct arena *a = d->arena;
    struct str kind, arguments, link;
    bool found = false;
    err_t rc = db_row(&found, d->db, "SELECT kind, arguments, link FROM notification WHERE id = ?1",
                      VALUES(v_i64(id)),
                      INTO(into_str(&kind), into_str(&arguments), into_str(&link)), a, e);
    if (found) {
        l->title = notification_title(msg_lang(), kind, arguments, a);
        l->text = l->title;
        l->link = full_link(d->notify, link, a);
    }
    return rc;
}

/* All that is due of the day, in one message. */
static err_t day_of_titles(int64_t *through, struct letter *l, const struct delivery *d,
                           const struct row *row, struct err *e)
{
    struct arena *a = d->arena;
    struct buf text = {0};
    int count = 0;
    err_t rc = OK;
    EACH_ROW(st, rc, e, d->db,
             "SELECT o.id, m.kind, m.arguments, m.link FROM outbox o"
             " JOIN notification m ON m.id = o.notification"
             " WHERE o.account = ?1 AND o.channel = ?2 AND o.daily = 1"
             " AND o.due_ms <= ?3 AND o.id >= ?4 ORDER BY o.id NULLS LAST LIMIT ?5",
             VALUES(v_i64(row->account), v_str(row->channel), v_i64(l->at_ms), v_i64(row->id),
                    v_i64(DAILY_ROWS_MAX))) {
        struct str title = notification_title(msg_lang(), stmt_str(st, 1), stmt_str(st, 2), a);
        struct str link = full_link(d->notify, stmt_str(st, 3), a);
        buf_addf(&text, link.len > 0 ? "%s%d. %.*s\n   %.*s" : "%s%d. %.*s%.*s",
                 count > 0 ? "\n" : "", count + 1, STR_ARG(title), STR_ARG(link));
        *through = stmt_i64(st, 0);
        count++;
    }
    l->title = arena_printf(a, msg("%d messages of the day"), count);
    l->text = buf_take(&text, a);
    return rc;
}

static err_t tell_person(struct outcome *x, const struct delivery *d, struct err *e)
{
    const struct notify *n = d->notify;
    const struct row *row = x->row;
    struct letter l = {.id = row->call.uid, .at_ms = x->now_ms};
    struct channel c;
    bool found;
    err_t rc = channel_get(&c, d->db, row->channel, n->seal, d->arena, e);
    if (rc == E_NOTFOUND) { /* the channel was taken away meanwhile */
        x->how = WENT_NOWHERE;
        return OK;
    }
    if (rc != OK || (rc = find_person(&found, &l, d, row->account, e)) != OK)
        return rc;
    if (!found || (str_is(row->channel, "mail") && l.mail.len == 0)) {
        x->how = WENT_NOWHERE;
        return OK;
    }
    rc = row->daily ? day_of_titles(&x->through, &l, d, row, e)
                    : one_title(&l, d, row->notification, e);
    return rc == OK ? channel_send(n, d->allowed, &c, &l, d->arena, e) : rc;
}

/* --- one row ------------------------------------------------------------------------- */

static err_t fail_step(struct db *db, const struct outcome *x, struct err *e)
{
    const struct row *row = x->row;
    bool last = x->for_good || row->attempts + 1 >= OUTBOX_ATTEMPTS_MAX;
    int64_t again_ms = x->now_ms + job_backoff_ms(row->attempts + 1);
    err_t rc;
    if (last)
        rc = db_run(db,
                    "UPDATE outbox SET state = 'failed', attempts = attempts + 1, error = ?2,"
                    " due_ms = NULL, ended_ms = ?3 WHERE id = ?1",
                    VALUES(v_i64(row->id), v_str(x->why), v_i64(x->now_ms)), e);
    else
        rc = db_run(db,
                    "UPDATE outbox SET attempts = attempts + 1, error = ?2, due_ms = ?3"
                    " WHERE id = ?1",
                    VALUES(v_i64(row->id), v_str(x->why), v_i64(again_ms)), e);
    if (rc != OK || row->call.webhook == 0)
        return rc;
    rc = db_run(db, "UPDATE outbox SET due_ms = ?2 WHERE webhook = ?1 AND due_ms < ?2",
                VALUES(v_i64(row->call.webhook), v_i64(again_ms)), e);
    const struct webhook_end end = {.gone = x->gone, .why = x->why, .now_ms = x->now_ms};
    return rc == OK ? webhook_went(db, row->call.webhook, &end, e) : rc;
}

static err_t outcome_step(struct db *db, void *arg, struct err *e)
{
    const struct outcome *x = arg;
    const struct row *row = x->row;
    err_t rc;
    if (x->how == WENT_WRONG)
        return fail_step(db, x, e);
    rc = db_run(db,
                "UPDATE outbox SET state = ?2, attempts = attempts + 1, error = NULL,"
                " due_ms = NULL, ended_ms = ?3 WHERE id = ?1",
                VALUES(v_i64(row->id), v_str(x->how == WENT_WELL ? STR("sent") : STR("dropped")),
                       v_i64(x->now_ms)),
                e);
    if (rc == OK && x->through > 0)
        rc = db_run(db,
                    "UPDATE outbox SET state = 'sent', attempts = attempts + 1, due_ms = NULL,"
                    " ended_ms = ?4 WHERE account = ?1 AND channel = ?2 AND daily = 1"
                    " AND due_ms <= ?4 AND id > ?3 AND id <= ?5",
                    VALUES(v_i64(row->account), v_str(row->channel), v_i64(row->id),
                           v_i64(x->now_ms), v_i64(x->through)),
                    e);
    if (rc == OK && row->call.webhook != 0 && x->how == WENT_WELL)
        rc = webhook_went(db, row->call.webhook,
                          &(struct webhook_end){.well = true, .now_ms = x->now_ms}, e);
    return rc;
}

/* What we or the receiver will refuse tomorrow too. */
static bool is_for_good(err_t rc)
{
    return rc == E_INVALID || rc == E_DENIED || rc == E_CORRUPT || rc == E_LIMIT;
}

static err_t send_row(struct outcome *x, const struct notify *n, struct db *db, struct arena *a,
                      struct err *e)
{
    const struct row *row = x->row;
    struct allowed_hosts allowed;
    const struct delivery sending = {n, db, &allowed, x->now_ms, a};
    struct webhook_sent sent = {0};
    struct err why;
    err_t rc = outward_hosts(&allowed, db, a, e);
    if (rc != OK)
        return rc;
    if (row->call.webhook != 0)
        rc = webhook_send(&sent, &sending, &row->call, &why);
    else
        rc = tell_person(x, &sending, &why);
    x->gone |= sent.gone;
    if (sent.dropped)
        x->how = WENT_NOWHERE;
    if (rc == OK)
        return OK;
    x->how = WENT_WRONG;
    x->for_good = is_for_good(rc) || x->gone;
    x->why = arena_dup(a, str_of(why.text));
    return OK;
}

/* *more: there was one. The reader stays lent over the call, with no statement open:
 * it holds no snapshot. */
static err_t deliver_one(bool *more, struct job_run *r, struct arena *a, struct err *e)
{
    struct notify n = *(const struct notify *)job_run_parts(r);
    struct store *store = job_run_store(r);
    struct row row;
    struct outcome x = {.row = &row, .now_ms = clock_now_ms(job_run_clock(r))};
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, store, e);
    if (rc != OK)
        return rc;
    rc = next_row(&row, db, x.now_ms, a, e);
    *more = row.id != 0;
    if (rc == OK && *more && n.public_url.len == 0)
        rc = public_url_get(&n.public_url, db, a, e);
    if (rc == OK && *more)
        rc = send_row(&x, &n, db, a, e);
    store_reader_put(store, db);
    return rc == OK && *more ? job_run_step(r, outcome_step, &x, STR_NONE, e) : rc;
}

static err_t sweep_step(struct db *db, void *arg, struct err *e)
{
    return db_run(db,
                  "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE ended_ms < ?1"
                  " ORDER BY id NULLS LAST LIMIT 500)",
                  VALUES(v_i64(*(int64_t *)arg - KEPT_MS)), e);
}

static err_t deliver(struct job_run *r, struct err *e)
{
    struct arena *a = arena_new();
    int64_t sent = 0, now_ms = clock_now_ms(job_run_clock(r));
    bool more = true;
    err_t rc = OK;
    while (rc == OK && more) {
        arena_reset(a);
        more = false;
        rc = job_run_stops(r) ? job_run_stopped(e) : deliver_one(&more, r, a, e);
        if (rc == OK && more)
            job_run_progress(r, ++sent, 0, STR_NONE);
    }
    if (rc == OK && !job_run_doubts(r))
        rc = job_run_step(r, sweep_step, &now_ms, STR_NONE, e);
    arena_free(a);
    return rc;
}

const struct job_kind job_outbox = {
    .name = "outbox", .title = N_("send messages"), .run = deliver, .due = due, .timeless = true};
