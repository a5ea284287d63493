/* The whole log of a store: every entry, tile, head and cosignature, every version
 * with what opens it, and what waits to be numbered; and that every page of the store
 * is as it was written, whatever it holds (db_check). Memory does not grow with
 * the log. */
#ifndef AUDIT_VERIFY_H
#define AUDIT_VERIFY_H
#include "audit/verdict.h"
#include "base/clock.h"
#include "db/store.h"

#define WAITING_MS_MAX 60000 /* an entry committed for longer and under no head is a fault */

/* How publications are read, whose tables are not this folder's (model/patent_store.h). */
typedef void (*verify_batch_fn)(void *arg, int64_t batch, const struct digest *rows, int64_t count,
                                bool good);
struct verify_batches {
    err_t (*rows)(struct digest *out, int64_t *count, struct db *db, int64_t batch,
                  struct hasher *h, struct err *e);
    err_t (*walk)(int64_t *to, struct db *db, int64_t from, struct hasher *h, verify_batch_fn fn,
                  void *arg, struct err *e);
    err_t (*total)(int64_t *out, struct db *db, struct err *e);
};

/* How the rows that people read are compared with their last versions (record/current.h). */
enum verify_difference {
    VERIFY_FIELD,
    VERIFY_NO_VERSION,
    VERIFY_NO_ROW,
    /* of codes (db/row_mac.h); `field` is the row's key, or what stands in the schema */
    VERIFY_FOREIGN,
    VERIFY_CHANGED,
    VERIFY_REMOVED,
    VERIFY_SQL
};
struct verify_found {
    uint64_t rows, different;    /* compared; of which not what their last version says */
    enum verify_difference what; /* of the first of these: */
    char type[64], field[64];
    int64_t id;
};
struct verify_current {
    err_t (*check)(struct verify_found *out, const void *arg, struct db *db, struct err *e);
    const void *arg;
};

struct verify_options {
    const struct log_suite *suite;
    const struct log_trust *trust; /* the log's key, witnesses' keys, heads that are held */
    const struct clock *clock;
    /* Read what came after the latest held head; v->before: so many entries were not read. */
    bool only_new;
    bool skip_contents;                   /* entries and tree only: for the benchmark */
    const struct verify_batches *batches; /* NULL: imported publications are not looked at */
    struct verify_current current;        /* check NULL: rows are not looked at */
    bool skip_pages;                      /* read what the log needs, not every page of the store */
    void (*progress)(void *arg, uint64_t entries, uint64_t of); /* NULL: none */
    void *progress_arg;
};

/* One moment of the store, read while others write. OK: *v says what was found;
 * v->head borrows from the arena. Errors are of reading alone. */
MUST_CHECK err_t log_verify_store(struct log_verdict *v, struct store *store,
                                  const struct verify_options *o, struct arena *a, struct err *e);

/* The rows of one connection alone: a difference is a fault of *v. */
MUST_CHECK err_t log_verify_current(struct log_verdict *v, const struct verify_current *current,
                                    struct db *db, struct err *e);
#endif
