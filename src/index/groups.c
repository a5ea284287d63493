/* One hash table of all keys would miss the cache for every match. The keys are parted first, so that
 * the table of each part stays small. */
#include "index/groups.h"
#include "index/tally.h"

#define PART_MATCHES 4096

err_t group_keys_read(struct group_keys *out, const struct segment *s, int column, struct err *e)
{
    err_t rc = segment_numbers(&out->low, s, column, e);
    return rc == OK ? segment_numbers(&out->high, s, column + 1, e) : rc;
}

err_t index_group_of(uint64_t *key, const struct snapshot *s, const struct hit *hit, int column,
                     struct err *e)
{
    struct group_keys keys;
    err_t rc = group_keys_read(&keys, snapshot_segment(s, hit->segment), column, e);
    *key = rc == OK ? group_key(&keys, hit->doc) : 0;
    return rc;
}

struct group_parts group_parts_of(uint64_t matches, uint64_t most)
{
    unsigned bits = 0;
    while (bits < 12 && matches >> bits > most)
        bits++;
    return (struct group_parts){(size_t)1 << bits, 64 - bits};
}

/* The keys of all matches, sorted by part: those of part i have the numbers starts[i] to starts[i + 1] − 1. */
static void parts_fill(uint64_t *out, size_t *starts, struct group_parts parts,
                       const struct plan *p, const struct group_keys *keys)
{
    for (size_t i = 0; i < p->segment_count; i++)
        EACH_MATCH(doc, &p->segments[i])
        {
            starts[group_part(parts, group_key(&keys[i], doc)) + 2]++;
        }
    for (size_t i = 2; i <= parts.count; i++)
        starts[i] += starts[i - 1];
    for (size_t i = 0; i < p->segment_count; i++)
        EACH_MATCH(doc, &p->segments[i])
        {
            uint64_t key = group_key(&keys[i], doc);
            out[starts[group_part(parts, key) + 1]++] = key;
        }
}

static err_t groups_count(struct match_totals *out, struct group_size *sizes, size_t count,
                          const struct plan *p, int column, struct err *e)
{
    struct arena *a = p->scratch->arena;
    struct group_keys *keys = arena_array(a, p->segment_count, sizeof(*keys));
    struct tally t;

    for (size_t i = 0; i < p->segment_count; i++) {
        err_t rc = group_keys_read(&keys[i], p->segments[i].segment, column, e);
        if (rc != OK)
            return rc;
        out->documents += p->segments[i].allowed_count;
    }
    struct group_parts parts = group_parts_of(out->documents, PART_MATCHES);
    size_t *starts = arena_array(a, parts.count + 2, sizeof(*starts));
    uint64_t *all = scratch_raw(p->scratch, out->documents, sizeof(*all));
    parts_fill(all, starts, parts, p, keys);
    tally_init(&t, a);
    for (size_t part = 0; part < parts.count; part++) {
        tally_empty(&t);
        for (size_t i = starts[part]; i < starts[part + 1]; i++)
            ++*tally_at(&t, all[i]);
        out->groups += t.used;
        for (size_t i = 0; i < count; i++)
            if (group_part(parts, sizes[i].key) == part)
                sizes[i].count = tally_get(&t, sizes[i].key);
    }
    return OK;
}

err_t index_groups(struct match_totals *out, struct group_size *sizes, size_t count,
                   const struct snapshot *s, const struct query *q, const struct query *filter,
                   int column, struct search_scratch *scratch, struct err *e)
{
    struct plan_request r = {.query = q, .filter = filter, .need_set = true};
    struct plan p;
    *out = (struct match_totals){0};
    err_t rc = plan_make(&p, s, &r, scratch, e);
    if (rc == OK)
        rc = groups_count(out, sizes, count, &p, column, e);
    scratch_reset(scratch);
    return rc;
}
