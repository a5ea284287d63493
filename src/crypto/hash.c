/* OpenSSL's EVP interface. The implicit fetch of EVP_sha256() walks the
 * provider store at every init (stack.md §6: a fetched EVP_MD is twice as fast
 * on 200-byte pieces), so a hasher fetches once and keeps it. */
#include "crypto/hash.h"
#include "base/mem.h"
#include <assert.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

struct hasher {
    EVP_MD *algorithm;
    EVP_MD_CTX *running;
};

struct hmac {
    EVP_MAC_CTX *running;
};

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

/* OpenSSL takes no NULL for an empty piece everywhere. */
static const uint8_t *pointer_of(struct bytes piece)
{
    return piece.ptr ? piece.ptr : (const uint8_t *)"";
}

struct digest hash_of(enum hash_kind kind, struct bytes content)
{
    struct digest d;
    size_t len = 0;
    int ok =
        EVP_Q_digest(NULL, name_of(kind), NULL, pointer_of(content), content.len, d.byte, &len);
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
struct hasher *hasher_new_of(enum hash_kind kind)
{
    struct hasher *h = mem_zalloc(sizeof(*h));
    h->algorithm = EVP_MD_fetch(NULL, name_of(kind), NULL);
    h->running = EVP_MD_CTX_new();
    assert(h->algorithm && h->running);
    hasher_begin(h);
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
    EVP_MD_free(h->algorithm);
    free(h);
}

void hasher_begin(struct hasher *h)
{
    int ok = EVP_DigestInit_ex2(h->running, h->algorithm, NULL);
    assert(ok == 1);
}

void hasher_add(struct hasher *h, struct bytes piece)
{
    int ok = piece.len == 0 || EVP_DigestUpdate(h->running, piece.ptr, piece.len) == 1;
    assert(ok);
}

struct digest hasher_end(struct hasher *h)
{
    struct digest d;
    unsigned len = 0;
    int ok = EVP_DigestFinal_ex(h->running, d.byte, &len);
    assert(ok == 1 && len == HASH_LEN);
    hasher_begin(h);
    return d;
}

/* --- HMAC --------------------------------------------------------------------- */
struct hmac *hmac_new(enum hash_kind kind)
{
    struct hmac *m = mem_zalloc(sizeof(*m));
    EVP_MAC *algorithm = EVP_MAC_fetch(NULL, "HMAC", NULL);
    char digest[8];
    snprintf(digest, sizeof(digest), "%s", name_of(kind)); /* the parameter is not const */
    OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                           OSSL_PARAM_construct_end()};
    m->running = EVP_MAC_CTX_new(algorithm); /* holds the algorithm from here on */
    EVP_MAC_free(algorithm);
    int ok = m->running && EVP_MAC_CTX_set_params(m->running, params) == 1;
    assert(ok);
    return m;
}

void hmac_free(struct hmac *m)
{
    if (!m)
        return;
    EVP_MAC_CTX_free(m->running);
    free(m);
}

void hmac_begin(struct hmac *m, struct bytes key)
{
    int ok = EVP_MAC_init(m->running, pointer_of(key), key.len, NULL);
    assert(ok == 1);
}

void hmac_add(struct hmac *m, struct bytes piece)
{
    int ok = piece.len == 0 || EVP_MAC_update(m->running, piece.ptr, piece.len) == 1;
    assert(ok);
}

struct digest hmac_end(struct hmac *m)
{
    struct digest d;
    size_t len = 0;
    int ok = EVP_MAC_final(m->running, d.byte, &len, sizeof(d.byte));
    assert(ok == 1 && len == HASH_LEN);
    return d;
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
