/* Byte streams: file, memory, gzip and Zstandard, all behind one small table
 * of functions, with one read-ahead buffer per stream for peeking.
 *
 * Decompressors count what goes in and out and stop at the bounds of
 * base/limits.h: a library's own limits are about its memory, not about the
 * disk and time that a bomb would cost us. */
#include "text/stream.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/msg.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#define PEEK_MAX ((size_t)64 << 10)
#define UNPACK_CHUNK ((size_t)64 << 10) /* packed bytes asked for at once */

struct stream {
    const struct stream_ops *ops;
    void *state;
    uint8_t *ahead; /* PEEK_MAX bytes once somebody has peeked, else NULL */
    size_t ahead_at, ahead_len;
    uint64_t taken;  /* by the reader of this stream */
    err_t late_kind; /* met while looking ahead: told once the bytes before it are taken */
    struct err late;
    struct bytes map;
    bool map_owned; /* else it is part of the memory given to stream_open_memory */
};

struct stream *stream_new(const struct stream_ops *ops, void *state)
{
    struct stream *s = mem_zalloc(sizeof(*s));
    s->ops = ops;
    s->state = state;
    return s;
}

void stream_close(struct stream *s)
{
    if (!s)
        return;
    if (s->map_owned)
        fs_unmap(s->map);
    s->ops->close(s->state);
    free(s->ahead);
    free(s);
}

err_t stream_read(size_t *got, struct stream *s, void *to, size_t cap, struct err *e)
{
    size_t held = s->ahead_len - s->ahead_at;
    *got = 0;
    if (cap == 0)
        return OK;
    if (held == 0 && s->late_kind != OK) {
        if (e)
            *e = s->late;
        return s->late_kind;
    }
    if (held == 0) {
        err_t rc = s->ops->read(got, s->state, to, cap, e);
        s->taken += *got;
        return rc;
    }
    *got = held < cap ? held : cap;
    memcpy(to, s->ahead + s->ahead_at, *got);
    s->ahead_at += *got;
    s->taken += *got;
    return OK;
}

err_t stream_peek(struct bytes *out, struct stream *s, size_t want, struct err *e)
{
    if (want > PEEK_MAX)
        want = PEEK_MAX;
    if (!s->ahead)
        s->ahead = mem_alloc(PEEK_MAX);
    if (s->ahead_len - s->ahead_at < want) {
        memmove(s->ahead, s->ahead + s->ahead_at, s->ahead_len - s->ahead_at);
        s->ahead_len -= s->ahead_at;
        s->ahead_at = 0;
    }
    while (s->ahead_len - s->ahead_at < want && s->late_kind == OK) {
        size_t got = 0;
        s->late_kind = s->ops->read(&got, s->state, s->ahead + s->ahead_len,
                                    PEEK_MAX - s->ahead_len, &s->late);
        if (s->late_kind == OK && got == 0)
            break;
        s->ahead_len += got;
    }
    size_t held = s->ahead_len - s->ahead_at;
    if (held == 0 && s->late_kind != OK) {
        if (e)
            *e = s->late;
        return s->late_kind;
    }
    *out = (struct bytes){s->ahead + s->ahead_at, held < want ? held : want};
    return OK;
}

uint64_t stream_offset(const struct stream *s)
{
    return s->taken;
}

uint64_t stream_raw_offset(const struct stream *s)
{
    return s->ops->raw_offset ? s->ops->raw_offset(s->state) : s->taken;
}

/* --- file ---------------------------------------------------------------- */

struct file {
    const struct fs *fs;
    int fd;
    uint64_t at;
    char path[PATH_BYTES_MAX];
};

static err_t file_read(size_t *got, void *state, void *to, size_t cap, struct err *e)
{
    struct file *f = state;
    for (;;) {
        ssize_t n = f->fs->pread(f->fs, f->fd, to, cap, (off_t)f->at);
        if (n >= 0) {
            *got = (size_t)n;
            f->at += (uint64_t)n;
            return OK;
        }
        if (errno != EINTR)
            return err_errno(e, errno, "cannot read %s", f->path);
    }
}

static uint64_t file_raw_offset(const void *state)
{
    return ((const struct file *)state)->at;
}

static void file_close(void *state)
{
    struct file *f = state;
    f->fs->close(f->fs, f->fd);
    free(f);
}

static const struct stream_ops file_ops = {file_read, file_raw_offset, file_close};

static struct stream *file_stream(const struct fs *fs, int fd, const char *path)
{
    struct file *f = mem_zalloc(sizeof(*f));
    f->fs = fs;
    f->fd = fd;
    (void)snprintf(f->path, sizeof(f->path), "%s", path);
    return stream_new(&file_ops, f);
}

err_t stream_open_file(struct stream **out, const struct fs *fs, const char *path, struct err *e)
{
    size_t len = strlen(path);
    *out = NULL;
    if (len >= PATH_BYTES_MAX)
        return err_set(e, E_LIMIT, "path too long: %s", path);
    /* A pipe can be read once only, and one without a writer never ends; a device
     * such as /dev/zero never does. */
    int fd = fs->open(fs, path, O_RDONLY | O_NONBLOCK, 0);
    struct stat st;
    if (fd >= 0 && fstat(fd, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) {
        fs->close(fs, fd);
        return err_set(e, E_INVALID,
                       "%s is a pipe or a device, no file; save what it gives as a file and name "
                       "that",
                       path);
    }
    if (fd < 0) {
        int errnum = errno;
        err_t rc = err_errno(e, errnum, "cannot open %s", path);
        if (errnum != ENOENT)
            return rc;
        if (e)
            e->kind = E_NOTFOUND;
        return E_NOTFOUND;
    }
    *out = file_stream(fs, fd, path);
    return OK;
}

/* --- memory -------------------------------------------------------------- */

struct memory {
    struct bytes content;
    size_t at;
};

static err_t memory_read(size_t *got, void *state, void *to, size_t cap, struct err *e)
{
    struct memory *m = state;
    (void)e;
    size_t left = m->content.len - m->at;
    *got = cap < left ? cap : left;
    if (*got)
        memcpy(to, m->content.ptr + m->at, *got);
    m->at += *got;
    return OK;
}

static const struct stream_ops memory_ops = {memory_read, NULL, free};

struct stream *stream_open_memory(struct bytes content)
{
    struct memory *m = mem_zalloc(sizeof(*m));
    m->content = content;
    return stream_new(&memory_ops, m);
}

/* --- borrowed ------------------------------------------------------------ */

static err_t borrowed_read(size_t *got, void *state, void *to, size_t cap, struct err *e)
{
    return stream_read(got, state, to, cap, e);
}

static uint64_t borrowed_raw_offset(const void *state)
{
    return stream_raw_offset(state);
}

static void borrowed_close(void *state)
{
    (void)state;
}

static const struct stream_ops borrowed_ops = {borrowed_read, borrowed_raw_offset, borrowed_close};

struct stream *stream_borrow(struct stream *inner)
{
    return stream_new(&borrowed_ops, inner);
}

/* --- gzip and Zstandard -------------------------------------------------- */

struct unpack {
    struct stream *inner;
    uint64_t in, out; /* bytes */
    uint8_t chunk[UNPACK_CHUNK];
    size_t at, len; /* unread part of chunk */
    bool inner_end, done;
    bool inside; /* a member or frame has begun and not ended */
    bool midst;  /* stream_open_zlib */
    z_stream z;
    ZSTD_DStream *zstd;
};

static err_t unpack_fill(struct unpack *u, struct err *e)
{
    if (u->at < u->len || u->inner_end)
        return OK;
    u->at = u->len = 0;
    err_t rc = stream_read(&u->len, u->inner, u->chunk, sizeof(u->chunk), e);
    u->in += u->len;
    u->inner_end = rc == OK && u->len == 0;
    return rc;
}

static err_t unpack_count(struct unpack *u, size_t made, struct err *e)
{
    u->out += made;
    if (u->out > UNPACKED_BYTES_MAX)
        return err_set(e, E_LIMIT, "the compressed file unpacks to more than %zu bytes",
                       UNPACKED_BYTES_MAX);
    if (u->out > UNPACK_RATIO_FROM && u->out / UNPACK_RATIO_MAX > u->in)
        return err_set(e, E_LIMIT,
                       "the compressed file unpacks to more than %d times its size; unpack it "
                       "yourself if you trust it",
                       UNPACK_RATIO_MAX);
    return OK;
}

static err_t unpack_cut(const struct unpack *u, const char *what, struct err *e)
{
    return err_set(e, E_INVALID,
                   "the %s data ends too early, at byte %llu: the file is cut off; copy it again",
                   what, (unsigned long long)u->in);
}

static uint64_t unpack_position(const struct unpack *u)
{
    return u->in - (u->len - u->at);
}

static uint64_t unpack_raw_offset(const void *state)
{
    return stream_raw_offset(((const struct unpack *)state)->inner);
}

/* Between members: another one follows, or zero padding (tapes), or the end. */
static err_t gzip_between(struct unpack *u, struct err *e)
{
    err_t rc;
    while ((rc = unpack_fill(u, e)) == OK && !u->inner_end && u->chunk[u->at] == 0)
        u->at++;
    if (rc != OK)
        return rc;
    if (u->inner_end) {
        u->done = true;
    } else if (u->chunk[u->at] != 0x1f) {
        return err_set(e, E_INVALID, "bytes that are not gzip follow the data at byte %llu",
                       (unsigned long long)unpack_position(u));
    } else {
        inflateReset(&u->z);
        u->inside = true;
    }
    return OK;
}

static err_t gzip_read(size_t *got, void *state, void *to, size_t cap, struct err *e)
{
    struct unpack *u = state;
    err_t rc = OK;
    *got = 0;
    if (cap > (1u << 30))
        cap = 1u << 30;
    while (*got == 0 && !u->done) {
        if (!u->inside) {
            if ((rc = gzip_between(u, e)) != OK)
                return rc;
            continue;
        }
        if ((rc = unpack_fill(u, e)) != OK)
            return rc;
        if (u->inner_end && u->midst) {
            u->done = true;
            break;
        }
        if (u->inner_end)
            return unpack_cut(u, "gzip", e);
        u->z.next_in = u->chunk + u->at;
        u->z.avail_in = (uInt)(u->len - u->at);
        u->z.next_out = to;
        u->z.avail_out = (uInt)cap;
        int zrc = inflate(&u->z, Z_NO_FLUSH);
        u->at = u->len - u->z.avail_in;
        *got = cap - u->z.avail_out;
        u->done = u->midst && zrc != Z_OK && zrc != Z_BUF_ERROR;
        if (zrc == Z_STREAM_END)
            u->inside = false;
        else if (zrc != Z_OK && zrc != Z_BUF_ERROR && !u->midst)
            return err_set(e, E_INVALID, "damaged gzip data near byte %llu: %s",
                           (unsigned long long)unpack_position(u), u->z.msg ? u->z.msg : "");
        if ((rc = unpack_count(u, *got, e)) != OK)
            *got = 0;
        if (rc != OK)
            return rc;
    }
    return OK;
}

static void gzip_close(void *state)
{
    struct unpack *u = state;
    inflateEnd(&u->z);
    stream_close(u->inner);
    free(u);
}

static const struct stream_ops gzip_ops = {gzip_read, unpack_raw_offset, gzip_close};

static err_t open_deflated(struct stream **out, struct stream *inner, bool midst, struct err *e)
{
    struct unpack *u = mem_zalloc(sizeof(*u));
    u->inner = inner;
    u->inside = true;
    u->midst = midst;
    *out = NULL;
    if (inflateInit2(&u->z, midst ? 15 : 15 + 16) != Z_OK) {
        gzip_close(u);
        return err_set(e, E_INTERNAL, "zlib cannot start");
    }
    *out = stream_new(&gzip_ops, u);
    return OK;
}

err_t stream_open_gzip(struct stream **out, struct stream *inner, struct err *e)
{
    return open_deflated(out, inner, false, e);
}

err_t stream_open_zlib(struct stream **out, struct stream *inner, struct err *e)
{
    return open_deflated(out, inner, true, e);
}

static err_t zstd_read(size_t *got, void *state, void *to, size_t cap, struct err *e)
{
    struct unpack *u = state;
    err_t rc = OK;
    *got = 0;
    while (*got == 0 && !u->done) {
        if ((rc = unpack_fill(u, e)) != OK)
            return rc;
        ZSTD_inBuffer from = {u->chunk, u->len, u->at};
        ZSTD_outBuffer into = {to, cap, 0};
        if (u->inner_end && !u->inside) {
            u->done = true;
            break;
        }
        size_t zrc = ZSTD_decompressStream(u->zstd, &into, &from);
        if (ZSTD_isError(zrc))
            return err_set(e, E_INVALID,
                           "damaged Zstandard data near byte %llu; copy the file again",
                           (unsigned long long)unpack_position(u));
        u->at = from.pos;
        u->inside = zrc != 0;
        *got = into.pos;
        if (u->inner_end && u->inside && *got == 0)
            return unpack_cut(u, "Zstandard", e);
        if ((rc = unpack_count(u, *got, e)) != OK) {
            *got = 0;
            return rc;
        }
    }
    return OK;
}

static void zstd_close(void *state)
{
    struct unpack *u = state;
    ZSTD_freeDStream(u->zstd);
    stream_close(u->inner);
    free(u);
}

static const struct stream_ops zstd_ops = {zstd_read, unpack_raw_offset, zstd_close};

err_t stream_open_zstd(struct stream **out, struct stream *inner, struct err *e)
{
    struct unpack *u = mem_zalloc(sizeof(*u));
    u->inner = inner;
    u->inside = true; /* an empty file is no Zstandard file */
    u->zstd = ZSTD_createDStream();
    *out = NULL;
    if (!u->zstd) {
        zstd_close(u);
        return err_set(e, E_INTERNAL, "libzstd cannot start");
    }
    *out = stream_new(&zstd_ops, u);
    return OK;
}

/* --- mapping ------------------------------------------------------------- */

/* A file without a name. O_TMPFILE where the file system knows it; else a
 * file whose name is taken away at once. */
static int spool_open(const char *tmpdir)
{
    char path[PATH_BYTES_MAX];
    int fd = fs_system.open(&fs_system, tmpdir, O_RDWR | O_TMPFILE, 0600);
    if (fd >= 0)
        return fd;
    int n = snprintf(path, sizeof(path), "%s/.spool-XXXXXX", tmpdir);
    if (n < 0 || (size_t)n >= sizeof(path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        fs_system.unlink(&fs_system, path);
    return fd;
}

static err_t spool_write(int fd, const uint8_t *from, size_t len, struct err *e)
{
    for (size_t at = 0; at < len;) {
        ssize_t n = fs_system.write(&fs_system, fd, from + at, len - at);
        if (n > 0)
            at += (size_t)n;
        else if (n < 0 && errno != EINTR)
            return err_errno(e, errno, "cannot write a temporary file");
    }
    return OK;
}

static err_t map_fd(struct bytes *out, int fd, const char *what, struct err *e)
{
    struct stat st;
    *out = (struct bytes){NULL, 0};
    if (fstat(fd, &st) != 0)
        return err_errno(e, errno, "cannot read %s", what);
    if (st.st_size == 0)
        return OK;
    void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED)
        return err_errno(e, errno, "cannot map %s", what);
    *out = (struct bytes){p, (size_t)st.st_size};
    return OK;
}

/* All that follows in `s` as an unlinked file. *damage: what reading met, if anything; an error
 * here is of the temporary file. */
static err_t spool(int *fd, struct err *damage, struct stream *s, const char *tmpdir, struct err *e)
{
    err_t rc = OK;
    size_t got = 0;
    *fd = spool_open(tmpdir);
    if (*fd < 0)
        return err_errno(e, errno, "cannot create a temporary file in %s", tmpdir);
    uint8_t *block = mem_alloc(UNPACK_CHUNK);
    while (rc == OK && stream_read(&got, s, block, UNPACK_CHUNK, damage) == OK && got > 0)
        rc = spool_write(*fd, block, got, e);
    free(block);
    if (rc != OK)
        fs_system.close(&fs_system, *fd);
    return rc;
}

static err_t map_spooled(struct bytes *out, struct stream *s, const char *tmpdir, struct err *e)
{
    struct err damage = {0};
    int fd;
    err_t rc = spool(&fd, &damage, s, tmpdir, e);
    if (rc != OK)
        return rc;
    if (damage.kind != OK) {
        rc = damage.kind;
        if (e)
            *e = damage;
    } else {
        rc = map_fd(out, fd, msg("a temporary file"), e);
    }
    fs_system.close(&fs_system, fd);
    return rc;
}

err_t stream_map(struct bytes *out, struct stream *s, const char *tmpdir, struct err *e)
{
    err_t rc = OK;
    struct stat st;
    *out = (struct bytes){NULL, 0};
    if (s->map.ptr) { /* asked before: the stream is at its end, the mapping still holds */
        *out = s->map;
        return OK;
    }
    if (s->ops == &memory_ops) {
        const struct memory *m = s->state;
        size_t held = s->ahead_len - s->ahead_at;
        s->map = (struct bytes){m->content.ptr + m->at - held, m->content.len - m->at + held};
        *out = s->map;
        return OK;
    }
    const struct file *f = s->ops == &file_ops ? s->state : NULL;
    if (f && s->taken == 0 && fstat(f->fd, &st) == 0 && S_ISREG(st.st_mode))
        rc = map_fd(&s->map, f->fd, f->path, e);
    else
        rc = map_spooled(&s->map, s, tmpdir, e);
    s->map_owned = s->map.ptr != NULL;
    *out = s->map;
    return rc;
}

/* --- twice ----------------------------------------------------------------- */

err_t stream_repeatable(struct stream **out, struct stream *s, const char *tmpdir, struct err *e)
{
    struct err damage = {0};
    int fd;
    *out = s;
    if ((s->ops == &file_ops || s->ops == &memory_ops) && s->taken == 0)
        return OK;
    err_t rc = spool(&fd, &damage, s, tmpdir, e);
    if (rc != OK)
        return rc;
    *out = file_stream(&fs_system, fd, msg("a temporary file"));
    return OK;
}

void stream_restart(struct stream *s)
{
    if (s->ops == &file_ops)
        ((struct file *)s->state)->at = 0;
    else
        ((struct memory *)s->state)->at = 0;
    s->ahead_at = s->ahead_len = 0;
    s->late_kind = OK;
    s->taken = 0;
}
