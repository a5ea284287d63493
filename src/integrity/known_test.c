/* By what two claims are known to be one: numbers in any spelling, texts of one form apart and of
 * one contract together, a page turned, faded and shrunk, and the same page with another word. */
#include "test.h"

#include "base/rand.h"
#include "integrity/claim.h"
#include "integrity/page.h"
#include "integrity/sketch.h"
#include "model/normal.h"
#include <math.h>

static struct arena *a;

static void a_number_has_one_key_in_every_spelling(void **state)
{
    (void)state;
    static const char *const spellings[] = {"HT-2025（01）",          "ＨＴ－２０２５(01)",
                                            " ht - 2025·01 ",         "HT\u20112025〔01〕",
                                            "第【HT-2025.01】号",     "HT—2025／01号",
                                            "HT——2025\u3000（０１）", "HT\u2212\u200B2025(01)"};
    for (size_t i = 0; i < ARRAY_LEN(spellings); i++)
        assert_str(written_key(str_of(spellings[i]), a), "ht-2025.01");
    assert_str(written_key(STR("0123 4567"), a), "01234567");
    assert_true(str_eq(claim_patent_key(STR("CN203012345678.1"), a),
                       claim_patent_key(STR("cn 203012345678.1"), a)));
    assert_int_equal(written_key(STR("（—）"), a).len, 0);
}

/* Neither a dash nor what sets digits apart is dropped, wherever it stands. */
static void numbers_that_differ_in_their_signs_are_two(void **state)
{
    (void)state;
    static const char *const numbers[] = {
        "1-1", "11",    "1.1",   "-11",  "11-",     "1-11",    "11-1",    "111",      "A-1",
        "A1",  "AB-12", "A-B12", "AB12", "2025-12", "20251-2", "2025.12", "2025(1)2", "202512"};
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        for (size_t k = 0; k < i; k++)
            if (str_eq(written_key(str_of(numbers[i]), a), written_key(str_of(numbers[k]), a)))
                fail_msg("%s and %s are one", numbers[i], numbers[k]);
}

static void every_dash_is_the_same_one(void **state)
{
    (void)state;
    static const char *const dashes[] = {"-",        "\u2010",       "\u2011", "\u2012", "\u2013",
                                         "\u2014",   "\u2014\u2014", "\u2015", "\u2212", "\uFF0D",
                                         "\uFE63",   "\uFE58",       "\u2500", "\u2E3A", "\uFE31",
                                         " \u2014 ", "\u207B"};
    for (size_t i = 0; i < ARRAY_LEN(dashes); i++)
        assert_str(written_key(arena_printf(a, "甲%s1", dashes[i]), a), "甲-1");
    assert_false(str_is(written_key(STR("甲～1"), a), "甲-1")); /* a range */
    assert_false(str_is(written_key(STR("甲一1"), a), "甲-1")); /* the numeral one */
}

/* --- texts -------------------------------------------------------------------------------- */

static struct str form(const char *party, const char *amount)
{
    struct buf b;
    buf_init(&b, 0);
    for (int i = 0; i < 30; i++)
        buf_addf(&b, "第%d条 甲乙双方应当按照约定履行各自的第%d项义务。", i, i * 7);
    buf_addf(&b, "甲方：%s 金额：%s 元整，签字盖章后生效。", party, amount);
    struct str text = arena_dup(a, buf_str(&b));
    buf_clear(&b);
    return text;
}

static void two_contracts_of_one_form_are_no_twins(void **state)
{
    enum { COUNT = 40 };
    struct sketch all[COUNT + 1];
    (void)state;
    for (int i = 0; i < COUNT; i++)
        all[i] = sketch_of(form(arena_printf(a, "虚构第%d研究院有限公司", i * 37).ptr,
                                arena_printf(a, "%d,%03d.00", 100 + i, i * 13).ptr),
                           a);
    all[COUNT] =
        sketch_of(form("虚构第74研究院 有限公司", "102,026.00"), a); /* as all[2], blank added */
    struct sketch_weights *w = sketch_weights_new(all, COUNT + 1, a);
    assert_true(sketch_likeness(&all[2], &all[COUNT], w) > 0.95);
    assert_true(sketch_likeness(&all[2], &all[2], w) == 1);
    for (int i = 0; i < COUNT; i++)
        if (i != 2)
            assert_true(sketch_likeness(&all[i], &all[2], w) < 0.8);
    assert_int_equal(sketch_of(STR("短文"), a).count, 0);
}

/* --- pages -------------------------------------------------------------------------------- */

#define WIDTH 700
#define HEIGHT 1000
#define LETTER 14

/* Lines of made-up letters; `other`: the first of five letters that are others, -9: none. */
static uint8_t *written(uint64_t seed, int other)
{
    uint8_t *grey = arena_array(a, WIDTH, HEIGHT);
    struct rand random = {seed}, letter;
    memset(grey, 250, (size_t)WIDTH * HEIGHT);
    for (int row = 0, n = 0; row < 30; row++)
        for (int column = 0; column < 38 - row % 5; column++, n++) {
            letter.state = rand_u64(&random) + (n >= other && n < other + 5);
            for (int stroke = 0; stroke < 4; stroke++) {
                uint64_t r = rand_u64(&letter);
                int x = 70 + column * LETTER + (int)(r % 10),
                    y = 80 + row * 26 + (int)(r / 16 % 10);
                for (int k = 0; k < 6; k++) {
                    int at = (y + (r & 1024 ? k : 0)) * WIDTH + x + (r & 1024 ? 0 : k);
                    grey[at] = grey[at + 1] = 15;
                }
            }
        }
    return grey;
}

/* By another scanner: turned, lighter, smaller, with noise. */
static uint8_t *scanned(const uint8_t *grey, double degrees, int *width, int *height)
{
    struct rand random = {99};
    *width = 640;
    *height = 915;
    uint8_t *out = arena_array(a, (size_t)*width, (size_t)*height);
    double c = cos(degrees * M_PI / 180), s = sin(degrees * M_PI / 180), scale = WIDTH / 640.0;
    for (int y = 0; y < *height; y++)
        for (int x = 0; x < *width; x++) {
            double u = (x - 320) * scale, v = (y - 457) * scale, sum = 0;
            for (int k = 0; k < 4; k++) {
                double p = u + 0.5 * (k & 1), q = v + 0.5 * (k >> 1);
                int from_x = (int)(p * c - q * s + 350), from_y = (int)(p * s + q * c + 500);
                bool in = from_x >= 0 && from_y >= 0 && from_x < WIDTH && from_y < HEIGHT;
                sum += in ? grey[from_y * WIDTH + from_x] : 250;
            }
            double noise = (double)(rand_u64(&random) % 25) - 12;
            double g = 40 + sum / 4 * 0.75 + noise;
            out[y * *width + x] = (uint8_t)(g < 0 ? 0 : g > 255 ? 255 : g);
        }
    return out;
}

static struct page page_of(const uint8_t *grey, int width, int height)
{
    struct page p;
    page_of_grey(&p, grey, width, height, a);
    return p;
}

static void a_page_is_known_again_turned_faded_shrunk_and_noisy(void **state)
{
    static const double turns[] = {-2, -1.3, 0, 0.6, 2};
    struct page first = page_of(written(5, -9), WIDTH, HEIGHT), second, unpacked;
    uint8_t packed[PAGE_BYTES];
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(turns); i++) {
        int width, height;
        uint8_t *grey = scanned(written(5, -9), turns[i], &width, &height);
        second = page_of(grey, width, height);
        struct page_likeness l = page_compare(&first, &second);
        if (!page_same(&l))
            fail_msg("turned by %.1f: worst %.3f of %.3f", turns[i], l.worst, l.typical);
    }
    page_pack(packed, &first);
    page_unpack(&unpacked, packed);
    assert_memory_equal(unpacked.ink, first.ink, sizeof(first.ink));
}

static void a_page_with_another_word_is_another_page(void **state)
{
    static const int places[] = {0, 100, 433, 700, 1000};
    struct page first = page_of(written(5, -9), WIDTH, HEIGHT);
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        int width, height;
        uint8_t *grey = scanned(written(5, places[i]), 0.9, &width, &height);
        struct page second = page_of(grey, width, height);
        struct page_likeness l = page_compare(&first, &second);
        if (page_same(&l))
            fail_msg("word at %d: worst %.3f of %.3f", places[i], l.worst, l.typical);
    }
}

static void an_empty_page_is_like_none(void **state)
{
    uint8_t *grey = arena_array(a, WIDTH, HEIGHT);
    (void)state;
    memset(grey, 240, (size_t)WIDTH * HEIGHT);
    struct page empty = page_of(grey, WIDTH, HEIGHT);
    struct page_likeness l = page_compare(&empty, &empty);
    assert_true(empty.blank);
    assert_false(page_same(&l));
    for (int y = 0; y < 3; y++) /* two grains of dust are no writing */
        for (int x = 0; x < 3; x++)
            grey[(100 + y) * WIDTH + 100 + x] = grey[(800 + y) * WIDTH + 500 + x] = 0;
    struct page dusty = page_of(grey, WIDTH, HEIGHT);
    assert_true(dusty.blank);
}

static int setup(void **state)
{
    (void)state;
    a = arena_new();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_has_one_key_in_every_spelling),
        cmocka_unit_test(numbers_that_differ_in_their_signs_are_two),
        cmocka_unit_test(every_dash_is_the_same_one),
        cmocka_unit_test(two_contracts_of_one_form_are_no_twins),
        cmocka_unit_test(a_page_is_known_again_turned_faded_shrunk_and_noisy),
        cmocka_unit_test(a_page_with_another_word_is_another_page),
        cmocka_unit_test(an_empty_page_is_like_none),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
