/* The list of hosts that may be called, and its entries in the log. */
#include "notify/outward.h"
#include "access/mutation.h"
#include "access/security_change.h"
#include "base/vec.h"
#include "db/row_mac.h"

err_t outward_hosts(struct allowed_hosts *out, struct db *db, struct arena *a, struct err *e)
{
    VEC(struct allowed_host) hosts = {0};
    struct allowed_host one;
    err_t rc = db_rows(
        ROWS(&hosts, one), db,
        "SELECT host, port, inside FROM outward_host"
        " ORDER BY host NULLS LAST, port NULLS LAST",
        NULL, 0, INTO(into_str(&one.host), into_i64(&one.port), into_bool(&one.inside)), a, e);
    size_t count = 0;
    for (size_t i = 0; rc == OK && i < hosts.len; i++) {
        rc = row_mac_require(e, db, "outward_host", "%.*s" ROW_KEY_SEPARATOR "%lld",
                             STR_ARG(hosts.ptr[i].host), (long long)hosts.ptr[i].port);
        if (rc == OK)
            hosts.ptr[count++] = hosts.ptr[i];
        rc = rc == E_DENIED ? OK : rc; /* it is not on the list */
    }
    *out = (struct allowed_hosts){hosts.ptr, count};
    return rc;
}

/* *found: "inside" or "outside", what the list says; empty: it is not on it. */
static err_t on_list(struct str *found, struct db *db, struct str host, int64_t port, struct err *e)
{
    bool listed = false, inside = false;
    err_t rc = db_row(&listed, db, "SELECT inside FROM outward_host WHERE host = ?1 AND port = ?2",
                      VALUES(v_str(host), v_i64(port)), INTO(into_bool(&inside)), NULL, e);
    *found = !listed ? STR_NONE : inside ? STR("inside") : STR("outside");
    return rc;
}

/* What the list says of the host now, as a version of its own row would. */
static err_t note(struct db *db, const struct deed *d, const char *action,
                  const struct allowed_host *h, struct err *e)
{
    const struct deed_field fields[] = {
        {"host", v_str(h->host)}, {"inside", v_i64(h->inside)}, {"port", v_i64(h->port)}};
    int64_t version = 1;
    err_t rc = db_row(NULL, db,
                      "SELECT coalesce(max(version), 0) + 1 FROM record_version"
                      " WHERE type = 'outward_host' AND record_id = 1",
                      NULL, 0, INTO(into_i64(&version)), NULL, e);
    return rc == OK ? deed_version(d, db, "outward_host", 1, version, action, fields,
                                   ARRAY_LEN(fields), e)
                    : rc;
}

err_t outward_host_change(struct db *db, const struct deed *d, const struct allowed_host *given,
                          bool allow, struct err *e)
{
    static const struct upsert u = {"outward_host", "host, port", "inside, created_ms, created_by"};
    const char *action = allow ? "allow" : "forbid";
    struct allowed_host h = *given;
    struct security_change c = {.action = str_of(action)};
    struct deed as;
    bool is_ipv6;
    if (!deed_by_role(d, "security_administrator") && !access_off(STR("outward"), "guardian"))
        return err_set(e, E_DENIED,
                       "the hosts that may be called are the security "
                       "administrator's to choose");
    if (h.port < 1 || h.port > 65535)
        return err_set(e, E_INVALID, "a port is a number from 1 to 65535");
    err_t rc = url_host(&h.host, &is_ipv6, given->host, d->arena, e);
    if (rc != OK || (rc = on_list(&c.from, db, h.host, h.port, e)) != OK)
        return rc;
    if (!allow && c.from.len == 0)
        return err_set(e, E_NOTFOUND, "%.*s, port %lld, is not on the list", STR_ARG(h.host),
                       (long long)h.port);
    c.row = arena_printf(d->arena, "outward_host %.*s:%lld", STR_ARG(h.host), (long long)h.port);
    if (allow)
        c.to = h.inside ? STR("inside") : STR("outside");
    if ((rc = security_change(&as, db, d, &c, e)) != OK || deed_waits(&as))
        return rc;
    rc = allow ? db_upsert(db, &u,
                           VALUES(v_str(h.host), v_i64(h.port), v_i64(h.inside),
                                  v_i64(deed_now_ms(d)), v_i64(d->by->account)),
                           e)
               : db_run(db, "DELETE FROM outward_host WHERE host = ?1 AND port = ?2",
                        VALUES(v_str(h.host), v_i64(h.port)), e);
    return rc == OK ? note(db, &as, action, &h, e) : rc;
}

err_t outward_check(struct db *db, const struct url *u, struct arena *a, struct err *e)
{
    struct allowed_hosts hosts = {0};
    err_t rc = outward_hosts(&hosts, db, a, e);
    for (size_t i = 0; rc == OK && i < hosts.count; i++)
        if (str_eq(hosts.items[i].host, u->host) && hosts.items[i].port == u->port)
            return OK;
    if (rc != OK)
        return rc;
    return err_set(e, E_INVALID,
                   "%.*s, port %u, is not on the list of hosts that may be called: ask a security "
                   "administrator to put it there",
                   STR_ARG(u->host), u->port);
}
