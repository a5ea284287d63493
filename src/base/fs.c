/* The system's file calls behind the table of fs.h, and what is made of them:
 * reading whole, writing with fsync, publishing by rename. What a rename has made
 * visible is durable only when its folder was synced too, so publishing does both. */
#include "base/fs.h"
#include "base/disk.h"
#include "base/limits.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static int system_open(const struct fs *fs, const char *path, int flags, mode_t mode)
{
    (void)fs;
    return open(path, flags | O_CLOEXEC, mode);
}

static int system_close(const struct fs *fs, int fd)
{
    (void)fs;
    return close(fd);
}

static ssize_t system_pread(const struct fs *fs, int fd, void *to, size_t len, off_t at)
{
    (void)fs;
    return pread(fd, to, len, at);
}

static ssize_t system_write(const struct fs *fs, int fd, const void *from, size_t len)
{
    (void)fs;
    return write(fd, from, len);
}

static int system_fsync(const struct fs *fs, int fd)
{
    (void)fs;
    return disk_is_waited_for() ? fsync(fd) : 0;
}

static int system_rename(const struct fs *fs, const char *from, const char *to)
{
    (void)fs;
    return rename(from, to);
}

static int system_unlink(const struct fs *fs, const char *path)
{
    (void)fs;
    return unlink(path);
}

static int system_mkdir(const struct fs *fs, const char *path, mode_t mode)
{
    (void)fs;
    return mkdir(path, mode);
}

const struct fs fs_system = {
    .open = system_open,
    .close = system_close,
    .pread = system_pread,
    .write = system_write,
    .fsync = system_fsync,
    .rename = system_rename,
    .unlink = system_unlink,
    .mkdir = system_mkdir,
};

static err_t open_failed(const char *path, struct err *e)
{
    int errnum = errno;
    err_t rc = err_errno(e, errnum, "cannot open %s", path);
    if (errnum != ENOENT)
        return rc;
    if (e)
        e->kind = E_NOTFOUND;
    return E_NOTFOUND;
}

static err_t read_whole(struct bytes *out, const struct fs *fs, const char *path, int flags,
                        size_t max, struct arena *a, struct err *e)
{
    err_t rc = OK;
    struct stat st;
    int fd =
        fs->open(fs, path, flags | O_RDONLY | O_NONBLOCK, 0); /* a pipe would wait for its writer */
    if (fd < 0 && errno == ELOOP && (flags & O_NOFOLLOW))
        return err_set(e, E_INVALID, "%s is a link; put the file itself in its place", path);
    if (fd < 0)
        return open_failed(path, e);
    if (fstat(fd, &st) != 0) {
        rc = err_errno(e, errno, "cannot read %s", path);
    } else if (!S_ISREG(st.st_mode)) { /* a pipe's size is 0: it would read as empty */
        rc = err_set(e, E_INVALID, "%s is no regular file; give the path of one", path);
    } else if ((size_t)st.st_size > max) {
        rc = err_set(e, E_LIMIT, "%s: larger than %zu bytes", path, max);
    } else {
        size_t len = (size_t)st.st_size, at = 0;
        uint8_t *to = arena_alloc(a, len + 1);
        while (at < len) {
            ssize_t n = fs->pread(fs, fd, to + at, len - at, (off_t)at);
            if (n < 0 && errno == EINTR)
                continue;
            if (n < 0) {
                rc = err_errno(e, errno, "cannot read %s", path);
                break;
            }
            if (n == 0)
                break; /* it shrank meanwhile: what is there is what is read */
            at += (size_t)n;
        }
        *out = (struct bytes){to, at};
    }
    fs->close(fs, fd);
    return rc;
}

err_t fs_read(struct bytes *out, const struct fs *fs, const char *path, size_t max, struct arena *a,
              struct err *e)
{
    return read_whole(out, fs, path, 0, max, a, e);
}

err_t fs_read_plain(struct bytes *out, const struct fs *fs, const char *path, size_t max,
                    struct arena *a, struct err *e)
{
    return read_whole(out, fs, path, O_NOFOLLOW, max, a, e);
}

err_t fs_write_synced(const struct fs *fs, const char *path, struct bytes content, struct err *e)
{
    err_t rc = OK;
    int fd = fs->open(fs, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0)
        return err_errno(e, errno, "cannot create %s", path);
    for (size_t at = 0; at < content.len && rc == OK;) {
        ssize_t n = fs->write(fs, fd, content.ptr + at, content.len - at);
        if (n > 0)
            at += (size_t)n;
        else if (n < 0 && errno != EINTR)
            rc = err_errno(e, errno, "cannot write %s", path);
    }
    /* A failed fsync is never retried: the kernel may have dropped the pages. */
    if (rc == OK && fs->fsync(fs, fd) != 0)
        rc = err_errno(e, errno, "cannot write %s to the disk", path);
    if (fs->close(fs, fd) != 0 && rc == OK)
        rc = err_errno(e, errno, "cannot close %s", path);
    return rc;
}

err_t fs_sync_dir_of(const struct fs *fs, const char *path, struct err *e)
{
    char dir[PATH_BYTES_MAX];
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) : 0;
    if (len >= sizeof(dir))
        return err_set(e, E_LIMIT, "path too long: %s", path);
    memcpy(dir, path, len);
    dir[len] = '\0';
    const char *name = !slash ? "." : len == 0 ? "/" : dir;
    int fd = fs->open(fs, name, O_RDONLY | O_DIRECTORY, 0);
    if (fd < 0)
        return err_errno(e, errno, "cannot open %s", name);
    err_t rc = OK;
    if (fs->fsync(fs, fd) != 0)
        rc = err_errno(e, errno, "cannot write %s to the disk", name);
    fs->close(fs, fd);
    return rc;
}

err_t fs_publish(const struct fs *fs, const char *temporary, const char *path, struct err *e)
{
    struct stat there;
    if (stat(path, &there) == 0 && !S_ISREG(there.st_mode)) {
        (void)fs->unlink(fs, temporary); /* a device that became a file would be the greater loss */
        return err_set(e, E_INVALID, "%s is there and is no plain file; name another", path);
    }
    if (fs->rename(fs, temporary, path) != 0)
        return err_errno(e, errno, "cannot rename %s to %s", temporary, path);
    return fs_sync_dir_of(fs, path, e);
}

err_t fs_make_dirs(const struct fs *fs, const char *path, struct err *e)
{
    char part[PATH_BYTES_MAX];
    size_t len = strlen(path);
    if (len >= sizeof(part))
        return err_set(e, E_LIMIT, "path too long: %s", path);
    memcpy(part, path, len + 1);
    for (size_t i = 1; i <= len; i++) {
        if (part[i] != '/' && part[i] != '\0')
            continue;
        part[i] = '\0';
        if (fs->mkdir(fs, part, 0700) != 0 && errno != EEXIST)
            return err_errno(e, errno, "cannot create folder %s", part);
        if (i < len)
            part[i] = '/';
    }
    return OK;
}

/* --- whole trees ------------------------------------------------------------------ */

typedef err_t (*entry_fn)(const struct fs *fs, const char *path, void *arg, struct err *e);

/* fn for what lies in the folder `path`, not for the folder itself. */
static err_t each_entry(const struct fs *fs, const char *path, entry_fn fn, void *arg,
                        struct err *e)
{
    char name[PATH_BYTES_MAX];
    err_t rc = OK;
    DIR *dir = opendir(path);
    if (!dir)
        return err_errno(e, errno, "cannot open %s", path);
    while (rc == OK) {
        errno = 0; /* the end, and a fault, are both NULL */
        struct dirent *entry = readdir(dir);
        if (!entry) {
            if (errno != 0)
                rc = err_errno(e, errno, "cannot read %s", path);
            break;
        }
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        int len = snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
        rc = len > 0 && (size_t)len < sizeof(name) ? fn(fs, name, arg, e)
                                                   : err_set(e, E_LIMIT, "path too long: %s", path);
    }
    closedir(dir);
    return rc;
}

static err_t sync_one(const struct fs *fs, const char *path, void *arg, struct err *e)
{
    struct stat st;
    (void)arg;
    if (lstat(path, &st) != 0)
        return err_errno(e, errno, "cannot read %s", path);
    if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
        return OK;
    err_t rc = S_ISDIR(st.st_mode) ? each_entry(fs, path, sync_one, NULL, e) : OK;
    if (rc != OK)
        return rc;
    int fd = fs->open(fs, path, O_RDONLY | O_NOFOLLOW, 0);
    if (fd < 0)
        return err_errno(e, errno, "cannot open %s", path);
    if (fs->fsync(fs, fd) != 0)
        rc = err_errno(e, errno, "cannot write %s to the disk", path);
    fs->close(fs, fd);
    return rc;
}

err_t fs_sync_tree(const struct fs *fs, const char *path, struct err *e)
{
    err_t rc = sync_one(fs, path, NULL, e);
    return rc == OK ? fs_sync_dir_of(fs, path, e) : rc;
}

static err_t remove_one(const struct fs *fs, const char *path, void *arg, struct err *e)
{
    struct stat st;
    (void)arg;
    if (lstat(path, &st) != 0)
        return errno == ENOENT ? OK : err_errno(e, errno, "cannot read %s", path);
    err_t rc = S_ISDIR(st.st_mode) ? each_entry(fs, path, remove_one, NULL, e) : OK;
    if (rc == OK && (S_ISDIR(st.st_mode) ? rmdir(path) : fs->unlink(fs, path)) != 0)
        rc = err_errno(e, errno, "cannot remove %s", path);
    return rc;
}

err_t fs_remove_tree(const struct fs *fs, const char *path, struct err *e)
{
    return remove_one(fs, path, NULL, e);
}

static err_t copy_file(const struct fs *fs, const char *from, const char *to, mode_t mode,
                       struct err *e)
{
    uint8_t piece[64 << 10];
    err_t rc = OK;
    int in = fs->open(fs, from, O_RDONLY | O_NOFOLLOW, 0),
        out = in < 0 ? -1 : fs->open(fs, to, O_WRONLY | O_CREAT | O_EXCL, mode);
    if (in < 0 || out < 0)
        rc = err_errno(e, errno, "cannot copy %s to %s", from, to);
    for (off_t at = 0; rc == OK;) {
        ssize_t n = fs->pread(fs, in, piece, sizeof(piece), at), put = 0;
        if (n == 0)
            break;
        while (n > 0 && put < n) {
            ssize_t more = fs->write(fs, out, piece + put, (size_t)(n - put));
            if (more < 0 && errno != EINTR)
                n = -1;
            put += more > 0 ? more : 0;
        }
        if (n < 0 && errno != EINTR)
            rc = err_errno(e, errno, "cannot copy %s to %s", from, to);
        at += n > 0 ? n : 0;
    }
    if (in >= 0)
        fs->close(fs, in);
    if (out >= 0 && fs->close(fs, out) != 0 && rc == OK)
        rc = err_errno(e, errno, "cannot close %s", to);
    return rc;
}

struct copy {
    size_t from_len; /* of the folder's path, which is left off … */
    const char *to;  /* … and replaced by this */
};

static err_t copy_entry(const struct fs *fs, const char *path, void *arg, struct err *e)
{
    const struct copy *c = arg;
    char to[PATH_BYTES_MAX];
    int len = snprintf(to, sizeof(to), "%s%s", c->to, path + c->from_len);
    return len > 0 && (size_t)len < sizeof(to) ? fs_copy_tree(fs, path, to, e)
                                               : err_set(e, E_LIMIT, "path too long: %s", path);
}

err_t fs_copy_tree(const struct fs *fs, const char *from, const char *to, struct err *e)
{
    struct stat st;
    if (lstat(from, &st) != 0)
        return err_errno(e, errno, "cannot read %s", from);
    if (S_ISREG(st.st_mode))
        return copy_file(fs, from, to, st.st_mode & 0777, e);
    if (!S_ISDIR(st.st_mode))
        return OK;
    if (fs->mkdir(fs, to, 0700) != 0)
        return err_errno(e, errno, "cannot create folder %s", to);
    return each_entry(fs, from, copy_entry, &(struct copy){strlen(from), to}, e);
}

err_t fs_map(struct bytes *out, const struct fs *fs, const char *path, struct err *e)
{
    err_t rc = OK;
    struct stat st;
    int fd = fs->open(fs, path, O_RDONLY, 0);
    *out = (struct bytes){NULL, 0};
    if (fd < 0)
        return open_failed(path, e);
    if (fstat(fd, &st) != 0) {
        rc = err_errno(e, errno, "cannot read %s", path);
    } else if (st.st_size > 0) {
        void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
        if (p == MAP_FAILED)
            rc = err_errno(e, errno, "cannot map %s", path);
        else
            *out = (struct bytes){p, (size_t)st.st_size};
    }
    fs->close(fs, fd);
    return rc;
}

err_t fs_room(uint64_t *left, uint64_t *all, const char *folder, struct err *e)
{
    struct statvfs v;
    if (statvfs(folder, &v) != 0)
        return err_errno(e, errno, "cannot look at the disk of %s", folder);
    *left = (uint64_t)v.f_bavail * v.f_frsize;
    *all = (uint64_t)v.f_blocks * v.f_frsize;
    return OK;
}

void fs_forget(struct bytes map)
{
    if (map.ptr)
        (void)madvise((void *)(uintptr_t)map.ptr, map.len, MADV_DONTNEED); /* only advice */
}

void fs_unmap(struct bytes map)
{
    if (map.ptr)
        munmap((void *)(uintptr_t)map.ptr, map.len);
}
