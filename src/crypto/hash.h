/* SHA-256 (FIPS 180-4) through OpenSSL 3: one shot, and streaming for content
 * that does not fit into memory.
 *
 * Digests name content (files, records); they are no secret and no signature.
 * There is no error to handle: memory running out aborts as everywhere, and so
 * does a libcrypto without SHA-256, which no working installation lacks. */
#ifndef CRYPTO_HASH_H
#define CRYPTO_HASH_H
#include "base/str.h"

#define SHA256_LEN 32     /* bytes */
#define SHA256_HEX_LEN 64 /* characters, without the NUL */

struct sha256 {
    uint8_t byte[SHA256_LEN];
};

/* Digest of one piece. Hashing many small pieces in a row is faster through a
 * hasher, which fetches the algorithm once. */
struct sha256 sha256_of(struct bytes content);

/* Lower-case hex and a NUL. */
void sha256_hex(char out[SHA256_HEX_LEN + 1], const struct sha256 *digest);

/* Holds the fetched algorithm and one running digest; one thread at a time. */
struct hasher;
struct hasher *hasher_new(void);
void hasher_free(struct hasher *h); /* accepts NULL */

void hasher_begin(struct hasher *h); /* forgets what was added; hasher_new has done it once */
void hasher_add(struct hasher *h, struct bytes piece);
/* Digest of all pieces since begin; begins anew. */
struct sha256 hasher_end(struct hasher *h);
#endif
