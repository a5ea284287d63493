/* The store of records: one writer thread with group commit, reader
 * connections, migrations.
 *
 * store_write is the only way to write. fn is the whole business step (reads,
 * guards, writes), touches only the database, takes ≤ 5 ms, and runs on the
 * writer thread inside its own savepoint; queued steps share one fsync. The
 * call returns after the group's COMMIT: OK means durable. A step that fails is
 * rolled back alone and its error returned. When COMMIT itself fails, every
 * step of the group gets E_IO. fn may run again if the group had to be rerun,
 * so it must have no effect outside the database. */
#ifndef DB_STORE_H
#define DB_STORE_H
#include "db/db.h"

struct store;

typedef err_t (*store_fn)(struct db *db, void *arg, struct err *e);

struct migration {
    int number;       /* 1, 2, 3 … without gap */
    const char *name; /* "0001_patents" */
    const char *sql;
};
/* Made at build from migrations/NNNN_*.sql, in order. */
extern const struct migration migrations[];
extern const size_t migration_count;

/* Open (and, when `create`, make) the store and bring it to the newest
 * migration. E_NOTFOUND when absent and not `create`; E_CONFLICT when it was
 * made by a newer program. */
MUST_CHECK err_t store_open(struct store **out, const char *url, bool create, struct err *e);
void store_close(struct store *s); /* finishes queued writes; accepts NULL */

MUST_CHECK err_t store_write(struct store *s, store_fn fn, void *arg, struct err *e);

/* A reader connection, lent to this thread; give it back. */
MUST_CHECK err_t store_reader_get(struct db **out, struct store *s, struct err *e);
void store_reader_put(struct store *s, struct db *db);

const char *store_url(const struct store *s);
#endif
