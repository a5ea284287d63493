#include "test.h"

#include "base/rand.h"
#include "record/scaled.h"
#include <stdlib.h>

static void texts_become_integers_of_their_places(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int places;
        int64_t n;
    } good[] = {{"0", 0, 0},
                {"12.5", 2, 1250},
                {"12.50", 2, 1250},
                {"-0.05", 2, -5},
                {"999999.99", 2, 99999999},
                {"007", 0, 7},
                {"9223372036854775807", 0, INT64_MAX},
                {"-9223372036854775808", 0, INT64_MIN},
                {"92233720368547758.07", 2, INT64_MAX},
                {"1", 6, 1000000}};
    static const struct {
        const char *text;
        int places;
    } bad[] = {{"", 2},
               {"-", 2},
               {".5", 2},
               {"5.", 2},
               {"1.234", 2},
               {"1,000", 2},
               {"+1", 2},
               {" 1", 2},
               {"1e3", 2},
               {"1.2.3", 2},
               {"1.0", 0},
               {"１", 0},
               {"0x1", 0},
               {"--1", 0},
               {"9223372036854775808", 0},
               {"1\0002", 0},
               {"92233720368547758.08", 2},
               {"-9223372036854775809", 0}};
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        int64_t n = -1;
        if (!scaled_read(&n, str_of(good[i].text), good[i].places) || n != good[i].n)
            fail_msg("%s: %lld", good[i].text, (long long)n);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        int64_t n = -1;
        bool nul = i == 15;
        if (scaled_read(&n, nul ? STR("1\0002") : str_of(bad[i].text), bad[i].places) || n != -1)
            fail_msg("accepted \"%s\"", bad[i].text);
    }
}

static void what_is_written_reads_back(void **state)
{
    (void)state;
    uint64_t seed = test_seed(5);
    struct rand r = {seed};
    char room[SCALED_TEXT_MAX];
    assert_str(scaled_write(room, INT64_MIN, 6), "-9223372036854.775808");
    assert_str(scaled_write(room, -5, 2), "-0.05");
    assert_str(scaled_write(room, 1250, 2), "12.50");
    assert_str(scaled_write(room, 3, 0), "3");
    for (int i = 0; i < 20000; i++) {
        int64_t n = (int64_t)rand_u64(&r) >> rand_below(&r, 64), back = 0;
        int places = (int)rand_below(&r, SCALED_PLACES_MAX + 1);
        struct str s = scaled_write(room, n, places);
        if (!scaled_read(&back, s, places) || back != n)
            fail_msg("SEED=%llu %.*s", (unsigned long long)seed, STR_ARG(s));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_become_integers_of_their_places),
        cmocka_unit_test(what_is_written_reads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
