/* Whole files, piece by piece, through blob.h. */
#include "db/blob_file.h"
#include "crypto/encode.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define FILE_MAX ((int64_t)4 << 30)

err_t temp_file_new(const char **path, const char *folder, const char *ending, struct arena *a,
                    struct err *e)
{
    struct str text = arena_printf(a, "%s/download-XXXXXX%s", folder, ending);
    char *name = (char *)(uintptr_t)text.ptr; /* made one line above, ours to change */
    int fd = mkostemps(name, (int)strlen(ending), O_CLOEXEC);
    if (fd < 0)
        return err_errno(e, errno, "cannot create %s", name);
    close(fd);
    *path = name;
    return OK;
}

static err_t end_put(struct str *digest, struct blob_put *put, err_t rc, struct arena *a,
                     struct err *e)
{
    struct digest d;
    char hex[SHA256_HEX_LEN + 1];
    int64_t size;
    if (rc != OK) {
        blob_put_abort(put);
        return rc;
    }
    if ((rc = blob_put_end(&d, &size, put, e)) != OK)
        return rc;
    sha256_hex(hex, &d);
    *digest = arena_dup(a, str_of(hex));
    return OK;
}

err_t blob_put_file(struct str *digest, struct blobs *blobs, const char *path, struct arena *a,
                    struct err *e)
{
    struct blob_put *put = NULL;
    char piece[65536];
    err_t rc = OK;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(e, errno, "cannot read %s", path);
    blob_put_begin(&put, blobs, FILE_MAX);
    for (ssize_t got = 1; rc == OK && got != 0;) {
        got = read(fd, piece, sizeof(piece));
        if (got < 0 && errno != EINTR)
            rc = err_errno(e, errno, "cannot read %s", path);
        else if (got > 0)
            rc = blob_put_add(put, (struct bytes){(const uint8_t *)piece, (size_t)got}, e);
    }
    close(fd);
    return end_put(digest, put, rc, a, e);
}

err_t blob_put_text(struct str *digest, struct blobs *blobs, struct str text, struct arena *a,
                    struct err *e)
{
    struct blob_put *put = NULL;
    blob_put_begin(&put, blobs, FILE_MAX);
    err_t rc = blob_put_add(put, str_bytes(text), e);
    return end_put(digest, put, rc, a, e);
}

static err_t write_all(int fd, struct bytes b, struct err *e)
{
    while (b.len > 0) {
        ssize_t n = write(fd, b.ptr, b.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(e, errno, "cannot write a temporary file");
        b = (struct bytes){b.ptr + n, b.len - (size_t)n};
    }
    return OK;
}

err_t blob_get_file(int *fd, struct blobs *blobs, struct str hex, const char *tmpdir,
                    struct arena *a, struct err *e)
{
    struct str path = arena_printf(a, "%s/import-XXXXXX", tmpdir);
    char *name = (char *)(uintptr_t)path.ptr; /* made one line above, ours to change */
    struct blob_get *get = NULL;
    struct digest digest;
    struct bytes piece = {NULL, 1};
    err_t rc;
    *fd = -1;
    if (!hex_read(digest.byte, sizeof(digest.byte), hex))
        return err_set(e, E_CORRUPT, "'%.*s' is no digest", STR_ARG(hex));
    if ((rc = blob_get_open(&get, blobs, &digest, 0, -1, e)) != OK)
        return rc;
    *fd = mkostemp(name, O_CLOEXEC);
    if (*fd < 0)
        rc = err_errno(e, errno, "cannot create %s", name);
    else
        unlink(name);
    while (rc == OK && piece.len > 0 && (rc = blob_get_next(&piece, get, e)) == OK)
        rc = write_all(*fd, piece, e);
    blob_get_close(get);
    if (rc != OK && *fd >= 0) {
        close(*fd);
        *fd = -1;
    }
    return rc;
}
