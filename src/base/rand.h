/* Repeatable pseudo-random numbers for tests, demo data and hash seeds
 * (splitmix64). Never for secrets. */
#ifndef BASE_RAND_H
#define BASE_RAND_H
#include <stdint.h>

struct rand {
    uint64_t state;
};

static inline uint64_t rand_u64(struct rand *r)
{
    uint64_t x = (r->state += 0x9e3779b97f4a7c15u);
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/* 0 … bound-1; bound > 0. */
static inline uint32_t rand_below(struct rand *r, uint32_t bound)
{
    return (uint32_t)(((rand_u64(r) >> 32) * (uint64_t)bound) >> 32);
}

#endif
