#include "test.h"

#include "base/arena.h"
#include "crypto/encode.h"
#include "crypto/hash.h"
#include "crypto/password.h"
#include "crypto/totp.h"

static void a_password_is_known_again_and_no_other(void **state)
{
    (void)state;
    for (int kind = PASSWORD_ARGON2ID; kind <= PASSWORD_PBKDF2_SM3; kind++) {
        char hash[PASSWORD_HASH_MAX], again[PASSWORD_HASH_MAX];
        assert_true(password_hash(hash, (enum password_kind)kind, STR("知运 correct horse")));
        assert_true(password_check(str_of(hash), STR("知运 correct horse")));
        assert_false(password_check(str_of(hash), STR("知运 correct horsf")));
        assert_false(password_check(str_of(hash), STR("")));
        assert_true(password_hash(again, (enum password_kind)kind, STR("知运 correct horse")));
        assert_string_not_equal(hash, again); /* another salt */
        assert_false(str_contains(str_of(hash), STR("horse")));
        hash[strlen(hash) - 3] ^= 1;
        assert_false(password_check(str_of(hash), STR("知运 correct horse")));
    }
}

static void an_argon2id_hash_names_its_cost(void **state)
{
    (void)state;
    char hash[PASSWORD_HASH_MAX];
    assert_true(password_hash(hash, PASSWORD_ARGON2ID, STR("x")));
    assert_true(str_starts(str_of(hash), STR("$argon2id$v=19$m=47104,t=1,p=1$")));
}

/* RFC 8018 §5.2 with few rounds, one HMAC at a time. */
static void pbkdf2_sm3_is_what_its_formula_says(void **state)
{
    static const int rounds[] = {1, 2, 1000};
    (void)state;
    struct arena *a = arena_new();
    const struct bytes salt = str_bytes(STR("0123456789abcdef"));
    for (size_t n = 0; n < ARRAY_LEN(rounds); n++) {
        struct str first = arena_join(a, bytes_str(salt), (struct str){"\0\0\0\1", 4});
        struct digest u = hmac_of(HASH_SM3, str_bytes(STR("pass")), str_bytes(first)), t = u;
        for (int i = 1; i < rounds[n]; i++) {
            u = hmac_of(HASH_SM3, str_bytes(STR("pass")), (struct bytes){u.byte, HASH_LEN});
            for (int k = 0; k < HASH_LEN; k++)
                t.byte[k] ^= u.byte[k];
        }
        struct str text =
            arena_printf(a, "$pbkdf2-sm3$i=%d$%.*s$%.*s", rounds[n], STR_ARG(base64_of(salt, a)),
                         STR_ARG(base64_of((struct bytes){t.byte, HASH_LEN}, a)));
        assert_true(password_check(text, STR("pass")));
        assert_false(password_check(text, STR("past")));
    }
    arena_free(a);
}

static void a_text_that_is_no_hash_lets_nobody_in(void **state)
{
    static const char *const texts[] = {
        "",
        "x",
        "$argon2id$",
        "$argon2id$v=19$m=47104,t=1,p=1$",
        "$pbkdf2-sm3$i=",
        "$pbkdf2-sm3$i=0$MDEyMzQ1Njc4OWFiY2RlZg==$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        ("$pbkdf2-sm3$i=99999999999$MDEyMzQ1Njc4OWFiY2RlZg==$"
         "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="),
        "$pbkdf2-sm3$i=1$MDEy$MDEy",
        "$argon2i$v=19$m=4096,t=3,p=1$x$x",
        "plain"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        assert_false(password_check(str_of(texts[i]), STR("")));
        assert_false(password_check(str_of(texts[i]), str_of(texts[i])));
    }
    char longest[400];
    memset(longest, '$', sizeof(longest));
    assert_false(password_check((struct str){longest, sizeof(longest)}, STR("x")));
}

/* RFC 6238, appendix B. */
static void totp_gives_the_published_codes(void **state)
{
    static const struct {
        uint64_t seconds;
        uint32_t sha1, sha256;
    } cases[] = {{59, 94287082, 46119246},         {1111111109, 7081804, 68084774},
                 {1111111111, 14050471, 67062674}, {1234567890, 89005924, 91819424},
                 {2000000000, 69279037, 90698825}, {20000000000, 65353130, 77737706}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_int_equal(totp_number(TOTP_SHA1, str_bytes(STR("12345678901234567890")),
                                     cases[i].seconds / 30, 8),
                         cases[i].sha1);
        assert_int_equal(totp_number(TOTP_SHA256,
                                     str_bytes(STR("12345678901234567890123456789012")),
                                     cases[i].seconds / 30, 8),
                         cases[i].sha256);
    }
}

static void a_code_works_once_and_one_step_to_either_side(void **state)
{
    (void)state;
    const struct bytes secret = str_bytes(STR("12345678901234567890"));
    for (int kind = TOTP_SHA1; kind <= TOTP_SM3; kind++) {
        char code[16];
        int64_t used = -1, step;
        const int64_t now = 1111111109;
        for (int64_t away = -3; away <= 3; away++) {
            snprintf(code, sizeof(code), "%06u",
                     (unsigned)totp_number((enum totp_kind)kind, secret,
                                           (uint64_t)(now / 30 + away), 6));
            bool good = totp_check(&step, (enum totp_kind)kind, secret, str_of(code), now, -1);
            assert_int_equal(good, away >= -1 && away <= 1);
            if (good)
                assert_int_equal(step, now / 30 + away);
        }
        snprintf(code, sizeof(code), "%06u",
                 (unsigned)totp_number((enum totp_kind)kind, secret, (uint64_t)now / 30, 6));
        assert_true(totp_check(&used, (enum totp_kind)kind, secret, str_of(code), now, used));
        assert_false(totp_check(&step, (enum totp_kind)kind, secret, str_of(code), now, used));
        assert_false(totp_check(&step, (enum totp_kind)kind, secret, STR("12345"), now, -1));
        assert_false(totp_check(&step, (enum totp_kind)kind, secret, STR(""), now, -1));
        snprintf(code, sizeof(code), "%06u",
                 (unsigned)totp_number((enum totp_kind)kind, secret, 0, 6));
        assert_true(totp_check(&step, (enum totp_kind)kind, secret, str_of(code), 0, -1));
        assert_int_equal(step, 0); /* 1970: there is no step before */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_password_is_known_again_and_no_other),
        cmocka_unit_test(an_argon2id_hash_names_its_cost),
        cmocka_unit_test(pbkdf2_sm3_is_what_its_formula_says),
        cmocka_unit_test(a_text_that_is_no_hash_lets_nobody_in),
        cmocka_unit_test(totp_gives_the_published_codes),
        cmocka_unit_test(a_code_works_once_and_one_step_to_either_side),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
