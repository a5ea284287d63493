/* For the tests of this folder: a simple model of an index, documents made from
 * numbers, and every fact about every document as sorted lines (dump) or as one
 * number (digest). SEED=n in the environment repeats a run. */
#ifndef INDEX_STORE_MODEL_H
#define INDEX_STORE_MODEL_H
#include "test.h"

#include "base/rand.h"
#include "base/vec.h"
#include "index/postings.h"
#include "index/snapshot.h"
#include "index/writer.h"

extern const struct index_schema with_positions, without_positions;

/* A scratch folder; cmocka's set-up and tear-down. */
extern char folder[64];
int make_folder(void **state);
int drop_folder(void **state);

#define MODEL_IDS 3000

/* A document is a function of (number, version): the model keeps the version. */
struct model {
    uint32_t version[MODEL_IDS]; /* 0: not there */
    uint32_t vocabulary;
};

struct index_doc build_doc(struct arena *a, const struct model *m, uint32_t number,
                           uint32_t version);

/* Random adds, replacements and removals, into both. */
void change_some(struct index_writer *w, struct model *m, uint32_t changes, uint32_t ids,
                 uint32_t *version, struct rand *r);

/* One line a fact ("id term freq positions", "id column value"), sorted: equal
 * for equal contents, however they are cut into segments. */
struct dump {
    struct arena *a;
    VEC(struct str) lines;
};
void dump_model(struct dump *d, const struct model *m, bool positions);
err_t dump_snapshot(struct dump *d, const struct snapshot *s, struct err *e);

/* Sum of hashes of all facts of a snapshot: equal for equal dumps. */
err_t digest_snapshot(uint64_t *out, const struct snapshot *s, struct err *e);

/* The newest snapshot of `reader` holds what the model holds. */
void assert_index_is(const struct model *m, struct index_reader *reader, bool positions);
#endif
