/* Integers ↔ bytes, as fast as the machine can. A kernel sees numbers and
 * bytes, never a document or a file. scalar.c defines what each does; avx2.c
 * and avx512.c are its twins, compiled with their own flags, and a property
 * test holds them equal. INDEX_ISA=scalar|avx2|avx512 in the environment asks
 * for a lower one than the machine has.
 *
 * Sources have WIRE_SLACK readable bytes behind their end, targets
 * KERNEL_SLACK writable elements. */
#ifndef INDEX_KERNELS_KERNELS_H
#define INDEX_KERNELS_KERNELS_H
#include <stddef.h>
#include <stdint.h>

#define KERNEL_SLACK 64

/* Elias-Fano (Elias 1974, Fano 1971; Vigna, Quasi-succinct indices, 2013):
 * number i of a rising list is stored as its `low_bits` low bits, all in a row
 * in `low`, and a set bit at (number >> low_bits) + i in `high`. */
struct ef {
    const uint8_t *low, *high;
    uint64_t high_bits; /* length of `high`, bits */
    uint32_t low_bits;  /* 0..24 */
    uint32_t count;
};

struct kernels {
    const char *name;

    /* Numbers from index `rank` on, below `to`, at most `max` of them; returns
     * how many. `high_bit` is where to start in `high`: behind the bit of number
     * rank−1, at or before that of number rank. */
    size_t (*ef_decode)(uint32_t *out, const struct ef *list, uint64_t high_bit, uint32_t rank,
                        uint32_t max, uint32_t to);

    /* How many numbers are below `target`, where number `rank` is known to be the
     * first ≥ some start ≤ target and `high_bit` = (start >> low_bits) + rank.
     * *present: target is in the list. */
    uint32_t (*ef_rank)(const struct ef *list, uint64_t high_bit, uint32_t rank, uint32_t target,
                        int *present);

    /* Codes of `bits` (1, 2, 4) bits, number from … from+count−1, plus `base`; the
     * largest code is an escape and stands for itself plus the next nibble of
     * `nibbles` from number `escape` on. Returns the escape number behind. */
    uint32_t (*codes_decode)(uint8_t *out, const uint8_t *codes, unsigned bits, uint32_t from,
                             uint32_t count, uint8_t base, const uint8_t *nibbles, uint32_t escape);

    /* How many of those codes are escapes. */
    uint32_t (*codes_escapes)(const uint8_t *codes, unsigned bits, uint32_t from, uint32_t count);

    /* Numbers of the set bits, plus `base`; returns how many. */
    size_t (*bits_list)(uint32_t *out, const uint64_t *words, size_t count, uint32_t base);

    /* How many of the bits from … to−1 are set. */
    uint32_t (*bits_count)(const uint64_t *words, uint32_t from, uint32_t to);

    /* How many of 16 keys are below `key`. */
    unsigned (*keys_below)(const uint8_t *keys, uint64_t key);

    /* Numbers of `width` (0..32) bits in a row. */
    void (*unpack)(uint32_t *out, const uint8_t *in, unsigned width, size_t from, size_t count);
};

extern const struct kernels kernels_scalar;
#if defined(__x86_64__)
extern const struct kernels kernels_avx2;
extern const struct kernels kernels_avx512;
#endif

/* The best of this machine, chosen at the first call; any thread. */
const struct kernels *kernels_get(void);

/* All that this machine can run, scalar first; for tests. */
size_t kernels_all(const struct kernels *out[3]);
#endif
