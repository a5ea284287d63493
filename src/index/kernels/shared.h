/* Bodies that every instruction set compiles for itself: the same C, made
 * better by popcnt, tzcnt and pdep where the flags allow them. */
#ifndef INDEX_KERNELS_SHARED_H
#define INDEX_KERNELS_SHARED_H
#include "index/kernels/kernels.h"
#include "index/wire.h"

/* Where the n-th (from 0) zero bit of w stands; w has more than n zeros. */
static inline unsigned nth_zero(uint64_t w, unsigned n)
{
#if defined(__BMI2__)
    return (unsigned)__builtin_ctzll(__builtin_ia32_pdep_di(1ull << n, ~w));
#else
    uint64_t zeros = ~w;
    while (n--)
        zeros &= zeros - 1;
    return (unsigned)__builtin_ctzll(zeros);
#endif
}

/* 64 bits of `high` from bit `at` (a multiple of 64) on, without what lies
 * behind its end: stray bits there would be taken for numbers. */
static inline uint64_t ef_word(const struct ef *list, uint64_t at)
{
    uint64_t word = load_u64(list->high + at / 8);
    return at + 64 <= list->high_bits ? word : word & ((1ull << (list->high_bits - at)) - 1);
}

static inline uint32_t ef_low(const struct ef *list, uint32_t i)
{
    return (uint32_t)(load_bits(list->low, (uint64_t)i * list->low_bits) &
                      ((1ull << list->low_bits) - 1));
}

/* Bit position where bucket `bucket` begins (its numbers' bits follow), given
 * one at or before it: each zero bit closes one bucket. */
static inline uint64_t ef_bucket(const struct ef *list, uint64_t bit, uint64_t closed,
                                 uint64_t bucket)
{
    uint64_t left = bucket - closed; /* zeros still to pass */
    if (left == 0)
        return bit;
    uint64_t at = bit & ~63ull;
    uint64_t word = load_u64(list->high + at / 8) | ((1ull << (bit & 63)) - 1);
    for (;;) {
        unsigned zeros = 64u - (unsigned)__builtin_popcountll(word);
        if (zeros >= left)
            return at + nth_zero(word, (unsigned)left - 1) + 1;
        left -= zeros;
        at += 64;
        if (at >= list->high_bits)
            return list->high_bits;
        word = load_u64(list->high + at / 8);
    }
}

static inline uint32_t ef_rank_body(const struct ef *list, uint64_t high_bit, uint32_t rank,
                                    uint32_t target, int *present)
{
    uint64_t closed = high_bit - rank, bucket = target >> list->low_bits;
    uint64_t bit = ef_bucket(list, high_bit, closed, bucket);
    uint32_t low = target & (uint32_t)((1ull << list->low_bits) - 1);
    uint32_t i = (uint32_t)(bit - bucket);
    *present = 0;
    for (; i < list->count && bit < list->high_bits; i++, bit++) {
        if (!(list->high[bit >> 3] >> (bit & 7) & 1))
            break; /* the bucket ends */
        uint32_t v = ef_low(list, i);
        if (v >= low) {
            *present = v == low;
            break;
        }
    }
    return i;
}

static inline size_t bits_list_body(uint32_t *out, const uint64_t *words, size_t count,
                                    uint32_t base)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        for (uint64_t w = words[i]; w; w &= w - 1)
            out[n++] = base + (uint32_t)(i * 64) + (uint32_t)__builtin_ctzll(w);
    }
    return n;
}

static inline uint32_t bits_count_body(const uint64_t *words, uint32_t from, uint32_t to)
{
    if (from >= to)
        return 0;
    uint32_t first = from >> 6, last = (to - 1) >> 6;
    uint64_t head = ~0ull << (from & 63), tail = ~0ull >> (63 - ((to - 1) & 63));
    if (first == last)
        return (uint32_t)__builtin_popcountll(words[first] & head & tail);
    uint32_t n = (uint32_t)__builtin_popcountll(words[first] & head);
    for (uint32_t i = first + 1; i < last; i++)
        n += (uint32_t)__builtin_popcountll(words[i]);
    return n + (uint32_t)__builtin_popcountll(words[last] & tail);
}

/* Escapes are codes of all ones: fold each code's bits onto its lowest. */
static inline uint32_t codes_escapes_body(const uint8_t *codes, unsigned bits, uint32_t from,
                                          uint32_t count)
{
    static const uint64_t lowest[5] = {0, ~0ull, 0x5555555555555555u, 0, 0x1111111111111111u};
    uint64_t at = (uint64_t)from * bits, left = (uint64_t)count * bits;
    uint32_t n = 0;
    while (left) {
        uint64_t w = load_bits64(codes, at);
        if (left < 64)
            w &= (1ull << left) - 1;
        if (bits >= 2)
            w &= w >> 1;
        if (bits == 4)
            w &= w >> 2;
        n += (uint32_t)__builtin_popcountll(w & lowest[bits]);
        uint64_t step = left < 64 ? left : 64;
        at += step;
        left -= step;
    }
    return n;
}

static inline uint8_t nibble_at(const uint8_t *nibbles, uint32_t i)
{
    return nibbles[i >> 1] >> ((i & 1) * 4) & 15;
}
#endif
