/* The list, and its doing. SQL is made from the list alone, whose names are ours; a test
 * looks that no column of these tables is missing from it. */
#include "access/erase.h"
#include "access/account.h"
#include "base/buf.h"

const struct erase_column erase_columns[] = {
    {"account", "id", "name", ERASE_NUMBER},
    {"account", "id", "display_name", ERASE_NUMBER},
    {"account", "id", "email", ERASE_NULL},
    {"account", "id", "phone", ERASE_NULL},
    {"credential", "account", NULL, ERASE_ROW},
    {"password_past", "account", NULL, ERASE_ROW},
    {"recovery_code", "account", NULL, ERASE_ROW},
    {"session", "account", NULL, ERASE_ROW},
    {"known_device", "account", NULL, ERASE_ROW},
    {"sign_in_link", "account", NULL, ERASE_ROW},
    {"outside_identity", "account", NULL, ERASE_ROW},
    {"api_token", "account", "label", ERASE_NULL},
};
const size_t erase_column_count = ARRAY_LEN(erase_columns);

const char *const erase_version_fields[] = {"display_name", "email", "name", "phone", NULL};

static err_t erase_one(struct db *db, const struct erase_column *c, int64_t account,
                       struct arena *a, struct err *e)
{
    struct value values[] = {v_i64(account),
                             v_str(arena_printf(a, "erased.%lld", (long long)account))};
    const char *sql = NULL;
    size_t count = 1;

    switch (c->how) {
    case ERASE_NULL:
        sql = arena_printf(a, "UPDATE %s SET %s = NULL WHERE %s = ?1", c->table, c->column,
                           c->account)
                  .ptr;
        break;
    case ERASE_NUMBER:
        sql =
            arena_printf(a, "UPDATE %s SET %s = ?2 WHERE %s = ?1", c->table, c->column, c->account)
                .ptr;
        count = 2;
        break;
    case ERASE_ROW:
        sql = arena_printf(a, "DELETE FROM %s WHERE %s = ?1", c->table, c->account).ptr;
        break;
    }
    return db_run_once(db, sql, values, count, e);
}

err_t erase_account(char entry[LOG_UID_LEN + 1], struct db *db, const struct deed *d,
                    int64_t account, struct err *e)
{
    struct account_row r;
    err_t rc;

    if (!deed_by_role(d, "security_administrator"))
        return err_set(e, E_DENIED, "what names a person is erased by a security administrator");
    if ((rc = account_read(&r, db, account, d->arena, e)) != OK)
        return rc;
    if (!str_is(r.state, "disabled"))
        return err_set(e, E_CONFLICT, "the account %.*s is in use; disable it first",
                       STR_ARG(r.name));
    for (size_t i = 0; rc == OK && i < erase_column_count; i++)
        rc = erase_one(db, &erase_columns[i], account, d->arena, e);
    return rc == OK ? deed_note_as(entry, d, db, "erase", "account", account, 0, e) : rc;
}
