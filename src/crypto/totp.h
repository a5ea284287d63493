/* One-time codes of an authenticator: RFC 6238 over HMAC-SHA-1 (what telephones
 * speak), SHA-256, or SM3 in the national profile; steps of 30 s, six digits. */
#ifndef CRYPTO_TOTP_H
#define CRYPTO_TOTP_H
#include "base/str.h"

enum totp_kind { TOTP_SHA1, TOTP_SHA256, TOTP_SM3 };

#define TOTP_STEP_S 30
#define TOTP_DIGITS 6
#define TOTP_SECRET_LEN 20 /* bytes; RFC 4226 asks for 20 with SHA-1 */

/* The number for one step, of `digits` (6 … 8) digits. */
uint32_t totp_number(enum totp_kind kind, struct bytes secret, uint64_t step, int digits);

/* Whether `code` is that of now, one step earlier or one later, and not of a step
 * up to `last_step` (−1: none yet), which were used: *step is what to keep in its
 * place, in the step of the store that signs in, so that a code works once. */
MUST_CHECK bool totp_check(int64_t *step, enum totp_kind kind, struct bytes secret, struct str code,
                           int64_t now_s, int64_t last_step);
#endif
