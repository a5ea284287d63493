/* argon2id is libsodium's with its own encoding; PBKDF2 is OpenSSL's, encoded the
 * same way: $pbkdf2-sm3$i=600000$<base64 salt>$<base64 hash>. */
#include "crypto/password.h"
#include "crypto/encode.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "crypto/secret.h"
#include <assert.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <sodium.h>
#include <stdio.h>

#ifdef LITTLE_WORK /* crypto_little_work, for tests that are not about how much work it is */
#define ARGON2_BYTES ((size_t)64 << 10)
#define PBKDF2_ROUNDS 1000
#define PASSPHRASE_BYTES ((size_t)64 << 10)
#define PASSPHRASE_ROUNDS 1000
#else
#define ARGON2_BYTES ((size_t)46 << 20) /* OWASP's first choice: m=47104, t=1, p=1 */
#define PBKDF2_ROUNDS 600000
#define PASSPHRASE_BYTES ((size_t)256 << 20)
#define PASSPHRASE_ROUNDS 2000000
#endif
#define ARGON2_PASSES 1
#define PASSPHRASE_PASSES 3
#define PBKDF2_ROUNDS_MAX 10000000 /* what a text in the store may ask for */
#define PBKDF2_SALT 16
#define PBKDF2_HEAD "$pbkdf2-sm3$i="

static_assert(PASSWORD_HASH_MAX >= crypto_pwhash_STRBYTES, "room for libsodium's text");

static void pbkdf2(uint8_t out[HASH_LEN], struct str password, const uint8_t salt[PBKDF2_SALT],
                   uint64_t rounds)
{
    int ok = PKCS5_PBKDF2_HMAC(password.ptr ? password.ptr : "", (int)password.len, salt,
                               PBKDF2_SALT, (int)rounds, EVP_sm3(), HASH_LEN, out);
    assert(ok == 1);
}

static bool hash_pbkdf2(char out[PASSWORD_HASH_MAX], struct str password)
{
    uint8_t salt[PBKDF2_SALT], hash[HASH_LEN];
    struct arena *a = arena_new();
    random_bytes(salt, sizeof(salt));
    pbkdf2(hash, password, salt, PBKDF2_ROUNDS);
    struct str s = base64_of((struct bytes){salt, sizeof(salt)}, a),
               h = base64_of((struct bytes){hash, sizeof(hash)}, a);
    int n = snprintf(out, PASSWORD_HASH_MAX, PBKDF2_HEAD "%d$%.*s$%.*s", PBKDF2_ROUNDS, STR_ARG(s),
                     STR_ARG(h));
    assert(n > 0 && n < PASSWORD_HASH_MAX);
    arena_free(a);
    return true;
}

static bool check_pbkdf2(struct str text, struct str password)
{
    uint8_t salt[PBKDF2_SALT], hash[HASH_LEN], fresh[HASH_LEN];
    size_t salt_len = 0, hash_len = 0;
    uint64_t rounds;
    struct str rest = {text.ptr + strlen(PBKDF2_HEAD), text.len - strlen(PBKDF2_HEAD)};
    struct str i = str_split(&rest, STR("$")), s = str_split(&rest, STR("$"));
    if (!rest.ptr || !str_to_u64(&rounds, i) || rounds < 1 || rounds > PBKDF2_ROUNDS_MAX ||
        !base64_read(salt, &salt_len, sizeof(salt), s) || salt_len != sizeof(salt) ||
        !base64_read(hash, &hash_len, sizeof(hash), rest) || hash_len != sizeof(hash))
        return false;
    pbkdf2(fresh, password, salt, rounds);
    return secret_eq(fresh, hash, sizeof(hash));
}

bool password_hash(char out[PASSWORD_HASH_MAX], enum password_kind kind, struct str password)
{
    if (kind == PASSWORD_PBKDF2_SM3)
        return hash_pbkdf2(out, password);
    int ready = sodium_init();
    assert(ready >= 0);
    return crypto_pwhash_str_alg(out, password.ptr ? password.ptr : "", password.len, ARGON2_PASSES,
                                 ARGON2_BYTES, crypto_pwhash_ALG_ARGON2ID13) == 0;
}

bool password_check(struct str hash, struct str password)
{
    char text[PASSWORD_HASH_MAX] = {0};
    if (str_starts(hash, STR(PBKDF2_HEAD)))
        return check_pbkdf2(hash, password);
    int ready = sodium_init();
    assert(ready >= 0);
    if (hash.len >= crypto_pwhash_STRBYTES || !str_starts(hash, STR("$argon2id$")))
        return false;
    memcpy(text, hash.ptr, hash.len);
    return crypto_pwhash_str_verify(text, password.ptr ? password.ptr : "", password.len) == 0;
}

static_assert(PASSPHRASE_SALT_LEN == crypto_pwhash_SALTBYTES && PASSPHRASE_SALT_LEN == PBKDF2_SALT,
              "one salt for both");
static_assert(PASSPHRASE_KEY_LEN == HASH_LEN, "PBKDF2 gives one block");

bool passphrase_key(uint8_t out[PASSPHRASE_KEY_LEN], enum password_kind kind, struct str passphrase,
                    const uint8_t salt[PASSPHRASE_SALT_LEN])
{
    if (kind == PASSWORD_PBKDF2_SM3) {
        pbkdf2(out, passphrase, salt, PASSPHRASE_ROUNDS);
        return true;
    }
    int ready = sodium_init();
    assert(ready >= 0);
    return crypto_pwhash(out, PASSPHRASE_KEY_LEN, passphrase.ptr ? passphrase.ptr : "",
                         passphrase.len, salt, PASSPHRASE_PASSES, PASSPHRASE_BYTES,
                         crypto_pwhash_ALG_ARGON2ID13) == 0;
}

void password_check_nobody(enum password_kind kind, struct str password)
{
    char hash[PASSWORD_HASH_MAX];
    (void)!password_hash(hash, kind, password);
}
