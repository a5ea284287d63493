/* Refused rows of an import, all of them, in one unlinked temporary file: memory
 * does not grow with the number of mistakes, nor do open files with the members of
 * an archive. Inputs come one after the other, so each owns a range of the file. */
#ifndef INGEST_SPOOL_H
#define INGEST_SPOOL_H
#include "base/fs.h"
#include "ingest/pipeline.h"

struct spool_file;   /* of the whole import */
struct reject_spool; /* one input's range in it */

/* `header` and `cells` may be empty (formats without rows). */
struct spooled {
    struct import_reject reject;
    const struct str *header, *cells;
    size_t header_count, cell_count;
};

/* NULL in *file: it is made here, in *spool: the range begins here. Both are freed
 * by the arena. */
MUST_CHECK err_t spool_add(struct reject_spool **spool, struct spool_file **file,
                           const struct spooled *r, const struct fs *fs, const char *tmpdir,
                           struct arena *a, struct err *e);

/* In order; strs are in `scratch`, which is reset before each. */
MUST_CHECK err_t spool_each(struct reject_spool *spool,
                            bool (*fn)(void *arg, const struct spooled *r), void *arg,
                            struct arena *scratch, struct err *e);
#endif
