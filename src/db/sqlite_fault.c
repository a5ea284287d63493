/* A shim over SQLite's default VFS. Calls of several threads are counted
 * without a lock: tests that fail calls use one writer. */
#include "db/sqlite_fault.h"
#include "base/mem.h"
#include <sqlite3.h>

struct fault_file {
    sqlite3_file base;
    struct fault_plan *plan;
    sqlite3_file *real; /* follows this struct in SQLite's memory */
};

struct fault_vfs {
    sqlite3_vfs base;
    sqlite3_vfs *real;
    struct fault_plan *plan;
};

static struct fault_file *file_of(sqlite3_file *f)
{
    return (struct fault_file *)f;
}

static sqlite3_file *real_of(sqlite3_file *f)
{
    return file_of(f)->real;
}

static int fails(struct fault_plan *p, unsigned kind)
{
    if ((p->kinds & kind) == 0)
        return 0;
    long n = __atomic_add_fetch(&p->calls, 1, __ATOMIC_RELAXED);
    if (p->fail_at == 0 || n < p->fail_at || (n > p->fail_at && !p->sticky))
        return 0;
    p->failures++;
    return 1;
}

static int f_close(sqlite3_file *f)
{
    return real_of(f)->pMethods->xClose(real_of(f));
}

static int f_read(sqlite3_file *f, void *to, int len, sqlite3_int64 at)
{
    if (fails(file_of(f)->plan, FAULT_READ))
        return SQLITE_IOERR_READ;
    return real_of(f)->pMethods->xRead(real_of(f), to, len, at);
}

static int f_write(sqlite3_file *f, const void *from, int len, sqlite3_int64 at)
{
    struct fault_plan *p = file_of(f)->plan;
    if (!fails(p, FAULT_WRITE))
        return real_of(f)->pMethods->xWrite(real_of(f), from, len, at);
    /* A torn write: the first half arrives. */
    (void)real_of(f)->pMethods->xWrite(real_of(f), from, len / 2, at);
    return p->full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

static int f_truncate(sqlite3_file *f, sqlite3_int64 len)
{
    if (fails(file_of(f)->plan, FAULT_TRUNCATE))
        return SQLITE_IOERR_TRUNCATE;
    return real_of(f)->pMethods->xTruncate(real_of(f), len);
}

static int f_sync(sqlite3_file *f, int flags)
{
    __atomic_add_fetch(&file_of(f)->plan->syncs, 1, __ATOMIC_RELAXED);
    if (fails(file_of(f)->plan, FAULT_SYNC))
        return SQLITE_IOERR_FSYNC;
    return real_of(f)->pMethods->xSync(real_of(f), flags);
}

static int f_size(sqlite3_file *f, sqlite3_int64 *len)
{
    return real_of(f)->pMethods->xFileSize(real_of(f), len);
}

static int f_lock(sqlite3_file *f, int level)
{
    return real_of(f)->pMethods->xLock(real_of(f), level);
}

static int f_unlock(sqlite3_file *f, int level)
{
    return real_of(f)->pMethods->xUnlock(real_of(f), level);
}

static int f_reserved(sqlite3_file *f, int *out)
{
    return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}

static int f_control(sqlite3_file *f, int op, void *arg)
{
    return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}

static int f_sector(sqlite3_file *f)
{
    return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int f_traits(sqlite3_file *f)
{
    return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static int f_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
    return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, out);
}

static int f_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    return real_of(f)->pMethods->xShmLock(real_of(f), offset, n, flags);
}

static void f_shm_barrier(sqlite3_file *f)
{
    real_of(f)->pMethods->xShmBarrier(real_of(f));
}

static int f_shm_unmap(sqlite3_file *f, int remove)
{
    return real_of(f)->pMethods->xShmUnmap(real_of(f), remove);
}

/* Version 2: no memory mapping, so that every read is seen. */
static const sqlite3_io_methods fault_methods = {
    .iVersion = 2,
    .xClose = f_close,
    .xRead = f_read,
    .xWrite = f_write,
    .xTruncate = f_truncate,
    .xSync = f_sync,
    .xFileSize = f_size,
    .xLock = f_lock,
    .xUnlock = f_unlock,
    .xCheckReservedLock = f_reserved,
    .xFileControl = f_control,
    .xSectorSize = f_sector,
    .xDeviceCharacteristics = f_traits,
    .xShmMap = f_shm_map,
    .xShmLock = f_shm_lock,
    .xShmBarrier = f_shm_barrier,
    .xShmUnmap = f_shm_unmap,
};

static int v_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
    struct fault_vfs *vfs = (struct fault_vfs *)v;
    struct fault_file *file = file_of(f);
    file->plan = vfs->plan;
    file->real = (sqlite3_file *)(file + 1);
    int code = vfs->real->xOpen(vfs->real, name, file->real, flags, out);
    file->base.pMethods = code == SQLITE_OK ? &fault_methods : NULL;
    return code;
}

void fault_vfs_register(const char *name, struct fault_plan *plan)
{
    struct fault_vfs *v = mem_zalloc(sizeof(*v)); /* SQLite keeps it until the process ends */
    v->real = sqlite3_vfs_find(NULL);
    v->plan = plan;
    /* Opening aside, the real layer's functions take any VFS of its kind. */
    v->base = *v->real;
    v->base.pNext = NULL;
    v->base.zName = name;
    v->base.szOsFile = (int)sizeof(struct fault_file) + v->real->szOsFile;
    v->base.xOpen = v_open;
    sqlite3_vfs_register(&v->base, 0);
}
