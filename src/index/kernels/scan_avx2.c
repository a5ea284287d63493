/* AVX2 twins of scan_scalar.c. A few lists: presence bits become byte masks by
 * spreading four bytes over 32 and testing one bit in each. Many: their weights
 * are added bit by bit, 256 documents at a time (carry-save addition), and the
 * eight planes of the sums are turned into bytes once a tile. */
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

/* Adds 32 byte sums times the factor: the lower half to acc, the upper behind `apart`. */
AVX2 static inline void widen_add(uint16_t *acc, size_t apart, __m256i sum, __m256i factor)
{
    __m256i *at = (__m256i *)(void *)acc, *behind = (__m256i *)(void *)(acc + apart);
    __m256i low = _mm256_cvtepu8_epi16(_mm256_castsi256_si128(sum));
    __m256i high = _mm256_cvtepu8_epi16(_mm256_extracti128_si256(sum, 1));
    low = _mm256_mullo_epi16(low, factor);
    high = _mm256_mullo_epi16(high, factor);
    _mm256_storeu_si256(at, _mm256_adds_epu16(_mm256_loadu_si256(at), low));
    _mm256_storeu_si256(behind, _mm256_adds_epu16(_mm256_loadu_si256(behind), high));
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
    __m256i factor = _mm256_set1_epi16((short)g->factor);
    widen_add(acc, 16, s0, factor);
    widen_add(acc + 32, 16, s1, factor);
    widen_add(acc + 64, 16, s2, factor);
    widen_add(acc + 96, 16, s3, factor);
}

/* Presence bits of a tile, or one plane of its sums. */
struct slice {
    __m256i low, high;
};

AVX2 static inline struct slice slice_of(const struct tile_group *g, size_t list, size_t word)
{
    const __m256i *p = (const __m256i *)(const void *)(g->bits[list] + word);
    return (struct slice){_mm256_loadu_si256(p), _mm256_loadu_si256(p + 1)};
}

/* *sum = its lower bit of sum + x + y; returns the upper one. */
AVX2 static inline __m256i add_bits(__m256i *sum, __m256i x, __m256i y)
{
    __m256i either = _mm256_xor_si256(x, y);
    __m256i carry = _mm256_or_si256(_mm256_and_si256(x, y), _mm256_and_si256(*sum, either));
    *sum = _mm256_xor_si256(*sum, either);
    return carry;
}

AVX2 static inline struct slice add_slices(struct slice *sum, struct slice x, struct slice y)
{
    __m256i low = add_bits(&sum->low, x.low, y.low);
    return (struct slice){low, add_bits(&sum->high, x.high, y.high)};
}

/* Exchanges the upper bits of each 2·shift in x with the lower ones in y. */
AVX2 static inline void exchange(__m256i *x, __m256i *y, int shift, char low)
{
    __m256i t =
        _mm256_and_si256(_mm256_xor_si256(_mm256_srli_epi64(*x, shift), *y), _mm256_set1_epi8(low));
    *y = _mm256_xor_si256(*y, t);
    *x = _mm256_xor_si256(*x, _mm256_slli_epi64(t, shift));
}

/* The sums of 256 documents, given as the planes of their eight bits. */
AVX2 static inline void add_planes(uint16_t *acc, __m256i p[8], __m256i factor)
{
    /* Bits 8·i+j of the planes become byte i of p[j]. */
    for (size_t i = 0; i < 4; i++)
        exchange(&p[i], &p[i + 4], 4, 0x0f);
    for (size_t i = 0; i < 8; i += i % 2 ? 3 : 1)
        exchange(&p[i], &p[i + 2], 2, 0x33);
    for (size_t i = 0; i < 8; i += 2)
        exchange(&p[i], &p[i + 1], 1, 0x55);
    /* Into the order of the documents; each register has 16 of either half. */
    for (size_t half = 0; half < 2; half++) {
        __m256i pair[4], four[4];
        for (size_t i = 0; i < 4; i++)
            pair[i] = half ? _mm256_unpackhi_epi8(p[2 * i], p[2 * i + 1])
                           : _mm256_unpacklo_epi8(p[2 * i], p[2 * i + 1]);
        for (size_t i = 0; i < 2; i++) {
            four[i] = _mm256_unpacklo_epi16(pair[2 * i], pair[2 * i + 1]);
            four[i + 2] = _mm256_unpackhi_epi16(pair[2 * i], pair[2 * i + 1]);
        }
        for (size_t i = 0; i < 4; i += 2) {
            uint16_t *at = acc + 64 * half + 16 * i;
            widen_add(at, 128, _mm256_unpacklo_epi32(four[i], four[i + 1]), factor);
            widen_add(at + 16, 128, _mm256_unpackhi_epi32(four[i], four[i + 1]), factor);
        }
    }
}

/* All of a tile. */
AVX2 static void add_sliced(uint16_t *acc, const struct tile_group *g, size_t word)
{
    struct slice carries[TILE_LISTS];
    __m256i low[8], high[8];
    const uint8_t *lists = g->planes->lists;
    size_t carry_count = 0;
    for (size_t b = 0; b < 8; b++) {
        struct slice sum = {_mm256_setzero_si256(), _mm256_setzero_si256()};
        size_t left = g->planes->counts[b], out = 0;
        if (carry_count % 2)
            sum = carries[--carry_count];
        else if (left % 2)
            sum = slice_of(g, lists[--left], word);
        for (size_t i = 0; i < carry_count; i += 2)
            carries[out++] = add_slices(&sum, carries[i], carries[i + 1]);
        for (; left >= 2; left -= 2)
            carries[out++] = add_slices(&sum, slice_of(g, lists[left - 1], word),
                                        slice_of(g, lists[left - 2], word));
        if (left) {
            struct slice x = slice_of(g, lists[0], word);
            carries[out].low = _mm256_and_si256(sum.low, x.low);
            carries[out++].high = _mm256_and_si256(sum.high, x.high);
            sum.low = _mm256_xor_si256(sum.low, x.low);
            sum.high = _mm256_xor_si256(sum.high, x.high);
        }
        low[b] = sum.low;
        high[b] = sum.high;
        lists += g->planes->counts[b];
        carry_count = out;
    }
    __m256i factor = _mm256_set1_epi16((short)g->factor);
    add_planes(acc, low, factor);
    add_planes(acc + 256, high, factor);
}

AVX2 static uint16_t tile(uint16_t *acc, uint16_t *lanes, const struct tile_group *groups,
                          size_t group_count, size_t word, const uint64_t *allow)
{
    for (size_t g = 0; g < group_count; g++) {
        for (size_t i = 0; i < groups[g].count; i++)
            __builtin_prefetch(groups[g].bits[i] + word + AHEAD);
        if (groups[g].planes)
            add_sliced(acc, &groups[g], word);
        for (size_t quarter = 0; !groups[g].planes && quarter < 4; quarter++)
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

/* All ones where value − low ≤ span. */
AVX2 static inline __m256i in_range(const uint32_t *values, __m256i low, __m256i span)
{
    __m256i x = _mm256_sub_epi32(_mm256_loadu_si256((const __m256i *)(const void *)values), low);
    return _mm256_cmpeq_epi32(_mm256_min_epu32(x, span), x);
}

AVX2 static void range_bits(uint64_t *words, const uint32_t *values, uint32_t count, uint32_t low,
                            uint32_t high)
{
    const __m256i from = _mm256_set1_epi32((int)low), span = _mm256_set1_epi32((int)(high - low));
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7); /* packing mixes the halves */
    uint32_t d = 0;
    for (; low <= high && d + 64 <= count; d += 64) {
        uint64_t bits = 0;
        for (unsigned i = 0; i < 64; i += 32) {
            const uint32_t *v = values + d + i;
            __m256i x = _mm256_packs_epi32(in_range(v, from, span), in_range(v + 8, from, span));
            __m256i y =
                _mm256_packs_epi32(in_range(v + 16, from, span), in_range(v + 24, from, span));
            x = _mm256_permutevar8x32_epi32(_mm256_packs_epi16(x, y), order);
            bits |= (uint64_t)(uint32_t)_mm256_movemask_epi8(x) << i;
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

const struct scan_kernels scan_avx2 = {"avx2", tile, range_bits, count_bits, count_less, 6};
#endif
