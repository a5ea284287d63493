/* What an engine fills in. `struct db` and `struct stmt` are the first members
 * of the engine's own structs. The cache of statements, upserts and the public
 * functions are the same for all (db.c). */
#ifndef DB_DB_PRIV_H
#define DB_DB_PRIV_H
#include "base/buf.h"
#include "db/db.h"

enum db_engine { DB_SQLITE, DB_POSTGRES };

/* How an engine is asked about its tables (tables.c); ?1 is a table's name. */
struct table_sql {
    const char *names;       /* of all tables, in the order of bytes */
    const char *key;         /* columns of the primary key, in its order */
    const char *numbered;    /* a row where the engine gives out the key */
    const char *last_number; /* the highest that it gave; no row or 0: none */
    const char *set_last[2]; /* to ?2; the second NULL where one does */
    const char *references;  /* column, table, column there */
    const char *indexes;     /* name and CREATE INDEX, but the primary key's */
    const char *drop;        /* what follows DROP TABLE name */
    const char *foreign; /* triggers, rules, views, policies that no migration makes: what, name */
};

struct db_ops {
    enum db_engine engine;
    const struct table_sql *tables;
    const char *(*name)(const struct db *db);
    const char *columns_sql; /* of table ?1: name, type, 1 where no NULL may stand; in order */
    void (*close)(struct db *db);
    err_t (*prepare)(struct stmt **out, struct db *db, const char *sql, struct err *e);
    void (*finalize)(struct stmt *st);
    void (*reset)(struct stmt *st); /* forget the run, keep bindings */
    void (*unbind)(struct stmt *st);
    err_t (*bind_i64)(struct stmt *st, int param, int64_t value, struct err *e);
    err_t (*bind_text)(struct stmt *st, int param, struct str value, struct err *e);
    err_t (*bind_bytes)(struct stmt *st, int param, struct bytes value, struct err *e);
    /* type: what it would be if it were not NULL; VALUE_NULL: not known */
    err_t (*bind_null)(struct stmt *st, int param, enum value_type type, struct err *e);
    err_t (*next)(bool *has_row, struct stmt *st, struct err *e);
    err_t (*run_later)(struct stmt *st, struct err *e); /* NULL: at once */
    err_t (*ask)(struct stmt *st, struct err *e);       /* NULL: when it is read */
    /* Before codes are written: notes the rows that run_later has changed; NULL: they are noted. */
    err_t (*touch)(struct db *db, struct err *e);
    int64_t (*i64)(struct stmt *st, int column);
    struct str (*str)(struct stmt *st, int column);
    struct bytes (*bytes)(struct stmt *st, int column);
    bool (*is_null)(struct stmt *st, int column);
    err_t (*exec)(struct db *db, const char *sql, struct err *e);
    err_t (*has_table)(bool *out, struct db *db, const char *name, struct err *e);
    err_t (*try_lock)(bool *got, struct db *db, int number, struct err *e);
    err_t (*analyze)(struct db *db, const struct str *tables, size_t count, struct err *e);
    err_t (*begin_write)(struct db *db, struct err *e);
    err_t (*begin_turn)(struct db *db, const char *table, struct err *e); /* NULL: begin_write */
    err_t (*was_kept)(bool *kept, struct db *db, const struct db *cut, struct err *e);
    err_t (*savepoint)(struct db *db, struct err *e); /* NULL, and the next: by its statement */
    err_t (*rollback_to)(struct db *db, struct err *e);
    err_t (*begin_read)(struct db *db, struct err *e);
    err_t (*commit)(struct db *db, struct err *e);
    void (*rollback)(struct db *db);
    bool (*in_transaction)(const struct db *db);
    int64_t (*last_id)(const struct db *db);
    err_t (*scrub)(struct db *db, struct err *e);
    err_t (*check)(struct db *db, struct err *e);
    /* Rows may come in any order until load_end, which is given *restore. */
    err_t (*load_begin)(struct str *restore, struct db *db, struct arena *a, struct err *e);
    err_t (*load_end)(struct db *db, struct str restore, struct err *e);
    bool (*may_retry)(const struct db *db);
    bool (*in_doubt)(const struct db *db); /* NULL: never */
    bool (*is_alive)(struct db *db);
    err_t (*lock_schema)(struct db *db, struct err *e);
    void (*unlock_schema)(struct db *db);
};

/* A statement that writes a table whose rows have codes (row_mac.c): it returns their keys, first. */
struct stmt_coded {
    size_t table; /* of proof_tables */
    int parts;    /* of its key; 0: it is none of these */
    bool hides;   /* it returns nothing else */
    bool changes; /* its rows may have been there before */
};

struct stmt {
    struct db *db;
    struct stmt_coded coded;
    const void *key;   /* address of the SQL text or upsert it was prepared for, or … */
    char *text;        /* … the text itself, made at run time; owned */
    uint64_t hash;     /* of text */
    struct stmt *next; /* in its cache bucket, or in db->texts */
    bool lent;
    bool begun; /* since it was last reset: it is counted */
    bool ended; /* stmt_next has said so: no further step */
};

#define STMT_BUCKETS 64 /* a process has some hundred statements */

struct db {
    const struct db_ops *ops;
    struct stmt *cache[STMT_BUCKETS];
    struct stmt *texts; /* idle statements of db_prepare_text, latest used first */
    size_t text_count, texts_lent;
    struct row_macs *macs; /* NULL: it has no key, and writes no codes */
    bool own; /* in memory, for SQL that is data: what it is asked no store is (db_statements) */
};

/* A statement without parameters and rows, kept prepared. */
MUST_CHECK err_t db_run_constant(struct db *db, const char *sql, struct err *e);

/* Which engine an address means, whether or not it is well-formed. */
bool db_url_is(const char *url, enum db_engine engine);

/* Others ran some for this thread, or what it ran is to be run again: it has `count` now. */
void db_statements_set(uint64_t count);

/* For the rare spot of this folder that must know. */
bool db_is(const struct db *db, enum db_engine engine);

/* The last error of this connection left nothing of its transaction behind, and
 * running it again may succeed: others changed the same rows, or the connection
 * was lost before COMMIT. (SQLite: never; it waits instead.) */
bool db_may_retry(const struct db *db);

/* The connection was lost while it committed. db_was_kept tells, on another connection that has the turn,
 * whether that took effect; E_IO: nobody knows. */
bool db_in_doubt(const struct db *db);
MUST_CHECK err_t db_was_kept(bool *kept, struct db *db, const struct db *cut, struct err *e);

/* False: the connection is gone and can only be closed. Asks nobody. */
bool db_is_alive(struct db *db);

/* A number that is another one once any other connection, of this process or another,
 * has committed. SQLite only. */
MUST_CHECK err_t db_commits_seen(int64_t *out, struct db *db, struct err *e);

/* Keeps other processes from migrating at the same time, outside of any
 * transaction. (SQLite: its write transactions already do.) */
MUST_CHECK err_t db_lock_schema(struct db *db, struct err *e);
void db_unlock_schema(struct db *db);

/* --- codes of rows (row_mac.c) ------------------------------------------------------ */
void row_macs_free(struct row_macs *m);        /* this and the next two accept NULL */
void row_macs_forget(struct row_macs *m);      /* what a transaction touched */
void row_macs_new_columns(struct row_macs *m); /* tables may have other columns now */
/* False: it writes no such table. Else `to` is the statement to run, with its NUL. */
bool row_macs_follow(struct stmt_coded *out, struct buf *to, struct str sql);
void row_macs_touch(struct stmt *st); /* it stands on a row that it has written */
MUST_CHECK err_t row_macs_write(struct db *db, struct err *e); /* before COMMIT */
int names_count(const char *list);                             /* "a, b": 2 */

/* path: what follows "sqlite:". */
MUST_CHECK err_t sqlite_open(struct db **out, const char *path, const struct db_options *o,
                             struct err *e);
/* url: postgresql://…, postgres://… or "host=… dbname=…". */
MUST_CHECK err_t postgres_open(struct db **out, const char *url, const struct db_options *o,
                               struct err *e);

/* For sandbox.c, of a SQLite connection: its handles, and memory of it that goes with
 * the connection or when other memory takes its place. */
struct sqlite3;
struct sqlite3_stmt;
struct sqlite3 *sqlite_handle(struct db *db);
struct sqlite3_stmt *sqlite_statement(struct stmt *st);
void sqlite_keep(struct db *db, void *what, struct arena *in);
void *sqlite_kept(struct db *db);
#endif
