/* Password rules and rows. Common passwords are looked up by bisection in a table made
 * at build from reference/common_passwords.csv; the comparison ignores the case of
 * ASCII letters, as guessers do. */
#include "access/credential.h"
#include "base/utf8.h"
#include "common_passwords_table.h"
#include "db/row_mac.h"

/* --- rules -------------------------------------------------------------------------- */

static bool is_common(struct str folded)
{
    size_t low = 0, high = ARRAY_LEN(common_passwords_table);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_cmp(folded, str_of(common_passwords_table[middle][0]));
        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

static void fold(char *out, struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        out[i] = s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? (char)(s.ptr[i] + ('a' - 'A')) : s.ptr[i];
}

static int kinds_of(struct str password)
{
    bool small = false, capital = false, digit = false, other = false;
    for (size_t i = 0; i < password.len; i++) {
        char c = password.ptr[i];
        if (c >= 'a' && c <= 'z')
            small = true;
        else if (c >= 'A' && c <= 'Z')
            capital = true;
        else if (c >= '0' && c <= '9')
            digit = true;
        else
            other = true;
    }
    return small + capital + digit + other;
}

/* A name is what a guesser tries first; one of two letters is in too many words. */
static bool holds_name(struct str folded, struct str name)
{
    char own[PASSWORD_BYTES_MAX];
    if (name.len < 3 || name.len > sizeof(own))
        return false;
    fold(own, name);
    return str_contains(folded, (struct str){own, name.len});
}

err_t password_rules(enum password_profile profile, struct str password, struct str name,
                     struct str display_name, struct err *e)
{
    char text[PASSWORD_BYTES_MAX];
    struct str folded = {text, password.len};

    if (password.len > PASSWORD_BYTES_MAX)
        return err_set(e, E_INVALID, "the password is longer than %d bytes", PASSWORD_BYTES_MAX);
    if (utf8_check(password) != password.len ||
        (password.len > 0 && memchr(password.ptr, '\0', password.len)))
        return err_set(e, E_INVALID, "the password is no text");
    if (utf8_length(password) < PASSWORD_MIN)
        return err_set(e, E_INVALID,
                       "the password needs %d characters at least; a sentence of 15 or more is "
                       "better",
                       PASSWORD_MIN);
    fold(text, password);
    if (is_common(folded))
        return err_set(e, E_INVALID,
                       "this password is among those that are guessed first; choose "
                       "another");
    if (holds_name(folded, name) || holds_name(folded, display_name) ||
        str_contains(folded, STR("zhiyun")) || str_contains(folded, STR("知运")))
        return err_set(e, E_INVALID,
                       "the password holds the person's or this program's name; choose another");
    if (profile == PASSWORDS_DENGBAO && kinds_of(password) < 3)
        return err_set(e, E_INVALID,
                       "the password needs three of these kinds: capital letters, small letters, "
                       "digits, other characters");
    return OK;
}

/* --- keeping ------------------------------------------------------------------------ */

/* Is it the present one or one of the last? */
static err_t is_repeated(bool *out, struct db *db, int64_t account, struct str password,
                         struct err *e)
{
    static const char sql[] =
        "SELECT password, 0, 0 FROM credential WHERE account = ?1 AND password IS NOT NULL"
        " UNION ALL SELECT password, 1, set_ms FROM password_past WHERE account = ?1"
        " ORDER BY 2, 3 DESC LIMIT ?2";
    struct stmt *st = NULL;
    err_t rc = db_query(&st, db, sql, VALUES(v_i64(account), v_i64(PASSWORDS_REMEMBERED)), e);

    *out = false;
    while (rc == OK && !*out && stmt_row(&rc, st, e))
        *out = password_check(stmt_str(st, 0), password);
    stmt_free(st);
    return rc;
}

err_t password_prepare(struct new_password *out, struct db *db,
                       const struct access_settings *settings, const struct password_owner *owner,
                       struct str password, struct err *e)
{
    bool repeated = false;
    err_t rc = password_rules(settings->passwords, password, owner->name, owner->display_name, e);

    if (rc == OK && settings->passwords == PASSWORDS_DENGBAO && owner->account != 0)
        rc = is_repeated(&repeated, db, owner->account, password, e);
    if (rc == OK && repeated)
        rc = err_set(e, E_INVALID, "this is one of the last %d passwords; choose another",
                     PASSWORDS_REMEMBERED);
    if (rc == OK && !password_hash(out->hash, password_kind_of(settings), password))
        rc = err_set(e, E_BUSY, "there is no memory to hash a password; try again");
    return rc;
}

static err_t keep_past(struct db *db, int64_t account, int64_t now_ms, struct err *e)
{
    static const char keep[] =
        "INSERT INTO password_past (account, set_ms, password) SELECT account, ?2, password FROM"
        " credential WHERE account = ?1 AND password IS NOT NULL";
    static const char forget[] =
        "DELETE FROM password_past WHERE account = ?1 AND set_ms NOT IN (SELECT set_ms FROM"
        " password_past WHERE account = ?1 ORDER BY set_ms DESC LIMIT ?2)";
    err_t rc = db_run(db, keep, VALUES(v_i64(account), v_i64(now_ms)), e);
    return rc == OK ? db_run(db, forget, VALUES(v_i64(account), v_i64(PASSWORDS_REMEMBERED)), e)
                    : rc;
}

/* A key of password_past: two changes in one millisecond are told apart. */
static err_t next_past_ms(int64_t *out, struct db *db, int64_t account, int64_t now_ms,
                          struct err *e)
{
    int64_t last;
    err_t rc = db_i64(&last, db, "SELECT max(set_ms) FROM password_past WHERE account = ?1",
                      VALUES(v_i64(account)), e);
    *out = last >= now_ms ? last + 1 : now_ms;
    return rc;
}

err_t password_store(struct db *db, const struct deed *d, int64_t account,
                     const struct new_password *p, int64_t keep, struct err *e)
{
    static const char make_row[] =
        "INSERT INTO credential (account, password_temporary, totp_confirmed)"
        " SELECT ?1, 0, 0 WHERE NOT EXISTS (SELECT 1 FROM credential WHERE account = ?1)";
    static const char sql[] = "UPDATE credential SET password = ?2, password_ms = ?3,"
                              " password_temporary = 0 WHERE account = ?1";
    int64_t now_ms = deed_now_ms(d), past_ms = 0;
    err_t rc;

    if ((rc = next_past_ms(&past_ms, db, account, now_ms, e)) != OK ||
        (rc = keep_past(db, account, past_ms, e)) != OK ||
        (rc = db_run(db, make_row, VALUES(v_i64(account)), e)) != OK ||
        (rc = db_run(db, sql, VALUES(v_i64(account), v_str(str_of(p->hash)), v_i64(now_ms)), e)) !=
            OK ||
        (rc = db_run(db, "DELETE FROM session WHERE account = ?1 AND id <> ?2",
                     VALUES(v_i64(account), v_i64(keep)), e)) != OK)
        return rc;
    return deed_note(d, db, "set_password", "account", account, 0, e);
}

err_t password_read(struct str *hash, struct db *db, int64_t account, struct arena *a,
                    struct err *e)
{
    err_t rc = db_text(hash, db, "SELECT password FROM credential WHERE account = ?1",
                       VALUES(v_i64(account)), a, e);
    return rc == OK ? row_mac_require(e, db, "credential", "%lld", (long long)account) : rc;
}
