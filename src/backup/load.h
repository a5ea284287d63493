/* The parts of a backup file, one after the other into an empty store, and what they say
 * compared with what the manifest says of them. For restore.c. */
#ifndef BACKUP_LOAD_H
#define BACKUP_LOAD_H
#include "backup/pack.h"
#include "backup/restore.h"
#include "base/vec.h"
#include "text/json.h"

struct load_table {
    struct table t;
    uint64_t rows;
    struct digest digest;
    bool begun, ended;
};

struct load_part {
    struct str name;
    struct digest digest;
};

struct load {
    const struct restore_target *to;
    const struct restore_options *o;
    struct restore_report *r;
    struct arena *a, *piece; /* of the whole; of one part */
    struct pack_in *pack;
    uint64_t file_bytes; /* of the backup, for the progress */
    struct db *db;       /* the only connection to the store while it is filled */
    struct db_load *filling;
    struct blobs *blobs;
    int folder;         /* the mark of a restore in the folder, open and locked; -1: not yet */
    bool folder_marked; /* it was there already: what else is there may be a restore's */
    const char *keys;   /* folder that they are put into before they get their name */
    struct log_suite suite;
    struct str log, head; /* as about.json says; head empty: none was signed */
    uint64_t written;     /* entries of the log, numbered or not */
    bool keys_inside, about_seen, tables_seen, complete;
    int64_t migration;
    VEC(struct load_table) tables;
    VEC(struct table) described; /* the same tables */
    VEC(struct load_part) parts;
    VEC(struct str) differing; /* files that are not what their names say */
    /* the table at hand */
    struct load_table *table;
    struct stmt *insert;
    struct hasher *hasher;
    size_t piece_number;
};

/* All of the file into l->db and l->blobs, which it opens. */
MUST_CHECK err_t load_all(struct load *l, struct err *e);
#endif
