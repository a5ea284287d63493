/* TOTP secrets and recovery codes. That a code works once is decided by the row: it is
 * taken by an UPDATE whose condition is that its step is later than the last one, so
 * two takers cannot both have a row, whichever database. */
#include "access/second_factor.h"
#include "access/bearer.h"
#include "crypto/encode.h"
#include "crypto/random.h"
#include "crypto/secret.h"
#include "db/row_mac.h"

#define READABLE "0123456789abcdefghjkmnpqrstvwxyz" /* no i l o u: not taken for another */

static enum totp_kind kind_of(const struct access_settings *s)
{
    return s->national ? TOTP_SM3 : TOTP_SHA1;
}

static struct str about(int64_t account, struct arena *a)
{
    return arena_printf(a, "totp of account %lld", (long long)account);
}

/* --- rows --------------------------------------------------------------------------- */

struct factor_row {
    struct str sealed; /* empty: none */
    bool confirmed;
    int64_t step; /* -1: none used */
};

static err_t read_row(struct factor_row *out, const struct factor *f, struct err *e)
{
    *out = (struct factor_row){.step = -1};
    err_t rc = row_mac_require(e, f->db, "credential", "%lld", (long long)f->account);
    if (rc != OK)
        return rc;
    return db_row(
        NULL, f->db,
        "SELECT totp, totp_confirmed, coalesce(totp_step, -1) FROM credential WHERE account = ?1",
        VALUES(v_i64(f->account)),
        INTO(into_str(&out->sealed), into_bool(&out->confirmed), into_i64(&out->step)),
        f->deed->arena, e);
}

err_t second_factor_begin(struct enrolment *out, const struct factor *f, struct err *e)
{
    static const char make_row[] =
        "INSERT INTO credential (account, password_temporary, totp_confirmed)"
        " SELECT ?1, 0, 0 WHERE NOT EXISTS (SELECT 1 FROM credential WHERE account = ?1)";
    uint8_t secret[TOTP_SECRET_LEN];
    struct arena *a = f->deed->arena;
    struct factor_row row;
    err_t rc;

    if ((rc = read_row(&row, f, e)) != OK)
        return rc;
    if (row.confirmed)
        return err_set(e, E_CONFLICT, "a second factor is in force already; end it first");
    random_bytes(secret, sizeof(secret));
    struct str plain = {(const char *)secret, sizeof(secret)};
    struct str sealed = seal_text(f->keys, plain, about(f->account, a), a);
    out->secret = base32_of((struct bytes){secret, sizeof(secret)}, a);
    out->uri = arena_printf(
        a,
        "otpauth://totp/Zhiyun:%.*s?secret=%.*s&issuer=Zhiyun&algorithm=%s&digits=6"
        "&period=30",
        STR_ARG(f->deed->by->name), STR_ARG(out->secret), f->settings->national ? "SM3" : "SHA1");
    secret_wipe(secret, sizeof(secret));
    if ((rc = db_run(f->db, make_row, VALUES(v_i64(f->account)), e)) != OK)
        return rc;
    return db_run(f->db,
                  "UPDATE credential SET totp = ?2, totp_confirmed = 0, totp_step = NULL"
                  " WHERE account = ?1",
                  VALUES(v_i64(f->account), v_str(sealed)), e);
}

/* Take `code` against the secret of a row; right when the row let it. */
static err_t take_code(bool *right, const struct factor *f, const struct factor_row *row,
                       struct str code, struct err *e)
{
    static const char sql[] =
        "UPDATE credential SET totp_step = ?2, totp_confirmed = 1 WHERE account = ?1"
        " AND (totp_step IS NULL OR totp_step < ?2) RETURNING account";
    struct arena *a = f->deed->arena;
    struct str plain;
    int64_t step = 0;
    err_t rc;

    *right = false;
    if (row->sealed.len == 0)
        return OK;
    if ((rc = seal_open_text(&plain, f->keys, row->sealed, about(f->account, a), a, e)) != OK)
        return rc;
    bool fits = totp_check(&step, kind_of(f->settings), str_bytes(plain), code,
                           deed_now_ms(f->deed) / 1000, row->step);
    secret_wipe((char *)plain.ptr, plain.len);
    if (!fits)
        return OK;
    return db_any(right, f->db, sql, VALUES(v_i64(f->account), v_i64(step)), e);
}

static void make_recovery(char out[RECOVERY_CODE_LEN + 1])
{
    uint8_t byte[16];
    random_bytes(byte, sizeof(byte));
    for (int i = 0, at = 0; i < 16; i++) {
        if (i > 0 && i % 4 == 0)
            out[at++] = '-';
        out[at++] = READABLE[byte[i] & 31];
    }
    out[RECOVERY_CODE_LEN] = '\0';
}

static err_t take_recovery(bool *right, const struct factor *f, struct str code, struct err *e)
{
    static const char sql[] = "UPDATE recovery_code SET used_ms = ?3 WHERE account = ?1"
                              " AND digest = ?2 AND used_ms IS NULL RETURNING account";
    const struct deed *d = f->deed;
    char digest[HASH_HEX_LEN + 1];
    err_t rc;

    *right = false;
    if (code.len != RECOVERY_CODE_LEN)
        return OK;
    bearer_digest(digest, d->suite->hash, code);
    rc = row_mac_require(e, f->db, "recovery_code", "%lld" ROW_KEY_SEPARATOR "%s",
                         (long long)f->account, digest);
    if (rc == OK)
        rc = db_any(right, f->db, sql,
                    VALUES(v_i64(f->account), v_str(str_of(digest)), v_i64(deed_now_ms(d))), e);
    return rc == OK && *right
               ? deed_note(d, f->db, "use_recovery_code", "account", f->account, 0, e)
               : rc;
}

err_t second_factor_confirm(char codes[RECOVERY_CODES][RECOVERY_CODE_LEN + 1],
                            const struct factor *f, struct str code, struct err *e)
{
    struct db *db = f->db;
    int64_t account = f->account;
    struct factor_row row;
    bool right = false;
    err_t rc;

    if ((rc = read_row(&row, f, e)) != OK)
        return rc;
    if (row.confirmed)
        return err_set(e, E_CONFLICT, "a second factor is in force already; end it first");
    if ((rc = take_code(&right, f, &row, code, e)) != OK)
        return rc;
    if (!right)
        return err_set(e, E_DENIED, "the code is wrong, or the clocks differ");
    rc = db_run(db, "DELETE FROM recovery_code WHERE account = ?1", VALUES(v_i64(account)), e);
    for (size_t i = 0; rc == OK && i < RECOVERY_CODES; i++) {
        char digest[HASH_HEX_LEN + 1];
        make_recovery(codes[i]);
        bearer_digest(digest, f->deed->suite->hash, str_of(codes[i]));
        rc = db_run(db, "INSERT INTO recovery_code (account, digest) VALUES (?1, ?2)",
                    VALUES(v_i64(account), v_str(str_of(digest))), e);
    }
    return rc == OK ? deed_note(f->deed, db, "set_second_factor", "account", account, 0, e) : rc;
}

err_t second_factor_take(bool *right, const struct factor *f, struct str code, struct err *e)
{
    struct factor_row row;
    err_t rc = read_row(&row, f, e);

    *right = false;
    if (rc != OK || !row.confirmed)
        return rc;
    if (code.len == RECOVERY_CODE_LEN)
        return take_recovery(right, f, code, e);
    return take_code(right, f, &row, code, e);
}

err_t second_factor_end(struct db *db, const struct deed *d, int64_t account, struct err *e)
{
    static const char *const sql[] = {
        "UPDATE credential SET totp = NULL, totp_confirmed = 0, totp_step = NULL"
        " WHERE account = ?1",
        "DELETE FROM recovery_code WHERE account = ?1",
    };
    err_t rc = OK;

    if (d->by->account != account && !deed_by_role(d, "security_administrator"))
        return err_set(e, E_DENIED,
                       "a second factor is ended by its person or a security administrator");
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(sql); i++)
        rc = db_run(db, sql[i], VALUES(v_i64(account)), e);
    return rc == OK ? deed_note(d, db, "end_second_factor", "account", account, 0, e) : rc;
}
