/* One row of the table of settings. */
#include "notify/public_url.h"
#include "access/mutation.h"
#include "model/setting.h"

#define SETTING "notify.public_url"

err_t public_url_parse(struct url *out, struct str text, struct arena *a, struct err *e)
{
    err_t rc = url_parse(out, text, "http", a, e);
    if (rc != OK)
        return rc;
    bool loopback = str_is(out->host, "localhost") || str_is(out->host, "127.0.0.1") ||
                    str_is(out->host, "::1");
    if (!out->tls && !loopback)
        return err_set(e, E_INVALID, "people reach this server by https, or on this machine alone");
    if (memchr(out->target.ptr, '?', out->target.len) || str_ends(text, STR("/")))
        return err_set(e, E_INVALID, "the address people use has no query and no slash at its end");
    for (struct str rest = out->target; rest.len;) {
        struct str part = str_split(&rest, STR("/"));
        if (str_is(part, ".") || str_is(part, ".."))
            return err_set(e, E_INVALID, "the address people use has no \"%.*s\" in its path",
                           STR_ARG(part));
    }
    return OK;
}

err_t public_url_get(struct str *out, struct db *db, struct arena *a, struct err *e)
{
    return db_text(out, db, "SELECT value FROM setting WHERE name = '" SETTING "'", NULL, 0, a, e);
}

err_t public_url_put(struct db *db, const struct deed *d, struct str url, struct err *e)
{
    struct url parsed;
    err_t rc = OK;
    if (!deed_by_role(d, "system_administrator") && !access_off(STR("public_address"), "system"))
        return err_set(e, E_DENIED, "the address people use is the system administrator's to set");
    if (url.len > 0 && (rc = public_url_parse(&parsed, url, d->arena, e)) != OK)
        return rc;
    rc = url.len > 0 ? setting_put(db, STR(SETTING), url, deed_now_ms(d), d->by->account, e)
                     : db_run(db, "DELETE FROM setting WHERE name = '" SETTING "'", NULL, 0, e);
    if (rc != OK)
        return rc;
    return deed_note(d, db, arena_printf(d->arena, "set " SETTING " %.*s", STR_ARG(url)).ptr,
                     "setting", 0, 0, e);
}
