/* Signatures made by another program (Python's cryptography 48), and RFC 7515 A.3. */
#include "test.h"

#include "base/arena.h"
#include "crypto/encode.h"
#include "crypto/web_key.h"

static const char rsa_n[] =
    "8cd8fd97bf815b2913f4f422353de216f060b93fa16aafd8c7a1b1b1112964a4d8c3ee2ace87c5f3e26f9486"
    "4b291174555ecfe99bce4e10706b4dd5c52e1f20e9a6e1ba2b3b7dcde048140735f3f75f1bc3e24d0c90c3f4"
    "19b496eaff0137190eb8fd7987e6e668269fa19b0c64da2ab7f73cecf3efc6e875b20e865255b1f9bd5d9006"
    "d182d27c41cf3c57c77eb864757cc0236aedf8ab58d0e3f148f99098098149da11821fee375d6f23a4ae8591"
    "f223e3adc17568a3415f7e53f3d4c2ecc554cc8906b13c620ffe80a5202b7a28be26435e8d8e12b873f13cfe"
    "0c7fe044c3f770ab7f1134bcf588358fad79f31e72bfec1f04bae1fd1aa397e89d6bce69";
static const char rs256[] =
    "08a6eda603b1e26bf2e85a55cc817d9440f66d790a094ea0b47e5f5bf43342129cd5f1f1198f7f25d8891abf"
    "dd0b8a34ba4a0930a6de2892cf93a83e017106dc7a2a986111b561f10577c1e140e3d8f80d68fc65fd323a7d"
    "85a04a361911bcb67de42261fd594c7d564d5a760aabb7b846591642142b1efc0c6f0467a0a5d9a050e6a550"
    "ab3030c01c2837bb4e99f36f2b6e282c3aa5ac17de00a7a048a0a3f17c6cbcf4d7e656e03bb7acd3a54a0089"
    "711a52d648bef9d0a39ab09ef894784ea5d70e48b1a1ec508036e4c93b105cc63bcdb1d6e37ca915b8956f60"
    "b19f80d5e73e14125c968630e612f2d7a3397c2fc9e9236b4d393c6740ec8962bdca956f";
static const char ps256[] =
    "043da27f889b16223e32cd354a3f8c72edf90cf219ddb8cb7be9b5536fe720c05a077ca7b46bfdd70e394fd7"
    "15230bb68cdd910348156d8812d444f785b85f30c9823ccb377f821f9796222e5ba751085ec97ba387db7c67"
    "4fe626635c33affde97e73e4f6c285dee9559a10792fe58e297c46f24a01fe88668de5f70974863197fcfc69"
    "2832b95ba7cc0543fe2333072f94ad1f104cddd377d6b4f3ea9adfd8ab2b407b1d686260ca45f998053a6365"
    "cd25f8f6d461b58982c0f3d900758a03e4a8abf438b56cc900b909cea522bc234f4864462aa55658f0296c91"
    "f428b2e7687d0ac420b4a43bc1896884ff025f511b4e60c79ae6f5cb2978a6e9f53e6cfc";
static const char short_n[] =
    "9bb3b48266d2c3bdaa54b78cec20b6059b9f7ff497f3199740ee47fc5ac18c7420ff329ce8f4e389526a27ba"
    "20793484dac0290d25e51be012d2e45319f841bea9f786d6ab64986a77fe3474a26efcaa617f76d1a567e003"
    "98a7805777fa1250c2b3476dfbc0d8813ba797cd5212c3dbf2424999faa1dc69fe9773c55fee1e21";
static const char short_rs256[] =
    "03b8e857481e3628706520ddf3ab94e8120cbb52b74c75e4e6ef54e9083f2baa7b647461570da6c8f062bf82"
    "a6f605525f08a26a77a27ade1e196eca389a4b2c0d018d4375d194707098b499bb7bee3bc861f28df5b2eed8"
    "552da7e837c8edff10af5df2e865da4d26771a66cfd7a6a7b04b7aabdc75286a5eaa703efd652ec0";
static const char p256_x[] = "4557542602fb528118d13c7cecb92e78eb20e7d9a555b77d162560e89d5cb977";
static const char p256_y[] = "99056c9ab3b791776298aa3f8787e9331958d89c0bc8702ab6335fb88a5f9230";
static const char es256[] =
    "1a4b5475ab847cfed432c2c63383c63f808fa9d4af52b1d3b72700f46a5e2806b8ac28866a447a1e1a307819"
    "3858bd71d2516b2156b85001662fc8ca989956c6";

static struct arena *a;
static const struct bytes text = {(const uint8_t *)"zhiyun.web-key", 14};
static const uint8_t f4[] = {1, 0, 1}, one[] = {1}, even[] = {1, 0, 0};

static int open_arena(void **state)
{
    (void)state;
    a = arena_new();
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_free(a);
    return 0;
}

static struct bytes hex(const char *z)
{
    size_t len = strlen(z) / 2;
    uint8_t *out = arena_alloc(a, len);
    assert_true(hex_read(out, len, str_of(z)));
    return (struct bytes){out, len};
}

static struct web_key rsa(enum web_signature use, const char *n)
{
    return (struct web_key){.use = use, .n = hex(n), .e = {f4, sizeof(f4)}};
}

static struct web_key p256(void)
{
    return (struct web_key){.use = WEB_ES256, .x = hex(p256_x), .y = hex(p256_y)};
}

static void signatures_of_another_program_are_right(void **state)
{
    (void)state;
    struct web_key rs = rsa(WEB_RS256, rsa_n), ps = rsa(WEB_PS256, rsa_n), es = p256();
    assert_true(web_key_check(&rs, hex(rs256), text));
    assert_true(web_key_check(&ps, hex(ps256), text));
    assert_true(web_key_check(&es, hex(es256), text));
}

static void the_published_example_is_right(void **state)
{
    (void)state;
    struct web_key k = {.use = WEB_ES256};
    struct bytes signature;
    struct str signed_text =
        STR("eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQo"
            "gImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ");
    assert_true(base64url_read(&k.x, STR("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"), a));
    assert_true(base64url_read(&k.y, STR("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"), a));
    assert_true(
        base64url_read(&signature,
                       STR("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSA"
                           "pmWQxfKTUJqPP3-Kg6NU1Q"),
                       a));
    assert_true(web_key_check(&k, signature, str_bytes(signed_text)));
}

static void every_changed_byte_and_every_mix_is_refused(void **state)
{
    (void)state;
    struct web_key keys[] = {rsa(WEB_RS256, rsa_n), rsa(WEB_PS256, rsa_n), p256()};
    const char *const signatures[] = {rs256, ps256, es256};
    static const struct bytes other = {(const uint8_t *)"zhiyun.web-kez", 14};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        struct bytes s = hex(signatures[i]);
        for (size_t at = 0; at < s.len; at++) {
            ((uint8_t *)s.ptr)[at] ^= 1;
            assert_false(web_key_check(&keys[i], s, text));
            ((uint8_t *)s.ptr)[at] ^= 1;
        }
        assert_false(web_key_check(&keys[i], s, other));
        assert_false(web_key_check(&keys[i], (struct bytes){s.ptr, s.len - 1}, text));
        assert_false(web_key_check(&keys[i], (struct bytes){NULL, 0}, text));
        for (size_t k = 0; k < ARRAY_LEN(keys); k++)
            if (k != i)
                assert_false(web_key_check(&keys[k], s, text));
    }
}

static void keys_that_prove_nothing_are_refused(void **state)
{
    (void)state;
    struct web_key k = rsa(WEB_RS256, short_n);
    assert_false(web_key_check(&k, hex(short_rs256), text)); /* right, but of 1024 bits */
    k = rsa(WEB_RS256, rsa_n);
    k.e = (struct bytes){one, sizeof(one)};
    assert_false(web_key_check(&k, hex(rs256), text));
    k.e = (struct bytes){even, sizeof(even)};
    assert_false(web_key_check(&k, hex(rs256), text));
    k = (struct web_key){.use = WEB_RS256};
    assert_false(web_key_check(&k, hex(rs256), text));
    k = p256();
    ((uint8_t *)k.y.ptr)[31] ^= 1; /* off the curve */
    assert_false(web_key_check(&k, hex(es256), text));
    k = (struct web_key){.use = WEB_ES256};
    assert_false(web_key_check(&k, hex(es256), text));
    uint8_t zero[64] = {0};
    k = p256();
    assert_false(web_key_check(&k, (struct bytes){zero, sizeof(zero)}, text)); /* r = s = 0 */
}

static void the_alphabet_of_urls_reads_back(void **state)
{
    (void)state;
    struct bytes back;
    uint8_t all[256];
    for (size_t i = 0; i < sizeof(all); i++)
        all[i] = (uint8_t)(i * 7 + 251);
    for (size_t len = 0; len < sizeof(all); len++) {
        struct str s = base64url_of((struct bytes){all, len}, a);
        assert_false(str_contains(s, STR("=")) || str_contains(s, STR("+")) ||
                     str_contains(s, STR("/")));
        assert_true(base64url_read(&back, s, a));
        assert_int_equal(back.len, len);
        assert_memory_equal(back.ptr, all, len);
    }
    static const char *const bad[] = {"a", "aa=", "a+aa", "a/aa", "aaaaa", "ab", "a b="};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(base64url_read(&back, str_of(bad[i]), a));
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, open_arena, close_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(signatures_of_another_program_are_right),
        WITH_ARENA(the_published_example_is_right),
        WITH_ARENA(every_changed_byte_and_every_mix_is_refused),
        WITH_ARENA(keys_that_prove_nothing_are_refused),
        WITH_ARENA(the_alphabet_of_urls_reads_back),
    };
    return cmocka_run_group_tests_name("web_key", tests, NULL, NULL);
}
