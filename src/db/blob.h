/* Uploaded files: immutable, named by the SHA-256 of their content, kept apart
 * from the records so that a large file never holds up a step of the store.
 *
 * Written and made durable first, referenced after: a record may name a digest
 * once blob_put_end gave it, or blob_hold found it; either keeps the file from
 * being swept for BLOB_KEEP_MS, within which the reference must be committed.
 * The same content again is the same file. What nothing references for that long
 * is swept, and so is an upload that nobody went on with.
 *
 * Every piece that is read is checked against its digest first: damage is
 * E_CORRUPT, never a wrong byte. Functions may be called from any thread; one
 * put or get belongs to one thread at a time. */
#ifndef DB_BLOB_H
#define DB_BLOB_H
#include "base/clock.h"
#include "crypto/hash.h"
#include "db/db.h"

struct blobs;
struct blob_put;
struct blob_get;

#define BLOB_CHUNK_BYTES ((size_t)1 << 20)  /* of a row; what a put or get holds in memory */
#define BLOB_SMALL_BYTES ((size_t)16 << 10) /* up to this size a file is one row */
#define BLOB_KEEP_MS ((int64_t)7 * 24 * 3600 * 1000)
#define BLOB_UPLOAD_LEN 32 /* characters of an upload's id: random, hex */

struct blobs_options {
    bool create;
    int busy_timeout_ms;       /* as in db_options */
    const char *vfs;           /* as in db_options */
    const struct clock *clock; /* NULL: the system's */
};

/* url: a SQLite file of its own ("sqlite:DIR/blobs.db"), or a PostgreSQL database,
 * which may be that of the records.
 * E_INVALID: no such address; E_NOTFOUND: nothing there and not `create`. */
MUST_CHECK err_t blobs_open(struct blobs **out, const char *url, const struct blobs_options *o,
                            struct err *e);
void blobs_close(struct blobs *b); /* accepts NULL; every put and get must be over */

/* --- writing ---------------------------------------------------------------- */

/* A new file of at most max_bytes. */
void blob_put_begin(struct blob_put **out, struct blobs *b, int64_t max_bytes);
/* Go on with one that was paused or whose program was killed; blob_put_size says
 * from where. E_NOTFOUND. */
MUST_CHECK err_t blob_put_resume(struct blob_put **out, struct blobs *b, struct str upload,
                                 int64_t max_bytes, struct err *e);
const char *blob_put_id(const struct blob_put *p); /* for blob_put_resume */
int64_t blob_put_size(const struct blob_put *p);   /* bytes added so far */

/* E_LIMIT: more than max_bytes; E_CONFLICT: another goes on with it as well.
 * After an error the put can only be paused, ended (the same error) or aborted. */
MUST_CHECK err_t blob_put_add(struct blob_put *p, struct bytes piece, struct err *e);

/* Each of these takes p. */
MUST_CHECK err_t blob_put_pause(struct blob_put *p, struct err *e); /* OK: all of it is durable */
/* OK: the file is durable under *digest. */
MUST_CHECK err_t blob_put_end(struct digest *digest, int64_t *size, struct blob_put *p,
                              struct err *e);
void blob_put_abort(struct blob_put *p); /* accepts NULL; what was kept of it goes, now or swept */

/* --- reading ----------------------------------------------------------------- */

/* Is it held, and how large. */
MUST_CHECK err_t blob_find(bool *held, int64_t *size, struct blobs *b, const struct digest *digest,
                           struct err *e);
/* The same, and keeps it from being swept for BLOB_KEEP_MS: before a record
 * references a file that it did not put itself. */
MUST_CHECK err_t blob_hold(bool *held, int64_t *size, struct blobs *b, const struct digest *digest,
                           struct err *e);

/* Bytes from … from + len of a file; less where it ends before, all with len < 0.
 * E_NOTFOUND. */
MUST_CHECK err_t blob_get_open(struct blob_get **out, struct blobs *b, const struct digest *digest,
                               int64_t from, int64_t len, struct err *e);
/* The next piece, borrowed until the next call; empty at the end. E_CORRUPT: not
 * what was put; when the whole is read that is told before its last piece. */
MUST_CHECK err_t blob_get_next(struct bytes *out, struct blob_get *g, struct err *e);
void blob_get_close(struct blob_get *g); /* accepts NULL */

/* --- sweeping ---------------------------------------------------------------- */

/* Does any record reference it? Asked without any lock held. */
typedef err_t (*blob_referenced_fn)(bool *is, const struct digest *digest, void *arg,
                                    struct err *e);
struct blob_swept {
    int64_t files, uploads; /* removed */
    int64_t bytes;
};
/* Removes what is older than BLOB_KEEP_MS and not referenced, in short steps. An
 * error of `referenced` ends it; what was removed before stays removed. */
MUST_CHECK err_t blobs_sweep(struct blob_swept *out, struct blobs *b, blob_referenced_fn referenced,
                             void *arg, struct err *e);
#endif
