/* The store of records: writing in steps, reader connections, migrations.
 *
 * store_write is the only way to write. fn is the whole business step (reads,
 * guards, writes), touches only the database, takes ≤ 5 ms, and means what it
 * would mean if it ran alone: steps are as if one came after the other. The call
 * returns after COMMIT: OK means durable. A step that fails is rolled back alone
 * and its error returned; once a statement of it has failed it can only fail.
 * fn may run again, so it must have no effect outside the database, and it never
 * calls store_write.
 *
 * Steps run on one writer thread, a failing one is undone alone; those that are
 * queued share one transaction and one fsync. When COMMIT itself fails, every step
 * of the group gets E_IO (E_BUSY where another process held the lock). A failed
 * step that the engine answers by ending the whole transaction is left out and the
 * others of its group are rerun; they never see it. Another process may write
 * beside us: groups are short and alternate with it.
 *
 * PostgreSQL: a group that was refused because of others, or cut off, is run again
 * for up to the busy timeout. Where a COMMIT was cut off the server is asked whether
 * it took effect. E_IO then means that nobody knows; the sentence says so. */
#ifndef DB_STORE_H
#define DB_STORE_H
#include "base/msg.h"
#include "db/db.h"

struct store;

typedef err_t (*store_fn)(struct db *db, void *arg, struct err *e);

struct migration {
    int number;       /* 1, 2, 3 … without gap */
    const char *name; /* "0001_patents" */
    const char *sql;
    const char *postgres; /* instead of sql there; NULL: the same, translated (dialect.h) */
};
/* Made at build from migrations/NNNN_what.sql, in order, and from
 * NNNN_what.postgres.sql where the engines must differ. */
extern const struct migration migrations[];
extern const size_t migration_count;

/* Open (and, when `create`, make) the store and bring it to the newest
 * migration. E_INVALID: no address of a store, or one in memory, which readers
 * could not share. E_NOTFOUND when absent and not `create`; E_CONFLICT when it was
 * made by a newer program. */
MUST_CHECK err_t store_open(struct store **out, const char *url, bool create, struct err *e);

struct store_options {
    bool create;
    int busy_timeout_ms;           /* as in db_options */
    const char *vfs;               /* as in db_options */
    const struct migration *steps; /* instead of migrations[]; NULL: those */
    size_t step_count;
    const char *ledger; /* table of the steps a database has; NULL: STORE_LEDGER */
    bool filling;       /* one that fill_begin made and fill_end has not ended yet */
};
#define STORE_LEDGER "schema_migration"
MUST_CHECK err_t store_open_with(struct store **out, const char *url, const struct store_options *o,
                                 struct err *e);

/* Bring a database to the newest of `count` migrations, each in a transaction
 * of its own, so that a kill in between leaves a whole one. E_CONFLICT: it has
 * migrations that this list does not. (store_open has done it.) */
MUST_CHECK err_t migrate(struct db *db, const struct migration *steps, size_t count, struct err *e);

/* The same with another table of what was done: two sets of tables in one
 * database. `ledger` as a name in SQL. */
MUST_CHECK err_t migrate_by(struct db *db, const char *ledger, const struct migration *steps,
                            size_t count, struct err *e);

/* A store that is filled from elsewhere is nobody's store before all of it is there: until
 * fill_end, whoever opens it gets E_CONFLICT, also after a kill (store_options.filling
 * opens it all the same). fill_begin makes the tables of the first `count` migrations in a
 * database that has none, with that mark, in one transaction. */
MUST_CHECK err_t fill_begin(struct db *db, size_t count, struct err *e);
MUST_CHECK err_t fill_is(bool *filling, struct db *db, struct err *e); /* false: or no store */
MUST_CHECK err_t fill_end(struct db *db, struct err *e);
/* migrate_by for such a store. */
MUST_CHECK err_t fill_migrate(struct db *db, const char *ledger, const struct migration *steps,
                              size_t count, struct err *e);

/* Codes of rows are written and checked from now on (row_mac.h); before anybody uses the store. */
struct mac_key;
void store_use_mac_key(struct store *s, const struct mac_key *key);

void store_close(struct store *s); /* finishes queued writes; accepts NULL */

MUST_CHECK err_t store_write(struct store *s, store_fn fn, void *arg, struct err *e);
/* Last in each step that this thread gives to store_write from now on, until it is NULL: where it
 * fails the step is undone. */
void store_guard(store_fn fn, void *arg);

/* The same for who does not wait. `done` is called once the outcome is final, on the
 * thread that writes for all: it only hands the step on, and from then on nobody else
 * touches it. */
struct store_step {
    store_fn fn;
    void *arg;
    void (*done)(struct store_step *step);
    void *done_arg;
    err_t rc; /* with its sentence in `why`, in the language of who submitted it */
    struct err why;
    uint64_t statements;     /* of its last run */
    struct store_step *next; /* private from here on */
    enum lang lang;
    bool left_out; /* it ended the whole transaction: it has its error already */
};
void store_submit(struct store *s, struct store_step *step);

/* A reader connection, lent to this thread; give it back. Take one at a time: they
 * are bounded, and E_BUSY comes when none is free for long. */
MUST_CHECK err_t store_reader_get(struct db **out, struct store *s, struct err *e);
void store_reader_put(struct store *s, struct db *db);

/* One number out of the store, asked for again only after a commit of anybody, in this
 * process or another: never older than the call, and it waits for no reader. `sql` gives one
 * row of one integer and is static storage; zero the rest. It takes some microseconds where
 * store_is_near says so (SQLite), elsewhere it asks the server each time. */
struct store_number {
    const char *sql;
    int64_t value, commits; /* private: what it was after which commit */
    bool known;
};
bool store_is_near(const struct store *s);
MUST_CHECK err_t store_number(int64_t *out, struct store *s, struct store_number *n, struct err *e);

/* db_scrub of the store: after an erasure that has to reach the disk. */
MUST_CHECK err_t store_scrub(struct store *s, struct err *e);

const char *store_url(const struct store *s);  /* as given */
const char *store_name(const struct store *s); /* for people: without a password */

/* Since store_open: steps acknowledged with OK, and the commits they shared. */
struct store_counts {
    uint64_t steps, commits;
};
struct store_counts store_counts(struct store *s);
#endif
