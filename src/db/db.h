/* The one interface to a database: an engine fills the table of functions in
 * db_priv.h (sqlite.c, postgres.c). It runs statements and knows no table. SQL is
 * constant text that means the same in SQLite and PostgreSQL (README, "One SQL
 * text": ?1 parameters, ORDER BY … NULLS LAST, no engine functions); values are
 * always bound. A connection belongs to one thread at a time. */
#ifndef DB_DB_H
#define DB_DB_H
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct db;
struct stmt;

struct db_options {
    bool read_only;      /* only reads are possible; implies must_exist */
    bool must_exist;     /* E_NOTFOUND instead of making the database */
    int busy_timeout_ms; /* wait for another process's write; 0: the default, 10 s */
    const char *vfs;     /* SQLite's file layer by name, for tests; NULL: the system's */
    bool spills; /* sqlite::memory: what exceeds some MB lies in a temporary file without a name */
    bool
        may_stand; /* a transaction may stand still for as long as it takes: a store is moved, which nobody uses;
                            else a server ends one after half a minute, so that it holds up nobody */
};

/* url: "sqlite:PATH"; "sqlite::memory:" is a database of this connection alone.
 * "postgresql://…", "postgres://…" or "host=… dbname=…", as libpq reads them
 * (Unix sockets, several hosts, options).
 * E_INVALID: not such a URL, or a server that cannot be a store (version,
 * encoding, mode of another product); E_NOTFOUND; E_CORRUPT: no database, or
 * damaged; E_IO. */
MUST_CHECK err_t db_open(struct db **out, const char *url, const struct db_options *o,
                         struct err *e);
void db_close(struct db *db); /* accepts NULL; all statements must be freed */

/* Its address for people: without a password. */
const char *db_name(const struct db *db);

/* A prepared statement; those with the same SQL pointer are kept per
 * connection, so `sql` must be static storage. Text that the engine cannot read
 * is refused here or at its first run. */
MUST_CHECK err_t db_prepare(struct stmt **out, struct db *db, const char *sql, struct err *e);
/* A statement whose text is made at run time (of a record type, of a filter) from
 * names that were checked; values are bound as ever. `sql` is lent for the call.
 * The connection keeps the DB_TEXTS_MAX that were given back last, by content. */
#define DB_TEXTS_MAX 128 /* ~60 record types × a few statements each; some KB of memory each */
MUST_CHECK err_t db_prepare_text(struct stmt **out, struct db *db, struct str sql, struct err *e);
void stmt_free(struct stmt *st); /* accepts NULL; resets and gives back to the connection */

/* Insert a row, or change the one with the same key: the only upsert, because
 * its spelling differs between engines. Parameters: the keys in order, then the
 * columns. `u` and its texts must be static storage. */
struct upsert {
    const char *table;
    const char *keys;    /* "digest, options": the columns of a unique index */
    const char *columns; /* "name, format": what is changed; at least one */
};
MUST_CHECK err_t db_prepare_upsert(struct stmt **out, struct db *db, const struct upsert *u,
                                   struct err *e);

/* Parameters are 1-based; one never bound is NULL. Text and bytes are borrowed
 * until stmt_free or the next bind of that parameter. An empty str binds NULL:
 * no column holds ''. Text holds no NUL (E_INVALID): PostgreSQL refuses it. */
MUST_CHECK err_t stmt_bind_i64(struct stmt *st, int param, int64_t value, struct err *e);
MUST_CHECK err_t stmt_bind_str(struct stmt *st, int param, struct str value, struct err *e);
MUST_CHECK err_t stmt_bind_bytes(struct stmt *st, int param, struct bytes value, struct err *e);
MUST_CHECK err_t stmt_bind_null(struct stmt *st, int param, struct err *e);

/* Step to the next row; *has_row false at the end and on every later call.
 * E_CONFLICT: a unique index, foreign key or check refused it; E_BUSY; E_IO;
 * E_CORRUPT. After an error the statement can only be freed. */
MUST_CHECK err_t stmt_next(bool *has_row, struct stmt *st, struct err *e);
/* True if there is a next row; false at the end, on an error (*rc), and after one (*rc is not OK). */
bool stmt_row(err_t *rc, struct stmt *st, struct err *e);
/* Run to the end, for statements without rows; resets, so it can be bound again. */
MUST_CHECK err_t stmt_run(struct stmt *st, struct err *e);

/* As stmt_run for a write of a step, but a failure may be told by a later call on
 * the connection, at the latest by db_commit: PostgreSQL is not waited for. For
 * statements whose refusal the step does not look at, and whose id nobody asks. */
MUST_CHECK err_t stmt_run_later(struct stmt *st, struct err *e);

/* Statements that were run for this thread since it began, by whatever thread (store_write's of another are among
 * them): how often something asks its store is the difference between two moments. Each run of a statement is one,
 * however many rows it gives; begin, commit, what an engine asks for itself and what a sandbox is asked are none. A step that ran again
 * because of others counts once, so that nobody else's work changes the number. */
uint64_t db_statements(void);

/* Columns are 0-based; texts are borrowed until the next stmt_next. */
int64_t stmt_i64(struct stmt *st, int column); /* 0 when NULL */
struct str stmt_str(struct stmt *st, int column);
struct bytes stmt_bytes(struct stmt *st, int column);
bool stmt_is_null(struct stmt *st, int column);

/* The same in one call: prepare and bind VALUES(v_i64(id), v_str(name), …) to
 * parameters 1, 2, …; on an error *out is NULL. db_run also runs and frees. */
struct value {
    enum value_type { VALUE_NULL, VALUE_I64, VALUE_STR, VALUE_BYTES } type;
    int64_t i64;
    struct bytes bytes; /* VALUE_STR too */
};
static inline struct value v_i64(int64_t n)
{
    return (struct value){.type = VALUE_I64, .i64 = n};
}
static inline struct value v_id(int64_t n) /* 0: NULL */
{
    return n ? v_i64(n) : (struct value){.type = VALUE_NULL};
}
static inline struct value v_str(struct str s)
{
    return (struct value){.type = VALUE_STR, .bytes = str_bytes(s)};
}
static inline struct value v_bytes(struct bytes b)
{
    return (struct value){.type = VALUE_BYTES, .bytes = b};
}
#define VALUES(...)                                                                                \
    ((const struct value[]){__VA_ARGS__}),                                                         \
        (sizeof((const struct value[]){__VA_ARGS__}) / sizeof(struct value))
MUST_CHECK err_t db_query(struct stmt **out, struct db *db, const char *sql,
                          const struct value *values, size_t count, struct err *e);
MUST_CHECK err_t db_run(struct db *db, const char *sql, const struct value *values, size_t count,
                        struct err *e);
MUST_CHECK err_t db_run_later(struct db *db, const char *sql, const struct value *values,
                              size_t count, struct err *e); /* stmt_run_later */

MUST_CHECK err_t db_upsert(struct db *db, const struct upsert *u, const struct value *values,
                           size_t count, struct err *e);

/* *out: whether the statement gives a row; false with an error. */
MUST_CHECK err_t db_any(bool *out, struct db *db, const char *sql, const struct value *values,
                        size_t count, struct err *e);
/* *out: the first column of its first row; 0: there is no row, it is NULL, or an error. */
MUST_CHECK err_t db_i64(int64_t *out, struct db *db, const char *sql, const struct value *values,
                        size_t count, struct err *e);
/* *out: the first column of its first row, in the arena; empty: there is no row, it is NULL, or an error. */
MUST_CHECK err_t db_text(struct str *out, struct db *db, const char *sql,
                         const struct value *values, size_t count, struct arena *a, struct err *e);

/* Where the columns of a row go: INTO(into_i64(&id), into_str(&name), …), the first column first. */
struct into {
    enum into_type { INTO_I64, INTO_INT, INTO_STR, INTO_BYTES, INTO_BOOL } type;
    void *to;
};
static inline struct into into_i64(int64_t *to)
{
    return (struct into){INTO_I64, to};
}
static inline struct into into_str(struct str *to) /* copied to the arena of db_row */
{
    return (struct into){INTO_STR, to};
}
static inline struct into into_int(int *to)
{
    return (struct into){INTO_INT, to};
}
static inline struct into into_bytes(struct bytes *to) /* copied, as into_str */
{
    return (struct into){INTO_BYTES, to};
}
static inline struct into into_bool(bool *to) /* not 0 and not NULL */
{
    return (struct into){INTO_BOOL, to};
}
#define INTO(...)                                                                                  \
    ((const struct into[]){__VA_ARGS__}),                                                          \
        (sizeof((const struct into[]){__VA_ARGS__}) / sizeof(struct into))
/* Reads the first row. Without one, and with an error, nothing is written but *found; `found` may be
 * NULL, and `a` where no column is a text. */
MUST_CHECK err_t db_row(bool *found, struct db *db, const char *sql, const struct value *values,
                        size_t count, const struct into *into, size_t columns, struct arena *a,
                        struct err *e);

/* Every row: INTO reads it into `one`, which is pushed to a VEC of its type: db_rows(ROWS(&list, one), db, …). */
#define ROWS(list, one) (sizeof((list)->ptr == &(one)) ? (void *)(list) : NULL), &(one), sizeof(one)
MUST_CHECK err_t db_rows(void *list, void *one, size_t size, struct db *db, const char *sql,
                         const struct value *values, size_t count, const struct into *into,
                         size_t columns, struct arena *a, struct err *e);

/* The first column of every row, pushed to *out (base/vec.h). */
struct ids {
    int64_t *ptr;
    size_t len, cap;
};
struct texts {
    struct str *ptr;
    size_t len, cap;
};
MUST_CHECK err_t db_ids(struct ids *out, struct db *db, const char *sql, const struct value *values,
                        size_t count, struct arena *a, struct err *e);
MUST_CHECK err_t db_texts(struct texts *out, struct db *db, const char *sql,
                          const struct value *values, size_t count, struct arena *a, struct err *e);

/* As db_query, db_row and db_run for SQL made at run time, by db_prepare_text. */
MUST_CHECK err_t db_query_once(struct stmt **out, struct db *db, const char *sql,
                               const struct value *values, size_t count, struct err *e);
MUST_CHECK err_t db_row_once(bool *found, struct db *db, const char *sql,
                             const struct value *values, size_t count, const struct into *into,
                             size_t columns, struct arena *a, struct err *e);
MUST_CHECK err_t db_run_once(struct db *db, const char *sql, const struct value *values,
                             size_t count, struct err *e);
MUST_CHECK err_t db_run_once_later(struct db *db, const char *sql, const struct value *values,
                                   size_t count, struct err *e); /* stmt_run_later */

/* db_query_once for questions that are asked together before stmt_next reads their answers: within a transaction
 * PostgreSQL is asked for all in one trip. Free what is not NULL, also after an error. */
MUST_CHECK err_t db_ask_once(struct stmt **out, struct db *db, const char *sql,
                             const struct value *values, size_t count, struct err *e);

/* One or more statements without parameters or rows (migrations). */
MUST_CHECK err_t db_exec(struct db *db, const char *sql, struct err *e);

MUST_CHECK err_t db_has_table(bool *out, struct db *db, const char *name, struct err *e);

/* Columns of a table in their order, in the arena; none: there is no such table. */
struct table_column {
    struct str name;
    enum value_type type; /* VALUE_NULL: a type that this program never makes */
    bool not_null;        /* a key's column too */
};
MUST_CHECK err_t db_table_columns(const struct table_column **out, size_t *count, struct db *db,
                                  const char *table, struct arena *a, struct err *e);

/* Let the planner know how large tables have become and how their indexes tell rows
 * apart, from samples: within a write transaction, some ms a table. Without it
 * SQLite chooses as if every table were small, and walks a list in its order
 * rather than look up an equality; PostgreSQL finds out by itself. */
MUST_CHECK err_t db_analyze(struct db *db, const struct str *tables, size_t count, struct err *e);

/* Lock `number` for as long as this connection is open, without waiting; *got
 * false: another connection has it. For what one process of many does. SQLite,
 * whose processes share a folder and lock a file there, always has it. */
MUST_CHECK err_t db_try_lock(bool *got, struct db *db, int number, struct err *e);

/* Transactions. A write transaction takes the lock at once and waits its turn:
 * processes that write in short batches alternate. E_BUSY when another process
 * kept the lock for longer than the busy timeout. After a failed fsync nobody
 * knows what the disk holds: the connection then refuses to begin (E_IO) until
 * it is opened again. */
MUST_CHECK err_t db_begin_write(struct db *db, struct err *e);
/* Begins to write likewise, and nobody else has the turn of `table` until it is over. SQLite: each writes alone. */
MUST_CHECK err_t db_begin_turn(struct db *db, const char *table, struct err *e);
MUST_CHECK err_t db_begin_read(struct db *db, struct err *e); /* a stable snapshot */
/* OK: durable. On an error nothing of it is, and the transaction is over. */
MUST_CHECK err_t db_commit(struct db *db, struct err *e);
void db_rollback(struct db *db); /* without a transaction: nothing happens */
MUST_CHECK err_t db_savepoint(struct db *db, struct err *e); /* one level */
MUST_CHECK err_t db_release(struct db *db, struct err *e);
MUST_CHECK err_t db_rollback_to(struct db *db, struct err *e); /* and releases it */
/* False after an engine ended the transaction on an error by itself (disk full,
 * INSERT OR ROLLBACK): earlier steps of it are gone too. */
bool db_in_transaction(const struct db *db);

/* A file of this machine (SQLite): no other machine writes it. */
bool db_is_near(const struct db *db);

/* What was overwritten or deleted in transactions that are over is in no file of this
 * database any more. (SQLite: freed places are zeroed, and the log is emptied here;
 * PostgreSQL: old rows go at its own vacuum, which this does not wait for.) Outside
 * of any transaction. E_BUSY: somebody read the log for longer than the busy timeout;
 * nothing is lost by calling again. */
MUST_CHECK err_t db_scrub(struct db *db, struct err *e);

/* Reads every page that holds anything, so that damage shows which no question has met
 * yet. E_CORRUPT: a page is not as it was written, or the tree of pages does not hold
 * together. (PostgreSQL: its server's own tools do that; always OK.) Takes as long as
 * reading the whole file. */
MUST_CHECK err_t db_check(struct db *db, struct err *e);

/* id of the row the last INSERT on this connection made (RETURNING on
 * PostgreSQL is hidden here). */
int64_t db_last_id(const struct db *db);

/* A pattern for LIKE ?n ESCAPE '\': what begins with `words`, or, `inside`, holds them; the signs of LIKE
 * among them stand for themselves. */
struct str db_like(struct str words, bool inside, struct arena *a);
#endif
