#include "test.h"

#include "crypto/encode.h"
#include "crypto/seal.h"
#include "crypto/secret.h"
#include <openssl/evp.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void remove_dir(void *arg)
{
    static const char *const names[] = {"seal.key", "index.key", "seal.key.new", "index.key.new"};
    char path[256];
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        snprintf(path, sizeof(path), "%s/%s", (char *)arg, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(arg);
}

/* A fresh folder that goes with the arena (db/scratch.h is above this layer). */
static const char *scratch_dir(struct arena *a)
{
    char *dir = (char *)(uintptr_t)arena_dup(a, STR("/tmp/zhiyun-crypto-XXXXXX")).ptr;
    assert_non_null(mkdtemp(dir));
    arena_cleanup(a, remove_dir, dir);
    return dir;
}

static struct str open_text(const struct seal_key *k, struct str sealed, const char *about,
                            struct arena *a)
{
    struct str plain = STR("?");
    struct err e;
    assert_ok(seal_open_text(&plain, k, sealed, str_of(about), a, &e), &e);
    return plain;
}

static void what_was_sealed_opens_and_only_as_what_it_was(void **state)
{
    (void)state;
    for (int suite = SEAL_AES_256_GCM; suite <= SEAL_SM4_CTR_HMAC_SM3; suite++) {
        struct arena *a = arena_new();
        struct seal_key *k = seal_key_new((enum seal_suite)suite),
                        *other = seal_key_new((enum seal_suite)suite);
        struct str plain, sealed = seal_text(k, STR("510107199003070019"), STR("person"), a);
        assert_str(open_text(k, sealed, "person", a), "510107199003070019");
        assert_false(str_eq(sealed, seal_text(k, STR("510107199003070019"), STR("person"), a)));
        assert_str(open_text(k, seal_text(k, STR(""), STR(""), a), "", a), "");
        char *big = arena_alloc(a, 100000);
        struct str long_text = {big, 100000};
        assert_true(str_eq(open_text(k, seal_text(k, long_text, STR("x"), a), "x", a), long_text));

        assert_int_equal(seal_open_text(&plain, k, sealed, STR("phone"), a, NULL), E_CORRUPT);
        assert_int_equal(seal_open_text(&plain, other, sealed, STR("person"), a, NULL), E_CORRUPT);
        assert_int_equal(seal_open_text(&plain, k, STR(""), STR("person"), a, NULL), E_CORRUPT);
        for (size_t i = 0; i < sealed.len; i++)
            for (int bit = 0; bit < 8; bit++) {
                struct str changed = arena_dup(a, sealed);
                ((char *)(uintptr_t)changed.ptr)[i] ^= (char)(1 << bit);
                assert_int_equal(seal_open_text(&plain, k, changed, STR("person"), a, NULL),
                                 E_CORRUPT);
                assert_int_equal(plain.len, 0);
            }
        for (size_t len = 0; len < sealed.len; len++)
            assert_int_equal(
                seal_open_text(&plain, k, (struct str){sealed.ptr, len}, STR("person"), a, NULL),
                E_CORRUPT);
        seal_key_free(k);
        seal_key_free(other);
        seal_key_free(NULL);
        arena_free(a);
    }
}

/* GB/T 32907, example 1, and the layout that seal.h states, opened with nothing of
 * seal.c: the key file, HMAC and OpenSSL's cipher. */
static void a_sealed_value_is_what_its_page_says(void **state)
{
    (void)state;
    uint8_t block[16], out[64];
    int len, rest;
    struct arena *a = arena_new();
    struct err e;
    assert_true(hex_read(block, 16, STR("0123456789abcdeffedcba9876543210")));
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    assert_int_equal(EVP_EncryptInit_ex2(c, EVP_sm4_ecb(), block, NULL, NULL), 1);
    assert_int_equal(EVP_EncryptUpdate(c, out, &len, block, 16), 1);
    char hex[33];
    hex_write(hex, (struct bytes){out, 16});
    assert_string_equal(hex, "681edf34d206965e86b3e94f536e4246");

    for (int suite = SEAL_AES_256_GCM; suite <= SEAL_SM4_CTR_HMAC_SM3; suite++) {
        const char *dir = scratch_dir(a);
        struct seal_key *k;
        struct bytes file;
        bool gcm = suite == SEAL_AES_256_GCM;
        enum hash_kind hash = gcm ? HASH_SHA256 : HASH_SM3;
        uint8_t master[32], raw[128], nonce[16] = {0}, plain[16];
        size_t raw_len, master_len;
        assert_ok(seal_keys_make(&fs_system, dir, (enum seal_suite)suite, &e), &e);
        assert_ok(seal_key_open(&k, &fs_system, dir, &e), &e);
        assert_ok(fs_read(&file, &fs_system, arena_printf(a, "%s/seal.key", dir).ptr, 999, a, &e),
                  &e);
        struct str words = {(const char *)file.ptr, file.len - 1};
        assert_str(str_split(&words, STR(" ")), "zhiyun-key/1");
        assert_str(str_split(&words, STR(" ")), gcm ? "aes-256-gcm" : "sm4-ctr-hmac-sm3");
        assert_true(base64_read(master, &master_len, 32, words));

        assert_true(
            base64_read(raw, &raw_len, sizeof(raw), seal_text(k, STR("secret"), STR("about"), a)));
        assert_int_equal(raw_len, 1 + 24 + 6 + (gcm ? 16 : 32));
        assert_int_equal(raw[0], 1 + suite);
        struct str label = {"zhiyun-seal/1\0\1", 15}, salt = {(char *)raw + 1, 24};
        struct digest key =
            hmac_of(hash, (struct bytes){master, 32}, str_bytes(arena_join(a, label, salt)));
        assert_int_equal(
            EVP_DecryptInit_ex2(c, gcm ? EVP_aes_256_gcm() : EVP_sm4_ctr(), key.byte, nonce, NULL),
            1);
        if (gcm) {
            assert_int_equal(EVP_DecryptUpdate(c, NULL, &len, (const uint8_t *)"about", 5), 1);
            assert_int_equal(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, 16, raw + 31), 1);
        } else {
            uint8_t length[8] = {0, 0, 0, 0, 0, 0, 0, 5};
            label = (struct str){"zhiyun-seal/1\0\2", 15};
            struct digest mac =
                hmac_of(hash, (struct bytes){master, 32}, str_bytes(arena_join(a, label, salt)));
            struct str parts[] = {
                {(char *)nonce, 16}, {(char *)length, 8}, STR("about"), {(char *)raw + 25, 6}};
            struct digest tag = hmac_of(HASH_SM3, (struct bytes){mac.byte, 32},
                                        str_bytes(arena_join_all(a, parts, 4)));
            assert_memory_equal(tag.byte, raw + 31, 32);
        }
        assert_int_equal(EVP_DecryptUpdate(c, plain, &len, raw + 25, 6), 1);
        assert_int_equal(EVP_DecryptFinal_ex(c, plain + len, &rest), 1);
        assert_memory_equal(plain, "secret", 6);
        seal_key_free(k);
    }
    EVP_CIPHER_CTX_free(c);
    arena_free(a);
}

static void equal_values_have_equal_indexes_under_one_key_only(void **state)
{
    (void)state;
    char x[65], y[65];
    struct seal_key *k = seal_key_new(SEAL_SM4_CTR_HMAC_SM3),
                    *other = seal_key_new(SEAL_SM4_CTR_HMAC_SM3);
    blind_index(x, k, STR("person"), STR("1"));
    blind_index(y, k, STR("person"), STR("1"));
    assert_string_equal(x, y);
    blind_index(y, k, STR("person"), STR("2"));
    assert_string_not_equal(x, y);
    blind_index(y, k, STR("perso"), STR("n1"));
    assert_string_not_equal(x, y);
    blind_index(y, other, STR("person"), STR("1"));
    assert_string_not_equal(x, y);
    seal_key_free(k);
    seal_key_free(other);
}

static void keys_are_made_once_and_a_damaged_one_is_not_used(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *dir = scratch_dir(a);
    static const char *const names[] = {"seal.key", "index.key"};
    struct seal_key *k;
    struct stat st;
    struct err e;
    assert_int_equal(seal_key_open(&k, &fs_system, dir, &e), E_NOTFOUND);
    assert_null(k);
    assert_ok(seal_keys_make(&fs_system, dir, SEAL_AES_256_GCM, &e), &e);
    assert_int_equal(seal_keys_make(&fs_system, dir, SEAL_AES_256_GCM, &e), E_CONFLICT);
    for (size_t n = 0; n < 2; n++) {
        const char *path = arena_printf(a, "%s/%s", dir, names[n]).ptr;
        struct bytes good;
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
        assert_ok(fs_read(&good, &fs_system, path, 999, a, &e), &e);
        for (size_t len = 0; len < good.len; len++) {
            assert_ok(fs_write_synced(&fs_system, path, (struct bytes){good.ptr, len}, &e), &e);
            assert_int_equal(seal_key_open(&k, &fs_system, dir, &e), E_CORRUPT);
        }
        assert_ok(fs_write_synced(&fs_system, path, good, &e), &e);
        assert_ok(seal_key_open(&k, &fs_system, dir, &e), &e);
        seal_key_free(k);
    }
    arena_free(a);
}

static void a_file_in_chunks_opens_whole_and_in_no_other_order(void **state)
{
    (void)state;
    for (int suite = SEAL_AES_256_GCM; suite <= SEAL_SM4_CTR_HMAC_SM3; suite++) {
        const uint8_t key[FILE_KEY_LEN] = {1, 2, 3};
        struct file_sealer *s = file_sealer_new((enum seal_suite)suite, key);
        struct buf chunk[3], out;
        struct arena *a = arena_new();
        struct err e;
        size_t tag = seal_tag_len((enum seal_suite)suite);
        char *text = arena_alloc(a, SEAL_CHUNK);
        memset(text, 'x', SEAL_CHUNK);
        buf_init(&out, 0);
        for (uint64_t i = 0; i < 3; i++) {
            buf_init(&chunk[i], 0);
            seal_chunk(&chunk[i], s, i, i == 2,
                       (struct bytes){(uint8_t *)text, i == 2 ? 100 : SEAL_CHUNK});
            assert_int_equal(chunk[i].len, (i == 2 ? 100 : SEAL_CHUNK) + tag);
        }
        assert_memory_not_equal(chunk[0].ptr, chunk[1].ptr, 64);
        for (uint64_t i = 3; i-- > 0;) {
            buf_reset(&out);
            assert_ok(seal_open_chunk(&out, s, i, i == 2, str_bytes(buf_str(&chunk[i])), &e), &e);
            assert_int_equal(out.len, i == 2 ? 100 : SEAL_CHUNK);
            assert_memory_equal(out.ptr, text, out.len);
        }
        struct bytes first = str_bytes(buf_str(&chunk[0]));
        assert_int_equal(seal_open_chunk(&out, s, 1, false, first, &e), E_CORRUPT); /* moved */
        assert_int_equal(seal_open_chunk(&out, s, 0, true, first, &e), E_CORRUPT);  /* the end? */
        first.len--;
        assert_int_equal(seal_open_chunk(&out, s, 0, false, first, &e), E_CORRUPT);
        struct bytes last = str_bytes(buf_str(&chunk[2]));
        for (size_t i = 0; i < last.len; i++) {
            chunk[2].ptr[i] ^= 1;
            assert_int_equal(seal_open_chunk(&out, s, 2, true, last, &e), E_CORRUPT);
            chunk[2].ptr[i] ^= 1;
        }
        buf_reset(&chunk[0]);
        seal_chunk(&chunk[0], s, 0, true, (struct bytes){NULL, 0}); /* an empty file */
        buf_reset(&out);
        assert_ok(seal_open_chunk(&out, s, 0, true, str_bytes(buf_str(&chunk[0])), &e), &e);
        assert_int_equal(out.len, 0);
        for (int i = 0; i < 3; i++)
            buf_clear(&chunk[i]);
        buf_clear(&out);
        file_sealer_free(s);
        file_sealer_free(NULL);
        arena_free(a);
    }
}

static void secrets_compare_and_vanish(void **state)
{
    (void)state;
    char x[4] = "abc", y[4] = "abd";
    assert_true(secret_eq(x, x, 3));
    assert_false(secret_eq(x, y, 3));
    assert_true(secret_eq(x, y, 2));
    secret_wipe(x, 4);
    assert_memory_equal(x, "\0\0\0\0", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_sealed_opens_and_only_as_what_it_was),
        cmocka_unit_test(a_sealed_value_is_what_its_page_says),
        cmocka_unit_test(equal_values_have_equal_indexes_under_one_key_only),
        cmocka_unit_test(keys_are_made_once_and_a_damaged_one_is_not_used),
        cmocka_unit_test(a_file_in_chunks_opens_whole_and_in_no_other_order),
        cmocka_unit_test(secrets_compare_and_vanish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
