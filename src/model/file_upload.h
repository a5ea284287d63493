/* Uploads in pieces: rows of the table `file_upload`. The content stands in the blob
 * store (struct file_paused). */
#ifndef MODEL_FILE_UPLOAD_H
#define MODEL_FILE_UPLOAD_H
#include "model/file.h"

#define FILE_UPLOAD_LEN 32 /* hex characters of an id */

struct file_upload {
    struct str id;
    int64_t account, unit, created_ms;
    struct str name;
    int secrecy; /* of enum secrecy */
    struct file_paused at;
    struct file_stored whole; /* blob empty: it is not whole yet */
};

/* Inside a step, but for file_upload_get. */
MUST_CHECK err_t file_upload_add(struct db *db, const struct file_upload *u, struct err *e);
/* E_NOTFOUND: none of this account; 0: whosoever it is. */
MUST_CHECK err_t file_upload_get(struct file_upload *out, struct db *db, struct str id,
                                 int64_t account, struct arena *a, struct err *e);
/* Where it stands now. E_CONFLICT: it did not stand at `before` any more. */
MUST_CHECK err_t file_upload_move(struct db *db, const struct file_upload *u, int64_t before,
                                  int64_t now_ms, struct err *e);
/* It is whole: what file_put_end gave, so that finishing can be asked for again. */
MUST_CHECK err_t file_upload_whole(struct db *db, const struct file_upload *u, int64_t now_ms,
                                   struct err *e);
MUST_CHECK err_t file_upload_remove(struct db *db, struct str id, struct err *e);
/* Those that nobody went on with since before_ms. */
MUST_CHECK err_t file_upload_sweep(struct db *db, int64_t before_ms, struct err *e);
MUST_CHECK err_t file_upload_count(int64_t *out, struct db *db, int64_t account, struct err *e);
#endif
