/* Kernels of the query side: what runs over every document of a segment.
 *
 * scan_scalar.c is the definition; the others give the same bytes. One of them
 * is picked per search by what the processor can do; the environment variable
 * INDEX_ISA (scalar, avx2, avx512) forces a lesser one. */
#ifndef INDEX_KERNELS_SCAN_H
#define INDEX_KERNELS_SCAN_H
#include <stddef.h>
#include <stdint.h>

#define TILE_DOCS 512 /* documents that are bounded together; 8 bitmap words */
#define TILE_WORDS (TILE_DOCS / 64)
#define TILE_LANES 32 /* lane j holds the maximum over documents j, j+32, j+64 … of a tile */

#define TILE_LISTS 48u /* lists of a group at most: rounding costs as many of its 255 steps */

/* A group's lists by the bits of their weights, for kernels that add bit by bit. */
struct tile_planes {
    uint8_t counts[8];             /* lists whose weight has bit b */
    uint8_t lists[8 * TILE_LISTS]; /* their numbers in the group, those of bit 0 first */
};

/* Lists known by presence bits only. A document's sum is factor · Σ weights of
 * the lists that hold it; the weights of one group sum to at most 255. */
struct tile_group {
    const uint64_t *const *bits; /* per list: its bitmap from document 0 on */
    const uint8_t *weights;
    size_t count;
    uint16_t factor;                  /* 1..257: 255 of it is below 2^16 */
    const struct tile_planes *planes; /* by tile_planes_make, or NULL */
};

void tile_planes_make(struct tile_planes *out, const uint8_t *weights, size_t count);

struct scan_kernels {
    const char *name;
    /* For the 512 documents from 64·word on: add the groups' sums to acc
     * (saturating), then zero the documents whose bit in allow[8] is clear
     * (NULL: none), write the lane maxima and return the largest. */
    uint16_t (*tile)(uint16_t *acc, uint16_t *lanes, const struct tile_group *groups,
                     size_t group_count, size_t word, const uint64_t *allow);
    /* Set bit d of words for every d < count with low ≤ values[d] ≤ high; other
     * bits stay as they are. */
    void (*range_bits)(uint64_t *words, const uint32_t *values, uint32_t count, uint32_t low,
                       uint32_t high);
    /* How many bits of the words are set. */
    uint64_t (*count_bits)(const uint64_t *words, size_t count);
    /* How many of the n rising numbers are < limit. */
    size_t (*count_less)(const uint32_t *numbers, size_t n, uint32_t limit);
    size_t planes_from; /* groups of so many lists are faster with planes */
};

/* The best of this machine. */
const struct scan_kernels *scan_kernels(void);

/* All that this machine can run, ending with NULL: for tests. */
const struct scan_kernels *const *scan_kernels_all(void);

extern const struct scan_kernels scan_scalar;
#if defined(__x86_64__)
extern const struct scan_kernels scan_avx2, scan_avx512;
#endif
#endif
