/* A store that is filled from elsewhere: whether it is empty, its tables, and the rules
 * that hold again once all rows are in. */
#ifndef BACKUP_TARGET_H
#define BACKUP_TARGET_H
#include "base/fs.h"
#include "db/store.h"
#include "db/tables.h"

bool target_is_file(const char *url); /* a SQLite file of its own */

/* E_CONFLICT: there is a store. */
enum target_state {
    TARGET_NONE,  /* no file */
    TARGET_EMPTY, /* a file, or a server's database, without a table */
    TARGET_FILLED /* nothing but what a filling left that was cut off */
};
MUST_CHECK err_t target_look(enum target_state *out, const char *url, struct arena *a,
                             struct err *e);
/* All tables of it, or its files. */
MUST_CHECK err_t target_remove(const struct fs *fs, const char *url, struct arena *a,
                               struct err *e);

/* In an empty store: the mark, the tables of so many migrations without a row, and those
 * of `tables` that these do not make. Then rows of any table may come, until target_end.
 * E_INVALID: a table that no store has. */
MUST_CHECK err_t target_begin(struct db_load **out, struct db *db, size_t migrations_done,
                              const struct table *tables, size_t count, struct arena *a,
                              struct err *e);
MUST_CHECK err_t target_end(struct db_load *load, struct db *db, const struct table *tables,
                            size_t count, struct err *e);
#endif
