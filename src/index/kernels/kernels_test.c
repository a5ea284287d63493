/* Every kernel of every instruction set against the scalar one, and that one
 * against a plain loop. SEED=n repeats a run. */
#include "test.h"

#include "base/buf.h"
#include "base/rand.h"
#include "index/encode.h"
#include "index/kernels/kernels.h"
#include "index/wire.h"
#include <stdlib.h>

#define ROOM 4096
#define FENCE 512 /* elements behind the slack, which no kernel may write */

static struct rand rng(void)
{
    return (struct rand){test_seed(20260102)};
}

/* `count` rising numbers below `universe`; repeats only with `repeats`. */
static void rising(uint32_t *out, uint32_t count, uint32_t universe, bool repeats, struct rand *r)
{
    uint32_t left = count, kept = 0;
    for (uint32_t v = 0; v < universe && left; v++) {
        /* Selection sampling (Knuth, algorithm S). */
        while (left && rand_below(r, universe - v) < left) {
            out[kept++] = v;
            left--;
            if (!repeats)
                break;
        }
    }
}

static void fence_put(void *at, size_t len)
{
    memset(at, 0xa5, len);
}

static void fence_check(const void *at, size_t len)
{
    for (size_t i = 0; i < len; i++)
        assert_int_equal(((const uint8_t *)at)[i], 0xa5);
}

static uint32_t numbers_out[ROOM + KERNEL_SLACK + FENCE];

/* Numbers from `rank` on into numbers_out; only they and the slack may be written. */
static void check_decode(const struct kernels *k, const struct ef *ef, uint64_t bit, uint32_t rank,
                         uint32_t max, uint32_t to, const uint32_t *want, size_t count)
{
    uint32_t *fence = numbers_out + count + KERNEL_SLACK;
    fence_put(fence, FENCE * sizeof(*fence));
    assert_int_equal(k->ef_decode(numbers_out, ef, bit, rank, max, to), count);
    assert_memory_equal(numbers_out, want, count * sizeof(*want));
    fence_check(fence, FENCE * sizeof(*fence));
}

static void check_ef(const uint32_t *numbers, uint32_t count, uint32_t universe, struct rand *r)
{
    const struct kernels *all[3];
    size_t n = kernels_all(all);
    struct buf b;
    buf_init(&b, 0);
    size_t skew = rand_below(r, 64); /* any alignment */
    for (size_t i = 0; i < skew; i++)
        buf_addc(&b, (char)0xff);
    encode_ef(&b, numbers, count, universe);
    (void)buf_reserve(&b, WIRE_SLACK);
    memset(b.ptr + b.len, 0xff, WIRE_SLACK); /* what lies behind must not matter */
    struct ef ef = {.low_bits = ef_low_bits(universe, count), .count = count};
    ef.high_bits = ef_high_bits(universe, count, ef.low_bits);
    ef.low = (const uint8_t *)b.ptr + skew;
    ef.high = ef.low + ((uint64_t)count * ef.low_bits + 7) / 8;
    uint32_t from = rand_below(r, universe), to = from + rand_below(r, universe - from + 2);
    uint32_t rank = 0, end;
    while (rank < count && numbers[rank] < from)
        rank++;
    for (end = rank; end < count && numbers[end] < to; end++)
        ;
    for (size_t k = 0; k < n; k++) {
        int present;
        check_decode(all[k], &ef, 0, 0, count, UINT32_MAX, numbers, count);
        uint64_t bit = (uint64_t)(from >> ef.low_bits) + rank;
        check_decode(all[k], &ef, bit, rank, count - rank, to, numbers + rank, end - rank);
        uint32_t some = rand_below(r, count - rank + 1);
        check_decode(all[k], &ef, bit, rank, some, UINT32_MAX, numbers + rank, some);
        assert_int_equal(all[k]->ef_rank(&ef, 0, 0, from, &present), rank);
        assert_int_equal(present, rank < count && numbers[rank] == from);
        if (to < universe) {
            assert_int_equal(all[k]->ef_rank(&ef, bit, rank, to, &present), end);
            assert_int_equal(present, end < count && numbers[end] == to);
        }
    }
    buf_clear(&b);
}

static void elias_fano_reads_back_in_every_instruction_set(void **state)
{
    (void)state;
    static uint32_t numbers[ROOM];
    struct rand r = rng();
    for (uint32_t count = 0; count <= 257; count++) {
        uint32_t universe = count + 1 + rand_below(&r, 1u << rand_below(&r, 20));
        rising(numbers, count, universe, false, &r);
        check_ef(numbers, count, universe, &r);
    }
    for (int round = 0; round < 300; round++) {
        uint32_t universe = 1 + rand_below(&r, 1u << (1 + rand_below(&r, 18)));
        uint32_t count = rand_below(&r, universe < ROOM ? universe : ROOM);
        rising(numbers, count, universe, round & 1, &r);
        check_ef(numbers, count, universe, &r);
    }
    /* The widest gaps: two numbers at the ends of the largest segment. */
    numbers[0] = 0;
    numbers[1] = (1u << 28) - 1;
    check_ef(numbers, 2, 1u << 28, &r);
    check_ef(numbers + 1, 1, 1u << 28, &r);
}

static void elias_fano_reads_back_at_every_width(void **state)
{
    (void)state;
    static uint32_t numbers[ROOM];
    static const uint32_t counts[] = {1, 7, 8, 9, 63, 64, 65, 127, 128, 129, 255, 256, 257, 300};
    struct rand r = rng();
    for (unsigned width = 0; width <= 24; width++)
        for (size_t c = 0; c < sizeof(counts) / sizeof(*counts); c++) {
            uint32_t count = width > 20 && counts[c] > 9 ? 15 : counts[c];
            assert_int_equal(ef_low_bits((uint64_t)count << width, count), width);
            for (uint32_t i = 0; i < count; i++)
                numbers[i] = (i << width) + rand_below(&r, 1u << width);
            check_ef(numbers, count, count << width, &r);
        }
    /* Runs, whose words have all bits set, end to end in one bucket. */
    for (int round = 0; round < 300; round++) {
        uint32_t count = 1 + rand_below(&r, 2000), universe = count << rand_below(&r, 13);
        uint32_t first = rand_below(&r, universe - count + 1);
        for (uint32_t i = 0; i < count; i++)
            numbers[i] = first + i;
        check_ef(numbers, count, universe, &r);
    }
}

static void frequency_codes_agree_for_all_lengths_and_alignments(void **state)
{
    (void)state;
    static uint8_t codes[ROOM + WIRE_SLACK], nibbles[ROOM + WIRE_SLACK], got[ROOM], want[ROOM];
    const struct kernels *all[3];
    size_t n = kernels_all(all);
    struct rand r = rng();
    for (uint32_t count = 0; count <= 257; count++) {
        /* A third of the bytes escapes; all codes; none. */
        for (size_t i = 0; i < sizeof(codes); i++) {
            codes[i] = (uint8_t)(rand_below(&r, 3) ? rand_u64(&r) : 0xff);
            codes[i] = count % 8 == 6 ? 0xff : count % 8 == 7 ? 0 : codes[i];
            nibbles[i] = (uint8_t)rand_u64(&r);
        }
        for (unsigned bits = 1; bits <= 4; bits *= 2) {
            uint32_t from = rand_below(&r, 1000), escape = rand_below(&r, 1000);
            uint32_t end =
                kernels_scalar.codes_decode(want, codes, bits, from, count, 1, nibbles, escape);
            uint32_t escapes = 0;
            for (uint32_t i = from; i < from + count; i++) {
                uint32_t at = i * bits;
                escapes += (codes[at / 8] >> at % 8 & ((1u << bits) - 1)) == (1u << bits) - 1;
            }
            assert_int_equal(end - escape, escapes);
            for (size_t k = 0; k < n; k++) {
                uint8_t *fence = got + count + KERNEL_SLACK;
                fence_put(fence, FENCE);
                assert_int_equal(all[k]->codes_escapes(codes, bits, from, count), escapes);
                assert_int_equal(
                    all[k]->codes_decode(got, codes, bits, from, count, 1, nibbles, escape), end);
                assert_memory_equal(got, want, count);
                fence_check(fence, FENCE);
            }
        }
    }
}

static void bits_and_counts_agree(void **state)
{
    (void)state;
    static uint64_t words[64];
    const struct kernels *all[3];
    size_t n = kernels_all(all);
    struct rand r = rng();
    for (int round = 0; round < 500; round++) {
        size_t len = rand_below(&r, 64);
        for (size_t i = 0; i < 64; i++) {
            words[i] = rand_u64(&r);
            for (int j = round % 7; j > 0; j--)
                words[i] &= rand_u64(&r);
        }
        words[rand_below(&r, 64)] = ~0ull;
        uint32_t from = rand_below(&r, 4096), to = from + rand_below(&r, 4097 - from);
        uint32_t count = 0;
        for (uint32_t i = from; i < to; i++)
            count += (uint32_t)(words[i / 64] >> (i % 64) & 1);
        for (size_t k = 0; k < n; k++) {
            assert_int_equal(all[k]->bits_count(words, from, to), count);
            uint32_t *fence =
                numbers_out + all[k]->bits_count(words, 0, (uint32_t)len * 64) + KERNEL_SLACK;
            fence_put(fence, FENCE * sizeof(*fence));
            size_t kept = all[k]->bits_list(numbers_out, words, len, 1000);
            fence_check(fence, FENCE * sizeof(*fence));
            size_t at = 0;
            for (uint32_t i = 0; i < len * 64; i++) {
                if (words[i / 64] >> (i % 64) & 1)
                    assert_int_equal(numbers_out[at++], 1000 + i);
            }
            assert_int_equal(at, kept);
        }
    }
}

static void packed_numbers_of_every_width_read_back(void **state)
{
    (void)state;
    static uint32_t numbers[600], got[600 + KERNEL_SLACK];
    const struct kernels *all[3];
    size_t n = kernels_all(all);
    struct rand r = rng();
    for (unsigned width = 0; width <= 32; width++) {
        for (uint32_t count = 0; count <= 257; count += 1 + rand_below(&r, 7)) {
            struct buf b;
            buf_init(&b, 0);
            for (uint32_t i = 0; i < 600; i++)
                numbers[i] = (uint32_t)(rand_u64(&r) & ((1ull << width) - 1));
            buf_addc(&b, 'x');
            encode_packed_u32(&b, numbers, 600, width);
            uint32_t from = rand_below(&r, 600 - count + 1);
            for (size_t k = 0; k < n; k++) {
                all[k]->unpack(got, (const uint8_t *)b.ptr + 1, width, from, count);
                assert_memory_equal(got, numbers + from, count * sizeof(*got));
            }
            buf_clear(&b);
        }
    }
}

static void key_comparison_is_unsigned_everywhere(void **state)
{
    (void)state;
    const struct kernels *all[3];
    size_t n = kernels_all(all);
    struct rand r = rng();
    for (int round = 0; round < 2000; round++) {
        uint64_t keys[16], key = rand_u64(&r) >> rand_below(&r, 64);
        unsigned below = 0;
        for (int i = 0; i < 16; i++) {
            keys[i] = rand_below(&r, 8) ? rand_u64(&r) >> rand_below(&r, 64) : key;
            keys[i] = rand_below(&r, 8) ? keys[i] : ~keys[i];
            below += keys[i] < key;
        }
        for (size_t k = 0; k < n; k++)
            assert_int_equal(all[k]->keys_below((const uint8_t *)keys, key), below);
    }
}

static void wide_numbers_and_varints_read_back(void **state)
{
    (void)state;
    struct rand r = rng();
    for (unsigned width = 1; width <= 64; width++) {
        uint64_t numbers[50], mask = width < 64 ? (1ull << width) - 1 : ~0ull;
        struct buf b;
        buf_init(&b, 0);
        for (int i = 0; i < 50; i++)
            numbers[i] = (rand_u64(&r) & mask) + 77;
        encode_packed_u64(&b, numbers, 50, width, 77);
        for (unsigned i = 0; i < 50; i++)
            assert_true((load_bits64((const uint8_t *)b.ptr, (uint64_t)i * width) & mask) + 77 ==
                        numbers[i]);
        buf_clear(&b);
        uint8_t bytes[VARINT_MAX];
        uint64_t back;
        uint8_t *end = varint_put(bytes, numbers[0]);
        assert_ptr_equal(varint_get(bytes, end, &back), end);
        assert_true(back == numbers[0]);
        assert_null(varint_get(bytes, end - 1, &back));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elias_fano_reads_back_in_every_instruction_set),
        cmocka_unit_test(elias_fano_reads_back_at_every_width),
        cmocka_unit_test(frequency_codes_agree_for_all_lengths_and_alignments),
        cmocka_unit_test(bits_and_counts_agree),
        cmocka_unit_test(packed_numbers_of_every_width_read_back),
        cmocka_unit_test(key_comparison_is_unsigned_everywhere),
        cmocka_unit_test(wide_numbers_and_varints_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
