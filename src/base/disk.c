/* Apart from fs.c, so that SQLite's file layer can be built without the rest (tests/sqlite_file.py). */
#include "base/disk.h"
#include <stdatomic.h>

static atomic_bool left_out; /* set before threads start, read by all */

void disk_wait_for(bool wait)
{
    atomic_store(&left_out, !wait);
}

bool disk_is_waited_for(void)
{
    return !atomic_load(&left_out);
}
