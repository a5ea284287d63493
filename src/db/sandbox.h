/* A database in memory, made to run SQL that is data: of policy packs, of whoever
 * writes one. What it may do is said by its caller and enforced by SQLite's own
 * authoriser while the statement is prepared, and by a count of steps while it
 * runs: reads of tables with one prefix, functions that are named here, nothing
 * else. Always SQLite, whatever the store is. */
#ifndef DB_SANDBOX_H
#define DB_SANDBOX_H
#include "db/db.h"

/* A function that such SQL may call. Text of *out is borrowed until the next call
 * with the same state. NULL as any argument is passed on as VALUE_NULL. */
struct sandbox_function {
    const char *name;
    int arguments;
    void (*call)(struct value *out, const struct value *arguments, void *state);
};

/* SQLite's own that such SQL may call as well; ended by NULL. */
extern const char *const sandbox_functions[];

struct sandbox {
    const char *table_prefix; /* of the tables that may be read */
    const struct sandbox_function *functions;
    size_t function_count;
    void *state;       /* of the functions; lent for as long as the confinement holds */
    int64_t steps_max; /* of SQLite's machine, for one statement: some 100 million a second */
};

/* An empty database of this connection alone. */
MUST_CHECK err_t sandbox_open(struct db **out, struct err *e);

/* From now on only what `s` allows; `s` must outlive it. Statements that were
 * prepared before are looked at anew. */
MUST_CHECK err_t sandbox_confine(struct db *db, const struct sandbox *s, struct err *e);

/* While it is paused everything is allowed, and again only what the confinement allows; of statements each keeps
 * what it was prepared with. So what is not the program's own must not be prepared meanwhile. */
void sandbox_pause(struct db *db, bool paused);

/* As db_prepare, for SQL that lives as long as the connection; a refusal is E_INVALID
 * with SQLite's words, and *at the byte of `sql` it is about (0 where it does not
 * say). The count of steps begins anew. */
MUST_CHECK err_t sandbox_prepare(struct stmt **out, size_t *at, struct db *db, const char *sql,
                                 struct err *e);

/* The columns that the statement reads which was prepared last, each once; none where it was prepared before
 * the confinement. Until the next confinement. */
struct sandbox_column {
    char table[48], column[48];
};
size_t sandbox_reads(const struct sandbox_column **out, struct db *db);

/* Whether the text is one statement that can be prepared, and nothing behind it. */
bool sandbox_is_one_statement(struct db *db, const char *sql);

/* How many columns a prepared statement gives, and their names (until stmt_free). */
int sandbox_columns(struct stmt *st);
const char *sandbox_column_name(struct stmt *st, int column);
#endif
