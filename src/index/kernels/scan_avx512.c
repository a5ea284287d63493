/* AVX-512 (BW, VL) twins of scan_scalar.c: a bitmap word is itself the mask of
 * a masked byte add, one instruction for 64 documents and a list. */
#include "index/kernels/scan.h"
#if defined(__x86_64__)
#include <immintrin.h>

#define AHEAD ((size_t)6 * TILE_WORDS)
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,popcnt")))

AVX512 static inline void widen_add(uint16_t *acc, __m512i sum, __m512i factor)
{
    __m512i low = _mm512_cvtepu8_epi16(_mm512_castsi512_si256(sum));
    __m512i high = _mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(sum, 1));
    low = _mm512_mullo_epi16(low, factor);
    high = _mm512_mullo_epi16(high, factor);
    _mm512_storeu_si512(acc, _mm512_adds_epu16(_mm512_loadu_si512(acc), low));
    _mm512_storeu_si512(acc + 32, _mm512_adds_epu16(_mm512_loadu_si512(acc + 32), high));
}

AVX512 static void add_group(uint16_t *acc, const struct tile_group *g, size_t word)
{
    __m512i s0 = _mm512_setzero_si512(), s1 = s0, s2 = s0, s3 = s0;
    __m512i s4 = s0, s5 = s0, s6 = s0, s7 = s0;
    for (size_t i = 0; i < g->count; i++) {
        const uint64_t *bits = g->bits[i] + word;
        /* As many streams as lists: more than the hardware follows by itself. */
        __builtin_prefetch(bits + AHEAD);
        __m512i weight = _mm512_set1_epi8((char)g->weights[i]);
        s0 = _mm512_mask_add_epi8(s0, bits[0], s0, weight);
        s1 = _mm512_mask_add_epi8(s1, bits[1], s1, weight);
        s2 = _mm512_mask_add_epi8(s2, bits[2], s2, weight);
        s3 = _mm512_mask_add_epi8(s3, bits[3], s3, weight);
        s4 = _mm512_mask_add_epi8(s4, bits[4], s4, weight);
        s5 = _mm512_mask_add_epi8(s5, bits[5], s5, weight);
        s6 = _mm512_mask_add_epi8(s6, bits[6], s6, weight);
        s7 = _mm512_mask_add_epi8(s7, bits[7], s7, weight);
    }
    __m512i factor = _mm512_set1_epi16((short)g->factor);
    widen_add(acc, s0, factor);
    widen_add(acc + 64, s1, factor);
    widen_add(acc + 128, s2, factor);
    widen_add(acc + 192, s3, factor);
    widen_add(acc + 256, s4, factor);
    widen_add(acc + 320, s5, factor);
    widen_add(acc + 384, s6, factor);
    widen_add(acc + 448, s7, factor);
}

AVX512 static uint16_t tile(uint16_t *acc, uint16_t *lanes, const struct tile_group *groups,
                            size_t group_count, size_t word, const uint64_t *allow)
{
    for (size_t g = 0; g < group_count; g++)
        add_group(acc, &groups[g], word);
    __m512i most = _mm512_setzero_si512();
    if (allow)
        for (size_t i = 0; i < TILE_DOCS; i += 32) {
            __mmask32 keep = (__mmask32)(allow[i / 64] >> (i % 64));
            __m512i x = _mm512_maskz_loadu_epi16(keep, acc + i);
            _mm512_storeu_si512(acc + i, x);
            most = _mm512_max_epu16(most, x);
        }
    else
        for (size_t i = 0; i < TILE_DOCS; i += 32)
            most = _mm512_max_epu16(most, _mm512_loadu_si512(acc + i));
    _mm512_storeu_si512(lanes, most);
    __m256i half =
        _mm256_max_epu16(_mm512_castsi512_si256(most), _mm512_extracti64x4_epi64(most, 1));
    __m128i last = _mm_max_epu16(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
    /* The smallest of the complements is the complement of the largest. */
    last = _mm_minpos_epu16(_mm_xor_si128(last, _mm_set1_epi16(-1)));
    return (uint16_t)~_mm_extract_epi16(last, 0);
}

AVX512 static void range_bits(uint64_t *words, const uint32_t *values, uint32_t count, uint32_t low,
                              uint32_t high)
{
    const __m512i from = _mm512_set1_epi32((int)low), to = _mm512_set1_epi32((int)high);
    uint32_t d = 0;
    for (; d + 64 <= count; d += 64) {
        uint64_t bits = 0;
        for (unsigned i = 0; i < 64; i += 16) {
            __m512i x = _mm512_loadu_si512(values + d + i);
            __mmask16 in = _mm512_cmpge_epu32_mask(x, from);
            bits |= (uint64_t)_mm512_mask_cmple_epu32_mask(in, x, to) << i;
        }
        words[d / 64] |= bits;
    }
    scan_scalar.range_bits(words + d / 64, values + d, count - d, low, high);
}

AVX512 static uint64_t count_bits(const uint64_t *words, size_t count)
{
    uint64_t n = 0;
    for (size_t i = 0; i < count; i++)
        n += (uint64_t)__builtin_popcountll(words[i]);
    return n;
}

AVX512 static size_t count_less(const uint32_t *numbers, size_t n, uint32_t limit)
{
    const __m512i bar = _mm512_set1_epi32((int)limit);
    size_t count = 0;
    for (size_t i = 0; i < n; i += 16) {
        __mmask16 here = (__mmask16)(n - i >= 16 ? 0xffff : (1u << (n - i)) - 1);
        __m512i x = _mm512_maskz_loadu_epi32(here, numbers + i);
        unsigned less = _mm512_mask_cmplt_epu32_mask(here, x, bar);
        count += (unsigned)__builtin_popcount(less);
        if (less != 0xffff)
            return count;
    }
    return count;
}

const struct scan_kernels scan_avx512 = {"avx512",   tile,       range_bits,
                                         count_bits, count_less, SIZE_MAX};
#endif
