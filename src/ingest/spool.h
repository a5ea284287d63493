/* Refused rows of one input, all of them, in an unlinked temporary file: memory
 * does not grow with the number of mistakes. */
#ifndef INGEST_SPOOL_H
#define INGEST_SPOOL_H
#include "base/fs.h"
#include "ingest/pipeline.h"

struct reject_spool;

/* `header` and `cells` may be empty (formats without rows). */
struct spooled {
    struct import_reject reject;
    const struct str *header, *cells;
    size_t header_count, cell_count;
};

/* Opens a temporary file at the first use of *spool. Freed by the arena. */
MUST_CHECK err_t spool_add(struct reject_spool **spool, const struct spooled *r,
                           const struct fs *fs, const char *tmpdir, struct arena *a, struct err *e);

/* In order; strs are in `scratch`, which is reset before each. */
MUST_CHECK err_t spool_each(struct reject_spool *spool,
                            bool (*fn)(void *arg, const struct spooled *r), void *arg,
                            struct arena *scratch, struct err *e);
#endif
