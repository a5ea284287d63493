/* Publications in the store: the only file that knows their tables.
 * Tables (migrations/0001_patents.sql): publication (identity, what lists sort
 * and filter by), publication_document (merged canonical JSON),
 * publication_source (each source's own canonical JSON and digest),
 * publication_number (every lookup key → publication), import_file (progress
 * and digest of imported files), change (what the index follows). */
#ifndef MODEL_PATENT_STORE_H
#define MODEL_PATENT_STORE_H
#include "db/db.h"
#include "model/patent.h"

enum put_result { PUT_INSERTED, PUT_UPDATED, PUT_UNCHANGED };

/* Insert or merge one record inside the caller's transaction. The same source
 * record again with equal digest is PUT_UNCHANGED and writes nothing. Sets
 * p->id. Appends one row to `change` unless unchanged. */
MUST_CHECK err_t patent_put(enum put_result *out, struct db *db, struct patent *p, struct arena *a,
                            struct err *e);

/* The merged record. E_NOTFOUND. */
MUST_CHECK err_t patent_get(struct patent *out, struct db *db, int64_t id, struct arena *a,
                            struct err *e);

/* Sources of a record, oldest first: name, file, row, when. */
struct patent_source {
    struct str source, source_id, file;
    int64_t row;
    int64_t received_ms;
};
MUST_CHECK err_t patent_sources(const struct patent_source **out, size_t *count, struct db *db,
                                int64_t id, struct arena *a, struct err *e);

/* Ids of the records that a typed number means, in any spelling. */
MUST_CHECK err_t patent_find(const int64_t **ids, size_t *count, struct db *db, struct str number,
                             struct arena *a, struct err *e);

MUST_CHECK err_t patent_count(int64_t *out, struct db *db, struct err *e);

/* --- the change table: one function through which everything follows ------- */
struct change {
    int64_t seq; /* rising, gap-free once read */
    int64_t id;  /* publication */
    bool removed;
};
/* Up to `cap` changes after `after`, in order; only the latest of an id within
 * the answer matters to a follower. */
MUST_CHECK err_t changes_read(struct change *out, size_t *count, size_t cap, struct db *db,
                              int64_t after, struct err *e);
MUST_CHECK err_t changes_last(int64_t *out, struct db *db, struct err *e);

/* --- files being imported (resume) ----------------------------------------- */
struct import_file {
    struct str digest; /* SHA-256 of the file, hex */
    struct str name, format;
    int64_t records_done; /* committed in the same transaction as their rows */
    bool finished;
};
MUST_CHECK err_t import_file_get(struct import_file *out, bool *found, struct db *db,
                                 struct str digest, struct str options, struct arena *a,
                                 struct err *e);
MUST_CHECK err_t import_file_put(struct db *db, const struct import_file *f, struct str options,
                                 struct err *e);
#endif
