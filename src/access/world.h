/* A small province for tests of this folder: a database in memory with every
 * migration, and functions that put rows in by hand. */
#ifndef ACCESS_WORLD_H
#define ACCESS_WORLD_H
#include "db/db.h"

struct world {
    struct db *db;
    struct arena *arena; /* lives as long as the database: dynamic SQL stands here */
};

void world_open(struct world *w);
void world_close(struct world *w);

/* Rows with plain system columns; each returns its id. */
int64_t world_unit(struct world *w, const char *kind, const char *region);
int64_t world_account(struct world *w, const char *name, int64_t unit);
int64_t world_grant(struct world *w, int64_t account, int64_t unit, const char *role,
                    const char *from, const char *to, int64_t delegated_by);
int64_t world_authority(struct world *w, int64_t unit, const char *programme, const char *function,
                        const char *region, const char *from, const char *to);

/* Run one statement, or fail the test. */
void world_run(struct world *w, const char *sql, const struct value *values, size_t count);
int64_t world_number(struct world *w, const char *sql, const struct value *values, size_t count);
#endif
