/* Spellings of a name's key. Counting goes by key, so that writings of one company
 * are one row; the spelling shown is chosen by order, not by what came first, so
 * that two runs and two segmentations show the same. */
#include "search/names.h"
#include "base/map.h"
#include "base/vec.h"
#include "search/fields.h"

struct names {
    struct arena *a;
    struct map *of_key; /* key → number in shown */
    VEC(struct str) shown;
};

struct names *names_new(struct arena *a)
{
    struct names *n = arena_alloc(a, sizeof(*n));
    n->a = a;
    n->of_key = map_in(a);
    return n;
}

size_t names_map(char *out, size_t cap, struct str value, uint32_t number, void *arg)
{
    struct names *n = arg;
    size_t close = str_find(value, STR(NAME_CLOSE), 0);
    bool added;
    (void)number;

    if (!str_starts(value, STR(NAME_OPEN)) || close == value.len) {
        size_t len = value.len < cap ? value.len : cap;
        memcpy(out, value.ptr, len);
        return len;
    }
    struct str key = {value.ptr + 1, close - 1};
    struct str shown = {value.ptr + close + 1, value.len - close - 1};
    if (key.len > cap)
        key.len = cap;
    uint64_t *at = map_put(n->of_key, key, &added);
    if (added) {
        *at = n->shown.len;
        VEC_PUSH(n->a, &n->shown, arena_dup(n->a, shown));
    } else if (str_cmp(shown, n->shown.ptr[*at]) > 0) {
        n->shown.ptr[*at] = arena_dup(n->a, shown);
    }
    memcpy(out, key.ptr, key.len);
    return key.len;
}

struct str names_shown(const struct names *n, struct str key)
{
    const uint64_t *at = map_get(n->of_key, key);
    return at ? n->shown.ptr[*at] : key;
}
