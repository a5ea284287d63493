/* What every unit test includes: cmocka with its prerequisites, in order. */
#ifndef TESTS_TEST_H
#define TESTS_TEST_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

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
#endif
