/* Hash map with linear probing, kept at most three quarters full. The full hash
 * stands beside the key, so that growing never reads keys and a probe compares
 * bytes only when 64 bits agree. There is no removal, hence no tombstones. */
#include "base/map.h"
#include "base/arena.h"
#include "base/mem.h"
#include <stdlib.h>
#include <sys/auxv.h>

struct slot {
    const char *key; /* NULL: free; in the map's arena */
    size_t len;
    uint64_t hash, value;
};

struct map {
    struct slot *slots;
    size_t mask, count;
    uint64_t seed;
    struct arena *keys;
};

#define FIRST_SLOTS 64

/* wyhash's mixing step: 64×64→128 bit multiply, halves folded together
 * (public domain, Wang Yi). */
static uint64_t mix(uint64_t a, uint64_t b)
{
    unsigned __int128 r = (unsigned __int128)a * b;
    return (uint64_t)r ^ (uint64_t)(r >> 64);
}

uint64_t hash_bytes(struct str s, uint64_t seed)
{
    uint64_t h = seed ^ 0xa0761d6478bd642fu, a = 0, b = 0;
    size_t left = s.len;
    const char *p = s.ptr;
    for (; left > 16; p += 16, left -= 16) {
        memcpy(&a, p, 8);
        memcpy(&b, p + 8, 8);
        h = mix(a ^ 0xe7037ed1a0b428dbu, b ^ h);
    }
    a = b = 0;
    if (left > 8)
        memcpy(&b, p + 8, left - 8);
    if (left)
        memcpy(&a, p, left < 8 ? left : 8);
    return mix(h ^ a ^ 0x8ebc6af09c88c6e3u, mix(b ^ 0x589965cc75374cc3u, s.len ^ h));
}

/* Part of the 16 random bytes that the kernel hands to every process: nobody
 * outside can compute which keys collide. */
uint64_t hash_secret(void)
{
    uint64_t secret = 0;
    const void *random = (const void *)getauxval(AT_RANDOM); /* an address, as a number */
    if (random)
        memcpy(&secret, random, sizeof(secret));
    return secret;
}

struct map *map_new(uint64_t seed)
{
    struct map *m = mem_zalloc(sizeof(*m));
    m->slots = mem_array(FIRST_SLOTS, sizeof(*m->slots));
    m->mask = FIRST_SLOTS - 1;
    m->seed = hash_bytes((struct str){(const char *)&seed, sizeof(seed)}, hash_secret());
    m->keys = arena_new();
    return m;
}

void map_free(struct map *m)
{
    if (!m)
        return;
    arena_free(m->keys);
    free(m->slots);
    free(m);
}

static void free_map(void *arg)
{
    map_free(arg);
}

struct map *map_in(struct arena *a)
{
    struct map *m = map_new(1);
    arena_cleanup(a, free_map, m);
    return m;
}

static struct slot *find(const struct map *m, struct str key, uint64_t hash)
{
    for (size_t i = hash & m->mask;; i = (i + 1) & m->mask) {
        struct slot *s = &m->slots[i];
        if (!s->key || (s->hash == hash && str_eq((struct str){s->key, s->len}, key)))
            return s;
    }
}

uint64_t *map_get(const struct map *m, struct str key)
{
    struct slot *s = find(m, key, hash_bytes(key, m->seed));
    return s->key ? &s->value : NULL;
}

static void grow(struct map *m)
{
    struct slot *old = m->slots;
    size_t old_mask = m->mask;
    m->mask = old_mask * 2 + 1;
    m->slots = mem_array(m->mask + 1, sizeof(*m->slots));
    for (size_t i = 0; i <= old_mask; i++) {
        if (!old[i].key)
            continue;
        size_t at = old[i].hash & m->mask;
        while (m->slots[at].key)
            at = (at + 1) & m->mask;
        m->slots[at] = old[i];
    }
    free(old);
}

uint64_t *map_put(struct map *m, struct str key, bool *added)
{
    uint64_t hash = hash_bytes(key, m->seed);
    struct slot *s = find(m, key, hash);
    bool fresh = !s->key;
    if (fresh && (m->count + 1) * 4 > (m->mask + 1) * 3) {
        grow(m);
        s = find(m, key, hash);
    }
    if (fresh) {
        *s = (struct slot){arena_dup(m->keys, key).ptr, key.len, hash, 0};
        m->count++;
    }
    if (added)
        *added = fresh;
    return &s->value;
}

size_t map_count(const struct map *m)
{
    return m->count;
}
