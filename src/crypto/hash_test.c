#include "test.h"

#include "base/rand.h"
#include "crypto/hash.h"

static void check_hex(const struct sha256 *d, const char *expected)
{
    char hex[SHA256_HEX_LEN + 1];
    sha256_hex(hex, d);
    assert_string_equal(hex, expected);
}

/* The examples of FIPS 180-2, appendix B, and the empty message. */
static void published_examples_give_their_published_digests(void **state)
{
    (void)state;
    struct sha256 d = sha256_of((struct bytes){NULL, 0});
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
        struct sha256 d = hasher_end(h);
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
    struct sha256 d = hasher_end(h), once = sha256_of(str_bytes(STR("abc")));
    assert_memory_equal(&d, &once, sizeof(d));
    hasher_free(h);
    hasher_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_examples_give_their_published_digests),
        cmocka_unit_test(a_million_a_in_pieces_of_any_size_give_the_published_digest),
        cmocka_unit_test(beginning_again_forgets_what_was_added),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
