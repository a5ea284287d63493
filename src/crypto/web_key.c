/* OpenSSL keys are built from the raw numbers. A JWS signature of ECDSA is r ‖ s, which
 * OpenSSL wants as DER. */
#include "crypto/web_key.h"
#include <assert.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#define P256_HALF 32
#define DER_MAX 80

static EVP_PKEY *from_parameters(const char *type, OSSL_PARAM_BLD *builder)
{
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(builder);
    assert(maker && parameters);
    if (EVP_PKEY_fromdata_init(maker) != 1 ||
        EVP_PKEY_fromdata(maker, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
        key = NULL;
    OSSL_PARAM_free(parameters);
    EVP_PKEY_CTX_free(maker);
    return key;
}

static EVP_PKEY *rsa_key(const struct web_key *k)
{
    EVP_PKEY *key = NULL;
    BIGNUM *n = BN_bin2bn(k->n.ptr, (int)k->n.len, NULL);
    BIGNUM *e = BN_bin2bn(k->e.ptr, (int)k->e.len, NULL);
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    assert(n && e && builder);
    int bits = BN_num_bits(n);
    if (bits >= WEB_RSA_BITS_MIN && bits <= WEB_RSA_BITS_MAX && BN_is_odd(n) && BN_is_odd(e) &&
        !BN_is_one(e) && BN_num_bits(e) <= 64) {
        int pushed = OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) &&
                     OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e);
        assert(pushed);
        key = from_parameters("RSA", builder);
    }
    OSSL_PARAM_BLD_free(builder);
    BN_free(n);
    BN_free(e);
    return key;
}

static EVP_PKEY *p256_key(const struct web_key *k)
{
    uint8_t point[1 + 2 * P256_HALF] = {4};
    if (k->x.len != P256_HALF || k->y.len != P256_HALF)
        return NULL;
    memcpy(point + 1, k->x.ptr, P256_HALF);
    memcpy(point + 1 + P256_HALF, k->y.ptr, P256_HALF);
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    assert(builder);
    int pushed =
        OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) &&
        OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point));
    assert(pushed);
    EVP_PKEY *key = from_parameters("EC", builder); /* a point off the curve is refused here */
    OSSL_PARAM_BLD_free(builder);
    return key;
}

/* r ‖ s as DER; 0: not of that length. */
static size_t to_der(uint8_t out[DER_MAX], struct bytes signature)
{
    if (signature.len != 2 * P256_HALF)
        return 0;
    ECDSA_SIG *sig = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature.ptr, P256_HALF, NULL);
    BIGNUM *s = BN_bin2bn(signature.ptr + P256_HALF, P256_HALF, NULL);
    assert(sig && r && s);
    int taken = ECDSA_SIG_set0(sig, r, s); /* owns r and s now */
    assert(taken);
    uint8_t *at = out;
    int len = i2d_ECDSA_SIG(sig, NULL) <= DER_MAX ? i2d_ECDSA_SIG(sig, &at) : 0;
    ECDSA_SIG_free(sig);
    return len > 0 ? (size_t)len : 0;
}

static bool verifies(EVP_PKEY *key, bool pss, struct bytes signature, struct bytes text)
{
    EVP_PKEY_CTX *options = NULL; /* the context's own */
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    assert(context);
    bool ok = EVP_DigestVerifyInit_ex(context, &options, "SHA256", NULL, NULL, key, NULL) == 1;
    if (ok && pss)
        ok = EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 &&
             EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1;
    ok = ok && EVP_DigestVerify(context, signature.ptr, signature.len, text.ptr, text.len) == 1;
    EVP_MD_CTX_free(context);
    return ok;
}

bool web_key_check(const struct web_key *k, struct bytes signature, struct bytes text)
{
    uint8_t der[DER_MAX];
    bool curve = k->use == WEB_ES256;
    EVP_PKEY *key = curve ? p256_key(k) : rsa_key(k);
    bool ok = key != NULL;

    if (ok && curve) {
        size_t len = to_der(der, signature);
        ok = len > 0;
        signature = (struct bytes){der, len};
    }
    ok = ok && verifies(key, k->use == WEB_PS256, signature, text);
    EVP_PKEY_free(key);
    return ok;
}
