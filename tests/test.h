/* What every unit test includes: cmocka with its prerequisites, in order. */
#ifndef TESTS_TEST_H
#define TESTS_TEST_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/str.h"

/* Compare a struct str with a literal; prints both on failure. */
#define assert_str(s, literal)                                                                     \
    do {                                                                                           \
        struct str got_ = (s);                                                                     \
        if (!str_is(got_, literal))                                                                \
            fail_msg("got \"%.*s\", expected \"%s\"", STR_ARG(got_), literal);                     \
    } while (0)
#define assert_ok(call, e)                                                                         \
    do {                                                                                           \
        if ((call) != 0)                                                                           \
            fail_msg("%s: %s", #call, (e)->text);                                                  \
    } while (0)
/* Two lists as one group: what runs always, and what this engine alone has. */
static inline int run_two_lists(const struct CMUnitTest *one, size_t one_count,
                                const struct CMUnitTest *two, size_t two_count)
{
    struct CMUnitTest *all = malloc((one_count + two_count) * sizeof(*all));
    assert_non_null(all);
    memcpy(all, one, one_count * sizeof(*one));
    memcpy(all + one_count, two, two_count * sizeof(*two));
    int failed = _cmocka_run_group_tests("tests", all, one_count + two_count, NULL, NULL);
    free(all);
    return failed;
}
#define RUN_BOTH(one, two)                                                                         \
    run_two_lists(one, sizeof(one) / sizeof((one)[0]), two, sizeof(two) / sizeof((two)[0]))
#endif
