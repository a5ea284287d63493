/* A store and its uploaded files into another, empty one, of either engine: every row of
 * every table, compared row by row afterwards, and the log verified there. What people read is
 * compared with what the log says of it before, and there once more. The store that
 * it comes from is only read. Keys stay where they are: the folder is the same. */
#ifndef BACKUP_MOVE_H
#define BACKUP_MOVE_H
#include "audit/suite.h"
#include "audit/verify.h"
#include "base/clock.h"
#include "base/fs.h"
#include "db/db.h"

struct move_options {
    const struct fs *fs;
    const struct clock *clock;
    const struct log_suite *suite;
    const char *from, *to;             /* addresses of the stores */
    const char *from_blobs, *to_blobs; /* of the uploaded files; the same: they stay there */
    const char *data;                  /* the instance's folder */
    const struct mac_key *mac_key;     /* of the codes of rows, which are compared as well */
    struct verify_current current;     /* how rows are compared with what the log says of them */
    void (*progress)(void *arg, const char *table, uint64_t rows);
    void *progress_arg;
};

struct move_report {
    size_t tables;
    uint64_t rows, files, entries;
    const struct str *damaged; /* uploaded files that are not as they were stored, or are gone */
    size_t damaged_count;
};

/* OK also where uploaded files are damaged: all else is moved, and they are named. Once they are
 * mended in `from`, the same move goes on: `to` holds the log that `from` has, only files that
 * are missing are sent, and rows, tables are 0. E_BUSY: a server works with it; E_CONFLICT:
 * `to` is not empty, or `from` is of another version; E_CORRUPT: `from` was changed past the
 * program, what arrived is not what was sent, or the log does not verify there. */
MUST_CHECK err_t move_run(struct move_report *r, const struct move_options *o, struct arena *a,
                          struct err *e);
#endif
