/* The stored half of the engine against a simple model: documents in, every
 * fact about every document out. */
#include "base/fs.h"
#include "base/limits.h"
#include "base/mem.h"
#include "index/manifest.h"
#include "index/store_model.h"
#include <pthread.h>
#include <stdlib.h>

static void run_history(const struct index_schema *schema, uint64_t seed, int steps,
                        bool in_background)
{
    struct rand r = {seed};
    struct err e;
    struct index_writer *w = NULL;
    struct index_reader *reader = NULL;
    struct model *m = mem_zalloc(sizeof(*m));
    uint32_t version = 1;
    m->vocabulary = 3000;
    struct index_writer_options o = {
        .buffer_bytes = 200000, .merge_in_background = in_background, .small_merge_docs = 1};
    assert_ok(index_writer_open(&w, &fs_system, folder, schema, &o, &e), &e);
    for (int step = 0; step < steps; step++) {
        uint32_t changes = rand_below(&r, 4) == 0 ? rand_below(&r, 1500) : rand_below(&r, 30);
        change_some(w, m, changes, rand_below(&r, 2) ? MODEL_IDS : 50, &version, &r);
        assert_ok(index_commit(w, (uint64_t)step + 1, &e), &e);
        if (rand_below(&r, 8) == 0)
            assert_ok(index_merge_all(w, &e), &e);
        if (rand_below(&r, 5) == 0) {
            index_writer_close(w);
            w = NULL;
            assert_ok(index_writer_open(&w, &fs_system, folder, schema, &o, &e), &e);
            assert_int_equal(index_followed(w), step + 1);
        }
        if (!reader)
            assert_ok(index_reader_open(&reader, &fs_system, folder, &e), &e);
        assert_index_is(m, reader, schema->positions);
    }
    index_reader_close(reader);
    index_writer_close(w);
    free(m);
}

static void any_history_reads_back_as_the_model(void **state)
{
    (void)state;
    run_history(&with_positions, test_seed(20260101), 25, false);
}

static void any_history_without_positions_too(void **state)
{
    (void)state;
    run_history(&without_positions, test_seed(20260101) + 1, 25, false);
}

static void merges_on_a_thread_lose_nothing_that_happens_meanwhile(void **state)
{
    (void)state;
    run_history(&with_positions, test_seed(20260101) + 2, 60, true);
}

/* --- threads -------------------------------------------------------------------- */
struct searcher {
    struct index_reader *reader;
    int rounds;
    bool same;
};

/* Every answer of one snapshot is the same, whoever asks first. */
static void *search(void *arg)
{
    struct searcher *s = arg;
    s->same = true;
    for (int i = 0; i < s->rounds; i++) {
        struct err e;
        uint64_t one, two;
        struct snapshot *snapshot = snapshot_get(s->reader);
        if (digest_snapshot(&one, snapshot, &e) != OK || digest_snapshot(&two, snapshot, &e) != OK)
            s->same = false;
        else
            s->same &= one == two;
        snapshot_put(snapshot);
    }
    return NULL;
}

static void many_threads_read_while_one_writes(void **state)
{
    (void)state;
    struct rand r = {test_seed(20260101)};
    struct err e;
    struct index_writer *w;
    struct model *m = mem_zalloc(sizeof(*m));
    struct index_reader *reader;
    pthread_t threads[4];
    struct searcher searchers[4];
    uint32_t version = 1;
    m->vocabulary = 2000;
    assert_ok(index_writer_open(&w, &fs_system, folder, &with_positions, NULL, &e), &e);
    change_some(w, m, 300, MODEL_IDS, &version, &r);
    assert_ok(index_commit(w, 1, &e), &e);
    assert_ok(index_reader_open(&reader, &fs_system, folder, &e), &e);
    for (int i = 0; i < 4; i++) {
        searchers[i] = (struct searcher){reader, 15, false};
        assert_int_equal(pthread_create(&threads[i], NULL, search, &searchers[i]), 0);
    }
    for (int i = 0; i < 12; i++) {
        change_some(w, m, 40, MODEL_IDS, &version, &r);
        assert_ok(index_commit(w, 2 + (uint64_t)i, &e), &e);
        assert_ok(index_reader_refresh(reader, &e), &e);
    }
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_true(searchers[i].same);
    }
    assert_index_is(m, reader, true);
    index_reader_close(reader);
    index_writer_close(w);
    free(m);
}

static void a_snapshot_outlives_the_files_of_its_commit(void **state)
{
    (void)state;
    struct rand r = {test_seed(20260101)};
    struct err e;
    struct index_writer *w;
    struct model *m = mem_zalloc(sizeof(*m));
    struct index_reader *reader;
    uint64_t before, after;
    uint32_t version = 1;
    m->vocabulary = 500;
    assert_ok(index_writer_open(&w, &fs_system, folder, &with_positions, NULL, &e), &e);
    change_some(w, m, 100, 200, &version, &r);
    assert_ok(index_commit(w, 1, &e), &e);
    assert_ok(index_reader_open(&reader, &fs_system, folder, &e), &e);
    struct snapshot *old = snapshot_get(reader);
    change_some(w, m, 100, 200, &version, &r);
    assert_ok(index_merge_all(w, &e), &e); /* its segment file is removed now */
    assert_ok(index_reader_refresh(reader, &e), &e);
    assert_ok(digest_snapshot(&before, old, &e), &e);
    assert_ok(digest_snapshot(&after, old, &e), &e);
    assert_true(before == after);
    assert_int_equal(snapshot_followed(old), 1);
    snapshot_put(old);
    assert_index_is(m, reader, true);
    index_reader_close(reader);
    index_writer_close(w);
    free(m);
}

static uint64_t docs_seen(struct index_reader *reader, uint64_t *generation)
{
    struct err e;
    assert_ok(index_reader_refresh(reader, &e), &e);
    struct snapshot *s = snapshot_get(reader);
    uint64_t docs = snapshot_docs(s);
    assert_ok(manifest_peek(generation, &fs_system, folder, &e), &e);
    snapshot_put(s);
    return docs;
}

static void a_cleared_index_is_found_as_it_was_until_the_next_commit(void **state)
{
    (void)state;
    struct rand r = {test_seed(20260101)};
    struct err e;
    struct index_writer *w;
    struct index_reader *reader;
    struct model *m = mem_zalloc(sizeof(*m)), *again = mem_zalloc(sizeof(*again));
    uint32_t version = 1;
    uint64_t before, after, docs;
    m->vocabulary = again->vocabulary = 500;
    assert_ok(index_writer_open(&w, &fs_system, folder, &with_positions, NULL, &e), &e);
    change_some(w, m, 100, 200, &version, &r);
    assert_ok(index_commit(w, 5, &e), &e);
    assert_ok(index_reader_open(&reader, &fs_system, folder, &e), &e);
    docs = docs_seen(reader, &before);
    assert_true(docs > 0);
    change_some(w, m, 20, 200, &version, &r); /* not committed: forgotten too */
    index_clear(w);
    assert_int_equal(index_followed(w), 0);
    assert_int_equal(docs_seen(reader, &after), docs);
    assert_true(after == before);
    change_some(w, again, 50, 200, &version, &r);
    assert_ok(index_commit(w, 5, &e), &e);
    (void)docs_seen(reader, &after);
    assert_true(after > before);
    assert_index_is(again, reader, true);
    index_clear(w);
    assert_ok(index_commit(w, 6, &e), &e);
    assert_int_equal(docs_seen(reader, &after), 0);
    index_reader_close(reader);
    index_writer_close(w);
    free(m);
    free(again);
}

static void only_one_writer_and_one_schema(void **state)
{
    (void)state;
    struct err e;
    struct index_writer *w, *second;
    struct index_reader *reader;
    assert_int_equal(index_reader_open(&reader, &fs_system, folder, &e), E_NOTFOUND);
    assert_ok(index_writer_open(&w, &fs_system, folder, &with_positions, NULL, &e), &e);
    assert_int_equal(index_writer_open(&second, &fs_system, folder, &with_positions, NULL, &e),
                     E_BUSY);
    assert_ok(index_commit(w, 7, &e), &e);
    index_writer_close(w);
    assert_int_equal(index_writer_open(&w, &fs_system, folder, &without_positions, NULL, &e),
                     E_CONFLICT);
    assert_ok(index_destroy(&fs_system, folder, &e), &e);
    assert_ok(index_writer_open(&w, &fs_system, folder, &without_positions, NULL, &e), &e);
    assert_int_equal(index_followed(w), 0);
    assert_ok(index_commit(w, 9, &e), &e);
    assert_ok(index_reader_open(&reader, &fs_system, folder, &e), &e);
    struct snapshot *s = snapshot_get(reader);
    assert_int_equal(snapshot_docs(s), 0);
    assert_int_equal(snapshot_followed(s), 9);
    snapshot_put(s);
    index_reader_close(reader);
    index_writer_close(w);
}

static void what_cannot_be_indexed_is_refused_whole(void **state)
{
    (void)state;
    struct err e;
    struct index_writer *w;
    char long_term[TERM_BYTES_MAX + 1];
    memset(long_term, 'a', sizeof(long_term));
    struct index_values strings[3] = {{0}};
    uint32_t numbers[3] = {COLUMN_NONE};
    struct index_token tokens[2] = {{STR("good"), 0}, {{long_term, sizeof(long_term)}, 1}};
    struct index_doc doc = {5, tokens, 2, numbers, strings};
    assert_ok(index_writer_open(&w, &fs_system, folder, &with_positions, NULL, &e), &e);
    assert_int_equal(index_add(w, &doc, &e), E_INVALID);
    tokens[1] = (struct index_token){STR(""), 1};
    assert_int_equal(index_add(w, &doc, &e), E_INVALID);
    tokens[1] = (struct index_token){STR("x"), POSITION_OF(3, 1)};
    assert_int_equal(index_add(w, &doc, &e), E_INVALID);
    assert_ok(index_commit(w, 1, &e), &e);
    struct index_reader *reader;
    assert_ok(index_reader_open(&reader, &fs_system, folder, &e), &e);
    struct snapshot *s = snapshot_get(reader);
    assert_int_equal(snapshot_docs(s), 0);
    snapshot_put(s);
    index_reader_close(reader);
    index_writer_close(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(any_history_reads_back_as_the_model, make_folder,
                                        drop_folder),
        cmocka_unit_test_setup_teardown(any_history_without_positions_too, make_folder,
                                        drop_folder),
        cmocka_unit_test_setup_teardown(merges_on_a_thread_lose_nothing_that_happens_meanwhile,
                                        make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(many_threads_read_while_one_writes, make_folder,
                                        drop_folder),
        cmocka_unit_test_setup_teardown(a_snapshot_outlives_the_files_of_its_commit, make_folder,
                                        drop_folder),
        cmocka_unit_test_setup_teardown(a_cleared_index_is_found_as_it_was_until_the_next_commit,
                                        make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(only_one_writer_and_one_schema, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(what_cannot_be_indexed_is_refused_whole, make_folder,
                                        drop_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
