/* The definition of the scan kernels: eight documents at a time in one 64-bit
 * word, where a byte of presence bits is spread to eight bytes of 0 or 1. */
#include "index/kernels/scan.h"
#include <string.h>

/* Byte i of the result is bit i of x (x < 256). */
static uint64_t spread(uint64_t x)
{
    x = (x | x << 28) & 0x0000000f0000000fu;
    x = (x | x << 14) & 0x0003000300030003u;
    return (x | x << 7) & 0x0101010101010101u;
}

static void add_group(uint16_t *acc, const struct tile_group *g, size_t word)
{
    for (size_t w = 0; w < TILE_WORDS; w++)
        for (size_t byte = 0; byte < 8; byte++) {
            uint64_t sum = 0; /* eight sums of at most 255: no carry between them */
            for (size_t i = 0; i < g->count; i++)
                sum += spread(g->bits[i][word + w] >> (8 * byte) & 0xff) * g->weights[i];
            for (unsigned j = 0; j < 8; j++) {
                uint16_t *a = &acc[w * 64 + byte * 8 + j];
                uint32_t s = *a + (uint32_t)(sum >> (8 * j) & 0xff) * g->factor;
                *a = s > UINT16_MAX ? UINT16_MAX : (uint16_t)s;
            }
        }
}

static uint16_t tile(uint16_t *acc, uint16_t *lanes, const struct tile_group *groups,
                     size_t group_count, size_t word, const uint64_t *allow)
{
    uint16_t most = 0;
    for (size_t g = 0; g < group_count; g++)
        add_group(acc, &groups[g], word);
    memset(lanes, 0, TILE_LANES * sizeof(*lanes));
    for (size_t i = 0; i < TILE_DOCS; i++) {
        if (allow && !(allow[i / 64] >> (i % 64) & 1))
            acc[i] = 0;
        if (acc[i] > lanes[i % TILE_LANES])
            lanes[i % TILE_LANES] = acc[i];
    }
    for (size_t j = 0; j < TILE_LANES; j++)
        if (lanes[j] > most)
            most = lanes[j];
    return most;
}

static void range_bits(uint64_t *words, const uint32_t *values, uint32_t count, uint32_t low,
                       uint32_t high)
{
    for (uint32_t d = 0; d < count; d++)
        if (values[d] >= low && values[d] <= high)
            words[d / 64] |= (uint64_t)1 << (d % 64);
}

static uint64_t count_bits(const uint64_t *words, size_t count)
{
    uint64_t n = 0;
    for (size_t i = 0; i < count; i++)
        n += (uint64_t)__builtin_popcountll(words[i]);
    return n;
}

static size_t count_less(const uint32_t *numbers, size_t n, uint32_t limit)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += numbers[i] < limit;
    return count;
}

const struct scan_kernels scan_scalar = {"scalar",   tile,       range_bits,
                                         count_bits, count_less, SIZE_MAX};
