/* Signatures of the two suites: Ed25519 (RFC 8032) through libsodium, SM2 with
 * SM3 (GB/T 32918, user id 1234567812345678) through OpenSSL. Both are 64
 * bytes: R ‖ S and r ‖ s. */
#ifndef CRYPTO_SIGN_H
#define CRYPTO_SIGN_H
#include "base/err.h"
#include "base/str.h"

enum sign_kind { SIGN_ED25519, SIGN_SM2 };

#define SIGN_LEN 64
#define SIGN_SECRET_LEN 32 /* seed (Ed25519), scalar big-endian (SM2) */
#define SIGN_PUBLIC_MAX 65

struct sign_public {
    enum sign_kind kind;
    uint8_t byte[SIGN_PUBLIC_MAX]; /* Ed25519: 32 bytes; SM2: 0x04 ‖ x ‖ y */
    size_t len;
};

size_t sign_public_len(enum sign_kind kind); /* 32 or 65 */

struct sign_key; /* a private key; its memory is wiped when freed */

struct sign_key *sign_key_new(enum sign_kind kind); /* a fresh one */
/* E_INVALID: no secret of that kind. */
MUST_CHECK err_t sign_key_from(struct sign_key **out, enum sign_kind kind,
                               const uint8_t secret[SIGN_SECRET_LEN], struct err *e);
void sign_key_free(struct sign_key *k); /* accepts NULL */
void sign_key_secret(uint8_t secret[SIGN_SECRET_LEN], const struct sign_key *k);
const struct sign_public *sign_key_public(const struct sign_key *k);

void sign_make(uint8_t signature[SIGN_LEN], const struct sign_key *k, struct bytes text);

/* False for anything but a signature by that key: a key off the curve or of
 * small order, S ≥ L, a wrong length. */
MUST_CHECK bool sign_check(const struct sign_public *key, struct bytes signature,
                           struct bytes text);
#endif
