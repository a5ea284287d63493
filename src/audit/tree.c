/* Proofs are made by the recursion of RFC 6962 over full subtrees, each of which
 * is one hash of a tile or is folded from at most 128 of one; and are checked by
 * the loops of RFC 9162, which share nothing with the making. */
#include "audit/tree.h"
#include <assert.h>

struct digest tree_leaf(struct hasher *h, struct bytes entry)
{
    hasher_add(h, (struct bytes){(const uint8_t *)"\0", 1});
    hasher_add(h, entry);
    return hasher_end(h);
}

struct digest tree_node(struct hasher *h, const struct digest *left, const struct digest *right)
{
    uint8_t input[1 + 2 * HASH_LEN];
    input[0] = 1;
    memcpy(input + 1, left->byte, HASH_LEN);
    memcpy(input + 1 + HASH_LEN, right->byte, HASH_LEN);
    hasher_add(h, (struct bytes){input, sizeof(input)});
    return hasher_end(h);
}

struct digest tree_empty(struct hasher *h)
{
    hasher_begin(h);
    return hasher_end(h);
}

/* --- the right edge ---------------------------------------------------------------- */

void tree_edge_add(struct tree_edge *t, const struct digest *leaf, struct hasher *h)
{
    struct digest d = *leaf;
    size_t n = (size_t)__builtin_popcountll(t->size);
    assert(t->size < TREE_SIZE_MAX);
    for (uint64_t bits = t->size; bits & 1; bits >>= 1)
        d = tree_node(h, &t->node[--n], &d);
    t->node[n] = d;
    t->size++;
}

/* Root of subtrees side by side, the last one smallest. */
static struct digest fold(const struct digest *node, size_t count, struct hasher *h)
{
    struct digest d = node[count - 1];
    for (size_t i = count - 1; i-- > 0;)
        d = tree_node(h, &node[i], &d);
    return d;
}

struct digest tree_edge_root(const struct tree_edge *t, struct hasher *h)
{
    if (t->size == 0)
        return tree_empty(h);
    return fold(t->node, (size_t)__builtin_popcountll(t->size), h);
}

/* --- tiles ---------------------------------------------------------------------------- */

/* Root of 2^height hashes that stand in order; `node` is overwritten. */
static struct digest fold_full(struct digest *node, size_t count, struct hasher *h)
{
    for (; count > 1; count /= 2)
        for (size_t i = 0; i < count / 2; i++)
            node[i] = tree_node(h, &node[2 * i], &node[2 * i + 1]);
    return node[0];
}

/* Number of hashes at a tile level of a tree. */
static uint64_t level_size(uint64_t size, int level)
{
    return size >> (TILE_HEIGHT * level);
}

static err_t read_tile(const struct digest **out, const struct tile_source *from, int level,
                       uint64_t number, size_t width, struct arena *a, struct err *e)
{
    struct bytes b = {NULL, 0};
    err_t rc = from->read(&b, from->arg, level, number, width, a, e);
    if (rc == OK && b.len < width * HASH_LEN)
        rc = err_set(e, E_CORRUPT, "tile %d/%llu of the evidence log is shorter than %zu hashes",
                     level, (unsigned long long)number, width);
    *out = rc == OK ? (const struct digest *)b.ptr : NULL; /* bytes only: no alignment */
    return rc;
}

err_t tile_writer_init(struct tile_writer *w, uint64_t size, const struct tile_source *from,
                       struct arena *a, struct err *e)
{
    w->size = size;
    for (int level = 0; level < TILE_LEVELS; level++) {
        const struct digest *tile;
        size_t width = level_size(size, level) % TILE_WIDTH;
        w->changed[level] = false;
        if (width == 0)
            continue;
        err_t rc = read_tile(&tile, from, level, level_size(size, level) / TILE_WIDTH, width, a, e);
        if (rc != OK)
            return rc;
        memcpy(w->hash[level], tile, width * HASH_LEN);
    }
    return OK;
}

err_t tile_writer_add(struct tile_writer *w, const struct digest *leaf, struct err *e)
{
    struct digest d = *leaf;
    assert(w->size + 1 < TREE_SIZE_MAX);
    for (int level = 0; level < TILE_LEVELS; level++) {
        uint64_t at = level_size(w->size, level);
        w->hash[level][at % TILE_WIDTH] = d;
        w->changed[level] = true;
        if (at % TILE_WIDTH != TILE_WIDTH - 1)
            break;
        err_t rc = w->write(w->arg, level, at / TILE_WIDTH,
                            (struct bytes){w->hash[level][0].byte, TILE_WIDTH * HASH_LEN}, e);
        if (rc != OK)
            return rc;
        w->changed[level] = false;
        d = fold_full(w->hash[level], TILE_WIDTH, w->hasher);
    }
    w->size++;
    return OK;
}

err_t tile_writer_flush(struct tile_writer *w, struct err *e)
{
    for (int level = 0; level < TILE_LEVELS; level++) {
        uint64_t count = level_size(w->size, level);
        if (!w->changed[level])
            continue;
        err_t rc =
            w->write(w->arg, level, count / TILE_WIDTH,
                     (struct bytes){w->hash[level][0].byte, count % TILE_WIDTH * HASH_LEN}, e);
        if (rc != OK)
            return rc;
        w->changed[level] = false;
    }
    return OK;
}

struct digest tile_writer_root(const struct tile_writer *w)
{
    struct digest side[TREE_DEPTH_MAX + 1], node[TILE_WIDTH / 2];
    size_t count = 0;
    for (int level = TILE_LEVELS; level-- > 0;) {
        size_t width = level_size(w->size, level) % TILE_WIDTH, at = 0;
        for (size_t part = TILE_WIDTH / 2; part > 0; part /= 2) {
            if (!(width & part))
                continue;
            memcpy(node, w->hash[level] + at, part * HASH_LEN);
            side[count++] = fold_full(node, part, w->hasher);
            at += part;
        }
    }
    return count > 0 ? fold(side, count, w->hasher) : tree_empty(w->hasher);
}

/* --- hashes of ranges --------------------------------------------------------------- */

struct reader {
    const struct tile_source *from;
    struct hasher *h;
    struct arena *a;
};

/* Root of the full subtree of 2^height leaves that begins at leaf at · 2^height. */
static err_t full_subtree(struct digest *out, const struct reader *r, int height, uint64_t at,
                          struct err *e)
{
    struct digest node[TILE_WIDTH / 2];
    const struct digest *tile;
    int level = height / TILE_HEIGHT, above = height % TILE_HEIGHT;
    size_t count = (size_t)1 << above;
    uint64_t first = at << above;
    size_t offset = first % TILE_WIDTH;
    err_t rc = read_tile(&tile, r->from, level, first / TILE_WIDTH, offset + count, r->a, e);
    if (rc != OK)
        return rc;
    memcpy(node, (const uint8_t *)tile + offset * HASH_LEN, count * HASH_LEN);
    *out = fold_full(node, count, r->h);
    return OK;
}

/* Root of the leaves from … to−1; `from` is where a subtree of that length may
 * begin (RFC 6962 never asks for another range). */
static err_t range_root(struct digest *out, const struct reader *r, uint64_t from, uint64_t to,
                        struct err *e)
{
    struct digest node[TREE_DEPTH_MAX + 1];
    size_t count = 0;
    while (from < to) {
        int height = 63 - __builtin_clzll(to - from);
        assert(from % ((uint64_t)1 << height) == 0);
        err_t rc = full_subtree(&node[count++], r, height, from >> height, e);
        if (rc != OK)
            return rc;
        from += (uint64_t)1 << height;
    }
    *out = fold(node, count, r->h);
    return OK;
}

/* Largest power of two below n; n > 1. */
static uint64_t split(uint64_t n)
{
    return (uint64_t)1 << (63 - __builtin_clzll(n - 1));
}

err_t tree_root(struct digest *out, const struct tile_source *from, uint64_t size, struct hasher *h,
                struct arena *a, struct err *e)
{
    const struct reader r = {from, h, a};
    if (size > 0)
        return range_root(out, &r, 0, size, e);
    *out = tree_empty(h);
    return OK;
}

/* Walk from the root to where the proof ends, noting the ranges beside the way;
 * the proof lists them from below. */
struct walk {
    struct {
        uint64_t from, to;
    } beside[TREE_PROOF_MAX];
    size_t count;
};

static void step_aside(struct walk *w, uint64_t from, uint64_t to)
{
    assert(w->count < TREE_PROOF_MAX);
    w->beside[w->count].from = from;
    w->beside[w->count++].to = to;
}

static err_t collect(struct tree_proof *out, const struct walk *w, const struct reader *r,
                     struct err *e)
{
    out->count = w->count;
    for (size_t i = 0; i < w->count; i++) {
        size_t k = w->count - 1 - i;
        err_t rc = range_root(&out->hash[i], r, w->beside[k].from, w->beside[k].to, e);
        if (rc != OK)
            return rc;
    }
    return OK;
}

err_t tree_inclusion(struct tree_proof *out, const struct tile_source *source, uint64_t index,
                     uint64_t size, struct hasher *h, struct arena *a, struct err *e)
{
    const struct reader r = {source, h, a};
    struct walk w = {.count = 0};
    uint64_t from = 0, to = size;
    assert(index < size && size < TREE_SIZE_MAX);
    while (to - from > 1) {
        uint64_t middle = from + split(to - from);
        if (index < middle) {
            step_aside(&w, middle, to);
            to = middle;
        } else {
            step_aside(&w, from, middle);
            from = middle;
        }
    }
    return collect(out, &w, &r, e);
}

/* SUBPROOF of RFC 6962 §2.1.2: down to the subtree that ends where the old tree
 * did; its own hash is left out when it is the whole old tree. */
err_t tree_consistency(struct tree_proof *out, const struct tile_source *source, uint64_t old,
                       uint64_t size, struct hasher *h, struct arena *a, struct err *e)
{
    const struct reader r = {source, h, a};
    struct walk w = {.count = 0};
    uint64_t from = 0, to = size;
    assert(old <= size && size < TREE_SIZE_MAX);
    out->count = 0;
    if (old == 0 || old == size)
        return OK;
    while (old != to) {
        uint64_t middle = from + split(to - from);
        if (old <= middle) {
            step_aside(&w, middle, to);
            to = middle;
        } else {
            step_aside(&w, from, middle);
            from = middle;
        }
    }
    if (from > 0)
        step_aside(&w, from, to);
    return collect(out, &w, &r, e);
}

/* --- checking ---------------------------------------------------------------------------- */

size_t tree_path_length(uint64_t index, uint64_t size)
{
    size_t n = 0;
    for (uint64_t at = index, last = size - 1; last > 0; at >>= 1, last >>= 1)
        n += (at & 1) || at < last; /* the last of an odd row has nobody beside it */
    return n;
}

bool tree_check_inclusion(uint64_t index, uint64_t size, const struct digest *leaf,
                          const struct tree_proof *proof, const struct digest *root,
                          struct hasher *h)
{
    uint64_t at = index, last = size - 1;
    struct digest d = *leaf;
    if (index >= size || size >= TREE_SIZE_MAX)
        return false;
    for (size_t i = 0; i < proof->count; i++) {
        if (last == 0)
            return false; /* longer than the path */
        if ((at & 1) || at == last) {
            d = tree_node(h, &proof->hash[i], &d);
            while (!(at & 1) && at != 0) {
                at >>= 1;
                last >>= 1;
            }
        } else {
            d = tree_node(h, &d, &proof->hash[i]);
        }
        at >>= 1;
        last >>= 1;
    }
    return last == 0 && digest_eq(&d, root);
}

bool tree_check_consistency(uint64_t old, const struct digest *old_root, uint64_t size,
                            const struct digest *root, const struct tree_proof *proof,
                            struct hasher *h)
{
    if (old == 0 || old > size || size >= TREE_SIZE_MAX)
        return false;
    if (old == size)
        return proof->count == 0 && digest_eq(old_root, root);
    if (proof->count == 0)
        return false;

    uint64_t at = old - 1, last = size - 1;
    for (; at & 1; at >>= 1)
        last >>= 1;
    /* A full old tree is its own first hash, which the proof leaves out. */
    bool full = (old & (old - 1)) == 0;
    struct digest was = full ? *old_root : proof->hash[0], is = was;
    for (size_t i = full ? 0 : 1; i < proof->count; i++) {
        const struct digest *c = &proof->hash[i];
        if (last == 0)
            return false;
        if ((at & 1) || at == last) {
            was = tree_node(h, c, &was);
            is = tree_node(h, c, &is);
            while (!(at & 1) && at != 0) {
                at >>= 1;
                last >>= 1;
            }
        } else {
            is = tree_node(h, &is, c);
        }
        at >>= 1;
        last >>= 1;
    }
    return last == 0 && digest_eq(&was, old_root) && digest_eq(&is, root);
}
