/* Building an index. One writer at a time holds DIR/LOCK (flock), in one
 * process; readers take snapshots and no lock.
 *
 * Documents are inverted in memory; a full buffer becomes an immutable segment
 * file. Nothing is visible or durable before index_commit, which writes and
 * fsyncs the files, then replaces the manifest atomically. */
#ifndef INDEX_WRITER_H
#define INDEX_WRITER_H
#include "base/err.h"
#include "base/fs.h"
#include "index/schema.h"

struct index_writer;

struct index_writer_options {
    size_t buffer_bytes;       /* flush beyond this; 0: 64 MiB */
    bool merge_in_background;  /* large merges run on a thread, and a later commit takes
                                 them in; else every merge runs inside index_commit */
    uint32_t small_merge_docs; /* merges of so few documents never do; 0: 10,000 */
};

/* Opens or creates. E_BUSY: another process holds LOCK. E_CONFLICT: the schema
 * differs (the caller then rebuilds into an emptied folder). E_CORRUPT. */
MUST_CHECK err_t index_writer_open(struct index_writer **out, const struct fs *fs, const char *dir,
                                   const struct index_schema *schema,
                                   const struct index_writer_options *o, struct err *e);

MUST_CHECK err_t index_add(struct index_writer *w, const struct index_doc *doc, struct err *e);
MUST_CHECK err_t index_remove(struct index_writer *w, uint64_t id, struct err *e);

/* `followed`: the number of the last change of the source that is inside; comes
 * back from index_followed after a crash, so that replay starts there. */
MUST_CHECK err_t index_commit(struct index_writer *w, uint64_t followed, struct err *e);
uint64_t index_followed(const struct index_writer *w);

/* Forgets every document and what was followed. Readers see it with the next
 * commit, which has a later generation and other files: a rebuilt index is never
 * taken for the one before. */
void index_clear(struct index_writer *w);

/* Merge all segments into one (bench, and `reindex`); commit included. */
MUST_CHECK err_t index_merge_all(struct index_writer *w, struct err *e);

/* Drops what was not committed. Accepts NULL. */
void index_writer_close(struct index_writer *w);

/* Remove every file of an index that cannot be opened (the store can rebuild it).
 * Its readers must be opened again: generations start anew. */
MUST_CHECK err_t index_destroy(const struct fs *fs, const char *dir, struct err *e);
#endif
