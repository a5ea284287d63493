/* Publications in the store: the only file that knows their tables
 * (migrations/0001_patents.sql says what each holds).
 *
 * The store keeps every distinct record of every source and never replaces one;
 * a document is a function of that set (patent_merge), so the order of imports
 * does not matter, and importing again adds nothing. Which document a record
 * belongs to is decided by its key (patent_key, patent_place.c). */
#ifndef MODEL_PATENT_STORE_H
#define MODEL_PATENT_STORE_H
#include "crypto/hash.h"
#include "model/patent.h"
#include "model/store_read.h"

enum put_result { PUT_INSERTED, PUT_UPDATED, PUT_UNCHANGED };

/* Insert or merge one record inside the caller's transaction. PUT_UPDATED: readers see another document than before;
 * PUT_UNCHANGED: they do not, though the record may have become a further source. The same record of
 * the same source again (equal canonical JSON) writes nothing, unless a later file states it
 * again (file_number): that is noted. Sets p->id. Appends a row to `change` for each document touched.
 * E_INVALID: nothing identifies it (patent_key). */
MUST_CHECK err_t patent_put(enum put_result *out, struct db *db, struct patent *p, struct arena *a,
                            struct err *e);

/* For puts that change nothing in the store: a temporary copy of the documents that they concern, in a transaction
 * that is never committed; db_close ends it. `from`: a reader of the store. */
MUST_CHECK err_t patent_trial_open(struct db **trial, struct db *from, struct arena *a,
                                   struct err *e);
/* As patent_put into the store after the puts before. */
MUST_CHECK err_t patent_trial_put(enum put_result *out, struct db *trial, struct db *from,
                                  struct patent *p, struct arena *a, struct err *e);

/* The merged record's JSON, for patent_from_json: whoever reads many keeps the
 * transaction short by parsing after it. E_NOTFOUND. */
MUST_CHECK err_t patent_get_json(struct str *out, struct db *db, int64_t id, struct arena *a,
                                 struct err *e);
/* The merged record. E_NOTFOUND. */
MUST_CHECK err_t patent_get(struct patent *out, struct db *db, int64_t id, struct arena *a,
                            struct err *e);

/* The number as people read it, of a record that was taken back the one that it had; empty: it has none, or there is
 * no such record. */
MUST_CHECK err_t patent_number(struct str *out, struct db *db, int64_t id, struct arena *a,
                               struct err *e);

/* Sources of a record, oldest first: name, file, row, when, and what it says, for patent_from_json. */
struct patent_source {
    struct str source, source_id, file;
    int64_t row;
    int64_t received_ms;
    struct str content;
};
MUST_CHECK err_t patent_sources(const struct patent_source **out, size_t *count, struct db *db,
                                int64_t id, struct arena *a, struct err *e);

/* The publications of its office and serial, itself among them, by their keys; none where it is known by no publication
 * number. */
struct patent_printing {
    int64_t id;
    struct str number, date; /* as lists show them; date empty: not known */
};
MUST_CHECK err_t patent_printings(const struct patent_printing **out, size_t *count, struct db *db,
                                  int64_t id, struct arena *a, struct err *e);

/* Names under one standard code of Derwent's, where it has several: by code, then name. Texts in `a`. */
struct party_code {
    struct str code, name;
};
struct party_codes {
    struct {
        struct party_code *ptr;
        size_t len, cap;
    } list;
};
MUST_CHECK err_t patent_party_codes(struct party_codes *out, struct db *db, struct arena *a,
                                    struct err *e);

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
    struct str digest; /* SHA-256 of the file, hex; with `options` the key of its row */
    struct str name, format;
    int64_t records_done; /* committed in the same transaction as their rows */
    bool finished;
    int64_t number; /* order in which files were begun; see struct patent.file_number */
};
/* The number that a file begun now has, inside the transaction that puts it. */
MUST_CHECK err_t import_file_next_number(int64_t *out, struct db *db, struct err *e);
MUST_CHECK err_t import_file_get(struct import_file *out, bool *found, struct db *db,
                                 struct str digest, struct str options, struct arena *a,
                                 struct err *e);
MUST_CHECK err_t import_file_put(struct db *db, const struct import_file *f, struct str options,
                                 struct err *e);

/* --- batches: what the evidence log says of publications --------------------- */
/* A batch is what one transaction brings; its number is that of its first change. Each
 * record that it stores has struct patent.batch set to it before patent_put. */
/* What a batch stored or took back (patent_undo.h): how many records, and H over
 * "zhiyun-rows/1\n" and their digests in the order of their bytes. */
MUST_CHECK err_t patent_batch_rows(struct digest *out, int64_t *count, struct db *db, int64_t batch,
                                   struct hasher *h, struct err *e);
/* The same of many batches in one look: fn for each that has records, from number `from` on and below *to, which is
 * chosen so that they are not too many to be held. good: each record that one brought is what its digest says. */
typedef void (*patent_batch_fn)(void *arg, int64_t batch, const struct digest *rows, int64_t count,
                                bool good);
MUST_CHECK err_t patent_batches_walk(int64_t *to, struct db *db, int64_t from, struct hasher *h,
                                     patent_batch_fn fn, void *arg, struct err *e);
/* Records of all batches, and of none; one that was taken back counts for the batch that brought it
 * and for the one that took it back. */
MUST_CHECK err_t patent_source_count(int64_t *out, struct db *db, struct err *e);
/* Note which entry of the log the changes first … last belong to. */
MUST_CHECK err_t patent_batch_put(struct db *db, int64_t first, int64_t last, struct str entry,
                                  struct err *e);

/* --- comparing stores -------------------------------------------------------- */
/* The store's content in the order of keys: for every document one JSON line
 * {"key":…,"document":{…},"sources":[{…}…]}, sources by digest; without ids, times and
 * numbers of files. Two stores that hold the same give the same lines, whatever the order in
 * which their sources came. Calls `line` with the text (no line break) until it returns false. */
MUST_CHECK err_t patent_dump(struct db *db, bool (*line)(void *arg, struct str json), void *arg,
                             struct err *e);
#endif
