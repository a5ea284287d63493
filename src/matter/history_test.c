/* What is told of a case to all who read it; who is shown which line: tests/programmes (sichuan-direct, aside). */
#include "matter/matter.h"
#include "test.h"

static void what_was_done_is_told_and_what_offices_intend_is_not(void **state)
{
    static const char *const is_told[] = {"open", "step recognise", "back", "recall",
                                          "end",  "taken_back",     "call", "urge"};
    static const char *const is_not[] = {"propose refuse",
                                         "withdraw refuse",
                                         "refuse refuse",
                                         "opinion",
                                         "answer",
                                         "release",
                                         "forward",
                                         "copy",
                                         "erase (pipl_47_1_3)",
                                         "steps",
                                         ""};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(is_told); i++)
        assert_true(flow_is_public_action(str_of(is_told[i])));
    for (size_t i = 0; i < ARRAY_LEN(is_not); i++)
        assert_false(flow_is_public_action(str_of(is_not[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_done_is_told_and_what_offices_intend_is_not),
    };
    return cmocka_run_group_tests_name("matter/history", tests, NULL, NULL);
}
