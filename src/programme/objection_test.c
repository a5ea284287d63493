/* Codes of objections. */
#include "test.h"

#include "programme/objection.h"

#define DRAWN 80000

/* Bytes that are divided among the letters and not drawn again would give some of them a ninth more. With
 * 80,000 codes the sum of a letter strays from its mean by some 170, a 180th of it; a twentieth is asked. */
static void every_letter_of_a_code_is_as_likely(void **state)
{
    static const char letters[] = "23456789abcdefghjkmnpqrstuvwxyz";
    const size_t kinds = sizeof(letters) - 1, mean = DRAWN * 12 / kinds;
    size_t count[256] = {0}, all = 0;
    struct arena *a = arena_new();
    (void)state;
    for (size_t i = 0; i < DRAWN; i++) {
        struct str code = objection_code(a);
        assert_int_equal(code.len, 12);
        for (size_t k = 0; k < code.len; k++)
            count[(unsigned char)code.ptr[k]]++;
    }
    for (size_t i = 0; i < kinds; i++) {
        size_t n = count[(unsigned char)letters[i]];
        all += n;
        if (n < mean - mean / 20 || n > mean + mean / 20)
            fail_msg("%c: %zu of %zu", letters[i], n, mean);
    }
    assert_int_equal(all, DRAWN * 12); /* and none beside them */
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_letter_of_a_code_is_as_likely)};
    return cmocka_run_group_tests_name("objection", tests, NULL, NULL);
}
