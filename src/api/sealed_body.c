/* Chunks as in a sealed file (crypto/seal.h), each at its place. */
#include "api/sealed_body.h"
#include "base/buf.h"
#include "base/mem.h"
#include "crypto/random.h"
#include "crypto/seal.h"
#include "crypto/secret.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct sealed_body {
    int fd;
    struct file_sealer *sealer;
    struct buf plain, sealed;
    int64_t size;   /* bytes added */
    int64_t chunks; /* written; then, read */
    bool reading;
};

err_t sealed_body_open(struct sealed_body **out, const char *dir, struct err *e)
{
    uint8_t key[FILE_KEY_LEN];
    char path[4096];
    int n = snprintf(path, sizeof(path), "%s/upload-XXXXXX", dir);
    *out = NULL;
    if (n < 0 || (size_t)n >= sizeof(path))
        return err_set(e, E_LIMIT, "the path of the data folder is too long");
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0)
        return err_errno(e, errno, "cannot create %s", path);
    /* The file is unlinked at once, so no crash leaves it behind. */
    if (unlink(path) != 0) {
        err_t rc = err_errno(e, errno, "cannot remove %s", path);
        close(fd);
        return rc;
    }
    struct sealed_body *s = mem_zalloc(sizeof(*s));
    s->fd = fd;
    random_bytes(key, sizeof(key));
    s->sealer = file_sealer_new(SEAL_AES_256_GCM, key);
    secret_wipe(key, sizeof(key));
    buf_init(&s->plain, SEAL_CHUNK + SEAL_TAG_MAX);
    buf_init(&s->sealed, SEAL_CHUNK + SEAL_TAG_MAX);
    *out = s;
    return OK;
}

void sealed_body_close(struct sealed_body *s)
{
    if (!s)
        return;
    if (s->plain.ptr)
        secret_wipe(s->plain.ptr, s->plain.cap);
    buf_clear(&s->plain);
    buf_clear(&s->sealed);
    file_sealer_free(s->sealer);
    close(s->fd);
    free(s);
}

static size_t sealed_chunk(void)
{
    return SEAL_CHUNK + seal_tag_len(SEAL_AES_256_GCM);
}

static err_t write_chunk(struct sealed_body *s, bool last, struct err *e)
{
    off_t at = (off_t)s->chunks * (off_t)sealed_chunk();
    buf_reset(&s->sealed);
    seal_chunk(&s->sealed, s->sealer, (uint64_t)s->chunks, last, str_bytes(buf_str(&s->plain)));
    for (size_t done = 0; done < s->sealed.len;) {
        ssize_t n = pwrite(s->fd, s->sealed.ptr + done, s->sealed.len - done, at + (off_t)done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(e, errno, "the upload could not be written to the disk");
        done += (size_t)n;
    }
    s->chunks++;
    buf_reset(&s->plain);
    return OK;
}

err_t sealed_body_add(struct sealed_body *s, struct bytes piece, struct err *e)
{
    s->size += (int64_t)piece.len;
    while (piece.len > 0) {
        err_t rc = OK;
        if (s->plain.len == SEAL_CHUNK && (rc = write_chunk(s, false, e)) != OK)
            return rc;
        size_t room = SEAL_CHUNK - s->plain.len, len = piece.len < room ? piece.len : room;
        buf_add(&s->plain, (struct str){(const char *)piece.ptr, len});
        piece.ptr += len;
        piece.len -= len;
    }
    return OK;
}

int64_t sealed_body_size(const struct sealed_body *s)
{
    return s->size;
}

static err_t read_chunk(struct sealed_body *s, size_t len, struct err *e)
{
    off_t at = (off_t)s->chunks * (off_t)sealed_chunk();
    buf_reset(&s->sealed);
    char *to = buf_reserve(&s->sealed, len);
    while (to && s->sealed.len < len) {
        ssize_t n =
            pread(s->fd, to + s->sealed.len, len - s->sealed.len, at + (off_t)s->sealed.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_errno(e, n < 0 ? errno : EIO, "the upload could not be read back");
        s->sealed.len += (size_t)n;
    }
    return OK;
}

err_t sealed_body_next(struct bytes *out, struct sealed_body *s, struct err *e)
{
    int64_t total = s->size == 0 ? 1 : (s->size + (int64_t)SEAL_CHUNK - 1) / (int64_t)SEAL_CHUNK;
    err_t rc = OK;
    *out = (struct bytes){NULL, 0};
    if (!s->reading) {
        if ((rc = write_chunk(s, true, e)) != OK)
            return rc;
        s->reading = true;
        s->chunks = 0;
    }
    if (s->chunks == total)
        return OK;
    bool last = s->chunks == total - 1;
    int64_t left = s->size - s->chunks * (int64_t)SEAL_CHUNK;
    size_t len = (last ? (size_t)left : SEAL_CHUNK) + seal_tag_len(SEAL_AES_256_GCM);
    buf_reset(&s->plain);
    if ((rc = read_chunk(s, len, e)) != OK)
        return rc;
    rc = seal_open_chunk(&s->plain, s->sealer, (uint64_t)s->chunks, last,
                         str_bytes(buf_str(&s->sealed)), e);
    if (rc != OK)
        return rc;
    s->chunks++;
    *out = str_bytes(buf_str(&s->plain));
    return OK;
}
