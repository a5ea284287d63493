#include "test.h"

#include "crypto/encode.h"
#include "crypto/sign.h"

static void from_hex(uint8_t *out, const char *hex)
{
    assert_true(hex_read(out, strlen(hex) / 2, str_of(hex)));
}

/* RFC 8032 §7.1, tests 1 to 3. */
static void ed25519_gives_the_published_signatures(void **state)
{
    static const struct {
        const char *secret, *public, *text, *signature;
    } cases[] = {
        {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701"
         "c"
         "f9b46bd25bf5f0595bbe24655141438e7a100b"},
        {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d"
         "0"
         "f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
        {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
         "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
         "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f7609"
         "8"
         "4dc6594a7c15e9716ed28dc027beceea1ec40a"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        uint8_t secret[32], public[32], text[2], expected[64], signature[64];
        struct sign_key *k;
        struct err e;
        struct bytes content = {text, strlen(cases[i].text) / 2};
        from_hex(secret, cases[i].secret);
        from_hex(public, cases[i].public);
        from_hex(text, cases[i].text);
        from_hex(expected, cases[i].signature);
        assert_ok(sign_key_from(&k, SIGN_ED25519, secret, &e), &e);
        assert_memory_equal(sign_key_public(k)->byte, public, 32);
        sign_make(signature, k, content);
        assert_memory_equal(signature, expected, 64);
        assert_true(sign_check(sign_key_public(k), (struct bytes){expected, 64}, content));
        sign_key_free(k);
    }
}

/* GB/T 32918.5, appendix A.2: key pair and signature over the recommended curve. */
static void sm2_accepts_the_signature_of_its_standard(void **state)
{
    (void)state;
    uint8_t secret[32], signature[64];
    struct sign_key *k;
    struct err e;
    char hex[131];
    from_hex(secret, "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8");
    assert_ok(sign_key_from(&k, SIGN_SM2, secret, &e), &e);
    hex_write(hex, (struct bytes){sign_key_public(k)->byte, 65});
    assert_string_equal(hex, "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
                             "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13");
    from_hex(signature, "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
                        "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa");
    assert_true(sign_check(sign_key_public(k), (struct bytes){signature, 64},
                           str_bytes(STR("message digest"))));
    sign_key_free(k);
}

static void every_changed_bit_of_a_signature_is_refused(void **state)
{
    (void)state;
    const struct bytes text = str_bytes(STR("zhiyun/test\n1\nroot\ntime 5\n"));
    for (int kind = SIGN_ED25519; kind <= SIGN_SM2; kind++) {
        uint8_t s[65], other[64];
        struct sign_key *k = sign_key_new((enum sign_kind)kind),
                        *stranger = sign_key_new((enum sign_kind)kind);
        const struct sign_public *public = sign_key_public(k);
        sign_make(s, k, text);
        assert_true(sign_check(public, (struct bytes){s, 64}, text));
        for (size_t bit = 0; bit < 512; bit++) {
            s[bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_false(sign_check(public, (struct bytes){s, 64}, text));
            s[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        s[64] = 0;
        assert_false(sign_check(public, (struct bytes){s, 65}, text));
        assert_false(sign_check(public, (struct bytes){s, 63}, text));
        assert_false(sign_check(public, (struct bytes){s, 64}, (struct bytes){text.ptr, 20}));
        assert_false(sign_check(sign_key_public(stranger), (struct bytes){s, 64}, text));
        sign_make(other, stranger, text);
        assert_false(sign_check(public, (struct bytes){other, 64}, text));
        memset(s, 0, sizeof(s)); /* r = s = 0 */
        assert_false(sign_check(public, (struct bytes){s, 64}, text));
        sign_key_free(k);
        sign_key_free(stranger);
    }
}

/* S + L is the same number modulo L: a second spelling, which RFC 8032 refuses. */
static void an_ed25519_signature_has_one_spelling(void **state)
{
    static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
                                      0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
                                      0,    0,    0,    0,    0,    0,    0,    0,
                                      0,    0,    0,    0,    0,    0,    0,    0x10};
    (void)state;
    uint8_t s[64];
    unsigned carry = 0;
    struct sign_key *k = sign_key_new(SIGN_ED25519);
    sign_make(s, k, str_bytes(STR("x")));
    for (int i = 0; i < 32; i++) {
        carry += s[32 + i] + order[i];
        s[32 + i] = (uint8_t)carry;
        carry >>= 8;
    }
    assert_int_equal(carry, 0);
    assert_false(sign_check(sign_key_public(k), (struct bytes){s, 64}, str_bytes(STR("x"))));
    sign_key_free(k);
}

/* With such keys a signature can fit several texts. */
static void keys_off_the_curve_or_of_small_order_sign_nothing(void **state)
{
    (void)state;
    uint8_t zero[64] = {0};
    struct sign_public small = {.kind = SIGN_ED25519, .len = 32},
                       off = {.kind = SIGN_SM2, .len = 65};
    small.byte[0] = 1; /* the neutral point: R = that point, S = 0 would fit any text */
    zero[0] = 1;
    assert_false(sign_check(&small, (struct bytes){zero, 64}, str_bytes(STR("x"))));
    off.byte[0] = 4;
    off.byte[64] = 1;
    assert_false(sign_check(&off, (struct bytes){zero, 64}, str_bytes(STR("x"))));
    struct sign_key *k = NULL;
    uint8_t secret[32] = {0};
    assert_int_equal(sign_key_from(&k, SIGN_SM2, secret, NULL), E_INVALID);
    memset(secret, 0xff, 32);
    assert_int_equal(sign_key_from(&k, SIGN_SM2, secret, NULL), E_INVALID);
    assert_null(k);
}

static void a_secret_read_back_is_the_same_key(void **state)
{
    (void)state;
    for (int kind = SIGN_ED25519; kind <= SIGN_SM2; kind++) {
        uint8_t secret[32], s[64];
        struct err e;
        struct sign_key *k = sign_key_new((enum sign_kind)kind), *again;
        sign_key_secret(secret, k);
        assert_ok(sign_key_from(&again, (enum sign_kind)kind, secret, &e), &e);
        sign_make(s, again, str_bytes(STR("")));
        assert_true(sign_check(sign_key_public(k), (struct bytes){s, 64}, str_bytes(STR(""))));
        sign_key_free(k);
        sign_key_free(again);
    }
    sign_key_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ed25519_gives_the_published_signatures),
        cmocka_unit_test(sm2_accepts_the_signature_of_its_standard),
        cmocka_unit_test(every_changed_bit_of_a_signature_is_refused),
        cmocka_unit_test(an_ed25519_signature_has_one_spelling),
        cmocka_unit_test(keys_off_the_curve_or_of_small_order_sign_nothing),
        cmocka_unit_test(a_secret_read_back_is_the_same_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
