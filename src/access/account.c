/* Accounts: their rows and the guards before them. A name is never given to another person:
 * the unique index keeps it, also of a disabled account. */
#include "access/account.h"
#include "access/assignment.h"
#include "access/grant.h"
#include "access/mutation.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "model/contact.h"
#include "text/pinyin.h"
#include "text/unicode.h"

#define NAME_MIN 2
#define NAME_MAX 60 /* types/account.yaml */
#define DISPLAY_NAME_MAX 40

struct str account_name_fold(struct str name, struct arena *a)
{
    struct str s = arena_dup(a, str_trim(name));
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] >= 'A' && s.ptr[i] <= 'Z')
            ((char *)s.ptr)[i] = (char)(s.ptr[i] + ('a' - 'A'));
    return s;
}

static bool name_fits(struct str name)
{
    if (name.len < NAME_MIN || name.len > NAME_MAX)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!letter && (i == 0 || !strchr("._@-", c)))
            return false;
    }
    return true;
}

/* --- rows ----------------------------------------------------------------------- */

err_t account_read(struct account_row *out, struct db *db, int64_t id, struct arena *a,
                   struct err *e)
{
    static const char sql[] =
        "SELECT a.version, a.owner_unit, a.state, a.name, a.display_name, a.email, a.phone,"
        " u.kind, u.state, (SELECT count(*) FROM role_grant g WHERE g.account = a.id"
        "  AND g.state = 'active' AND g.role IN ('system_administrator',"
        "  'security_administrator', 'audit_administrator')), coalesce(a.disabled_by, -1)"
        " FROM account a JOIN unit u ON u.id = a.owner_unit WHERE a.id = ?1";
    bool found;
    *out = (struct account_row){.id = id};
    err_t rc =
        db_row(&found, db, sql, VALUES(v_i64(id)),
               INTO(into_i64(&out->version), into_i64(&out->unit), into_str(&out->state),
                    into_str(&out->name), into_str(&out->display_name), into_str(&out->email),
                    into_str(&out->phone), into_str(&out->unit_kind), into_str(&out->unit_state),
                    into_bool(&out->administrator), into_i64(&out->disabled_by)),
               a, e);
    return rc == OK && !found ? err_set(e, E_NOTFOUND, "there is no account %lld", (long long)id)
                              : rc;
}

err_t account_display_name(struct str *out, struct db *db, int64_t id, struct arena *a,
                           struct err *e)
{
    return db_text(out, db, "SELECT display_name FROM account WHERE id = ?1", VALUES(v_i64(id)), a,
                   e);
}

err_t account_find(int64_t *id, struct db *db, struct str name, struct arena *a, struct err *e)
{
    bool has_row = false;
    *id = 0;
    err_t rc = db_row(&has_row, db, "SELECT id FROM account WHERE name = ?1",
                      VALUES(v_str(account_name_fold(name, a))), INTO(into_i64(id)), NULL, e);
    if (rc == OK && !has_row)
        rc = err_set(e, E_NOTFOUND, "there is no account \"%.*s\"", STR_ARG(name));
    return rc;
}

err_t account_other_guardians(int64_t *count, struct db *db, int64_t without, struct str today,
                              struct err *e)
{
    static const char sql[] = "SELECT count(*) FROM role_grant g JOIN account a ON a.id = g.account"
                              " JOIN unit u ON u.id = a.owner_unit"
                              " WHERE g.role = 'security_administrator' AND g.state = 'active'"
                              " AND g.owner_unit = a.owner_unit AND g.from_date <= ?2"
                              " AND (g.to_date IS NULL OR g.to_date >= ?2)"
                              " AND a.state = 'active' AND u.state = 'active' AND a.id <> ?1";
    return db_i64(count, db, sql, VALUES(v_i64(without), v_str(today)), e);
}

static err_t note_account(struct db *db, const struct deed *d, int64_t id, const char *action,
                          struct err *e)
{
    struct account_row r;
    err_t rc = account_read(&r, db, id, d->arena, e);
    if (rc != OK)
        return rc;
    const struct deed_field fields[] = {{"display_name", v_str(r.display_name)},
                                        {"email", v_str(r.email)},
                                        {"name", v_str(r.name)},
                                        {"owner_unit", v_i64(r.unit)},
                                        {"phone", v_str(r.phone)},
                                        {"state", v_str(r.state)}};
    return deed_version(d, db, "account", id, r.version, action, fields, ARRAY_LEN(fields), e);
}

/* --- guards ----------------------------------------------------------------------- */

static bool manages(const struct deed *d, int64_t unit)
{
    return deed_by_role(d, "security_administrator") || deed_by_role(d, "system_administrator") ||
           (deed_by_role(d, "centre_manager") && d->by->unit == unit);
}

static err_t may_add(struct db *db, const struct deed *d, int64_t unit, struct err *e)
{
    bool has_row = false;
    err_t rc;

    if (!manages(d, unit) && !access_off(STR("accounts"), "manager"))
        return err_set(e, E_DENIED,
                       "accounts of this unit are managed by its manager and by administrators");
    rc = db_any(&has_row, db, "SELECT 1 FROM unit WHERE id = ?1 AND state = 'active'",
                VALUES(v_i64(unit)), e);
    if (rc == OK && !has_row)
        rc = err_set(e, E_INVALID, "there is no unit %lld, or it has ended", (long long)unit);
    return rc;
}

err_t account_may_change(const struct deed *d, const struct account_row *r, struct err *e)
{
    if (!subject_is_program(d->by) && d->by->account == r->id &&
        !access_off(STR("accounts"), "other"))
        return err_set(e, E_DENIED,
                       "nobody changes his own account's standing; ask another "
                       "administrator");
    if ((!manages(d, r->unit) && !access_off(STR("accounts"), "manager")) ||
        (r->administrator && !deed_by_role(d, "security_administrator") &&
         !access_off(STR("accounts"), "guardian")))
        return err_set(e, E_DENIED,
                       "the account %.*s is managed by its unit's manager or by administrators; an "
                       "administrator's account by a security administrator",
                       STR_ARG(r->name));
    return OK;
}

/* What an administrator closed, its unit's manager does not open again. */
static err_t may_enable(struct db *db, const struct deed *d, const struct account_row *r,
                        struct err *e)
{
    struct account_row by = {0};
    err_t rc = OK;
    if (deed_by_role(d, "security_administrator") || deed_by_role(d, "system_administrator"))
        return OK;
    if (r->disabled_by > 0)
        rc = account_read(&by, db, r->disabled_by, d->arena, e);
    if (rc == OK && (r->disabled_by <= 0 || by.administrator) &&
        !access_off(STR("accounts"), "closed"))
        rc = err_set(e, E_DENIED,
                     "the account %.*s was closed by an administrator; ask one to open it again",
                     STR_ARG(r->name));
    return rc;
}

/* Somebody must be left who can give rights. */
static err_t not_last_guardian(struct db *db, const struct deed *d, const struct account_row *r,
                               struct err *e)
{
    int64_t others = 0, all = 0;
    err_t rc;
    if ((rc = account_other_guardians(&others, db, r->id, d->by->today, e)) != OK ||
        (rc = account_other_guardians(&all, db, 0, d->by->today, e)) != OK)
        return rc;
    if (all > 0 && others == 0 && !access_off(STR("accounts"), "last"))
        return err_set(e, E_CONFLICT,
                       "%.*s is the only security administrator; make another one first",
                       STR_ARG(r->name));
    return OK;
}

/* --- deeds ------------------------------------------------------------------------ */

err_t account_add(int64_t *id, struct db *db, const struct deed *d, const struct new_account *n,
                  struct err *e)
{
    static const char sql[] =
        "INSERT INTO account (version, state, owner_unit, owner_city, owner_province, secrecy,"
        " published, created_ms, created_by, changed_ms, changed_by, name, display_name, email,"
        " phone, display_name_order)"
        " SELECT 1, 'invited', id, owner_city, owner_province, 1, 0, ?2, ?3, ?2, ?3, ?4, ?5, ?6,"
        " ?7, ?8 FROM unit WHERE id = ?1";
    struct str name = account_name_fold(n->name, d->arena), email, phone;
    err_t rc;

    if (!name_fits(name))
        return err_set(
            e, E_INVALID,
            "\"%.*s\" is no name to sign in with: %d to %d letters a-z, digits, . _ @ -, "
            "beginning with a letter or digit",
            STR_ARG(n->name), NAME_MIN, NAME_MAX);
    if (n->display_name.len == 0)
        return err_set(e, E_INVALID, "the account %.*s needs a person's name", STR_ARG(name));
    const char *wrong = unicode_torn(n->display_name, false);
    if (wrong)
        return err_set(e, E_INVALID, "display_name: %s", msg(wrong));
    if (utf8_length(n->display_name) > DISPLAY_NAME_MAX)
        return err_set(e, E_INVALID,
                       "display_name: a person's name is no longer than %d characters",
                       DISPLAY_NAME_MAX);
    if ((wrong = contact_mail(&email, n->email, d->arena)))
        return err_set(e, E_INVALID, "email: %s", msg(wrong));
    if ((wrong = contact_phone(&phone, n->phone, d->arena)))
        return err_set(e, E_INVALID, "phone: %s", msg(wrong));
    if ((rc = may_add(db, d, n->unit, e)) != OK)
        return rc;
    rc = db_run(db, sql,
                VALUES(v_i64(n->unit), v_i64(deed_now_ms(d)), v_i64(d->by->account), v_str(name),
                       v_str(n->display_name), v_str(email), v_str(phone),
                       v_str(pinyin_key(n->display_name, d->arena))),
                e);
    if (rc == E_CONFLICT)
        return err_set(e, E_CONFLICT, "the name %.*s is taken", STR_ARG(name));
    if (rc != OK)
        return rc;
    *id = db_last_id(db);
    return note_account(db, d, *id, "create", e);
}

static err_t set_state(struct db *db, const struct deed *d, int64_t id, const char *state,
                       const char *action, struct err *e)
{
    static const char sql[] =
        "UPDATE account SET state = ?2, version = version + 1, changed_ms = ?3, changed_by = ?4,"
        " disabled_by = CASE WHEN ?2 = 'disabled' THEN ?4 END WHERE id = ?1";
    err_t rc = db_run(
        db, sql,
        VALUES(v_i64(id), v_str(str_of(state)), v_i64(deed_now_ms(d)), v_i64(d->by->account)), e);
    return rc == OK ? note_account(db, d, id, action, e) : rc;
}

err_t account_activate(struct db *db, const struct deed *d, int64_t id, struct err *e)
{
    struct account_row r;
    err_t rc = account_read(&r, db, id, d->arena, e);
    if (rc != OK || str_is(r.state, "active"))
        return rc;
    if (!str_is(r.state, "invited"))
        return err_set(e, E_DENIED, "the account %.*s is not active", STR_ARG(r.name));
    return set_state(db, d, id, "active", "activate", e);
}

/* What a person carries stops working. */
static err_t end_carried(struct db *db, const struct deed *d, int64_t id, struct err *e)
{
    static const char *const sql[] = {
        "DELETE FROM session WHERE account = ?1 AND ?2 > 0",
        "UPDATE api_token SET ended_ms = ?2 WHERE account = ?1 AND ended_ms IS NULL",
        "UPDATE sign_in_link SET used_ms = ?2 WHERE account = ?1 AND used_ms IS NULL"};
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(sql); i++)
        rc = db_run(db, sql[i], VALUES(v_i64(id), v_i64(deed_now_ms(d))), e);
    return rc;
}

static err_t hand_over(struct db *db, const struct deed *d, const struct account_row *r, int64_t to,
                       struct err *e)
{
    bool fits = false;
    err_t rc =
        db_any(&fits, db,
               "SELECT 1 FROM account a JOIN role_grant g ON g.account = a.id JOIN role_grant"
               " h ON h.role = g.role WHERE a.id = ?1 AND a.state = 'active' AND a.owner_unit"
               " = ?2 AND h.account = ?3 AND a.id <> ?3 AND g.state = 'active' AND h.state ="
               " 'active'",
               VALUES(v_i64(to), v_i64(r->unit), v_i64(r->id)), e);
    if (rc == OK && !fits)
        return err_set(e, E_INVALID,
                       "work is handed to an active colleague of the unit who holds one of the "
                       "same roles");
    return rc == OK ? assignments_pass(db, d, r->id, to, e) : rc;
}

err_t account_disable(struct db *db, const struct deed *d, int64_t id, int64_t to, struct err *e)
{
    struct account_row r;
    err_t rc;
    if ((rc = account_read(&r, db, id, d->arena, e)) != OK ||
        (rc = account_may_change(d, &r, e)) != OK)
        return rc;
    if (str_is(r.state, "disabled"))
        return err_set(e, E_CONFLICT, "the account %.*s is disabled already", STR_ARG(r.name));
    if ((rc = not_last_guardian(db, d, &r, e)) != OK || (rc = end_carried(db, d, id, e)) != OK ||
        (to && (rc = hand_over(db, d, &r, to, e)) != OK))
        return rc;
    return set_state(db, d, id, "disabled", "disable", e);
}

err_t account_close_again(struct db *db, const struct deed *d, int64_t id, struct err *e)
{
    struct account_row r;
    err_t rc = account_read(&r, db, id, d->arena, e);
    if (rc == OK && !subject_is_program(d->by))
        rc = err_set(e, E_DENIED, "what names a person is erased by a security administrator");
    if (rc != OK || str_is(r.state, "disabled"))
        return rc;
    rc = end_carried(db, d, id, e);
    return rc == OK ? set_state(db, d, id, "disabled", "disable", e) : rc;
}

err_t account_enable(struct db *db, const struct deed *d, int64_t id, struct err *e)
{
    struct account_row r;
    err_t rc;
    if ((rc = account_read(&r, db, id, d->arena, e)) != OK ||
        (rc = account_may_change(d, &r, e)) != OK)
        return rc;
    if (!str_is(r.state, "disabled"))
        return err_set(e, E_CONFLICT, "the account %.*s is not disabled", STR_ARG(r.name));
    if ((rc = may_enable(db, d, &r, e)) != OK)
        return rc;
    return set_state(db, d, id, "active", "enable", e);
}

err_t account_move(struct db *db, const struct deed *d, int64_t id, int64_t unit, struct err *e)
{
    static const char move[] =
        "UPDATE account SET owner_unit = ?2, version = version + 1, changed_ms = ?3,"
        " changed_by = ?4,"
        " owner_city = (SELECT owner_city FROM unit WHERE id = ?2),"
        " owner_province = (SELECT owner_province FROM unit WHERE id = ?2) WHERE id = ?1";
    struct account_row r;
    err_t rc;

    if ((rc = account_read(&r, db, id, d->arena, e)) != OK ||
        (rc = account_may_change(d, &r, e)) != OK || (rc = may_add(db, d, unit, e)) != OK)
        return rc;
    if (r.unit == unit)
        return err_set(e, E_CONFLICT, "the account %.*s is in that unit already", STR_ARG(r.name));
    if ((rc = not_last_guardian(db, d, &r, e)) != OK || (rc = end_carried(db, d, id, e)) != OK)
        return rc;
    if ((rc = grants_end_all(db, d, id, e)) == OK)
        rc =
            db_run(db, move,
                   VALUES(v_i64(id), v_i64(unit), v_i64(deed_now_ms(d)), v_i64(d->by->account)), e);
    return rc == OK ? note_account(db, d, id, "move", e) : rc;
}
