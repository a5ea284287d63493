/* AVX-512 twins (VBMI and VBMI2: Ice Lake, Zen 4 and later). Set bits become
 * positions by compressing a byte iota; 16 packed numbers come by one byte
 * permute and a variable shift. Compress goes to a register and is stored
 * whole: a compress-store to memory is microcoded on Zen. */
#include "index/kernels/shared.h"
#include <immintrin.h>

static inline __m512i iota_bytes(void)
{
    static const uint8_t n[64] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                  16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
                                  32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
                                  48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
    return _mm512_loadu_si512(n);
}

static inline __m512i iota_words(void)
{
    return _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

/* 16 numbers of `width` ≤ 25 bits from number i on. `steps` is iota·width. */
static inline __m512i packed_16(const uint8_t *in, unsigned width, uint64_t i, __m512i steps,
                                __m512i mask)
{
    uint64_t start = i * width;
    __m512i bit = _mm512_add_epi32(steps, _mm512_set1_epi32((int)(start & 7)));
    __m512i index = _mm512_add_epi32(
        _mm512_mullo_epi32(_mm512_srli_epi32(bit, 3), _mm512_set1_epi32(0x01010101)),
        _mm512_set1_epi32(0x03020100));
    __m512i bytes = _mm512_permutexvar_epi8(index, _mm512_loadu_si512(in + (start >> 3)));
    return _mm512_and_si512(_mm512_srlv_epi32(bytes, _mm512_and_si512(bit, _mm512_set1_epi32(7))),
                            mask);
}

static inline __m128i quarter(__m512i v, unsigned j)
{
    switch (j) {
    case 0:
        return _mm512_castsi512_si128(v);
    case 1:
        return _mm512_extracti32x4_epi32(v, 1);
    case 2:
        return _mm512_extracti32x4_epi32(v, 2);
    default:
        return _mm512_extracti32x4_epi32(v, 3);
    }
}

static size_t ef_decode(uint32_t *out, const struct ef *list, uint64_t high_bit, uint32_t rank,
                        uint32_t max, uint32_t to)
{
    size_t n = 0;
    uint64_t at = high_bit & ~63ull;
    unsigned width = list->low_bits;
    if (max == 0 || at >= list->high_bits)
        return 0;
    uint64_t word = ef_word(list, at) & ~0ull << (high_bit & 63);
    const __m512i bytes = iota_bytes(), iota = iota_words();
    const __m512i mask = _mm512_set1_epi32((int)((1ull << width) - 1));
    const __m512i steps = _mm512_mullo_epi32(iota, _mm512_set1_epi32((int)width));
    const __m128i shift = _mm_cvtsi32_si128((int)width);
    for (;;) {
        unsigned k = (unsigned)__builtin_popcountll(word);
        __m512i positions = _mm512_maskz_compress_epi8(word, bytes);
        for (unsigned j = 0; j < k; j += 16) {
            uint64_t i = rank + n + j;
            __m512i bucket = _mm512_add_epi32(
                _mm512_sub_epi32(_mm512_cvtepu8_epi32(quarter(positions, j / 16)), iota),
                _mm512_set1_epi32((int)((uint32_t)at - (uint32_t)i)));
            __m512i low = packed_16(list->low, width, i, steps, mask);
            _mm512_storeu_si512(out + n + j, _mm512_or_si512(_mm512_sll_epi32(bucket, shift), low));
        }
        n += k;
        if (n >= max) {
            n = max;
            break;
        }
        at += 64;
        if ((n && out[n - 1] >= to) || at >= list->high_bits)
            break;
        word = ef_word(list, at);
    }
    while (n && out[n - 1] >= to)
        n--;
    return n;
}

static uint32_t ef_rank(const struct ef *list, uint64_t high_bit, uint32_t rank, uint32_t target,
                        int *present)
{
    return ef_rank_body(list, high_bit, rank, target, present);
}

/* Eight fields of `bits` bits, one to a byte, four times. */
static inline __m256i spread_32(const uint8_t *in, uint64_t at, uint64_t bits, uint64_t mask)
{
    return _mm256_set_epi64x((long long)_pdep_u64(load_bits(in, at + 24 * bits), mask),
                             (long long)_pdep_u64(load_bits(in, at + 16 * bits), mask),
                             (long long)_pdep_u64(load_bits(in, at + 8 * bits), mask),
                             (long long)_pdep_u64(load_bits(in, at), mask));
}

static uint32_t codes_decode(uint8_t *out, const uint8_t *codes, unsigned bits, uint32_t from,
                             uint32_t count, uint8_t base, const uint8_t *nibbles, uint32_t escape)
{
    uint64_t top = (1u << bits) - 1, mask = 0x0101010101010101u * top;
    const __m256i tops = _mm256_set1_epi8((char)top), bases = _mm256_set1_epi8((char)base);
    for (uint32_t i = 0; i < count; i += 32) {
        __m256i v = spread_32(codes, (uint64_t)(from + i) * bits, bits, mask);
        __mmask32 escapes = _mm256_cmpeq_epi8_mask(v, tops);
        if (count - i < 32)
            escapes &= (1u << (count - i)) - 1;
        if (escapes) {
            __m256i extra = spread_32(nibbles, (uint64_t)escape * 4, 4, 0x0f0f0f0f0f0f0f0fu);
            v = _mm256_add_epi8(v, _mm256_maskz_expand_epi8(escapes, extra));
            escape += (uint32_t)__builtin_popcount(escapes);
        }
        _mm256_storeu_si256((__m256i *)(void *)(out + i), _mm256_add_epi8(v, bases));
    }
    return escape;
}

static uint32_t codes_escapes(const uint8_t *codes, unsigned bits, uint32_t from, uint32_t count)
{
    return codes_escapes_body(codes, bits, from, count);
}

static size_t bits_list(uint32_t *out, const uint64_t *words, size_t count, uint32_t base)
{
    size_t n = 0;
    const __m512i bytes = iota_bytes();
    for (size_t i = 0; i < count; i++, base += 64) {
        uint64_t word = words[i];
        unsigned k = (unsigned)__builtin_popcountll(word);
        __m512i positions = _mm512_maskz_compress_epi8(word, bytes);
        for (unsigned j = 0; j < k; j += 16)
            _mm512_storeu_si512(out + n + j,
                                _mm512_add_epi32(_mm512_cvtepu8_epi32(quarter(positions, j / 16)),
                                                 _mm512_set1_epi32((int)base)));
        n += k;
    }
    return n;
}

static uint32_t bits_count(const uint64_t *words, uint32_t from, uint32_t to)
{
    return bits_count_body(words, from, to);
}

static unsigned keys_below(const uint8_t *keys, uint64_t key)
{
    const __m512i k = _mm512_set1_epi64((long long)key);
    __mmask8 a = _mm512_cmplt_epu64_mask(_mm512_loadu_si512(keys), k);
    __mmask8 b = _mm512_cmplt_epu64_mask(_mm512_loadu_si512(keys + 64), k);
    return (unsigned)__builtin_popcount((unsigned)a | (unsigned)b << 8);
}

static void unpack(uint32_t *out, const uint8_t *in, unsigned width, size_t from, size_t count)
{
    size_t i = 0;
    uint64_t mask = (1ull << width) - 1;
    if (width <= 25) {
        __m512i m = _mm512_set1_epi32((int)mask);
        __m512i steps = _mm512_mullo_epi32(iota_words(), _mm512_set1_epi32((int)width));
        for (; i + 16 <= count; i += 16)
            _mm512_storeu_si512(out + i, packed_16(in, width, from + i, steps, m));
    }
    for (; i < count; i++)
        out[i] = (uint32_t)(load_bits(in, (uint64_t)(from + i) * width) & mask);
}

const struct kernels kernels_avx512 = {
    .name = "avx512",
    .ef_decode = ef_decode,
    .ef_rank = ef_rank,
    .codes_decode = codes_decode,
    .codes_escapes = codes_escapes,
    .bits_list = bits_list,
    .bits_count = bits_count,
    .keys_below = keys_below,
    .unpack = unpack,
};
