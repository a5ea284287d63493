/* API tokens. Scopes are kept as words: which resources exist is not known here, so a
 * word is checked for its shape, and one that no resource asks for opens nothing. */
#include "access/token.h"
#include "access/mutation.h"
#include "base/vec.h"
#include "db/row_mac.h"

#define DAY_MS ((int64_t)24 * 3600 * 1000)
#define SEEN_EVERY_MS 3600000
#define CLOCK_SLACK_MS 60000 /* hosts of one cluster, NTP steps */

static bool is_scope(struct str word)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz_:";
    for (size_t i = 0; i < word.len; i++)
        if (!memchr(letters, word.ptr[i], sizeof(letters) - 1))
            return false;
    return word.len > 0 && word.len <= 40;
}

/* Words of `written`; *all when it names everything. */
static bool read_scopes(struct str **out, size_t *count, bool *all, struct str written,
                        struct arena *a)
{
    VEC(struct str) words = {0};
    struct str rest = str_trim(written);
    *all = rest.len == 0;
    while (rest.ptr && rest.len > 0) {
        struct str word = str_split(&rest, STR(" "));
        if (word.len == 0)
            continue;
        if (!is_scope(word))
            return false;
        *all |= str_is(word, "all");
        VEC_PUSH(a, &words, arena_dup(a, word));
    }
    *out = words.ptr;
    *count = words.len;
    return true;
}

static err_t check(const struct deed *d, struct db *db, const struct new_token *t, struct err *e)
{
    struct str *words;
    size_t count;
    bool all;
    int64_t in_use;

    if (!subject_is_program(d->by) && d->by->account != t->account)
        return err_set(e, E_DENIED, "everybody makes tokens for the own account only");
    if (d->by->scopes && !access_off(STR("tokens"), "person"))
        return err_set(e, E_DENIED, "a token makes no further tokens; sign in");
    if (t->days < 0 || t->days > API_TOKEN_DAYS_MAX)
        return err_set(e, E_INVALID, "a token lives 1 to %d days", API_TOKEN_DAYS_MAX);
    if (!read_scopes(&words, &count, &all, t->scopes, d->arena))
        return err_set(e, E_INVALID,
                       "\"%.*s\" is not a list of scopes: words of a-z, _ and : with "
                       "blanks between",
                       STR_ARG(t->scopes));
    err_t rc = db_i64(&in_use, db,
                      "SELECT count(*) FROM api_token WHERE account = ?1 AND ended_ms IS NULL"
                      " AND expires_ms > ?2",
                      VALUES(v_i64(t->account), v_i64(deed_now_ms(d))), e);
    if (rc == OK && in_use >= API_TOKENS_PER_ACCOUNT)
        rc = err_set(e, E_LIMIT, "an account has at most %d tokens; end those not in use",
                     API_TOKENS_PER_ACCOUNT);
    return rc;
}

err_t api_token_make(char out[API_TOKEN_MAX], int64_t *id, struct db *db, const struct deed *d,
                     const struct new_token *t, struct err *e)
{
    static const char sql[] =
        "INSERT INTO api_token (digest, account, label, scopes, created_ms, created_by,"
        " expires_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    char digest[HASH_HEX_LEN + 1], secret[BEARER_LEN + 1];
    int64_t now_ms = deed_now_ms(d);
    int days = t->days ? t->days : API_TOKEN_DAYS;
    struct str scopes = str_trim(t->scopes);
    err_t rc = check(d, db, t, e);

    if (rc != OK)
        return rc;
    bearer_make(secret);
    (void)snprintf(out, API_TOKEN_MAX, "%s%s", API_TOKEN_PREFIX, secret);
    bearer_digest(digest, d->suite->hash, str_of(out));
    rc = db_run(db, sql,
                VALUES(v_str(str_of(digest)), v_i64(t->account), v_str(t->label),
                       v_str(scopes.len ? scopes : STR("all")), v_i64(now_ms),
                       v_i64(d->by->account), v_i64(now_ms + days * DAY_MS)),
                e);
    if (rc != OK)
        return rc;
    *id = db_last_id(db);
    return deed_note(d, db, "make_token", "account", t->account, 0, e);
}

err_t api_token_list(const struct api_token_row **out, size_t *count, struct db *db,
                     int64_t account, int64_t now_ms, struct arena *a, struct err *e)
{
    VEC(struct api_token_row) rows = {0};
    struct api_token_row row;
    err_t rc = db_rows(ROWS(&rows, row), db,
                       "SELECT id, created_ms, expires_ms, used_ms, label, scopes FROM api_token"
                       " WHERE account = ?1 AND ended_ms IS NULL AND expires_ms > ?2"
                       " ORDER BY id DESC",
                       VALUES(v_i64(account), v_i64(now_ms)),
                       INTO(into_i64(&row.id), into_i64(&row.created_ms), into_i64(&row.expires_ms),
                            into_i64(&row.used_ms), into_str(&row.label), into_str(&row.scopes)),
                       a, e);
    *out = rows.ptr;
    *count = rows.len;
    return rc;
}

err_t api_token_end(struct db *db, const struct deed *d, int64_t id, struct err *e)
{
    bool any = deed_by_role(d, "security_administrator") || access_off(STR("tokens"), "owner");
    int64_t account = 0;
    bool found;
    err_t rc = db_row(&found, db,
                      "UPDATE api_token SET ended_ms = ?2 WHERE id = ?1 AND ended_ms IS NULL"
                      " AND (account = ?3 OR ?4 = 1) RETURNING account",
                      VALUES(v_i64(id), v_i64(deed_now_ms(d)), v_i64(d->by->account), v_i64(any)),
                      INTO(into_i64(&account)), NULL, e);
    if (rc == OK && !found)
        return err_set(e, E_NOTFOUND, "there is no token %lld in use", (long long)id);
    return rc == OK ? deed_note(d, db, "end_token", "account", account, 0, e) : rc;
}

err_t api_token_read(struct stored_token *out, struct db *db, struct str digest, struct arena *a,
                     struct err *e)
{
    static const char sql[] =
        "SELECT id, account, scopes, used_ms, created_ms, expires_ms FROM api_token"
        " WHERE digest = ?1 AND ended_ms IS NULL";
    struct str *words = NULL, scopes;
    bool found, all = false;

    *out = (struct stored_token){0};
    err_t rc = db_row(&found, db, sql, VALUES(v_str(digest)),
                      INTO(into_i64(&out->token.id), into_i64(&out->token.account),
                           into_str(&scopes), into_i64(&out->used_ms), into_i64(&out->created_ms),
                           into_i64(&out->expires_ms)),
                      a, e);
    if (!found)
        return rc;
    if ((rc = row_mac_require(e, db, "api_token", "%lld", (long long)out->token.id)) != OK) {
        *out = (struct stored_token){0};
        return rc == E_DENIED ? OK : rc;
    }
    if (!read_scopes(&words, &out->token.scope_count, &all, scopes, a))
        return err_set(e, E_CORRUPT, "the scopes of token %lld cannot be read",
                       (long long)out->token.id);
    out->token.scopes = all ? NULL : words;
    return OK;
}

void api_token_judge(struct api_token *out, const struct stored_token *row, int64_t now_ms)
{
    bool live = row->expires_ms > now_ms && row->created_ms <= now_ms + CLOCK_SLACK_MS;
    *out = live ? row->token : (struct api_token){0};
    out->unseen = live && now_ms - row->used_ms >= SEEN_EVERY_MS;
}
