/* API tokens: for programs, instead of a session. A token acts for its account within
 * its scopes; it never does what asks for the person (signing in, setting a password,
 * deciding as second person), and ends with the account. */
#ifndef ACCESS_TOKEN_H
#define ACCESS_TOKEN_H
#include "access/bearer.h"
#include "access/deed.h"

#define API_TOKEN_PREFIX "zhiyun_" /* so that a token in a wrong place is known for one */
#define API_TOKEN_MAX (sizeof(API_TOKEN_PREFIX) + BEARER_LEN)
#define API_TOKEN_DAYS 90      /* unless said otherwise */
#define API_TOKEN_DAYS_MAX 366 /* and never longer */
#define API_TOKENS_PER_ACCOUNT 50

/* `scopes`: words with blanks between; empty or "all": everything. Others: "records"
 * (or "records:read", "records:write"), and the scopes of the API's resources
 * (subject_in_scope). E_INVALID: a word that is none, days; E_LIMIT: 50 live ones;
 * E_DENIED: another's account (the program makes them for everybody). */
struct new_token {
    int64_t account;
    struct str label, scopes;
    int days; /* 0: API_TOKEN_DAYS */
};
MUST_CHECK err_t api_token_make(char out[API_TOKEN_MAX], int64_t *id, struct db *db,
                                const struct deed *d, const struct new_token *t, struct err *e);

/* Those of an account that are in use, newest first; what they are is in no store. */
struct api_token_row {
    int64_t id, created_ms, expires_ms, used_ms; /* used 0: never, or within the last hour */
    struct str label, scopes;
};
MUST_CHECK err_t api_token_list(const struct api_token_row **out, size_t *count, struct db *db,
                                int64_t account, int64_t now_ms, struct arena *a, struct err *e);

/* By who holds it, or a security administrator. E_NOTFOUND. */
MUST_CHECK err_t api_token_end(struct db *db, const struct deed *d, int64_t id, struct err *e);

/* What a request carries. account 0: no such token, or it is over. scopes NULL: all. */
struct api_token {
    int64_t id, account;
    const struct str *scopes;
    size_t scope_count;
    bool unseen; /* used_ms is old */
};
/* A token as its row has it, before the clock is asked; account 0: there is none. */
struct stored_token {
    struct api_token token;
    int64_t created_ms, expires_ms, used_ms;
};
/* digest: bearer_digest of it. */
MUST_CHECK err_t api_token_read(struct stored_token *out, struct db *db, struct str digest,
                                struct arena *a, struct err *e);
/* What it is at this moment; out->account 0 when its time is over. */
void api_token_judge(struct api_token *out, const struct stored_token *row, int64_t now_ms);
#endif
