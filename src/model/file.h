/* Uploaded files: rows of the table `file`, and their content in the blob store, which
 * for a secret one is sealed with a key of its own.
 *
 * The key lies in the row, sealed for the unit that owns the file and for its digest, so
 * that neither another row nor another unit opens it; a secret byte is never on a disk in
 * clear. Who may do what is decided above (record/file.h). */
#ifndef MODEL_FILE_H
#define MODEL_FILE_H
#include "base/arena.h"
#include "crypto/hash.h"
#include "crypto/seal.h"
#include "db/blob.h"
#include "model/file_kind.h"
#include "model/store_read.h"

struct file_row {
    int64_t id, owner_unit, created_by, created_ms, bytes;
    int64_t kept_ms; /* since when a record names it; 0: none did */
    int secrecy;     /* of enum secrecy: 0 open, 1 internal, 2 secret */
    struct str state, city, province, digest, blob, name, kind, media_type;
    struct str key; /* sealed; empty: the content is not sealed */
};

/* The rows of a digest that have not ended, by id; several units may have uploaded it. */
MUST_CHECK err_t file_rows(const struct file_row **out, size_t *count, struct db *db,
                           struct str digest, struct arena *a, struct err *e);
/* Likewise of a name in the blob store. */
MUST_CHECK err_t file_rows_of_blob(const struct file_row **out, size_t *count, struct db *db,
                                   struct str blob, struct arena *a, struct err *e);
/* Inside a step. E_CONFLICT: the unit has this content already. */
MUST_CHECK err_t file_add(int64_t *id, struct db *db, const struct file_row *row, struct err *e);
/* Inside a step: from now on something names it. */
MUST_CHECK err_t file_keep(struct db *db, int64_t id, int64_t now_ms, struct err *e);
MUST_CHECK err_t file_end(struct db *db, int64_t id, int64_t now_ms, struct err *e);
/* Bytes that a unit's files and unfinished uploads take; not what anybody handed in to it. */
MUST_CHECK err_t file_unit_bytes(int64_t *out, struct db *db, int64_t unit, struct err *e);

struct file_limits {
    int64_t unit_bytes; /* all files of a unit */
    int64_t file_bytes; /* one file */
};
#define FILE_MB_MAX                                                                                \
    4096 /* of one file, at most and where nothing was chosen: what a request may carry */
#define FILE_UNIT_MB_MAX (INT64_C(1) << 30)
/* Where nothing was chosen, and the files lie elsewhere: what disk they are on is not known. */
#define FILE_UNIT_MB_ELSEWHERE 51200
struct file_place;
/* What an administrator chose. Where he chose nothing a unit may have half of the disk that the files are on; one that
 * has more already may have half of what is left besides. E_CORRUPT: a row that file_limits_set would not have written. */
MUST_CHECK err_t file_limits_load(struct file_limits *out, struct db *db,
                                  const struct file_place *p, int64_t unit, struct err *e);
/* What the disk has left for files: of all of it a twentieth, at most 4 GiB, is kept for records. 0: nothing. */
MUST_CHECK err_t file_disk_room(int64_t *out, const struct file_place *p, struct err *e);
/* E_LIMIT: so many bytes more are more than the unit's files and unfinished uploads may take; the sentence says what to
 * do. */
MUST_CHECK err_t file_unit_fits(struct db *db, int64_t unit, int64_t unit_bytes, int64_t bytes,
                                struct err *e);
/* The same of what nobody who signed in handed in to it: it has as much room as a unit, and takes none of the unit's. */
MUST_CHECK err_t file_public_fits(struct db *db, int64_t unit, int64_t unit_bytes, int64_t bytes,
                                  struct err *e);
/* Inside a step; in MiB. E_INVALID. */
MUST_CHECK err_t file_limits_set(struct db *db, int64_t unit_mb, int64_t file_mb, int64_t by,
                                 int64_t now_ms, struct err *e);

/* --- content --------------------------------------------------------------------------- */

struct file_place {
    struct blobs *blobs;
    const struct seal_key *keys;
    const char *tmpdir; /* for file_view_new; of what is not secret alone */
    bool elsewhere;     /* the blobs are not on its disk */
};

struct file_put;
struct file_stored {
    char digest[SHA256_HEX_LEN + 1], blob[SHA256_HEX_LEN + 1];
    int64_t bytes;
    struct str key; /* sealed, in the arena; empty: not sealed */
};

/* A new file of `unit`. */
void file_put_begin(struct file_put **out, const struct file_place *p, int64_t unit, bool secret,
                    int64_t max_bytes);
/* As blob_put_add: after an error it can only be ended, paused or aborted. */
MUST_CHECK err_t file_put_add(struct file_put *f, struct bytes piece, struct err *e);
/* Takes f. OK: the content is durable. */
MUST_CHECK err_t file_put_end(struct file_stored *out, struct file_put *f, struct arena *a,
                              struct err *e);
void file_put_abort(struct file_put *f); /* accepts NULL; what was kept of it goes */
void file_put_leave(struct file_put *f); /* accepts NULL; what was kept of it stays */

/* Where an upload in pieces stands; texts of the arena. */
struct file_paused {
    struct str upload; /* the blob store's name; empty: no byte is there yet */
    int64_t bytes;
    struct str key, tail; /* secret: sealed */
};
/* Takes f. OK: all of it is durable. */
MUST_CHECK err_t file_put_pause(struct file_paused *out, struct file_put *f, struct arena *a,
                                struct err *e);
/* E_CONFLICT: it was cut off (secret content, which is not gone over twice under one key),
 * or another goes on with it; E_NOTFOUND: it was swept. */
MUST_CHECK err_t file_put_resume(struct file_put **out, const struct file_place *p,
                                 const struct file_paused *from, int64_t unit, bool secret,
                                 int64_t max_bytes, struct arena *a, struct err *e);
int64_t file_put_size(const struct file_put *f); /* bytes added so far */

struct file_get;
/* As blob_get_open, in bytes as uploaded. */
MUST_CHECK err_t file_get_open(struct file_get **out, const struct file_place *p,
                               const struct file_row *row, int64_t from, int64_t len,
                               struct err *e);
MUST_CHECK err_t file_get_next(struct bytes *out, struct file_get *g, struct err *e);
void file_get_close(struct file_get *g); /* accepts NULL */
/* Reads all of it once: E_CORRUPT where what is kept is not what the row's digest names. */
MUST_CHECK err_t file_check_digest(const struct file_place *p, const struct file_row *row,
                                   struct err *e);

/* The content for reading here and there. Of a secret file at most FILE_SECRET_MAP bytes
 * can be mapped: they lie in memory, never in a temporary file. */
#define FILE_SECRET_MAP ((int64_t)64 << 20)
struct file_viewer;
struct file_viewer *file_view_new(const struct file_place *p, const struct file_row *row);
const struct file_view *file_view_of(const struct file_viewer *v);
void file_view_free(struct file_viewer *v); /* accepts NULL */
#endif
