/* SHA-256 (FIPS 180-4) and SM3 (GB/T 32905) through OpenSSL 3: one shot, and
 * streaming for content that does not fit into memory.
 *
 * Digests name content (files, records); they are no secret and no signature.
 * There is no error to handle: memory running out aborts as everywhere, and so
 * does a libcrypto without these two, which no working installation lacks. */
#ifndef CRYPTO_HASH_H
#define CRYPTO_HASH_H
#include "base/str.h"

enum hash_kind { HASH_SHA256, HASH_SM3 };

#define HASH_LEN 32                 /* bytes, both kinds */
#define HASH_HEX_LEN (2 * HASH_LEN) /* characters, without the NUL */
#define SHA256_LEN HASH_LEN         /* the same, where the kind is fixed */
#define SHA256_HEX_LEN HASH_HEX_LEN

struct digest {
    uint8_t byte[HASH_LEN];
};

/* Digest of one piece. Hashing many small pieces in a row is faster through a
 * hasher, which fetches the algorithm once. */
struct digest hash_of(enum hash_kind kind, struct bytes content);
struct digest sha256_of(struct bytes content);

/* Lower-case hex and a NUL. */
void digest_hex(char out[HASH_HEX_LEN + 1], const struct digest *digest);
void sha256_hex(char out[SHA256_HEX_LEN + 1], const struct digest *digest);

static inline bool digest_eq(const struct digest *a, const struct digest *b)
{
    return memcmp(a->byte, b->byte, HASH_LEN) == 0;
}

/* Holds the fetched algorithm and one running digest; one thread at a time. */
struct hasher;
struct hasher *hasher_new(void); /* SHA-256 */
struct hasher *hasher_new_of(enum hash_kind kind);
void hasher_free(struct hasher *h); /* accepts NULL */

void hasher_begin(struct hasher *h); /* forgets what was added; hasher_new has done it once */
void hasher_add(struct hasher *h, struct bytes piece);
/* Digest of all pieces since begin; begins anew. */
struct digest hasher_end(struct hasher *h);

/* HMAC (RFC 2104) of either kind. */
struct hmac;
struct hmac *hmac_new(enum hash_kind kind);
void hmac_free(struct hmac *m); /* accepts NULL */
void hmac_begin(struct hmac *m, struct bytes key);
void hmac_add(struct hmac *m, struct bytes piece);
struct digest hmac_end(struct hmac *m); /* then begin again */
struct digest hmac_of(enum hash_kind kind, struct bytes key, struct bytes content);
#endif
