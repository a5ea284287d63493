/* The log's tables, read: entries in order, tiles, heads. Every other reader of
 * the log goes through here: receipts, bundles, followers, the verifier. */
#ifndef AUDIT_ROWS_H
#define AUDIT_ROWS_H
#include "audit/tree.h"
#include "base/buf.h"
#include "db/db.h"

/* Numbered entries: leaves 0 … *size−1. */
MUST_CHECK err_t log_size(uint64_t *size, struct db *db, struct err *e);

/* Entries that are committed, numbered or not yet. */
MUST_CHECK err_t log_written(uint64_t *entries, struct db *db, struct err *e);

/* Leaf of the entry named `uid`; −1: it has none yet. E_NOTFOUND. */
MUST_CHECK err_t log_leaf_of(int64_t *leaf, struct db *db, struct str uid, struct err *e);

struct log_row {
    int64_t leaf, at_ms;
    struct str uid, body; /* borrowed for the call */
    struct str listed;    /* likewise: LOG_LISTED */
};
/* The columns by which lists of the log choose, in one text. */
#define LOG_LISTED                                                                                 \
    "coalesce(CAST(who AS TEXT), '-') || ' ' || coalesce(unit, 0) || ' ' ||"                       \
    " coalesce(record_id, 0) || ' ' || coalesce(status, 0) || ' ' || coalesce(verb, '') || ' ' ||" \
    " coalesce(type, '')"
typedef err_t (*log_row_fn)(void *arg, const struct log_row *row, struct err *e);

/* fn for the entries `from`, `from`+1 …, at most `limit`; *next is the first that
 * was not given. Whoever follows the log (an index, a webhook) keeps *next and
 * misses nothing: numbers are given to committed entries only, without gap. */
MUST_CHECK err_t log_follow(uint64_t *next, struct db *db, uint64_t from, size_t limit,
                            log_row_fn fn, void *arg, struct err *e);

/* Tiles of this connection; it must stay lent meanwhile. */
struct tile_source log_tiles(struct db *db);

struct log_head_row {
    uint64_t size;
    int64_t at_ms;
    struct str note; /* signed, without cosignatures; in the arena */
};
/* The latest head; E_NOTFOUND: none was signed yet. */
MUST_CHECK err_t log_head_latest(struct log_head_row *out, struct db *db, struct arena *a,
                                 struct err *e);
/* The latest head of at most `size` entries, `witnessed`: with a cosignature. E_NOTFOUND: there is none. */
MUST_CHECK err_t log_head_within(struct log_head_row *out, struct db *db, int64_t size,
                                 bool witnessed, struct arena *a, struct err *e);
/* The latest head with a cosignature whose size is at least `size`, else the
 * latest of at least that size. E_NOTFOUND: none reaches it. */
MUST_CHECK err_t log_head_for(struct log_head_row *out, struct db *db, uint64_t size,
                              struct arena *a, struct err *e);
/* The first head of at least `size`: it stays the first. E_NOTFOUND: none reaches it. */
MUST_CHECK err_t log_head_first(struct log_head_row *out, struct db *db, uint64_t size,
                                struct arena *a, struct err *e);
/* The checkpoint with its cosignatures, as receipts and bundles end in it. */
MUST_CHECK err_t log_head_write(struct buf *to, struct db *db, const struct log_head_row *head,
                                struct err *e);
#endif
