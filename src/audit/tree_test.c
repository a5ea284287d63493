#include "test.h"

#include "audit/tree.h"
#include "base/fs.h"
#include "base/rand.h"
#include "base/vec.h"
#include "crypto/encode.h"
#include <stdlib.h>

/* --- a slow truth: RFC 6962 §2.1 written down word by word ------------------------- */

static struct digest slow_root(const struct digest *leaf, uint64_t n, struct hasher *h)
{
    uint64_t k = 1;
    if (n == 0)
        return tree_empty(h);
    if (n == 1)
        return leaf[0];
    while (2 * k < n)
        k *= 2;
    struct digest left = slow_root(leaf, k, h), right = slow_root(leaf + k, n - k, h);
    return tree_node(h, &left, &right);
}

static void slow_path(struct tree_proof *out, uint64_t m, const struct digest *leaf, uint64_t n,
                      struct hasher *h)
{
    uint64_t k = 1;
    if (n == 1)
        return;
    while (2 * k < n)
        k *= 2;
    if (m < k) {
        slow_path(out, m, leaf, k, h);
        out->hash[out->count++] = slow_root(leaf + k, n - k, h);
    } else {
        slow_path(out, m - k, leaf + k, n - k, h);
        out->hash[out->count++] = slow_root(leaf, k, h);
    }
}

static void slow_subproof(struct tree_proof *out, uint64_t m, const struct digest *leaf, uint64_t n,
                          bool whole, struct hasher *h)
{
    uint64_t k = 1;
    if (m == n) {
        if (!whole)
            out->hash[out->count++] = slow_root(leaf, n, h);
        return;
    }
    while (2 * k < n)
        k *= 2;
    if (m <= k) {
        slow_subproof(out, m, leaf, k, whole, h);
        out->hash[out->count++] = slow_root(leaf + k, n - k, h);
    } else {
        slow_subproof(out, m - k, leaf + k, n - k, false, h);
        out->hash[out->count++] = slow_root(leaf, k, h);
    }
}

/* --- tiles in memory ------------------------------------------------------------------ */

struct tile {
    int level;
    uint64_t number;
    struct bytes hashes;
};
struct shelf {
    VEC(struct tile) tiles;
    struct arena *arena;
};

static struct tile *find_tile(struct shelf *s, int level, uint64_t number)
{
    for (size_t i = s->tiles.len; i-- > 0;)
        if (s->tiles.ptr[i].level == level && s->tiles.ptr[i].number == number)
            return &s->tiles.ptr[i];
    return NULL;
}

static err_t read_shelf(struct bytes *out, void *arg, int level, uint64_t number, size_t width,
                        struct arena *a, struct err *e)
{
    struct tile *t = find_tile(arg, level, number);
    (void)a;
    (void)width;
    if (!t)
        return err_set(e, E_CORRUPT, "no tile %d/%d", level, (int)number);
    *out = t->hashes;
    return OK;
}

static err_t write_shelf(void *arg, int level, uint64_t number, struct bytes hashes, struct err *e)
{
    struct shelf *s = arg;
    struct tile *t = find_tile(s, level, number);
    (void)e;
    if (!t)
        VEC_PUSH(s->arena, &s->tiles, ((struct tile){level, number, {NULL, 0}}));
    t = find_tile(s, level, number);
    t->hashes = str_bytes(arena_dup(s->arena, bytes_str(hashes)));
    return OK;
}

static struct digest *make_leaves(size_t count, struct hasher *h, struct arena *a)
{
    struct digest *leaf = arena_array(a, count, sizeof(*leaf));
    for (size_t i = 0; i < count; i++)
        leaf[i] = tree_leaf(h, (struct bytes){(const uint8_t *)&i, sizeof(i)});
    return leaf;
}

/* Leaves put on the shelf in batches, each with a writer that loads the edge. */
static void fill_shelf(struct shelf *s, const struct digest *leaf, size_t count, size_t batch,
                       struct hasher *h)
{
    struct tile_source source = {read_shelf, s};
    struct tile_writer *w = calloc(1, sizeof(*w));
    struct err e;
    *w = (struct tile_writer){.write = write_shelf, .arg = s, .hasher = h};
    for (size_t at = 0; at < count; at += batch) {
        assert_ok(tile_writer_init(w, at, &source, s->arena, &e), &e);
        for (size_t i = at; i < count && i < at + batch; i++)
            assert_ok(tile_writer_add(w, &leaf[i], &e), &e);
        assert_ok(tile_writer_flush(w, &e), &e);
        if (at % 3 == 0) {
            struct digest fast = tile_writer_root(w), slow = slow_root(leaf, w->size, h);
            assert_memory_equal(&fast, &slow, HASH_LEN);
        }
    }
    free(w);
}

/* --- tests -------------------------------------------------------------------------------- */

static void assert_proofs_equal(const struct tree_proof *x, const struct tree_proof *y)
{
    assert_int_equal(x->count, y->count);
    assert_memory_equal(x->hash, y->hash, x->count * HASH_LEN);
}

/* All that differs by one hash, one bit, one index or one size is refused. */
static void refuses_neighbours(uint64_t index, uint64_t size, const struct digest *leaf,
                               const struct tree_proof *good, const struct digest *root,
                               struct hasher *h)
{
    struct tree_proof p = *good;
    struct digest other = *leaf;
    p.hash[p.count++] = *root;
    assert_false(tree_check_inclusion(index, size, leaf, &p, root, h));
    if (good->count > 0) {
        p = *good;
        p.count--;
        assert_false(tree_check_inclusion(index, size, leaf, &p, root, h));
        p = *good;
        memmove(p.hash, p.hash + 1, (p.count - 1) * HASH_LEN);
        p.count--;
        assert_false(tree_check_inclusion(index, size, leaf, &p, root, h));
        for (size_t i = 0; i < good->count; i++) {
            p = *good;
            p.hash[i].byte[i % HASH_LEN] ^= 1;
            assert_false(tree_check_inclusion(index, size, leaf, &p, root, h));
        }
    }
    other.byte[31] ^= 0x80;
    assert_false(tree_check_inclusion(index, size, &other, good, root, h));
    assert_false(tree_check_inclusion(index + 1, size, leaf, good, root, h));
    assert_false(tree_check_inclusion(index - 1, size, leaf, good, root, h));
    assert_false(tree_check_inclusion(size, size, leaf, good, root, h));
}

static void every_proof_of_every_size_to_200_is_right(void **state)
{
    (void)state;
    for (int kind = HASH_SHA256; kind <= HASH_SM3; kind++) {
        struct arena *a = arena_new(), *per = arena_new();
        struct hasher *h = hasher_new_of((enum hash_kind)kind);
        struct shelf shelf = {.arena = a};
        struct tile_source source = {read_shelf, &shelf};
        struct digest *leaf = make_leaves(300, h, a), root[301];
        struct tree_proof p, slow;
        struct tree_edge edge = {0};
        struct err e;

        fill_shelf(&shelf, leaf, 300, 7, h); /* larger than what is asked: prefixes are read */
        for (uint64_t n = 0; n <= 300; n++) {
            struct digest d;
            root[n] = slow_root(leaf, n, h);
            assert_ok(tree_root(&d, &source, n, h, per, &e), &e);
            assert_memory_equal(&d, &root[n], HASH_LEN);
            d = tree_edge_root(&edge, h);
            assert_memory_equal(&d, &root[n], HASH_LEN);
            if (n < 300)
                tree_edge_add(&edge, &leaf[n], h);
        }
        for (uint64_t n = 1; n <= (kind == HASH_SM3 ? 70 : 200); n++)
            for (uint64_t m = 0; m < n; m++) {
                slow.count = 0;
                slow_path(&slow, m, leaf, n, h);
                assert_ok(tree_inclusion(&p, &source, m, n, h, per, &e), &e);
                assert_proofs_equal(&p, &slow);
                assert_int_equal(tree_path_length(m, n), p.count);
                assert_true(tree_check_inclusion(m, n, &leaf[m], &p, &root[n], h));
                if (n % 10 == 7)
                    refuses_neighbours(m, n, &leaf[m], &p, &root[n], h);
                arena_reset(per);
            }
        for (uint64_t n = 0; n <= (kind == HASH_SM3 ? 70 : 200); n++)
            for (uint64_t m = 0; m <= n; m++) {
                slow.count = 0;
                if (m > 0)
                    slow_subproof(&slow, m, leaf, n, true, h);
                assert_ok(tree_consistency(&p, &source, m, n, h, per, &e), &e);
                assert_proofs_equal(&p, &slow);
                assert_int_equal(tree_check_consistency(m, &root[m], n, &root[n], &p, h), m > 0);
                if (m > 0 && m < n) {
                    p.count--;
                    assert_false(tree_check_consistency(m, &root[m], n, &root[n], &p, h));
                    p.count += 1;
                    assert_false(tree_check_consistency(m - 1, &root[m - 1], n, &root[n], &p, h));
                    assert_false(tree_check_consistency(m, &root[m - 1], n, &root[n], &p, h));
                    assert_false(tree_check_consistency(m, &root[m], n, &root[n - 1], &p, h));
                    assert_false(tree_check_consistency(n, &root[n], m, &root[m], &p, h));
                }
                p.hash[p.count++] = root[n];
                assert_false(tree_check_consistency(m, &root[m], n, &root[n], &p, h));
                arena_reset(per);
            }
        hasher_free(h);
        arena_free(per);
        arena_free(a);
    }
}

/* Over random sizes to 2,000 every pair; forks of them are refused. */
static void consistency_holds_for_all_pairs_and_for_no_fork(void **state)
{
    (void)state;
    struct rand r = {test_seed(20261120)};
    struct arena *a = arena_new(), *per = arena_new();
    struct hasher *h = hasher_new();
    struct shelf shelf = {.arena = a};
    struct tile_source source = {read_shelf, &shelf};
    struct digest *leaf = make_leaves(2000, h, a), *root = arena_array(a, 2001, sizeof(*root));
    struct tree_edge edge = {0};
    struct err e;
    fill_shelf(&shelf, leaf, 2000, 113, h);
    for (uint64_t n = 0; n <= 2000; n++) {
        root[n] = tree_edge_root(&edge, h);
        if (n < 2000)
            tree_edge_add(&edge, &leaf[n], h);
    }
    for (int round = 0; round < 5; round++) {
        uint64_t n = 1 + rand_below(&r, 2000), forked = rand_below(&r, (uint32_t)n);
        struct digest was = leaf[forked];
        leaf[forked].byte[0] ^= 1;
        struct digest fork = slow_root(leaf, n, h);
        leaf[forked] = was;
        for (uint64_t m = 0; m <= n; m++) {
            struct tree_proof p;
            assert_ok(tree_consistency(&p, &source, m, n, h, per, &e), &e);
            assert_int_equal(tree_check_consistency(m, &root[m], n, &root[n], &p, h), m > 0);
            assert_false(tree_check_consistency(m, &root[m], n, &fork, &p, h));
            arena_reset(per);
        }
    }
    hasher_free(h);
    arena_free(per);
    arena_free(a);
}

/* C2SP tlog-tiles: "a tree of size 70,000 will be represented by 273 full level 0
 * tiles, one partial level 0 tile of width 112, one full level 1 tile, one partial
 * level 1 tile of width 17, and one partial level 2 tile of width 1". */
static void the_tiles_of_70000_leaves_are_as_published(void **state)
{
    (void)state;
    struct arena *a = arena_new(), *per = arena_new();
    struct hasher *h = hasher_new();
    struct shelf shelf = {.arena = a};
    struct tile_source source = {read_shelf, &shelf};
    struct digest *leaf = make_leaves(70000, h, a), root = slow_root(leaf, 70000, h), d;
    struct rand r = {5};
    struct err e;
    fill_shelf(&shelf, leaf, 70000, 30011, h);
    size_t level0 = 0, level1 = 0, level2 = 0;
    for (size_t i = 0; i < shelf.tiles.len; i++) {
        struct tile *t = &shelf.tiles.ptr[i];
        level0 += t->level == 0 && t->hashes.len == 256 * 32;
        level1 += t->level == 1 && t->hashes.len == 256 * 32;
        level2 += t->level > 1;
    }
    assert_int_equal(level0, 273);
    assert_int_equal(level1, 1);
    assert_int_equal(level2, 1);
    assert_int_equal(shelf.tiles.len, 273 + 1 + 1 + 1 + 1);
    assert_int_equal(find_tile(&shelf, 0, 273)->hashes.len, 112 * 32);
    assert_int_equal(find_tile(&shelf, 1, 1)->hashes.len, 17 * 32);
    assert_int_equal(find_tile(&shelf, 2, 0)->hashes.len, 32);
    d = slow_root(leaf, 65536, h);
    assert_memory_equal(find_tile(&shelf, 2, 0)->hashes.ptr, &d, 32);

    assert_ok(tree_root(&d, &source, 70000, h, a, &e), &e);
    assert_memory_equal(&d, &root, 32);
    for (int i = 0; i < 300; i++) {
        struct tree_proof p;
        uint64_t m = 1 + rand_below(&r, 69999);
        assert_ok(tree_inclusion(&p, &source, m, 70000, h, per, &e), &e);
        assert_true(tree_check_inclusion(m, 70000, &leaf[m], &p, &root, h));
        struct digest old;
        assert_ok(tree_root(&old, &source, m, h, per, &e), &e);
        assert_ok(tree_consistency(&p, &source, m, 70000, h, per, &e), &e);
        assert_true(tree_check_consistency(m, &old, 70000, &root, &p, h));
        arena_reset(per);
    }
    find_tile(&shelf, 0, 100)->hashes.len = 255 * 32; /* a tile cut short is an error */
    struct tree_proof p;
    assert_int_equal(tree_inclusion(&p, &source, 100 * 256 + 1, 70000, h, per, &e), E_CORRUPT);
    hasher_free(h);
    arena_free(per);
    arena_free(a);
}

/* --- public cases ---------------------------------------------------------------------- */

static bool read_hash(struct digest *out, struct str text)
{
    size_t len;
    return base64_read(out->byte, &len, HASH_LEN, text) && len == HASH_LEN;
}

static void public_proofs_are_accepted_and_refused_as_published(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct hasher *h = hasher_new();
    struct bytes file;
    struct err e;
    size_t accepted = 0, refused = 0, unreadable = 0;
    const char *root_dir = getenv("MESON_SOURCE_ROOT");
    assert_non_null(root_dir);
    const char *path = arena_printf(a, "%s/tests/vectors/merkle-proofs.tsv", root_dir).ptr;
    assert_ok(fs_read(&file, &fs_system, path, 1 << 20, a, &e), &e);
    for (struct str rest = bytes_str(file); rest.ptr;) {
        struct str line = str_split(&rest, STR("\n")), cell[8], cells = line;
        struct tree_proof proof = {0};
        struct digest first, root;
        uint64_t at, size;
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        for (size_t i = 0; i < 8; i++)
            cell[i] = str_split(&cells, STR("\t"));
        bool readable = str_to_u64(&at, cell[1]) && str_to_u64(&size, cell[2]) &&
                        read_hash(&first, cell[3]) && read_hash(&root, cell[4]);
        for (struct str hashes = cell[5]; hashes.len > 0 && readable;)
            readable = proof.count < TREE_PROOF_MAX &&
                       read_hash(&proof.hash[proof.count++], str_split(&hashes, STR(" ")));
        bool good = readable && (str_is(cell[0], "inclusion")
                                     ? tree_check_inclusion(at, size, &first, &proof, &root, h)
                                     : tree_check_consistency(at, &first, size, &root, &proof, h));
        if (good != str_is(cell[6], "accept"))
            fail_msg("%.*s: expected %.*s", STR_ARG(cell[7]), STR_ARG(cell[6]));
        accepted += good;
        refused += !good;
        unreadable += !readable;
    }
    assert_int_equal(accepted, 12);
    assert_int_equal(refused, 184);
    print_message("# refused for their form: %zu\n", unreadable);
    assert_in_range(unreadable, 0, 30);
    hasher_free(h);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_proof_of_every_size_to_200_is_right),
        cmocka_unit_test(consistency_holds_for_all_pairs_and_for_no_fork),
        cmocka_unit_test(the_tiles_of_70000_leaves_are_as_published),
        cmocka_unit_test(public_proofs_are_accepted_and_refused_as_published),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
