/* The tables of a database as they are, whoever made them: their columns, keys and
 * indexes, their rows in the order of their keys, and such rows put into another
 * database. For copies of a store as a whole (backup, restore, from one engine to the
 * other); nothing here knows what a table is for. Both engines walk the rows of a table
 * in the same order, so that two copies can be compared row by row. */
#ifndef DB_TABLES_H
#define DB_TABLES_H
#include "base/buf.h"
#include "db/db.h"

struct table_index { /* beside the primary key's */
    struct str name, columns /* "a, b" */, where /* "a IS NULL"; empty: none */;
    bool unique;
};

struct table_reference { /* a foreign key of one column */
    struct str column, table, to;
};

struct table {
    struct str name;
    const struct table_column *columns;
    size_t column_count;
    const struct str *key; /* columns of the primary key, in its order */
    size_t key_count;
    bool numbered;       /* the store gives out its key (INTEGER PRIMARY KEY AUTOINCREMENT) … */
    int64_t last_number; /* … and this is the highest that it gave; 0: none yet */
    const struct table_index *indexes;
    size_t index_count;
    const struct table_reference *references;
    size_t reference_count;
};

/* Every table, by name. E_INTERNAL: one has no primary key, or a column of a type that no
 * store has. */
MUST_CHECK err_t db_tables(const struct table **out, size_t *count, struct db *db, struct arena *a,
                           struct err *e);
/* One that is there; `name` is static. */
MUST_CHECK err_t db_table(struct table *out, struct db *db, const char *name, struct arena *a,
                          struct err *e);
const struct table *table_find(const struct table *tables, size_t count, struct str name);

/* CREATE TABLE and CREATE INDEX of such a table, in the one SQL text (README). False: a
 * name or a text in it is none that a store has; it may come from a stranger's file. */
MUST_CHECK bool table_sql(struct buf *out, const struct table *t);

/* Rows that a range of the key fetches: 1 at first, then what makes about this much. */
#define TABLE_RANGE_BYTES ((size_t)4 << 20)
#define TABLE_RANGE_ROWS 500

/* fn for every row in the order of the key; the statement stands on the row, its columns
 * are the table's. Within the caller's read transaction, if it wants one moment. */
typedef err_t (*table_row_fn)(void *arg, struct stmt *row, struct err *e);
MUST_CHECK err_t table_rows(struct db *db, const struct table *t, table_row_fn fn, void *arg,
                            struct err *e);

/* --- putting rows in --------------------------------------------------------------- */
/* From here to db_load_end nothing looks whether what a row names is there, and no trigger
 * runs: rows come in any order. E_CORRUPT at the end: one names what is not there. Outside
 * of any transaction, on a connection that nobody else writes beside; the arena lives
 * until the end. */
struct db_load;
MUST_CHECK err_t db_load_begin(struct db_load **out, struct db *db, struct arena *a, struct err *e);
MUST_CHECK err_t db_load_end(struct db_load *load, struct err *e);

/* INSERT of whole rows into the columns `names` of the table, in this order: an ordinary
 * statement, to be run with stmt_run_later. Names as table_sql checks them. */
MUST_CHECK err_t table_insert(struct stmt **out, struct db *db, struct str table,
                              const struct str *names, size_t count, struct err *e);
/* The next number that a numbered table gives out is higher than `last`. */
MUST_CHECK err_t table_set_last(struct db *db, const struct table *t, int64_t last, struct err *e);

/* Removes every table with all that it holds. */
MUST_CHECK err_t db_drop_tables(struct db *db, struct err *e);
#endif
