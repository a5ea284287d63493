/* One list of postings → bytes. The reader of these bytes is postings.c. */
#ifndef INDEX_ENCODE_H
#define INDEX_ENCODE_H
#include "base/buf.h"
#include <stdint.h>

/* Elias-Fano list with frequency codes ("PACKED"). count ≥ 1, docs rising below
 * `universe`. Appends to `out`. */
void encode_packed(struct buf *out, const uint32_t *docs, const uint8_t *freqs, uint32_t count,
                   uint32_t universe);

/* Presence bits, codes and the heavy list ("BITMAP"); begins 64-byte aligned. */
void encode_bitmap(struct buf *out, const uint32_t *docs, const uint8_t *freqs, uint32_t count,
                   uint32_t universe);

/* Low bits of an Elias-Fano list of `count` numbers below `universe`. */
unsigned ef_low_bits(uint64_t universe, uint32_t count);
/* Length of its high part in bits. */
uint64_t ef_high_bits(uint64_t universe, uint32_t count, unsigned low_bits);
/* Writes both parts, byte-aligned; numbers do not fall. */
void encode_ef(struct buf *out, const uint32_t *numbers, uint32_t count, uint64_t universe);

/* Numbers of `width` (0..64) bits in a row, behind one another. */
void encode_packed_u32(struct buf *out, const uint32_t *numbers, size_t count, unsigned width);
void encode_packed_u64(struct buf *out, const uint64_t *numbers, size_t count, unsigned width,
                       uint64_t minus);
#endif
