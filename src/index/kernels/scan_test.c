/* Every twin of the scan kernels gives the bytes of the scalar one. */
#include "base/rand.h"
#include "index/kernels/scan.h"
#include "test.h"
#include <stdlib.h>
#include <string.h>

#define WORDS (4 * TILE_WORDS)

static void fill(void *to, size_t len, struct rand *r)
{
    for (size_t i = 0; i < len; i++)
        ((uint8_t *)to)[i] = (uint8_t)rand_u64(r);
}

/* Weights that sum to at most 255: few large ones, or all of about one size. */
static void weights_make(uint8_t *weights, size_t count, struct rand *r)
{
    uint32_t left = 255, even = rand_below(r, 2);
    for (size_t i = 0; i < count; i++) {
        uint32_t share = even ? left / (uint32_t)(count - i) * 2 : left / 3;
        weights[i] = (uint8_t)rand_below(r, (share < left ? share : left) + 1);
        left -= weights[i];
    }
    if (count && rand_below(r, 2))
        weights[count - 1] = (uint8_t)(weights[count - 1] + left);
}

struct tile_case {
    uint64_t bits[2 * TILE_LISTS][WORDS], allow[TILE_WORDS];
    const uint64_t *lists[2 * TILE_LISTS];
    uint8_t weights[2 * TILE_LISTS];
    struct tile_planes planes[2];
    struct tile_group groups[2];
    uint16_t before[TILE_DOCS];
    size_t group_count, word;
    bool has_allow;
};

static void case_make(struct tile_case *c, struct rand *r)
{
    fill(c->bits, sizeof(c->bits), r);
    fill(c->allow, sizeof(c->allow), r);
    fill(c->before, sizeof(c->before), r);
    c->group_count = rand_below(r, 3);
    c->word = (size_t)rand_below(r, 4) * TILE_WORDS;
    c->has_allow = rand_below(r, 2);
    for (size_t i = 0; i < (size_t)2 * TILE_LISTS; i++)
        c->lists[i] = c->bits[i];
    for (size_t g = 0; g < 2; g++) {
        size_t count = rand_below(r, 4) ? rand_below(r, TILE_LISTS + 1) : TILE_LISTS;
        weights_make(c->weights + g * TILE_LISTS, count, r);
        c->groups[g] = (struct tile_group){c->lists + g * TILE_LISTS, c->weights + g * TILE_LISTS,
                                           count, (uint16_t)(1 + rand_below(r, 257)), NULL};
        tile_planes_make(&c->planes[g], c->groups[g].weights, count);
        if (rand_below(r, 4))
            c->groups[g].planes = &c->planes[g];
    }
    for (size_t i = 0; rand_below(r, 2) && i < TILE_DOCS; i++)
        c->before[i] = (uint16_t)(c->before[i] >> 4); /* else most sums saturate */
}

static void tiles_are_the_same_in_all_twins(void **state)
{
    (void)state;
    struct rand r = {42};
    struct tile_case *c = malloc(sizeof(*c));
    for (size_t round = 0; round < 1000; round++) {
        uint16_t truth[TILE_DOCS], lanes[TILE_LANES];
        case_make(c, &r);
        const uint64_t *allow = c->has_allow ? c->allow : NULL;
        memcpy(truth, c->before, sizeof(truth));
        uint16_t most = scan_scalar.tile(truth, lanes, c->groups, c->group_count, c->word, allow);
        for (const struct scan_kernels *const *k = scan_kernels_all(); *k; k++) {
            uint16_t acc[TILE_DOCS], got[TILE_LANES];
            memcpy(acc, c->before, sizeof(acc));
            assert_int_equal((*k)->tile(acc, got, c->groups, c->group_count, c->word, allow), most);
            assert_memory_equal(acc, truth, sizeof(acc));
            assert_memory_equal(got, lanes, sizeof(got));
        }
    }
    free(c);
}

/* The scalar kernel itself, against the words of scan.h. */
static void a_tile_is_the_weighted_sum_of_presence_bits(void **state)
{
    (void)state;
    struct rand r = {7};
    struct tile_case *c = malloc(sizeof(*c));
    for (size_t round = 0; round < 20; round++) {
        uint16_t acc[TILE_DOCS], lanes[TILE_LANES];
        case_make(c, &r);
        memcpy(acc, c->before, sizeof(acc));
        scan_scalar.tile(acc, lanes, c->groups, c->group_count, c->word,
                         c->has_allow ? c->allow : NULL);
        for (size_t d = 0; d < TILE_DOCS; d++) {
            uint64_t sum = c->before[d];
            for (size_t g = 0; g < c->group_count; g++) {
                uint64_t weights = 0;
                for (size_t i = 0; i < c->groups[g].count; i++)
                    weights += (c->groups[g].bits[i][c->word + d / 64] >> (d % 64) & 1) *
                               c->groups[g].weights[i];
                sum += weights * c->groups[g].factor;
                sum = sum > UINT16_MAX ? UINT16_MAX : sum;
            }
            if (c->has_allow && !(c->allow[d / 64] >> (d % 64) & 1))
                sum = 0;
            assert_int_equal(acc[d], sum);
            assert_true(lanes[d % TILE_LANES] >= acc[d]);
        }
    }
    free(c);
}

static void ranges_become_bits_at_all_lengths_and_alignments(void **state)
{
    (void)state;
    struct rand r = {5};
    uint32_t values[300];
    fill(values, sizeof(values), &r);
    for (size_t i = 0; i < 300; i += 3)
        values[i] = i % 2 ? UINT32_MAX : 0;
    for (uint32_t count = 0; count <= 257; count++)
        for (uint32_t shift = 0; shift < 8; shift++) {
            uint64_t truth[6] = {1}, got[6] = {1};
            uint32_t x = values[rand_below(&r, 300)], y = values[rand_below(&r, 300)];
            uint32_t low = x < y ? x : y, high = x < y ? y : x;
            for (uint32_t d = 0; d < count; d++)
                if (values[shift + d] >= low && values[shift + d] <= high)
                    truth[d / 64] |= (uint64_t)1 << (d % 64);
            for (const struct scan_kernels *const *k = scan_kernels_all(); *k; k++) {
                memset(got, 0, sizeof(got));
                got[0] = 1; /* bits that are there stay */
                (*k)->range_bits(got, values + shift, count, low, high);
                assert_memory_equal(got, truth, sizeof(got));
                assert_int_equal((*k)->count_bits(got, shift % 7),
                                 scan_scalar.count_bits(truth, shift % 7));
            }
        }
}

static void numbers_below_a_limit_are_counted_at_all_lengths(void **state)
{
    (void)state;
    struct rand r = {6};
    uint32_t numbers[260];
    for (size_t n = 0; n <= 257; n++) {
        for (size_t i = 0, at = rand_below(&r, 4); i < n; i++)
            numbers[i] = (uint32_t)(at += 1 + rand_below(&r, n % 2 ? 3 : 16000000));
        for (size_t round = 0; round < 12; round++) {
            uint32_t limit = n && round
                                 ? numbers[rand_below(&r, (uint32_t)n)] + (uint32_t)round % 3 - 1
                             : round % 2 ? UINT32_MAX
                                         : 0;
            size_t truth = 0;
            for (size_t i = 0; i < n; i++)
                truth += numbers[i] < limit;
            for (const struct scan_kernels *const *k = scan_kernels_all(); *k; k++)
                assert_int_equal((*k)->count_less(numbers, n, limit), truth);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tile_is_the_weighted_sum_of_presence_bits),
        cmocka_unit_test(tiles_are_the_same_in_all_twins),
        cmocka_unit_test(ranges_become_bits_at_all_lengths_and_alignments),
        cmocka_unit_test(numbers_below_a_limit_are_counted_at_all_lengths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
