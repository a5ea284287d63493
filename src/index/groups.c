/* One hash table of all keys would miss the cache for every match. The keys are parted first, so that
 * the table of each part stays small. */
#include "index/groups.h"
#include "index/tally.h"

#define PART_MATCHES 8192
#define PART_BITS_MAX 12

struct halves {
    const uint32_t *low, *high;
};

static err_t halves_read(struct halves *out, const struct segment *s, int column, struct err *e)
{
    err_t rc = segment_numbers(&out->low, s, column, e);
    return rc == OK ? segment_numbers(&out->high, s, column + 1, e) : rc;
}

static uint64_t key_of(const struct halves *h, uint64_t doc)
{
    return (uint64_t)h->high[doc] << 32 | h->low[doc];
}

static size_t part_of(const struct groups *g, uint64_t key)
{
    return g->part_count > 1 ? key >> g->shift : 0;
}

/* Leaves in starts[i + 1] where part i begins. */
static void parts_measure(struct groups *g, const struct plan *p, const struct halves *halves)
{
    for (size_t i = 0; i < p->segment_count; i++)
        EACH_MATCH(doc, &p->segments[i])
        {
            g->starts[part_of(g, key_of(&halves[i], doc)) + 2]++;
        }
    for (size_t i = 2; i <= g->part_count; i++)
        g->starts[i] += g->starts[i - 1];
}

/* Moves starts[i + 1] to where part i ends, which is where the next begins. */
static void parts_fill(struct groups *g, const struct plan *p, const struct halves *halves)
{
    for (size_t i = 0; i < p->segment_count; i++)
        EACH_MATCH(doc, &p->segments[i])
        {
            uint64_t key = key_of(&halves[i], doc);
            size_t at = g->starts[part_of(g, key) + 1]++;
            g->keys[at] = key;
            if (g->places)
                g->places[at] = (struct place){(uint32_t)i, (uint32_t)doc};
        }
}

err_t groups_gather(struct groups *out, const struct plan *p, int column, bool places,
                    struct err *e)
{
    struct arena *a = p->scratch->arena;
    struct halves *halves = arena_array(a, p->segment_count, sizeof(*halves));
    uint64_t matches = 0;
    unsigned bits = 0;

    for (size_t i = 0; i < p->segment_count; i++) {
        err_t rc = halves_read(&halves[i], p->segments[i].segment, column, e);
        if (rc != OK)
            return rc;
        matches += p->segments[i].allowed_count;
    }
    while (bits < PART_BITS_MAX && matches >> bits > PART_MATCHES)
        bits++;
    *out = (struct groups){.keys = scratch_raw(p->scratch, matches, sizeof(*out->keys)),
                           .part_count = (size_t)1 << bits,
                           .shift = 64 - bits};
    out->starts = arena_array(a, out->part_count + 2, sizeof(*out->starts));
    if (places)
        out->places = scratch_raw(p->scratch, matches, sizeof(*out->places));
    parts_measure(out, p, halves);
    parts_fill(out, p, halves);
    return OK;
}

err_t index_group_of(uint64_t *key, const struct snapshot *s, const struct hit *hit, int column,
                     struct err *e)
{
    struct halves halves;
    err_t rc = halves_read(&halves, snapshot_segment(s, hit->segment), column, e);
    *key = rc == OK ? key_of(&halves, hit->doc) : 0;
    return rc;
}

err_t index_groups(struct match_totals *out, struct group_size *sizes, size_t count,
                   const struct snapshot *s, const struct query *q, const struct query *filter,
                   int column, struct search_scratch *scratch, struct err *e)
{
    struct plan_request r = {.query = q, .filter = filter, .need_set = true};
    struct plan p;
    struct groups g = {0};
    struct tally t;
    *out = (struct match_totals){0};
    err_t rc = plan_make(&p, s, &r, scratch, e);
    if (rc == OK)
        rc = groups_gather(&g, &p, column, false, e);
    tally_init(&t, scratch->arena);
    for (size_t part = 0; part < g.part_count; part++) {
        tally_empty(&t);
        for (size_t i = g.starts[part]; i < g.starts[part + 1]; i++)
            ++*tally_at(&t, g.keys[i]);
        out->groups += t.used;
        for (size_t i = 0; i < count; i++)
            if (part_of(&g, sizes[i].key) == part)
                sizes[i].count = tally_get(&t, sizes[i].key);
    }
    out->documents = rc == OK ? g.starts[g.part_count] : 0;
    scratch_reset(scratch);
    return rc;
}
