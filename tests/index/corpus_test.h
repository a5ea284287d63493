/* Random corpora for tests of the query side: the documents as plain arrays, and
 * the same documents in an index on disk. */
#ifndef INDEX_CORPUS_TEST_H
#define INDEX_CORPUS_TEST_H
#include "base/arena.h"
#include "base/rand.h"
#include "base/vec.h"
#include "index/postings.h"
#include "index/query.h"
#include "index/writer.h"
#include "test.h"
#include <stdlib.h>
#include <unistd.h>

enum { FIELD_TITLE, FIELD_BODY, FIELD_CLASS, FIELDS };
enum { COLUMN_NUMBER, COLUMN_NAMES, COLUMN_GROUP, COLUMN_GROUP_HIGH, COLUMNS };

struct shape {
    uint32_t docs, vocabulary, length; /* mean length */
    double spread;                     /* 0: all lengths alike; 1: from 0 to far above */
    double skew;                       /* 1: all terms alike; larger: few frequent, many rare */
    uint32_t commits;
    double deleted, updated; /* updated: parts of `docs` that are written twice */
    bool positions, merged;
};

struct made_token {
    uint32_t term, position;
};

struct made_doc {
    uint64_t id;
    bool live;
    struct made_token *tokens;
    uint32_t token_count, number, group;
    struct str names[3];
    uint32_t name_count;
};

struct corpus {
    struct shape shape;
    struct arena *a;
    struct made_doc *docs;
    struct index_schema schema;
    struct str *terms; /* by number: "t17" */
    char dir[64];
    struct index_reader *reader;
    struct snapshot *snapshot;
};

static const struct index_field made_fields[] = {{"title", 3}, {"body", 1}, {"class", 0}};
static const struct index_column made_columns[] = {{"number", COLUMN_U32},
                                                   {"names", COLUMN_STRINGS},
                                                   {"group", COLUMN_U32},
                                                   {"group_high", COLUMN_U32}};

/* 0 … below 1 */
static inline double rand_unit(struct rand *r)
{
    return (double)(rand_u64(r) >> 11) * 0x1.0p-53;
}

static inline uint32_t random_term(const struct shape *s, struct rand *r)
{
    double u = rand_unit(r), x = u;
    for (int k = 1; k < s->skew; k++)
        x *= u;
    return (uint32_t)(x * s->vocabulary);
}

static inline void doc_make(struct corpus *c, struct made_doc *d, struct rand *r)
{
    const struct shape *s = &c->shape;
    double u = rand_unit(r), wide = u < 0.02 ? 6 : u * 2; /* a few very long ones */
    uint32_t words = (uint32_t)(s->length * ((1 - s->spread) + s->spread * wide));
    uint32_t at[FIELDS] = {0};
    d->live = true;
    d->tokens = arena_array(c->a, words + 2, sizeof(*d->tokens));
    for (uint32_t i = 0; i < words; i++) {
        uint32_t field = rand_below(r, 8) == 0 ? FIELD_TITLE : FIELD_BODY;
        uint32_t term = random_term(s, r);
        if (i > 0 && rand_below(r, 20) == 0)
            term = d->tokens[i - 1].term; /* bursts: larger frequencies */
        d->tokens[d->token_count++] = (struct made_token){term, POSITION_OF(field, at[field]++)};
    }
    for (uint32_t i = rand_below(r, 3); i > 0; i--)
        d->tokens[d->token_count++] =
            (struct made_token){random_term(s, r), POSITION_OF(FIELD_CLASS, at[FIELD_CLASS]++)};
    d->number = rand_below(r, 20) == 0 ? COLUMN_NONE : rand_below(r, 50) * 100;
    for (d->name_count = rand_below(r, 4); d->name_count > 3;)
        d->name_count--;
    for (uint32_t i = 0; i < d->name_count; i++)
        d->names[i] = arena_printf(c->a, "name %u", rand_below(r, 12));
    d->group = rand_below(r, rand_below(r, 2) ? s->docs : s->docs / 8 + 1);
}

/* Two groups may have one half in common. */
static inline uint64_t group_key_made(const struct made_doc *d)
{
    return (uint64_t)(d->group / 4 * 0x9e3779b1u) << 32 | (d->group % 4);
}

static inline void doc_add(struct corpus *c, struct index_writer *w, const struct made_doc *d)
{
    struct err e;
    struct index_token *tokens = malloc((d->token_count + 1) * sizeof(*tokens));
    for (uint32_t i = 0; i < d->token_count; i++)
        tokens[i] = (struct index_token){c->terms[d->tokens[i].term], d->tokens[i].position};
    uint32_t numbers[COLUMNS] = {[COLUMN_NUMBER] = d->number,
                                 [COLUMN_GROUP] = (uint32_t)group_key_made(d),
                                 [COLUMN_GROUP_HIGH] = (uint32_t)(group_key_made(d) >> 32)};
    struct index_values strings[COLUMNS] = {[COLUMN_NAMES] = {d->names, d->name_count}};
    struct index_doc doc = {d->id, tokens, d->token_count, numbers, strings};
    assert_ok(index_add(w, &doc, &e), &e);
    free(tokens);
}

/* The folder with all in it: index_destroy leaves the lock, which it holds. */
static inline void index_folder_remove(const char *dir)
{
    char lock[100];
    struct err e;
    assert_ok(index_destroy(&fs_system, dir, &e), &e);
    (void)snprintf(lock, sizeof(lock), "%s/LOCK", dir);
    assert_int_equal(unlink(lock), 0);
    assert_int_equal(rmdir(dir), 0);
}

static inline struct corpus *corpus_new(const struct shape *shape, uint64_t seed)
{
    struct arena *a = arena_new();
    struct corpus *c = arena_alloc(a, sizeof(*c));
    struct rand r = {seed};
    struct index_writer *w;
    struct index_writer_options o = {0};
    struct err e;

    *c = (struct corpus){.shape = *shape, .a = a};
    c->schema = (struct index_schema){.fields = made_fields,
                                      .field_count = FIELDS,
                                      .columns = made_columns,
                                      .column_count = COLUMNS,
                                      .positions = shape->positions,
                                      .k1 = 1.2f,
                                      .b = 0.75f};
    c->terms = arena_array(a, shape->vocabulary, sizeof(*c->terms));
    for (uint32_t i = 0; i < shape->vocabulary; i++)
        c->terms[i] = arena_printf(a, "t%u", i);
    snprintf(c->dir, sizeof(c->dir), "/tmp/zhiyun-query-test-XXXXXX");
    assert_non_null(mkdtemp(c->dir));
    assert_ok(index_writer_open(&w, &fs_system, c->dir, &c->schema, &o, &e), &e);

    c->docs = arena_array(a, shape->docs + 1, sizeof(*c->docs));
    uint32_t slice = shape->docs / shape->commits + 1;
    for (uint32_t i = 0; i < shape->docs; i++) {
        /* Not in the order of the segments: ties are decided by these. */
        c->docs[i].id = (uint64_t)i * 2654435761u % 4294967291u + 1;
        doc_make(c, &c->docs[i], &r);
        doc_add(c, w, &c->docs[i]);
        if ((i + 1) % slice == 0)
            assert_ok(index_commit(w, i, &e), &e);
    }
    assert_ok(index_commit(w, shape->docs, &e), &e);
    for (uint32_t i = 0; i < shape->docs; i++)
        if (rand_unit(&r) < shape->updated) {
            uint64_t id = c->docs[i].id;
            c->docs[i] = (struct made_doc){.id = id};
            doc_make(c, &c->docs[i], &r);
            doc_add(c, w, &c->docs[i]);
        }
    for (uint32_t i = 0; i < shape->docs; i++)
        if (rand_unit(&r) < shape->deleted) {
            c->docs[i].live = false;
            assert_ok(index_remove(w, c->docs[i].id, &e), &e);
        }
    assert_ok(index_commit(w, shape->docs + 1, &e), &e);
    if (shape->merged)
        assert_ok(index_merge_all(w, &e), &e);
    index_writer_close(w);
    assert_ok(index_reader_open(&c->reader, &fs_system, c->dir, &e), &e);
    c->snapshot = snapshot_get(c->reader);
    return c;
}

static inline void corpus_free(struct corpus *c)
{
    struct arena *a = c->a;
    snapshot_put(c->snapshot);
    index_reader_close(c->reader);
    index_folder_remove(c->dir);
    arena_free(a);
}

/* --- random queries ------------------------------------------------------------- */

static inline struct query random_leaf(const struct corpus *c, struct rand *r)
{
    struct query q = {.op = QUERY_TERM, .field = FIELD_ANY, .weight = 1, .tag = rand_below(r, 9)};
    q.score = rand_below(r, 12) == 0   ? SCORE_PRESENT
              : rand_below(r, 15) == 0 ? SCORE_NONE
                                       : SCORE_BM25;
    if (rand_below(r, 4) == 0)
        q.weight = (float)(0.05 + 3 * rand_unit(r));
    uint32_t term =
        rand_below(r, 3) ? random_term(&c->shape, r) : rand_below(r, c->shape.vocabulary);
    q.term = rand_below(r, 40) ? c->terms[term] : STR("nowhere");
    return q;
}

static inline struct query random_numbers(struct rand *r)
{
    uint32_t from = rand_below(r, 50) * 100, width = rand_below(r, 3000);
    return (struct query){.op = QUERY_NUMBERS,
                          .column = COLUMN_NUMBER,
                          .low = from,
                          .high = rand_below(r, 10) ? from + width : UINT32_MAX};
}

/* A part of a NEAR. */
static inline struct query random_place(const struct corpus *c, struct rand *r, uint32_t depth,
                                        struct arena *a)
{
    struct query q = random_leaf(c, r);
    uint32_t kind = rand_below(r, depth > 0 ? 6 : 4);
    q.width = rand_below(r, 4) == 0;
    if (kind == 1) {
        q.op = QUERY_PREFIX;
        q.width = 0;
        q.term.len = q.term.len > 2 ? q.term.len - 1 : q.term.len;
        q.rest = rand_below(r, 2) ? STR("?") : STR_NONE;
    } else if (kind == 2) {
        struct str *terms = arena_array(a, 2, sizeof(*terms));
        terms[0] = q.term;
        terms[1] = random_leaf(c, r).term;
        q.op = QUERY_PHRASE;
        q.terms = terms;
        q.term_count = 2;
    } else if (kind > 3) {
        struct query *children = arena_array(a, 2, sizeof(*children));
        for (size_t i = 0; i < 2; i++)
            children[i] = random_place(c, r, depth - 1, a);
        q = (struct query){.op = kind == 4 ? QUERY_OR : QUERY_NEAR,
                           .field = FIELD_ANY,
                           .children = children,
                           .child_count = 2,
                           .apart = 1 + rand_below(r, 4),
                           .ordered = rand_below(r, 2)};
    }
    if (rand_below(r, 4) == 0 && kind < 4)
        q.field = rand_below(r, FIELDS);
    return q;
}

/* A tree of at most `depth` levels; with positions also phrases and fields. */
static inline struct query random_tree(const struct corpus *c, struct rand *r, uint32_t depth,
                                       struct arena *a)
{
    struct query q = random_leaf(c, r);
    uint32_t kind = rand_below(r, depth > 1 ? 14 : 8);
    if (kind == 0) {
        q.op = QUERY_ALL;
    } else if (kind == 1) {
        q.op = QUERY_PREFIX;
        q.term.len = rand_below(r, 3);
        q.rest = rand_below(r, 3) ? STR_NONE : rand_below(r, 2) ? STR("*1") : STR("?");
        if (c->shape.positions && rand_below(r, 2))
            q.field = rand_below(r, FIELDS);
    } else if (kind == 2) {
        q = random_numbers(r);
    } else if (kind == 3) {
        struct str *values = arena_array(a, 2, sizeof(*values));
        values[0] = arena_printf(a, "name %u", rand_below(r, 14));
        values[1] = rand_below(r, 2) ? STR("e 1") : STR("name 3");
        q = (struct query){.op = QUERY_STRINGS,
                           .column = COLUMN_NAMES,
                           .values = values,
                           .value_count = 1 + rand_below(r, 2),
                           .part = rand_below(r, 2)};
    } else if (kind == 4 && c->shape.positions) {
        q.field = rand_below(r, FIELDS);
    } else if (kind == 5 && c->shape.positions) {
        struct str *terms = arena_array(a, 4, sizeof(*terms));
        q.op = QUERY_PHRASE;
        q.term_count = 1 + rand_below(r, 4);
        q.field = rand_below(r, 2) ? FIELD_ANY : rand_below(r, FIELDS);
        const struct made_doc *d = &c->docs[rand_below(r, c->shape.docs)];
        for (uint32_t i = 0; i < q.term_count; i++)
            terms[i] = rand_below(r, 6) == 0 ? STR_NONE : random_leaf(c, r).term;
        uint32_t from = d->token_count ? rand_below(r, d->token_count) : 0;
        for (uint32_t i = 0; rand_below(r, 4) && i < q.term_count && from + i < d->token_count; i++)
            terms[i] = c->terms[d->tokens[from + i].term];
        q.terms = terms;
    } else if (kind == 6 && c->shape.positions) {
        struct query *children = arena_array(a, 2, sizeof(*children));
        children[0] = random_place(c, r, 2, a);
        children[1] = random_place(c, r, 1, a);
        q = (struct query){.op = QUERY_NEAR,
                           .field = FIELD_ANY,
                           .children = children,
                           .child_count = 2,
                           .apart = 1 + rand_below(r, 6),
                           .ordered = rand_below(r, 2)};
    } else if (kind == 7 && rand_below(r, 2)) {
        struct str *terms = arena_array(a, 3, sizeof(*terms));
        for (size_t i = 0; i < 3; i++)
            terms[i] = random_leaf(c, r).term;
        q = (struct query){.op = QUERY_TERMS, .terms = terms, .term_count = rand_below(r, 4)};
    } else if (kind >= 8) {
        q.op = kind < 10 ? QUERY_AND : kind < 13 ? QUERY_OR : QUERY_NOT;
        q.child_count = q.op == QUERY_NOT ? 1 : rand_below(r, 5);
        struct query *children = arena_array(a, q.child_count + 1, sizeof(*children));
        for (size_t i = 0; i < q.child_count; i++)
            children[i] = random_tree(c, r, depth - 1, a);
        q.children = children;
    }
    return q;
}
#endif
