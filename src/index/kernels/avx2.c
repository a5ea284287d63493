/* AVX2 twins. Set bits become positions, and escapes find their nibbles, by
 * tables of the 256 bytes; 8 packed numbers come by two 16-byte loads, one byte
 * shuffle and a variable shift. No loop uses pdep or gathers: many processors
 * that have them are slow at them. */
#include "index/kernels/shared.h"
#include <immintrin.h>

/* Eight bytes for each byte m. */
#define BITS_BELOW(m, j) ((uint64_t)__builtin_popcount((m) & ((1u << (j)) - 1)))
#define EIGHT(F, m)                                                                                \
    (F(m, 0) | F(m, 1) << 8 | F(m, 2) << 16 | F(m, 3) << 24 | F(m, 4) << 32 | F(m, 5) << 40 |      \
     F(m, 6) << 48 | F(m, 7) << 56)
#define FOUR(F, m) EIGHT(F, m), EIGHT(F, (m) + 1), EIGHT(F, (m) + 2), EIGHT(F, (m) + 3)
#define SIXTEEN(F, m) FOUR(F, m), FOUR(F, (m) + 4), FOUR(F, (m) + 8), FOUR(F, (m) + 12)
#define QUARTER(F, m)                                                                              \
    SIXTEEN(F, m), SIXTEEN(F, (m) + 16), SIXTEEN(F, (m) + 32), SIXTEEN(F, (m) + 48)
#define BYTE_TABLE(F)                                                                              \
    {                                                                                              \
        QUARTER(F, 0), QUARTER(F, 64), QUARTER(F, 128), QUARTER(F, 192)                            \
    }

/* Byte i: where set bit number i of m stands; 0 where m has fewer. */
#define REACHES(m, i, j) (uint64_t)(BITS_BELOW(m, j) <= (i))
#define POSITION(m, i)                                                                             \
    ((REACHES(m, i, 1) + REACHES(m, i, 2) + REACHES(m, i, 3) + REACHES(m, i, 4) +                  \
      REACHES(m, i, 5) + REACHES(m, i, 6) + REACHES(m, i, 7) + REACHES(m, i, 8)) &                 \
     7)
static const uint64_t byte_positions[256] = BYTE_TABLE(POSITION);

/* Byte j: how many set bits of m stand below bit j; 0x80 where bit j is clear. */
#define RANK(m, j) ((m) >> (j)&1 ? BITS_BELOW(m, j) : 0x80)
static const uint64_t byte_ranks[256] = BYTE_TABLE(RANK);

/* Reads numbers of `width` ≤ 25 bits, eight at a time. Eight numbers take `width`
 * bytes, so that all eights begin at the same bit of a byte. */
struct packed {
    const uint8_t *in;
    unsigned width, second; /* bytes from number 0 to number 4 */
    __m256i bytes, shifts, mask;
};

static inline struct packed packed_from(const uint8_t *in, unsigned width, uint64_t i)
{
    const __m256i spread = _mm256_setr_epi8(0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12, 0,
                                            0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12);
    uint64_t start = i * width;
    int w = (int)width, low = (int)(start & 7), high = low + 4 * w;
    struct packed p = {.in = in + (start >> 3), .width = width, .second = (unsigned)high >> 3};
    __m256i bit = _mm256_setr_epi32(low, low + w, low + 2 * w, low + 3 * w, high & 7,
                                    (high & 7) + w, (high & 7) + 2 * w, (high & 7) + 3 * w);
    p.bytes = _mm256_add_epi8(_mm256_shuffle_epi8(_mm256_srli_epi32(bit, 3), spread),
                              _mm256_set1_epi32(0x03020100));
    p.shifts = _mm256_and_si256(bit, _mm256_set1_epi32(7));
    p.mask = _mm256_set1_epi32((int)((1ull << width) - 1));
    return p;
}

static inline __m256i packed_next(struct packed *p)
{
    __m128i first = _mm_loadu_si128((const __m128i *)(const void *)p->in);
    __m128i second = _mm_loadu_si128((const __m128i *)(const void *)(p->in + p->second));
    __m256i v = _mm256_inserti128_si256(_mm256_castsi128_si256(first), second, 1);
    p->in += p->width;
    return _mm256_and_si256(_mm256_srlv_epi32(_mm256_shuffle_epi8(v, p->bytes), p->shifts),
                            p->mask);
}

#define EF_WORDS 4 /* decoded together: positions in them fit into a byte */

/* Positions of the set bits of a word, plus `base`, to `out`; returns how many.
 * May write all 64 bytes. */
static inline size_t word_positions(uint8_t *out, uint64_t word, uint64_t base)
{
    size_t n = 0;
    for (unsigned i = 0; i < 8; i++, word >>= 8) {
        store_u64(out + n, byte_positions[word & 255] + (base + 8 * i) * 0x0101010101010101u);
        n += (unsigned)__builtin_popcountll(word & 255);
    }
    return n;
}

static size_t ef_decode(uint32_t *out, const struct ef *list, uint64_t high_bit, uint32_t rank,
                        uint32_t max, uint32_t to)
{
    const __m128i shift = _mm_cvtsi32_si128((int)list->low_bits);
    const __m256i iota = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    uint64_t at = high_bit & ~63ull, mask = ~0ull << (high_bit & 63);
    size_t n = 0;
    while (n < max && at < list->high_bits && !(n && out[n - 1] >= to)) {
        uint8_t positions[64 * EF_WORDS];
        uint32_t first = (uint32_t)at - rank - (uint32_t)n;
        size_t count = 0;
        for (unsigned w = 0; w < EF_WORDS; w++, mask = ~0ull) {
            count += word_positions(positions + count, ef_word(list, at) & mask, 64ull * w);
            at += 64;
            /* No number behind these bits has a bucket below their number of zeros. */
            if (at - rank - n - count > to >> list->low_bits)
                at = list->high_bits;
            if (at >= list->high_bits || n + count >= max)
                break;
        }
        count = count < max - n ? count : max - n;
        struct packed low = packed_from(list->low, list->low_bits, rank + n);
        /* Two more streams a list: the hardware follows them too late. */
        __builtin_prefetch(list->high + at / 8 + 256);
        __builtin_prefetch(low.in + 512);
        __builtin_prefetch(low.in + 576);
        __m256i base = _mm256_sub_epi32(_mm256_set1_epi32((int)first), iota);
        for (size_t i = 0; i < count; i += 8) {
            __m256i bucket =
                _mm256_add_epi32(base, _mm256_cvtepu8_epi32(_mm_loadu_si64(positions + i)));
            _mm256_storeu_si256(
                (__m256i *)(void *)(out + n + i),
                _mm256_or_si256(_mm256_sll_epi32(bucket, shift), packed_next(&low)));
            base = _mm256_sub_epi32(base, _mm256_set1_epi32(8));
            if (i + 8 < count && out[n + i + 7] >= to)
                count = i + 8; /* else hundreds of them could pass the slack */
        }
        n += count;
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

/* 16 fields of 4 bits, one to a byte. */
static inline __m128i nibbles_16(const uint8_t *in, uint64_t i)
{
    const __m128i low = _mm_set1_epi8(15);
    __m128i w = _mm_cvtsi64_si128((long long)load_bits64(in, 4 * i));
    return _mm_unpacklo_epi8(_mm_and_si128(w, low), _mm_and_si128(_mm_srli_epi16(w, 4), low));
}

/* 32 codes from number i on, one to a byte. */
static inline __m256i codes_32(const uint8_t *codes, unsigned bits, uint64_t i)
{
    if (bits == 1) {
        const __m256i take = _mm256_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2,
                                              2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3);
        const __m256i bit = _mm256_set1_epi64x((long long)0x8040201008040201u);
        __m256i w = _mm256_set1_epi32((int)(uint32_t)load_bits(codes, i));
        w = _mm256_and_si256(_mm256_shuffle_epi8(w, take), bit);
        return _mm256_and_si256(_mm256_cmpeq_epi8(w, bit), _mm256_set1_epi8(1));
    }
    if (bits == 4)
        return _mm256_set_m128i(nibbles_16(codes, i + 16), nibbles_16(codes, i));
    const __m128i low = _mm_set1_epi8(3);
    __m128i w = _mm_cvtsi64_si128((long long)load_bits64(codes, 2 * i));
    __m128i x = _mm_unpacklo_epi8(_mm_and_si128(w, low), _mm_and_si128(_mm_srli_epi16(w, 2), low));
    __m128i y = _mm_unpacklo_epi8(_mm_and_si128(_mm_srli_epi16(w, 4), low),
                                  _mm_and_si128(_mm_srli_epi16(w, 6), low));
    return _mm256_set_m128i(_mm_unpackhi_epi16(x, y), _mm_unpacklo_epi16(x, y));
}

/* For each set bit of `escapes` the next nibble from number `from` on, else 0. */
static inline __m128i escaped_16(const uint8_t *nibbles, uint64_t from, uint32_t escapes)
{
    uint64_t first = (unsigned)__builtin_popcount(escapes & 255) * 0x0101010101010101u;
    __m128i ranks = _mm_set_epi64x((long long)(byte_ranks[escapes >> 8] + first),
                                   (long long)byte_ranks[escapes & 255]);
    return _mm_shuffle_epi8(nibbles_16(nibbles, from), ranks);
}

static inline uint32_t codes_body(uint8_t *out, const uint8_t *codes, unsigned bits, uint32_t from,
                                  uint32_t count, uint8_t base, const uint8_t *nibbles,
                                  uint32_t escape)
{
    const __m256i tops = _mm256_set1_epi8((char)((1u << bits) - 1));
    const __m256i bases = _mm256_set1_epi8((char)base);
    for (uint32_t i = 0; i < count; i += 32) {
        __m256i v = codes_32(codes, bits, from + i);
        uint32_t escapes = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, tops));
        if (count - i < 32)
            escapes &= (1u << (count - i)) - 1;
        if (escapes) {
            uint32_t middle = escape + (unsigned)__builtin_popcount(escapes & 0xffff);
            v = _mm256_add_epi8(v, _mm256_set_m128i(escaped_16(nibbles, middle, escapes >> 16),
                                                    escaped_16(nibbles, escape, escapes & 0xffff)));
            escape += (unsigned)__builtin_popcount(escapes);
        }
        _mm256_storeu_si256((__m256i *)(void *)(out + i), _mm256_add_epi8(v, bases));
    }
    return escape;
}

static uint32_t codes_decode(uint8_t *out, const uint8_t *codes, unsigned bits, uint32_t from,
                             uint32_t count, uint8_t base, const uint8_t *nibbles, uint32_t escape)
{
    /* Each width with its own loop. */
    return bits == 1   ? codes_body(out, codes, 1, from, count, base, nibbles, escape)
           : bits == 2 ? codes_body(out, codes, 2, from, count, base, nibbles, escape)
                       : codes_body(out, codes, 4, from, count, base, nibbles, escape);
}

static uint32_t codes_escapes(const uint8_t *codes, unsigned bits, uint32_t from, uint32_t count)
{
    return codes_escapes_body(codes, bits, from, count);
}

/* Eight numbers a round, as most words have no more set bits: the number of rounds is foreseen. */
static size_t bits_list(uint32_t *out, const uint64_t *words, size_t count, uint32_t base)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++, base += 64) {
        uint64_t word = words[i];
        unsigned set = (unsigned)__builtin_popcountll(word);
        for (unsigned from = 0; from < set; from += 8)
            for (unsigned j = 0; j < 8; j++, word &= word - 1)
                out[n + from + j] = base + (uint32_t)_tzcnt_u64(word);
        n += set;
    }
    return n;
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
        struct packed p = packed_from(in, width, from);
        for (; i + 8 <= count; i += 8)
            _mm256_storeu_si256((__m256i *)(void *)(out + i), packed_next(&p));
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
