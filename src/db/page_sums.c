/* Two kinds of files are looked at, all others (journals, temporary files) belong to the
 * layer below: the database file, and its write-ahead log, of which only the reads of a
 * recovery matter. SQLite recovers a log when nobody else has the store open; it reads
 * the header, then whole frames one after the other, until one does not fit, and takes
 * that for the end. Right after a power cut, wrong where a bit of an earlier frame was
 * lost: what follows it had been synced and acknowledged. The two are told apart by what
 * lies behind: frames are appended to a commit only once that commit was synced.
 *
 * Gathering. SQLite hands a frame down in two writes, its header and its page, and a group
 * commit is a hundred frames and more: two fifths of a writer's time went into these calls.
 * So what a transaction appends to the log is kept in memory, and goes down in one write once
 * it has grown long, and at the latest with the last page of the commit, whose header says
 * that it is the last. What holds:
 *   - A commit's frames have all been written when SQLite is told that its last one is: before
 *     the sync, and before the wal-index names them to other connections and processes, which
 *     read the log through the kernel. (The wal-index cannot be the place to write them: its
 *     barrier has no way to tell an error.) Nothing that is kept was ever committed.
 *   - File and memory together are at every moment what SQLite wrote. Each call that looks at
 *     the file where memory is newer, or changes it elsewhere, first writes what is kept; where
 *     that fails, it fails with that error and all is kept still, to be written when the next
 *     call asks. A frame that never arrived so cannot be followed by one that did.
 *   - What is kept is forgotten with the write lock, before others can have it: by then it is
 *     of a transaction that was rolled back, and the same place may be another writer's next.
 * Frames that SQLite writes a second time within a transaction go down as they come. */
#include "db/page_sums.h"
#include "base/disk.h"
#include <assert.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#define HEADER_BYTES 100 /* of a database file */
#define RESERVED_AT 20
#define PAGE_MIN 512
#define PAGE_MAX 65536

#define LOG_HEADER_BYTES 32
#define FRAME_HEADER_BYTES 24
#define COMMIT_AT 4           /* in a frame's header: the file's pages after the commit, or 0 */
#define GATHERED_MAX 0x1ffff  /* bytes; SQLite's own file layer cuts off what is longer */
#define WRITE_LOCK 0          /* SQLite's number of the lock that whoever writes the log holds */
#define LOG_MAGIC 0x377f0682U /* and the same with the lowest bit: words are big endian */

/* Where a walk over the frames of a log stands. */
struct log_walk {
    bool valid; /* the header is one */
    bool big_endian;
    uint32_t page_bytes;
    uint8_t salts[8];
    uint32_t sum[2];    /* so far */
    sqlite3_int64 next; /* offset of the next frame */
};

/* What a transaction appended to the log and nobody has written yet. */
struct gathered {
    uint8_t *bytes; /* room for GATHERED_MAX; NULL before the first write */
    int len;
    sqlite3_int64 at; /* of the first byte; the next to be appended is at + len; -1: no
                         transaction has written yet since the write lock was had */
    bool commits;     /* the latest header was of a commit's last frame */
};

struct sums_file {
    sqlite3_file base;
    bool is_log;
    bool sums; /* pages have checksums */
    struct log_walk walk;
    struct gathered kept;    /* of a log */
    struct sums_file *other; /* the database's log, the log's database; NULL: not open */
    sqlite3_file *real;      /* follows this struct in SQLite's memory */
};

static struct sums_file *file_of(sqlite3_file *f)
{
    return (struct sums_file *)f;
}

static sqlite3_file *real_of(sqlite3_file *f)
{
    return file_of(f)->real;
}

static uint32_t get32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* --- pages ------------------------------------------------------------------------ */

static bool is_page(int len, sqlite3_int64 at)
{
    return len >= PAGE_MIN && len <= PAGE_MAX && (len & (len - 1)) == 0 && at % len == 0;
}

static void sum_of(uint8_t out[PAGE_SUM_BYTES], const uint8_t *page, int len, sqlite3_int64 at)
{
    XXH64_canonicalFromHash(
        (XXH64_canonical_t *)(void *)out,
        XXH3_64bits_withSeed(page, (size_t)len - PAGE_SUM_BYTES, (uint64_t)(at / len) + 1));
}

static bool fits(const uint8_t *page, int len, sqlite3_int64 at)
{
    uint8_t sum[PAGE_SUM_BYTES];
    sum_of(sum, page, len, at);
    return memcmp(sum, page + len - PAGE_SUM_BYTES, PAGE_SUM_BYTES) == 0;
}

static bool is_header(const uint8_t *b, int len, sqlite3_int64 at)
{
    return at == 0 && len >= HEADER_BYTES && memcmp(b, "SQLite format 3", 16) == 0;
}

/* The header says that nothing is reserved. Was that always so, or is the byte that
 * says it damaged? Then the first page fits once it is put right. */
static int reserves_in_truth(bool *ours, struct sums_file *f, const uint8_t *header)
{
    int len = header[16] << 8 | header[17];
    len = len == 1 ? PAGE_MAX : len;
    *ours = false;
    if (!is_page(len, 0))
        return SQLITE_OK;
    uint8_t *page = sqlite3_malloc(len);
    if (!page)
        return SQLITE_IOERR_NOMEM;
    if (f->real->pMethods->xRead(f->real, page, len, 0) == SQLITE_OK) {
        page[RESERVED_AT] = PAGE_SUM_BYTES;
        *ours = fits(page, len, 0);
    }
    sqlite3_free(page);
    return SQLITE_OK;
}

static int read_page(struct sums_file *f, const uint8_t *b, int len, sqlite3_int64 at)
{
    if (is_header(b, len, at)) {
        bool damaged = false;
        int code = SQLITE_OK;
        f->sums = b[RESERVED_AT] == PAGE_SUM_BYTES;
        if (!f->sums && (code = reserves_in_truth(&damaged, f, b)) != SQLITE_OK)
            return code;
        if (damaged)
            return SQLITE_IOERR_DATA;
    }
    return f->sums && is_page(len, at) && !fits(b, len, at) ? SQLITE_IOERR_DATA : SQLITE_OK;
}

/* --- the log ---------------------------------------------------------------------- */

static void add_words(struct log_walk *w, const uint8_t *b, size_t len)
{
    uint32_t s0 = w->sum[0], s1 = w->sum[1];
    for (size_t i = 0; i < len; i += 8) {
        uint32_t x0 = get32(b + i), x1 = get32(b + i + 4);
        s0 += (w->big_endian ? x0 : __builtin_bswap32(x0)) + s1;
        s1 += (w->big_endian ? x1 : __builtin_bswap32(x1)) + s0;
    }
    w->sum[0] = s0;
    w->sum[1] = s1;
}

/* The header lies in one sector and is synced before a frame is: it is whole, or the
 * file's length reached the disk and its bytes did not. */
static int begin_walk(struct log_walk *w, const uint8_t header[LOG_HEADER_BYTES])
{
    static const uint8_t unwritten[LOG_HEADER_BYTES];
    uint32_t magic = get32(header);
    *w = (struct log_walk){.big_endian = magic & 1, .page_bytes = get32(header + 8)};
    add_words(w, header, 24);
    w->valid = (magic & ~1U) == LOG_MAGIC && w->sum[0] == get32(header + 24) &&
               w->sum[1] == get32(header + 28);
    memcpy(w->salts, header + 16, sizeof(w->salts));
    w->next = LOG_HEADER_BYTES;
    return w->valid || memcmp(header, unwritten, sizeof(unwritten)) == 0 ? SQLITE_OK
                                                                         : SQLITE_IOERR_DATA;
}

/* The checksum after the frame, if it follows one whose was w->sum. */
static void advance(struct log_walk *w, const uint8_t *frame)
{
    add_words(w, frame, 8);
    add_words(w, frame + FRAME_HEADER_BYTES, w->page_bytes);
}

static bool follows(struct log_walk *w, const uint8_t *frame)
{
    advance(w, frame);
    return memcmp(frame + 8, w->salts, sizeof(w->salts)) == 0 && w->sum[0] == get32(frame + 16) &&
           w->sum[1] == get32(frame + 20);
}

/* Whether behind a frame that does not fit, or with it, there is a commit to which a
 * frame was appended: that commit was synced before, and so was all that it follows.
 * Frames that an earlier process left there uncommitted follow one another nowhere.
 * `good`: the walk as far as frames fit. */
static int synced_behind(bool *out, struct sums_file *f, const struct log_walk *good,
                         sqlite3_int64 at)
{
    size_t len = FRAME_HEADER_BYTES + good->page_bytes;
    uint8_t *frame = sqlite3_malloc64(len);
    /* What a next frame may follow: the checksum as the frame says it or, where that
     * itself was damaged, as the first one gives it. */
    struct log_walk said = *good, made = *good;
    bool commit = false;
    int code = SQLITE_OK;
    *out = false;
    if (!frame)
        return SQLITE_IOERR_NOMEM;
    for (; !*out; at += (sqlite3_int64)len) {
        if ((code = f->real->pMethods->xRead(f->real, frame, (int)len, at)) != SQLITE_OK)
            break;
        struct log_walk as_said = said;
        bool after_made = follows(&made, frame);
        *out = commit && (follows(&as_said, frame) || after_made);
        commit = get32(frame + 4) != 0;
        said.sum[0] = get32(frame + 16);
        said.sum[1] = get32(frame + 20);
    }
    sqlite3_free(frame);
    return code == SQLITE_IOERR_SHORT_READ ? SQLITE_OK : code;
}

static int read_log(struct sums_file *f, const uint8_t *b, int len, sqlite3_int64 at)
{
    struct log_walk *w = &f->walk, good = *w;
    if (at == 0 && len == LOG_HEADER_BYTES)
        return begin_walk(w, b);
    if (!w->valid || at != w->next || (uint32_t)len != FRAME_HEADER_BYTES + w->page_bytes)
        return SQLITE_OK; /* no recovery */
    w->next += len;
    if (follows(w, b))
        return SQLITE_OK;
    bool damaged = false;
    int code = synced_behind(&damaged, f, &good, at);
    w->valid = false;
    return damaged ? SQLITE_IOERR_DATA : code;
}

/* --- gathering -------------------------------------------------------------------- */

static int write_kept(struct sums_file *f)
{
    struct gathered *k = &f->kept;
    if (k->len == 0)
        return SQLITE_OK;
    int code = f->real->pMethods->xWrite(f->real, k->bytes, k->len, k->at);
    if (code == SQLITE_OK) {
        k->at += k->len;
        k->len = 0;
    }
    return code;
}

static void forget_kept(struct sums_file *log)
{
    log->kept.len = 0;
    log->kept.at = -1;
}

static bool is_kept(const struct gathered *k, int len, sqlite3_int64 at)
{
    return at < k->at + k->len && at + len > k->at;
}

/* The first thing that a transaction writes may be the log's header: not a frame's. */
static bool is_appended(const struct gathered *k, int len, sqlite3_int64 at)
{
    return k->at < 0 ? len == FRAME_HEADER_BYTES : at == k->at + k->len;
}

static int append(struct sums_file *f, const uint8_t *from, int len, sqlite3_int64 at)
{
    struct gathered *k = &f->kept;
    int code = SQLITE_OK;
    if (k->len + len > GATHERED_MAX && (code = write_kept(f)) != SQLITE_OK)
        return code;
    if (!k->bytes && !(k->bytes = sqlite3_malloc(GATHERED_MAX)))
        return SQLITE_IOERR_NOMEM;
    if (k->len == 0)
        k->at = at;
    memcpy(k->bytes + k->len, from, (size_t)len);
    k->len += len;
    if (len == FRAME_HEADER_BYTES)
        k->commits = get32(from + COMMIT_AT) != 0;
    else if (k->commits && (code = write_kept(f)) != SQLITE_OK)
        k->len -= len; /* refused, so nobody may write it later: the commit would be whole */
    return code;
}

static int write_log(struct sums_file *f, const void *from, int len, sqlite3_int64 at)
{
    f->walk.valid = false; /* what is read from now on is no recovery */
    if (is_appended(&f->kept, len, at))
        return append(f, from, len, at);
    int code = write_kept(f);
    return code != SQLITE_OK ? code : f->real->pMethods->xWrite(f->real, from, len, at);
}

static int write_page(struct sums_file *f, const void *from, int len, sqlite3_int64 at)
{
    uint8_t page[PAGE_MAX];
    if (is_header(from, len, at))
        f->sums = ((const uint8_t *)from)[RESERVED_AT] == PAGE_SUM_BYTES;
    if (f->sums && is_page(len, at)) {
        memcpy(page, from, (size_t)len);
        sum_of(page + len - PAGE_SUM_BYTES, page, len, at);
        from = page;
    }
    return f->real->pMethods->xWrite(f->real, from, len, at);
}

/* --- the layer -------------------------------------------------------------------- */

static int f_close(sqlite3_file *f)
{
    if (file_of(f)->other)
        file_of(f)->other->other = NULL;
    sqlite3_free(file_of(f)->kept.bytes);
    return real_of(f)->pMethods->xClose(real_of(f));
}

static int f_read(sqlite3_file *f, void *to, int len, sqlite3_int64 at)
{
    int code = is_kept(&file_of(f)->kept, len, at) ? write_kept(file_of(f)) : SQLITE_OK;
    if (code == SQLITE_OK)
        code = real_of(f)->pMethods->xRead(real_of(f), to, len, at);
    if (code != SQLITE_OK)
        return code;
    return (file_of(f)->is_log ? read_log : read_page)(file_of(f), to, len, at);
}

static int f_write(sqlite3_file *f, const void *from, int len, sqlite3_int64 at)
{
    return (file_of(f)->is_log ? write_log : write_page)(file_of(f), from, len, at);
}

static int f_truncate(sqlite3_file *f, sqlite3_int64 len)
{
    int code = write_kept(file_of(f));
    return code != SQLITE_OK ? code : real_of(f)->pMethods->xTruncate(real_of(f), len);
}

static int f_sync(sqlite3_file *f, int flags)
{
    int code = write_kept(file_of(f));
    if (code != SQLITE_OK || !disk_is_waited_for())
        return code;
    return real_of(f)->pMethods->xSync(real_of(f), flags);
}

static int f_size(sqlite3_file *f, sqlite3_int64 *len)
{
    int code = write_kept(file_of(f));
    return code != SQLITE_OK ? code : real_of(f)->pMethods->xFileSize(real_of(f), len);
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
    /* SQLite locks the log by calls on the database's file. */
    if (file_of(f)->other && offset == WRITE_LOCK &&
        flags == (SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE))
        forget_kept(file_of(f)->other);
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
static const sqlite3_io_methods sums_methods = {
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

struct sums_vfs {
    sqlite3_vfs base;
    sqlite3_vfs *real;
    char name[64];
};

static sqlite3_vfs *below(sqlite3_vfs *v)
{
    return ((struct sums_vfs *)v)->real;
}

static int v_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
    struct sums_file *file = file_of(f);
    if ((flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) == 0)
        return below(v)->xOpen(below(v), name, f, flags, out);
    *file = (struct sums_file){.is_log = (flags & SQLITE_OPEN_WAL) != 0, .kept.at = -1};
    file->real = (sqlite3_file *)(file + 1);
    int code = below(v)->xOpen(below(v), name, file->real, flags, out);
    file->base.pMethods = file->real->pMethods ? &sums_methods : NULL;
    if (code == SQLITE_OK && file->is_log) {
        file->other = file_of(sqlite3_database_file_object(name));
        file->other->other = file;
    }
    return code;
}

static int v_delete(sqlite3_vfs *v, const char *name, int sync_dir)
{
    return below(v)->xDelete(below(v), name, sync_dir);
}

static int v_access(sqlite3_vfs *v, const char *name, int flags, int *out)
{
    return below(v)->xAccess(below(v), name, flags, out);
}

static int v_full_path(sqlite3_vfs *v, const char *name, int len, char *out)
{
    return below(v)->xFullPathname(below(v), name, len, out);
}

const char *page_sums_vfs(const char *under)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    char name[64];
    (void)snprintf(name, sizeof(name), "sums over %s", under ? under : "default");
    pthread_mutex_lock(&lock);
    struct sums_vfs *v = (struct sums_vfs *)sqlite3_vfs_find(name);
    if (!v) {
        v = calloc(1, sizeof(*v)); /* SQLite keeps it until the process ends */
        assert(v);
        v->real = sqlite3_vfs_find(under);
        assert(v->real);
        memcpy(v->name, name, sizeof(name));
        v->base = *v->real; /* randomness, clocks: these look at no VFS */
        v->base.pNext = NULL;
        v->base.zName = v->name;
        v->base.szOsFile = (int)sizeof(struct sums_file) + v->real->szOsFile;
        v->base.xOpen = v_open;
        v->base.xDelete = v_delete;
        v->base.xAccess = v_access;
        v->base.xFullPathname = v_full_path;
        sqlite3_vfs_register(&v->base, 0);
    }
    pthread_mutex_unlock(&lock);
    return v->name;
}
