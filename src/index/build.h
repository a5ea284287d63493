/* Writes one segment file: terms in byte order, each with its whole list, then
 * the documents and columns. Memory: one list, and 16 bytes for 32 terms.
 *
 * Fails stickily: after an error every call is a no-op, and builder_finish
 * tells it. The file is fsynced by builder_finish, and named by nothing until
 * a manifest names it. */
#ifndef INDEX_BUILD_H
#define INDEX_BUILD_H
#include "base/err.h"
#include "base/fs.h"
#include "base/str.h"
#include "index/schema.h"

struct builder;

/* One term's list, documents rising. */
struct builder_list {
    const uint32_t *docs;
    const uint8_t *freqs;
    uint32_t count;
    /* Delta varints of each posting's positions; NULL when the schema has none. */
    const struct bytes *positions;
};

struct builder *builder_new(const struct fs *fs, const char *path, uint64_t id, uint32_t doc_count,
                            const struct index_schema *schema);
void builder_term(struct builder *b, struct str term, const struct builder_list *list);

/* After the last term. `lengths` do not fall. */
void builder_docs(struct builder *b, const uint64_t *ids, const uint32_t *lengths);

/* Then every column of the schema, in its order. */
void builder_numbers(struct builder *b, const uint32_t *values);
/* Values sorted by bytes without repeats; ords of document d: starts[d] … */
void builder_strings(struct builder *b, const struct str *values, uint32_t value_count,
                     const uint32_t *starts, const uint32_t *ords);

/* *seal: names this very file's content in the manifest. Frees b either way;
 * on failure the file is removed. */
MUST_CHECK err_t builder_finish(uint64_t *seal, uint64_t *file_bytes, struct builder *b,
                                struct err *e);
/* Removes the unfinished file and frees b. */
void builder_abandon(struct builder *b);
#endif
