/* A file layer of SQLite for tests: counts the calls that change files or make
 * them durable, fails chosen ones, and cuts the power: what was written since a
 * file's last sync is then lost, or kept in part. */
#ifndef DB_SQLITE_FAULT_H
#define DB_SQLITE_FAULT_H
#include <stdbool.h>
#include <stdint.h>

enum fault_kind { FAULT_READ = 1, FAULT_WRITE = 2, FAULT_SYNC = 4, FAULT_TRUNCATE = 8 };

struct fault_plan {
    unsigned kinds; /* which calls are counted in `calls` and can fail */
    long fail_at;   /* the nth call, from 1, fails; 0: none */
    bool sticky;    /* …and all after it */
    bool full;      /* writes fail as a full disk instead of an I/O error */
    bool not_log;   /* calls on the database file alone: of a checkpoint, not of a commit */
    bool tracks;    /* remember what is not synced, for fault_power_cut */
    bool lies;      /* a sync says OK and syncs nothing: what must be found out */
    long calls, syncs, failures;
};

/* Registers the layer under `name` for the life of the process; the plan is
 * read at every call. One test process, connections on any threads. */
void fault_vfs_register(const char *name, struct fault_plan *plan);

/* Runs statements on a file as a program does that knows nothing of page_sums.h. */
void plain_sqlite(const char *path, const char *sql);

/* With every connection closed after a sticky failure (power is off, so nothing
 * more reaches the disk): takes back what no sync made durable. seed 0: all of
 * it; else each sector of 512 bytes is kept or lost by chance. Returns how many
 * writes were in doubt. */
long fault_power_cut(const char *name, uint64_t seed);
#endif
