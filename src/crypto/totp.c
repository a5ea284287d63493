/* Dynamic truncation of RFC 4226 §5.3 over OpenSSL's HMAC. */
#include "crypto/totp.h"
#include "crypto/secret.h"
#include <assert.h>
#include <openssl/evp.h>
#include <stdio.h>

uint32_t totp_number(enum totp_kind kind, struct bytes secret, uint64_t step, int digits)
{
    static const char *const names[] = {"SHA1", "SHA256", "SM3"};
    uint8_t message[8], code[EVP_MAX_MD_SIZE];
    size_t len = 0;
    uint32_t modulus = 1;
    for (int i = 0; i < 8; i++)
        message[i] = (uint8_t)(step >> (56 - 8 * i));
    const unsigned char *made =
        EVP_Q_mac(NULL, "HMAC", NULL, names[kind], NULL, secret.ptr, secret.len, message,
                  sizeof(message), code, sizeof(code), &len);
    assert(made && len >= 20);
    const uint8_t *p = code + (code[len - 1] & 15);
    uint32_t n = (uint32_t)(p[0] & 0x7f) << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    for (int i = 0; i < digits; i++)
        modulus *= 10;
    return n % modulus;
}

bool totp_check(int64_t *step, enum totp_kind kind, struct bytes secret, struct str code,
                int64_t now_s, int64_t last_step)
{
    bool good = false;
    int64_t now = now_s / TOTP_STEP_S;
    if (code.len != TOTP_DIGITS)
        return false;
    for (int64_t s = now - 1; s <= now + 1; s++) { /* all three, whichever fits */
        char text[16];
        if (s < 0)
            continue;
        snprintf(text, sizeof(text), "%06u",
                 (unsigned)totp_number(kind, secret, (uint64_t)s, TOTP_DIGITS));
        if (secret_eq(text, code.ptr, TOTP_DIGITS) && s > last_step && !good) {
            good = true;
            *step = s;
        }
    }
    return good;
}
