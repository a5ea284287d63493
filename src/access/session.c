/* Sessions: one row each while they live. That a session is over is decided when it is
 * looked for, from its times; deleting it afterwards only keeps the table small and
 * a clock that goes back from waking it. */
#include "access/session.h"
#include "access/unit.h"
#include "base/utf8.h"
#include "crypto/secret.h"
#include "db/row_mac.h"

#define CSRF_USE "zhiyun csrf"
#define DENGBAO_PASSWORD_MS ((int64_t)90 * 24 * 3600 * 1000) /* GB/T 22239: 定期更换 */
#define CLOCK_SLACK_MS 60000                                 /* hosts of one cluster, NTP steps */
#define AGENT_BYTES_MAX 200

/* --- looking ------------------------------------------------------------------------ */

static bool needs_code(const struct access_settings *t, const struct session_row *row)
{
    switch (t->second_factor) {
    case CODE_FOR_NOBODY:
        return false;
    case CODE_FOR_ADMINISTRATORS:
        return row->administrator;
    case CODE_FOR_REGULATORS:
        return row->session.regulator;
    case CODE_FOR_ALL:
        return true;
    }
    return true;
}

/* Only a password alone leaves something to be done; other means are their providers'. */
static unsigned needs_of(const struct access_settings *t, const struct session_row *row,
                         int64_t now_ms)
{
    const struct session *s = &row->session;
    unsigned needs = 0;
    if (!str_starts(s->means, STR("password")))
        return 0;
    if (row->password_temporary ||
        (t->passwords == PASSWORDS_DENGBAO && now_ms - row->password_ms > DENGBAO_PASSWORD_MS))
        needs |= SESSION_NEEDS_PASSWORD;
    if (str_is(s->means, "password") && !row->has_code && needs_code(t, row))
        needs |= SESSION_NEEDS_CODE;
    return needs;
}

static bool is_live(const struct access_settings *t, const struct session *s, int64_t now_ms)
{
    return now_ms - s->seen_ms <= s->idle_ms && now_ms - s->started_ms <= t->absolute_ms &&
           s->seen_ms - now_ms <= CLOCK_SLACK_MS;
}

err_t session_read(struct session_row *out, struct db *db, struct str digest, struct arena *a,
                   struct err *e)
{
    static const char sql[] =
        "SELECT s.id, s.account, s.started_ms, s.seen_ms, s.proved_ms, s.device, s.means, u.kind,"
        " (SELECT count(*) FROM role_grant g WHERE g.account = s.account AND g.state = 'active'"
        "  AND g.role IN ('system_administrator', 'security_administrator',"
        "  'audit_administrator')),"
        " c.password_temporary, c.password_ms, c.totp_confirmed"
        " FROM session s JOIN account a ON a.id = s.account JOIN unit u ON u.id = a.owner_unit"
        " LEFT JOIN credential c ON c.account = s.account"
        " WHERE s.digest = ?1 AND a.state = 'active' AND u.state = 'active'";
    struct session *s = &out->session;
    struct str kind = STR_NONE;
    *out = (struct session_row){0};
    err_t rc = db_row(NULL, db, sql, VALUES(v_str(digest)),
                      INTO(into_i64(&s->id), into_i64(&s->account), into_i64(&s->started_ms),
                           into_i64(&s->seen_ms), into_i64(&s->proved_ms), into_i64(&s->device),
                           into_str(&s->means), into_str(&kind), into_bool(&out->administrator),
                           into_bool(&out->password_temporary), into_i64(&out->password_ms),
                           into_bool(&out->has_code)),
                      a, e);
    if (rc == OK &&
        (rc = row_mac_require(e, db, "session", "%lld", (long long)s->id)) == E_DENIED) {
        *out = (struct session_row){0}; /* as if there were none */
        return OK;
    }
    s->regulator = unit_kind_is_office(kind) || out->administrator;
    return rc;
}

void session_judge(struct session *out, const struct session_row *row,
                   const struct access_settings *settings, int64_t now_ms)
{
    struct session s = row->session;
    s.unseen = now_ms - s.seen_ms >= SESSION_SEEN_EVERY_MS;
    s.needs = needs_of(settings, row, now_ms);
    s.idle_ms = s.regulator ? settings->regulator_idle_ms : settings->idle_ms;
    *out = is_live(settings, &s, now_ms) ? s : (struct session){0};
}

err_t session_find(struct session *out, struct db *db, const struct access_settings *settings,
                   enum hash_kind kind, struct str token, int64_t now_ms, struct arena *a,
                   struct err *e)
{
    char digest[HASH_HEX_LEN + 1];
    struct session_row row;
    bearer_digest(digest, kind, token);
    err_t rc = session_read(&row, db, str_of(digest), a, e);
    session_judge(out, &row, settings, now_ms);
    return rc;
}

void session_csrf(char out[HASH_HEX_LEN + 1], enum hash_kind kind, struct str token)
{
    bearer_derive(out, kind, token, CSRF_USE);
}

bool session_csrf_fits(enum hash_kind kind, struct str token, struct str given)
{
    char right[HASH_HEX_LEN + 1];
    session_csrf(right, kind, token);
    return given.len == HASH_HEX_LEN && secret_eq(right, given.ptr, HASH_HEX_LEN);
}

bool session_is_fresh(const struct session *s, int64_t now_ms, int64_t max_ms)
{
    return now_ms - s->proved_ms <= max_ms && s->proved_ms - now_ms <= CLOCK_SLACK_MS;
}

/* --- devices -------------------------------------------------------------------------- */

static bool is_bearer(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!strchr("0123456789abcdef", s.ptr[i]))
            return false;
    return s.len == BEARER_LEN;
}

err_t device_find(int64_t *id, struct db *db, int64_t account, enum hash_kind kind,
                  struct str cookie, struct err *e)
{
    char digest[HASH_HEX_LEN + 1];

    if (!is_bearer(cookie))
        return OK;
    bearer_digest(digest, kind, cookie);
    return db_i64(id, db, "SELECT id FROM known_device WHERE account = ?1 AND digest = ?2",
                  VALUES(v_i64(account), v_str(str_of(digest))), e);
}

/* What a browser says of itself, cut at a whole character. */
static struct str label_of(struct str agent)
{
    struct str s = utf8_cut(agent, AGENT_BYTES_MAX);
    bool clean = utf8_check(s) == s.len && (s.len == 0 || !memchr(s.ptr, '\0', s.len));
    return clean ? s : STR_NONE;
}

/* The device of this browser, made known where it is not. A cookie that another
 * account's sign-in left is used again: one browser has one. */
static err_t remember_device(int64_t *id, struct session_ticket *ticket, struct db *db,
                             const struct deed *d, const struct visitor *v, struct err *e)
{
    static const char forget[] =
        "DELETE FROM known_device WHERE account = ?1 AND id NOT IN (SELECT id FROM known_device"
        " WHERE account = ?1 ORDER BY last_ms DESC, id DESC LIMIT ?2)";
    char digest[HASH_HEX_LEN + 1];
    int64_t account = d->by->account, now_ms = deed_now_ms(d);
    err_t rc;

    ticket->device[0] = '\0';
    if ((rc = device_find(id, db, account, d->suite->hash, v->device, e)) != OK)
        return rc;
    if (*id != 0)
        return db_run(db, "UPDATE known_device SET last_ms = ?2 WHERE id = ?1",
                      VALUES(v_i64(*id), v_i64(now_ms)), e);
    if (!is_bearer(v->device))
        bearer_make(ticket->device);
    bearer_digest(digest, d->suite->hash, *ticket->device ? str_of(ticket->device) : v->device);
    rc = db_run(
        db,
        "INSERT INTO known_device (account, digest, label, first_ms, last_ms)"
        " VALUES (?1, ?2, ?3, ?4, ?4)",
        VALUES(v_i64(account), v_str(str_of(digest)), v_str(label_of(v->agent)), v_i64(now_ms)), e);
    if (rc != OK)
        return rc;
    *id = db_last_id(db);
    return db_run(db, forget, VALUES(v_i64(account), v_i64(DEVICES_PER_ACCOUNT)), e);
}

/* --- beginning and ending --------------------------------------------------------------- */

static void make_ticket(struct session_ticket *out, char digest[HASH_HEX_LEN + 1],
                        enum hash_kind kind)
{
    bearer_make(out->token);
    session_csrf(out->csrf, kind, str_of(out->token));
    bearer_digest(digest, kind, str_of(out->token));
}

err_t session_begin(struct session_ticket *out, struct db *db, const struct deed *d,
                    const struct visitor *v, const char *means, struct err *e)
{
    static const char insert[] =
        "INSERT INTO session (digest, account, started_ms, seen_ms, proved_ms, means, device,"
        " address) VALUES (?1, ?2, ?3, ?3, ?3, ?4, ?5, ?6)";
    static const char give_way[] =
        "DELETE FROM session WHERE account = ?1 AND id NOT IN (SELECT id FROM session"
        " WHERE account = ?1 ORDER BY seen_ms DESC, id DESC LIMIT ?2)";
    char digest[HASH_HEX_LEN + 1];
    int64_t device = 0;
    err_t rc;

    if ((rc = remember_device(&device, out, db, d, v, e)) != OK)
        return rc;
    make_ticket(out, digest, d->suite->hash);
    rc = db_run(db, insert,
                VALUES(v_str(str_of(digest)), v_i64(d->by->account), v_i64(deed_now_ms(d)),
                       v_str(str_of(means)), v_i64(device), v_str(v->address)),
                e);
    if (rc != OK)
        return rc;
    out->id = db_last_id(db);
    if ((rc = db_run(db, give_way, VALUES(v_i64(d->by->account), v_i64(SESSIONS_PER_ACCOUNT)),
                     e)) != OK)
        return rc;
    return deed_note(d, db, "login", "account", d->by->account, 0, e);
}

err_t session_rotate(struct session_ticket *out, struct db *db, const struct deed *d, int64_t id,
                     const char *means, struct err *e)
{
    static const char sql[] =
        "UPDATE session SET digest = ?3, proved_ms = ?4, seen_ms = ?4, means = ?5"
        " WHERE id = ?1 AND account = ?2 RETURNING id";
    char digest[HASH_HEX_LEN + 1];
    bool has_row = false;
    err_t rc;

    *out = (struct session_ticket){.id = id};
    make_ticket(out, digest, d->suite->hash);
    rc = db_any(&has_row, db, sql,
                VALUES(v_i64(id), v_i64(d->by->account), v_str(str_of(digest)),
                       v_i64(deed_now_ms(d)), v_str(str_of(means))),
                e);
    if (rc == OK && !has_row)
        return err_set(e, E_NOTFOUND, "this sign-in has ended; sign in again");
    return rc == OK ? deed_note(d, db, "step_up", "account", d->by->account, 0, e) : rc;
}

err_t session_end(struct db *db, const struct deed *d, int64_t id, struct err *e)
{
    bool has_row = false;
    err_t rc =
        db_any(&has_row, db, "DELETE FROM session WHERE id = ?1 AND account = ?2 RETURNING id",
               VALUES(v_i64(id), v_i64(d->by->account)), e);
    if (rc == OK && !has_row)
        return err_set(e, E_NOTFOUND, "this sign-in has ended already");
    return rc == OK ? deed_note(d, db, "logout", "account", d->by->account, 0, e) : rc;
}

err_t session_seen(struct db *db, int64_t id, int64_t now_ms, struct err *e)
{
    return db_run(db, "UPDATE session SET seen_ms = ?2 WHERE id = ?1 AND seen_ms < ?2",
                  VALUES(v_i64(id), v_i64(now_ms)), e);
}

err_t session_sweep(struct db *db, const struct access_settings *settings, int64_t now_ms,
                    struct err *e)
{
    static const char everybody[] = "DELETE FROM session WHERE started_ms < ?1 OR seen_ms < ?2";
    static const char regulators[] =
        "DELETE FROM session WHERE seen_ms < ?1 AND account IN (SELECT a.id FROM account a"
        " JOIN unit u ON u.id = a.owner_unit WHERE u.kind IN ('province_office', 'city_office',"
        " 'finance_office', 'audit_office', 'province_ip_centre') OR EXISTS (SELECT 1 FROM"
        " role_grant g WHERE g.account = a.id AND g.state = 'active' AND g.role IN"
        " ('system_administrator', 'security_administrator', 'audit_administrator')))";
    err_t rc =
        db_run(db, everybody,
               VALUES(v_i64(now_ms - settings->absolute_ms), v_i64(now_ms - settings->idle_ms)), e);
    return rc == OK ? db_run(db, regulators, VALUES(v_i64(now_ms - settings->regulator_idle_ms)), e)
                    : rc;
}
