/* Counter stream, rejection, Fisher and Yates: nothing here is chosen by anybody once the seed is. */
#include "panel/lot.h"
#include <assert.h>

#define LOT_MARK "zhiyun-draw/1\n" /* another way to draw gets another mark */

static struct bytes digest_bytes(const struct digest *d)
{
    return (struct bytes){d->byte, HASH_LEN};
}

static uint64_t word_at(const uint8_t *p)
{
    uint64_t n = 0;
    for (int i = 0; i < 8; i++)
        n = n << 8 | p[i];
    return n;
}

struct digest lot_seed(const uint8_t s[LOT_VALUE_LEN], const uint8_t t[LOT_VALUE_LEN],
                       const struct digest *root)
{
    struct hasher *h = hasher_new();
    hasher_add(h, (struct bytes){s, LOT_VALUE_LEN});
    hasher_add(h, (struct bytes){t, LOT_VALUE_LEN});
    hasher_add(h, digest_bytes(root));
    struct digest seed = hasher_end(h);
    hasher_free(h);
    return seed;
}

void lot_begin(struct lot *l, const struct digest *seed, struct str label)
{
    *l = (struct lot){.seed = *seed, .label = label, .hasher = hasher_new(), .used = 4};
}

void lot_end(struct lot *l)
{
    hasher_free(l->hasher);
    l->hasher = NULL;
}

static uint64_t next_word(struct lot *l)
{
    uint8_t number[8];
    if (l->used == 4) {
        for (int i = 0; i < 8; i++)
            number[i] = (uint8_t)(l->block >> (56 - 8 * i));
        hasher_begin(l->hasher);
        hasher_add(l->hasher, str_bytes(STR(LOT_MARK)));
        hasher_add(l->hasher, digest_bytes(&l->seed));
        hasher_add(l->hasher, str_bytes(l->label));
        hasher_add(l->hasher, str_bytes((struct str){"\n", 1}));
        hasher_add(l->hasher, (struct bytes){number, sizeof(number)});
        l->words = hasher_end(l->hasher);
        l->block++;
        l->used = 0;
    }
    return word_at(l->words.byte + 8 * l->used++);
}

uint64_t lot_below(struct lot *l, uint64_t n)
{
    uint64_t word;
    assert(n > 0);
    /* 2^64 mod n words at the top would make small numbers likelier: they are passed over. */
    uint64_t over = (UINT64_MAX % n + 1) % n;
    do {
        word = next_word(l);
    } while (word > UINT64_MAX - over);
    return word % n;
}

size_t *lot_order(const struct digest *seed, struct str label, size_t n, struct arena *a)
{
    size_t *order = arena_array(a, n + 1, sizeof(*order));
    struct lot l;
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    lot_begin(&l, seed, label);
    for (size_t i = n; i > 1; i--) {
        size_t j = (size_t)lot_below(&l, i), kept = order[i - 1];
        order[i - 1] = order[j];
        order[j] = kept;
    }
    lot_end(&l);
    return order;
}
