/* A backup made into an instance again, in an empty folder and an empty store of either
 * engine, whichever it came from.
 *
 * Until all is there and the log has verified, the store carries the mark of one that is
 * being filled (db/store.h), and no command takes it for an instance; a restore that was
 * cut off is begun anew by the next one, which removes what the first had made, and only
 * that: the folder has a mark of its own, restore.begun. Keys get their name and the marks
 * go at the very end. */
#ifndef BACKUP_RESTORE_H
#define BACKUP_RESTORE_H
#include "audit/verdict.h"
#include "backup/backup.h"

struct restore_options {
    const char *path;
    struct str passphrase; /* of a sealed backup */
    const char *keys;      /* folder with the instance's keys; NULL: those in the backup */
    const char *erasures;  /* list of what was erased since (erasures.h); NULL: none is replayed */
    bool check;            /* nothing is left of it: only whether it could be restored */
    void (*progress)(void *arg, uint64_t bytes, uint64_t of);
    bool (*stops)(void *arg); /* NULL: nobody ends it; else E_BUSY once it is true */
    void *progress_arg;
};

struct restore_target {
    const struct fs *fs;
    const struct clock *clock;
    const char *data, *store_url, *blobs_url;
};

struct restore_report {
    int64_t made_ms; /* the moment that the backup shows */
    size_t tables;
    uint64_t rows, files, entries /* of the log, as restored */;
    uint64_t head_size; /* of the backup's signed head */
    bool has_head;
    uint64_t erased;           /* records of which fields were erased again */
    const struct str *damaged; /* uploaded files that the backup names as damaged */
    size_t damaged_count;
};

/* E_CONFLICT: the folder or the store is not empty, or the backup is of a newer program;
 * E_INVALID: it is damaged, or its log does not verify; E_DENIED: passphrase;
 * E_BUSY: another restore works in the folder. */
MUST_CHECK err_t restore_run(struct restore_report *r, const struct restore_target *to,
                             const struct restore_options *o, struct arena *a, struct err *e);
#endif
