/* Names of a column (search/fields.h: key and name as written) counted by key,
 * shown as one of their spellings. */
#ifndef SEARCH_NAMES_H
#define SEARCH_NAMES_H
#include "base/arena.h"

struct names;

struct names *names_new(struct arena *a);

/* For struct cell_axis: column value → key; remembers the spelling. */
size_t names_map(char *out, size_t cap, struct str value, uint32_t number, void *arg);

/* The spelling to show for a key: of several the last by bytes, which is mixed
 * case before capitals; the key itself where none is known. */
struct str names_shown(const struct names *n, struct str key);
#endif
