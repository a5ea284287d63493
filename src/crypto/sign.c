/* libsodium is the faster at Ed25519 (81,000 signatures/s against 42,000,
 * on one core) and refuses keys of small order; SM2 is in OpenSSL alone. */
#include "crypto/sign.h"
#include "base/mem.h"
#include "crypto/random.h"
#include <assert.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <sodium.h>

#define SM2_ID "1234567812345678"
#define SM2_HALF 32

struct sign_key {
    struct sign_public public;
    uint8_t secret[SIGN_SECRET_LEN];
    uint8_t ed25519[crypto_sign_SECRETKEYBYTES]; /* seed ‖ public */
};

size_t sign_public_len(enum sign_kind kind)
{
    return kind == SIGN_SM2 ? SIGN_PUBLIC_MAX : crypto_sign_PUBLICKEYBYTES;
}

/* --- SM2 ------------------------------------------------------------------------ */

/* secret · G; false when the secret is not 1 … n−1. */
static bool sm2_public(uint8_t out[SIGN_PUBLIC_MAX], const uint8_t secret[SIGN_SECRET_LEN])
{
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_sm2);
    BIGNUM *d = BN_bin2bn(secret, SIGN_SECRET_LEN, NULL);
    EC_POINT *point = group ? EC_POINT_new(group) : NULL;
    assert(group && d && point);
    bool ok = !BN_is_zero(d) && BN_cmp(d, EC_GROUP_get0_order(group)) < 0 &&
              EC_POINT_mul(group, point, d, NULL, NULL, NULL) == 1 &&
              EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, out, SIGN_PUBLIC_MAX,
                                 NULL) == SIGN_PUBLIC_MAX;
    EC_POINT_free(point);
    BN_clear_free(d);
    EC_GROUP_free(group);
    return ok;
}

/* OpenSSL's key of the raw one; `secret` NULL: the public half alone. NULL:
 * no point of the curve. */
static EVP_PKEY *sm2_key(const struct sign_public *public, const uint8_t *secret)
{
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    BIGNUM *d = secret ? BN_bin2bn(secret, SIGN_SECRET_LEN, NULL) : NULL;
    assert(maker && builder);
    int ok = OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "SM2", 0) &&
             OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, public->byte,
                                              SIGN_PUBLIC_MAX) &&
             (!d || OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, d));
    assert(ok);
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(builder);
    assert(params);
    if (EVP_PKEY_fromdata_init(maker) != 1 ||
        EVP_PKEY_fromdata(maker, &key, d ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params) != 1)
        key = NULL;
    OSSL_PARAM_free(params);
    BN_clear_free(d);
    OSSL_PARAM_BLD_free(builder);
    EVP_PKEY_CTX_free(maker);
    return key;
}

/* The order matters: the id is set on the key's context, that one is handed to
 * the digest's, and only then is it initialised. */
static EVP_MD_CTX *sm2_context(EVP_PKEY_CTX **inner, EVP_PKEY *key, bool sign)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    *inner = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    assert(context && *inner);
    int ok = EVP_PKEY_CTX_set1_id(*inner, SM2_ID, (int)strlen(SM2_ID)) == 1;
    assert(ok);
    EVP_MD_CTX_set_pkey_ctx(context, *inner);
    ok = sign ? EVP_DigestSignInit_ex(context, NULL, "SM3", NULL, NULL, key, NULL)
              : EVP_DigestVerifyInit_ex(context, NULL, "SM3", NULL, NULL, key, NULL);
    assert(ok == 1);
    return context;
}

static void sm2_sign(uint8_t signature[SIGN_LEN], const struct sign_key *k, struct bytes text)
{
    uint8_t der[128];
    const uint8_t *p = der;
    size_t len = sizeof(der);
    EVP_PKEY_CTX *inner;
    EVP_PKEY *key = sm2_key(&k->public, k->secret);
    assert(key);
    EVP_MD_CTX *context = sm2_context(&inner, key, true);
    int ok = EVP_DigestSign(context, der, &len, text.ptr, text.len) == 1;
    ECDSA_SIG *pair = ok ? d2i_ECDSA_SIG(NULL, &p, (long)len) : NULL;
    assert(pair);
    ok = BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature, SM2_HALF) == SM2_HALF &&
         BN_bn2binpad(ECDSA_SIG_get0_s(pair), signature + SM2_HALF, SM2_HALF) == SM2_HALF;
    assert(ok);
    ECDSA_SIG_free(pair);
    EVP_MD_CTX_free(context);
    EVP_PKEY_CTX_free(inner);
    EVP_PKEY_free(key);
}

static bool sm2_check(const struct sign_public *public, const uint8_t *signature, struct bytes text)
{
    EVP_PKEY_CTX *inner;
    uint8_t *der = NULL;
    EVP_PKEY *key = sm2_key(public, NULL);
    if (!key)
        return false;
    ECDSA_SIG *pair = ECDSA_SIG_new();
    assert(pair);
    int ok = ECDSA_SIG_set0(pair, BN_bin2bn(signature, SM2_HALF, NULL),
                            BN_bin2bn(signature + SM2_HALF, SM2_HALF, NULL));
    assert(ok);
    int len = i2d_ECDSA_SIG(pair, &der);
    assert(len > 0);
    EVP_MD_CTX *context = sm2_context(&inner, key, false);
    bool good = EVP_DigestVerify(context, der, (size_t)len, text.ptr, text.len) == 1;
    OPENSSL_free(der);
    ECDSA_SIG_free(pair);
    EVP_MD_CTX_free(context);
    EVP_PKEY_CTX_free(inner);
    EVP_PKEY_free(key);
    return good;
}

/* --- both ------------------------------------------------------------------------- */

struct sign_key *sign_key_new(enum sign_kind kind)
{
    struct sign_key *k = NULL;
    do { /* SM2: all but one in 2^32 random numbers are a secret */
        uint8_t secret[SIGN_SECRET_LEN];
        random_bytes(secret, sizeof(secret));
        if (sign_key_from(&k, kind, secret, NULL) != OK)
            k = NULL;
        sodium_memzero(secret, sizeof(secret));
    } while (!k);
    return k;
}

err_t sign_key_from(struct sign_key **out, enum sign_kind kind,
                    const uint8_t secret[SIGN_SECRET_LEN], struct err *e)
{
    struct sign_key *k = mem_zalloc(sizeof(*k));
    int ready = sodium_init();
    assert(ready >= 0);
    *out = NULL;
    memcpy(k->secret, secret, SIGN_SECRET_LEN);
    k->public.kind = kind;
    k->public.len = sign_public_len(kind);
    bool ok = kind == SIGN_ED25519
                  ? crypto_sign_seed_keypair(k->public.byte, k->ed25519, k->secret) == 0
                  : sm2_public(k->public.byte, k->secret);
    if (!ok) {
        sign_key_free(k);
        return err_set(e, E_INVALID, "these bytes are no secret key");
    }
    *out = k;
    return OK;
}

void sign_key_free(struct sign_key *k)
{
    if (!k)
        return;
    sodium_memzero(k, sizeof(*k));
    free(k);
}

void sign_key_secret(uint8_t secret[SIGN_SECRET_LEN], const struct sign_key *k)
{
    memcpy(secret, k->secret, SIGN_SECRET_LEN);
}

const struct sign_public *sign_key_public(const struct sign_key *k)
{
    return &k->public;
}

void sign_make(uint8_t signature[SIGN_LEN], const struct sign_key *k, struct bytes text)
{
    if (k->public.kind == SIGN_SM2) {
        sm2_sign(signature, k, text);
        return;
    }
    int failed = crypto_sign_detached(signature, NULL, text.ptr, text.len, k->ed25519);
    assert(!failed);
}

bool sign_check(const struct sign_public *key, struct bytes signature, struct bytes text)
{
    if (signature.len != SIGN_LEN || key->len != sign_public_len(key->kind))
        return false;
    if (key->kind == SIGN_SM2)
        return key->byte[0] == 4 && sm2_check(key, signature.ptr, text);
    return crypto_sign_verify_detached(signature.ptr, text.ptr, text.len, key->byte) == 0;
}
