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

/* What cmocka does not say of it: it never returns. */
void _fail(const char *file, int line) __attribute__((noreturn));

/* The seed of a property test: $SEED repeats the one that a failed run printed. */
static inline uint64_t test_seed(uint64_t otherwise)
{
    const char *given = getenv("SEED");
    uint64_t seed = otherwise;
    if (given && !str_to_u64(&seed, str_of(given)))
        fail_msg("SEED is no number: %s", given);
    print_message("# SEED=%llu\n", (unsigned long long)seed);
    return seed;
}

/* Compare a struct str with a literal; prints both on failure. */
#define assert_str(s, literal)                                                                     \
    do {                                                                                           \
        struct str got_ = (s);                                                                     \
        const char *wanted_ = (literal);                                                           \
        if (!str_is(got_, wanted_))                                                                \
            fail_msg("got \"%.*s\", expected \"%s\"", STR_ARG(got_), wanted_);                     \
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
