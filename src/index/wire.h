/* Little-endian integers and varints in byte strings: the small change of every
 * file of this folder. Loads are unaligned and may be used on any host of the
 * product (x86-64 and AArch64, both little-endian: asserted here). */
#ifndef INDEX_WIRE_H
#define INDEX_WIRE_H
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "files are little-endian");

static inline uint32_t load_u32(const uint8_t *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof(v));
    return v;
}

static inline uint64_t load_u64(const uint8_t *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof(v));
    return v;
}

static inline void store_u32(uint8_t *p, uint32_t v)
{
    memcpy(p, &v, sizeof(v));
}

static inline void store_u64(uint8_t *p, uint64_t v)
{
    memcpy(p, &v, sizeof(v));
}

/* The 57 or more bits from bit `at` on, in the low end of the result. Reads 8
 * bytes: callers' buffers have WIRE_SLACK readable bytes behind their end. */
static inline uint64_t load_bits(const uint8_t *p, uint64_t at)
{
    return load_u64(p + (at >> 3)) >> (at & 7);
}

/* All 64 bits from bit `at` on; reads 9 bytes. */
static inline uint64_t load_bits64(const uint8_t *p, uint64_t at)
{
    unsigned shift = (unsigned)(at & 7); /* in two steps below: it may be 0 */
    return load_u64(p + (at >> 3)) >> shift | (uint64_t)p[(at >> 3) + 8] << (63 - shift) << 1;
}

/* Bytes behind a list that kernels may read (never use): a segment file ends
 * with more than that, buffers are allocated with it. */
#define WIRE_SLACK 64

/* Seven bits a byte, low ones first; at most 10 bytes. */
#define VARINT_MAX 10

static inline uint8_t *varint_put(uint8_t *p, uint64_t v)
{
    while (v >= 0x80) {
        *p++ = (uint8_t)(v | 0x80);
        v >>= 7;
    }
    *p++ = (uint8_t)v;
    return p;
}

/* Byte after the varint; NULL when it is cut off or longer than 64 bits. */
static inline const uint8_t *varint_get(const uint8_t *p, const uint8_t *end, uint64_t *v)
{
    uint64_t x = 0;
    if (p < end && *p < 0x80) { /* nearly all */
        *v = *p;
        return p + 1;
    }
    for (unsigned shift = 0; p < end && shift < 64; shift += 7) {
        uint8_t b = *p++;
        x |= (uint64_t)(b & 0x7f) << shift;
        if (b < 0x80) {
            *v = x;
            return p;
        }
    }
    return NULL;
}

static inline uint64_t round_up(uint64_t v, uint64_t to)
{
    return (v + to - 1) / to * to;
}

/* Bits needed for values 0 … v. */
static inline unsigned bits_for(uint64_t v)
{
    return v ? 64u - (unsigned)__builtin_clzll(v) : 0u;
}
#endif
