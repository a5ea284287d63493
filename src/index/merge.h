/* Several segments → one, without their deleted documents, in the order of
 * lengths. Streaming: memory is one term's list and 20 bytes a document. */
#ifndef INDEX_MERGE_H
#define INDEX_MERGE_H
#include "index/segment_priv.h"

/* The new document number of every document of source i goes to maps[i] (room
 * for its doc_count; DOC_END: was deleted), for deletes that come meanwhile. */
MUST_CHECK err_t merge_write(uint64_t *seal, uint64_t *file_bytes, uint32_t *doc_count,
                             uint64_t *length_sum, struct segment *const *sources, size_t count,
                             uint32_t **maps, const struct fs *fs, const char *path, uint64_t id,
                             const struct index_schema *schema, struct err *e);

/* Which segments to merge next, by size: eight of one tier (each eight times
 * the one below), or one that is more than half deleted. Returns how many;
 * their indexes go to `pick` (room for MERGE_FAN). 0: none. */
#define MERGE_FAN 8
struct merge_candidate {
    uint32_t doc_count, live_count;
};
size_t merge_choose(size_t pick[MERGE_FAN], const struct merge_candidate *c, size_t count);
#endif
