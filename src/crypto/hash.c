/* OpenSSL's EVP interface. The implicit fetch of EVP_sha256() walks the
 * provider store at every init (a fetched EVP_MD is twice as fast
 * on 200-byte pieces), so each algorithm is fetched once, for all threads: it
 * is never changed and never let go of.
 *
 * HMAC is made of two digests here: of a 40-byte text it takes 0.3 µs, through
 * OpenSSL's EVP_MAC 0.55, most of which goes into setting it up for a new key,
 * and a record has a key for each of its fields. */
#include "crypto/hash.h"
#include "base/mem.h"
#include "crypto/secret.h"
#include <assert.h>
#include <openssl/evp.h>
#include <pthread.h>

#define BLOCK_LEN 64 /* bytes, both kinds: what a key is padded to (RFC 2104) */
#define INNER_PAD 0x36
#define OUTER_PAD 0x5c

struct hasher {
    const EVP_MD *algorithm;
    EVP_MD_CTX *running;
    bool ended; /* and not begun since: half of what a short digest costs is its beginning */
};

struct hmac {
    struct hasher inner;
    uint8_t outer_key[BLOCK_LEN]; /* xor OUTER_PAD */
};

static const EVP_MD *algorithms[2]; /* by enum hash_kind; written once */

static const char *name_of(enum hash_kind kind)
{
    switch (kind) {
    case HASH_SHA256:
        return "SHA256";
    case HASH_SM3:
        return "SM3";
    }
    return NULL;
}

static void fetch_algorithms(void)
{
    for (size_t i = 0; i < ARRAY_LEN(algorithms); i++)
        algorithms[i] = EVP_MD_fetch(NULL, name_of((enum hash_kind)i), NULL);
}

static const EVP_MD *algorithm_of(enum hash_kind kind)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, fetch_algorithms);
    assert(algorithms[kind]);
    return algorithms[kind];
}

/* OpenSSL takes no NULL for an empty piece everywhere. */
static const uint8_t *pointer_of(struct bytes piece)
{
    return piece.ptr ? piece.ptr : (const uint8_t *)"";
}

struct digest hash_of(enum hash_kind kind, struct bytes content)
{
    struct digest d;
    unsigned len = 0;
    int ok = EVP_Digest(pointer_of(content), content.len, d.byte, &len, algorithm_of(kind), NULL);
    assert(ok == 1 && len == HASH_LEN);
    return d;
}

struct digest sha256_of(struct bytes content)
{
    return hash_of(HASH_SHA256, content);
}

void digest_hex(char out[HASH_HEX_LEN + 1], const struct digest *digest)
{
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < HASH_LEN; i++) {
        out[2 * i] = hex[digest->byte[i] >> 4];
        out[2 * i + 1] = hex[digest->byte[i] & 15];
    }
    out[HASH_HEX_LEN] = '\0';
}

void sha256_hex(char out[SHA256_HEX_LEN + 1], const struct digest *digest)
{
    digest_hex(out, digest);
}

/* --- hasher ------------------------------------------------------------------- */
static void hasher_init(struct hasher *h, enum hash_kind kind)
{
    h->algorithm = algorithm_of(kind);
    h->running = EVP_MD_CTX_new();
    assert(h->running);
    hasher_begin(h);
}

struct hasher *hasher_new_of(enum hash_kind kind)
{
    struct hasher *h = mem_zalloc(sizeof(*h));
    hasher_init(h, kind);
    return h;
}

struct hasher *hasher_new(void)
{
    return hasher_new_of(HASH_SHA256);
}

void hasher_free(struct hasher *h)
{
    if (!h)
        return;
    EVP_MD_CTX_free(h->running);
    free(h);
}

void hasher_begin(struct hasher *h)
{
    int ok = EVP_DigestInit_ex2(h->running, h->algorithm, NULL);
    assert(ok == 1);
    h->ended = false;
}

static void begin_if_ended(struct hasher *h)
{
    if (h->ended)
        hasher_begin(h);
}

void hasher_add(struct hasher *h, struct bytes piece)
{
    begin_if_ended(h);
    int ok = piece.len == 0 || EVP_DigestUpdate(h->running, piece.ptr, piece.len) == 1;
    assert(ok);
}

struct digest hasher_end(struct hasher *h)
{
    struct digest d;
    unsigned len = 0;
    begin_if_ended(h);
    int ok = EVP_DigestFinal_ex(h->running, d.byte, &len);
    assert(ok == 1 && len == HASH_LEN);
    h->ended = true;
    return d;
}

/* --- HMAC --------------------------------------------------------------------- */
struct hmac *hmac_new(enum hash_kind kind)
{
    struct hmac *m = mem_zalloc(sizeof(*m));
    hasher_init(&m->inner, kind);
    return m;
}

void hmac_free(struct hmac *m)
{
    if (!m)
        return;
    EVP_MD_CTX_free(m->inner.running);
    secret_wipe(m->outer_key, sizeof(m->outer_key));
    free(m);
}

void hmac_begin(struct hmac *m, struct bytes key)
{
    uint8_t inner_key[BLOCK_LEN];
    struct digest longer;
    hasher_begin(&m->inner);
    if (key.len > BLOCK_LEN) {
        hasher_add(&m->inner, key);
        longer = hasher_end(&m->inner);
        key = (struct bytes){longer.byte, HASH_LEN};
    }
    memset(inner_key, INNER_PAD, BLOCK_LEN);
    memset(m->outer_key, OUTER_PAD, BLOCK_LEN);
    for (size_t i = 0; i < key.len; i++) {
        inner_key[i] ^= key.ptr[i];
        m->outer_key[i] ^= key.ptr[i];
    }
    hasher_add(&m->inner, (struct bytes){inner_key, BLOCK_LEN});
    secret_wipe(inner_key, sizeof(inner_key));
}

void hmac_add(struct hmac *m, struct bytes piece)
{
    hasher_add(&m->inner, piece);
}

struct digest hmac_end(struct hmac *m)
{
    struct digest d = hasher_end(&m->inner);
    hasher_add(&m->inner, (struct bytes){m->outer_key, BLOCK_LEN});
    hasher_add(&m->inner, (struct bytes){d.byte, HASH_LEN});
    return hasher_end(&m->inner);
}

struct digest hmac_of(enum hash_kind kind, struct bytes key, struct bytes content)
{
    struct hmac *m = hmac_new(kind);
    hmac_begin(m, key);
    hmac_add(m, content);
    struct digest d = hmac_end(m);
    hmac_free(m);
    return d;
}
