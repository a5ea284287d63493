/* OpenSSL's EVP interface. The implicit fetch of EVP_sha256() walks the
 * provider store at every init (stack.md §6: a fetched EVP_MD is twice as fast
 * on 200-byte pieces), so a hasher fetches once and keeps it. */
#include "crypto/hash.h"
#include "base/mem.h"
#include <assert.h>
#include <openssl/evp.h>

struct hasher {
    EVP_MD *algorithm;
    EVP_MD_CTX *running;
};

struct sha256 sha256_of(struct bytes content)
{
    struct sha256 d;
    size_t len = 0;
    int ok = EVP_Q_digest(NULL, "SHA256", NULL, content.ptr ? content.ptr : (const uint8_t *)"",
                          content.len, d.byte, &len);
    assert(ok == 1 && len == SHA256_LEN);
    return d;
}

void sha256_hex(char out[SHA256_HEX_LEN + 1], const struct sha256 *digest)
{
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < SHA256_LEN; i++) {
        out[2 * i] = hex[digest->byte[i] >> 4];
        out[2 * i + 1] = hex[digest->byte[i] & 15];
    }
    out[SHA256_HEX_LEN] = '\0';
}

struct hasher *hasher_new(void)
{
    struct hasher *h = mem_zalloc(sizeof(*h));
    h->algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
    h->running = EVP_MD_CTX_new();
    assert(h->algorithm && h->running);
    hasher_begin(h);
    return h;
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

struct sha256 hasher_end(struct hasher *h)
{
    struct sha256 d;
    unsigned len = 0;
    int ok = EVP_DigestFinal_ex(h->running, d.byte, &len);
    assert(ok == 1 && len == SHA256_LEN);
    hasher_begin(h);
    return d;
}
