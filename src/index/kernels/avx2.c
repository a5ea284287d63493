/* AVX2 twins. Low bits come by a gather of 8 unaligned words and a variable
 * shift; positions of set bits and frequency codes by pdep and byte tables of
 * the scalar unit would be no faster, so set bits are walked with tzcnt. */
#include "index/kernels/shared.h"
#include <immintrin.h>

/* Low parts of 8 numbers from index i on; low_bits ≤ 25. */
static inline __m256i low_parts(const uint8_t *low, uint32_t low_bits, uint64_t i, __m256i mask)
{
    uint64_t start = i * low_bits;
    __m256i bit = _mm256_add_epi32(_mm256_mullo_epi32(_mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7),
                                                      _mm256_set1_epi32((int)low_bits)),
                                   _mm256_set1_epi32((int)(start & 7)));
    __m256i words = _mm256_i32gather_epi32((const int *)(const void *)(low + (start >> 3)),
                                           _mm256_srli_epi32(bit, 3), 1);
    return _mm256_and_si256(_mm256_srlv_epi32(words, _mm256_and_si256(bit, _mm256_set1_epi32(7))),
                            mask);
}

static size_t ef_decode(uint32_t *out, const struct ef *list, uint64_t high_bit, uint32_t rank,
                        uint32_t max, uint32_t to)
{
    size_t n = 0;
    uint64_t at = high_bit & ~63ull;
    if (max == 0 || at >= list->high_bits)
        return 0;
    uint64_t word = ef_word(list, at) & ~0ull << (high_bit & 63);
    __m256i mask = _mm256_set1_epi32((int)((1ull << list->low_bits) - 1));
    for (;;) {
        /* Buckets of this word's numbers first, then their low parts, 8 at a time. */
        size_t first = n;
        uint32_t base = (uint32_t)at - rank;
        for (uint64_t w = word; w; w &= w - 1, n++)
            out[n] = base - (uint32_t)n + (uint32_t)__builtin_ctzll(w);
        for (size_t i = first; i < n; i += 8) {
            __m256i *p = (__m256i *)(void *)(out + i);
            __m256i v =
                _mm256_sll_epi32(_mm256_loadu_si256(p), _mm_cvtsi32_si128((int)list->low_bits));
            _mm256_storeu_si256(
                p, _mm256_or_si256(v, low_parts(list->low, list->low_bits, rank + i, mask)));
        }
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

static uint32_t codes_decode(uint8_t *out, const uint8_t *codes, unsigned bits, uint32_t from,
                             uint32_t count, uint8_t base, const uint8_t *nibbles, uint32_t escape)
{
    uint64_t top = (1u << bits) - 1, spread = 0x0101010101010101u * top;
    const __m256i tops = _mm256_set1_epi8((char)top), bases = _mm256_set1_epi8((char)base);
    for (uint32_t i = 0; i < count; i += 32) {
        uint64_t eight[4];
        for (unsigned j = 0; j < 4; j++)
            eight[j] = _pdep_u64(load_bits(codes, (uint64_t)(from + i + 8 * j) * bits), spread);
        __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)eight);
        uint32_t escapes = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, tops));
        _mm256_storeu_si256((__m256i *)(void *)(out + i), _mm256_add_epi8(v, bases));
        if (count - i < 32)
            escapes &= (1u << (count - i)) - 1;
        for (; escapes; escapes &= escapes - 1) {
            uint8_t *p = out + i + __builtin_ctz(escapes);
            *p = (uint8_t)(*p + nibble_at(nibbles, escape++));
        }
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
    /* The comparison is signed: move both ranges by half. */
    const __m256i half = _mm256_set1_epi64x(INT64_MIN);
    const __m256i k = _mm256_xor_si256(_mm256_set1_epi64x((long long)key), half);
    unsigned n = 0;
    for (size_t i = 0; i < 4; i++) {
        __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)(keys + 32 * i));
        __m256i below = _mm256_cmpgt_epi64(k, _mm256_xor_si256(v, half));
        n += (unsigned)__builtin_popcount((unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(below)));
    }
    return n;
}

static void unpack(uint32_t *out, const uint8_t *in, unsigned width, size_t from, size_t count)
{
    size_t i = 0;
    uint64_t mask = (1ull << width) - 1;
    if (width <= 25) {
        __m256i m = _mm256_set1_epi32((int)mask);
        for (; i + 8 <= count; i += 8)
            _mm256_storeu_si256((__m256i *)(void *)(out + i), low_parts(in, width, from + i, m));
    }
    for (; i < count; i++)
        out[i] = (uint32_t)(load_bits(in, (uint64_t)(from + i) * width) & mask);
}

const struct kernels kernels_avx2 = {
    .name = "avx2",
    .ef_decode = ef_decode,
    .ef_rank = ef_rank,
    .codes_decode = codes_decode,
    .codes_escapes = codes_escapes,
    .bits_list = bits_list,
    .bits_count = bits_count,
    .keys_below = keys_below,
    .unpack = unpack,
};
