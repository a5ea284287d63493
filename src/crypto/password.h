/* Passwords as they are kept: argon2id (RFC 9106) with 46 MiB and one pass, or, in
 * the national profile, PBKDF2 with HMAC-SM3 and 600,000 rounds. A text of letters,
 * digits and $ that says how it was made; another password has another salt.
 *
 * One check takes 25 ms (argon2id) or 0.3 s and as much memory as said: callers
 * let two run at a time and queue the rest. */
#ifndef CRYPTO_PASSWORD_H
#define CRYPTO_PASSWORD_H
#include "base/str.h"

enum password_kind { PASSWORD_ARGON2ID, PASSWORD_PBKDF2_SM3 };

#define PASSWORD_HASH_MAX 160 /* with the NUL */

/* False only where there is no memory for it. */
MUST_CHECK bool password_hash(char out[PASSWORD_HASH_MAX], enum password_kind kind,
                              struct str password);
/* Any kind of hash; compares in constant time. False for a text that is none. */
MUST_CHECK bool password_check(struct str hash, struct str password);
/* As much work as a check, for a name that nobody has: how long the answer takes
 * says nothing. */
void password_check_nobody(enum password_kind kind, struct str password);
/* A key from a passphrase, for what leaves the building: more work than for a sign-in, as
 * whoever holds the file may guess for ever (argon2id with 256 MiB and 3 passes, or 2,000,000
 * rounds of PBKDF2-SM3: about a second). False: there is no memory for it. */
#define PASSPHRASE_KEY_LEN 32
#define PASSPHRASE_SALT_LEN 16
MUST_CHECK bool passphrase_key(uint8_t out[PASSPHRASE_KEY_LEN], enum password_kind kind,
                               struct str passphrase, const uint8_t salt[PASSPHRASE_SALT_LEN]);
#endif
