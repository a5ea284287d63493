/* Codes of objections. */
#include "case/objection.h"
#include "test.h"

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

/* record objection received=now [named=true] */
static void a_policy_may_ask_for_the_name(void **state)
{
    const struct process_value values[] = {{.name = STR("received"), .value = STR("now")},
                                           {.name = STR("named"), .value = STR("true")}};
    struct process_effect effect = {
        .kind = EFFECT_RECORD, .object = STR("objection"), .values = values, .value_count = 1};
    const struct process_step step = {
        .actor = STR("public"), .effects = &effect, .effect_count = 1};
    const struct process process = {.steps = &step, .step_count = 1};
    (void)state;
    assert_false(objection_needs_name(&process));
    effect.value_count = 2;
    assert_true(objection_needs_name(&process));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_letter_of_a_code_is_as_likely),
                                       cmocka_unit_test(a_policy_may_ask_for_the_name)};
    return cmocka_run_group_tests_name("objection", tests, NULL, NULL);
}
