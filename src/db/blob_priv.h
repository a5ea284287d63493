/* How blob.c keeps files: as rows of a database (blob_rows.c), which know chunks
 * and uploads. Pieces, digests of the whole and the loop of sweeping are blob.c's.
 *
 * A file is a row of chunks, all of BLOB_CHUNK_BYTES but the last. While it is
 * put, the last chunk may be written again longer. */
#ifndef DB_BLOB_PRIV_H
#define DB_BLOB_PRIV_H
#include "base/buf.h"
#include "db/blob.h"

struct blob_part {
    const char *upload;
    int64_t held;       /* bytes that the rows have of it; BLOB_NONE: there is none yet */
    int64_t n;          /* number of the chunk, from 0 */
    struct bytes chunk; /* all of it; it follows chunk n − 1 */
};
#define BLOB_NONE (-1)

static inline int64_t blob_part_size(const struct blob_part *p)
{
    return p->n * (int64_t)BLOB_CHUNK_BYTES + (int64_t)p->chunk.len;
}

/* Something that nobody touched for long. */
struct blob_old {
    int64_t id; /* rises from one to the next */
    bool finished;
    struct digest digest; /* when finished */
    int64_t size;
};

struct blobs {
    struct store *store;
    const struct clock *clock;
};

/* Bytes held of an unfinished upload. E_NOTFOUND. */
MUST_CHECK err_t blob_rows_upload_size(int64_t *size, struct blobs *b, const char *upload,
                                       struct err *e);
MUST_CHECK err_t blob_rows_upload_read(struct buf *to, struct blobs *b, const char *upload,
                                       int64_t n, struct err *e);
/* OK: durable. E_CONFLICT: the rows do not hold part->held bytes of it. */
MUST_CHECK err_t blob_rows_upload_write(struct blobs *b, const struct blob_part *part,
                                        struct err *e);
/* The same for the last chunk, and the upload is the file of that digest. */
MUST_CHECK err_t blob_rows_upload_end(struct blobs *b, const struct blob_part *part,
                                      const struct digest *digest, struct err *e);
err_t blob_rows_upload_drop(struct blobs *b, const char *upload, struct err *e);
/* hold: keep it from being swept. E_NOTFOUND. */
MUST_CHECK err_t blob_rows_find(int64_t *size, struct blobs *b, const struct digest *digest,
                                bool hold, struct err *e);
/* Chunk n, checked against its own digest. E_NOTFOUND: it was swept meanwhile. */
MUST_CHECK err_t blob_rows_read(struct buf *to, struct blobs *b, const struct digest *digest,
                                int64_t n, struct err *e);
/* Those after `after` not touched since before_ms; fewer than cap: no more. */
MUST_CHECK err_t blob_rows_list_old(struct blob_old *out, size_t *count, size_t cap,
                                    struct blobs *b, int64_t after, int64_t before_ms,
                                    struct err *e);
/* *removed false: it was touched in between. */
MUST_CHECK err_t blob_rows_remove(bool *removed, struct blobs *b, const struct blob_old *old,
                                  int64_t before_ms, struct err *e);
#endif
