/* The columns hold 64 bits of a hash, so that an index of ten million families takes two for one with a
 * probability of three in a million; the keys themselves would take three times the room. */
#include "search/families.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/vec.h"

#define HASH_SEED 1

static uint32_t half(uint64_t bits)
{
    return (uint32_t)bits == COLUMN_NONE ? 0 : (uint32_t)bits;
}

struct str family_key(const struct patent *p, struct arena *a)
{
    struct str key = p->family.len > 0            ? p->family
                     : p->application.key.len > 0 ? p->application.key
                                                  : p->publication.key; /* of all its printings */
    return key.len > 0 || patent_key(&key, p, a, NULL) == OK ? key : STR_NONE;
}

void family_put(uint32_t *numbers, const struct patent *p, struct arena *a)
{
    uint64_t hash = hash_bytes(family_key(p, a), HASH_SEED);
    numbers[COLUMN_FAMILY] = half(hash);
    numbers[COLUMN_FAMILY_HIGH] = half(hash >> 32);
}

static struct query column_is(int column, uint64_t bits)
{
    return (struct query){
        .op = QUERY_NUMBERS, .column = column, .low = (uint32_t)bits, .high = (uint32_t)bits};
}

err_t family_query(struct query *out, const struct filters *f, struct str values, struct arena *a,
                   struct err *e)
{
    VEC(struct query) any = {0};
    struct query numbers;
    struct search_result found = {0};
    const struct search_options o = {.k = RESULTS_MAX};
    err_t rc = attribute_query_any(&numbers, attribute_find(STR("number")), values, a, e);

    if (rc == OK && f->session->snapshot)
        rc = index_search(&found, f->session->snapshot, &numbers, &o, a, e);
    if (rc == OK)
        rc = families_keep(&found, f->session->snapshot, RESULTS_MAX, a, e);
    for (size_t i = 0; rc == OK && i < found.hit_count; i++) {
        struct query *both = arena_array(a, 2, sizeof(*both));
        uint64_t key;
        rc = index_group_of(&key, f->session->snapshot, &found.hits[i], COLUMN_FAMILY, e);
        both[0] = column_is(COLUMN_FAMILY, key);
        both[1] = column_is(COLUMN_FAMILY_HIGH, key >> 32);
        VEC_PUSH(a, &any, ((struct query){.op = QUERY_AND, .children = both, .child_count = 2}));
    }
    *out = (struct query){.op = QUERY_OR, .children = any.ptr, .child_count = any.len};
    return rc;
}

err_t families_keep(struct search_result *found, const struct snapshot *s, size_t most,
                    struct arena *a, struct err *e)
{
    struct hit *kept = arena_array(a, found->hit_count + 1, sizeof(*kept));
    struct map *seen = map_new(0);
    size_t count = 0;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < found->hit_count && count < most; i++) {
        uint64_t key;
        bool added = false;
        rc = index_group_of(&key, s, &found->hits[i], COLUMN_FAMILY, e);
        map_put(seen, (struct str){(const char *)&key, sizeof(key)}, &added);
        if (added)
            kept[count++] = found->hits[i];
    }
    map_free(seen);
    found->hits = kept;
    found->hit_count = count;
    return rc;
}

err_t families_count(struct match_totals *out, uint64_t *others, const struct search_result *found,
                     const struct snapshot *s, const struct query *q, const struct query *filter,
                     struct search_scratch *scratch, struct arena *a, struct err *e)
{
    struct group_size *sizes = arena_array(a, found->hit_count + 1, sizeof(*sizes));
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < found->hit_count; i++)
        rc = index_group_of(&sizes[i].key, s, &found->hits[i], COLUMN_FAMILY, e);
    if (rc == OK)
        rc = index_groups(out, sizes, found->hit_count, s, q, filter, COLUMN_FAMILY, scratch, e);
    for (size_t i = 0; rc == OK && i < found->hit_count; i++)
        others[i] = sizes[i].count - 1;
    return rc;
}
