/* The list of live segments: one small file, DIR/MANIFEST, replaced atomically.
 * Files that it does not name do not exist for anybody. Layout: FORMAT.md. */
#ifndef INDEX_MANIFEST_H
#define INDEX_MANIFEST_H
#include "base/arena.h"
#include "base/err.h"
#include "base/fs.h"
#include "index/schema.h"

struct manifest_segment {
    uint64_t id;
    uint64_t file_bytes;
    uint64_t seal;         /* checksum of the file's tail, which holds all others */
    uint64_t length_sum;   /* of live documents */
    uint64_t deletes_seal; /* checksum of the deletes file */
    uint32_t doc_count, live_count;
    uint32_t deletes; /* generation of the deletes file; 0: none */
};

struct manifest {
    uint64_t generation; /* rises with every commit */
    uint64_t followed;
    uint64_t next_id; /* of a segment; never used twice */
    const struct index_schema *schema;
    struct manifest_segment *segments;
    size_t segment_count;
};

/* E_NOTFOUND: there is none. E_CORRUPT. */
MUST_CHECK err_t manifest_read(struct manifest *out, const struct fs *fs, const char *dir,
                               struct arena *a, struct err *e);
/* Generation only (one small read); the rest is unchecked. E_NOTFOUND. */
MUST_CHECK err_t manifest_peek(uint64_t *generation, const struct fs *fs, const char *dir,
                               struct err *e);
/* All files it names are on the disk: then this makes it the truth. */
MUST_CHECK err_t manifest_write(const struct manifest *m, const struct fs *fs, const char *dir,
                                struct err *e);

struct index_schema *schema_dup(const struct index_schema *s, struct arena *a);
bool schema_equal(const struct index_schema *x, const struct index_schema *y);

/* Names of files in the arena. */
const char *segment_path(struct arena *a, const char *dir, uint64_t id);
const char *deletes_path(struct arena *a, const char *dir, uint64_t id, uint32_t deletes);

/* Live bits of ⌈doc_count/64⌉ words; the result is the caller's (free). */
MUST_CHECK err_t deletes_read(uint64_t **live, const struct fs *fs, const char *dir,
                              const struct manifest_segment *s, struct err *e);
MUST_CHECK err_t deletes_write(uint64_t *seal, const uint64_t *live, const struct fs *fs,
                               const char *dir, const struct manifest_segment *s, struct err *e);
#endif
