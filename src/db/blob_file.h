/* Files of the file system into the store of uploaded ones, and back. */
#ifndef DB_BLOB_FILE_H
#define DB_BLOB_FILE_H
#include "base/arena.h"
#include "db/blob.h"

/* *digest: in hex, in the arena. */
MUST_CHECK err_t blob_put_file(struct str *digest, struct blobs *b, const char *path,
                               struct arena *a, struct err *e);
MUST_CHECK err_t blob_put_text(struct str *digest, struct blobs *b, struct str text,
                               struct arena *a, struct err *e);

/* *path: a new empty file in the folder, "download-aB3xYz.xlsx". */
MUST_CHECK err_t temp_file_new(const char **path, const char *folder, const char *ending,
                               struct arena *a, struct err *e);
/* A file under `tmpdir` that has no name any more and holds a content; *fd is the caller's to
 * close, and -1 after an error. E_CORRUPT: `hex` is no digest; E_NOTFOUND: it is not kept. */
MUST_CHECK err_t blob_get_file(int *fd, struct blobs *b, struct str hex, const char *tmpdir,
                               struct arena *a, struct err *e);
#endif
