/* The file system as a table of functions, so that a test can fail, tear or
 * drop any call. Product code takes a `const struct
 * fs *` and never calls open(2), rename(2) or fsync(2) itself. */
#ifndef BASE_FS_H
#define BASE_FS_H
#include "base/arena.h"
#include "base/err.h"
#include <sys/types.h>

struct fs {
    int (*open)(const struct fs *fs, const char *path, int flags, mode_t mode);
    int (*close)(const struct fs *fs, int fd);
    ssize_t (*pread)(const struct fs *fs, int fd, void *to, size_t len, off_t at);
    ssize_t (*write)(const struct fs *fs, int fd, const void *from, size_t len);
    int (*fsync)(const struct fs *fs, int fd);
    int (*rename)(const struct fs *fs, const char *from, const char *to);
    int (*unlink)(const struct fs *fs, const char *path);
    int (*mkdir)(const struct fs *fs, const char *path, mode_t mode);
    void *state; /* a test's own */
};

extern const struct fs fs_system;

/* Bytes of the disk where the folder lies: *left may still be written by who is not root. E_IO. */
MUST_CHECK err_t fs_room(uint64_t *left, uint64_t *all, const char *folder, struct err *e);

/* A whole file, at most `max` bytes, into the arena. E_NOTFOUND, E_LIMIT,
 * E_INVALID: no regular file; E_IO. */
MUST_CHECK err_t fs_read(struct bytes *out, const struct fs *fs, const char *path, size_t max,
                         struct arena *a, struct err *e);

/* As fs_read of what stands at `path` itself, for folders into which others put files. E_INVALID:
 * a link too, which may lead to what is not theirs to show. */
MUST_CHECK err_t fs_read_plain(struct bytes *out, const struct fs *fs, const char *path, size_t max,
                               struct arena *a, struct err *e);

/* Write all, fsync, close; the name appears only by fs_publish. */
MUST_CHECK err_t fs_write_synced(const struct fs *fs, const char *path, struct bytes content,
                                 struct err *e);

/* rename(temporary → path), then fsync of the directory: afterwards the new
 * content survives a power cut, before it the old one does. E_INVALID: `path` is a
 * folder, a device or the like, which no file replaces; `temporary` is gone then. */
MUST_CHECK err_t fs_publish(const struct fs *fs, const char *temporary, const char *path,
                            struct err *e);

/* fsync of the directory that holds `path`. */
MUST_CHECK err_t fs_sync_dir_of(const struct fs *fs, const char *path, struct err *e);

/* fsync of every file and folder below `path`, and of the folder that holds it. */
MUST_CHECK err_t fs_sync_tree(const struct fs *fs, const char *path, struct err *e);

/* Removes `path` with all that lies below it; what is not there is no error. */
MUST_CHECK err_t fs_remove_tree(const struct fs *fs, const char *path, struct err *e);

/* Copies a file, or a folder with all below it, to where nothing is yet; not synced. Sockets, links
 * and the like are left out. */
MUST_CHECK err_t fs_copy_tree(const struct fs *fs, const char *from, const char *to, struct err *e);

/* mkdir -p with mode 0700. */
MUST_CHECK err_t fs_make_dirs(const struct fs *fs, const char *path, struct err *e);

/* A read-only mapping of a whole file; an empty file maps to {NULL, 0}. */
MUST_CHECK err_t fs_map(struct bytes *out, const struct fs *fs, const char *path, struct err *e);
void fs_unmap(struct bytes map); /* accepts {NULL, 0} */
/* The mapped pages leave this process's memory until they are read again; they
 * stay in the system's cache. For long passes over files larger than our share. */
void fs_forget(struct bytes map);
#endif
