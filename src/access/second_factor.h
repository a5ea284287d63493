/* One-time codes beside the password: enrolling an authenticator, using a code once,
 * recovery codes for a lost telephone. The secret is sealed with the instance's key. */
#ifndef ACCESS_SECOND_FACTOR_H
#define ACCESS_SECOND_FACTOR_H
#include "access/setting.h"
#include "crypto/seal.h"
#include "crypto/totp.h"

#define RECOVERY_CODES 10
#define RECOVERY_CODE_LEN 19 /* "abcd-efgh-jkmn-pqrs": 80 bits */

/* What the person types or scans, shown once. */
struct enrolment {
    struct str secret; /* base32 */
    struct str uri;    /* otpauth://totp/… */
};

/* The second factor of an account, read and written inside a store step. */
struct factor {
    struct db *db;
    const struct deed *deed;
    const struct seal_key *keys;
    const struct access_settings *settings;
    int64_t account;
};

/* Gives the person who acts a new secret, which comes into force with its first code. E_CONFLICT: one is in
 * force already. */
MUST_CHECK err_t second_factor_begin(struct enrolment *out, const struct factor *f, struct err *e);

/* The first code puts it in force and gives recovery codes, shown once. E_DENIED: the
 * code is wrong. */
MUST_CHECK err_t second_factor_confirm(char codes[RECOVERY_CODES][RECOVERY_CODE_LEN + 1],
                                       const struct factor *f, struct str code, struct err *e);

/* Use a code, or a recovery code: *right says whether it was right; it
 * never is again. Two that come at once: one is right. */
MUST_CHECK err_t second_factor_take(bool *right, const struct factor *f, struct str code,
                                    struct err *e);

/* Out of force: by its person (who has stepped up; the caller asks), or by a security
 * administrator for another. Entry "end_second_factor". */
MUST_CHECK err_t second_factor_end(struct db *db, const struct deed *d, int64_t account,
                                   struct err *e);
#endif
