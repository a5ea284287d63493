/* A file layer of SQLite for tests: counts the calls that change files or make
 * them durable, and fails chosen ones. */
#ifndef DB_SQLITE_FAULT_H
#define DB_SQLITE_FAULT_H
#include <stdbool.h>

enum fault_kind { FAULT_READ = 1, FAULT_WRITE = 2, FAULT_SYNC = 4, FAULT_TRUNCATE = 8 };

struct fault_plan {
    unsigned kinds; /* which calls are counted in `calls` and can fail */
    long fail_at;   /* the nth call, from 1, fails; 0: none */
    bool sticky;    /* …and all after it */
    bool full;      /* writes fail as a full disk instead of an I/O error */
    long calls, syncs, failures;
};

/* Registers the layer under `name` for the life of the process; the plan is
 * read at every call. One test process, connections on any threads. */
void fault_vfs_register(const char *name, struct fault_plan *plan);
#endif
