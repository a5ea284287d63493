/* A refcounted view of the live segments at one commit. Searches pin one; new
 * commits, merges and deletes do not disturb it. */
#ifndef INDEX_SNAPSHOT_H
#define INDEX_SNAPSHOT_H
#include "base/err.h"
#include "base/fs.h"
#include "index/schema.h"

struct index_reader; /* one per process and folder: knows the current snapshot */
struct snapshot;
struct segment; /* index/segment.h */

MUST_CHECK err_t index_reader_open(struct index_reader **out, const struct fs *fs, const char *dir,
                                   struct err *e); /* E_NOTFOUND: no manifest yet */
void index_reader_close(struct index_reader *r);

/* Look for a newer manifest (cheap: one small read). */
MUST_CHECK err_t index_reader_refresh(struct index_reader *r, struct err *e);

struct snapshot *snapshot_get(struct index_reader *r);
void snapshot_put(struct snapshot *s); /* accepts NULL */

size_t snapshot_segments(const struct snapshot *s);
struct segment *snapshot_segment(const struct snapshot *s, size_t i);
const struct index_schema *snapshot_schema(const struct snapshot *s);
struct key_numbers *snapshot_keys(const struct snapshot *s); /* keys.h */
uint64_t snapshot_docs(const struct snapshot *s);            /* live documents */
uint64_t snapshot_followed(const struct snapshot *s);        /* change number */

/* Σ weighted length of all live documents / their number (BM25F). Global: the
 * same for every segment, so that scores compare. */
double snapshot_average_length(const struct snapshot *s);
#endif
