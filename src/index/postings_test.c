/* Lists of every length and density against plain arrays, read in every way
 * that postings.h offers. SEED=n repeats a run. */
#include "test.h"

#include "base/fs.h"
#include "base/mem.h"
#include "base/rand.h"
#include "index/build.h"
#include "index/segment_priv.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct index_field fields[] = {{"text", 1}};
static const struct index_schema schema = {fields, 1, NULL, 0, false, 1.2f, 0.75f};
static char path[64];

struct plain {
    uint32_t count;
    uint32_t *docs;
    uint8_t *freqs;
    uint8_t *by_doc; /* frequency + 1; 0: not in the list */
};

static struct rand rng(void)
{
    return (struct rand){test_seed(20260103)};
}

/* Frequencies in the manners that make each way of coding the cheapest. */
static uint8_t some_freq(unsigned manner, struct rand *r)
{
    switch (manner % 8) {
    case 0:
        return 1;
    case 1:
        return 0; /* weight-0 field only */
    case 2:
        return (uint8_t)(rand_below(r, 10) == 0 ? 2 + rand_below(r, 3) : 1);
    case 3:
        return (uint8_t)(1 + rand_below(r, 4) * rand_below(r, 4));
    case 4:
        return (uint8_t)rand_below(r, 256);
    case 5:
        return (uint8_t)(rand_below(r, 50) == 0 ? 255 - rand_below(r, 20) : 1);
    case 6:
        return (uint8_t)(rand_below(r, 4) ? rand_below(r, 3) : 5 + rand_below(r, 60));
    default:
        return (uint8_t)(5 + rand_below(r, 15));
    }
}

static struct plain make_list(uint32_t universe, uint32_t count, unsigned manner, struct rand *r)
{
    struct plain p = {.docs = mem_array(count + 1, 4),
                      .freqs = mem_array(count + 1, 1),
                      .by_doc = mem_array(universe + 1, 1)};
    /* Some lists crowd into a corner of the segment. */
    uint32_t low = 0, high = universe;
    if (manner % 3 == 2 && count < universe / 4) {
        low = rand_below(r, universe / 2);
        high = low + universe / 4 + 1;
    }
    for (uint32_t doc = low; doc < high && p.count < count; doc++) {
        if (rand_below(r, high - doc) >= count - p.count)
            continue;
        p.docs[p.count] = doc;
        p.freqs[p.count] = some_freq(manner, r);
        p.by_doc[doc] = (uint8_t)(p.freqs[p.count] + 1);
        if (p.freqs[p.count] == 255)
            p.by_doc[doc] = 255; /* 254 and 255 look alike in this table only */
        p.count++;
    }
    return p;
}

static void check_windows(const struct postings *p, const struct plain *want, uint32_t universe,
                          struct rand *r)
{
    uint32_t *docs = mem_array((size_t)universe + POSTINGS_SLACK, 4);
    uint8_t *freqs = mem_array((size_t)universe + POSTINGS_SLACK, 1);
    uint64_t *scratch = mem_array(universe / 64 + 2, 8);
    struct postings_hint hint = {0}, heavy_hint = {0};
    uint32_t from = 0, at = 0, heavies = 0;
    /* Rising windows with a hint, some of them skipped. */
    while (from < universe) {
        uint32_t to = from + 1 + rand_below(r, universe / (1 + rand_below(r, 20)) + 1);
        if (rand_below(r, 4) == 0) {
            from = to;
            continue;
        }
        while (at < want->count && want->docs[at] < from)
            at++;
        uint32_t end = at, heavy = 0;
        for (; end < want->count && want->docs[end] < to; end++)
            heavy += p->shape == POSTINGS_BITMAP && want->freqs[end] > p->heavy_above;
        size_t n = postings_window(p, from, to, docs, freqs, &hint);
        assert_int_equal(n, end - at);
        assert_memory_equal(docs, want->docs + at, n * 4);
        assert_memory_equal(freqs, want->freqs + at, n);
        assert_int_equal(postings_window(p, from, to, docs, NULL, NULL), n);
        assert_memory_equal(docs, want->docs + at, n * 4);
        assert_int_equal(postings_heavy(p, from, to, docs, freqs, &heavy_hint), heavy);
        for (uint32_t i = at, j = 0; i < end; i++) {
            if (p->shape != POSTINGS_BITMAP || want->freqs[i] <= p->heavy_above)
                continue;
            assert_int_equal(docs[j], want->docs[i]);
            assert_int_equal(freqs[j++], want->freqs[i]);
            heavies++;
        }
        uint32_t aligned = from & ~63u;
        const uint64_t *bits = postings_bits(p, aligned, to < universe ? to : universe, scratch);
        for (uint32_t doc = aligned; doc < to && doc < universe; doc++)
            assert_int_equal(bits[(doc - aligned) / 64] >> ((doc - aligned) & 63) & 1,
                             want->by_doc[doc] != 0);
        from = to;
    }
    /* One that ends on a document ends before it. */
    assert_int_equal(postings_window(p, 0, want->docs[want->count - 1], docs, freqs, NULL),
                     want->count - 1);
    size_t n = postings_window(p, 0, universe, docs, freqs, NULL);
    assert_int_equal(n, want->count);
    assert_memory_equal(docs, want->docs, n * 4);
    assert_memory_equal(freqs, want->freqs, n);
    assert_true(heavies <= p->heavy_count);
    free(docs);
    free(freqs);
    free(scratch);
}

static void check_cursor(struct postings *p, const struct plain *want, uint32_t universe,
                         struct rand *r)
{
    uint32_t i = 0, doc;
    for (doc = postings_first(p); doc != DOC_END; doc = postings_next(p), i++) {
        assert_true(i < want->count);
        assert_int_equal(doc, want->docs[i]);
        assert_int_equal(postings_freq(p), want->freqs[i]);
    }
    assert_int_equal(i, want->count);
    assert_int_equal(postings_next(p), DOC_END);
    assert_int_equal(postings_doc(p), DOC_END);
    /* Seeks of any width between single steps. */
    doc = postings_first(p);
    i = 0;
    while (doc != DOC_END) {
        if (rand_below(r, 2)) {
            doc = postings_next(p);
            i++;
        } else {
            uint32_t target = doc + rand_below(r, 1 + universe / (1 + rand_below(r, 200)));
            doc = postings_seek(p, target);
            while (i < want->count && want->docs[i] < target)
                i++;
        }
        assert_int_equal(doc, i < want->count ? want->docs[i] : DOC_END);
        if (doc != DOC_END)
            assert_int_equal(postings_freq(p), want->freqs[i]);
    }
    assert_int_equal(postings_seek(p, 0), DOC_END);
    (void)postings_first(p);
    assert_int_equal(postings_seek(p, universe), DOC_END);
}

static void check_lookups(const struct postings *p, const struct plain *want, uint32_t universe,
                          struct rand *r)
{
    bool present;
    for (int i = 0; i < 200; i++) {
        uint32_t at = rand_below(r, want->count), doc = rand_below(r, universe);
        assert_int_equal(postings_freq_of(p, want->docs[at], &present), want->freqs[at]);
        assert_true(present);
        (void)postings_freq_of(p, doc, &present);
        assert_int_equal(present, want->by_doc[doc] != 0);
    }
    assert_int_equal(postings_freq_of(p, universe, &present), 0);
    assert_false(present);
}

static void check_segment(uint32_t universe, const uint32_t *counts, size_t lists, struct rand *r)
{
    struct err e;
    struct arena *a = arena_new();
    struct plain *plain = mem_array(lists, sizeof(*plain));
    struct builder *b = builder_new(&fs_system, path, 42, universe, &schema);
    for (size_t i = 0; i < lists; i++) {
        plain[i] = make_list(universe, counts[i], (unsigned)rand_below(r, 24), r);
        struct builder_list list = {plain[i].docs, plain[i].freqs, plain[i].count, NULL};
        builder_term(b, arena_printf(a, "term%06zu", i * 10), &list);
    }
    uint64_t *ids = mem_array(universe + 1, 8), seal, bytes;
    uint32_t *lengths = mem_array(universe + 1, 4);
    for (uint32_t i = 0; i < universe; i++) {
        ids[i] = 1000 + (universe - i) * 3ull;
        lengths[i] = i / 7 * 5;
    }
    builder_docs(b, ids, lengths);
    assert_ok(builder_finish(&seal, &bytes, b, &e), &e);

    struct segment_file *f;
    assert_ok(segment_file_open(&f, &fs_system, path, 42, seal, &schema, &e), &e);
    struct segment *s = segment_new(f, &schema, NULL, universe, 0);
    segment_file_put(f);
    struct postings *p = mem_alloc(sizeof(*p));
    for (size_t i = 0; i < lists; i++) {
        struct term_info info;
        bool found;
        assert_ok(segment_term(&info, &found, s, arena_printf(a, "term%06zu", i * 10 + 1), &e), &e);
        assert_false(found);
        assert_ok(segment_term(&info, &found, s, arena_printf(a, "term%06zu", i * 10), &e), &e);
        assert_true(found);
        assert_int_equal(info.doc_count, plain[i].count);
        assert_ok(postings_open(p, s, &info, &e), &e);
        check_windows(p, &plain[i], universe, r);
        check_cursor(p, &plain[i], universe, r);
        check_lookups(p, &plain[i], universe, r);
        free(plain[i].docs);
        free(plain[i].freqs);
        free(plain[i].by_doc);
    }
    const uint32_t *back;
    assert_ok(segment_lengths(&back, s, &e), &e);
    assert_memory_equal(back, lengths, (size_t)universe * 4);
    for (uint32_t i = 0; i < universe; i += 1 + universe / 50) {
        uint64_t id;
        uint32_t doc;
        assert_ok(segment_id_of(&id, s, i, &e), &e);
        assert_true(id == ids[i]);
        assert_ok(segment_doc_of(&doc, s, id, &e), &e);
        assert_int_equal(doc, i);
        assert_ok(segment_doc_of(&doc, s, id + 1, &e), &e);
        assert_int_equal(doc, DOC_END);
    }
    segment_put(s);
    free(p);
    free(plain);
    free(ids);
    free(lengths);
    arena_free(a);
    (void)unlink(path);
}

static void lists_of_every_length_read_back(void **state)
{
    (void)state;
    struct rand r = rng();
    uint32_t counts[257];
    for (uint32_t i = 0; i < 257; i++)
        counts[i] = i + 1;
    check_segment(257, counts, 257, &r);
    check_segment(5000, counts, 257, &r);
    check_segment(1, counts, 1, &r);
    check_segment(64, counts, 64, &r);
}

static void lists_of_any_density_read_back(void **state)
{
    (void)state;
    struct rand r = rng();
    for (int round = 0; round < 4; round++) {
        uint32_t universe = 1000 + rand_below(&r, 60000), counts[60];
        for (int i = 0; i < 60; i++)
            counts[i] = 1 + rand_below(&r, universe >> rand_below(&r, 10));
        counts[0] = universe;
        counts[1] = universe / 32;
        counts[2] = universe / 32 + 1;
        check_segment(universe, counts, 60, &r);
    }
}

int main(void)
{
    (void)snprintf(path, sizeof(path), "/tmp/zhiyun-postings-%ld.seg", (long)getpid());
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_of_every_length_read_back),
        cmocka_unit_test(lists_of_any_density_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
