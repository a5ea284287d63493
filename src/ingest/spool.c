/* Layout of the temporary file: per row a 4-byte count of strings, then each as
 * 4-byte length and bytes: sheet, row, column, value, reason, number of header
 * cells, header cells, cells. It never outlives the process, so byte order and
 * checksums do not matter. */
#include "ingest/spool.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define SPOOL_FLUSH ((size_t)64 << 10)

struct spool_file {
    const struct fs *fs;
    int fd;
    off_t size;
    struct buf tail; /* not yet written */
};

struct reject_spool {
    struct spool_file *file;
    off_t from, to;
};

static void spool_close(void *arg)
{
    struct spool_file *s = arg;
    if (s->fd >= 0)
        s->fs->close(s->fs, s->fd);
    buf_clear(&s->tail);
    free(s);
}

static err_t spool_open(struct spool_file **out, const struct fs *fs, const char *tmpdir,
                        struct arena *a, struct err *e)
{
    struct spool_file *s = mem_zalloc(sizeof(*s));
    char path[PATH_BYTES_MAX];

    s->fs = fs;
    buf_init(&s->tail, 0);
    s->fd = fs->open(fs, tmpdir, O_TMPFILE | O_RDWR, 0600);
    for (unsigned n = 0; s->fd < 0 && n < 100; n++) { /* file systems without O_TMPFILE */
        snprintf(path, sizeof(path), "%s/zhiyun-rejects-%ld-%u", tmpdir, (long)getpid(), n);
        s->fd = fs->open(fs, path, O_CREAT | O_EXCL | O_RDWR, 0600);
        if (s->fd >= 0)
            fs->unlink(fs, path);
        else if (errno != EEXIST)
            break;
    }
    arena_cleanup(a, spool_close, s);
    if (s->fd < 0)
        return err_errno(e, errno, "cannot make a temporary file for refused rows in %s", tmpdir);
    *out = s;
    return OK;
}

static err_t flush(struct spool_file *s, struct err *e)
{
    size_t done = 0;
    while (done < s->tail.len) {
        ssize_t n = s->fs->write(s->fs, s->fd, s->tail.ptr + done, s->tail.len - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_errno(e, errno, "cannot write refused rows to a temporary file");
        done += (size_t)n;
    }
    s->size += (off_t)done;
    buf_reset(&s->tail);
    return OK;
}

static void put_u32(struct buf *b, size_t n)
{
    uint32_t v = (uint32_t)n;
    buf_add(b, (struct str){(const char *)&v, sizeof(v)});
}

static void put_str(struct buf *b, struct str s)
{
    put_u32(b, s.len);
    buf_add(b, s);
}

err_t spool_add(struct reject_spool **spool, struct spool_file **file, const struct spooled *r,
                const struct fs *fs, const char *tmpdir, struct arena *a, struct err *e)
{
    err_t rc;
    char row[24], headers[24];

    if (!*file && (rc = spool_open(file, fs, tmpdir, a, e)) != OK)
        return rc;
    struct buf *b = &(*file)->tail;
    if (!*spool) {
        *spool = arena_alloc(a, sizeof(**spool));
        (*spool)->file = *file;
        (*spool)->from = (*file)->size + (off_t)b->len;
    }
    put_u32(b, 6 + r->header_count + r->cell_count);
    put_str(b, r->reject.sheet);
    snprintf(row, sizeof(row), "%lld", (long long)r->reject.row);
    put_str(b, str_of(row));
    put_str(b, r->reject.column);
    put_str(b, r->reject.value);
    put_str(b, r->reject.reason);
    snprintf(headers, sizeof(headers), "%zu", r->header_count);
    put_str(b, str_of(headers));
    for (size_t i = 0; i < r->header_count; i++)
        put_str(b, r->header[i]);
    for (size_t i = 0; i < r->cell_count; i++)
        put_str(b, r->cells[i]);
    if (!buf_ok(b))
        return err_set(e, E_LIMIT, "a refused row is larger than memory allows");
    (*spool)->to = (*file)->size + (off_t)b->len;
    return b->len >= SPOOL_FLUSH ? flush(*file, e) : OK;
}

struct spool_reader {
    struct spool_file *s;
    off_t at;
    struct buf window; /* bytes read ahead, perhaps beyond the range */
    size_t used;
};

static off_t place_of(const struct spool_reader *r)
{
    return r->at - (off_t)(r->window.len - r->used);
}

static err_t need(struct spool_reader *r, size_t len, struct err *e)
{
    if (r->window.len - r->used >= len)
        return OK;
    if (r->used)
        memmove(r->window.ptr, r->window.ptr + r->used, r->window.len - r->used);
    r->window.len -= r->used;
    r->used = 0;
    size_t want = len > SPOOL_FLUSH ? len : SPOOL_FLUSH;
    char *to = buf_reserve(&r->window, want);
    while (to && r->window.len < len) {
        ssize_t n = r->s->fs->pread(r->s->fs, r->s->fd, r->window.ptr + r->window.len, want, r->at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_errno(e, n < 0 ? errno : EIO, "cannot read refused rows back");
        r->window.len += (size_t)n;
        r->at += n;
        want -= (size_t)n;
    }
    return to ? OK : err_set(e, E_LIMIT, "a refused row is larger than memory allows");
}

static err_t get_u32(size_t *out, struct spool_reader *r, struct err *e)
{
    uint32_t v;
    err_t rc = need(r, sizeof(v), e);
    if (rc != OK)
        return rc;
    memcpy(&v, r->window.ptr + r->used, sizeof(v));
    r->used += sizeof(v);
    *out = v;
    return OK;
}

static err_t get_str(struct str *out, struct spool_reader *r, struct arena *a, struct err *e)
{
    size_t len;
    err_t rc = get_u32(&len, r, e);
    if (rc == OK)
        rc = need(r, len, e);
    if (rc != OK)
        return rc;
    *out = arena_dup(a, (struct str){r->window.ptr + r->used, len});
    r->used += len;
    return OK;
}

static err_t get_row(struct spooled *out, struct spool_reader *r, struct arena *a, struct err *e)
{
    size_t count;
    uint64_t headers = 0;
    err_t rc = get_u32(&count, r, e);

    if (rc != OK)
        return rc;
    struct str *s = arena_array(a, count, sizeof(*s));
    for (size_t i = 0; i < count; i++)
        if ((rc = get_str(&s[i], r, a, e)) != OK)
            return rc;
    *out =
        (struct spooled){.reject = {.sheet = s[0], .column = s[2], .value = s[3], .reason = s[4]}};
    if (!str_to_i64(&out->reject.row, s[1]) || !str_to_u64(&headers, s[5]))
        return err_set(e, E_INTERNAL, "the temporary file of refused rows is damaged");
    out->header = s + 6;
    out->header_count = (size_t)headers;
    out->cells = s + 6 + headers;
    out->cell_count = count - 6 - (size_t)headers;
    return OK;
}

err_t spool_each(struct reject_spool *spool, bool (*fn)(void *arg, const struct spooled *r),
                 void *arg, struct arena *scratch, struct err *e)
{
    struct spool_reader r = {0};
    bool more = true;
    err_t rc;

    if (!spool)
        return OK;
    if ((rc = flush(spool->file, e)) != OK)
        return rc;
    r.s = spool->file;
    r.at = spool->from;
    buf_init(&r.window, 0);
    while (rc == OK && more && place_of(&r) < spool->to) {
        struct spooled row;
        arena_reset(scratch);
        if ((rc = get_row(&row, &r, scratch, e)) == OK)
            more = fn(arg, &row);
    }
    buf_clear(&r.window);
    return rc;
}
