/* The draw as a pure function: the order of a list for a seed. README defines every byte of it, so
 * that anybody can repeat it. */
#ifndef PANEL_LOT_H
#define PANEL_LOT_H
#include "base/arena.h"
#include "crypto/hash.h"

#define LOT_VALUE_LEN 32 /* bytes of each officer's value */

/* SHA-256(s ‖ t ‖ root): the values of both officers, the root of the head. */
struct digest lot_seed(const uint8_t s[LOT_VALUE_LEN], const uint8_t t[LOT_VALUE_LEN],
                       const struct digest *root);

/* Numbers that follow from a seed and a label, each of 64 bits. */
struct lot {
    struct digest seed;
    struct str label; /* borrowed */
    struct hasher *hasher;
    uint64_t block;
    struct digest words; /* four numbers */
    int used;
};
void lot_begin(struct lot *l, const struct digest *seed, struct str label);
void lot_end(struct lot *l);
/* Each of 0 … n−1 equally likely; n > 0. */
uint64_t lot_below(struct lot *l, uint64_t n);

/* The numbers 0 … n−1 in the order of the seed and the label. */
size_t *lot_order(const struct digest *seed, struct str label, size_t n, struct arena *a);
#endif
