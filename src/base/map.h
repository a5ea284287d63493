/* Hash map from byte strings to uint64_t, open addressing with linear probing;
 * keys are copied. Hashes are seeded per map and with a secret of the process,
 * so that keys chosen by a stranger cannot pile up in one place. Values are the
 * caller's: an index, a count, a flag. */
#ifndef BASE_MAP_H
#define BASE_MAP_H
#include "base/str.h"

struct map;

struct map *map_new(uint64_t seed);
void map_free(struct map *m); /* accepts NULL */
struct arena;
struct map *map_in(struct arena *a); /* freed with the arena */

/* Where the key's value lives; NULL when absent. Valid until the next put. */
uint64_t *map_get(const struct map *m, struct str key);

/* As map_get, but a missing key is added with value 0 and *added set. */
uint64_t *map_put(struct map *m, struct str key, bool *added);

size_t map_count(const struct map *m);

/* 64-bit hash of bytes; not for adversaries who can see its output. */
uint64_t hash_bytes(struct str s, uint64_t seed);
/* A seed that nobody outside of this process knows: whoever chooses the texts cannot choose them
 * so that all fall together. */
uint64_t hash_secret(void);
#endif
