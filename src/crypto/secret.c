/* OpenSSL's own: written in assembler where a compiler would be too clever. */
#include "crypto/secret.h"
#include <openssl/crypto.h>

bool secret_eq(const void *x, const void *y, size_t len)
{
    return CRYPTO_memcmp(x, y, len) == 0;
}

void secret_wipe(void *p, size_t len)
{
    OPENSSL_cleanse(p, len);
}
