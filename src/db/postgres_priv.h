/* What the files of the PostgreSQL engine share; they alone include libpq-fe.h. */
#ifndef DB_POSTGRES_PRIV_H
#define DB_POSTGRES_PRIV_H
#include "base/arena.h"
#include "base/buf.h"
#include "db/db_priv.h"
#include <libpq-fe.h>

#define PENDING_MAX 100 /* answers not collected yet: they fit into a socket's buffer */

/* Type numbers of pg_type.dat: fixed for ever. */
enum pg_type {
    PG_ANY = 0, /* let the server infer it */
    PG_BOOL = 16,
    PG_BYTEA = 17,
    PG_CHAR = 18,
    PG_NAME = 19,
    PG_INT8 = 20,
    PG_INT2 = 21,
    PG_INT4 = 23,
    PG_TEXT = 25,
    PG_BPCHAR = 1042,
    PG_VARCHAR = 1043,
    PG_NUMERIC = 1700,
};

/* Out of the system catalogue: the views of information_schema cost milliseconds to plan. */
#define POSTGRES_SCHEMA "(SELECT oid FROM pg_namespace WHERE nspname = current_schema())"
#define POSTGRES_COLUMNS                                                                           \
    " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE a.attnum > 0 AND NOT"        \
    " a.attisdropped AND c.relkind IN ('r', 'p', 'v') AND c.relnamespace = " POSTGRES_SCHEMA       \
    " AND c.relname = "
#define POSTGRES_NUMBERED(table)                                                                   \
    "SELECT a.attname" POSTGRES_COLUMNS table " AND a.attidentity <> ''"

struct identity { /* which column of a table the server numbers */
    struct identity *next;
    struct str table, column; /* column empty: none */
};

struct pg_stmt;

struct pg_db {
    struct db base;
    PGconn *conn;
    char *name;          /* for people: host and database, no password */
    struct arena *arena; /* lives as long as the connection */
    struct identity *identities;
    struct buf doomed; /* DEALLOCATE of finalized statements, sent with the next prepare */
    unsigned prepared; /* names given out */
    int pending;       /* commands sent in pipeline mode; > 0 only inside a transaction */
    struct pg_stmt *asked[PENDING_MAX]; /* whose answers those are; NULL: nobody's */
    struct stmt_coded coded[PENDING_MAX]; /* what each writes that is not waited for */
    char transaction[40]; /* its number and the server's timeline; empty: it has no turn */
    bool in_doubt;        /* the connection was lost while it committed; was_kept finds out */
    int busy_ms;
    int64_t last_id;
    bool lost;      /* the connection is gone: only closing helps */
    bool may_retry; /* since the last BEGIN: what failed may succeed when run again */
    bool warned;    /* the server sent a warning since this was last cleared */
};

struct pg_param {
    Oid type;        /* of what is bound; PG_ANY: NULL */
    Oid prepared_as; /* what the prepared statement takes */
    bool bound;
    int64_t i64; /* big-endian */
    struct bytes value;
};

struct pg_stmt {
    struct stmt base;
    char *sql;
    bool gives_id; /* ends in a RETURNING of ours */
    unsigned name; /* "z<name>"; 0: not prepared */
    int param_count;
    struct pg_param *params;
    PGresult *result;
    bool asked; /* its answer is pending */
    int row;
    struct arena *texts; /* numbers asked for as text, until the next row; NULL: none yet */
};

static inline struct pg_db *db_of(struct db *db)
{
    return (struct pg_db *)db;
}

static inline struct pg_stmt *of(struct stmt *st)
{
    return (struct pg_stmt *)st;
}

/* --- the connection (postgres_wire.c) ------------------------------------------ */

/* What libpq says, which may be some lines, as one. */
struct told {
    char z[600];
};
struct told postgres_told(const char *text);

/* The error of a connection that is gone; it is lost from now on. */
err_t postgres_lost_now(struct pg_db *db, struct err *e);
/* The error of what the server answered (`res` may be NULL) in the words of a store. */
err_t postgres_failed(struct pg_db *db, const PGresult *res, struct err *e);
bool postgres_succeeded(const PGresult *res);

/* Before a command is sent with PQsend…, and with what that answered: counts it. */
MUST_CHECK err_t postgres_begin_sending(struct pg_db *db, struct err *e);
MUST_CHECK err_t postgres_sent(struct pg_db *db, int code, struct err *e);
/* The answers to all that was sent; *last (may be NULL) is that to the latest, the caller's to
 * clear. The error is the first one's: what follows it was not run. */
err_t postgres_collect(struct pg_db *db, PGresult **last, struct err *e);
err_t postgres_touch(struct db *base, struct err *e);
/* SQL without parameters: sent, its answer collected later; or run now. */
MUST_CHECK err_t postgres_send_text(struct pg_db *db, const char *sql, struct err *e);
err_t postgres_exec_text(struct pg_db *db, const char *sql, struct err *e);
void postgres_on_notice(void *arg, const PGresult *res);
bool postgres_in_transaction(const struct db *base);

/* --- statements (postgres_stmt.c): of struct db_ops ------------------------------ */

MUST_CHECK err_t postgres_prepare(struct stmt **out, struct db *base, const char *sql,
                                  struct err *e);
void postgres_reset(struct stmt *base);
void postgres_finalize(struct stmt *base);
void postgres_unbind(struct stmt *base);
MUST_CHECK err_t postgres_bind_i64(struct stmt *base, int param, int64_t value, struct err *e);
MUST_CHECK err_t postgres_bind_text(struct stmt *base, int param, struct str v, struct err *e);
MUST_CHECK err_t postgres_bind_bytes(struct stmt *base, int param, struct bytes v, struct err *e);
MUST_CHECK err_t postgres_bind_null(struct stmt *base, int param, enum value_type type,
                                    struct err *e);
MUST_CHECK err_t postgres_run_later(struct stmt *base, struct err *e);
MUST_CHECK err_t postgres_ask(struct stmt *base, struct err *e);
MUST_CHECK err_t postgres_next(bool *has_row, struct stmt *base, struct err *e);
int64_t postgres_column_i64(struct stmt *base, int column);
struct bytes postgres_column_bytes(struct stmt *base, int column);
struct str postgres_column_str(struct stmt *base, int column);
bool postgres_column_is_null(struct stmt *base, int column);
#endif
