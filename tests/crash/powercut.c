/* Preloaded into a program: its file calls under one folder are counted, failed
 * on command, and written down so that a power cut can be played afterwards.
 *
 * Changes reach the files at once, as through the kernel's cache. What stood
 * there before goes to a journal that outlives the process; an fsync makes the
 * changes of its file, or the names of its folder, durable. powercut.py reads the
 * journal and takes back what was not durable. One lock holds a call and its
 * line together. A file that loses its name keeps a link beside the journal, so
 * that an inode names one file for ever and a lost name can come back.
 *
 *   POWERCUT_DIR      the folder, absolute
 *   POWERCUT_BESIDE   folder for `journal`, `control` and links; same file system
 *   POWERCUT_NORMAL   set: SQLite runs with synchronous=NORMAL (the control)
 *
 * mmap is not seen: SQLite maps only its -shm file, which a cut throws away.
 *
 * Journal, little-endian: struct line, then `len` bytes (names: two, NUL-ended). */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define SEEN __attribute__((visibility("default")))
enum what { WRITE = 1, SHRINK, MADE, RENAMED, GONE, SYNCED };
enum call {
    CALL_READ = 1,
    CALL_WRITE = 2,
    CALL_SYNC = 4,
    CALL_TRUNCATE = 8,
    CALL_OPEN = 16,
    CALL_RENAME = 32,
    CALL_UNLINK = 64
};

struct line {
    uint32_t what, len;
    uint64_t inode;     /* of the file; of the folder for names */
    uint64_t at, count; /* bytes that changed; the `len` old ones among them follow */
    uint64_t size;      /* of the file before; SYNCED: lines before it */
};

/* Shared with the test, which maps the same file. */
struct control {
    int64_t calls[8];          /* by the bit of enum call */
    int64_t fail_at, failures; /* of the chosen kinds; fail_at 0: nothing fails */
    int64_t chosen;            /* calls of those kinds */
    uint32_t kinds;
    int32_t error, sticky, half, tracks;
};

static struct control *control;
static char dir[PATH_MAX], beside[PATH_MAX];
static size_t dir_len;
static int journal = -1;
static uint64_t lines;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name)                                                                                 \
    static __typeof__(name) *_Atomic found;                                                        \
    __typeof__(name) *real = found;                                                                \
    if (!real)                                                                                     \
    found = real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void start(void)
{
    char path[PATH_MAX + 16];
    const char *d = getenv("POWERCUT_DIR"), *b = getenv("POWERCUT_BESIDE");
    if (!d || !b || strlen(d) >= PATH_MAX || strlen(b) >= PATH_MAX)
        return;
    snprintf(path, sizeof(path), "%s/control", b);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        abort();
    control = mmap(NULL, sizeof(*control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    snprintf(path, sizeof(path), "%s/journal", b);
    journal = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (control == MAP_FAILED || journal < 0)
        abort();
    memcpy(beside, b, strlen(b) + 1);
    memcpy(dir, d, strlen(d) + 1);
    dir_len = strlen(d);
}

static bool inside(const char *path)
{
    return dir_len && strncmp(path, dir, dir_len) == 0 && (path[dir_len] == '/' || !path[dir_len]);
}

/* A regular file or folder of ours? */
static bool ours(int fd, struct stat *st)
{
    char link[64], path[PATH_MAX];
    int saved = errno;
    if (!dir_len)
        return false;
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof(path) - 1);
    errno = saved;
    if (n <= 0)
        return false;
    path[n] = 0;
    return inside(path) && fstat(fd, st) == 0 && (S_ISREG(st->st_mode) || S_ISDIR(st->st_mode)) &&
           (st->st_nlink > 0); /* what has no name is gone after a cut anyway */
}

/* Whether this call is to fail: then errno says how. */
static bool fails(enum call kind)
{
    if (!control)
        return false;
    __atomic_add_fetch(&control->calls[__builtin_ctz(kind)], 1, __ATOMIC_SEQ_CST);
    if (!(control->kinds & kind))
        return false;
    int64_t n = __atomic_add_fetch(&control->chosen, 1, __ATOMIC_SEQ_CST);
    if (control->fail_at == 0 || n < control->fail_at || (n > control->fail_at && !control->sticky))
        return false;
    __atomic_add_fetch(&control->failures, 1, __ATOMIC_SEQ_CST);
    errno = control->error;
    return true;
}

static bool tracks(void)
{
    return control && control->tracks;
}

static void note(const struct line *l, const void *bytes)
{
    struct iovec part[2] = {{(void *)l, sizeof(*l)}, {(void *)bytes, l->len}};
    if (writev(journal, part, 2) != (ssize_t)(sizeof(*l) + l->len))
        abort();
    lines++;
}

/* A descriptor of the same file that can be read: itself where it can. (Closing
 * any other one would let go SQLite's locks; it opens for both.) */
static int readable(int fd)
{
    REAL(open64);
    char link[64];
    if ((fcntl(fd, F_GETFL) & O_ACCMODE) != O_WRONLY)
        return fd;
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    return real(link, O_RDONLY | O_CLOEXEC);
}

/* The bytes that a change of `len` bytes at `at` is about to cover. */
static void note_bytes(enum what what, int fd, const struct stat *st, uint64_t at, uint64_t len)
{
    uint64_t size = (uint64_t)st->st_size, end = at + len < size ? at + len : size;
    struct line l = {what, 0, st->st_ino, at, len, size};
    char *old = NULL;
    if (end > at) {
        REAL(pread64);
        int again = readable(fd);
        l.len = (uint32_t)(end - at);
        old = malloc(l.len);
        if (!old || real(again, old, l.len, (off_t)at) != (ssize_t)l.len)
            abort();
        if (again != fd)
            close(again);
    }
    note(&l, old);
    free(old);
}

/* Inode of the folder that a name is in. */
static uint64_t folder_of(const char *path)
{
    char name[PATH_MAX];
    struct stat st;
    snprintf(name, sizeof(name), "%s", path);
    char *slash = strrchr(name, '/');
    if (slash)
        *slash = 0;
    return stat(name, &st) == 0 ? st.st_ino : 0;
}

static void note_name(enum what what, const char *from, const char *to)
{
    char names[2 * PATH_MAX];
    size_t a = strlen(from) + 1, b = strlen(to) + 1;
    if (a > PATH_MAX || b > PATH_MAX)
        abort();
    memcpy(names, from, a);
    memcpy(names + a, to, b);
    struct line l = {what, (uint32_t)(a + b), folder_of(what == RENAMED ? to : from), 0, 0, 0};
    note(&l, names);
}

/* A second name for what is about to lose its own; "" when there is nothing. */
static void keep(char *kept, size_t size, const char *path)
{
    static unsigned count;
    snprintf(kept, size, "%s/kept-%d-%u", beside, (int)getpid(), ++count);
    if (link(path, kept) != 0)
        kept[0] = 0;
}

/* --- calls ------------------------------------------------------------------------- */

static int opened(int (*real)(const char *, int, ...), const char *path, int flags, mode_t mode)
{
    struct stat st;
    if (!inside(path))
        return real(path, flags, mode);
    if (fails(CALL_OPEN))
        return -1;
    if (!tracks() || (flags & O_TMPFILE) == O_TMPFILE || !(flags & (O_CREAT | O_TRUNC)))
        return real(path, flags, mode);
    pthread_mutex_lock(&lock);
    bool was = stat(path, &st) == 0;
    if (was && (flags & O_TRUNC) && st.st_size > 0) {
        int fd = real(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            abort();
        note_bytes(SHRINK, fd, &st, 0, (uint64_t)st.st_size);
        close(fd);
    }
    int fd = real(path, flags, mode);
    if (fd >= 0 && !was)
        note_name(MADE, path, "");
    pthread_mutex_unlock(&lock);
    return fd;
}

#define OPEN(name)                                                                                 \
    SEEN int name(const char *path, int flags, ...)                                                \
    {                                                                                              \
        REAL(name);                                                                                \
        va_list more;                                                                              \
        va_start(more, flags);                                                                     \
        mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(more, mode_t) : 0;                  \
        va_end(more);                                                                              \
        return opened(real, path, flags, mode);                                                    \
    }
OPEN(open)
OPEN(open64)

/* Changes `len` bytes at `at` (−1: where the descriptor stands) and tells how many. */
static ssize_t changed(int fd, const void *from, size_t len, off_t at)
{
    REAL(write);
    struct stat st;
    ssize_t n;
    __typeof__(pwrite64) *real_at = (__typeof__(pwrite64) *)dlsym(RTLD_NEXT, "pwrite64");
    if (!ours(fd, &st))
        return at < 0 ? real(fd, from, len) : real_at(fd, from, len, at);
    bool failing = fails(CALL_WRITE);
    int error = errno;
    if (failing && !control->half)
        return -1;
    if (failing)
        len = len / 2; /* a short write, or none and the error */
    if (failing && len == 0)
        return -1;
    if (!tracks())
        return at < 0 ? real(fd, from, len) : real_at(fd, from, len, at);
    pthread_mutex_lock(&lock);
    off_t where = at;
    if (at < 0) {
        if (fstat(fd, &st) != 0)
            abort();
        where = fcntl(fd, F_GETFL) & O_APPEND ? st.st_size : lseek(fd, 0, SEEK_CUR);
    } else if (fstat(fd, &st) != 0)
        abort();
    note_bytes(WRITE, fd, &st, (uint64_t)where, len);
    errno = error;
    n = at < 0 ? real(fd, from, len) : real_at(fd, from, len, at);
    pthread_mutex_unlock(&lock);
    return n;
}

SEEN ssize_t write(int fd, const void *from, size_t len)
{
    return changed(fd, from, len, -1);
}

SEEN ssize_t pwrite(int fd, const void *from, size_t len, off_t at)
{
    return changed(fd, from, len, at);
}

SEEN ssize_t pwrite64(int fd, const void *from, size_t len, off_t at)
{
    return changed(fd, from, len, at);
}

#define READ(name, parameters, arguments)                                                          \
    SEEN ssize_t name parameters                                                                   \
    {                                                                                              \
        REAL(name);                                                                                \
        struct stat st;                                                                            \
        if (ours(fd, &st) && fails(CALL_READ))                                                     \
            return -1;                                                                             \
        return real arguments;                                                                     \
    }
READ(read, (int fd, void *to, size_t len), (fd, to, len))
READ(pread, (int fd, void *to, size_t len, off_t at), (fd, to, len, at))
READ(pread64, (int fd, void *to, size_t len, off_t at), (fd, to, len, at))

static int synced(int (*real)(int), int fd)
{
    struct stat st;
    if (!ours(fd, &st))
        return real(fd);
    if (fails(CALL_SYNC))
        return -1;
    /* What was written before now is durable once it is done, not what comes meanwhile. */
    uint64_t before = __atomic_load_n(&lines, __ATOMIC_SEQ_CST);
    int rc = real(fd);
    if (rc == 0 && tracks()) {
        struct line l = {SYNCED, 0, st.st_ino, 0, 0, before};
        pthread_mutex_lock(&lock);
        note(&l, NULL);
        pthread_mutex_unlock(&lock);
    }
    return rc;
}

SEEN int fsync(int fd)
{
    REAL(fsync);
    return synced(real, fd);
}

SEEN int fdatasync(int fd)
{
    REAL(fdatasync);
    return synced(real, fd);
}

static int cut_short(int (*real)(int, off_t), int fd, off_t len)
{
    struct stat st;
    if (!ours(fd, &st))
        return real(fd, len);
    if (fails(CALL_TRUNCATE))
        return -1;
    if (!tracks())
        return real(fd, len);
    pthread_mutex_lock(&lock);
    if (fstat(fd, &st) != 0)
        abort();
    note_bytes(SHRINK, fd, &st, (uint64_t)len, st.st_size > len ? (uint64_t)(st.st_size - len) : 0);
    int rc = real(fd, len);
    pthread_mutex_unlock(&lock);
    return rc;
}

SEEN int ftruncate(int fd, off_t len)
{
    REAL(ftruncate);
    return cut_short(real, fd, len);
}

SEEN int ftruncate64(int fd, off_t len)
{
    REAL(ftruncate64);
    return cut_short(real, fd, len);
}

SEEN int rename(const char *from, const char *to)
{
    REAL(rename);
    char kept[PATH_MAX + 32];
    if (!inside(from))
        return real(from, to);
    if (fails(CALL_RENAME))
        return -1;
    if (!tracks())
        return real(from, to);
    pthread_mutex_lock(&lock);
    keep(kept, sizeof(kept), to);
    if (kept[0])
        note_name(GONE, to, kept);
    int rc = real(from, to);
    if (rc == 0)
        note_name(RENAMED, from, to);
    else if (kept[0]) /* it lost nothing: its line must bring nothing back */
        (void)unlinkat(AT_FDCWD, kept, 0);
    pthread_mutex_unlock(&lock);
    return rc;
}

SEEN int unlink(const char *path)
{
    REAL(unlink);
    char kept[PATH_MAX + 32];
    if (!inside(path))
        return real(path);
    if (fails(CALL_UNLINK))
        return -1;
    if (!tracks())
        return real(path);
    pthread_mutex_lock(&lock);
    keep(kept, sizeof(kept), path);
    int rc = real(path);
    if (rc == 0 && kept[0])
        note_name(GONE, path, kept);
    pthread_mutex_unlock(&lock);
    return rc;
}

/* --- the control ------------------------------------------------------------------- */

struct sqlite3;
typedef int (*exec_fn)(struct sqlite3 *, const char *, int (*)(void *, int, char **, char **),
                       void *, char **);
SEEN int sqlite3_exec(struct sqlite3 *db, const char *sql,
                      int (*row)(void *, int, char **, char **), void *arg, char **error);
SEEN int sqlite3_exec(struct sqlite3 *db, const char *sql,
                      int (*row)(void *, int, char **, char **), void *arg, char **error)
{
    static exec_fn real;
    if (!real)
        real = (exec_fn)dlsym(RTLD_NEXT, "sqlite3_exec");
    if (strcmp(sql, "PRAGMA synchronous=FULL") == 0 && getenv("POWERCUT_NORMAL"))
        sql = "PRAGMA synchronous=NORMAL";
    return real(db, sql, row, arg, error);
}
