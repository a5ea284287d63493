/* The definition of every kernel, in plain C. */
#include "index/kernels/shared.h"

static size_t ef_decode(uint32_t *out, const struct ef *list, uint64_t high_bit, uint32_t rank,
                        uint32_t max, uint32_t to)
{
    size_t n = 0;
    uint64_t at = high_bit & ~63ull;
    uint64_t word = at < list->high_bits ? load_u64(list->high + at / 8) : 0;
    word &= ~0ull << (high_bit & 63);
    while (n < max) {
        while (word == 0) {
            at += 64;
            if (at >= list->high_bits)
                return n;
            word = load_u64(list->high + at / 8);
        }
        uint64_t bit = at + (unsigned)__builtin_ctzll(word);
        uint32_t i = rank + (uint32_t)n;
        uint32_t v = (uint32_t)(bit - i) << list->low_bits | ef_low(list, i);
        if (v >= to)
            break;
        out[n++] = v;
        word &= word - 1;
    }
    return n;
}

static uint32_t ef_rank(const struct ef *list, uint64_t high_bit, uint32_t rank, uint32_t target,
                        int *present)
{
    return ef_rank_body(list, high_bit, rank, target, present);
}

static uint32_t codes_decode(uint8_t *out, const uint8_t *codes, unsigned bits, uint32_t from,
                             uint32_t count, uint8_t base, const uint8_t *nibbles, uint32_t escape)
{
    uint8_t top = (uint8_t)((1u << bits) - 1);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t at = (uint64_t)(from + i) * bits;
        uint8_t code = (uint8_t)(codes[at >> 3] >> (at & 7) & top);
        if (code == top)
            code = (uint8_t)(code + nibble_at(nibbles, escape++));
        out[i] = (uint8_t)(base + code);
    }
    return escape;
}

static uint32_t codes_escapes(const uint8_t *codes, unsigned bits, uint32_t from, uint32_t count)
{
    return codes_escapes_body(codes, bits, from, count);
}

static size_t bits_list(uint32_t *out, const uint64_t *words, size_t count, uint32_t base)
{
    return bits_list_body(out, words, count, base);
}

static uint32_t bits_count(const uint64_t *words, uint32_t from, uint32_t to)
{
    return bits_count_body(words, from, to);
}

static unsigned keys_below(const uint8_t *keys, uint64_t key)
{
    unsigned n = 0;
    for (size_t i = 0; i < 16; i++)
        n += load_u64(keys + 8 * i) < key;
    return n;
}

static void unpack(uint32_t *out, const uint8_t *in, unsigned width, size_t from, size_t count)
{
    uint64_t mask = (1ull << width) - 1;
    for (size_t i = 0; i < count; i++)
        out[i] = (uint32_t)(load_bits(in, (uint64_t)(from + i) * width) & mask);
}

const struct kernels kernels_scalar = {
    .name = "scalar",
    .ef_decode = ef_decode,
    .ef_rank = ef_rank,
    .codes_decode = codes_decode,
    .codes_escapes = codes_escapes,
    .bits_list = bits_list,
    .bits_count = bits_count,
    .keys_below = keys_below,
    .unpack = unpack,
};
