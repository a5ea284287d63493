/* An instance as one file, made while others go on writing it: its records as they were at
 * one moment, the uploaded files that they name, its record types, and its keys where the
 * file is sealed. The index is left out: it follows from the records.
 *
 * Parts, in their order (pack.h):
 *
 *   about.json              product, version, migration, moment, log, latest signed head
 *   keys/NAME               of a sealed one alone, unless they were left out
 *   types/NAME.yaml, types/dictionaries/NAME.yaml   record types of this instance
 *   tables.json             every table: columns, key, indexes
 *   store/TABLE/NNNNNN.jsonl   its rows in the order of its key (rows.h), some MB a part
 *   files/DIGEST            an uploaded file as it is stored
 *   manifest.json           what is above: counts and SHA-256 of everything
 *
 * Not in it: sessions, sign-ins under way, links that sign in (after a restore everybody
 * signs in anew), uploads that are not whole. */
#ifndef BACKUP_BACKUP_H
#define BACKUP_BACKUP_H
#include "audit/suite.h"
#include "base/clock.h"
#include "db/blob.h"
#include "db/store.h"
#include "db/tables.h"

#define BACKUP_FORMAT 1
#define PASSPHRASE_MIN 12                  /* characters: whoever has the file may guess for ever */
#define BACKUP_NAMES_MAX ((size_t)1 << 30) /* of uploaded files, 64 bytes each */
#define BACKUP_SMALL_MAX ((size_t)16 << 20) /* of a part that is read into memory whole */

struct backup_progress {
    const char *what; /* table, "files" */
    uint64_t rows, files, bytes, written;
};

struct backup_options {
    const char *path;
    struct str passphrase; /* empty: not sealed, and then without keys */
    bool without_keys;
    bool national; /* SM4 and SM3 */
    void (*progress)(void *arg, const struct backup_progress *p);
    bool (*stops)(void *arg); /* NULL: nobody ends it; else E_BUSY once it is true */
    void *progress_arg;
};

struct backup_source {
    struct store *store;
    struct blobs *blobs;
    const struct log_suite *suite;
    const struct fs *fs;
    const struct clock *clock;
    const char *data; /* the instance's folder */
};

struct backup_report {
    int64_t made_ms;
    size_t tables;
    uint64_t rows, files, bytes /* before they were compressed */, written, entries;
    bool sealed, keys, has_head;
    uint64_t head_size;
    const struct str *damaged; /* uploaded files that are not as they were stored, or are gone */
    size_t damaged_count;
};
/* OK also where uploaded files are damaged: all else is in the backup, and they are named. */
MUST_CHECK err_t backup_write(struct backup_report *r, const struct backup_source *from,
                              const struct backup_options *o, struct arena *a, struct err *e);

/* Tables that are no part of what an instance is: they pass, or belong to one engine. */
bool backup_leaves_out(struct str table);
/* Names in the blob store of the uploaded files that somebody may ask for: SHA256_HEX_LEN
 * characters each, one behind the other. E_LIMIT: `out` has no room for all of them. */
MUST_CHECK err_t backup_file_names(struct buf *out, struct db *db, struct err *e);
/* What blobs and migrations keep of themselves: in no copy. */
bool backup_is_machinery(struct str table);
#endif
