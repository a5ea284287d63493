/* One-time links and the first administrator. The first is a security administrator:
 * the role that gives roles; the other two of the three must be other persons. */
#include "access/link.h"
#include "access/account.h"
#include "access/grant.h"
#include "access/mutation.h"
#include "access/security_change.h"
#include "access/unit.h"
#include "db/row_mac.h"

#define HOUR_MS 3600000

static err_t insert(char out[BEARER_LEN + 1], struct db *db, const struct deed *d,
                    const char *purpose, int64_t account, int hours, struct err *e)
{
    static const char sql[] =
        "INSERT INTO sign_in_link (digest, purpose, account, created_ms, created_by, expires_ms)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    char digest[HASH_HEX_LEN + 1];
    int64_t now_ms = deed_now_ms(d);

    bearer_make(out);
    bearer_digest(digest, d->suite->hash, str_of(out));
    err_t rc = db_run(db, sql,
                      VALUES(v_str(str_of(digest)), v_str(str_of(purpose)),
                             account ? v_i64(account) : (struct value){0}, v_i64(now_ms),
                             v_i64(d->by->account), v_i64(now_ms + (int64_t)hours * HOUR_MS)),
                      e);
    return rc == OK ? deed_note(d, db, "make_link", "account", account, 0, e) : rc;
}

err_t link_make(char out[BEARER_LEN + 1], int *hours, struct db *db, const struct deed *d,
                int64_t account, struct err *e)
{
    struct account_row r;
    struct err why;
    struct deed as;
    out[0] = '\0';
    err_t rc = account_read(&r, db, account, d->arena, e);
    bool invites = rc == OK && str_is(r.state, "invited") && account_may_change(d, &r, &why) == OK;
    if ((!invites && !deed_by_role(d, "security_administrator") &&
         !access_off(STR("links"), "guardian")) ||
        (d->by->account == account && account != 0 && !access_off(STR("links"), "other")))
        return err_set(e, E_DENIED,
                       "links to sign in are made by a security administrator for others; for who "
                       "has never signed in also by those who manage the account");
    if (rc != OK)
        return rc;
    if (str_is(r.state, "disabled"))
        return err_set(e, E_INVALID, "the account %.*s is not active", STR_ARG(r.name));
    if ((rc = security_change_of_person(&as, db, d, "sign_in_link", &r, e)) != OK ||
        deed_waits(&as))
        return rc;
    if ((rc = db_run(db,
                     "UPDATE sign_in_link SET used_ms = ?2 WHERE account = ?1 AND used_ms IS NULL",
                     VALUES(v_i64(account), v_i64(deed_now_ms(d))), e)) != OK)
        return rc;
    *hours = str_is(r.state, "invited") ? INVITATION_HOURS : LINK_HOURS;
    return insert(out, db, &as, "sign_in", account, *hours, e);
}

err_t has_any_account(bool *out, struct db *db, struct err *e)
{
    *out = false;
    return db_any(out, db, "SELECT 1 FROM account WHERE state <> 'disabled' LIMIT 1", NULL, 0, e);
}

static err_t must_be_first(struct db *db, struct err *e)
{
    bool any = false;
    err_t rc = has_any_account(&any, db, e);
    if (rc == OK && any)
        rc = err_set(e, E_CONFLICT, "this instance has its first administrator already");
    return rc;
}

err_t link_make_set_up(char out[BEARER_LEN + 1], struct db *db, const struct deed *d, struct err *e)
{
    err_t rc;
    if (!subject_is_program(d->by))
        return err_set(e, E_DENIED, "a set-up link is made on the machine itself");
    if ((rc = must_be_first(db, e)) != OK ||
        (rc = db_run(db,
                     "UPDATE sign_in_link SET used_ms = ?1 WHERE purpose = 'set_up'"
                     " AND used_ms IS NULL",
                     VALUES(v_i64(deed_now_ms(d))), e)) != OK)
        return rc;
    return insert(out, db, d, "set_up", 0, SET_UP_HOURS, e);
}

err_t link_use(int64_t *account, struct db *db, const struct deed *d, struct str link,
               struct err *e)
{
    static const char sql[] =
        "UPDATE sign_in_link SET used_ms = ?2 WHERE digest = ?1 AND used_ms IS NULL"
        " AND expires_ms > ?2 RETURNING account";
    char digest[HASH_HEX_LEN + 1];
    bool has_row = false;
    int64_t id;

    *account = 0;
    bearer_digest(digest, d->suite->hash, link);
    err_t rc = db_i64(&id, db, "SELECT id FROM sign_in_link WHERE digest = ?1",
                      VALUES(v_str(str_of(digest))), e);
    if (rc != OK || (rc = row_mac_require(e, db, "sign_in_link", "%lld", (long long)id)) != OK)
        return rc;
    rc = db_row(&has_row, db, sql, VALUES(v_str(str_of(digest)), v_i64(deed_now_ms(d))),
                INTO(into_i64(account)), NULL, e);
    if (rc == OK && !has_row)
        return err_set(e, E_DENIED,
                       "this link was used already, is too old, or never was one; ask "
                       "for a new one");
    return rc;
}

err_t make_first_administrator(int64_t *account, struct db *db, const struct deed *d,
                               const struct first_administrator *f, struct err *e)
{
    struct new_unit office = operators_unit();
    struct new_account person = {.name = f->name, .display_name = f->display_name};
    struct new_grant role = {.role = STR("security_administrator")};
    int64_t id;
    err_t rc;

    if (!subject_is_program(d->by))
        return err_set(e, E_DENIED, "the first administrator is made with a set-up link");
    if (f->office.len > 0)
        office.name = f->office;
    if (f->region.len > 0)
        office.region = f->region;
    if ((rc = must_be_first(db, e)) != OK ||
        (rc = unit_add(&person.unit, db, d, &office, e)) != OK ||
        (rc = account_add(account, db, d, &person, e)) != OK)
        return rc;
    role.account = *account;
    if ((rc = grant_role(&id, db, d, &role, e)) != OK)
        return rc;
    return account_activate(db, d, *account, e);
}
