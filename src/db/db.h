/* The one interface to a database; sqlite.c fills it now, postgres.c next. It
 * runs statements and knows no table. SQL is constant text in the dialect rules
 * of stack.md "One SQL text" (?1 parameters, ORDER BY … NULLS LAST, no engine
 * functions); values are always bound. A connection belongs to one thread at a
 * time. */
#ifndef DB_DB_H
#define DB_DB_H
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct db;
struct stmt;

struct db_options {
    bool read_only;
    int busy_timeout_ms; /* wait for another process's write; 0: the default, 10 s */
};

/* url: "sqlite:PATH". E_NOTFOUND when read_only and absent; E_CORRUPT; E_IO. */
MUST_CHECK err_t db_open(struct db **out, const char *url, const struct db_options *o,
                         struct err *e);
void db_close(struct db *db); /* accepts NULL; all statements must be freed */

/* A prepared statement; those with the same SQL pointer are kept per
 * connection, so `sql` must be static storage. */
MUST_CHECK err_t db_prepare(struct stmt **out, struct db *db, const char *sql, struct err *e);
void stmt_free(struct stmt *st); /* accepts NULL; resets and gives back to the connection */

/* Parameters are 1-based. Text and bytes are borrowed until stmt_free or the
 * next bind of that parameter. An empty str binds NULL: no column holds ''. */
MUST_CHECK err_t stmt_bind_i64(struct stmt *st, int param, int64_t value, struct err *e);
MUST_CHECK err_t stmt_bind_str(struct stmt *st, int param, struct str value, struct err *e);
MUST_CHECK err_t stmt_bind_bytes(struct stmt *st, int param, struct bytes value, struct err *e);
MUST_CHECK err_t stmt_bind_null(struct stmt *st, int param, struct err *e);

/* Step to the next row; *has_row false at the end. */
MUST_CHECK err_t stmt_next(bool *has_row, struct stmt *st, struct err *e);
/* Run to the end, for statements without rows; resets, so it can be bound again. */
MUST_CHECK err_t stmt_run(struct stmt *st, struct err *e);

/* Columns are 0-based; texts are borrowed until the next stmt_next. */
int64_t stmt_i64(struct stmt *st, int column); /* 0 when NULL */
struct str stmt_str(struct stmt *st, int column);
struct bytes stmt_bytes(struct stmt *st, int column);
bool stmt_is_null(struct stmt *st, int column);

/* One or more statements without parameters or rows (migrations). */
MUST_CHECK err_t db_exec(struct db *db, const char *sql, struct err *e);

/* Transactions. A write transaction takes the lock at once (BEGIN IMMEDIATE). */
MUST_CHECK err_t db_begin_write(struct db *db, struct err *e);
MUST_CHECK err_t db_begin_read(struct db *db, struct err *e); /* a stable snapshot */
MUST_CHECK err_t db_commit(struct db *db, struct err *e);
void db_rollback(struct db *db);
MUST_CHECK err_t db_savepoint(struct db *db, struct err *e); /* one level */
MUST_CHECK err_t db_release(struct db *db, struct err *e);
MUST_CHECK err_t db_rollback_to(struct db *db, struct err *e);
/* False after an engine ended the transaction on an error by itself. */
bool db_in_transaction(const struct db *db);

/* id of the row the last INSERT on this connection made (RETURNING on
 * PostgreSQL is hidden here). */
int64_t db_last_id(const struct db *db);
#endif
