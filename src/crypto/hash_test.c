#include "test.h"

#include "base/rand.h"
#include "crypto/hash.h"

static void check_hex(const struct digest *d, const char *expected)
{
    char hex[SHA256_HEX_LEN + 1];
    sha256_hex(hex, d);
    assert_string_equal(hex, expected);
}

/* The examples of FIPS 180-2, appendix B, and the empty message. */
static void published_examples_give_their_published_digests(void **state)
{
    (void)state;
    struct digest d = sha256_of((struct bytes){NULL, 0});
    check_hex(&d, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    d = sha256_of(str_bytes(STR("abc")));
    check_hex(&d, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    d = sha256_of(str_bytes(STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")));
    check_hex(&d, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void a_million_a_in_pieces_of_any_size_give_the_published_digest(void **state)
{
    (void)state;
    uint8_t piece[5000];
    memset(piece, 'a', sizeof(piece));
    struct hasher *h = hasher_new();
    struct rand r = {7};
    for (int round = 0; round < 3; round++) {
        size_t left = 1000000;
        while (left > 0) {
            size_t n = rand_below(&r, sizeof(piece) + 1);
            n = n < left ? n : left;
            hasher_add(h, (struct bytes){piece, n});
            left -= n;
        }
        struct digest d = hasher_end(h);
        check_hex(&d, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    }
    hasher_free(h);
}

static void beginning_again_forgets_what_was_added(void **state)
{
    (void)state;
    struct hasher *h = hasher_new();
    hasher_add(h, str_bytes(STR("lost")));
    hasher_begin(h);
    hasher_add(h, str_bytes(STR("abc")));
    struct digest d = hasher_end(h), once = sha256_of(str_bytes(STR("abc")));
    assert_memory_equal(&d, &once, sizeof(d));
    hasher_free(h);
    hasher_free(NULL);
}

/* GB/T 32905, appendix A. */
static void sm3_gives_the_digests_of_its_standard(void **state)
{
    (void)state;
    struct digest d = hash_of(HASH_SM3, str_bytes(STR("abc")));
    check_hex(&d, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    struct hasher *h = hasher_new_of(HASH_SM3);
    for (int i = 0; i < 16; i++)
        hasher_add(h, str_bytes(STR("abcd")));
    d = hasher_end(h);
    check_hex(&d, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
    hasher_free(h);
}

/* RFC 4231, cases 1, 2 and 6 (a key longer than a block). */
static void hmac_sha256_gives_the_published_codes(void **state)
{
    (void)state;
    uint8_t key[131];
    memset(key, 0x0b, 20);
    struct digest d = hmac_of(HASH_SHA256, (struct bytes){key, 20}, str_bytes(STR("Hi There")));
    check_hex(&d, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    d = hmac_of(HASH_SHA256, str_bytes(STR("Jefe")),
                str_bytes(STR("what do ya want for nothing?")));
    check_hex(&d, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, sizeof(key));
    d = hmac_of(HASH_SHA256, (struct bytes){key, sizeof(key)},
                str_bytes(STR("Test Using Larger Than Block-Size Key - Hash Key First")));
    check_hex(&d, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

/* RFC 2104 written out: H((k ^ opad) || H((k ^ ipad) || text)). */
static struct digest hmac_by_definition(enum hash_kind kind, struct bytes key, struct bytes text)
{
    uint8_t inner[64], outer[64];
    struct digest hashed;
    if (key.len > 64) {
        hashed = hash_of(kind, key);
        key = (struct bytes){hashed.byte, HASH_LEN};
    }
    for (size_t i = 0; i < 64; i++) {
        uint8_t k = i < key.len ? key.ptr[i] : 0;
        inner[i] = k ^ 0x36;
        outer[i] = k ^ 0x5c;
    }
    struct hasher *h = hasher_new_of(kind);
    hasher_add(h, (struct bytes){inner, 64});
    hasher_add(h, text);
    struct digest d = hasher_end(h);
    hasher_add(h, (struct bytes){outer, 64});
    hasher_add(h, (struct bytes){d.byte, HASH_LEN});
    d = hasher_end(h);
    hasher_free(h);
    return d;
}

static void hmac_of_both_kinds_is_what_its_definition_says(void **state)
{
    (void)state;
    uint8_t bytes[400];
    struct rand r = {11};
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)rand_u64(&r);
    for (int kind = HASH_SHA256; kind <= HASH_SM3; kind++) {
        struct hmac *m = hmac_new((enum hash_kind)kind);
        for (size_t len = 0; len < 200; len++) {
            struct bytes key = {bytes, len}, text = {bytes + 200, len};
            hmac_begin(m, key);
            hmac_add(m, (struct bytes){text.ptr, len / 2});
            hmac_add(m, (struct bytes){text.ptr + len / 2, len - len / 2});
            struct digest d = hmac_end(m),
                          slow = hmac_by_definition((enum hash_kind)kind, key, text);
            assert_memory_equal(&d, &slow, sizeof(d));
        }
        hmac_free(m);
    }
    hmac_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_examples_give_their_published_digests),
        cmocka_unit_test(a_million_a_in_pieces_of_any_size_give_the_published_digest),
        cmocka_unit_test(beginning_again_forgets_what_was_added),
        cmocka_unit_test(sm3_gives_the_digests_of_its_standard),
        cmocka_unit_test(hmac_sha256_gives_the_published_codes),
        cmocka_unit_test(hmac_of_both_kinds_is_what_its_definition_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
