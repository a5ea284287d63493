/* Every matcher against every other: same ids, same order, same bits of the
 * scores, over random corpora and queries. */
#include "index/analyze.h"
#include "index/corpus_test.h"

#define QUERIES 5200 /* on each instruction set (meson.build) */

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

static void compare_all(const struct corpus *c, const struct query *q, struct search_options *o,
                        uint64_t seed, struct arena *a)
{
    struct search_result truth, other;
    struct err e;
    o->matcher = "exhaustive";
    assert_ok(index_search(&truth, c->snapshot, q, o, a, &e), &e);
    for (size_t i = 0; index_matchers[i]; i++) {
        if (str_is(str_of(index_matchers[i]), "exhaustive"))
            continue;
        o->matcher = index_matchers[i];
        assert_ok(index_search(&other, c->snapshot, q, o, a, &e), &e);
        assert_same(&truth, &other, index_matchers[i], seed);
    }
}

static void compare_once(const struct corpus *c, uint64_t seed, struct arena *a)
{
    static const size_t ks[] = {1, 3, 10, 100, 1000};
    struct rand r = {seed};
    struct query q = random_query(c, &r, a), filter;
    struct search_options o = {.k = ks[rand_below(&r, ARRAY_LEN(ks))],
                               .total = rand_below(&r, 4) == 0};
    if (rand_below(&r, 3) == 0)
        o.then_by = made_columns[COLUMN_NUMBER].name;
    if (rand_below(&r, 4) == 0) {
        filter = rand_below(&r, 2) ? random_numbers(&r) : random_tree(c, &r, 2, a);
        o.filter = &filter;
    }
    compare_all(c, &q, &o, seed, a);
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
     .deleted = 0.6,
     .updated = 0.3},
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
     .updated = 0.1,
     .merged = true},
};

static void matchers_agree_on_ids_order_and_score_bits(void **state)
{
    (void)state;
    uint64_t seed = test_seed(20261120);
    struct arena *a = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
        struct corpus *c = corpus_new(&shapes[i], seed + i);
        for (size_t j = 0; j < QUERIES / ARRAY_LEN(shapes); j++) {
            arena_reset(a);
            compare_once(c, seed + i * 1000000 + j, a);
        }
        corpus_free(c);
    }
    arena_free(a);
}

/* Frequent lists alone, around the counts at which they are added in another way or
 * fill a group. The last tile has 3 documents. */
static void many_frequent_lists_agree_at_the_borders_of_groups(void **state)
{
    (void)state;
    static const uint32_t counts[] = {4, 5, 6, 7, 10, 47, 48, 49, 57, 58, 95, 96, 97, 106, 120};
    struct shape shape = {.docs = 9 * 512 + 3,
                          .vocabulary = 120,
                          .length = 90,
                          .spread = 0.5,
                          .skew = 1,
                          .commits = 1};
    struct arena *a = arena_new();
    struct corpus *c = corpus_new(&shape, test_seed(61));
    struct rand r = {test_seed(62)};
    for (size_t i = 0; i < ARRAY_LEN(counts) * 10; i++) {
        uint32_t count = counts[i % ARRAY_LEN(counts)];
        arena_reset(a);
        struct query *leaves = arena_array(a, count, sizeof(*leaves)), filter = random_numbers(&r);
        for (uint32_t j = 0; j < count; j++) {
            leaves[j] = random_leaf(c, &r);
            leaves[j].term = c->terms[j];
        }
        struct query q = {.op = QUERY_OR, .children = leaves, .child_count = count};
        struct search_options o = {.k = 1 + rand_below(&r, 6),
                                   .filter = rand_below(&r, 3) ? NULL : &filter};
        compare_all(c, &q, &o, i, a);
    }
    corpus_free(c);
    arena_free(a);
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

/* --- real text -------------------------------------------------------------------- */

#define CHUNK_BYTES 900 /* about an abstract */

/* The shared data's Chinese patents, and their English translation, as one text. */
static struct str shared_text(struct arena *a)
{
    static const char *const names[] = {"expand_train_1.unlabelled.json", "train_en.json"};
    const char *shared = getenv("ZHIYUN_SHARED"), *root = getenv("MESON_SOURCE_ROOT");
    struct str all = STR_NONE;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct bytes one;
        struct str path = shared ? arena_printf(a, "%s/data/bdci-zh-patents/%s", shared, names[i])
                                 : arena_printf(a, "%s/../shared/data/bdci-zh-patents/%s",
                                                root ? root : ".", names[i]);
        struct err e;
        if (fs_read(&one, &fs_system, path.ptr, (size_t)64 << 20, a, &e) != OK)
            return STR_NONE;
        all = arena_join(a, all, bytes_str(one));
    }
    return all;
}

/* Piece i of the text, cut between characters. */
static struct str piece(struct str text, size_t i)
{
    const char *from = text.ptr + i * CHUNK_BYTES, *end = from + CHUNK_BYTES;
    while (from > text.ptr && ((unsigned char)*from & 0xc0) == 0x80)
        from--;
    while (((unsigned char)*end & 0xc0) == 0x80)
        end--;
    return str_range(from, end);
}

static struct index_reader *text_index(const char *dir, struct str text, size_t pieces)
{
    static const struct index_field field = {"text", 1};
    static const struct index_schema schema = {
        .fields = &field, .field_count = 1, .k1 = 1.2f, .b = 0.75f};
    struct index_writer_options o = {0};
    struct index_writer *w;
    struct index_reader *reader;
    struct arena *a = arena_new();
    struct err e;
    assert_ok(index_writer_open(&w, &fs_system, dir, &schema, &o, &e), &e);
    for (size_t i = 0; i < pieces; i++) {
        size_t count;
        arena_reset(a);
        const struct token *tokens = analyze_text(&count, piece(text, i), ANALYZE_INDEX, a);
        struct index_token *list = arena_array(a, count, sizeof(*list));
        for (size_t j = 0; j < count; j++)
            list[j] = (struct index_token){tokens[j].term, tokens[j].number};
        struct index_doc doc = {.id = i, .tokens = list, .token_count = count};
        assert_ok(index_add(w, &doc, &e), &e);
        if (i == pieces / 3)
            assert_ok(index_commit(w, i, &e), &e);
    }
    for (size_t i = 5; i < pieces; i += 11)
        assert_ok(index_remove(w, i, &e), &e);
    assert_ok(index_commit(w, pieces, &e), &e);
    index_writer_close(w);
    assert_ok(index_reader_open(&reader, &fs_system, dir, &e), &e);
    arena_free(a);
    return reader;
}

static struct query text_query(struct str text, size_t most, struct arena *a)
{
    size_t count;
    const struct token *tokens = analyze_text(&count, text, ANALYZE_QUERY, a);
    count = count < most ? count : most;
    struct query *leaves = arena_array(a, count, sizeof(*leaves));
    for (size_t i = 0; i < count; i++)
        leaves[i] = (struct query){
            .op = QUERY_TERM, .term = tokens[i].term, .field = FIELD_ANY, .weight = 1};
    return (struct query){.op = QUERY_OR, .children = leaves, .child_count = count};
}

static void matchers_agree_on_real_text(void **state)
{
    (void)state;
    static const size_t ks[] = {1, 10, 100};
    char dir[] = "/tmp/zhiyun-match-test-XXXXXX";
    struct arena *a = arena_new(), *keep = arena_new();
    struct str text = shared_text(keep);
    size_t pieces = text.len / CHUNK_BYTES;
    struct rand r = {test_seed(3)};
    struct err e;
    if (pieces < 2) {
        arena_free(a);
        arena_free(keep);
        /* cmocka 1.1.5 prints skip() as "not ok", which meson takes for a failure. */
        print_message("# skipped: no shared data here\n");
        return;
    }
    assert_non_null(mkdtemp(dir));
    struct index_reader *reader = text_index(dir, text, --pieces);
    struct snapshot *s = snapshot_get(reader);
    for (size_t i = 0; i < 600; i++) {
        struct search_options o = {.k = ks[i % 3], .matcher = "exhaustive"};
        struct search_result truth, other;
        arena_reset(a);
        size_t most = i % 4 == 0 ? 1 + rand_below(&r, 4) : 60 + rand_below(&r, 140);
        struct query q = text_query(piece(text, rand_below(&r, (uint32_t)pieces)), most, a);
        assert_ok(index_search(&truth, s, &q, &o, a, &e), &e);
        for (size_t m = 0; index_matchers[m]; m++) {
            o.matcher = index_matchers[m];
            assert_ok(index_search(&other, s, &q, &o, a, &e), &e);
            assert_same(&truth, &other, o.matcher, i);
        }
    }
    snapshot_put(s);
    index_reader_close(reader);
    index_folder_remove(dir);
    arena_free(a);
    arena_free(keep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matchers_agree_on_ids_order_and_score_bits),
        cmocka_unit_test(many_frequent_lists_agree_at_the_borders_of_groups),
        cmocka_unit_test(scores_do_not_depend_on_the_segments),
        cmocka_unit_test(matchers_agree_on_real_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
