/* Writing lists; postings.c reads them and FORMAT.md draws them. Lists are
 * Elias-Fano (PACKED) or presence bits (BITMAP), with frequencies as codes by rank
 * apart from the numbers: a matcher skips by number and looks up few frequencies.
 * Gaps in blocks, the usual choice, would decode a block for each look-up. */
#include "index/encode.h"
#include "base/mem.h"
#include "index/segment_priv.h"

/* `len` zeroed bytes at the end, with slack behind them for whole-word writes. */
static uint8_t *grow(struct buf *out, uint64_t len)
{
    uint8_t *p = (uint8_t *)buf_reserve(out, len + WIRE_SLACK);
    if (!p)
        return NULL;
    memset(p, 0, len + WIRE_SLACK);
    out->len += len;
    return p;
}

static void put_bits(uint8_t *p, uint64_t at, uint64_t v, unsigned width)
{
    unsigned shift = (unsigned)(at & 7);
    uint8_t *q = p + (at >> 3);
    store_u64(q, load_u64(q) | v << shift);
    if (shift + width > 64)
        q[8] |= (uint8_t)(v >> (64 - shift));
}

static void put_varint(struct buf *out, uint64_t v)
{
    uint8_t b[VARINT_MAX];
    buf_add(out, (struct str){(const char *)b, (size_t)(varint_put(b, v) - b)});
}

unsigned ef_low_bits(uint64_t universe, uint32_t count)
{
    uint64_t ratio = count ? universe / count : 0;
    unsigned bits = ratio ? bits_for(ratio) - 1 : 0;
    return bits > 24 ? 24 : bits;
}

uint64_t ef_high_bits(uint64_t universe, uint32_t count, unsigned low_bits)
{
    return count + ((universe ? universe - 1 : 0) >> low_bits) + 1;
}

void encode_ef(struct buf *out, const uint32_t *numbers, uint32_t count, uint64_t universe)
{
    unsigned low_bits = ef_low_bits(universe, count);
    uint64_t low_len = ((uint64_t)count * low_bits + 7) / 8;
    uint64_t high_len = (ef_high_bits(universe, count, low_bits) + 7) / 8;
    uint8_t *low = grow(out, low_len + high_len);
    if (!low)
        return;
    uint8_t *high = low + low_len;
    uint64_t mask = (1ull << low_bits) - 1, at = 0;
    /* Low bits first: their whole-word writes may touch zeroed bytes of `high`. */
    for (uint32_t i = 0; i < count; i++, at += low_bits)
        put_bits(low, at, numbers[i] & mask, low_bits);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t bit = (uint64_t)(numbers[i] >> low_bits) + i;
        high[bit >> 3] |= (uint8_t)(1u << (bit & 7));
    }
}

void encode_packed_u32(struct buf *out, const uint32_t *numbers, size_t count, unsigned width)
{
    uint8_t *p = grow(out, ((uint64_t)count * width + 7) / 8);
    for (size_t i = 0; p && i < count; i++)
        put_bits(p, (uint64_t)i * width, numbers[i], width);
}

void encode_packed_u64(struct buf *out, const uint64_t *numbers, size_t count, unsigned width,
                       uint64_t minus)
{
    uint8_t *p = grow(out, ((uint64_t)count * width + 7) / 8);
    for (size_t i = 0; p && width && i < count; i++)
        put_bits(p, (uint64_t)i * width, numbers[i] - minus, width);
}

/* How a list keeps its frequencies. */
struct coding {
    uint8_t index, bits, base;
    uint32_t escapes, bigs;
};

static const uint8_t code_widths[5] = {0, 1, 2, 4, 8};

static struct coding coding_choose(const uint8_t *freqs, uint32_t count)
{
    uint8_t least = 255, most = 0;
    for (uint32_t i = 0; i < count; i++) {
        least = freqs[i] < least ? freqs[i] : least;
        most = freqs[i] > most ? freqs[i] : most;
    }
    struct coding best = {.base = least > 0};
    if (least == most)
        return best;
    uint32_t seen[256] = {0};
    for (uint32_t i = 0; i < count; i++)
        seen[freqs[i]]++;
    uint64_t best_cost = UINT64_MAX;
    for (uint8_t index = 1; index < 5; index++) {
        struct coding c = {.index = index, .bits = code_widths[index], .base = best.base};
        uint32_t top = (1u << c.bits) - 1;
        for (uint32_t f = c.base + top; c.bits < 8 && f <= most; f++) {
            c.escapes += seen[f];
            c.bigs += f - c.base - top >= 15 ? seen[f] : 0;
        }
        uint64_t cost =
            (uint64_t)count * c.bits + 4ull * c.escapes + 40ull * c.bigs + (c.bits < 8 ? 16 : 0);
        if (cost < best_cost) {
            best_cost = cost;
            best = c;
        }
    }
    return best;
}

static bool is_escape(const struct coding *c, uint8_t freq)
{
    return c->bits && c->bits < 8 && freq - c->base >= (1 << c->bits) - 1;
}

/* Codes, nibbles of the escapes, and those that no nibble holds. */
static void encode_freqs(struct buf *out, const struct coding *c, const uint8_t *freqs,
                         uint32_t count)
{
    if (c->bits == 0)
        return;
    if (c->bits == 8) {
        buf_add(out, (struct str){(const char *)freqs, count});
        return;
    }
    uint8_t top = (uint8_t)((1u << c->bits) - 1);
    uint8_t *codes = grow(out, ((uint64_t)count * c->bits + 7) / 8);
    for (uint32_t i = 0; codes && i < count; i++) {
        uint8_t v = (uint8_t)(freqs[i] - c->base);
        uint64_t at = (uint64_t)i * c->bits;
        codes[at >> 3] |= (uint8_t)((v < top ? v : top) << (at & 7));
    }
    uint8_t *nibbles = grow(out, (c->escapes + 1) / 2);
    uint32_t escape = 0;
    for (uint32_t i = 0; nibbles && i < count; i++) {
        if (!is_escape(c, freqs[i]))
            continue;
        uint8_t v = (uint8_t)(freqs[i] - c->base - top);
        nibbles[escape >> 1] |= (uint8_t)((v < 15 ? v : 15) << ((escape & 1) * 4));
        escape++;
    }
    uint8_t *big = grow(out, 5ull * c->bigs);
    escape = 0;
    for (uint32_t i = 0; big && c->bigs && i < count; i++) {
        if (!is_escape(c, freqs[i]))
            continue;
        if (freqs[i] - c->base - top >= 15) {
            store_u32(big, escape);
            big[4] = freqs[i];
            big += 5;
        }
        escape++;
    }
}

/* Ranks, escape ranks and largest frequency at every stride of documents. */
static void encode_directory(struct buf *out, const struct coding *c, const uint32_t *docs,
                             const uint8_t *freqs, uint32_t count, uint32_t universe,
                             unsigned stride_log2)
{
    uint64_t entries = ((uint64_t)universe + (1ull << stride_log2) - 1) >> stride_log2;
    uint64_t len = entries * 4 + (c->escapes ? entries * 4 : 0) + (c->bits ? entries : 0);
    uint8_t *ranks = grow(out, len);
    if (!ranks)
        return;
    uint8_t *escape_ranks = ranks + entries * 4;
    uint8_t *maxima = escape_ranks + (c->escapes ? entries * 4 : 0);
    uint32_t i = 0, escapes = 0;
    for (uint64_t k = 0; k < entries; k++) {
        uint64_t end = (k + 1) << stride_log2;
        uint8_t most = 0;
        store_u32(ranks + 4 * k, i);
        if (c->escapes)
            store_u32(escape_ranks + 4 * k, escapes);
        for (; i < count && docs[i] < end; i++) {
            most = freqs[i] > most ? freqs[i] : most;
            escapes += is_escape(c, freqs[i]);
        }
        if (c->bits)
            maxima[k] = most;
    }
}

static void encode_head(struct buf *out, const struct coding *c, bool directory)
{
    buf_addc(out,
             (char)(c->index | (c->base ? LIST_BASE_ONE : 0) | (directory ? LIST_DIRECTORY : 0)));
    if (c->bits && c->bits < 8) {
        put_varint(out, c->escapes);
        put_varint(out, c->bigs);
    }
}

void encode_packed(struct buf *out, const uint32_t *docs, const uint8_t *freqs, uint32_t count,
                   uint32_t universe)
{
    struct coding c = coding_choose(freqs, count);
    bool directory = count >= DIRECTORY_COUNT_MIN;
    encode_head(out, &c, directory);
    if (directory) {
        unsigned stride = bits_for(((uint64_t)universe << DIRECTORY_POSTINGS_LOG2) / count);
        stride = stride > 27 ? 27 : stride < 9 ? 9 : stride;
        buf_addc(out, (char)stride);
        encode_directory(out, &c, docs, freqs, count, universe, stride);
    }
    encode_ef(out, docs, count, universe);
    encode_freqs(out, &c, freqs, count);
}

/* The smallest threshold above which few postings remain: one in 32. */
static uint32_t heavy_threshold(const uint8_t *freqs, uint32_t count, uint32_t *heavy)
{
    uint32_t seen[256] = {0}, above = count, t = 0;
    for (uint32_t i = 0; i < count; i++)
        seen[freqs[i]]++;
    above -= seen[0];
    do {
        t++;
        above -= seen[t];
    } while ((t < 2 || above > count / 32) && t < FREQ_MAX);
    *heavy = above;
    return t;
}

void encode_bitmap(struct buf *out, const uint32_t *docs, const uint8_t *freqs, uint32_t count,
                   uint32_t universe)
{
    uint8_t *bits = grow(out, round_up(universe, 512) / 8);
    for (uint32_t i = 0; bits && i < count; i++)
        bits[docs[i] >> 3] |= (uint8_t)(1u << (docs[i] & 7));

    struct coding c = coding_choose(freqs, count);
    encode_head(out, &c, true);
    encode_directory(out, &c, docs, freqs, count, universe, BITMAP_STRIDE_LOG2);
    encode_freqs(out, &c, freqs, count);

    uint32_t heavy, above = heavy_threshold(freqs, count, &heavy);
    buf_addc(out, (char)above);
    put_varint(out, heavy);
    if (heavy == 0)
        return;
    uint32_t *heavy_docs = mem_array(heavy, sizeof(*heavy_docs));
    uint8_t *heavy_freqs = mem_array(heavy, 1);
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (freqs[i] > above) {
            heavy_docs[n] = docs[i];
            heavy_freqs[n++] = freqs[i];
        }
    }
    encode_packed(out, heavy_docs, heavy_freqs, heavy, universe);
    free(heavy_docs);
    free(heavy_freqs);
}
