/* A shim over SQLite's default VFS. Writes go to the file at once, so that every
 * connection sees them as through the kernel's cache; what stood there before is
 * kept until the file is synced, and a power cut puts it back. Names of files
 * count as durable: SQLite syncs the folder of a new log itself. */
#include "db/sqlite_fault.h"
#include "base/mem.h"
#include "base/rand.h"
#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECTOR 512

/* A change of a file that no sync made durable, the latest first. */
struct unsynced {
    struct unsynced *next;
    sqlite3_int64 at, size_before; /* of the file */
    int len;
    char old[]; /* len bytes; zeros where the file ended */
};

struct tracked {
    struct tracked *next;
    char *path;
    struct unsynced *changes;
};

struct fault_vfs {
    sqlite3_vfs base;
    sqlite3_vfs *real;
    struct fault_plan *plan;
    pthread_mutex_t lock; /* guards what follows */
    struct tracked *files;
};

struct fault_file {
    sqlite3_file base;
    struct fault_vfs *vfs;
    struct fault_plan *plan;
    struct tracked *tracked; /* NULL: a temporary file */
    bool is_database;        /* no log, no journal */
    sqlite3_file *real;      /* follows this struct in SQLite's memory */
};

static struct fault_file *file_of(sqlite3_file *f)
{
    return (struct fault_file *)f;
}

static sqlite3_file *real_of(sqlite3_file *f)
{
    return file_of(f)->real;
}

static int fails(sqlite3_file *f, unsigned kind)
{
    struct fault_plan *p = file_of(f)->plan;
    if ((p->kinds & kind) == 0 || (p->not_log && !file_of(f)->is_database))
        return 0;
    long n = __atomic_add_fetch(&p->calls, 1, __ATOMIC_RELAXED);
    if (p->fail_at == 0 || n < p->fail_at || (n > p->fail_at && !p->sticky))
        return 0;
    __atomic_add_fetch(&p->failures, 1, __ATOMIC_RELAXED);
    return 1;
}

/* --- what a power cut takes back ------------------------------------------------ */

static struct tracked *track(struct fault_vfs *v, const char *path)
{
    pthread_mutex_lock(&v->lock);
    struct tracked *t = v->files;
    while (t && strcmp(t->path, path) != 0)
        t = t->next;
    if (!t) {
        t = mem_zalloc(sizeof(*t));
        t->path = strdup(path);
        t->next = v->files;
        v->files = t;
    }
    pthread_mutex_unlock(&v->lock);
    return t;
}

static void remember(sqlite3_file *f, int len, sqlite3_int64 at)
{
    struct fault_file *file = file_of(f);
    if (!file->plan->tracks || !file->tracked)
        return;
    struct unsynced *u = mem_zalloc(sizeof(*u) + (size_t)len);
    u->at = at;
    u->len = len;
    file->real->pMethods->xFileSize(file->real, &u->size_before);
    if (at < u->size_before) /* a short read leaves zeros behind the end */
        (void)file->real->pMethods->xRead(file->real, u->old, len, at);
    pthread_mutex_lock(&file->vfs->lock);
    u->next = file->tracked->changes;
    file->tracked->changes = u;
    pthread_mutex_unlock(&file->vfs->lock);
}

static struct unsynced *take_changes(struct fault_vfs *v, struct tracked *t)
{
    pthread_mutex_lock(&v->lock);
    struct unsynced *u = t->changes;
    t->changes = NULL;
    pthread_mutex_unlock(&v->lock);
    return u;
}

static void made_durable(sqlite3_file *f)
{
    struct fault_file *file = file_of(f);
    if (file->plan->lies || !file->tracked)
        return;
    for (struct unsynced *u = take_changes(file->vfs, file->tracked), *next; u; u = next) {
        next = u->next;
        free(u);
    }
}

/* Sectors that lie behind the file's old end become zeros: its size reached the
 * disk, they did not. */
static void take_back(int fd, const struct unsynced *u, struct rand *r)
{
    for (int at = 0; at < u->len; at += SECTOR) {
        int len = u->len - at < SECTOR ? u->len - at : SECTOR;
        if (r && rand_below(r, 2) == 0)
            continue;
        ssize_t n = pwrite(fd, u->old + at, (size_t)len, u->at + at);
        assert(n == len);
    }
    if (!r) {
        int failed = ftruncate(fd, u->size_before);
        assert(failed == 0);
    }
}

long fault_power_cut(const char *name, uint64_t seed)
{
    struct fault_vfs *v = (struct fault_vfs *)sqlite3_vfs_find(name);
    struct rand r = {seed};
    long count = 0;
    for (struct tracked *t = v->files; t; t = t->next) {
        int fd = t->changes ? open(t->path, O_RDWR | O_CLOEXEC) : -1;
        assert(!t->changes || fd >= 0);
        for (struct unsynced *u = take_changes(v, t), *next; u; u = next) {
            next = u->next;
            take_back(fd, u, seed ? &r : NULL);
            free(u);
            count++;
        }
        if (fd >= 0)
            close(fd);
    }
    return count;
}

/* --- the layer -------------------------------------------------------------------- */

static int f_close(sqlite3_file *f)
{
    return real_of(f)->pMethods->xClose(real_of(f));
}

static int f_read(sqlite3_file *f, void *to, int len, sqlite3_int64 at)
{
    if (fails(f, FAULT_READ))
        return SQLITE_IOERR_READ;
    return real_of(f)->pMethods->xRead(real_of(f), to, len, at);
}

static int f_write(sqlite3_file *f, const void *from, int len, sqlite3_int64 at)
{
    struct fault_plan *p = file_of(f)->plan;
    remember(f, len, at);
    if (!fails(f, FAULT_WRITE))
        return real_of(f)->pMethods->xWrite(real_of(f), from, len, at);
    /* A torn write: the first half arrives. */
    (void)real_of(f)->pMethods->xWrite(real_of(f), from, len / 2, at);
    return p->full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

static int f_truncate(sqlite3_file *f, sqlite3_int64 len)
{
    if (fails(f, FAULT_TRUNCATE))
        return SQLITE_IOERR_TRUNCATE;
    sqlite3_int64 size = 0;
    real_of(f)->pMethods->xFileSize(real_of(f), &size);
    if (size > len)
        remember(f, (int)(size - len), len);
    return real_of(f)->pMethods->xTruncate(real_of(f), len);
}

static int f_sync(sqlite3_file *f, int flags)
{
    __atomic_add_fetch(&file_of(f)->plan->syncs, 1, __ATOMIC_RELAXED);
    if (fails(f, FAULT_SYNC))
        return SQLITE_IOERR_FSYNC;
    (void)flags;
    made_durable(f);
    return SQLITE_OK; /* the kernel keeps what the file holds: no test cuts its power */
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
    file->vfs = vfs;
    file->plan = vfs->plan;
    file->tracked = name ? track(vfs, name) : NULL;
    file->is_database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
    file->real = (sqlite3_file *)(file + 1);
    int code = vfs->real->xOpen(vfs->real, name, file->real, flags, out);
    file->base.pMethods = code == SQLITE_OK ? &fault_methods : NULL;
    return code;
}

static int v_delete(sqlite3_vfs *v, const char *name, int sync_dir)
{
    struct fault_vfs *vfs = (struct fault_vfs *)v;
    if (vfs->plan->sticky && vfs->plan->failures > 0)
        return SQLITE_IOERR_DELETE;
    for (struct unsynced *u = take_changes(vfs, track(vfs, name)), *next; u; u = next) {
        next = u->next;
        free(u);
    }
    return vfs->real->xDelete(vfs->real, name, sync_dir);
}

void fault_vfs_register(const char *name, struct fault_plan *plan)
{
    struct fault_vfs *v = mem_zalloc(sizeof(*v)); /* SQLite keeps it until the process ends */
    v->real = sqlite3_vfs_find(NULL);
    v->plan = plan;
    pthread_mutex_init(&v->lock, NULL);
    /* Opening aside, the real layer's functions take any VFS of its kind. */
    v->base = *v->real;
    v->base.pNext = NULL;
    v->base.zName = name;
    v->base.szOsFile = (int)sizeof(struct fault_file) + v->real->szOsFile;
    v->base.xOpen = v_open;
    v->base.xDelete = v_delete;
    sqlite3_vfs_register(&v->base, 0);
}

void plain_sqlite(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    int code = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    assert(code == SQLITE_OK);
    code = sqlite3_exec(db, sql, NULL, NULL, NULL);
    assert(code == SQLITE_OK);
    sqlite3_close(db);
}
