/* One function encrypts and one decrypts, for values and for chunks of files
 * alike: key, nonce, associated data. OpenSSL does both suites; only the joining
 * of SM4-CTR and HMAC-SM3 is ours. */
#include "crypto/seal.h"
#include "base/mem.h"
#include "crypto/encode.h"
#include "crypto/random.h"
#include "crypto/secret.h"
#include <assert.h>
#include <openssl/evp.h>
#include <unistd.h>

#define MASTER_LEN 32
#define SALT_LEN 24
#define GCM_TAG 16
#define SM4_BLOCK 16

struct seal_key {
    enum seal_suite suite;
    uint8_t master[MASTER_LEN], index[MASTER_LEN];
};

/* What one use needs: the second half authenticates, where the cipher does not. */
struct cipher_key {
    enum seal_suite suite;
    uint8_t cipher[32], mac[32];
};

static enum hash_kind hash_of_suite(enum seal_suite suite)
{
    return suite == SEAL_SM4_CTR_HMAC_SM3 ? HASH_SM3 : HASH_SHA256;
}

size_t seal_tag_len(enum seal_suite suite)
{
    return suite == SEAL_SM4_CTR_HMAC_SM3 ? HASH_LEN : GCM_TAG;
}

/* HMAC(from, label ‖ 0 ‖ number ‖ salt), a number for each half. */
static void derive(struct cipher_key *out, enum seal_suite suite, const uint8_t from[MASTER_LEN],
                   const char *label, struct bytes salt)
{
    struct hmac *m = hmac_new(hash_of_suite(suite));
    out->suite = suite;
    for (uint8_t number = 1; number <= 2; number++) {
        hmac_begin(m, (struct bytes){from, MASTER_LEN});
        hmac_add(m, (struct bytes){(const uint8_t *)label, strlen(label) + 1});
        hmac_add(m, (struct bytes){&number, 1});
        hmac_add(m, salt);
        struct digest d = hmac_end(m);
        memcpy(number == 1 ? out->cipher : out->mac, d.byte, HASH_LEN);
        secret_wipe(&d, sizeof(d));
    }
    hmac_free(m);
}

/* --- the cipher ------------------------------------------------------------------- */

/* 64-bit number first, then, for SM4, the block counter: chunks never share one. */
static void make_nonce(uint8_t nonce[SM4_BLOCK], uint64_t number)
{
    memset(nonce, 0, SM4_BLOCK);
    for (int i = 0; i < 8; i++)
        nonce[i] = (uint8_t)(number >> (56 - 8 * i));
}

static void sm4_tag(uint8_t tag[HASH_LEN], const struct cipher_key *k,
                    const uint8_t nonce[SM4_BLOCK], struct bytes about, struct bytes sealed)
{
    uint8_t len[8];
    struct hmac *m = hmac_new(HASH_SM3);
    for (int i = 0; i < 8; i++)
        len[i] = (uint8_t)((uint64_t)about.len >> (56 - 8 * i));
    hmac_begin(m, (struct bytes){k->mac, sizeof(k->mac)});
    hmac_add(m, (struct bytes){nonce, SM4_BLOCK});
    hmac_add(m, (struct bytes){len, sizeof(len)});
    hmac_add(m, about);
    hmac_add(m, sealed);
    struct digest d = hmac_end(m);
    memcpy(tag, d.byte, HASH_LEN);
    hmac_free(m);
}

static EVP_CIPHER_CTX *start(const struct cipher_key *k, const uint8_t nonce[SM4_BLOCK],
                             struct bytes about, bool encrypt)
{
    bool gcm = k->suite == SEAL_AES_256_GCM;
    int len;
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    assert(c);
    int ok = EVP_CipherInit_ex2(c, gcm ? EVP_aes_256_gcm() : EVP_sm4_ctr(), k->cipher, nonce,
                                encrypt, NULL);
    assert(ok == 1); /* GCM takes the first 12 bytes of the nonce, its default length */
    if (gcm && about.len > 0)
        ok = EVP_CipherUpdate(c, NULL, &len, about.ptr, (int)about.len);
    assert(ok == 1);
    return c;
}

/* ciphertext ‖ tag, appended. */
static void encrypt(struct buf *out, const struct cipher_key *k, uint64_t number,
                    struct bytes about, struct bytes plain)
{
    uint8_t nonce[SM4_BLOCK];
    int len = 0, rest = 0;
    size_t tag = seal_tag_len(k->suite);
    uint8_t *to = (uint8_t *)buf_reserve(out, plain.len + tag);
    assert(to && plain.len <= INT32_MAX);
    make_nonce(nonce, number);
    EVP_CIPHER_CTX *c = start(k, nonce, about, true);
    int ok = plain.len == 0 || EVP_CipherUpdate(c, to, &len, plain.ptr, (int)plain.len) == 1;
    ok = ok && EVP_CipherFinal_ex(c, to + len, &rest) == 1;
    assert(ok && (size_t)(len + rest) == plain.len);
    if (k->suite == SEAL_AES_256_GCM) {
        ok = EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, GCM_TAG, to + plain.len);
        assert(ok == 1);
    } else {
        sm4_tag(to + plain.len, k, nonce, about, (struct bytes){to, plain.len});
    }
    EVP_CIPHER_CTX_free(c);
    out->len += plain.len + tag;
}

/* Into `out`, which has room for what is sealed less its tag. */
static bool decrypt(uint8_t *out, const struct cipher_key *k, uint64_t number, struct bytes about,
                    struct bytes sealed)
{
    uint8_t nonce[SM4_BLOCK], tag[SEAL_TAG_MAX];
    int len = 0, rest = 0;
    size_t tag_len = seal_tag_len(k->suite);
    if (sealed.len < tag_len || sealed.len > INT32_MAX)
        return false;
    sealed.len -= tag_len;
    make_nonce(nonce, number);
    if (k->suite == SEAL_SM4_CTR_HMAC_SM3) {
        sm4_tag(tag, k, nonce, about, sealed);
        if (!secret_eq(tag, sealed.ptr + sealed.len, tag_len))
            return false;
    }
    EVP_CIPHER_CTX *c = start(k, nonce, about, false);
    memcpy(tag, sealed.ptr + sealed.len, tag_len);
    bool ok = sealed.len == 0 || EVP_CipherUpdate(c, out, &len, sealed.ptr, (int)sealed.len) == 1;
    if (k->suite == SEAL_AES_256_GCM)
        ok = ok && EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, GCM_TAG, tag) == 1;
    ok = ok && EVP_CipherFinal_ex(c, out + len, &rest) == 1;
    EVP_CIPHER_CTX_free(c);
    return ok;
}

/* --- values ------------------------------------------------------------------------ */

struct str seal_text(const struct seal_key *k, struct str plain, struct str about, struct arena *a)
{
    struct cipher_key key;
    struct buf b = {0};
    uint8_t head[1 + SALT_LEN];

    head[0] = (uint8_t)(1 + k->suite);
    random_bytes(head + 1, SALT_LEN);
    derive(&key, k->suite, k->master, "zhiyun-seal/1", (struct bytes){head + 1, SALT_LEN});
    buf_add(&b, (struct str){(char *)head, sizeof(head)});
    encrypt(&b, &key, 0, str_bytes(about), str_bytes(plain));
    struct str text = base64_of(str_bytes(buf_str(&b)), a);
    buf_clear(&b);
    secret_wipe(&key, sizeof(key));
    return text;
}

err_t seal_open_text(struct str *plain, const struct seal_key *k, struct str sealed,
                     struct str about, struct arena *a, struct err *e)
{
    struct cipher_key key;
    uint8_t *raw = arena_alloc(a, sealed.len + 1);
    size_t len = 0;
    bool ok = base64_read(raw, &len, sealed.len, sealed) && len > SALT_LEN &&
              (raw[0] == 1 + SEAL_AES_256_GCM || raw[0] == 1 + SEAL_SM4_CTR_HMAC_SM3);
    if (ok) { /* the value says its suite: a configuration that changes reads the old ones */
        enum seal_suite suite = (enum seal_suite)(raw[0] - 1);
        struct bytes rest = {raw + 1 + SALT_LEN, len - 1 - SALT_LEN};
        uint8_t *out = arena_alloc(a, rest.len + 1); /* with a NUL behind */
        derive(&key, suite, k->master, "zhiyun-seal/1", (struct bytes){raw + 1, SALT_LEN});
        ok = decrypt(out, &key, 0, str_bytes(about), rest);
        secret_wipe(&key, sizeof(key));
        *plain = (struct str){(char *)out, ok ? rest.len - seal_tag_len(suite) : 0};
        if (!ok)
            secret_wipe(out, rest.len);
        out[plain->len] = '\0';
    }
    return ok ? OK
              : err_set(e, E_CORRUPT,
                        "a sealed value does not open: it was changed, or sealed with another key");
}

void blind_index(char hex[HASH_HEX_LEN + 1], const struct seal_key *k, struct str kind,
                 struct str value)
{
    struct hmac *m = hmac_new(hash_of_suite(k->suite));
    hmac_begin(m, (struct bytes){k->index, MASTER_LEN});
    hmac_add(m, str_bytes(kind));
    hmac_add(m, (struct bytes){(const uint8_t *)"", 1});
    hmac_add(m, str_bytes(value));
    struct digest d = hmac_end(m);
    hmac_free(m);
    digest_hex(hex, &d);
}

void seal_mac_key(struct mac_key *out, const struct seal_key *k)
{
    struct cipher_key both;
    derive(&both, k->suite, k->master, "zhiyun-rows/1", (struct bytes){NULL, 0});
    out->kind = hash_of_suite(k->suite);
    memcpy(out->byte, both.mac, sizeof(out->byte));
    secret_wipe(&both, sizeof(both));
}

/* --- files -------------------------------------------------------------------------- */

struct file_sealer {
    struct cipher_key key;
};

struct file_sealer *file_sealer_new(enum seal_suite suite, const uint8_t key[FILE_KEY_LEN])
{
    struct file_sealer *s = mem_zalloc(sizeof(*s));
    derive(&s->key, suite, key, "zhiyun-file/1", (struct bytes){NULL, 0});
    return s;
}

void file_sealer_free(struct file_sealer *s)
{
    if (!s)
        return;
    secret_wipe(s, sizeof(*s));
    free(s);
}

/* The last chunk is another thing than one in the middle: a file cut off after a
 * whole chunk does not pass as complete. */
static struct bytes chunk_about(bool last)
{
    return str_bytes(last ? STR("last") : STR("more"));
}

void seal_chunk(struct buf *out, struct file_sealer *s, uint64_t number, bool last,
                struct bytes plain)
{
    assert(last ? plain.len <= SEAL_CHUNK : plain.len == SEAL_CHUNK);
    encrypt(out, &s->key, number, chunk_about(last), plain);
}

err_t seal_open_chunk(struct buf *out, struct file_sealer *s, uint64_t number, bool last,
                      struct bytes sealed, struct err *e)
{
    uint8_t *to = (uint8_t *)buf_reserve(out, sealed.len);
    if (!to || !decrypt(to, &s->key, number, chunk_about(last), sealed))
        return err_set(e, E_CORRUPT, "part %llu of a sealed file does not open: it was changed",
                       (unsigned long long)number);
    out->len += sealed.len - seal_tag_len(s->key.suite);
    return OK;
}

/* --- key files ------------------------------------------------------------------------ */
static const char *const suite_names[] = {"aes-256-gcm", "sm4-ctr-hmac-sm3"};
#define KEY_HEAD "zhiyun-key/1 "
#define KEY_FILE_BYTES_MAX ((size_t)1024)

struct seal_key *seal_key_new(enum seal_suite suite)
{
    struct seal_key *k = mem_zalloc(sizeof(*k));
    k->suite = suite;
    random_bytes(k->master, MASTER_LEN);
    random_bytes(k->index, MASTER_LEN);
    return k;
}

void seal_key_free(struct seal_key *k)
{
    if (!k)
        return;
    secret_wipe(k, sizeof(*k));
    free(k);
}

enum seal_suite seal_key_suite(const struct seal_key *k)
{
    return k->suite;
}

static err_t write_key(const struct fs *fs, const char *path, const char *what,
                       const uint8_t key[MASTER_LEN], struct arena *a, struct err *e)
{
    struct str base64 = base64_of((struct bytes){key, MASTER_LEN}, a);
    struct str text = arena_printf(a, KEY_HEAD "%s %.*s\n", what, STR_ARG(base64));
    const char *temporary = arena_printf(a, "%s.new", path).ptr;
    err_t rc = fs_write_synced(fs, temporary, str_bytes(text), e);
    return rc == OK ? fs_publish(fs, temporary, path, e) : rc;
}

static err_t read_key(uint8_t key[MASTER_LEN], struct str *what, const struct fs *fs,
                      const char *path, struct arena *a, struct err *e)
{
    struct bytes content = {NULL, 0};
    size_t len = 0;
    err_t rc = fs_read(&content, fs, path, KEY_FILE_BYTES_MAX, a, e);
    struct str text = bytes_str(content);
    if (rc != OK)
        return rc;
    bool ok = str_starts(text, STR(KEY_HEAD)) && str_ends(text, STR("\n"));
    if (ok) {
        struct str rest = {text.ptr + strlen(KEY_HEAD), text.len - strlen(KEY_HEAD) - 1};
        *what = str_split(&rest, STR(" "));
        ok = rest.ptr && base64_read(key, &len, MASTER_LEN, rest) && len == MASTER_LEN;
    }
    return ok ? OK : err_set(e, E_CORRUPT, "%s is not the key file that was written", path);
}

err_t seal_keys_make(const struct fs *fs, const char *dir, enum seal_suite suite, struct err *e)
{
    struct arena *a = arena_new_secret();
    struct seal_key *k = seal_key_new(suite);
    const char *seal = arena_printf(a, "%s/seal.key", dir).ptr;
    err_t rc = fs_make_dirs(fs, dir, e);
    if (rc == OK && access(seal, F_OK) == 0)
        rc = err_set(e, E_CONFLICT, "%s: there is a key already; what it sealed needs it", seal);
    if (rc == OK) /* first: a key to seal with says that both are there */
        rc = write_key(fs, arena_printf(a, "%s/index.key", dir).ptr, "blind-index", k->index, a, e);
    if (rc == OK)
        rc = write_key(fs, seal, suite_names[suite], k->master, a, e);
    seal_key_free(k);
    arena_free(a);
    return rc;
}

err_t seal_key_open(struct seal_key **out, const struct fs *fs, const char *dir, struct err *e)
{
    struct arena *a = arena_new_secret();
    struct seal_key *k = mem_zalloc(sizeof(*k));
    const char *path = arena_printf(a, "%s/seal.key", dir).ptr;
    struct str suite = STR_NONE, index = STR_NONE;
    bool known = false;
    err_t rc = read_key(k->master, &suite, fs, path, a, e);
    for (size_t i = 0; i < ARRAY_LEN(suite_names) && rc == OK; i++)
        if (str_is(suite, suite_names[i])) {
            k->suite = (enum seal_suite)i;
            known = true;
        }
    if (rc == OK && !known)
        rc = err_set(e, E_CORRUPT, "%s is not the key file that was written", path);
    path = arena_printf(a, "%s/index.key", dir).ptr;
    if (rc == OK && (rc = read_key(k->index, &index, fs, path, a, e)) == OK &&
        !str_is(index, "blind-index"))
        rc = err_set(e, E_CORRUPT, "%s is not the key file that was written", path);
    arena_free(a);
    *out = rc == OK ? k : NULL;
    if (rc != OK)
        seal_key_free(k);
    return rc;
}
