/* Whether this process waits for the disk. It does, unless it is told not to: then fsync is left out
 * of fs_system (fs.h) and of SQLite's file layer, and PostgreSQL is not asked to sync a commit;
 * everything else runs as ever. For what can be made again (`zhiyun demo`, which syncs all of it at
 * its end) and for tests that are not about durability. One setting of the process, made before its
 * first thread, because whoever opens a file or a store would else have to hand it on. */
#ifndef BASE_DISK_H
#define BASE_DISK_H
#include <stdbool.h>

void disk_wait_for(bool wait);
bool disk_is_waited_for(void);
#endif
