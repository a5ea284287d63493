/* Every matcher against every other: same ids, same order, same bits of the
 * scores, over random corpora and queries. */
#include "index/corpus_test.h"

#define QUERIES 10400

static void assert_same(const struct search_result *x, const struct search_result *y,
                        const char *name, uint64_t seed)
{
    if (x->hit_count != y->hit_count || x->total != y->total)
        fail_msg("%s: %zu hits of %llu, not %zu of %llu (seed %llu)", name, y->hit_count,
                 (unsigned long long)y->total, x->hit_count, (unsigned long long)x->total,
                 (unsigned long long)seed);
    for (size_t i = 0; i < x->hit_count; i++) {
        uint32_t a, b;
        memcpy(&a, &x->hits[i].score, sizeof(a));
        memcpy(&b, &y->hits[i].score, sizeof(b));
        if (x->hits[i].id != y->hits[i].id || a != b)
            fail_msg("%s: hit %zu is %llu with %.9g, not %llu with %.9g (seed %llu)", name, i,
                     (unsigned long long)y->hits[i].id, (double)y->hits[i].score,
                     (unsigned long long)x->hits[i].id, (double)x->hits[i].score,
                     (unsigned long long)seed);
    }
}

/* Mostly what users ask: words joined by OR, 1 to 200 of them. */
static struct query random_query(const struct corpus *c, struct rand *r, struct arena *a)
{
    uint32_t kind = rand_below(r, 10);
    if (kind == 0)
        return random_tree(c, r, 3, a);
    uint32_t count = rand_below(r, 3) == 0   ? 1 + rand_below(r, 4)
                     : rand_below(r, 2) == 0 ? 1 + rand_below(r, 60)
                                             : 60 + rand_below(r, 141);
    struct query *leaves = arena_array(a, count, sizeof(*leaves));
    for (uint32_t i = 0; i < count; i++)
        leaves[i] = random_leaf(c, r);
    return (struct query){.op = kind == 1 && count < 4 ? QUERY_AND : QUERY_OR,
                          .children = leaves,
                          .child_count = count};
}

static void compare_once(const struct corpus *c, uint64_t seed, struct arena *a)
{
    static const size_t ks[] = {1, 3, 10, 100, 1000};
    struct rand r = {seed};
    struct err e;
    struct query q = random_query(c, &r, a), filter;
    struct search_options o = {.matcher = "exhaustive",
                               .k = ks[rand_below(&r, ARRAY_LEN(ks))],
                               .total = rand_below(&r, 4) == 0};
    if (rand_below(&r, 4) == 0) {
        filter = rand_below(&r, 2) ? random_numbers(&r) : random_tree(c, &r, 2, a);
        o.filter = &filter;
    }
    struct search_result truth, other;
    assert_ok(index_search(&truth, c->snapshot, &q, &o, a, &e), &e);
    for (size_t i = 0; index_matchers[i]; i++) {
        if (str_is(str_of(index_matchers[i]), "exhaustive"))
            continue;
        o.matcher = index_matchers[i];
        assert_ok(index_search(&other, c->snapshot, &q, &o, a, &e), &e);
        assert_same(&truth, &other, index_matchers[i], seed);
    }
}

static const struct shape shapes[] = {
    {.docs = 1, .vocabulary = 5, .length = 4, .spread = 0, .skew = 1, .commits = 1},
    {.docs = 70, .vocabulary = 30, .length = 8, .spread = 1, .skew = 2, .commits = 3},
    {.docs = 600,
     .vocabulary = 300,
     .length = 30,
     .spread = 0.5,
     .skew = 3,
     .commits = 7,
     .deleted = 0.2},
    {.docs = 3000, .vocabulary = 2000, .length = 60, .spread = 0, .skew = 4, .commits = 1},
    {.docs = 3000,
     .vocabulary = 60,
     .length = 12,
     .spread = 1,
     .skew = 1,
     .commits = 2,
     .deleted = 0.6},
    {.docs = 9000,
     .vocabulary = 9000,
     .length = 40,
     .spread = 1,
     .skew = 4,
     .commits = 5,
     .deleted = 0.05},
    {.docs = 20000, .vocabulary = 30000, .length = 50, .spread = 0.6, .skew = 5, .commits = 1},
    {.docs = 20000,
     .vocabulary = 200,
     .length = 6,
     .spread = 0.8,
     .skew = 2,
     .commits = 3,
     .deleted = 0.3,
     .merged = true},
};

static void compare_matchers(const char *isa, size_t queries, uint64_t seed)
{
    struct arena *a = arena_new();
    setenv("INDEX_ISA", isa, 1);
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
        struct corpus *c = corpus_new(&shapes[i], seed + i);
        for (size_t j = 0; j < queries / ARRAY_LEN(shapes); j++) {
            arena_reset(a);
            compare_once(c, seed + i * 1000000 + j, a);
        }
        corpus_free(c);
    }
    unsetenv("INDEX_ISA");
    arena_free(a);
}

static void matchers_agree_on_ids_order_and_score_bits(void **state)
{
    (void)state;
    compare_matchers("best", QUERIES, test_seed(20261120));
}

static void matchers_agree_with_the_scalar_kernels(void **state)
{
    (void)state;
    compare_matchers("scalar", QUERIES / 10, test_seed(7));
}

static void matchers_agree_with_the_avx2_kernels(void **state)
{
    (void)state;
    compare_matchers("avx2", QUERIES / 10, test_seed(8));
}

/* Documents in any number of segments: the same answer to the bit. */
static void scores_do_not_depend_on_the_segments(void **state)
{
    (void)state;
    struct shape shape = {.docs = 2500,
                          .vocabulary = 800,
                          .length = 30,
                          .spread = 0.7,
                          .skew = 3,
                          .commits = 1,
                          .merged = true};
    uint64_t seed = test_seed(99);
    struct corpus *one = corpus_new(&shape, seed);
    shape.commits = 7;
    shape.merged = false;
    struct corpus *seven = corpus_new(&shape, seed);
    struct arena *a = arena_new();
    assert_int_equal(snapshot_segments(one->snapshot), 1);
    assert_true(snapshot_segments(seven->snapshot) > 1);
    for (uint64_t i = 0; i < 300; i++) {
        struct rand r = {seed + i};
        struct search_result x, y;
        struct search_options o = {.k = 20, .total = true};
        struct err e;
        arena_reset(a);
        struct query q = random_query(one, &r, a);
        assert_ok(index_search(&x, one->snapshot, &q, &o, a, &e), &e);
        assert_ok(index_search(&y, seven->snapshot, &q, &o, a, &e), &e);
        assert_same(&x, &y, "seven segments", seed + i);
    }
    arena_free(a);
    corpus_free(one);
    corpus_free(seven);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matchers_agree_on_ids_order_and_score_bits),
        cmocka_unit_test(matchers_agree_with_the_scalar_kernels),
        cmocka_unit_test(matchers_agree_with_the_avx2_kernels),
        cmocka_unit_test(scores_do_not_depend_on_the_segments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
