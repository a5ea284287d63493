/* A small province for tests of this folder: a database in memory with every
 * migration, and functions that put rows in by hand. */
#ifndef ACCESS_WORLD_H
#define ACCESS_WORLD_H
#include "access/deed.h"
#include "db/store.h"

#define WORLD_TODAY "2026-11-20"
#define WORLD_NOW_MS 1795140000000 /* 2026-11-20T02:00:00Z, 10 o'clock in China */

struct world {
    struct db *db;
    struct store *store; /* NULL, or the same database for steps */
    struct arena *arena; /* lives as long as the database */
    struct log_suite suite;
    struct clock clock; /* set fixed_ms to move it */
};

void world_open(struct world *w);
void world_open_store(struct world *w); /* with a store, for what writes steps by itself */
void world_close(struct world *w);

/* Rows with plain system columns; each returns its id. */
int64_t world_unit(struct world *w, const char *kind, const char *region);
int64_t world_account(struct world *w, const char *name, int64_t unit);
int64_t world_grant(struct world *w, int64_t account, int64_t unit, const char *role,
                    const char *from, const char *to, int64_t delegated_by);
int64_t world_authority(struct world *w, int64_t unit, const char *programme, const char *function,
                        const char *region, const char *from, const char *to);

/* An account's subject at the world's moment; a deed of his (NULL: of the program). */
struct subject *world_subject(struct world *w, int64_t account);
struct deed world_deed(struct world *w, const struct subject *by);

/* Actions of the log's entries from the nth on, with a blank between: "create grant". */
struct str world_actions(struct world *w, int64_t from);
int64_t world_entries(struct world *w);

/* Run one statement, or fail the test. */
void world_run(struct world *w, const char *sql, const struct value *values, size_t count);
int64_t world_number(struct world *w, const char *sql, const struct value *values, size_t count);
#endif
