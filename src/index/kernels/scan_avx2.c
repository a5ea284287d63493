/* AVX2 twins of scan_scalar.c. Presence bits become byte masks by spreading
 * four bytes over 32 and testing one bit in each. */
#include "index/kernels/scan.h"
#if defined(__x86_64__)
#include <immintrin.h>

#define AHEAD ((size_t)6 * TILE_WORDS) /* see scan_avx512.c */
#define AVX2 __attribute__((target("avx2,popcnt")))

AVX2 static inline __m256i byte_mask(uint32_t bits)
{
    const __m256i take = _mm256_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2,
                                          2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3);
    const __m256i bit = _mm256_set1_epi64x((long long)0x8040201008040201u);
    __m256i x = _mm256_shuffle_epi8(_mm256_set1_epi32((int)bits), take);
    return _mm256_cmpeq_epi8(_mm256_and_si256(x, bit), bit);
}

AVX2 static inline __m256i word_mask(uint32_t bits16)
{
    const __m256i bit = _mm256_setr_epi16(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096,
                                          8192, 16384, (short)0x8000);
    return _mm256_cmpeq_epi16(_mm256_and_si256(_mm256_set1_epi16((short)bits16), bit), bit);
}

/* One quarter of a tile: 128 documents in four registers of byte sums. */
AVX2 static void add_quarter(uint16_t *acc, const struct tile_group *g, size_t word)
{
    __m256i s0 = _mm256_setzero_si256(), s1 = s0, s2 = s0, s3 = s0;
    for (size_t i = 0; i < g->count; i++) {
        uint64_t x = g->bits[i][word], y = g->bits[i][word + 1];
        __m256i weight = _mm256_set1_epi8((char)g->weights[i]);
        s0 = _mm256_add_epi8(s0, _mm256_and_si256(byte_mask((uint32_t)x), weight));
        s1 = _mm256_add_epi8(s1, _mm256_and_si256(byte_mask((uint32_t)(x >> 32)), weight));
        s2 = _mm256_add_epi8(s2, _mm256_and_si256(byte_mask((uint32_t)y), weight));
        s3 = _mm256_add_epi8(s3, _mm256_and_si256(byte_mask((uint32_t)(y >> 32)), weight));
    }
    __m256i sum[4] = {s0, s1, s2, s3}, factor = _mm256_set1_epi16((short)g->factor);
    for (size_t v = 0; v < 4; v++) {
        __m256i *at = (__m256i *)(void *)(acc + 32 * v);
        __m256i low = _mm256_cvtepu8_epi16(_mm256_castsi256_si128(sum[v]));
        __m256i high = _mm256_cvtepu8_epi16(_mm256_extracti128_si256(sum[v], 1));
        low = _mm256_mullo_epi16(low, factor);
        high = _mm256_mullo_epi16(high, factor);
        _mm256_storeu_si256(at, _mm256_adds_epu16(_mm256_loadu_si256(at), low));
        _mm256_storeu_si256(at + 1, _mm256_adds_epu16(_mm256_loadu_si256(at + 1), high));
    }
}

AVX2 static uint16_t tile(uint16_t *acc, uint16_t *lanes, const struct tile_group *groups,
                          size_t group_count, size_t word, const uint64_t *allow)
{
    for (size_t g = 0; g < group_count; g++) {
        for (size_t i = 0; i < groups[g].count; i++)
            __builtin_prefetch(groups[g].bits[i] + word + AHEAD);
        for (size_t quarter = 0; quarter < 4; quarter++)
            add_quarter(acc + 128 * quarter, &groups[g], word + 2 * quarter);
    }
    __m256i low = _mm256_setzero_si256(), high = low;
    for (size_t i = 0; i < TILE_DOCS; i += 32) {
        __m256i *at = (__m256i *)(void *)(acc + i);
        __m256i x = _mm256_loadu_si256(at), y = _mm256_loadu_si256(at + 1);
        if (allow) {
            uint32_t bits = (uint32_t)(allow[i / 64] >> (i % 64));
            x = _mm256_and_si256(x, word_mask(bits & 0xffff));
            y = _mm256_and_si256(y, word_mask(bits >> 16));
            _mm256_storeu_si256(at, x);
            _mm256_storeu_si256(at + 1, y);
        }
        low = _mm256_max_epu16(low, x);
        high = _mm256_max_epu16(high, y);
    }
    _mm256_storeu_si256((__m256i *)(void *)lanes, low);
    _mm256_storeu_si256((__m256i *)(void *)(lanes + 16), high);
    __m256i both = _mm256_max_epu16(low, high);
    __m128i most = _mm_max_epu16(_mm256_castsi256_si128(both), _mm256_extracti128_si256(both, 1));
    /* The smallest of the complements is the complement of the largest. */
    most = _mm_minpos_epu16(_mm_xor_si128(most, _mm_set1_epi16(-1)));
    return (uint16_t)~_mm_extract_epi16(most, 0);
}

AVX2 static void range_bits(uint64_t *words, const uint32_t *values, uint32_t count, uint32_t low,
                            uint32_t high)
{
    const __m256i from = _mm256_set1_epi32((int)low), to = _mm256_set1_epi32((int)high);
    uint32_t d = 0;
    for (; d + 64 <= count; d += 64) {
        uint64_t bits = 0;
        for (unsigned i = 0; i < 64; i += 8) {
            __m256i x = _mm256_loadu_si256((const __m256i *)(const void *)(values + d + i));
            __m256i in = _mm256_and_si256(_mm256_cmpeq_epi32(_mm256_max_epu32(x, from), x),
                                          _mm256_cmpeq_epi32(_mm256_min_epu32(x, to), x));
            bits |= (uint64_t)(uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(in)) << i;
        }
        words[d / 64] |= bits;
    }
    scan_scalar.range_bits(words + d / 64, values + d, count - d, low, high);
}

AVX2 static uint64_t count_bits(const uint64_t *words, size_t count)
{
    uint64_t n = 0;
    for (size_t i = 0; i < count; i++)
        n += (uint64_t)__builtin_popcountll(words[i]);
    return n;
}

AVX2 static size_t count_less(const uint32_t *numbers, size_t n, uint32_t limit)
{
    const __m256i sign = _mm256_set1_epi32(INT32_MIN);
    const __m256i bar = _mm256_xor_si256(_mm256_set1_epi32((int)limit), sign);
    size_t i = 0, count = 0;
    for (; i + 8 <= n; i += 8) {
        __m256i x = _mm256_loadu_si256((const __m256i *)(const void *)(numbers + i));
        __m256i less = _mm256_cmpgt_epi32(bar, _mm256_xor_si256(x, sign));
        unsigned bits = (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(less));
        count += (unsigned)__builtin_popcount(bits);
        if (bits != 0xff)
            return count;
    }
    for (; i < n; i++)
        count += numbers[i] < limit;
    return count;
}

const struct scan_kernels scan_avx2 = {"avx2", tile, range_bits, count_bits, count_less};
#endif
