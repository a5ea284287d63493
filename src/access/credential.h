/* Passwords: what they must be, and how they are kept.
 *
 * Hashing takes 25 ms or more and never runs inside a store step: prepare first
 * (on the caller's thread, through the queue of login.h where strangers can ask), then
 * store what was prepared. */
#ifndef ACCESS_CREDENTIAL_H
#define ACCESS_CREDENTIAL_H
#include "access/setting.h"
#include "crypto/password.h"

#define PASSWORD_MIN 8         /* characters; ASVS 5.0 6.2.1 (15 are advised), GB/T 22239 */
#define PASSWORD_BYTES_MAX 512 /* ASVS 6.2.9 wants 64 characters allowed; Chinese takes 3 bytes */
#define PASSWORDS_REMEMBERED 5 /* 等保 profile: none of these again */

/* E_INVALID with the reason. Both profiles: length, not one of the common ones
 * (reference/common_passwords.csv), not the person's own name or this program's. 等保
 * besides: three of capital, small letter, digit, other. */
MUST_CHECK err_t password_rules(enum password_profile profile, struct str password, struct str name,
                                struct str display_name, struct err *e);

struct new_password {
    char hash[PASSWORD_HASH_MAX];
};

/* Check the rules (等保: against the last passwords too, some 25 ms each) and hash. For
 * an account that is not there yet `account` is 0 and its names are given. */
struct password_owner {
    int64_t account;
    struct str name, display_name;
};
MUST_CHECK err_t password_prepare(struct new_password *out, struct db *db,
                                  const struct access_settings *settings,
                                  const struct password_owner *owner, struct str password,
                                  struct err *e);

/* Inside a store step: the password from now on; the account's sessions but `keep` end. Entry "set_password". */
MUST_CHECK err_t password_store(struct db *db, const struct deed *d, int64_t account,
                                const struct new_password *p, int64_t keep, struct err *e);

/* Hash of an account's password; empty: none. */
MUST_CHECK err_t password_read(struct str *hash, struct db *db, int64_t account, struct arena *a,
                               struct err *e);

static inline enum password_kind password_kind_of(const struct access_settings *s)
{
    return s->national ? PASSWORD_PBKDF2_SM3 : PASSWORD_ARGON2ID;
}
#endif
